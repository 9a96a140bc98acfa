//! What was seen at the doors: every sign-in, every refusal.

use db::{FromRow, Row};
use keys::Token;
use trade::calendar::Instant;
use trade::id::HubId;

use super::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;

/// What was done or refused. The word is kept; its French is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    CameIn,
    Left,
    /// A wrong password, code, passkey or link.
    WrongKey,
    /// Too many wrong keys from one address.
    Held,
    /// A page or an act that is not for this person.
    Forbidden,
    /// A form that another site sent, or without the token of its session.
    Forged,
    /// A right was given or taken away.
    RightChanged,
    LinkMade,
    LinkRevoked,
}

impl Seen {
    pub const ALL: [Seen; 9] = [
        Seen::CameIn,
        Seen::Left,
        Seen::WrongKey,
        Seen::Held,
        Seen::Forbidden,
        Seen::Forged,
        Seen::RightChanged,
        Seen::LinkMade,
        Seen::LinkRevoked,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Seen::CameIn => "came-in",
            Seen::Left => "left",
            Seen::WrongKey => "wrong-key",
            Seen::Held => "held",
            Seen::Forbidden => "forbidden",
            Seen::Forged => "forged",
            Seen::RightChanged => "right-changed",
            Seen::LinkMade => "link-made",
            Seen::LinkRevoked => "link-revoked",
        }
    }

    pub fn french(self) -> &'static str {
        match self {
            Seen::CameIn => "Entrée",
            Seen::Left => "Sortie",
            Seen::WrongKey => "Clé refusée",
            Seen::Held => "Adresse mise en attente",
            Seen::Forbidden => "Page ou geste refusé",
            Seen::Forged => "Demande d'un autre site refusée",
            Seen::RightChanged => "Droit changé",
            Seen::LinkMade => "Lien créé",
            Seen::LinkRevoked => "Lien révoqué",
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

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[NOTE, LAST];

/// Longest text kept of what a stranger sent.
const LONGEST: usize = 200;

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
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let values = vec![
        hub.as_str().into(),
        Token::new().as_str().into(),
        now.0.into(),
        cut(who).into(),
        seen.word().into(),
        cut(about).into(),
        cut(address).into(),
    ];
    if let Err(failure) = super::session::write(app.everything(), NOTE, values).await {
        eprintln!("carreau : journal des accès : {failure}");
    }
}

/// The last lines of a hub's audit, newest first.
pub async fn last(app: &App, scope: HubScope, count: i64) -> Result<Vec<Entry>, Failure> {
    let values = vec![scope.hub().as_str().into(), count.into()];
    Ok(app.db(scope).query(LAST, values).await?)
}
