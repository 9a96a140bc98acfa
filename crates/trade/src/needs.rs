//! Step 1, needs: what buyers will probably want in the weeks to come, from their past orders,
//! service days, menus that come back or are announced, and the season.
//!
//! The method is plain (`docs/decisions/0031-forecast.md`). A kitchen buys so much a service day;
//! what it buys is a mix of goods in season, that of its last weeks and of the same weeks a year
//! ago, with that of its kind as one more week; where its menus come back every four or five
//! weeks, half of the mix is that of the matching weeks. All kitchens together make the need, and
//! how wrong the same method was so many weeks ahead makes the range.

mod cycle;
mod habit;
mod past;
mod range;
pub mod trial;

use std::collections::BTreeMap;

use crate::calendar::IsoWeek;
use crate::catalog::Labels;
use crate::id::{BuyerId, ProductId};
use crate::register::Register;
use crate::unit::{Qty, round_div};

use habit::{Habit, Habits};
use past::Past;
use range::Ranges;

/// What is bought under one name: a product with its labels.
pub type Goods = (ProductId, Labels);

/// A guess as one says it: whole sale units, at least one.
pub fn whole_units(quantity: Qty) -> Qty {
    Qty::new(round_div(i128::from(quantity.get()), 1_000).max(1) * 1_000)
}

/// What a buyer ordered of a product in one past week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastOrder {
    pub week: IsoWeek,
    pub buyer: BuyerId,
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
}

/// What a kitchen has announced of its menus: so many servings that it will buy here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Menu {
    pub buyer: BuyerId,
    pub week: IsoWeek,
    pub product: ProductId,
    pub labels: Labels,
    /// Plates of the week; zero: none after all.
    pub servings: i64,
}

/// From what a buyer's need was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Its usual purchases.
    Habit,
    /// The same, and its menus, which come back after so many weeks.
    Cycle { weeks: i64 },
    /// A standing order asks for at least this.
    Standing,
    /// It has said what it will cook.
    Menu { servings: i64 },
}

/// What one buyer will probably want of some goods in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuyerNeed {
    pub buyer: BuyerId,
    pub quantity: Qty,
    pub basis: Basis,
}

/// What all buyers together will probably want of some goods in a week. In eight weeks of ten it
/// comes to between `low` and `high`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub week: IsoWeek,
    pub product: ProductId,
    pub labels: Labels,
    pub low: Qty,
    pub likely: Qty,
    pub high: Qty,
    /// By buyer; what rounds to nothing is left out here, and counted in the sum.
    pub buyers: Vec<BuyerNeed>,
}

/// Weeks of the past that count: a year, and what is needed to look at last year's same weeks.
pub const MEMORY_WEEKS: i32 = 60;

/// Weeks ahead for which the error of the method is known.
pub const AHEAD_WEEKS: usize = 4;

/// Days on which the kitchen of a buyer serves in `week`.
pub fn service_days(register: &Register, buyer: BuyerId, week: IsoWeek) -> i64 {
    let calendar = &register.calendar;
    match register.buyers.get(&buyer) {
        Some(buyer) if buyer.kind.follows_school() => calendar.school_days(week),
        _ => calendar.working_days(week),
    }
}

/// What the servings of a menu come to: each the product's grammage. `None` where the weight of a
/// plate or of the sale unit is not known.
pub fn of_menu(register: &Register, menu: &Menu) -> Option<Qty> {
    let known = register.products.get(&menu.product)?;
    if known.grammage.is_zero() || known.unit_weight.is_zero() || menu.servings < 0 {
        return None;
    }
    let grams = i128::from(menu.servings) * i128::from(known.grammage.get());
    Some(Qty::new(round_div(grams * 1_000, i128::from(known.unit_weight.get()))))
}

/// Foresees the needs of `weeks`, by week, product and labels.
///
/// `known`: the last week of which all orders are there; `past` may hold more, which does not
/// count. Weeks that are not after it give nothing. A kitchen that is closed needs nothing,
/// whatever it has said before. Of two menus of a buyer for the same goods and week the greater
/// counts, so that their order says nothing.
pub fn foresee(
    register: &Register,
    past: &[PastOrder],
    menus: &[Menu],
    known: IsoWeek,
    weeks: &[IsoWeek],
) -> Vec<Need> {
    let mut weeks: Vec<IsoWeek> = weeks.iter().copied().filter(|&week| week > known).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let Some(&last) = weeks.last() else { return Vec::new() };
    let past = Past::new(register, past, known, last);
    let mut habits = Habits::new(&past);
    let ranges = Ranges::of(&past, &mut habits);
    let mut needs = Vec::new();
    for &week in &weeks {
        let mut wanted = by_goods(&past, &habits.of_week(past.at(week)));
        add_standing(register, week, &mut wanted);
        add_menus(register, menus, week, &mut wanted);
        for ((product, labels), parts) in wanted {
            let likely = parts.total();
            if likely.is_zero() {
                continue;
            }
            let ahead = past.at(week) - past.known();
            let exact = i128::from(likely.get());
            let (low, high) = ranges.around((product, labels), ahead, exact);
            let (low, high) = (Qty::new(low as i64), Qty::new(high as i64));
            needs.push(Need { week, product, labels, low, likely, high, buyers: parts.told() });
        }
    }
    needs
}

/// The parts of a need, by buyer.
#[derive(Default)]
struct Parts {
    /// In thousandths of a thousandth of the sale unit, so that many small parts are not lost.
    by_buyer: BTreeMap<BuyerId, (i128, Basis)>,
}

/// Finer than a quantity by this much, until all is summed up.
const FINE: i128 = 1_000;

impl Parts {
    fn total(&self) -> Qty {
        Qty::new(round_div(self.by_buyer.values().map(|part| part.0).sum(), FINE))
    }

    fn told(&self) -> Vec<BuyerNeed> {
        let told = self.by_buyer.iter().map(|(&buyer, &(quantity, basis))| BuyerNeed {
            buyer,
            quantity: Qty::new(round_div(quantity, FINE)),
            basis,
        });
        told.filter(|one| !one.quantity.is_zero()).collect()
    }
}

fn by_goods(past: &Past<'_>, habits: &[Habit]) -> BTreeMap<Goods, Parts> {
    let mut wanted: BTreeMap<Goods, Parts> = BTreeMap::new();
    for habit in habits {
        let basis = match habit.cycle {
            Some(weeks) => Basis::Cycle { weeks },
            None => Basis::Habit,
        };
        for &(goods, weight) in &habit.weights {
            let parts = wanted.entry(past.goods(goods)).or_default();
            let quantity = weight / past.all[goods].unit_g;
            parts.by_buyer.insert(past.buyer(habit.buyer), (quantity, basis));
        }
    }
    wanted
}

/// A standing order is at least what is wanted. A kitchen that is closed takes nothing in.
fn add_standing(register: &Register, week: IsoWeek, wanted: &mut BTreeMap<Goods, Parts>) {
    let days = register.delivery_days(week);
    let mut agreed: BTreeMap<(Goods, BuyerId), i128> = BTreeMap::new();
    for order in &register.standing_orders {
        let on_day = |day: &&crate::calendar::Day| {
            register.weekday_served(**day) == order.weekday
                && order.from <= **day
                && order.to.is_none_or(|to| **day <= to)
        };
        if days.iter().any(|day| on_day(&day)) && service_days(register, order.buyer, week) > 0 {
            let key = ((order.product, order.labels), order.buyer);
            *agreed.entry(key).or_default() += i128::from(order.quantity.get()) * FINE;
        }
    }
    for ((goods, buyer), quantity) in agreed {
        let parts = wanted.entry(goods).or_default();
        let part = parts.by_buyer.entry(buyer).or_insert((0, Basis::Standing));
        if quantity > part.0 {
            *part = (quantity, Basis::Standing);
        }
    }
}

/// What a kitchen has announced takes the place of what was guessed of it, and of a standing order
/// where it is more.
fn add_menus(
    register: &Register,
    menus: &[Menu],
    week: IsoWeek,
    wanted: &mut BTreeMap<Goods, Parts>,
) {
    let own = menus.iter().filter(|menu| menu.week == week);
    let mut said: BTreeMap<(Goods, BuyerId), i64> = BTreeMap::new();
    for menu in own.filter(|menu| service_days(register, menu.buyer, week) > 0) {
        let servings = said.entry(((menu.product, menu.labels), menu.buyer)).or_default();
        *servings = menu.servings.max(*servings);
    }
    for ((goods, buyer), servings) in said {
        let menu = Menu { buyer, week, product: goods.0, labels: goods.1, servings };
        let Some(quantity) = of_menu(register, &menu) else { continue };
        let quantity = i128::from(quantity.get()) * FINE;
        let parts = wanted.entry(goods).or_default();
        let part = parts.by_buyer.entry(buyer).or_insert((0, Basis::Habit));
        if part.1 != Basis::Standing || quantity > part.0 {
            *part = (quantity, Basis::Menu { servings });
        }
    }
}
