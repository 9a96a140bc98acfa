//! Surplus: what nobody has bought is offered to food aid the same day, first come first served.
//!
//! What is offered is held: no other act of the dock can use it until it is taken back. What was
//! reserved and fetched becomes a donation ([`Outcome`]) or a line of a surplus [`Order`], never
//! both; what a farm gives of its own never enters the hub's books.

mod book;
mod lapse;

use std::collections::BTreeMap;

use super::{LeftoverSource, Outcome, OutcomeKind, dock_step, resolve, sort};
use crate::calendar::{Day, Instant};
use crate::catalog::{Labels, SaleUnit};
use crate::denial::Denial;
use crate::id::{
    BuyerId, LineId, OfferId, OrderId, OutcomeId, ProducerId, ProductId, ReceiptId, ReservationId,
    SiteId, SlotId, SurplusId,
};
use crate::mercuriale::joins;
use crate::offers::{Offer, Stamp};
use crate::orders::{self, Channel, Order, OrderRequest, PriceOrigin};
use crate::party::{AidProfile, BuyerKind, Place, department};
use crate::unit::{Grams, Price, Qty, Rate, share};
use crate::week::Week;

pub use book::SurplusBook;
pub use lapse::{due, is_lapsed, lapsed, lapsed_of, leftovers_at, reclaim, release};

/// Where goods for food aid come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SurplusSource {
    /// The hub has bought them and nobody takes them.
    Left(LeftoverSource),
    /// A farm has them beyond what was sold, and gives them.
    Farm(OfferId),
}

/// "This much, there, until then." The quantity never grows; another offer may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurplusOffer {
    pub id: SurplusId,
    pub source: SurplusSource,
    pub quantity: Qty,
    /// Of one sale unit; `None`: given.
    pub price: Option<Price>,
    /// The part of the farm price that counts as the value of a gift.
    pub value_rate: Rate,
    /// Where it is fetched.
    pub place: String,
    /// After this instant nobody reserves.
    pub until: Instant,
    pub stamp: Stamp,
}

/// What the dock wants to offer, before it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurplusRequest {
    pub source: SurplusSource,
    pub quantity: Qty,
    pub price: Option<Price>,
    pub value_rate: Rate,
    pub place: String,
    pub until: Instant,
}

/// Hours at which food aid is loaded, and how much can be loaded in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickupSlot {
    pub id: SlotId,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub capacity: Grams,
    pub stamp: Stamp,
}

/// The dock takes back what nobody has reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    pub surplus: SurplusId,
    pub quantity: Qty,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub id: ReservationId,
    pub surplus: SurplusId,
    pub buyer: BuyerId,
    pub quantity: Qty,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    pub reservation: ReservationId,
    pub stamp: Stamp,
}

/// When a reservation is fetched, and with what. A later one takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub reservation: ReservationId,
    pub slot: SlotId,
    pub van: String,
    pub load: Grams,
    pub stamp: Stamp,
}

/// Goods in food aid's hands, signed for. Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pickup {
    pub reservation: ReservationId,
    pub day: Day,
    pub received: Qty,
    /// Tenths of a degree, when measured.
    pub temperature_dc: Option<i64>,
    pub signed_by: String,
    /// The hub's gift that it is; none for a sale, or when a farm gives.
    pub outcome: Option<OutcomeId>,
    pub stamp: Stamp,
}

/// What food aid says when it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickupRequest {
    pub reservation: ReservationId,
    pub buyer: BuyerId,
    pub day: Day,
    pub received: Qty,
    pub temperature_dc: Option<i64>,
    pub signed_by: String,
}

/// How what was fetched is shared out over sites and charities. A later one takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidSplit {
    pub reservation: ReservationId,
    pub parts: Vec<(String, Qty)>,
    pub stamp: Stamp,
}

/// One thing that happened to surplus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SurplusFact {
    Slot(PickupSlot),
    Offered(SurplusOffer),
    Withdrawn(TakenBack),
    Reserved(Reservation),
    Cancelled(Cancellation),
    Planned(Appointment),
    Collected(Pickup),
    Split(AidSplit),
}

macro_rules! surplus_fact_from {
    ($($kind:ident($record:ident)),* $(,)?) => {$(
        impl From<$record> for crate::fact::Fact {
            fn from(record: $record) -> Self {
                crate::fact::Fact::Surplus(SurplusFact::$kind(record))
            }
        }
    )*};
}

surplus_fact_from!(
    Slot(PickupSlot),
    Offered(SurplusOffer),
    Withdrawn(TakenBack),
    Reserved(Reservation),
    Cancelled(Cancellation),
    Planned(Appointment),
    Collected(Pickup),
    Split(AidSplit),
);

/// What goods are, wherever they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurplusGoods {
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    /// The delivery day for which they came.
    pub day: Day,
    /// What the farm is paid, or asks.
    pub cost: Price,
    /// The lot; none while they are still on the farm.
    pub receipt: Option<ReceiptId>,
    /// The line of the price list; none when a farm gives.
    pub line: Option<LineId>,
}

/// What lies behind a source.
pub fn goods(week: &Week, source: SurplusSource) -> Result<SurplusGoods, Denial> {
    match source {
        SurplusSource::Farm(offer) => {
            let Offer { producer, product, labels, day, price, .. } = *week.offer(offer)?;
            let (receipt, line) = (None, None);
            Ok(SurplusGoods { producer, product, labels, day, cost: price, receipt, line })
        }
        SurplusSource::Left(left) => {
            let receipt = week.receipt_of(left)?;
            let line = week.purchase_line(week.receipt(receipt)?.line)?;
            Ok(SurplusGoods {
                producer: line.producer,
                product: line.product,
                labels: line.labels,
                day: line.day,
                cost: line.price,
                receipt: Some(receipt),
                line: Some(line.line),
            })
        }
    }
}

/// What can be offered to food aid for `day` out of what lies on the dock: sorted and left over,
/// or refused by a buyer, and not offered yet.
pub fn offerable(
    week: &Week,
    day: Day,
    metres: fn(Place, Place) -> i64,
) -> Vec<(LeftoverSource, Qty)> {
    let left = super::leftovers(week, day).into_iter();
    left.filter(|(source, _)| is_sorted(week, *source, day, metres)).collect()
}

/// Before sorting, all that has arrived lies on the dock: that is no surplus yet.
fn is_sorted(
    week: &Week,
    source: LeftoverSource,
    day: Day,
    metres: fn(Place, Place) -> i64,
) -> bool {
    let LeftoverSource::Dock(receipt) = source else { return true };
    let is_in = |line: &crate::sourcing::PurchaseLine| {
        week.confirmed(line.id).is_zero() || week.receipts_of(line.id).next().is_some()
    };
    week.sortings_of(receipt).next().is_some()
        || (week.purchase_lines_on(day).all(is_in) && sort(week, day, metres).is_err())
}

/// What a farm has for a day beyond all that was sold, or can still be sold, of the same goods.
pub fn spare(week: &Week, offer: &Offer) -> Qty {
    let Some(publication) = week.publication() else { return Qty::ZERO };
    let own = week.offer_left(offer);
    let lines = publication.lines.iter().filter(|line| joins(offer, line));
    let mut due = Qty::ZERO;
    let mut all = Qty::ZERO;
    for line in lines {
        due = due.plus(still_due(week, line.id, offer.day));
        let offers = week.current_offers().filter(|one| one.day == offer.day && joins(one, line));
        all = all.plus(Qty::total(offers.map(|one| week.offer_left(one))));
    }
    if all.is_zero() {
        // Not on the list: nobody can order it.
        return own;
    }
    own.min(all.minus(due)).max(Qty::ZERO)
}

/// What farms must still bring of a line: what is sold without a farm, and while orders are taken
/// all that could be.
fn still_due(week: &Week, line: LineId, day: Day) -> Qty {
    let is_own = |order: &&Order| order.day == day && order.channel != Channel::Surplus;
    let mut due = Qty::ZERO;
    if week.closing(day).is_none() {
        due = week.left(line, day);
    }
    for order in week.orders().iter().filter(is_own) {
        for own in order.lines.iter().filter(|own| own.line == line) {
            let id = order.line_id(own.rank);
            due = due.plus(week.ordered(id).minus(week.covered(id)).max(Qty::ZERO));
        }
    }
    due
}

/// Offers goods to food aid.
pub fn offer(
    week: &Week,
    request: &SurplusRequest,
    stamp: Stamp,
    metres: fn(Place, Place) -> i64,
) -> Result<SurplusOffer, Denial> {
    let SurplusRequest { source, quantity, price, value_rate, until, .. } = *request;
    let found = goods(week, source)?;
    check_units(week, found.product, quantity)?;
    if let Some(price) = price.filter(|price| *price <= Price::ZERO) {
        return Err(Denial::PriceNotPositive { price });
    }
    if until <= stamp.at {
        return Err(Denial::SurplusEnded { until });
    }
    let left = match source {
        SurplusSource::Farm(id) => spare(week, week.offer(id)?),
        SurplusSource::Left(left) if !is_sorted(week, left, found.day, metres) => {
            return Err(Denial::NotSortedYet { day: found.day });
        }
        SurplusSource::Left(left) => {
            let all = super::leftovers(week, found.day).into_iter();
            all.filter(|(known, _)| *known == left).map(|(_, left)| left).max().unwrap_or(Qty::ZERO)
        }
    };
    // A sale needs a lot of the hub's own that was not delivered to anybody before.
    if price.is_some() && !matches!(source, SurplusSource::Left(LeftoverSource::Dock(_))) {
        return Err(Denial::GivenOnly);
    }
    if quantity > left {
        return Err(Denial::MoreThanLeft { left, asked: quantity });
    }
    Ok(SurplusOffer {
        id: SurplusId(week.surplus().offers().len() as i64 + 1),
        source,
        quantity,
        price,
        value_rate,
        place: request.place.trim().to_string(),
        until,
        stamp,
    })
}

fn check_units(week: &Week, product: ProductId, quantity: Qty) -> Result<SaleUnit, Denial> {
    if quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    let unit = week.register().product(product)?.unit;
    if !quantity.is_multiple_of(dock_step(unit)) {
        return Err(Denial::NotWholeUnits { asked: quantity });
    }
    Ok(unit)
}

/// Opens hours for loading.
pub fn open_slot(
    week: &Week,
    starts_at: Instant,
    ends_at: Instant,
    capacity: Grams,
    stamp: Stamp,
) -> Result<PickupSlot, Denial> {
    if ends_at <= starts_at || ends_at <= stamp.at {
        return Err(Denial::SlotEnded { ends_at });
    }
    if capacity <= Grams::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: Qty::new(capacity.get()) });
    }
    let id = SlotId(week.surplus().slots().len() as i64 + 1);
    Ok(PickupSlot { id, starts_at, ends_at, capacity, stamp })
}

/// Reserves goods for a food-aid organisation. What is left is judged here and decided by the one
/// conditional write with which the reservation is saved.
pub fn reserve(
    week: &Week,
    id: ReservationId,
    surplus: SurplusId,
    buyer: BuyerId,
    quantity: Qty,
    stamp: Stamp,
) -> Result<Reservation, Denial> {
    if week.register().buyer(buyer)?.kind != BuyerKind::FoodAid {
        return Err(Denial::NotFoodAid { buyer });
    }
    let offered = week.surplus().offer(surplus)?;
    let found = goods(week, offered.source)?;
    check_units(week, found.product, quantity)?;
    if stamp.at >= offered.until {
        return Err(Denial::SurplusEnded { until: offered.until });
    }
    let postcode = &week.register().producer(found.producer)?.identity.postcode;
    let profile = week.register().aid.get(&buyer);
    if profile.is_some_and(|own: &AidProfile| !own.takes_from(postcode)) {
        let (producer, department) = (found.producer, department(postcode).to_string());
        return Err(Denial::OriginNotTaken { producer, department });
    }
    let left = week.surplus().left(surplus);
    if quantity > left {
        return Err(Denial::SurplusGone { surplus, asked: quantity, left });
    }
    Ok(Reservation { id, surplus, buyer, quantity, stamp })
}

/// Gives a reservation back, until its hours begin. `by_hub`: whoever did not come.
pub fn cancel(
    week: &Week,
    id: ReservationId,
    by_hub: bool,
    stamp: Stamp,
) -> Result<Cancellation, Denial> {
    let reservation = open_reservation(week, id)?;
    let slot = week.surplus().appointment(reservation.id).map(|one| one.slot);
    if let Some(slot) = slot.filter(|_| !by_hub) {
        let since = week.surplus().slot(slot)?.starts_at;
        if stamp.at >= since {
            return Err(Denial::TooLateToCancel { since });
        }
    }
    Ok(Cancellation { reservation: id, stamp })
}

fn open_reservation(week: &Week, id: ReservationId) -> Result<&Reservation, Denial> {
    let book = week.surplus();
    let reservation = book.reservation(id)?;
    if book.pickup(id).is_some() {
        return Err(Denial::AlreadyCollected { reservation: id });
    }
    if book.is_cancelled(id) {
        return Err(Denial::UnknownReservation { reservation: id });
    }
    Ok(reservation)
}

/// The weight of a reservation.
pub fn load(week: &Week, reservation: &Reservation) -> Result<Grams, Denial> {
    let offered = week.surplus().offer(reservation.surplus)?;
    let product = goods(week, offered.source)?.product;
    Ok(week.register().product(product)?.weight_of(reservation.quantity))
}

/// Puts all that a buyer has reserved and not fetched into the hours of a slot.
pub fn plan_pickup(
    week: &Week,
    buyer: BuyerId,
    slot: SlotId,
    van: &str,
    stamp: &Stamp,
) -> Result<Vec<Appointment>, Denial> {
    let book = week.surplus();
    let known = book.slot(slot)?;
    if stamp.at >= known.ends_at {
        return Err(Denial::SlotEnded { ends_at: known.ends_at });
    }
    let (mut planned, mut all, mut more) = (Vec::new(), Grams::ZERO, Grams::ZERO);
    for reservation in book.open_of(buyer) {
        let load = load(week, reservation)?;
        all = all.plus(load);
        if book.appointment(reservation.id).is_none_or(|one| one.slot != slot) {
            more = more.plus(load);
        }
        planned.push(Appointment {
            reservation: reservation.id,
            slot,
            van: van.trim().to_string(),
            load,
            stamp: stamp.clone(),
        });
    }
    if planned.is_empty() {
        return Err(Denial::NothingReserved { buyer });
    }
    let left = known.capacity.minus(book.slot_load(slot));
    if more > left {
        return Err(Denial::SlotFull { slot, load: more, left });
    }
    let vans = week.register().aid.get(&buyer).map(|profile| &profile.vans[..]);
    let own = vans.unwrap_or_default().iter().find(|(name, _)| name == van.trim());
    if let Some(&(_, payload)) = own.filter(|(_, payload)| all > *payload) {
        return Err(Denial::VehicleTooSmall { payload, load: all });
    }
    Ok(planned)
}

/// Signs for what was fetched: all of a reservation, or less; the rest is there for others again.
/// What comes of it says [`follow`], once this is added to the week.
pub fn collect(week: &Week, request: &PickupRequest, stamp: Stamp) -> Result<Pickup, Denial> {
    let PickupRequest { reservation, buyer, day, received, temperature_dc, .. } = *request;
    let known = week.surplus().reservation(reservation)?;
    if known.buyer != buyer {
        return Err(Denial::UnknownReservation { reservation });
    }
    let known = open_reservation(week, reservation)?;
    let offered = week.surplus().offer(known.surplus)?;
    check_units(week, goods(week, offered.source)?.product, received)?;
    if received > known.quantity {
        return Err(Denial::MoreThanReserved { reserved: known.quantity, received });
    }
    if request.signed_by.trim().is_empty() {
        return Err(Denial::SignatureMissing);
    }
    let is_gift = matches!(offered.source, SurplusSource::Left(_)) && offered.price.is_none();
    let outcome = is_gift.then(|| OutcomeId(week.outcomes().len() as i64 + 1));
    let signed_by = request.signed_by.trim().to_string();
    Ok(Pickup { reservation, day, received, temperature_dc, signed_by, outcome, stamp })
}

/// What a pickup is in the hub's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// A farm's own gift: nothing of the hub's has moved.
    FarmGift,
    Donation(Outcome),
    /// An order over what was fetched, to be sorted from this lot and handed over at once.
    Sale(Order, ReceiptId),
}

/// What follows from a pickup that the week already knows.
pub fn follow(week: &Week, pickup: &Pickup) -> Result<Followed, Denial> {
    let (reservation, offered) = week.surplus().goods_of(pickup.reservation)?;
    let SurplusSource::Left(source) = offered.source else { return Ok(Followed::FarmGift) };
    let Some(price) = offered.price else {
        let kind = OutcomeKind::Donated(reservation.buyer);
        let reason = format!("surplus réservé n° {}", reservation.id);
        let outcome = resolve(week, source, kind, pickup.received, &reason, pickup.stamp.clone())?;
        return Ok(Followed::Donation(outcome));
    };
    let found = goods(week, offered.source)?;
    let (Some(line), Some(receipt)) = (found.line, found.receipt) else {
        return Err(Denial::GivenOnly);
    };
    let request = OrderRequest {
        buyer: reservation.buyer,
        site: site_of(week, reservation.buyer)?,
        day: found.day,
        channel: Channel::Surplus,
        commitment_number: String::new(),
        lines: vec![(line, pickup.received)],
    };
    let (id, stamp) = (OrderId(reservation.id.0), pickup.stamp.clone());
    let placed = orders::place(week.sale()?, id, &request, &BTreeMap::new(), stamp);
    let mut order = placed.map_err(|mut denials| denials.remove(0))?;
    for line in &mut order.lines {
        (line.price, line.price_origin) = (price, PriceOrigin::BuyerRule);
    }
    Ok(Followed::Sale(order, receipt))
}

fn site_of(week: &Week, buyer: BuyerId) -> Result<SiteId, Denial> {
    let mut own = week.register().sites.values().filter(|site| site.buyer == buyer);
    own.next().map(|site| site.id).ok_or(Denial::SiteMissing { buyer })
}

/// Shares what was fetched out, in proportion of the usual parts, in what can be split; the sum
/// is what was fetched. Without any part all get alike. Shape: one quantity per weight.
pub fn proposal(received: Qty, weights: &[i64], unit: SaleUnit) -> Vec<Qty> {
    let step = dock_step(unit);
    let is_empty = weights.iter().all(|weight| *weight <= 0);
    // No share is above its own weight: weights far above the whole leave only the proportion.
    let scale = |weight: &i64| match is_empty {
        true => Qty::new(received.get()),
        false => Qty::new((*weight).clamp(0, 1_000_000) * received.get()),
    };
    let scaled: Vec<Qty> = weights.iter().map(scale).collect();
    let mut parts = share(received.floor_to(step), &scaled, step);
    let odd = received.minus(Qty::total(parts.iter().copied()));
    if let Some(first) = parts.iter_mut().max_by_key(|part| part.get()) {
        *first = first.plus(odd);
    }
    parts
}

/// Notes how a buyer shares out what it has fetched.
pub fn split(
    week: &Week,
    id: ReservationId,
    buyer: BuyerId,
    parts: &[(String, Qty)],
    stamp: Stamp,
) -> Result<AidSplit, Denial> {
    let unknown = Denial::UnknownReservation { reservation: id };
    let own = week.surplus().reservation(id)?.buyer == buyer;
    let pickup = week.surplus().pickup(id).filter(|_| own).ok_or(unknown)?;
    if let Some((_, quantity)) = parts.iter().find(|(_, quantity)| *quantity < Qty::ZERO) {
        return Err(Denial::QuantityNotPositive { quantity: *quantity });
    }
    let (received, split) = (pickup.received, Qty::total(parts.iter().map(|part| part.1)));
    if split != received {
        return Err(Denial::SplitDiffers { received, split });
    }
    let kept = parts.iter().filter(|(_, quantity)| !quantity.is_zero());
    Ok(AidSplit { reservation: id, parts: kept.cloned().collect(), stamp })
}
