//! Tables of what is known, from the price list to the delivery note: `show mercuriale`.

use trade::calendar::Day;
use trade::dock::LeftoverSource;
use trade::dock::surplus::leftovers_at;
use trade::id::ProducerId;
use trade::mercuriale::{LinePolicy, draft, explain};
use trade::orders::PriceOrigin;
use trade::sourcing::task;

use crate::script::{Acted, Answer};
use crate::words::{
    cents_word, day, day_word, goods_word, instant_word, price_word, qty_word, rate_word,
};
use crate::world::World;

/// A row of cells that can be written.
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$($cell.to_string()),*] };
}
pub(crate) use row;

pub fn show(world: &World, words: &[&str]) -> Option<Acted> {
    let rows = match words {
        ["show", "offers"] => offers(world),
        ["show", "draft"] => return Some(drafted(world)),
        ["show", "mercuriale"] => mercuriale(world),
        ["show", "days"] => days(world),
        ["show", "deliveries"] => crate::calendar::deliveries(world),
        ["show", "left"] => left(world),
        ["show", "explained"] => explained(world),
        ["show", "orders"] => orders(world),
        ["show", "snapshot"] => snapshot(world),
        ["show", "wants", on] => return Some(wants(world, day(on))),
        ["show", "supplies", on] => return Some(supplies(world, day(on))),
        ["show", "purchases"] => purchases(world),
        ["show", "allocations"] => allocations(world),
        ["show", "receipts"] => receipts(world),
        ["show", "sortings"] => sortings(world),
        ["show", "leftovers", on] => leftover_rows(world, day(on)),
        ["show", "outcomes"] => outcomes(world),
        ["show", "notes"] => notes(world),
        _ => return None,
    };
    Some(Ok(Answer::Table(rows)))
}

fn policy_word(policy: LinePolicy) -> String {
    match policy {
        LinePolicy::Pooled => "pooled".into(),
        LinePolicy::Named(farm) => farm.to_string(),
    }
}

fn offers(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["offer", "farm", "goods", "day", "quantity", "asks"]];
    for offer in world.week.current_offers() {
        let what = goods_word(offer.product, offer.labels);
        let (quantity, price) = (qty_word(offer.quantity), price_word(offer.price));
        rows.push(row![offer.id, offer.producer, what, day_word(offer.day), quantity, price]);
    }
    rows
}

fn list(lines: &[trade::mercuriale::MercurialeLine]) -> Vec<Vec<String>> {
    let mut rows = vec![row!["line", "goods", "policy", "cost", "sale", "vat"]];
    for line in lines {
        let what = goods_word(line.product, line.labels);
        let (cost, sale) = (price_word(line.cost), price_word(line.sale));
        rows.push(row![line.id, what, policy_word(line.policy), cost, sale, rate_word(line.vat)]);
    }
    rows
}

fn drafted(world: &World) -> Acted {
    Ok(Answer::Table(list(&draft(&world.week).map_err(crate::acts::one)?)))
}

fn mercuriale(world: &World) -> Vec<Vec<String>> {
    list(world.week.publication().map_or(&[], |publication| &publication.lines))
}

fn days(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["day", "cut-off"]];
    for sale in world.week.publication().iter().flat_map(|publication| &publication.days) {
        rows.push(row![day_word(sale.day), instant_word(sale.cutoff_at)]);
    }
    rows
}

fn left(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["goods", "policy", "day", "offered", "left"]];
    let Some(publication) = world.week.publication() else { return rows };
    for one in &publication.availability {
        let Ok(line) = publication.line(one.line) else { continue };
        let left = world.week.left(one.line, one.day);
        rows.push(row![
            goods_word(line.product, line.labels),
            policy_word(line.policy),
            day_word(one.day),
            qty_word(one.offered),
            qty_word(left)
        ]);
    }
    rows
}

fn explained(world: &World) -> Vec<Vec<String>> {
    let mut rows =
        vec![row!["goods", "farm", "hub", "sale", "with VAT", "markup", "margin", "gain", "flag"]];
    for line in world.week.publication().iter().flat_map(|publication| &publication.lines) {
        let parts = explain(&world.week, line, line.sale);
        let rate = |rate: Option<_>| rate.map_or("-".into(), rate_word);
        rows.push(row![
            goods_word(line.product, line.labels),
            price_word(parts.farm),
            price_word(parts.hub),
            price_word(parts.sale),
            price_word(parts.with_vat),
            rate(parts.markup),
            rate(parts.margin),
            rate(parts.gain),
            if parts.below_goal { "below goal" } else { "-" }
        ]);
    }
    rows
}

fn orders(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["line", "buyer", "day", "goods", "ordered", "price", "from"]];
    for order in world.week.orders() {
        for line in &order.lines {
            let id = order.line_id(line.rank);
            let origin = match line.price_origin {
                PriceOrigin::Mercuriale => "list".into(),
                PriceOrigin::BuyerRule => "rule".into(),
                PriceOrigin::Contract(contract) => format!("contract {contract}"),
            };
            rows.push(row![
                id,
                order.buyer,
                day_word(order.day),
                goods_word(line.product, line.labels),
                qty_word(world.week.ordered(id)),
                price_word(line.price),
                origin
            ]);
        }
    }
    rows
}

fn snapshot(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["line", "name", "unit", "pack", "price", "vat", "net"]];
    for order in world.week.orders() {
        for line in &order.lines {
            let (pack, price) = (qty_word(line.pack.size), price_word(line.price));
            rows.push(row![
                order.line_id(line.rank),
                line.name,
                line.unit.code(),
                pack,
                price,
                rate_word(line.vat),
                cents_word(line.net())
            ]);
        }
    }
    rows
}

fn wants(world: &World, on: Day) -> Acted {
    let task = task(&world.week, on, world.season.clone(), &crate::acts::rules())
        .map_err(crate::acts::one)?;
    let mut rows = vec![row!["line", "goods", "wants", "pays", "promised"]];
    for want in task.wants {
        let what = goods_word(want.product, want.labels);
        let promised = if want.is_promised { "yes" } else { "no" };
        let (quantity, cost) = (qty_word(want.quantity), price_word(want.cost));
        rows.push(row![want.order_line, what, quantity, cost, promised]);
    }
    Ok(Answer::Table(rows))
}

fn supplies(world: &World, on: Day) -> Acted {
    let task = task(&world.week, on, world.season.clone(), &crate::acts::rules())
        .map_err(crate::acts::one)?;
    let mut rows = vec![row!["offer", "farm", "goods", "left"]];
    for supply in task.supplies {
        let what = goods_word(supply.product, supply.labels);
        rows.push(row![supply.offer, supply.producer, what, qty_word(supply.left)]);
    }
    Ok(Answer::Table(rows))
}

fn purchases(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["purchase", "farm", "day", "goods", "bought", "confirmed", "pays"]];
    for line in world.week.purchase_lines() {
        rows.push(row![
            format!("p{}", line.id),
            line.producer,
            day_word(line.day),
            goods_word(line.product, line.labels),
            qty_word(line.quantity),
            qty_word(world.week.confirmed(line.id)),
            price_word(line.price)
        ]);
    }
    rows
}

fn allocations(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["order line", "purchase", "farm", "quantity"]];
    for one in world.week.allocations() {
        let farm = world.week.purchase_line(one.purchase_line).map(|line| line.producer);
        let farm: String = farm.map_or("-".into(), |farm: ProducerId| farm.to_string());
        let purchase = format!("p{}", one.purchase_line);
        rows.push(row![one.order_line, purchase, farm, qty_word(one.quantity)]);
    }
    rows
}

fn receipts(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["receipt", "purchase", "lot", "received", "rejected", "for", "left"]];
    for one in world.week.valid_receipts() {
        rows.push(row![
            format!("r{}", one.id),
            format!("p{}", one.line),
            one.batch,
            qty_word(one.received),
            qty_word(one.rejected),
            one.rejection.map_or("-", |why| why.code()),
            qty_word(world.week.receipt_left(one))
        ]);
    }
    rows
}

fn sortings(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["sorting", "receipt", "order line", "quantity"]];
    for one in world.week.valid_sortings() {
        let (id, receipt) = (format!("s{}", one.id), format!("r{}", one.receipt));
        rows.push(row![id, receipt, one.order_line, qty_word(one.quantity)]);
    }
    rows
}

pub fn source_word(source: LeftoverSource) -> String {
    match source {
        LeftoverSource::Dock(receipt) => format!("r{receipt}"),
        LeftoverSource::Refusal(note, sorting) => format!("n{note}/s{sorting}"),
    }
}

fn leftover_rows(world: &World, on: Day) -> Vec<Vec<String>> {
    let mut rows = vec![row!["from", "left"]];
    for (source, left) in leftovers_at(&world.week, on, world.stamp().at) {
        rows.push(row![source_word(source), qty_word(left)]);
    }
    rows
}

fn outcomes(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["from", "what", "quantity", "because"]];
    for one in world.week.outcomes() {
        let (source, quantity) = (source_word(one.source), qty_word(one.quantity));
        rows.push(row![source, one.kind.code(), quantity, one.reason]);
    }
    rows
}

fn notes(world: &World) -> Vec<Vec<String>> {
    let titles =
        ["note", "site", "order line", "from", "loaded", "refused", "missing", "delivered"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for note in world.week.notes() {
        for line in &note.lines {
            rows.push(row![
                note.id,
                note.site,
                line.order_line,
                format!("r{}", line.receipt),
                qty_word(line.loaded),
                qty_word(line.refused),
                qty_word(line.missing),
                qty_word(line.delivered())
            ]);
        }
    }
    rows
}
