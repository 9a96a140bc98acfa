//! What a round asks of its truck that it cannot do. Somebody may know better than the figures: it
//! is shown, and refuses nothing.

use std::collections::BTreeSet;

use super::task::CallId;
use super::way::{Round, Stop};
use crate::id::SiteId;
use crate::party::Vehicle;
use crate::register::Register;
use crate::unit::Grams;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundFlaw {
    /// The truck is heavier than what may come to a site.
    TooLarge { site: SiteId, gross: Grams, most: Grams },
    /// At its fullest the goods weigh more than the truck may carry.
    TooHeavy { load: Grams, payload: Grams },
    /// At its fullest the goods take more litres than the truck has.
    TooFull { litres: i64, room: i64 },
    /// What must stay cold goes there, or comes from there, in a truck without cold.
    NoCold { calls: Vec<CallId> },
}

/// What is wrong with a round; a truck that nobody knows says nothing.
/// `cold`: the calls of its day that need cold, see [`super::cold_calls`].
pub fn flaws(register: &Register, round: &Round, cold: &BTreeSet<CallId>) -> Vec<RoundFlaw> {
    let Some(vehicle) = register.vehicles.get(&round.vehicle) else { return Vec::new() };
    let stops = round.stops.iter();
    let mut flaws: Vec<RoundFlaw> =
        stops.filter_map(|stop| too_large(register, vehicle, stop)).collect();
    flaws.extend(too_heavy(round, vehicle.payload));
    flaws.extend(vehicle.duty.litres.and_then(|room| too_full(round, room)));
    flaws.extend(no_cold(round, vehicle, cold));
    flaws
}

fn too_large(register: &Register, vehicle: &Vehicle, stop: &Stop) -> Option<RoundFlaw> {
    let site = register.sites.get(&stop.site()?)?;
    let gross = vehicle.gross();
    let most = site.access.largest.filter(|most| gross > *most)?;
    Some(RoundFlaw::TooLarge { site: site.id, gross, most })
}

/// None when it was accepted: trucks change later.
fn too_heavy(round: &Round, payload: Grams) -> Option<RoundFlaw> {
    let load = round.loads().into_iter().max().filter(|load| *load > payload)?;
    Some(RoundFlaw::TooHeavy { load, payload })
}

/// The fullest on the way: all that is brought leaves the dock together.
fn too_full(round: &Round, room: i64) -> Option<RoundFlaw> {
    let mut now: i64 = round.stops.iter().map(|stop| stop.brings.litres).sum();
    let mut litres = now;
    for stop in &round.stops {
        now += stop.fetches.litres - stop.brings.litres;
        litres = litres.max(now);
    }
    (litres > room).then_some(RoundFlaw::TooFull { litres, room })
}

fn no_cold(round: &Round, vehicle: &Vehicle, cold: &BTreeSet<CallId>) -> Option<RoundFlaw> {
    let calls = round.stops.iter().map(|stop| stop.call);
    let calls: Vec<CallId> = calls.filter(|call| cold.contains(call)).collect();
    (!vehicle.is_cold && !calls.is_empty()).then_some(RoundFlaw::NoCold { calls })
}
