//! The planner: scenarios in tables, laws over drawn tasks, and planners gone wrong.

#[allow(dead_code)]
mod support;

use proptest::prelude::*;
use support::{
    bound_tasks, empty_task, line, pack_of, producer, product, season_row, shuffled, supply, tasks,
    want,
};
use trade::catalog::Pack;
use trade::mercuriale::LinePolicy;
use trade::sourcing::{Aim, Allotment, Cause, Reason, Shortfall, SourcingPlan, SourcingTask};
use trade::unit::{Qty, Rate};

use plan::sourcing::{by_aims, greedy};
use plan::verify::{SourcingBreach, sourcing as verify};

const CRATES: Pack = Pack { size: Qty::new(10_000), weighed: false };
const LOOSE: Pack = Pack { size: Qty::new(1_000), weighed: true };

/// `line farm quantity`, one a row, in order.
fn shown(task: &SourcingTask, plan: &SourcingPlan) -> String {
    let farm = |offer| {
        let supply = task.supplies.iter().find(|supply| supply.offer == offer);
        supply.map(|supply| supply.producer.to_string()).unwrap_or_default()
    };
    let rows = plan
        .allotments
        .iter()
        .map(|one| format!("{} {} {}\n", one.order_line, farm(one.offer), one.quantity.get()));
    let short =
        plan.shortfalls.iter().map(|one| format!("{} – {}\n", one.order_line, one.quantity.get()));
    rows.chain(short).collect()
}

fn check(task: &SourcingTask, expected: &str) {
    let plan = by_aims(task);
    assert_eq!(verify(task, &plan), Vec::new());
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(shown(task, &plan).lines().collect::<Vec<_>>(), lines);
}

#[test]
fn one_farm_serves_all_and_knows_why() {
    let mut task = empty_task();
    task.wants = vec![want(1, 1, CRATES, 30_000, false), want(2, 1, CRATES, 10_000, false)];
    task.supplies = vec![supply(1, "garrigues", 1, 90_000)];
    check(&task, "1.1 garrigues 30000\n2.1 garrigues 10000");
    assert_eq!(by_aims(&task).allotments[0].reason, Reason::OnlyFarm);
}

#[test]
fn each_buyer_is_served_by_one_farm_where_one_is_enough() {
    let mut task = empty_task();
    task.wants = vec![want(1, 1, CRATES, 30_000, false), want(2, 1, CRATES, 30_000, false)];
    task.supplies = vec![supply(1, "a", 1, 40_000), supply(2, "b", 1, 40_000)];
    check(&task, "1.1 a 30000\n2.1 b 30000");
}

#[test]
fn a_farm_behind_its_goal_comes_first() {
    let mut task = empty_task();
    task.wants = vec![want(1, 2, LOOSE, 40_000, false)];
    task.supplies = vec![supply(1, "a", 2, 40_000), supply(2, "b", 2, 40_000)];
    let row = |purchased| season_row(100_000, purchased);
    task.season.insert((producer("a"), product("p2")), row(60_000));
    task.season.insert((producer("b"), product("p2")), row(20_000));
    check(&task, "1.1 b 40000");
    let reason = Reason::FairShare {
        of_offer: Rate::new(10_000),
        season_before: Rate::new(2_500),
        season_goal: Rate::new(5_000),
    };
    assert_eq!(by_aims(&task).allotments[0].reason, reason);
}

#[test]
fn an_agreed_share_goes_before_what_was_offered() {
    let mut task = empty_task();
    task.wants = vec![want(1, 2, LOOSE, 40_000, false)];
    task.supplies = vec![supply(1, "a", 2, 40_000), supply(2, "b", 2, 40_000)];
    task.agreed_shares.insert(producer("a"), Rate::new(7_500));
    task.agreed_shares.insert(producer("b"), Rate::new(2_500));
    check(&task, "1.1 a 30000\n1.1 b 10000");
}

#[test]
fn a_shortage_is_shared_in_whole_crates() {
    let mut task = empty_task();
    task.wants = vec![
        want(1, 1, CRATES, 60_000, false),
        want(2, 1, CRATES, 30_000, false),
        want(3, 1, CRATES, 30_000, false),
    ];
    task.supplies = vec![supply(1, "a", 1, 65_000)];
    check(&task, "1.1 a 30000\n2.1 a 20000\n3.1 a 10000\n1.1 – 30000\n2.1 – 10000\n3.1 – 20000");
    let cause = Cause::Shortage { wanted: Qty::new(120_000), offered: Qty::new(65_000) };
    assert_eq!(by_aims(&task).shortfalls[0].cause, cause);
}

#[test]
fn promises_are_kept_first() {
    let mut task = empty_task();
    task.wants = vec![want(1, 2, LOOSE, 50_000, false), want(2, 2, LOOSE, 50_000, true)];
    task.supplies = vec![supply(1, "a", 2, 60_000)];
    check(&task, "1.1 a 10000\n2.1 a 50000\n1.1 – 40000");
}

#[test]
fn a_named_line_goes_to_its_farm() {
    let mut task = empty_task();
    task.wants = vec![want(1, 2, LOOSE, 20_000, false)];
    task.wants[0].policy = LinePolicy::Named(producer("b"));
    task.supplies = vec![supply(1, "a", 2, 60_000), supply(2, "b", 2, 15_000)];
    check(&task, "1.1 b 15000\n1.1 – 5000");
}

#[test]
fn less_than_a_crate_serves_nobody() {
    let mut task = empty_task();
    task.wants = vec![want(1, 1, CRATES, 10_000, false)];
    task.supplies = vec![supply(1, "a", 1, 6_000), supply(2, "b", 1, 6_000)];
    check(&task, "1.1 – 10000");
    assert_eq!(by_aims(&task).shortfalls[0].cause, Cause::BelowPack);
}

/// What is served of each line of goods.
fn served(plan: &SourcingPlan) -> i64 {
    plan.allotments.iter().map(|one| one.quantity.get()).sum()
}

/// A planner that gives one unit too much to somebody.
fn one_too_many(task: &SourcingTask) -> Option<SourcingPlan> {
    let mut plan = by_aims(task);
    let one = plan.allotments.first_mut()?;
    one.quantity = Qty::new(one.quantity.get() + 1);
    Some(plan)
}

/// A planner that sells one unit too much and hides it in its accounts.
fn oversold(task: &SourcingTask) -> Option<SourcingPlan> {
    let mut plan = one_too_many(task)?;
    let (order_line, quantity) = (plan.allotments[0].order_line, Qty::new(-1));
    plan.shortfalls.push(Shortfall { order_line, quantity, cause: Cause::BelowPack });
    Some(plan)
}

/// A planner that forgets a part and says that it was short.
fn idle(task: &SourcingTask) -> Option<SourcingPlan> {
    let mut plan = by_aims(task);
    let Allotment { order_line, quantity, .. } = plan.allotments.pop()?;
    plan.shortfalls.push(Shortfall { order_line, quantity, cause: Cause::BelowPack });
    Some(plan)
}

/// A planner that draws from whoever comes first.
fn wrong_farm(task: &SourcingTask) -> Option<SourcingPlan> {
    let mut plan = by_aims(task);
    let used = plan.allotments.first()?.offer;
    let goods = task.supplies.iter().find(|supply| supply.offer == used)?.product;
    let other = task.supplies.iter().find(|supply| supply.product != goods)?;
    plan.allotments[0].offer = other.offer;
    Some(plan)
}

/// A planner that takes half a crate from each of two shares.
fn split_pack(task: &SourcingTask) -> Option<SourcingPlan> {
    let mut plan = by_aims(task);
    let packed = |line| task.wants.iter().any(|w| w.order_line == line && !w.pack.weighed);
    let one = plan.allotments.iter_mut().find(|one| packed(one.order_line))?;
    one.quantity = Qty::new(one.quantity.get() - 5_000);
    let (order_line, quantity) = (one.order_line, Qty::new(5_000));
    let cause = Cause::BelowPack;
    plan.shortfalls.push(Shortfall { order_line, quantity, cause });
    Some(plan)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_plan_passes_the_verifier(task in bound_tasks()) {
        prop_assert_eq!(verify(&task, &by_aims(&task)), Vec::new());
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(task in bound_tasks(), seed in any::<u64>()) {
        let turned = shuffled(&task, seed);
        let plan = by_aims(&task);
        prop_assert_eq!(verify(&turned, &plan), Vec::new());
        prop_assert_eq!(by_aims(&turned), plan);
        prop_assert_eq!(greedy(&turned), greedy(&task));
    }

    #[test]
    fn more_supply_never_serves_less(
        task in bound_tasks(),
        at in any::<prop::sample::Index>(),
        more in 1..30_000_i64,
    ) {
        prop_assume!(!task.supplies.is_empty());
        let mut richer = task.clone();
        let supply = at.get_mut(&mut richer.supplies);
        supply.left = Qty::new(supply.left.get() + more);
        let plan = by_aims(&richer);
        prop_assert_eq!(verify(&richer, &plan), Vec::new());
        prop_assert!(served(&plan) >= served(&by_aims(&task)));
    }

    #[test]
    fn fairness_never_costs_what_is_served(task in bound_tasks()) {
        let mut unfair = task.clone();
        unfair.aims.retain(|aim| *aim != Aim::FairShare);
        let (fair, unfair) = (by_aims(&task), by_aims(&unfair));
        for aim in [Aim::Promises, Aim::Served, Aim::Income] {
            prop_assert_eq!(fair.report.of(aim), unfair.report.of(aim));
        }
    }

    #[test]
    fn a_shortage_is_proportional_within_a_pack(
        quantities in prop::collection::vec(1..30_i64, 2..8),
        left in 0..400_000_i64,
    ) {
        let mut task = empty_task();
        for (at, packs) in quantities.iter().enumerate() {
            task.wants.push(want(at as i64 + 1, 1, pack_of(1), packs * 10_000, false));
        }
        task.supplies.push(supply(1, "a", 1, left));
        let plan = by_aims(&task);
        let all: i64 = quantities.iter().sum();
        let total = (left / 10_000).min(all);
        for (at, packs) in quantities.iter().enumerate() {
            let own = plan.allotments.iter().filter(|one| one.order_line == line(at as i64 + 1));
            let got: i64 = own.map(|one| one.quantity.get() / 10_000).sum();
            let exact = packs * total;
            let off = (got * all - exact).abs();
            prop_assert!(off <= all, "{got} packs of {packs}, {total} of {all}");
        }
    }

    #[test]
    fn broken_planners_are_caught(task in tasks()) {
        if let Some(plan) = one_too_many(&task) {
            let found = verify(&task, &plan);
            let caught = found.iter().any(|b| matches!(b, SourcingBreach::Unaccounted { .. }));
            prop_assert!(caught);
        }
        if let Some(plan) = oversold(&task) {
            let found = verify(&task, &plan);
            let caught = found.iter().any(|b| matches!(b, SourcingBreach::NotPositive { .. }));
            prop_assert!(caught);
        }
        if let Some(plan) = idle(&task) {
            let found = verify(&task, &plan);
            let caught = found.iter().any(|b| matches!(b, SourcingBreach::StillOffered { .. }));
            prop_assert!(caught);
        }
        if let Some(plan) = wrong_farm(&task) {
            let found = verify(&task, &plan);
            let caught = found.iter().any(|b| matches!(b, SourcingBreach::CannotServe { .. }));
            prop_assert!(caught);
        }
        if let Some(plan) = split_pack(&task) {
            let found = verify(&task, &plan);
            let caught = found.iter().any(|b| matches!(b, SourcingBreach::SplitPack { .. }));
            prop_assert!(caught);
        }
    }
}

#[test]
fn a_new_plan_shows_what_it_changes() {
    let mut task = empty_task();
    task.wants = vec![want(1, 2, LOOSE, 20_000, false)];
    task.supplies = vec![supply(1, "a", 2, 20_000)];
    let before = by_aims(&task);
    task.supplies = vec![supply(1, "a", 2, 5_000), supply(2, "b", 2, 15_000)];
    let changes = plan::diff::sourcing(&before, &by_aims(&task));
    let shown: Vec<_> =
        changes.iter().map(|c| (c.offer.0, c.before.get(), c.after.get())).collect();
    assert_eq!(shown, [(1, 20_000, 5_000), (2, 0, 15_000)]);
    assert_eq!(plan::diff::sourcing(&before, &before), []);
}
