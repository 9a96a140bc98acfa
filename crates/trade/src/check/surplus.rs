//! Food aid: never more reserved than offered, never more offered than is there, and what was
//! fetched is given or sold, once. Counted from the facts alone.

use std::collections::BTreeMap;

use super::{Breach, Check};
use crate::dock::surplus::{Pickup, Reservation, SurplusOffer, SurplusSource};
use crate::dock::{LeftoverSource, OutcomeKind};
use crate::id::{OfferId, OrderId, ReceiptId, ReservationId, SlotId, SurplusId};
use crate::unit::{Grams, Qty};
use crate::week::Week;

pub(super) fn check(week: &Week, used: &BTreeMap<ReceiptId, Qty>, check: &mut Check) {
    let book = week.surplus();
    let fetched: BTreeMap<ReservationId, &Pickup> =
        book.pickups().iter().map(|pickup| (pickup.reservation, pickup)).collect();
    let gone: Vec<ReservationId> = book.cancellations().iter().map(|one| one.reservation).collect();
    let mut taken: BTreeMap<SurplusId, Qty> = BTreeMap::new();
    let mut held: BTreeMap<SurplusSource, Qty> = BTreeMap::new();
    let mut given: BTreeMap<OfferId, Qty> = BTreeMap::new();
    for offer in book.offers() {
        add(&mut held, offer.source, offer.quantity);
    }
    for one in book.withdrawals() {
        add(&mut taken, one.surplus, one.quantity);
        if let Ok(offer) = book.offer(one.surplus) {
            add(&mut held, offer.source, Qty::ZERO.minus(one.quantity));
        }
    }
    for one in book.reservations().iter().filter(|one| !gone.contains(&one.id)) {
        let Ok(offer) = book.offer(one.surplus) else { continue };
        let received = fetched.get(&one.id).map(|pickup| pickup.received);
        add(&mut taken, one.surplus, received.unwrap_or(one.quantity));
        let Some(received) = received else { continue };
        add(&mut held, offer.source, Qty::ZERO.minus(received));
        if let SurplusSource::Farm(farm) = offer.source {
            add(&mut given, farm, received);
        }
        if !is_matched(week, one, offer, fetched[&one.id]) {
            check.breaches.push(Breach::PickupUnmatched { reservation: one.id });
        }
    }
    for offer in book.offers() {
        let taken = taken.get(&offer.id).copied().unwrap_or(Qty::ZERO);
        if taken > offer.quantity {
            let (surplus, offered) = (offer.id, offer.quantity);
            check.breaches.push(Breach::SurplusOversold { surplus, offered, taken });
        }
    }
    for (source, held) in held {
        let left = left_of(week, source, used, &given);
        if held > left {
            check.breaches.push(Breach::HeldTooMuch { source, left, held });
        }
    }
    check_slots(week, &gone, check);
    check_splits(week, &fetched, check);
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Qty>, key: K, quantity: Qty) {
    let sum = sums.entry(key).or_default();
    *sum = sum.plus(quantity);
}

/// What is there of a source, before food aid.
fn left_of(
    week: &Week,
    source: SurplusSource,
    used: &BTreeMap<ReceiptId, Qty>,
    given: &BTreeMap<OfferId, Qty>,
) -> Qty {
    match source {
        SurplusSource::Left(LeftoverSource::Dock(receipt)) => {
            let accepted = week.receipt(receipt).map_or(Qty::ZERO, |known| known.accepted());
            accepted.minus(used.get(&receipt).copied().unwrap_or(Qty::ZERO))
        }
        SurplusSource::Left(source @ LeftoverSource::Refusal(_, sorting)) => {
            let refused = week.note_line(sorting).map_or(Qty::ZERO, |line| line.refused);
            let own = week.outcomes().iter().filter(|outcome| outcome.source == source);
            refused.minus(Qty::total(own.map(|outcome| outcome.quantity)))
        }
        SurplusSource::Farm(offer) => {
            let has = week.offer(offer).map_or(Qty::ZERO, |known| known.quantity);
            let bought = week.purchase_lines().iter().filter(|line| line.offer == offer);
            let bought = Qty::total(bought.map(|line| line.quantity));
            has.minus(bought).minus(given.get(&offer).copied().unwrap_or(Qty::ZERO))
        }
    }
}

/// True when what was fetched stands in the books exactly once.
fn is_matched(week: &Week, one: &Reservation, offer: &SurplusOffer, pickup: &Pickup) -> bool {
    let order = week.order(OrderId(one.id.0));
    match (offer.source, offer.price) {
        (SurplusSource::Farm(_), _) => pickup.outcome.is_none() && order.is_none(),
        (SurplusSource::Left(source), None) => {
            let outcome = week.outcomes().iter().find(|known| Some(known.id) == pickup.outcome);
            let is_same = outcome.is_some_and(|known| {
                known.source == source
                    && known.quantity == pickup.received
                    && known.kind == OutcomeKind::Donated(one.buyer)
            });
            is_same && order.is_none()
        }
        (SurplusSource::Left(_), Some(price)) => {
            let is_same = order.is_some_and(|order| {
                let line = |line: &crate::orders::OrderLine| {
                    line.quantity == pickup.received && line.price == price
                };
                order.buyer == one.buyer && order.lines.len() == 1 && order.lines.iter().all(line)
            });
            is_same && pickup.outcome.is_none()
        }
    }
}

fn check_slots(week: &Week, gone: &[ReservationId], check: &mut Check) {
    let mut last: BTreeMap<ReservationId, (SlotId, Grams)> = BTreeMap::new();
    for one in week.surplus().appointments() {
        last.insert(one.reservation, (one.slot, one.load));
    }
    for slot in week.surplus().slots() {
        let own = last.iter().filter(|(id, (at, _))| *at == slot.id && !gone.contains(id));
        let load = Grams::total(own.map(|(_, (_, load))| *load));
        if load > slot.capacity {
            let (slot, capacity) = (slot.id, slot.capacity);
            check.breaches.push(Breach::SlotOverfull { slot, capacity, load });
        }
    }
}

fn check_splits(week: &Week, fetched: &BTreeMap<ReservationId, &Pickup>, check: &mut Check) {
    for one in week.surplus().splits() {
        let received = fetched.get(&one.reservation).map_or(Qty::ZERO, |pickup| pickup.received);
        let split = Qty::total(one.parts.iter().map(|part| part.1));
        if split != received {
            let reservation = one.reservation;
            check.breaches.push(Breach::SplitUnbalanced { reservation, received, split });
        }
    }
}
