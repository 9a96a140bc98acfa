//! One's own account: places, keys, the way out.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::http::HeaderMap;

use super::{come_in, tokens};
use crate::access::api_token::Leave;
use crate::access::session::{self, Ground};
use crate::access::{Person, keyring, people};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::guard::{Caller, cookie};
use crate::web::{Answer, Caught, Fields, html, week_of};

struct PlaceRow {
    id: String,
    hub: String,
    role: &'static str,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    person: Arc<Person>,
    /// The farm or the canteen for which one acts; empty for a desk.
    party: String,
    email: String,
    is_demo: bool,
    said: Option<String>,
    places: Vec<PlaceRow>,
    keys: Vec<KeyRow>,
    has_password: bool,
    tokens: Vec<tokens::TokenRow>,
    leaves: Vec<Leave>,
    lasts: [(i64, &'static str); 4],
}

struct KeyRow {
    id: String,
    name: String,
    said: String,
}

/// `GET /account`: who one is, where one may work, and the way out.
pub(super) async fn page(caught: Caught) -> Answer {
    let person = caught.person.clone();
    let human = people::by_id(caught.app(), &person.id).await?;
    let places = people::memberships(caught.app(), &person.id).await?;
    let row = |place: people::Membership| PlaceRow {
        is_here: place.hub == person.hub && place.role == person.role,
        role: place.role.name(),
        hub: place.hub_name,
        id: place.id,
    };
    let keys = keyring::of(caught.app(), &person.id).await?;
    let key = |key: keyring::Passkey| KeyRow {
        said: match key.used_at {
            Some(at) => format!("a servi le {}", fr::date(clock::civil(at).0)),
            None => format!("créée le {}", fr::date(clock::civil(key.created_at).0)),
        },
        name: key.name,
        id: key.id,
    };
    html(&AccountPage {
        keys: keys.into_iter().map(key).collect(),
        party: party(&caught).await?,
        has_password: keyring::has_password(caught.app(), &person.id).await?,
        email: human.map(|human| human.email).unwrap_or_default(),
        is_demo: caught.app().is_demo,
        tokens: tokens::rows(&caught).await?,
        leaves: tokens::leaves(person.role),
        lasts: tokens::LASTS,
        said: caught.said.clone(),
        places: places.into_iter().map(row).collect(),
        person: person.clone(),
    })
}

/// The name of the farm or the canteen for which one acts; empty for a desk.
async fn party(caught: &Caught) -> Result<String, Failure> {
    let (app, person) = (caught.app(), &caught.person);
    if person.role.is_desk() {
        return Ok(String::new());
    }
    let week = week_of(&caught.web, person).await?;
    let named = match (person.producer_scope(), person.buyer_scope()) {
        (Some(farm), _) => farm.see(app, week, |week| Ok(week.own().identity.name.clone())).await,
        (_, Some(buyer)) => buyer.see(app, week, |week| Ok(week.own().identity.name.clone())).await,
        (None, None) => Ok(String::new()),
    };
    match named {
        // The party is not known in that week.
        Err(Failure::Denied(_) | Failure::NotFound(_)) => Ok(String::new()),
        named => named,
    }
}

/// `POST /account/place`: the same person in another part or another hub, in a new session.
pub(super) async fn change_place(
    caught: Caught,
    caller: Extension<Caller>,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let wanted = fields.needed("place", "Place")?;
    let places = people::memberships(caught.app(), &caught.person.id).await?;
    let place = places.iter().find(|place| place.id == wanted);
    let place = place.ok_or_else(|| Failure::NotFound("Cette place n'est pas à vous.".into()))?;
    let now = clock::now();
    let ground =
        Ground::Member { person: &caught.person.id, membership: &place.id, role: place.role };
    let token = session::begin(caught.app(), ground, now).await?;
    if let Some(old) = cookie(&headers, session::COOKIE) {
        session::end(caught.app(), &old, now).await?;
    }
    come_in(&caught.web, &caller, &token, "/").await
}
