//! Why a call is in no round.

use trade::rounds::task::Call;

use super::frame::{Frame, can_come, is_cold_enough};
use super::problem::{NEVER, Problem, Spot, Wheels};
use super::scan::{self, NONE};
use super::sides::holds;
use super::state::State;
use super::timetable;

/// Each reason presumes that those before it do not hold for all trucks that are left by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// There is no truck at all, or none that may go out.
    NoVehicle,
    /// Heavier than any truck carries.
    TooHeavy,
    /// Takes more room than any truck that can carry it has.
    TooLarge,
    NoColdTruck,
    /// Too large trucks for the place.
    NoAccess,
    /// No truck alone could be there in its hours and back in its shift.
    TooFarInTime,
    /// Its goods are at the dock too late for its hours.
    ReadyTooLate,
    /// No truck alone could be back at the dock with its goods by when they are needed.
    BackTooLate,
    /// The truck that it is locked to has no place for it.
    OnLockedTruck,
    /// Trucks could come, but their days are full.
    NoTimeLeft,
    /// Trucks could come in time, but what they carry is full.
    NoRoomLeft,
}

/// The reason for a call that the plan leaves out.
pub fn why(frame: &Frame, state: &State, call: &Call, place: u32) -> LeftOut {
    let problem = &frame.problem;
    let spot = &problem.spots[place as usize];
    let mut able: Vec<usize> = (0..problem.trucks.len()).collect();
    let weighs = |w: &Wheels| spot.brings[0].max(spot.fetches[0]) <= w.capacity[0];
    let asks = (spot.ready, spot.back_by) != (0, NEVER);
    let freed = |change: fn(&mut Spot)| asks.then(|| changed(problem, change));
    let at_any_hour = freed(|spot| (spot.ready, spot.back_by) = (0, NEVER));
    let back_at_any = freed(|spot| spot.back_by = NEVER);
    let alone = |freed: Option<&Problem>, truck: usize| {
        timetable::make(freed.unwrap_or(problem), truck, &[vec![place]]).breach == 0
    };
    let tests: [(LeftOut, &dyn Fn(usize) -> bool); 8] = [
        (LeftOut::NoVehicle, &|truck| problem.trucks[truck].rounds_most > 0),
        (LeftOut::TooHeavy, &|truck| weighs(&problem.trucks[truck])),
        (LeftOut::TooLarge, &|truck| {
            let wheels = &problem.trucks[truck];
            holds(wheels, spot.brings) && holds(wheels, spot.fetches)
        }),
        (LeftOut::NoColdTruck, &|truck| is_cold_enough(call, &frame.task.trucks[truck])),
        (LeftOut::NoAccess, &|truck| can_come(call, &frame.task.trucks[truck])),
        (LeftOut::TooFarInTime, &|truck| alone(at_any_hour.as_ref(), truck)),
        (LeftOut::ReadyTooLate, &|truck| alone(back_at_any.as_ref(), truck)),
        (LeftOut::BackTooLate, &|truck| alone(None, truck)),
    ];
    for (reason, is_able) in tests {
        able.retain(|&truck| is_able(truck));
        if able.is_empty() {
            return reason;
        }
    }
    if frame.locked_to(call.id).is_some() {
        return LeftOut::OnLockedTruck;
    }
    let empty = changed(problem, |spot| (spot.brings, spot.fetches) = ([0, 0], [0, 0]));
    let has_time = |&truck: &usize| {
        let mut day = state.days[truck].clone();
        day.refresh(&empty, truck);
        scan::best(&empty, truck, &day, place, NONE.cost, None) != NONE
    };
    if able.iter().any(has_time) { LeftOut::NoRoomLeft } else { LeftOut::NoTimeLeft }
}

/// The same problem, had its calls asked for something else.
fn changed(problem: &Problem, change: fn(&mut Spot)) -> Problem {
    let mut spots = problem.spots.clone();
    spots.iter_mut().for_each(change);
    let (trucks, kept) = (problem.trucks.clone(), problem.kept.clone());
    Problem::new(spots, trucks, problem.pairs.clone(), problem.fits.clone(), kept)
}
