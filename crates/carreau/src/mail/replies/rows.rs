//! Replies in their table.

use db::{Db, FromRow, Row, Val};
use trade::id::{HubId, ProducerId};

use crate::failure::Failure;
use crate::mail::rows::Key;

const BY_TOKEN: &str = "SELECT hub_id, week, kind, recipient, version FROM outbox \
    WHERE reply_hash = $1 AND party = 'producer'";
const IS_KNOWN: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM replies \
    WHERE hub_id = $1 AND reply = $2";
const COUNT_OF: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM replies \
    WHERE hub_id = $1 AND week = $2 AND kind = $3 AND recipient = $4 AND version = $5";
const KEEP: &str = "INSERT INTO replies (hub_id, week, kind, recipient, version, reply, \
    message_id, sender, is_known_sender, subject, words, attachments, received_at, understood, \
    doubt, stopped) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
    ON CONFLICT (hub_id, reply) DO NOTHING";
const ONE: &str = "SELECT r.hub_id, r.week, r.kind, r.recipient, r.version, r.reply, r.sender, \
    r.is_known_sender, r.subject, r.words, r.attachments, r.received_at, r.understood, r.doubt, \
    r.stopped, r.settled_at, r.settled_by, COALESCE(p.name, r.recipient), COALESCE(p.phone, '') \
    FROM replies r LEFT JOIN producers p ON p.hub_id = r.hub_id AND p.producer = r.recipient \
    WHERE r.hub_id = $1 AND r.reply = $2";
/// What somebody must read stands first, the oldest of it before the others.
const LIST: &str = "SELECT r.hub_id, r.week, r.kind, r.recipient, r.version, r.reply, r.sender, \
    r.is_known_sender, r.subject, r.words, r.attachments, r.received_at, r.understood, r.doubt, \
    r.stopped, r.settled_at, r.settled_by, COALESCE(p.name, r.recipient), COALESCE(p.phone, '') \
    FROM replies r LEFT JOIN producers p ON p.hub_id = r.hub_id AND p.producer = r.recipient \
    WHERE r.hub_id = $1 \
    ORDER BY CASE WHEN r.doubt IS NOT NULL AND r.settled_at IS NULL THEN 0 ELSE 1 END, \
    CASE WHEN r.doubt IS NOT NULL AND r.settled_at IS NULL THEN r.received_at \
    ELSE 0 - r.received_at END, r.reply LIMIT 200";
const FILE: &str = "UPDATE replies SET settled_at = $1, settled_by = $2 \
    WHERE hub_id = $3 AND reply = $4 AND doubt IS NOT NULL AND settled_at IS NULL";
const END: &str = "UPDATE outbox SET reply_token = NULL, reply_hash = NULL \
    WHERE hub_id = $1 AND party = 'producer' AND recipient = $2";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BY_TOKEN, IS_KNOWN, COUNT_OF, KEEP, ONE, LIST, FILE, END];

struct Found(Key);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Key::read(row).map(Found)
    }
}

/// The letter whose replies carry a token, by its hash. All hubs: none is known before.
pub async fn letter_of(everything: &Db, hash: &str) -> Result<Option<Key>, Failure> {
    let rows: Vec<Found> = everything.query(BY_TOKEN, vec![hash.into()]).await?;
    Ok(rows.into_iter().next().map(|Found(key)| key))
}

pub async fn is_known(db: &Db, hub: HubId, reply: &str) -> Result<bool, Failure> {
    let counts: Vec<i64> = db.query(IS_KNOWN, vec![hub.as_str().into(), reply.into()]).await?;
    Ok(counts.first().is_some_and(|&count| count > 0))
}

/// Replies to a letter until now.
pub async fn count_of(db: &Db, letter: &Key) -> Result<i64, Failure> {
    let counts: Vec<i64> = db.query(COUNT_OF, letter.values()).await?;
    Ok(counts.first().copied().unwrap_or(0))
}

/// What became of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It did this.
    Understood(String),
    /// Somebody has to read it, because of this.
    ToRead(String),
    /// A program wrote it: this shows.
    Stopped(String),
}

/// A reply on its way into its table.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub letter: Key,
    pub reply: String,
    pub message_id: String,
    pub sender: String,
    /// The sender is the farm's own address in the register.
    pub is_known_sender: bool,
    pub subject: String,
    pub words: String,
    pub attachments: usize,
    pub received_at: i64,
}

/// The statement that keeps a reply; it touches no row when the reply is known.
pub fn keep(incoming: &Incoming, fate: &Fate) -> (&'static str, Vec<Val>) {
    let of = |is: Option<&String>| Val::from(is.cloned());
    let (understood, doubt, stopped) = match fate {
        Fate::Understood(said) => (Some(said), None, None),
        Fate::ToRead(why) => (None, Some(why), None),
        Fate::Stopped(why) => (None, None, Some(why)),
    };
    let mut values = incoming.letter.values();
    values.extend([
        incoming.reply.as_str().into(),
        incoming.message_id.as_str().into(),
        incoming.sender.as_str().into(),
        Val::from(incoming.is_known_sender),
        incoming.subject.as_str().into(),
        incoming.words.as_str().into(),
        Val::I(incoming.attachments as i64),
        Val::I(incoming.received_at),
        of(understood),
        of(doubt),
        of(stopped),
    ]);
    (KEEP, values)
}

/// A reply as the page of letters shows it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub letter: Key,
    pub reply: String,
    pub sender: String,
    pub is_known_sender: bool,
    pub subject: String,
    pub words: String,
    pub attachments: i64,
    pub received_at: i64,
    pub understood: Option<String>,
    pub doubt: Option<String>,
    pub stopped: Option<String>,
    pub settled_at: Option<i64>,
    pub settled_by: Option<String>,
    pub farm: String,
    pub phone: String,
}

impl Kept {
    /// Somebody still has to read it.
    pub fn is_open(&self) -> bool {
        self.doubt.is_some() && self.settled_at.is_none()
    }
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Kept {
            letter: Key::read(row)?,
            reply: row.text(5)?,
            sender: row.text(6)?,
            is_known_sender: row.i64(7)? != 0,
            subject: row.text(8)?,
            words: row.text(9)?,
            attachments: row.i64(10)?,
            received_at: row.i64(11)?,
            understood: row.opt_text(12)?,
            doubt: row.opt_text(13)?,
            stopped: row.opt_text(14)?,
            settled_at: row.opt_i64(15)?,
            settled_by: row.opt_text(16)?,
            farm: row.text(17)?,
            phone: row.text(18)?,
        })
    }
}

pub async fn one(db: &Db, hub: HubId, reply: &str) -> Result<Option<Kept>, Failure> {
    Ok(db.query(ONE, vec![hub.as_str().into(), reply.into()]).await?.pop())
}

/// The replies to look at: those that somebody must read, then the latest.
pub async fn latest(db: &Db, hub: HubId) -> Result<Vec<Kept>, Failure> {
    Ok(db.query(LIST, vec![hub.as_str().into()]).await?)
}

/// Somebody has read it; `false` when it was filed before, or needed nobody.
pub async fn file(db: &Db, hub: HubId, reply: &str, now: i64, by: &str) -> Result<bool, Failure> {
    let values: Vec<Val> = vec![Val::I(now), by.into(), hub.as_str().into(), reply.into()];
    let write = db.write(move |tx| {
        let values = values.clone();
        Box::pin(async move { tx.exec(FILE, values).await })
    });
    Ok(write.await? == 1)
}

/// The letters to a farm can no longer be answered by mail.
pub async fn end(db: &Db, hub: HubId, farm: ProducerId) -> Result<(), Failure> {
    let (text, values) = ending(hub, farm);
    db.write(move |tx| {
        let values = values.clone();
        Box::pin(async move { tx.exec(text, values).await })
    })
    .await?;
    Ok(())
}

/// The statement of [`end`], for an act that takes a farm's place away.
pub fn ending(hub: HubId, farm: ProducerId) -> (&'static str, Vec<Val>) {
    (END, vec![hub.as_str().into(), farm.as_str().into()])
}
