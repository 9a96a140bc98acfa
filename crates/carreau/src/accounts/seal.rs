//! Sealing: each entry gets the next number of its hub and a hash over its text and the hash
//! before, in the transaction that writes it.
//!
//! Writers of one hub take turns: the first statement of [`seal`] writes the row of the chain's
//! end, so that a second transaction waits there until the first is done or undone. What it then
//! reads is the true end; the last statement moves the end on from exactly that, or ends the whole
//! transaction with [`Failure::Busy`]. So the chain has one end, no gap and no fork.

use std::collections::HashMap;

use db::{BoxFuture, Db, Tx, Val};
use trade::Fact;
use trade::billing::Document;
use trade::calendar::{Instant, IsoWeek};
use trade::id::{EntryId, HubId};
use trade::ledger::Entry;
use wire::seal::{FIRST, Head, RawEntry, chained};

use super::rows::{self, SealRow};
use crate::billing::rows::EntryLineRow;
use crate::clock;
use crate::failure::Failure;
use crate::store::table::{insert_hub, insert_no_week, run};

/// `week` of entries that are of no week.
pub const NO_WEEK: i64 = 0;

const BEGIN: &str = "INSERT INTO seal_heads (hub_id, number, hash) VALUES ($1, 0, $2) \
    ON CONFLICT (hub_id) DO NOTHING";
const TAKE: &str = "UPDATE seal_heads SET number = number WHERE hub_id = $1 \
    RETURNING number, hash";
const MOVE: &str = "UPDATE seal_heads SET number = $1, hash = $2 \
    WHERE hub_id = $3 AND number = $4 AND hash = $5";
const LAST: &str = "SELECT number, hash FROM seal_heads WHERE hub_id = $1";
const NOT_BEGUN: &str = "SELECT h.hub_id FROM hubs h WHERE NOT EXISTS \
    (SELECT 1 FROM seal_heads s WHERE s.hub_id = h.hub_id) ORDER BY h.hub_id";
const LAST_OF_NO_WEEK: &str = "SELECT COALESCE(MAX(id), 0) FROM entries \
    WHERE hub_id = $1 AND week = 0";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BEGIN, TAKE, MOVE, LAST, NOT_BEGUN, LAST_OF_NO_WEEK];

/// The end of a hub's chain: number and hash of its last seal. Kept outside of the program, it
/// tells later whether the end was cut off or the whole written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// 0: nothing is sealed.
    pub number: i64,
    pub hash: String,
}

impl From<(i64, String)> for End {
    fn from((number, hash): (i64, String)) -> End {
        End { number, hash }
    }
}

/// The end of a hub's chain as it stands.
pub async fn end(db: &Db, hub: HubId) -> Result<End, Failure> {
    let found: Vec<(i64, String)> = db.query(LAST, vec![hub.as_str().into()]).await?;
    let end = found.into_iter().next().unwrap_or_else(|| (0, FIRST.into()));
    Ok(end.into())
}

/// The entries among the facts of an act, each with the document that it posts.
pub fn entries_of(week: IsoWeek, facts: &[Fact]) -> Vec<RawEntry> {
    let posted = facts.iter().filter_map(|fact| match fact {
        Fact::Posted(document) => Some((document.reference(), document)),
        _ => None,
    });
    let posted: HashMap<String, &Document> = posted.collect();
    let booked = facts.iter().filter_map(|fact| match fact {
        Fact::Booked(entry) => Some(entry),
        _ => None,
    });
    let with_document = |entry: &Entry| {
        let document = posted.get(&entry.piece).copied();
        let with = RawEntry::of(Some(week), entry, document);
        match &with.document {
            Some(document) if !with.posts(document) => RawEntry::of(Some(week), entry, None),
            _ => with,
        }
    };
    booked.map(with_document).collect()
}

/// Seals entries that the same transaction has written, in this order; `now` is the instant of
/// validation. To be called last: until the transaction ends, other writers of the hub wait.
///
/// Errors: [`Failure::Busy`] when another was quicker; nothing of the transaction may stay then.
pub fn seal<'a>(
    tx: &'a mut Tx,
    hub: HubId,
    now: Instant,
    entries: &'a [RawEntry],
) -> BoxFuture<'a, Result<(), Failure>> {
    Box::pin(async move {
        if entries.is_empty() {
            return Ok(());
        }
        let end = take(tx, hub).await?;
        extend(tx, hub, now, end, entries).await
    })
}

/// Begins the chain of a hub, if it has none.
pub async fn begin(tx: &mut Tx, hub: HubId) -> Result<(), db::Error> {
    tx.exec(BEGIN, vec![hub.as_str().into(), FIRST.into()]).await?;
    Ok(())
}

/// Waits for its turn and reads the end of the chain. Until the transaction is done or undone
/// nobody else can move it.
pub async fn take(tx: &mut Tx, hub: HubId) -> Result<End, Failure> {
    begin(tx, hub).await?;
    let found: Vec<(i64, String)> = tx.query(TAKE, vec![hub.as_str().into()]).await?;
    Ok(found.into_iter().next().ok_or(Failure::Busy)?.into())
}

/// Adds seals behind `end`, which must still be the end of the chain.
pub async fn extend(
    tx: &mut Tx,
    hub: HubId,
    now: Instant,
    end: End,
    entries: &[RawEntry],
) -> Result<(), Failure> {
    let day = clock::civil(now).0.number();
    let mut last = end.clone();
    let mut seals = Vec::with_capacity(entries.len());
    for entry in entries {
        let number = last.number + 1;
        let head = Head { hub: hub.to_string(), number, day, at: now.0 };
        let said = entry.text(&head);
        let hash = keys::digest(&chained(&last.hash, &said));
        last = End { number, hash: hash.clone() };
        let (week, entry) = (entry.week, entry.id);
        seals.push(SealRow { number, day, at: now.0, week, entry, said, hash });
    }
    // The guard first: who lost the race writes no seal, not even one that would be refused.
    let values = vec![
        Val::I(last.number),
        last.hash.into(),
        hub.as_str().into(),
        Val::I(end.number),
        end.hash.into(),
    ];
    if tx.exec(MOVE, values).await? != 1 {
        return Err(Failure::Busy);
    }
    let mut commands = Vec::new();
    insert_hub(hub, &seals, &mut commands);
    run(tx, commands).await?;
    Ok(())
}

/// Writes entries that are of no week (a payment that came in on the bank), and seals them, in the
/// caller's transaction; the ids that they got. Their own ids do not count. Like [`seal`], to be
/// called last.
///
/// ```ignore
/// let entry = trade::ledger::entry(EntryId(0), Journal::Bank, day, piece, lines)?;
/// db.write(move |tx| Box::pin(async move {
///     // … the caller's own rows, and their guards …
///     seal::book(tx, hub, clock::now(), vec![entry]).await
/// })).await?;
/// ```
///
/// Errors: [`Failure::Busy`] when another was quicker; try the whole transaction again.
pub fn book(
    tx: &mut Tx,
    hub: HubId,
    now: Instant,
    entries: Vec<Entry>,
) -> BoxFuture<'_, Result<Vec<EntryId>, Failure>> {
    Box::pin(async move {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let end = take(tx, hub).await?;
        let last: Vec<i64> = tx.query(LAST_OF_NO_WEEK, vec![hub.as_str().into()]).await?;
        let first = last.first().copied().unwrap_or(0) + 1;
        let numbered = |(id, entry): (i64, Entry)| Entry { id: EntryId(id), ..entry };
        let entries: Vec<Entry> = (first..).zip(entries).map(numbered).collect();
        let mut commands = Vec::new();
        insert_no_week(hub, &entries, &mut commands);
        for entry in &entries {
            let lines = (1..).zip(&entry.lines);
            let lines: Vec<EntryLineRow> =
                lines.map(|(rank, line)| EntryLineRow::new(entry.id, rank, line)).collect();
            insert_no_week(hub, &lines, &mut commands);
        }
        run(tx, commands).await?;
        let raw: Vec<RawEntry> = entries.iter().map(|one| RawEntry::of(None, one, None)).collect();
        extend(tx, hub, now, end, &raw).await?;
        Ok(entries.into_iter().map(|entry| entry.id).collect())
    })
}

/// Begins the chain of every hub that has none, with the entries that it has already, in the order
/// of their days. Once: what stands unsealed in a hub whose chain has begun was put there by other
/// means, and stays to be found.
pub async fn begin_all(db: &Db, now: Instant) -> Result<(), db::Error> {
    let hubs: Vec<String> = db.query(NOT_BEGUN, vec![]).await?;
    for hub in hubs {
        let hub = HubId::parse(&hub).map_err(|_| db::Error::Db(format!("hub {hub}")))?;
        let own = db.of(hub.as_str());
        let begun = own.write(move |tx| {
            Box::pin(async move {
                let end = take(tx, hub).await?;
                // Another program may have begun it while this one waited for its turn.
                if end.number == 0 {
                    let entries = rows::entries_in(tx, hub).await?;
                    extend(tx, hub, now, end, &entries).await?;
                }
                Ok::<_, Failure>(())
            })
        });
        match begun.await {
            Ok(()) => {}
            Err(Failure::Database(error)) => return Err(error),
            Err(other) => return Err(db::Error::Retry(other.to_string())),
        }
    }
    Ok(())
}
