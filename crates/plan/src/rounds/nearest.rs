//! Rounds by nearest neighbour: what the search is measured by.
//!
//! It knows weight and how often a truck may leave, and nothing else: no hours, volume, cold or
//! access, and nothing that was fixed. What comes out may therefore be late, or not be allowed.

use trade::rounds::task::{CallId, RoundsTask, Truck};

use super::{LeftOut, Roads, RoundsPlan, cost, price_by_hand};

/// Fills truck after truck in order of preference, each again once all have left, always on to
/// the nearest call that still fits, at the times that follow ([`price_by_hand`]).
///
/// Panics when the roads are not those of the task.
pub fn nearest(task: &RoundsTask, roads: &Roads) -> RoundsPlan {
    let mut waiting: Vec<usize> = (0..task.calls.len()).collect();
    waiting.sort_by_key(|&at| task.calls[at].id);
    let mut ways = Vec::new();
    let turns = task.trucks.iter().map(|truck| truck.rounds_most).max().unwrap_or(0);
    for turn in 0..turns {
        let out = task.trucks.iter().enumerate().filter(|(_, truck)| turn < truck.rounds_most);
        for (rank, truck) in out {
            let calls = fill(task, roads, truck.payload.get(), &mut waiting);
            if !calls.is_empty() {
                ways.push((rank, (truck.id, calls)));
            }
        }
    }
    ways.sort_by_key(|(rank, _)| *rank);
    let ways: Vec<_> = ways.into_iter().map(|(_, way)| way).collect();
    let rounds = price_by_hand(task, roads, &ways);
    let cost = cost(task, &rounds);
    let unassigned = waiting.into_iter().map(|at| (task.calls[at].id, why(task, at))).collect();
    RoundsPlan { rounds, unassigned, cost }
}

/// The calls of one way, taken from those that wait.
fn fill(task: &RoundsTask, roads: &Roads, payload: i64, waiting: &mut Vec<usize>) -> Vec<CallId> {
    let (mut from, mut fullest, mut fetched) = (0, 0, 0);
    let mut calls = Vec::new();
    loop {
        // What a call brings is aboard on all legs before it, what it fetches on the last one.
        let full = |at: usize| {
            let call = &task.calls[at];
            let (brings, fetches) = (call.brings.weight.get(), call.fetches.weight.get());
            (fullest + brings).max(fetched + fetches)
        };
        let fits = waiting.iter().copied().enumerate().filter(|&(_, at)| full(at) <= payload);
        let next = fits.min_by_key(|&(_, at)| roads.metres(from, at + 1));
        let Some((place, at)) = next else { return calls };
        (fullest, fetched) = (full(at), fetched + task.calls[at].fetches.weight.get());
        waiting.remove(place);
        calls.push(task.calls[at].id);
        from = at + 1;
    }
}

/// The reason for a call that no truck took.
fn why(task: &RoundsTask, at: usize) -> LeftOut {
    let call = &task.calls[at];
    let weight = call.brings.weight.max(call.fetches.weight);
    let able: Vec<&Truck> = task.trucks.iter().filter(|truck| truck.rounds_most > 0).collect();
    match able.is_empty() {
        true => LeftOut::NoVehicle,
        false if able.iter().all(|truck| truck.payload < weight) => LeftOut::TooHeavy,
        false => LeftOut::NoRoomLeft,
    }
}
