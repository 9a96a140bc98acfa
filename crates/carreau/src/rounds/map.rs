//! The rounds of a day on the map.

use trade::Week;
use trade::calendar::Day;
use trade::rounds::{Awaited, Round, Stop, awaited};

use super::views::{Spot, clock, late_said, round_name, stop_key};
use super::waits::Lateness;
use crate::failure::Failure;
use crate::ui::chart::Chart;
use crate::ui::map::{Ground, Point, Way, ways};

/// The rounds in force.
pub fn map(week: &Week, day: Day, ground: &Ground) -> Result<Chart, Failure> {
    let rounds: Vec<&Round> = week.current_rounds(day).collect();
    of(week, &rounds, ground)
}

/// Rounds of one day that were accepted, or that only are proposed.
pub fn of(week: &Week, rounds: &[&Round], ground: &Ground) -> Result<Chart, Failure> {
    let mut drawn = Vec::with_capacity(rounds.len());
    let awaited = rounds.first().map(|round| awaited(week, round.day)).transpose()?;
    let awaited = awaited.unwrap_or_default();
    for (at, round) in rounds.iter().enumerate() {
        let vehicle = week.register().vehicles.get(&round.vehicle);
        let truck = vehicle.map(|vehicle| vehicle.name.as_str()).unwrap_or_default();
        let stops = (1..).zip(&round.stops);
        let points: Result<Vec<Point>, Failure> =
            stops.map(|(rank, stop)| point(week, &awaited, round, rank, stop)).collect();
        drawn.push(Way { name: format!("{} · {truck}", round_name(at + 1)), points: points? });
    }
    let mut communes: Vec<_> = crate::generate::seeds::communes().iter().collect();
    communes.sort_by(|a, b| (b.population, &a.insee).cmp(&(a.population, &b.insee)));
    let towns: Vec<_> = communes.iter().map(|one| (one.name.as_str(), one.place)).collect();
    let title = "Les tournées du jour, à vol d'oiseau";
    Ok(ways(title, week.register().hub.place, &drawn, &towns, ground))
}

fn point(
    week: &Week,
    awaited: &Awaited,
    round: &Round,
    rank: usize,
    stop: &Stop,
) -> Result<Point, Failure> {
    let spot = Spot::of(week, stop.call)?;
    let at = stop.times.map(|times| format!(", {}", clock(times.arrives))).unwrap_or_default();
    let late = Lateness::of(week, awaited, round, stop)?.seconds();
    let wait = match late {
        0 => String::new(),
        seconds => format!(", {} de retard", late_said(seconds)),
    };
    Ok(Point {
        mark: rank.to_string(),
        said: format!("{rank}. {}{at}{wait}", spot.name),
        place: spot.place,
        key: stop_key(round.day, stop.call),
        is_late: late > 0,
    })
}
