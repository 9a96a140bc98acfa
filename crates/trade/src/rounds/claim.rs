//! What a buyer says against a line of a signed delivery note. The note itself never changes: a
//! claim stands beside it, and the hub answers.

use crate::catalog::Pack;
use crate::denial::Denial;
use crate::id::{BuyerId, NoteId, OrderLineId};
use crate::party::Hub;
use crate::unit::Qty;
use crate::week::Week;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimCause {
    /// Signed for, and not there.
    Missing,
    Damaged,
    /// Not of the quality class that was sold.
    Quality,
    /// Other goods than those ordered.
    OtherGoods,
}

impl ClaimCause {
    pub const ALL: [ClaimCause; 4] =
        [ClaimCause::Missing, ClaimCause::Damaged, ClaimCause::Quality, ClaimCause::OtherGoods];

    pub const fn code(self) -> &'static str {
        match self {
            ClaimCause::Missing => "missing",
            ClaimCause::Damaged => "damaged",
            ClaimCause::Quality => "quality",
            ClaimCause::OtherGoods => "other_goods",
        }
    }

    pub fn parse(code: &str) -> Option<ClaimCause> {
        ClaimCause::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// A claim before it is judged. A line of a note is claimed once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    pub note: NoteId,
    pub line: OrderLineId,
    pub quantity: Qty,
    pub cause: ClaimCause,
    /// What the buyer adds in its own words, or empty.
    pub said: String,
}

/// What a note delivered of an order line, over all its lots.
pub fn delivered_by(week: &Week, note: NoteId, line: OrderLineId) -> Qty {
    let known = week.notes().iter().find(|known| known.id == note);
    let lines = known.into_iter().flat_map(|known| &known.lines);
    Qty::total(lines.filter(|one| one.order_line == line).map(|one| one.delivered()))
}

/// Whether goods sold by the weight found came as near to what was ordered as the hub allows.
pub fn is_as_weighed(hub: &Hub, pack: Pack, ordered: Qty, delivered: Qty) -> bool {
    let least = i128::from(ordered.get()) * i128::from(10_000 - hub.weight_tolerance.get());
    pack.weighed && i128::from(delivered.get()) * 10_000 >= least
}

/// Judges a claim of `buyer`: about its own delivery, no more than was delivered. Foreign and
/// unknown are refused alike.
pub fn claim(week: &Week, buyer: BuyerId, request: &ClaimRequest) -> Result<(), Denial> {
    let line = request.line;
    let (order, _) = week.order_line(line)?;
    if order.buyer != buyer {
        return Err(Denial::UnknownOrderLine { line });
    }
    if request.quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: request.quantity });
    }
    let delivered = delivered_by(week, request.note, line);
    if request.quantity > delivered {
        return Err(Denial::ClaimAboveDelivered { asked: request.quantity, delivered });
    }
    Ok(())
}
