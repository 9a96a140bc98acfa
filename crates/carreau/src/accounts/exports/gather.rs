//! Entries of a period with their names and letters, from the sealed rows.

use std::collections::{BTreeMap, BTreeSet};

use trade::calendar::Day;
use trade::ledger::lettering::{Settling, letters};
use trade::ledger::{Account, Journal};
use trade::unit::Cents;
use wire::fec::{FecEntry, FecLine, clean};

use super::rows::{Named, Tables, Three, Two};
use crate::billing::account_name;
use crate::failure::Failure;

/// Days of which entries are exported, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Day,
    pub to: Day,
}

impl Period {
    /// A fiscal year: the calendar's.
    pub fn year(year: i32) -> Option<Period> {
        Some(Period { from: Day::from_ymd(year, 1, 1)?, to: Day::from_ymd(year, 12, 31)? })
    }

    pub fn month(year: i32, month: i32) -> Option<Period> {
        let from = Day::from_ymd(year, month, 1)?;
        let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Some(Period { from, to: Day::from_ymd(next.0, next.1, 1)?.plus_days(-1) })
    }

    /// `2026`, `2026-11`.
    pub fn parse(text: &str) -> Option<Period> {
        match text.split_once('-') {
            Some((year, month)) => Period::month(year.parse().ok()?, month.parse().ok()?),
            None => Period::year(text.parse().ok()?),
        }
    }

    pub fn has(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// What is exported, with the numbers that belong to other periods.
pub struct Gathered {
    pub entries: Vec<FecEntry>,
    pub outside: BTreeSet<i64>,
    /// The SIREN of the hub; empty when its SIRET is not known.
    pub siren: String,
}

/// The entries of a period in the order of their seals. Errors: some of them are not sealed, or do
/// not balance; French.
pub fn entries(tables: &Tables, period: Period) -> Result<Gathered, Failure> {
    let names = Names::of(tables);
    let mut lines: BTreeMap<(i64, i64), Vec<&Two>> = BTreeMap::new();
    for row in &tables.lines {
        lines.entry((row.0[0], row.0[1])).or_default().push(row);
    }
    let mut all: Vec<(bool, FecEntry)> = Vec::new();
    let mut settling: Vec<Settling<Key>> = Vec::new();
    let mut refused = Vec::new();
    for row in &tables.entries {
        let Two([week, id, day, number, sealed_on], [journal, piece]) = row;
        let day = read_day(*day)?;
        let own = lines.remove(&(*week, *id)).unwrap_or_default();
        let is_within = period.has(day);
        if *number == 0 && is_within {
            refused.push(format!("L'écriture de la pièce {piece} n'est pas scellée."));
        }
        let sum: i64 = own.iter().map(|line| line.0[3] - line.0[4]).sum();
        if sum != 0 && is_within {
            refused.push(format!("L'écriture de la pièce {piece} ne s'équilibre pas."));
        }
        settling.extend(names.settling(piece, day, &own));
        let entry = FecEntry {
            journal: journal.clone(),
            journal_name: journal_name(journal).into(),
            number: *number,
            day,
            piece: clean(piece),
            piece_day: day,
            label: clean(&names.label(journal, piece, &own)),
            validated_on: if *number == 0 { day } else { read_day(*sealed_on)? },
            lines: own.iter().map(|line| names.line(line)).collect(),
        };
        all.push((is_within, entry));
    }
    if !refused.is_empty() {
        refused.truncate(20);
        refused.push("Rien n'est exporté : le contrôle des écritures dit ce qui manque.".into());
        return Err(Failure::Told(refused));
    }
    let mut lettered = letters(&settling).into_iter();
    for (_, entry) in &mut all {
        for line in &mut entry.lines {
            line.lettering = lettered.next().flatten();
        }
    }
    let outside = all.iter().filter(|(is_within, _)| !is_within).map(|(_, one)| one.number);
    Ok(Gathered {
        outside: outside.collect(),
        entries: all.into_iter().filter(|(is_within, _)| *is_within).map(|(_, one)| one).collect(),
        siren: names.siren,
    })
}

/// What belongs together: account, party, reference; or a line by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Settled(String, String, String),
    Alone,
}

fn read_day(number: i64) -> Result<Day, Failure> {
    Day::from_number(number).ok_or_else(|| db::Error::Db("a day cannot be read".into()).into())
}

fn journal_name(code: &str) -> &'static str {
    match Journal::parse(code) {
        Some(Journal::Sales) => "Ventes",
        Some(Journal::Purchases) => "Achats",
        Some(Journal::Bank) => "Banque",
        Some(Journal::Various) | None => "Opérations diverses",
    }
}

/// What entries are called by.
struct Names<'a> {
    parties: BTreeMap<&'a str, &'a str>,
    /// Kind and, for a credit note, what it corrects; by reference.
    documents: BTreeMap<String, (&'a str, String)>,
    /// Labels and references of the parts that made lines, by piece.
    banked: BTreeMap<String, (&'a str, Vec<String>)>,
    siren: String,
}

impl<'a> Names<'a> {
    fn of(tables: &'a Tables) -> Names<'a> {
        let reference = |series: &str, number: i64| match series {
            "" => String::new(),
            series => format!("{series}-{number:06}"),
        };
        let document = |row: &'a Three| {
            let Three([number, corrects, ..], [series, kind, of]) = row;
            (reference(series, *number), (kind.as_str(), reference(of, *corrects)))
        };
        let mut banked: BTreeMap<String, (&str, Vec<String>)> = BTreeMap::new();
        for Three([batch, line, _, number, _], [kind, label, series]) in &tables.banked {
            let piece = format!("RB{batch:06}-{line:03}");
            let own = banked.entry(piece).or_insert((label, Vec::new()));
            // Payouts make no line: theirs was made when they were posted.
            if kind != "payout" {
                own.1.push(reference(series, *number));
            }
        }
        let siret = tables.hub.as_ref().map_or("", |hub| hub.0.as_str());
        Names {
            parties: tables.parties.iter().map(|Named(code, name)| (&**code, &**name)).collect(),
            documents: tables.documents.iter().map(document).collect(),
            banked,
            siren: siret.get(..9).unwrap_or_default().to_string(),
        }
    }

    fn party(&self, code: &str) -> &'a str {
        self.parties.get(code).copied().unwrap_or_default()
    }

    fn line(&self, row: &Two) -> FecLine {
        let Two([_, _, _, debit, credit], [account, party]) = row;
        let name = Account::parse(account).map_or("Compte", account_name);
        let party_name = match self.party(party) {
            "" => party.as_str(),
            name => name,
        };
        FecLine {
            account: account.clone(),
            account_name: name.into(),
            party: party.clone(),
            party_name: clean(party_name),
            debit: *debit,
            credit: *credit,
            lettering: None,
        }
    }

    fn label(&self, journal: &str, piece: &str, lines: &[&Two]) -> String {
        let party = lines.iter().map(|line| line.1[1].as_str()).find(|party| !party.is_empty());
        let party = party.map_or("", |party| self.party(party));
        if let Some((label, _)) = self.banked.get(piece) {
            return label.to_string();
        }
        if let Some((label, _)) = piece.strip_prefix("AN-").and_then(|own| self.banked.get(own)) {
            return format!("Annulation : {label}");
        }
        let kind = match self.documents.get(piece).map(|(kind, _)| *kind) {
            _ if Journal::parse(journal) == Some(Journal::Bank) => "Virement",
            Some("invoice") => "Facture",
            Some("credit_note") => "Avoir",
            Some("self_bill") => "Autofacture",
            Some("purchase_slip") => "Bulletin d'achat",
            Some("statement") => "Relevé",
            _ => "Démarque et dons",
        };
        format!("{kind} {piece} {party}")
    }

    /// What each line of an entry belongs together with.
    fn settling(&self, piece: &str, day: Day, lines: &[&Two]) -> Vec<Settling<Key>> {
        let own = piece.strip_prefix("AN-").unwrap_or(piece);
        let corrected = self.documents.get(piece).map(|(_, corrects)| corrects.as_str());
        let whole = corrected.filter(|corrects| !corrects.is_empty()).unwrap_or(piece);
        let banked = self.banked.get(own).map(|(_, references)| references.as_slice());
        let mut settling = Vec::new();
        for (at, Two([_, _, _, debit, credit], [account, party])) in lines.iter().enumerate() {
            let reference = match banked {
                // The first line is the bank's, one for each part follows.
                Some(references) => at.checked_sub(1).and_then(|at| references.get(at)),
                None => None,
            };
            let reference = reference.map_or(if banked.is_some() { "" } else { whole }, |own| own);
            let key = match party.is_empty() || reference.is_empty() {
                true => Key::Alone,
                false => Key::Settled(account.clone(), party.clone(), reference.to_string()),
            };
            let (debit, credit) = (Cents::new(*debit), Cents::new(*credit));
            settling.push(Settling { key, day, debit, credit });
        }
        settling
    }
}
