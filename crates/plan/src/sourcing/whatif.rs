//! "And if this farm brings 200 kg more?", and what one more crate of what is missing would serve,
//! and who could bring it.

use std::collections::BTreeMap;

use trade::catalog::{Labels, Pack};
use trade::id::{OfferId, OrderLineId, ProducerId, ProductId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{LockRule, SourcingPlan, SourcingTask, Want};
use trade::unit::{Price, Qty, round_div};

use super::by_aims;
use super::model::GoodsKey;
use crate::diff::{self, SourcingChange};

/// What an offer could be instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    More(OfferId, Qty),
    Less(OfferId, Qty),
    Nothing(OfferId),
}

/// What a change would do to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingDifference {
    /// Parts that differ.
    pub changes: Vec<SourcingChange>,
    /// Served more, or less where below zero: thousandths of sale units, of all goods together.
    pub served: i64,
    /// The plan as it is.
    pub before: SourcingPlan,
}

/// The plan as it would be, and what differs. An offer that the task does not know changes
/// nothing.
pub fn what_if(task: &SourcingTask, change: Change) -> (SourcingPlan, SourcingDifference) {
    let mut other = task.clone();
    let (Change::More(offer, _) | Change::Less(offer, _) | Change::Nothing(offer)) = change;
    for supply in other.supplies.iter_mut().filter(|supply| supply.offer == offer) {
        let left = supply.left.get();
        supply.left = Qty::new(match change {
            Change::More(_, more) => left + more.get(),
            Change::Less(_, less) => (left - less.get()).max(0),
            Change::Nothing(_) => 0,
        });
    }
    let (before, after) = (by_aims(task), by_aims(&other));
    let served =
        |plan: &SourcingPlan| -> i64 { plan.allotments.iter().map(|one| one.quantity.get()).sum() };
    let changes = diff::sourcing(&before, &after);
    let difference =
        SourcingDifference { changes, served: served(&after) - served(&before), before };
    (after, difference)
}

/// What one more pack of goods that are missing would be worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marginal {
    pub product: ProductId,
    pub labels: Labels,
    pub pack: Pack,
    /// All that is missing of the goods.
    pub missing: Qty,
    /// What buyers would pay for a sale unit of the next pack.
    pub price: Price,
    /// Who would get the next pack: the first of them.
    pub order_line: OrderLineId,
}

/// The goods that are missing, those of which a pack sells for most first. The next pack goes
/// where the plan would put it: to promises first, then to the line that pays farms most, then to
/// who is missing the largest part of its order. It is a pack that every buyer would take.
pub fn marginal(task: &SourcingTask, plan: &SourcingPlan) -> Vec<Marginal> {
    let goods = lacking(task, plan);
    let part = |want: &Want, lacks: i64| {
        round_div(i128::from(lacks) * 1_000_000, i128::from(want.quantity.get().max(1)))
    };
    let first = |short: &Vec<(&Want, i64)>| -> Option<Marginal> {
        let key = |(want, lacks): &&(&Want, i64)| {
            (!want.is_promised, -want.cost.get(), -part(want, *lacks), want.order_line)
        };
        let &(want, _) = short.iter().min_by_key(key)?;
        Some(Marginal {
            product: want.product,
            labels: want.labels,
            pack: want.pack,
            missing: Qty::new(short.iter().map(|(_, lacks)| lacks).sum()),
            price: want.price,
            order_line: want.order_line,
        })
    };
    let mut all: Vec<Marginal> = goods.values().filter_map(first).collect();
    let worth = |one: &Marginal| i128::from(one.price.get()) * i128::from(one.pack.size.get());
    all.sort_by_key(|one| (-worth(one), one.product, one.labels));
    all
}

/// Whom to call for goods that are missing: the farms that could bring some to a buyer who lacks a
/// pack, who offered most of the product this season first. `proves`: whether a farm's
/// certificates prove the labels of the goods on the day.
pub fn whom_to_call(
    task: &SourcingTask,
    plan: &SourcingPlan,
    goods: (ProductId, Labels),
    proves: impl Fn(ProducerId) -> bool,
) -> Vec<ProducerId> {
    let short = lacking(task, plan).remove(&goods).unwrap_or_default();
    let offered = task
        .season
        .iter()
        .filter(|((_, product), row)| *product == goods.0 && !row.offered.is_zero());
    let mut farms: Vec<(i64, ProducerId)> = offered
        .map(|(&(farm, _), row)| (-row.offered.get(), farm))
        .filter(|&(_, farm)| proves(farm) && short.iter().any(|(want, _)| takes(task, want, farm)))
        .collect();
    farms.sort_unstable();
    farms.into_iter().map(|(_, farm)| farm).collect()
}

/// True when more of a farm's goods may go to a want: by its line, its contract and its locks.
fn takes(task: &SourcingTask, want: &Want, farm: ProducerId) -> bool {
    let is_named = match want.policy {
        LinePolicy::Pooled => true,
        LinePolicy::Named(own) => own == farm,
    };
    let is_allowed = want.only.as_ref().is_none_or(|only| only.contains(&farm));
    let mut locks = task.locks.iter().filter(|lock| lock.order_line == want.order_line);
    let is_barred =
        locks.any(|lock| lock.producer == farm && !matches!(lock.rule, LockRule::AtLeast(_)));
    is_named && is_allowed && !is_barred
}

/// Wants that lack a pack or more, with what they lack, by goods.
fn lacking<'a>(
    task: &'a SourcingTask,
    plan: &SourcingPlan,
) -> BTreeMap<GoodsKey, Vec<(&'a Want, i64)>> {
    let wants = task.wants.iter().map(|want| (want.order_line, want));
    let wants: BTreeMap<OrderLineId, &Want> = wants.collect();
    let mut goods: BTreeMap<GoodsKey, Vec<(&Want, i64)>> = BTreeMap::new();
    for short in &plan.shortfalls {
        let Some(&want) = wants.get(&short.order_line) else { continue };
        let lacks = short.quantity.get();
        if want.pack.weighed || lacks >= want.pack.size.get() {
            goods.entry((want.product, want.labels)).or_default().push((want, lacks));
        }
    }
    goods
}
