//! The rounds of a day on paper: a sheet for each truck's way.

use paper::{Fact, RoundSheet, RoundSheets, SheetStop};
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::catalog::Labels;
use trade::id::SiteId;
use trade::rounds::{CallId, Load, Round, Stop};
use trade::sourcing::expected;
use trade::unit::Grams;

use super::paper::number;
use super::views::{Spot, clock, round_name, signed_words};
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Visit, pdf};

/// `GET …/rounds/sheet/{day}`: all rounds of a day, each on a page of its own.
pub async fn papers_of_day(visit: Visit) -> Answer {
    let day = visit.day()?;
    let sheets = visit.see(|week| sheets(week, day)).await?;
    let bytes = papers::set(sheets, paper::round_sheets).await?;
    pdf(bytes, &format!("feuilles-de-route-{day}"))
}

/// The sheets of the rounds in force.
pub fn sheets(week: &Week, day: Day) -> Result<RoundSheets, Failure> {
    let mut rounds = Vec::new();
    for (at, round) in week.current_rounds(day).enumerate() {
        rounds.push(sheet(week, day, at + 1, round)?);
    }
    if rounds.is_empty() {
        let said = format!("Il n'y a pas de tournée le {}.", fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let hub = &week.register().hub;
    let at = week.current_rounds(day).map(|round| round.stamp.at).max().unwrap_or(Instant(0));
    let title = format!("Feuilles de route du {}", fr::day(day));
    Ok(RoundSheets {
        imprint: papers::imprint(hub, &title, &format!("FR-{day}"), at),
        hub: hub.identity.name.clone(),
        title: "Feuille de route".into(),
        day: fr::day(day),
        rounds,
    })
}

fn sheet(week: &Week, day: Day, rank: usize, round: &Round) -> Result<RoundSheet, Failure> {
    let vehicle = week.register().vehicles.get(&round.vehicle);
    let mut stops = Vec::with_capacity(round.stops.len());
    for (at, stop) in round.stops.iter().enumerate() {
        stops.push(sheet_stop(week, day, at + 1, stop)?);
    }
    let time = |of: Option<i64>| of.map(clock).unwrap_or_default();
    let most = round.loads().into_iter().max().unwrap_or_default();
    let rest = vehicle.and_then(|vehicle| vehicle.duty.rest);
    let pause = match (round.pause_after, rest) {
        (Some(0), Some(rest)) => format!("{} min avant de partir", rest.minutes),
        (Some(after), Some(rest)) => format!("{} min après l'arrêt {after}", rest.minutes),
        _ => String::new(),
    };
    Ok(RoundSheet {
        name: round_name(rank),
        vehicle: vehicle.map(|vehicle| vehicle.name.clone()).unwrap_or_default(),
        facts: vec![
            Fact::new("Départ", time(round.times.map(|times| times.leaves))),
            Fact::new("Retour", time(round.times.map(|times| times.back))),
            Fact::new("Distance", fr::km(round.metres())),
            Fact::new("Au plus à bord", fr::weight(most)),
            Fact::new("Pause", pause),
        ],
        stops,
    })
}

fn weight(load: Load) -> Option<String> {
    (load.weight > Grams::ZERO).then(|| fr::weight(load.weight))
}

fn sheet_stop(week: &Week, day: Day, rank: usize, stop: &Stop) -> Result<SheetStop, Failure> {
    let spot = Spot::of(week, stop.call)?;
    let hours = spot.hours_said();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let site = stop.site();
    let signed = week.notes().iter().find(|note| note.day == day && Some(note.site) == site);
    Ok(SheetStop {
        rank: rank.to_string(),
        arrives: stop.times.map(|times| clock(times.arrives)).unwrap_or_default(),
        leaves: stop.times.map(|times| clock(times.leaves)).unwrap_or_default(),
        phone: some(&spot.phone),
        hours: some(&hours),
        note: site.map(|site| number(day, site)),
        brings: weight(stop.brings),
        goods: match stop.call {
            CallId::Site(site) => for_site(week, day, site),
            CallId::Farm(_) => from_farm(week, day, stop)?,
        },
        fetches: match stop.call {
            CallId::Site(_) => weight(stop.fetches).map(|empties| format!("{empties} de vides")),
            CallId::Farm(_) => weight(stop.fetches),
        },
        signed: signed.map(|note| signed_words(&note.signed_by)),
        name: spot.name,
        address: spot.address,
    })
}

/// `Carotte Bio 20 kg`: goods of one name are told apart by their labels.
fn goods_said(name: &str, labels: Labels, quantity: &str) -> String {
    let goods = format!("{name} {}", fr::labels(labels));
    format!("{} {quantity}", goods.trim_end())
}

/// What a site may expect, goods by goods.
fn for_site(week: &Week, day: Day, site: SiteId) -> Vec<String> {
    let orders = week.orders().iter().filter(|order| order.day == day && order.site == site);
    let lines = orders.flat_map(|order| {
        order.lines.iter().map(move |line| (line, expected(week, order.line_id(line.rank))))
    });
    let wanted = lines.filter(|(_, quantity)| !quantity.is_zero());
    wanted
        .map(|(line, quantity)| goods_said(&line.name, line.labels, &fr::qty(quantity, line.unit)))
        .collect()
}

/// What is fetched from a farm, goods by goods.
fn from_farm(week: &Week, day: Day, stop: &Stop) -> Result<Vec<String>, Failure> {
    let mut goods = Vec::new();
    for purchase in week.purchase_lines_on(day) {
        if CallId::Farm(purchase.producer) == stop.call {
            let product = week.register().product(purchase.product)?;
            let said = fr::qty(week.confirmed(purchase.id), product.unit);
            goods.push(goods_said(&product.name, purchase.labels, &said));
        }
    }
    Ok(goods)
}
