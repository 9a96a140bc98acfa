//! Step 7, rounds: which truck goes where, what each site was delivered, refused or missed.

mod awaited;
pub mod claim;
mod demand;
mod flaws;
pub mod task;
mod way;

pub use awaited::{Awaited, awaited};
pub use demand::{call, cold_calls, task};
pub use flaws::{RoundFlaw, flaws};
pub use task::{
    Call, CallId, Load, Pause, PlannedRound, PlannedStop, RoundLocks, RoundsTask, Truck, Window,
};
pub use way::{Round, RoundLock, RoundTimes, Stop, StopTimes, accept, dropped, judge, lock};

use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{NoteId, OrderLineId, ReceiptId, RoundId, SiteId, SortingId};
use crate::offers::Stamp;
use crate::unit::Qty;
use crate::week::Week;

/// One sorting as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLine {
    pub sorting: SortingId,
    pub order_line: OrderLineId,
    pub receipt: ReceiptId,
    pub loaded: Qty,
    /// Turned away by the buyer (*refus*); comes back and must be resolved.
    pub refused: Qty,
    /// Loaded but not there.
    pub missing: Qty,
    pub reason: String,
}

impl NoteLine {
    pub fn delivered(&self) -> Qty {
        self.loaded.minus(self.refused).minus(self.missing)
    }
}

/// The signed delivery note of one site and day (*bon de livraison*). Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNote {
    pub id: NoteId,
    pub day: Day,
    pub site: SiteId,
    pub round: Option<RoundId>,
    pub signed_by: String,
    pub lines: Vec<NoteLine>,
    pub stamp: Stamp,
}

/// What the buyer did not take of one order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverGap {
    pub order_line: OrderLineId,
    pub refused: Qty,
    pub missing: Qty,
    pub reason: String,
}

/// Hands over all that was sorted for a site on a day, less what was refused or missing.
pub fn deliver(
    week: &Week,
    site: SiteId,
    day: Day,
    gaps: &[HandoverGap],
    signed_by: &str,
    stamp: Stamp,
) -> Result<DeliveryNote, Denial> {
    week.register().site(site)?;
    let mut lines = Vec::new();
    for sorting in week.sortings_for(site, day) {
        if week.note_line(sorting.id).is_err() {
            lines.push(NoteLine {
                sorting: sorting.id,
                order_line: sorting.order_line,
                receipt: sorting.receipt,
                loaded: sorting.quantity,
                refused: Qty::ZERO,
                missing: Qty::ZERO,
                reason: String::new(),
            });
        }
    }
    if lines.is_empty() {
        return Err(Denial::NothingToDeliver { site, day });
    }
    for gap in gaps {
        apply_gap(&mut lines, gap)?;
    }
    let calls = |round: &&Round| round.stops.iter().any(|stop| stop.call == CallId::Site(site));
    let round = week.current_rounds(day).find(calls);
    Ok(DeliveryNote {
        id: NoteId(week.notes().len() as i64 + 1),
        day,
        site,
        round: round.map(|round| round.id),
        signed_by: signed_by.to_string(),
        lines,
        stamp,
    })
}

/// Spreads a gap over the batches of its order line, in order.
fn apply_gap(lines: &mut [NoteLine], gap: &HandoverGap) -> Result<(), Denial> {
    if gap.refused < Qty::ZERO || gap.missing < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: gap.refused.min(gap.missing) });
    }
    if gap.reason.trim().is_empty() {
        return Err(Denial::ReasonMissing);
    }
    let own = |line: &&NoteLine| line.order_line == gap.order_line;
    let loaded = Qty::total(lines.iter().filter(own).map(NoteLine::delivered));
    let asked = gap.refused.plus(gap.missing);
    if asked > loaded {
        return Err(Denial::NotLoaded { line: gap.order_line, loaded, asked });
    }
    let (mut refused, mut missing) = (gap.refused, gap.missing);
    for line in lines.iter_mut().filter(|line| line.order_line == gap.order_line) {
        let part = refused.min(line.delivered());
        line.refused = line.refused.plus(part);
        refused = refused.minus(part);
        let part = missing.min(line.delivered());
        line.missing = line.missing.plus(part);
        missing = missing.minus(part);
        line.reason = gap.reason.clone();
    }
    Ok(())
}

/// Hands one sorting over at the dock, to a buyer who fetches it.
pub fn hand_over(
    week: &Week,
    sorting: SortingId,
    signed_by: &str,
    stamp: Stamp,
) -> Result<DeliveryNote, Denial> {
    let known = week.sorting(sorting)?;
    let (order, _) = week.order_line(known.order_line)?;
    if week.note_line(sorting).is_ok() || week.is_unsorted(sorting) {
        return Err(Denial::NothingToDeliver { site: order.site, day: order.day });
    }
    let line = NoteLine {
        sorting,
        order_line: known.order_line,
        receipt: known.receipt,
        loaded: known.quantity,
        refused: Qty::ZERO,
        missing: Qty::ZERO,
        reason: String::new(),
    };
    Ok(DeliveryNote {
        id: NoteId(week.notes().len() as i64 + 1),
        day: order.day,
        site: order.site,
        round: None,
        signed_by: signed_by.to_string(),
        lines: vec![line],
        stamp,
    })
}
