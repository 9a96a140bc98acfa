//! What food aid is told weeks ahead: that there will probably be too much of some goods. It is a
//! forecast and no offer: nobody has promised anything, nothing can be reserved. What is really
//! left is offered in its week (the dock's surplus).

use std::collections::BTreeSet;

use super::outlook::{Gap, Outlook};
use crate::calendar::IsoWeek;
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::id::ProductId;
use crate::needs::{Goods, whole_units};
use crate::unit::Qty;

/// Some goods in one week.
pub type ExcessLine = (Goods, IsoWeek);

/// What food aid was told of some goods in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forewarning {
    pub week: IsoWeek,
    pub product: ProductId,
    pub labels: Labels,
    /// About so much will be too much, in whole sale units.
    pub quantity: Qty,
}

impl Forewarning {
    pub fn line(&self) -> ExcessLine {
        ((self.product, self.labels), self.week)
    }
}

/// What food aid is told of `line` now, in week `now`. `told`: what it was told before. Errors: the
/// week has begun, so that its own surplus is offered; not more is expected than it needs; as much
/// was told already.
pub fn forewarn(
    found: &[Outlook],
    told: &[Forewarning],
    now: IsoWeek,
    line: ExcessLine,
) -> Result<Forewarning, Denial> {
    let ((product, labels), week) = line;
    if week <= now {
        return Err(Denial::WeekBegun { week });
    }
    let goods = found.iter().filter(|one| one.goods() == line.0);
    let ahead = goods.flat_map(|one| &one.weeks).find(|one| one.week == week);
    let Some(Gap::TooMuch(excess)) = ahead.map(|one| one.gap) else {
        return Err(Denial::NothingTooMuch { product, week });
    };
    let quantity = whole_units(excess);
    let before = told.iter().filter(|one| one.line() == line).map(|one| one.quantity).max();
    match before {
        Some(before) if before >= quantity => {
            Err(Denial::AlreadyForewarned { product, week, quantity: before })
        }
        _ => Ok(Forewarning { week, product, labels, quantity }),
    }
}

/// [`forewarn`] for several lines, all or none; by week, then by goods. A line that comes twice
/// counts once.
pub fn forewarn_all(
    found: &[Outlook],
    told: &[Forewarning],
    now: IsoWeek,
    lines: &[ExcessLine],
) -> Result<Vec<Forewarning>, Denial> {
    let lines: BTreeSet<(IsoWeek, Goods)> = lines.iter().map(|line| (line.1, line.0)).collect();
    lines.into_iter().map(|(week, goods)| forewarn(found, told, now, (goods, week))).collect()
}
