//! A whole plan in the search: the trucks' days, and where each call is.

use super::day::{Day, Slot};
use super::problem::Problem;

/// The truck of a call that is in no round.
pub const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub struct State {
    pub days: Vec<Day>,
    /// By place: its truck, or [`NOWHERE`].
    pub truck_of: Vec<u32>,
    /// By place: where in the truck's day.
    pub rank_of: Vec<u32>,
    pub absent: Vec<u32>,
    stamps: u64,
}

impl State {
    /// Nobody goes anywhere but on the kept rounds.
    pub fn new(problem: &Problem) -> State {
        let mut state = State {
            days: vec![Day::empty(); problem.trucks.len()],
            truck_of: vec![NOWHERE; problem.size],
            rank_of: vec![0; problem.size],
            absent: Vec::new(),
            stamps: 0,
        };
        for (truck, kept) in problem.kept.iter().enumerate() {
            let places = kept.join(&0);
            if !places.is_empty() {
                state.days[truck].slots.splice(1..1, places.into_iter().map(Slot::new));
            }
            state.refresh(problem, truck);
        }
        let is_absent = |place: &u32| state.truck_of[*place as usize] == NOWHERE;
        state.absent = problem.calls().filter(is_absent).collect();
        state
    }

    /// After a change of a truck's places; false when they cannot be in time.
    pub fn refresh(&mut self, problem: &Problem, truck: usize) -> bool {
        let is_in_time = self.days[truck].refresh(problem, truck);
        self.stamps += 1;
        self.days[truck].stamp = self.stamps;
        self.index(truck);
        is_in_time
    }

    /// As [`State::refresh`], where only the slots of these ranks have another slot before them.
    pub fn mend(&mut self, problem: &Problem, truck: usize, first: usize, last: usize) -> bool {
        let is_in_time = self.days[truck].mend(problem, truck, first, last);
        self.stamps += 1;
        self.days[truck].stamp = self.stamps;
        self.index_from(truck, first);
        is_in_time
    }

    /// Notes where a truck's calls are.
    pub fn index(&mut self, truck: usize) {
        self.index_from(truck, 0);
    }

    fn index_from(&mut self, truck: usize, first: usize) {
        for (rank, slot) in self.days[truck].slots.iter().enumerate().skip(first) {
            self.truck_of[slot.place as usize] = truck as u32;
            self.rank_of[slot.place as usize] = rank as u32;
        }
    }

    pub fn cost(&self, problem: &Problem) -> i64 {
        let absent = self.absent.iter().map(|&place| problem.spots[place as usize].price);
        self.days.iter().map(|day| day.cost).sum::<i64>() + absent.sum::<i64>()
    }
}
