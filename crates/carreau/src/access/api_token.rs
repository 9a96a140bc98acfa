//! Tokens for programs: what a person gives one leave to do, within their own rights.

use std::sync::Arc;

use db::{FromRow, Row};
use keys::Token;
use trade::calendar::Instant;
use trade::id::HubId;

use super::person::{Person, Role};
use super::scope::HubScope;
use super::session;
use crate::app::App;
use crate::failure::Failure;

/// What a token gives leave to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leave {
    /// To look at what the person may see.
    Read,
    /// To order and amend, to offer and confirm.
    Trade,
    /// To close the orders of a day: all that the door for programs has of running a week.
    Run,
}

impl Leave {
    pub const ALL: [Leave; 3] = [Leave::Read, Leave::Trade, Leave::Run];

    pub fn word(self) -> &'static str {
        match self {
            Leave::Read => "read",
            Leave::Trade => "trade",
            Leave::Run => "run",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Leave::Read => "Lire",
            Leave::Trade => "Commander, offrir, confirmer",
            Leave::Run => "Clore les commandes d'un jour, accepter ses tournées",
        }
    }

    /// Reads words separated by spaces; unknown ones give no leave.
    pub fn list(words: &str) -> Vec<Leave> {
        let words: Vec<&str> = words.split_whitespace().collect();
        Leave::ALL.into_iter().filter(|leave| words.contains(&leave.word())).collect()
    }
}

const ADD: &str = "INSERT INTO api_tokens (hub_id, token_hash, membership, name, scopes, \
    created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND: &str = "SELECT p.person, p.name, m.hub_id, m.role, m.party, t.scopes, t.used_at \
    FROM api_tokens t \
    JOIN memberships m ON m.membership = t.membership AND m.ended_at IS NULL \
    JOIN people p ON p.person = m.person AND p.closed_at IS NULL \
    WHERE t.token_hash = $1 AND t.ended_at IS NULL AND t.expires_at > $2";
const USED: &str = "UPDATE api_tokens SET used_at = $1 WHERE token_hash = $2";
const OF: &str = "SELECT t.token_hash, t.name, t.scopes, t.created_at, t.expires_at, t.used_at \
    FROM api_tokens t JOIN memberships m ON m.membership = t.membership \
    WHERE t.hub_id = $1 AND m.person = $2 AND t.ended_at IS NULL ORDER BY t.created_at";
const END: &str = "UPDATE api_tokens SET ended_at = $1 WHERE hub_id = $2 AND token_hash = $3 \
    AND membership IN (SELECT m.membership FROM memberships m WHERE m.person = $4)";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[ADD, FIND, USED, OF, END];

/// `used_at` is written at most this often, in seconds.
const USED_EVERY: i64 = 3_600;

/// Makes a token for a membership, shown once. It never outlives the membership.
pub async fn make(
    app: &App,
    scope: HubScope,
    membership: &str,
    name: &str,
    leave: &[Leave],
    now: Instant,
    lasts: i64,
) -> Result<Token, Failure> {
    let token = Token::new();
    let words: Vec<&str> = leave.iter().map(|leave| leave.word()).collect();
    let values = vec![
        scope.hub().as_str().into(),
        token.hash().into(),
        membership.into(),
        name.into(),
        words.join(" ").into(),
        now.0.into(),
        (now.0 + lasts).into(),
    ];
    session::write(&app.db(scope), ADD, values).await?;
    Ok(token)
}

struct Found {
    person: Person,
    used_at: Option<i64>,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("{what} of a token"));
        let role = Role::of(&row.text(3)?, &row.text(4)?).ok_or_else(|| bad("role"))?;
        let person = Person {
            id: row.text(0)?,
            name: row.text(1)?,
            hub: HubId::parse(&row.text(2)?).map_err(|_| bad("hub"))?,
            role,
            only_week: None,
            places: 1,
            form_token: String::new(),
            leave: Some(Leave::list(&row.text(5)?)),
        };
        Ok(Found { person, used_at: row.opt_i64(6)? })
    }
}

/// For whom a program asks.
pub async fn person(app: &App, token: &str, now: Instant) -> Result<Option<Arc<Person>>, Failure> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let hash = token.hash();
    if let Some(known) = app.doors.sessions.get(&hash, now) {
        return Ok(Some(known));
    }
    let values = vec![hash.as_str().into(), now.0.into()];
    let found: Option<Found> = app.everything().query(FIND, values).await?.pop();
    let Some(found) = found else { return Ok(None) };
    if found.used_at.is_none_or(|used| now.0 - used > USED_EVERY) {
        let values = vec![now.0.into(), hash.as_str().into()];
        session::write(app.everything(), USED, values).await?;
    }
    let person = Arc::new(found.person);
    app.doors.sessions.keep(hash, now, person.clone());
    Ok(Some(person))
}

/// A token as its owner sees it: never the token itself.
pub struct Shown {
    /// By which it is ended.
    pub hash: String,
    pub name: String,
    pub leave: Vec<Leave>,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub used_at: Option<Instant>,
}

impl FromRow for Shown {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Shown {
            hash: row.text(0)?,
            name: row.text(1)?,
            leave: Leave::list(&row.text(2)?),
            created_at: Instant(row.i64(3)?),
            expires_at: Instant(row.i64(4)?),
            used_at: row.opt_i64(5)?.map(Instant),
        })
    }
}

/// The living tokens of a person in a hub.
pub async fn of(app: &App, person: &Person) -> Result<Vec<Shown>, Failure> {
    let values = vec![person.hub.as_str().into(), person.id.as_str().into()];
    Ok(app.everything().query(OF, values).await?)
}

/// Ends a token of a person.
pub async fn end(app: &App, person: &Person, hash: &str, now: Instant) -> Result<bool, Failure> {
    let values =
        vec![now.0.into(), person.hub.as_str().into(), hash.into(), person.id.as_str().into()];
    let ended = session::write(app.everything(), END, values).await? > 0;
    app.doors.forget();
    Ok(ended)
}
