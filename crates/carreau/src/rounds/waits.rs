//! What a round waits for at the dock, and what is late on it.

use trade::Week;
use trade::party::DockRules;
use trade::rounds::{self, Awaited, Call, CallId, Round, RoundLocks, RoundsTask, Stop};

use super::views::clock;
use crate::failure::Failure;
use crate::ui::fr;

/// Seconds by which a stop is late: behind the hours of its place, and at the dock with what is
/// fetched there for the same day. 0 in time, or without times.
#[derive(Default)]
pub struct Lateness {
    pub at_place: i64,
    pub at_dock: i64,
}

impl Lateness {
    pub fn of(
        week: &Week,
        awaited: &Awaited,
        round: &Round,
        stop: &Stop,
    ) -> Result<Lateness, Failure> {
        let (Some(planned), Some(times)) = (stop.planned(), round.times) else {
            return Ok(Lateness::default());
        };
        let register = week.register();
        // What was handed over is in no task of the day any more: the stop makes one of its own.
        let call = rounds::call(register, stop.call, stop.brings, stop.fetches)?;
        let is_awaited = matches!(stop.call, CallId::Farm(farm) if awaited.farms.contains(&farm));
        let back_by = is_awaited.then(|| register.hub.dock.fetched_by());
        let task = RoundsTask {
            day: round.day,
            depot: register.hub.place,
            calls: vec![Call { back_by, ..call }],
            trucks: Vec::new(),
            locks: RoundLocks::default(),
        };
        Ok(Lateness {
            at_place: plan::rounds::late_by(&task, &planned),
            at_dock: plan::rounds::back_late_by(&task, &planned, times.back),
        })
    }

    pub fn seconds(&self) -> i64 {
        self.at_place.max(self.at_dock)
    }
}

/// What is said of a round with goods that are still to be fetched, and whether it leaves before
/// they are sorted; `None` when it waits for nothing.
pub fn said(awaited: &Awaited, dock: &DockRules, round: &Round) -> Option<(String, bool)> {
    let mut sites = round.stops.iter().filter_map(Stop::site);
    if !sites.any(|site| awaited.sites.contains(&site)) {
        return None;
    }
    let ready = dock.fetched_ready();
    let hour = clock(ready);
    Some(match round.times.is_some_and(|times| times.leaves < ready) {
        true => (format!("Part sans la ramasse du matin, qui n'est triée qu'à {hour}."), true),
        false => (fr::typeset(&format!("Attend la ramasse du matin : départ dès {hour}.")), false),
    })
}
