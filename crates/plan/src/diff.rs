//! What a new plan changes, at a glance.

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId};
use trade::sourcing::SourcingPlan;
use trade::unit::Qty;

/// One part that differs between two plans; a part that is not in a plan counts as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcingChange {
    pub order_line: OrderLineId,
    pub offer: OfferId,
    pub before: Qty,
    pub after: Qty,
}

/// The parts that differ, by order line and offer.
pub fn sourcing(before: &SourcingPlan, after: &SourcingPlan) -> Vec<SourcingChange> {
    let mut parts: BTreeMap<(OrderLineId, OfferId), (i64, i64)> = BTreeMap::new();
    for one in &before.allotments {
        parts.entry((one.order_line, one.offer)).or_default().0 += one.quantity.get();
    }
    for one in &after.allotments {
        parts.entry((one.order_line, one.offer)).or_default().1 += one.quantity.get();
    }
    let changed = parts.into_iter().filter(|(_, (before, after))| before != after);
    changed
        .map(|((order_line, offer), (before, after))| SourcingChange {
            order_line,
            offer,
            before: Qty::new(before),
            after: Qty::new(after),
        })
        .collect()
}
