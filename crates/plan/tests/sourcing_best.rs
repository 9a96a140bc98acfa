//! Small days against all plans that there are; laws of locks, fairness and repeated planning over
//! drawn days.

#[allow(dead_code)]
mod support;

use proptest::prelude::*;
use support::{empty_task, producer, product, season_row, supply, want};
use trade::catalog::Pack;
use trade::sourcing::{Aim, SourcingPlan, SourcingTask};
use trade::unit::{Cents, Price, Qty, round_div};

use plan::sourcing::{by_aims, flat, greedy, replan};
use plan::verify::sourcing as verify;

const FARMS: [&str; 4] = ["a", "b", "c", "d"];
const CRATE: i64 = 10_000;

/// Crates of a product at its price in euros.
fn pack() -> Pack {
    Pack { size: Qty::new(CRATE), weighed: false }
}

prop_compose! {
    /// Two products, three farms, up to three wants of up to four crates.
    fn small()(
        wants in
            prop::collection::vec((1..3_i64, 1..5_i64, any::<bool>(), 0..4_u8, 0..2_i64), 1..4),
        stocks in prop::collection::vec((1..3_i64, 0..3_usize, 0..5_i64), 1..6),
        season in prop::collection::vec((0..3_usize, 1..3_i64, 0..9_i64, 0..9_i64), 0..4),
    ) -> SourcingTask {
        let mut task = empty_task();
        for (at, (goods, crates, promised, only, dear)) in wants.into_iter().enumerate() {
            let mut one = want(at as i64 + 1, goods, pack(), crates * CRATE, promised);
            one.cost = Price::new(goods * 7_000 + dear * 1_000);
            one.farms_most = 4;
            one.only = (only < 3).then(|| vec![producer(FARMS[usize::from(only)]), producer("c")]);
            task.wants.push(one);
        }
        for (at, (goods, farm, crates)) in stocks.into_iter().enumerate() {
            let mut one = supply(at as i64 + 1, FARMS[farm], goods, crates * CRATE + 3_000);
            one.price = Price::new(1_000);
            task.supplies.push(one);
        }
        for (farm, goods, offered, bought) in season {
            let row = season_row(offered * CRATE, bought * CRATE);
            task.season.insert((producer(FARMS[farm]), product(&format!("p{goods}"))), row);
        }
        task
    }
}

/// All ways to take up to `wanted` crates from offers with such stocks.
fn ways(wanted: i64, stocks: &[i64]) -> Vec<Vec<i64>> {
    let Some((&first, rest)) = stocks.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for taken in 0..=wanted.min(first) {
        for mut way in ways(wanted - taken, rest) {
            way.insert(0, taken);
            all.push(way);
        }
    }
    all
}

/// The best promises, quantity and largest deviation, in 10^-7 EUR, of all plans.
fn best(task: &SourcingTask) -> (i64, i64, i64) {
    let known = flat(task);
    let start: Vec<i64> = known.farms.iter().map(|farm| farm.base - farm.target).collect();
    let stocks: Vec<i64> = known.supplies.iter().map(|one| one.quantity / CRATE).collect();
    let mut best = None;
    walk(&known, 0, stocks, (0, 0, start), &mut best);
    let (promised, served, far) = best.expect("at least the empty plan");
    (-promised * CRATE, -served * CRATE, far)
}

fn walk(
    known: &plan::sourcing::FlatModel,
    at: usize,
    stocks: Vec<i64>,
    (promised, served, off): (i64, i64, Vec<i64>),
    best: &mut Option<(i64, i64, i64)>,
) {
    let Some(want) = known.wants.get(at) else {
        let far = off.into_iter().map(i64::abs).max().unwrap_or(0);
        let one = (-promised, -served, far);
        if best.is_none_or(|best| one < best) {
            *best = Some(one);
        }
        return;
    };
    let own: Vec<i64> = want.supplies.iter().map(|&place| stocks[place]).collect();
    for way in ways(want.quantity / CRATE, &own) {
        let (mut stocks, mut off) = (stocks.clone(), off.clone());
        let crates: i64 = way.iter().sum();
        for (&place, taken) in want.supplies.iter().zip(&way) {
            stocks[place] -= taken;
            off[known.supplies[place].farm] += taken * want.step * want.worth;
        }
        let kept = if want.is_promised { crates } else { 0 };
        walk(known, at + 1, stocks, (promised + kept, served + crates, off), best);
    }
}

fn value(plan: &SourcingPlan, aim: Aim) -> i64 {
    plan.report.of(aim).expect("an aim").value
}

fn income(plan: &SourcingPlan) -> i64 {
    value(plan, Aim::Income)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_small_day_is_planned_as_well_as_can_be(task in small()) {
        let plan = by_aims(&task);
        prop_assert_eq!(verify(&task, &plan), []);
        let (promised, served, far) = best(&task);
        prop_assert_eq!(value(&plan, Aim::Promises), promised);
        prop_assert_eq!(value(&plan, Aim::Served), served);
        let fair = plan.report.of(Aim::FairShare).expect("an aim");
        let known = flat(&task).wants;
        let dearest = known.iter().map(|want| want.step * want.worth).max().unwrap_or(0);
        // Reports are in cents.
        let cents = |exact: i64| round_div(i128::from(exact), 100_000);
        prop_assert!(fair.bound <= cents(far), "bound {} of {far}", fair.bound);
        prop_assert!(fair.value <= cents(far + dearest / 2), "{} of {far}", fair.value);
    }

    #[test]
    fn fairness_costs_neither_quantity_nor_income(task in small()) {
        let mut unfair = task.clone();
        unfair.aims.retain(|aim| *aim != Aim::FairShare);
        let (fair, unfair) = (by_aims(&task), by_aims(&unfair));
        prop_assert_eq!(value(&fair, Aim::Served), value(&unfair, Aim::Served));
        prop_assert_eq!(income(&fair), income(&unfair));
        // The greedy planner knows no origins.
        let mut open = task.clone();
        open.wants.iter_mut().for_each(|want| want.only = None);
        let least: i64 = greedy(&open).allotments.iter().map(|one| one.quantity.get()).sum();
        prop_assert!(value(&by_aims(&open), Aim::Served) >= least);
    }

    #[test]
    fn locks_hold(
        task in small(),
        locks in prop::collection::vec((1..4_i64, 0..3_usize, 0..3_u8, 0..4_i64), 1..4),
    ) {
        let mut task = task;
        for (buyer, farm, kind, crates) in locks {
            support::lock(&mut task, buyer, FARMS[farm], support::rule(kind, crates));
        }
        prop_assert_eq!(verify(&task, &by_aims(&task)), []);
    }

    #[test]
    fn ways_and_origins_in_any_order_give_the_same_plan(
        task in small(),
        least in 0..60_i64,
        metres in 1..90_000_i64,
        seed in any::<u64>(),
    ) {
        let mut task = task;
        for (at, farm) in FARMS.iter().enumerate() {
            let day = trade::sourcing::FarmDay {
                minimum_trip: Cents::new(least * 100),
                purchased: Cents::ZERO,
                metres: metres * (at as i64 + 1),
            };
            task.farms.insert(producer(farm), day);
        }
        let plan = by_aims(&task);
        prop_assert_eq!(verify(&task, &plan), []);
        prop_assert_eq!(by_aims(&support::shuffled(&task, seed)), plan);
    }

    #[test]
    fn planned_again_it_stays(
        task in small(),
        less in 0..3_i64,
        at in any::<prop::sample::Index>(),
    ) {
        let before = by_aims(&task);
        let mut reduced = task.clone();
        let supply = at.get_mut(&mut reduced.supplies);
        supply.left = Qty::new((supply.left.get() - less * CRATE).max(0));
        let after = replan(&reduced, &before);
        prop_assert_eq!(verify(&reduced, &after), []);
        let fresh = by_aims(&reduced);
        prop_assert_eq!(value(&after, Aim::Served), value(&fresh, Aim::Served));
        prop_assert_eq!(value(&after, Aim::Promises), value(&fresh, Aim::Promises));
    }
}
