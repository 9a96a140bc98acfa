//! Sharing out what was fetched over sites and charities: a proposal to change, a sheet to print.

use askama::Template;
use trade::dock::surplus::proposal;
use trade::id::ReservationId;
use trade::unit::Qty;

use super::pages::{name_of, reservation_id};
use crate::access::aid::AidWeek;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{AidVisit, Answer, Fields, back_to, html, read_qty};

struct Part {
    rank: usize,
    name: String,
    quantity: String,
}

#[derive(Template)]
#[template(path = "surplus_split.html")]
struct SplitPage {
    frame: Frame,
    received: String,
    /// The same as a bare number.
    total: String,
    unit: &'static str,
    when: String,
    paper: String,
    parts: Vec<Part>,
    is_saved: bool,
    action: String,
    base: String,
}

/// `GET …/surplus/split/{reservation}`
pub async fn page(visit: AidVisit) -> Answer {
    let id = reservation_id(&visit)?;
    html(&visit.see(|week| split_page(&visit, week, id)).await?)
}

fn split_page(
    visit: &AidVisit,
    week: AidWeek<'_>,
    id: ReservationId,
) -> Result<SplitPage, Failure> {
    let own = week.reservation(id)?;
    let pickup = week.pickup(own).ok_or_else(|| {
        Failure::NotFound("Rien n'est encore enlevé de cette réservation : signez d'abord.".into())
    })?;
    let product = week.product(week.goods(week.offer(own.surplus)?)?.product)?;
    let structures = structures(week);
    let saved = week.split_of(own);
    let shares: Vec<(String, Qty)> = match saved {
        Some(split) => structures
            .iter()
            .map(|(name, _)| {
                let part = split.parts.iter().find(|part| part.0 == *name);
                (name.clone(), part.map_or(Qty::ZERO, |part| part.1))
            })
            .chain(split.parts.iter().filter(|part| !is_known(&structures, part)).cloned())
            .collect(),
        None => {
            let weights: Vec<i64> = structures.iter().map(|one| one.1).collect();
            let parts = proposal(pickup.received, &weights, product.unit);
            structures.iter().map(|one| one.0.clone()).zip(parts).collect()
        }
    };
    let base = visit.href("surplus");
    let part = |(rank, (name, quantity)): (usize, (String, Qty))| Part {
        rank,
        name,
        quantity: fr::number(quantity),
    };
    Ok(SplitPage {
        frame: visit.frame(week, &format!("Répartir : {}", name_of(week, own)?.0)),
        received: fr::qty(pickup.received, product.unit),
        total: fr::number(pickup.received),
        unit: fr::unit(product.unit, true),
        when: fr::day(pickup.day),
        paper: format!("{base}/receipt/{id}/paper"),
        parts: shares.into_iter().enumerate().map(part).collect(),
        is_saved: saved.is_some(),
        action: format!("{base}/split/{id}"),
        base,
    })
}

fn is_known(structures: &[(String, i64)], part: &(String, Qty)) -> bool {
    structures.iter().any(|one| one.0 == part.0)
}

/// The structures that the organisation has told, or its own sites.
fn structures(week: AidWeek<'_>) -> Vec<(String, i64)> {
    match week.profile().map(|own| &own.structures[..]) {
        Some(told) if !told.is_empty() => told.to_vec(),
        _ => week.sites().map(|name| (name.to_string(), 1)).collect(),
    }
}

/// `POST …/surplus/split/{reservation}`: the sum must be what was fetched.
pub async fn save(visit: AidVisit, fields: Fields) -> Answer {
    let id = reservation_id(&visit)?;
    let mut parts = Vec::new();
    for (rank, name) in fields.starting("name-") {
        let typed = fields.text(&format!("part-{rank}"));
        let quantity = if typed.is_empty() { Qty::ZERO } else { read_qty(typed, name)? };
        parts.push((name.to_string(), quantity));
    }
    let stamp = visit.stamp();
    visit.scope.split_pickup(visit.app(), visit.week, id, &parts, &stamp).await?;
    let said = "Répartition enregistrée. Imprimez la feuille, une ligne par structure.";
    back_to(&visit.href(&format!("surplus/split/{id}")), said)
}
