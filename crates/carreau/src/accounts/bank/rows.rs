//! Statements of the bank in tables: what is known of invoices and payouts, what was noted.

use std::collections::BTreeMap;

use db::{Db, FromRow, Row, Val};
use trade::bank::{BankBooks, BankLine, BankPart, BankParty, OpenInvoice, PostedPayout};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{Code, HubId};
use trade::unit::{Cents, Rate, rate_of};

use crate::failure::Failure;

pub type Command = (&'static str, Vec<Val>);

const PARTIES: &str = "SELECT buyer, name, siret FROM buyers WHERE hub_id = $1 \
    UNION ALL SELECT producer, name, siret FROM producers WHERE hub_id = $1";
const INVOICES: &str = "SELECT d.week, d.id, d.number, d.issued_on, d.due_on, \
    COALESCE(s.paid_cents, 0), d.series, d.party, d.commitment_number FROM documents d \
    LEFT JOIN paid_documents s ON s.hub_id = d.hub_id AND s.week = d.week AND s.document = d.id \
    WHERE d.hub_id = $1 AND d.kind = 'invoice' ORDER BY d.week, d.id";
// VAT is taken once per rate, on the sum of its lines.
const GROUPS: &str = "SELECT l.week, l.document, l.vat_bp, CAST(SUM(l.net_cents) AS BIGINT) \
    FROM document_lines l \
    JOIN documents d ON d.hub_id = l.hub_id AND d.week = l.week AND d.id = l.document \
    WHERE d.hub_id = $1 AND d.kind IN ('invoice', 'credit_note') \
    GROUP BY l.week, l.document, l.vat_bp";
const CREDITS: &str = "SELECT week, id, corrects, CAST(0 AS BIGINT) FROM documents \
    WHERE hub_id = $1 AND kind = 'credit_note' AND corrects IS NOT NULL";
const PAYOUTS: &str = "SELECT d.week, d.id, d.number, p.paid_on, p.amount_with_vat_cents, \
    COALESCE(s.paid_cents, 0), d.series, d.party, d.commitment_number FROM payouts p \
    JOIN documents d ON d.hub_id = p.hub_id AND d.week = p.week AND d.id = p.document \
    LEFT JOIN paid_documents s ON s.hub_id = d.hub_id AND s.week = d.week AND s.document = d.id \
    WHERE p.hub_id = $1 AND COALESCE(s.paid_cents, 0) = 0 ORDER BY d.week, d.id";
const KNOWN: &str = "SELECT fingerprint FROM bank_lines WHERE hub_id = $1 AND is_reversed = 0";
const LAST: &str = "SELECT COALESCE(MAX(batch), 0) FROM bank_batches WHERE hub_id = $1";
const BATCHES: &str = "SELECT b.batch, b.at, b.reversed_at, \
    CAST((SELECT COUNT(*) FROM bank_lines l WHERE l.hub_id = b.hub_id AND l.batch = b.batch) \
     AS BIGINT), \
    COALESCE((SELECT CAST(SUM(l.amount_cents) AS BIGINT) FROM bank_lines l \
     WHERE l.hub_id = b.hub_id AND l.batch = b.batch AND l.amount_cents > 0), 0), \
    b.source, b.by_whom, COALESCE(b.reversed_by, '') FROM bank_batches b \
    WHERE b.hub_id = $1 ORDER BY b.batch DESC LIMIT 20";
const LINES: &str = "SELECT line, day, amount_cents, label, reference FROM bank_lines \
    WHERE hub_id = $1 AND batch = $2 AND is_reversed = 0 ORDER BY line";
const PARTS: &str = "SELECT p.line, p.kind, COALESCE(p.week, 0), COALESCE(p.document, 0), \
    COALESCE(p.party, ''), p.amount_cents, COALESCE(d.series, ''), COALESCE(d.number, 0) \
    FROM bank_parts p LEFT JOIN documents d \
    ON d.hub_id = p.hub_id AND d.week = p.week AND d.id = p.document \
    WHERE p.hub_id = $1 AND p.batch = $2 ORDER BY p.line, p.rank";
const PAID: &str = "SELECT p.week, p.document, CAST(SUM(p.amount_cents) AS BIGINT), MAX(l.day) \
    FROM bank_parts p \
    JOIN bank_lines l ON l.hub_id = p.hub_id AND l.batch = p.batch AND l.line = p.line \
    WHERE p.hub_id = $1 AND p.kind = 'invoice' AND l.is_reversed = 0 AND p.week = $2 \
    GROUP BY p.week, p.document";

const PAID_BY: &str = "SELECT p.week, p.document, CAST(SUM(p.amount_cents) AS BIGINT), \
    MAX(l.day) FROM bank_parts p \
    JOIN bank_lines l ON l.hub_id = p.hub_id AND l.batch = p.batch AND l.line = p.line \
    JOIN documents d ON d.hub_id = p.hub_id AND d.week = p.week AND d.id = p.document \
    WHERE p.hub_id = $1 AND p.kind = 'invoice' AND l.is_reversed = 0 AND d.party = $2 \
    GROUP BY p.week, p.document";

const NEW_BATCH: &str = "INSERT INTO bank_batches (hub_id, batch, source, at, by_whom) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hub_id, batch) DO NOTHING";
const NEW_LINE: &str = "INSERT INTO bank_lines (hub_id, batch, line, fingerprint, day, label, \
    reference, amount_cents, is_reversed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) \
    ON CONFLICT (hub_id, fingerprint) WHERE is_reversed = 0 DO NOTHING";
const NEW_PART: &str = "INSERT INTO bank_parts (hub_id, batch, line, rank, kind, week, document, \
    party, amount_cents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const BEGIN_PAID: &str = "INSERT INTO paid_documents (hub_id, week, document, paid_cents) \
    VALUES ($1, $2, $3, 0) ON CONFLICT (hub_id, week, document) DO NOTHING";
/// Moves on from the amount that was seen, or touches no row: somebody else was quicker.
pub const PAY: &str = "UPDATE paid_documents SET paid_cents = paid_cents + $1 \
    WHERE hub_id = $2 AND week = $3 AND document = $4 AND paid_cents = $5";
const UNPAY: &str = "UPDATE paid_documents SET paid_cents = paid_cents - $1 \
    WHERE hub_id = $2 AND week = $3 AND document = $4 AND paid_cents >= $5";
const REVERSE_BATCH: &str = "UPDATE bank_batches SET reversed_at = $1, reversed_by = $2 \
    WHERE hub_id = $3 AND batch = $4 AND reversed_at IS NULL";
const REVERSE_LINES: &str = "UPDATE bank_lines SET is_reversed = 1 \
    WHERE hub_id = $1 AND batch = $2 AND is_reversed = 0";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    PARTIES,
    INVOICES,
    GROUPS,
    CREDITS,
    PAYOUTS,
    KNOWN,
    LAST,
    BATCHES,
    LINES,
    PARTS,
    PAID,
    PAID_BY,
    NEW_BATCH,
    NEW_LINE,
    NEW_PART,
    BEGIN_PAID,
    PAY,
    UNPAY,
    REVERSE_BATCH,
    REVERSE_LINES,
];

/// A document of the hub: its week and its number there.
pub type Place = (i64, i64);

/// The books with the places of what they name.
#[derive(Default)]
pub struct Known {
    pub books: BankBooks,
    /// Of the invoices and payouts, by reference.
    pub places: BTreeMap<String, Place>,
    /// Seen on statements of each invoice, by reference; the next payment moves on from it.
    pub seen: BTreeMap<String, i64>,
    /// The number that the next batch gets.
    pub next_batch: i64,
}

impl Known {
    pub fn party_of(&self, reference: &str) -> Option<Code> {
        let own = self.books.invoices.iter().find(|one| one.reference == reference);
        own.map(|one| one.party)
    }

    pub fn name_of(&self, party: Code) -> &str {
        let own = self.books.parties.iter().find(|one| one.code == party);
        own.map_or("", |one| one.name.as_str())
    }
}

/// Six numbers and three texts of a row.
struct Wide([i64; 6], [String; 3]);

impl FromRow for Wide {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let mut numbers = [0; 6];
        for (at, number) in numbers.iter_mut().enumerate() {
            *number = row.i64(at)?;
        }
        Ok(Wide(numbers, [row.text(6)?, row.text(7)?, row.text(8)?]))
    }
}

/// Four numbers of a row.
struct Four([i64; 4]);

impl FromRow for Four {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Four([row.i64(0)?, row.i64(1)?, row.i64(2)?, row.i64(3)?]))
    }
}

struct PartyRow(String, String, String);

impl FromRow for PartyRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(PartyRow(row.text(0)?, row.text(1)?, row.text(2)?))
    }
}

fn wrong(what: &str) -> Failure {
    db::Error::Db(format!("{what} cannot be read")).into()
}

fn day(number: i64) -> Result<Day, Failure> {
    Day::from_number(number).ok_or_else(|| wrong("a day"))
}

fn code(text: &str) -> Result<Code, Failure> {
    Code::parse(text).map_err(|_| wrong("a code"))
}

/// All that a statement is read against.
pub async fn known(db: &Db, hub: HubId) -> Result<Known, Failure> {
    let key = || vec![Val::from(hub.as_str())];
    let mut known = Known::default();
    for PartyRow(own, name, siret) in db.query(PARTIES, key()).await? {
        known.books.parties.push(BankParty { code: code(&own)?, name, siret });
    }
    invoices(db, hub, &mut known).await?;
    for Wide([week, id, number, paid_on, amount, _], [series, party, _]) in
        db.query(PAYOUTS, key()).await?
    {
        let reference = format!("{series}-{number:06}");
        known.places.insert(reference.clone(), (week, id));
        known.books.payouts.push(PostedPayout {
            reference,
            party: code(&party)?,
            amount_with_vat: Cents::new(amount),
            paid_on: day(paid_on)?,
        });
    }
    let prints: Vec<String> = db.query(KNOWN, key()).await?;
    known.books.known.extend(prints);
    let last: Vec<i64> = db.query(LAST, key()).await?;
    known.next_batch = last.first().copied().unwrap_or(0) + 1;
    Ok(known)
}

async fn invoices(db: &Db, hub: HubId, known: &mut Known) -> Result<(), Failure> {
    let key = || vec![Val::from(hub.as_str())];
    let mut sums: BTreeMap<Place, i64> = BTreeMap::new();
    for Four([week, document, rate, base]) in db.query(GROUPS, key()).await? {
        let vat = rate_of(Cents::new(base), Rate::new(rate));
        *sums.entry((week, document)).or_default() += base + vat.get();
    }
    // A credit note takes from what is owed as a payment does; the bank never saw it.
    let mut credited: BTreeMap<Place, i64> = BTreeMap::new();
    for Four([week, id, corrects, _]) in db.query(CREDITS, key()).await? {
        let sum = sums.get(&(week, id)).copied().unwrap_or(0);
        *credited.entry((week, corrects)).or_default() += sum;
    }
    for Wide([week, id, number, issued_on, due_on, paid], [series, party, commitment_number]) in
        db.query(INVOICES, key()).await?
    {
        let reference = format!("{series}-{number:06}");
        known.places.insert(reference.clone(), (week, id));
        known.seen.insert(reference.clone(), paid);
        known.books.invoices.push(OpenInvoice {
            reference,
            party: code(&party)?,
            commitment_number,
            issued_on: day(issued_on)?,
            due_on: day(due_on)?,
            with_vat: Cents::new(sums.get(&(week, id)).copied().unwrap_or(0)),
            paid_with_vat: Cents::new(paid + credited.get(&(week, id)).copied().unwrap_or(0)),
        });
    }
    Ok(())
}

/// What was seen of the invoices of a week: cents, and the day of the last payment.
pub async fn paid(
    db: &Db,
    hub: HubId,
    week: IsoWeek,
) -> Result<BTreeMap<i64, (Cents, Day)>, Failure> {
    let values = vec![Val::from(hub.as_str()), Val::I(week.number())];
    let rows: Vec<Four> = db.query(PAID, values).await?;
    let row =
        |Four([_, document, cents, last]): Four| Ok((document, (Cents::new(cents), day(last)?)));
    rows.into_iter().map(row).collect()
}

/// The same for all invoices of a buyer.
pub async fn paid_by(
    db: &Db,
    hub: HubId,
    buyer: &str,
) -> Result<BTreeMap<Place, (Cents, Day)>, Failure> {
    let rows: Vec<Four> = db.query(PAID_BY, vec![hub.as_str().into(), buyer.into()]).await?;
    let row = |Four([week, document, cents, last]): Four| {
        Ok(((week, document), (Cents::new(cents), day(last)?)))
    };
    rows.into_iter().map(row).collect()
}

/// A batch that was noted.
pub struct Batch {
    pub number: i64,
    pub at: Instant,
    pub reversed_at: Option<Instant>,
    pub lines: i64,
    /// Sum of what came in.
    pub incoming: Cents,
    pub source: String,
    pub by: String,
    pub reversed_by: String,
}

impl FromRow for Batch {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Batch {
            number: row.i64(0)?,
            at: Instant(row.i64(1)?),
            reversed_at: row.opt_i64(2)?.map(Instant),
            lines: row.i64(3)?,
            incoming: Cents::new(row.i64(4)?),
            source: row.text(5)?,
            by: row.text(6)?,
            reversed_by: row.text(7)?,
        })
    }
}

/// The latest batches, the last first.
pub async fn batches(db: &Db, hub: HubId) -> Result<Vec<Batch>, Failure> {
    Ok(db.query(BATCHES, vec![hub.as_str().into()]).await?)
}

/// A line that was noted, with what it was for and where that stands.
pub struct NotedLine {
    pub number: i64,
    pub line: BankLine,
    pub parts: Vec<(BankPart, Option<Place>)>,
}

struct LineRow(i64, i64, i64, String, String);

impl FromRow for LineRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(LineRow(row.i64(0)?, row.i64(1)?, row.i64(2)?, row.text(3)?, row.text(4)?))
    }
}

struct PartRow {
    line: i64,
    kind: String,
    place: Place,
    party: String,
    amount: i64,
    reference: String,
}

impl FromRow for PartRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let (series, number) = (row.text(6)?, row.i64(7)?);
        Ok(PartRow {
            line: row.i64(0)?,
            kind: row.text(1)?,
            place: (row.i64(2)?, row.i64(3)?),
            party: row.text(4)?,
            amount: row.i64(5)?,
            reference: format!("{series}-{number:06}"),
        })
    }
}

impl PartRow {
    fn part(&self) -> Result<(BankPart, Option<Place>), Failure> {
        let amount = Cents::new(self.amount);
        let reference = self.reference.clone();
        Ok(match self.kind.as_str() {
            "invoice" => (BankPart::Invoice(reference, amount), Some(self.place)),
            "payout" => (BankPart::Payout(reference, amount), Some(self.place)),
            "account" => (BankPart::OnAccount(code(&self.party)?, amount), None),
            "charge" => (BankPart::Charge(amount), None),
            "suspense" => (BankPart::Suspense(amount), None),
            _ => return Err(wrong("a part of a line")),
        })
    }
}

/// The lines of a batch that still count.
pub async fn lines(db: &Db, hub: HubId, batch: i64) -> Result<Vec<NotedLine>, Failure> {
    let key = || vec![Val::from(hub.as_str()), Val::I(batch)];
    let mut parts: BTreeMap<i64, Vec<PartRow>> = BTreeMap::new();
    for row in db.query::<PartRow>(PARTS, key()).await? {
        parts.entry(row.line).or_default().push(row);
    }
    let mut noted = Vec::new();
    for LineRow(number, on, amount, label, reference) in db.query(LINES, key()).await? {
        let own = parts.remove(&number).unwrap_or_default();
        let own: Result<Vec<_>, Failure> = own.iter().map(PartRow::part).collect();
        let line =
            BankLine { day: day(on)?, label, reference, amount_with_vat: Cents::new(amount) };
        noted.push(NotedLine { number, line, parts: own? });
    }
    Ok(noted)
}

pub fn new_batch(hub: HubId, batch: i64, source: &str, now: Instant, by: &str) -> Command {
    let hub = hub.as_str().into();
    (NEW_BATCH, vec![hub, Val::I(batch), source.into(), Val::I(now.0), by.into()])
}

pub fn new_line(hub: HubId, batch: i64, at: i64, fingerprint: &str, line: &BankLine) -> Command {
    let values = vec![
        hub.as_str().into(),
        Val::I(batch),
        Val::I(at),
        fingerprint.into(),
        Val::I(line.day.number()),
        line.label.as_str().into(),
        line.reference.as_str().into(),
        Val::I(line.amount_with_vat.get()),
    ];
    (NEW_LINE, values)
}

pub fn new_part(
    hub: HubId,
    batch: i64,
    line: i64,
    rank: i64,
    part: &BankPart,
    place: Option<Place>,
) -> Command {
    let (kind, party) = match part {
        BankPart::Invoice(..) => ("invoice", None),
        BankPart::Payout(..) => ("payout", None),
        BankPart::OnAccount(party, _) => ("account", Some(party.to_string())),
        BankPart::Charge(_) => ("charge", None),
        BankPart::Suspense(_) => ("suspense", None),
    };
    let values = vec![
        hub.as_str().into(),
        Val::I(batch),
        Val::I(line),
        Val::I(rank),
        kind.into(),
        place.map_or(Val::NullI, |place| Val::I(place.0)),
        place.map_or(Val::NullI, |place| Val::I(place.1)),
        party.into(),
        Val::I(part.amount_with_vat().get()),
    ];
    (NEW_PART, values)
}

/// The row of a document that is paid for the first time; known, it stays as it is.
pub fn begin_paid(hub: HubId, place: Place) -> Command {
    (BEGIN_PAID, vec![hub.as_str().into(), Val::I(place.0), Val::I(place.1)])
}

/// Adds to what was paid of a document, of which `seen` was known: it must touch a row.
pub fn pay(hub: HubId, place: Place, amount: i64, seen: i64) -> Command {
    let values =
        vec![Val::I(amount), hub.as_str().into(), Val::I(place.0), Val::I(place.1), Val::I(seen)];
    (PAY, values)
}

/// Takes back what was paid of a document: it must touch a row.
pub fn unpay(hub: HubId, place: Place, amount: i64) -> Command {
    let (week, document) = (Val::I(place.0), Val::I(place.1));
    (UNPAY, vec![Val::I(amount), hub.as_str().into(), week, document, Val::I(amount)])
}

/// Marks a batch as taken back: the first must touch a row, or it was taken back before.
pub fn reverse(hub: HubId, batch: i64, now: Instant, by: &str) -> [Command; 2] {
    let hub = || Val::from(hub.as_str());
    [
        (REVERSE_BATCH, vec![Val::I(now.0), by.into(), hub(), Val::I(batch)]),
        (REVERSE_LINES, vec![hub(), Val::I(batch)]),
    ]
}
