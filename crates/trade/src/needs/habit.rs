//! What a kitchen will buy in a week, by its habits alone: how much, and of what.
//!
//! A weight falls by a tenth with each week that counts. Sums would have to be multiplied by nine
//! tenths again and again; instead the weights of later weeks grow by ten ninths, and a sum is
//! divided by the last weight when it is read. Divisions of wide integers are dear: they are done
//! once for a kitchen, not for each of its goods.

use std::collections::BTreeMap;

use super::cycle::{Cycle, Cycles};
use super::past::{FULL, Kitchen, Past};
use super::{FINE, MEMORY_WEEKS};
use crate::party::BuyerKind;

/// What one kitchen will probably want.
pub(super) struct Habit {
    /// Rank of the kitchen.
    pub buyer: usize,
    /// After how many weeks its menus come back, if they do.
    pub cycle: Option<i64>,
    /// By rank of the goods: milligrams, and that finer by [`FINE`].
    pub weights: Vec<(usize, i128)>,
}

/// A weight of one. What was bought seven weeks ago that count weighs half of what was bought in
/// the last.
const ONE: i128 = 1 << 16;
/// Last year's same week, the two before and the two after count as much again as one just past.
const LAST_YEAR: usize = 52;
const AROUND: usize = 2;
/// The mix of a kitchen's kind counts as one of its own weeks.
const KIND_WEEKS: i128 = 1;
/// Parts of a mix are of this whole, 2^32.
pub(super) const WHOLE: i128 = 1 << WHOLE_BITS;
const WHOLE_BITS: u32 = 32;
/// Of a reciprocal: enough for the smallest sum and not too much for the largest.
const RECIPROCAL_BITS: u32 = 100;

/// The weight of the week that is `rank` weeks after the first that counts, and what brings a sum
/// of such weights back to [`ONE`], as parts of [`WHOLE`].
struct Growth(Vec<(i128, i128)>);

impl Growth {
    fn new() -> Growth {
        let next = |weight: &i128| Some(weight * 10 / 9);
        let weights = std::iter::successors(Some(ONE), next).take(MEMORY_WEEKS as usize + 1);
        Growth(weights.map(|weight| (weight, ONE * WHOLE / weight)).collect())
    }

    fn weight(&self, rank: usize) -> i128 {
        self.0[rank].0
    }

    /// A sum as if the last of `count` weeks had weighed [`ONE`].
    fn read(&self, sum: i128, count: usize) -> i128 {
        match count {
            0 => 0,
            _ => (sum * self.0[count - 1].1) >> WHOLE_BITS,
        }
    }
}

/// Milligrams of a kitchen's goods (by rank) and of all that it bought while they were in season
/// (by season).
#[derive(Clone)]
struct Mixture {
    parts: Vec<i128>,
    wholes: Vec<i128>,
}

/// Milligrams and service days, weighed alike.
#[derive(Clone, Copy, Default)]
struct Volume {
    weight: i128,
    days: i128,
}

/// What was learned of a kitchen.
struct Learned<'p> {
    cycles: Cycles<'p>,
    volume: Volume,
    mixture: Mixture,
    /// By season: weeks in which it bought while goods were in it.
    counts: Vec<usize>,
}

/// All habits as they are at the end of a week, learned week after week.
pub(super) struct Habits<'p> {
    past: &'p Past<'p>,
    growth: Growth,
    /// The next week to learn.
    next: usize,
    kitchens: Vec<Learned<'p>>,
}

impl<'p> Habits<'p> {
    pub fn new(past: &'p Past<'p>) -> Habits<'p> {
        let learned = |kitchen: &'p Kitchen| Learned {
            cycles: Cycles::of(kitchen),
            volume: Volume::default(),
            mixture: Mixture {
                parts: vec![0; past.all.len()],
                wholes: vec![0; past.seasons.len()],
            },
            counts: vec![0; past.seasons.len()],
        };
        let kitchens = past.kitchens.iter().map(learned).collect();
        Habits { past, growth: Growth::new(), next: 0, kitchens }
    }

    /// Learns the weeks until the end of `origin`.
    pub fn learn(&mut self, origin: usize) {
        for week in self.next..=origin {
            for (kitchen, learned) in self.past.kitchens.iter().zip(&mut self.kitchens) {
                learned.learn(self.past, &self.growth, kitchen, week);
            }
        }
        self.next = self.next.max(origin + 1);
    }

    /// What all kitchens will probably want in week `target`, by what was learned. Kitchens that
    /// are closed, or have never ordered, are left out.
    pub fn of_week(&self, target: usize) -> Vec<Habit> {
        let kitchens = self.past.kitchens.iter().zip(&self.kitchens);
        let own: Vec<Mixture> =
            kitchens.map(|(kitchen, learned)| self.mixture(kitchen, learned, target)).collect();
        let kinds = self.by_kind(&own);
        let origin = self.next - 1;
        let ahead = |goods| self.past.days_ahead(goods, origin, target);
        let ahead: Vec<i128> = (0..self.past.all.len()).map(ahead).collect();
        let of_kitchen = |(at, kitchen): (usize, &Kitchen)| {
            let (learned, kind) = (&self.kitchens[at], &kinds[&kitchen.kind]);
            let days = i128::from(kitchen.days[target]);
            if days == 0 || learned.volume.weight == 0 {
                return None;
            }
            let mut mix = self.mix(&own[at], kind, learned.volume, &ahead);
            let matching = learned.cycles.mix(origin, target, &ahead);
            if let Some((_, matching)) = &matching {
                for (usual, of_cycle) in mix.iter_mut().zip(matching) {
                    *usual = (*usual + of_cycle) / 2;
                }
            }
            let all = learned.volume.weight * days * FINE / learned.volume.days;
            let there = mix.iter().enumerate().filter(|(_, part)| **part > 0);
            Some(Habit {
                buyer: at,
                cycle: matching.map(|(Cycle { weeks, .. }, _)| weeks as i64),
                weights: there.map(|(goods, part)| (goods, (all * part) >> WHOLE_BITS)).collect(),
            })
        };
        self.past.kitchens.iter().enumerate().filter_map(of_kitchen).collect()
    }

    /// What the kitchen bought in its last weeks, and in last year's weeks around `target`.
    fn mixture(&self, kitchen: &Kitchen, learned: &Learned<'_>, target: usize) -> Mixture {
        let past = self.past;
        let Learned { mixture, counts, .. } = learned;
        let read = |sum: i128, season: usize| self.growth.read(sum, counts[season]);
        let parts = past.all.iter().zip(&mixture.parts);
        let wholes = mixture.wholes.iter().enumerate();
        let mut found = Mixture {
            parts: parts.map(|(known, &sum)| read(sum, known.season)).collect(),
            wholes: wholes.map(|(season, &sum)| read(sum, season)).collect(),
        };
        let Some(around) = target.checked_sub(LAST_YEAR) else { return found };
        for week in around.saturating_sub(AROUND)..(around + AROUND + 1).min(self.next) {
            for (days, whole) in past.seasons.iter().zip(&mut found.wholes) {
                *whole += ONE * kitchen.weight[week] * days[week] / FULL;
            }
            for &(goods, weight) in &kitchen.bought[week] {
                found.parts[goods] += ONE * weight;
            }
        }
        found
    }

    /// The parts of each kind of kitchens, of [`WHOLE`].
    fn by_kind(&self, own: &[Mixture]) -> BTreeMap<Option<BuyerKind>, Vec<i128>> {
        let mut kinds: BTreeMap<Option<BuyerKind>, Mixture> = BTreeMap::new();
        for (kitchen, mixture) in self.past.kitchens.iter().zip(own) {
            match kinds.get_mut(&kitchen.kind) {
                Some(sums) => sums.add(mixture),
                None => drop(kinds.insert(kitchen.kind, mixture.clone())),
            }
        }
        let parts = |sums: &Mixture| -> Vec<i128> {
            let all = self.past.all.iter().zip(&sums.parts);
            all.map(|(known, part)| match sums.wholes[known.season] {
                0 => 0,
                whole => part * WHOLE / whole,
            })
            .collect()
        };
        kinds.iter().map(|(kind, sums)| (*kind, parts(sums))).collect()
    }

    /// The parts of the goods that will be in season (`ahead`: days of each); they make [`WHOLE`]
    /// together, or are all zero.
    fn mix(&self, own: &Mixture, kind: &[i128], volume: Volume, ahead: &[i128]) -> Vec<i128> {
        // A usual week of the kitchen, five days of it, is bought as its kind buys.
        let week = KIND_WEEKS * ONE * volume.weight * FULL / volume.days;
        let season = |whole: &i128| {
            let reciprocal = (1 << RECIPROCAL_BITS) / (whole + week).max(1);
            (reciprocal, (week * reciprocal) >> (RECIPROCAL_BITS - WHOLE_BITS))
        };
        let seasons: Vec<(i128, i128)> = own.wholes.iter().map(season).collect();
        let part = |(goods, known): (usize, &super::past::Known)| {
            let (reciprocal, of_kind) = seasons[known.season];
            let part = (own.parts[goods] * reciprocal) >> (RECIPROCAL_BITS - WHOLE_BITS);
            let part = part + ((of_kind * kind[goods]) >> WHOLE_BITS);
            match ahead[goods] {
                FULL => part,
                days => part * days / FULL,
            }
        };
        whole_of(self.past.all.iter().enumerate().map(part).collect())
    }
}

impl Learned<'_> {
    fn learn(&mut self, past: &Past<'_>, growth: &Growth, kitchen: &Kitchen, week: usize) {
        let days = i128::from(kitchen.days[week]);
        if week >= kitchen.first && days > 0 {
            // A week in which it served and forgot to order counts as nothing bought.
            self.volume.weight = self.volume.weight * 9 / 10 + ONE * kitchen.weight[week];
            self.volume.days = self.volume.days * 9 / 10 + ONE * days;
        }
        if kitchen.weight[week] == 0 {
            return;
        }
        for &(goods, weight) in &kitchen.bought[week] {
            let count = self.counts[past.all[goods].season];
            self.mixture.parts[goods] += growth.weight(count) * weight;
        }
        let seasons = past.seasons.iter().zip(&mut self.mixture.wholes);
        for ((days, whole), count) in seasons.zip(&mut self.counts).filter(|one| one.0.0[week] > 0)
        {
            *whole += growth.weight(*count) * kitchen.weight[week] * days[week] / FULL;
            *count += 1;
        }
    }
}

impl Mixture {
    fn add(&mut self, other: &Mixture) {
        let parts = self.parts.iter_mut().zip(&other.parts);
        let wholes = self.wholes.iter_mut().zip(&other.wholes);
        parts.chain(wholes).for_each(|(sum, more)| *sum += more);
    }
}

/// Brings parts to a sum of [`WHOLE`], or leaves them all zero.
pub(super) fn whole_of(mut parts: Vec<i128>) -> Vec<i128> {
    let sum: i128 = parts.iter().sum();
    if sum > 0 {
        let reciprocal = (1 << RECIPROCAL_BITS) / sum;
        for part in &mut parts {
            *part = (*part * reciprocal) >> (RECIPROCAL_BITS - WHOLE_BITS);
        }
    }
    parts
}
