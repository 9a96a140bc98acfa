//! A new version of what plans aim at.

use trade::offers::Stamp;
use trade::sourcing::{Aim, SourcingSetting};
use trade::unit::{Cents, Qty};

use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Desk};
use crate::clock;
use crate::failure::Failure;
use crate::sourcing::words::aim_name;
use crate::store::settings;
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to, read_qty};

const PAGE: &str = "/admin/sourcing";

/// `POST /admin/sourcing`
pub async fn save(desk: Desk, fields: Fields) -> Answer {
    let once = match desk.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = desk.register().await?;
    let version = register.sourcing_setting().version + 1;
    let setting = SourcingSetting {
        version,
        aims: aims(&fields)?,
        farms_most: fields.number("farms_most", "Fermes par commande")?,
        tolerance: tolerance(fields.text("tolerance"))?,
        stamp: Stamp { at: clock::now(), by: desk.by() },
    };
    let setting = setting.judged()?;
    const GONE: &str = "Quelqu'un a changé ce réglage entre-temps : rechargez la page, puis \
        recommencez.";
    let said = format!("Réglage {version} enregistré : les prochains plans le suivent.");
    let deed = Deed::new(Seen::SettingChanged, format!("achats : {}", told(&setting)), said)
        .needs([(settings::add_sourcing(desk.hub(), &setting), GONE)]);
    desk.finish(once, deed.on_register(), PAGE).await
}

/// The aims with a place in the order: promises and quantity first, then by the numbers typed;
/// an empty place is no aim.
fn aims(fields: &Fields) -> Result<Vec<Aim>, Failure> {
    let mut placed = Vec::new();
    for aim in Aim::ALL.into_iter().skip(2) {
        let name = format!("place-{}", aim.code());
        if !fields.text(&name).is_empty() {
            placed.push((fields.number(&name, aim_name(aim))?, aim));
        }
    }
    placed.sort_by_key(|(place, _)| *place);
    if placed.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        let said = "Deux objectifs ont la même place : donnez-leur des places différentes.";
        return Err(Failure::Input(said.into()));
    }
    let first = [Aim::Promises, Aim::Served].into_iter();
    Ok(first.chain(placed.into_iter().map(|(_, aim)| aim)).collect())
}

/// An amount in euros; nothing: half the dearest crate of the day.
fn tolerance(text: &str) -> Result<Option<Cents>, Failure> {
    let bare = text.trim().trim_end_matches('€').trim();
    if bare.is_empty() {
        return Ok(None);
    }
    let thousandths = read_qty(bare, "Tolérance")?;
    match thousandths.get() % 10 {
        0 => Ok(Some(Cents::new(thousandths.get() / 10))),
        _ => Err(Failure::Input("« Tolérance » : deux décimales au plus.".into())),
    }
}

/// `part de saison, puis kilomètres ; 2 fermes par commande`
pub fn told(setting: &SourcingSetting) -> String {
    let aims: Vec<&str> = setting.aims.iter().map(|aim| aim_name(*aim)).collect();
    let farms = fr::count(setting.farms_most, "ferme par commande", "fermes par commande");
    let tolerance = match setting.tolerance {
        Some(tolerance) => fr::euros(tolerance),
        None => "un demi-colis".into(),
    };
    format!("{} ; {farms} ; tolérance {tolerance}", aims.join(", puis "))
}

/// An amount as the form shows it.
pub fn typed(tolerance: Option<Cents>) -> String {
    tolerance.map(|cents| fr::number(Qty::new(cents.get() * 10))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_read_as_it_is_written() {
        for (text, cents) in [("", None), ("12,50 €", Some(1_250)), ("0", Some(0))] {
            let read = tolerance(text).ok().flatten().map(|cents| cents.get());
            assert_eq!(read, cents, "{text}");
        }
        assert!(tolerance("1,234").is_err());
        assert!(tolerance("beaucoup").is_err());
        assert_eq!(typed(Some(Cents::new(1_250))), "12,5");
    }
}
