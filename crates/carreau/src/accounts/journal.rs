//! The books to be read: the sealed entries of a month, or the ledger of one account (*grand
//! livre*) with what it comes to after each line.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::{Day, IsoWeek};
use trade::ledger::{Account, Movement, opening, running};
use trade::unit::Cents;
use wire::fec::{FecEntry, FecLine};

use super::exports::rows::{self, Tables, Three, Two};
use super::exports::{Period, entries};
use super::pages::Desk;
use crate::billing::account_name;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

const PAGE: &str = "/accounts/journal";

#[derive(Deserialize)]
pub struct Asking {
    /// `2026-11`; empty: this month.
    #[serde(default)]
    month: String,
    /// How the number of an account begins; empty: the journal of all accounts.
    #[serde(default)]
    account: String,
}

impl Asking {
    fn month(&self) -> Result<Period, Failure> {
        let text = match self.month.trim() {
            "" => month_code(clock::today()),
            text => text.to_string(),
        };
        // A year is a period of exports too: here it would be a page without an end.
        let is_month = text.len() == "2026-11".len();
        let period = is_month.then(|| Period::parse(&text)).flatten();
        period.ok_or_else(|| {
            Failure::NotFound(format!("« {text} » n'est pas un mois. Exemple : 2026-11."))
        })
    }

    fn account(&self) -> Result<Option<Account>, Failure> {
        let text = self.account.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let mut found = Account::ALL.into_iter().filter(|one| one.number().starts_with(text));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(Some(one)),
            (Some(_), Some(_)) => Err(Failure::NotFound(format!(
                "Plusieurs comptes commencent par {text} : écrivez plus de chiffres."
            ))),
            (None, _) => Err(Failure::NotFound(format!(
                "« {text} » n'est pas un compte tenu ici. Exemple : 411."
            ))),
        }
    }
}

/// `2026-11`
fn month_code(day: Day) -> String {
    let (year, month, _) = day.ymd();
    format!("{year:04}-{month:02}")
}

/// `novembre 2026`
fn month_name(day: Day) -> String {
    fr::date(day).split_once(' ').map_or(String::new(), |(_, rest)| rest.to_string())
}

/// A piece with the way to its paper.
struct Piece {
    reference: String,
    /// Empty where there is no paper.
    href: String,
}

struct LineRow {
    account: String,
    party: String,
    letters: String,
    debit: String,
    credit: String,
}

/// An entry with its lines.
struct EntryRow {
    number: i64,
    day: String,
    journal: String,
    piece: Piece,
    label: String,
    /// Both of its sides come to this.
    sum: String,
    lines: Vec<LineRow>,
}

/// A line of one account.
struct MoveRow {
    number: i64,
    day: String,
    journal: String,
    piece: Piece,
    label: String,
    letters: String,
    debit: String,
    credit: String,
    balance: String,
}

struct Ledger {
    /// `411000 Clients`
    title: String,
    first: String,
    opening: String,
    moves: Vec<MoveRow>,
    total: (String, String),
    closing: String,
}

#[derive(Template)]
#[template(path = "accounts_journal.html")]
struct JournalPage {
    frame: Frame,
    /// Code and name of the month.
    month: (String, String),
    previous: String,
    next: String,
    accounts: Vec<(String, String)>,
    /// The number of the account that is shown; empty: the journal.
    account: String,
    entries: Vec<EntryRow>,
    total: (String, String),
    ledger: Option<Ledger>,
    /// Why the month cannot be shown.
    refused: Vec<String>,
}

/// `GET /accounts/journal?month=2026-11&account=411`
pub async fn page(desk: Desk, Query(asked): Query<Asking>) -> Answer {
    let (month, account) = (asked.month()?, asked.account()?);
    let tables = rows::tables(&desk.db(), desk.hub()).await.map_err(Failure::from)?;
    let (found, refused) = match entries(&tables, month) {
        Ok(found) => (found.entries, Vec::new()),
        Err(Failure::Told(said)) => (Vec::new(), said),
        Err(other) => return Err(other.into()),
    };
    let papers = papers(&tables);
    let title = if account.is_some() { "Grand livre" } else { "Journal" };
    let mut frame = desk.frame(PAGE, title).await?;
    frame.subtitle = "Les écritures scellées du mois, dans l'ordre de leurs numéros.".into();
    let chosen = account.map(Account::number).unwrap_or_default();
    let href = |day: Day| format!("{PAGE}?month={}&account={chosen}", month_code(day));
    let is_refused = !refused.is_empty();
    html(&JournalPage {
        frame,
        month: (month_code(month.from), month_name(month.from)),
        previous: href(month.from.plus_days(-1)),
        next: href(month.to.plus_days(1)),
        accounts: accounts(),
        account: chosen.to_string(),
        entries: match account {
            None => found.iter().map(|one| entry_row(one, &papers)).collect(),
            Some(_) => Vec::new(),
        },
        total: sums(found.iter().flat_map(|one| &one.lines)),
        ledger: account
            .filter(|_| !is_refused)
            .map(|account| ledger(account, month, &tables, &found, &papers)),
        refused,
    })
}

/// The choice of what is shown: everything, or one account, by number.
fn accounts() -> Vec<(String, String)> {
    let mut known = Account::ALL;
    known.sort_by_key(|account| account.number());
    let one = |account: Account| (account.number().to_string(), called(account));
    let all = (String::new(), "Tous les comptes : le journal".to_string());
    std::iter::once(all).chain(known.into_iter().map(one)).collect()
}

fn called(account: Account) -> String {
    format!("{} {}", account.number(), account_name(account))
}

/// Where the paper of a document is, by its reference.
fn papers(tables: &Tables) -> BTreeMap<String, String> {
    let paper = |row: &Three| {
        let Three([number, _, week, id, _], [series, ..]) = row;
        let week = IsoWeek::from_number(*week)?;
        Some((format!("{series}-{number:06}"), format!("/weeks/{week}/billing/paper/{id}")))
    };
    tables.documents.iter().filter_map(paper).collect()
}

fn piece(entry: &FecEntry, papers: &BTreeMap<String, String>) -> Piece {
    let reference = entry.piece.clone();
    // What the bank brought stands on a statement that was noted.
    let is_banked = reference.trim_start_matches("AN-").starts_with("RB");
    let href = match papers.get(&reference) {
        Some(href) => href.clone(),
        None if is_banked => "/accounts/bank#releves".into(),
        None => String::new(),
    };
    Piece { reference, href }
}

fn entry_row(entry: &FecEntry, papers: &BTreeMap<String, String>) -> EntryRow {
    let line = |line: &FecLine| LineRow {
        account: format!("{} {}", line.account, line.account_name),
        party: line.party_name.clone(),
        letters: letters(line),
        debit: some(line.debit),
        credit: some(line.credit),
    };
    EntryRow {
        number: entry.number,
        day: fr::numbers_day(entry.day),
        journal: entry.journal_name.clone(),
        piece: piece(entry, papers),
        label: entry.label.clone(),
        sum: sums(&entry.lines).0,
        lines: entry.lines.iter().map(line).collect(),
    }
}

fn letters(line: &FecLine) -> String {
    line.lettering.as_ref().map(|(letters, _)| letters.clone()).unwrap_or_default()
}

/// An amount; nothing where there is none.
fn some(cents: i64) -> String {
    if cents == 0 { String::new() } else { fr::euros(Cents::new(cents)) }
}

/// Debits and credits of lines.
fn sums<'a>(lines: impl IntoIterator<Item = &'a FecLine>) -> (String, String) {
    let (mut debit, mut credit) = (0, 0);
    for line in lines {
        debit += line.debit;
        credit += line.credit;
    }
    (fr::euros(Cents::new(debit)), fr::euros(Cents::new(credit)))
}

/// `1 234,56 € D`, as accountants write which side it stands on.
fn balance(of: Cents) -> String {
    let side = match of.get() {
        0 => "",
        some if some > 0 => "\u{a0}D",
        _ => "\u{a0}C",
    };
    format!("{}{side}", fr::euros(Cents::new(of.get().abs())))
}

fn ledger(
    account: Account,
    month: Period,
    tables: &Tables,
    found: &[FecEntry],
    papers: &BTreeMap<String, String>,
) -> Ledger {
    let is_own = |line: &&FecLine| line.account == account.number();
    let mut own: Vec<(&FecEntry, &FecLine)> = Vec::new();
    for entry in found {
        own.extend(entry.lines.iter().filter(is_own).map(|line| (entry, line)));
    }
    let movement = |(entry, line): (&FecEntry, &FecLine)| Movement {
        day: entry.day,
        debit: Cents::new(line.debit),
        credit: Cents::new(line.credit),
    };
    let opening = opening(account, month.from, &movements(tables, account));
    let movements: Vec<Movement> = own.iter().copied().map(movement).collect();
    let left = running(opening, &movements);
    let row = |((entry, line), left): ((&FecEntry, &FecLine), &Cents)| MoveRow {
        number: entry.number,
        day: fr::numbers_day(entry.day),
        journal: entry.journal_name.clone(),
        piece: piece(entry, papers),
        label: entry.label.clone(),
        letters: letters(line),
        debit: some(line.debit),
        credit: some(line.credit),
        balance: balance(*left),
    };
    Ledger {
        title: called(account),
        first: fr::date(month.from),
        opening: balance(opening),
        moves: own.iter().copied().zip(&left).map(row).collect(),
        total: sums(own.iter().map(|(_, line)| *line)),
        closing: balance(left.last().copied().unwrap_or(opening)),
    }
}

/// The sealed movements of an account, of all years.
fn movements(tables: &Tables, account: Account) -> Vec<Movement> {
    let sealed = tables.entries.iter().filter(|Two([_, _, _, number, _], _)| *number > 0);
    let days: BTreeMap<(i64, i64), i64> =
        sealed.map(|Two([week, id, day, ..], _)| ((*week, *id), *day)).collect();
    let own = tables.lines.iter().filter(|Two(_, [number, _])| number == account.number());
    let movement = |Two([week, id, _, debit, credit], _): &Two| {
        let day = Day::from_number(*days.get(&(*week, *id))?)?;
        Some(Movement { day, debit: Cents::new(*debit), credit: Cents::new(*credit) })
    };
    own.filter_map(movement).collect()
}
