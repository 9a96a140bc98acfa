//! All that a sourcing planner may know of a day: what was sold, what farms have, what they
//! traded this season, and what the coordinator has settled.

use std::collections::{BTreeMap, BTreeSet};

use super::expected_part;
use super::plan::Aim;
use crate::calendar::Day;
use crate::catalog::{Labels, Pack};
use crate::contract::Origin;
use crate::denial::Denial;
use crate::id::{LineId, OfferId, OrderLineId, ProducerId, ProductId, SiteId};
use crate::mercuriale::LinePolicy;
use crate::orders::{Channel, Order, OrderLine, PriceOrigin};
use crate::party::{Place, Producer};
use crate::register::Register;
use crate::unit::{Cents, Price, Qty, Rate, amount};
use crate::week::Week;

/// A sold quantity that still needs a farm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    pub order_line: OrderLineId,
    pub line: LineId,
    pub product: ProductId,
    pub labels: Labels,
    pub policy: LinePolicy,
    pub pack: Pack,
    pub quantity: Qty,
    /// What the farm is paid: an offer that asks more cannot serve.
    pub cost: Price,
    /// What the buyer pays.
    pub price: Price,
    /// Contracts and standing promises are served first.
    pub is_promised: bool,
    pub site: SiteId,
    /// Farms that bring it at most, wherever so many are enough: lots stay easy to trace.
    pub farms_most: i64,
    /// The farms that the contract's rule of origin allows; `None`: all.
    pub only: Option<Vec<ProducerId>>,
}

/// What a farm still has for the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    pub offer: OfferId,
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub price: Price,
    pub left: Qty,
    /// Certificates prove every label on the day; what is not proven serves nobody.
    pub is_proven: bool,
}

/// What a farm and product have traded this season: before the week as [`task`] is given it, with
/// the week's other offers and all that was confirmed of its purchases as it hands it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeasonRow {
    pub offered: Qty,
    pub purchased: Qty,
    /// What the purchased quantity cost the hub.
    pub value: Cents,
}

/// The season so far, by farm and product: the base of fair shares.
pub type Season = BTreeMap<(ProducerId, ProductId), SeasonRow>;

/// What a farm's way to the dock is worth that day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FarmDay {
    /// Below this, the way is not worth making.
    pub minimum_trip: Cents,
    /// Already ordered from it for the day: with any of it, the way is made anyway.
    pub purchased: Cents,
    /// Road metres from the farm to the dock.
    pub metres: i64,
}

/// What a lock says of an order line and a farm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockRule {
    Exactly(Qty),
    AtLeast(Qty),
    Nothing,
}

/// What the coordinator has settled by hand (*verrou*), with the name and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingLock {
    pub order_line: OrderLineId,
    pub producer: ProducerId,
    pub rule: LockRule,
    pub by: String,
    pub reason: String,
}

/// All that a sourcing planner may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingTask {
    pub day: Day,
    pub wants: Vec<Want>,
    pub supplies: Vec<Supply>,
    pub season: Season,
    /// Shares that farm and hub agreed on.
    pub agreed_shares: BTreeMap<ProducerId, Rate>,
    /// A farm that is not named has no least trip and no way.
    pub farms: BTreeMap<ProducerId, FarmDay>,
    pub locks: Vec<SourcingLock>,
    /// What is aimed at, in strict order. Promises and quantity always come first; what is not
    /// named is not aimed at.
    pub aims: Vec<Aim>,
    /// How far the aims after fairness may move a farm from its share; `None`: half the dearest
    /// crate of the day.
    pub tolerance: Option<Cents>,
}

/// What the hub and the coordinator settle for a plan.
#[derive(Clone, Debug)]
pub struct SourcingRules {
    pub farms_most: i64,
    pub locks: Vec<SourcingLock>,
    pub aims: Vec<Aim>,
    pub tolerance: Option<Cents>,
    /// Road metres between two places.
    pub metres: fn(Place, Place) -> i64,
}

impl SourcingRules {
    /// Two farms a line at most, aims in their usual order, no lock.
    pub fn usual(metres: fn(Place, Place) -> i64) -> SourcingRules {
        let aims = Aim::ALL.to_vec();
        SourcingRules { farms_most: 2, locks: Vec::new(), aims, tolerance: None, metres }
    }
}

/// What is still to be sourced for `day`, and what farms still have. The day must be closed.
pub fn task(
    week: &Week,
    day: Day,
    season: Season,
    rules: &SourcingRules,
) -> Result<SourcingTask, Denial> {
    if week.closing(day).is_none() {
        return Err(Denial::DayStillOpen { day });
    }
    let mut wants = Vec::new();
    // Surplus is sold from the dock: no farm is asked for it.
    let planned = |order: &&Order| order.day == day && order.channel != Channel::Surplus;
    for order in week.orders().iter().filter(planned) {
        for line in &order.lines {
            wants.extend(want(week, order, line, rules)?);
        }
    }
    let agreed = week.register().producers.values();
    Ok(SourcingTask {
        day,
        wants,
        supplies: supplies(week, day),
        season: with_week(week, day, season),
        agreed_shares: agreed.filter_map(|farm| Some((farm.id, farm.season_share?))).collect(),
        farms: farms(week, day, rules),
        locks: rules.locks.clone(),
        aims: rules.aims.clone(),
        tolerance: rules.tolerance,
    })
}

/// The season with what this week adds: purchases as confirmed, and offers, of the day itself only
/// what was bought of them, for the rest is still there.
fn with_week(week: &Week, day: Day, mut season: Season) -> Season {
    for offer in week.current_offers() {
        let left = if offer.day == day { week.offer_left(offer) } else { Qty::ZERO };
        let row = season.entry((offer.producer, offer.product)).or_default();
        row.offered = row.offered.plus(offer.quantity.minus(left));
    }
    for line in week.purchase_lines() {
        let confirmed = week.confirmed(line.id);
        let row = season.entry((line.producer, line.product)).or_default();
        row.purchased = row.purchased.plus(confirmed);
        row.value = Cents::total([row.value, amount(confirmed, line.price)]);
    }
    season.retain(|_, row| *row != SeasonRow::default());
    season
}

/// What of an order line still needs a farm.
fn want(
    week: &Week,
    order: &Order,
    line: &OrderLine,
    rules: &SourcingRules,
) -> Result<Option<Want>, Denial> {
    let publication = week.publication().ok_or(Denial::NotPublished)?;
    let order_line = order.line_id(line.rank);
    let quantity = week.ordered(order_line).minus(week.covered(order_line));
    if quantity <= Qty::ZERO {
        return Ok(None);
    }
    Ok(Some(Want {
        order_line,
        line: line.line,
        product: line.product,
        labels: line.labels,
        policy: line.policy,
        pack: line.pack,
        quantity,
        cost: publication.line(line.line)?.cost,
        price: line.price,
        is_promised: is_promised(order, line),
        site: order.site,
        farms_most: (rules.farms_most - farms_of(week, order_line)?).max(1),
        only: origin(week.register(), order, line, rules.metres)?,
    }))
}

/// How many farms bring some of an order line already.
fn farms_of(week: &Week, line: OrderLineId) -> Result<i64, Denial> {
    let mut farms = BTreeSet::new();
    for part in week.allocations_for(line) {
        if !expected_part(week, part).is_zero() {
            farms.insert(week.purchase_line(part.purchase_line)?.producer);
        }
    }
    Ok(farms.len() as i64)
}

/// Contracts and standing orders are promises.
pub(crate) fn is_promised(order: &Order, line: &OrderLine) -> bool {
    matches!(line.price_origin, PriceOrigin::Contract(_)) || order.channel == Channel::Standing
}

/// Where the contract of an order line lets its goods come from; `None`: from anywhere.
pub(crate) fn rule_of_origin<'a>(register: &'a Register, line: &OrderLine) -> Option<&'a Origin> {
    let PriceOrigin::Contract(id) = line.price_origin else { return None };
    let contract = register.contracts.iter().find(|one| one.id == id)?;
    (contract.origin != Origin::Anywhere).then_some(&contract.origin)
}

/// The farms that the contract of an order line allows.
fn origin(
    register: &Register,
    order: &Order,
    line: &OrderLine,
    metres: fn(Place, Place) -> i64,
) -> Result<Option<Vec<ProducerId>>, Denial> {
    let Some(rule) = rule_of_origin(register, line) else { return Ok(None) };
    let site = register.site(order.site)?.place;
    let allows = |farm: &&Producer| rule.allows(farm, site, metres);
    Ok(Some(register.producers.values().filter(allows).map(|farm| farm.id).collect()))
}

fn supplies(week: &Week, day: Day) -> Vec<Supply> {
    let offers = week.current_offers().filter(|offer| offer.day == day);
    let register = week.register();
    offers
        .filter_map(|offer| {
            let left = week.offer_left(offer);
            let proof = register.prove_labels(offer.producer, offer.product, offer.labels, day);
            (left > Qty::ZERO).then_some(Supply {
                offer: offer.id,
                producer: offer.producer,
                product: offer.product,
                labels: offer.labels,
                price: offer.price,
                left,
                is_proven: proof.is_ok(),
            })
        })
        .collect()
}

fn farms(week: &Week, day: Day, rules: &SourcingRules) -> BTreeMap<ProducerId, FarmDay> {
    let register = week.register();
    let dock = register.hub.place;
    let farm = |farm: &Producer| {
        let lines = week.purchase_lines_of(farm.id).filter(|line| line.day == day);
        let ordered = lines.map(|line| amount(week.confirmed(line.id), line.price));
        let purchased = Cents::total(ordered);
        let own_way = FarmDay {
            minimum_trip: farm.minimum_trip,
            purchased,
            metres: (rules.metres)(farm.place, dock),
        };
        // Our truck comes by: the farm makes no way that could be too poor or too long.
        let is_fetched = farm.carriage.is_fetched;
        (farm.id, if is_fetched { FarmDay { purchased, ..FarmDay::default() } } else { own_way })
    };
    register.producers.values().map(farm).collect()
}
