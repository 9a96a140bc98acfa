//! Bounds of a report that cannot be proven: each is to be found.

#[allow(dead_code)]
mod support;

use proptest::prelude::*;
use support::{bound_tasks, empty_task, lock, producer, supply, want};
use trade::catalog::Pack;
use trade::sourcing::{Aim, AimValue, LockRule, SourcingPlan, SourcingTask};
use trade::unit::{Price, Qty};

use plan::sourcing::by_aims;
use plan::verify::{SourcingBreach, sourcing as verify};

const CRATE: i64 = 10_000;
const CRATES: Pack = Pack { size: Qty::new(CRATE), weighed: false };
/// What is proven by largest flows.
const SERVED: [Aim; 3] = [Aim::Promises, Aim::Served, Aim::Income];

/// One day of one product: crates of ten euros that buyers want and farms have.
fn day(wants: &[i64], stocks: &[(&str, i64)]) -> SourcingTask {
    let mut task = empty_task();
    for (at, crates) in wants.iter().enumerate() {
        task.wants.push(want(at as i64 + 1, 1, CRATES, crates * CRATE, false));
    }
    for (at, (farm, crates)) in stocks.iter().enumerate() {
        task.supplies.push(supply(at as i64 + 1, farm, 1, crates * CRATE));
    }
    task
}

fn of(plan: &SourcingPlan, aim: Aim) -> AimValue {
    plan.report.of(aim).expect("an aim")
}

/// The plan with another bound.
fn bounded(plan: &SourcingPlan, aim: Aim, bound: i64) -> SourcingPlan {
    let mut wrong = plan.clone();
    for one in wrong.report.aims.iter_mut().filter(|one| one.aim == aim) {
        (one.bound, one.gap) = (bound, (bound - one.value).abs());
    }
    wrong
}

/// What is found false of an aim.
fn false_of(task: &SourcingTask, plan: &SourcingPlan, aim: Aim) -> Vec<SourcingBreach> {
    let is_of = |breach: &SourcingBreach| match breach {
        SourcingBreach::FalseReport { aim: own, .. } => *own == aim,
        _ => false,
    };
    verify(task, plan).into_iter().filter(is_of).collect()
}

/// A planner that does not see an offer: what it can serve is at its best, but more could be.
#[test]
fn what_is_said_to_be_the_most_and_is_not_is_found() {
    let mut task = day(&[1, 1], &[("a", 1), ("b", 1)]);
    task.wants[0].is_promised = true;
    task.wants[1].only = Some(vec![producer("a")]);
    let mut blind = task.clone();
    blind.supplies.pop();
    let plan = by_aims(&blind);
    assert_eq!(verify(&blind, &plan), []);
    assert_eq!(of(&plan, Aim::Served).gap, 0);
    // The promised line has the only crate that the other one may have: no offer is left for it.
    let is_left = |breach: &SourcingBreach| matches!(breach, SourcingBreach::StillOffered { .. });
    assert!(!verify(&task, &plan).iter().any(is_left));
    let (said, found) = (CRATE, 2 * CRATE);
    let served = SourcingBreach::FalseReport { aim: Aim::Served, said, found };
    assert_eq!(false_of(&task, &plan, Aim::Served), [served]);
    let income = SourcingBreach::FalseReport { aim: Aim::Income, said: 1_000, found: 2_000 };
    assert_eq!(false_of(&task, &plan, Aim::Income), [income]);
    assert_eq!(false_of(&task, &plan, Aim::Promises), []);
}

/// A line that pays more could be served with what one has that pays less.
#[test]
fn income_that_could_be_more_is_found() {
    let mut task = day(&[2, 2], &[("a", 2)]);
    task.wants[1].cost = Price::new(12_000);
    let mut alike = task.clone();
    alike.aims.retain(|aim| *aim != Aim::Income);
    let mut plan = by_aims(&alike);
    plan.report = by_aims(&task).report;
    let (best, served) = (of(&plan, Aim::Income).bound, of(&plan, Aim::Served));
    assert_eq!((best, served.gap), (2_400, 0));
    assert_eq!(false_of(&task, &plan, Aim::Income).len(), 1, "shared alike, it is 2,200");
    for one in plan.report.aims.iter_mut().filter(|one| one.aim == Aim::Income) {
        (one.value, one.bound, one.gap) = (2_200, 2_200, 0);
    }
    let found = SourcingBreach::FalseReport { aim: Aim::Income, said: 2_200, found: best };
    assert_eq!(false_of(&task, &plan, Aim::Income), [found]);
}

/// Three crates for two farms are never fair; that they could not be fairer is a lie.
#[test]
fn a_bound_of_fairness_is_proven_beside_locks() {
    let mut task = day(&[1, 2], &[("a", 8), ("b", 8)]);
    lock(&mut task, 1, "a", LockRule::Exactly(Qty::new(CRATE)));
    let plan = by_aims(&task);
    assert_eq!(verify(&task, &plan), []);
    let fair = of(&plan, Aim::FairShare);
    assert_eq!((fair.value, fair.bound), (500, 0));
    assert_eq!(false_of(&task, &bounded(&plan, Aim::FairShare, 500), Aim::FairShare).len(), 1);
    // Where the lock is the cause, it is none.
    lock(&mut task, 2, "a", LockRule::Exactly(Qty::new(2 * CRATE)));
    let plan = by_aims(&task);
    assert_eq!(verify(&task, &plan), []);
    let fair = of(&plan, Aim::FairShare);
    assert_eq!((fair.value, fair.bound), (1_500, 1_500));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_bound_that_is_more_or_less_is_found(task in bound_tasks(), by in 1..50_000_i64) {
        let plan = by_aims(&task);
        for aim in SERVED {
            let AimValue { bound, .. } = of(&plan, aim);
            prop_assert_eq!(false_of(&task, &plan, aim), []);
            for wrong in [bound - by, bound + by] {
                let broken = bounded(&plan, aim, wrong);
                prop_assert!(!false_of(&task, &broken, aim).is_empty(), "{wrong} for {bound}");
            }
        }
    }

    /// What is served in packs of several sizes has bounds too, be there a gap or not.
    #[test]
    fn bounds_are_proven_of_packs_of_several_sizes(
        task in bound_tasks(),
        sizes in prop::collection::vec(0..4_usize, 12),
    ) {
        let mut task = task;
        for (want, size) in task.wants.iter_mut().zip(sizes) {
            want.pack.size = Qty::new([10_000, 10_000, 4_000, 6_000][size]);
        }
        let plan = by_aims(&task);
        for aim in SERVED {
            prop_assert_eq!(false_of(&task, &plan, aim), []);
        }
    }
}
