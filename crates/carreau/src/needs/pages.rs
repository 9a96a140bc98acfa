//! What the needs page shows.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::catalog::{Labels, SaleUnit, alphabetical};
use trade::id::ProductId;
use trade::needs::{Basis, Need, service_days};
use trade::unit::{Qty, round_div};

use super::foreseen;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Visit, html};

/// What all buyers together will probably want of a product.
struct Row {
    product: String,
    labels: String,
    low: String,
    likely: String,
    high: String,
    offered: String,
    is_short: bool,
    buyers: usize,
}

struct Family {
    name: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "needs.html")]
struct NeedsPage {
    frame: Frame,
    families: Vec<Family>,
    /// Days of service in words, and whose.
    days: Vec<(String, String)>,
}

/// `GET …/needs`
pub async fn needs(visit: Visit) -> Answer {
    let needs = foreseen(visit.app(), visit.place).await?;
    let page = visit.see(|week| needs_page(&visit, week, &needs)).await?;
    html(&page)
}

fn needs_page(visit: &Visit, week: &Week, needs: &[Need]) -> Result<NeedsPage, Failure> {
    let register = week.register();
    let mut frame = visit.frame(week, "needs", "Besoins");
    frame.subtitle =
        "D'après les quatre dernières semaines de chaque acheteur, ramenées aux jours de service."
            .into();
    frame = frame.tell_all(super::closures(week));
    let mut days = Vec::new();
    for (name, is_school) in [("cantines scolaires", true), ("autres cuisines", false)] {
        let buyer = register.buyers.values().find(|one| one.kind.follows_school() == is_school);
        if let Some(buyer) = buyer {
            let count = service_days(register, buyer.id, week.week());
            days.push((fr::count(count, "jour", "jours"), format!("de service, {name}")));
        }
    }
    Ok(NeedsPage { frame, families: families(week, needs)?, days })
}

/// Sums over buyers: low, likely, high, and how many of them.
#[derive(Default)]
struct Sum {
    low: i64,
    likely: i64,
    high: i64,
    buyers: usize,
}

/// A guess as one orders: whole kilos, bunches or pieces, at least one; nothing where it is zero.
fn whole(quantity: i64, unit: SaleUnit) -> String {
    if quantity == 0 {
        return String::new();
    }
    let units = round_div(i128::from(quantity), 1_000).max(1);
    fr::qty(Qty::new(units * 1_000), unit)
}

fn families(week: &Week, needs: &[Need]) -> Result<Vec<Family>, Failure> {
    let mut sums: BTreeMap<(ProductId, Labels), Sum> = BTreeMap::new();
    for need in needs.iter().filter(|need| matches!(need.basis, Basis::PastWeeks { .. })) {
        let sum = sums.entry((need.product, need.labels)).or_default();
        sum.low += need.low.get();
        sum.likely += need.likely.get();
        sum.high += need.high.get();
        sum.buyers += 1;
    }
    let mut families: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for ((id, labels), sum) in sums {
        let product = week.register().product(id)?;
        let offers = week.current_offers().filter(|one| (one.product, one.labels) == (id, labels));
        let offered: i64 = offers.map(|offer| offer.quantity.get()).sum();
        let said = |quantity: i64| whole(quantity, product.unit);
        families.entry(fr::family(product.family)).or_default().push(Row {
            product: product.name.clone(),
            labels: fr::labels(labels),
            low: said(sum.low),
            likely: said(sum.likely),
            high: said(sum.high),
            offered: fr::qty(Qty::new(offered), product.unit),
            is_short: offered < sum.likely,
            buyers: sum.buyers,
        });
    }
    for rows in families.values_mut() {
        rows.sort_by_cached_key(|row| alphabetical(&row.product));
    }
    Ok(families.into_iter().map(|(name, rows)| Family { name, rows }).collect())
}
