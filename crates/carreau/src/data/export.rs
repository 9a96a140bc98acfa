//! Giving out a pack: the register, and what people said and did. What is played from it again
//! comes to the same balances.

use std::collections::BTreeMap;

use db::Val;
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::catalog::{Labels, MarketQuote};
use trade::dock::{LeftoverSource, OutcomeKind};
use trade::id::{Code, ProducerId, ProductId, SiteId};
use trade::offers::OfferRequest;
use trade::orders::{Channel, Order};
use trade::unit::Qty;
use wire::pack::{
    Amount, ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote, OrderNote, OrderNoteLine, Pack,
    SourcingNote,
};

use crate::access::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::orders::rows::OrderRow;
use crate::store::act::Place;
use crate::store::ahead::{self, MenuRow};
use crate::store::{register, table, told};

const WEEKS: &str = "SELECT week FROM weeks WHERE hub_id = $1 ORDER BY week";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[WEEKS];

/// The weeks that a hub has opened, oldest first.
pub async fn weeks(app: &App, scope: HubScope) -> Result<Vec<IsoWeek>, Failure> {
    let values = vec![Val::from(scope.hub().as_str())];
    let numbers: Vec<i64> = app.db(scope).query(WEEKS, values).await?;
    Ok(numbers.into_iter().filter_map(IsoWeek::from_number).collect())
}

/// Everything of a hub as a pack.
pub async fn export(app: &App, scope: HubScope) -> Result<Pack, Failure> {
    let (hub, db) = (scope.hub(), app.db(scope));
    let mut pack = Pack::default();
    let all = weeks(app, scope).await?;
    let last = all.last().copied().unwrap_or_else(|| crate::clock::today().week());
    let known = register::load(&db, hub, last).await?;
    let known =
        known.ok_or_else(|| Failure::NotFound(format!("La plateforme « {hub} » est inconnue.")))?;
    pack.hub = Some(known.hub.clone());
    pack.rules = known.rules.clone();
    pack.producers = known.producers.values().cloned().collect();
    pack.certificates = known.certificates.clone();
    pack.buyers = known.buyers.values().cloned().collect();
    pack.sites = known.sites.values().cloned().collect();
    pack.products = known.products.values().cloned().collect();
    pack.quotes = table::load_hub::<MarketQuote>(&db, hub).await?;
    pack.contracts = known.contracts.clone();
    pack.standing_orders = known.standing_orders.clone();
    pack.vehicles = known.fleet().into_iter().cloned().collect();
    pack.rhythms = known.rhythms.clone();
    pack.exceptions = known.exceptions.clone();
    pack.aid = known.aid.values().cloned().collect();
    // What holds while nobody has set anything is the program's, and no word of the hub.
    let set = known.sourcing_setting();
    pack.sourcing = (set.version > 0).then(|| SourcingNote::of(&set));
    // One that never began holds in no week: no season that a pack could tell.
    pack.pledges = known.pledges.iter().filter(|one| !one.is_void()).copied().collect();
    pack.menus = ahead::all_menus(&db, hub).await?.iter().map(MenuRow::menu).collect();
    for week in all {
        export_week(app, scope.at(week), &mut pack).await?;
    }
    Ok(pack)
}

async fn export_week(app: &App, place: Place, pack: &mut Pack) -> Result<(), Failure> {
    let told = told::load(&app.db(place.scope()), place.hub, place.week).await?;
    let rows: Vec<OrderRow> =
        table::load_week(&app.db(place.scope()), place.hub, place.week).await?;
    let keys: BTreeMap<i64, String> =
        rows.into_iter().map(|row| (row.id.0, row.idempotency_key)).collect();
    app.read(place, |week, _| {
        pack.offers.extend(week.current_offers().map(|offer| OfferRequest {
            producer: offer.producer,
            product: offer.product,
            labels: offer.labels,
            day: offer.day,
            quantity: offer.quantity,
            price: offer.price,
        }));
        if week.orders().is_empty() {
            pack.orders.extend(told.orders);
        } else {
            let own = week.orders().iter();
            pack.orders.extend(own.filter_map(|order| order_note(week, order, &keys)));
        }
        if week.valid_receipts().next().is_none() {
            pack.arrivals.extend(told.arrivals);
        } else {
            pack.arrivals.extend(arrivals(week));
        }
        if week.notes().is_empty() {
            pack.handovers.extend(told.handovers);
            pack.leftovers.extend(told.leftovers);
        } else {
            pack.handovers.extend(handovers(week));
            pack.leftovers.extend(leftovers(week));
        }
    })
    .await
}

/// An order as last amended. Standing orders make theirs anew; surplus is sold again from what
/// is left.
fn order_note(week: &Week, order: &Order, keys: &BTreeMap<i64, String>) -> Option<OrderNote> {
    if matches!(order.channel, Channel::Standing | Channel::Surplus) {
        return None;
    }
    let key = keys.get(&order.id.0);
    let prefix = format!("pack-{}-", week.week());
    let told = key.and_then(|key| Code::parse(key.strip_prefix(&prefix)?).ok());
    let reference = told.or_else(|| Code::parse(&format!("c{}", order.id)).ok())?;
    let lines = order.lines.iter().filter_map(|line| {
        let quantity = week.ordered(order.line_id(line.rank));
        let producer = match line.policy {
            trade::mercuriale::LinePolicy::Pooled => None,
            trade::mercuriale::LinePolicy::Named(producer) => Some(producer),
        };
        (!quantity.is_zero()).then_some(OrderNoteLine {
            product: line.product,
            labels: line.labels,
            producer,
            quantity,
        })
    });
    let lines: Vec<OrderNoteLine> = lines.collect();
    (!lines.is_empty()).then(|| OrderNote {
        reference,
        buyer: order.buyer,
        site: order.site,
        day: order.day,
        channel: order.channel,
        commitment_number: order.commitment_number.clone(),
        lines,
    })
}

type Brought = (Day, ProducerId, ProductId, Labels);

/// One note per farm, goods and day: what was confirmed, brought and rejected in all.
fn arrivals(week: &Week) -> Vec<ArrivalNote> {
    let mut notes: BTreeMap<Brought, ArrivalNote> = BTreeMap::new();
    for purchase in week.purchase_lines() {
        let key = (purchase.day, purchase.producer, purchase.product, purchase.labels);
        let note = notes.entry(key).or_insert_with(|| ArrivalNote {
            day: purchase.day,
            producer: purchase.producer,
            product: purchase.product,
            labels: purchase.labels,
            confirmed: None,
            received: None,
            rejected: None,
            rejection: None,
            batch: String::new(),
            temperature_dc: None,
        });
        add(&mut note.confirmed, week.confirmed(purchase.id));
        for receipt in week.receipts_of(purchase.id) {
            add(&mut note.received, receipt.received);
            add(&mut note.rejected, receipt.rejected);
            note.rejection = receipt.rejection.or(note.rejection);
            note.batch = receipt.batch.clone();
            note.temperature_dc = receipt.temperature_dc.or(note.temperature_dc);
        }
    }
    let mut notes: Vec<ArrivalNote> = notes.into_values().collect();
    for note in &mut notes {
        if note.rejected == Some(Amount::Quantity(Qty::ZERO)) {
            note.rejected = None;
        }
    }
    notes
}

fn add(amount: &mut Option<Amount>, more: Qty) {
    let before = match amount {
        Some(Amount::Quantity(quantity)) => quantity.get(),
        _ => 0,
    };
    *amount = Some(Amount::Quantity(Qty::new(before + more.get())));
}

type Refusing = (Day, SiteId, ProductId, Labels);

fn handovers(week: &Week) -> Vec<HandoverNote> {
    let mut gaps: BTreeMap<Refusing, (Qty, Qty, String)> = BTreeMap::new();
    for note in week.notes() {
        for line in &note.lines {
            if line.refused.is_zero() && line.missing.is_zero() {
                continue;
            }
            let Ok((_, order_line)) = week.order_line(line.order_line) else { continue };
            let key = (note.day, note.site, order_line.product, order_line.labels);
            let gap = gaps.entry(key).or_default();
            gap.0 = Qty::new(gap.0.get() + line.refused.get());
            gap.1 = Qty::new(gap.1.get() + line.missing.get());
            gap.2 = line.reason.clone();
        }
    }
    let some = |quantity: Qty| (!quantity.is_zero()).then_some(Amount::Quantity(quantity));
    let note = |((day, site, product, labels), (refused, missing, reason))| HandoverNote {
        day,
        site,
        product,
        labels,
        refused: some(refused),
        missing: some(missing),
        reason,
    };
    gaps.into_iter().map(note).collect()
}

fn leftovers(week: &Week) -> Vec<LeftoverNote> {
    let mut notes: Vec<LeftoverNote> = Vec::new();
    for outcome in week.outcomes() {
        let site = match outcome.source {
            LeftoverSource::Dock(_) => None,
            LeftoverSource::Refusal(_, sorting) => {
                let order = week.sorting(sorting).and_then(|s| week.order_line(s.order_line));
                order.ok().map(|(order, _)| order.site)
            }
        };
        let receipt = week.receipt_of(outcome.source).and_then(|id| week.receipt(id));
        let Ok(line) = receipt.and_then(|receipt| week.purchase_line(receipt.line)) else {
            continue;
        };
        let fate = match outcome.kind {
            OutcomeKind::Donated(buyer) => LeftoverFate::Donated(buyer),
            OutcomeKind::Returned => LeftoverFate::Returned,
            OutcomeKind::Wasted => LeftoverFate::Wasted,
        };
        let note = LeftoverNote {
            day: line.day,
            product: line.product,
            labels: line.labels,
            producer: Some(line.producer),
            site,
            fate,
            quantity: None,
            reason: outcome.reason.clone(),
        };
        let same = |other: &LeftoverNote| {
            LeftoverNote { quantity: None, reason: note.reason.clone(), ..other.clone() } == note
        };
        match notes.iter_mut().find(|other| same(other)) {
            Some(other) => add(&mut other.quantity, outcome.quantity),
            None => {
                let quantity = Some(Amount::Quantity(outcome.quantity));
                notes.push(LeftoverNote { quantity, ..note });
            }
        }
    }
    notes
}
