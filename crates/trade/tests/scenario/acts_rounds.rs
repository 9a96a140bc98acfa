//! Acts that make rounds, and tables of what they do.
//!
//! ```text
//! round tue: kangoo moulin 12000, joffre 3000 back 9000 then master chu 4000 back 4000
//! round tue: kangoo at=6:30 pause=1 moulin 12000, @garrigues 3000 back 9000    a farm behind `@`
//! fix tue r2                                   a round; free tue r2
//! fix tue moulin                               a stop on its truck
//! ```

use trade::calendar::Day;
use trade::id::{ProducerId, RoundId, SiteId, VehicleId};
use trade::rounds::{
    self, CallId, Load, PlannedRound, PlannedStop, Round, RoundFlaw, RoundLock, RoundsTask, Window,
};
use trade::unit::Grams;

use crate::acts::one;
use crate::script::{Acted, Answer, said};
use crate::shows::row;
use crate::words::{cents_word, day, decimal, seconds, written};
use crate::world::{World, items, option};

pub fn act(world: &mut World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["round", rest @ ..] => round(world, rest),
        ["fix", on, what] => lock(world, on, what, true),
        ["free", on, what] => lock(world, on, what, false),
        _ => return None,
    })
}

pub fn show(world: &World, words: &[&str]) -> Option<Acted> {
    Some(match words {
        ["show", "rounds"] => Ok(Answer::Table(all(world))),
        ["show", "stops"] => Ok(Answer::Table(stops(world))),
        ["show", "calls", on] => calls(world, day(on)),
        ["show", "awaited", on] => awaited(world, day(on)),
        ["show", "dropped", on] => Ok(Answer::Table(dropped(world, day(on)))),
        ["show", "flaws", on] => flaws(world, day(on)),
        ["show", "fixed", on] => locks(world, day(on)),
        ["show", "trucks", on] => trucks(world, day(on)),
        _ => return None,
    })
}

/// `moulin` is a site, `@garrigues` a farm.
fn call_id(word: &str) -> CallId {
    match word.strip_prefix('@') {
        Some(farm) => CallId::Farm(ProducerId::parse(farm).expect("a farm")),
        None => CallId::Site(SiteId::parse(word).expect("a site")),
    }
}

fn call_word(call: CallId) -> String {
    match call {
        CallId::Site(site) => site.to_string(),
        CallId::Farm(farm) => format!("@{farm}"),
    }
}

/// All trucks of the day, cut at `then`. A truck leaves at `at=` (else five) and makes ten metres
/// in a second; `pause=` is the stop behind which its driver rests.
fn round(world: &mut World, words: &[&str]) -> Acted {
    let on = day(words[0].trim_end_matches(':'));
    let task = rounds::task(&world.week, on).map_err(one)?;
    let planned: Vec<PlannedRound> =
        words[1..].split(|word| *word == "then").map(|part| planned(&task, part)).collect();
    let made = rounds::accept(&world.week, &task, &planned, world.stamp()).map_err(one)?;
    let answer = format!("{} rounds", made.len());
    for round in made {
        world.apply(round);
    }
    said(answer)
}

fn planned(task: &RoundsTask, part: &[&str]) -> PlannedRound {
    let back = part.iter().position(|word| *word == "back").expect("back");
    let leaves = seconds(option(part, "at").unwrap_or("5:00"));
    let pause_after = option(part, "pause").map(|word| decimal(word, 0) as usize);
    let mut now = leaves;
    let truck = task.trucks.iter().find(|truck| truck.id.as_str() == part[0]);
    let pause = truck.and_then(|truck| truck.pause).map_or(0, |pause| pause.lasts);
    let first = part[1..].iter().position(|word| !word.contains('=')).expect("a stop") + 1;
    let stops = items(&part[first..back]).into_iter().enumerate().map(|(at, stop)| {
        let (call, metres) = (call_id(stop[0]), decimal(stop[1], 0));
        let known = task.calls.iter().find(|known| known.id == call);
        let opens = known.and_then(|call| call.windows.first()).map_or(0, |window| window.from);
        let arrives = now + metres / 10;
        let begins = arrives.max(opens);
        now = begins + known.map_or(0, |call| call.service);
        now += if pause_after == Some(at + 1) { pause } else { 0 };
        PlannedStop { call, metres, arrives, begins }
    });
    let stops = stops.collect();
    let metres_back = decimal(part[back + 1], 0);
    let vehicle = VehicleId::parse(part[0]).expect("a truck");
    let back = now + metres_back / 10;
    PlannedRound { vehicle, leaves, stops, pause_after, metres_back, back }
}

/// `lock tue r2`, `unlock tue moulin`
fn lock(world: &mut World, on: &str, what: &str, is_locked: bool) -> Acted {
    let number = what.strip_prefix('r').and_then(|number| number.parse().ok());
    let what = match number {
        Some(number) => RoundLock::Round(RoundId(number)),
        None => RoundLock::Stop(call_id(what)),
    };
    let made = rounds::lock(&world.week, day(on), what, is_locked, world.stamp()).map_err(one)?;
    for round in made {
        world.apply(round);
    }
    said("ok")
}

fn in_force(world: &World) -> impl Iterator<Item = &Round> {
    let days = world.week.publication().map(|publication| publication.days.clone());
    days.into_iter().flatten().flat_map(|sale| world.week.current_rounds(sale.day))
}

fn kilos(weight: Grams) -> String {
    written(weight.get(), 3, 0)
}

fn all(world: &World) -> Vec<Vec<String>> {
    let mut rows = vec![row!["round", "version", "truck", "stops", "load", "km"]];
    for round in in_force(world) {
        let stops: Vec<String> = round.stops.iter().map(|stop| call_word(stop.call)).collect();
        let metres = written(round.metres(), 3, 0);
        let load = kilos(round.load());
        rows.push(row![round.id, round.version, round.vehicle, stops.join(" "), load, metres]);
    }
    rows
}

/// Stops that are made no more, with the round on which they stood last.
fn dropped(world: &World, on: Day) -> Vec<Vec<String>> {
    let mut rows = vec![row!["stop", "was on"]];
    for (round, stop) in rounds::dropped(&world.week, on) {
        rows.push(row![call_word(stop.call), round.id]);
    }
    rows
}

/// What the trucks of the rounds in force cannot do.
fn flaws(world: &World, on: Day) -> Acted {
    let cold = rounds::cold_calls(&world.week, on).map_err(one)?;
    let mut rows = vec![row!["round", "flaw"]];
    for round in world.week.current_rounds(on) {
        for flaw in rounds::flaws(&world.register, round, &cold) {
            rows.push(row![round.id, flaw_word(&flaw)]);
        }
    }
    Ok(Answer::Table(rows))
}

fn flaw_word(flaw: &RoundFlaw) -> String {
    match flaw {
        RoundFlaw::TooLarge { site, gross, most } => {
            format!("too large for {site}, {} over {}", kilos(*gross), kilos(*most))
        }
        RoundFlaw::TooHeavy { load, payload } => {
            format!("too heavy, {} over {}", kilos(*load), kilos(*payload))
        }
        RoundFlaw::TooFull { litres, room } => format!("too full, {litres} over {room}"),
        RoundFlaw::NoCold { calls } => {
            let calls: Vec<String> = calls.iter().map(|call| call_word(*call)).collect();
            format!("no cold for {}", calls.join(" "))
        }
    }
}

/// `6:30`, or `6:30:05`.
fn time_word(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let tail = if rest == 0 { String::new() } else { format!(":{rest:02}") };
    format!("{hours}:{minutes:02}{tail}")
}

fn lock_word(is_locked: bool) -> &'static str {
    if is_locked { "locked" } else { "-" }
}

fn stops(world: &World) -> Vec<Vec<String>> {
    let titles = ["round", "at", "arrives", "begins", "leaves", "on board", "cost", "lock"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for round in in_force(world) {
        let loads = round.loads();
        let times = round.times.expect("planned with times");
        let (leaves, back) = (time_word(times.leaves), time_word(times.back));
        let (id, lock) = (round.id, lock_word(round.is_locked));
        let cost = cents_word(round.cost);
        rows.push(row![id, "dock", "-", "-", leaves, kilos(loads[0]), cost, lock]);
        for (stop, load) in round.stops.iter().zip(&loads[1..]) {
            let times = stop.times.expect("planned with times");
            rows.push(row![
                id,
                call_word(stop.call),
                time_word(times.arrives),
                time_word(times.begins),
                time_word(times.leaves),
                kilos(*load),
                "-",
                lock_word(stop.is_locked)
            ]);
        }
        rows.push(row![id, "dock", back, "-", "-", "-", "-", "-"]);
    }
    rows
}

/// Kilos and litres.
fn load_word(load: Load) -> String {
    format!("{}/{}", kilos(load.weight), load.litres)
}

fn window_word(window: &Window) -> String {
    format!("{}-{}", time_word(window.from), time_word(window.to))
}

fn calls(world: &World, on: Day) -> Acted {
    let task = rounds::task(&world.week, on).map_err(one)?;
    let titles = ["call", "brings", "fetches", "windows", "service", "cold", "largest"];
    let mut rows = vec![titles.map(String::from).to_vec()];
    for call in &task.calls {
        let windows: Vec<String> = call.windows.iter().map(window_word).collect();
        rows.push(row![
            call_word(call.id),
            load_word(call.brings),
            load_word(call.fetches),
            windows.join(" "),
            call.service,
            if call.needs_cold { "cold" } else { "-" },
            call.largest.map_or("-".into(), kilos)
        ]);
    }
    Ok(Answer::Table(rows))
}

/// From when a call's goods may leave the dock, and by when they must be there.
fn awaited(world: &World, on: Day) -> Acted {
    let task = rounds::task(&world.week, on).map_err(one)?;
    let mut rows = vec![row!["call", "ready", "back by"]];
    let hour = |hour: Option<i64>| hour.map_or("-".into(), time_word);
    for call in &task.calls {
        rows.push(row![call_word(call.id), hour(call.ready), hour(call.back_by)]);
    }
    Ok(Answer::Table(rows))
}

fn locks(world: &World, on: Day) -> Acted {
    let locks = rounds::task(&world.week, on).map_err(one)?.locks;
    let mut rows = vec![row!["truck", "calls", "as"]];
    for round in locks.rounds {
        let calls: Vec<String> = round.stops.iter().map(|stop| call_word(stop.call)).collect();
        rows.push(row![round.vehicle, calls.join(" "), "round"]);
    }
    for (call, vehicle) in locks.trucks {
        rows.push(row![vehicle, call_word(call), "stop"]);
    }
    Ok(Answer::Table(rows))
}

/// Who may go out, in order of preference.
fn trucks(world: &World, on: Day) -> Acted {
    let task = rounds::task(&world.week, on).map_err(one)?;
    let mut rows = vec![row!["truck", "carries"]];
    for truck in task.trucks {
        rows.push(row![truck.id, kilos(truck.payload)]);
    }
    Ok(Answer::Table(rows))
}
