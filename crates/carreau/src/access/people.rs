//! People, and their memberships: what each may do in which hub.

use db::{FromRow, Row, Val};
use keys::Token;
use trade::calendar::Instant;
use trade::id::HubId;

use super::person::Role;
use super::scope::HubScope;
use super::session;
use crate::app::App;
use crate::failure::Failure;

/// Somebody, whatever they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Human {
    pub id: String,
    pub email: String,
    pub name: String,
    pub phone: String,
}

impl FromRow for Human {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Human { id: row.text(0)?, email: row.text(1)?, name: row.text(2)?, phone: row.text(3)? })
    }
}

/// What a person does in a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub id: String,
    pub hub: HubId,
    pub hub_name: String,
    pub role: Role,
}

impl FromRow for Membership {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("{what} of a membership"));
        let role = Role::of(&row.text(3)?, &row.text(4)?).ok_or_else(|| bad("role"))?;
        let hub = HubId::parse(&row.text(1)?).map_err(|_| bad("hub"))?;
        Ok(Membership { id: row.text(0)?, hub, hub_name: row.text(2)?, role })
    }
}

const ADD: &str = "INSERT INTO people (person, email, name, phone, created_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (email) DO NOTHING";
const BY_EMAIL: &str = "SELECT person, email, name, phone FROM people \
    WHERE email = $1 AND closed_at IS NULL";
const BY_ID: &str = "SELECT person, email, name, phone FROM people \
    WHERE person = $1 AND closed_at IS NULL";
const CLOSE: &str = "UPDATE people SET closed_at = $1 WHERE person = $2 AND closed_at IS NULL";
const REOPEN: &str = "UPDATE people SET closed_at = NULL WHERE person = $1";
const RENAME: &str = "UPDATE people SET name = $1, phone = $2 WHERE person = $3";
const ANY: &str = "SELECT person, email, name, phone, closed_at FROM people WHERE email = $1";
const END_SESSIONS: &str = "UPDATE sessions SET ended_at = $1 \
    WHERE person = $2 AND ended_at IS NULL";
const END_LINKS: &str = "UPDATE links SET ended_at = $1, ended_by = $2 \
    WHERE person = $3 AND ended_at IS NULL";
const END_TOKENS: &str = "UPDATE api_tokens SET ended_at = $1 WHERE ended_at IS NULL \
    AND membership IN (SELECT m.membership FROM memberships m WHERE m.person = $2)";
const END_PLACES: &str = "UPDATE memberships SET ended_at = $1, ended_by = $2 \
    WHERE person = $3 AND ended_at IS NULL";
const DROP_KEYS: &str = "DELETE FROM passkeys WHERE person = $1";
const DROP_PASSWORD: &str = "DELETE FROM passwords WHERE person = $1";
const JOIN: &str = "INSERT INTO memberships (hub_id, membership, person, role, party, created_at, \
    created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const JOINED: &str = "SELECT m.membership, m.hub_id, h.name, m.role, m.party FROM memberships m \
    JOIN hubs h ON h.hub_id = m.hub_id WHERE m.person = $1 AND m.ended_at IS NULL \
    ORDER BY m.created_at, m.membership";
const LEAVE: &str = "UPDATE memberships SET ended_at = $1, ended_by = $2 \
    WHERE hub_id = $3 AND membership = $4 AND ended_at IS NULL";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    ADD,
    BY_EMAIL,
    BY_ID,
    CLOSE,
    REOPEN,
    RENAME,
    ANY,
    END_SESSIONS,
    END_LINKS,
    END_TOKENS,
    END_PLACES,
    DROP_KEYS,
    DROP_PASSWORD,
    JOIN,
    JOINED,
    LEAVE,
];

type Command = (&'static str, Vec<Val>);

/// An address as it is kept and looked up.
pub fn email(text: &str) -> Result<String, Failure> {
    let text = text.trim().to_lowercase();
    let is_one = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    let is_plain =
        !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    if is_one && is_plain && text.len() <= 254 {
        return Ok(text);
    }
    Err(Failure::Input(format!(
        "« Adresse électronique » : « {text} » ne se lit pas. Exemple : anais@exemple.fr."
    )))
}

/// The person with an address, made when there is none.
pub async fn person(app: &App, human: Human, now: Instant) -> Result<Human, Failure> {
    let address = email(&human.email)?;
    let values = vec![
        Token::new().as_str().into(),
        address.as_str().into(),
        human.name.trim().into(),
        human.phone.trim().into(),
        now.0.into(),
    ];
    session::write(app.everything(), ADD, values).await?;
    let found = by_email(app, &address).await?;
    found.ok_or_else(|| {
        Failure::Input(format!("Le compte « {address} » est fermé : rouvrez-le d'abord."))
    })
}

pub async fn by_email(app: &App, address: &str) -> Result<Option<Human>, Failure> {
    Ok(app.everything().query(BY_EMAIL, vec![address.into()]).await?.pop())
}

pub async fn by_id(app: &App, id: &str) -> Result<Option<Human>, Failure> {
    Ok(app.everything().query(BY_ID, vec![id.into()]).await?.pop())
}

/// What a person may do, in all hubs, oldest first.
pub async fn memberships(app: &App, person: &str) -> Result<Vec<Membership>, Failure> {
    Ok(app.everything().query(JOINED, vec![person.into()]).await?)
}

/// Gives a person a part in a hub; the one it has already, when it is the same.
pub async fn join(
    app: &App,
    scope: HubScope,
    person: &str,
    role: Role,
    by: &str,
    now: Instant,
) -> Result<String, Failure> {
    let known = memberships(app, person).await?;
    if let Some(same) = known.iter().find(|one| one.hub == scope.hub() && one.role == role) {
        return Ok(same.id.clone());
    }
    let id = Token::new().as_str().to_string();
    let (text, values) = joining(scope, &id, person, role, by, now);
    session::write(&app.db(scope), text, values).await?;
    Ok(id)
}

/// The statement that gives a person a part in a hub.
pub(super) fn joining(
    scope: HubScope,
    id: &str,
    person: &str,
    role: Role,
    by: &str,
    now: Instant,
) -> Command {
    let values: Vec<Val> = vec![
        scope.hub().as_str().into(),
        id.into(),
        person.into(),
        role.word().into(),
        role.party().into(),
        now.0.into(),
        by.into(),
    ];
    (JOIN, values)
}

/// The statement that ends a part in a hub; it touches no row when it has ended.
pub(super) fn leaving(scope: HubScope, membership: &str, by: &str, now: Instant) -> Command {
    let values = vec![now.0.into(), by.into(), scope.hub().as_str().into(), membership.into()];
    (LEAVE, values)
}

/// Somebody who plays a role in the demonstration or a benchmark: the person and the membership.
pub async fn player(
    app: &App,
    scope: HubScope,
    role: Role,
    name: &str,
    now: Instant,
) -> Result<(String, String), Failure> {
    let email = format!("{}@demo.exemple.fr", role.code().to_lowercase());
    let human = Human { id: String::new(), email, name: name.into(), phone: String::new() };
    let human = person(app, human, now).await?;
    let membership = join(app, scope, &human.id, role, "démonstration", now).await?;
    Ok((human.id, membership))
}

/// Ends a membership; every session that uses it ends with it.
pub async fn leave(
    app: &App,
    scope: HubScope,
    membership: &str,
    by: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let (text, values) = leaving(scope, membership, by, now);
    let ended = session::write(&app.db(scope), text, values).await? > 0;
    app.doors.forget();
    Ok(ended)
}

/// Closes an account: its sessions, links and tokens are dead at once, and its keys are gone.
pub async fn close(app: &App, person: &str, now: Instant) -> Result<bool, Failure> {
    let commands = closing(person, "ligne de commande", now);
    let write = app
        .everything()
        .write(move |tx| Box::pin(async move { tx.batch(commands).await.map_err(Failure::from) }));
    let ended = write.await?.first().is_some_and(|rows| *rows > 0);
    app.doors.forget();
    Ok(ended)
}

/// What closing an account writes. The first statement touches no row when it is closed. All that
/// it opened is ended for good: somebody who comes back gets a new link and makes new keys.
pub(super) fn closing(person: &str, by: &str, now: Instant) -> Vec<Command> {
    let at = || Val::from(now.0);
    let whose = || Val::from(person);
    vec![
        (CLOSE, vec![at(), whose()]),
        (END_SESSIONS, vec![at(), whose()]),
        (END_LINKS, vec![at(), by.into(), whose()]),
        (END_TOKENS, vec![at(), whose()]),
        (END_PLACES, vec![at(), by.into(), whose()]),
        (DROP_KEYS, vec![whose()]),
        (DROP_PASSWORD, vec![whose()]),
    ]
}

/// The person with an address, and whether the account is closed.
pub(super) async fn of_address(app: &App, address: &str) -> Result<Option<(Human, bool)>, Failure> {
    Ok(app.everything().query::<Known>(ANY, vec![address.into()]).await?.pop().map(|k| k.0))
}

struct Known((Human, bool));

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Known((Human::from_row(row)?, row.opt_i64(4)?.is_some())))
    }
}

/// The statement that makes an account; it touches no row when the address is taken.
pub(super) fn adding(id: &str, human: &Human, now: Instant) -> Command {
    let Human { email, name, phone, .. } = human;
    let (email, name, phone) = (email.as_str(), name.as_str(), phone.as_str());
    (ADD, vec![id.into(), email.into(), name.into(), phone.into(), now.0.into()])
}

/// The statement that opens a closed account again, without any key.
pub(super) fn reopening(person: &str) -> Command {
    (REOPEN, vec![person.into()])
}

pub(super) fn renaming(person: &str, name: &str, phone: &str) -> Command {
    (RENAME, vec![name.into(), phone.into(), person.into()])
}

pub(super) fn without_password(person: &str) -> Command {
    (DROP_PASSWORD, vec![person.into()])
}

#[cfg(test)]
mod tests {
    use super::email;

    #[test]
    fn an_address_is_read_or_refused() {
        let read = |text| email(text).ok();
        assert_eq!(read(" Anais@Exemple.FR "), Some("anais@exemple.fr".to_string()));
        for bad in ["", "anais", "@b.fr", "a@b", "a@.fr", "a@b.fr.", "a b@c.fr", "a@b.fr,c@d.fr"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
