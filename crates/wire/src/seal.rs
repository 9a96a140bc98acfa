//! The text under which an entry of the ledger is sealed: the same bytes today and in ten years,
//! read by an eye as well as by a program. `docs/decisions/0027-chain.md` describes it.
//!
//! Every line begins with a word and ends with a line feed; fields are separated by `|`. Days are
//! `20260918`, weeks `202638` (0: of no week), instants seconds since 1970 (UTC), amounts euros
//! with a point. What stands in the tables is written as it stands, even when no rule would take
//! it: whoever looks for damage has to see it.

pub mod proof;

use std::fmt::Write;

use trade::billing::{Billed, Document};
use trade::calendar::IsoWeek;
use trade::ledger::{Entry, Journal};

/// The hash before the first seal.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Number and validation of a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub hub: String,
    pub number: i64,
    /// The day of validation in Paris, `20260918`.
    pub day: i64,
    /// The instant of validation, seconds since 1970.
    pub at: i64,
}

/// An entry as it stands in its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawEntry {
    /// 0: of no week.
    pub week: i64,
    pub id: i64,
    pub journal: String,
    pub day: i64,
    pub piece: String,
    pub lines: Vec<RawLine>,
    /// The document that the entry posts.
    pub document: Option<RawDocument>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawLine {
    pub rank: i64,
    pub account: String,
    pub party: Option<String>,
    /// Cents.
    pub debit: i64,
    /// Cents.
    pub credit: i64,
}

/// A document as it stands in its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawDocument {
    pub week: i64,
    pub id: i64,
    pub kind: String,
    pub series: String,
    pub number: i64,
    pub party: String,
    pub commitment_number: String,
    pub service_code: String,
    pub issued_on: i64,
    pub due_on: i64,
    pub corrects: Option<i64>,
    pub reason: String,
    pub at: i64,
    pub by_whom: String,
    pub lines: Vec<RawItem>,
}

/// A line of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawItem {
    pub rank: i64,
    pub note: Option<i64>,
    pub order: Option<i64>,
    pub order_rank: Option<i64>,
    pub purchase: Option<i64>,
    /// Thousandths of the unit of sale.
    pub quantity: i64,
    /// Ten-thousandths of a euro.
    pub price: i64,
    /// Cents, without VAT.
    pub net: i64,
    /// Basis points.
    pub vat: i64,
}

impl RawEntry {
    /// As the tables will hold it; `week`: `None` for entries of no week.
    pub fn of(week: Option<IsoWeek>, entry: &Entry, document: Option<&Document>) -> RawEntry {
        let week = week.map_or(0, IsoWeek::number);
        let line = |(rank, line): (i64, &trade::ledger::EntryLine)| RawLine {
            rank,
            account: line.account.number().into(),
            party: line.party.map(|party| party.to_string()),
            debit: line.debit.get(),
            credit: line.credit.get(),
        };
        RawEntry {
            week,
            id: entry.id.0,
            journal: entry.journal.code().into(),
            day: entry.day.number(),
            piece: entry.piece.clone(),
            lines: (1..).zip(&entry.lines).map(line).collect(),
            document: document.map(|document| RawDocument::of(week, document)),
        }
    }

    /// Debits minus credits, in cents: 0 of an entry that is one.
    pub fn balance(&self) -> i128 {
        self.lines.iter().map(|line| i128::from(line.debit) - i128::from(line.credit)).sum()
    }

    /// Whether it is this document that the entry posts; a payment names the same piece and posts
    /// nothing.
    pub fn posts(&self, document: &RawDocument) -> bool {
        let posts = [Journal::Sales, Journal::Purchases].map(Journal::code);
        posts.contains(&self.journal.as_str())
            && self.week == document.week
            && self.piece == document.reference()
    }

    /// The text that is sealed, without the hash before.
    pub fn text(&self, head: &Head) -> String {
        let mut out = Text::default();
        out.line("sceau", &["1".into()]);
        out.line("plateforme", &[free(&head.hub)]);
        out.line("numero", &[head.number.to_string()]);
        out.line("valide", &[head.day.to_string(), head.at.to_string()]);
        let RawEntry { week, id, journal, day, piece, lines, document } = self;
        let place = [week.to_string(), id.to_string()];
        let said = [free(journal), day.to_string(), free(piece)];
        out.line("ecriture", &[&place[..], &said[..]].concat());
        for line in lines {
            let party = line.party.as_deref().map_or_else(|| "-".into(), free);
            let sums = [decimal(line.debit, 2), decimal(line.credit, 2)];
            let fields = [line.rank.to_string(), free(&line.account), party];
            out.line("ligne", &[&fields[..], &sums[..]].concat());
        }
        if let Some(document) = document {
            document.write(&mut out);
        }
        out.0
    }
}

impl RawDocument {
    fn of(week: i64, document: &Document) -> RawDocument {
        let item = |(rank, line): (i64, &trade::billing::DocumentLine)| {
            let (note, order, order_rank, purchase) = match line.billed {
                Billed::Delivery(note, of) => (Some(note.0), Some(of.order.0), Some(of.rank), None),
                Billed::Purchase(line) => (None, None, None, Some(line.0)),
            };
            let (quantity, price) = (line.quantity.get(), line.price.get());
            let (net, vat) = (line.net.get(), line.vat.get());
            RawItem { rank, note, order, order_rank, purchase, quantity, price, net, vat }
        };
        RawDocument {
            week,
            id: document.id.0,
            kind: document.kind.code().into(),
            series: document.series.clone(),
            number: document.number,
            party: document.party.to_string(),
            commitment_number: document.commitment_number.clone(),
            service_code: document.service_code.clone(),
            issued_on: document.issued_on.number(),
            due_on: document.due_on.number(),
            corrects: document.corrects.map(|id| id.0),
            reason: document.reason.clone(),
            at: document.stamp.at.0,
            by_whom: document.stamp.by.clone(),
            lines: (1..).zip(&document.lines).map(item).collect(),
        }
    }

    /// As [`Document::reference`].
    pub fn reference(&self) -> String {
        format!("{}-{:06}", self.series, self.number)
    }

    fn write(&self, out: &mut Text) {
        let or = |value: Option<i64>| value.map_or("-".to_string(), |value| value.to_string());
        let place = [self.id.to_string(), free(&self.kind), free(&self.series)];
        let party = [self.number.to_string(), free(&self.party)];
        let filed = [free(&self.commitment_number), free(&self.service_code)];
        let days = [self.issued_on.to_string(), self.due_on.to_string()];
        out.line("document", &[&place[..], &party[..], &filed[..], &days[..]].concat());
        out.line("corrige", &[or(self.corrects), free(&self.reason)]);
        out.line("par", &[self.at.to_string(), free(&self.by_whom)]);
        for item in &self.lines {
            let of = [item.note, item.order, item.order_rank, item.purchase].map(or);
            let goods = [decimal(item.quantity, 3), decimal(item.price, 4)];
            let sums = [decimal(item.net, 2), decimal(item.vat, 2)];
            let rank = [item.rank.to_string()];
            out.line("poste", &[&rank[..], &of[..], &goods[..], &sums[..]].concat());
        }
    }
}

/// The bytes whose SHA-256 is the hash of a seal: the hash before, then the text.
pub fn chained(previous: &str, text: &str) -> String {
    format!("precedent {previous}\n{text}")
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, word: &str, fields: &[String]) {
        // Writing into a String cannot fail.
        let _ = writeln!(self.0, "{word} {}", fields.join("|"));
    }
}

/// A free text on one line, so that no field can pretend to be two: `\` before what separates. A
/// lone `-` means absent and is written `\-` when it was said.
fn free(text: &str) -> String {
    if text == "-" {
        return "\\-".into();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '|' => out.push_str("\\p"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out
}

/// `decimal(-14318, 2)` is `-143.18`.
fn decimal(value: i64, places: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{part}")
}
