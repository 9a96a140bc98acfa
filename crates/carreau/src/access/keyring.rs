//! The keys of people: passkeys, and a password with a one-time code for those who have none.

use db::{FromRow, Row, Val};
use keys::Token;
use keys::code::Secret;
use keys::passkey::Registered;
use keys::password;
use trade::calendar::Instant;

use super::session::write;
use crate::app::App;
use crate::failure::Failure;

/// Seconds within which a browser must answer a challenge.
const CHALLENGE_S: i64 = 300;
/// Challenges of nobody known that wait for an answer, at most: as many as a hundred networks may
/// ask for at once. The newest wait.
pub const OPEN_MAX: i64 = 2_000;
/// The same of one person, who registers a key.
const OWN_MAX: i64 = 5;

const ASK: &str = "INSERT INTO challenges (token_hash, person, state, expires_at) \
    VALUES ($1, $2, $3, $4)";
const ANSWER: &str = "DELETE FROM challenges WHERE token_hash = $1 AND expires_at > $2 \
    RETURNING person, state";
const SWEEP: &str = "DELETE FROM challenges WHERE expires_at <= $1";
const CROWD: &str = "DELETE FROM challenges WHERE person = $1 AND token_hash NOT IN \
    (SELECT c.token_hash FROM challenges c WHERE c.person = $1 \
    ORDER BY c.expires_at DESC, c.token_hash LIMIT $2)";
const ADD_KEY: &str = "INSERT INTO passkeys (credential, person, name, public_key, created_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (credential) DO NOTHING";
const KEYS: &str = "SELECT credential, person, name, public_key, created_at, used_at \
    FROM passkeys WHERE person = $1 ORDER BY created_at";
const KEY: &str = "SELECT credential, person, name, public_key, created_at, used_at \
    FROM passkeys WHERE credential = $1";
const USE_KEY: &str = "UPDATE passkeys SET public_key = $1, used_at = $2 WHERE credential = $3";
const DROP_KEY: &str = "DELETE FROM passkeys WHERE credential = $1 AND person = $2";
const SET_PASSWORD: &str = "INSERT INTO passwords (person, hash, code_secret, code_step, set_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, \
    code_secret = excluded.code_secret, code_step = excluded.code_step, set_at = excluded.set_at";
const PASSWORD: &str = "SELECT hash, code_secret, code_step FROM passwords WHERE person = $1";
const USE_CODE: &str = "UPDATE passwords SET code_step = $1 WHERE person = $2 AND code_step < $1";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    ASK,
    ANSWER,
    SWEEP,
    CROWD,
    ADD_KEY,
    KEYS,
    KEY,
    USE_KEY,
    DROP_KEY,
    SET_PASSWORD,
    PASSWORD,
    USE_CODE,
];

/// A stored passkey.
pub struct Passkey {
    pub id: String,
    pub person: String,
    pub name: String,
    pub key: String,
    pub created_at: Instant,
    pub used_at: Option<Instant>,
}

impl FromRow for Passkey {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Passkey {
            id: row.text(0)?,
            person: row.text(1)?,
            name: row.text(2)?,
            key: row.text(3)?,
            created_at: Instant(row.i64(4)?),
            used_at: row.opt_i64(5)?.map(Instant),
        })
    }
}

/// Keeps what a challenge waits for; the browser gives the token back with its answer. `person` is
/// empty where nobody is known yet. What is too old goes, and what there is too much of.
pub async fn ask(app: &App, person: &str, state: &str, now: Instant) -> Result<Token, Failure> {
    let token = Token::new();
    let until = now.0 + CHALLENGE_S;
    let most = if person.is_empty() { OPEN_MAX } else { OWN_MAX };
    let commands: Vec<(&'static str, Vec<Val>)> = vec![
        (SWEEP, vec![now.0.into()]),
        // One is to come.
        (CROWD, vec![person.into(), (most - 1).into()]),
        (ASK, vec![token.hash().into(), person.into(), state.into(), until.into()]),
    ];
    let asked = app
        .everything()
        .write(move |tx| Box::pin(async move { tx.batch(commands).await.map_err(Failure::from) }));
    asked.await?;
    Ok(token)
}

/// Whose challenge it was and its state. Each is answered once, also of two answers at once.
pub async fn answered(
    app: &App,
    token: &str,
    now: Instant,
) -> Result<Option<(String, String)>, Failure> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let values = vec![token.hash().into(), now.0.into()];
    let taken = app.everything().write(move |tx| {
        Box::pin(async move {
            let rows: Vec<(String, String)> = tx.query(ANSWER, values).await?;
            Ok::<_, Failure>(rows.into_iter().next())
        })
    });
    taken.await
}

/// Keeps a new passkey under a name that its owner chose.
pub async fn add(
    app: &App,
    person: &str,
    made: &Registered,
    name: &str,
    now: Instant,
) -> Result<(), Failure> {
    let values = vec![
        made.id.as_str().into(),
        person.into(),
        name.into(),
        made.credential.as_str().into(),
        now.0.into(),
    ];
    match write(app.everything(), ADD_KEY, values).await? {
        0 => Err(Failure::Input("Cette clé d'accès est déjà enregistrée.".into())),
        _ => Ok(()),
    }
}

pub async fn of(app: &App, person: &str) -> Result<Vec<Passkey>, Failure> {
    Ok(app.everything().query(KEYS, vec![person.into()]).await?)
}

pub async fn by_id(app: &App, id: &str) -> Result<Option<Passkey>, Failure> {
    Ok(app.everything().query(KEY, vec![id.into()]).await?.pop())
}

/// Notes that a key was used, with what it has become.
pub async fn used(app: &App, id: &str, key: &str, now: Instant) -> Result<(), Failure> {
    write(app.everything(), USE_KEY, vec![key.into(), now.0.into(), id.into()]).await.map(drop)
}

pub async fn forget(app: &App, person: &str, id: &str) -> Result<bool, Failure> {
    Ok(write(app.everything(), DROP_KEY, vec![id.into(), person.into()]).await? > 0)
}

/// Sets the password of a person, with the secret of the application that gives the codes: a code
/// proves that it was set up there.
pub async fn set_password(
    app: &App,
    person: &str,
    new: &str,
    secret: &str,
    first_code: &str,
    now: Instant,
) -> Result<(), Failure> {
    let human = super::people::by_id(app, person).await?;
    let email = human.map(|human| human.email).unwrap_or_default();
    if let Some(weakness) = password::too_weak(new, &email) {
        return Err(Failure::Input(weakness.sentence().into()));
    }
    let step = Secret::parse(secret).and_then(|secret| secret.check(first_code, now.0, 0));
    let step = step.ok_or_else(|| {
        Failure::Input("Ce code n'est pas le bon. Attendez le suivant, et tapez-le.".into())
    })?;
    let new = new.to_string();
    let hash = slow(app, move || password::hash(&new)).await?;
    let hash = hash.map_err(|error| Failure::Other(error.into()))?;
    let values = vec![person.into(), hash.into(), secret.into(), step.into(), now.0.into()];
    write(app.everything(), SET_PASSWORD, values).await.map(drop)
}

/// Hashing takes 19 MiB and 50 ms on purpose: off the runtime's threads, and few at once.
async fn slow<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let _turn = app.doors.hashing.acquire().await.map_err(|gone| Failure::Other(gone.into()))?;
    tokio::task::spawn_blocking(work).await.map_err(|gone| Failure::Other(gone.into()))
}

/// A stored password.
struct Stored {
    hash: String,
    secret: String,
    step: i64,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Stored { hash: row.text(0)?, secret: row.text(1)?, step: row.i64(2)? })
    }
}

/// Whether a person has set a password.
pub async fn has_password(app: &App, person: &str) -> Result<bool, Failure> {
    let rows: Vec<Stored> = app.everything().query(PASSWORD, vec![person.into()]).await?;
    Ok(!rows.is_empty())
}

/// Whether this is the person's password and a code that was not used before. `None` for a person
/// asks the same of nobody.
pub async fn opens(
    app: &App,
    person: Option<&str>,
    typed: &str,
    typed_code: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let known: Option<Stored> = match person {
        Some(person) => app.everything().query(PASSWORD, vec![person.into()]).await?.pop(),
        None => None,
    };
    let typed = typed.to_string();
    let hash = known.as_ref().map(|known| known.hash.clone());
    // An address that nobody has takes as long to refuse as a wrong password.
    let matches = slow(app, move || match hash {
        Some(hash) => password::verify(&hash, &typed),
        None => {
            password::verify_nobody(&typed);
            false
        }
    });
    let (Some(known), Some(person), true) = (known, person, matches.await?) else {
        return Ok(false);
    };
    let secret = Secret::parse(&known.secret);
    let step = secret.and_then(|secret| secret.check(typed_code, now.0, known.step));
    let Some(step) = step else { return Ok(false) };
    // Of two who come with the same code at once, one touches the row.
    Ok(write(app.everything(), USE_CODE, vec![step.into(), person.into()]).await? > 0)
}
