//! Rounds that are proposed for a day, beside those in force: what would change, and whether to
//! accept it.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::rounds::{self, CallId, Round};
use trade::unit::Cents;

use super::acts::{self, Proposal};
use super::map;
use super::reasons::left_out;
use super::views::{RoundView, Seen, Shown, Spot, clock, late_said, round_name};
use super::waits::Lateness;
use crate::failure::Failure;
use crate::ui::chart::Chart;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Visit, html, with_tiles};

/// A figure of all rounds, before and after.
struct Total {
    what: &'static str,
    before: String,
    after: String,
    is_worse: bool,
}

/// A call that another truck would make, or at another time.
struct Change {
    name: String,
    before: String,
    after: String,
}

#[derive(Template)]
#[template(path = "rounds_plan.html")]
struct PlanPage {
    frame: Frame,
    day: String,
    day_code: String,
    action: String,
    back: String,
    mark: String,
    totals: Vec<Total>,
    changes: Vec<Change>,
    has_before: bool,
    left_out: Vec<(String, String)>,
    rounds: Vec<RoundView>,
    map: Chart,
    may_write: bool,
}

/// `GET …/rounds/plan/{day}`
pub async fn page(visit: Visit) -> Answer {
    let day = visit.day()?;
    let proposal = acts::propose(visit.app(), visit.place, day).await?;
    let shown = Shown::of(&visit).await?;
    let page = visit.see(|week| {
        let awaited = rounds::awaited(week, day)?;
        let cold = rounds::cold_calls(week, day)?;
        let seen = Seen { visit: &visit, week, day, awaited, cold, shown: &shown };
        view(&seen, &proposal)
    });
    Ok(with_tiles(html(&page.await?)?, &shown.ground.tiles))
}

fn view(seen: &Seen<'_>, proposal: &Proposal) -> Result<PlanPage, Failure> {
    let Seen { visit, week, day, .. } = *seen;
    let stamp = visit.stamp();
    let proposed = rounds::accept(week, &proposal.task, &proposal.plan.rounds, stamp)?;
    let mut frame = visit.frame(week, "rounds", "Tournées proposées");
    frame.subtitle = "Rien ne change tant que vous n'acceptez pas.".into();
    if !proposal.told.is_empty() {
        frame = frame.tell(Notice::known(&proposal.told));
    }
    let before: Vec<&Round> = week.current_rounds(day).collect();
    let after: Vec<&Round> = proposed.iter().collect();
    let mut shown = Vec::with_capacity(proposed.len());
    for (at, round) in proposed.iter().enumerate() {
        shown.push(seen.round(at + 1, round)?);
    }
    let mut out = Vec::new();
    for (call, why) in &proposal.plan.unassigned {
        let asked = proposal.task.calls.iter().find(|asked| asked.id == *call);
        out.push((Spot::of(week, *call)?.name, left_out(why, asked)));
    }
    Ok(PlanPage {
        frame,
        day: fr::day(day),
        day_code: day.to_string(),
        action: visit.href("rounds"),
        back: format!("{}#d{day}", visit.href("rounds")),
        mark: proposal.mark.clone(),
        totals: totals(seen, &before, &after)?,
        changes: changes(week, &before, &after)?,
        has_before: !before.is_empty(),
        left_out: out,
        rounds: shown,
        map: map::of(week, &after, &seen.shown.ground)?,
        may_write: visit.person.role.may("rounds", true),
    })
}

/// Rounds, stops, metres, cents, late stops and the minutes by which they are.
fn sums(seen: &Seen<'_>, rounds: &[&Round]) -> Result<[i64; 6], Failure> {
    let mut sums = [rounds.len() as i64, 0, 0, 0, 0, 0];
    for round in rounds {
        sums[1] += round.stops.len() as i64;
        sums[2] += round.metres();
        sums[3] += round.cost.get();
        for stop in &round.stops {
            let seconds = Lateness::of(seen.week, &seen.awaited, round, stop)?.seconds();
            sums[4] += i64::from(seconds > 0);
            sums[5] += seconds;
        }
    }
    Ok(sums)
}

fn totals(seen: &Seen<'_>, before: &[&Round], after: &[&Round]) -> Result<Vec<Total>, Failure> {
    let (was, is) = (sums(seen, before)?, sums(seen, after)?);
    let euros = |value: i64| fr::euros(Cents::new(value));
    let late = |value: i64| if value == 0 { "0".to_string() } else { late_said(value) };
    let row = |what, at: usize, said: &dyn Fn(i64) -> String, is_cost: bool| Total {
        what,
        before: said(was[at]),
        after: said(is[at]),
        is_worse: is_cost && is[at] > was[at],
    };
    Ok(vec![
        row("Tournées", 0, &fr::integer, false),
        row("Arrêts", 1, &fr::integer, false),
        row("Distance", 2, &fr::km, false),
        row("Coût", 3, &euros, false),
        row("Arrêts en retard", 4, &fr::integer, true),
        row("Retard en tout", 5, &late, true),
    ])
}

/// « T2 · Fourgon, 6 h 40 » of each call.
fn places(week: &Week, rounds: &[&Round]) -> BTreeMap<CallId, String> {
    let mut places = BTreeMap::new();
    for (at, round) in rounds.iter().enumerate() {
        let vehicle = week.register().vehicles.get(&round.vehicle);
        let truck = vehicle.map(|vehicle| vehicle.name.as_str()).unwrap_or_default();
        for stop in &round.stops {
            let time = stop.times.map(|times| format!(", {}", clock(times.begins)));
            let said = format!("{} · {truck}{}", round_name(at + 1), time.unwrap_or_default());
            places.insert(stop.call, said);
        }
    }
    places
}

fn changes(week: &Week, before: &[&Round], after: &[&Round]) -> Result<Vec<Change>, Failure> {
    let (was, is) = (places(week, before), places(week, after));
    let calls: std::collections::BTreeSet<CallId> = was.keys().chain(is.keys()).copied().collect();
    let mut changes = Vec::new();
    for call in calls {
        let (before, after) = (was.get(&call), is.get(&call));
        if before != after {
            let said = |place: Option<&String>| place.cloned().unwrap_or_else(|| "—".into());
            let name = Spot::of(week, call)?.name;
            changes.push(Change { name, before: said(before), after: said(after) });
        }
    }
    Ok(changes)
}
