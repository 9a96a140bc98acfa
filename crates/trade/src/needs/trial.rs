//! How wrong the forecast is, beside simpler ones, on weeks that are known.

use std::ops::RangeInclusive;

use super::PastOrder;
use super::habit::Habits;
use super::past::Past;
use super::range::{self, Ranges};
use crate::calendar::IsoWeek;
use crate::register::Register;
use crate::unit::{Grams, Rate, rate_between, round_div};

/// A way to foresee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// That of [`super::foresee`], of past orders alone.
    Habits,
    /// What was ordered in the last known week, again.
    LastWeek,
    /// The mean of each kitchen's last four weeks in which it served, brought to the service days
    /// of the week to come.
    FourWeeks,
}

/// What a trial found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Weight by which the forecasts of all goods and weeks were off.
    pub off: Grams,
    pub foreseen: Grams,
    pub ordered: Grams,
    /// Weeks of goods whose order lay in the range, and all that had one.
    pub inside: i64,
    pub ranged: i64,
}

impl Trial {
    /// Both together, as if of one hub.
    pub fn plus(self, other: Trial) -> Trial {
        Trial {
            off: self.off.plus(other.off),
            foreseen: self.foreseen.plus(other.foreseen),
            ordered: self.ordered.plus(other.ordered),
            inside: self.inside + other.inside,
            ranged: self.ranged + other.ranged,
        }
    }

    /// The error over what was ordered (WAPE: weighted absolute percentage error). `None` when
    /// nothing was ordered.
    pub fn error(&self) -> Option<Rate> {
        rate_between(self.off.get(), self.ordered.get())
    }

    /// The part of the weeks of goods that lay in their range.
    pub fn coverage(&self) -> Option<Rate> {
        rate_between(self.inside, self.ranged)
    }
}

/// Foresees the week that is `ahead` weeks after each of `origins`, by what was ordered until
/// then, and compares it with what was.
///
/// `origins` are weeks whose successor by `ahead` is in `past` too. The more weeks, the longer it
/// takes: each is foreseen from nothing.
pub fn trial(
    register: &Register,
    past: &[PastOrder],
    method: Method,
    origins: RangeInclusive<IsoWeek>,
    ahead: usize,
) -> Trial {
    let mut sum = Sum::default();
    let mut origin = *origins.start();
    while origin <= *origins.end() {
        let target = origin.monday().plus_days(7 * ahead as i32).week();
        let known = Past::new(register, past, origin, target);
        let all = Past::new(register, past, target, target);
        sum.add(&known, &all, method, ahead);
        origin = origin.next();
    }
    let grams = |milligrams: i128| Grams::new(round_div(milligrams, 1_000));
    Trial {
        off: grams(sum.off),
        foreseen: grams(sum.foreseen),
        ordered: grams(sum.ordered),
        inside: sum.inside,
        ranged: sum.ranged,
    }
}

/// Milligrams.
#[derive(Default)]
struct Sum {
    off: i128,
    foreseen: i128,
    ordered: i128,
    inside: i64,
    ranged: i64,
}

impl Sum {
    /// One week: `known` ends before it, `all` with it.
    fn add(&mut self, known: &Past<'_>, all: &Past<'_>, method: Method, ahead: usize) {
        let (origin, target) = (known.known(), known.known() + ahead);
        let mut habits = Habits::new(known);
        let ranges = (method == Method::Habits).then(|| Ranges::of(known, &mut habits));
        let foreseen = match method {
            Method::Habits => range::total(known, &habits, target),
            Method::LastWeek => known.ordered(origin),
            Method::FourWeeks => four_weeks(known, origin, target),
        };
        let ordered = all.ordered(all.known());
        for (goods, &ordered) in all.all.iter().zip(&ordered) {
            let rank = known.all.iter().position(|one| one.goods == goods.goods);
            let foreseen = rank.map_or(0, |rank| foreseen[rank]);
            self.off += (foreseen - ordered).abs() * goods.unit_g;
            self.foreseen += foreseen * goods.unit_g;
            self.ordered += ordered * goods.unit_g;
            if let Some(ranges) = ranges.as_ref().filter(|_| foreseen > 0) {
                let (low, high) = ranges.around(goods.goods, ahead, foreseen);
                self.ranged += 1;
                self.inside += i64::from(low <= ordered && ordered <= high);
            }
        }
    }
}

fn four_weeks(past: &Past<'_>, origin: usize, target: usize) -> Vec<i128> {
    let mut sums = vec![0; past.all.len()];
    for kitchen in &past.kitchens {
        let weeks = origin.saturating_sub(3)..=origin;
        let served = weeks.clone().filter(|&at| kitchen.days[at] > 0).count() as i128;
        for at in weeks.filter(|&at| kitchen.days[at] > 0) {
            let (then, now) = (i128::from(kitchen.days[at]), i128::from(kitchen.days[target]));
            for &(goods, weight) in &kitchen.bought[at] {
                sums[goods] += weight / past.all[goods].unit_g * now / then / served;
            }
        }
    }
    sums
}
