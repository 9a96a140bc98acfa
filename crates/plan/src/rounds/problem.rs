//! What the search works on: integers only, places by number, 0 the dock.

use super::hours::Hours;

/// Weight and room.
pub type Amount = [i32; 2];

/// Never reached by a time of the day.
pub const NEVER: i32 = i32::MAX / 4;

/// A place beside another: `in` leads from the other to it, `out` from it to the other.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub cost_in: i32,
    pub cost_out: i32,
    pub time_in: i32,
    pub time_out: i32,
}

/// What is asked at a place. Times as in the matrices.
#[derive(Clone, Debug)]
pub struct Spot {
    pub brings: Amount,
    pub fetches: Amount,
    /// When work may begin: in order and apart, never empty.
    pub windows: Vec<(i32, i32)>,
    pub service: i32,
    /// Its round leaves the dock from then on: its goods are there. 0: whenever.
    pub ready: i32,
    /// Its round is back at the dock by then; [`NEVER`]: whenever.
    pub back_by: i32,
    /// What it costs to leave it out.
    pub price: i64,
    /// 1 before 2 before 3.
    pub priority: i32,
    /// Part of a round that stays as it is.
    pub is_kept: bool,
}

impl Spot {
    /// When work begins for who comes at `arrives`; `None`: too late.
    pub fn begins(&self, arrives: i32) -> Option<i32> {
        let open = self.windows.iter().find(|window| arrives <= window.1)?;
        Some(arrives.max(open.0))
    }

    /// The latest begin that is not after `latest`; `None`: nothing opens so early.
    pub fn latest_begin(&self, latest: i32) -> Option<i32> {
        let open = self.windows.iter().rev().find(|window| window.0 <= latest)?;
        Some(latest.min(open.1))
    }

    pub fn opens(&self) -> i32 {
        self.windows[0].0
    }

    pub fn closes(&self) -> i32 {
        self.windows[self.windows.len() - 1].1
    }
}

/// A rest: may begin from when to when, lasts so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rest {
    pub from: i32,
    pub to: i32,
    pub lasts: i32,
}

/// What a truck can do on the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wheels {
    pub capacity: Amount,
    pub shift: (i32, i32),
    pub rounds_most: i32,
    pub turnaround: i32,
    pub rest: Option<Rest>,
    pub per_day: i64,
    /// For each unit of time that it is out and not under way: driving is in the legs.
    pub per_time: i64,
    /// Which of [`Problem::pairs`] tells its legs.
    pub tariff: usize,
    /// Which of [`Problem::fits`] tells where it can go.
    pub access: usize,
}

/// A day's problem.
pub struct Problem {
    /// Places, with the dock.
    pub size: usize,
    pub spots: Vec<Spot>,
    pub trucks: Vec<Wheels>,
    /// For each truck the first one that can do the same, for the same price.
    pub kinds: Vec<usize>,
    /// By tariff: row of a place, column of the other.
    pub pairs: Vec<Vec<Pair>>,
    /// By access: whether a truck can serve a place.
    pub fits: Vec<Vec<bool>>,
    /// Rounds that stay as they are, by truck.
    pub kept: Vec<Vec<Vec<u32>>>,
    /// For each place all calls, the nearest first, itself included.
    pub near: Vec<Vec<u32>>,
    pub hours: Hours,
    /// One window each, nothing fetched, no hour of the dock, one round a day, no rest, no price of
    /// waiting, nothing kept: the fast way.
    pub is_plain: bool,
}

impl Problem {
    /// Completes what follows from the rest. `kept` has a row for each truck.
    pub fn new(
        spots: Vec<Spot>,
        trucks: Vec<Wheels>,
        pairs: Vec<Vec<Pair>>,
        fits: Vec<Vec<bool>>,
        kept: Vec<Vec<Vec<u32>>>,
    ) -> Problem {
        let size = spots.len();
        let kinds = kinds(&trucks, &kept);
        let near = near(size, &pairs);
        let hours = Hours::of(&spots);
        let is_simple = |spot: &Spot| spot.windows.len() == 1 && spot.fetches == [0, 0];
        let is_once =
            |truck: &Wheels| truck.rounds_most == 1 && truck.rest.is_none() && truck.per_time == 0;
        let is_plain = spots.iter().all(is_simple)
            && hours.are_none()
            && trucks.iter().all(is_once)
            && kept.iter().all(Vec::is_empty);
        Problem { size, spots, trucks, kinds, pairs, fits, kept, near, hours, is_plain }
    }

    /// The legs between a place and all others, by the tariff of a truck.
    pub fn row(&self, truck: usize, place: u32) -> &[Pair] {
        let from = place as usize * self.size;
        &self.pairs[self.trucks[truck].tariff][from..from + self.size]
    }

    pub fn pair(&self, truck: usize, place: u32, other: u32) -> Pair {
        self.row(truck, place)[other as usize]
    }

    pub fn fits(&self, truck: usize, place: u32) -> bool {
        self.fits[self.trucks[truck].access][place as usize]
    }

    /// All but the dock.
    pub fn calls(&self) -> std::ops::Range<u32> {
        1..self.size as u32
    }
}

/// A truck with kept rounds is like no other.
fn kinds(trucks: &[Wheels], kept: &[Vec<Vec<u32>>]) -> Vec<usize> {
    let is_same =
        |a: usize, b: usize| trucks[a] == trucks[b] && kept[a].is_empty() && kept[b].is_empty();
    (0..trucks.len())
        .map(|truck| (0..truck).find(|&other| is_same(other, truck)).unwrap_or(truck))
        .collect()
}

fn near(size: usize, pairs: &[Vec<Pair>]) -> Vec<Vec<u32>> {
    let Some(pairs) = pairs.first() else { return vec![Vec::new(); size] };
    let sorted = |place: usize| {
        let mut others: Vec<u32> = (1..size as u32).collect();
        let far = |other: &u32| {
            let pair = pairs[place * size + *other as usize];
            (*other as usize != place, i64::from(pair.cost_in) + i64::from(pair.cost_out))
        };
        others.sort_by_key(|other| (far(other), *other));
        others
    };
    (0..size).map(sorted).collect()
}
