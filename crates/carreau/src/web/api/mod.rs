//! The door for programs: `/api/v1`. Each operation is declared once, with what it takes, gives and
//! refuses; the routes and the OpenAPI document both come from that one list.

mod call;
pub mod document;
mod page;
mod parts;
pub mod reply;
pub mod shape;
pub mod valid;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodFilter, MethodRouter, any, get, on};

pub use call::{Answers, Operation, Param, Verb};
use reply::Refusal;

use super::Web;
use super::guard::Caller;

/// Where the door stands.
pub const BASE: &str = "/api/v1";
/// Where the document is, for everybody: it says nothing of any hub.
pub const DOCUMENT: &str = "/api/v1/openapi.json";
/// Where the document can be read by people.
pub const PAGE: &str = "/aide/api";

/// All operations, by the order of the document.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(parts::operations);

/// The routes of the door, of its document and of the page that shows it.
pub fn routes() -> Router<Arc<Web>> {
    let mut paths: BTreeMap<&str, Vec<&'static Operation>> = BTreeMap::new();
    for operation in OPERATIONS.iter() {
        paths.entry(operation.path).or_default().push(operation);
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        router = router.route(&format!("{BASE}{path}"), methods(&operations));
    }
    router
        .route("/aide/api", get(page::page))
        .route("/api/v1/openapi.json", get(document::serve).fallback(only_get))
        .route("/api/v1", any(to_page))
        .route("/api/v1/", any(to_page))
        .route("/api/{*rest}", any(nothing))
}

fn methods(operations: &[&'static Operation]) -> MethodRouter<Arc<Web>> {
    let mut methods = MethodRouter::new();
    let mut allowed: Vec<&str> = Vec::new();
    for &operation in operations {
        let handler = move |State(web): State<Arc<Web>>, request: Request| async move {
            call::answer(web, operation, request).await
        };
        let filter = match operation.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
        };
        methods = methods.merge(on(filter, handler));
        allowed.extend(operation.verb.allowed());
    }
    let allowed = allowed.join(", ");
    methods.fallback(move || {
        let refusal = Refusal::method(&allowed);
        async move { refusal.into_response() }
    })
}

async fn only_get() -> Response {
    Refusal::method("GET, HEAD").into_response()
}

/// People who come to the door find its page.
async fn to_page(method: Method) -> Response {
    match method {
        Method::GET | Method::HEAD => Redirect::to(PAGE).into_response(),
        _ => Refusal::method("GET, HEAD").into_response(),
    }
}

async fn nothing() -> Response {
    let said = format!("Cette adresse n'existe pas. Les adresses sont décrites sur {PAGE}.");
    Refusal::new(StatusCode::NOT_FOUND, "not_found", said).into_response()
}

/// Whether an address is open to everybody: the document, and what leads to its page.
pub fn is_open(path: &str) -> bool {
    matches!(path, DOCUMENT | "/api/v1" | "/api/v1/")
}

/// Whether an address is the door's.
pub fn is_ours(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Nobody is signed in.
pub fn no_token(headers: &HeaderMap) -> Response {
    let said = match headers.contains_key(axum::http::header::AUTHORIZATION) {
        true => "Ce jeton n'ouvre rien : il a expiré, il a été révoqué, ou il est mal recopié.",
        false => "Donnez un jeton : Authorization: Bearer …",
    };
    Refusal::new(StatusCode::UNAUTHORIZED, "no_token", said.into()).into_response()
}

/// Not for this person.
pub fn forbidden(said: String) -> Response {
    Refusal::new(StatusCode::FORBIDDEN, "forbidden", said).into_response()
}

/// What is answered when one more request of this token, or of an address without one, is not
/// listened to.
pub fn held(web: &Web, caller: &Caller, token: Option<&str>) -> Option<Response> {
    let whose = match (&caller.person, token) {
        (Some(_), Some(token)) => token,
        _ => &caller.address,
    };
    match web.app.doors.rates.take(whose, crate::clock::millis()) {
        Ok(()) => None,
        Err(seconds) => {
            let mut response = Refusal::too_many(seconds).into_response();
            let never = axum::http::HeaderValue::from_static("no-store");
            response.headers_mut().insert(CACHE_CONTROL, never);
            Some(response)
        }
    }
}
