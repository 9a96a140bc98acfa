//! Surplus in tables: read a week's, and the statements that add to it.

use db::{Db, Val};
use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::dock::LeftoverSource;
use trade::dock::surplus::{
    AidSplit, Appointment, Cancellation, Pickup, PickupSlot, Reservation, SurplusFact,
    SurplusOffer, SurplusSource, Withdrawal,
};
use trade::id::{
    BuyerId, HubId, NoteId, OfferId, OutcomeId, ReceiptId, ReservationId, SlotId, SortingId,
    SurplusId,
};
use trade::offers::Stamp;
use trade::unit::{Grams, Price, Qty, Rate};

use crate::store::cols::{Cols, Cursor, Read};
use crate::store::table::{insert_week, load_week, table};

type Command = (&'static str, Vec<Val>);

impl Cols for SurplusSource {
    fn put(&self, out: &mut Vec<Val>) {
        match self {
            SurplusSource::Left(source) => {
                source.put(out);
                out.push(Val::NullI);
            }
            SurplusSource::Farm(offer) => {
                out.extend([Val::NullI, Val::NullI, Val::NullI]);
                offer.put(out);
            }
        }
    }
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self> {
        let receipt: Option<ReceiptId> = Cols::get(cursor)?;
        let note: Option<NoteId> = Cols::get(cursor)?;
        let sorting: Option<SortingId> = Cols::get(cursor)?;
        let offer: Option<OfferId> = Cols::get(cursor)?;
        match (receipt, note.zip(sorting), offer) {
            (Some(receipt), None, None) => Ok(SurplusSource::Left(LeftoverSource::Dock(receipt))),
            (None, Some((note, sorting)), None) => {
                Ok(SurplusSource::Left(LeftoverSource::Refusal(note, sorting)))
            }
            (None, None, Some(offer)) => Ok(SurplusSource::Farm(offer)),
            _ => Err(db::Error::Db("a surplus of no source".into())),
        }
    }
}

/// An offer with what is left of it by the counter.
pub struct OfferRow {
    id: SurplusId,
    source: SurplusSource,
    quantity: Qty,
    price: Option<Price>,
    value_rate: Rate,
    place: String,
    until: Instant,
    stamp: Stamp,
    left: Qty,
}

table!(OfferRow, "surplus_offers", 1, "id, receipt, note, sorting, offer, quantity, price, \
    value_rate_bp, place, until_at, at, by_whom, left_qty",
    { id, source, quantity, price, value_rate, place, until, stamp, left });

/// A slot with what can still be loaded by the counter.
pub struct SlotRow {
    id: SlotId,
    starts_at: Instant,
    ends_at: Instant,
    capacity: Grams,
    stamp: Stamp,
    left: Grams,
}

table!(SlotRow, "surplus_slots", 1, "id, starts_at, ends_at, capacity_g, at, by_whom, left_g",
    { id, starts_at, ends_at, capacity, stamp, left });

pub struct WithdrawalRow {
    id: i64,
    surplus: SurplusId,
    quantity: Qty,
    stamp: Stamp,
}

table!(WithdrawalRow, "surplus_withdrawals", 1, "id, surplus, quantity, at, by_whom",
    { id, surplus, quantity, stamp });

/// A reservation with the key under which it was asked.
pub struct ReservationRow {
    id: ReservationId,
    surplus: SurplusId,
    buyer: BuyerId,
    quantity: Qty,
    stamp: Stamp,
    key: String,
    hash: i64,
}

table!(ReservationRow, "surplus_reservations", 1, "id, surplus, buyer, quantity, at, by_whom, \
    idempotency_key, request_hash",
    { id, surplus, buyer, quantity, stamp, key, hash });

impl ReservationRow {
    pub fn new(reservation: &Reservation, key: &str, hash: i64) -> ReservationRow {
        let Reservation { id, surplus, buyer, quantity, ref stamp } = *reservation;
        let (stamp, key) = (stamp.clone(), key.to_string());
        ReservationRow { id, surplus, buyer, quantity, stamp, key, hash }
    }
}

table!(Cancellation, "surplus_cancellations", 1, "reservation, at, by_whom",
    { reservation, stamp });

pub struct AppointmentRow {
    id: i64,
    reservation: ReservationId,
    slot: SlotId,
    van: String,
    load: Grams,
    stamp: Stamp,
}

table!(AppointmentRow, "surplus_appointments", 1, "id, reservation, slot, van, load_g, at, \
    by_whom",
    { id, reservation, slot, van, load, stamp });

/// A pickup in the order of its columns.
pub struct PickupRow {
    reservation: ReservationId,
    day: Day,
    received: Qty,
    temperature_dc: Option<i64>,
    signed_by: String,
    outcome: Option<OutcomeId>,
    stamp: Stamp,
}

table!(PickupRow, "surplus_pickups", 1, "reservation, day, received, temperature_dc, signed_by, \
    outcome, at, by_whom",
    { reservation, day, received, temperature_dc, signed_by, outcome, stamp });

pub struct SplitRow {
    id: i64,
    reservation: ReservationId,
    parts: Vec<(String, Qty)>,
    stamp: Stamp,
}

table!(SplitRow, "surplus_splits", 1, "id, reservation, parts, at, by_whom",
    { id, reservation, parts, stamp });

/// Reads a week's surplus and plays it again.
pub async fn load(
    db: &Db,
    hub: HubId,
    iso_week: IsoWeek,
    week: &mut Week,
) -> Result<(), db::Error> {
    for row in load_week::<SlotRow>(db, hub, iso_week).await? {
        let SlotRow { id, starts_at, ends_at, capacity, stamp, .. } = row;
        week.apply(PickupSlot { id, starts_at, ends_at, capacity, stamp }.into());
    }
    for row in load_week::<OfferRow>(db, hub, iso_week).await? {
        let OfferRow { id, source, quantity, price, value_rate, place, until, stamp, .. } = row;
        let offer = SurplusOffer { id, source, quantity, price, value_rate, place, until, stamp };
        week.apply(offer.into());
    }
    for row in load_week::<WithdrawalRow>(db, hub, iso_week).await? {
        let WithdrawalRow { surplus, quantity, stamp, .. } = row;
        week.apply(Withdrawal { surplus, quantity, stamp }.into());
    }
    for row in load_week::<ReservationRow>(db, hub, iso_week).await? {
        let ReservationRow { id, surplus, buyer, quantity, stamp, .. } = row;
        week.apply(Reservation { id, surplus, buyer, quantity, stamp }.into());
    }
    for row in load_week::<Cancellation>(db, hub, iso_week).await? {
        week.apply(row.into());
    }
    for row in load_week::<AppointmentRow>(db, hub, iso_week).await? {
        let AppointmentRow { reservation, slot, van, load, stamp, .. } = row;
        week.apply(Appointment { reservation, slot, van, load, stamp }.into());
    }
    for row in load_week::<PickupRow>(db, hub, iso_week).await? {
        let PickupRow { reservation, day, received, temperature_dc, signed_by, .. } = row;
        let (outcome, stamp) = (row.outcome, row.stamp);
        let pickup =
            Pickup { reservation, day, received, temperature_dc, signed_by, outcome, stamp };
        week.apply(pickup.into());
    }
    for row in load_week::<SplitRow>(db, hub, iso_week).await? {
        let SplitRow { reservation, parts, stamp, .. } = row;
        week.apply(AidSplit { reservation, parts, stamp }.into());
    }
    Ok(())
}

const TAKE: &str = "UPDATE surplus_offers SET left_qty = left_qty - $1 \
    WHERE hub_id = $2 AND week = $3 AND id = $4 AND left_qty >= $1";
const LOAD: &str = "UPDATE surplus_slots SET left_g = left_g - $1 \
    WHERE hub_id = $2 AND week = $3 AND id = $4 AND left_g >= $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[TAKE, LOAD];

/// How many facts of the unnumbered kinds a week held before an act.
#[derive(Clone, Copy, Debug, Default)]
pub struct Base {
    withdrawals: i64,
    appointments: i64,
    splits: i64,
}

impl Base {
    pub fn of(week: &Week) -> Base {
        let book = week.surplus();
        Base {
            withdrawals: book.withdrawals().len() as i64,
            appointments: book.appointments().len() as i64,
            splits: book.splits().len() as i64,
        }
    }
}

/// Takes a quantity off an offer, if so much is left; a negative one gives back. Must touch a row.
pub fn take(hub: HubId, week: IsoWeek, surplus: SurplusId, quantity: Qty) -> Command {
    let key = [hub.as_str().into(), Val::I(week.number()), Val::I(surplus.0)];
    (TAKE, [&[Val::I(quantity.get())][..], &key].concat())
}

fn load_slot(hub: HubId, week: IsoWeek, slot: SlotId, grams: i64) -> Command {
    let key = [hub.as_str().into(), Val::I(week.number()), Val::I(slot.0)];
    (LOAD, [&[Val::I(grams)][..], &key].concat())
}

/// The statements that save facts of surplus, in the order in which they came: rows, and what
/// must touch exactly one row.
pub struct Additions {
    pub commands: Vec<Command>,
    pub conditional: Vec<Command>,
}

/// `week` knows the facts already; `base` is what it held before them.
pub fn additions(hub: HubId, week: &Week, base: Base, facts: &[&SurplusFact]) -> Additions {
    let mut made = Additions { commands: Vec::new(), conditional: Vec::new() };
    let mut next = base;
    // Where each reservation stood before this act, and after each of its facts.
    let before = &week.surplus().appointments()[..base.appointments as usize];
    let mut slots: Vec<(ReservationId, SlotId, Grams)> =
        before.iter().map(|one| (one.reservation, one.slot, one.load)).collect();
    for fact in facts {
        add(hub, week, fact, &mut next, &mut slots, &mut made);
    }
    made
}

fn add(
    hub: HubId,
    week: &Week,
    fact: &SurplusFact,
    next: &mut Base,
    slots: &mut Vec<(ReservationId, SlotId, Grams)>,
    made: &mut Additions,
) {
    let (at, book) = (week.week(), week.surplus());
    let back = |quantity: Qty| Qty::new(-quantity.get());
    let commands = &mut made.commands;
    match fact {
        SurplusFact::Slot(slot) => insert_week(hub, at, &[slot_row(slot)], commands),
        SurplusFact::Offered(offer) => insert_week(hub, at, &[offer_row(offer)], commands),
        SurplusFact::Withdrawn(one) => {
            next.withdrawals += 1;
            let (id, surplus, quantity) = (next.withdrawals, one.surplus, one.quantity);
            let row = WithdrawalRow { id, surplus, quantity, stamp: one.stamp.clone() };
            insert_week(hub, at, &[row], commands);
            made.conditional.push(take(hub, at, surplus, quantity));
        }
        SurplusFact::Reserved(one) => {
            let row = ReservationRow::new(one, &format!("reservation-{}", one.id), 0);
            insert_week(hub, at, &[row], commands);
            made.conditional.push(take(hub, at, one.surplus, one.quantity));
        }
        SurplusFact::Cancelled(one) => {
            insert_week(hub, at, std::slice::from_ref(one), commands);
            if let Ok(known) = book.reservation(one.reservation) {
                made.conditional.push(take(hub, at, known.surplus, back(known.quantity)));
            }
            if let Some(&(_, slot, load)) = slots.iter().rfind(|row| row.0 == one.reservation) {
                made.conditional.push(load_slot(hub, at, slot, -load.get()));
            }
        }
        SurplusFact::Planned(one) => {
            next.appointments += 1;
            insert_week(hub, at, &[appointment_row(next.appointments, one)], commands);
            if let Some(&(_, slot, load)) = slots.iter().rfind(|row| row.0 == one.reservation) {
                made.conditional.push(load_slot(hub, at, slot, -load.get()));
            }
            made.conditional.push(load_slot(hub, at, one.slot, one.load.get()));
            slots.push((one.reservation, one.slot, one.load));
        }
        SurplusFact::Collected(one) => {
            insert_week(hub, at, &[pickup_row(one)], commands);
            if let Ok(known) = book.reservation(one.reservation) {
                let rest = Qty::new(known.quantity.get() - one.received.get());
                if !rest.is_zero() {
                    made.conditional.push(take(hub, at, known.surplus, back(rest)));
                }
            }
        }
        SurplusFact::Split(one) => {
            next.splits += 1;
            let (id, reservation) = (next.splits, one.reservation);
            let (parts, stamp) = (one.parts.clone(), one.stamp.clone());
            insert_week(hub, at, &[SplitRow { id, reservation, parts, stamp }], commands);
        }
    }
}

fn slot_row(slot: &PickupSlot) -> SlotRow {
    let PickupSlot { id, starts_at, ends_at, capacity, ref stamp } = *slot;
    SlotRow { id, starts_at, ends_at, capacity, stamp: stamp.clone(), left: capacity }
}

fn offer_row(offer: &SurplusOffer) -> OfferRow {
    let SurplusOffer { id, source, quantity, price, value_rate, until, .. } = *offer;
    let (place, stamp) = (offer.place.clone(), offer.stamp.clone());
    let left = quantity;
    OfferRow { id, source, quantity, price, value_rate, place, until, stamp, left }
}

fn appointment_row(id: i64, one: &Appointment) -> AppointmentRow {
    let Appointment { reservation, slot, ref van, load, ref stamp } = *one;
    AppointmentRow { id, reservation, slot, van: van.clone(), load, stamp: stamp.clone() }
}

fn pickup_row(one: &Pickup) -> PickupRow {
    let Pickup { reservation, day, received, temperature_dc, outcome, .. } = *one;
    let (signed_by, stamp) = (one.signed_by.clone(), one.stamp.clone());
    PickupRow { reservation, day, received, temperature_dc, signed_by, outcome, stamp }
}
