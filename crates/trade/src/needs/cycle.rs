//! Menus that come back: found where matching weeks tell a kitchen's mix clearly better than the
//! mean of all its weeks does.

use super::habit::{WHOLE, whole_of};
use super::past::Kitchen;

/// After how many weeks a kitchen's menus come back, and what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    pub weeks: usize,
    /// Weeks in which it serves; otherwise weeks of the calendar.
    pub waits: bool,
}

/// Menus are planned for four or five weeks (twenty meals, GEMRCN); in some kitchens the plan
/// stands still in the holidays, in others it goes on.
const CYCLES: [Cycle; 4] = [
    Cycle { weeks: 4, waits: false },
    Cycle { weeks: 5, waits: false },
    Cycle { weeks: 4, waits: true },
    Cycle { weeks: 5, waits: true },
];
/// Matching weeks that count, the latest first, and how much.
const MATCHING: [i128; 4] = [10, 7, 5, 3];
/// A cycle is believed from this many weeks that it told...
const TOLD_MIN: usize = 6;
/// ...with at most this part of the mean's error.
const BETTER: (i128, i128) = (4, 5);
/// Weeks that are looked at.
const LOOKED_AT: usize = 40;

/// How far a week was from what a cycle told, and from the mean of the weeks before; milligrams.
#[derive(Clone, Copy)]
struct Told {
    week: usize,
    own: i128,
    mean: i128,
}

/// A kitchen's weeks, and how well each cycle told them. Goods have ranks of the kitchen's own.
pub(super) struct Cycles<'p> {
    kitchen: &'p Kitchen,
    /// The goods that it has bought, by rank.
    goods: Vec<usize>,
    /// What it bought in each week; empty where it bought nothing.
    weeks: Vec<Vec<i128>>,
    /// How many weeks it served before each.
    served: Vec<usize>,
    told: [Vec<Told>; CYCLES.len()],
}

impl<'p> Cycles<'p> {
    pub fn of(kitchen: &'p Kitchen) -> Cycles<'p> {
        let mut goods: Vec<usize> = kitchen.bought.iter().flatten().map(|one| one.0).collect();
        goods.sort_unstable();
        goods.dedup();
        let week = |(bought, &days): (&Vec<(usize, i128)>, &i64)| {
            let mut week = vec![0; if bought.is_empty() || days == 0 { 0 } else { goods.len() }];
            for (goods_rank, weight) in bought.iter().filter(|_| days > 0) {
                let at = goods.binary_search(goods_rank).unwrap_or_default();
                week[at] += weight;
            }
            week
        };
        let weeks = kitchen.bought.iter().zip(&kitchen.days).map(week).collect();
        let mut count = 0;
        let served = kitchen.days.iter().map(|&days| {
            let before = count;
            count += usize::from(days > 0);
            before
        });
        let served = served.collect();
        let mut cycles = Cycles { kitchen, goods, weeks, served, told: Default::default() };
        cycles.tell();
        cycles
    }

    /// Lets each cycle tell each week from those before it.
    fn tell(&mut self) {
        let mut mean = vec![0; self.goods.len()];
        for week in 0..self.weeks.len() {
            if self.weeks[week].is_empty() {
                continue;
            }
            let by_mean = error(&self.weeks[week], &mean);
            for (rank, cycle) in CYCLES.into_iter().enumerate() {
                if let Some(matching) = self.matching(cycle, week, week) {
                    let own = error(&self.weeks[week], &matching);
                    self.told[rank].push(Told { week, own, mean: by_mean });
                }
            }
            for (sum, weight) in mean.iter_mut().zip(&self.weeks[week]) {
                *sum += weight;
            }
        }
    }

    fn turn(&self, cycle: Cycle, week: usize) -> usize {
        let counted = if cycle.waits { self.served[week] } else { week };
        counted % cycle.weeks
    }

    /// The mix of the weeks before `end` that have the place of `week` in the cycle.
    fn matching(&self, cycle: Cycle, week: usize, end: usize) -> Option<Vec<i128>> {
        let turn = self.turn(cycle, week);
        let bought = (0..end).rev().filter(|&at| !self.weeks[at].is_empty());
        let same = bought.filter(|&at| self.turn(cycle, at) == turn);
        let mut mix: Option<Vec<i128>> = None;
        for (at, weight) in same.zip(MATCHING) {
            let mix = mix.get_or_insert_with(|| vec![0; self.goods.len()]);
            for (sum, bought) in mix.iter_mut().zip(&self.weeks[at]) {
                *sum += weight * bought;
            }
        }
        mix
    }

    /// The cycle that told the weeks until `origin` best, if one is believed.
    fn believed(&self, origin: usize) -> Option<Cycle> {
        let mut best: Option<(Cycle, i128, i128)> = None;
        for (cycle, told) in CYCLES.into_iter().zip(&self.told) {
            let seen = |one: &&Told| one.week <= origin && one.week + LOOKED_AT > origin;
            let seen: Vec<&Told> = told.iter().filter(seen).collect();
            let own: i128 = seen.iter().map(|one| one.own).sum();
            let mean: i128 = seen.iter().map(|one| one.mean).sum();
            let is_believed = seen.len() >= TOLD_MIN && own * BETTER.1 < mean * BETTER.0;
            if is_believed && best.is_none_or(|(_, so_far, its)| own * its < so_far * mean) {
                best = Some((cycle, own, mean));
            }
        }
        best.map(|(cycle, ..)| cycle)
    }

    /// The cycle that is believed at the end of `origin`, and the mix of the weeks that match
    /// `target`, of what will be in season (`ahead`: days of each goods). `None` without a cycle,
    /// and where nothing of the mix will be there.
    pub fn mix(&self, origin: usize, target: usize, ahead: &[i128]) -> Option<(Cycle, Vec<i128>)> {
        if self.kitchen.first > origin {
            return None;
        }
        let cycle = self.believed(origin)?;
        let matching = self.matching(cycle, target, origin + 1)?;
        let whole: i128 = matching.iter().sum();
        let mut parts = vec![0; ahead.len()];
        for (&goods, weight) in self.goods.iter().zip(&matching) {
            if ahead[goods] > 0 {
                parts[goods] = weight * WHOLE / whole;
            }
        }
        let parts = whole_of(parts);
        parts.iter().any(|&part| part > 0).then_some((cycle, parts))
    }
}

/// How far a week is from what a mix makes of the same weight; all of it for an empty mix.
fn error(week: &[i128], mix: &[i128]) -> i128 {
    let (weight, whole): (i128, i128) = (week.iter().sum(), mix.iter().sum());
    match whole {
        0 => weight,
        _ => week.iter().zip(mix).map(|(one, part)| (one - part * weight / whole).abs()).sum(),
    }
}
