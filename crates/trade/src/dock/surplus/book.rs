//! All that happened to the surplus of a week, and the questions that are asked of it.

use std::collections::HashMap;

use super::{
    AidSplit, Appointment, Cancellation, Pickup, PickupSlot, Reservation, SurplusFact,
    SurplusOffer, SurplusSource, Withdrawal,
};
use crate::denial::Denial;
use crate::id::{BuyerId, OfferId, ReservationId, SlotId, SurplusId};
use crate::unit::{Grams, Qty};

/// The surplus of a week. Facts are only added; what they come to is kept beside them.
#[derive(Clone, Debug, Default)]
pub struct SurplusBook {
    slots: Vec<PickupSlot>,
    offers: Vec<SurplusOffer>,
    withdrawals: Vec<Withdrawal>,
    reservations: Vec<Reservation>,
    cancellations: Vec<Cancellation>,
    appointments: Vec<Appointment>,
    pickups: Vec<Pickup>,
    splits: Vec<AidSplit>,
    left: HashMap<SurplusId, Qty>,
    held: HashMap<SurplusSource, Qty>,
    /// What farms have given of their own.
    given: HashMap<OfferId, Qty>,
    at: HashMap<ReservationId, usize>,
    collected: HashMap<ReservationId, usize>,
    planned: HashMap<ReservationId, usize>,
    cancelled: HashMap<ReservationId, usize>,
}

impl SurplusBook {
    pub(crate) fn apply(&mut self, fact: SurplusFact) {
        match fact {
            SurplusFact::Slot(slot) => self.slots.push(slot),
            SurplusFact::Offered(offer) => {
                self.add_left(offer.id, offer.quantity);
                self.add_held(offer.source, offer.quantity);
                self.offers.push(offer);
            }
            SurplusFact::Withdrawn(withdrawal) => {
                let less = Qty::ZERO.minus(withdrawal.quantity);
                self.add_left(withdrawal.surplus, less);
                if let Ok(source) = self.offer(withdrawal.surplus).map(|offer| offer.source) {
                    self.add_held(source, less);
                }
                self.withdrawals.push(withdrawal);
            }
            SurplusFact::Reserved(reservation) => {
                self.add_left(reservation.surplus, Qty::ZERO.minus(reservation.quantity));
                self.at.insert(reservation.id, self.reservations.len());
                self.reservations.push(reservation);
            }
            SurplusFact::Cancelled(cancellation) => {
                if let Ok(known) = self.reservation(cancellation.reservation).cloned() {
                    self.add_left(known.surplus, known.quantity);
                }
                self.cancelled.insert(cancellation.reservation, self.cancellations.len());
                self.cancellations.push(cancellation);
            }
            SurplusFact::Planned(appointment) => {
                self.planned.insert(appointment.reservation, self.appointments.len());
                self.appointments.push(appointment);
            }
            SurplusFact::Collected(pickup) => self.apply_pickup(pickup),
            SurplusFact::Split(split) => self.splits.push(split),
        }
    }

    fn apply_pickup(&mut self, pickup: Pickup) {
        let known = self.goods_of(pickup.reservation);
        let known = known.map(|(one, offer)| (one.surplus, one.quantity, offer.source));
        if let Ok((surplus, reserved, source)) = known {
            self.add_left(surplus, reserved.minus(pickup.received));
            self.add_held(source, Qty::ZERO.minus(pickup.received));
            if let SurplusSource::Farm(offer) = source {
                let sum = self.given.entry(offer).or_default();
                *sum = sum.plus(pickup.received);
            }
        }
        self.collected.insert(pickup.reservation, self.pickups.len());
        self.pickups.push(pickup);
    }

    fn add_left(&mut self, surplus: SurplusId, quantity: Qty) {
        let sum = self.left.entry(surplus).or_default();
        *sum = sum.plus(quantity);
    }

    fn add_held(&mut self, source: SurplusSource, quantity: Qty) {
        let sum = self.held.entry(source).or_default();
        *sum = sum.plus(quantity);
    }

    pub fn slots(&self) -> &[PickupSlot] {
        &self.slots
    }

    pub fn slot(&self, slot: SlotId) -> Result<&PickupSlot, Denial> {
        let found = self.slots.iter().find(|known| known.id == slot);
        found.ok_or(Denial::UnknownSlot { slot })
    }

    /// What is to be loaded in the hours of a slot.
    pub fn slot_load(&self, slot: SlotId) -> Grams {
        let current = self.planned.iter().filter(|(id, _)| !self.is_cancelled(**id));
        let own = current.map(|(_, &at)| &self.appointments[at]).filter(|one| one.slot == slot);
        Grams::total(own.map(|one| one.load))
    }

    pub fn offers(&self) -> &[SurplusOffer] {
        &self.offers
    }

    pub fn offer(&self, surplus: SurplusId) -> Result<&SurplusOffer, Denial> {
        let at = usize::try_from(surplus.0 - 1).ok();
        let found = at.and_then(|at| self.offers.get(at));
        found.ok_or(Denial::UnknownSurplus { surplus })
    }

    /// What can still be reserved.
    pub fn left(&self, surplus: SurplusId) -> Qty {
        self.left.get(&surplus).copied().unwrap_or(Qty::ZERO)
    }

    /// What is offered, reserved or not, and has not been fetched: nothing else may use it.
    pub fn held(&self, source: SurplusSource) -> Qty {
        self.held.get(&source).copied().unwrap_or(Qty::ZERO)
    }

    /// What of a farm's offer is held for food aid or was given to it.
    pub fn taken_of(&self, offer: OfferId) -> Qty {
        let given = self.given.get(&offer).copied().unwrap_or(Qty::ZERO);
        self.held(SurplusSource::Farm(offer)).plus(given)
    }

    pub fn withdrawals(&self) -> &[Withdrawal] {
        &self.withdrawals
    }

    pub fn reservations(&self) -> &[Reservation] {
        &self.reservations
    }

    pub fn reservation(&self, id: ReservationId) -> Result<&Reservation, Denial> {
        let found = self.at.get(&id).map(|&at| &self.reservations[at]);
        found.ok_or(Denial::UnknownReservation { reservation: id })
    }

    /// A reservation with the offer that it is of.
    pub fn goods_of(&self, id: ReservationId) -> Result<(&Reservation, &SurplusOffer), Denial> {
        let reservation = self.reservation(id)?;
        Ok((reservation, self.offer(reservation.surplus)?))
    }

    /// What a buyer has reserved and neither cancelled nor fetched.
    pub fn open_of(&self, buyer: BuyerId) -> impl Iterator<Item = &Reservation> {
        self.reservations.iter().filter(move |one| one.buyer == buyer && self.is_open(one.id))
    }

    /// Neither cancelled nor fetched.
    pub fn is_open(&self, id: ReservationId) -> bool {
        !self.is_cancelled(id) && self.pickup(id).is_none()
    }

    pub fn is_cancelled(&self, id: ReservationId) -> bool {
        self.cancelled.contains_key(&id)
    }

    pub fn cancellations(&self) -> &[Cancellation] {
        &self.cancellations
    }

    pub fn appointments(&self) -> &[Appointment] {
        &self.appointments
    }

    /// When a reservation is fetched, as last planned.
    pub fn appointment(&self, id: ReservationId) -> Option<&Appointment> {
        self.planned.get(&id).map(|&at| &self.appointments[at])
    }

    pub fn pickups(&self) -> &[Pickup] {
        &self.pickups
    }

    pub fn pickup(&self, id: ReservationId) -> Option<&Pickup> {
        self.collected.get(&id).map(|&at| &self.pickups[at])
    }

    pub fn splits(&self) -> &[AidSplit] {
        &self.splits
    }

    /// How a pickup is shared out, as last said.
    pub fn split_of(&self, id: ReservationId) -> Option<&AidSplit> {
        self.splits.iter().rfind(|split| split.reservation == id)
    }
}
