//! The data pack: a hub's register and weeks as a folder of CSV files (`docs/data-pack.md`).
//!
//! A pack tells what people said and did (offers, orders, arrivals, handovers), by the codes that
//! people use. It never holds what the program works out from that: a pack is played, and what
//! comes out must balance.

mod carriage;
mod checks;
pub mod columns;
pub(crate) mod fault;
mod read;
mod register;
mod row;
pub(crate) mod sheet;
mod sourcing;
pub(crate) mod text;
pub(crate) mod values;
mod week;
pub(crate) mod words;
mod write;

pub use fault::Fault;
pub use read::{Parsed, read};
pub use sourcing::SourcingNote;
pub use write::write;

use trade::calendar::deliveries::{DayException, Rhythm};
use trade::calendar::{Day, IsoWeek};
use trade::catalog::{Labels, MarketQuote, Product};
use trade::contract::Contract;
use trade::dock::Rejection;
use trade::id::{BuyerId, Code, ProducerId, ProductId, SiteId};
use trade::needs::Menu;
use trade::offers::OfferRequest;
use trade::orders::Channel;
use trade::party::{AidProfile, Buyer, Certificate, Hub, Producer, Site, Vehicle};
use trade::pledge::Pledge;
use trade::register::{PricingRule, StandingOrder};
use trade::unit::{Qty, Rate};

/// Everything a folder tells. Lists keep the order of their file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// `None` when the folder adds to a hub that is already known.
    pub hub: Option<Hub>,
    pub rules: Vec<PricingRule>,
    pub producers: Vec<Producer>,
    pub certificates: Vec<Certificate>,
    pub buyers: Vec<Buyer>,
    pub sites: Vec<Site>,
    pub products: Vec<Product>,
    pub quotes: Vec<MarketQuote>,
    pub contracts: Vec<Contract>,
    pub standing_orders: Vec<StandingOrder>,
    pub vehicles: Vec<Vehicle>,
    pub rhythms: Vec<Rhythm>,
    /// Single dates on which it is otherwise.
    pub exceptions: Vec<DayException>,
    pub aid: Vec<AidProfile>,
    /// What plans of purchases aim at; `None` when the folder says nothing of it.
    pub sourcing: Option<SourcingNote>,
    /// Season commitments of farms.
    pub pledges: Vec<Pledge>,
    /// What kitchens have announced of their menus.
    pub menus: Vec<Menu>,
    /// Offers name their day, and so their week.
    pub offers: Vec<OfferRequest>,
    pub orders: Vec<OrderNote>,
    pub arrivals: Vec<ArrivalNote>,
    pub handovers: Vec<HandoverNote>,
    pub leftovers: Vec<LeftoverNote>,
}

/// A quantity as people say it: so much, or such a part of what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Quantity(Qty),
    /// `85 %` of what was purchased, received or loaded.
    Share(Rate),
}

/// An order as a buyer sent it, before it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNote {
    /// The sender's own reference: lines with the same reference, buyer, site and day are one
    /// order, and the same order is never taken twice.
    pub reference: Code,
    pub buyer: BuyerId,
    pub site: SiteId,
    pub day: Day,
    pub channel: Channel,
    pub commitment_number: String,
    pub lines: Vec<OrderNoteLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNoteLine {
    pub product: ProductId,
    pub labels: Labels,
    /// A farm asked for by name.
    pub producer: Option<ProducerId>,
    pub quantity: Qty,
}

/// What a farm answered and brought for the goods purchased from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalNote {
    pub day: Day,
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    /// What the farm confirmed beforehand; `None`: all.
    pub confirmed: Option<Amount>,
    /// Net quantity put on the dock; `None`: all that was confirmed. Zero is a no-show.
    pub received: Option<Amount>,
    pub rejected: Option<Amount>,
    pub rejection: Option<Rejection>,
    pub batch: String,
    pub temperature_dc: Option<i64>,
}

/// What a buyer did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverNote {
    pub day: Day,
    pub site: SiteId,
    pub product: ProductId,
    pub labels: Labels,
    pub refused: Option<Amount>,
    pub missing: Option<Amount>,
    pub reason: String,
}

/// What becomes of goods without a taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftoverFate {
    Donated(BuyerId),
    Returned,
    Wasted,
}

/// What was decided for goods left on the dock (`site` empty) or refused by a site. Goods of
/// which nothing is said are given to food aid when they are sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftoverNote {
    pub day: Day,
    pub product: ProductId,
    pub labels: Labels,
    pub producer: Option<ProducerId>,
    pub site: Option<SiteId>,
    pub fate: LeftoverFate,
    /// `None`: all that is left.
    pub quantity: Option<Amount>,
    pub reason: String,
}

impl Pack {
    /// The weeks that the pack speaks of, in order.
    pub fn weeks(&self) -> Vec<IsoWeek> {
        let days = self.offers.iter().map(|offer| offer.day);
        let days = days.chain(self.orders.iter().map(|order| order.day));
        let days = days.chain(self.arrivals.iter().map(|arrival| arrival.day));
        let days = days.chain(self.handovers.iter().map(|handover| handover.day));
        let mut weeks: Vec<IsoWeek> = days.map(Day::week).collect();
        weeks.sort_unstable();
        weeks.dedup();
        weeks
    }
}
