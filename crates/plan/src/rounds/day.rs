//! A truck's day as one sequence: the dock, calls, the dock again between rounds, the dock. Each
//! place knows when it is left at the earliest and reached at the latest, so that an insertion is
//! judged without walking along.

use super::hours::ByHour;
use super::problem::{Amount, Problem};
use super::sides::Side;

/// A place of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub place: u32,
    /// Cost of the leg that leads here.
    pub leg: i32,
    /// The earliest that it is left.
    pub leave: i32,
    /// The latest that work may begin here, so that all that follows is in time.
    pub late: i32,
}

impl Slot {
    pub fn new(place: u32) -> Slot {
        Slot { place, leg: 0, leave: 0, late: 0 }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Day {
    /// From the dock to the dock: two at least.
    pub slots: Vec<Slot>,
    /// What only some problems ask, slot by slot; empty where a problem is plain.
    pub sides: Vec<Side>,
    pub by_hour: ByHour,
    /// All that it brings.
    pub load: Amount,
    pub cost: i64,
    /// Another one after each change.
    pub stamp: u64,
}

impl Day {
    pub fn empty() -> Day {
        Day { slots: vec![Slot::new(0); 2], ..Day::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.slots.len() == 2
    }

    /// Takes another's place without giving up what it has allocated.
    pub fn copy_from(&mut self, other: &Day) {
        self.slots.clone_from(&other.slots);
        self.sides.clone_from(&other.sides);
        self.by_hour.copy_from(&other.by_hour);
        (self.load, self.cost, self.stamp) = (other.load, other.cost, other.stamp);
    }

    /// The calls of each round.
    pub fn rounds(&self) -> Vec<Vec<u32>> {
        let places: Vec<u32> = self.slots.iter().map(|slot| slot.place).collect();
        places.split(|&place| place == 0).filter(|r| !r.is_empty()).map(<[u32]>::to_vec).collect()
    }

    /// Computes anew all that follows from the places; false when they cannot be in time.
    pub fn refresh(&mut self, problem: &Problem, truck: usize) -> bool {
        if problem.is_plain {
            self.refresh_plain(problem, truck)
        } else {
            self.refresh_full(problem, truck)
        }
    }

    fn refresh_plain(&mut self, problem: &Problem, truck: usize) -> bool {
        let wheels = &problem.trucks[truck];
        let last = self.slots.len() - 1;
        let (mut time, mut from) = (wheels.shift.0, 0);
        let (mut cost, mut load, mut is_in_time) = (0, 0, true);
        self.slots[0].leave = time;
        for slot in &mut self.slots[1..last] {
            let pair = problem.pair(truck, slot.place, from);
            let spot = &problem.spots[slot.place as usize];
            let window = spot.windows[0];
            let begins = (time + pair.time_in).max(window.0);
            is_in_time &= begins <= window.1;
            time = begins + spot.service;
            slot.leave = time;
            slot.leg = pair.cost_in;
            cost += i64::from(pair.cost_in);
            load += spot.brings[0];
            from = slot.place;
        }
        let pair = problem.pair(truck, from, 0);
        let end = &mut self.slots[last];
        (end.leave, end.leg, end.late) = (time + pair.time_out, pair.cost_out, wheels.shift.1);
        is_in_time &= end.leave <= end.late;
        self.cost = match last {
            1 => 0,
            _ => cost + i64::from(pair.cost_out) + wheels.per_day,
        };
        self.load = [load, self.load_of_room(problem)];
        let (mut late, mut to) = (wheels.shift.1, 0);
        for slot in self.slots[1..last].iter_mut().rev() {
            let spot = &problem.spots[slot.place as usize];
            let out = problem.pair(truck, slot.place, to).time_out;
            late = (late - out - spot.service).min(spot.windows[0].1);
            slot.late = late;
            to = slot.place;
        }
        is_in_time
    }

    /// As [`Day::refresh`] of a plain problem, where only the slots of these ranks have another
    /// slot before them than they had. Load and cost are the caller's; false when it cannot be in
    /// time.
    pub fn mend(&mut self, problem: &Problem, truck: usize, first: usize, last: usize) -> bool {
        let slots = &mut self.slots;
        let end = slots.len() - 1;
        for at in (1..last.min(end)).rev() {
            let (place, to) = (slots[at].place, slots[at + 1]);
            let spot = &problem.spots[place as usize];
            let out = problem.pair(truck, place, to.place).time_out;
            let late = (to.late - out - spot.service).min(spot.windows[0].1);
            if at + 1 < first && late == slots[at].late {
                break;
            }
            slots[at].late = late;
        }
        let mut is_in_time = true;
        for at in first..=end {
            let (from, place) = (slots[at - 1], slots[at].place);
            let pair = problem.pair(truck, place, from.place);
            let spot = &problem.spots[place as usize];
            let begins = (from.leave + pair.time_in).max(spot.windows[0].0);
            is_in_time &= at > first || begins <= slots[at].late;
            let leave = begins + spot.service;
            if at > last && leave == slots[at].leave {
                break;
            }
            (slots[at].leave, slots[at].leg) = (leave, pair.cost_in);
        }
        is_in_time
    }

    fn load_of_room(&self, problem: &Problem) -> i32 {
        self.slots.iter().map(|slot| problem.spots[slot.place as usize].brings[1]).sum()
    }
}
