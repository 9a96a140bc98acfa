//! What only some problems ask of a day: several windows, goods fetched on the way, several rounds,
//! a rest. Every gap of the day is judged with two clocks, one on which the rest is still to come
//! and one on which it was taken, and with the fullest that the truck is before and behind it.

use super::day::Day;
use super::hours::Asks;
use super::problem::{Amount, NEVER, Problem, Rest, Spot, Wheels};

/// Beside each slot of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The earliest that it is left with the rest taken; [`NEVER`] where there is none.
    pub rested_leave: i32,
    /// The latest begin here for who has rested before.
    pub rested_late: i32,
    /// On this round, the fullest so far, behind this slot included.
    pub fullest_before: Amount,
    /// On this round, the fullest from behind this slot to the dock.
    pub fullest_after: Amount,
    /// Fetched so far on this round.
    pub fetched: Amount,
    /// Still to be brought on this round.
    pub to_bring: Amount,
    /// What this round's calls ask of the dock up to this slot, and from it on.
    pub asked_before: Asks,
    pub asked_from: Asks,
}

/// When a place is left, or work begins: without the rest, and with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    pub fresh: i32,
    pub rested: i32,
}

impl Clocks {
    /// At the dock, before the first round.
    pub fn start(wheels: &Wheels) -> Clocks {
        let fresh = wheels.shift.0;
        Clocks { fresh, rested: rest_after(wheels.rest, fresh) }
    }

    /// Goes on to a place, works there, and rests or does not.
    pub fn then(self, wheels: &Wheels, spot: &Spot, way: i32) -> Clocks {
        self.done(wheels, |leaves| spot.begins(leaves + way).map_or(NEVER, |at| at + spot.service))
    }

    /// Goes back to the dock, where it is due `by` then, loads, and rests or does not.
    pub fn turn(self, wheels: &Wheels, way: i32, by: i32) -> Clocks {
        self.done(wheels, |leaves| match leaves + way {
            back if back <= by => back + wheels.turnaround,
            _ => NEVER,
        })
    }

    fn done(self, wheels: &Wheels, done: impl Fn(i32) -> i32) -> Clocks {
        let done = |leaves: i32| if leaves >= NEVER { NEVER } else { done(leaves) };
        let fresh = done(self.fresh);
        Clocks { fresh, rested: done(self.rested).min(rest_after(wheels.rest, fresh)) }
    }

    /// Waits for an hour.
    pub fn from(self, hour: i32) -> Clocks {
        Clocks { fresh: self.fresh.max(hour), rested: self.rested.max(hour) }
    }

    /// Is due by an hour.
    pub fn by(self, hour: i32) -> Clocks {
        Clocks { fresh: self.fresh.min(hour), rested: self.rested.min(hour) }
    }
}

fn rest_after(rest: Option<Rest>, done: i32) -> i32 {
    match rest {
        Some(rest) if done <= rest.to => done.max(rest.from) + rest.lasts,
        _ => NEVER,
    }
}

/// The latest that who has not rested is done, when it must go on by `fresh`, or by `rested` after
/// a rest.
fn latest_done(rest: Option<Rest>, fresh: i32, rested: i32) -> i32 {
    match rest {
        Some(rest) if rested - rest.lasts >= rest.from => {
            fresh.max((rested - rest.lasts).min(rest.to))
        }
        _ => fresh,
    }
}

/// The latest back for who has not rested.
pub fn latest_back(wheels: &Wheels) -> i32 {
    wheels.rest.map_or(wheels.shift.1, |rest| wheels.shift.1.min(rest.to))
}

/// The latest back, where no call asks for more.
pub fn last_back(wheels: &Wheels) -> Clocks {
    let rested = if wheels.rest.is_some() { wheels.shift.1 } else { -NEVER };
    Clocks { fresh: latest_back(wheels), rested }
}

pub fn sum(a: Amount, b: Amount) -> Amount {
    [a[0].saturating_add(b[0]), a[1].saturating_add(b[1])]
}

pub fn less(a: Amount, b: Amount) -> Amount {
    [a[0] - b[0], a[1] - b[1]]
}

fn most(a: Amount, b: Amount) -> Amount {
    [a[0].max(b[0]), a[1].max(b[1])]
}

pub fn holds(wheels: &Wheels, load: Amount) -> bool {
    load[0] <= wheels.capacity[0] && load[1] <= wheels.capacity[1]
}

impl Day {
    pub(super) fn refresh_full(&mut self, problem: &Problem, truck: usize) -> bool {
        let wheels = &problem.trucks[truck];
        self.sides.clear();
        self.sides.resize(self.slots.len(), Side::default());
        self.ask_up(problem);
        let back = self.walk_forward(problem, truck);
        self.load_up(problem);
        let is_in_time = back < NEVER;
        self.cost = 0;
        if !self.is_empty() {
            let legs: i64 = self.slots.iter().map(|slot| i64::from(slot.leg)).sum();
            self.cost = legs + wheels.per_day;
        }
        if wheels.per_time > 0 && is_in_time && !self.is_empty() {
            self.walk_back(problem, truck, last_back(wheels).by(back));
            let fresh = self.latest_start(problem, truck);
            let idle = back - fresh - self.driving(problem, truck);
            self.cost += i64::from(idle) * wheels.per_time;
        }
        self.walk_back(problem, truck, last_back(wheels));
        self.set_hours(problem, truck);
        is_in_time
    }

    /// Sets legs and the earliest times; when it is back at the earliest, or [`NEVER`].
    fn walk_forward(&mut self, problem: &Problem, truck: usize) -> i32 {
        let wheels = &problem.trucks[truck];
        let last = self.slots.len() - 1;
        let mut clocks = Clocks::start(wheels).from(self.leaves_from(problem, 0));
        (self.slots[0].leave, self.sides[0].rested_leave) = (clocks.fresh, clocks.rested);
        for at in 1..last {
            let (from, place) = (self.slots[at - 1].place, self.slots[at].place);
            let pair = problem.pair(truck, place, from);
            clocks = match place {
                0 => clocks
                    .turn(wheels, pair.time_in, self.back_by(problem, at))
                    .from(self.leaves_from(problem, at)),
                _ => clocks.then(wheels, &problem.spots[place as usize], pair.time_in),
            };
            self.slots[at].leg = pair.cost_in;
            (self.slots[at].leave, self.sides[at].rested_leave) = (clocks.fresh, clocks.rested);
        }
        let pair = problem.pair(truck, self.slots[last - 1].place, 0);
        self.slots[last].leg = pair.cost_out;
        let by = |leaves: i32, latest: i32| match leaves.saturating_add(pair.time_out) {
            back if leaves < NEVER && back <= latest => back,
            _ => NEVER,
        };
        let latest = last_back(wheels).by(self.back_by(problem, last));
        by(clocks.fresh, latest.fresh).min(by(clocks.rested, latest.rested))
    }

    /// Sets the latest times, from when it must be back.
    fn walk_back(&mut self, problem: &Problem, truck: usize, back: Clocks) {
        let last = self.slots.len() - 1;
        let mut late = back;
        for at in (1..=last).rev() {
            if at < last {
                late = self.latest_before(problem, truck, at, late);
            }
            if self.slots[at].place == 0 {
                late = late.by(self.back_by(problem, at));
            }
            (self.slots[at].late, self.sides[at].rested_late) = (late.fresh, late.rested);
        }
    }

    /// The latest begin at a slot for who must begin at the next one by `next`; at the dock the
    /// latest back.
    pub(super) fn latest_before(
        &self,
        problem: &Problem,
        truck: usize,
        at: usize,
        next: Clocks,
    ) -> Clocks {
        let wheels = &problem.trucks[truck];
        let (place, to) = (self.slots[at].place, self.slots[at + 1].place);
        let way = problem.pair(truck, place, to).time_out;
        let hour = if place == 0 { self.leaves_from(problem, at) } else { 0 };
        let leaves = |late: i32| if hour > 0 && late - way < hour { -NEVER } else { late - way };
        let rested = leaves(next.rested);
        let fresh = latest_done(wheels.rest, leaves(next.fresh), rested);
        let begin = |done: i32| match place {
            _ if done <= -NEVER => -NEVER,
            0 => done - wheels.turnaround,
            _ => {
                let spot = &problem.spots[place as usize];
                spot.latest_begin(done - spot.service).unwrap_or(-NEVER)
            }
        };
        Clocks { fresh: begin(fresh), rested: begin(rested) }
    }

    /// The latest leaving of the dock that the latest times allow.
    fn latest_start(&self, problem: &Problem, truck: usize) -> i32 {
        let wheels = &problem.trucks[truck];
        let way = problem.pair(truck, self.slots[1].place, 0).time_in;
        // Who rests before leaving leaves after it.
        let rested = self.sides[1].rested_late - way;
        let fresh = self.slots[1].late - way;
        let can_rest = wheels.rest.is_some_and(|r| rested - r.lasts >= r.from.max(wheels.shift.0));
        if can_rest { fresh.max(rested) } else { fresh }
    }

    fn driving(&self, problem: &Problem, truck: usize) -> i32 {
        let way =
            |two: &[super::day::Slot]| problem.pair(truck, two[1].place, two[0].place).time_in;
        self.slots.windows(2).map(way).sum()
    }

    /// Sets the loads, round by round.
    fn load_up(&mut self, problem: &Problem) {
        let (slots, sides) = (&self.slots, &mut self.sides);
        let last = slots.len() - 1;
        let mut to_bring = [0, 0];
        for at in (0..last).rev() {
            sides[at].to_bring = to_bring;
            let place = slots[at].place;
            to_bring = match place {
                0 => [0, 0],
                _ => sum(to_bring, problem.spots[place as usize].brings),
            };
        }
        self.load = [0, 0];
        for at in 0..last {
            let place = slots[at].place;
            if place == 0 {
                sides[at].fullest_before = sides[at].to_bring;
                self.load = sum(self.load, sides[at].to_bring);
                continue;
            }
            sides[at].fetched = sum(sides[at - 1].fetched, problem.spots[place as usize].fetches);
            let load = sum(sides[at].to_bring, sides[at].fetched);
            sides[at].fullest_before = most(sides[at - 1].fullest_before, load);
        }
        let mut fullest = [0, 0];
        for at in (0..last).rev() {
            fullest = most(fullest, sum(sides[at].to_bring, sides[at].fetched));
            sides[at].fullest_after = fullest;
            if slots[at].place == 0 {
                fullest = [0, 0];
            }
        }
    }
}
