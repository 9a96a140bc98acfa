//! What is sent about handovers.

use std::collections::BTreeMap;

use trade::id::{OrderId, OrderLineId, SiteId};
use trade::rounds::HandoverGap;
use trade::unit::Qty;
use trade::{Denial, Week};

use super::acts::{self, Handover};
use super::pages::to_deliver;
use super::views::next_stop;
use crate::denied;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, Visit, back_to, read_qty};

/// `POST …/rounds/deliveries`: one site has signed; refusals and gaps by order line.
pub async fn deliver(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let site = fields.code("site", "Site", SiteId::parse)?;
    let signed_by = fields.needed("signed_by", "Signé par")?.to_string();
    let gaps = gaps(&fields)?;
    if fields.was_sent("clean") && !gaps.is_empty() {
        let said = "Des écarts sont écrits pour cet arrêt : touchez « Signer avec ces écarts », ou \
                    videz-les.";
        return Err(Failure::Input(said.into()).into());
    }
    let handover = Handover { site, gaps, signed_by };
    let done = acts::deliver(visit.app(), visit.place, day, &[handover], &visit.stamp()).await;
    if let Err(failure) = done {
        return Err(named(&visit, failure).await.into());
    }
    // A driver goes on: the page opens at the stop that comes now.
    let next = visit.see(|week| Ok(next_stop(week, day, site))).await?;
    back_to(&format!("{}#{next}", visit.href("rounds")), "Livraison signée.")
}

/// A refusal of the rules with the goods and the site that it is about.
async fn named(visit: &Visit, failure: Failure) -> Failure {
    let denials = match failure {
        Failure::Denied(denials) => denials,
        other => return other,
    };
    let all =
        |week: &Week| -> Vec<String> { denials.iter().map(|one| sentence(week, one)).collect() };
    let told = visit.see(|week| Ok(all(week))).await;
    told.map_or(Failure::Denied(denials), Failure::Told)
}

fn sentence(week: &Week, denial: &Denial) -> String {
    let plain = || denied::sentence(denial);
    let Denial::NotLoaded { line, loaded, asked } = denial else { return plain() };
    let Ok((order, known)) = week.order_line(*line) else { return plain() };
    let Ok(site) = week.register().site(order.site) else { return plain() };
    format!(
        "{}, {} : {} refusés ou manquants pour {} chargés.",
        known.name,
        site.name,
        fr::number(*asked),
        fr::number(*loaded)
    )
}

/// `POST …/rounds/deliveries-all`: every site of the day has signed without a gap, as somebody
/// confirmed who saw how many there are.
pub async fn deliver_all(visit: Visit, fields: Fields) -> Answer {
    let day = fields.day("day", "Jour")?;
    let sites = visit
        .see(|week| {
            if week.current_rounds(day).next().is_none() {
                let said = "Ce jour n'a pas de tournée. Faites-la d'abord.";
                return Err(Failure::Input(said.into()));
            }
            to_deliver(week, day)
        })
        .await?;
    // What was confirmed is what is signed: a stop more or less, and it is asked again.
    let seen = fields.number("sites", "Nombre de livraisons")?;
    if seen != sites.len() as i64 {
        let now = fr::count(sites.len() as i64, "livraison attend", "livraisons attendent");
        let said = format!("{now} maintenant une signature, et non {seen}. Rechargez la page.");
        return Err(Failure::Input(said).into());
    }
    let signed = |site| Handover { site, gaps: Vec::new(), signed_by: String::new() };
    let handovers: Vec<Handover> = sites.into_iter().map(signed).collect();
    acts::deliver(visit.app(), visit.place, day, &handovers, &visit.stamp()).await?;
    let said = fr::count(handovers.len() as i64, "livraison signée", "livraisons signées");
    back_to(&visit.href("rounds"), &format!("{said}."))
}

/// The order lines of which something was refused or missing.
fn gaps(fields: &Fields) -> Result<Vec<HandoverGap>, Failure> {
    let mut gaps: BTreeMap<OrderLineId, HandoverGap> = BTreeMap::new();
    for (prefix, is_refused) in [("refused-", true), ("missing-", false)] {
        for (line, value) in fields.starting(prefix) {
            let parts = line.split_once('.').and_then(|(order, rank)| {
                let order = OrderId(order.parse().ok()?);
                Some(OrderLineId { order, rank: rank.parse().ok()? })
            });
            let order_line = parts.ok_or_else(|| {
                Failure::Input(format!("La ligne de commande « {line} » est inconnue."))
            })?;
            let quantity = read_qty(value, &format!("Écart, ligne {line}"))?;
            if quantity.is_zero() {
                continue;
            }
            let gap = gaps.entry(order_line).or_insert_with(|| HandoverGap {
                order_line,
                refused: Qty::ZERO,
                missing: Qty::ZERO,
                reason: fields.text(&format!("reason-{line}")).to_string(),
            });
            if is_refused {
                gap.refused = quantity;
            } else {
                gap.missing = quantity;
            }
        }
    }
    Ok(gaps.into_values().collect())
}
