//! Instances of the literature, as text files of Solomon (1987) and of Gehring and Homberger
//! (1999), to measure the search on: one kind of truck, one window each, deliveries only.

use super::problem::{Pair, Problem, Spot, Wheels};

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
    let mut instance =
        Instance { name: String::new(), trucks: 0, capacity: 0, rows: Vec::new() };
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
            (Ok(&[number, x, y, demand, ready, due, service]), _) => {
                let expected = instance.rows.len() as i32;
                if number != expected {
                    return bad(Bad::Order { expected });
                }
                if demand < 0 || ready < 0 || service < 0 {
                    return bad(Bad::Place);
                }
                if due < ready {
                    return bad(Bad::Window);
                }
                instance.rows.push(Row { x, y, demand, ready, due, service });
            }
            _ => return bad(Bad::Place),
        }
    }
    match instance.rows.len() {
        0 | 1 => Err(BadLine { line: last, what: Bad::Short }),
        _ => Ok(instance),
    }
}

/// Some copies write whole numbers with a decimal point.
fn number(word: &str) -> Result<i32, ()> {
    let whole = word.split_once('.').map_or(word, |(whole, rest)| {
        if rest.bytes().all(|b| b == b'0') { whole } else { word }
    });
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

/// More than all legs of an instance together.
const PRICE: i64 = 1_000_000_000;
