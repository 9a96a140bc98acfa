//! Documents, payouts and ledger entries in tables.

use trade::billing::{Billed, Document, DocumentLine, Payout};
use trade::id::{Code, DocumentId, EntryId};
use trade::ledger::{Account, Entry, EntryLine};
use trade::unit::{Cents, Price, Qty, Rate};

use crate::store::table::table;

table!(Document, "documents", 1, "id, kind, series, number, party, commitment_number, \
    service_code, issued_on, due_on, corrects, reason, at, by_whom",
    { id, kind, series, number, party, commitment_number, service_code, issued_on, due_on,
      corrects, reason, stamp; lines });

pub struct DocumentLineRow {
    pub document: DocumentId,
    rank: i64,
    billed: Billed,
    quantity: Qty,
    price: Price,
    net: Cents,
    vat: Rate,
}

table!(DocumentLineRow, "document_lines", 2, "document, rank, note, order_id, order_rank, \
    purchase_line, quantity, price, net_cents, vat_bp",
    { document, rank, billed, quantity, price, net, vat });

impl DocumentLineRow {
    pub fn new(document: DocumentId, rank: i64, of: &DocumentLine) -> DocumentLineRow {
        let DocumentLine { billed, quantity, price, net, vat } = *of;
        DocumentLineRow { document, rank, billed, quantity, price, net, vat }
    }

    pub fn into_line(self) -> DocumentLine {
        let DocumentLineRow { billed, quantity, price, net, vat, .. } = self;
        DocumentLine { billed, quantity, price, net, vat }
    }
}

table!(Payout, "payouts", 1, "id, document, producer, amount_with_vat_cents, paid_on, at, \
    by_whom",
    { id, document, producer, amount_with_vat, paid_on, stamp });

table!(Entry, "entries", 1, "id, journal, day, piece", { id, journal, day, piece; lines });

pub struct EntryLineRow {
    pub entry: EntryId,
    rank: i64,
    account: Account,
    party: Option<Code>,
    debit: Cents,
    credit: Cents,
}

table!(EntryLineRow, "entry_lines", 2, "entry, rank, account, party, debit_cents, credit_cents",
    { entry, rank, account, party, debit, credit });

impl EntryLineRow {
    pub fn new(entry: EntryId, rank: i64, of: &EntryLine) -> EntryLineRow {
        let EntryLine { account, party, debit, credit } = *of;
        EntryLineRow { entry, rank, account, party, debit, credit }
    }

    pub fn into_line(self) -> EntryLine {
        let EntryLineRow { account, party, debit, credit, .. } = self;
        EntryLine { account, party, debit, credit }
    }
}
