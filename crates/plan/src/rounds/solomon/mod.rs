//! Instances of the literature, as text files of Solomon (1987) and of Gehring and Homberger
//! (1999), to measure the search on: one kind of truck, one window each, deliveries only.

mod check;

pub use check::{Flaw, check};

use super::Effort;
use super::problem::{NEVER, Pair, Problem, Spot, Wheels};
use super::search::{Clock, Search};
use super::state::State;

/// A place of a file, in its units. The first is the dock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub x: i32,
    pub y: i32,
    pub demand: i32,
    pub ready: i32,
    pub due: i32,
    pub service: i32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    pub name: String,
    pub trucks: usize,
    pub capacity: i32,
    pub rows: Vec<Row>,
}

/// What makes a text no instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// Not two whole numbers above zero where trucks and capacity stand.
    Fleet,
    /// Not seven whole numbers, none below zero but the coordinates.
    Place,
    /// Not numbered from 0 without a gap.
    Order { expected: i32 },
    /// A window that closes before it opens.
    Window,
    /// The text ends before the dock and a client.
    Short,
}

/// What is wrong, and in which line, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    pub line: usize,
    pub what: Bad,
}

/// How distances are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// Of the 12th DIMACS challenge (2022): one decimal, truncated, distance alone is the cost.
    Dimacs,
    /// Real distances; fewer trucks first, then distance.
    Classical,
}

impl Convention {
    /// Units of the search in one of the file.
    fn scale(self) -> f64 {
        match self {
            Convention::Dimacs => 10.0,
            Convention::Classical => 1_000.0,
        }
    }

    /// Rounded down by one convention; up by the other, for what is in time by the longer way is in
    /// time by the real one.
    fn leg(self, a: Row, b: Row) -> i32 {
        let scaled = f64::from(a.x - b.x).hypot(f64::from(a.y - b.y)) * self.scale();
        match self {
            Convention::Dimacs => scaled.floor() as i32,
            Convention::Classical => scaled.ceil() as i32,
        }
    }
}

/// Reads a file. Lines without numbers are headings.
pub fn parse(text: &str) -> Result<Instance, BadLine> {
    let mut instance = Instance { name: String::new(), trucks: 0, capacity: 0, rows: Vec::new() };
    let mut last = 0;
    for (at, line) in text.lines().enumerate() {
        let (line, text) = (at + 1, line.trim());
        last = line;
        let bad = |what| Err(BadLine { line, what });
        if instance.name.is_empty() {
            instance.name = text.to_string();
            continue;
        }
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            continue;
        }
        let words: Result<Vec<i32>, _> = text.split_whitespace().map(number).collect();
        match (words.as_deref(), instance.capacity) {
            (Ok(&[trucks, capacity]), 0) if trucks > 0 && capacity > 0 => {
                (instance.trucks, instance.capacity) = (trucks as usize, capacity);
            }
            (_, 0) => return bad(Bad::Fleet),
            (Ok(words), _) => {
                let row = row(words, instance.rows.len() as i32);
                instance.rows.push(row.map_err(|what| BadLine { line, what })?);
            }
            _ => return bad(Bad::Place),
        }
    }
    match instance.rows.len() {
        0 | 1 => Err(BadLine { line: last, what: Bad::Short }),
        _ => Ok(instance),
    }
}

/// A place from the numbers of its line.
fn row(words: &[i32], expected: i32) -> Result<Row, Bad> {
    let &[number, x, y, demand, ready, due, service] = words else { return Err(Bad::Place) };
    match () {
        () if number != expected => Err(Bad::Order { expected }),
        () if demand < 0 || ready < 0 || service < 0 => Err(Bad::Place),
        () if due < ready => Err(Bad::Window),
        () => Ok(Row { x, y, demand, ready, due, service }),
    }
}

/// Some copies write whole numbers with a decimal point.
fn number(word: &str) -> Result<i32, ()> {
    let whole = word
        .split_once('.')
        .map_or(word, |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { word });
    whole.parse().map_err(|_| ())
}

impl Instance {
    /// The problem of an instance, with so many trucks.
    pub fn problem(&self, convention: Convention, trucks: usize) -> Problem {
        let scale = convention.scale() as i32;
        let rows = &self.rows;
        let mut pairs = Vec::with_capacity(rows.len() * rows.len());
        for &place in rows {
            for &other in rows {
                let leg = convention.leg(place, other);
                pairs.push(Pair { cost_in: leg, cost_out: leg, time_in: leg, time_out: leg });
            }
        }
        let spot = |row: &Row| Spot {
            brings: [row.demand, 0],
            fetches: [0, 0],
            windows: vec![(row.ready * scale, row.due * scale)],
            service: row.service * scale,
            ready: 0,
            back_by: NEVER,
            price: PRICE,
            priority: 1,
            is_kept: false,
        };
        let shift = (rows[0].ready * scale, rows[0].due * scale);
        let wheels = Wheels {
            capacity: [self.capacity, 0],
            shift,
            rounds_most: 1,
            turnaround: 0,
            rest: None,
            per_day: 0,
            per_time: 0,
            tariff: 0,
            access: 0,
        };
        let fits = vec![vec![true; rows.len()]];
        let kept = vec![Vec::new(); trucks];
        Problem::new(rows.iter().map(spot).collect(), vec![wheels; trucks], vec![pairs], fits, kept)
    }
}

/// An answer, in the file's units.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The clients of each round, by the numbers of the file.
    pub routes: Vec<Vec<usize>>,
    pub cost: f64,
}

/// Searches an answer. By the classical convention a third of the time goes into leaving trucks at
/// home, the rest into the way of those that are needed.
pub fn solve(instance: &Instance, convention: Convention, clock: Clock, seed: u64) -> Answer {
    let problem = instance.problem(convention, instance.trucks);
    let state = match convention {
        Convention::Dimacs => Search::new(&problem, seed).run(Effort::Until(clock)),
        Convention::Classical => fewest(instance, clock, seed),
    };
    let days = state.days.iter().flat_map(|day| day.rounds());
    let routes: Vec<Vec<usize>> =
        days.map(|round| round.iter().map(|&place| place as usize).collect()).collect();
    let cost = cost(instance, convention, &routes);
    Answer { routes, cost }
}

/// Takes away one truck after another as long as all clients are still served.
fn fewest(instance: &Instance, clock: Clock, seed: u64) -> State {
    let convention = Convention::Classical;
    let demand: usize = instance.rows.iter().map(|row| row.demand as usize).sum();
    let least = demand.div_ceil(instance.capacity as usize).max(1);
    let out = |state: &State| state.days.iter().filter(|day| !day.is_empty()).count();
    let problem = instance.problem(convention, instance.trucks);
    let mut best = Search::new(&problem, seed).run(Effort::Turns(2_000));
    let mut share = 0.0;
    while best.absent.is_empty() && out(&best) > least && share < 1.0 / 3.0 {
        let problem = instance.problem(convention, out(&best) - 1);
        let mut part = || {
            share = clock().unwrap_or(1.0);
            (share < 1.0 / 3.0).then_some(share * 3.0)
        };
        let fewer = Search::new(&problem, seed).until_all(&mut part);
        if !fewer.absent.is_empty() {
            break;
        }
        best = fewer;
    }
    let problem = instance.problem(convention, out(&best));
    let from = share.min(0.99);
    let mut rest = || clock().map(|share| (share - from) / (1.0 - from));
    Search::from(&problem, best, seed).run(Effort::Until(&mut rest))
}

fn cost(instance: &Instance, convention: Convention, routes: &[Vec<usize>]) -> f64 {
    let legs = routes.iter().flat_map(|route| {
        let places = std::iter::once(0).chain(route.iter().copied()).chain([0]);
        let places: Vec<usize> = places.collect();
        places.windows(2).map(|two| (two[0], two[1])).collect::<Vec<_>>()
    });
    let rows = &instance.rows;
    match convention {
        Convention::Dimacs => {
            let tenths = legs.map(|(a, b)| i64::from(convention.leg(rows[a], rows[b])));
            tenths.sum::<i64>() as f64 / 10.0
        }
        Convention::Classical => {
            let far = |(a, b): (usize, usize)| {
                f64::from(rows[a].x - rows[b].x).hypot(f64::from(rows[a].y - rows[b].y))
            };
            legs.map(far).sum()
        }
    }
}

/// More than all legs of an instance together.
const PRICE: i64 = 1_000_000_000;
