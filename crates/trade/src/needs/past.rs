//! The past as tables: weeks by rank, orders by kitchen and goods in grams, what was in season.

use std::collections::{BTreeMap, BTreeSet};

use super::{Goods, MEMORY_WEEKS, PastOrder, service_days};
use crate::calendar::IsoWeek;
use crate::catalog::Season;
use crate::id::BuyerId;
use crate::party::BuyerKind;
use crate::register::Register;

/// A kitchen with its past.
pub(super) struct Kitchen {
    pub buyer: BuyerId,
    pub kind: Option<BuyerKind>,
    /// Service days of each week, those to come too.
    pub days: Vec<i64>,
    /// Milligrams of all goods in each week that is known.
    pub weight: Vec<i128>,
    /// The week of its first order: before, it was no client.
    pub first: usize,
    /// What it bought in each known week: goods by rank, and milligrams of them.
    pub bought: Vec<Vec<(usize, i128)>>,
}

/// Days of a week, Monday to Friday, on which goods are in season: all of them is five.
pub(super) const FULL: i128 = 5;

/// Goods with the weight of their unit and the weeks in which they are to be had.
pub(super) struct Known {
    pub goods: Goods,
    /// Grams of a sale unit.
    pub unit_g: i128,
    months: Season,
    sold: BTreeSet<usize>,
    /// Rank in [`Past::seasons`].
    pub season: usize,
}

/// All that the method looks at. Weeks are ranks from 0; the last known one is [`Past::known`].
pub(super) struct Past<'r> {
    pub register: &'r Register,
    first: IsoWeek,
    known: usize,
    pub kitchens: Vec<Kitchen>,
    pub all: Vec<Known>,
    /// Days in season in each known week; goods with the same days share a row.
    pub seasons: Vec<Vec<i128>>,
}

impl<'r> Past<'r> {
    /// The orders up to `known`, and room for weeks until `last`.
    pub fn new(
        register: &'r Register,
        orders: &[PastOrder],
        known: IsoWeek,
        last: IsoWeek,
    ) -> Past<'r> {
        let first = known.monday().plus_days(-7 * (MEMORY_WEEKS - 1)).week();
        let known = weeks_between(first, known);
        let count = weeks_between(first, last) + 1;
        let mut sums: BTreeMap<(BuyerId, Goods, usize), i128> = BTreeMap::new();
        for order in orders.iter().filter(|order| order.week >= first) {
            let at = weeks_between(first, order.week);
            let key = (order.buyer, (order.product, order.labels), at);
            if at <= known && order.quantity.get() > 0 {
                *sums.entry(key).or_default() += i128::from(order.quantity.get());
            }
        }
        let mut past =
            Past { register, first, known, kitchens: vec![], all: vec![], seasons: vec![] };
        past.tell_goods(&sums);
        past.tell_kitchens(&sums, count);
        past
    }

    fn tell_goods(&mut self, sums: &BTreeMap<(BuyerId, Goods, usize), i128>) {
        let mut sold: BTreeMap<Goods, BTreeSet<usize>> = BTreeMap::new();
        for &(_, goods, at) in sums.keys() {
            sold.entry(goods).or_default().insert(at);
        }
        let mut ranks: BTreeMap<Vec<i128>, usize> = BTreeMap::new();
        for (goods, sold) in sold {
            let product = self.register.products.get(&goods.0);
            let months = product.map_or(Season(0xfff), |product| product.season);
            // Goods were to be had in the months of their season, and whenever they were sold.
            let days: Vec<i128> = (0..=self.known)
                .map(|at| match self.days_of(months, at) {
                    0 if sold.contains(&at) => FULL,
                    days => days,
                })
                .collect();
            let fresh = ranks.len();
            let season = *ranks.entry(days.clone()).or_insert(fresh);
            if season == self.seasons.len() {
                self.seasons.push(days);
            }
            let unit_g = product.map_or(1_000, |product| product.unit_weight.get()).max(1);
            self.all.push(Known { goods, unit_g: i128::from(unit_g), months, sold, season });
        }
    }

    fn days_of(&self, months: Season, at: usize) -> i128 {
        let monday = self.week(at).monday();
        (0..5).filter(|&rank| months.has(monday.plus_days(rank))).count() as i128
    }

    /// Days of a week on which goods will be in season, as one thinks at the end of `origin`: sold
    /// out of their months in both of its last two weeks, they go on.
    pub fn days_ahead(&self, goods: usize, origin: usize, at: usize) -> i128 {
        let known = &self.all[goods];
        let goes_on = |at: &usize| known.sold.contains(at) && self.days_of(known.months, *at) == 0;
        match self.days_of(known.months, at) {
            0 if origin >= 1 && [origin - 1, origin].iter().all(goes_on) => FULL,
            days => days,
        }
    }

    fn tell_kitchens(&mut self, sums: &BTreeMap<(BuyerId, Goods, usize), i128>, count: usize) {
        let rank: BTreeMap<Goods, usize> =
            self.all.iter().enumerate().map(|(at, known)| (known.goods, at)).collect();
        let mut kitchens: BTreeMap<BuyerId, Kitchen> = BTreeMap::new();
        for (&(buyer, goods, at), &quantity) in sums {
            let kitchen = kitchens.entry(buyer).or_insert_with(|| self.kitchen(buyer, count));
            let goods = rank[&goods];
            let weight = quantity * self.all[goods].unit_g;
            kitchen.weight[at] += weight;
            kitchen.first = kitchen.first.min(at);
            kitchen.bought[at].push((goods, weight));
        }
        self.kitchens = kitchens.into_values().collect();
    }

    fn kitchen(&self, buyer: BuyerId, count: usize) -> Kitchen {
        Kitchen {
            buyer,
            kind: self.register.buyers.get(&buyer).map(|known| known.kind),
            days: (0..count).map(|at| service_days(self.register, buyer, self.week(at))).collect(),
            weight: vec![0; self.known + 1],
            first: usize::MAX,
            bought: vec![Vec::new(); self.known + 1],
        }
    }

    /// The rank of the last week whose orders are known.
    pub fn known(&self) -> usize {
        self.known
    }

    /// The rank of a week, which is not before the first.
    pub fn at(&self, week: IsoWeek) -> usize {
        weeks_between(self.first, week)
    }

    fn week(&self, at: usize) -> IsoWeek {
        self.first.monday().plus_days(7 * at as i32).week()
    }

    pub fn goods(&self, at: usize) -> Goods {
        self.all[at].goods
    }

    pub fn buyer(&self, at: usize) -> BuyerId {
        self.kitchens[at].buyer
    }

    /// What all kitchens together ordered in a known week, by goods: thousandths of the sale unit.
    pub fn ordered(&self, at: usize) -> Vec<i128> {
        let mut sums = vec![0; self.all.len()];
        for &(goods, weight) in self.kitchens.iter().flat_map(|kitchen| &kitchen.bought[at]) {
            sums[goods] += weight / self.all[goods].unit_g;
        }
        sums
    }

    /// The earliest week in which anybody ordered.
    pub fn first_order(&self) -> usize {
        self.kitchens.iter().map(|kitchen| kitchen.first).min().unwrap_or(usize::MAX)
    }
}

fn weeks_between(first: IsoWeek, last: IsoWeek) -> usize {
    let days = last.monday().days() - first.monday().days();
    usize::try_from(days / 7).unwrap_or(0)
}
