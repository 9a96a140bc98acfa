//! The dock's matrix on paper: who gets how much of what.

use std::collections::BTreeMap;

use paper::{SortingClient, SortingRow, SortingSheet};
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::id::{LineId, PurchaseLineId, SiteId};
use trade::sourcing::effective;
use trade::unit::{Grams, Qty};

use super::pallets::{Pallet, pallets};
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
        let sorted = week.valid_sortings().filter(|sorting| receipts.contains(&sorting.receipt));
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

/// The pallets of a day for which there is something in the matrix.
fn clients(week: &Week, day: Day, cells: &Cells) -> Vec<Pallet> {
    let has = |site: &SiteId| cells.values().any(|row| row.contains_key(site));
    pallets(week, day).into_iter().filter(|pallet| has(&pallet.site)).collect()
}

/// The matrix of a day.
pub fn sorting_sheet(week: &Week, day: Day) -> Result<SortingSheet, Failure> {
    let register = week.register();
    let cells = cells(week, day)?;
    if cells.is_empty() {
        let said = format!("Rien n'est acheté pour le {} : il n'y a rien à allotir.", fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let clients = clients(week, day, &cells);
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
        let cell = |client: &Pallet| {
            quantities.get(&client.site).map(|quantity| fr::number(*quantity)).unwrap_or_default()
        };
        let pack = papers::pack(purchase.pack, product.unit);
        rows.push(SortingRow {
            product: format!("{} {}", product.name, fr::labels(purchase.labels)).trim().into(),
            detail: Some(format!("{} · {pack}", farm.identity.name)),
            batch: week.receipts_of(purchase.id).next().map(|receipt| receipt.batch.clone()),
            unit: fr::unit(product.unit, false).into(),
            cells: clients.iter().map(cell).collect(),
            total: fr::number(Qty::new(total)),
        });
    }
    let clients = clients.into_iter().map(|client| {
        let load = loads.get(&client.site).copied().unwrap_or(0);
        SortingClient {
            letter: client.letter,
            name: client.name,
            round: client.round,
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
