//! Ruin and recreate, and exchanges of tails, under simulated annealing. A round that a step
//! changes is copied before, and copied back when the step is not taken.

use super::Effort;
use super::chance::Chance;
use super::day::{Day, Slot};
use super::problem::Problem;
use super::ruin::{self, Cut};
use super::scan::{NONE, Way};
use super::state::{NOWHERE, State};

/// Says how much of the time is gone, from 0 to 1; `None` when all of it is.
pub type Clock<'a> = &'a mut dyn FnMut() -> Option<f64>;

/// Heat at the beginning and at the end, in mean legs: see `docs/decisions/0032`.
const HOT: f64 = 0.5;
const COLD: f64 = 0.005;

/// Of so many steps, those that exchange tails: see `docs/decisions/0032`.
const TAILS: usize = 7;
const STEPS: usize = 10;

/// Steps between two looks at the clock.
const LOOK: u64 = 64;

/// A way that was the best for a call in a truck's day of this stamp.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub stamp: u64,
    pub way: Way,
}

pub struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) chance: Chance,
    pub(super) now: State,
    pub(super) cost: i64,
    best: State,
    best_cost: i64,
    /// Copies of the days that the step has changed.
    before: Vec<Day>,
    changed: Vec<usize>,
    pub(super) is_changed: Vec<bool>,
    pub(super) absent_before: Vec<u32>,
    cuts: Vec<Cut>,
    /// Days that an insertion looks at: those under way, and the first free one of each kind.
    pub(super) open: Vec<usize>,
    /// By kind: the look at which a free day of it was seen last.
    pub(super) seen_free: Vec<u64>,
    pub(super) look: u64,
    pub(super) known: Vec<Known>,
    pub(super) is_filling: bool,
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
            seen_free: vec![0; trucks],
            look: 0,
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
        if self.problem.trucks.is_empty() {
            return self.best;
        }
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
            if self.chance.below(STEPS) < TAILS {
                if self.exchange_tails(allowed) {
                    self.take();
                }
                continue;
            }
            if self.step() && self.more() < allowed {
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
        self.problem.calls().any(is_free)
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
        if self.problem.is_plain {
            return self.cut_plain(cut);
        }
        let slots = &mut self.now.days[cut.truck].slots;
        for &rank in cut.ranks.iter().rev() {
            let slot = slots.remove(rank);
            self.now.truck_of[slot.place as usize] = NOWHERE;
            self.now.absent.push(slot.place);
        }
        close_rounds(slots);
        self.now.refresh(self.problem, cut.truck)
    }

    fn cut_plain(&mut self, cut: &Cut) -> bool {
        let (Some(&first), Some(&last)) = (cut.ranks.first(), cut.ranks.last()) else {
            return true;
        };
        let problem = self.problem;
        let day = &mut self.now.days[cut.truck];
        let legs = |slots: &[Slot]| slots.iter().map(|slot| i64::from(slot.leg)).sum::<i64>();
        day.cost -= legs(&day.slots[first..=last + 1]);
        for &rank in cut.ranks.iter().rev() {
            let place = day.slots.remove(rank).place;
            let brings = problem.spots[place as usize].brings;
            day.load = [day.load[0] - brings[0], day.load[1] - brings[1]];
            self.now.truck_of[place as usize] = NOWHERE;
            self.now.absent.push(place);
        }
        let last = last + 1 - cut.ranks.len();
        let is_in_time = self.now.mend(problem, cut.truck, first, last);
        let day = &mut self.now.days[cut.truck];
        day.cost += legs(&day.slots[first..=last]);
        if day.is_empty() {
            day.cost = 0;
        }
        is_in_time
    }

    /// Copies a day before its first change in a step.
    pub(super) fn keep(&mut self, truck: usize) {
        if !self.is_changed[truck] {
            self.is_changed[truck] = true;
            self.changed.push(truck);
            self.before[truck].copy_from(&self.now.days[truck]);
        }
    }

    /// What the step costs more.
    pub(super) fn more(&self) -> f64 {
        (self.after() - self.cost) as f64
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

    pub(super) fn undo(&mut self) {
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
pub(super) fn close_rounds(slots: &mut Vec<Slot>) {
    slots.dedup_by(|after, before| after.place == 0 && before.place == 0);
    if slots.len() == 1 {
        slots.push(Slot::new(0));
    }
}

#[cfg(test)]
mod tests {
    use super::super::solomon::{Convention, parse};
    use super::*;

    /// Twenty clients, trucks of the capacity given, windows here and there.
    fn instance(capacity: i32) -> String {
        let mut text = format!("made up\nVEHICLE\nNUMBER CAPACITY\n20 {capacity}\nCUSTOMER\n");
        text += "CUST NO. XCOORD. YCOORD. DEMAND READY DUE SERVICE\n0 50 50 0 0 900 0\n";
        let mut chance = Chance::new(7);
        for number in 1..=20 {
            let [x, y, ready] = [100, 100, 500].map(|most| chance.below(most));
            let due = ready + 40 + chance.below(300);
            text += &format!("{number} {x} {y} {} {ready} {due} 10\n", 1 + chance.below(20));
        }
        text
    }

    /// What was mended slot by slot is what a whole count finds.
    fn check(search: &Search) {
        let problem = search.problem;
        assert_eq!(search.cost, search.now.cost(problem));
        for (truck, day) in search.now.days.iter().enumerate() {
            let mut whole = day.clone();
            assert!(whole.refresh(problem, truck));
            assert_eq!((whole.cost, whole.load), (day.cost, day.load));
            // How late the dock may be left is never asked.
            assert_eq!(whole.slots[1..], day.slots[1..]);
            for (rank, slot) in day.slots.iter().enumerate().filter(|(_, slot)| slot.place != 0) {
                let place = slot.place as usize;
                let is_here = (search.now.truck_of[place], search.now.rank_of[place]);
                assert_eq!(is_here, (truck as u32, rank as u32));
            }
        }
    }

    #[test]
    fn each_step_leaves_what_a_whole_count_finds() {
        for capacity in [30, 80, 400] {
            let instance = parse(&instance(capacity)).expect("an instance");
            let problem = instance.problem(Convention::Dimacs, instance.trucks);
            let mut search = Search::new(&problem, 1);
            search.absent_before.clone_from(&search.now.absent);
            search.recreate();
            search.take();
            let (mut taken, mut crossed) = (0, 0);
            for turn in 0..3_000 {
                let allowed = 200.0;
                if turn % 2 == 0 && search.exchange_tails(allowed) {
                    crossed += 1;
                    search.take();
                } else if turn % 2 == 1 && search.step() && search.more() < allowed {
                    taken += 1;
                    search.take();
                } else {
                    search.undo();
                }
                check(&search);
            }
            assert!(taken > 500 && crossed > 50, "{taken} taken, {crossed} crossed");
        }
    }
}
