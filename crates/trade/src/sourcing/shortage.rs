//! There is less than was ordered: who gets how much. One rule, used when a farm confirms less
//! and when the dock shares out what has come.

use super::task::is_promised;
use crate::catalog::{Pack, SaleUnit, dock_step};
use crate::id::OrderLineId;
use crate::unit::{Price, Qty, share};
use crate::week::Week;

/// How a shortage is shared (*règle de partage*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShortagePolicy {
    /// Each lacks the same part of its order.
    Proportional,
    /// Promises first, whole; the others share the rest in proportion.
    Priority,
    /// Each lacks the same amount of money, as far as its order goes.
    EqualMoney,
    /// Who ordered first is served first.
    FirstCome,
}

impl ShortagePolicy {
    /// The rule of a hub that has settled nothing else.
    pub const USUAL: ShortagePolicy = ShortagePolicy::Proportional;

    pub const ALL: [ShortagePolicy; 4] = [
        ShortagePolicy::Proportional,
        ShortagePolicy::Priority,
        ShortagePolicy::EqualMoney,
        ShortagePolicy::FirstCome,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            ShortagePolicy::Proportional => "proportional",
            ShortagePolicy::Priority => "priority",
            ShortagePolicy::EqualMoney => "equal_money",
            ShortagePolicy::FirstCome => "first_come",
        }
    }

    pub fn parse(code: &str) -> Option<ShortagePolicy> {
        ShortagePolicy::ALL.into_iter().find(|policy| policy.code() == code)
    }
}

/// Somebody who waits for a part, in the order in which they ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimant {
    pub wanted: Qty,
    /// What the buyer pays for a sale unit.
    pub price: Price,
    pub is_promised: bool,
}

/// What each claimant gets of `total`, none more than it wants: in whole steps, or all that it
/// wants where that is no whole number of them. What is left is less than a step, or wanted by
/// nobody. Shape: one part per claimant.
pub fn shares(total: Qty, claimants: &[Claimant], step: Qty, policy: ShortagePolicy) -> Vec<Qty> {
    let step = Qty::new(step.get().max(1));
    let wanted: Vec<Qty> = claimants.iter().map(|one| one.wanted.max(Qty::ZERO)).collect();
    let total = total.min(Qty::total(wanted.iter().copied())).max(Qty::ZERO);
    match policy {
        ShortagePolicy::Proportional => share(total, &wanted, step),
        ShortagePolicy::Priority => by_priority(total, claimants, &wanted, step),
        ShortagePolicy::EqualMoney => equal_money(total, claimants, wanted, step),
        ShortagePolicy::FirstCome => first_come(total, &wanted, step),
    }
}

fn by_priority(total: Qty, claimants: &[Claimant], wanted: &[Qty], step: Qty) -> Vec<Qty> {
    let of = |promised: bool, total: Qty| {
        let weight = |(one, wanted): (&Claimant, &Qty)| match one.is_promised == promised {
            true => *wanted,
            false => Qty::ZERO,
        };
        let weights: Vec<Qty> = claimants.iter().zip(wanted).map(weight).collect();
        share(total, &weights, step)
    };
    let first = of(true, total);
    let rest = of(false, total.minus(Qty::total(first.iter().copied())));
    first.iter().zip(rest).map(|(first, rest)| first.plus(rest)).collect()
}

fn first_come(total: Qty, wanted: &[Qty], step: Qty) -> Vec<Qty> {
    let mut left = total;
    let take = |wanted: &Qty| {
        let part = if left >= *wanted { *wanted } else { left.floor_to(step) };
        left = left.minus(part);
        part
    };
    wanted.iter().map(take).collect()
}

/// Everybody gives up the same amount of money, to within a step; who has ordered for less gives
/// up all of it.
fn equal_money(total: Qty, claimants: &[Claimant], wanted: Vec<Qty>, step: Qty) -> Vec<Qty> {
    let missing = Qty::total(wanted.iter().copied()).minus(total).get();
    let units = |money: i128, at: usize| -> i64 {
        let price = i128::from(claimants[at].price.get().max(1));
        let exact = (money / price).min(i128::from(wanted[at].get())) as i64;
        exact - exact % step.get()
    };
    let given_up = |money: i128| -> i64 { (0..wanted.len()).map(|at| units(money, at)).sum() };
    let dearest = claimants.iter().map(|one| one.price.get().max(1)).max().unwrap_or(1);
    let most = wanted.iter().map(|one| one.get()).max().unwrap_or(0);
    // The largest amount that does not take more than is missing.
    let (mut low, mut high) = (0_i128, i128::from(dearest) * i128::from(most) + 1);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if given_up(middle) <= missing { low = middle } else { high = middle }
    }
    let mut parts: Vec<Qty> =
        (0..wanted.len()).map(|at| wanted[at].minus(Qty::new(units(low, at)))).collect();
    let mut rest = missing - given_up(low);
    // The odd steps come from those who have given up least money, the last to order first.
    while rest > 0 {
        let lost = |at: &usize| {
            i128::from(wanted[*at].minus(parts[*at]).get()) * i128::from(claimants[*at].price.get())
        };
        let able = (0..parts.len()).rev().filter(|&at| parts[at] > Qty::ZERO);
        let Some(at) = able.min_by_key(lost) else { break };
        let less = step.min(parts[at]);
        parts[at] = parts[at].minus(less);
        rest -= less.get();
    }
    parts
}

/// Who waits for what of order lines. Shape: one claimant per line; prices are what was agreed
/// when it was ordered.
pub fn claimants(
    week: &Week,
    lines: impl IntoIterator<Item = (OrderLineId, Qty)>,
) -> Vec<Claimant> {
    let claimant = |(line, wanted): (OrderLineId, Qty)| {
        let Ok((order, line)) = week.order_line(line) else {
            return Claimant { wanted, price: Price::ZERO, is_promised: false };
        };
        Claimant { wanted, price: line.price, is_promised: is_promised(order, line) }
    };
    lines.into_iter().map(claimant).collect()
}

/// Of what is wanted, in thousandths: how much lighter goods sold by weight may come without a
/// word. A rule of ours, which no law gives: the buyer pays what was weighed, so that it costs
/// nobody anything, and a letter for each crate that is two hundred grams lighter would bury the
/// one about a crate that is missing. The tolerances of directive 76/211/EEC are for prepackages of
/// one nominal quantity, and bind nothing here.
const LIGHT: i64 = 30;

/// How much may be missing before somebody is told to get less. Goods in whole packs and pieces
/// are counted: nothing. Of goods sold by weight 3 %, and half a pack at most in all: more is a
/// pack that is missing, however much was ordered.
pub const fn tolerated(wanted: Qty, pack: Pack, unit: SaleUnit) -> Qty {
    let size = pack.size.get();
    if dock_step(unit).get() != 1 || size <= 0 {
        return Qty::ZERO;
    }
    let light = wanted.get() * LIGHT / 1_000;
    let half = size / 2;
    Qty::new(if light < half { light } else { half })
}

/// True when somebody gets less than `wanted` by more than is [`tolerated`].
pub const fn is_short(gets: Qty, wanted: Qty, pack: Pack, unit: SaleUnit) -> bool {
    gets.get() + tolerated(wanted, pack, unit).get() < wanted.get()
}
