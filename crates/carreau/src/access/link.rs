//! Links in mails. The token stands behind the `#` of the address, which browsers never send: the
//! page shows a button first, and only a human tap sends it. So a scanner that follows links takes
//! nothing (field-tests T-30).

use std::collections::BTreeMap;

use db::{Db, FromRow, Row};
use keys::Token;
use trade::calendar::{Instant, IsoWeek};
use trade::id::{BuyerId, HubId, ProducerId};
use trade::offers::Stamp;
use trade::party::{Buyer, BuyerKind};

use super::person::Role;
use super::scope::{HubScope, Place};
use super::session::{self, Ground};
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::act::Act;
use crate::store::table;

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A farm's own page of a week.
    Farm(ProducerId, IsoWeek),
    /// A buyer's own page of a week.
    Buyer(BuyerId, IsoWeek),
    /// The same of a food-aid organisation, which is also offered the week's surplus.
    FoodAid(BuyerId, IsoWeek),
    /// The site, as a person, once.
    Person(String),
}

impl Opens {
    /// What the link of a buyer opens: more for food aid than for the others.
    pub fn of_buyer(buyer: &Buyer, week: IsoWeek) -> Opens {
        match buyer.kind {
            BuyerKind::FoodAid => Opens::FoodAid(buyer.id, week),
            _ => Opens::Buyer(buyer.id, week),
        }
    }
}

/// Days after its week's Sunday during which a farm's link still opens: for late statements.
const AFTER_WEEK_DAYS: i32 = 7;
/// A link that somebody just asked for.
pub const ASKED_S: i64 = 20 * 60;
/// A link that somebody is invited by.
pub const INVITED_S: i64 = 7 * 86_400;

const ADD: &str = "INSERT INTO links (hub_id, token_hash, kind, person, role, party, week, \
    created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const FIND: &str = "SELECT l.hub_id, l.kind, l.person, l.expires_at FROM links l \
    LEFT JOIN people p ON p.person = l.person AND p.closed_at IS NULL \
    WHERE (l.person = '' OR p.person IS NOT NULL) AND l.token_hash = $1 AND l.ended_at IS NULL AND l.expires_at > $2 \
    AND (l.kind = 'week' OR l.used_at IS NULL)";
const USE: &str = "UPDATE links SET used_at = $1 WHERE token_hash = $2 AND ended_at IS NULL \
    AND (kind = 'week' OR used_at IS NULL)";

const OPENED: &str = "SELECT party, CAST(MAX(used_at) AS BIGINT) FROM links \
    WHERE hub_id = $1 AND week = $2 AND role = 'producer' AND used_at IS NOT NULL GROUP BY party";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[ADD, FIND, USE, OPENED];

/// When each farm last opened a link of the week, by its code.
pub async fn opened(db: &Db, place: Place) -> Result<BTreeMap<String, i64>, Failure> {
    let values = vec![place.hub.as_str().into(), place.week.number().into()];
    let rows: Vec<(String, i64)> = db.query(OPENED, values).await?;
    Ok(rows.into_iter().collect())
}

/// Makes a link; its token is known to nobody else from then on. `address_of` makes the address.
pub async fn make(
    app: &App,
    scope: HubScope,
    opens: &Opens,
    by: &str,
    now: Instant,
    lasts: Option<i64>,
) -> Result<Token, Failure> {
    let (token, (text, values)) = making(scope, opens, by, now, lasts);
    session::write(&app.db(scope), text, values).await?;
    Ok(token)
}

/// Makes links that last as what they open does, all or none; their tokens, in the same order.
pub async fn make_all(
    app: &App,
    scope: HubScope,
    opens: &[Opens],
    stamp: &Stamp,
) -> Result<Vec<Token>, Failure> {
    let made = opens.iter().map(|one| making(scope, one, &stamp.by, stamp.at, None));
    let (tokens, commands): (Vec<Token>, Vec<_>) = made.unzip();
    if !commands.is_empty() {
        let db = app.db(scope);
        let write = db.write(move |tx| {
            let commands = commands.clone();
            Box::pin(async move { table::run(tx, commands).await.map(drop) })
        });
        write.await?;
    }
    Ok(tokens)
}

type Command = (&'static str, Vec<db::Val>);

/// Links that are made in the transaction of an act, with the letters that carry them: a letter
/// that is not written leaves no link behind.
pub struct WithLetters<'act> {
    scope: HubScope,
    stamp: &'act Stamp,
    site: &'act str,
    made: Vec<Command>,
}

impl<'act> WithLetters<'act> {
    /// `site`: the begin of addresses, as a mail shows them; empty where nobody knows how the site
    /// is reached (a command, a week that is played).
    pub fn new(scope: HubScope, stamp: &'act Stamp, site: &'act str) -> WithLetters<'act> {
        WithLetters { scope, stamp, site, made: Vec::new() }
    }

    /// The address of a new link that leads to the page `to`, or, where that is empty, to the page
    /// on which its holder begins. Empty without the site's own address.
    pub fn address(&mut self, opens: &Opens, to: &str) -> String {
        if self.site.is_empty() {
            return String::new();
        }
        let (token, command) = making(self.scope, opens, &self.stamp.by, self.stamp.at, None);
        self.made.push(command);
        match to {
            "" => address_of(self.site, &token),
            to => address_to(self.site, to, &token),
        }
    }

    /// Lets the act make them.
    pub fn write(self, act: &mut Act<'_>) {
        for (text, values) in self.made {
            act.write(text, values);
        }
    }
}

/// A link, and the statement that makes it known.
pub fn making(
    scope: HubScope,
    opens: &Opens,
    by: &str,
    now: Instant,
    lasts: Option<i64>,
) -> (Token, Command) {
    let token = Token::new();
    let of_week = |role: Role, week: IsoWeek| ("week", "", role.word(), role.party(), Some(week));
    let (kind, person, role, party, week) = match opens {
        Opens::Farm(farm, week) => of_week(Role::Producer(*farm), *week),
        Opens::Buyer(buyer, week) => of_week(Role::Buyer(*buyer), *week),
        Opens::FoodAid(buyer, week) => of_week(Role::FoodAid(*buyer), *week),
        Opens::Person(person) => ("person", person.as_str(), "", String::new(), None),
    };
    let expires_at = match week {
        Some(week) => clock::instant(week.monday().plus_days(7 + AFTER_WEEK_DAYS), 0).0,
        None => now.0 + lasts.unwrap_or(ASKED_S),
    };
    let values = vec![
        scope.hub().as_str().into(),
        token.hash().into(),
        kind.into(),
        person.into(),
        role.into(),
        party.into(),
        week.map(|week| week.number()).into(),
        now.0.into(),
        by.into(),
        expires_at.into(),
    ];
    (token, (ADD, values))
}

struct Found {
    hub: HubId,
    is_of_week: bool,
    person: String,
    expires_at: Instant,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let hub = HubId::parse(&row.text(0)?);
        Ok(Found {
            hub: hub.map_err(|_| db::Error::Db("hub of a link".into()))?,
            is_of_week: row.text(1)? == "week",
            person: row.text(2)?,
            expires_at: Instant(row.i64(3)?),
        })
    }
}

/// What became of a link that was tapped.
pub enum Tapped {
    /// In: what the browser keeps.
    In { session: Token, hub: HubId, who: String },
    /// Unknown, expired, revoked or used: all are answered alike.
    No,
}

/// Opens what a link opens. One of a week may be tapped again until it expires, one of a person
/// once.
pub async fn tap(app: &App, text: &str, now: Instant) -> Result<Tapped, Failure> {
    let Some(token) = Token::parse(text) else { return Ok(Tapped::No) };
    let hash = token.hash();
    let values = vec![hash.as_str().into(), now.0.into()];
    let found: Option<Found> = app.everything().query(FIND, values).await?.pop();
    let Some(found) = found else { return Ok(Tapped::No) };
    let values = vec![now.0.into(), hash.as_str().into()];
    // Of two taps at once on a link for one, the second touches no row.
    if session::write(app.everything(), USE, values).await? == 0 {
        return Ok(Tapped::No);
    }
    if found.is_of_week {
        let ground =
            Ground::Link { link: &hash, person: &found.person, expires_at: found.expires_at };
        let session = session::begin(app, ground, now).await?;
        return Ok(Tapped::In { session, hub: found.hub, who: found.person });
    }
    let known = super::people::memberships(app, &found.person).await?;
    let first = known.iter().find(|one| one.hub == found.hub).or(known.first());
    let Some(first) = first else { return Ok(Tapped::No) };
    let ground = Ground::Member { person: &found.person, membership: &first.id, role: first.role };
    let session = session::begin(app, ground, now).await?;
    Ok(Tapped::In { session, hub: first.hub, who: found.person })
}

/// The address of a link that leads to the page `to` of the site.
pub fn address_to(site: &str, to: &str, token: &Token) -> String {
    let to = to.replace('?', "%3F").replace('=', "%3D").replace('&', "%26");
    format!("{site}/lien?to={to}#{}", token.as_str())
}

/// The address of a link, as it stands in a mail.
pub fn address_of(site: &str, token: &Token) -> String {
    format!("{site}/lien#{}", token.as_str())
}
