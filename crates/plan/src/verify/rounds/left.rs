//! What is left out: whether it could have been served, and whether the reason holds.

use trade::rounds::task::{Call, Load, PlannedRound, Truck};

use super::run::{Site, can_drive};
use super::{Book, RoundsBreach, is_kept};
use crate::rounds::{LeftOut, RoundsPlan};

pub fn out(book: &Book, plan: &RoundsPlan) -> Vec<RoundsBreach> {
    let mut breaches = Vec::new();
    for &(id, reason) in &plan.unassigned {
        let Some(site) = book.calls.get(&id) else { continue };
        let able = able_trucks(book, site);
        if let Some(first) = impossible(book, site) {
            if reason != first {
                breaches.push(RoundsBreach::WrongReason { call: id, reason });
            }
            continue;
        }
        let could = able.iter().find(|truck| could_serve(book, plan, truck, site, true));
        if let Some(truck) = could {
            breaches.push(RoundsBreach::CouldBeServed { call: id, vehicle: truck.id });
        }
        let is_locked = book.task.locks.trucks.iter().any(|(call, _)| *call == id);
        let has_time = || able.iter().any(|truck| could_serve(book, plan, truck, site, false));
        // A turn in the middle of a round makes room as well; that is not tried here.
        let may_turn = || able.iter().any(|truck| truck.rounds_most > 1);
        let holds = match reason {
            LeftOut::OnLockedTruck => is_locked,
            LeftOut::NoTimeLeft => !is_locked && !has_time(),
            LeftOut::NoRoomLeft => !is_locked && (has_time() || may_turn()),
            _ => false,
        };
        if !holds {
            breaches.push(RoundsBreach::WrongReason { call: id, reason });
        }
    }
    breaches
}

fn lifts(truck: &Truck, load: Load) -> bool {
    load.weight <= truck.payload
}

fn holds(truck: &Truck, load: Load) -> bool {
    truck.litres.is_none_or(|room| load.litres <= room)
}

/// The first reason for which no truck at all can serve a call.
fn impossible(book: &Book, site: &Site) -> Option<LeftOut> {
    let call = site.call;
    let mut able: Vec<&Truck> = book.task.trucks.iter().filter(|t| t.rounds_most > 0).collect();
    if able.is_empty() {
        return Some(LeftOut::NoVehicle);
    }
    able.retain(|truck| lifts(truck, call.brings) && lifts(truck, call.fetches));
    if able.is_empty() {
        return Some(LeftOut::TooHeavy);
    }
    able.retain(|truck| holds(truck, call.brings) && holds(truck, call.fetches));
    if able.is_empty() {
        return Some(LeftOut::TooLarge);
    }
    able.retain(|truck| truck.is_cold || !call.needs_cold);
    if able.is_empty() {
        return Some(LeftOut::NoColdTruck);
    }
    able.retain(|truck| call.largest.is_none_or(|largest| truck.gross <= largest));
    if able.is_empty() {
        return Some(LeftOut::NoAccess);
    }
    let hours = [
        (LeftOut::TooFarInTime, Call { ready: None, back_by: None, ..call.clone() }),
        (LeftOut::ReadyTooLate, Call { back_by: None, ..call.clone() }),
        (LeftOut::BackTooLate, call.clone()),
    ];
    for (reason, call) in hours {
        let alone = Site { call: &call, ..*site };
        able.retain(|truck| can_drive(book, truck, &[vec![alone]]));
        if able.is_empty() {
            return Some(reason);
        }
    }
    None
}

/// Trucks that could serve a call had they nothing else to do.
fn able_trucks<'a>(book: &Book<'a>, site: &Site) -> Vec<&'a Truck> {
    let call = site.call;
    let locks = &book.task.locks.trucks;
    let own = locks.iter().find(|(locked, _)| *locked == call.id).map(|(_, truck)| *truck);
    let is_able = |truck: &&Truck| {
        truck.rounds_most > 0
            && own.is_none_or(|own| own == truck.id)
            && (truck.is_cold || !call.needs_cold)
            && call.largest.is_none_or(|largest| truck.gross <= largest)
            && [call.brings, call.fetches]
                .iter()
                .all(|&load| lifts(truck, load) && holds(truck, load))
    };
    book.task.trucks.iter().filter(is_able).collect()
}

/// Whether a truck could serve one more call: somewhere in a round, or in one more round.
fn could_serve(
    book: &Book,
    plan: &RoundsPlan,
    truck: &Truck,
    site: &Site,
    counts_load: bool,
) -> bool {
    let mut own: Vec<&PlannedRound> =
        plan.rounds.iter().filter(|round| round.vehicle == truck.id).collect();
    own.sort_by_key(|round| round.leaves);
    let sites = |round: &&PlannedRound| -> Vec<Site> {
        round.stops.iter().filter_map(|stop| book.calls.get(&stop.call).copied()).collect()
    };
    let day: Vec<Vec<Site>> = own.iter().map(sites).collect();
    for at in 0..=day.len() {
        if (day.len() as i64) < truck.rounds_most {
            let mut more = day.clone();
            more.insert(at, vec![*site]);
            if can_drive(book, truck, &more) {
                return true;
            }
        }
        if own.get(at).is_none_or(|round| is_kept(book.task, round)) {
            continue;
        }
        for rank in 0..=day[at].len() {
            let mut longer = day.clone();
            longer[at].insert(rank, *site);
            let has_room = !counts_load || carries(truck, &longer[at]);
            if has_room && can_drive(book, truck, &longer) {
                return true;
            }
        }
    }
    false
}

fn carries(truck: &Truck, round: &[Site]) -> bool {
    (0..=round.len()).all(|rank| {
        let (done, ahead) = round.split_at(rank);
        let aboard = |of: fn(&Load) -> i64| {
            ahead.iter().map(|site| of(&site.call.brings)).sum::<i64>()
                + done.iter().map(|site| of(&site.call.fetches)).sum::<i64>()
        };
        let litres = aboard(|load| load.litres);
        aboard(|load| load.weight.get()) <= truck.payload.get()
            && truck.litres.is_none_or(|room| litres <= room)
    })
}
