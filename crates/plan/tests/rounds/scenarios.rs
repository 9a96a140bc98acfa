//! Days of rounds, one for each thing that can be asked.

use crate::day::*;
use plan::rounds::{back_late_by, late_by, price_by_hand};
use plan::verify::{RoundsBreach, rounds as verify};
use trade::rounds::task::{CallId, PlannedRound, RoundsTask, Truck};
use trade::unit::Cents;

/// Plans and checks a day; what comes out, line by line.
fn day_of(task: &RoundsTask) -> Vec<String> {
    let plan = planned(task);
    assert_eq!(verify(task, &road(task), &plan), []);
    lines(&plan)
}

#[test]
fn a_round_leaves_late_and_waits_for_nobody() {
    let calls = vec![call(site("a"), 10, 100, "8:00-9:00"), call(site("b"), 30, 100, "8:00-10:00")];
    let task = task(calls, vec![truck("camion", 500)]);
    assert_eq!(day_of(&task), ["camion 7:50 a 8:00 b 8:30 9:10"]);
}

#[test]
fn what_it_costs_is_kilometres_hours_and_days() {
    let task = task(vec![call(site("a"), 30, 100, "")], vec![truck("camion", 500)]);
    // 60 km at 0,50, an hour and ten minutes at 20,00, a day at 30,00.
    assert_eq!(planned(&task).cost, Cents::new(3_000 + 2_333 + 3_000));
}

#[test]
fn a_window_sends_the_truck_the_other_way_round() {
    let calls = vec![call(site("a"), 10, 100, "9:00-9:10"), call(site("b"), 30, 100, "8:00-8:30")];
    let task = task(calls, vec![truck("camion", 500)]);
    assert_eq!(day_of(&task), ["camion 8:00 b 8:30 a 9:00 9:20"]);
}

#[test]
fn the_second_of_two_windows_is_as_good() {
    let calls = vec![
        call(site("a"), 60, 100, "8:00-8:15"),
        call(site("b"), 60, 100, "7:05-7:30 8:20-9:00"),
    ];
    let mut task = task(calls, vec![truck("camion", 500)]);
    assert_eq!(day_of(&task), ["camion 7:10 a 8:10 b 8:20 9:30"]);
    task.calls[0].windows = vec![window("7:00-7:10")];
    assert_eq!(day_of(&task), ["camion 6:00 a 7:00 b 7:10 8:20"]);
}

#[test]
fn a_full_truck_comes_back_for_more_where_it_may() {
    let calls = (1..=4).map(|n| call(site(&format!("s{n}")), n * 5, 400, "")).collect();
    let mut task = task(calls, vec![truck("camion", 800)]);
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert_eq!((plan.rounds.len(), plan.unassigned.len()), (1, 2));
    task.trucks[0].rounds_most = 2;
    // The two far ones together, the two near ones together, twenty minutes at the dock between.
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert!(plan.unassigned.is_empty());
    let metres = |round: &PlannedRound| {
        round.metres_back + round.stops.iter().map(|stop| stop.metres).sum::<i64>()
    };
    let mut found: Vec<i64> = plan.rounds.iter().map(metres).collect();
    found.sort();
    assert_eq!(found, [20_000, 40_000]);
    assert_eq!(plan.rounds[1].leaves - plan.rounds[0].back, 1_200);
}

#[test]
fn what_is_fetched_takes_the_room_of_what_was_brought() {
    let mut fetched = call(farm("ferme"), 20, 0, "");
    fetched.fetches = kilos(450);
    let calls = vec![call(site("a"), 10, 400, ""), fetched];
    let task = task(calls, vec![truck("camion", 500)]);
    // The farm is farther, but its goods go in only where the site's have gone out.
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    let order: Vec<String> = plan.rounds[0].stops.iter().map(|stop| name(stop.call)).collect();
    assert_eq!(order, ["a", "ferme"]);
}

#[test]
fn litres_fill_a_truck_before_kilos_do() {
    let calls = vec![call(site("a"), 10, 300, ""), call(site("b"), 20, 300, "")];
    let mut small = truck("petit", 1_000);
    small.litres = Some(500);
    let mut task = task(calls, vec![small, truck("grand", 1_000)]);
    task.trucks[1].per_day = Cents::new(90_000);
    assert_eq!(planned(&task).rounds.len(), 1);
    task.trucks.truncate(1);
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert_eq!(plan.unassigned.len(), 1);
}

#[test]
fn a_pause_is_taken_where_the_truck_stands() {
    let calls = vec![
        call(site("a"), 60, 100, "7:00-7:30"),
        call(site("b"), 120, 100, "10:00-12:00"),
        call(site("c"), 90, 100, "12:00-13:00"),
    ];
    let mut task = task(calls, vec![truck("camion", 500)]);
    task.trucks[0].pause = pause("8:00-10:30", 45);
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert!(plan.unassigned.is_empty());
    assert!(plan.rounds[0].pause_after.is_some());
    // Back before the pause's window ends: none.
    task.calls.truncate(1);
    assert_eq!(planned(&task).rounds[0].pause_after, None);
}

#[test]
fn a_pause_takes_the_time_of_a_stop() {
    let calls = vec![call(site("a"), 60, 100, "9:00-9:10"), call(site("b"), 60, 100, "9:15-9:25")];
    let mut task = task(calls, vec![truck("camion", 500)]);
    task.trucks[0].pause = pause("9:00-9:30", 45);
    assert_eq!(day_of(&task), ["camion 8:05 a 9:05 b 9:15 pause 11:10"]);
    // Too long to begin behind the second stop.
    task.trucks[0].pause = pause("7:00-9:20", 45);
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert_eq!(plan.rounds[0].pause_after, Some(0));
}

#[test]
fn each_reason_is_said() {
    let mut heavy = call(site("a-heavy"), 10, 2_000, "");
    heavy.brings.litres = 10;
    let mut large = call(site("b-large"), 10, 100, "");
    large.brings.litres = 5_000;
    let mut cold = call(site("c-cold"), 10, 100, "");
    cold.needs_cold = true;
    let mut narrow = call(site("d-narrow"), 10, 100, "");
    narrow.largest = Some(kilos(2_000).weight);
    let far = call(site("e-far"), 300, 100, "");
    let locked = call(site("f-locked"), 10, 100, "");
    let mut task = task(vec![heavy, large, cold, narrow, far, locked], vec![truck("camion", 500)]);
    task.trucks[0].is_cold = false;
    task.trucks[0].litres = Some(1_000);
    task.locks.trucks = vec![(site("f-locked"), vehicle("ailleurs"))];
    let expected = [
        "a-heavy TooHeavy",
        "b-large TooLarge",
        "c-cold NoColdTruck",
        "d-narrow NoAccess",
        "e-far TooFarInTime",
        "f-locked OnLockedTruck",
    ];
    assert_eq!(day_of(&task), expected);
    task.trucks.clear();
    assert!(day_of(&task).iter().all(|line| line.ends_with("NoVehicle")));
}

#[test]
fn short_of_time_or_short_of_room() {
    let calls = vec![call(site("a"), 60, 300, "8:00-8:05"), call(site("b"), 10, 300, "8:00-8:05")];
    let mut task = task(calls, vec![truck("camion", 1_000)]);
    task.calls[0].priority = 1;
    assert_eq!(day_of(&task), ["camion 7:00 a 8:00 9:10", "b NoTimeLeft"]);
    task.calls[1].windows.clear();
    task.trucks[0].payload = kilos(500).weight;
    assert!(day_of(&task).contains(&"b NoRoomLeft".to_string()));
}

#[test]
fn the_important_one_is_served_whatever_it_costs() {
    let mut calls: Vec<_> = (1..=3).map(|n| call(site(&format!("s{n}")), n, 250, "")).collect();
    let mut important = call(site("far"), 150, 500, "");
    important.priority = 1;
    calls.push(important);
    let task = task(calls, vec![truck("camion", 500)]);
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert_eq!(plan.rounds[0].stops.iter().map(|s| name(s.call)).collect::<Vec<_>>(), ["far"]);
}

#[test]
fn kept_rounds_and_fixed_trucks_stay() {
    let calls: Vec<_> = (1..=5).map(|n| call(site(&format!("s{n}")), n * 5, 100, "")).collect();
    let mut task = task(calls, vec![truck("a", 1_000), truck("b", 1_000)]);
    task.trucks[0].rounds_most = 3;
    let by_hand = [(vehicle("a"), vec![site("s4"), site("s1"), site("s3")])];
    task.locks.rounds = price_by_hand(&task, &road(&task), &by_hand);
    task.locks.trucks = vec![(site("s2"), vehicle("b"))];
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    assert!(plan.unassigned.is_empty());
    let order = |round: &PlannedRound| -> Vec<String> {
        round.stops.iter().map(|stop| name(stop.call)).collect()
    };
    let kept = plan.rounds.iter().find(|round| order(round) == ["s4", "s1", "s3"]);
    assert_eq!(kept.map(|round| round.vehicle), Some(vehicle("a")));
    let other = plan.rounds.iter().find(|round| order(round).contains(&"s2".to_string()));
    assert_eq!(other.map(|round| round.vehicle), Some(vehicle("b")));
}

#[test]
fn a_kept_round_may_be_late_and_its_truck_then_gets_nothing_more() {
    let calls = vec![call(site("a"), 60, 100, "6:00-6:30"), call(site("b"), 5, 100, "")];
    let mut task = task(calls, vec![truck("camion", 500)]);
    task.trucks[0].rounds_most = 2;
    let by_hand = [(vehicle("camion"), vec![site("a")])];
    task.locks.rounds = price_by_hand(&task, &road(&task), &by_hand);
    let plan = planned(&task);
    let late: Vec<i64> =
        plan.rounds.iter().flat_map(|r| &r.stops).map(|stop| late_by(&task, stop)).collect();
    assert_eq!(late, [30 * 60]);
    assert_eq!(plan.rounds, task.locks.rounds);
    assert_eq!(plan.unassigned.len(), 1);
}

#[test]
fn rounds_made_by_hand_have_times_even_when_they_are_late() {
    let calls = vec![call(site("a"), 10, 100, "8:00-8:10"), call(site("b"), 30, 100, "8:00-8:10")];
    let task = task(calls, vec![truck("camion", 500)]);
    let by_hand = |order: [&str; 2]| {
        let rounds = [(vehicle("camion"), order.map(site).to_vec())];
        let priced = price_by_hand(&task, &road(&task), &rounds);
        let late: Vec<i64> = priced[0].stops.iter().map(|s| late_by(&task, s) / 60).collect();
        (told(&priced[0]), late)
    };
    assert_eq!(by_hand(["a", "b"]), ("camion 7:50 a 8:00 b 8:30 9:10".into(), vec![0, 20]));
    assert_eq!(by_hand(["b", "a"]), ("camion 7:30 b 8:00 a 8:30 8:50".into(), vec![0, 20]));
}

/// A farm twenty kilometres away whose goods go to a site ten kilometres away the same morning.
fn fetched_and_brought(trucks: Vec<Truck>) -> RoundsTask {
    let mut fetched = call(farm("ferme"), 20, 0, "");
    (fetched.fetches, fetched.back_by) = (kilos(200), Some(at("7:00")));
    let mut brought = call(site("a"), 10, 200, "7:00-9:00");
    brought.ready = Some(at("7:30"));
    task(vec![brought, fetched], trucks)
}

#[test]
fn what_is_fetched_is_at_the_dock_before_it_is_brought() {
    // One way would do, were the goods not fetched on it.
    let mut task = fetched_and_brought(vec![truck("camion", 500)]);
    task.trucks[0].rounds_most = 2;
    assert_eq!(day_of(&task), ["camion 6:10 ferme 6:30 7:00", "camion 7:30 a 7:40 8:00"]);
    for call in &mut task.calls {
        (call.ready, call.back_by) = (None, None);
    }
    assert_eq!(day_of(&task).len(), 1);
}

#[test]
fn another_truck_waits_for_what_the_first_one_fetches() {
    let task = fetched_and_brought(vec![truck("loin", 500), truck("ville", 500)]);
    let mut lines = day_of(&task);
    lines.sort_by_key(|line| line.contains('a'));
    let times: Vec<&str> =
        lines.iter().filter_map(|line| line.split_once(' ')).map(|l| l.1).collect();
    assert_eq!(times, ["6:00 ferme 6:20 6:50", "7:30 a 7:40 8:00"]);
}

#[test]
fn goods_that_wait_do_not_hold_up_those_that_are_there() {
    let mut early = call(site("b"), 5, 100, "6:00-6:30");
    early.brings = kilos(100);
    let mut task = fetched_and_brought(vec![truck("camion", 500)]);
    task.calls.push(early);
    task.trucks[0].rounds_most = 2;
    let by_hand = [(vehicle("camion"), vec![site("b"), site("a")])];
    assert_eq!(
        told(&price_by_hand(&task, &road(&task), &by_hand)[0]),
        "camion 7:30 b 7:35 a 7:50 8:10"
    );
    // What leaves early takes the farm along, what waits goes on the second way.
    let lines = day_of(&task);
    assert_eq!(lines, ["camion 6:00 b 6:05 ferme 6:30 7:00", "camion 7:30 a 7:40 8:00"]);
}

#[test]
fn who_waits_at_the_dock_may_rest_there() {
    let mut late = call(site("a"), 60, 200, "");
    late.ready = Some(at("9:00"));
    let mut early = call(site("b"), 60, 100, "7:00-7:05");
    early.service = 0;
    let mut task = task(vec![late, early], vec![truck("camion", 500)]);
    task.trucks[0].rounds_most = 2;
    task.trucks[0].pause = pause("8:00-9:30", 30);
    // Loaded at 8:25, rested at 8:55, and still five minutes too early.
    let expected = ["camion 6:05 b 7:05 8:05", "camion 9:00 pause a 10:00 11:10"];
    assert_eq!(day_of(&task), expected);
}

#[test]
fn hours_of_the_dock_that_nobody_can_keep_are_said() {
    let mut far = call(farm("far"), 60, 0, "");
    (far.fetches, far.back_by) = (kilos(200), Some(at("8:00")));
    let mut shut = call(site("shut"), 60, 200, "7:00-8:00");
    shut.ready = Some(at("7:01"));
    let mut farther = call(farm("farther"), 300, 0, "");
    farther.back_by = Some(at("8:00"));
    let task = task(vec![far, shut, farther], vec![truck("camion", 500)]);
    let left = ["shut ReadyTooLate", "far BackTooLate", "farther TooFarInTime"];
    assert_eq!(day_of(&task), left);
}

#[test]
fn by_hand_goods_are_waited_for_and_may_come_too_late() {
    let task = fetched_and_brought(vec![truck("camion", 500)]);
    let by_hand = |calls: [CallId; 2]| {
        let rounds = price_by_hand(&task, &road(&task), &[(vehicle("camion"), calls.to_vec())]);
        let late = |stop| back_late_by(&task, stop, rounds[0].back) / 60;
        (told(&rounds[0]), rounds[0].stops.iter().map(late).collect::<Vec<_>>())
    };
    // Together they leave when the goods are there, and the farm's are back behind that.
    let expected = ("camion 7:30 a 7:40 ferme 8:00 8:30".to_string(), vec![0, 90]);
    assert_eq!(by_hand([site("a"), farm("ferme")]), expected);
}

#[test]
fn who_leaves_without_the_goods_or_brings_them_too_late_is_caught() {
    let mut task = fetched_and_brought(vec![truck("loin", 500), truck("ville", 500)]);
    let hours = |task: &mut RoundsTask, ready, by| {
        (task.calls[0].ready, task.calls[1].back_by) = (Some(at(ready)), Some(at(by)));
    };
    let plan = planned(&task);
    assert_eq!(verify(&task, &road(&task), &plan), []);
    hours(&mut task, "7:45", "7:00");
    let (call, leaves, ready) = (site("a"), at("7:30"), at("7:45"));
    let early = RoundsBreach::NotReady { call, leaves, ready };
    assert_eq!(verify(&task, &road(&task), &plan), [early]);
    hours(&mut task, "7:30", "6:49");
    let (call, back, by) = (farm("ferme"), at("6:50"), at("6:49"));
    let late = RoundsBreach::BackTooLate { call, back, by };
    assert_eq!(verify(&task, &road(&task), &plan), [late]);
}

#[test]
fn who_gives_an_idle_truck_a_call_less_is_caught() {
    let task = task(vec![call(site("a"), 10, 100, "")], vec![truck("camion", 500)]);
    let mut plan = planned(&task);
    plan.rounds.clear();
    plan.cost = Cents::ZERO;
    for reason in [plan::rounds::LeftOut::NoTimeLeft, plan::rounds::LeftOut::TooHeavy] {
        plan.unassigned = vec![(site("a"), reason)];
        let is_lazy = |b: &RoundsBreach| {
            matches!(b, RoundsBreach::CouldBeServed { .. } | RoundsBreach::WrongReason { .. })
        };
        assert!(verify(&task, &road(&task), &plan).iter().any(is_lazy));
    }
}
