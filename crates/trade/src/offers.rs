//! Step 2, offers: what each farm says it can bring, on which day, at what price.
//!
//! A later word of the same farm for the same goods and day replaces the earlier one; both stay
//! written. A quantity of zero withdraws.
//!
//! Last week's offers may be carried over to begin with: they are no word of a farm, only what it
//! will perhaps say again. The list can be priced on them; nothing is sold of them before the farm
//! has said so.

pub mod forewarning;
pub mod outlook;

use std::collections::BTreeSet;

use crate::calendar::{Day, Instant, IsoWeek};
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::id::{OfferId, ProducerId, ProductId};
use crate::unit::{Price, Qty};
use crate::week::Week;

/// Who said or did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub at: Instant,
    /// A person or a door: "ferme", "saisi par Anaïs".
    pub by: String,
}

/// "Up to `quantity`, at `price`, on `day`."
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub day: Day,
    pub quantity: Qty,
    /// What the farm wants to be paid for one sale unit.
    pub price: Price,
    /// The week of which this is carried over: nobody has said it for this week yet.
    pub carried_from: Option<IsoWeek>,
    pub stamp: Stamp,
}

/// What a farm says, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferRequest {
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub day: Day,
    pub quantity: Qty,
    pub price: Price,
}

/// The goods of an offer: two offers with the same key are two words of one farm.
pub type OfferKey = (ProducerId, ProductId, Labels, Day);

impl Offer {
    pub fn key(&self) -> OfferKey {
        (self.producer, self.product, self.labels, self.day)
    }

    /// True when a farm has said it, false when it was carried over from another week.
    pub fn is_said(&self) -> bool {
        self.carried_from.is_none()
    }
}

/// Notes what a farm can bring. Labels must be proven by a certificate valid on the day.
///
/// After publication an offer still counts for sourcing. It may go down to what is ordered of it,
/// until its day closes; it may not leave the list by its price.
pub fn announce(week: &Week, request: &OfferRequest, stamp: Stamp) -> Result<Offer, Denial> {
    let offer = checked(week, request, None, stamp)?;
    check_published(week, &offer)?;
    Ok(offer)
}

fn checked(
    week: &Week,
    request: &OfferRequest,
    carried_from: Option<IsoWeek>,
    stamp: Stamp,
) -> Result<Offer, Denial> {
    let register = week.register();
    register.producer(request.producer)?;
    register.product(request.product)?;
    if request.quantity < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: request.quantity });
    }
    if request.price <= Price::ZERO {
        return Err(Denial::PriceNotPositive { price: request.price });
    }
    if request.day.week() != week.week()
        || !register.delivery_days(week.week()).contains(&request.day)
    {
        return Err(Denial::NotADeliveryDay { day: request.day });
    }
    register.prove_labels(request.producer, request.product, request.labels, request.day)?;
    Ok(Offer {
        id: OfferId(week.offers().len() as i64 + 1),
        producer: request.producer,
        product: request.product,
        labels: request.labels,
        day: request.day,
        quantity: request.quantity,
        price: request.price,
        carried_from,
        stamp,
    })
}

/// What of another week's offers can stand in this one, and what cannot, with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carry {
    pub offers: Vec<Offer>,
    /// The day is that on which it would have been.
    pub left_out: Vec<(OfferRequest, Denial)>,
}

/// Carries the offers of `before` over to the same weekdays of `week`, for the farms that have not
/// been heard of it, nor are among `absent`, who bring nothing. Refused once the list is published.
pub fn carry(
    before: &Week,
    week: &Week,
    absent: &BTreeSet<ProducerId>,
    stamp: &Stamp,
) -> Result<Carry, Denial> {
    if let Some(publication) = week.publication() {
        return Err(Denial::AlreadyPublished { at: publication.stamp.at });
    }
    let heard: BTreeSet<ProducerId> =
        week.offers().iter().filter(|offer| offer.is_said()).map(|offer| offer.producer).collect();
    let mut carry = Carry::default();
    for offer in before.current_offers().filter(|offer| !offer.quantity.is_zero()) {
        let Offer { producer, product, labels, quantity, price, .. } = *offer;
        let day = week.week().day(offer.day.weekday());
        let is_there = week.carried_offer((producer, product, labels, day)).is_some();
        if heard.contains(&producer) || absent.contains(&producer) || is_there {
            continue;
        }
        let request = OfferRequest { producer, product, labels, day, quantity, price };
        match checked(week, &request, Some(before.week()), stamp.clone()) {
            Ok(mut offer) => {
                offer.id = OfferId(offer.id.0 + carry.offers.len() as i64);
                carry.offers.push(offer);
            }
            Err(denial) => carry.left_out.push((request, denial)),
        }
    }
    Ok(carry)
}

/// Takes back what was carried over and nobody has said yet, of one farm or of all.
pub fn take_back(week: &Week, producer: Option<ProducerId>, stamp: &Stamp) -> Vec<Offer> {
    let first = week.offers().len() as i64 + 1;
    let is_its = |offer: &&Offer| producer.is_none_or(|only| offer.producer == only);
    let empty = |(at, offer): (usize, &Offer)| Offer {
        id: OfferId(first + at as i64),
        quantity: Qty::ZERO,
        stamp: stamp.clone(),
        ..offer.clone()
    };
    week.carried_offers().filter(is_its).enumerate().map(empty).collect()
}

/// What was carried over of a farm, as that farm's word: it has said that it holds.
pub fn hold(week: &Week, producer: ProducerId) -> Vec<OfferRequest> {
    let own = week.carried_offers().filter(|offer| offer.producer == producer);
    let request = |offer: &Offer| {
        let Offer { producer, product, labels, day, quantity, price, .. } = *offer;
        OfferRequest { producer, product, labels, day, quantity, price }
    };
    own.map(request).collect()
}

fn check_published(week: &Week, offer: &Offer) -> Result<(), Denial> {
    let (Some(publication), Some(before)) = (week.publication(), week.current_offer(offer.key()))
    else {
        return Ok(());
    };
    // A price that the line does not pay would withdraw the goods by the back door.
    if week.leaves_list(before, offer) && !offer.quantity.is_zero() {
        return Err(Denial::AlreadyPublished { at: publication.stamp.at });
    }
    if offer.quantity >= before.quantity {
        return Ok(());
    }
    if let Some(closing) = week.closing(offer.day) {
        return Err(Denial::DayClosed { day: offer.day, closed_at: closing.stamp.at });
    }
    match week.ordered_of(before, offer) {
        Some(taken) => Err(Denial::AlreadyOrdered { asked: offer.quantity, taken }),
        None => Ok(()),
    }
}
