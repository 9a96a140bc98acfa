//! Rounds by nearest neighbour: from the dock, always on to the nearest site that still fits.

use trade::id::SiteId;
use trade::rounds::{PlannedRound, RoundsTask};

use crate::distance::Point;

/// Why a site is in no round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// Its load is more than any truck carries.
    TooHeavy,
    NoVehicle,
}

/// A day's rounds, in the order in which trucks leave. A truck may leave more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundsPlan {
    pub rounds: Vec<PlannedRound>,
    pub unassigned: Vec<(SiteId, LeftOut)>,
}

/// A site that waits for a truck.
struct Waiting {
    site: SiteId,
    point: Point,
    load: i64,
}

/// Plans by nearest neighbour. Trucks leave in their order of preference, each again once all
/// have left; a truck that can take nothing of what is left stays.
pub fn nearest(task: &RoundsTask) -> RoundsPlan {
    let most = task.vehicles.iter().map(|(_, payload)| payload.get()).max();
    let mut plan = RoundsPlan::default();
    let mut waiting = Vec::with_capacity(task.drops.len());
    for drop in &task.drops {
        let load = drop.load.get();
        match most {
            None => plan.unassigned.push((drop.site, LeftOut::NoVehicle)),
            Some(most) if load > most => plan.unassigned.push((drop.site, LeftOut::TooHeavy)),
            Some(_) => {
                waiting.push(Waiting { site: drop.site, point: Point::of(drop.place), load })
            }
        }
    }
    waiting.sort_by_key(|waiting| waiting.site);
    plan.unassigned.sort_by_key(|(site, _)| *site);
    let depot = Point::of(task.depot);
    for &(vehicle, payload) in task.vehicles.iter().cycle() {
        if waiting.is_empty() {
            break;
        }
        let (stops, metres_back) = round(depot, payload.get(), &mut waiting);
        if !stops.is_empty() {
            plan.rounds.push(PlannedRound { vehicle, stops, metres_back });
        }
    }
    plan
}

/// One way of a truck: its stops with the metres to each, and the metres back.
fn round(depot: Point, payload: i64, waiting: &mut Vec<Waiting>) -> (Vec<(SiteId, i64)>, i64) {
    let (mut at, mut room) = (depot, payload);
    let mut stops = Vec::new();
    loop {
        let fits = waiting.iter().enumerate().filter(|(_, one)| one.load <= room);
        let distance = |one: &Waiting| at.chord_squared(one.point);
        let next = fits.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        let Some((rank, _)) = next else { break };
        let one = waiting.remove(rank);
        stops.push((one.site, at.metres(one.point)));
        room -= one.load;
        at = one.point;
    }
    (stops, at.metres(depot))
}
