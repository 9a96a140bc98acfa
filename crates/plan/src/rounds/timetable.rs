//! When a truck is where: back as early as can be, then gone as late as that allows, so that it
//! waits as little as can be. What cannot be in time is late, by as little as can be; goods that
//! are not at the dock yet are always waited for.

use super::problem::{NEVER, Problem, Rest, Wheels};

/// One round of a truck's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timed {
    pub leaves: i32,
    /// Arrival and begin at each stop.
    pub stops: Vec<(i32, i32)>,
    pub rest_after: Option<usize>,
    pub back: i32,
}

/// A truck's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    pub rounds: Vec<Timed>,
    /// Seconds late over all stops, at the dock and behind the shift's end, and for the rest.
    pub breach: i64,
}

/// A day as one sequence of places from dock to dock, with the rank behind which the rest is taken.
struct Walk<'a> {
    problem: &'a Problem,
    wheels: &'a Wheels,
    truck: usize,
    places: Vec<u32>,
    rest_at: Option<usize>,
}

/// Begin and leaving at each place.
struct Times {
    begins: Vec<i32>,
    leaves: Vec<i32>,
    breach: i64,
}

/// The timetable of a truck's rounds, in their order; none of them empty.
pub fn make(problem: &Problem, truck: usize, rounds: &[Vec<u32>]) -> Timetable {
    let mut places = vec![0];
    for round in rounds {
        places.extend(round.iter().chain(&[0]));
    }
    let wheels = &problem.trucks[truck];
    let last = places.len() - 1;
    if last == 0 {
        return Timetable::default();
    }
    let with_rest = (0..last).filter(|_| wheels.rest.is_some()).map(Some);
    let walks = std::iter::once(None).chain(with_rest).map(|rest_at| {
        let walk = Walk { problem, wheels, truck, places: places.clone(), rest_at };
        let earliest = walk.earliest();
        let latest = walk.latest(&earliest);
        ((earliest.breach, earliest.begins[last], -latest[0]), walk, latest)
    });
    let best = walks.min_by_key(|(key, ..)| *key);
    best.map_or_else(Timetable::default, |(key, walk, latest)| walk.told(&latest, key.0))
}

impl Walk<'_> {
    fn way(&self, at: usize) -> i32 {
        self.problem.pair(self.truck, self.places[at], self.places[at + 1]).time_out
    }

    fn last(&self) -> usize {
        self.places.len() - 1
    }

    fn service(&self, at: usize) -> i32 {
        match self.places[at] {
            0 if at == 0 || at == self.last() => 0,
            0 => self.wheels.turnaround,
            place => self.problem.spots[place as usize].service,
        }
    }

    fn rest(&self, at: usize) -> Option<Rest> {
        self.wheels.rest.filter(|_| self.rest_at == Some(at))
    }

    /// When all goods of the round that leaves the dock at a place are there.
    fn ready(&self, at: usize) -> i32 {
        let calls = self.places[at + 1..].iter().take_while(|place| **place != 0);
        let hours = calls.map(|&place| self.problem.spots[place as usize].ready);
        hours.max().unwrap_or(0)
    }

    /// By when the round must be back that ends at a place.
    fn back_by(&self, at: usize) -> i32 {
        let calls = self.places[..at].iter().rev().take_while(|place| **place != 0);
        let hours = calls.map(|&place| self.problem.spots[place as usize].back_by);
        hours.min().unwrap_or(NEVER)
    }

    /// When work begins for who comes at a time, and how late that is.
    fn begins(&self, at: usize, arrives: i32) -> (i32, i32) {
        if self.places[at] == 0 {
            let late = (arrives - self.back_by(at)).max(0);
            let over = if at == self.last() { arrives - self.wheels.shift.1 } else { 0 };
            return (arrives, late + over.max(0));
        }
        let spot = &self.problem.spots[self.places[at] as usize];
        match spot.begins(arrives) {
            Some(begins) => (begins, 0),
            None => (arrives, arrives - spot.closes()),
        }
    }

    /// When a place is left by who is done there at a time.
    fn leaves(&self, at: usize, done: i32) -> i32 {
        let rested = self.rest(at).map_or(done, |rest| done.max(rest.from) + rest.lasts);
        if self.places[at] == 0 { rested.max(self.ready(at)) } else { rested }
    }

    fn earliest(&self) -> Times {
        let last = self.last();
        let start = self.wheels.shift.0;
        let mut times = Times { begins: vec![start], leaves: Vec::new(), breach: 0 };
        for at in 0..=last {
            if at > 0 {
                let (begins, late) = self.begins(at, times.leaves[at - 1] + self.way(at - 1));
                times.begins.push(begins);
                times.breach += i64::from(late);
            }
            let done = times.begins[at] + self.service(at);
            times.leaves.push(self.leaves(at, done));
            let late = self.rest(at).map_or(0, |rest| done.max(rest.from) - rest.to);
            times.breach += i64::from(late.max(0));
        }
        let rest = self.wheels.rest.filter(|_| self.rest_at.is_none());
        let missed = rest.map_or(0, |rest| times.begins[last] - rest.to);
        times.breach += i64::from(missed.max(0));
        times
    }

    /// The latest leaving of each place with which nothing ends later than at the earliest.
    fn latest(&self, earliest: &Times) -> Vec<i32> {
        let last = self.last();
        let mut latest = vec![0; last + 1];
        let mut begin = earliest.begins[last];
        for at in (0..last).rev() {
            latest[at] = begin - self.way(at);
            let done = match self.rest(at) {
                None => latest[at],
                Some(rest) => {
                    let early = (earliest.begins[at] + self.service(at)).max(rest.from);
                    (latest[at] - rest.lasts).min(rest.to).max(early)
                }
            };
            if at == 0 {
                break;
            }
            let latest_begin = done - self.service(at);
            begin = match self.places[at] {
                0 => latest_begin.min(self.back_by(at)),
                place => {
                    let spot = &self.problem.spots[place as usize];
                    spot.latest_begin(latest_begin).unwrap_or(earliest.begins[at])
                }
            };
            begin = begin.max(earliest.begins[at]);
        }
        latest
    }

    /// Rounds leave as late as they can; on the way nobody waits but for a window.
    fn told(&self, latest: &[i32], breach: i64) -> Timetable {
        let mut rounds: Vec<Timed> = Vec::new();
        let mut time = 0;
        let mut from = 0;
        for (at, &place) in self.places.iter().enumerate() {
            if place != 0 {
                let arrives = time;
                let (begins, _) = self.begins(at, arrives);
                time = self.leaves(at, begins + self.service(at));
                if let Some(round) = rounds.last_mut() {
                    round.stops.push((arrives, begins));
                }
            } else {
                if let Some(round) = rounds.last_mut() {
                    round.back = time;
                }
                if at == self.last() {
                    break;
                }
                (time, from) = (latest[at], at);
                rounds.push(Timed { leaves: time, ..Timed::default() });
            }
            if self.rest(at).is_some()
                && let Some(round) = rounds.last_mut()
            {
                round.rest_after = Some(at - from);
            }
            time += self.way(at);
        }
        Timetable { rounds, breach }
    }
}
