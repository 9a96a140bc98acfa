//! Whether a chain holds against the books as they stand: every number, hash, line and document is
//! computed anew, and what differs is named. `verifier.py`, which an auditor runs without us, asks
//! the same questions of the same texts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use trade::billing::DocumentKind;
use trade::ledger::Account;
use trade::unit::{Cents, Rate, rate_of};

use super::{FIRST, Head, RawDocument, RawEntry, chained};

/// A seal as it stands in its table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    pub number: i64,
    /// `20260918`.
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

/// All that is proved of a hub, as it stands in the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    pub hub: String,
    /// By number.
    pub seals: Vec<Sealed>,
    pub entries: Vec<RawEntry>,
    /// Documents that no entry posts.
    pub stray_documents: Vec<RawDocument>,
    /// Lines of entries or documents that are not there.
    pub stray_lines: Vec<String>,
    /// The next number of each series of documents.
    pub series: Vec<(String, i64)>,
    /// The end of the chain as it was last written: number and hash.
    pub end: (i64, String),
}

/// Something that is not as it was sealed, or breaks a law of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The numbers of the chain are 1, 2, 3 …
    NumberBroken { expected: i64, found: i64 },
    /// The hash is not that of the text and the hash before.
    HashBroken { number: i64, piece: String },
    /// The end that was written down is not the last seal.
    EndBroken { written: i64, found: i64 },
    /// A seal whose entry is not there.
    EntryGone { number: i64, piece: String },
    /// Lines as they were sealed and are no more, and lines that are there instead.
    EntryChanged { number: i64, piece: String, sealed: Vec<String>, now: Vec<String> },
    /// An entry that nobody sealed.
    EntryUnsealed { place: String, piece: String },
    /// A document that no entry posts.
    DocumentStray { piece: String },
    /// Lines of an entry or document that is not there.
    LinesStray { of: String },
    /// I5: debit and credit of an entry are the same.
    Unbalanced { piece: String, by: i64 },
    /// An entry is not what its document comes to, account by account, in cents.
    DocumentDiffers { piece: String, account: String, document: i64, entry: i64 },
    /// I4: a series counts 1, 2, 3 … up to the last number that was given.
    SeriesBroken { series: String, expected: i64, found: Option<i64> },
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub seals: i64,
    pub entries: i64,
    pub documents: i64,
    pub series: i64,
    /// Debits of all entries, in cents.
    pub debit: i128,
    pub damages: Vec<Damage>,
}

impl Verdict {
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty()
    }
}

/// Computes everything anew; `hash` is SHA-256 in hexadecimal.
pub fn verify(books: &Books, hash: impl Fn(&str) -> String) -> Verdict {
    let documents = books.entries.iter().filter_map(|entry| entry.document.as_ref());
    let lines = books.entries.iter().flat_map(|entry| &entry.lines);
    let mut verdict = Verdict {
        seals: books.seals.len() as i64,
        entries: books.entries.len() as i64,
        documents: (documents.count() + books.stray_documents.len()) as i64,
        series: books.series.len() as i64,
        debit: lines.map(|line| i128::from(line.debit)).sum(),
        damages: Vec::new(),
    };
    chain(books, hash, &mut verdict.damages);
    against_books(books, &mut verdict.damages);
    for entry in &books.entries {
        laws(entry, &mut verdict.damages);
    }
    series(books, &mut verdict.damages);
    verdict
}

/// Numbers and hashes, of the seals alone.
fn chain(books: &Books, hash: impl Fn(&str) -> String, damages: &mut Vec<Damage>) {
    let mut last = FIRST.to_string();
    let mut expected = 1;
    for seal in &books.seals {
        if seal.number != expected {
            damages.push(Damage::NumberBroken { expected, found: seal.number });
        }
        if hash(&chained(&last, &seal.said)) != seal.hash {
            let piece = piece_in(&seal.said);
            damages.push(Damage::HashBroken { number: seal.number, piece });
        }
        last.clone_from(&seal.hash);
        expected = seal.number + 1;
    }
    let found = books.seals.last().map_or(0, |seal| seal.number);
    if books.end != (found, last) {
        damages.push(Damage::EndBroken { written: books.end.0, found });
    }
}

/// What was sealed beside what stands in the tables.
fn against_books(books: &Books, damages: &mut Vec<Damage>) {
    let known: HashMap<(i64, i64), &RawEntry> =
        books.entries.iter().map(|entry| ((entry.week, entry.id), entry)).collect();
    let mut sealed = HashSet::new();
    for seal in &books.seals {
        let number = seal.number;
        let Some(entry) = known.get(&(seal.week, seal.entry)) else {
            damages.push(Damage::EntryGone { number, piece: piece_in(&seal.said) });
            continue;
        };
        sealed.insert((seal.week, seal.entry));
        let text = entry.text(&seal.head(&books.hub));
        if text != seal.said {
            let piece = piece_in(&seal.said);
            let (then, now) = differing(&seal.said, &text);
            damages.push(Damage::EntryChanged { number, piece, sealed: then, now });
        }
    }
    let unsealed = books.entries.iter().filter(|one| !sealed.contains(&(one.week, one.id)));
    damages.extend(unsealed.map(|entry| Damage::EntryUnsealed {
        place: format!("{}/{}", entry.week, entry.id),
        piece: entry.piece.clone(),
    }));
    let strays = books.stray_documents.iter();
    damages.extend(strays.map(|one| Damage::DocumentStray { piece: one.reference() }));
    let lines = books.stray_lines.iter();
    damages.extend(lines.map(|of| Damage::LinesStray { of: of.clone() }));
}

impl Sealed {
    fn head(&self, hub: &str) -> Head {
        Head { hub: hub.into(), number: self.number, day: self.day, at: self.at }
    }
}

/// The piece that a sealed text names; its first words when it names none.
fn piece_in(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("ecriture "));
    line.and_then(|line| line.split('|').nth(4)).unwrap_or("?").to_string()
}

/// Lines that only one of two texts has.
fn differing(then: &str, now: &str) -> (Vec<String>, Vec<String>) {
    let only = |of: &str, other: &str| {
        let other: HashSet<&str> = other.lines().collect();
        let own = of.lines().filter(|line| !other.contains(line));
        own.map(str::to_string).collect::<Vec<_>>()
    };
    (only(then, now), only(now, then))
}

/// I5, and that the entry is what its document comes to.
fn laws(entry: &RawEntry, damages: &mut Vec<Damage>) {
    let by = entry.balance();
    if by != 0 {
        let by = i64::try_from(by).unwrap_or(i64::MAX);
        damages.push(Damage::Unbalanced { piece: entry.piece.clone(), by });
    }
    let Some(document) = &entry.document else { return };
    let expected = accounts(document);
    let mut booked: BTreeMap<String, i64> = BTreeMap::new();
    for line in &entry.lines {
        let sum = booked.entry(line.account.clone()).or_default();
        *sum = sum.saturating_add(line.debit).saturating_sub(line.credit);
    }
    let all: BTreeSet<&String> = expected.keys().chain(booked.keys()).collect();
    for account in all {
        let of = |sums: &BTreeMap<String, i64>| sums.get(account).copied().unwrap_or(0);
        if of(&expected) != of(&booked) {
            damages.push(Damage::DocumentDiffers {
                piece: entry.piece.clone(),
                account: account.clone(),
                document: of(&expected),
                entry: of(&booked),
            });
        }
    }
}

/// What a document comes to in each account, debits less credits: VAT once per rate.
fn accounts(document: &RawDocument) -> BTreeMap<String, i64> {
    let mut bases: BTreeMap<i64, i64> = BTreeMap::new();
    for item in &document.lines {
        let base = bases.entry(item.vat).or_default();
        *base = base.saturating_add(item.net);
    }
    let net = bases.values().fold(0, |sum: i64, base| sum.saturating_add(*base));
    let taxes = bases.iter().map(|(&rate, &base)| rate_of(Cents::new(base), Rate::new(rate)));
    let vat = taxes.map(Cents::get).fold(0, i64::saturating_add);
    let (party, goods, tax, sign) = match DocumentKind::parse(&document.kind) {
        Some(DocumentKind::Invoice) => (Account::Buyers, Account::Sales, Account::VatCollected, 1),
        Some(DocumentKind::CreditNote) => {
            (Account::Buyers, Account::Sales, Account::VatCollected, -1)
        }
        _ => (Account::Producers, Account::Purchases, Account::VatDeductible, -1),
    };
    let sums = [(party, net.saturating_add(vat)), (goods, -net), (tax, -vat)];
    sums.into_iter().map(|(account, sum)| (account.number().to_string(), sign * sum)).collect()
}

/// I4: the numbers of each series, against the next one that would be given.
fn series(books: &Books, damages: &mut Vec<Damage>) {
    let posted = books.entries.iter().filter_map(|entry| entry.document.as_ref());
    let mut numbers: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for document in posted.chain(&books.stray_documents) {
        numbers.entry(&document.series).or_default().push(document.number);
    }
    let next: BTreeMap<&str, i64> =
        books.series.iter().map(|(name, next)| (name.as_str(), *next)).collect();
    let names: BTreeSet<&str> = numbers.keys().chain(next.keys()).copied().collect();
    for series in names {
        let mut found = numbers.remove(series).unwrap_or_default();
        found.sort_unstable();
        let last = next.get(series).copied().unwrap_or(1) - 1;
        let mut expected = 1;
        for number in found {
            if number != expected || number > last {
                let (series, found) = (series.to_string(), Some(number));
                damages.push(Damage::SeriesBroken { series, expected, found });
            }
            expected = number + 1;
        }
        if expected <= last {
            let series = series.to_string();
            damages.push(Damage::SeriesBroken { series, expected, found: None });
        }
    }
}

/// The chain as it was sealed: for each seal the hash before, the text, the hash.
pub fn chain_text(books: &Books) -> String {
    let mut text = String::new();
    let mut last = FIRST;
    for seal in &books.seals {
        text.push_str(&chained(last, &seal.said));
        text.push_str(&format!("empreinte {}\n\n", seal.hash));
        last = &seal.hash;
    }
    text
}

/// The books as they stand now, in the order of the chain; what nobody sealed comes last, under the
/// number 0.
pub fn books_text(books: &Books) -> String {
    let known: HashMap<(i64, i64), &RawEntry> =
        books.entries.iter().map(|entry| ((entry.week, entry.id), entry)).collect();
    let mut sealed = HashSet::new();
    let mut text = String::new();
    for seal in &books.seals {
        if let Some(entry) = known.get(&(seal.week, seal.entry)) {
            sealed.insert((seal.week, seal.entry));
            text.push_str(&entry.text(&seal.head(&books.hub)));
            text.push('\n');
        }
    }
    let nobody = Head { hub: books.hub.clone(), number: 0, day: 0, at: 0 };
    for entry in books.entries.iter().filter(|one| !sealed.contains(&(one.week, one.id))) {
        text.push_str(&entry.text(&nobody));
        text.push('\n');
    }
    for document in &books.stray_documents {
        let week = document.week;
        let stray = RawEntry { week, document: Some(document.clone()), ..RawEntry::default() };
        text.push_str(&stray.text(&nobody));
        text.push('\n');
    }
    for of in &books.stray_lines {
        text.push_str(&format!("lignes-seules {of}\n\n"));
    }
    text
}

/// Each series with the last number that was given, and the end of the chain.
pub fn marks_text(books: &Books) -> String {
    let series = books.series.iter();
    let mut text: String =
        series.map(|(name, next)| format!("serie {}|{}\n", super::free(name), next - 1)).collect();
    text.push_str(&format!("fin {}|{}\n", books.end.0, books.end.1));
    text
}
