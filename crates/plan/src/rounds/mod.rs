//! Which truck goes where, and when: a search of our own (`docs/decisions/0032`). Integers and a
//! seed; the same task in any order gives the same plan, but that of the trucks is a preference.
//!
//! [`nearest()`] goes from neighbour to neighbour: what the search is measured by.

mod chance;
mod day;
mod frame;
mod hours;
mod left_out;
mod nearest;
mod problem;
mod recreate;
mod roads;
mod ruin;
mod scan;
mod scan_full;
mod search;
mod sides;
pub mod solomon;
mod state;
mod tails;
mod timetable;

use trade::id::VehicleId;
use trade::rounds::task::{CallId, PlannedRound, PlannedStop, RoundsTask};
use trade::unit::{Cents, round_div};

use frame::Frame;
pub use left_out::LeftOut;
pub use nearest::nearest;
pub use roads::{BadRoads, FARTHEST, Roads};
pub use search::Clock;
use search::Search;
use timetable::Timed;

/// How long to search.
pub enum Effort<'a> {
    /// So many steps: the same plan on every machine.
    Turns(u64),
    /// Until the clock says that time is up.
    Until(Clock<'a>),
}

/// A day's rounds, by truck in order of preference, then by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundsPlan {
    pub rounds: Vec<PlannedRound>,
    /// By id.
    pub unassigned: Vec<(CallId, LeftOut)>,
    pub cost: Cents,
}

/// Plans a day. First the most important calls, then as many as can be, then the cheapest way.
///
/// Panics when the roads are not those of the task.
pub fn plan(task: &RoundsTask, roads: &Roads, effort: Effort, seed: u64) -> RoundsPlan {
    let frame = frame(task, roads);
    let state = Search::new(&frame.problem, seed).run(effort);
    let mut rounds = Vec::new();
    for (truck, day) in state.days.iter().enumerate() {
        rounds.extend(told(&frame, truck, &day.rounds()));
    }
    let absent = state.absent.iter();
    let mut unassigned: Vec<(CallId, LeftOut)> = absent
        .filter_map(|&place| {
            let call = frame.calls[place as usize]?;
            Some((call.id, left_out::why(&frame, &state, call, place)))
        })
        .collect();
    unassigned.sort();
    let cost = cost(task, &rounds);
    RoundsPlan { rounds, unassigned, cost }
}

/// Metres and times of rounds that somebody made, in the order given; a truck's rounds follow each
/// other. What cannot be in time is late ([`late_by`], [`back_late_by`]), goods that are not at the
/// dock yet are waited for, what does not fit stays aboard. A truck or call that the task does not
/// know is passed over, and so is a round without calls.
///
/// Panics when the roads are not those of the task.
pub fn price_by_hand(
    task: &RoundsTask,
    roads: &Roads,
    rounds: &[(VehicleId, Vec<CallId>)],
) -> Vec<PlannedRound> {
    let frame = frame(task, roads);
    let mut days = vec![Vec::new(); task.trucks.len()];
    let mut order = Vec::with_capacity(rounds.len());
    for (vehicle, calls) in rounds {
        let places: Vec<u32> = calls.iter().filter_map(|&call| frame.place(call)).collect();
        let Some(truck) = frame.truck(*vehicle).filter(|_| !places.is_empty()) else { continue };
        order.push((truck, days[truck].len()));
        days[truck].push(places);
    }
    let days: Vec<Vec<PlannedRound>> =
        days.iter().enumerate().map(|(truck, rounds)| told(&frame, truck, rounds)).collect();
    order.into_iter().map(|(truck, rank)| days[truck][rank].clone()).collect()
}

/// Seconds by which the work at a stop begins too late; 0 in time, and at an unknown call.
pub fn late_by(task: &RoundsTask, stop: &PlannedStop) -> i64 {
    let call = task.calls.iter().find(|call| call.id == stop.call);
    let closes = call.and_then(|call| call.windows.last()).map(|window| window.to);
    closes.map_or(0, |closes| (stop.begins - closes).max(0))
}

/// Seconds by which what is fetched at a stop is at the dock too late, with a round that is back at
/// `back`; 0 in time, and at an unknown call.
pub fn back_late_by(task: &RoundsTask, stop: &PlannedStop, back: i64) -> i64 {
    let call = task.calls.iter().find(|call| call.id == stop.call);
    call.and_then(|call| call.back_by).map_or(0, |by| (back - by).max(0))
}

/// What rounds cost: kilometres, hours from a truck's first leaving to its last being back, and
/// days out. Rounded once per truck and kind of price. Unknown trucks cost nothing.
pub fn cost(task: &RoundsTask, rounds: &[PlannedRound]) -> Cents {
    let mut cents = 0;
    for truck in &task.trucks {
        let own = || rounds.iter().filter(|round| round.vehicle == truck.id);
        let (Some(leaves), Some(back)) =
            (own().map(|round| round.leaves).min(), own().map(|round| round.back).max())
        else {
            continue;
        };
        let stops = own().flat_map(|round| &round.stops).map(|stop| stop.metres).sum::<i64>();
        let metres = stops + own().map(|round| round.metres_back).sum::<i64>();
        let priced = |price: Cents, of: i64| i128::from(price.get()) * i128::from(of);
        cents += round_div(priced(truck.per_km, metres), 1_000)
            + round_div(priced(truck.per_hour, back - leaves), 3_600)
            + truck.per_day.get();
    }
    Cents::new(cents)
}

fn frame<'a>(task: &'a RoundsTask, roads: &'a Roads) -> Frame<'a> {
    assert_eq!(roads.size(), task.calls.len() + 1, "roads of another task");
    Frame::new(task, roads)
}

/// The rounds of a truck with metres and times.
fn told(frame: &Frame, truck: usize, rounds: &[Vec<u32>]) -> Vec<PlannedRound> {
    let timetable = timetable::make(&frame.problem, truck, rounds);
    rounds
        .iter()
        .zip(timetable.rounds)
        .map(|(places, timed)| planned(frame, truck, places, timed))
        .collect()
}

fn planned(frame: &Frame, truck: usize, places: &[u32], timed: Timed) -> PlannedRound {
    let number = |place: u32| frame.places[place as usize];
    let metres = |from: u32, to: u32| frame.roads.metres(number(from), number(to));
    let mut from = 0;
    let mut stops = Vec::with_capacity(places.len());
    for (&place, (arrives, begins)) in places.iter().zip(timed.stops) {
        let Some(call) = frame.calls[place as usize] else { continue };
        let (arrives, begins) = (i64::from(arrives), i64::from(begins));
        stops.push(PlannedStop { call: call.id, metres: metres(from, place), arrives, begins });
        from = place;
    }
    PlannedRound {
        vehicle: frame.task.trucks[truck].id,
        leaves: i64::from(timed.leaves),
        stops,
        pause_after: timed.rest_after,
        metres_back: metres(from, 0),
        back: i64::from(timed.back),
    }
}
