//! The floor's page, the book that its devices keep, and what a coordinator hears of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::{book as books, troubles};
use crate::clock;
use crate::dock::today::unclosed;
use crate::failure::Failure;
use crate::mercuriale::cells::refused;
use crate::ui::fr;
use crate::web::{Answer, Caught, Visit, floor_version, html, week_at_dock};

/// The camera reads labels on this page only.
const MAY: &str = "camera=(self), microphone=(), geolocation=(), payment=()";

#[derive(Template)]
#[template(path = "floor.html")]
struct FloorPage {
    hub: String,
    hub_code: String,
    week: String,
    week_title: String,
    desk_href: String,
    base_href: String,
    version: String,
    is_demo: bool,
}

/// `GET /dock`: the floor of the week in which something arrives. The sign on a telephone's home
/// screen leads here.
pub async fn today(caught: Caught) -> Answer {
    let scope = caught.person.hub_scope();
    let scope =
        scope.ok_or_else(|| Failure::Forbidden("Le quai est celui de la plateforme.".into()))?;
    let week = week_at_dock(&caught.web, scope).await?;
    Ok(Redirect::to(&format!("/weeks/{week}/dock/floor")).into_response())
}

/// `GET …/dock/floor`: the same for everybody and every day; what is on it comes as a book.
pub async fn floor(visit: Visit) -> Answer {
    let hub = visit.see(|week| Ok(week.register().hub.identity.name.clone())).await?;
    let mut page = html(&FloorPage {
        hub,
        hub_code: visit.place.hub.to_string(),
        week: visit.place.week.to_string(),
        week_title: fr::week_title(visit.place.week),
        desk_href: visit.href("dock"),
        base_href: visit.href("dock"),
        version: floor_version().to_string(),
        is_demo: visit.app().is_demo,
    })?;
    let policy = HeaderName::from_static("permissions-policy");
    page.headers_mut().insert(policy, HeaderValue::from_static(MAY));
    Ok(page)
}

fn since(query: &BTreeMap<String, String>) -> &str {
    query.get("since").map(String::as_str).unwrap_or_default()
}

/// `GET …/dock/floor/book?since=`: the week, or what has changed of it.
pub async fn book(visit: Visit, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let version = floor_version();
    match book_of(&visit, since(&query), version).await {
        Ok(book) => Json(book).into_response(),
        Err(failure) => refused(&failure),
    }
}

async fn book_of(visit: &Visit, since: &str, version: &str) -> Result<books::Book, Failure> {
    let unclosed = unclosed(visit).await?.map(|open| open.said).unwrap_or_default();
    visit.see(|week| books::book(visit, week, since, version, unclosed)).await
}

/// `GET …/dock/floor/news?since=`: what is short or turned away, for who watches from a desk.
pub async fn news(visit: Visit, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let looked = visit.see(|week| {
        let rev = books::revision(week);
        if rev == since(&query) {
            return Ok(json!({ "rev": rev }));
        }
        let received = week.purchase_lines().iter();
        let received = received.filter(|line| week.receipts_of(line.id).next().is_some()).count();
        let said = format!(
            "{} sur {}",
            fr::counted(received, "ligne reçue", "lignes reçues"),
            week.purchase_lines().len()
        );
        let troubles = troubles(&visit, week, clock::today())?;
        Ok::<Value, Failure>(json!({ "rev": rev, "said": said, "troubles": troubles }))
    });
    match looked.await {
        Ok(news) => Json(news).into_response(),
        Err(failure) => refused(&failure),
    }
}
