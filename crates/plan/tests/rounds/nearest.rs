//! The planner that the search is measured by: what it does, and that it keeps all it knows of.

use proptest::prelude::*;

use crate::day::*;
use plan::rounds::{Roads, late_by, nearest};
use plan::verify::{RoundsBreach, rounds as verify};
use trade::rounds::task::RoundsTask;

fn day_of(task: &RoundsTask) -> Vec<String> {
    lines(&nearest(task, &road(task)))
}

/// Ten, twenty and thirty kilometres away.
fn three() -> RoundsTask {
    let calls = [("a", 10, 300), ("b", 20, 300), ("c", 30, 200)];
    let calls = calls.map(|(code, km, brings)| call(site(code), km, brings, ""));
    task(calls.to_vec(), vec![truck("grand", 500), truck("petit", 300)])
}

#[test]
fn each_truck_goes_on_to_the_nearest_that_still_fits() {
    assert_eq!(day_of(&three()), ["grand 6:00 a 6:10 c 6:40 7:20", "petit 6:00 b 6:20 6:50"]);
}

#[test]
fn a_truck_leaves_again_once_all_have_left_and_what_is_over_stays() {
    let mut task = three();
    task.trucks.truncate(1);
    assert_eq!(day_of(&task), ["grand 6:00 a 6:10 c 6:40 7:20", "b NoRoomLeft"]);
    task.trucks[0].rounds_most = 2;
    task.calls.push(call(site("d"), 5, 501, ""));
    let twice = ["grand 6:00 a 6:10 c 6:40 7:20", "grand 7:40 b 8:00 8:30", "d TooHeavy"];
    assert_eq!(day_of(&task), twice);
    task.trucks.clear();
    assert_eq!(day_of(&task)[3], "d NoVehicle");
}

#[test]
fn what_is_fetched_fills_the_truck_on_its_way_back() {
    let mut task = three();
    for call in &mut task.calls {
        call.fetches = call.brings;
    }
    task.calls[2].fetches = kilos(201);
    assert_eq!(day_of(&task)[..1], ["grand 6:00 a 6:10 6:30"]);
}

#[test]
fn it_knows_no_hours_and_comes_late() {
    let mut task = three();
    task.calls[2].windows = vec![window("6:00-6:15")];
    let plan = nearest(&task, &road(&task));
    let late: Vec<i64> = plan.rounds[0].stops.iter().map(|stop| late_by(&task, stop)).collect();
    assert_eq!(late, [0, 25 * 60]);
}

/// What the planner cannot know.
fn is_blind_to(breach: &RoundsBreach) -> bool {
    use RoundsBreach as B;
    matches!(
        breach,
        B::TooLarge { .. }
            | B::NotCold { .. }
            | B::NoAccess { .. }
            | B::OutOfWindow { .. }
            | B::OutOfShift { .. }
            | B::NoPause { .. }
            | B::PauseOutOfWindow { .. }
            | B::WrongReason { .. }
            | B::CouldBeServed { .. }
    )
}

proptest! {
    #[test]
    fn it_keeps_weight_and_says_true_ways_times_and_costs(task in tasks()) {
        let roads = Roads::estimated(&task);
        let told = verify(&task, &roads, &nearest(&task, &roads));
        let wrong: Vec<_> = told.into_iter().filter(|breach| !is_blind_to(breach)).collect();
        prop_assert_eq!(wrong, []);
    }

    #[test]
    fn the_order_of_calls_changes_nothing(task in tasks()) {
        let mut turned = task.clone();
        turned.calls.reverse();
        let plan = |task: &RoundsTask| nearest(task, &Roads::estimated(task));
        prop_assert_eq!(plan(&task), plan(&turned));
    }
}
