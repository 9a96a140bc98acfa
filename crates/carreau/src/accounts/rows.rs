//! Seals in their table, and the ledger as it stands in its own, before any rule reads it.

use std::collections::HashMap;

use db::{Db, FromRow, Row, Tx};
use trade::id::HubId;
use wire::seal::{RawDocument, RawEntry, RawItem, RawLine};

use crate::store::table::table;

/// An entry's place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRow {
    pub number: i64,
    /// The day of validation, `20260918`.
    pub day: i64,
    pub at: i64,
    /// 0: of no week.
    pub week: i64,
    pub entry: i64,
    /// The text that was sealed.
    pub said: String,
    /// SHA-256 of the hash before and the text, in hexadecimal.
    pub hash: String,
}

table!(SealRow, "seals", 1, "number, day, at, week, entry, said, hash",
    { number, day, at, week, entry, said, hash });

const ENTRIES: &str = "SELECT week, id, journal, day, piece FROM entries WHERE hub_id = $1 \
    ORDER BY day, week, id";
const LINES: &str = "SELECT week, entry, rank, account, party, debit_cents, credit_cents \
    FROM entry_lines WHERE hub_id = $1 ORDER BY week, entry, rank";
const DOCUMENTS: &str = "SELECT week, id, kind, series, number, party, commitment_number, \
    service_code, issued_on, due_on, corrects, reason, at, by_whom FROM documents \
    WHERE hub_id = $1 ORDER BY week, id";
const ITEMS: &str = "SELECT week, document, rank, note, order_id, order_rank, purchase_line, \
    quantity, price, net_cents, vat_bp FROM document_lines WHERE hub_id = $1 \
    ORDER BY week, document, rank";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[ENTRIES, LINES, DOCUMENTS, ITEMS];

impl FromRow for RawEntryRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let (week, id) = (row.i64(0)?, row.i64(1)?);
        let (journal, day, piece) = (row.text(2)?, row.i64(3)?, row.text(4)?);
        Ok(RawEntryRow(RawEntry { week, id, journal, day, piece, ..RawEntry::default() }))
    }
}

struct RawEntryRow(RawEntry);

/// A line with the week and id of its entry.
struct LineRow((i64, i64), RawLine);

impl FromRow for LineRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let line = RawLine {
            rank: row.i64(2)?,
            account: row.text(3)?,
            party: row.opt_text(4)?,
            debit: row.i64(5)?,
            credit: row.i64(6)?,
        };
        Ok(LineRow((row.i64(0)?, row.i64(1)?), line))
    }
}

struct DocumentRow(RawDocument);

impl FromRow for DocumentRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(DocumentRow(RawDocument {
            week: row.i64(0)?,
            id: row.i64(1)?,
            kind: row.text(2)?,
            series: row.text(3)?,
            number: row.i64(4)?,
            party: row.text(5)?,
            commitment_number: row.text(6)?,
            service_code: row.text(7)?,
            issued_on: row.i64(8)?,
            due_on: row.i64(9)?,
            corrects: row.opt_i64(10)?,
            reason: row.text(11)?,
            at: row.i64(12)?,
            by_whom: row.text(13)?,
            lines: Vec::new(),
        }))
    }
}

/// A line with the week and id of its document.
struct ItemRow((i64, i64), RawItem);

impl FromRow for ItemRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let item = RawItem {
            rank: row.i64(2)?,
            note: row.opt_i64(3)?,
            order: row.opt_i64(4)?,
            order_rank: row.opt_i64(5)?,
            purchase: row.opt_i64(6)?,
            quantity: row.i64(7)?,
            price: row.i64(8)?,
            net: row.i64(9)?,
            vat: row.i64(10)?,
        };
        Ok(ItemRow((row.i64(0)?, row.i64(1)?), item))
    }
}

/// The ledger of a hub as its tables have it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// In the order of their days, each with the document that it posts.
    pub entries: Vec<RawEntry>,
    /// Documents that no entry posts: there should be none.
    pub stray_documents: Vec<RawDocument>,
    /// Weeks and ids of entries and documents of which there are lines only.
    pub stray_lines: Vec<String>,
}

/// Reads the ledger of a hub.
pub async fn ledger(db: &Db, hub: HubId) -> Result<Ledger, db::Error> {
    let hub = || vec![hub.as_str().into()];
    let rows = Rows {
        entries: db.query(ENTRIES, hub()).await?,
        lines: db.query(LINES, hub()).await?,
        documents: db.query(DOCUMENTS, hub()).await?,
        items: db.query(ITEMS, hub()).await?,
    };
    Ok(rows.put_together())
}

/// The entries of a hub, read inside a transaction.
pub async fn entries_in(tx: &mut Tx, hub: HubId) -> Result<Vec<RawEntry>, db::Error> {
    let hub = || vec![hub.as_str().into()];
    let rows = Rows {
        entries: tx.query(ENTRIES, hub()).await?,
        lines: tx.query(LINES, hub()).await?,
        documents: tx.query(DOCUMENTS, hub()).await?,
        items: tx.query(ITEMS, hub()).await?,
    };
    Ok(rows.put_together().entries)
}

struct Rows {
    entries: Vec<RawEntryRow>,
    lines: Vec<LineRow>,
    documents: Vec<DocumentRow>,
    items: Vec<ItemRow>,
}

impl Rows {
    fn put_together(self) -> Ledger {
        let mut ledger = Ledger::default();
        let mut items: HashMap<(i64, i64), Vec<RawItem>> = HashMap::new();
        for ItemRow(key, item) in self.items {
            items.entry(key).or_default().push(item);
        }
        let mut documents: HashMap<(i64, String), Vec<RawDocument>> = HashMap::new();
        for DocumentRow(mut document) in self.documents {
            document.lines = items.remove(&(document.week, document.id)).unwrap_or_default();
            documents.entry((document.week, document.reference())).or_default().push(document);
        }
        let mut lines: HashMap<(i64, i64), Vec<RawLine>> = HashMap::new();
        for LineRow(key, line) in self.lines {
            lines.entry(key).or_default().push(line);
        }
        for RawEntryRow(mut entry) in self.entries {
            entry.lines = lines.remove(&(entry.week, entry.id)).unwrap_or_default();
            let named = documents.get_mut(&(entry.week, entry.piece.clone()));
            let own = named.and_then(|same| {
                let at = same.iter().position(|document| entry.posts(document))?;
                Some(same.remove(at))
            });
            entry.document = own;
            ledger.entries.push(entry);
        }
        ledger.stray_documents = documents.into_values().flatten().collect();
        ledger.stray_documents.sort_by_key(|one| (one.week, one.id));
        let of_entry = |(week, id): &(i64, i64)| format!("écriture {week}/{id}");
        let of_document = |(week, id): &(i64, i64)| format!("pièce {week}/{id}");
        let strays = lines.keys().map(of_entry).chain(items.keys().map(of_document));
        ledger.stray_lines = strays.collect();
        ledger.stray_lines.sort();
        ledger
    }
}
