//! Trucks added, changed, moved in the order of preference, taken out of use and back.

use trade::calendar::Day;
use trade::catalog::alphabetical;
use trade::id::VehicleId;
use trade::party::{Duty, Vehicle};
use trade::register::Register;
use trade::unit::Grams;

use super::pages::{PAGE, asked, refused};
use super::{form, rows};
use crate::access::audit::Seen;
use crate::admin::desk::{Deed, Keeper};
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::{Answer, Fields, back_to};

const GONE: &str = "Ce camion n'est plus là : rechargez la page.";

/// `POST /vehicles`
pub async fn add(keeper: Keeper, fields: Fields) -> Answer {
    let once = match keeper.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = keeper.register().await?;
    let fresh = fresh(&register, fields.text("name"))?;
    let vehicle = match form::read(&fields, &fresh) {
        Ok(vehicle) => vehicle,
        Err(typed) => return refused(&keeper, &register, typed, None).await,
    };
    let said = format!("Camion ajouté : {}.", vehicle.name);
    let deed = Deed::new(Seen::SettingChanged, format!("nouveau camion {}", vehicle.name), said);
    let deed = deed.then_all(rows::put(keeper.hub(), &vehicle));
    keeper.finish(once, deed.on_register(), PAGE).await
}

/// A vehicle of which nothing is known but its code and its place behind all others.
fn fresh(register: &Register, name: &str) -> Result<Vehicle, Failure> {
    Ok(Vehicle {
        id: free_code(register, name)?,
        name: String::new(),
        payload: Grams::ZERO,
        is_cold: false,
        rank: register.last_rank(),
        is_retired: false,
        duty: Duty::default(),
    })
}

/// A short name that no vehicle has: what it is called, with a number where another is called so.
fn free_code(register: &Register, name: &str) -> Result<VehicleId, Failure> {
    let plain = alphabetical(name);
    let words = plain.split(|sign: char| !sign.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let stem: String = words.join("-").chars().take(19).collect();
    let stem = match stem.trim_end_matches('-') {
        "" => "camion",
        stem => stem,
    };
    let numbered = (2..1_000).map(|number| format!("{stem}-{number}"));
    let codes = std::iter::once(stem.to_string()).chain(numbered);
    let mut free = codes
        .filter_map(|code| VehicleId::parse(&code).ok())
        .filter(|id| !register.vehicles.contains_key(id));
    free.next().ok_or_else(|| Failure::Input("Trop de camions portent ce nom.".into()))
}

/// `POST /vehicles/{vehicle}`
pub async fn change(keeper: Keeper, fields: Fields) -> Answer {
    let once = match keeper.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = keeper.register().await?;
    let known = asked(&keeper, &register)?;
    let vehicle = match form::read(&fields, &known) {
        Ok(vehicle) => vehicle,
        Err(typed) => return refused(&keeper, &register, typed, Some(&known)).await,
    };
    let about = format!("camion {} : {}", known.name, form::changes(&known, &vehicle));
    let said = format!("Camion enregistré : {}.", vehicle.name);
    let deed = Deed::new(Seen::SettingChanged, about, said);
    let deed = deed.then_all(rows::put(keeper.hub(), &vehicle));
    keeper.finish(once, deed.on_register(), PAGE).await
}

/// `POST /vehicles/{vehicle}/moves`: a place up (`to=up`) or down in the order of preference.
pub async fn shift(keeper: Keeper, fields: Fields) -> Answer {
    let once = match keeper.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = keeper.register().await?;
    let known = asked(&keeper, &register)?;
    let is_up = match fields.needed("to", "Sens")? {
        "up" => true,
        "down" => false,
        other => return Err(Failure::Input(format!("« Sens » : « {other} » est inconnu.")).into()),
    };
    let order = register.fleet_with(known.id, is_up)?;
    let ranked = (1..).zip(order);
    let steps = ranked.map(|(rank, id)| (rows::set_rank(keeper.hub(), id, rank), GONE));
    let word = if is_up { "monte" } else { "descend" };
    let said = format!("{} {word} dans l'ordre de préférence.", known.name);
    let about = format!("camion {} : {word} dans l'ordre", known.name);
    let deed = Deed::new(Seen::SettingChanged, about, said).needs(steps);
    keeper.finish(once, deed.on_register(), PAGE).await
}

/// `POST /vehicles/{vehicle}/service`: out of use (`act=retire`), or back in use (`act=resume`).
pub async fn service(keeper: Keeper, fields: Fields) -> Answer {
    let once = match keeper.once(&fields).await? {
        Ok(once) => once,
        Err(said) => return back_to(PAGE, &said),
    };
    let register = keeper.register().await?;
    let known = asked(&keeper, &register)?;
    let is_retired = match fields.needed("act", "Geste")? {
        "retire" => true,
        "resume" => false,
        other => {
            return Err(Failure::Input(format!("« Geste » : « {other} » est inconnu.")).into());
        }
    };
    let word = if is_retired { "hors service" } else { "de nouveau en service" };
    let mut said = format!("{} est {word}.", known.name);
    if is_retired {
        said.push_str(&still_named(&days_named(&keeper, known.id).await?));
    }
    let about = format!("camion {} : {word}", known.name);
    let step = (rows::set_retired(keeper.hub(), known.id, is_retired), GONE);
    let deed = Deed::new(Seen::SettingChanged, about, said).needs([step]);
    keeper.finish(once, deed.on_register(), PAGE).await
}

/// The days from today on whose rounds have a vehicle, this week and the next.
async fn days_named(keeper: &Keeper, id: VehicleId) -> Result<Vec<Day>, Failure> {
    let today = clock::today();
    let mut days = Vec::new();
    for week in [today.week(), today.week().next()] {
        let found = keeper.app().read(keeper.place().at(week), |week, _| {
            let list = week.publication().map(|list| list.days.clone()).unwrap_or_default();
            let to_come = list.iter().map(|sale| sale.day).filter(|day| *day >= today);
            let named = |day: &Day| week.current_rounds(*day).any(|round| round.vehicle == id);
            to_come.filter(named).collect::<Vec<Day>>()
        });
        days.extend(found.await?);
    }
    Ok(days)
}

fn still_named(days: &[Day]) -> String {
    match days {
        [] => String::new(),
        days => {
            let days: Vec<String> = days.iter().map(|day| fr::day(*day)).collect();
            format!(
                " Il est encore dans les tournées acceptées du {} : proposez-les de nouveau.",
                days.join(", du ")
            )
        }
    }
}
