//! Links that were handed out to a farm or a buyer and still open something: which they are, and
//! ending them. The pages that they opened are dead with them.

use db::{FromRow, Row, Val};
use trade::calendar::{Instant, IsoWeek};
use trade::id::HubId;
use trade::offers::Stamp;

use super::person::Role;
use super::scope::HubScope;
use super::session;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;

const LIVING: &str = "SELECT token_hash, week, created_at, created_by, used_at, expires_at \
    FROM links WHERE hub_id = $1 AND role IN ($2, $3) AND party = $4 AND week IS NOT NULL \
    AND ended_at IS NULL AND expires_at > $5 ORDER BY created_at DESC, token_hash";
const REVOKE_ONE: &str = "UPDATE links SET ended_at = $1, ended_by = $2 WHERE hub_id = $3 \
    AND role IN ($4, $5) AND party = $6 AND token_hash = $7 AND ended_at IS NULL";
const REVOKE_ALL: &str = "UPDATE links SET ended_at = $1, ended_by = $2 WHERE hub_id = $3 \
    AND role IN ($4, $5) AND party = $6 AND ended_at IS NULL";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[LIVING, REVOKE_ONE, REVOKE_ALL];

type Command = (&'static str, Vec<Val>);

/// A link that lives, without what opens it.
pub struct Living {
    /// Names it, and opens nothing.
    pub hash: String,
    week: IsoWeek,
    made_at: Instant,
    made_by: String,
    used_at: Option<Instant>,
    expires_at: Instant,
}

impl FromRow for Living {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let week = row.opt_i64(1)?.and_then(IsoWeek::from_number);
        Ok(Living {
            hash: row.text(0)?,
            week: week.ok_or_else(|| db::Error::Db("week of a link".into()))?,
            made_at: Instant(row.i64(2)?),
            made_by: row.text(3)?,
            used_at: row.opt_i64(4)?.map(Instant),
            expires_at: Instant(row.i64(5)?),
        })
    }
}

impl Living {
    /// What it opens: `Semaine 48`.
    pub fn opens(&self) -> String {
        format!("Semaine {}", self.week.week())
    }

    /// When it was made and by whom, when it was last used, when it ends.
    pub fn said(&self) -> String {
        let used = match self.used_at {
            Some(at) => format!("ouvert {}", fr::short_moment(at)),
            None => "pas encore ouvert".into(),
        };
        let made = fr::short_moment(self.made_at);
        // It ends with a day: the last on which it still opens.
        let until = fr::numbers_day(clock::civil(Instant(self.expires_at.0 - 1)).0);
        format!("Fait {made}, {} ; {used} ; vaut jusqu'au {until}", self.made_by)
    }
}

/// By which words the links of a party are known: those of a food-aid organisation were those of a
/// buyer before it had its own.
fn words(role: Role) -> [&'static str; 2] {
    match role {
        Role::Buyer(_) | Role::FoodAid(_) => ["buyer", "food-aid"],
        other => [other.word(); 2],
    }
}

/// The hub, the words and the code of a party, as the statements want them.
fn party(hub: HubId, role: Role) -> [Val; 4] {
    let [one, other] = words(role);
    [hub.as_str().into(), one.into(), other.into(), role.party().into()]
}

/// The links of a farm or a buyer that open something at `now`, the newest first.
pub async fn living(
    app: &App,
    scope: HubScope,
    role: Role,
    now: Instant,
) -> Result<Vec<Living>, Failure> {
    let mut values = party(scope.hub(), role).to_vec();
    values.push(now.0.into());
    Ok(app.db(scope).query(LIVING, values).await?)
}

/// Ends the link of that name, or with `all` every one of a farm or a buyer, with the sessions that
/// they opened; what is said of it.
pub async fn end(
    app: &App,
    scope: HubScope,
    role: Role,
    which: &str,
    stamp: &Stamp,
) -> Result<&'static str, Failure> {
    if which == "all" {
        revoke_all(app, scope, role, &stamp.by, stamp.at).await?;
        return Ok("Tous ces liens sont révoqués : ils n'ouvrent plus rien.");
    }
    Ok(match revoke_one(app, scope, role, which, stamp).await? {
        true => "Lien révoqué : il n'ouvre plus rien, ni les pages qu'il avait ouvertes.",
        false => "Ce lien n'ouvrait déjà plus rien.",
    })
}

/// `false` when no link of that name lives.
async fn revoke_one(
    app: &App,
    scope: HubScope,
    role: Role,
    hash: &str,
    stamp: &Stamp,
) -> Result<bool, Failure> {
    let mut values: Vec<Val> = vec![stamp.at.0.into(), stamp.by.as_str().into()];
    values.extend(party(scope.hub(), role));
    values.push(hash.into());
    let ended = session::write(&app.db(scope), REVOKE_ONE, values).await?;
    app.doors.forget();
    Ok(ended > 0)
}

/// Ends all links of a farm or a buyer, with the sessions that they opened; how many.
pub async fn revoke_all(
    app: &App,
    scope: HubScope,
    role: Role,
    by: &str,
    now: Instant,
) -> Result<u64, Failure> {
    let (text, values) = ending(scope, role, by, now);
    let ended = session::write(&app.db(scope), text, values).await?;
    app.doors.forget();
    Ok(ended)
}

/// The statement that ends all links of a farm or a buyer, for an act that takes a place away.
pub fn ending(scope: HubScope, role: Role, by: &str, now: Instant) -> Command {
    let mut values: Vec<Val> = vec![now.0.into(), by.into()];
    values.extend(party(scope.hub(), role));
    (REVOKE_ALL, values)
}
