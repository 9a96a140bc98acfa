//! What holds for any day of rounds, and that the verifier sees what does not.

use crate::day::*;
use crate::shuffle::Shuffle;
use plan::rounds::{Effort, Roads, RoundsPlan, plan, price_by_hand};
use plan::verify::{RoundsBreach, rounds as verify};
use proptest::prelude::*;
use trade::id::VehicleId;
use trade::rounds::task::{PlannedRound, RoundsTask};
use trade::unit::{Cents, Grams};

fn short(task: &RoundsTask) -> RoundsPlan {
    plan(task, &Roads::estimated(task), Effort::Turns(300), 7)
}

/// The same day, its lists in another order. That of the trucks is the hub's preference, and stays.
fn shuffled(task: &RoundsTask, seed: u64) -> RoundsTask {
    let (mut task, mut shuffle) = (task.clone(), Shuffle::new(seed));
    shuffle.list(&mut task.calls);
    shuffle.list(&mut task.locks.rounds);
    shuffle.list(&mut task.locks.trucks);
    task
}

/// How many are left out, the most important first.
fn left(task: &RoundsTask, plan: &RoundsPlan) -> [usize; 3] {
    let priority = |id| task.calls.iter().find(|call| call.id == id).map_or(3, |c| c.priority);
    let count = |wanted| plan.unassigned.iter().filter(|(id, _)| priority(*id) == wanted).count();
    [count(1), count(2), count(3)]
}

proptest! {
    #[test]
    fn every_plan_passes_the_verifier_and_order_changes_nothing(
        task in tasks(),
        seed in any::<u64>(),
    ) {
        let plan = short(&task);
        prop_assert_eq!(verify(&task, &Roads::estimated(&task), &plan), vec![]);
        prop_assert_eq!(short(&shuffled(&task, seed)), plan.clone());
        prop_assert_eq!(short(&task), plan);
    }

    #[test]
    fn locks_hold(task in tasks(), picked in any::<u32>(), seed in any::<u64>()) {
        let first = short(&task);
        prop_assume!(!first.rounds.is_empty());
        let mut locked = task.clone();
        locked.locks.rounds = first.rounds.clone();
        Shuffle::new(seed).list(&mut locked.locks.rounds);
        locked.locks.rounds.truncate(1 + picked as usize % first.rounds.len());
        if let Some(call) = task.calls.get(picked as usize % 16) {
            let truck = &task.trucks[picked as usize % task.trucks.len()];
            locked.locks.trucks = vec![(call.id, truck.id)];
        }
        let plan = short(&locked);
        prop_assert_eq!(verify(&locked, &Roads::estimated(&locked), &plan), vec![]);
        prop_assert_eq!(short(&shuffled(&locked, seed)), plan);
    }

    /// Goods are there before they leave, however rounds were cut and joined.
    #[test]
    fn hours_of_the_dock_hold(task in tasks_with_hours(), locked in any::<u32>()) {
        let plan = short(&task);
        let roads = Roads::estimated(&task);
        prop_assert_eq!(verify(&task, &roads, &plan), vec![]);
        // Nothing to keep; many days have no truck, and so many draws may not be thrown away.
        if plan.rounds.is_empty() {
            return Ok(());
        }
        prop_assert_eq!(short(&shuffled(&task, u64::from(locked))), plan.clone());
        let mut kept = task.clone();
        kept.locks.rounds = vec![plan.rounds[locked as usize % plan.rounds.len()].clone()];
        prop_assert_eq!(verify(&kept, &roads, &short(&kept)), vec![]);
        let by_hand: Vec<_> = plan.rounds.iter().map(|round| {
            let calls = round.stops.iter().map(|stop| stop.call);
            (round.vehicle, calls.collect::<Vec<_>>())
        }).collect();
        prop_assert_eq!(price_by_hand(&task, &roads, &by_hand), plan.rounds);
    }

    #[test]
    fn hours_that_ask_for_nothing_change_nothing(task in tasks()) {
        let mut asked = task.clone();
        for call in &mut asked.calls {
            (call.ready, call.back_by) = (Some(at("6:00")), Some(at("14:00")));
        }
        prop_assert_eq!(short(&asked), short(&task));
    }

    /// A heuristic may do worse with more to choose from, but not than who leaves the new truck at
    /// home: the rounds of before, kept, leave out no more.
    #[test]
    fn one_more_truck_leaves_out_no_more_than_the_rounds_of_before(task in tasks()) {
        prop_assume!(!task.trucks.is_empty());
        let first = short(&task);
        let mut more = task.clone();
        more.locks.rounds = first.rounds.clone();
        more.trucks.push(truck("d", 2_000));
        let plan = short(&more);
        prop_assert_eq!(verify(&more, &Roads::estimated(&more), &plan), vec![]);
        prop_assert!(left(&more, &plan) <= left(&task, &first));
    }

    #[test]
    fn broken_rounds_are_caught(task in tasks()) {
        let good = short(&task);
        prop_assume!(!good.rounds.is_empty());
        let roads = Roads::estimated(&task);
        for (name, breaks, is_it) in breakers() {
            let mut broken = good.clone();
            breaks(&mut broken);
            let told = verify(&task, &roads, &broken);
            prop_assert!(told.iter().any(is_it), "{name}: {told:?}");
        }
    }

    #[test]
    fn rounds_are_caught_that_a_stricter_day_forbids(task in tasks()) {
        let good = short(&task);
        prop_assume!(!good.rounds.is_empty());
        let roads = Roads::estimated(&task);
        for (name, narrows, is_it) in narrowers() {
            let mut stricter = task.clone();
            narrows(&mut stricter, &good.rounds[0]);
            let told = verify(&stricter, &roads, &good);
            prop_assert!(told.iter().any(is_it), "{name}: {told:?}");
        }
    }
}

type Caught = fn(&RoundsBreach) -> bool;
type Breaks = fn(&mut RoundsPlan);
type Narrows = fn(&mut RoundsTask, &PlannedRound);

/// Plans gone wrong.
fn breakers() -> Vec<(&'static str, Breaks, Caught)> {
    use RoundsBreach as B;
    vec![
        (
            "twice",
            |p| {
                let stop = p.rounds[0].stops[0].clone();
                p.rounds[0].stops.push(stop);
            },
            |b| matches!(b, B::NotOnce { times: 2, .. }),
        ),
        (
            "forgotten",
            |p| {
                p.rounds[0].stops.pop();
            },
            |b| matches!(b, B::NotOnce { times: 0, .. }),
        ),
        (
            "unknown call",
            |p| p.rounds[0].stops[0].call = site("nulle-part"),
            |b| matches!(b, B::UnknownCall { .. }),
        ),
        (
            "unknown truck",
            |p| p.rounds[0].vehicle = vehicle("inconnu"),
            |b| matches!(b, B::UnknownVehicle { .. }),
        ),
        ("no stops", |p| p.rounds[0].stops.clear(), |b| matches!(b, B::EmptyRound { .. })),
        (
            "distance",
            |p| p.rounds[0].stops[0].metres += 1,
            |b| matches!(b, B::WrongDistance { .. }),
        ),
        ("way back", |p| p.rounds[0].metres_back -= 1, |b| matches!(b, B::WrongWayBack { .. })),
        ("arrival", |p| p.rounds[0].stops[0].arrives -= 1, |b| matches!(b, B::WrongTime { .. })),
        ("begin", |p| p.rounds[0].stops[0].begins += 1, |b| matches!(b, B::WrongTime { .. })),
        ("return", |p| p.rounds[0].back -= 1, |b| matches!(b, B::WrongReturn { .. })),
        ("too early", |p| p.rounds[0].leaves = at("5:59"), |b| matches!(b, B::OutOfShift { .. })),
        ("too late", |p| p.rounds[0].back = at("14:01"), |b| matches!(b, B::OutOfShift { .. })),
        (
            "twice at once",
            |p| {
                let round = p.rounds[0].clone();
                p.rounds.push(round);
            },
            |b| matches!(b, B::Overlap { .. }),
        ),
        (
            "too often",
            |p| {
                (0..3).for_each(|_| {
                    let r = p.rounds[0].clone();
                    p.rounds.push(r);
                })
            },
            |b| matches!(b, B::TooManyRounds { .. }),
        ),
        (
            "pause",
            |p| p.rounds[0].pause_after = Some(99),
            |b| matches!(b, B::PauseOutOfWindow { .. }),
        ),
        ("cost", |p| p.cost = Cents::new(p.cost.get() + 1), |b| matches!(b, B::WrongCost { .. })),
    ]
}

fn first<'task>(
    task: &'task mut RoundsTask,
    round: &PlannedRound,
) -> &'task mut trade::rounds::task::Call {
    let id = round.stops[0].call;
    task.calls.iter_mut().find(|call| call.id == id).expect("a call")
}

fn its_truck(task: &mut RoundsTask, id: VehicleId) -> &mut trade::rounds::task::Truck {
    task.trucks.iter_mut().find(|truck| truck.id == id).expect("a truck")
}

/// Days on which what was planned is not allowed.
fn narrowers() -> Vec<(&'static str, Narrows, Caught)> {
    use RoundsBreach as B;
    vec![
        (
            "payload",
            |t, r| {
                its_truck(t, r.vehicle).payload = Grams::new(1);
                first(t, r).brings = kilos(1);
            },
            |b| matches!(b, B::TooHeavy { rank: 0, .. }),
        ),
        (
            "fetched",
            |t, r| first(t, r).fetches = kilos(90_000),
            |b| matches!(b, B::TooHeavy { rank: 1.., .. }),
        ),
        (
            "litres",
            |t, r| {
                its_truck(t, r.vehicle).litres = Some(0);
                first(t, r).brings = kilos(1);
            },
            |b| matches!(b, B::TooLarge { .. }),
        ),
        (
            "cold",
            |t, r| {
                its_truck(t, r.vehicle).is_cold = false;
                first(t, r).needs_cold = true;
            },
            |b| matches!(b, B::NotCold { .. }),
        ),
        (
            "access",
            |t, r| first(t, r).largest = Some(kilos(1).weight),
            |b| matches!(b, B::NoAccess { .. }),
        ),
        (
            "window",
            |t, r| first(t, r).windows = vec![window("5:00-5:01")],
            |b| matches!(b, B::OutOfWindow { .. }),
        ),
        (
            "not ready",
            |t, r| first(t, r).ready = Some(r.leaves + 1),
            |b| matches!(b, B::NotReady { .. }),
        ),
        (
            "back too late",
            |t, r| first(t, r).back_by = Some(r.back - 1),
            |b| matches!(b, B::BackTooLate { .. }),
        ),
        (
            "service",
            |t, r| first(t, r).service += 100_000,
            |b| matches!(b, B::WrongTime { .. } | B::WrongReturn { .. }),
        ),
        (
            "rounds",
            |t, r| its_truck(t, r.vehicle).rounds_most = 0,
            |b| matches!(b, B::TooManyRounds { .. }),
        ),
        (
            "no pause",
            |t, r| {
                let truck = its_truck(t, r.vehicle);
                truck.pause = pause("5:00-5:00", 45);
            },
            |b| matches!(b, B::NoPause { .. } | B::PauseOutOfWindow { .. }),
        ),
        (
            "kept",
            |t, r| {
                let mut kept = r.clone();
                kept.stops.push(kept.stops[0].clone());
                t.locks.rounds = vec![kept];
            },
            |b| matches!(b, B::LostRound { .. }),
        ),
        (
            "fixed truck",
            |t, r| t.locks.trucks = vec![(r.stops[0].call, vehicle("autre"))],
            |b| matches!(b, B::OffItsTruck { .. }),
        ),
    ]
}
