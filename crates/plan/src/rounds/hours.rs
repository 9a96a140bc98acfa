//! Hours of the dock: a round waits for goods that are still to come, and is back in time with
//! those that others wait for. A day knows few such hours, mostly one of each, so that every slot
//! keeps its times for each of them, and an insertion that makes its round leave later, or be back
//! sooner, is judged without walking along.

use super::day::Day;
use super::problem::{NEVER, Problem, Spot};
use super::sides::{Clocks, last_back};

/// The hours that the calls of a problem ask for; the first of each is no hour at all, each next
/// one asks more.
pub struct Hours {
    /// Not to leave the dock before.
    pub leaves: Vec<i32>,
    /// To be back at the dock by.
    pub backs: Vec<i32>,
    /// By place.
    pub asks: Vec<Asks>,
}

/// What calls ask of their round together, as ranks in [`Hours`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    pub leaves: u32,
    pub back: u32,
}

impl Asks {
    pub fn and(self, other: Asks) -> Asks {
        Asks { leaves: self.leaves.max(other.leaves), back: self.back.max(other.back) }
    }
}

impl Hours {
    pub fn of(spots: &[Spot]) -> Hours {
        let mut leaves: Vec<i32> = spots.iter().map(|spot| spot.ready).chain([0]).collect();
        let mut backs: Vec<i32> = spots.iter().map(|spot| spot.back_by).chain([NEVER]).collect();
        leaves.sort_unstable();
        backs.sort_unstable_by_key(|hour| -hour);
        leaves.dedup();
        backs.dedup();
        let asks = spots.iter().map(|spot| Asks {
            leaves: leaves.partition_point(|&hour| hour < spot.ready) as u32,
            back: backs.partition_point(|&hour| hour > spot.back_by) as u32,
        });
        let asks = asks.collect();
        Hours { leaves, backs, asks }
    }

    /// No call asks for any.
    pub fn are_none(&self) -> bool {
        self.leaves.len() == 1 && self.backs.len() == 1
    }

    pub fn leaves(&self, asks: Asks) -> i32 {
        self.leaves[asks.leaves as usize]
    }

    pub fn back(&self, asks: Asks) -> i32 {
        self.backs[asks.back as usize]
    }
}

/// The times of every slot for each hour that its round could be asked for: slot by slot, hours as
/// in [`Hours`]. Empty where there are none.
#[derive(Clone, Debug, Default)]
pub struct ByHour {
    /// When it is left at the earliest, had its round to leave no earlier.
    leaves: Vec<Clocks>,
    /// The latest begin, had its round to be back by then.
    lates: Vec<Clocks>,
}

impl ByHour {
    pub fn copy_from(&mut self, other: &ByHour) {
        self.leaves.clone_from(&other.leaves);
        self.lates.clone_from(&other.lates);
    }
}

impl Day {
    /// Sets what is asked of each round, of the calls before each slot and from it on.
    pub(super) fn ask_up(&mut self, problem: &Problem) {
        if problem.hours.are_none() {
            return;
        }
        let last = self.slots.len() - 1;
        let own = |place: u32| problem.hours.asks[place as usize];
        for at in 1..last {
            let place = self.slots[at].place;
            if place != 0 {
                self.sides[at].asked_before = own(place).and(self.sides[at - 1].asked_before);
            }
        }
        for at in (1..last).rev() {
            let place = self.slots[at].place;
            if place != 0 {
                self.sides[at].asked_from = own(place).and(self.sides[at + 1].asked_from);
            }
        }
    }

    /// No earlier than this is the dock left from a slot of it that is not the last.
    pub(super) fn leaves_from(&self, problem: &Problem, at: usize) -> i32 {
        problem.hours.leaves(self.sides[at + 1].asked_from)
    }

    /// By then it is back at a slot of the dock that is not the first.
    pub(super) fn back_by(&self, problem: &Problem, at: usize) -> i32 {
        problem.hours.back(self.sides[at - 1].asked_before)
    }

    /// When a slot is left at the earliest, had its round these hours.
    pub(super) fn leaving(&self, problem: &Problem, at: usize, asks: Asks) -> Clocks {
        match problem.hours.are_none() {
            true => Clocks { fresh: self.slots[at].leave, rested: self.sides[at].rested_leave },
            false => self.by_hour.leaves[at * problem.hours.leaves.len() + asks.leaves as usize],
        }
    }

    /// The latest begin at a slot, had its round these hours.
    pub(super) fn latest(&self, problem: &Problem, at: usize, asks: Asks) -> Clocks {
        match problem.hours.are_none() {
            true => Clocks { fresh: self.slots[at].late, rested: self.sides[at].rested_late },
            false => self.by_hour.lates[at * problem.hours.backs.len() + asks.back as usize],
        }
    }

    /// Sets the times for each hour, from those as the rounds are.
    pub(super) fn set_hours(&mut self, problem: &Problem, truck: usize) {
        if problem.hours.are_none() {
            return;
        }
        let mut by_hour = std::mem::take(&mut self.by_hour);
        self.set_leaves(problem, truck, &mut by_hour.leaves);
        self.set_lates(problem, truck, &mut by_hour.lates);
        self.by_hour = by_hour;
    }

    fn set_leaves(&self, problem: &Problem, truck: usize, leaves: &mut Vec<Clocks>) {
        let (wheels, hours) = (&problem.trucks[truck], &problem.hours.leaves);
        leaves.clear();
        for at in 0..self.slots.len() - 1 {
            let place = self.slots[at].place;
            if place == 0 {
                let turned = self.turned(problem, truck, at);
                leaves.extend(hours.iter().map(|&hour| turned.from(hour)));
                continue;
            }
            let way = problem.pair(truck, place, self.slots[at - 1].place).time_in;
            let spot = &problem.spots[place as usize];
            for _ in hours {
                let before = leaves[leaves.len() - hours.len()];
                leaves.push(before.then(wheels, spot, way));
            }
        }
    }

    /// When it could leave the dock at a slot of it, waited it for nothing.
    fn turned(&self, problem: &Problem, truck: usize, at: usize) -> Clocks {
        let wheels = &problem.trucks[truck];
        if at == 0 {
            return Clocks::start(wheels);
        }
        let leaves =
            Clocks { fresh: self.slots[at - 1].leave, rested: self.sides[at - 1].rested_leave };
        let home = problem.pair(truck, self.slots[at - 1].place, 0).time_out;
        leaves.turn(wheels, home, self.back_by(problem, at))
    }

    fn set_lates(&self, problem: &Problem, truck: usize, lates: &mut Vec<Clocks>) {
        let (hours, last) = (&problem.hours.backs, self.slots.len() - 1);
        lates.clear();
        lates.resize(self.slots.len() * hours.len(), Clocks::default());
        for at in (1..=last).rev() {
            let next = (at < last).then(|| Clocks {
                fresh: self.slots[at + 1].late,
                rested: self.sides[at + 1].rested_late,
            });
            for (rank, &hour) in hours.iter().enumerate() {
                let late = match (next, self.slots[at].place) {
                    (None, _) => last_back(&problem.trucks[truck]).by(hour),
                    (Some(next), 0) => self.latest_before(problem, truck, at, next).by(hour),
                    (Some(_), _) => {
                        let next = lates[(at + 1) * hours.len() + rank];
                        self.latest_before(problem, truck, at, next)
                    }
                };
                lates[at * hours.len() + rank] = late;
            }
        }
    }
}
