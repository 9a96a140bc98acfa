//! Puts calls back one by one, each where it costs least.

use super::day::Slot;
use super::scan::{self, NONE, Turn, Way};
use super::search::{Known, Search};

impl Search<'_> {
    /// Puts everything back that is in no round.
    pub(super) fn recreate(&mut self) {
        self.open_days();
        let mut waiting = std::mem::take(&mut self.now.absent);
        self.sort(&mut waiting);
        waiting.retain(|&place| !self.insert(place));
        self.now.absent = waiting;
    }

    fn open_days(&mut self) {
        self.open.clear();
        self.look += 1;
        for truck in 0..self.now.days.len() {
            let seen = &mut self.seen_free[self.problem.kinds[truck]];
            if !self.now.days[truck].is_empty() {
                self.open.push(truck);
            } else if *seen != self.look {
                *seen = self.look;
                self.open.push(truck);
            }
        }
    }

    /// The orders of Christiaens and Vanden Berghe, with their weights.
    fn sort(&mut self, waiting: &mut [u32]) {
        let problem = self.problem;
        let spot = |place: &u32| &problem.spots[*place as usize];
        let far = |place: &u32| problem.pairs[0][*place as usize].cost_out;
        waiting.sort_unstable();
        match self.chance.below(17) {
            0..4 => {
                for at in (1..waiting.len()).rev() {
                    waiting.swap(at, self.chance.below(at + 1));
                }
            }
            4..8 => waiting.sort_by_key(|p| -(spot(p).brings[0] + spot(p).fetches[0])),
            8..10 => waiting.sort_by_key(|p| -far(p)),
            10 => waiting.sort_by_key(far),
            11..13 => waiting.sort_by_key(|p| spot(p).closes() - spot(p).opens()),
            13..15 => waiting.sort_by_key(|p| spot(p).opens()),
            _ => waiting.sort_by_key(|p| -spot(p).closes()),
        }
    }

    /// Puts a call where it costs least; false where it fits nowhere.
    fn insert(&mut self, place: u32) -> bool {
        let (mut best, mut where_to) = (NONE, 0);
        for at in 0..self.open.len() {
            let truck = self.open[at];
            let way = self.way(truck, place, best.cost);
            if way.cost < best.cost {
                (best, where_to) = (way, truck);
            }
        }
        if best.cost == NONE.cost {
            return false;
        }
        self.keep(where_to);
        let was_empty = self.now.days[where_to].is_empty();
        put(&mut self.now.days[where_to].slots, place, best);
        if self.problem.is_plain {
            let (day, rank) = (&mut self.now.days[where_to], best.rank as usize);
            let brings = self.problem.spots[place as usize].brings;
            day.load = [day.load[0] + brings[0], day.load[1] + brings[1]];
            day.cost += i64::from(best.cost);
            self.now.mend(self.problem, where_to, rank, rank + 1);
        } else {
            self.now.refresh(self.problem, where_to);
        }
        if was_empty {
            self.open_days();
        }
        true
    }

    /// The best way into a truck's day, if it costs less than `bound`.
    fn way(&mut self, truck: usize, place: u32, bound: i32) -> Way {
        if !self.problem.fits(truck, place) {
            return NONE;
        }
        let day = &self.now.days[truck];
        if self.is_changed[truck] {
            let chance = Some(&mut self.chance).filter(|_| !self.is_filling);
            return scan::best(self.problem, truck, day, place, bound, chance);
        }
        let known = &mut self.known[place as usize * self.now.days.len() + truck];
        if known.stamp != day.stamp {
            let way = scan::best(self.problem, truck, day, place, NONE.cost, None);
            *known = Known { stamp: day.stamp, way };
        }
        let is_better = known.way.cost < bound;
        if is_better && !self.is_filling && scan::blinks(&mut self.chance) {
            NONE
        } else {
            known.way
        }
    }
}

fn put(slots: &mut Vec<Slot>, place: u32, way: Way) {
    let rank = way.rank as usize;
    match way.turn {
        Turn::No => slots.insert(rank, Slot::new(place)),
        Turn::Before => drop(slots.splice(rank..rank, [0, place].map(Slot::new))),
        Turn::After => drop(slots.splice(rank..rank, [place, 0].map(Slot::new))),
    }
}
