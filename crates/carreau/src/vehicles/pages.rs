//! The list of trucks in order of preference, and the form of each.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use trade::id::VehicleId;
use trade::party::{Duty, Hours, Vehicle};
use trade::register::Register;

use super::form::Typed;
use crate::admin::desk::{Keeper, new_key};
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, html, week_of};

pub const PAGE: &str = "/vehicles";

struct Row {
    code: String,
    name: String,
    /// Whose it is, and whether it is cold.
    what: String,
    payload: String,
    gross: String,
    /// Nobody has said it: it follows from the payload.
    is_gross_guessed: bool,
    volume: String,
    shift: String,
    rounds: String,
    rest: String,
    costs: String,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "vehicles.html")]
struct ListPage {
    frame: Frame,
    key: String,
    back: String,
    may_write: bool,
    trucks: Vec<Row>,
    retired: Vec<Row>,
    /// Of the form that adds one, and whether it is open.
    action: String,
    button: &'static str,
    form: Typed,
    is_open: bool,
    owners: Vec<(&'static str, &'static str)>,
    colds: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "vehicle.html")]
struct OnePage {
    frame: Frame,
    key: String,
    back: String,
    code: String,
    is_retired: bool,
    action: String,
    button: &'static str,
    form: Typed,
    owners: Vec<(&'static str, &'static str)>,
    colds: Vec<(&'static str, &'static str)>,
}

fn owners() -> Vec<(&'static str, &'static str)> {
    vec![("0", "de la plateforme"), ("1", "d'un transporteur")]
}

fn colds() -> Vec<(&'static str, &'static str)> {
    vec![("0", "non"), ("1", "réfrigéré")]
}

/// `5 h 00 – 13 h 00`
fn hours(hours: Hours) -> String {
    format!("{} – {}", fr::time(hours.from), fr::time(hours.to))
}

fn row(vehicle: &Vehicle) -> Row {
    let duty = &vehicle.duty;
    let owner = if duty.is_carrier { "d'un transporteur" } else { "de la plateforme" };
    let cold = if vehicle.is_cold { ", réfrigéré" } else { "" };
    let litres = |litres| format!("{}\u{a0}l", fr::integer(litres));
    Row {
        code: vehicle.id.to_string(),
        name: vehicle.name.clone(),
        what: format!("{owner}{cold}"),
        payload: fr::weight(vehicle.payload),
        gross: fr::weight(vehicle.gross()),
        is_gross_guessed: duty.gross.is_none(),
        volume: duty.litres.map_or_else(|| "sans limite".into(), litres),
        shift: hours(duty.shift),
        rounds: format!(
            "{} par jour, {}\u{a0}min entre deux",
            duty.rounds_most, duty.turnaround_minutes
        ),
        rest: duty.rest.map_or_else(
            || "aucune".into(),
            |rest| format!("{}\u{a0}min, {}", rest.minutes, hours(rest.window)),
        ),
        costs: costs(duty),
        is_first: false,
        is_last: false,
    }
}

/// `0,50 € le km, 25,00 € l'heure, 180,00 € la sortie`
fn costs(duty: &Duty) -> String {
    let mut parts = vec![
        format!("{} le km", fr::euros(duty.per_km)),
        format!("{} l'heure", fr::euros(duty.per_hour)),
    ];
    if duty.per_day.get() > 0 {
        parts.push(format!("{} la sortie", fr::euros(duty.per_day)));
    }
    parts.join(", ")
}

fn may_write(keeper: &Keeper) -> bool {
    keeper.caught.may("vehicles", true)
}

/// The frame of a page of trucks, and the way back to the rounds.
async fn frame(keeper: &Keeper, title: &str) -> Result<(Frame, String), Failure> {
    let person = &keeper.caught.person;
    let week = week_of(&keeper.caught.web, person).await?;
    let hub = mail::rows::hub_name(&keeper.db(), keeper.hub()).await?;
    let frame = keeper.caught.frame(&hub, "", week, title);
    let frame = frame.places(person.places).administers(person.role.may("admin", false));
    Ok((frame, format!("/weeks/{week}/rounds")))
}

/// The vehicle in the address.
pub fn asked(keeper: &Keeper, register: &Register) -> Result<Vehicle, Failure> {
    let code = keeper.caught.param("vehicle")?;
    let found = VehicleId::parse(code).ok().and_then(|id| register.vehicles.get(&id));
    found.cloned().ok_or_else(|| Failure::NotFound(format!("Le camion « {code} » est inconnu.")))
}

/// `GET /vehicles`
pub async fn list(keeper: Keeper) -> Answer {
    let register = keeper.register().await?;
    html(&list_page(&keeper, &register, None).await?)
}

async fn list_page(
    keeper: &Keeper,
    register: &Register,
    typed: Option<Typed>,
) -> Result<ListPage, Failure> {
    let (mut frame, back) = frame(keeper, "Camions").await?;
    frame.subtitle =
        "Ce que les tournées en savent ; à choix égal, le premier de la liste sort le \
        premier. Les tournées acceptées gardent ce qu'elles disent."
            .into();
    let (retired, trucks): (Vec<&Vehicle>, Vec<&Vehicle>) =
        register.fleet().into_iter().partition(|vehicle| vehicle.is_retired);
    let mut trucks: Vec<Row> = trucks.into_iter().map(row).collect();
    if let Some(first) = trucks.first_mut() {
        first.is_first = true;
    }
    if let Some(last) = trucks.last_mut() {
        last.is_last = true;
    }
    let is_open = typed.is_some() || trucks.is_empty();
    Ok(ListPage {
        frame: told(frame, typed.as_ref()),
        key: new_key(),
        back,
        may_write: may_write(keeper),
        trucks,
        retired: retired.into_iter().map(row).collect(),
        action: PAGE.into(),
        button: "Ajouter le camion",
        form: typed.unwrap_or_else(Typed::fresh),
        is_open,
        owners: owners(),
        colds: colds(),
    })
}

/// What is wrong with a form, above the page as well.
fn told(frame: Frame, typed: Option<&Typed>) -> Frame {
    let wrong = typed.map(Typed::errors).unwrap_or_default();
    match wrong.is_empty() {
        true => frame,
        false => {
            let said = "Rien n'est enregistré : corrigez, puis envoyez de nouveau.";
            frame.tell(Notice::wrong(said).items(wrong))
        }
    }
}

/// `GET /vehicles/{vehicle}`
pub async fn one(keeper: Keeper) -> Answer {
    if !may_write(&keeper) {
        let said = "Seules la coordination et l'administration changent un camion.";
        return Err(Failure::Forbidden(said.into()).into());
    }
    let register = keeper.register().await?;
    let known = asked(&keeper, &register)?;
    html(&one_page(&keeper, &known, Typed::of(&known)).await?)
}

async fn one_page(keeper: &Keeper, known: &Vehicle, form: Typed) -> Result<OnePage, Failure> {
    let (mut frame, _) = frame(keeper, &known.name).await?;
    let state = if known.is_retired { " · hors service" } else { "" };
    frame.subtitle = format!("Camion · code {}{state}", known.id);
    Ok(OnePage {
        frame: told(frame, Some(&form)),
        key: new_key(),
        back: PAGE.into(),
        code: known.id.to_string(),
        is_retired: known.is_retired,
        action: format!("{PAGE}/{}", known.id),
        button: "Enregistrer le camion",
        form,
        owners: owners(),
        colds: colds(),
    })
}

/// The page again, with what was typed and what is wrong with it: of a new vehicle the list.
pub async fn refused(
    keeper: &Keeper,
    register: &Register,
    typed: Typed,
    known: Option<&Vehicle>,
) -> Answer {
    let page = match known {
        Some(known) => html(&one_page(keeper, known, typed).await?),
        None => html(&list_page(keeper, register, Some(typed)).await?),
    };
    Ok((StatusCode::BAD_REQUEST, page?).into_response())
}
