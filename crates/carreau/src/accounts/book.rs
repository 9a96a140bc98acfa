//! The sealed entries of a hub in the order of their numbers: what an export of the books and the
//! matching of payments read.

use std::collections::BTreeMap;

use db::{FromRow, Row, Val};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{Code, EntryId};
use trade::ledger::{Account, Entry, EntryLine, Journal};
use trade::unit::Cents;

use crate::access::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;

const BETWEEN: &str = "SELECT s.number, s.day, s.at, e.week, e.id, e.journal, e.day, e.piece \
    FROM seals s JOIN entries e ON e.hub_id = s.hub_id AND e.week = s.week AND e.id = s.entry \
    WHERE s.hub_id = $1 AND e.day >= $2 AND e.day <= $3 ORDER BY s.number";
const LINES: &str = "SELECT s.number, l.account, l.party, l.debit_cents, l.credit_cents, \
    CASE WHEN l.account = '401000' THEN COALESCE(p.name, l.party, '') \
    ELSE COALESCE(b.name, p.name, l.party, '') END \
    FROM seals s JOIN entries e ON e.hub_id = s.hub_id AND e.week = s.week AND e.id = s.entry \
    JOIN entry_lines l ON l.hub_id = e.hub_id AND l.week = e.week AND l.entry = e.id \
    LEFT JOIN buyers b ON b.hub_id = l.hub_id AND b.buyer = l.party \
    LEFT JOIN producers p ON p.hub_id = l.hub_id AND p.producer = l.party \
    WHERE s.hub_id = $1 AND e.day >= $2 AND e.day <= $3 ORDER BY s.number, l.rank";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BETWEEN, LINES];

/// An entry with its number and validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    /// Gapless over the hub, in the order of validation: EcritureNum of the FEC.
    pub number: i64,
    /// The day on which it was validated, in Paris: ValidDate of the FEC.
    pub validated_on: Day,
    pub validated_at: Instant,
    /// `None`: of no week.
    pub week: Option<IsoWeek>,
    pub entry: Entry,
    /// The names of buyers and farms behind the lines, as the register has them today.
    pub names: BTreeMap<(Account, Code), String>,
}

impl SealedEntry {
    /// The name behind a line; `None` where the account has no party.
    pub fn name_of(&self, line: &EntryLine) -> Option<&str> {
        self.names.get(&(line.account, line.party?)).map(String::as_str)
    }
}

struct Found(SealedEntry);

fn bad(what: &str) -> db::Error {
    db::Error::Db(format!("the {what} of a sealed entry"))
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let day = |at: usize| Day::from_number(row.i64(at)?).ok_or_else(|| bad("day"));
        Ok(Found(SealedEntry {
            number: row.i64(0)?,
            validated_on: day(1)?,
            validated_at: Instant(row.i64(2)?),
            week: IsoWeek::from_number(row.i64(3)?),
            entry: Entry {
                id: EntryId(row.i64(4)?),
                journal: Journal::parse(&row.text(5)?).ok_or_else(|| bad("journal"))?,
                day: day(6)?,
                piece: row.text(7)?,
                lines: Vec::new(),
            },
            names: BTreeMap::new(),
        }))
    }
}

/// Number of the seal, line, name.
struct FoundLine(i64, EntryLine, String);

impl FromRow for FoundLine {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let party = row.opt_text(2)?.map(|party| Code::parse(&party).map_err(|_| bad("party")));
        let line = EntryLine {
            account: Account::parse(&row.text(1)?).ok_or_else(|| bad("account"))?,
            party: party.transpose()?,
            debit: Cents::new(row.i64(3)?),
            credit: Cents::new(row.i64(4)?),
        };
        Ok(FoundLine(row.i64(0)?, line, row.text(5)?))
    }
}

/// All sealed entries whose accounting day is from `first` to `last`, both included, in the order
/// of their numbers.
pub async fn sealed_between(
    app: &App,
    scope: HubScope,
    first: Day,
    last: Day,
) -> Result<Vec<SealedEntry>, Failure> {
    let db = app.db(scope);
    let hub = scope.hub();
    let values =
        || -> Vec<Val> { vec![hub.as_str().into(), first.number().into(), last.number().into()] };
    let found: Vec<Found> = db.query(BETWEEN, values()).await?;
    let mut entries: Vec<SealedEntry> = found.into_iter().map(|row| row.0).collect();
    let lines: Vec<FoundLine> = db.query(LINES, values()).await?;
    for FoundLine(number, line, name) in lines {
        // Sorted by number; an entry sealed between the two reads is left out whole.
        let Ok(at) = entries.binary_search_by_key(&number, |one| one.number) else { continue };
        if let Some(party) = line.party {
            entries[at].names.insert((line.account, party), name);
        }
        entries[at].entry.lines.push(line);
    }
    Ok(entries)
}
