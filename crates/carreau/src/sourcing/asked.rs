//! "And if this farm brings 200 kg more?" What a plan would become; nothing of it is kept.

use serde::Deserialize;
use trade::Week;
use trade::calendar::Day;
use trade::id::OfferId;
use trade::unit::Qty;

use super::acts::Proposal;
use super::proposed::{ChangeRow, change_rows};
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::read_qty;

/// The question, as the address has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub day: String,
    pub offer: String,
    /// `more`, `less` or `nothing`.
    pub change: String,
    pub quantity: String,
}

/// The answer.
pub struct Told {
    pub said: String,
    /// The question could not be read: `said` tells why.
    pub is_wrong: bool,
    /// What is served more or less.
    pub served: String,
    pub changes: Vec<ChangeRow>,
}

impl Told {
    fn wrong(said: &str) -> Told {
        let (served, changes) = (String::new(), Vec::new());
        Told { said: fr::typeset(said), is_wrong: true, served, changes }
    }
}

impl Asked {
    /// `None`: nothing is asked of this day.
    fn change(&self, day: Day) -> Result<Option<plan::sourcing::Change>, Failure> {
        use plan::sourcing::Change;
        if self.offer.is_empty() || self.day != day.to_string() {
            return Ok(None);
        }
        let unknown = || Failure::Input("« Apport » : choisissez une ferme et un produit.".into());
        let offer = OfferId(self.offer.parse().map_err(|_| unknown())?);
        let quantity = || match read_qty(&self.quantity, "Quantité")? {
            some if some > Qty::ZERO => Ok(some),
            _ => Err(Failure::Input("« Quantité » : écrivez plus de zéro.".into())),
        };
        Ok(Some(match self.change.as_str() {
            "more" => Change::More(offer, quantity()?),
            "less" => Change::Less(offer, quantity()?),
            "nothing" => Change::Nothing(offer),
            other => {
                return Err(Failure::Input(format!("« Changement » : « {other} » est inconnu.")));
            }
        }))
    }

    /// What would change of the plan of a day.
    pub fn told(&self, week: &Week, day: Day, of: &Proposal) -> Result<Option<Told>, Failure> {
        let change = match self.change(day) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(None),
            Err(Failure::Input(said)) => return Ok(Some(Told::wrong(&said))),
            Err(failure) => return Err(failure),
        };
        let (after, difference) = plan::sourcing::what_if(&of.task, change);
        let changes = change_rows(week, &difference.before, &after)?;
        // Kilos and pieces of several goods are one sum here.
        let served = fr::number(Qty::new(difference.served.abs()));
        let served = match difference.served {
            0 => "Les acheteurs ne reçoivent ni plus ni moins.".to_string(),
            more if more > 0 => format!("Les acheteurs reçoivent {served} kg ou pièces de plus."),
            _ => format!("Les acheteurs reçoivent {served} kg ou pièces de moins."),
        };
        Ok(Some(Told { said: said(week, change)?, is_wrong: false, served, changes }))
    }
}

/// « Carotte, si Mas Bel apportait 200 kg de plus : » The name stands first: behind « de » it
/// would have to be elided.
fn said(week: &Week, change: plan::sourcing::Change) -> Result<String, Failure> {
    use plan::sourcing::Change;
    let (Change::More(offer, _) | Change::Less(offer, _) | Change::Nothing(offer)) = change;
    let offer = week.offer(offer)?;
    let product = week.register().product(offer.product)?;
    let farm = &week.register().producer(offer.producer)?.identity.name;
    let name = &product.name;
    let of = |quantity: Qty| fr::qty(quantity, product.unit);
    Ok(match change {
        Change::More(_, more) => {
            format!("{name}, si {farm} apportait {} de plus :", of(more))
        }
        Change::Less(_, less) => {
            format!("{name}, si {farm} apportait {} de moins :", of(less))
        }
        Change::Nothing(_) => format!("{name}, si {farm} n'en apportait pas :"),
    })
}
