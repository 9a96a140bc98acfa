//! Where balancing begins: each farm brings in proportion of what it offers, in whole crates.

use trade::unit::{Qty, share};

use super::layout::Layout;
use super::model::Model;
use super::served::bring;

/// Spreads what is served over the farms.
pub(super) fn spread(model: &Model<'_>, layout: &mut Layout) {
    for at in 0..layout.parts.len() {
        let part = &layout.parts[at];
        let total: i64 = (0..part.classes.len()).map(|row| part.given(row)).sum();
        let free = |(column, &source): (usize, &usize)| part.used(column) + layout.free[source];
        let left: Vec<i64> = part.sources.iter().enumerate().map(free).collect();
        let wished = wished(total, &left, part.pack, part.step);
        bring(layout, at, &wished);
    }
    debug_assert_eq!(layout.free.len(), model.sources.len());
}

/// `total` in proportion of `left`: whole packs, and what is less than a pack from one farm.
fn wished(total: i64, left: &[i64], pack: i64, step: i64) -> Vec<i64> {
    let weights: Vec<Qty> = left.iter().map(|&left| Qty::new(left - left % pack)).collect();
    let packs = share(Qty::new(total - total % pack), &weights, Qty::new(pack));
    let mut wished: Vec<i64> = packs.into_iter().map(Qty::get).collect();
    let mut rest = total - wished.iter().sum::<i64>();
    while rest >= step {
        let spare = |&at: &usize| (left[at] - wished[at]) / step * step;
        let Some(at) = (0..left.len()).rev().max_by_key(spare) else { break };
        let more = rest.min(spare(&at));
        if more <= 0 {
            break;
        }
        wished[at] += more;
        rest -= more;
    }
    wished
}
