//! The list of people, and the form that invites one more.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::Instant;
use trade::catalog::alphabetical;
use trade::register::Register;

use super::forms::{Groups, place_name, places};
use crate::access::roster::{self, Held, Listed};
use crate::admin::desk::{Desk, new_key};
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, Role, html};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// `desk`, `buyer`, `farm`, `closed`; empty: everybody who may come in.
    #[serde(default)]
    group: String,
}

struct Row {
    href: String,
    name: String,
    email: String,
    places: Vec<String>,
    seen: String,
    tag: &'static str,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "admin/people.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    all: usize,
    q: String,
    group: String,
    groups: [(&'static str, &'static str); 5],
    key: String,
    places: Groups,
    may_mail: bool,
}

const GROUPS: [(&str, &str); 5] = [
    ("", "Toutes les places"),
    ("desk", "La plateforme"),
    ("buyer", "Acheteurs et aide"),
    ("farm", "Fermes"),
    ("closed", "Sans place, ou compte fermé"),
];

/// `GET /admin/people`
pub async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let (app, scope) = (desk.app(), desk.scope);
    let people = roster::people(app, scope).await?;
    let held = by_person(roster::places(app, scope, "").await?);
    let register = desk.register().await?;
    let none = Vec::new();
    let rows: Vec<(&Listed, &Vec<Held>)> =
        people.iter().map(|one| (one, held.get(&one.human.id).unwrap_or(&none))).collect();
    let all = rows.len();
    let wanted = rows.into_iter().filter(|(one, held)| is_wanted(&asked, one, held, &register));
    let mut frame = desk.frame("people", "Personnes").await?;
    frame.subtitle = "Qui peut entrer, à quelle place, et depuis quand.".into();
    html(&ListPage {
        frame,
        rows: wanted.map(|(one, held)| row(one, held, &register)).collect(),
        all,
        q: asked.q,
        group: asked.group,
        groups: GROUPS,
        key: new_key(),
        places: places(&register),
        may_mail: may_mail(&desk),
    })
}

/// Whether letters go anywhere: without a mail server a link is better shown.
pub fn may_mail(desk: &Desk) -> bool {
    desk.app().is_demo || desk.app().mail_from.get().is_some()
}

fn by_person(all: Vec<Held>) -> BTreeMap<String, Vec<Held>> {
    let mut held: BTreeMap<String, Vec<Held>> = BTreeMap::new();
    for one in all.into_iter().filter(|one| one.ended.is_none()) {
        held.entry(one.person.clone()).or_default().push(one);
    }
    held
}

fn is_wanted(asked: &Asked, one: &Listed, held: &[Held], register: &Register) -> bool {
    let is_open = !one.is_closed && !held.is_empty();
    let of = |is: fn(&Role) -> bool| held.iter().any(|held| is(&held.role));
    let is_of_group = match asked.group.as_str() {
        "desk" => is_open && of(|role| role.is_desk()),
        "buyer" => is_open && of(|role| matches!(role, Role::Buyer(_) | Role::FoodAid(_))),
        "farm" => is_open && of(|role| matches!(role, Role::Producer(_))),
        "closed" => !is_open,
        // A word finds everybody, also those who are gone.
        _ => is_open || !asked.q.trim().is_empty(),
    };
    let names = held.iter().map(|held| place_name(held.role, register));
    let text = names.fold(format!("{} {}", one.human.name, one.human.email), |text, name| {
        format!("{text} {name}")
    });
    let text = alphabetical(&text);
    is_of_group && asked.q.split_whitespace().all(|word| text.contains(&alphabetical(word)))
}

fn row(one: &Listed, held: &[Held], register: &Register) -> Row {
    let (tag, state) = state(one, held);
    Row {
        href: format!("/admin/people/{}", one.human.id),
        name: called(one),
        email: one.human.email.clone(),
        places: held.iter().map(|held| place_name(held.role, register)).collect(),
        seen: seen(one.seen_at),
        tag,
        state,
    }
}

/// A person's name, or the address of somebody who gave none.
pub fn called(one: &Listed) -> String {
    match one.human.name.is_empty() {
        true => one.human.email.clone(),
        false => one.human.name.clone(),
    }
}

pub fn state(one: &Listed, held: &[Held]) -> (&'static str, &'static str) {
    match (one.is_closed, held.is_empty(), one.seen_at) {
        (true, _, _) => ("late", "fermé"),
        (_, true, _) => ("", "sans place"),
        (_, _, None) => ("wait", "jamais entré"),
        _ => ("ok", "actif"),
    }
}

pub fn seen(at: Option<Instant>) -> String {
    at.map(fr::numbers_moment).unwrap_or_else(|| "jamais".into())
}

/// The person in the address.
pub async fn asked_for(desk: &Desk) -> Result<Listed, Failure> {
    roster::person(desk.app(), desk.scope, desk.caught.param("person")?).await
}
