//! What the rounds page shows: which truck goes where and when, and what each site signed for.

use std::collections::BTreeSet;

use askama::Template;
use trade::Week;
use trade::calendar::Day;
use trade::id::SiteId;
use trade::rounds::{CallId, awaited, cold_calls, task};

use super::map::map;
use super::paper::delivery_note;
use super::views::{RoundView, Seen, Shown, Spot};
use super::views::{call_code, load_said, round_name, signed_words};
use crate::dock::today::{Unclosed, unclosed};
use crate::failure::Failure;
use crate::ui::chart::{Chart, progress};
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Asked, BuyerVisit, Visit, html, pdf, with_tiles};

/// A call that is in no round yet.
struct Waiting {
    code: String,
    name: String,
    load: String,
}

struct DayView {
    code: String,
    day: String,
    rounds: Vec<RoundView>,
    /// Where a stop may be put: a round in force, or a truck for a new one.
    places: Vec<(String, String)>,
    /// `4 tournées · 182 km · 412,50 €`
    said: String,
    late: usize,
    map: Chart,
    waiting: Vec<Waiting>,
    progress: Chart,
    /// Something is still to be planned.
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
    sees_trucks: bool,
}

/// `GET …/rounds`
pub async fn rounds(visit: Visit) -> Answer {
    let unclosed = unclosed(&visit).await?;
    let shown = Shown::of(&visit).await?;
    let page = visit.see(|week| page(&visit, week, unclosed, &shown)).await?;
    Ok(with_tiles(html(&page)?, &shown.ground.tiles))
}

fn page(
    visit: &Visit,
    week: &Week,
    unclosed: Option<Unclosed>,
    shown: &Shown,
) -> Result<RoundsPage, Failure> {
    let mut frame = visit.frame(week, "rounds", "Tournées");
    frame.subtitle = "Quel camion va où et quand, et ce que chaque site a signé.".into();
    let mut days = Vec::new();
    let sale_days = week.publication().map(|publication| publication.days.clone());
    for sale in sale_days.unwrap_or_default() {
        let awaited = awaited(week, sale.day)?;
        let cold = cold_calls(week, sale.day)?;
        let view = day_view(&Seen { visit, week, day: sale.day, awaited, cold, shown })?;
        let is_empty =
            view.rounds.is_empty() && view.waiting.is_empty() && view.elsewhere.is_empty();
        if !is_empty {
            days.push(view);
        }
    }
    let vehicles = week.register().trucks().into_iter();
    Ok(RoundsPage {
        frame,
        unclosed,
        days,
        action: visit.href("rounds"),
        vehicles: vehicles.map(|one| (one.id.to_string(), one.name.clone())).collect(),
        may_write: visit.person.role.may("rounds", true),
        sees_trucks: visit.may("vehicles", false),
    })
}

fn day_view(seen: &Seen<'_>) -> Result<DayView, Failure> {
    let (week, day) = (seen.week, seen.day);
    let calls = task(week, day)?.calls;
    let mut rounds = Vec::new();
    let mut placed: BTreeSet<CallId> = BTreeSet::new();
    for (at, round) in week.current_rounds(day).enumerate() {
        placed.extend(round.stops.iter().map(|stop| stop.call));
        rounds.push(seen.round(at + 1, round)?);
    }
    let mut waiting = Vec::new();
    for call in calls.iter().filter(|call| !placed.contains(&call.id)) {
        waiting.push(Waiting {
            code: call_code(call.id),
            name: Spot::of(week, call.id)?.name,
            load: load_said(call.brings, call.fetches),
        });
    }
    // Delivered before any round was made: nothing is left to plan for them.
    let elsewhere: Result<Vec<_>, Failure> = week
        .notes()
        .iter()
        .filter(|note| note.day == day && !placed.contains(&CallId::Site(note.site)))
        .map(|note| {
            let name = week.register().site(note.site)?.name.clone();
            let href = seen.visit.href(&format!("rounds/paper/{day}/{}", note.site));
            Ok((name, signed_words(&note.signed_by), href))
        })
        .collect();
    let signed: BTreeSet<SiteId> =
        week.notes().iter().filter(|note| note.day == day).map(|note| note.site).collect();
    let sites = calls.iter().filter(|call| matches!(call.id, CallId::Site(_))).count() as i64;
    let (signed, all) = (signed.len() as i64, signed.len() as i64 + sites);
    Ok(DayView {
        code: day.to_string(),
        day: fr::day(day),
        places: places(week, day),
        said: said(week, day),
        late: rounds.iter().flat_map(|round| &round.stops).filter(|stop| stop.is_late()).count(),
        map: map(week, day, &seen.shown.ground)?,
        rounds,
        waiting,
        progress: progress(
            signed,
            all,
            &format!("{} sur {all}", fr::count(signed, "site livré", "sites livrés")),
        ),
        is_open: !calls.is_empty(),
        to_deliver: to_deliver(week, day)?.len(),
        elsewhere: elsewhere?,
    })
}

/// Sites with sorted goods that nobody has signed for.
pub(super) fn to_deliver(week: &Week, day: Day) -> Result<BTreeSet<SiteId>, Failure> {
    let mut sites = BTreeSet::new();
    for sorting in week.sortings_to_deliver(day) {
        sites.insert(week.order_line(sorting.order_line)?.0.site);
    }
    Ok(sites)
}

fn places(week: &Week, day: Day) -> Vec<(String, String)> {
    let vehicles = &week.register().vehicles;
    let name = |id: &trade::id::VehicleId| -> String {
        vehicles.get(id).map(|vehicle| vehicle.name.clone()).unwrap_or_default()
    };
    let known = week.current_rounds(day).enumerate().map(|(at, round)| {
        (round.id.to_string(), format!("{} · {}", round_name(at + 1), name(&round.vehicle)))
    });
    let new = week
        .register()
        .trucks()
        .into_iter()
        .map(|vehicle| (format!("new-{}", vehicle.id), format!("nouvelle · {}", vehicle.name)));
    known.chain(new).collect()
}

/// What the rounds in force come to.
fn said(week: &Week, day: Day) -> String {
    let (mut count, mut metres, mut cost) = (0, 0, 0);
    for round in week.current_rounds(day) {
        count += 1;
        metres += round.metres();
        cost += round.cost.get();
    }
    let rounds = fr::count(count, "tournée", "tournées");
    let mut parts = vec![rounds, fr::km(metres)];
    if cost > 0 {
        parts.push(fr::euros(trade::unit::Cents::new(cost)));
    }
    if count == 0 { String::new() } else { parts.join(" · ") }
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
