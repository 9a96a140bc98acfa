//! One person: places, the way in, sessions, keys, tokens, the end.

use askama::Template;
use trade::register::Register;

use super::forms::{Groups, place_name, places};
use super::pages::{asked_for, called, may_mail, seen, state};
use crate::access::roster::{self, Held};
use crate::access::{api_token, keyring};
use crate::admin::desk::{Desk, new_key};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::forms::encoded;
use crate::web::{Answer, html};

struct PlaceRow {
    id: String,
    name: String,
    since: String,
    /// When and by whom it ended; empty while it lives.
    ended: String,
}

struct SessionRow {
    hash: String,
    place: String,
    since: String,
    seen: String,
}

struct KeyRow {
    id: String,
    name: String,
    said: String,
}

struct TokenRow {
    hash: String,
    name: String,
    leave: String,
    until: String,
    used: String,
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    frame: Frame,
    key: String,
    action: String,
    called: String,
    email: String,
    phone: String,
    tag: &'static str,
    state: &'static str,
    is_closed: bool,
    is_elsewhere: bool,
    is_self: bool,
    may_mail: bool,
    places: Vec<PlaceRow>,
    past: Vec<PlaceRow>,
    choices: Groups,
    sessions: Vec<SessionRow>,
    keys: Vec<KeyRow>,
    has_password: bool,
    tokens: Vec<TokenRow>,
    journal_href: String,
}

/// `GET /admin/people/{person}`
pub async fn page(desk: Desk) -> Answer {
    let one = asked_for(&desk).await?;
    let (app, scope, id) = (desk.app(), desk.scope, one.human.id.as_str());
    let register = desk.register().await?;
    let held = roster::places(app, scope, id).await?;
    let (living, past): (Vec<Held>, Vec<Held>) =
        held.into_iter().partition(|held| held.ended.is_none());
    let (tag, state) = state(&one, &living);
    let is_elsewhere = roster::is_elsewhere(app, scope, id).await?;
    let mut frame = desk.frame("people", &called(&one)).await?;
    frame.subtitle = format!("Vue la dernière fois : {}.", seen(one.seen_at));
    if is_elsewhere {
        let said = "Cette personne travaille aussi pour une autre plateforme : son compte et ses \
            clés sont à elle seule. Ici, donnez et retirez ses places.";
        frame = frame.tell(Notice::known(said));
    }
    html(&PersonPage {
        frame,
        key: new_key(),
        action: format!("/admin/people/{id}"),
        called: one.human.name.clone(),
        email: one.human.email.clone(),
        phone: one.human.phone.clone(),
        tag,
        state,
        is_closed: one.is_closed,
        is_elsewhere,
        is_self: desk.caught.person.id == id,
        may_mail: may_mail(&desk),
        places: living.iter().map(|held| place_row(held, &register)).collect(),
        past: past.iter().map(|held| place_row(held, &register)).collect(),
        choices: places(&register),
        sessions: sessions(&desk, id, &register).await?,
        keys: keyring::of(app, id).await?.into_iter().map(key_row).collect(),
        has_password: keyring::has_password(app, id).await?,
        tokens: roster::tokens(app, scope, id).await?.into_iter().map(token_row).collect(),
        journal_href: format!("/admin/audit?who={}", encoded(&one.human.name)),
    })
}

fn place_row(held: &Held, register: &Register) -> PlaceRow {
    let ended = held.ended.as_ref();
    PlaceRow {
        id: held.id.clone(),
        name: place_name(held.role, register),
        since: format!("depuis le {}, donnée par {}", fr::numbers_moment(held.since), held.by),
        ended: ended
            .map(|(at, by)| format!("jusqu'au {}, {by}", fr::numbers_moment(*at)))
            .unwrap_or_default(),
    }
}

async fn sessions(desk: &Desk, id: &str, register: &Register) -> Result<Vec<SessionRow>, Failure> {
    let open = roster::sessions(desk.app(), desk.scope, id, clock::now()).await?;
    let row = |one: roster::OpenSession| SessionRow {
        place: place_name(one.role, register),
        since: fr::numbers_moment(one.since),
        seen: fr::numbers_moment(one.seen_at),
        hash: one.hash,
    };
    Ok(open.into_iter().map(row).collect())
}

fn key_row(key: keyring::Passkey) -> KeyRow {
    let said = match key.used_at {
        Some(at) => format!("a servi le {}", fr::numbers_moment(at)),
        None => format!("créée le {}", fr::numbers_moment(key.created_at)),
    };
    KeyRow { id: key.id, name: key.name, said }
}

fn token_row(token: api_token::Shown) -> TokenRow {
    let leave = token.leave.iter().map(|leave| leave.french()).collect::<Vec<_>>();
    TokenRow {
        hash: token.hash,
        name: token.name,
        leave: leave.join(" · "),
        until: fr::numbers_moment(token.expires_at),
        used: token.used_at.map(fr::numbers_moment).unwrap_or_else(|| "jamais".into()),
    }
}
