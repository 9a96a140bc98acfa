//! How near a plan comes to the best value of each aim.

use trade::sourcing::{Aim, AimValue, Report};
use trade::unit::round_div;

use super::layout::Layout;
use super::model::Model;
use super::served::serve;
use super::shares::CENT;
use super::split::Piece;
use super::trips::Trips;

/// What is served, by aim.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    promised: i64,
    served: i64,
    /// In 10^-7 EUR.
    income: i128,
}

impl Sums {
    fn add(&mut self, model: &Model<'_>, want: usize, quantity: i64) {
        let want = &model.task.wants[want];
        self.promised += if want.is_promised { quantity } else { 0 };
        self.served += quantity;
        self.income += i128::from(quantity) * i128::from(want.cost.get());
    }

    fn settled(model: &Model<'_>) -> Sums {
        let mut sums = Sums::default();
        for settled in &model.settled {
            sums.add(model, settled.want, settled.quantity);
        }
        sums
    }
}

/// The most that can be promised, served and paid. Exact where goods are divided in steps of one
/// size; else no less than what can be: as if all were divided in steps that fit all.
pub(super) fn most(model: &Model<'_>, layout: &Layout) -> Sums {
    let mixed = layout.goods(model).into_iter().filter(|range| range.len() > 1);
    let mixed: Vec<usize> =
        mixed.flatten().flat_map(|part| layout.parts[part].classes.iter().copied()).collect();
    if mixed.is_empty() {
        return of_layout(model, layout);
    }
    let fine: Vec<_> = mixed.iter().map(|&class| model.classes[class].step).collect();
    let step = fine.into_iter().fold(0, |a, b| if b == 0 { a } else { gcd(a, b) });
    let mut classes = model.classes.clone();
    mixed.iter().for_each(|&class| classes[class].step = step);
    let relaxed = model.with(classes);
    of_layout(&relaxed, &serve(&relaxed))
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn of_layout(model: &Model<'_>, layout: &Layout) -> Sums {
    let mut sums = Sums::settled(model);
    for part in &layout.parts {
        for (row, &class) in part.classes.iter().enumerate() {
            sums.add(model, model.classes[class].wants[0], part.given(row));
        }
    }
    sums
}

/// What a plan is made of.
pub(super) struct Made<'a, 'b> {
    pub model: &'b Model<'a>,
    pub trips: &'b Trips,
    pub pieces: &'b [Piece],
    pub off: &'b [i64],
    /// The most of what is served.
    pub most: Sums,
    /// The least largest deviation, in 10^-7 EUR.
    pub deviation: i64,
}

impl Made<'_, '_> {
    pub fn report(&self) -> Report {
        let mut sums = Sums::settled(self.model);
        for piece in self.pieces {
            sums.add(self.model, piece.want, piece.quantity);
        }
        let paid = self.paid();
        let value = |aim: Aim| match aim {
            Aim::Promises => (sums.promised, self.most.promised),
            Aim::Served => (sums.served, self.most.served),
            Aim::FairShare => {
                let far = self.off.iter().map(|off| off.abs()).max().unwrap_or(0);
                (cents(i128::from(far)), cents(i128::from(self.deviation)))
            }
            Aim::Income => (cents(sums.income), cents(self.most.income)),
            Aim::SplitsAndTrips => {
                let poor = (0..paid.len()).filter(|&farm| self.trips.is_poor(farm, paid[farm]));
                (self.splits() + poor.count() as i64, self.needed_splits())
            }
            Aim::Kilometres => (self.metres(&paid), self.needed_metres()),
        };
        let aim = |&aim: &Aim| {
            let (value, bound) = value(aim);
            let bound = if aim.wants_more() { bound.max(value) } else { bound.min(value) };
            AimValue { aim, value, bound, gap: (bound - value).abs() }
        };
        Report { aims: self.model.task.aims.iter().map(aim).collect() }
    }

    /// What each farm is paid, in 10^-7 EUR.
    fn paid(&self) -> Vec<i64> {
        let mut paid = vec![0; self.model.farms.len()];
        let settled = self.model.settled.iter().map(|one| (one.want, one.source, one.quantity));
        let pieces = self.pieces.iter().map(|one| (one.want, one.source, one.quantity));
        for (want, source, quantity) in settled.chain(pieces) {
            let cost = self.model.task.wants[want].cost.get();
            paid[self.model.sources[source].farm] += quantity * cost;
        }
        paid
    }

    /// Order lines that several farms bring.
    fn splits(&self) -> i64 {
        let settled = self.model.settled.iter().map(|one| (one.want, one.source));
        let pieces = self.pieces.iter().map(|one| (one.want, one.source));
        let farm = |(want, source): (usize, usize)| (want, self.model.sources[source].farm);
        let mut pairs: Vec<(usize, usize)> = settled.chain(pieces).map(farm).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let wants = pairs.chunk_by(|a, b| a.0 == b.0);
        wants.filter(|group| group.len() > 1).count() as i64
    }

    /// Order lines of which no farm has enough.
    fn needed_splits(&self) -> i64 {
        let wants = self.pieces.chunk_by(|a, b| a.want == b.want);
        let has_none = |group: &&[Piece]| {
            let given: i64 = group.iter().map(|piece| piece.quantity).sum();
            let class = &self.model.classes[group[0].class];
            class.sources.iter().all(|&source| self.model.left[source] < given)
        };
        wants.filter(has_none).count() as i64
    }

    fn comes_anyway(&self, farm: usize) -> bool {
        self.trips.days[farm].purchased.get() > 0
    }

    fn metres(&self, paid: &[i64]) -> i64 {
        let comes = |&farm: &usize| paid[farm] > 0 && !self.comes_anyway(farm);
        let farms = (0..paid.len()).filter(comes);
        farms.map(|farm| self.trips.days[farm].metres).sum()
    }

    /// Of the farms without which less would be served.
    fn needed_metres(&self) -> i64 {
        let model = self.model;
        let mut served = vec![0; model.goods.len()];
        for piece in self.pieces {
            served[model.sources[piece.source].goods] += piece.quantity;
        }
        let mut offered = vec![0; model.goods.len()];
        for (at, source) in model.sources.iter().enumerate() {
            offered[source.goods] += model.left[at];
        }
        let mut needed = vec![false; model.farms.len()];
        for (at, source) in model.sources.iter().enumerate() {
            let left = offered[source.goods] - model.left[at];
            needed[source.farm] |= served[source.goods] > left;
        }
        let farms = (0..needed.len()).filter(|&farm| needed[farm] && !self.comes_anyway(farm));
        farms.map(|farm| self.trips.days[farm].metres).sum()
    }
}

fn cents(exact: i128) -> i64 {
    round_div(exact, i128::from(CENT))
}
