//! A program at the door `/api/v1`, without a network: it carries a token, and holds each answer
//! against the document.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, LOCATION, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, Method, Request};
use carreau::access::api_token::{self, Leave};
use carreau::access::scope::HubScope;
use carreau::access::{Role, people};
use carreau::clock;
use carreau::web::api::document::{DOCUMENT, SCHEMAS};
use carreau::web::api::{BASE, valid};
use serde_json::Value;
use tower::ServiceExt;

use crate::hub::House;

#[derive(Clone)]
pub struct Program {
    pub router: Router,
    pub token: String,
}

/// What came back.
pub struct Heard {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A token of somebody who plays a role.
pub async fn token(house: &House, role: &str, leave: &[Leave]) -> String {
    let (scope, now) = (HubScope::of_program(house.hub), clock::now());
    let role = Role::parse(role).unwrap_or_else(|| panic!("{role}"));
    let made = people::player(&house.app, scope, role, "Programme", now).await;
    let (_, membership) = made.expect("a person");
    let made = api_token::make(&house.app, scope, &membership, "t", leave, now, 3_600).await;
    made.expect("a token").as_str().to_string()
}

impl Program {
    /// A program of somebody who plays a role, with leave to everything; without a token when the
    /// role is empty.
    pub async fn of(house: &House, router: &Router, role: &str) -> Program {
        let token = match role {
            "" => String::new(),
            role => token(house, role, &Leave::ALL).await,
        };
        Program { router: router.clone(), token }
    }

    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let address = if path.starts_with('/') { format!("{BASE}{path}") } else { path.into() };
        let request = Request::builder().method(method).uri(address).header(HOST, "127.0.0.1:80");
        match self.token.as_str() {
            "" => request,
            token => request.header(AUTHORIZATION, format!("Bearer {token}")),
        }
    }

    pub async fn ask(&self, request: Request<Body>) -> Heard {
        let response = self.router.clone().oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        Heard { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Heard {
        let request = self.request(Method::GET, path).header(ACCEPT, "*/*");
        self.ask(request.body(Body::empty()).expect("a request")).await
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Heard {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", key);
        self.ask(request.body(Body::from(body.to_string())).expect("a request")).await
    }
}

/// What of an answer is not as the document says; `operation` is one of its paths and verbs.
pub fn undocumented(document: &Value, path: &str, verb: &str, heard: &Heard) -> Vec<String> {
    let responses = &document["paths"][path][verb]["responses"];
    let said = &responses[heard.status.to_string()];
    if said.is_null() {
        return vec![format!("{verb} {path}: {} {}", heard.status, heard.text())];
    }
    let mut faults = Vec::new();
    let content = said["content"].as_object();
    let kind = heard.header(CONTENT_TYPE);
    match content.and_then(|content| content.keys().next()) {
        Some(known) if known != kind => faults.push(format!("{verb} {path}: {kind}")),
        None if !heard.bytes.is_empty() => faults.push(format!("{verb} {path}: a body")),
        _ => {}
    }
    let schema = &said["content"]["application/json"]["schema"];
    if !schema.is_null() {
        let answer = heard.json();
        faults.extend(valid::faults(&closed(schema), &closed_schemas(), &answer));
    }
    for name in said["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
        if heard.header(name.as_str()).is_empty() {
            faults.push(format!("{verb} {path}: no {name}"));
        }
    }
    faults
}

/// The schemas as they are, and nothing more: a field that the document does not know is a fault.
fn closed_schemas() -> carreau::web::api::shape::Schemas {
    SCHEMAS.iter().map(|(name, schema)| (name.clone(), closed(schema))).collect()
}

fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if schema["properties"].is_object() && schema["additionalProperties"].is_null() {
        schema["additionalProperties"] = false.into();
    }
    schema
}

/// As [`undocumented`], for the document that is served.
pub fn assert_documented(path: &str, verb: &str, heard: &Heard) {
    let faults = undocumented(&DOCUMENT, path, verb, heard);
    assert!(faults.is_empty(), "{faults:?}\n{} {}", heard.status, heard.text());
    if heard.status == 401 {
        assert!(heard.header(WWW_AUTHENTICATE).starts_with("Bearer"), "{verb} {path}");
    }
    if heard.status == 200 {
        assert!(!heard.header(ETAG).is_empty(), "{verb} {path}");
    }
    if heard.status == 201 {
        assert!(heard.header(LOCATION).starts_with(BASE), "{verb} {path}");
    }
}
