//! What makes a day's rounds unacceptable.

mod dock;
mod left;
mod run;

use std::collections::BTreeMap;

use trade::id::VehicleId;
use trade::rounds::task::{Call, CallId, PlannedRound, RoundsTask, Truck};
use trade::unit::{Cents, Grams, round_div};

use crate::rounds::{LeftOut, Roads, RoundsPlan};
use run::Site;

/// Why rounds cannot be accepted. Ranks of stops count from 0, the dock's leaving included: 0 is
/// the load with which a truck leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundsBreach {
    UnknownVehicle {
        vehicle: VehicleId,
    },
    UnknownCall {
        call: CallId,
    },
    /// In no round and not left out, or more than once.
    NotOnce {
        call: CallId,
        times: usize,
    },
    EmptyRound {
        vehicle: VehicleId,
    },
    TooHeavy {
        vehicle: VehicleId,
        rank: usize,
        load: Grams,
    },
    TooLarge {
        vehicle: VehicleId,
        rank: usize,
        litres: i64,
    },
    NotCold {
        vehicle: VehicleId,
        call: CallId,
    },
    NoAccess {
        vehicle: VehicleId,
        call: CallId,
    },
    OutOfWindow {
        call: CallId,
        begins: i64,
    },
    OutOfShift {
        vehicle: VehicleId,
        leaves: i64,
        back: i64,
    },
    /// Leaves before what it brings to the call is at the dock.
    NotReady {
        call: CallId,
        leaves: i64,
        ready: i64,
    },
    /// Brings what it fetches at the call after others need it.
    BackTooLate {
        call: CallId,
        back: i64,
        by: i64,
    },
    /// Leaves before it is back and loaded.
    Overlap {
        vehicle: VehicleId,
        leaves: i64,
        ready: i64,
    },
    TooManyRounds {
        vehicle: VehicleId,
        rounds: usize,
    },
    NoPause {
        vehicle: VehicleId,
    },
    PauseOutOfWindow {
        vehicle: VehicleId,
    },
    WrongDistance {
        call: CallId,
        said: i64,
        found: i64,
    },
    WrongWayBack {
        vehicle: VehicleId,
        said: i64,
        found: i64,
    },
    /// Arrival or begin.
    WrongTime {
        call: CallId,
        said: i64,
        found: i64,
    },
    WrongReturn {
        vehicle: VehicleId,
        said: i64,
        found: i64,
    },
    /// A kept round is not there as it was.
    LostRound {
        vehicle: VehicleId,
    },
    OffItsTruck {
        call: CallId,
        vehicle: VehicleId,
    },
    WrongReason {
        call: CallId,
        reason: LeftOut,
    },
    /// Left out, though this truck has the time and the room.
    CouldBeServed {
        call: CallId,
        vehicle: VehicleId,
    },
    WrongCost {
        said: Cents,
        found: Cents,
    },
}

/// A task as the verifier looks at it.
pub(super) struct Book<'a> {
    pub task: &'a RoundsTask,
    pub roads: &'a Roads,
    pub calls: BTreeMap<CallId, Site<'a>>,
}

/// All breaches of a day's rounds. A kept round may be late or too heavy: somebody wanted it so.
pub fn rounds(task: &RoundsTask, roads: &Roads, plan: &RoundsPlan) -> Vec<RoundsBreach> {
    let calls = task.calls.iter().zip(1..).map(|(call, place)| (call.id, Site { call, place }));
    let book = Book { task, roads, calls: calls.collect() };
    let mut breaches = once(&book, plan);
    for round in &plan.rounds {
        let Some(truck) = task.trucks.iter().find(|truck| truck.id == round.vehicle) else {
            breaches.push(RoundsBreach::UnknownVehicle { vehicle: round.vehicle });
            continue;
        };
        breaches.extend(run::ways(&book, truck, round));
        if !is_kept(task, round) {
            breaches.extend(loads(&book, truck, round));
            breaches.extend(places(&book, truck, round));
            breaches.extend(dock::hours(&book, round));
        }
    }
    for truck in &task.trucks {
        let own: Vec<&PlannedRound> =
            plan.rounds.iter().filter(|round| round.vehicle == truck.id).collect();
        if !own.iter().all(|round| is_kept(task, round)) {
            breaches.extend(run::day(truck, &book, &own));
        }
    }
    breaches.extend(locks(task, plan));
    breaches.extend(left::out(&book, plan));
    breaches.extend(cost(task, plan));
    breaches
}

/// Every call is in one round or left out, once.
fn once(book: &Book, plan: &RoundsPlan) -> Vec<RoundsBreach> {
    let mut times: BTreeMap<CallId, usize> = book.calls.keys().map(|&call| (call, 0)).collect();
    let mut breaches = Vec::new();
    let stops = plan.rounds.iter().flat_map(|round| &round.stops).map(|stop| stop.call);
    for call in stops.chain(plan.unassigned.iter().map(|(call, _)| *call)) {
        match times.get_mut(&call) {
            Some(count) => *count += 1,
            None => breaches.push(RoundsBreach::UnknownCall { call }),
        }
    }
    let others = times.into_iter().filter(|(_, times)| *times != 1);
    breaches.extend(others.map(|(call, times)| RoundsBreach::NotOnce { call, times }));
    breaches
}

/// The calls of a round that the task knows.
fn known<'a>(book: &'a Book, round: &PlannedRound) -> Vec<&'a Call> {
    round.stops.iter().filter_map(|stop| Some(book.calls.get(&stop.call)?.call)).collect()
}

/// Weight and room at every point of the round.
fn loads(book: &Book, truck: &Truck, round: &PlannedRound) -> Vec<RoundsBreach> {
    let (calls, vehicle) = (known(book, round), truck.id);
    let mut breaches = Vec::new();
    for rank in 0..=calls.len() {
        let (done, ahead) = calls.split_at(rank);
        let load: i64 = ahead.iter().map(|call| call.brings.weight.get()).sum::<i64>()
            + done.iter().map(|call| call.fetches.weight.get()).sum::<i64>();
        let litres: i64 = ahead.iter().map(|call| call.brings.litres).sum::<i64>()
            + done.iter().map(|call| call.fetches.litres).sum::<i64>();
        if load > truck.payload.get() {
            breaches.push(RoundsBreach::TooHeavy { vehicle, rank, load: Grams::new(load) });
        }
        if truck.litres.is_some_and(|room| litres > room) {
            breaches.push(RoundsBreach::TooLarge { vehicle, rank, litres });
        }
    }
    breaches
}

/// Cold, access and windows.
fn places(book: &Book, truck: &Truck, round: &PlannedRound) -> Vec<RoundsBreach> {
    let vehicle = truck.id;
    let mut breaches = Vec::new();
    for stop in &round.stops {
        let Some(site) = book.calls.get(&stop.call) else { continue };
        let call = site.call;
        if call.needs_cold && !truck.is_cold {
            breaches.push(RoundsBreach::NotCold { vehicle, call: call.id });
        }
        if call.largest.is_some_and(|largest| truck.gross > largest) {
            breaches.push(RoundsBreach::NoAccess { vehicle, call: call.id });
        }
        let is_open = |at: i64| call.windows.iter().any(|w| w.from <= at && at <= w.to);
        if !call.windows.is_empty() && !is_open(stop.begins) {
            breaches.push(RoundsBreach::OutOfWindow { call: call.id, begins: stop.begins });
        }
    }
    breaches
}

fn order(round: &PlannedRound) -> Vec<CallId> {
    round.stops.iter().map(|stop| stop.call).collect()
}

fn is_kept(task: &RoundsTask, round: &PlannedRound) -> bool {
    let is_same =
        |kept: &&PlannedRound| kept.vehicle == round.vehicle && order(kept) == order(round);
    task.locks.rounds.iter().any(|kept| is_same(&kept))
}

/// Kept rounds are there, and calls are on the truck that they are locked to.
fn locks(task: &RoundsTask, plan: &RoundsPlan) -> Vec<RoundsBreach> {
    let mut breaches = Vec::new();
    for kept in &task.locks.rounds {
        let is_there = |r: &PlannedRound| r.vehicle == kept.vehicle && order(r) == order(kept);
        if !plan.rounds.iter().any(is_there) {
            breaches.push(RoundsBreach::LostRound { vehicle: kept.vehicle });
        }
    }
    let is_free = |round: &&PlannedRound| !is_kept(task, round);
    for round in plan.rounds.iter().filter(is_free) {
        for call in order(round) {
            let locks = &task.locks.trucks;
            let own = locks.iter().find(|(locked, _)| *locked == call).map(|(_, truck)| *truck);
            if own.is_some_and(|truck| truck != round.vehicle) {
                breaches.push(RoundsBreach::OffItsTruck { call, vehicle: round.vehicle });
            }
        }
    }
    breaches
}

fn cost(task: &RoundsTask, plan: &RoundsPlan) -> Option<RoundsBreach> {
    let mut found = 0;
    for truck in &task.trucks {
        let own: Vec<_> = plan.rounds.iter().filter(|r| r.vehicle == truck.id).collect();
        if own.is_empty() {
            continue;
        }
        let mut metres = 0;
        for round in &own {
            metres += round.metres_back;
            metres += round.stops.iter().map(|stop| stop.metres).sum::<i64>();
        }
        let begin = own.iter().map(|round| round.leaves).min().unwrap_or_default();
        let end = own.iter().map(|round| round.back).max().unwrap_or_default();
        found += truck.per_day.get();
        found += round_div(i128::from(metres) * i128::from(truck.per_km.get()), 1_000);
        found += round_div(i128::from(end - begin) * i128::from(truck.per_hour.get()), 3_600);
    }
    let (said, found) = (plan.cost, Cents::new(found));
    (said != found).then_some(RoundsBreach::WrongCost { said, found })
}
