//! Distances and times of a truck's day.

use trade::rounds::task::{Call, PlannedRound, Truck};

use super::{Book, RoundsBreach, dock};

/// A call and its number in the roads.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub call: &'a Call,
    pub place: usize,
}

impl Site<'_> {
    /// When work begins for who arrives at a time; `None`: too late.
    pub fn begins(&self, arrives: i64) -> Option<i64> {
        let windows = &self.call.windows;
        if windows.is_empty() {
            return Some(arrives);
        }
        let begins = windows.iter().map(|w| (arrives.max(w.from), w.to));
        begins.filter(|(at, to)| at <= to).map(|(at, _)| at).min()
    }
}

/// Metres and times of a round, walked along from when it leaves.
pub fn ways(book: &Book, truck: &Truck, round: &PlannedRound) -> Vec<RoundsBreach> {
    let vehicle = truck.id;
    let mut breaches = Vec::new();
    if round.stops.is_empty() {
        breaches.push(RoundsBreach::EmptyRound { vehicle });
    }
    let (mut time, mut from) = (round.leaves, 0);
    for (rank, stop) in (1..).zip(&round.stops) {
        let (call, Some(site)) = (stop.call, book.calls.get(&stop.call)) else { continue };
        let found = book.roads.metres(from, site.place);
        if stop.metres != found {
            breaches.push(RoundsBreach::WrongDistance { call, said: stop.metres, found });
        }
        let arrives = time + book.roads.seconds(from, site.place);
        let begins = site.begins(arrives).unwrap_or(arrives);
        for (said, found) in [(stop.arrives, arrives), (stop.begins, begins)] {
            if said != found {
                breaches.push(RoundsBreach::WrongTime { call, said, found });
            }
        }
        time = begins + site.call.service;
        if let Some(pause) = truck.pause.filter(|_| round.pause_after == Some(rank)) {
            time = time.max(pause.window.from) + pause.lasts;
        }
        from = site.place;
    }
    let found = book.roads.metres(from, 0);
    if round.metres_back != found {
        breaches.push(RoundsBreach::WrongWayBack { vehicle, said: round.metres_back, found });
    }
    let found = time + book.roads.seconds(from, 0);
    if round.back != found {
        breaches.push(RoundsBreach::WrongReturn { vehicle, said: round.back, found });
    }
    breaches
}

/// What a truck's rounds must keep together: shift, loading, their number, the pause.
pub fn day(truck: &Truck, book: &Book, own: &[&PlannedRound]) -> Vec<RoundsBreach> {
    let vehicle = truck.id;
    let mut breaches = Vec::new();
    if own.len() as i64 > truck.rounds_most {
        breaches.push(RoundsBreach::TooManyRounds { vehicle, rounds: own.len() });
    }
    let mut sorted = own.to_vec();
    sorted.sort_by_key(|round| round.leaves);
    let (mut ready, mut pauses) = (truck.shift.from, 0);
    for round in &sorted {
        let (leaves, back) = (round.leaves, round.back);
        if leaves < truck.shift.from || back > truck.shift.to {
            breaches.push(RoundsBreach::OutOfShift { vehicle, leaves, back });
        } else if leaves < ready {
            breaches.push(RoundsBreach::Overlap { vehicle, leaves, ready });
        }
        if let Some(after) = round.pause_after {
            pauses += 1;
            if !is_pause_in_window(truck, book, round, after, ready) {
                breaches.push(RoundsBreach::PauseOutOfWindow { vehicle });
            }
        }
        ready = back + truck.turnaround;
    }
    let ends = sorted.iter().map(|round| round.back).max();
    let must_rest = truck.pause.filter(|pause| ends.is_some_and(|ends| ends > pause.window.to));
    if must_rest.is_some() && pauses == 0 {
        breaches.push(RoundsBreach::NoPause { vehicle });
    }
    breaches
}

/// `ready`: when the truck could leave at the earliest.
fn is_pause_in_window(
    truck: &Truck,
    book: &Book,
    round: &PlannedRound,
    after: usize,
    ready: i64,
) -> bool {
    let Some(pause) = truck.pause else { return false };
    let done = match after.checked_sub(1).map(|rank| round.stops.get(rank)) {
        None => ready,
        Some(None) => return false,
        Some(Some(stop)) => {
            let site = book.calls.get(&stop.call);
            stop.begins + site.map_or(0, |site| site.call.service)
        }
    };
    let begins = done.max(pause.window.from);
    let is_over = after > 0 || begins + pause.lasts <= round.leaves;
    begins <= pause.window.to && is_over
}

/// Whether a truck can drive these rounds one after the other in its shift, with its pause.
pub fn can_drive(book: &Book, truck: &Truck, rounds: &[Vec<Site>]) -> bool {
    let calls: usize = rounds.iter().map(|round| round.len() + 1).sum();
    let without = drive(book, truck, rounds, None);
    let fits = |back: i64| back <= truck.shift.to;
    match truck.pause {
        None => without.is_some_and(fits),
        Some(pause) => {
            without.is_some_and(|back| fits(back) && back <= pause.window.to)
                || (0..calls).any(|at| drive(book, truck, rounds, Some(at)).is_some_and(fits))
        }
    }
}

/// When a truck is back that rests at the so manieth place, docks before rounds included; `None`
/// when it is too late somewhere.
fn drive(book: &Book, truck: &Truck, rounds: &[Vec<Site>], rest_at: Option<usize>) -> Option<i64> {
    let (mut time, mut back, mut count) = (truck.shift.from, truck.shift.from, 0);
    let mut rest = |done: i64| {
        count += 1;
        let pause = truck.pause.filter(|_| rest_at == Some(count - 1));
        pause.map_or(Some(done), |pause| {
            let begins = done.max(pause.window.from);
            (begins <= pause.window.to).then_some(begins + pause.lasts)
        })
    };
    for round in rounds {
        time = dock::leaves(round, rest(time)?);
        let mut from = 0;
        for site in round {
            let begins = site.begins(time + book.roads.seconds(from, site.place))?;
            time = rest(begins + site.call.service)?;
            from = site.place;
        }
        back = time + book.roads.seconds(from, 0);
        if !dock::is_in_time(round, back) {
            return None;
        }
        time = back + truck.turnaround;
    }
    Some(back)
}
