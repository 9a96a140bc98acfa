//! The doors: coming in, changing one's place, leaving.

mod account;
mod contact;
mod demo;
mod passkey;
mod password;
mod tokens;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use keys::Token;
use serde::Deserialize;
use trade::Week;
use trade::calendar::Instant;

use crate::access::HubScope;
use crate::access::asked;
use crate::access::audit::{self, Seen};
use crate::access::link::{self, Tapped};
use crate::access::session;
use crate::clock;
use crate::failure::Failure;
use crate::web::enter::{begin, current_week};
use crate::web::guard::{Caller, cookie};
use crate::web::{Answer, Fault, Fields, Web, html};

/// Addresses of the doors.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/enter", get(enter).post(demo::enter))
        .route("/enter/keys", get(keys_page))
        .route("/enter/password", post(password::enter))
        .route("/enter/link", post(send_link))
        .route("/enter/passkey", post(passkey::enter))
        .route("/enter/passkey/question", post(passkey::ask))
        .route("/lien", get(link_page).post(tap))
        .route("/.well-known/security.txt", get(contact::security))
        .route("/leave", post(leave))
        .route("/account", get(account::page))
        .route("/account/place", post(account::change_place))
        .route("/account/password", get(password::page).post(password::set))
        .route("/account/passkeys", post(passkey::add))
        .route("/account/passkeys/question", post(passkey::ask_new))
        .route("/account/passkeys/removal", post(passkey::remove))
        .route("/account/tokens", post(tokens::make))
        .route("/account/tokens/removal", post(tokens::remove))
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
    email: String,
    wrong: String,
    /// A link was asked for: what becomes of it.
    said: &'static str,
    is_demo: bool,
    /// Nobody is in: what an ended session has left on the device is forgotten.
    is_empty_handed: bool,
}

/// `GET /enter`: in the demonstration a button for each kind of person, else the keys.
async fn enter(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    match web.app.is_demo {
        true => demo::choose(&web).await,
        false => Ok(sign_in_page(&web, &caller, [&wanted.to, "", ""], "").await?),
    }
}

/// `GET /enter/keys`: the keys, also in the demonstration.
async fn keys_page(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    sign_in_page(&web, &caller, [&wanted.to, "", ""], "").await
}

/// What is said to whoever asks for a link, known or not.
const ASKED: &str = "Si nous connaissons cette adresse, un lien y arrive dans la minute. Rien ne \
    vient ? Regardez les indésirables, ou appelez la plateforme.";

/// `POST /enter/link`: a link by mail. Known and unknown addresses are answered alike, and before
/// anything is looked up: the time tells nothing either. Each asking counts as a wrong key does.
async fn send_link(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let email = fields.needed("email", "Adresse électronique")?.to_string();
    hold(&web, &caller).await?;
    count_wrong(&web, &caller, "lien demandé").await;
    let site = web.site.address(&headers);
    let asked = web.clone();
    tokio::spawn(async move {
        if let Err(failure) = write_links(&asked, &email, &site, clock::now()).await {
            eprintln!("carreau : un lien demandé n'a pas pu être écrit : {failure}");
        }
    });
    sign_in_page(&web, &caller, [fields.text("to"), "", ""], ASKED).await
}

/// Writes one letter with a link for each hub of the installation that knows an address, in the
/// name of that hub; how many are new. What fails in one hub takes no letter from another.
pub async fn write_links(
    web: &Web,
    email: &str,
    site: &str,
    now: Instant,
) -> Result<usize, Failure> {
    let (mut sent, mut failed) = (0, None);
    for hub in web.hubs().await? {
        let scope = HubScope::of_program(hub);
        let here = async {
            let week = current_week(web, scope).await?;
            asked::send(&web.app, (scope, week), email, site, now).await
        };
        match here.await {
            Ok(new) => sent += new,
            Err(failure) => failed = Some(failure),
        }
    }
    failed.map_or(Ok(sent), Err)
}

/// The keys: where to go then, the address that was typed, what was wrong with it.
async fn sign_in_page(
    web: &Web,
    caller: &Caller,
    [to, email, wrong]: [&str; 3],
    said: &'static str,
) -> Result<Response, Fault> {
    let scope = HubScope::of_program(web.hub);
    let name = |week: &Week, _| week.register().hub.identity.name.clone();
    let hub = web.app.read(scope.at(clock::today().week()), name).await?;
    let (to, email) = (own_path(to).to_string(), email.to_string());
    html(&SignInPage {
        hub,
        to,
        email,
        wrong: wrong.into(),
        said,
        is_demo: web.app.is_demo,
        is_empty_handed: caller.person.is_none(),
    })
}

/// Where somebody wanted to go, if that is a page of ours.
fn own_path(to: &str) -> &str {
    if to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') { to } else { "/" }
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
    to: String,
}

/// `GET /lien`: shows a button. The token behind the `#` stays in the browser until it is tapped.
async fn link_page(Query(wanted): Query<Wanted>) -> Answer {
    html(&LinkPage { is_wrong: false, to: own_path(&wanted.to).into() })
}

/// `POST /lien`: somebody tapped.
async fn tap(State(web): State<Arc<Web>>, caller: Extension<Caller>, fields: Fields) -> Answer {
    let (now, token) = (clock::now(), fields.needed("token", "Lien")?);
    hold(&web, &caller).await?;
    match link::tap(&web.app, token, now).await? {
        Tapped::In { session, .. } => {
            come_in(&web, &caller, &session, own_path(fields.text("to"))).await
        }
        Tapped::No => {
            wrong_key(&web, &caller, "lien").await;
            let page = html(&LinkPage { is_wrong: true, to: "/".into() })?;
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

/// Notes a wrong key and counts it.
pub(super) async fn wrong_key(web: &Web, caller: &Caller, about: &str) {
    audit::note(&web.app, web.hub, Seen::WrongKey, "", about, &caller.address, clock::now()).await;
    count_wrong(web, caller, about).await;
}

/// Counts a try from an address, and notes the one that begins a hold.
async fn count_wrong(web: &Web, caller: &Caller, about: &str) {
    let now = clock::now();
    if web.app.doors.holds.wrong(&caller.address, now) {
        eprintln!("carreau : trop de clés refusées depuis {}", caller.address);
        audit::note(&web.app, web.hub, Seen::Held, "", about, &caller.address, now).await;
    }
}

/// What a browser forgets of a site that says so (Clear Site Data, W3C).
const CLEARS: HeaderName = HeaderName::from_static("clear-site-data");

/// `POST /leave`: the session is dead at once, also for a copy of its cookie. The browser forgets
/// the pages that it has seen, also those behind its "back"; what a script has stored only when
/// that script says that nothing in it waits to be sent.
async fn leave(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    fields: Result<Fields, Fault>,
) -> Answer {
    let now = clock::now();
    if let Some(token) = cookie(&headers, session::COOKIE) {
        session::end(&web.app, &token, now).await?;
    }
    if let Some(person) = &caller.person {
        let (hub, who) = (person.hub, person.signature());
        audit::note(&web.app, hub, Seen::Left, &who, "", &caller.address, now).await;
    }
    let is_empty = fields.is_ok_and(|fields| fields.text("empty") == "1");
    let clears = if is_empty { "\"cache\", \"storage\"" } else { "\"cache\"" };
    let mut response = moved("/enter", &kept("", 0));
    response.headers_mut().insert(CLEARS, HeaderValue::from_static(clears));
    Ok(response)
}
