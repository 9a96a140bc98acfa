//! Sessions: opaque, revocable, and forgotten when what they stand on ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::{FromRow, Row, Tx};
use keys::Token;
use trade::calendar::{Instant, IsoWeek};
use trade::id::HubId;

use super::person::{Person, Role};
use crate::app::App;
use crate::failure::Failure;

/// The cookie of a session. `__Host-`: only over a safe connection, only from this very host, for
/// all paths (RFC 6265bis, 4.1.3.2).
pub const COOKIE: &str = "__Host-carreau";

/// Seconds without a request after which a session of the hub's desks ends: a working day.
const DESK_IDLE: i64 = 12 * 3600;
/// The same for buyers: they come once a week.
const BUYER_IDLE: i64 = 30 * 86_400;
/// How long a session lasts at most.
const DESK_LASTS: i64 = 7 * 86_400;
const BUYER_LASTS: i64 = 90 * 86_400;
/// `seen_at` is written at most this often.
const SEEN_EVERY: i64 = 300;
/// A known session is asked for again after this many seconds: another program may have ended it.
const TRUSTED: i64 = 1;

/// What a session stands on.
pub enum Ground<'a> {
    /// A person's membership.
    Member { person: &'a str, membership: &'a str, role: Role },
    /// A link of a farm or a buyer for one week, by its hash, until it expires.
    Link { link: &'a str, person: &'a str, expires_at: Instant },
}

const BEGIN: &str = "INSERT INTO sessions (token_hash, person, membership, link, form_token, \
    created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
const FIND: &str = "SELECT s.person, s.form_token, s.seen_at, p.name, \
    COALESCE(m.hub_id, l.hub_id), COALESCE(m.role, l.role), COALESCE(m.party, l.party), l.week, \
    (SELECT CAST(COUNT(*) AS BIGINT) FROM memberships o \
    WHERE o.person = s.person AND o.ended_at IS NULL) \
    FROM sessions s \
    LEFT JOIN people p ON p.person = s.person AND p.closed_at IS NULL \
    LEFT JOIN memberships m ON m.membership = s.membership AND m.ended_at IS NULL \
    LEFT JOIN links l ON l.token_hash = s.link AND l.ended_at IS NULL AND l.expires_at > $1 \
    WHERE s.token_hash = $2 AND s.ended_at IS NULL AND s.expires_at > $1 \
    AND (s.person = '' OR p.person IS NOT NULL) \
    AND (m.membership IS NOT NULL OR l.token_hash IS NOT NULL)";
const SEEN: &str = "UPDATE sessions SET seen_at = $1 WHERE token_hash = $2";
const END: &str = "UPDATE sessions SET ended_at = $1 WHERE token_hash = $2 AND ended_at IS NULL";
const END_OF: &str = "UPDATE sessions SET ended_at = $1 \
    WHERE person = $2 AND token_hash <> $3 AND ended_at IS NULL";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BEGIN, FIND, SEEN, END, END_OF];

/// A session as it stands in the database.
struct Found {
    person: String,
    form_token: String,
    seen_at: i64,
    name: String,
    hub: HubId,
    role: Role,
    only_week: Option<IsoWeek>,
    places: i64,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("{what} of a session"));
        let role = Role::of(&row.text(5)?, &row.text(6)?).ok_or_else(|| bad("role"))?;
        Ok(Found {
            person: row.text(0)?,
            form_token: row.text(1)?,
            seen_at: row.i64(2)?,
            name: row.opt_text(3)?.unwrap_or_default(),
            hub: HubId::parse(&row.text(4)?).map_err(|_| bad("hub"))?,
            role,
            only_week: row.opt_i64(7)?.and_then(IsoWeek::from_number),
            places: row.i64(8)?,
        })
    }
}

/// Sessions that were asked for a moment ago.
#[derive(Default)]
pub struct Known(Mutex<HashMap<String, (i64, Arc<Person>)>>);

/// More than this many are not remembered: the rest are asked for each time.
const REMEMBERED: usize = 10_000;

impl Known {
    pub(super) fn get(&self, hash: &str, now: Instant) -> Option<Arc<Person>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, person) = known.get(hash)?;
        (now.0 - at < TRUSTED).then(|| person.clone())
    }

    pub(super) fn keep(&self, hash: String, now: Instant, person: Arc<Person>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, (now.0, person));
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Begins a session; what the browser keeps. Whatever it carried before is not taken up, so that
/// nobody can plant a session on somebody else.
pub async fn begin(app: &App, ground: Ground<'_>, now: Instant) -> Result<Token, Failure> {
    let token = Token::new();
    let (person, membership, link, expires_at) = match ground {
        Ground::Member { person, membership, role } => {
            let lasts = if role.is_desk() { DESK_LASTS } else { BUYER_LASTS };
            (person, membership, "", now.0 + lasts)
        }
        Ground::Link { link, person, expires_at } => (person, "", link, expires_at.0),
    };
    let values = vec![
        token.hash().into(),
        person.into(),
        membership.into(),
        link.into(),
        Token::new().as_str().into(),
        now.0.into(),
        expires_at.into(),
    ];
    write(app.everything(), BEGIN, values).await?;
    Ok(token)
}

/// Who a browser's token stands for; `None` when the session, the account, the membership or the
/// link has ended.
pub async fn person(app: &App, token: &str, now: Instant) -> Result<Option<Arc<Person>>, Failure> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let hash = token.hash();
    if let Some(known) = app.doors.sessions.get(&hash, now) {
        return Ok(Some(known));
    }
    let values = vec![now.0.into(), hash.as_str().into()];
    let found: Option<Found> = app.everything().query(FIND, values).await?.pop();
    let Some(found) = found else { return Ok(None) };
    let idle = if found.role.is_desk() { DESK_IDLE } else { BUYER_IDLE };
    if now.0 - found.seen_at > idle {
        return Ok(None);
    }
    if now.0 - found.seen_at > SEEN_EVERY {
        write(app.everything(), SEEN, vec![now.0.into(), hash.as_str().into()]).await?;
    }
    let person = Arc::new(Person {
        id: found.person,
        name: found.name,
        hub: found.hub,
        role: found.role,
        only_week: found.only_week,
        places: found.places,
        form_token: found.form_token,
        leave: None,
    });
    app.doors.sessions.keep(hash, now, person.clone());
    Ok(Some(person))
}

/// Ends a session, here and for every other program.
pub async fn end(app: &App, token: &str, now: Instant) -> Result<(), Failure> {
    if let Some(token) = Token::parse(token) {
        write(app.everything(), END, vec![now.0.into(), token.hash().into()]).await?;
        app.doors.forget();
    }
    Ok(())
}

/// Ends all sessions of a person but the one that asks.
pub async fn end_others(
    app: &App,
    person: &str,
    but: Option<&Token>,
    now: Instant,
) -> Result<u64, Failure> {
    let but = but.map(Token::hash).unwrap_or_default();
    let ended =
        write(app.everything(), END_OF, vec![now.0.into(), person.into(), but.into()]).await?;
    app.doors.forget();
    Ok(ended)
}

/// Writes one statement; the rows it touched.
pub(super) fn write<'a>(
    db: &'a db::Db,
    sql: &'static str,
    values: Vec<db::Val>,
) -> db::BoxFuture<'a, Result<u64, Failure>> {
    Box::pin(db.write(move |tx: &mut Tx| {
        Box::pin(async move { tx.exec(sql, values).await.map_err(Failure::from) })
    }))
}
