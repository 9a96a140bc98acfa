//! Passkeys: two requests each, one that asks the browser and one that takes its answer.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use keys::passkey::Door;
use serde::Deserialize;
use serde_json::{Value, json};

use super::password::no_account;
use super::{come_in, count_wrong, hold, own_path, wrong_key};
use crate::access::session::{self, Ground};
use crate::access::{keyring, people};
use crate::clock;
use crate::failure::Failure;
use crate::web::answer::status_of;
use crate::web::guard::Caller;
use crate::web::{Answer, Caught, Fields, Web, back_to};

/// What a browser sends: which question, and the key's answer as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    ticket: String,
    answer: Value,
    #[serde(default)]
    name: String,
    #[serde(default)]
    to: String,
}

fn door(web: &Web, headers: &HeaderMap) -> Result<Door, Failure> {
    let address = web.site.address(headers);
    let host = address.split_once("://").map_or("", |(_, host)| host);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    Door::new(name, &address, "Carreau").map_err(|_| {
        Failure::Input(
            "Les clés d'accès demandent un nom : ouvrez http://localhost au lieu de 127.0.0.1."
                .into(),
        )
    })
}

/// What the keys say, in French; the detail goes to the log.
fn refused(error: keys::Error) -> Failure {
    eprintln!("carreau : clé d'accès : {}", error.detail());
    Failure::Input(error.to_string())
}

/// A refusal as the script shows it.
fn told(failure: &Failure) -> Response {
    (status_of(failure), Json(json!({ "reasons": [failure.to_string()] }))).into_response()
}

fn or_told(done: Result<Response, Failure>) -> Response {
    done.unwrap_or_else(|failure| told(&failure))
}

/// `POST /enter/passkey/question`: needs nobody and leaves a row, so each asking counts as a wrong
/// key until its answer is a right one.
pub async fn ask(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
) -> Response {
    if let Err(held) = hold(&web, &caller).await {
        return told(&held);
    }
    count_wrong(&web, &caller, "clé d'accès demandée").await;
    or_told(question(&web, &headers).await)
}

async fn question(web: &Web, headers: &HeaderMap) -> Result<Response, Failure> {
    let asked = door(web, headers)?.begin_open_sign_in(clock::now().0).map_err(refused)?;
    let ticket = keyring::ask(&web.app, "", &asked.state, clock::now()).await?;
    Ok(question_json(&asked.challenge, ticket.as_str()))
}

fn question_json(challenge: &str, ticket: &str) -> Response {
    let challenge: Value = serde_json::from_str(challenge).unwrap_or_default();
    Json(json!({ "ticket": ticket, "challenge": challenge })).into_response()
}

/// `POST /enter/passkey`
pub async fn enter(
    State(web): State<Arc<Web>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    Json(sent): Json<Answered>,
) -> Response {
    if let Err(held) = hold(&web, &caller).await {
        return told(&held);
    }
    match entered(&web, &caller, &headers, &sent).await {
        Ok(Some(response)) => {
            web.app.doors.holds.right(&caller.address);
            response
        }
        Ok(None) => {
            wrong_key(&web, &caller, "clé d'accès").await;
            told(&Failure::Forbidden("Cette clé d'accès n'est pas reconnue ici.".into()))
        }
        Err(failure) => told(&failure),
    }
}

/// `None` when the key is not known or answers wrongly.
async fn entered(
    web: &Web,
    caller: &Caller,
    headers: &HeaderMap,
    sent: &Answered,
) -> Result<Option<Response>, Failure> {
    let (app, now, door) = (&web.app, clock::now(), door(web, headers)?);
    let Some((_, state)) = keyring::answered(app, &sent.ticket, now).await? else {
        return Ok(None);
    };
    let answer = sent.answer.to_string();
    let Ok(id) = keys::passkey::credential_of(&answer) else { return Ok(None) };
    let Some(known) = keyring::by_id(app, &id).await? else { return Ok(None) };
    let found = match door.finish_sign_in(&state, &answer, &known.key, now.0) {
        Ok(found) if found.person == known.person => found,
        Ok(_) => return Ok(None),
        Err(error) => {
            eprintln!("carreau : clé d'accès refusée : {}", error.detail());
            return Ok(None);
        }
    };
    keyring::used(app, &id, found.renewed.as_deref().unwrap_or(&known.key), now).await?;
    let places = people::memberships(app, &known.person).await?;
    let Some(place) = places.first() else { return Ok(None) };
    let ground = Ground::Member { person: &known.person, membership: &place.id, role: place.role };
    let token = session::begin(app, ground, now).await?;
    let moved = come_in(web, caller, &token, own_path(&sent.to)).await;
    let moved = moved.map_err(|fault| fault.0)?;
    // A script follows by itself: it is told where to.
    let to = moved.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("/");
    let mut response = Json(json!({ "to": to })).into_response();
    if let Some(cookie) = moved.headers().get(SET_COOKIE) {
        response.headers_mut().insert(SET_COOKIE, cookie.clone());
    }
    Ok(Some(response))
}

/// `POST /account/passkeys/question`
pub async fn ask_new(caught: Caught, headers: HeaderMap) -> Response {
    or_told(question_new(&caught, &headers).await)
}

async fn question_new(caught: &Caught, headers: &HeaderMap) -> Result<Response, Failure> {
    let (app, person) = (caught.app(), &caught.person);
    let human = people::by_id(app, &person.id).await?.ok_or_else(no_account)?;
    let known = keyring::of(app, &human.id).await?;
    let known: Vec<String> = known.into_iter().map(|key| key.key).collect();
    let name = if human.name.is_empty() { &human.email } else { &human.name };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let now = clock::now();
    let door = door(&caught.web, headers)?;
    let asked = door.begin_registration(&human.id, name, &known, now.0).map_err(refused)?;
    let ticket = keyring::ask(app, &human.id, &asked.state, now).await?;
    Ok(question_json(&asked.challenge, ticket.as_str()))
}

/// `POST /account/passkeys`
pub async fn add(caught: Caught, headers: HeaderMap, Json(sent): Json<Answered>) -> Response {
    or_told(added(&caught, &headers, &sent).await)
}

async fn added(caught: &Caught, headers: &HeaderMap, sent: &Answered) -> Result<Response, Failure> {
    let (app, now, person) = (caught.app(), clock::now(), &caught.person.id);
    let late = || Failure::Input("La demande a expiré. Recommencez.".into());
    let (asked, state) = keyring::answered(app, &sent.ticket, now).await?.ok_or_else(late)?;
    if asked != *person {
        return Err(late());
    }
    let door = door(&caught.web, headers)?;
    let made = door.finish_registration(&state, &sent.answer.to_string(), now.0);
    let made = made.map_err(refused)?;
    if made.person != *person {
        return Err(late());
    }
    let name = match sent.name.trim() {
        "" => "Clé d'accès",
        name => name,
    };
    let name: String = name.chars().take(60).collect();
    keyring::add(app, person, &made, &name, now).await?;
    Ok((StatusCode::CREATED, Json(json!({ "to": "/account" }))).into_response())
}

/// `POST /account/passkeys/removal`
pub async fn remove(caught: Caught, fields: Fields) -> Answer {
    let id = fields.needed("key", "Clé")?;
    match keyring::forget(caught.app(), &caught.person.id, id).await? {
        true => back_to("/account", "Clé d'accès retirée : elle n'ouvre plus rien."),
        false => Err(Failure::NotFound("Cette clé n'est pas une des vôtres.".into()).into()),
    }
}
