//! The dock's matrix on paper: who gets how much of what.

use std::collections::BTreeMap;

use paper::{SortingClient, SortingRow, SortingSheet};
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::id::{LineId, PurchaseLineId, SiteId};
use trade::sourcing::effective;
use trade::unit::{Grams, Qty};

use crate::failure::Failure;
use crate::ui::{fr, paper as papers};

/// Where a line of the matrix stands in the sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey {
    line: LineId,
    purchase: PurchaseLineId,
}

/// Quantities by row and site: what is sorted, or before that what is expected.
type Cells = BTreeMap<RowKey, BTreeMap<SiteId, Qty>>;

fn add(cells: &mut Cells, key: RowKey, site: SiteId, quantity: Qty) {
    let cell = cells.entry(key).or_default().entry(site).or_default();
    *cell = Qty::new(cell.get() + quantity.get());
}

fn cells(week: &Week, day: Day) -> Result<Cells, Failure> {
    let mut cells = Cells::new();
    for purchase in week.purchase_lines_on(day) {
        let key = RowKey { line: purchase.line, purchase: purchase.id };
        let receipts: Vec<_> = week.receipts_of(purchase.id).map(|receipt| receipt.id).collect();
        let sorted = week.sortings().iter().filter(|sorting| receipts.contains(&sorting.receipt));
        let mut is_sorted = false;
        for sorting in sorted {
            let site = week.order_line(sorting.order_line)?.0.site;
            add(&mut cells, key, site, sorting.quantity);
            is_sorted = true;
        }
        if !is_sorted && receipts.is_empty() {
            for (order_line, quantity) in effective(week, purchase) {
                add(&mut cells, key, week.order_line(order_line)?.0.site, quantity);
            }
        }
    }
    Ok(cells)
}

/// A, B, … Z, AA, AB…
pub fn letter(rank: usize) -> String {
    let last = char::from(b'A' + (rank % 26) as u8);
    if rank < 26 { last.to_string() } else { format!("{}{last}", letter(rank / 26 - 1)) }
}

/// The sites of a day in loading order: by round and stop, then by name.
fn clients(week: &Week, day: Day, cells: &Cells) -> Vec<(SiteId, Option<String>)> {
    let mut sites: Vec<SiteId> = cells.values().flat_map(|row| row.keys().copied()).collect();
    sites.sort_unstable();
    sites.dedup();
    let mut placed: BTreeMap<SiteId, (usize, usize)> = BTreeMap::new();
    for (round, way) in week.current_rounds(day).enumerate() {
        for (stop, at) in way.stops.iter().enumerate() {
            placed.insert(at.site, (round + 1, stop + 1));
        }
    }
    sites.sort_by_key(|site| (placed.get(site).copied().unwrap_or((usize::MAX, 0)), *site));
    let round = |site: &SiteId| placed.get(site).map(|(round, stop)| format!("T{round} · {stop}"));
    sites.into_iter().map(|site| (site, round(&site))).collect()
}

/// The matrix of a day.
pub fn sorting_sheet(week: &Week, day: Day) -> Result<SortingSheet, Failure> {
    let register = week.register();
    let cells = cells(week, day)?;
    if cells.is_empty() {
        let said = format!("Rien n'est acheté pour le {} : il n'y a rien à allotir.", fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let sites = clients(week, day, &cells);
    let mut loads: BTreeMap<SiteId, i64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(cells.len());
    for (key, quantities) in &cells {
        let purchase = week.purchase_line(key.purchase)?;
        let product = register.product(purchase.product)?;
        let farm = register.producer(purchase.producer)?;
        for (&site, &quantity) in quantities {
            *loads.entry(site).or_default() += product.weight_of(quantity).get();
        }
        let total: i64 = quantities.values().map(|quantity| quantity.get()).sum();
        let cell = |(site, _): &(SiteId, Option<String>)| {
            quantities.get(site).map(|quantity| fr::number(*quantity)).unwrap_or_default()
        };
        let pack = papers::pack(purchase.pack, product.unit);
        rows.push(SortingRow {
            product: format!("{} {}", product.name, fr::labels(purchase.labels)).trim().into(),
            detail: Some(format!("{} · {pack}", farm.identity.name)),
            batch: week.receipts_of(purchase.id).next().map(|receipt| receipt.batch.clone()),
            unit: fr::unit(product.unit, false).into(),
            cells: sites.iter().map(cell).collect(),
            total: fr::number(Qty::new(total)),
        });
    }
    let clients = sites.iter().enumerate().map(|(rank, (site, round))| {
        let name = register.sites.get(site).map(|site| site.name.clone());
        let load = loads.get(site).copied().unwrap_or(0);
        SortingClient {
            letter: letter(rank),
            name: name.unwrap_or_else(|| site.to_string()),
            round: round.clone(),
            total: fr::weight(Grams::new(load)),
        }
    });
    let clients = clients.collect();
    let hub = &register.hub;
    let at = week.sortings().last().and_then(|_| {
        let receipts = week.receipts().iter().map(|receipt| receipt.stamp.at);
        receipts.max()
    });
    let plans = week.plans().iter().map(|plan| plan.stamp.at);
    let at = at.or(plans.max()).unwrap_or(Instant(0));
    let ident = format!("allotissement/{}/{}", hub.id, day.number());
    Ok(SortingSheet {
        imprint: papers::imprint(hub, "Fiche d'allotissement", &ident, at),
        hub: hub.identity.name.clone(),
        title: "Fiche d'allotissement".into(),
        day: fr::day(day),
        place: "Quai à vide avant le départ".into(),
        clients,
        rows,
        grand_total: fr::weight(Grams::new(loads.values().sum())),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_lettered_beyond_z() {
        let letters: Vec<String> = [0, 25, 26, 27, 52, 702].map(super::letter).into();
        assert_eq!(letters, ["A", "Z", "AA", "AB", "BA", "AAA"]);
    }
}
