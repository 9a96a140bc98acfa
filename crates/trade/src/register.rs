//! The register: all that outlives a week, as known when the week is looked at.

mod fleet;

use std::collections::BTreeMap;

use crate::calendar::deliveries::{DayException, Deliveries, Rhythm, deliveries};
use crate::calendar::{Day, IsoWeek, ServiceCalendar, Weekday};
use crate::catalog::{LabelTable, Labels, MarketQuote, Product, VatTable};
use crate::contract::Contract;
use crate::denial::Denial;
use crate::id::{BuyerId, Code, FamilyId, ProducerId, ProductId, SiteId, VehicleId};
use crate::offers::Stamp;
use crate::party::{
    AidProfile, Buyer, BuyerKind, Certificate, Hub, Producer, Site, Vehicle, proven,
};
use crate::pledge::Pledge;
use crate::sourcing::SourcingSetting;
use crate::unit::{Price, Qty, Rate, rate_between, round_div};

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

/// What a rule makes of one farm price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleEffect {
    pub product: ProductId,
    pub cost: Price,
    /// The sale price without the rule; `None` when no other rule holds.
    pub before: Option<Price>,
    pub after: Price,
    /// The hub's part on cost (*taux de marge*) and of the sale price (*taux de marque*).
    pub markup: Option<Rate>,
    pub margin: Option<Rate>,
}

/// What the hub says at the beginning and at the end of its letters of a kind. The latest version
/// counts; one without a word is the built-in letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterWords {
    pub kind: Code,
    /// 1 for the first.
    pub version: i64,
    pub opening: String,
    pub closing: String,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    pub hub: Hub,
    /// Weekly rules that follow the hub's own, in order of their first week.
    pub rhythms: Vec<Rhythm>,
    /// At most one for a date.
    pub exceptions: Vec<DayException>,
    /// All versions, in order.
    pub words: Vec<LetterWords>,
    /// What plans of purchases aim at: all versions, in order.
    pub sourcing: Vec<SourcingSetting>,
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
    /// Season commitments of farms; of a farm's goods at most one that begins in a week.
    pub pledges: Vec<Pledge>,
}

impl Register {
    /// A register with a hub and nothing else.
    pub fn new(hub: Hub) -> Register {
        Register {
            hub,
            rhythms: Vec::new(),
            exceptions: Vec::new(),
            words: Vec::new(),
            sourcing: Vec::new(),
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
            pledges: Vec::new(),
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

    /// The weekly rule in force in `week`.
    pub fn rhythm(&self, week: IsoWeek) -> Rhythm {
        let known = self.rhythms.iter().filter(|rhythm| rhythm.from <= week);
        let latest = known.max_by_key(|rhythm| rhythm.from).cloned();
        latest.unwrap_or_else(|| Rhythm {
            from: week,
            days: self.hub.delivery_days.clone(),
            cutoff_days_before: self.hub.cutoff_days_before,
            cutoff_minute: self.hub.cutoff_minute,
        })
    }

    /// What `week` delivers: by its rhythm, without public holidays, and with what was said
    /// otherwise for single dates.
    pub fn deliveries(&self, week: IsoWeek) -> Deliveries {
        deliveries(week, &self.rhythm(week), &self.calendar, &self.exceptions)
    }

    /// Delivery days of `week`, in order.
    pub fn delivery_days(&self, week: IsoWeek) -> Vec<Day> {
        self.deliveries(week).days.iter().map(|delivery| delivery.day).collect()
    }

    /// The weekday whose standing orders a delivery serves: a moved one keeps its own.
    pub fn weekday_served(&self, day: Day) -> Weekday {
        let days = self.deliveries(day.week()).days;
        let found = days.iter().find(|delivery| delivery.day == day);
        found.map_or(day, |delivery| delivery.planned_on).weekday()
    }

    /// The hub's own words for a kind of letter; `None` where the built-in ones serve.
    pub fn words(&self, kind: &str) -> Option<&LetterWords> {
        let known = self.words.iter().filter(|words| words.kind.as_str() == kind);
        let latest = known.max_by_key(|words| words.version)?;
        (!latest.opening.is_empty() || !latest.closing.is_empty()).then_some(latest)
    }

    /// What plans of purchases aim at now.
    pub fn sourcing_setting(&self) -> SourcingSetting {
        let latest = self.sourcing.iter().max_by_key(|setting| setting.version);
        latest.cloned().unwrap_or_else(SourcingSetting::usual)
    }

    /// Checks that `producer` holds a valid certificate for each label on `day`.
    pub fn prove_labels(
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
        in_force(&self.rules, family, buyer_kind, day).ok_or(Denial::NoPricingRule { day })
    }

    /// Judges a rule that is to be added: it begins on `first` or later, so that no price that
    /// buyers have seen changes.
    pub fn judge_rule(&self, rule: &PricingRule, first: Day) -> Result<(), Denial> {
        if rule.rate < Rate::ZERO {
            return Err(Denial::RateBelowZero { rate: rule.rate });
        }
        rule.sale_price(Price::ZERO)?;
        if rule.from < first {
            return Err(Denial::RuleTooEarly { from: rule.from, first });
        }
        let is_same = |known: &&PricingRule| {
            (known.from, known.family, known.buyer_kind)
                == (rule.from, rule.family, rule.buyer_kind)
        };
        match self.rules.iter().find(is_same) {
            Some(same) => Err(Denial::SameRule { from: same.from }),
            None => Ok(()),
        }
    }

    /// What a rule would make of farm prices on its first day, beside what holds without it.
    pub fn rule_effects(
        &self,
        rule: &PricingRule,
        samples: &[(ProductId, Price)],
    ) -> Result<Vec<RuleEffect>, Denial> {
        let with = [&self.rules[..], std::slice::from_ref(rule)].concat();
        let effect = |&(product, cost): &(ProductId, Price)| {
            let family = self.product(product)?.family;
            let price = |rules: &[PricingRule]| -> Result<Option<Price>, Denial> {
                let Some(rule) = in_force(rules, family, rule.buyer_kind, rule.from) else {
                    return Ok(None);
                };
                Ok(Some(rule.sale_price(cost)?.to_step(self.hub.price_step)))
            };
            let after = price(&with)?.ok_or(Denial::NoPricingRule { day: rule.from })?;
            let part = after.minus(cost).get();
            Ok(RuleEffect {
                product,
                cost,
                before: price(&self.rules)?,
                after,
                markup: rate_between(part, cost.get()),
                margin: rate_between(part, after.get()),
            })
        };
        samples.iter().map(effect).collect()
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

/// The most particular rule that holds, then the latest.
fn in_force(
    rules: &[PricingRule],
    family: FamilyId,
    buyer_kind: Option<BuyerKind>,
    day: Day,
) -> Option<&PricingRule> {
    let applies = |rule: &&PricingRule| {
        rule.from <= day
            && rule.family.is_none_or(|only| only == family)
            && rule.buyer_kind.is_none_or(|only| Some(only) == buyer_kind)
    };
    let weight =
        |rule: &&PricingRule| (rule.buyer_kind.is_some(), rule.family.is_some(), rule.from);
    rules.iter().filter(applies).max_by_key(weight)
}

/// The first day on which a setting that makes prices may begin: after today, and after the last
/// week whose list buyers have.
pub fn first_free_day(today: Day, published: Option<IsoWeek>) -> Day {
    let tomorrow = today.plus_days(1);
    published.map_or(tomorrow, |last| tomorrow.max(last.next().monday()))
}
