//! Rounds and delivery notes in tables.

use trade::id::{NoteId, OrderLineId, ReceiptId, RoundId, SiteId, SortingId};
use trade::rounds::{DeliveryNote, NoteLine, Round, Stop};
use trade::unit::{Grams, Qty};

use crate::store::table::table;

table!(Round, "rounds", 1, "id, day, version, vehicle, metres_back, at, by_whom",
    { id, day, version, vehicle, metres_back, stamp; stops });

pub struct StopRow {
    pub round: RoundId,
    rank: i64,
    site: SiteId,
    metres: i64,
    load: Grams,
}

table!(StopRow, "stops", 2, "round, rank, site, metres, load_g",
    { round, rank, site, metres, load });

impl StopRow {
    pub fn new(round: RoundId, rank: i64, of: &Stop) -> StopRow {
        StopRow { round, rank, site: of.site, metres: of.metres, load: of.load }
    }

    pub fn into_stop(self) -> Stop {
        Stop { site: self.site, metres: self.metres, load: self.load }
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
