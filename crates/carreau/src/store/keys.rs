//! Acts that are done once: a key, what was asked under it, and what was then answered.

use db::{BoxFuture, FromRow, Row, Val};

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::{Act, Place};

/// Under which key an act is done once, and what was asked under it.
#[derive(Clone, Debug)]
pub struct Once {
    pub key: String,
    pub hash: i64,
}

/// An answer that a repeated key finds again. Written in the transaction of its act.
#[derive(Clone, Debug)]
pub struct Kept {
    pub key: String,
    pub hash: i64,
    pub answer: String,
}

const BY_KEY: &str = "SELECT request_hash, answer FROM act_keys \
    WHERE hub_id = $1 AND idempotency_key = $2";
const KEEP: &str = "INSERT INTO act_keys (hub_id, idempotency_key, request_hash, answer, at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hub_id, idempotency_key) DO NOTHING";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[BY_KEY, KEEP];

struct Found(i64, String);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Found, db::Error> {
        Ok(Found(row.i64(0)?, row.text(1)?))
    }
}

/// What was answered to `key`, or `None`. Errors: the key stands for something else that was
/// asked.
pub fn answered<'a>(
    app: &'a App,
    place: Place,
    key: &'a str,
    hash: i64,
) -> BoxFuture<'a, Result<Option<String>, Failure>> {
    Box::pin(async move {
        let values = vec![place.hub.as_str().into(), key.into()];
        let rows: Vec<Found> = app.db(place.scope()).query(BY_KEY, values).await?;
        match rows.into_iter().next() {
            Some(Found(before, answer)) if before == hash => Ok(Some(answer)),
            Some(_) => Err(Failure::OtherContent),
            None => Ok(None),
        }
    })
}

/// Runs an act once for its key, however often it comes; gives what was answered the first time.
pub async fn once(
    app: &App,
    place: Place,
    once: &Once,
    body: impl Fn(&mut Act<'_>) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let Once { key, hash } = once;
    if let Some(answer) = answered(app, place, key, *hash).await? {
        return Ok(answer);
    }
    let done = app.act(place, |act| {
        let answer = body(act)?;
        act.keep(Kept { key: key.clone(), hash: *hash, answer: answer.clone() });
        Ok(answer)
    });
    match done.await {
        // The same key may have come twice at once: what the first was answered is then there.
        // Of two refusals the first act is the reason: what it did is done.
        Err(failure) => match answered(app, place, key, *hash).await? {
            Some(answer) => Ok(answer),
            None => Err(failure),
        },
        done => done,
    }
}

/// The statement that keeps an answer; it touches no row when the key is known.
pub fn keep(place: Place, kept: &Kept, now: i64) -> (&'static str, Vec<Val>) {
    let Kept { key, hash, answer } = kept;
    let hub = Val::from(place.hub.as_str());
    (KEEP, vec![hub, key.as_str().into(), Val::I(*hash), answer.as_str().into(), Val::I(now)])
}

/// A number that two different texts do not share but by a chance of 2^-64 (FNV-1a).
pub fn fingerprint(text: &str) -> i64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, fold) as i64
}
