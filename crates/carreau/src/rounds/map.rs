//! The rounds of a day on the map.

use trade::Week;
use trade::calendar::Day;
use trade::rounds::{Round, Stop};

use super::views::{Spot, clock, round_name};
use crate::failure::Failure;
use crate::ui::chart::Chart;
use crate::ui::map::{Point, Way, ways};

/// The rounds in force.
pub fn map(week: &Week, day: Day) -> Result<Chart, Failure> {
    let rounds: Vec<&Round> = week.current_rounds(day).collect();
    of(week, &rounds)
}

/// Rounds that were accepted, or that only are proposed.
pub fn of(week: &Week, rounds: &[&Round]) -> Result<Chart, Failure> {
    let mut drawn = Vec::with_capacity(rounds.len());
    for (at, round) in rounds.iter().enumerate() {
        let vehicle = week.register().vehicles.get(&round.vehicle);
        let truck = vehicle.map(|vehicle| vehicle.name.as_str()).unwrap_or_default();
        let points: Result<Vec<Point>, Failure> =
            (1..).zip(&round.stops).map(|(rank, stop)| point(week, rank, stop)).collect();
        drawn.push(Way { name: format!("{} · {truck}", round_name(at + 1)), points: points? });
    }
    let mut communes: Vec<_> = crate::generate::seeds::communes().iter().collect();
    communes.sort_by(|a, b| (b.population, &a.insee).cmp(&(a.population, &b.insee)));
    let towns: Vec<_> = communes.iter().map(|one| (one.name.as_str(), one.place)).collect();
    let title = "Les tournées du jour, à vol d'oiseau";
    Ok(ways(title, week.register().hub.place, &drawn, &towns))
}

fn point(week: &Week, rank: usize, stop: &Stop) -> Result<Point, Failure> {
    let spot = Spot::of(week, stop.call)?;
    let at = stop.times.map(|times| format!(", {}", clock(times.arrives))).unwrap_or_default();
    let said = format!("{rank}. {}{at}", spot.name);
    Ok(Point { mark: rank.to_string(), said, place: spot.place })
}
