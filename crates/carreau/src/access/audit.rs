//! What was seen at the doors: every sign-in, every refusal.

use db::{FromRow, Row, Val};
use keys::Token;
use trade::calendar::Instant;
use trade::id::HubId;

use super::hold::network;
use super::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;

/// What was done or refused. The word is kept; its French is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    CameIn,
    Left,
    /// A wrong password, code, passkey, link or token.
    WrongKey,
    /// Too many wrong keys from one address.
    Held,
    /// An act, or a program's request, without a session or token.
    NoSession,
    /// A program that asks too often.
    TooFast,
    /// A page or an act that is not for this person.
    Forbidden,
    /// A form that another site sent, or without the token of its session.
    Forged,
    /// A request for a site of another name: its address leads here by mistake or by a trick.
    OtherName,
    /// A right was given or taken away.
    RightChanged,
    LinkMade,
    LinkRevoked,
    /// An account was closed: all that it opened is dead.
    AccountClosed,
    /// A session, a key or a token was ended by the administrator.
    KeyRevoked,
    /// The calendar, a price rule, a record of a party or a text of letters was changed.
    SettingChanged,
    /// A plan of purchases was settled by hand, or set free again.
    PlanLocked,
    /// Food aid was told weeks ahead of what will probably be too much.
    AidForewarned,
}

impl Seen {
    pub const ALL: [Seen; 17] = [
        Seen::CameIn,
        Seen::Left,
        Seen::WrongKey,
        Seen::Held,
        Seen::NoSession,
        Seen::TooFast,
        Seen::Forbidden,
        Seen::Forged,
        Seen::OtherName,
        Seen::RightChanged,
        Seen::LinkMade,
        Seen::LinkRevoked,
        Seen::AccountClosed,
        Seen::KeyRevoked,
        Seen::SettingChanged,
        Seen::PlanLocked,
        Seen::AidForewarned,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Seen::CameIn => "came-in",
            Seen::Left => "left",
            Seen::WrongKey => "wrong-key",
            Seen::Held => "held",
            Seen::NoSession => "no-session",
            Seen::TooFast => "too-fast",
            Seen::Forbidden => "forbidden",
            Seen::Forged => "forged",
            Seen::OtherName => "other-name",
            Seen::RightChanged => "right-changed",
            Seen::LinkMade => "link-made",
            Seen::LinkRevoked => "link-revoked",
            Seen::AccountClosed => "account-closed",
            Seen::KeyRevoked => "key-revoked",
            Seen::SettingChanged => "setting-changed",
            Seen::PlanLocked => "plan-locked",
            Seen::AidForewarned => "aid-forewarned",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Seen::CameIn => "Entrée",
            Seen::Left => "Sortie",
            Seen::WrongKey => "Clé refusée",
            Seen::Held => "Adresse mise en attente",
            Seen::NoSession => "Demande sans session ni jeton",
            Seen::TooFast => "Programme trop pressé",
            Seen::Forbidden => "Page ou geste refusé",
            Seen::Forged => "Demande d'un autre site refusée",
            Seen::OtherName => "Demande sous un autre nom de site",
            Seen::RightChanged => "Droit changé",
            Seen::LinkMade => "Lien créé",
            Seen::LinkRevoked => "Lien révoqué",
            Seen::AccountClosed => "Compte fermé",
            Seen::KeyRevoked => "Clé ou session retirée",
            Seen::SettingChanged => "Réglage changé",
            Seen::PlanLocked => "Plan d'achats réglé à la main",
            Seen::AidForewarned => "Excédent prévu annoncé",
        }
    }
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Instant,
    pub who: String,
    pub seen: Option<Seen>,
    pub about: String,
    pub address: String,
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let word = row.text(2)?;
        Ok(Entry {
            at: Instant(row.i64(0)?),
            who: row.text(1)?,
            seen: Seen::ALL.into_iter().find(|seen| seen.word() == word),
            about: row.text(3)?,
            address: row.text(4)?,
        })
    }
}

const NOTE: &str = "INSERT INTO audit (hub_id, id, at, who, act, about, address) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LAST: &str = "SELECT at, who, act, about, address FROM audit WHERE hub_id = $1 \
    ORDER BY at DESC, id LIMIT $2";
const FOUND: &str = "SELECT at, who, act, about, address FROM audit WHERE hub_id = $1 \
    AND ($2 = '' OR who = $2) AND ($3 = '' OR act = $3) AND at >= $4 AND at < $5 \
    ORDER BY at DESC, id LIMIT $6 OFFSET $7";
const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM audit WHERE hub_id = $1 \
    AND ($2 = '' OR who = $2) AND ($3 = '' OR act = $3) AND at >= $4 AND at < $5";
const NAMES: &str = "SELECT DISTINCT who FROM audit WHERE hub_id = $1 AND who <> '' ORDER BY who";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[NOTE, LAST, FOUND, COUNT, NAMES];

/// Which lines of the audit are asked for; empty and `None` mean all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub who: String,
    pub seen: Option<Seen>,
    /// From this instant on.
    pub from: Option<Instant>,
    /// Before this instant.
    pub before: Option<Instant>,
}

impl Wanted {
    fn values(&self, scope: HubScope) -> Vec<Val> {
        vec![
            scope.hub().as_str().into(),
            self.who.as_str().into(),
            self.seen.map_or("", Seen::word).into(),
            self.from.map_or(i64::MIN, |from| from.0).into(),
            self.before.map_or(i64::MAX, |before| before.0).into(),
        ]
    }
}

/// The lines that are asked for, newest first.
pub async fn found(
    app: &App,
    scope: HubScope,
    wanted: &Wanted,
    count: i64,
    skipped: i64,
) -> Result<Vec<Entry>, Failure> {
    let mut values = wanted.values(scope);
    values.extend([count.into(), skipped.into()]);
    Ok(app.db(scope).query(FOUND, values).await?)
}

pub async fn count(app: &App, scope: HubScope, wanted: &Wanted) -> Result<i64, Failure> {
    let counts: Vec<i64> = app.db(scope).query(COUNT, wanted.values(scope)).await?;
    Ok(counts.first().copied().unwrap_or(0))
}

/// Everybody who stands in the audit of a hub.
pub async fn names(app: &App, scope: HubScope) -> Result<Vec<String>, Failure> {
    Ok(app.db(scope).query(NAMES, vec![scope.hub().as_str().into()]).await?)
}

/// Longest text kept of what a stranger sent.
const LONGEST: usize = 200;

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// Notes what was seen. A door that cannot note still answers: the failure goes to the log.
pub async fn note(
    app: &App,
    hub: HubId,
    seen: Seen,
    who: &str,
    about: &str,
    address: &str,
    now: Instant,
) {
    let (text, values) = line(hub, seen, who, about, address, now);
    if let Err(failure) = super::session::write(app.everything(), text, values).await {
        eprintln!("carreau : journal des accès : {failure}");
    }
}

/// Notes a refusal, as often as [`super::refusals`] says that a line is due: `who` is empty for
/// strangers, who are counted by their address and choose what they ask for.
pub async fn refused(
    app: &App,
    hub: HubId,
    seen: Seen,
    who: &str,
    about: &str,
    address: &str,
    now: Instant,
) {
    let about = cut(about);
    let (refusals, key) = match who {
        "" => (&app.doors.strangers, format!("{} {}", seen.word(), network(address))),
        who => (&app.doors.insiders, format!("{} {hub} {who} {about}", seen.word())),
    };
    if let Some(about) = refusals.due(key, &about, now) {
        note(app, hub, seen, who, &about, address, now).await;
    }
}

/// The statement that notes an act in the act's own transaction.
pub fn line(
    hub: HubId,
    seen: Seen,
    who: &str,
    about: &str,
    address: &str,
    now: Instant,
) -> (&'static str, Vec<Val>) {
    let values = vec![
        hub.as_str().into(),
        Token::new().as_str().into(),
        now.0.into(),
        cut(who).into(),
        seen.word().into(),
        cut(about).into(),
        cut(address).into(),
    ];
    (NOTE, values)
}

/// The last lines of a hub's audit, newest first.
pub async fn last(app: &App, scope: HubScope, count: i64) -> Result<Vec<Entry>, Failure> {
    let values = vec![scope.hub().as_str().into(), count.into()];
    Ok(app.db(scope).query(LAST, values).await?)
}
