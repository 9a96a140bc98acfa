//! Quantities, prices and amounts as integers, and the one rounding function of the program.
//!
//! None of these types implements an arithmetic operator: outside this crate they can be built,
//! passed on and printed, so that no sum of money or weight is ever decided in the shell.

/// A quantity in thousandths of the sale unit: grams for a product sold by the kilo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qty(i64);

/// A price without VAT in ten-thousandths of a euro for one sale unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

/// An amount in cents. Without VAT unless the name that holds it says `with_vat`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(i64);

/// A weight in grams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grams(i64);

/// A rate in basis points: 550 is 5.5 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

macro_rules! integer_unit {
    ($($unit:ident),*) => {$(
        impl $unit {
            pub const ZERO: $unit = $unit(0);
            pub const fn new(value: i64) -> Self { Self(value) }
            pub const fn get(self) -> i64 { self.0 }
            pub const fn is_zero(self) -> bool { self.0 == 0 }
            #[allow(dead_code)]
            pub(crate) const fn plus(self, other: Self) -> Self { Self(self.0 + other.0) }
            #[allow(dead_code)]
            pub(crate) const fn minus(self, other: Self) -> Self { Self(self.0 - other.0) }
            #[allow(dead_code)]
            pub(crate) fn total(values: impl IntoIterator<Item = Self>) -> Self {
                Self(values.into_iter().map(|value| value.0).sum())
            }
        }
    )*};
}
integer_unit!(Qty, Price, Cents, Grams, Rate);

/// Divides and rounds half away from zero, the commercial rounding of a French invoice
/// (*arrondi au plus proche, la demie s'éloigne de zéro*). Every rounding in the program is this.
///
/// Panics when `divisor` is zero: a caller that can meet zero must have refused before.
pub const fn round_div(value: i128, divisor: i128) -> i64 {
    assert!(divisor != 0, "division by zero");
    let (value, divisor) = if divisor < 0 { (-value, -divisor) } else { (value, divisor) };
    let half = divisor / 2;
    let rounded = if value >= 0 {
        (value + half) / divisor
    } else if divisor % 2 == 0 {
        (value - half) / divisor
    } else {
        -((-value + half) / divisor)
    };
    rounded as i64
}

/// One cent in the exact unit of `quantity x price`: 10^-3 x 10^-4 EUR.
const EXACT_PER_CENT: i128 = 100_000;

/// What `quantity` costs at `price`, rounded to the cent.
pub const fn amount(quantity: Qty, price: Price) -> Cents {
    Cents(round_div(exact_amount(quantity, price), EXACT_PER_CENT))
}

/// The same before rounding, in 10^-7 EUR: used to prove that only rounding separates two sums.
pub(crate) const fn exact_amount(quantity: Qty, price: Price) -> i128 {
    quantity.0 as i128 * price.0 as i128
}

/// An exact amount in 10^-7 EUR rounded to the cent.
pub const fn cents_of_exact(exact: i128) -> Cents {
    Cents(round_div(exact, EXACT_PER_CENT))
}

/// The part of `base` that `rate` takes, rounded to the cent: VAT of a rate group.
pub const fn rate_of(base: Cents, rate: Rate) -> Cents {
    Cents(round_div(base.0 as i128 * rate.0 as i128, 10_000))
}

/// `part` as a rate of `whole`; `None` when `whole` is zero.
pub const fn rate_between(part: i64, whole: i64) -> Option<Rate> {
    if whole == 0 {
        return None;
    }
    Some(Rate(round_div(part as i128 * 10_000, whole as i128)))
}

impl Price {
    /// This price rounded to a whole number of `step` (10 000 = one euro, 100 = one cent).
    pub(crate) const fn to_step(self, step: Price) -> Price {
        if step.0 <= 1 {
            return self;
        }
        Price(round_div(self.0 as i128, step.0 as i128) * step.0)
    }
}

impl Qty {
    /// Whole packs contained in this quantity, in units (rounded down).
    pub(crate) const fn floor_to(self, pack: Qty) -> Qty {
        if pack.0 <= 0 {
            return self;
        }
        Qty(self.0 - self.0.rem_euclid(pack.0))
    }

    /// True when this quantity is a whole number of packs.
    pub(crate) const fn is_multiple_of(self, pack: Qty) -> bool {
        pack.0 <= 0 || self.0 % pack.0 == 0
    }
}

/// Shares `total` over `weights` in proportion, in whole `step`s, none above its own weight.
///
/// Largest remainders get the odd steps; ties go to the first. What cannot be given in whole
/// steps stays out: the sum of the result is at most `total`. Shape: one share per weight.
pub fn share(total: Qty, weights: &[Qty], step: Qty) -> Vec<Qty> {
    let step = step.0.max(1);
    let wanted: i64 = weights.iter().map(|weight| weight.0).sum();
    let total = total.0.min(wanted).max(0);
    if wanted == 0 || total == 0 {
        return vec![Qty::ZERO; weights.len()];
    }
    let ideal = |weight: i64| i128::from(weight) * i128::from(total);
    let mut shares: Vec<i64> = weights
        .iter()
        .map(|weight| {
            let floor = (ideal(weight.0) / i128::from(wanted)) as i64;
            floor - floor % step
        })
        .collect();
    let mut left = total - shares.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&at| {
        let given = i128::from(shares[at]) * i128::from(wanted);
        (-(ideal(weights[at].0) - given), at)
    });
    // One pass per step level: every remainder is below one step plus the floor, so two passes
    // are enough in practice; the loop ends when nothing more can be given.
    loop {
        let before = left;
        for &at in &order {
            let room = weights[at].0 - shares[at];
            let give = step.min(room).min(left);
            if give > 0 && (give == step || give == room) {
                shares[at] += give;
                left -= give;
            }
        }
        if left == before || left == 0 {
            break;
        }
    }
    shares.into_iter().map(Qty).collect()
}
