//! What is sent about purchases.

use axum::http::HeaderMap;
use trade::id::PurchaseLineId;

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

/// `POST …/sourcing/confirmations`: what farms answer. Only what changed is noted.
pub async fn confirm(visit: Visit, fields: Fields) -> Answer {
    let mut answers = Vec::new();
    for (line, value) in fields.starting("confirmed-") {
        let number: i64 = line
            .parse()
            .map_err(|_| Failure::Input(format!("La ligne d'achat « {line} » est inconnue.")))?;
        let id = PurchaseLineId(number);
        let quantity = read_qty(value, &format!("Confirmé, ligne {line}"))?;
        let known = visit.see(|week| {
            week.purchase_line(id)?;
            Ok(week.confirmed(id))
        });
        if known.await? != quantity {
            answers.push((id, quantity));
        }
    }
    acts::confirm(visit.app(), visit.place, &answers, &visit.stamp()).await?;
    let said = fr::count(answers.len() as i64, "réponse notée", "réponses notées");
    back_to(&visit.href("sourcing"), &format!("{said}."))
}
