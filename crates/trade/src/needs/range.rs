//! How far from the likely need it may come, from past errors of the same method.

use std::collections::BTreeMap;

use super::habit::Habits;
use super::past::{Known, Past};
use super::{AHEAD_WEEKS, FINE, Goods};
use crate::unit::round_div;

/// Past weeks that are foreseen again, for each distance.
const TRIED: usize = 12;
/// The first weeks of a hub tell too little to be foreseen again.
const LEARNED: usize = 4;
/// The spread over all goods counts as two weeks of each.
const ALL_WEEKS: i128 = 2;
/// Tenths of the errors below the range, and above.
const OUTSIDE: (usize, usize) = (1, 10);
/// Where nothing could be tried: half more or less.
const UNTRIED: Range = Range { spread: WHOLE / 2, below: WHOLE, above: WHOLE };
/// Rates are of this whole.
const WHOLE: i128 = 1 << 20;

/// The range of some goods at a distance: `spread` is the error over the need; `below` and `above`
/// say how many spreads lie between it and the ends.
#[derive(Clone, Copy)]
struct Range {
    spread: i128,
    below: i128,
    above: i128,
}

/// A week foreseen again, and how it came; thousandths of the sale unit.
#[derive(Clone, Copy)]
struct Tried {
    foreseen: i128,
    ordered: i128,
}

/// The ranges of all goods at each distance.
pub(super) struct Ranges {
    by_distance: Vec<BTreeMap<Goods, Range>>,
    /// For goods that have no past, at each distance.
    others: Vec<Range>,
}

impl Ranges {
    /// Foresees again the last known weeks, each by what was known before it; `habits` have
    /// learned nothing yet, and all that is known afterwards.
    pub fn of(past: &Past<'_>, habits: &mut Habits<'_>) -> Ranges {
        let first = past.known().saturating_sub(TRIED - 1);
        let begin = past.first_order().saturating_add(LEARNED);
        let mut tried = vec![vec![Vec::new(); past.all.len()]; AHEAD_WEEKS];
        let ordered: Vec<Vec<i128>> = (first..=past.known()).map(|at| past.ordered(at)).collect();
        for origin in begin.max(first.saturating_sub(AHEAD_WEEKS))..past.known() {
            habits.learn(origin);
            for (ahead, tried) in (1..).zip(&mut tried) {
                let target = origin + ahead;
                if target < first || target > past.known() {
                    continue;
                }
                let pairs = total(past, habits, target).into_iter().zip(&ordered[target - first]);
                for (tried, (foreseen, &ordered)) in tried.iter_mut().zip(pairs) {
                    tried.push(Tried { foreseen, ordered });
                }
            }
        }
        habits.learn(past.known());
        let mut ranges = Ranges { by_distance: Vec::new(), others: Vec::new() };
        tried.iter().for_each(|tried| ranges.learn(past, tried));
        ranges
    }

    fn learn(&mut self, past: &Past<'_>, tried: &[Vec<Tried>]) {
        let flat = || tried.iter().flatten();
        let all = spread(flat().map(|one| one.error()).sum(), flat().map(|one| one.foreseen).sum());
        let Some(all) = all else {
            self.by_distance.push(BTreeMap::new());
            self.others.push(UNTRIED);
            return;
        };
        let mut errors: Vec<i128> = Vec::new();
        for weeks in tried {
            for (at, one) in weeks.iter().enumerate().filter(|(_, one)| one.foreseen > 0) {
                // By the spread of the other weeks: a week does not vouch for itself.
                let others = own_spread(weeks, Some(at), all);
                let error = (one.ordered - one.foreseen) * WHOLE / one.foreseen;
                errors.extend((others > 0).then(|| error * WHOLE / others));
            }
        }
        errors.sort_unstable();
        let outside = errors.len() * OUTSIDE.0 / OUTSIDE.1;
        let below = errors.get(outside).map_or(WHOLE, |error| (-error).max(0));
        let above = errors.iter().rev().nth(outside).map_or(WHOLE, |&error| error.max(0));
        let range = |spread: i128| Range { spread, below, above };
        let own = past.all.iter().zip(tried);
        let own = own.map(|(known, weeks)| (known.goods, range(own_spread(weeks, None, all))));
        self.by_distance.push(own.collect());
        self.others.push(range(all));
    }

    /// The ends of the range around what is likely of some goods, `ahead` weeks after the known
    /// ones: thousandths of the sale unit, as `likely`.
    pub fn around(&self, goods: Goods, ahead: usize, likely: i128) -> (i128, i128) {
        let at = ahead.clamp(1, AHEAD_WEEKS) - 1;
        let range = self.by_distance[at].get(&goods).unwrap_or(&self.others[at]);
        let off = |spreads: i128| likely * range.spread * spreads / WHOLE;
        let low = round_div((likely * WHOLE - off(range.below)).max(0), WHOLE);
        let high = round_div(likely * WHOLE + off(range.above), WHOLE);
        (i128::from(low), i128::from(high))
    }
}

impl Tried {
    fn error(self) -> i128 {
        (self.ordered - self.foreseen).abs()
    }
}

/// What all kitchens will want of each goods; thousandths of the sale unit.
pub(super) fn total(past: &Past<'_>, habits: &Habits<'_>, target: usize) -> Vec<i128> {
    let mut sums = vec![0; past.all.len()];
    for habit in habits.of_week(target) {
        for (goods, weight) in habit.weights {
            sums[goods] += weight;
        }
    }
    let quantity = |(known, sum): (&Known, &i128)| round_div(*sum, known.unit_g * FINE);
    past.all.iter().zip(&sums).map(quantity).map(i128::from).collect()
}

fn spread(error: i128, foreseen: i128) -> Option<i128> {
    (foreseen > 0).then(|| error * WHOLE / foreseen)
}

/// The error of some goods over their need, drawn towards that of all goods by as much as if it
/// had been that of two more weeks; `without` one of the weeks.
fn own_spread(weeks: &[Tried], without: Option<usize>, all: i128) -> i128 {
    let counted = || weeks.iter().enumerate().filter(|(at, _)| Some(*at) != without);
    let error: i128 = counted().map(|(_, one)| one.error()).sum();
    let foreseen: i128 = counted().map(|(_, one)| one.foreseen).sum();
    let count = counted().count() as i128;
    match spread(error, foreseen) {
        Some(own) => (own * count + all * ALL_WEEKS) / (count + ALL_WEEKS),
        None => all,
    }
}
