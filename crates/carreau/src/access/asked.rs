//! A link that somebody asks for at the door. It goes to the address that is known, to nobody else;
//! who has a desk comes in by a passkey or a password with a code, never by a letter alone.

use db::Val;
use keys::Token;
use trade::calendar::{Instant, IsoWeek};
use trade::offers::Stamp;

use super::link::{self, ASKED_S, Opens};
use super::people;
use super::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::mail;
use crate::store::act::{Mail, post};
use crate::store::table;

/// The clock's spans, in seconds, in each of which one letter goes to the same: another is on its
/// way.
pub const AGAIN_S: i64 = 5 * 60;

/// To whom a link goes, and what it opens.
struct Receiver {
    party: &'static str,
    code: String,
    opens: Opens,
}

/// Puts a letter with a link into the outbox for whoever is known by `email`; how many are new.
/// None where nobody is known here, or where the person has a desk. `week`: what a buyer's link
/// opens.
pub async fn send(
    app: &App,
    (scope, week): (HubScope, IsoWeek),
    email: &str,
    site: &str,
    now: Instant,
) -> Result<usize, Failure> {
    let Ok(email) = people::email(email) else { return Ok(0) };
    let mut sent = 0;
    for receiver in receivers(app, (scope, week), &email).await? {
        sent += usize::from(send_one(app, (scope, week), receiver, site, now).await?);
    }
    Ok(sent)
}

async fn receivers(
    app: &App,
    (scope, week): (HubScope, IsoWeek),
    email: &str,
) -> Result<Vec<Receiver>, Failure> {
    if let Some(human) = people::by_email(app, email).await? {
        let places = people::memberships(app, &human.id).await?;
        // Somebody of another hub may be a buyer of this one: its own link opens no other.
        if places.iter().any(|place| place.hub == scope.hub()) {
            let has_desk = places.iter().any(|place| place.role.is_desk());
            let only = (!has_desk).then(|| of_person(human.id));
            return Ok(only.into_iter().collect());
        }
    }
    app.read(scope.at(week), |week, _| {
        let buyers = week.register().buyers.values();
        let own = buyers.filter(|one| one.identity.email.trim().to_lowercase() == email);
        own.map(|one| Receiver {
            party: "buyer",
            code: one.id.to_string(),
            opens: Opens::of_buyer(one, week.week()),
        })
        .collect()
    })
    .await
}

fn of_person(id: String) -> Receiver {
    Receiver { party: "person", code: id.clone(), opens: Opens::Person(id) }
}

async fn send_one(
    app: &App,
    (scope, week): (HubScope, IsoWeek),
    receiver: Receiver,
    site: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let stamp = Stamp { at: now, by: "demandé".into() };
    let Receiver { party, code, opens } = receiver;
    let (token, made) = link::making(scope, &opens, &stamp.by, now, Some(ASKED_S));
    let letter = letter(app, (scope, week), (party, code), site, &token, &stamp).await?;
    let posted = post(scope.at(week), letter, now.0);
    let db = app.db(scope);
    let write = db.write(move |tx| {
        let (posted, made) = (posted.clone(), made.clone());
        Box::pin(async move { written(tx, posted, made).await })
    });
    Ok(write.await?)
}

type Command = (&'static str, Vec<Val>);

/// The letter and its link, or neither when a letter is on its way already.
async fn written(tx: &mut db::Tx, posted: Command, made: Command) -> Result<bool, db::Error> {
    let touched = table::run(tx, vec![posted]).await?;
    if touched != [1] {
        return Ok(false);
    }
    table::run(tx, vec![made]).await?;
    Ok(true)
}

async fn letter(
    app: &App,
    (scope, week): (HubScope, IsoWeek),
    (party, recipient): (&'static str, String),
    site: &str,
    token: &Token,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let address = link::address_of(site, token);
    let sheet = app.read(scope.at(week), |week, _| {
        mail::asked_link(week.register(), address, party == "buyer")
    });
    let version = stamp.at.0 / AGAIN_S;
    let stale_at = stamp.at.0 + ASKED_S;
    mail::set((mail::ASKED_LINK, version), (party, recipient), &sheet.await?, stale_at)
}
