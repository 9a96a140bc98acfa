//! The outbox in its table: what is due, who has it in hand, what became of it.

use std::collections::{BTreeMap, HashSet};

use db::{Db, FromRow, Row, Val};
use trade::calendar::IsoWeek;
use trade::id::HubId;

use crate::failure::Failure;
use crate::store::act::Place;

const KNOWN: &str = "SELECT recipient, version FROM outbox \
    WHERE hub_id = $1 AND week = $2 AND kind = $3";
const WRITTEN_AT: &str = "SELECT recipient, MAX(created_at) FROM outbox \
    WHERE hub_id = $1 AND week = $2 AND kind = $3 GROUP BY recipient ORDER BY recipient";
const DUE: &str = "SELECT o.hub_id, o.week, o.kind, o.recipient, o.version, o.subject, o.body, \
    o.html, o.created_at, o.give_up_at, o.tries, h.name, h.email, \
    COALESCE(b.name, p.name, u.name, CASE WHEN o.party = 'hub' THEN h.name END, ''), \
    COALESCE(b.email, p.email, u.email, CASE WHEN o.party = 'hub' THEN h.email END, ''), \
    o.reply_token FROM outbox o JOIN hubs h ON h.hub_id = o.hub_id \
    LEFT JOIN people u ON o.party = 'person' AND u.person = o.recipient \
    LEFT JOIN buyers b ON o.party = 'buyer' AND b.hub_id = o.hub_id AND b.buyer = o.recipient \
    LEFT JOIN producers p ON o.party = 'producer' AND p.hub_id = o.hub_id \
    AND p.producer = o.recipient \
    WHERE o.next_try_at <= $1 AND (o.claimed_until IS NULL OR o.claimed_until <= $2) \
    ORDER BY o.next_try_at, o.hub_id, o.week, o.kind, o.recipient, o.version LIMIT 50";
const CLAIM: &str = "UPDATE outbox SET claimed_by = $1, claimed_until = $2, tries = tries + 1, \
    message_id = COALESCE(message_id, $3) \
    WHERE hub_id = $4 AND week = $5 AND kind = $6 AND recipient = $7 AND version = $8 \
    AND next_try_at <= $9 AND (claimed_until IS NULL OR claimed_until <= $10) \
    RETURNING message_id";
// The token of its replies has left the house: from now on its hash is enough.
const SENT: &str = "UPDATE outbox SET sent_at = $1, sent_to = $2, error = NULL, \
    failed_at = NULL, next_try_at = NULL, claimed_by = NULL, claimed_until = NULL, \
    reply_token = NULL \
    WHERE hub_id = $3 AND week = $4 AND kind = $5 AND recipient = $6 AND version = $7 \
    AND sent_at IS NULL";
const LATER: &str = "UPDATE outbox SET error = $1, next_try_at = $2, claimed_by = NULL, \
    claimed_until = NULL \
    WHERE hub_id = $3 AND week = $4 AND kind = $5 AND recipient = $6 AND version = $7 \
    AND claimed_by = $8";
const FAILED: &str = "UPDATE outbox SET error = $1, failed_at = $2, next_try_at = NULL, \
    claimed_by = NULL, claimed_until = NULL \
    WHERE hub_id = $3 AND week = $4 AND kind = $5 AND recipient = $6 AND version = $7 \
    AND claimed_by = $8";
const AGAIN: &str = "UPDATE outbox SET next_try_at = $1, give_up_at = $2, failed_at = NULL \
    WHERE hub_id = $3 AND week = $4 AND kind = $5 AND recipient = $6 AND version = $7 \
    AND subject IS NOT NULL AND sent_at IS NULL AND settled_at IS NULL";
const SETTLE: &str = "UPDATE outbox SET settled_at = $1, settled_by = $2, next_try_at = NULL \
    WHERE hub_id = $3 AND week = $4 AND kind = $5 AND recipient = $6 AND version = $7 \
    AND subject IS NOT NULL AND sent_at IS NULL AND settled_at IS NULL";

/// Columns of a letter with its recipient, in the order of [`Kept`].
const ONE: &str = "SELECT o.hub_id, o.week, o.kind, o.recipient, o.version, o.subject, o.body, \
    o.html, o.created_at, o.tries, o.message_id, o.next_try_at, o.sent_at, o.sent_to, \
    o.failed_at, o.error, o.settled_at, o.settled_by, \
    COALESCE(b.name, p.name, u.name, CASE WHEN o.party = 'hub' THEN h.name END, o.recipient), \
    COALESCE(b.email, p.email, u.email, CASE WHEN o.party = 'hub' THEN h.email END, ''), \
    COALESCE(b.phone, p.phone, u.phone, ''), o.reply_token FROM outbox o \
    JOIN hubs h ON h.hub_id = o.hub_id \
    LEFT JOIN people u ON o.party = 'person' AND u.person = o.recipient \
    LEFT JOIN buyers b ON o.party = 'buyer' AND b.hub_id = o.hub_id AND b.buyer = o.recipient \
    LEFT JOIN producers p ON o.party = 'producer' AND p.hub_id = o.hub_id \
    AND p.producer = o.recipient WHERE o.subject IS NOT NULL AND o.hub_id = $1 \
    AND o.week = $2 AND o.kind = $3 AND o.recipient = $4 AND o.version = $5";
/// The same without the texts. What somebody must see to stands first.
const LIST: &str = "SELECT o.hub_id, o.week, o.kind, o.recipient, o.version, o.subject, '', \
    '', o.created_at, o.tries, o.message_id, o.next_try_at, o.sent_at, o.sent_to, \
    o.failed_at, o.error, o.settled_at, o.settled_by, \
    COALESCE(b.name, p.name, u.name, CASE WHEN o.party = 'hub' THEN h.name END, o.recipient), \
    COALESCE(b.email, p.email, u.email, CASE WHEN o.party = 'hub' THEN h.email END, ''), \
    COALESCE(b.phone, p.phone, u.phone, ''), o.reply_token FROM outbox o \
    JOIN hubs h ON h.hub_id = o.hub_id \
    LEFT JOIN people u ON o.party = 'person' AND u.person = o.recipient \
    LEFT JOIN buyers b ON o.party = 'buyer' AND b.hub_id = o.hub_id AND b.buyer = o.recipient \
    LEFT JOIN producers p ON o.party = 'producer' AND p.hub_id = o.hub_id \
    AND p.producer = o.recipient WHERE o.subject IS NOT NULL AND o.hub_id = $1 \
    ORDER BY CASE WHEN o.failed_at IS NOT NULL AND o.settled_at IS NULL THEN 0 \
    WHEN o.next_try_at IS NOT NULL THEN 1 ELSE 2 END, o.created_at DESC, o.week DESC, o.kind, \
    o.recipient, o.version LIMIT 500";
const TO_CALL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox \
    WHERE hub_id = $1 AND failed_at IS NOT NULL AND settled_at IS NULL AND sent_at IS NULL";
const HUB_NAME: &str = "SELECT name FROM hubs WHERE hub_id = $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    KNOWN, WRITTEN_AT, DUE, CLAIM, SENT, LATER, FAILED, AGAIN, SETTLE, ONE, LIST, TO_CALL, HUB_NAME,
];

/// What names a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub hub: HubId,
    pub week: IsoWeek,
    pub kind: String,
    pub recipient: String,
    pub version: i64,
}

impl Key {
    /// As in addresses: `2026-W48.purchase_order.mas-bel.2`. A kind has no dot, a code may.
    pub fn slug(&self) -> String {
        let Key { week, kind, recipient, version, .. } = self;
        format!("{week}.{kind}.{recipient}.{version}")
    }

    pub fn parse(hub: HubId, slug: &str) -> Option<Key> {
        let (week, rest) = slug.split_once('.')?;
        let (kind, rest) = rest.split_once('.')?;
        let (recipient, version) = rest.rsplit_once('.')?;
        Some(Key {
            hub,
            week: IsoWeek::parse(week)?,
            kind: kind.to_string(),
            recipient: recipient.to_string(),
            version: version.parse().ok()?,
        })
    }

    /// The same for the same letter, whoever sends it and how often. Codes may have dots where a
    /// message id may not; they have no `+`.
    pub fn message_id(&self, domain: &str) -> String {
        let Key { hub, week, kind, recipient, version } = self;
        let code = |code: &str| code.replace('.', "+");
        let (hub, recipient) = (code(hub.as_str()), code(recipient));
        format!("{hub}.{week}.{kind}.{recipient}.v{version}@{domain}")
    }

    /// The hub, week, kind, recipient and version in a `Message-ID` of the form that
    /// [`Key::message_id`] writes, as they stand there.
    pub fn of_message_id(id: &str) -> Option<(&str, &str, &str, &str, &str)> {
        let (left, _) = id.split_once('@')?;
        let parts: Vec<&str> = left.split('.').collect();
        let [hub, week, kind, recipient, version] = parts[..] else { return None };
        let is_version = version.strip_prefix('v').is_some_and(|n| n.parse::<i64>().is_ok());
        (IsoWeek::parse(week).is_some() && is_version)
            .then_some((hub, week, kind, recipient, version))
    }

    pub(super) fn values(&self) -> Vec<Val> {
        vec![
            self.hub.as_str().into(),
            Val::I(self.week.number()),
            self.kind.as_str().into(),
            self.recipient.as_str().into(),
            Val::I(self.version),
        ]
    }

    /// Reads the five columns of the key.
    pub(super) fn read(row: &Row<'_>) -> Result<Key, db::Error> {
        let bad = || db::Error::Db("a letter of no week or hub".to_owned());
        let hub = HubId::parse(&row.text(0)?).map_err(|_| bad())?;
        let week = IsoWeek::from_number(row.i64(1)?).ok_or_else(bad)?;
        let (kind, recipient) = (row.text(2)?, row.text(3)?);
        Ok(Key { hub, week, kind, recipient, version: row.i64(4)? })
    }
}

/// A letter whose hour has come, with the address as it is now.
#[derive(Clone, Debug)]
pub struct Due {
    pub key: Key,
    pub subject: String,
    pub plain: String,
    pub html: String,
    pub created_at: i64,
    pub give_up_at: i64,
    /// Tries before this one.
    pub tries: i64,
    pub hub_name: String,
    pub hub_email: String,
    pub name: String,
    pub email: String,
    /// Stands in the address to which it is answered.
    pub reply_token: Option<String>,
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Due {
            key: Key::read(row)?,
            subject: row.text(5)?,
            plain: row.text(6)?,
            html: row.text(7)?,
            created_at: row.i64(8)?,
            give_up_at: row.i64(9)?,
            tries: row.i64(10)?,
            hub_name: row.text(11)?,
            hub_email: row.text(12)?,
            name: row.text(13)?,
            email: row.text(14)?,
            reply_token: row.opt_text(15)?,
        })
    }
}

/// Letters on the page of letters, at most.
pub const LATEST: usize = 500;

/// A letter and what became of it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub key: Key,
    pub subject: String,
    pub plain: String,
    pub html: String,
    pub created_at: i64,
    pub tries: i64,
    pub message_id: Option<String>,
    pub next_try_at: Option<i64>,
    pub sent_at: Option<i64>,
    pub sent_to: Option<String>,
    pub failed_at: Option<i64>,
    pub error: Option<String>,
    pub settled_at: Option<i64>,
    pub settled_by: Option<String>,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// The token of its replies, until it has gone.
    pub reply_token: Option<String>,
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Kept {
            key: Key::read(row)?,
            subject: row.text(5)?,
            plain: row.text(6)?,
            html: row.text(7)?,
            created_at: row.i64(8)?,
            tries: row.i64(9)?,
            message_id: row.opt_text(10)?,
            next_try_at: row.opt_i64(11)?,
            sent_at: row.opt_i64(12)?,
            sent_to: row.opt_text(13)?,
            failed_at: row.opt_i64(14)?,
            error: row.opt_text(15)?,
            settled_at: row.opt_i64(16)?,
            settled_by: row.opt_text(17)?,
            name: row.text(18)?,
            email: row.text(19)?,
            phone: row.text(20)?,
            reply_token: row.opt_text(21)?,
        })
    }
}

/// The letters to look at: those that somebody must see to, those that wait, the latest others.
/// Without their texts.
pub async fn latest(db: &Db, hub: HubId) -> Result<Vec<Kept>, Failure> {
    Ok(db.query(LIST, vec![hub.as_str().into()]).await?)
}

pub async fn one(db: &Db, key: &Key) -> Result<Option<Kept>, Failure> {
    Ok(db.query(ONE, key.values()).await?.pop())
}

/// How many letters somebody has to telephone about.
pub async fn to_call(db: &Db, hub: HubId) -> Result<i64, Failure> {
    let counts: Vec<i64> = db.query(TO_CALL, vec![hub.as_str().into()]).await?;
    Ok(counts.first().copied().unwrap_or(0))
}

pub async fn hub_name(db: &Db, hub: HubId) -> Result<String, Failure> {
    let names: Vec<String> = db.query(HUB_NAME, vec![hub.as_str().into()]).await?;
    Ok(names.into_iter().next().unwrap_or_default())
}

struct Known(String, i64);

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Known(row.text(0)?, row.i64(1)?))
    }
}

/// Recipients and versions that have a letter of a kind.
pub async fn known(
    db: &Db,
    place: Place,
    kind: &'static str,
) -> Result<HashSet<(String, i64)>, Failure> {
    let values = vec![place.hub.as_str().into(), Val::I(place.week.number()), kind.into()];
    let rows: Vec<Known> = db.query(KNOWN, values).await?;
    Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
}

/// When the last letter of a kind was written to each party of a week, by its code.
pub async fn written_at(
    db: &Db,
    place: Place,
    kind: &'static str,
) -> Result<BTreeMap<String, i64>, Failure> {
    let values = vec![place.hub.as_str().into(), Val::I(place.week.number()), kind.into()];
    let rows: Vec<(String, i64)> = db.query(WRITTEN_AT, values).await?;
    Ok(rows.into_iter().collect())
}

/// Some of the letters that are due at `now` and that nobody has in hand.
pub async fn due(db: &Db, now: i64) -> Result<Vec<Due>, Failure> {
    Ok(db.query(DUE, vec![Val::I(now), Val::I(now)]).await?)
}

/// Takes a letter in hand until `until`: its `Message-ID`, the same on every try; `None` when
/// somebody else was quicker. One conditional write decides.
pub async fn claim(
    db: &Db,
    key: &Key,
    by: &str,
    now: i64,
    until: i64,
    domain: &str,
) -> Result<Option<String>, Failure> {
    let mut values = vec![by.into(), Val::I(until), key.message_id(domain).into()];
    values.extend(key.values());
    values.extend([Val::I(now), Val::I(now)]);
    let rows: Vec<String> = db
        .write(move |tx| {
            let values = values.clone();
            Box::pin(async move { tx.query(CLAIM, values).await })
        })
        .await?;
    Ok(rows.into_iter().next())
}

/// Writes one statement; whether it touched the letter.
async fn note(
    db: &Db,
    text: &'static str,
    head: Vec<Val>,
    key: &Key,
    tail: Vec<Val>,
) -> Result<bool, Failure> {
    let values = [head, key.values(), tail].concat();
    let write = db.write(move |tx| {
        let values = values.clone();
        Box::pin(async move { tx.exec(text, values).await })
    });
    Ok(write.await? == 1)
}

/// The server has it: true whoever has it in hand by now.
pub async fn sent(db: &Db, key: &Key, now: i64, to: &str) -> Result<bool, Failure> {
    note(db, SENT, vec![Val::I(now), to.into()], key, Vec::new()).await
}

pub async fn later(db: &Db, key: &Key, by: &str, why: &str, at: i64) -> Result<bool, Failure> {
    note(db, LATER, vec![why.into(), Val::I(at)], key, vec![by.into()]).await
}

pub async fn failed(db: &Db, key: &Key, by: &str, why: &str, now: i64) -> Result<bool, Failure> {
    note(db, FAILED, vec![why.into(), Val::I(now)], key, vec![by.into()]).await
}

/// Puts a letter that has not gone back among those that are due; `false` when it has gone, or
/// was settled.
pub async fn try_again(db: &Db, key: &Key, now: i64, give_up_at: i64) -> Result<bool, Failure> {
    note(db, AGAIN, vec![Val::I(now), Val::I(give_up_at)], key, Vec::new()).await
}

/// Somebody has telephoned: the letter no longer needs to go.
pub async fn settle(db: &Db, key: &Key, now: i64, by: &str) -> Result<bool, Failure> {
    note(db, SETTLE, vec![Val::I(now), by.into()], key, Vec::new()).await
}
