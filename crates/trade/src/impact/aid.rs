//! What food aid had of a week: gifts of the hub, gifts of farms, and what it bought at its own
//! price. Computed from the facts, as everything here; the months of a report are sums of it.

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::dock::OutcomeKind;
use crate::dock::surplus::{Pickup, SurplusSource, goods};
use crate::id::{BuyerId, OutcomeId, ProducerId, ProductId};
use crate::orders::{Channel, PriceOrigin};
use crate::party::BuyerKind;
use crate::unit::{Cents, Grams, Price, Qty, Rate, amount, rate_of};
use crate::week::Week;

/// How food aid came by goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AidKind {
    /// The hub had bought them, and gave them.
    Gift,
    /// A farm gave them of its own.
    FarmGift,
    /// Bought at the price of food aid, from the list or from the dock.
    Purchase,
}

/// Goods that a food-aid organisation had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidRow {
    pub kind: AidKind,
    pub day: Day,
    pub buyer: BuyerId,
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
    pub weight: Grams,
    /// What the farm is paid, or asks, for one sale unit.
    pub cost: Price,
    /// At the farm price.
    pub value: Cents,
    /// What of that counts as the value of the gift; zero for a purchase.
    pub gift_value: Cents,
    /// What food aid pays, without VAT.
    pub paid: Cents,
}

/// Sums of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AidSum {
    pub quantity: Qty,
    pub weight: Grams,
    pub value: Cents,
    pub gift_value: Cents,
    pub paid: Cents,
}

impl AidSum {
    fn add(&mut self, row: &AidRow) {
        self.quantity = self.quantity.plus(row.quantity);
        self.weight = self.weight.plus(row.weight);
        self.value = self.value.plus(row.value);
        self.gift_value = self.gift_value.plus(row.gift_value);
        self.paid = self.paid.plus(row.paid);
    }

    /// The sum of `rows`. Quantities of several products add up to nothing that can be said.
    pub fn of<'row>(rows: impl IntoIterator<Item = &'row AidRow>) -> AidSum {
        let mut sum = AidSum::default();
        rows.into_iter().for_each(|row| sum.add(row));
        sum
    }
}

/// Goods of one farm, of one kind.
pub type AidKey = (ProducerId, ProductId, Labels, AidKind);

/// Rows summed by farm and goods.
pub fn summed(rows: &[AidRow]) -> BTreeMap<AidKey, AidSum> {
    let mut sums: BTreeMap<AidKey, AidSum> = BTreeMap::new();
    for row in rows {
        sums.entry((row.producer, row.product, row.labels, row.kind)).or_default().add(row);
    }
    sums
}

/// All that food aid had of a week, or one organisation of it.
pub fn of_week(week: &Week, only: Option<BuyerId>) -> Result<Vec<AidRow>, Denial> {
    let mut rows = gifts(week)?;
    rows.extend(farm_gifts(week)?);
    rows.extend(purchases(week)?);
    rows.retain(|row| only.is_none_or(|buyer| buyer == row.buyer));
    rows.sort_by_key(|row| (row.day, row.producer, row.product, row.labels, row.kind));
    Ok(rows)
}

fn gifts(week: &Week) -> Result<Vec<AidRow>, Denial> {
    let fetched: BTreeMap<OutcomeId, &Pickup> =
        week.surplus().pickups().iter().filter_map(|one| Some((one.outcome?, one))).collect();
    let mut rows = Vec::new();
    for outcome in week.outcomes() {
        let OutcomeKind::Donated(buyer) = outcome.kind else { continue };
        let found = goods(week, SurplusSource::Left(outcome.source))?;
        let (day, rate) = match fetched.get(&outcome.id) {
            Some(pickup) => (pickup.day, week.surplus().goods_of(pickup.reservation)?.1.value_rate),
            // Given on the dock without having been offered.
            None => (found.day, Rate::new(10_000)),
        };
        let value = amount(outcome.quantity, found.cost);
        rows.push(AidRow {
            kind: AidKind::Gift,
            day,
            buyer,
            producer: found.producer,
            product: found.product,
            labels: found.labels,
            quantity: outcome.quantity,
            weight: week.register().product(found.product)?.weight_of(outcome.quantity),
            cost: found.cost,
            value,
            gift_value: rate_of(value, rate),
            paid: Cents::ZERO,
        });
    }
    Ok(rows)
}

fn farm_gifts(week: &Week) -> Result<Vec<AidRow>, Denial> {
    let mut rows = Vec::new();
    for pickup in week.surplus().pickups() {
        let (reservation, offered) = week.surplus().goods_of(pickup.reservation)?;
        let SurplusSource::Farm(_) = offered.source else { continue };
        let found = goods(week, offered.source)?;
        let value = amount(pickup.received, found.cost);
        rows.push(AidRow {
            kind: AidKind::FarmGift,
            day: pickup.day,
            buyer: reservation.buyer,
            producer: found.producer,
            product: found.product,
            labels: found.labels,
            quantity: pickup.received,
            weight: week.register().product(found.product)?.weight_of(pickup.received),
            cost: found.cost,
            value,
            gift_value: rate_of(value, offered.value_rate),
            paid: Cents::ZERO,
        });
    }
    Ok(rows)
}

/// What was delivered to food aid at a price of its own.
fn purchases(week: &Week) -> Result<Vec<AidRow>, Denial> {
    let mut rows = Vec::new();
    for note in week.notes() {
        for line in note.lines.iter().filter(|line| !line.delivered().is_zero()) {
            let (order, order_line) = week.order_line(line.order_line)?;
            let is_aid = week.register().buyer(order.buyer)?.kind == BuyerKind::FoodAid;
            let is_own_price = order.channel == Channel::Surplus
                || order_line.price_origin == PriceOrigin::BuyerRule;
            if !is_aid || !is_own_price {
                continue;
            }
            let bought = week.purchase_line(week.receipt(line.receipt)?.line)?;
            let quantity = line.delivered();
            rows.push(AidRow {
                kind: AidKind::Purchase,
                day: note.day,
                buyer: order.buyer,
                producer: bought.producer,
                product: bought.product,
                labels: bought.labels,
                quantity,
                weight: week.register().product(bought.product)?.weight_of(quantity),
                cost: bought.price,
                value: amount(quantity, bought.price),
                gift_value: Cents::ZERO,
                paid: amount(quantity, order_line.price),
            });
        }
    }
    Ok(rows)
}
