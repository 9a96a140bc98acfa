//! What every request passes: our own machine or name, our own pages, somebody's session, their
//! part of the site, and the token of the form. What is refused is noted; led to the door is not
//! refused.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, LOCATION};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::answer::forbidden;
use super::{Web, api, forms, headers, squeeze, stay};
use crate::access::audit::{self, Seen};
use crate::access::{Person, api_token, session};
use crate::clock;

/// Most bytes of a form: a list of a few thousand lines.
const BODY_MAX: usize = 4 << 20;

/// Who a request comes from, for the handlers: `None` at the doors.
#[derive(Clone)]
pub struct Caller {
    pub person: Option<Arc<Person>>,
    /// The network's name for whoever asks.
    pub address: String,
}

/// Refuses what is not for us, then adds the headers that keep a page to itself, and the token to
/// the page's forms; texts leave compressed.
pub async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let is_packed = squeeze::is_wanted(request.headers());
    let stays = stay::is_wanted(request.headers());
    let caller = Caller {
        person: signed_in(&web, request.headers()).await,
        address: address(&web, &request),
    };
    let mut response = match admit(&web, &caller, request).await {
        Ok(request) => heard(&web, &caller, request, next).await,
        Err(refused) => refused,
    };
    if let Some(person) = &caller.person {
        response = forms::with_token(response, &person.form_token).await;
    }
    if stays {
        response = stay::told(response);
    }
    headers::add(&web.site, response.headers_mut());
    if is_packed { squeeze::squeeze(response).await } else { response }
}

/// The handler's answer. Where it refuses whoever asks, by the type of their scope or by the week
/// of their link, that is noted as well; the doors note their own wrong keys.
async fn heard(web: &Web, caller: &Caller, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_string();
    let response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN && place_of(&path).is_some() {
        note(web, caller, Seen::Forbidden, &path).await;
    }
    response
}

async fn signed_in(web: &Web, headers: &HeaderMap) -> Option<Arc<Person>> {
    let found = match bearer(headers) {
        Some(token) => api_token::person(&web.app, token, clock::now()).await,
        None => {
            let token = cookie(headers, session::COOKIE)?;
            session::person(&web.app, &token, clock::now()).await
        }
    };
    match found {
        Ok(person) => person,
        Err(failure) => {
            // Fails closed: whoever cannot be looked up is not in.
            eprintln!("carreau : session : {failure}");
            None
        }
    }
}

/// The request, with its caller for the handlers, or why not.
async fn admit(web: &Web, caller: &Caller, request: Request) -> Result<Request, Response> {
    let path = request.uri().path().to_string();
    let headers = request.headers();
    if !web.site.is_ours(headers) {
        note(web, caller, Seen::OtherName, &path).await;
        return Err(refused(&path, "Ce site ne répond pas sous ce nom."));
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if writes && !web.site.is_own_page(headers) {
        note(web, caller, Seen::Forged, &path).await;
        return Err(refused(&path, "Cette demande vient d'un autre site : elle est refusée."));
    }
    let token = bearer(headers);
    if api::is_ours(&path)
        && let Some(held) = api::held(web, caller, token)
    {
        note(web, caller, Seen::TooFast, &path).await;
        return Err(held);
    }
    let place = place_of(&path);
    if let Some(place) = place {
        let Some(person) = &caller.person else {
            let seen = if token.is_some() { Seen::WrongKey } else { Seen::NoSession };
            let response = outside(&request);
            if response.status() == StatusCode::UNAUTHORIZED {
                note(web, caller, seen, &path).await;
            }
            return Err(response);
        };
        let is_theirs = (web.may)(person.role, place, writes);
        if !is_theirs || (person.leave.is_some() && place != "api") {
            note(web, caller, Seen::Forbidden, &path).await;
            return Err(not_yours(&path, person));
        }
    }
    let mut request = request;
    // A browser sends its cookie unasked, a program its token on purpose.
    if writes && let Some(person) = caller.person.as_ref().filter(|one| one.leave.is_none()) {
        request = match with_form_token(request, person).await {
            Ok(request) => request,
            Err(refused) => {
                note(web, caller, Seen::Forged, &path).await;
                return Err(refused);
            }
        };
    }
    request.extensions_mut().insert(caller.clone());
    Ok(request)
}

/// A form says from which session's page it comes; another site cannot know.
async fn with_form_token(request: Request, person: &Person) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_MAX).await.map_err(|_| {
        let said = "L'envoi dépasse 4 Mo. Envoyez moins de lignes à la fois.";
        (StatusCode::PAYLOAD_TOO_LARGE, super::answer::sentence_page("Trop grand", said))
            .into_response()
    })?;
    let sent = forms::sent_token(&parts.headers, &bytes);
    if sent.as_deref() != Some(person.form_token.as_str()) {
        let said = "Cette page date d'avant votre entrée. Revenez en arrière, rechargez-la, et \
            envoyez de nouveau.";
        return Err(refused(parts.uri.path(), said));
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Nobody is signed in: pages lead to the door, and back; acts are told.
fn outside(request: &Request) -> Response {
    let path = request.uri().path();
    if api::is_ours(path) {
        return api::no_token(request.headers());
    }
    if *request.method() == Method::GET || *request.method() == Method::HEAD {
        let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let to = format!("/enter?to={}", forms::encoded(to));
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    let said = "Votre session a pris fin. Ouvrez un autre onglet, entrez de nouveau, puis revenez \
        ici, rechargez et envoyez : rien n'a été enregistré.";
    (StatusCode::UNAUTHORIZED, super::answer::sentence_page("Entrez d'abord", said)).into_response()
}

fn not_yours(path: &str, person: &Person) -> Response {
    let role = person.role.name();
    let said = format!("Vous êtes entré comme « {role} » : cette page n'en fait pas partie.");
    refused(path, &said)
}

/// A refusal as whoever asks can read it: a person a page, a program its JSON.
fn refused(path: &str, said: &str) -> Response {
    if api::is_ours(path) { api::forbidden(said.into()) } else { forbidden(said) }
}

async fn note(web: &Web, caller: &Caller, seen: Seen, about: &str) {
    let (hub, who) = match &caller.person {
        Some(person) => (person.hub, person.signature()),
        None => (web.hub, String::new()),
    };
    audit::refused(&web.app, hub, seen, &who, about, &caller.address, clock::now()).await;
}

/// The part of the site to which an address belongs, by which roles are asked; `None` for the
/// doors, which are open. A step of the week (`/weeks/2026-W48/dock/…`), `glance` for the week
/// itself, else the first part of the address.
fn place_of(path: &str) -> Option<&str> {
    if api::is_open(path) {
        return None;
    }
    let mut parts = path.trim_start_matches('/').split('/');
    match parts.next().unwrap_or_default() {
        "" | "enter" | "lien" | "assets" | "aide" | ".well-known" => None,
        "weeks" => {
            parts.next();
            Some(parts.next().filter(|step| !step.is_empty()).unwrap_or("glance"))
        }
        "leave" | "account" => Some("account"),
        other => Some(other),
    }
}

/// Whose address a request carries: what the network says, or the proxy that we trust.
fn address(web: &Web, request: &Request) -> String {
    if web.site.behind_proxy {
        let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
        // The last one was added by our own proxy, those before it by anybody.
        if let Some(last) = forwarded.and_then(|all| all.rsplit(',').next()) {
            return last.trim().to_string();
        }
    }
    let known = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    known.map(|info| info.0.ip().to_string()).unwrap_or_default()
}

/// The token of a program.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_place() {
        for (path, place) in [
            ("/weeks/2026-W48/dock/sorting", Some("dock")),
            ("/weeks/2026-W48", Some("glance")),
            ("/weeks/2026-W48/", Some("glance")),
            ("/enter", None),
            ("/enter/password", None),
            ("/", None),
            ("/account/passkeys", Some("account")),
            ("/leave", Some("account")),
            ("/api/v1/orders", Some("api")),
            ("/api/v1/openapi.json", None),
            ("/aide/api", None),
            ("/something", Some("something")),
            ("/.well-known/security.txt", None),
        ] {
            assert_eq!(place_of(path), place, "{path}");
        }
    }
}
