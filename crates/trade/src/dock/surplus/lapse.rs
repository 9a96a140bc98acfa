//! What was offered to food aid and never fetched: its time has passed, and the dock may find
//! another way for it. Nothing lapses by itself: the dock's next act on the goods frees them.

use super::{Cancellation, Reservation, SurplusFact, SurplusOffer, SurplusSource, TakenBack};
use crate::calendar::Instant;
use crate::denial::Denial;
use crate::dock::{LeftoverSource, all_left, free_of};
use crate::id::SurplusId;
use crate::offers::Stamp;
use crate::unit::Qty;
use crate::week::Week;

/// Seconds after the end of an offer for which a reservation without hours is waited for: whoever
/// found no slot telephones, and comes the next day.
const UNPLANNED_LASTS: i64 = 86_400;

/// The instant from which a reservation counts as not fetched: the end of its hours, or a day
/// after the offer's end when it has none.
pub fn due(week: &Week, reservation: &Reservation) -> Result<Instant, Denial> {
    let book = week.surplus();
    Ok(match book.appointment(reservation.id) {
        Some(appointment) => book.slot(appointment.slot)?.ends_at,
        None => Instant(book.offer(reservation.surplus)?.until.0 + UNPLANNED_LASTS),
    })
}

/// Neither fetched nor cancelled, and nobody is expected for it any more.
pub fn is_lapsed(week: &Week, reservation: &Reservation, now: Instant) -> bool {
    week.surplus().is_open(reservation.id) && due(week, reservation).is_ok_and(|due| due <= now)
}

fn lapsed_reservations(
    week: &Week,
    surplus: SurplusId,
    now: Instant,
) -> impl Iterator<Item = &Reservation> {
    let all = week.surplus().reservations().iter();
    all.filter(move |one| one.surplus == surplus && is_lapsed(week, one, now))
}

/// What of an offer is held though its time has passed: the rest of one that has ended, and what
/// was reserved and never fetched.
pub fn lapsed_of(week: &Week, offer: &SurplusOffer, now: Instant) -> Qty {
    let never = Qty::total(lapsed_reservations(week, offer.id, now).map(|one| one.quantity));
    let rest = if offer.until <= now { week.surplus().left(offer.id) } else { Qty::ZERO };
    never.plus(rest)
}

/// What of some goods is held though its time has passed.
pub fn lapsed(week: &Week, source: LeftoverSource, now: Instant) -> Qty {
    Qty::total(offers_of(week, source).map(|offer| lapsed_of(week, offer, now)))
}

fn offers_of(week: &Week, source: LeftoverSource) -> impl Iterator<Item = &SurplusOffer> {
    let all = week.surplus().offers().iter();
    all.filter(move |offer| offer.source == SurplusSource::Left(source))
}

/// Goods without a taker on `day`: those that nobody is offered, and those that food aid has not
/// fetched in time.
pub fn leftovers_at(
    week: &Week,
    day: crate::calendar::Day,
    now: Instant,
) -> Vec<(LeftoverSource, Qty)> {
    let free = all_left(week, day).into_iter().map(|(source, left)| {
        let held = week.surplus().held(SurplusSource::Left(source));
        (source, left.minus(held).plus(lapsed(week, source, now)))
    });
    free.filter(|(_, left)| *left > Qty::ZERO).collect()
}

/// What frees `quantity` of some goods for another act of the dock, when enough of them lies free
/// only because food aid has not come: nothing when it is free anyway. What is still offered or
/// awaited stays held.
pub fn release(
    week: &Week,
    source: LeftoverSource,
    quantity: Qty,
    stamp: &Stamp,
) -> Result<Vec<SurplusFact>, Denial> {
    if quantity <= free_of(week, source)? {
        return Ok(Vec::new());
    }
    let freed = offers_of(week, source).flat_map(|offer| {
        let rest = lapsed_of(week, offer, stamp.at);
        taken_back(week, offer.id, rest, stamp)
    });
    Ok(freed.collect())
}

/// Takes back all of an offer for which nobody is awaited: what nobody has reserved, and what was
/// reserved and never fetched. Empty when there is nothing of the kind.
pub fn reclaim(week: &Week, surplus: SurplusId, stamp: &Stamp) -> Result<Vec<SurplusFact>, Denial> {
    week.surplus().offer(surplus)?;
    let never = Qty::total(lapsed_reservations(week, surplus, stamp.at).map(|one| one.quantity));
    Ok(taken_back(week, surplus, week.surplus().left(surplus).plus(never), stamp))
}

/// The lapsed reservations of an offer cancelled, then `quantity` of it taken back.
fn taken_back(week: &Week, surplus: SurplusId, quantity: Qty, stamp: &Stamp) -> Vec<SurplusFact> {
    let cancelled = lapsed_reservations(week, surplus, stamp.at).map(|one| {
        SurplusFact::Cancelled(Cancellation { reservation: one.id, stamp: stamp.clone() })
    });
    let mut facts: Vec<SurplusFact> = cancelled.collect();
    if quantity > Qty::ZERO {
        let stamp = stamp.clone();
        facts.push(SurplusFact::Withdrawn(TakenBack { surplus, quantity, stamp }));
    }
    facts
}
