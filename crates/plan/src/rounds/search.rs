//! Ruin and recreate under simulated annealing. A round that a step changes is copied before, and
//! copied back when the step is not taken.

use super::chance::Chance;
use super::day::{Day, Slot};
use super::problem::Problem;
use super::ruin::{self, Cut};
use super::scan::{self, NONE, Way};
use super::state::{NOWHERE, State};

/// Says how much of the time is gone, from 0 to 1; `None` when all of it is.
pub type Clock<'a> = &'a mut dyn FnMut() -> Option<f64>;

/// Steps between two looks at the clock.
const LOOK: u64 = 64;

/// A way that was the best for a call in a truck's day of this stamp.
#[derive(Clone, Copy)]
struct Known {
    stamp: u64,
    way: Way,
}

pub struct Search<'a> {
    problem: &'a Problem,
    chance: Chance,
    now: State,
    cost: i64,
    best: State,
    best_cost: i64,
    /// Copies of the days that the step has changed.
    before: Vec<Day>,
    changed: Vec<usize>,
    is_changed: Vec<bool>,
    absent_before: Vec<u32>,
    cuts: Vec<Cut>,
    /// Days that an insertion looks at: those under way, and the first free one of each kind.
    open: Vec<usize>,
    known: Vec<Known>,
    pub steps: u64,
}

impl<'a> Search<'a> {
    pub fn new(problem: &'a Problem, seed: u64) -> Search<'a> {
        let now = State::new(problem);
        let trucks = problem.trucks.len();
        let cost = now.cost(problem);
        Search {
            problem,
            chance: Chance::new(seed),
            best: now.clone(),
            best_cost: cost,
            now,
            cost,
            before: vec![Day::default(); trucks],
            changed: Vec::new(),
            is_changed: vec![false; trucks],
            absent_before: Vec::new(),
            cuts: Vec::new(),
            open: Vec::new(),
            known: vec![Known { stamp: 0, way: NONE }; trucks * problem.size],
            steps: 0,
        }
    }

    /// Searches until the clock says that time is up; the best plan found.
    pub fn run(mut self, clock: Clock, hot: f64, cold: f64) -> (State, u64) {
        self.absent_before.clone_from(&self.now.absent);
        self.recreate();
        self.take();
        let mut heat = hot;
        loop {
            if self.steps.is_multiple_of(LOOK) {
                let Some(share) = clock() else { break };
                heat = hot * (cold / hot).powf(share);
            }
            self.steps += 1;
            let allowed = self.cost as f64 - heat * self.chance.unit().ln();
            if self.step() && (self.after() as f64) < allowed {
                self.take();
            } else {
                self.undo();
            }
        }
        (self.best, self.steps)
    }

    /// False when what is left of a round cannot be in time, as where a detour is a shortcut.
    fn step(&mut self) -> bool {
        self.absent_before.clone_from(&self.now.absent);
        let mut cuts = std::mem::take(&mut self.cuts);
        ruin::choose(self.problem, &self.now, &mut self.chance, &mut cuts);
        let is_in_time = cuts.iter().all(|cut| self.cut(cut));
        self.cuts = cuts;
        if is_in_time {
            self.recreate();
        }
        is_in_time
    }

    fn cut(&mut self, cut: &Cut) -> bool {
        self.keep(cut.truck);
        let slots = &mut self.now.days[cut.truck].slots;
        for &rank in cut.ranks.iter().rev() {
            let slot = slots.remove(rank);
            self.now.truck_of[slot.place as usize] = NOWHERE;
            self.now.absent.push(slot.place);
        }
        self.now.refresh(self.problem, cut.truck)
    }

    /// Copies a day before its first change in a step.
    fn keep(&mut self, truck: usize) {
        if !self.is_changed[truck] {
            self.is_changed[truck] = true;
            self.changed.push(truck);
            self.before[truck].copy_from(&self.now.days[truck]);
        }
    }

    fn recreate(&mut self) {
        self.open_days();
        let mut waiting = std::mem::take(&mut self.now.absent);
        self.sort(&mut waiting);
        waiting.retain(|&place| !self.insert(place));
        self.now.absent = waiting;
    }

    fn open_days(&mut self) {
        self.open.clear();
        for truck in 0..self.now.days.len() {
            let kind = self.problem.kinds[truck];
            let is_other = |&other: &usize| {
                self.problem.kinds[other] != kind || !self.now.days[other].is_empty()
            };
            if !self.now.days[truck].is_empty() || self.open.iter().all(is_other) {
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
        self.now.days[where_to].slots.insert(best.rank as usize, Slot::new(place));
        self.now.refresh(self.problem, where_to);
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
            return scan::best(self.problem, truck, day, place, bound, Some(&mut self.chance));
        }
        let known = &mut self.known[place as usize * self.now.days.len() + truck];
        if known.stamp != day.stamp {
            let way = scan::best(self.problem, truck, day, place, NONE.cost, None);
            *known = Known { stamp: day.stamp, way };
        }
        if known.way.cost < bound && scan::blinks(&mut self.chance) { NONE } else { known.way }
    }

    fn after(&self) -> i64 {
        let price = |places: &[u32]| -> i64 {
            places.iter().map(|&place| self.problem.spots[place as usize].price).sum()
        };
        let days = self.changed.iter();
        let change: i64 =
            days.map(|&truck| self.now.days[truck].cost - self.before[truck].cost).sum();
        self.cost + change + price(&self.now.absent) - price(&self.absent_before)
    }

    fn take(&mut self) {
        self.cost = self.after();
        self.absent_before.clone_from(&self.now.absent);
        for &truck in &self.changed {
            self.is_changed[truck] = false;
        }
        self.changed.clear();
        if self.cost < self.best_cost {
            self.best_cost = self.cost;
            self.best.clone_from(&self.now);
        }
    }

    fn undo(&mut self) {
        self.now.absent.clone_from(&self.absent_before);
        for &place in &self.now.absent {
            self.now.truck_of[place as usize] = NOWHERE;
        }
        for at in 0..self.changed.len() {
            let truck = self.changed[at];
            self.is_changed[truck] = false;
            std::mem::swap(&mut self.now.days[truck], &mut self.before[truck]);
            self.now.index(truck);
        }
        self.changed.clear();
    }
}
