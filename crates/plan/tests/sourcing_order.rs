//! Aims in another order, and trips that are worth making beside those that are mended.

#[allow(dead_code)]
mod support;

use support::{empty_task, producer, supply, want};
use trade::catalog::Pack;
use trade::id::ProducerId;
use trade::sourcing::{Aim, Allotment, FarmDay, SourcingPlan, SourcingTask};
use trade::unit::{Cents, Qty, Rate};

use plan::sourcing::by_aims;
use plan::verify::sourcing as verify;

const CRATE: i64 = 10_000;
const CRATES: Pack = Pack { size: Qty::new(CRATE), weighed: false };
const FARMS: [&str; 3] = ["a", "b", "c"];

/// One day of one product: crates of ten euros that buyers want and farms have.
fn day(wants: &[i64], stocks: &[i64]) -> SourcingTask {
    let mut task = empty_task();
    for (at, crates) in wants.iter().enumerate() {
        task.wants.push(want(at as i64 + 1, 1, CRATES, crates * CRATE, false));
    }
    for (at, crates) in stocks.iter().enumerate() {
        task.supplies.push(supply(at as i64 + 1, FARMS[at], 1, crates * CRATE));
    }
    task
}

/// What a farm's way is worth in euros, and its kilometres.
fn way(task: &mut SourcingTask, farm: &str, worth: i64, km: i64) {
    let day = FarmDay {
        minimum_trip: Cents::new(worth * 100),
        purchased: Cents::ZERO,
        metres: km * 1_000,
    };
    task.farms.insert(producer(farm), day);
}

/// The day planned with these aims behind what is served.
fn planned(task: &SourcingTask, aims: &[Aim]) -> SourcingPlan {
    let mut task = task.clone();
    task.aims = [Aim::Promises, Aim::Served].iter().chain(aims).copied().collect();
    let plan = by_aims(&task);
    assert_eq!(verify(&task, &plan), []);
    plan
}

/// What comes of some aims.
fn values<const N: usize>(plan: &SourcingPlan, aims: [Aim; N]) -> [i64; N] {
    aims.map(|aim| plan.report.of(aim).expect("an aim").value)
}

/// Splits and trips, and kilometres, when the one is aimed at before the other, and behind it.
fn both_orders(task: &SourcingTask) -> [[i64; 2]; 2] {
    let [splits, ways] = [Aim::SplitsAndTrips, Aim::Kilometres];
    [[splits, ways], [ways, splits]].map(|[first, second]| {
        let aims = [Aim::FairShare, Aim::Income, first, second];
        values(&planned(task, &aims), [splits, ways])
    })
}

/// A day that one farm can serve alone, near but never worth its way, or far and worth it.
#[test]
fn trips_and_kilometres_are_mended_in_the_order_of_the_aims() {
    let mut task = day(&[4], &[4, 4]);
    way(&mut task, "a", 50, 1);
    way(&mut task, "b", 10, 30);
    task.tolerance = Some(Cents::new(10_000));
    assert_eq!(both_orders(&task), [[0, 30_000], [1, 1_000]]);
}

/// One farm alone is far, two that are near would split the line.
#[test]
fn splits_and_kilometres_are_mended_in_the_order_of_the_aims() {
    let mut task = day(&[4], &[2, 2, 4]);
    way(&mut task, "a", 0, 1);
    way(&mut task, "b", 0, 2);
    way(&mut task, "c", 0, 30);
    for (farm, share) in FARMS.into_iter().zip([2_500, 2_500, 5_000]) {
        task.agreed_shares.insert(producer(farm), Rate::new(share));
    }
    task.tolerance = Some(Cents::new(10_000));
    assert_eq!(both_orders(&task), [[0, 30_000], [1, 3_000]]);
}

#[test]
fn fairness_comes_before_or_behind_as_the_hub_says() {
    let mut task = day(&[4], &[4, 4]);
    way(&mut task, "a", 0, 1);
    way(&mut task, "b", 0, 30);
    let [fair, splits, ways] = [Aim::FairShare, Aim::SplitsAndTrips, Aim::Kilometres];
    let told = |aims: [Aim; 3]| values(&planned(&task, &aims), [fair, splits, ways]);
    assert_eq!(told([fair, splits, ways]), [0, 1, 31_000]);
    assert_eq!(told([fair, ways, splits]), [0, 1, 31_000]);
    assert_eq!(told([ways, fair, splits]), [2_000, 0, 1_000]);
    // One farm alone, whichever.
    assert_eq!(told([splits, fair, ways])[..2], [2_000, 0]);
}

/// Farms that come for less than their way is worth, by code.
fn poor(task: &SourcingTask, plan: &SourcingPlan) -> Vec<ProducerId> {
    let of_offer = |one: &Allotment, farm: ProducerId| {
        task.supplies.iter().any(|own| own.offer == one.offer && own.producer == farm)
    };
    let paid = |farm: ProducerId| -> i64 {
        let own = plan.allotments.iter().filter(|one| of_offer(one, farm));
        own.map(|one| one.quantity.get() / 10).sum()
    };
    let is_poor =
        |(farm, day): &(&ProducerId, &FarmDay)| (1..day.minimum_trip.get()).contains(&paid(**farm));
    task.farms.iter().filter(is_poor).map(|(farm, _)| *farm).collect()
}

/// Farms whose way would be worth making if nobody had mended the ways of others.
fn made_poor(task: &SourcingTask, plan: &SourcingPlan) -> Vec<ProducerId> {
    let known = poor(task, &planned(task, &[Aim::FairShare, Aim::Income]));
    poor(task, plan).into_iter().filter(|farm| !known.contains(farm)).collect()
}

/// A planner that fills a farm's trip with what others bring, whatever that leaves of theirs.
fn naive(task: &SourcingTask, farm: &str) -> SourcingPlan {
    let mut plan = planned(task, &[Aim::FairShare, Aim::Income]);
    let own = task.supplies.iter().find(|supply| supply.producer == producer(farm));
    let offer = own.expect("an offer").offer;
    while poor(task, &plan).contains(&producer(farm)) {
        let other = plan.allotments.iter_mut().find(|one| one.offer != offer);
        other.expect("another farm").offer = offer;
    }
    plan
}

/// Two farms bring twenty euros each; the way of one is worth thirty.
#[test]
fn no_trip_becomes_poor_so_that_another_is_worth_making() {
    let mut task = day(&[1, 1, 1, 1], &[4, 4]);
    way(&mut task, "a", 30, 0);
    task.tolerance = Some(Cents::new(1_500));
    let usual = |task: &SourcingTask| planned(task, &Aim::ALL[2..]);
    // Ten euros are worth the other way: a crate is moved, and nobody's trip is poor.
    way(&mut task, "b", 10, 0);
    assert_eq!(poor(&task, &usual(&task)), []);
    assert_eq!(made_poor(&task, &naive(&task, "a")), []);
    // Twenty are: what would fill the one would spoil the other, and is left.
    way(&mut task, "b", 20, 0);
    assert_eq!(poor(&task, &usual(&task)), [producer("a")]);
    assert_eq!(made_poor(&task, &usual(&task)), []);
    assert_eq!(made_poor(&task, &naive(&task, "a")), [producer("b")]);
    // Where fairness allows as much, the one stays at home instead.
    task.tolerance = Some(Cents::new(2_000));
    assert_eq!(poor(&task, &usual(&task)), []);
    assert_eq!(values(&usual(&task), [Aim::FairShare, Aim::SplitsAndTrips]), [2_000, 0]);
}
