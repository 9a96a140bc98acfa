//! The register: all that outlives a week, as known when the week is looked at.

use std::collections::BTreeMap;

use crate::calendar::{Day, IsoWeek, ServiceCalendar, Weekday};
use crate::catalog::{LabelTable, Labels, MarketQuote, Product, VatTable};
use crate::contract::Contract;
use crate::denial::Denial;
use crate::id::{BuyerId, FamilyId, ProducerId, ProductId, SiteId, VehicleId};
use crate::party::{
    AidProfile, Buyer, BuyerKind, Certificate, Hub, Producer, Site, Vehicle, proven,
};
use crate::unit::{Price, Qty, Rate, round_div};

/// The two readings of "a margin of 25 %".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// *Taux de marge*: on what the farm is paid. 1.20 at 25 % sells at 1.50.
    OnCost,
    /// *Taux de marque*: of what the buyer pays. 1.20 at 25 % sells at 1.60.
    OnSale,
}

/// How a sale price is made from a farm price, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricingRule {
    pub from: Day,
    pub reading: Reading,
    pub rate: Rate,
    /// Only for this family of products.
    pub family: Option<FamilyId>,
    /// Only for this kind of buyer: food aid may pay less.
    pub buyer_kind: Option<BuyerKind>,
}

impl PricingRule {
    /// The sale price before rounding to the hub's step. Refuses a margin of 100 % and more.
    pub fn sale_price(&self, cost: Price) -> Result<Price, Denial> {
        let cost = i128::from(cost.get());
        let rate = i128::from(self.rate.get());
        match self.reading {
            Reading::OnCost => Ok(Price::new(round_div(cost * (10_000 + rate), 10_000))),
            Reading::OnSale if rate < 10_000 => {
                Ok(Price::new(round_div(cost * 10_000, 10_000 - rate)))
            }
            Reading::OnSale => Err(Denial::MarginTooHigh { rate: self.rate }),
        }
    }
}

/// A quantity that a buyer wants every week on the same day until told otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingOrder {
    pub buyer: BuyerId,
    pub site: SiteId,
    pub weekday: Weekday,
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
    pub from: Day,
    pub to: Option<Day>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    pub hub: Hub,
    pub rules: Vec<PricingRule>,
    pub vat: VatTable,
    pub labels: LabelTable,
    pub calendar: ServiceCalendar,
    pub producers: BTreeMap<ProducerId, Producer>,
    pub certificates: Vec<Certificate>,
    pub buyers: BTreeMap<BuyerId, Buyer>,
    pub sites: BTreeMap<SiteId, Site>,
    pub products: BTreeMap<ProductId, Product>,
    pub quotes: Vec<MarketQuote>,
    pub contracts: Vec<Contract>,
    pub standing_orders: Vec<StandingOrder>,
    pub vehicles: BTreeMap<VehicleId, Vehicle>,
    pub aid: BTreeMap<BuyerId, AidProfile>,
}

impl Register {
    /// A register with a hub and nothing else.
    pub fn new(hub: Hub) -> Register {
        Register {
            hub,
            rules: Vec::new(),
            vat: VatTable::default(),
            labels: LabelTable::default(),
            calendar: ServiceCalendar::default(),
            producers: BTreeMap::new(),
            certificates: Vec::new(),
            buyers: BTreeMap::new(),
            sites: BTreeMap::new(),
            products: BTreeMap::new(),
            quotes: Vec::new(),
            contracts: Vec::new(),
            standing_orders: Vec::new(),
            vehicles: BTreeMap::new(),
            aid: BTreeMap::new(),
        }
    }

    pub fn producer(&self, id: ProducerId) -> Result<&Producer, Denial> {
        self.producers.get(&id).ok_or(Denial::UnknownProducer { producer: id })
    }

    pub fn product(&self, id: ProductId) -> Result<&Product, Denial> {
        self.products.get(&id).ok_or(Denial::UnknownProduct { product: id })
    }

    pub fn buyer(&self, id: BuyerId) -> Result<&Buyer, Denial> {
        self.buyers.get(&id).ok_or(Denial::UnknownBuyer { buyer: id })
    }

    pub fn site(&self, id: SiteId) -> Result<&Site, Denial> {
        self.sites.get(&id).ok_or(Denial::UnknownSite { site: id })
    }

    /// Delivery days of `week`, without public holidays, in order.
    pub fn delivery_days(&self, week: IsoWeek) -> Vec<Day> {
        let days = self.hub.delivery_days.iter().map(|&weekday| week.day(weekday));
        days.filter(|&day| !self.calendar.is_public_holiday(day)).collect()
    }

    /// Checks that `producer` holds a valid certificate for each label on `day`.
    pub(crate) fn prove_labels(
        &self,
        producer: ProducerId,
        product: ProductId,
        labels: Labels,
        day: Day,
    ) -> Result<(), Denial> {
        proven(&self.certificates, producer, product, labels, day)
            .map_err(|label| Denial::CertificateMissing { producer, product, label, day })
    }

    /// The pricing rule in force on `day`: the most particular one, then the latest.
    pub fn rule(
        &self,
        family: FamilyId,
        buyer_kind: Option<BuyerKind>,
        day: Day,
    ) -> Result<&PricingRule, Denial> {
        let applies = |rule: &&PricingRule| {
            rule.from <= day
                && rule.family.is_none_or(|only| only == family)
                && rule.buyer_kind.is_none_or(|only| Some(only) == buyer_kind)
        };
        let weight =
            |rule: &&PricingRule| (rule.buyer_kind.is_some(), rule.family.is_some(), rule.from);
        let best = self.rules.iter().filter(applies).max_by_key(weight);
        best.ok_or(Denial::NoPricingRule { day })
    }

    /// The sale price of goods that cost `cost`, for a kind of buyer, rounded to the hub's step.
    pub fn sale_price(
        &self,
        product: ProductId,
        cost: Price,
        buyer_kind: Option<BuyerKind>,
        day: Day,
    ) -> Result<Price, Denial> {
        let family = self.product(product)?.family;
        let price = self.rule(family, buyer_kind, day)?.sale_price(cost)?;
        Ok(price.to_step(self.hub.price_step))
    }

    /// The latest quotation not after `week`, and not older than 8 weeks: older ones mislead.
    pub fn quote(&self, product: ProductId, organic: bool, week: IsoWeek) -> Option<&MarketQuote> {
        const WEEKS_MAX: i32 = 8;
        let oldest = week.monday().plus_days(-7 * WEEKS_MAX);
        let fits = |quote: &&MarketQuote| {
            quote.product == product
                && quote.organic == organic
                && quote.week <= week
                && quote.week.monday() >= oldest
        };
        self.quotes.iter().filter(fits).max_by_key(|quote| quote.week)
    }

    /// The contract of `buyer` that fixes a price for these goods on `day`.
    pub fn contract_for(
        &self,
        buyer: BuyerId,
        product: ProductId,
        labels: Labels,
        day: Day,
    ) -> Option<(&Contract, Price)> {
        let mut own = self.contracts.iter().filter(|contract| contract.buyer == buyer);
        own.find_map(|contract| Some((contract, contract.price(product, labels, day)?)))
    }
}
