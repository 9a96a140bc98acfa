//! Season commitments of farms (*engagements de saison*): so much a week of some goods, from a
//! week to a week. They are no offers: nothing is sold on them. They tell the hub what it may count
//! on when it looks ahead.

use std::collections::BTreeMap;

use crate::calendar::IsoWeek;
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::id::{ProducerId, ProductId};
use crate::needs::Goods;
use crate::register::Register;
use crate::unit::Qty;

/// "So much a week, from this week to that." Who said it, and when, stands beside it where it is
/// kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pledge {
    pub producer: ProducerId,
    pub product: ProductId,
    pub labels: Labels,
    pub from: IsoWeek,
    /// The last week, in which it still holds.
    pub to: IsoWeek,
    /// Over all delivery days of a week; zero: the farm says that it brings none.
    pub weekly: Qty,
}

/// A season is at most this many weeks: what is said for longer is no plan of a field.
pub const SEASON_WEEKS_MAX: i32 = 53;

impl Pledge {
    pub fn goods(&self) -> Goods {
        (self.product, self.labels)
    }

    pub fn holds(&self, week: IsoWeek) -> bool {
        self.from <= week && week <= self.to
    }

    /// The same, ended after `week`. One that has not begun by then holds in no week, as if it had
    /// never been made: that is not the same as a farm's word that it brings none.
    pub fn ended(self, week: IsoWeek) -> Pledge {
        Pledge { to: self.to.min(week), ..self }
    }

    /// True of one that was ended before it began.
    pub fn is_void(&self) -> bool {
        self.to < self.from
    }

    /// Judges what a farm says: known names, no quantity below zero, a season that ends after it
    /// begins. Labels are proven when the goods are offered, as certificates are then.
    pub fn judged(self, register: &Register) -> Result<Pledge, Denial> {
        register.producer(self.producer)?;
        register.product(self.product)?;
        if self.weekly < Qty::ZERO {
            return Err(Denial::QuantityNotPositive { quantity: self.weekly });
        }
        let (from, to) = (self.from, self.to);
        let days = to.monday().days() - from.monday().days();
        match (0..7 * SEASON_WEEKS_MAX).contains(&days) {
            true => Ok(self),
            false => Err(Denial::NoSeason { from, to, most: i64::from(SEASON_WEEKS_MAX) }),
        }
    }
}

/// What farms have pledged for a week. Where two seasons of a farm's goods overlap, the one that
/// begins later counts.
pub fn in_force(pledges: &[Pledge], week: IsoWeek) -> BTreeMap<(ProducerId, Goods), Qty> {
    let mut latest: BTreeMap<(ProducerId, Goods), &Pledge> = BTreeMap::new();
    let rank = |one: &Pledge| (one.from, one.to, one.weekly);
    for pledge in pledges.iter().filter(|one| one.holds(week)) {
        let known = latest.entry((pledge.producer, pledge.goods())).or_insert(pledge);
        if rank(pledge) > rank(known) {
            *known = pledge;
        }
    }
    latest.into_iter().map(|(key, pledge)| (key, pledge.weekly)).collect()
}
