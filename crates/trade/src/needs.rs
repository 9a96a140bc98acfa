//! Step 1, needs: what a buyer will probably want, from past weeks, meals and service days.

use crate::calendar::IsoWeek;
use crate::catalog::Labels;
use crate::id::{BuyerId, ProductId};
use crate::register::Register;
use crate::unit::{Qty, round_div};

/// What a buyer ordered of a product in one past week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastOrder {
    pub week: IsoWeek,
    pub buyer: BuyerId,
    pub product: ProductId,
    pub labels: Labels,
    pub quantity: Qty,
}

/// From what a need was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Weeks of the window in which the buyer ordered, of those that it could.
    PastWeeks { ordered: i64, served: i64 },
    /// No past order: meals of the week, one serving in twenty, the product's grammage.
    Meals { meals: i64 },
}

/// What a buyer will probably want of a product in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub buyer: BuyerId,
    pub product: ProductId,
    pub labels: Labels,
    pub low: Qty,
    pub likely: Qty,
    pub high: Qty,
    pub basis: Basis,
}

/// Weeks that count: long enough to smooth a menu cycle of four weeks, short enough for seasons.
pub const WINDOW_WEEKS: i32 = 4;

/// Days on which the kitchen of a buyer serves in `week`.
pub fn service_days(register: &Register, buyer: BuyerId, week: IsoWeek) -> i64 {
    let calendar = &register.calendar;
    match register.buyers.get(&buyer) {
        Some(buyer) if buyer.kind.follows_school() => calendar.school_days(week),
        _ => calendar.working_days(week),
    }
}

/// Meals that a buyer serves in `week`, over all its sites.
pub fn meals(register: &Register, buyer: BuyerId, week: IsoWeek) -> i64 {
    let sites = register.sites.values().filter(|site| site.buyer == buyer);
    sites.map(|site| site.diners).sum::<i64>() * service_days(register, buyer, week)
}

/// Foresees the needs of `week` from orders of the [`WINDOW_WEEKS`] weeks before.
///
/// Each past quantity is brought to the service days of the coming week; weeks in which the
/// kitchen was closed do not count. Low and high are the lowest and highest of those weeks.
pub fn foresee(register: &Register, week: IsoWeek, past: &[PastOrder]) -> Vec<Need> {
    let first = week.monday().plus_days(-7 * WINDOW_WEEKS);
    let mut window: Vec<PastOrder> = past
        .iter()
        .copied()
        .filter(|order| order.week.monday() >= first && order.week < week)
        .collect();
    window.sort_by_key(|order| (order.buyer, order.product, order.labels, order.week));
    let same = |a: &PastOrder, b: &PastOrder| {
        (a.buyer, a.product, a.labels) == (b.buyer, b.product, b.labels)
    };
    window.chunk_by(same).filter_map(|orders| need(register, week, orders)).collect()
}

fn need(register: &Register, week: IsoWeek, orders: &[PastOrder]) -> Option<Need> {
    let first = orders.first()?;
    let coming = service_days(register, first.buyer, week);
    if coming == 0 {
        return None;
    }
    let weeks: Vec<IsoWeek> =
        std::iter::successors(Some(week.previous()), |week| Some(week.previous()))
            .take(WINDOW_WEEKS as usize)
            .collect();
    let served = weeks.iter().filter(|&&past| service_days(register, first.buyer, past) > 0);
    let served = served.count() as i64;
    let mut scaled = Vec::new();
    for orders in orders.chunk_by(|a, b| a.week == b.week) {
        let days = service_days(register, first.buyer, orders[0].week);
        if days > 0 {
            let sum: i64 = orders.iter().map(|order| order.quantity.get()).sum();
            scaled.push(round_div(i128::from(sum) * i128::from(coming), i128::from(days)));
        }
    }
    let total: i64 = scaled.iter().sum();
    let likely = round_div(i128::from(total), i128::from(served.max(1)));
    let skipped = (scaled.len() as i64) < served;
    let low = if skipped { 0 } else { scaled.iter().copied().min().unwrap_or(0) };
    Some(Need {
        buyer: first.buyer,
        product: first.product,
        labels: first.labels,
        low: Qty::new(low),
        likely: Qty::new(likely),
        high: Qty::new(scaled.iter().copied().max().unwrap_or(0)),
        basis: Basis::PastWeeks { ordered: scaled.len() as i64, served },
    })
}

/// What one serving of `product` in twenty meals would need, for a buyer without history.
pub fn from_meals(
    register: &Register,
    week: IsoWeek,
    buyer: BuyerId,
    product: ProductId,
) -> Option<Need> {
    /// A menu plan has twenty meals (GEMRCN); one serving of each product in it.
    const MEALS_OF_PLAN: i64 = 20;
    let meals = meals(register, buyer, week);
    let known = register.products.get(&product)?;
    if meals == 0 || known.grammage.is_zero() || known.unit_weight.is_zero() {
        return None;
    }
    let grams = i128::from(meals) * i128::from(known.grammage.get());
    let divisor = i128::from(MEALS_OF_PLAN) * i128::from(known.unit_weight.get());
    let likely = round_div(grams * 1_000, divisor);
    Some(Need {
        buyer,
        product,
        labels: Labels::NONE,
        low: Qty::ZERO,
        likely: Qty::new(likely),
        high: Qty::new(likely * 2),
        basis: Basis::Meals { meals },
    })
}
