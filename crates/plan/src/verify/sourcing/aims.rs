//! The report of a plan, counted again: what is served, what farms are paid, how far they are from
//! their shares, and whether the bounds of that can be true.

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId, ProducerId, ProductId};
use trade::sourcing::{Aim, SourcingPlan, SourcingTask, Supply, Want};
use trade::unit::{Cents, Rate, rate_between, round_div};

use super::free::Free;
use super::most::Most;
use super::{SourcingBreach, bound};

/// 10^-7 EUR in a cent: a thousandth of a sale unit times a ten-thousandth of a euro.
pub(super) const CENT: i128 = 100_000;

/// The season of each farm in money, 10^-7 EUR.
pub(super) struct Books {
    bought: BTreeMap<ProducerId, i128>,
    target: BTreeMap<ProducerId, i128>,
    /// Both of all farms.
    all: (i128, i128),
    /// What the plan brings of each, at the price of the product.
    brought: BTreeMap<ProducerId, i128>,
    /// What a sale unit of each product counts.
    prices: BTreeMap<ProductId, i128>,
}

impl Books {
    fn of(map: &BTreeMap<ProducerId, i128>, farm: ProducerId) -> i128 {
        map.get(&farm).copied().unwrap_or(0)
    }

    /// True when the farm has had less than it should have with this plan.
    pub fn is_due(&self, farm: ProducerId) -> bool {
        Self::of(&self.target, farm) > Self::of(&self.bought, farm)
    }

    /// Its part of all purchases of the season, as it was and as it should be.
    pub fn rates(&self, farm: ProducerId) -> (Rate, Rate) {
        let rate = |map: &BTreeMap<ProducerId, i128>, all: i128| {
            rate_between(Self::of(map, farm) as i64, all as i64).unwrap_or(Rate::ZERO)
        };
        let (bought, target) = self.all;
        (rate(&self.bought, bought), rate(&self.target, target))
    }

    /// What it should still have, below zero when it has had more.
    pub fn due(&self, farm: ProducerId) -> i128 {
        Self::of(&self.target, farm) - Self::of(&self.bought, farm)
    }

    pub fn price(&self, product: ProductId) -> i128 {
        self.prices.get(&product).copied().unwrap_or(1)
    }

    fn off(&self, farm: ProducerId) -> i128 {
        Self::of(&self.bought, farm) + Self::of(&self.brought, farm) - Self::of(&self.target, farm)
    }
}

/// Counts targets and purchases anew.
pub(super) fn books(task: &SourcingTask, plan: &SourcingPlan) -> Books {
    let supplies: BTreeMap<OfferId, &Supply> =
        task.supplies.iter().map(|supply| (supply.offer, supply)).collect();
    let mut books = Books {
        bought: BTreeMap::new(),
        target: BTreeMap::new(),
        all: (0, 0),
        brought: BTreeMap::new(),
        prices: prices(task),
    };
    let mut value: BTreeMap<ProductId, i128> = BTreeMap::new();
    let mut taken: BTreeMap<ProductId, i128> = BTreeMap::new();
    for (&(_, product), row) in &task.season {
        *value.entry(product).or_default() += i128::from(row.value.get()) * CENT;
        *taken.entry(product).or_default() += i128::from(row.purchased.get());
    }
    let mut offered: BTreeMap<ProductId, BTreeMap<ProducerId, i128>> = BTreeMap::new();
    for (&(farm, product), row) in &task.season {
        // A crate counts what its goods cost on average, whoever brought it.
        let part = value[&product] * i128::from(row.purchased.get());
        *books.bought.entry(farm).or_default() += part / taken[&product].max(1);
        let own = offered.entry(product).or_default().entry(farm).or_default();
        *own += i128::from(row.offered.get());
    }
    for supply in task.supplies.iter().filter(|supply| supply.is_proven) {
        let own = offered.entry(supply.product).or_default().entry(supply.producer).or_default();
        *own += i128::from(supply.left.get());
    }
    for one in &plan.allotments {
        let supply = supplies[&one.offer];
        let worth = i128::from(one.quantity.get()) * books.price(supply.product);
        *books.brought.entry(supply.producer).or_default() += worth;
        *value.entry(supply.product).or_default() += worth;
    }
    for (product, farms) in &offered {
        let whole = value.get(product).copied().unwrap_or(0);
        for (farm, part) in goals(task, farms, whole) {
            *books.target.entry(farm).or_default() += part;
        }
    }
    books.all = (books.bought.values().sum(), books.target.values().sum());
    books
}

/// The mean of what farms are paid for a product, by quantity sold.
fn prices(task: &SourcingTask) -> BTreeMap<ProductId, i128> {
    let mut sums: BTreeMap<ProductId, (i128, i128)> = BTreeMap::new();
    for want in &task.wants {
        let quantity = i128::from(want.quantity.get());
        let sum = sums.entry(want.product).or_default();
        *sum = (sum.0 + quantity * i128::from(want.cost.get()), sum.1 + quantity);
    }
    let mean = |(paid, sold): (i128, i128)| if sold == 0 { 1 } else { (paid + sold / 2) / sold };
    sums.into_iter().map(|(product, sum)| (product, mean(sum).max(1))).collect()
}

/// What of `whole` each farm of a product should have.
fn goals(
    task: &SourcingTask,
    farms: &BTreeMap<ProducerId, i128>,
    whole: i128,
) -> Vec<(ProducerId, i128)> {
    let agreed = |farm: &ProducerId| task.agreed_shares.get(farm).map(|r| i128::from(r.get()));
    let promised: i128 = farms.keys().filter_map(agreed).sum();
    let open: i128 = farms.iter().filter(|(f, _)| agreed(f).is_none()).map(|(_, q)| q).sum();
    let goal = |(farm, quantity): (&ProducerId, &i128)| {
        let part = match (agreed(farm), open == 0 || promised > 10_000) {
            (Some(rate), true) => whole * rate / promised.max(1),
            (Some(rate), false) => whole * rate / 10_000,
            (None, true) => 0,
            (None, false) => whole * (10_000 - promised) / 10_000 * quantity / open,
        };
        (*farm, part)
    };
    farms.iter().map(goal).collect()
}

/// Values of the report that are not what is found, and bounds that cannot be.
pub(super) fn check(
    task: &SourcingTask,
    plan: &SourcingPlan,
    books: &Books,
) -> Vec<SourcingBreach> {
    let free = Free::of(task, plan);
    let (counted, most) = (Counted::of(task, plan), Most::of(&free));
    let mut breaches = Vec::new();
    for one in &plan.report.aims {
        let aim = one.aim;
        let found = counted.value(task, books, aim);
        if found != one.value {
            breaches.push(SourcingBreach::FalseReport { aim, said: one.value, found });
        }
        let is_better = if aim.wants_more() { one.bound < found } else { one.bound > found };
        if is_better || one.gap != (one.bound - one.value).abs() {
            breaches.push(SourcingBreach::FalseReport { aim, said: one.bound, found });
        }
        let bound = most.value(aim).map(|most| most.max(found));
        if let Some(found) = bound.filter(|bound| *bound != one.bound) {
            breaches.push(SourcingBreach::FalseReport { aim, said: one.bound, found });
        }
    }
    breaches.extend(bound::check(task, plan, books, &free));
    breaches
}

/// What a plan comes to.
struct Counted {
    promised: i64,
    served: i64,
    /// By farm, in 10^-7 EUR.
    paid: BTreeMap<ProducerId, i128>,
    /// Order lines that several farms bring.
    splits: i64,
}

impl Counted {
    fn of(task: &SourcingTask, plan: &SourcingPlan) -> Counted {
        let wants: BTreeMap<OrderLineId, &Want> =
            task.wants.iter().map(|want| (want.order_line, want)).collect();
        let farms: BTreeMap<OfferId, ProducerId> =
            task.supplies.iter().map(|supply| (supply.offer, supply.producer)).collect();
        let mut counted = Counted { promised: 0, served: 0, paid: BTreeMap::new(), splits: 0 };
        let mut pairs: Vec<(OrderLineId, ProducerId)> = Vec::with_capacity(plan.allotments.len());
        for one in &plan.allotments {
            let (want, farm) = (wants[&one.order_line], farms[&one.offer]);
            let quantity = one.quantity.get();
            counted.served += quantity;
            counted.promised += if want.is_promised { quantity } else { 0 };
            let value = i128::from(quantity) * i128::from(want.cost.get());
            *counted.paid.entry(farm).or_default() += value;
            pairs.push((one.order_line, farm));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let lines = pairs.chunk_by(|a, b| a.0 == b.0);
        counted.splits = lines.filter(|farms| farms.len() > 1).count() as i64;
        counted
    }

    /// In the unit of an aim.
    fn value(&self, task: &SourcingTask, books: &Books, aim: Aim) -> i64 {
        let cents = |exact: i128| round_div(exact, CENT);
        let day = |farm: &ProducerId| task.farms.get(farm).copied().unwrap_or_default();
        let comes = self.paid.iter().filter(|(farm, _)| day(farm).purchased == Cents::ZERO);
        match aim {
            Aim::Promises => self.promised,
            Aim::Served => self.served,
            Aim::FairShare => {
                let far = task.supplies.iter().map(|one| books.off(one.producer).abs()).max();
                cents(far.unwrap_or(0))
            }
            Aim::Income => cents(self.paid.values().sum()),
            Aim::SplitsAndTrips => {
                let poor = |(farm, paid): &(&ProducerId, &i128)| {
                    **paid < i128::from(day(farm).minimum_trip.get()) * CENT
                };
                self.splits + comes.filter(poor).count() as i64
            }
            Aim::Kilometres => comes.map(|(farm, _)| day(farm).metres).sum(),
        }
    }
}
