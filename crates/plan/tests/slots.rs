//! Arrival slots at the dock.

use plan::slots::{Arrival, NoSlot, SlotsPlan, SlotsTask, bump, slots};
use plan::verify::{SlotsBreach, slots as verify};
use proptest::prelude::*;
use trade::id::ProducerId;
use trade::rounds::task::Window;

fn farm(code: &str) -> ProducerId {
    ProducerId::parse(code).expect("a code")
}

fn arrival(code: &str, minutes: i64, prefers: Option<(i64, i64)>) -> Arrival {
    let prefers = prefers.map(|(from, to)| Window { from: from * 60, to: to * 60 });
    Arrival { farm: farm(code), unloading: minutes * 60, prefers, fetched: None }
}

/// An hour of the dock from minute 0, in steps of ten minutes; our own trucks unload ten more.
fn morning(doors: usize, arrivals: Vec<Arrival>) -> SlotsTask {
    SlotsTask { open: Window { from: 0, to: 3_600 }, fetched_to: 4_200, doors, grid: 600, arrivals }
}

fn told(task: &SlotsTask) -> Vec<String> {
    let plan = slots(task);
    assert_eq!(verify(task, &plan), []);
    let given = plan.slots.iter().map(|(farm, at)| format!("{farm} {}", at / 60));
    given.chain(plan.without.iter().map(|(farm, why)| format!("{farm} {why:?}"))).collect()
}

#[test]
fn everybody_comes_when_they_like_while_there_is_room() {
    let all =
        |doors| morning(doors, ["a", "b", "c"].map(|f| arrival(f, 10, Some((20, 20)))).into());
    assert_eq!(told(&all(3)), ["a 20", "b 20", "c 20"]);
    assert_eq!(told(&all(2)), ["a 20", "b 20", "c 10"]);
    assert_eq!(told(&all(1)), ["a 20", "b 10", "c 30"]);
}

#[test]
fn a_long_unloading_takes_several_steps() {
    let task = morning(1, vec![arrival("a", 25, Some((0, 0))), arrival("b", 10, Some((20, 20)))]);
    assert_eq!(told(&task), ["a 0", "b 30"]);
}

#[test]
fn our_own_truck_is_unloaded_once_it_is_back() {
    let mut own = arrival("a", 20, None);
    own.fetched = Some(25 * 60);
    let task = morning(1, vec![own, arrival("b", 10, Some((30, 30)))]);
    assert_eq!(told(&task), ["a 30", "b 20"]);
}

#[test]
fn our_own_truck_may_be_unloaded_behind_the_hours() {
    let back = |minutes: i64| Arrival { fetched: Some(minutes * 60), ..arrival("a", 10, None) };
    assert_eq!(told(&morning(1, vec![back(60)])), ["a 60"]);
    assert_eq!(told(&morning(1, vec![back(61)])), ["a TooLong"]);
    let others = (1..=6).map(|n| arrival(&format!("f{n}"), 10, None));
    let told = told(&morning(1, others.chain([back(60)]).collect()));
    assert_eq!(told, ["a 60", "f1 0", "f2 10", "f3 20", "f4 30", "f5 40", "f6 50"]);
}

#[test]
fn who_has_no_slot_hears_why() {
    let long = arrival("long", 70, None);
    assert_eq!(told(&morning(1, vec![long])), ["long TooLong"]);
    assert_eq!(told(&morning(0, vec![arrival("a", 10, None)])), ["a NoDoor"]);
    let seven = (1..=7).map(|n| arrival(&format!("f{n}"), 10, None)).collect();
    let told = told(&morning(1, seven));
    assert_eq!(told.iter().filter(|line| line.ends_with("Full")).count(), 1);
}

prop_compose! {
    fn mornings(most: usize)(
        arrivals in prop::collection::vec(
            (1..40_i64, prop::option::of((0..6_i64, 0..3_i64)), 0..8_i64), 0..most,
        ),
        doors in 0..3_usize,
    ) -> SlotsTask {
        let arrivals = arrivals.into_iter().enumerate().map(|(at, (minutes, prefers, back))| {
            let prefers = prefers.map(|(from, lasts)| (from * 10, (from + lasts) * 10));
            let mut one = arrival(&format!("f{at:02}"), minutes, prefers);
            one.fetched = (back < 2).then_some(back * 900);
            one
        });
        morning(doors, arrivals.collect())
    }
}

/// A name, what goes wrong, and how it is told.
type Breaker = (&'static str, fn(&mut SlotsPlan), fn(&SlotsBreach) -> bool);

/// Without a slot, and seconds of bumps in all.
fn worth(task: &SlotsTask, plan: &SlotsPlan) -> (usize, i64) {
    let bumped = |(farm, at): &(ProducerId, i64)| {
        task.arrivals.iter().filter(|one| one.farm == *farm).map(|one| bump(one, *at)).sum::<i64>()
    };
    (plan.without.len(), plan.slots.iter().map(bumped).sum())
}

proptest! {
    #[test]
    fn slots_pass_the_verifier_and_order_changes_nothing(task in mornings(12)) {
        let plan = slots(&task);
        prop_assert_eq!(verify(&task, &plan), vec![]);
        let mut turned = task.clone();
        turned.arrivals.reverse();
        prop_assert_eq!(slots(&turned), plan);
    }

    #[test]
    fn first_come_first_served_is_never_better(task in mornings(12)) {
        let mut served = SlotsTask { arrivals: Vec::new(), ..task.clone() };
        let mut naive = SlotsPlan::default();
        for arrival in &task.arrivals {
            served.arrivals.push(arrival.clone());
            let free = (0..7).map(|step| step * 600).filter(|&at| {
                let mut tried = naive.clone();
                tried.slots.push((arrival.farm, at));
                let is_hard = |b: &SlotsBreach| !matches!(b, SlotsBreach::CouldBeNearer { .. });
                !verify(&SlotsTask { arrivals: served.arrivals.clone(), ..task.clone() }, &tried)
                    .iter()
                    .any(|b| is_hard(b) && !matches!(b, SlotsBreach::CouldCome { .. }))
            });
            match free.min_by_key(|&at| bump(arrival, at)) {
                Some(at) => naive.slots.push((arrival.farm, at)),
                None => naive.without.push((arrival.farm, NoSlot::Full)),
            }
        }
        prop_assert!(worth(&task, &slots(&task)) <= worth(&task, &naive));
    }

    #[test]
    fn broken_slots_are_caught(task in mornings(12)) {
        let good = slots(&task);
        prop_assume!(!good.slots.is_empty());
        let breakers: [Breaker; 6] = [
            ("forgotten", |p| p.slots.truncate(p.slots.len() - 1),
                |b| matches!(b, SlotsBreach::NotOnce { times: 0, .. })),
            ("twice", |p| p.slots.push(p.slots[0]),
                |b| matches!(b, SlotsBreach::NotOnce { times: 2, .. })),
            ("unknown", |p| p.slots[0].0 = farm("autre"),
                |b| matches!(b, SlotsBreach::UnknownFarm { .. })),
            ("off the grid", |p| p.slots[0].1 += 1,
                |b| matches!(b, SlotsBreach::OutOfHours { .. })),
            ("too late", |p| p.slots[0].1 = 4_200,
                |b| matches!(b, SlotsBreach::OutOfHours { .. })),
            ("sent away", |p| {
                let (farm, _) = p.slots.remove(0);
                p.without.push((farm, NoSlot::Full));
            },
                |b| matches!(b, SlotsBreach::CouldCome { .. })),
        ];
        for (name, breaks, is_it) in breakers {
            let mut broken = good.clone();
            breaks(&mut broken);
            let told = verify(&task, &broken);
            prop_assert!(told.iter().any(is_it), "{name}: {told:?}");
        }
        let crowded = SlotsTask { doors: 0, ..task.clone() };
        let is_crowd = |b: &SlotsBreach| matches!(b, SlotsBreach::Crowded { .. });
        prop_assert!(verify(&crowded, &good).iter().any(is_crowd));
        let mut early = task;
        for one in &mut early.arrivals {
            one.fetched = Some(4_000);
        }
        let is_early = |b: &SlotsBreach| matches!(b, SlotsBreach::BeforeItsTruck { .. });
        prop_assert!(verify(&early, &good).iter().any(is_early));
    }
}
