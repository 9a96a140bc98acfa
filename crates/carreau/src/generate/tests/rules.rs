//! Generated weeks before the rules of the trade: every offer is taken, the list is published,
//! and nearly every order is good as it was sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{ContractId, LineId, OrderId};
use trade::mercuriale::{SaleDay, explain, publish};
use trade::offers::{Stamp, announce};
use trade::orders::{OrderRequest, called_off, place, standing_requests};
use trade::register::Register;
use trade::unit::{Cents, Qty};
use wire::pack::{OrderNote, Pack};

use super::super::{Scale, pack};
use super::{run, week};
use crate::law;

fn register(pack: &Pack) -> Register {
    let mut register = Register::new(pack.hub.clone().expect("a hub"));
    register.vat = law::vat_table().clone();
    register.labels = law::label_table().clone();
    register.calendar = law::service_calendar().clone();
    register.rules = pack.rules.clone();
    register.producers = pack.producers.iter().map(|one| (one.id, one.clone())).collect();
    register.buyers = pack.buyers.iter().map(|one| (one.id, one.clone())).collect();
    register.sites = pack.sites.iter().map(|one| (one.id, one.clone())).collect();
    register.products = pack.products.iter().map(|one| (one.id, one.clone())).collect();
    register.certificates = pack.certificates.clone();
    register.quotes = pack.quotes.clone();
    register.contracts = pack.contracts.clone();
    register.standing_orders = pack.standing_orders.clone();
    register
}

fn stamp() -> Stamp {
    Stamp { at: Instant(0), by: "essai".into() }
}

/// The week published, every offer taken.
fn published(pack: &Pack, register: &Arc<Register>, iso_week: IsoWeek) -> Week {
    let mut week = Week::new(iso_week, register.clone());
    for request in pack.offers.iter().filter(|one| one.day.week() == iso_week) {
        let offer = announce(&week, request, stamp());
        week.apply(offer.unwrap_or_else(|denial| panic!("{request:?}: {denial:?}")).into());
    }
    let cutoff = |day: Day| SaleDay { day, cutoff_at: Instant(1) };
    let cutoffs: Vec<SaleDay> = register.delivery_days(iso_week).into_iter().map(cutoff).collect();
    let publication = publish(&week, &cutoffs, stamp()).expect("a list");
    week.apply(publication.into());
    week
}

fn request(week: &Week, note: &OrderNote) -> OrderRequest {
    let publication = week.publication().expect("published");
    let line = |line: &wire::pack::OrderNoteLine| {
        let found = publication.find(line.product, line.labels, line.producer);
        (found.expect("what is ordered is on the list").id, line.quantity)
    };
    OrderRequest {
        buyer: note.buyer,
        site: note.site,
        day: note.day,
        channel: note.channel,
        commitment_number: note.commitment_number.clone(),
        lines: note.lines.iter().map(line).collect(),
    }
}

/// What became of the orders of some weeks, taken as they came.
#[derive(Debug, Default)]
struct Tally {
    whole: usize,
    /// More was asked of a line than was left.
    short: usize,
    denied: usize,
}

struct Till {
    left: BTreeMap<(LineId, Day), i64>,
    spent: BTreeMap<ContractId, Cents>,
}

impl Till {
    fn take(&mut self, week: &Week, request: &OrderRequest, tally: &mut Tally) {
        let sale = week.sale().expect("published");
        let order = match place(sale, OrderId(1), request, &self.spent, stamp()) {
            Ok(order) => order,
            Err(_) => {
                tally.denied += 1;
                return;
            }
        };
        for (contract, cents) in called_off(&order.lines) {
            let sum = self.spent.entry(contract).or_default();
            *sum = Cents::new(sum.get() + cents.get());
        }
        let mut is_short = false;
        for line in &order.lines {
            let left = self.left.entry((line.line, order.day)).or_default();
            is_short |= *left < line.quantity.get();
            *left = (*left - line.quantity.get()).max(0);
        }
        if is_short {
            tally.short += 1;
        } else {
            tally.whole += 1;
        }
    }
}

fn tally(pack: &Pack, weeks: &[IsoWeek]) -> Tally {
    let register = Arc::new(register(pack));
    let mut tally = Tally::default();
    let mut till = Till { left: BTreeMap::new(), spent: BTreeMap::new() };
    for &iso_week in weeks {
        let week = published(pack, &register, iso_week);
        let rows = &week.publication().expect("published").availability;
        till.left = rows.iter().map(|row| ((row.line, row.day), row.offered.get())).collect();
        for request in standing_requests(week.sale().expect("published")) {
            till.take(&week, &request, &mut tally);
        }
        for note in pack.orders.iter().filter(|note| note.day.week() == iso_week) {
            till.take(&week, &request(&week, note), &mut tally);
        }
    }
    tally
}

#[test]
fn the_rules_take_every_offer_and_nearly_every_order() {
    let runs = [
        (Scale::Xs, run("2025-W36", 44)),
        (Scale::S, run("2025-W36", 44)),
        (Scale::M, run("2025-W45", 4)),
    ];
    for (scale, weeks) in runs {
        let pack = pack(scale, 1, &weeks);
        let tally = tally(&pack, &weeks);
        let all = tally.whole + tally.short + tally.denied;
        assert!(all >= weeks.len() * 5, "{scale}: {tally:?}");
        assert!(tally.denied * 100 <= all, "{scale}: {tally:?}");
        assert!(tally.short > 0 && tally.short * 8 <= all, "{scale}: {tally:?}");
    }
}

#[test]
fn an_order_that_nobody_can_fill_is_seen_as_short() {
    let weeks = run("2026-W47", 1);
    let mut pack = pack(Scale::Xs, 1, &weeks);
    let before = tally(&pack, &weeks);
    for line in pack.orders.iter_mut().flat_map(|order| &mut order.lines) {
        line.quantity = Qty::new(line.quantity.get() * 1_000);
    }
    let after = tally(&pack, &weeks);
    assert!(after.short + after.denied > before.short + before.denied + 5, "{after:?}");
}

#[test]
fn a_list_has_quotations_and_pays_farms_above_them() {
    let weeks = run("2026-W20", 1);
    let pack = pack(Scale::S, 1, &weeks);
    let week = published(&pack, &Arc::new(register(&pack)), week("2026-W20"));
    let lines = &week.publication().expect("published").lines;
    assert!(lines.len() >= 40, "{}", lines.len());
    let parts: Vec<_> = lines.iter().map(|line| explain(&week, line, line.sale)).collect();
    assert!(parts.iter().all(|parts| parts.quote.is_some() && parts.sale > parts.farm));
    let flagged = parts.iter().filter(|parts| parts.below_goal).count();
    assert!(flagged > 0 && flagged * 2 < parts.len(), "{flagged} of {}", parts.len());
}

#[test]
fn pledges_are_sound_and_the_same_for_any_week_of_the_year() {
    let autumn = pack(Scale::S, 1, &run("2026-W40", 2));
    let register = register(&autumn);
    assert!(autumn.pledges.len() > 5, "{}", autumn.pledges.len());
    for pledge in &autumn.pledges {
        assert_eq!(pledge.judged(&register), Ok(*pledge));
        assert!(pledge.weekly > Qty::ZERO);
    }
    assert_eq!(autumn.pledges, pack(Scale::S, 1, &run("2026-W48", 2)).pledges);
    assert_ne!(autumn.pledges, pack(Scale::S, 1, &run("2025-W40", 2)).pledges);
}
