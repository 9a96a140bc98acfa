//! Ruin and recreate under simulated annealing. A round that a step changes is copied before, and
//! copied back when the step is not taken.

use super::Effort;
use super::chance::Chance;
use super::day::{Day, Slot};
use super::problem::Problem;
use super::ruin::{self, Cut};
use super::scan::{self, NONE, Turn, Way};
use super::state::{NOWHERE, State};

/// Says how much of the time is gone, from 0 to 1; `None` when all of it is.
pub type Clock<'a> = &'a mut dyn FnMut() -> Option<f64>;

/// Heat at the beginning and at the end, in mean legs: see `docs/decisions/0032`.
const HOT: f64 = 0.5;
const COLD: f64 = 0.005;

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
    is_filling: bool,
    stops_at_all: bool,
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
            is_filling: false,
            stops_at_all: false,
            steps: 0,
        }
    }

    /// Goes on from a plan of the same places and at most as many trucks; the others stay idle.
    pub fn from(problem: &'a Problem, state: State, seed: u64) -> Search<'a> {
        let mut search = Search::new(problem, seed);
        let days = state.days.into_iter().filter(|day| !day.is_empty());
        for (truck, day) in days.enumerate().take(problem.trucks.len()) {
            search.now.days[truck] = day;
            search.now.refresh(problem, truck);
        }
        search.now.absent = state.absent;
        search.cost = search.now.cost(problem);
        search.best.clone_from(&search.now);
        search.best_cost = search.cost;
        search
    }

    /// Searches until nothing is left out, or the clock says that time is up.
    pub fn until_all(mut self, clock: Clock) -> State {
        self.stops_at_all = true;
        self.until(clock)
    }

    /// Searches as long as asked; the best plan found.
    pub fn run(self, effort: Effort) -> State {
        match effort {
            Effort::Until(clock) => self.until(clock),
            Effort::Turns(turns) => {
                let mut done = 0;
                self.until(&mut || {
                    let share = done as f64 / turns.max(1) as f64;
                    done += LOOK;
                    (share < 1.0).then_some(share)
                })
            }
        }
    }

    fn until(mut self, clock: Clock) -> State {
        self.absent_before.clone_from(&self.now.absent);
        self.recreate();
        self.take();
        let unit = self.unit();
        let mut heat = HOT * unit;
        while self.can_change() && !(self.stops_at_all && self.best.absent.is_empty()) {
            if self.steps.is_multiple_of(LOOK) {
                let Some(share) = clock() else { break };
                heat = unit * HOT * (COLD / HOT).powf(share);
            }
            self.steps += 1;
            let allowed = -heat * self.chance.unit().ln();
            if self.step() && ((self.after() - self.cost) as f64) < allowed {
                self.take();
            } else {
                self.undo();
            }
        }
        self.fill();
        self.best
    }

    /// Whether any call could be in another place.
    fn can_change(&self) -> bool {
        let is_free = |place: u32| !self.problem.spots[place as usize].is_kept;
        !self.problem.trucks.is_empty() && self.problem.calls().any(is_free)
    }

    /// The mean leg of the first plan: what heat is counted in.
    fn unit(&self) -> f64 {
        let under_way = self.now.days.iter().filter(|day| !day.is_empty());
        let legs = || under_way.clone().flat_map(|day| &day.slots[1..]);
        let total: f64 = legs().map(|slot| f64::from(slot.leg)).sum();
        total / legs().count().max(1) as f64
    }

    /// Puts into the best plan what still fits: chance may have overlooked a place.
    fn fill(&mut self) {
        self.now.clone_from(&self.best);
        self.is_filling = true;
        loop {
            let absent = self.now.absent.len();
            self.recreate();
            if self.now.absent.len() == absent {
                break;
            }
        }
        self.best.clone_from(&self.now);
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
        close_rounds(slots);
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
        put(&mut self.now.days[where_to].slots, place, best);
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

/// A round without calls is none.
fn close_rounds(slots: &mut Vec<Slot>) {
    slots.dedup_by(|after, before| after.place == 0 && before.place == 0);
    if slots.len() == 1 {
        slots.push(Slot::new(0));
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
