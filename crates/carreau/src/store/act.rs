//! Acts: read the week, let the rules decide, add the facts. One transaction, or nothing.
//!
//! A loaded week stays in memory. Before each act its revision is compared with the database, so
//! that several processes may share one; the write itself succeeds only on the revision that the
//! decision was made on. A body may run more than once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use db::{BoxFuture, Db, FromRow, Row, Val};
use trade::billing::Counters;
use trade::calendar::{Day, Instant};
use trade::dock::surplus::Reservation;
use trade::id::{ContractId, HubId, LineId};
use trade::orders::Order;
use trade::unit::{Cents, Qty};
use trade::{Fact, Week};
use wire::seal::RawEntry;

use super::keys::{self, Kept};
use super::week::{Additions, Base};
use super::{register, table};
pub use crate::access::scope::Place;
use crate::accounts::seal;
use crate::failure::Failure;

/// Goods that an amendment takes beyond what its order line had; negative gives back.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    pub line: LineId,
    pub day: Day,
    pub quantity: Qty,
}

/// What an amendment calls off a contract beyond what its order line had; negative gives back.
#[derive(Clone, Copy, Debug)]
pub struct Spending {
    pub contract: ContractId,
    pub amount: Cents,
}

/// A letter that must go out with the act that causes it: one per recipient, kind and version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub kind: &'static str,
    /// `buyer` or `producer`: whose code `recipient` is.
    pub party: &'static str,
    pub recipient: String,
    pub version: i64,
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// After this instant it is stale and no longer goes out by itself.
    pub give_up_at: i64,
    /// Stands in the address to which it is answered, where a reply may do something.
    pub reply: Option<::keys::Token>,
}

/// A week while it is acted upon.
pub struct Act<'week> {
    week: &'week mut Week,
    facts: Vec<Fact>,
    takings: Vec<Taking>,
    spendings: Vec<Spending>,
    mails: Vec<Mail>,
    kept: Option<Kept>,
    rows: Vec<(&'static str, Vec<Val>)>,
    pub counters: Counters,
}

impl Act<'_> {
    pub fn week(&self) -> &Week {
        self.week
    }

    /// Adds a fact: later decisions of the same act see it.
    pub fn add(&mut self, fact: impl Into<Fact>) {
        let fact = fact.into();
        self.facts.push(fact.clone());
        self.week.apply(fact);
    }

    pub fn take(&mut self, taking: Taking) {
        self.takings.push(taking);
    }

    /// Only for a contract with a ceiling: without one there is nothing to spend from.
    pub fn spend(&mut self, spending: Spending) {
        self.spendings.push(spending);
    }

    pub fn send(&mut self, mail: Mail) {
        self.mails.push(mail);
    }

    /// Keeps what is answered under a key. Who finds the key taken is told [`Failure::Busy`]: the
    /// answer is then there to read.
    pub fn keep(&mut self, kept: Kept) {
        self.kept = Some(kept);
    }

    /// Writes a row that stays with the act, or nothing of either stays: one that touches no row
    /// ends the act with [`Failure::Busy`].
    pub fn write(&mut self, text: &'static str, values: Vec<Val>) {
        self.rows.push((text, values));
    }
}

/// A week in memory, as of a revision.
struct Loaded {
    week: Week,
    stand: Stand,
}

/// What tells whether a loaded week is still true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Stand {
    revision: i64,
    orders: i64,
    register: i64,
}

impl FromRow for Stand {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Stand { revision: row.i64(0)?, orders: row.i64(1)?, register: row.i64(2)? })
    }
}

type Cell = Arc<tokio::sync::Mutex<Option<Loaded>>>;

/// Weeks kept in memory: the current one and those around it. Older ones are read again.
const KEPT: usize = 6;

/// The weeks in memory, with the count of uses at which each was last used.
#[derive(Default)]
pub struct Weeks {
    cells: Mutex<Cells>,
}

/// Each week with its last use, and the count of uses.
type Cells = (HashMap<Place, (u64, Cell)>, u64);

const OPEN_WEEK: &str = "INSERT INTO weeks (hub_id, week, revision) VALUES ($1, $2, 0) \
    ON CONFLICT (hub_id, week) DO NOTHING";
const STAND: &str = "SELECT w.revision, \
    (SELECT CAST(COALESCE(SUM(d.order_count), 0) AS BIGINT) FROM sale_days d \
     WHERE d.hub_id = w.hub_id AND d.week = w.week), \
    COALESCE((SELECT v.version FROM register_versions v WHERE v.hub_id = w.hub_id), 0) \
    FROM weeks w WHERE w.hub_id = $1 AND w.week = $2";
const RAISE: &str = "UPDATE weeks SET revision = revision + 1 \
    WHERE hub_id = $1 AND week = $2 AND revision = $3";
const RAISE_ANY: &str = "UPDATE weeks SET revision = revision + 1 WHERE hub_id = $1 AND week = $2";
const SERIES: &str = "SELECT series, next FROM series WHERE hub_id = $1 ORDER BY series";
const NEW_SERIES: &str = "INSERT INTO series (hub_id, series, next) VALUES ($1, $2, $3) \
    ON CONFLICT (hub_id, series) DO NOTHING";
const NEXT_NUMBER: &str = "UPDATE series SET next = $1 \
    WHERE hub_id = $2 AND series = $3 AND next = $4";
const POST: &str = "INSERT INTO outbox (hub_id, week, kind, recipient, version, body, \
    created_at, party, subject, html, next_try_at, give_up_at, reply_token, reply_hash, tries) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0) \
    ON CONFLICT (hub_id, week, kind, recipient, version) DO NOTHING";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] =
    &[OPEN_WEEK, STAND, RAISE, RAISE_ANY, SERIES, NEW_SERIES, NEXT_NUMBER, POST];

/// How often an act is tried again when another was quicker.
const TRIES: usize = 8;

impl Weeks {
    fn cell(&self, place: Place) -> Cell {
        let mut guard = self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (cells, uses) = &mut *guard;
        *uses += 1;
        let entry = cells.entry(place).or_default();
        entry.0 = *uses;
        let cell = entry.1.clone();
        if cells.len() > KEPT {
            // One that somebody holds right now is never dropped: two copies could then differ.
            let idle = cells.iter().filter(|(_, (_, cell))| Arc::strong_count(cell) == 1);
            if let Some(oldest) = idle.min_by_key(|(_, (used, _))| *used).map(|(key, _)| *key) {
                cells.remove(&oldest);
            }
        }
        cell
    }

    /// Forgets all weeks in memory.
    pub fn forget(&self) {
        self.cells.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).0.clear();
    }

    /// Lets `look` see the week as it stands now.
    pub async fn read<T>(
        &self,
        db: &Db,
        place: Place,
        look: impl FnOnce(&Week, i64) -> T,
    ) -> Result<T, Failure> {
        let cell = self.cell(place);
        let mut loaded = cell.lock().await;
        let loaded = fresh(db, place, &mut loaded).await?;
        Ok(look(&loaded.week, loaded.stand.revision + loaded.stand.orders))
    }

    /// Runs `body` on the week and saves its facts. A refusal leaves nothing behind.
    pub async fn act<T>(
        &self,
        db: &Db,
        place: Place,
        now: i64,
        numbers: bool,
        body: impl Fn(&mut Act<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let cell = self.cell(place);
        for _ in 0..TRIES {
            let mut slot = cell.lock().await;
            let loaded = fresh(db, place, &mut slot).await?;
            let before = match numbers {
                true => counters(db, place.hub).await?,
                false => Counters::default(),
            };
            let base = Base::of(&loaded.week, loaded.stand.register);
            let mut act = Act {
                week: &mut loaded.week,
                facts: Vec::new(),
                takings: Vec::new(),
                spendings: Vec::new(),
                mails: Vec::new(),
                kept: None,
                rows: Vec::new(),
                counters: before.clone(),
            };
            let outcome = body(&mut act);
            let Act { facts, takings, spendings, mails, kept, rows, counters, .. } = act;
            let value = match outcome {
                Ok(value) => value,
                Err(failure) => {
                    // Facts added before the refusal are in memory only: read the week again.
                    if !facts.is_empty() {
                        *slot = None;
                    }
                    return Err(failure);
                }
            };
            if facts.is_empty() && mails.is_empty() && kept.is_none() && rows.is_empty() {
                return Ok(value);
            }
            let stand = loaded.stand;
            let mut added = super::week::additions(place.hub, &loaded.week, base, &facts);
            added.conditional.extend(super::week::guards(place, &takings, &spendings));
            added.conditional.extend(kept.map(|kept| keys::keep(place, &kept, now)));
            added.conditional.extend(rows);
            let entries = seal::entries_of(place.week, &facts);
            let job = Job { place, stand, now, added, mails, entries, before, after: counters };
            match save(db, job).await {
                Ok(()) => {
                    loaded.stand.revision += 1;
                    return Ok(value);
                }
                Err(Failure::Busy) => *slot = None,
                Err(failure) => {
                    *slot = None;
                    return Err(failure);
                }
            }
        }
        Err(Failure::Busy)
    }

    /// Tells the week in memory of an order that was just made durable.
    pub async fn tell_order(&self, place: Place, order: &Order) {
        let cell = self.cell(place);
        let mut slot = cell.lock().await;
        // Who has read the week since knows it, and has counted it.
        if let Some(loaded) = slot.as_mut().filter(|one| one.week.order(order.id).is_none()) {
            loaded.stand.orders += 1;
            loaded.week.apply(order.clone().into());
        }
    }

    /// Tells the week in memory of a reservation that was just made durable, in a transaction that
    /// ran [`raised`].
    pub async fn tell_reservation(&self, place: Place, reservation: &Reservation) {
        let cell = self.cell(place);
        let mut slot = cell.lock().await;
        let is_new = |one: &&mut Loaded| one.week.surplus().reservation(reservation.id).is_err();
        if let Some(loaded) = slot.as_mut().filter(is_new) {
            loaded.stand.revision += 1;
            loaded.week.apply(reservation.clone().into());
        }
    }
}

/// The week in memory, read again when the database has moved on.
fn fresh<'a>(
    db: &'a Db,
    place: Place,
    slot: &'a mut Option<Loaded>,
) -> BoxFuture<'a, Result<&'a mut Loaded, Failure>> {
    Box::pin(read_if_changed(db, place, slot))
}

async fn read_if_changed<'slot>(
    db: &Db,
    place: Place,
    slot: &'slot mut Option<Loaded>,
) -> Result<&'slot mut Loaded, Failure> {
    let mut now = stand(db, place).await?;
    while slot.as_ref().is_none_or(|loaded| loaded.stand != now) {
        *slot = None;
        let register = register::load(db, place.hub, place.week).await?;
        let register = register.ok_or_else(|| {
            Failure::NotFound(format!(
                "La plateforme « {} » est inconnue. Importez d'abord son dossier de données.",
                place.hub
            ))
        })?;
        let week = super::week::load(db, place.hub, place.week, register).await?;
        *slot = Some(Loaded { week, stand: now });
        // The week is read table by table: what another program wrote meanwhile may be in some of
        // them only. Then it is read again.
        now = stand(db, place).await?;
    }
    slot.as_mut().ok_or(Failure::Busy)
}

async fn stand(db: &Db, place: Place) -> Result<Stand, Failure> {
    let key = vec![Val::from(place.hub.as_str()), Val::I(place.week.number())];
    if let Some(stand) = db.query::<Stand>(STAND, key).await?.pop() {
        return Ok(stand);
    }
    // Looking at a week does not begin it: its row comes with its first fact.
    let register = register::version(db, place.hub).await?;
    Ok(Stand { register, ..Stand::default() })
}

/// Opens a week, or tells those who hold it in memory that it has changed.
pub async fn open_week(tx: &mut db::Tx, place: Place) -> Result<(), db::Error> {
    let key = vec![Val::from(place.hub.as_str()), Val::I(place.week.number())];
    table::run(tx, vec![(OPEN_WEEK, key.clone()), (RAISE_ANY, key)]).await?;
    Ok(())
}

/// What an act writes that changes what a week would be decided on: whoever decided on the week
/// as it was finds it changed.
pub fn touch_week(place: Place) -> [(&'static str, Vec<Val>); 2] {
    let key = || vec![Val::from(place.hub.as_str()), Val::I(place.week.number())];
    [(OPEN_WEEK, key()), (RAISE_ANY, key())]
}

/// The statement by which those who hold a week in memory see that it has changed.
pub fn raised(place: Place) -> (&'static str, Vec<Val>) {
    (RAISE_ANY, vec![place.hub.as_str().into(), Val::I(place.week.number())])
}

/// A row of the number series.
struct SeriesRow(String, i64);

impl FromRow for SeriesRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(SeriesRow(row.text(0)?, row.i64(1)?))
    }
}

fn counters(db: &Db, hub: HubId) -> BoxFuture<'_, Result<Counters, Failure>> {
    Box::pin(async move {
        let rows: Vec<SeriesRow> = db.query(SERIES, vec![hub.as_str().into()]).await?;
        Ok(Counters(rows.into_iter().map(|row| (row.0, row.1)).collect()))
    })
}

/// All that one transaction writes.
struct Job {
    place: Place,
    stand: Stand,
    now: i64,
    added: Additions,
    mails: Vec<Mail>,
    /// To be sealed.
    entries: Vec<RawEntry>,
    before: Counters,
    after: Counters,
}

fn save(db: &Db, job: Job) -> BoxFuture<'_, Result<(), Failure>> {
    Box::pin(db.write(move |tx| {
        Box::pin(async move {
            let Job { place, stand, now, added, mails, entries, before, after } = job;
            let hub = || Val::from(place.hub.as_str());
            let week = Val::I(place.week.number());
            let mut guards = vec![(RAISE, vec![hub(), week.clone(), Val::I(stand.revision)])];
            guards.extend(added.conditional);
            guards.extend(numbers(place.hub, &before, &after));
            if stand.revision == 0 {
                table::run(tx, vec![(OPEN_WEEK, vec![hub(), week.clone()])]).await?;
            }
            let touched = table::run(tx, guards).await?;
            // One row each, or someone was quicker: nothing of this act may stay.
            if touched.iter().any(|&rows| rows != 1) {
                return Err(Failure::Busy);
            }
            let mut commands = added.commands;
            let posts = mails.into_iter().map(|mail| post(place, mail, now));
            commands.extend(posts);
            table::run(tx, commands).await?;
            // Last: whoever seals waits for the neighbours of the same hub until it is done.
            seal::seal(tx, place.hub, Instant(now), &entries).await
        })
    }))
}

/// The statement that puts a letter into the outbox, for an act that is of no week.
pub fn post(place: Place, mail: Mail, now: i64) -> (&'static str, Vec<Val>) {
    let Mail { kind, party, recipient, version, subject, plain, html, give_up_at, reply } = mail;
    let values = vec![
        place.hub.as_str().into(),
        Val::I(place.week.number()),
        kind.into(),
        recipient.into(),
        Val::I(version),
        plain.into(),
        Val::I(now),
        party.into(),
        subject.into(),
        html.into(),
        Val::I(now),
        Val::I(give_up_at),
        reply.as_ref().map(|token| token.as_str().to_string()).into(),
        reply.as_ref().map(::keys::Token::hash).into(),
    ];
    (POST, values)
}

/// Moves each series from the number that was read to the next free one.
fn numbers(hub: HubId, before: &Counters, after: &Counters) -> Vec<(&'static str, Vec<Val>)> {
    let mut commands = Vec::new();
    for (series, &next) in &after.0 {
        match before.0.get(series) {
            Some(&old) if old == next => {}
            Some(&old) => {
                let values =
                    vec![Val::I(next), hub.as_str().into(), series.as_str().into(), Val::I(old)];
                commands.push((NEXT_NUMBER, values));
            }
            None => {
                let values = vec![hub.as_str().into(), series.as_str().into(), Val::I(next)];
                commands.push((NEW_SERIES, values));
            }
        }
    }
    commands
}
