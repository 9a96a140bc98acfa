//! What a kitchen will buy in a week, by its habits alone: how much, and of what.

use std::collections::BTreeMap;

use super::FINE;
use super::cycle::{Cycle, Cycles};
use super::past::{FULL, Kitchen, Past};
use crate::party::BuyerKind;

/// What one kitchen will probably want.
pub(super) struct Habit {
    /// Rank of the kitchen.
    pub buyer: usize,
    /// After how many weeks its menus come back, if they do.
    pub cycle: Option<i64>,
    /// By rank of the goods; thousandths of the sale unit, and that finer by [`FINE`].
    pub quantities: Vec<(usize, i128)>,
}

/// A weight of one, and what it is one served week later: what was bought seven such weeks ago
/// counts half.
const ONE: i128 = 1 << 16;
const fn older(sum: i128) -> i128 {
    sum * 9 / 10
}
/// Last year's same week, the two before and the two after count as much again as one just past.
const LAST_YEAR: usize = 52;
const AROUND: usize = 2;
const LAST_YEAR_WEIGHT: i128 = ONE;
/// The mix of a kitchen's kind counts as one of its own weeks.
const KIND_WEEKS: i128 = 1;
/// Parts of a mix are of this whole.
pub(super) const WHOLE: i128 = 1 << 32;

/// A part of something, as numerator and denominator.
#[derive(Clone, Copy, Default)]
struct Share {
    part: i128,
    whole: i128,
}

/// All habits as they are at the end of a week, learned week after week.
pub(super) struct Habits<'p> {
    past: &'p Past<'p>,
    cycles: Vec<Cycles<'p>>,
    /// The next week to learn.
    next: usize,
    /// By kitchen: milligrams of a service day, the mean of the weeks since its first order.
    volumes: Vec<Share>,
    /// By kitchen and goods: milligrams of them.
    parts: Vec<Vec<i128>>,
    /// By kitchen and season: milligrams of all that was bought while they were in it.
    wholes: Vec<Vec<i128>>,
}

impl<'p> Habits<'p> {
    pub fn new(past: &'p Past<'p>) -> Habits<'p> {
        let count = past.kitchens.len();
        Habits {
            past,
            cycles: past.kitchens.iter().map(Cycles::of).collect(),
            next: 0,
            volumes: vec![Share::default(); count],
            parts: vec![vec![0; past.all.len()]; count],
            wholes: vec![vec![0; past.seasons.len()]; count],
        }
    }

    /// Learns the weeks until the end of `origin`.
    pub fn learn(&mut self, origin: usize) {
        while self.next <= origin {
            for at in 0..self.past.kitchens.len() {
                self.learn_kitchen(at, self.next);
            }
            self.next += 1;
        }
    }

    fn learn_kitchen(&mut self, at: usize, week: usize) {
        let past = self.past;
        let kitchen = &past.kitchens[at];
        if week < kitchen.first {
            return;
        }
        let days = i128::from(kitchen.days[week]);
        if days > 0 {
            // A week in which it served and forgot to order counts as nothing bought.
            let volume = &mut self.volumes[at];
            volume.part = older(volume.part) + ONE * kitchen.weight[week];
            volume.whole = older(volume.whole) + ONE * days;
        }
        if kitchen.weight[week] == 0 {
            return;
        }
        let in_season = |season: usize| past.seasons[season][week];
        for (season, whole) in self.wholes[at].iter_mut().enumerate() {
            if in_season(season) > 0 {
                *whole = older(*whole) + ONE * kitchen.weight[week] * in_season(season) / FULL;
            }
        }
        for (known, part) in past.all.iter().zip(&mut self.parts[at]) {
            if *part > 0 && in_season(known.season) > 0 {
                *part = older(*part);
            }
        }
        for &(goods, weight) in &kitchen.bought[week] {
            self.parts[at][goods] += ONE * weight;
        }
    }

    /// What all kitchens will probably want in week `target`, by what was learned. Kitchens that
    /// are closed, or have never ordered, are left out.
    pub fn of_week(&self, target: usize) -> Vec<Habit> {
        let origin = self.next - 1;
        let own: Vec<Vec<Share>> =
            (0..self.past.kitchens.len()).map(|at| self.shares(at, target)).collect();
        let kinds = self.by_kind(&own);
        let ahead: Vec<i128> = (0..self.past.all.len())
            .map(|goods| self.past.days_ahead(goods, origin, target))
            .collect();
        let kitchens = self.past.kitchens.iter().enumerate();
        kitchens
            .filter_map(|(at, kitchen)| {
                self.of_kitchen((at, kitchen), (&own[at], &kinds[&kitchen.kind]), &ahead, target)
            })
            .collect()
    }

    fn of_kitchen(
        &self,
        (at, kitchen): (usize, &Kitchen),
        (own, kind): (&[Share], &[i128]),
        ahead: &[i128],
        target: usize,
    ) -> Option<Habit> {
        let volume = self.volumes[at];
        let days = i128::from(kitchen.days[target]);
        if days == 0 || volume.part == 0 {
            return None;
        }
        let mut mix = mix(own, kind, volume, ahead);
        let matching = self.cycles[at].mix(self.next - 1, target, ahead);
        if let Some((_, matching)) = &matching {
            for (usual, of_cycle) in mix.iter_mut().zip(matching) {
                *usual = (*usual + of_cycle) / 2;
            }
        }
        let quantity = |(goods, part): (usize, &i128)| {
            let weight = volume.part * days * part / WHOLE * FINE / volume.whole;
            (goods, weight / self.past.all[goods].unit_g)
        };
        let there = mix.iter().enumerate().filter(|(_, part)| **part > 0);
        Some(Habit {
            buyer: at,
            cycle: matching.map(|(Cycle { weeks, .. }, _)| weeks as i64),
            quantities: there.map(quantity).collect(),
        })
    }

    /// For each goods: what the kitchen bought of them, of what it bought in all while they were
    /// in season, in its last weeks and in last year's weeks around `target`.
    fn shares(&self, at: usize, target: usize) -> Vec<Share> {
        let past = self.past;
        let kitchen = &past.kitchens[at];
        let mut parts = self.parts[at].clone();
        let mut wholes = self.wholes[at].clone();
        let around = target.checked_sub(LAST_YEAR).unwrap_or(usize::MAX);
        let first = around.saturating_sub(AROUND);
        for week in first..around.saturating_add(AROUND + 1).min(self.next) {
            for (season, whole) in wholes.iter_mut().enumerate() {
                *whole +=
                    LAST_YEAR_WEIGHT * kitchen.weight[week] * past.seasons[season][week] / FULL;
            }
            for &(goods, weight) in &kitchen.bought[week] {
                parts[goods] += LAST_YEAR_WEIGHT * weight;
            }
        }
        let shares = past.all.iter().zip(parts);
        shares.map(|(known, part)| Share { part, whole: wholes[known.season] }).collect()
    }

    /// The parts of each kind of kitchens, of [`WHOLE`].
    fn by_kind(&self, own: &[Vec<Share>]) -> BTreeMap<Option<BuyerKind>, Vec<i128>> {
        let mut kinds: BTreeMap<Option<BuyerKind>, Vec<Share>> = BTreeMap::new();
        for (kitchen, shares) in self.past.kitchens.iter().zip(own) {
            let none = || vec![Share::default(); shares.len()];
            let sums = kinds.entry(kitchen.kind).or_insert_with(none);
            for (sum, share) in sums.iter_mut().zip(shares) {
                sum.part += share.part;
                sum.whole += share.whole;
            }
        }
        let part = |share: &Share| match share.whole {
            0 => 0,
            whole => share.part * WHOLE / whole,
        };
        kinds.into_iter().map(|(kind, sums)| (kind, sums.iter().map(part).collect())).collect()
    }
}

/// The parts of the goods that will be in season; they make [`WHOLE`] together, or are all zero.
fn mix(own: &[Share], kind: &[i128], volume: Share, ahead: &[i128]) -> Vec<i128> {
    // A usual week of the kitchen, five days of it.
    let week = KIND_WEEKS * ONE * volume.part * FULL / volume.whole;
    let part = |((own, kind), days): ((&Share, &i128), &i128)| match (own.whole + week, *days) {
        (0, _) | (_, 0) => 0,
        (whole, days) => (own.part * WHOLE + week * kind) / whole * days / FULL,
    };
    whole_of(own.iter().zip(kind).zip(ahead).map(part).collect())
}

/// Brings parts to a sum of [`WHOLE`].
pub(super) fn whole_of(parts: Vec<i128>) -> Vec<i128> {
    let sum: i128 = parts.iter().sum();
    match sum {
        0 => parts,
        _ => parts.into_iter().map(|part| part * WHOLE / sum).collect(),
    }
}
