//! What the rounds page shows: which truck goes where, and what each site signed for.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::calendar::Day;
use trade::id::{OrderLineId, SiteId};
use trade::party::Place;
use trade::rounds::task;
use trade::unit::{Grams, Qty};

use super::paper::delivery_note;
use crate::dock::today::{Unclosed, unclosed};
use crate::failure::Failure;
use crate::ui::chart::{Chart, progress};
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Asked, BuyerVisit, Visit, html, pdf};

/// An order line as it is handed over.
struct HandLine {
    key: String,
    product: String,
    quantity: String,
    unit: &'static str,
}

struct StopView {
    /// Where on the page it stands.
    key: String,
    rank: usize,
    site: String,
    code: String,
    address: String,
    phone: String,
    /// The place for a program of maps; empty when it is not known.
    map: String,
    hours: String,
    leg: String,
    load: String,
    paper: String,
    signed: String,
    gaps: Vec<String>,
    lines: Vec<HandLine>,
}

struct RoundView {
    name: String,
    vehicle: String,
    distance: String,
    fill: Chart,
    stops: Vec<StopView>,
}

/// A site that is in no round yet.
struct Waiting {
    code: String,
    name: String,
    load: String,
}

struct DayView {
    code: String,
    day: String,
    rounds: Vec<RoundView>,
    waiting: Vec<Waiting>,
    progress: Chart,
    is_open: bool,
    /// Sites with goods that nobody has signed for.
    to_deliver: usize,
    /// Sites that signed and stand in no current round: name, who signed, the note.
    elsewhere: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "rounds.html")]
struct RoundsPage {
    frame: Frame,
    unclosed: Option<Unclosed>,
    days: Vec<DayView>,
    action: String,
    vehicles: Vec<(String, String)>,
    may_write: bool,
}

/// `GET …/rounds`
pub async fn rounds(visit: Visit) -> Answer {
    let unclosed = unclosed(&visit).await?;
    let page = visit.see(|week| page(&visit, week, unclosed)).await?;
    html(&page)
}

fn page(visit: &Visit, week: &Week, unclosed: Option<Unclosed>) -> Result<RoundsPage, Failure> {
    let mut frame = visit.frame(week, "rounds", "Tournées");
    frame.subtitle = "Quel camion va où, et ce que chaque site a signé.".into();
    let mut days = Vec::new();
    let sale_days = week.publication().map(|publication| publication.days.clone());
    for sale in sale_days.unwrap_or_default() {
        let view = day_view(visit, week, sale.day)?;
        let is_empty =
            view.rounds.is_empty() && view.waiting.is_empty() && view.elsewhere.is_empty();
        if !is_empty {
            days.push(view);
        }
    }
    let vehicles = week.register().vehicles.values();
    Ok(RoundsPage {
        frame,
        unclosed,
        days,
        action: visit.href("rounds"),
        vehicles: vehicles.map(|one| (one.id.to_string(), one.name.clone())).collect(),
        may_write: visit.person.role.may("rounds", true),
    })
}

fn day_view(visit: &Visit, week: &Week, day: Day) -> Result<DayView, Failure> {
    let drops = task(week, day)?.drops;
    let mut rounds = Vec::new();
    let mut placed: Vec<SiteId> = Vec::new();
    for (at, round) in week.current_rounds(day).enumerate() {
        placed.extend(round.stops.iter().map(|stop| stop.site));
        rounds.push(round_view(visit, week, day, at + 1, round)?);
    }
    // Delivered before any round was made: nothing is left to plan for them.
    let waiting = drops.iter().filter(|drop| !placed.contains(&drop.site)).map(|drop| {
        let name = week.register().sites.get(&drop.site).map(|site| site.name.clone());
        let (code, load) = (drop.site.to_string(), fr::weight(drop.load));
        Waiting { name: name.unwrap_or_else(|| code.clone()), code, load }
    });
    let waiting: Vec<Waiting> = waiting.collect();
    let elsewhere: Result<Vec<_>, Failure> = week
        .notes()
        .iter()
        .filter(|note| note.day == day && !placed.contains(&note.site))
        .map(|note| {
            let name = week.register().site(note.site)?.name.clone();
            let href = visit.href(&format!("rounds/paper/{day}/{}", note.site));
            Ok((name, signed_words(&note.signed_by), href))
        })
        .collect();
    let signed = week.notes().iter().filter(|note| note.day == day).count() as i64;
    let all = signed + drops.len() as i64;
    Ok(DayView {
        code: day.to_string(),
        day: fr::day(day),
        rounds,
        waiting,
        progress: progress(
            signed,
            all,
            &format!("{} sur {all}", fr::count(signed, "site livré", "sites livrés")),
        ),
        is_open: signed < all,
        to_deliver: drops.len(),
        elsewhere: elsewhere?,
    })
}

fn signed_words(by: &str) -> String {
    if by.is_empty() { "livré".into() } else { format!("livré, signé : {by}") }
}

fn round_view(
    visit: &Visit,
    week: &Week,
    day: Day,
    number: usize,
    round: &trade::rounds::Round,
) -> Result<RoundView, Failure> {
    let vehicle = week.register().vehicles.get(&round.vehicle);
    let payload = vehicle.map_or(Grams::ZERO, |vehicle| vehicle.payload);
    let mut stops = Vec::with_capacity(round.stops.len());
    for (at, stop) in round.stops.iter().enumerate() {
        stops.push(stop_view(visit, week, day, at + 1, stop)?);
    }
    let said = format!("{} sur {}", fr::weight(round.load()), fr::weight(payload));
    Ok(RoundView {
        name: format!("T{number}"),
        vehicle: vehicle.map(|vehicle| vehicle.name.clone()).unwrap_or_default(),
        distance: fr::km(round.metres()),
        fill: progress(round.load().get(), payload.get(), &said),
        stops,
    })
}

fn stop_view(
    visit: &Visit,
    week: &Week,
    day: Day,
    rank: usize,
    stop: &trade::rounds::Stop,
) -> Result<StopView, Failure> {
    let site = week.register().site(stop.site)?;
    let note = week.notes().iter().find(|note| note.site == stop.site && note.day == day);
    let mut gaps = Vec::new();
    for line in note.iter().flat_map(|note| &note.lines) {
        let ordered = week.order_line(line.order_line)?.1;
        for (quantity, word) in [(line.refused, "refusés"), (line.missing, "manquants")] {
            if !quantity.is_zero() {
                let said = fr::qty(quantity, ordered.unit);
                gaps.push(format!("{} : {said} {word} ({})", ordered.name, line.reason));
            }
        }
    }
    let phone = &week.register().buyer(site.buyer)?.identity.phone;
    Ok(StopView {
        key: stop_key(day, site.id),
        rank,
        site: site.name.clone(),
        code: site.id.to_string(),
        address: format!("{}, {} {}", site.address, site.postcode, site.commune),
        phone: phone.clone(),
        map: map_link(site.place),
        hours: format!("{} – {}", fr::time(site.opens_minute), fr::time(site.closes_minute)),
        leg: fr::km(stop.metres),
        load: fr::weight(stop.load),
        paper: visit.href(&format!("rounds/paper/{day}/{}", site.id)),
        signed: note.map(|note| signed_words(&note.signed_by)).unwrap_or_default(),
        gaps,
        lines: hand_lines(week, stop.site, day)?,
    })
}

/// Where on the page a stop stands.
fn stop_key(day: Day, site: SiteId) -> String {
    format!("s{day}-{site}")
}

/// The stop behind a site on its round that nobody has signed for, from the first again behind
/// the last; the day when the round is done, or when the site is in none.
pub(super) fn next_stop(week: &Week, day: Day, site: SiteId) -> String {
    let is_signed = |of: SiteId| week.notes().iter().any(|one| one.day == day && one.site == of);
    for round in week.current_rounds(day) {
        let Some(at) = round.stops.iter().position(|stop| stop.site == site) else { continue };
        let mut others = round.stops[at + 1..].iter().chain(&round.stops[..at]);
        if let Some(next) = others.find(|stop| !is_signed(stop.site)) {
            return stop_key(day, next.site);
        }
    }
    format!("d{day}")
}

/// `geo:43.610769,3.876716`, which a telephone opens with its own maps (RFC 5870).
fn map_link(place: Place) -> String {
    if place == Place::default() {
        return String::new();
    }
    let degrees = |millionths: i64| {
        let sign = if millionths < 0 { "-" } else { "" };
        let whole = millionths.abs();
        format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
    };
    let point = format!("{},{}", degrees(place.lat_e6), degrees(place.lon_e6));
    format!("geo:{point}?q={point}")
}

/// What is to be handed over, one row for each order line.
fn hand_lines(week: &Week, site: SiteId, day: Day) -> Result<Vec<HandLine>, Failure> {
    let mut sums: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    for sorting in week.sortings_for(site, day) {
        if week.note_line(sorting.id).is_err() {
            *sums.entry(sorting.order_line).or_default() += sorting.quantity.get();
        }
    }
    let mut lines = Vec::with_capacity(sums.len());
    for (id, quantity) in sums {
        let line = week.order_line(id)?.1;
        lines.push(HandLine {
            key: id.to_string(),
            product: line.name.clone(),
            quantity: fr::number(Qty::new(quantity)),
            unit: fr::unit(line.unit, true),
        });
    }
    Ok(lines)
}

/// `GET …/rounds/paper/{day}/{site}`
pub async fn paper(visit: Visit) -> Answer {
    let (day, site) = (visit.day()?, site(&visit)?);
    let note = visit.see(|week| delivery_note(week, site, day)).await?;
    show(note, day, site).await
}

/// `GET …/my-orders/note/{day}/{site}`: a buyer's own delivery note.
pub async fn own_paper(visit: BuyerVisit) -> Answer {
    let (day, site) = (visit.day()?, site(&visit)?);
    let note = visit.see(|week| week.note_paper(site, day)).await?;
    show(note, day, site).await
}

fn site(asked: &Asked) -> Result<SiteId, Failure> {
    let code = asked.param("site")?;
    let unknown = |_| Failure::NotFound(format!("Le site « {code} » est inconnu."));
    SiteId::parse(code).map_err(unknown)
}

async fn show(note: paper::DeliveryNote, day: Day, site: SiteId) -> Answer {
    let bytes = papers::set(note, paper::delivery_note).await?;
    pdf(bytes, &format!("bon-de-livraison-{day}-{site}"))
}
