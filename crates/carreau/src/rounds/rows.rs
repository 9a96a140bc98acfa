//! Rounds and delivery notes in tables.

use trade::id::{NoteId, OrderLineId, ReceiptId, RoundId, SortingId};
use trade::rounds::{CallId, DeliveryNote, Load, NoteLine, Round, Stop, StopTimes};
use trade::unit::Qty;

use crate::store::table::table;

table!(Round, "rounds", 1, "id, day, version, vehicle, metres_back, leaves, back, pause_after, \
    cost_cents, is_locked, at, by_whom",
    { id, day, version, vehicle, metres_back, times, pause_after, cost, is_locked, stamp; stops });

pub struct StopRow {
    pub round: RoundId,
    rank: i64,
    call: CallId,
    metres: i64,
    brings: Load,
    fetches: Load,
    times: Option<StopTimes>,
    is_locked: bool,
}

table!(StopRow, "stops", 2, "round, rank, site, producer, metres, load_g, load_l, fetches_g, \
    fetches_l, arrives, begins, leaves, is_locked",
    { round, rank, call, metres, brings, fetches, times, is_locked });

impl StopRow {
    pub fn new(round: RoundId, rank: i64, of: &Stop) -> StopRow {
        let Stop { call, metres, brings, fetches, times, is_locked } = of.clone();
        StopRow { round, rank, call, metres, brings, fetches, times, is_locked }
    }

    pub fn into_stop(self) -> Stop {
        let StopRow { call, metres, brings, fetches, times, is_locked, .. } = self;
        Stop { call, metres, brings, fetches, times, is_locked }
    }
}

table!(DeliveryNote, "delivery_notes", 1, "id, day, site, round, signed_by, at, by_whom",
    { id, day, site, round, signed_by, stamp; lines });

pub struct NoteLineRow {
    pub note: NoteId,
    rank: i64,
    sorting: SortingId,
    order_line: OrderLineId,
    receipt: ReceiptId,
    loaded: Qty,
    refused: Qty,
    missing: Qty,
    reason: String,
}

table!(NoteLineRow, "note_lines", 2, "note, rank, sorting, order_id, order_rank, receipt, \
    loaded, refused, missing, reason",
    { note, rank, sorting, order_line, receipt, loaded, refused, missing, reason });

impl NoteLineRow {
    pub fn new(note: NoteId, rank: i64, of: &NoteLine) -> NoteLineRow {
        let NoteLine { sorting, order_line, receipt, loaded, refused, missing, .. } = *of;
        let reason = of.reason.clone();
        NoteLineRow { note, rank, sorting, order_line, receipt, loaded, refused, missing, reason }
    }

    pub fn into_line(self) -> NoteLine {
        let NoteLineRow { sorting, order_line, receipt, loaded, refused, missing, .. } = self;
        NoteLine { sorting, order_line, receipt, loaded, refused, missing, reason: self.reason }
    }
}
