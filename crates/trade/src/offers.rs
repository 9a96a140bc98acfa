//! Step 2, offers: what each farm says it can bring, on which day, at what price.
//!
//! A later word of the same farm for the same goods and day replaces the earlier one; both stay
//! written. A quantity of zero withdraws.

use crate::calendar::{Day, Instant};
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
}

/// Notes what a farm can bring. Labels must be proven by a certificate valid on the day.
///
/// After publication an offer still counts for sourcing. It may go down to what is ordered of it,
/// until its day closes; it may not leave the list by its price.
pub fn announce(week: &Week, request: &OfferRequest, stamp: Stamp) -> Result<Offer, Denial> {
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
    let offer = Offer {
        id: OfferId(week.offers().len() as i64 + 1),
        producer: request.producer,
        product: request.product,
        labels: request.labels,
        day: request.day,
        quantity: request.quantity,
        price: request.price,
        stamp,
    };
    check_published(week, &offer)?;
    Ok(offer)
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
