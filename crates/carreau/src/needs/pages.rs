//! What the needs page shows.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::catalog::alphabetical;
use trade::needs::{Need, service_days};
use trade::unit::Qty;

use super::about;
use super::foreseen::foreseen;
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
    /// The page of the weeks after; empty for whoever may not see it.
    ahead: String,
}

/// `GET …/needs`
pub async fn needs(visit: Visit) -> Answer {
    let week = visit.place.week;
    let needs = foreseen(visit.app(), visit.place.scope(), week.previous(), vec![week]).await?;
    let page = visit.see(|week| needs_page(&visit, week, &needs)).await?;
    html(&page)
}

fn needs_page(visit: &Visit, week: &Week, needs: &[Need]) -> Result<NeedsPage, Failure> {
    let register = week.register();
    let mut frame = visit.frame(week, "needs", "Besoins");
    frame.subtitle =
        "D'après ce que chaque cuisine commande d'habitude, ses jours de service, ses menus qui \
         reviennent et la saison. Huit semaines sur dix tombent entre « au moins » et « au plus »."
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
    let ahead = match visit.may("anticipation", false) {
        true => format!("/anticipation?week={}", week.week()),
        false => String::new(),
    };
    Ok(NeedsPage { frame, families: families(week, needs)?, days, ahead })
}

fn families(week: &Week, needs: &[Need]) -> Result<Vec<Family>, Failure> {
    let mut families: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for need in needs {
        let product = week.register().product(need.product)?;
        let goods = (need.product, need.labels);
        let offers = week.current_offers().filter(|one| (one.product, one.labels) == goods);
        let offered: i64 = offers.map(|offer| offer.quantity.get()).sum();
        let said = |quantity: Qty| about(quantity, product.unit);
        families.entry(fr::family(product.family)).or_default().push(Row {
            product: product.name.clone(),
            labels: fr::labels(need.labels),
            low: said(need.low),
            likely: said(need.likely),
            high: said(need.high),
            offered: fr::qty(Qty::new(offered), product.unit),
            is_short: offered < need.likely.get(),
            buyers: need.buyers.len(),
        });
    }
    for rows in families.values_mut() {
        rows.sort_by_cached_key(|row| alphabetical(&row.product));
    }
    Ok(families.into_iter().map(|(name, rows)| Family { name, rows }).collect())
}
