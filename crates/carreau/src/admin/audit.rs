//! What was seen at the doors: sign-ins, refusals, changes of rights and settings.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use trade::calendar::{Day, Instant};

use super::desk::Desk;
use crate::access::audit::{self, Entry, Seen, Wanted};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::forms::encoded;
use crate::web::{Answer, Web, html};

/// Addresses of the journal.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/admin/audit", get(page)).route("/admin/audit/export", get(export))
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Asked {
    who: String,
    kind: String,
    from: String,
    to: String,
    /// From 1.
    page: String,
}

impl Asked {
    fn day(text: &str, label: &str) -> Result<Option<Day>, Failure> {
        match text.trim() {
            "" => Ok(None),
            text => fr::parse_day(text)
                .map(Some)
                .map_err(|said| Failure::Input(format!("« {label} » : {said}"))),
        }
    }

    fn wanted(&self) -> Result<Wanted, Failure> {
        let seen = Seen::ALL.into_iter().find(|seen| seen.word() == self.kind);
        let from = Asked::day(&self.from, "Du")?;
        let to = Asked::day(&self.to, "Au")?;
        Ok(Wanted {
            who: self.who.trim().to_string(),
            seen,
            from: from.map(|day| clock::instant(day, 0)),
            before: to.map(|day| clock::instant(day.plus_days(1), 0)),
        })
    }

    /// The same question at another page.
    fn href(&self, path: &str, page: i64) -> String {
        let pairs =
            [("who", &self.who), ("kind", &self.kind), ("from", &self.from), ("to", &self.to)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let mut parts: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        match parts.is_empty() {
            true => path.to_string(),
            false => format!("{path}?{}", parts.join("&")),
        }
    }
}

/// Lines of a page.
const LINES: i64 = 100;
/// Lines of a file, at most: what a spreadsheet opens.
const FILE_LINES: i64 = 100_000;

struct Row {
    at: String,
    who: String,
    what: &'static str,
    about: String,
    address: String,
    tag: &'static str,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    asked: Asked,
    names: Vec<String>,
    kinds: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    said: String,
    export_href: String,
    newer_href: String,
    older_href: String,
    is_filtered: bool,
}

/// `GET /admin/audit`
async fn page(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let (app, scope, wanted) = (desk.app(), desk.scope.desk(), asked.wanted()?);
    let count = audit::count(app, scope, &wanted).await?;
    let last = (count + LINES - 1) / LINES;
    let page = asked.page.parse::<i64>().unwrap_or(1).clamp(1, last.max(1));
    let found = audit::found(app, scope, &wanted, LINES, (page - 1) * LINES).await?;
    let mut frame = desk.frame("audit", "Journal").await?;
    frame.subtitle = "Les entrées, les refus et les changements de droits ou de réglages.".into();
    let kinds = Seen::ALL.iter().map(|seen| (seen.word(), seen.french()));
    let all = [("", "Tout")].into_iter().chain(kinds);
    let said = match (count, last) {
        (0, _) => "aucune ligne".to_string(),
        (_, 0 | 1) => fr::count(count, "ligne", "lignes"),
        _ => format!("{}, page {page} sur {last}", fr::count(count, "ligne", "lignes")),
    };
    html(&AuditPage {
        frame,
        names: audit::names(app, scope).await?,
        kinds: all.collect(),
        rows: found.into_iter().map(row).collect(),
        said,
        export_href: asked.href("/admin/audit/export", 1),
        newer_href: if page > 1 { asked.href("/admin/audit", page - 1) } else { String::new() },
        older_href: if page < last { asked.href("/admin/audit", page + 1) } else { String::new() },
        is_filtered: asked.href("", 1) != String::new(),
        asked,
    })
}

fn row(entry: Entry) -> Row {
    let tag = match entry.seen {
        Some(Seen::CameIn | Seen::Left) | None => "",
        Some(Seen::WrongKey | Seen::Held | Seen::NoSession | Seen::TooFast) => "late",
        Some(Seen::Forbidden | Seen::Forged | Seen::OtherName) => "late",
        Some(_) => "changed",
    };
    Row {
        at: fr::numbers_moment(entry.at),
        who: entry.who,
        what: entry.seen.map_or("autre", Seen::french),
        about: entry.about,
        address: entry.address,
        tag,
    }
}

/// `GET /admin/audit/export`: the same lines as a file of which no cell is a formula.
async fn export(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let wanted = asked.wanted()?;
    let found = audit::found(desk.app(), desk.scope.desk(), &wanted, FILE_LINES, 0).await?;
    let head = ["Date", "Heure", "Qui", "Quoi", "Objet", "Adresse"].map(String::from);
    let line = |entry: Entry| {
        let (day, minute) = clock::civil(entry.at);
        let time = format!("{:02}:{:02}:{:02}", minute / 60, minute % 60, second(entry.at));
        let what = entry.seen.map_or("autre", Seen::french).to_string();
        [fr::numbers_day(day), time, entry.who, what, entry.about, entry.address]
    };
    let rows = std::iter::once(head).chain(found.into_iter().map(line));
    // The mark by which spreadsheets know UTF-8.
    let text = format!("\u{feff}{}", wire::safe::csv(';', rows));
    let name = format!("journal-{}.csv", clock::today());
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}

fn second(at: Instant) -> i64 {
    at.0.rem_euclid(60)
}
