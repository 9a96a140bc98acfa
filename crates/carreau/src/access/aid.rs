//! What a food-aid organisation sees of a week's surplus and does with it: what is offered to all
//! of them, and of reservations, receipts and shares its own only.

use trade::Week;
use trade::calendar::{Instant, IsoWeek};
use trade::catalog::Product;
use trade::dock::surplus::{
    AidSplit, Appointment, Pickup, PickupSlot, Reservation, SurplusGoods, SurplusOffer, goods, load,
};
use trade::id::{BuyerId, ProducerId, ProductId, ReservationId, SlotId, SurplusId};
use trade::impact::aid::{AidRow, of_week};
use trade::offers::Stamp;
use trade::party::{AidProfile, Buyer, Hub, Producer};
use trade::register::Register;
use trade::unit::{Grams, Qty};

use super::person::{Person, Role};
use super::scope::{BuyerScope, Place};
use crate::app::App;
use crate::dock::surplus::acts::{self, Signature};
use crate::dock::surplus::intake::{self, Asked};
use crate::failure::Failure;
use crate::store::register;

/// One food-aid organisation: a buyer that is also offered what is left over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AidScope {
    own: BuyerScope,
}

impl Person {
    /// Other buyers have no part in it.
    pub fn aid_scope(&self) -> Option<AidScope> {
        let is_aid = matches!(self.role, Role::FoodAid(_));
        self.buyer_scope().filter(|_| is_aid).map(|own| AidScope { own })
    }
}

impl AidScope {
    pub fn buyer(self) -> BuyerId {
        self.own.buyer()
    }

    fn place(self, week: IsoWeek) -> Result<Place, Failure> {
        self.own.place(week)
    }

    /// Lets `look` see the surplus of a week, and the organisation's own part in it.
    pub async fn see<T>(
        self,
        app: &App,
        week: IsoWeek,
        look: impl FnOnce(AidWeek<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let buyer = self.buyer();
        app.read(self.place(week)?, |week, _| {
            let own = week.register().buyer(buyer)?;
            look(AidWeek { week, own })
        })
        .await?
    }

    /// Reserves for this organisation; the reservation, also when the same was sent before.
    pub async fn reserve(
        self,
        app: &App,
        week: IsoWeek,
        surplus: SurplusId,
        quantity: Qty,
        key: &str,
        stamp: &Stamp,
    ) -> Result<ReservationId, Failure> {
        let asked = Asked { buyer: self.buyer(), surplus, quantity };
        match intake::reserve(app, self.place(week)?, asked, key, stamp).await {
            Ok(reservation) => Ok(reservation.id),
            Err(Failure::Replayed(id)) => Ok(ReservationId(id)),
            Err(failure) => Err(failure),
        }
    }

    /// Gives an own reservation back.
    pub async fn cancel_reservation(
        self,
        app: &App,
        week: IsoWeek,
        reservation: ReservationId,
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        self.see(app, week, |week| week.reservation(reservation).map(drop)).await?;
        acts::cancel(app, self.place(week)?, reservation, false, stamp).await
    }

    /// Puts all own reservations into the hours of a slot.
    pub async fn plan_pickup(
        self,
        app: &App,
        week: IsoWeek,
        slot: SlotId,
        van: &str,
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        acts::plan_pickup(app, self.place(week)?, self.buyer(), slot, van, stamp).await
    }

    /// Signs for what was fetched; what is said then, again and again for the same key.
    pub async fn sign_pickup(
        self,
        app: &App,
        week: IsoWeek,
        signature: &Signature,
        stamp: &Stamp,
    ) -> Result<String, Failure> {
        let ids = signature.received.iter().map(|one| one.0).collect::<Vec<_>>();
        let known =
            |week: AidWeek<'_>| ids.iter().try_for_each(|&id| week.reservation(id).map(drop));
        self.see(app, week, known).await?;
        acts::sign(app, self.place(week)?, self.buyer(), signature, stamp).await
    }

    /// Shares an own pickup out.
    pub async fn split_pickup(
        self,
        app: &App,
        week: IsoWeek,
        reservation: ReservationId,
        parts: &[(String, Qty)],
        stamp: &Stamp,
    ) -> Result<(), Failure> {
        self.see(app, week, |week| week.reservation(reservation).map(drop)).await?;
        acts::split(app, self.place(week)?, self.buyer(), reservation, parts, stamp).await
    }

    /// Tells something else of the organisation; of which, the scope says.
    pub async fn set_aid_profile(
        self,
        app: &App,
        week: IsoWeek,
        profile: AidProfile,
    ) -> Result<(), Failure> {
        let profile = AidProfile { buyer: self.buyer(), ..profile };
        let place = self.place(week)?;
        register::set_profile(&app.db(place.scope()), place.hub, &profile).await?;
        app.forget_sales();
        Ok(())
    }

    /// What the organisation had in a week.
    pub async fn aid_rows(self, app: &App, week: IsoWeek) -> Result<Vec<AidRow>, Failure> {
        let buyer = self.buyer();
        let rows = app.read(self.place(week)?, |week, _| of_week(week, Some(buyer))).await?;
        Ok(rows?)
    }
}

/// A week's surplus as one organisation may see it. Foreign and unknown are answered alike.
#[derive(Clone, Copy)]
pub struct AidWeek<'week> {
    week: &'week Week,
    own: &'week Buyer,
}

impl<'week> AidWeek<'week> {
    pub fn week(self) -> IsoWeek {
        self.week.week()
    }

    /// Names of products and farms, for a report.
    pub fn register(self) -> &'week Register {
        self.week.register()
    }

    pub fn hub(self) -> &'week Hub {
        &self.week.register().hub
    }

    pub fn own(self) -> &'week Buyer {
        self.own
    }

    pub fn profile(self) -> Option<&'week AidProfile> {
        self.week.register().aid.get(&self.own.id)
    }

    /// The names of the organisation's own sites.
    pub fn sites(self) -> impl Iterator<Item = &'week str> {
        let all = self.week.register().sites.values();
        all.filter(move |site| site.buyer == self.own.id).map(|site| site.name.as_str())
    }

    /// What can still be reserved at an instant.
    pub fn offers(self, now: Instant) -> impl Iterator<Item = &'week SurplusOffer> {
        let offers = self.week.surplus().offers().iter();
        offers.filter(move |one| one.until > now && self.left(one.id) > Qty::ZERO)
    }

    pub fn offer(self, surplus: SurplusId) -> Result<&'week SurplusOffer, Failure> {
        Ok(self.week.surplus().offer(surplus)?)
    }

    pub fn left(self, surplus: SurplusId) -> Qty {
        self.week.surplus().left(surplus)
    }

    pub fn goods(self, offer: &SurplusOffer) -> Result<SurplusGoods, Failure> {
        Ok(goods(self.week, offer.source)?)
    }

    pub fn product(self, id: ProductId) -> Result<&'week Product, Failure> {
        Ok(self.week.register().product(id)?)
    }

    pub fn producer(self, id: ProducerId) -> Result<&'week Producer, Failure> {
        Ok(self.week.register().producer(id)?)
    }

    /// False where the organisation's own rule of origin says no.
    pub fn takes_from(self, producer: &Producer) -> bool {
        self.profile().is_none_or(|own| own.takes_from(&producer.identity.postcode))
    }

    pub fn slots(self) -> &'week [PickupSlot] {
        self.week.surplus().slots()
    }

    pub fn slot(self, slot: SlotId) -> Result<&'week PickupSlot, Failure> {
        Ok(self.week.surplus().slot(slot)?)
    }

    /// What can still be loaded in the hours of a slot by somebody who has nothing in it.
    pub fn slot_left(self, slot: &PickupSlot) -> Grams {
        let load = self.week.surplus().slot_load(slot.id);
        Grams::new(slot.capacity.get() - load.get())
    }

    pub fn reservations(self) -> impl Iterator<Item = &'week Reservation> {
        let all = self.week.surplus().reservations().iter();
        all.filter(move |one| one.buyer == self.own.id)
    }

    pub fn reservation(self, id: ReservationId) -> Result<&'week Reservation, Failure> {
        self.reservations().find(|one| one.id == id).ok_or_else(|| {
            Failure::NotFound(format!("La réservation {id} n'est pas une des vôtres."))
        })
    }

    /// Neither cancelled nor fetched.
    pub fn open(self) -> impl Iterator<Item = &'week Reservation> {
        self.reservations().filter(move |one| self.week.surplus().is_open(one.id))
    }

    pub fn load(self, reservation: &Reservation) -> Result<Grams, Failure> {
        Ok(load(self.week, reservation)?)
    }

    pub fn appointment(self, own: &Reservation) -> Option<&'week Appointment> {
        self.week.surplus().appointment(own.id)
    }

    pub fn pickup(self, own: &Reservation) -> Option<&'week Pickup> {
        self.week.surplus().pickup(own.id)
    }

    pub fn split_of(self, own: &Reservation) -> Option<&'week AidSplit> {
        self.week.surplus().split_of(own.id)
    }

    /// The paper of an own pickup; see [`crate::dock::surplus::paper`].
    pub fn pickup_paper(self, id: ReservationId) -> Result<paper::DonationNote, Failure> {
        self.reservation(id)?;
        crate::dock::surplus::paper::donation_note(self.week, id)
    }
}
