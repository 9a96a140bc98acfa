//! The best place of a call in a day of whatever a problem may ask.

use super::chance::Chance;
use super::day::Day;
use super::hours::Asks;
use super::problem::{NEVER, Pair, Problem, Spot, Wheels};
use super::scan::{NONE, Turn, Way, blinks};
use super::sides::{Side, holds, less, sum};

/// A gap of a day and a call that could go there.
struct Gap<'a> {
    problem: &'a Problem,
    wheels: &'a Wheels,
    truck: usize,
    day: &'a Day,
    spot: &'a Spot,
    row: &'a [Pair],
    /// What the call asks of the dock.
    asks: Asks,
    /// Rank of the slot behind the gap.
    at: usize,
}

pub fn best(
    problem: &Problem,
    truck: usize,
    day: &Day,
    place: u32,
    bound: i32,
    mut chance: Option<&mut Chance>,
) -> Way {
    let (wheels, spot) = (&problem.trucks[truck], &problem.spots[place as usize]);
    if !holds(wheels, spot.brings) || !holds(wheels, spot.fetches) {
        return NONE;
    }
    let row = problem.row(truck, place);
    let asks = problem.hours.asks[place as usize];
    let rounds = day.slots.iter().filter(|slot| slot.place == 0).count() as i32 - 1;
    let mut best = Way { cost: bound, ..NONE };
    for at in 1..day.slots.len() {
        let gap = Gap { problem, wheels, truck, day, spot, row, asks, at };
        let turns: &[Turn] = match rounds < wheels.rounds_most && !day.is_empty() {
            true => &[Turn::No, Turn::Before, Turn::After],
            false => &[Turn::No],
        };
        for &turn in turns {
            let cost = gap.cost(turn);
            if cost < best.cost && gap.takes(turn) && !chance.as_deref_mut().is_some_and(blinks) {
                best = Way { cost, rank: at as u32, turn };
            }
        }
    }
    if best.rank == 0 { NONE } else { best }
}

impl Gap<'_> {
    fn before(&self) -> u32 {
        self.day.slots[self.at - 1].place
    }

    fn after(&self) -> u32 {
        self.day.slots[self.at].place
    }

    fn side(&self) -> &Side {
        &self.day.sides[self.at - 1]
    }

    fn cost(&self, turn: Turn) -> i32 {
        let (into, out) = (self.row[self.before() as usize], self.row[self.after() as usize]);
        let dock = self.row[0];
        let legs = match turn {
            Turn::No => into.cost_in + out.cost_out,
            Turn::Before => {
                self.problem.pair(self.truck, self.before(), 0).cost_out
                    + dock.cost_in
                    + out.cost_out
            }
            Turn::After => {
                into.cost_in
                    + dock.cost_out
                    + self.problem.pair(self.truck, self.after(), 0).cost_in
            }
        };
        let first = if self.day.is_empty() { self.wheels.per_day } else { 0 };
        (i64::from(legs - self.day.slots[self.at].leg) + first).min(i64::from(NEVER)) as i32
    }

    fn takes(&self, turn: Turn) -> bool {
        self.may_open(turn) && self.has_room(turn) && self.is_in_time(turn)
    }

    /// Kept rounds stay whole, and a turn stands between two calls.
    fn may_open(&self, turn: Turn) -> bool {
        let is_kept = |place: u32| self.problem.spots[place as usize].is_kept;
        let (before, after) = (self.before(), self.after());
        match turn {
            Turn::No => !is_kept(before) && !is_kept(after),
            Turn::Before => before != 0 && !is_kept(after),
            Turn::After => after != 0 && !is_kept(before),
        }
    }

    fn has_room(&self, turn: Turn) -> bool {
        let (side, Spot { brings, fetches, .. }) = (self.side(), self.spot);
        let holds = |load| holds(self.wheels, load);
        match turn {
            Turn::No => {
                holds(sum(side.fullest_before, *brings)) && holds(sum(side.fullest_after, *fetches))
            }
            // What was fetched before stays at the dock.
            Turn::Before => {
                let after = less(side.fullest_after, side.fetched);
                holds(sum(side.to_bring, *brings)) && holds(sum(after, *fetches))
            }
            // What is brought behind is loaded only then.
            Turn::After => {
                let before = less(side.fullest_before, side.to_bring);
                holds(sum(before, *brings)) && holds(sum(side.fetched, *fetches))
            }
        }
    }

    fn is_in_time(&self, turn: Turn) -> bool {
        let (problem, wheels, spot, hours) =
            (self.problem, self.wheels, self.spot, &self.problem.hours);
        let (into, out) = (self.row[self.before() as usize], self.row[self.after() as usize]);
        let dock = self.row[0];
        let (before, after) = (self.side().asked_before, self.day.sides[self.at].asked_from);
        let leaving = |asks: Asks| self.day.leaving(problem, self.at - 1, asks);
        // Where a round is cut in two, each half keeps what its own calls ask.
        let (clocks, way, asks) = match turn {
            Turn::No => {
                let asks = before.and(self.asks).and(after);
                (leaving(asks).then(wheels, spot, into.time_in), out.time_out, asks)
            }
            Turn::Before => {
                let home = problem.pair(self.truck, self.before(), 0).time_out;
                let asks = self.asks.and(after);
                let turned = leaving(before).turn(wheels, home, hours.back(before));
                let turned = turned.from(hours.leaves(asks));
                (turned.then(wheels, spot, dock.time_in), out.time_out, asks)
            }
            Turn::After => {
                let asks = before.and(self.asks);
                let done = leaving(asks).then(wheels, spot, into.time_in);
                let turned = done.turn(wheels, dock.time_out, hours.back(asks));
                let on = problem.pair(self.truck, self.after(), 0).time_in;
                (turned.from(hours.leaves(after)), on, after)
            }
        };
        let late = self.day.latest(problem, self.at, asks);
        clocks.fresh < NEVER && clocks.fresh + way <= late.fresh
            || clocks.rested < NEVER && clocks.rested + way <= late.rested
    }
}
