//! The doors: coming in, changing one's place, leaving.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use keys::Token;
use serde::Deserialize;
use trade::Week;
use trade::party::BuyerKind;

use super::enter::{begin, current_week};
use super::guard::{Caller, cookie};
use super::{Answer, Caught, Fields, Role, Web, html};
use crate::access::audit::{self, Seen};
use crate::access::link::{self, Tapped};
use crate::access::people;
use crate::access::session::{self, Ground};
use crate::access::{HubScope, Person};
use crate::clock;
use crate::failure::Failure;

/// Addresses of the doors.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/enter", get(enter).post(enter_demo))
        .route("/lien", get(link_page).post(tap))
        .route("/leave", post(leave))
        .route("/account", get(account))
        .route("/account/place", post(change_place))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    hub: String,
    to: String,
}

/// `GET /enter`: in the demonstration a button for each kind of person, else the keys.
async fn enter(State(web): State<Arc<Web>>, Query(wanted): Query<Wanted>) -> Answer {
    if web.app.is_demo {
        return choose(&web).await;
    }
    let scope = HubScope::of_program(web.hub);
    let week = clock::today().week();
    let name = |week: &Week, _| week.register().hub.identity.name.clone();
    let hub = web.app.read(scope.at(week), name).await?;
    html(&SignInPage { hub, to: own_path(&wanted.to).to_string() })
}

/// Where somebody wanted to go, if that is a page of ours.
fn own_path(to: &str) -> &str {
    if to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') { to } else { "/" }
}

/// Somebody as whom one may enter.
struct Choice {
    role: String,
    name: String,
    task: &'static str,
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    hub: String,
    groups: [(&'static str, Vec<Choice>); 3],
}

/// One button for each kind of user.
async fn choose(web: &Web) -> Answer {
    let scope = HubScope::of_program(web.hub);
    let week = current_week(web, scope).await?;
    let page = web.app.read(scope.at(week), |week, _| enter_page(week)).await?;
    html(&page)
}

fn enter_page(week: &Week) -> EnterPage {
    let register = week.register();
    let desk = |role: Role, task| Choice { role: role.code(), name: role.name().into(), task };
    let desks = vec![
        desk(Role::Coordinator, "Mener la semaine, des offres aux factures"),
        desk(Role::Dock, "Recevoir, contrôler, allotir"),
        desk(Role::Driver, "Charger, livrer, noter les refus"),
        desk(Role::Accountant, "Factures, relevés, paiements"),
        desk(Role::Observer, "Regarder sans rien changer"),
        desk(Role::Administrator, "Personnes, droits, réglages"),
    ];
    let buyer_of = |kind: BuyerKind, task| {
        let found = register.buyers.values().find(|buyer| buyer.kind == kind)?;
        let role = match kind {
            BuyerKind::FoodAid => Role::FoodAid(found.id).code(),
            _ => Role::Buyer(found.id).code(),
        };
        Some(Choice { role, name: found.identity.name.clone(), task })
    };
    let buyers = [
        buyer_of(BuyerKind::School, "Collège ou lycée : commander"),
        buyer_of(BuyerKind::CentralKitchen, "Cuisine centrale : commander"),
        buyer_of(BuyerKind::University, "Restaurant universitaire : commander"),
        buyer_of(BuyerKind::FoodAid, "Aide alimentaire : commander, recevoir les dons"),
    ];
    // Farms that have something on this week's list first.
    let mut farms: Vec<_> = week.current_offers().map(|offer| offer.producer).collect();
    farms.sort_unstable();
    farms.dedup();
    let farms = farms.into_iter().take(3).filter_map(|id| register.producers.get(&id));
    let farm = |farm: &trade::party::Producer| Choice {
        role: Role::Producer(farm.id).code(),
        name: farm.identity.name.clone(),
        task: "Ferme : offrir, voir ses ventes",
    };
    EnterPage {
        hub: register.hub.identity.name.clone(),
        groups: [
            ("La plateforme", desks),
            ("Les acheteurs", buyers.into_iter().flatten().collect()),
            ("Les fermes", farms.map(farm).collect()),
        ],
    }
}

/// `POST /enter`: enters the demonstration in a role, without any key.
async fn enter_demo(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    fields: Fields,
) -> Answer {
    if !web.app.is_demo {
        return Err(Failure::NotFound("On n'entre ainsi que dans la démonstration.".into()).into());
    }
    let code = fields.needed("role", "Rôle")?;
    let role = Role::parse(code);
    let role = role.ok_or_else(|| Failure::Input(format!("Le rôle « {code} » est inconnu.")))?;
    let scope = HubScope::of_program(web.hub);
    let now = clock::now();
    let (person, membership) = people::player(&web.app, scope, role, played_by(role), now).await?;
    let ground = Ground::Member { person: &person, membership: &membership, role };
    let token = session::begin(&web.app, ground, now).await?;
    come_in(&web, &caller, &token, "/").await
}

/// Who plays a desk of the demonstration.
fn played_by(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Hélène Vidal",
        Role::Coordinator => "Anaïs Roux",
        Role::Dock => "Karim Haddad",
        Role::Driver => "Luc Fabre",
        Role::Accountant => "Mireille Sanchez",
        Role::Observer => "Paul Estève",
        Role::Buyer(_) | Role::FoodAid(_) | Role::Producer(_) => "",
    }
}

/// In: the browser keeps the session, and whatever it carried before is gone.
async fn come_in(web: &Web, caller: &Caller, token: &Token, to: &str) -> Answer {
    let now = clock::now();
    let person = session::person(&web.app, token.as_str(), now).await?;
    let person = person.ok_or_else(|| {
        Failure::Forbidden("Votre place dans cette plateforme a pris fin.".into())
    })?;
    let (hub, who) = (person.hub, person.signature());
    audit::note(&web.app, hub, Seen::CameIn, &who, person.role.name(), &caller.address, now).await;
    let to = if to == "/" { begin(web, &person).await? } else { to.to_string() };
    Ok(moved(&to, &kept(token.as_str(), LASTS)))
}

/// Seconds after which a browser forgets a session that the server may have ended long before.
const LASTS: i64 = 90 * 86_400;

fn kept(token: &str, seconds: i64) -> String {
    let name = session::COOKIE;
    format!("{name}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

fn moved(to: &str, cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to), (SET_COOKIE, cookie)]).into_response()
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    is_wrong: bool,
}

/// `GET /lien`: shows a button. The token behind the `#` stays in the browser until it is tapped.
async fn link_page() -> Answer {
    html(&LinkPage { is_wrong: false })
}

/// `POST /lien`: somebody tapped.
async fn tap(State(web): State<Arc<Web>>, caller: Extension<Caller>, fields: Fields) -> Answer {
    let now = clock::now();
    hold(&web, &caller).await?;
    match link::tap(&web.app, fields.text("token"), now).await? {
        Tapped::In { session, .. } => come_in(&web, &caller, &session, "/").await,
        Tapped::No => {
            wrong_key(&web, &caller, "lien").await;
            let page = html(&LinkPage { is_wrong: true })?;
            Ok((StatusCode::FORBIDDEN, page).into_response())
        }
    }
}

/// Refuses an address that has been wrong too often.
pub(super) async fn hold(web: &Web, caller: &Caller) -> Result<(), Failure> {
    match web.app.doors.holds.is_held(&caller.address, clock::now()) {
        true => Err(Failure::Held),
        false => Ok(()),
    }
}

/// Notes a wrong key, and the one that begins a hold.
pub(super) async fn wrong_key(web: &Web, caller: &Caller, about: &str) {
    let now = clock::now();
    let begins = web.app.doors.holds.wrong(&caller.address, now);
    audit::note(&web.app, web.hub, Seen::WrongKey, "", about, &caller.address, now).await;
    if begins {
        eprintln!("carreau : trop de clés refusées depuis {}", caller.address);
        audit::note(&web.app, web.hub, Seen::Held, "", about, &caller.address, now).await;
    }
}

/// `POST /leave`: the session is dead at once, also for a copy of its cookie.
async fn leave(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
) -> Answer {
    let now = clock::now();
    if let Some(token) = cookie(&headers, session::COOKIE) {
        session::end(&web.app, &token, now).await?;
    }
    if let Some(person) = &caller.person {
        let (hub, who) = (person.hub, person.signature());
        audit::note(&web.app, hub, Seen::Left, &who, "", &caller.address, now).await;
    }
    Ok(moved("/enter", &kept("", 0)))
}

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
    email: String,
    is_demo: bool,
    said: Option<String>,
    places: Vec<PlaceRow>,
}

/// `GET /account`: who one is, where one may work, and the way out.
async fn account(caught: Caught) -> Answer {
    let person = caught.person.clone();
    let human = people::by_id(caught.app(), &person.id).await?;
    let places = people::memberships(caught.app(), &person.id).await?;
    let row = |place: people::Membership| PlaceRow {
        is_here: place.hub == person.hub && place.role == person.role,
        role: place.role.name(),
        hub: place.hub_name,
        id: place.id,
    };
    html(&AccountPage {
        email: human.map(|human| human.email).unwrap_or_default(),
        is_demo: caught.app().is_demo,
        said: caught.said.clone(),
        places: places.into_iter().map(row).collect(),
        person: person.clone(),
    })
}

/// `POST /account/place`: the same person in another part or another hub, in a new session.
async fn change_place(
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
