//! Entries with what their names need, over all weeks.

use db::{Db, FromRow, Row, Val};
use trade::id::HubId;

const ENTRIES: &str = "SELECT e.week, e.id, e.day, COALESCE(s.number, 0), COALESCE(s.day, 0), \
    e.journal, e.piece FROM entries e \
    LEFT JOIN seals s ON s.hub_id = e.hub_id AND s.week = e.week AND s.entry = e.id \
    WHERE e.hub_id = $1 ORDER BY COALESCE(s.number, 0), e.week, e.id";
const LINES: &str = "SELECT week, entry, rank, debit_cents, credit_cents, account, \
    COALESCE(party, '') FROM entry_lines WHERE hub_id = $1 ORDER BY week, entry, rank";
const DOCUMENTS: &str = "SELECT d.number, COALESCE(c.number, 0), d.week, d.id, 0, d.series, \
    d.kind, COALESCE(c.series, '') FROM documents d \
    LEFT JOIN documents c ON c.hub_id = d.hub_id AND c.week = d.week AND c.id = d.corrects \
    WHERE d.hub_id = $1";
const PARTIES: &str = "SELECT buyer, name FROM buyers WHERE hub_id = $1 \
    UNION ALL SELECT producer, name FROM producers WHERE hub_id = $1";
const BANKED: &str = "SELECT p.batch, p.line, p.rank, COALESCE(d.number, 0), 0, p.kind, l.label, \
    COALESCE(d.series, '') FROM bank_parts p \
    JOIN bank_lines l ON l.hub_id = p.hub_id AND l.batch = p.batch AND l.line = p.line \
    LEFT JOIN documents d ON d.hub_id = p.hub_id AND d.week = p.week AND d.id = p.document \
    WHERE p.hub_id = $1 ORDER BY p.batch, p.line, p.rank";
const HUB: &str = "SELECT siret, name FROM hubs WHERE hub_id = $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[ENTRIES, LINES, DOCUMENTS, PARTIES, BANKED, HUB];

/// Five numbers and two texts of a row.
pub struct Two(pub [i64; 5], pub [String; 2]);

impl FromRow for Two {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Two(five(row)?, [row.text(5)?, row.text(6)?]))
    }
}

/// Five numbers and three texts of a row.
pub struct Three(pub [i64; 5], pub [String; 3]);

impl FromRow for Three {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Three(five(row)?, [row.text(5)?, row.text(6)?, row.text(7)?]))
    }
}

fn five(row: &Row<'_>) -> Result<[i64; 5], db::Error> {
    Ok([row.i64(0)?, row.i64(1)?, row.i64(2)?, row.i64(3)?, row.i64(4)?])
}

/// A code and what it is called.
pub struct Named(pub String, pub String);

impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Named(row.text(0)?, row.text(1)?))
    }
}

/// All that an export is made of.
pub struct Tables {
    /// Week, id, day, number (0: not sealed), day of the seal; journal, piece.
    pub entries: Vec<Two>,
    /// Week, entry, rank, debit, credit; account, party.
    pub lines: Vec<Two>,
    /// Number, number of what it corrects, week and id; series, kind, series of what it corrects.
    pub documents: Vec<Three>,
    pub parties: Vec<Named>,
    /// Batch, line, rank, number of the invoice; kind, label, series.
    pub banked: Vec<Three>,
    /// SIRET and name.
    pub hub: Option<Named>,
}

pub async fn tables(db: &Db, hub: HubId) -> Result<Tables, db::Error> {
    let key = || vec![Val::from(hub.as_str())];
    Ok(Tables {
        entries: db.query(ENTRIES, key()).await?,
        lines: db.query(LINES, key()).await?,
        documents: db.query(DOCUMENTS, key()).await?,
        parties: db.query(PARTIES, key()).await?,
        banked: db.query(BANKED, key()).await?,
        hub: db.query(HUB, key()).await?.into_iter().next(),
    })
}
