//! Rounds as they were accepted, and how they come to be.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::is_fixed;
use super::task::{Call, CallId, Load, PlannedRound, PlannedStop, RoundsTask};
use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{RoundId, SiteId, VehicleId};
use crate::offers::Stamp;
use crate::party::Vehicle;
use crate::unit::{Cents, Grams};
use crate::week::Week;

/// When a truck is at a stop, in seconds of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopTimes {
    pub arrives: i64,
    /// Begin of the work: not before the place receives.
    pub begins: i64,
    pub leaves: i64,
}

/// When a truck leaves the dock and is back, in seconds of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundTimes {
    pub leaves: i64,
    pub back: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub call: CallId,
    /// From the place before.
    pub metres: i64,
    /// Left there, and taken along from there.
    pub brings: Load,
    pub fetches: Load,
    /// Rounds of before times were planned have none.
    pub times: Option<StopTimes>,
    /// Stays on its truck when the rest is planned anew.
    pub is_locked: bool,
}

impl Stop {
    pub fn site(&self) -> Option<SiteId> {
        match self.call {
            CallId::Site(site) => Some(site),
            CallId::Farm(_) => None,
        }
    }

    /// The stop as a planner writes it; `None` without times.
    pub fn planned(&self) -> Option<PlannedStop> {
        let StopTimes { arrives, begins, .. } = self.times?;
        Some(PlannedStop { call: self.call, metres: self.metres, arrives, begins })
    }
}

/// A truck's way that was accepted. A later version for the same day takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub id: RoundId,
    pub day: Day,
    pub version: i64,
    pub vehicle: VehicleId,
    pub stops: Vec<Stop>,
    pub metres_back: i64,
    /// Rounds of before times were planned have none.
    pub times: Option<RoundTimes>,
    /// Behind which stop the driver rests, from 1; 0: at the dock before leaving.
    pub pause_after: Option<i64>,
    /// What the way costs, the wait at the dock before a second one, and what the truck costs to go
    /// out at all, on its first of the day.
    pub cost: Cents,
    /// Stays as it is when the rest is planned anew.
    pub is_locked: bool,
    pub stamp: Stamp,
}

impl Round {
    /// What is on board when it leaves the dock.
    pub fn load(&self) -> Grams {
        Grams::total(self.stops.iter().map(|stop| stop.brings.weight))
    }

    /// What is on board on each leg: from the dock first, back to it last.
    pub fn loads(&self) -> Vec<Grams> {
        on_board(self.stops.iter().map(|stop| (stop.brings.weight, stop.fetches.weight)))
    }

    pub fn metres(&self) -> i64 {
        self.metres_back + self.stops.iter().map(|stop| stop.metres).sum::<i64>()
    }

    /// The round as a planner writes it; `None` without times.
    pub fn planned(&self) -> Option<PlannedRound> {
        let RoundTimes { leaves, back } = self.times?;
        let stops: Option<Vec<PlannedStop>> = self.stops.iter().map(Stop::planned).collect();
        Some(PlannedRound {
            vehicle: self.vehicle,
            leaves,
            stops: stops?,
            pause_after: self.pause_after.and_then(|after| usize::try_from(after).ok()),
            metres_back: self.metres_back,
            back,
        })
    }
}

/// Weights on board on each leg, of stops in turn with what each is brought and what is fetched.
fn on_board(stops: impl Iterator<Item = (Grams, Grams)> + Clone) -> Vec<Grams> {
    let mut now = Grams::total(stops.clone().map(|(brings, _)| brings));
    let mut legs = vec![now];
    for (brings, fetches) in stops {
        now = now.minus(brings).plus(fetches);
        legs.push(now);
    }
    legs
}

/// Accepts the day's rounds, made by hand or by a planner: known trucks, each call once at most,
/// nowhere on its way a truck over its payload. To come late is no refusal: the coordinator saw it.
pub fn accept(
    week: &Week,
    task: &RoundsTask,
    planned: &[PlannedRound],
    stamp: Stamp,
) -> Result<Vec<Round>, Denial> {
    let calls: BTreeMap<CallId, &Call> = task.calls.iter().map(|call| (call.id, call)).collect();
    let ways = planned.iter().map(|round| {
        let calls = round.stops.iter().map(|stop| stop.call).collect();
        (round.vehicle, calls)
    });
    judge(week, task, &ways.collect::<Vec<_>>())?;
    // When each truck that is out already was back last.
    let mut out: BTreeMap<VehicleId, i64> = BTreeMap::new();
    let version = week.rounds_version(task.day) + 1;
    let first = week.rounds().len() as i64 + 1;
    let mut rounds = Vec::with_capacity(planned.len());
    for (id, round) in (first..).map(RoundId).zip(planned) {
        let vehicle = week.register().truck(round.vehicle)?;
        let stops = stops(task, &calls, round, vehicle);
        let before = out.insert(round.vehicle, round.back);
        let accepted = Round {
            id,
            day: task.day,
            version,
            vehicle: round.vehicle,
            stops,
            metres_back: round.metres_back,
            times: Some(RoundTimes { leaves: round.leaves, back: round.back }),
            pause_after: round.pause_after.map(|after| after as i64),
            cost: Cents::ZERO,
            is_locked: is_fixed(&task.locks, round),
            stamp: stamp.clone(),
        };
        carries(vehicle, &accepted)?;
        rounds.push(Round { cost: cost(vehicle, &accepted, before), ..accepted });
    }
    Ok(rounds)
}

/// Refuses ways made by hand with a truck that nobody knows or that is out of use, a call that is
/// not to be made, or one made twice.
pub fn judge(
    week: &Week,
    task: &RoundsTask,
    ways: &[(VehicleId, Vec<CallId>)],
) -> Result<(), Denial> {
    let known: BTreeSet<CallId> = task.calls.iter().map(|call| call.id).collect();
    let mut seen = BTreeSet::new();
    for (vehicle, calls) in ways {
        week.register().truck(*vehicle)?;
        for &call in calls {
            if !known.contains(&call) {
                return Err(nothing(call, task.day));
            }
            if !seen.insert(call) {
                return Err(twice(call));
            }
        }
    }
    Ok(())
}

fn nothing(call: CallId, day: Day) -> Denial {
    match call {
        CallId::Site(site) => Denial::NothingToDeliver { site, day },
        CallId::Farm(producer) => Denial::NothingToFetch { producer, day },
    }
}

fn twice(call: CallId) -> Denial {
    match call {
        CallId::Site(site) => Denial::SiteTwice { site },
        CallId::Farm(producer) => Denial::FarmTwice { producer },
    }
}

fn stops(
    task: &RoundsTask,
    calls: &BTreeMap<CallId, &Call>,
    round: &PlannedRound,
    vehicle: &Vehicle,
) -> Vec<Stop> {
    let rest = vehicle.duty.rest.map_or(0, |rest| rest.minutes * 60);
    let stop = |(at, planned): (usize, &PlannedStop)| {
        let call = calls.get(&planned.call)?;
        // A pause is taken where the truck stands: it leaves that much later.
        let pause = if round.pause_after == Some(at + 1) { rest } else { 0 };
        let PlannedStop { arrives, begins, metres, .. } = *planned;
        let leaves = begins + call.service + pause;
        Some(Stop {
            call: planned.call,
            metres,
            brings: call.brings,
            fetches: call.fetches,
            times: Some(StopTimes { arrives, begins, leaves }),
            is_locked: task.locks.trucks.contains(&(planned.call, round.vehicle)),
        })
    };
    round.stops.iter().enumerate().filter_map(stop).collect()
}

fn carries(vehicle: &Vehicle, round: &Round) -> Result<(), Denial> {
    let payload = vehicle.payload;
    match round.loads().into_iter().max().filter(|load| *load > payload) {
        Some(load) => Err(Denial::TooHeavy { vehicle: vehicle.id, payload, load }),
        None => Ok(()),
    }
}

/// A truck is paid from its first leaving to its last being back: a later round of the day also
/// costs the time at the dock before it.
fn cost(vehicle: &Vehicle, round: &Round, before: Option<i64>) -> Cents {
    let seconds = round.times.map_or(0, |RoundTimes { leaves, back }| {
        back - before.filter(|before| *before <= leaves).unwrap_or(leaves)
    });
    let way = vehicle.cost_of(round.metres(), seconds);
    if before.is_none() { way.plus(vehicle.duty.per_day) } else { way }
}

/// Stops of earlier rounds of a day that those in force do not make any more, as they stood last.
/// What was handed over or fetched meanwhile is none of them: nobody need call there again.
pub fn dropped(week: &Week, day: Day) -> Vec<(&Round, &Stop)> {
    let stops = week.current_rounds(day).flat_map(|round| &round.stops);
    let mut seen: BTreeSet<CallId> = stops.map(|stop| stop.call).collect();
    let mut dropped = Vec::new();
    for round in week.rounds().iter().rev().filter(|round| round.day == day) {
        for stop in &round.stops {
            if seen.insert(stop.call) && !is_made(week, day, stop.call) {
                dropped.push((round, stop));
            }
        }
    }
    dropped
}

/// True when a site has signed, or goods of a farm have come.
fn is_made(week: &Week, day: Day, call: CallId) -> bool {
    match call {
        CallId::Site(site) => week.notes().iter().any(|note| (note.site, note.day) == (site, day)),
        CallId::Farm(farm) => {
            let mut own = week.purchase_lines_of(farm).filter(|line| line.day == day);
            own.any(|line| week.receipts_of(line.id).next().is_some())
        }
    }
}

/// What a coordinator fixes before the rest is planned anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundLock {
    /// A whole round, its stops and their order.
    Round(RoundId),
    /// A stop on its truck, wherever in its rounds.
    Stop(CallId),
}

/// Fixes, or frees, a part of the rounds in force: the same rounds again, as their next version.
pub fn lock(
    week: &Week,
    day: Day,
    what: RoundLock,
    is_locked: bool,
    stamp: Stamp,
) -> Result<Vec<Round>, Denial> {
    let version = week.rounds_version(day) + 1;
    let first = week.rounds().len() as i64 + 1;
    let mut is_found = false;
    let mut rounds = Vec::new();
    for (id, known) in (first..).map(RoundId).zip(week.current_rounds(day)) {
        let mut round = Round { version, id, stamp: stamp.clone(), ..known.clone() };
        match what {
            RoundLock::Round(of) if of == known.id => {
                round.is_locked = is_locked;
                is_found = true;
            }
            RoundLock::Round(_) => {}
            RoundLock::Stop(call) => {
                for stop in round.stops.iter_mut().filter(|stop| stop.call == call) {
                    stop.is_locked = is_locked;
                    is_found = true;
                }
            }
        }
        rounds.push(round);
    }
    match (is_found, what) {
        (true, _) => Ok(rounds),
        (false, RoundLock::Round(round)) => Err(Denial::NoSuchRound { round }),
        (false, RoundLock::Stop(call)) => Err(nothing(call, day)),
    }
}
