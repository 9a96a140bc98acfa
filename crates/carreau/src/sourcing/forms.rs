//! What is sent about purchases.

use axum::http::HeaderMap;
use trade::Week;
use trade::id::PurchaseLineId;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;

use super::acts;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/sourcing/plans`: accepts the plan of a day that was looked at, and orders from farms.
pub async fn accept(visit: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let seen = fields.needed("mark", "Plan proposé")?;
    let (stamp, site) = (visit.stamp(), visit.web.site.address(&headers));
    let accepted = acts::accept(visit.app(), visit.place, day, Some(seen), &stamp, &site).await?;
    let mut farms: Vec<_> = accepted.purchases.iter().map(|line| line.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let said = format!(
        "{} : {} commandées à {}.",
        fr::day(day),
        fr::count(accepted.purchases.len() as i64, "ligne", "lignes"),
        fr::count(farms.len() as i64, "ferme", "fermes")
    );
    back_to(&format!("{}#{day}", visit.href("sourcing")), &said)
}

/// `POST …/sourcing/confirmations`: what farms answer, and all that is still open of the one whose
/// button was pressed. Only what is new is noted.
pub async fn confirm(visit: Visit, fields: Fields) -> Answer {
    let mut typed = Vec::new();
    for (line, value) in fields.starting("confirmed-") {
        let number: i64 = line
            .parse()
            .map_err(|_| Failure::Input(format!("La ligne d'achat « {line} » est inconnue.")))?;
        let quantity = read_qty(value, &format!("Confirmé, ligne {line}"))?;
        typed.push((PurchaseLineId(number), quantity));
    }
    let whole = (fields.text("farm"), fields.text("day"));
    let answers = visit.see(|week| answers(week, &typed, whole)).await?;
    acts::confirm(visit.app(), visit.place, &answers, &visit.stamp()).await?;
    let said = fr::count(answers.len() as i64, "réponse notée", "réponses notées");
    back_to(&visit.href("sourcing"), &format!("{said}."))
}

/// What of the answers typed is not known yet. `whole`: a farm that says yes to all of a day; its
/// lines without an answer are then confirmed as they were ordered.
fn answers(
    week: &Week,
    typed: &[(PurchaseLineId, Qty)],
    (farm, day): (&str, &str),
) -> Result<Vec<(PurchaseLineId, Qty)>, Failure> {
    let mut answers = Vec::new();
    for &(id, quantity) in typed {
        week.purchase_line(id)?;
        if week.confirmed(id) != quantity || !is_answered(week, id) {
            answers.push((id, quantity));
        }
    }
    let own = |line: &&PurchaseLine| line.producer.as_str() == farm && line.day.to_string() == day;
    for line in week.purchase_lines().iter().filter(own) {
        let is_typed = typed.iter().any(|(id, _)| *id == line.id);
        let is_in = week.receipts_of(line.id).next().is_some();
        if !is_typed && !is_in && !is_answered(week, line.id) {
            answers.push((line.id, line.quantity));
        }
    }
    Ok(answers)
}

/// The farm has said what it brings of a line, be it all.
pub(super) fn is_answered(week: &Week, line: PurchaseLineId) -> bool {
    week.confirmations().iter().any(|one| one.line == line)
}
