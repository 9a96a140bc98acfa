//! Ways that are not worth making, and kilometres: a farm that would bring too little brings
//! enough, or nothing, as far as the aims before allow.

use trade::sourcing::FarmDay;

use super::balance::Balance;
use super::model::Model;
use super::shares::{CENT, Shares};

/// What each farm brings, in 10^-7 EUR, and what its way is worth.
pub(super) struct Trips {
    pub days: Vec<FarmDay>,
    /// Brought beside what is planned class by class: what locks settle.
    pub settled: Vec<i64>,
}

impl Trips {
    pub fn of(model: &Model<'_>, shares: &Shares) -> Trips {
        let day = |farm| model.task.farms.get(farm).copied().unwrap_or_default();
        let mut settled = vec![0; model.farms.len()];
        for one in &model.settled {
            let source = &model.sources[one.source];
            settled[source.farm] += one.quantity * shares.prices[source.goods];
        }
        Trips { days: model.farms.iter().map(day).collect(), settled }
    }

    /// True when a farm comes for less than its way is worth.
    pub fn is_poor(&self, farm: usize, brought: i64) -> bool {
        let FarmDay { minimum_trip, purchased, .. } = self.days[farm];
        brought > 0 && purchased.get() == 0 && brought < minimum_trip.get() * CENT
    }

    /// True when a farm would stay at home if it brought nothing.
    fn may_stay(&self, farm: usize) -> bool {
        self.days[farm].purchased.get() == 0 && self.settled[farm] == 0
    }

    /// Mends poor trips: the farm brings enough, or nothing. `limits`: how far each farm may be
    /// from its share. True for the farms that now bring more than their part.
    pub fn mend(&self, balance: &mut Balance<'_, '_>, start: &[i64], limits: &[i64]) -> Vec<bool> {
        let mut filled = vec![false; self.days.len()];
        for farm in 0..self.days.len() {
            let brought = balance.off[farm] - start[farm] + self.settled[farm];
            if !self.is_poor(farm, brought) {
                continue;
            }
            let least = self.days[farm].minimum_trip.get() * CENT;
            if self.fill(balance, start, farm, least, limits) {
                filled[farm] = true;
            } else if self.may_stay(farm) {
                self.empty(balance, start, farm, limits);
            }
        }
        filled
    }

    /// Leaves farms at home, the farthest first, as far as limits allow; false when all come.
    pub fn shorten(&self, balance: &mut Balance<'_, '_>, start: &[i64], limits: &[i64]) -> bool {
        let mut is_shorter = false;
        let mut order: Vec<usize> = (0..self.days.len()).collect();
        order.sort_by_key(|&farm| (-self.days[farm].metres, farm));
        for farm in order {
            let comes = balance.off[farm] > start[farm];
            if comes && self.may_stay(farm) && self.days[farm].metres > 0 {
                is_shorter |= self.empty(balance, start, farm, limits);
            }
        }
        is_shorter
    }

    /// All that a farm brings is brought by others.
    fn empty(
        &self,
        balance: &mut Balance<'_, '_>,
        start: &[i64],
        farm: usize,
        limits: &[i64],
    ) -> bool {
        if start[farm].abs() > limits[farm] {
            return false;
        }
        self.attempt(balance, start, limits, |balance| {
            while balance.off[farm] > start[farm] {
                let others = |other: usize| other != farm && balance.off[other] > start[other];
                let Some((part, from, to, quantity)) = pick(balance, farm, true, &others) else {
                    return false;
                };
                if !balance.shift_between(part, from, to, quantity) {
                    return false;
                }
            }
            true
        })
    }

    /// A farm brings at least as much as its way is worth.
    fn fill(
        &self,
        balance: &mut Balance<'_, '_>,
        start: &[i64],
        farm: usize,
        least: i64,
        limits: &[i64],
    ) -> bool {
        self.attempt(balance, start, limits, |balance| {
            let settled = self.settled[farm];
            while balance.off[farm] - start[farm] + settled < least {
                let rich = |other: usize| {
                    let brought = balance.off[other] - start[other] + self.settled[other];
                    other != farm && !self.is_poor(other, brought)
                };
                let Some((part, from, to, quantity)) = pick(balance, farm, false, &rich) else {
                    return false;
                };
                if !balance.shift_between(part, from, to, quantity) {
                    return false;
                }
            }
            true
        })
    }

    /// Tries a change; undone when it fails, moves a farm beyond its limit, or makes another trip
    /// poor.
    fn attempt(
        &self,
        balance: &mut Balance<'_, '_>,
        start: &[i64],
        limits: &[i64],
        change: impl FnOnce(&mut Balance<'_, '_>) -> bool,
    ) -> bool {
        let before = (balance.layout.clone(), balance.off.clone());
        let near = |balance: &Balance<'_, '_>| {
            let mut farms = balance.off.iter().zip(&before.1).zip(limits);
            farms.all(|((now, old), limit)| now.abs() <= (*limit).max(old.abs()))
        };
        let is_poor = |farm: usize, off: &[i64]| {
            self.is_poor(farm, off[farm] - start[farm] + self.settled[farm])
        };
        let pays = |balance: &Balance<'_, '_>| {
            let mut farms = 0..self.days.len();
            farms.all(|farm| !is_poor(farm, &balance.off) || is_poor(farm, &before.1))
        };
        if change(balance) && near(balance) && pays(balance) {
            return true;
        }
        *balance.layout = before.0;
        balance.off = before.1;
        false
    }
}

/// The next crate to move away from a farm (or to it), such that the other farm is nearest to its
/// share afterwards: part, columns and quantity.
fn pick(
    balance: &Balance<'_, '_>,
    farm: usize,
    gives: bool,
    other_fits: &dyn Fn(usize) -> bool,
) -> Option<(usize, usize, usize, i64)> {
    let mut best: Option<(i64, usize, usize, usize, i64)> = None;
    for (at, part) in balance.layout.parts.iter().enumerate() {
        let owner = |column: usize| balance.model.sources[part.sources[column]].farm;
        if !(0..part.sources.len()).any(|column| owner(column) == farm) {
            continue;
        }
        for from in 0..part.sources.len() {
            for to in 0..part.sources.len() {
                let (own, other) = if gives { (from, to) } else { (to, from) };
                if owner(own) != farm || !other_fits(owner(other)) || owner(other) == farm {
                    continue;
                }
                let used = part.used(from);
                let quantity = if used % part.pack == 0 { part.pack } else { used % part.pack };
                let has_room = balance.layout.free[part.sources[to]] >= quantity;
                if used == 0 || !has_room {
                    continue;
                }
                let off = balance.off[owner(other)];
                let key = if gives { off } else { -off };
                if best.is_none_or(|(known, ..)| key < known) {
                    best = Some((key, at, from, to, quantity));
                }
            }
        }
    }
    best.map(|(_, part, from, to, quantity)| (part, from, to, quantity))
}
