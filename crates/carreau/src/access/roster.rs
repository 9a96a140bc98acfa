//! The people of a hub as its administrator has them: who they are, what they may do, by which
//! keys they come in, and ending any of it.
//!
//! An account belongs to its person and may open other hubs too. So an administrator gives and
//! takes places in the own hub; what would touch the account as a whole (closing it, its keys, a
//! link that is shown instead of sent) is refused while the person works elsewhere as well.

use db::{FromRow, Row, Val};
use trade::calendar::Instant;

use super::people::{self, Human};
use super::person::Role;
use super::scope::{AdminScope, HubScope};
use crate::app::App;
use crate::failure::Failure;

const PEOPLE: &str = "SELECT p.person, p.email, p.name, p.phone, p.closed_at, \
    (SELECT CAST(MAX(s.seen_at) AS BIGINT) FROM sessions s \
    JOIN memberships o ON o.membership = s.membership \
    WHERE s.person = p.person AND o.hub_id = $1) FROM people p \
    WHERE EXISTS (SELECT 1 FROM memberships m WHERE m.hub_id = $1 AND m.person = p.person) \
    ORDER BY p.name, p.email";
const PERSON: &str = "SELECT p.person, p.email, p.name, p.phone, p.closed_at, \
    (SELECT CAST(MAX(s.seen_at) AS BIGINT) FROM sessions s \
    JOIN memberships o ON o.membership = s.membership \
    WHERE s.person = p.person AND o.hub_id = $1) FROM people p \
    WHERE EXISTS (SELECT 1 FROM memberships m WHERE m.hub_id = $1 AND m.person = p.person) \
    AND p.person = $2";
const PLACES: &str = "SELECT person, membership, role, party, created_at, created_by, ended_at, \
    ended_by FROM memberships WHERE hub_id = $1 AND ($2 = '' OR person = $2) \
    ORDER BY created_at, membership";
const NAMED: &str = "SELECT p.person, p.email, p.name, p.phone, m.role, m.party \
    FROM memberships m JOIN people p ON p.person = m.person AND p.closed_at IS NULL \
    WHERE m.hub_id = $1 AND m.ended_at IS NULL ORDER BY m.created_at, m.membership";
const ELSEWHERE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM memberships \
    WHERE person = $1 AND hub_id <> $2 AND ended_at IS NULL";
const SESSIONS: &str = "SELECT s.token_hash, s.created_at, s.seen_at, \
    COALESCE(m.role, l.role), COALESCE(m.party, l.party) FROM sessions s \
    LEFT JOIN memberships m ON m.membership = s.membership AND m.ended_at IS NULL \
    LEFT JOIN links l ON l.token_hash = s.link AND l.ended_at IS NULL AND l.expires_at > $1 \
    WHERE s.person = $2 AND s.ended_at IS NULL AND s.expires_at > $1 \
    AND COALESCE(m.hub_id, l.hub_id) = $3 ORDER BY s.seen_at DESC, s.token_hash";
const TOKENS: &str = "SELECT t.token_hash, t.name, t.scopes, t.created_at, t.expires_at, t.used_at \
    FROM api_tokens t JOIN memberships m ON m.membership = t.membership AND m.ended_at IS NULL \
    WHERE t.hub_id = $1 AND m.person = $2 AND t.ended_at IS NULL ORDER BY t.created_at";
const END_SESSION: &str = "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL \
    AND person = $2 AND ($3 = '' OR token_hash = $3) \
    AND (membership IN (SELECT m.membership FROM memberships m WHERE m.hub_id = $4) \
    OR link IN (SELECT l.token_hash FROM links l WHERE l.hub_id = $4))";
const END_TOKEN: &str = "UPDATE api_tokens SET ended_at = $1 \
    WHERE hub_id = $2 AND token_hash = $3 AND ended_at IS NULL \
    AND membership IN (SELECT m.membership FROM memberships m WHERE m.person = $4)";
const DROP_KEY: &str = "DELETE FROM passkeys WHERE credential = $1 AND person = $2";
/// Taken before counting administrators: two who part at once wait for each other.
const LOCK: &str = "UPDATE hubs SET code = code WHERE hub_id = $1";
const IS_LEFT: &str = "UPDATE hubs SET code = code WHERE hub_id = $1 \
    AND EXISTS (SELECT 1 FROM memberships m JOIN people p ON p.person = m.person \
    AND p.closed_at IS NULL WHERE m.hub_id = $1 AND m.role = 'administrator' \
    AND m.ended_at IS NULL AND m.membership <> $2 AND m.person <> $3)";
const IS_NOWHERE_ELSE: &str = "UPDATE people SET name = name WHERE person = $1 \
    AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.person = $1 AND m.hub_id <> $2 \
    AND m.ended_at IS NULL)";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    PEOPLE,
    PERSON,
    PLACES,
    NAMED,
    ELSEWHERE,
    SESSIONS,
    TOKENS,
    END_SESSION,
    END_TOKEN,
    DROP_KEY,
    LOCK,
    IS_LEFT,
    IS_NOWHERE_ELSE,
];

/// Somebody who has, or had, a place in the hub.
#[derive(Clone, Debug)]
pub struct Listed {
    pub human: Human,
    pub is_closed: bool,
    /// When a session of the hub was last seen.
    pub seen_at: Option<Instant>,
}

impl FromRow for Listed {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Listed {
            human: Human::from_row(row)?,
            is_closed: row.opt_i64(4)?.is_some(),
            seen_at: row.opt_i64(5)?.map(Instant),
        })
    }
}

/// What somebody does, or did, in the hub.
#[derive(Clone, Debug)]
pub struct Held {
    pub person: String,
    pub id: String,
    pub role: Role,
    pub since: Instant,
    pub by: String,
    pub ended: Option<(Instant, String)>,
}

impl FromRow for Held {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let role = Role::of(&row.text(2)?, &row.text(3)?);
        let by = row.opt_text(7)?.unwrap_or_default();
        Ok(Held {
            person: row.text(0)?,
            id: row.text(1)?,
            role: role.ok_or_else(|| db::Error::Db("role of a membership".into()))?,
            since: Instant(row.i64(4)?),
            by: row.text(5)?,
            ended: row.opt_i64(6)?.map(|at| (Instant(at), by)),
        })
    }
}

/// Somebody who may come in, and one of the places for that.
#[derive(Clone, Debug)]
pub struct Named {
    pub human: Human,
    pub role: Role,
}

impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let role = Role::of(&row.text(4)?, &row.text(5)?);
        let role = role.ok_or_else(|| db::Error::Db("role of a membership".into()))?;
        Ok(Named { human: Human::from_row(row)?, role })
    }
}

/// A living session. Its hash opens nothing: it only names it.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub hash: String,
    pub since: Instant,
    pub seen_at: Instant,
    pub role: Role,
}

impl FromRow for OpenSession {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let role = Role::of(&row.text(3)?, &row.text(4)?);
        Ok(OpenSession {
            hash: row.text(0)?,
            since: Instant(row.i64(1)?),
            seen_at: Instant(row.i64(2)?),
            role: role.ok_or_else(|| db::Error::Db("role of a session".into()))?,
        })
    }
}

pub type Command = (&'static str, Vec<Val>);

/// A statement, and what is said when it touches no row: then nothing of the act is kept.
pub type Needed = (Command, &'static str);

/// Everybody who has or had a place in the hub, by name.
pub async fn people(app: &App, scope: AdminScope) -> Result<Vec<Listed>, Failure> {
    Ok(app.db(scope.desk()).query(PEOPLE, vec![scope.hub().as_str().into()]).await?)
}

pub async fn person(app: &App, scope: AdminScope, id: &str) -> Result<Listed, Failure> {
    let values = vec![scope.hub().as_str().into(), id.into()];
    let found: Option<Listed> = app.db(scope.desk()).query(PERSON, values).await?.pop();
    found.ok_or_else(|| Failure::NotFound("Cette personne n'est pas d'ici.".into()))
}

/// Places in the hub, living and ended, of one person or (with an empty id) of all.
pub async fn places(app: &App, scope: AdminScope, id: &str) -> Result<Vec<Held>, Failure> {
    let values = vec![scope.hub().as_str().into(), id.into()];
    Ok(app.db(scope.desk()).query(PLACES, values).await?)
}

/// Whoever may come in, once for each place, the oldest place first: for a desk that calls people.
pub async fn named(app: &App, scope: HubScope) -> Result<Vec<Named>, Failure> {
    Ok(app.db(scope).query(NAMED, vec![scope.hub().as_str().into()]).await?)
}

/// Whether a person works for another hub of this installation too.
pub async fn is_elsewhere(app: &App, scope: AdminScope, id: &str) -> Result<bool, Failure> {
    let values = vec![id.into(), scope.hub().as_str().into()];
    let counts: Vec<i64> = app.everything().query(ELSEWHERE, values).await?;
    Ok(counts.first().is_some_and(|count| *count > 0))
}

pub async fn sessions(
    app: &App,
    scope: AdminScope,
    id: &str,
    now: Instant,
) -> Result<Vec<OpenSession>, Failure> {
    let values = vec![now.0.into(), id.into(), scope.hub().as_str().into()];
    Ok(app.db(scope.desk()).query(SESSIONS, values).await?)
}

pub async fn tokens(
    app: &App,
    scope: AdminScope,
    id: &str,
) -> Result<Vec<super::api_token::Shown>, Failure> {
    let values = vec![scope.hub().as_str().into(), id.into()];
    Ok(app.db(scope.desk()).query(TOKENS, values).await?)
}

const GONE: &str = "Quelqu'un l'a déjà fait : rechargez la page.";
const LAST: &str = "C'est la dernière personne qui administre la plateforme : donnez d'abord \
    cette place à quelqu'un d'autre.";
const SHARED: &str = "Cette personne travaille aussi pour une autre plateforme : son compte et ses \
    clés sont à elle seule. Retirez ses places ici.";

/// Ends one session of a person in the hub, or (with an empty hash) all.
pub fn ending_sessions(scope: AdminScope, person: &str, hash: &str, now: Instant) -> Command {
    let values = vec![now.0.into(), person.into(), hash.into(), scope.hub().as_str().into()];
    (END_SESSION, values)
}

pub fn ending_token(scope: AdminScope, person: &str, hash: &str, now: Instant) -> Needed {
    let hub = scope.hub();
    ((END_TOKEN, vec![now.0.into(), hub.as_str().into(), hash.into(), person.into()]), GONE)
}

/// Takes a passkey away, or the password where `credential` is empty.
pub fn dropping_key(scope: AdminScope, person: &str, credential: &str) -> Vec<Needed> {
    let drop = match credential {
        "" => people::without_password(person),
        _ => (DROP_KEY, vec![credential.into(), person.into()]),
    };
    vec![nowhere_else(scope, person), (drop, GONE)]
}

fn nowhere_else(scope: AdminScope, person: &str) -> Needed {
    ((IS_NOWHERE_ELSE, vec![person.into(), scope.hub().as_str().into()]), SHARED)
}

/// Refuses when nobody else would be left to administer the hub.
fn others_left(scope: AdminScope, membership: &str, person: &str) -> [Needed; 2] {
    let hub = || Val::from(scope.hub().as_str());
    let left = vec![hub(), membership.into(), person.into()];
    [((LOCK, vec![hub()]), GONE), ((IS_LEFT, left), LAST)]
}

/// Ends a place of the hub; with it end the sessions and tokens that stand on it.
pub fn withdrawing(scope: AdminScope, held: &Held, by: &str, now: Instant) -> Vec<Needed> {
    let mut all = Vec::new();
    if held.role == Role::Administrator {
        // The same person may hold the place twice: the other one counts.
        all.extend(others_left(scope, &held.id, ""));
    }
    all.push((people::leaving(scope.desk(), &held.id, by, now), GONE));
    all
}

/// Closes an account, and what must hold for it; the statements that need nothing come second.
pub fn closing(
    scope: AdminScope,
    person: &str,
    by: &str,
    now: Instant,
) -> (Vec<Needed>, Vec<Command>) {
    let mut rest = people::closing(person, by, now);
    let close = rest.remove(0);
    let mut needed = others_left(scope, "", person).to_vec();
    needed.extend([nowhere_else(scope, person), (close, GONE)]);
    (needed, rest)
}

/// Somebody who is invited: the account's id, and what makes or opens the account.
pub struct Invited {
    pub human: Human,
    pub commands: Vec<Needed>,
}

/// The account of an address, made when there is none, opened again when it was closed.
pub async fn inviting(app: &App, human: Human, now: Instant) -> Result<Invited, Failure> {
    let email = people::email(&human.email)?;
    let human = Human { email, name: human.name.trim().into(), ..human };
    let Some((known, is_closed)) = people::of_address(app, &human.email).await? else {
        let id = keys::Token::new().as_str().to_string();
        let human = Human { id, ..human };
        let commands = vec![(people::adding(&human.id, &human, now), GONE)];
        return Ok(Invited { human, commands });
    };
    let commands = match is_closed {
        true => vec![(people::reopening(&known.id), GONE)],
        false => Vec::new(),
    };
    Ok(Invited { human: known, commands })
}

/// Gives a place in the hub.
pub fn giving(scope: AdminScope, person: &str, role: Role, by: &str, now: Instant) -> Command {
    let id = keys::Token::new();
    people::joining(scope.desk(), id.as_str(), person, role, by, now)
}

pub fn renaming(person: &str, name: &str, phone: &str) -> Command {
    people::renaming(person, name, phone)
}
