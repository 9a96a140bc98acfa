//! Checks rounds.

use std::collections::BTreeMap;

use trade::id::{SiteId, VehicleId};
use trade::rounds::{Drop, PlannedRound, RoundsTask};
use trade::unit::Grams;

use crate::distance::metres;
use crate::rounds::RoundsPlan;

/// Why rounds cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundsBreach {
    UnknownVehicle {
        vehicle: VehicleId,
    },
    UnknownSite {
        site: SiteId,
    },
    /// In no round, or in several, without being named as left out.
    NotOnce {
        site: SiteId,
        times: usize,
    },
    TooHeavy {
        vehicle: VehicleId,
        payload: Grams,
        load: Grams,
    },
    EmptyRound {
        vehicle: VehicleId,
    },
    WrongDistance {
        site: SiteId,
        said: i64,
        found: i64,
    },
    WrongWayBack {
        vehicle: VehicleId,
        said: i64,
        found: i64,
    },
    /// Left out though a truck carries it.
    CouldBeCarried {
        site: SiteId,
        load: Grams,
        vehicle: VehicleId,
    },
}

/// All breaches of a day's rounds.
pub fn rounds(task: &RoundsTask, plan: &RoundsPlan) -> Vec<RoundsBreach> {
    let drops: BTreeMap<SiteId, &Drop> = task.drops.iter().map(|drop| (drop.site, drop)).collect();
    let mut times: BTreeMap<SiteId, usize> = drops.keys().map(|&site| (site, 0)).collect();
    let mut breaches = Vec::new();
    for planned in &plan.rounds {
        breaches.extend(round(task, &drops, planned));
        for (site, _) in &planned.stops {
            if let Some(count) = times.get_mut(site) {
                *count += 1;
            }
        }
    }
    for &(site, _) in &plan.unassigned {
        let Some(drop) = drops.get(&site) else {
            breaches.push(RoundsBreach::UnknownSite { site });
            continue;
        };
        *times.entry(site).or_default() += 1;
        let load = drop.load;
        if let Some(&(vehicle, _)) = task.vehicles.iter().find(|(_, payload)| *payload >= load) {
            breaches.push(RoundsBreach::CouldBeCarried { site, load, vehicle });
        }
    }
    let odd = times.into_iter().filter(|(_, times)| *times != 1);
    breaches.extend(odd.map(|(site, times)| RoundsBreach::NotOnce { site, times }));
    breaches
}

/// Breaches of one truck's way.
fn round(
    task: &RoundsTask,
    drops: &BTreeMap<SiteId, &Drop>,
    planned: &PlannedRound,
) -> Vec<RoundsBreach> {
    let vehicle = planned.vehicle;
    let Some(&(_, payload)) = task.vehicles.iter().find(|(known, _)| *known == vehicle) else {
        return vec![RoundsBreach::UnknownVehicle { vehicle }];
    };
    let mut breaches = Vec::new();
    if planned.stops.is_empty() {
        breaches.push(RoundsBreach::EmptyRound { vehicle });
    }
    let mut load = 0;
    let mut at = task.depot;
    for &(site, said) in &planned.stops {
        let Some(drop) = drops.get(&site) else {
            breaches.push(RoundsBreach::UnknownSite { site });
            continue;
        };
        let found = metres(at, drop.place);
        if found != said {
            breaches.push(RoundsBreach::WrongDistance { site, said, found });
        }
        load += drop.load.get();
        at = drop.place;
    }
    let (said, found) = (planned.metres_back, metres(at, task.depot));
    if said != found {
        breaches.push(RoundsBreach::WrongWayBack { vehicle, said, found });
    }
    if load > payload.get() {
        breaches.push(RoundsBreach::TooHeavy { vehicle, payload, load: Grams::new(load) });
    }
    breaches
}
