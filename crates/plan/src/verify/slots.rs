//! What makes arrival slots unacceptable.

use std::collections::BTreeMap;

use trade::id::ProducerId;

use crate::slots::{Arrival, NoSlot, SlotsPlan, SlotsTask};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlotsBreach {
    UnknownFarm {
        farm: ProducerId,
    },
    /// Without a slot and not said to be, or with several.
    NotOnce {
        farm: ProducerId,
        times: usize,
    },
    /// Not on the grid, or not in its hours to its end.
    OutOfHours {
        farm: ProducerId,
        begins: i64,
    },
    /// Before our own truck is back with the goods.
    BeforeItsTruck {
        farm: ProducerId,
        begins: i64,
    },
    /// More unload at this time than there are doors.
    Crowded {
        at: i64,
        farms: usize,
    },
    /// Bumped though the dock has room nearer to what it likes.
    CouldBeNearer {
        farm: ProducerId,
        begins: i64,
    },
    /// Without a slot though one is free, or for a reason that does not hold.
    CouldCome {
        farm: ProducerId,
        reason: NoSlot,
    },
}

/// All breaches of a morning's slots.
pub fn slots(task: &SlotsTask, plan: &SlotsPlan) -> Vec<SlotsBreach> {
    let known: BTreeMap<ProducerId, &Arrival> =
        task.arrivals.iter().rev().map(|one| (one.farm, one)).collect();
    let mut times: BTreeMap<ProducerId, usize> = known.keys().map(|&farm| (farm, 0)).collect();
    let mut breaches = Vec::new();
    let named = plan.slots.iter().map(|(farm, _)| farm);
    for farm in named.chain(plan.without.iter().map(|(farm, _)| farm)) {
        match times.get_mut(farm) {
            Some(count) => *count += 1,
            None => breaches.push(SlotsBreach::UnknownFarm { farm: *farm }),
        }
    }
    let others = times.into_iter().filter(|(_, times)| *times != 1);
    breaches.extend(others.map(|(farm, times)| SlotsBreach::NotOnce { farm, times }));
    let taken: Vec<(&Arrival, i64)> =
        plan.slots.iter().filter_map(|(farm, at)| Some((*known.get(farm)?, *at))).collect();
    for &(arrival, begins) in &taken {
        breaches.extend(slot(task, &taken, arrival, begins));
    }
    for &(farm, reason) in &plan.without {
        let Some(arrival) = known.get(&farm) else { continue };
        if !holds(task, &taken, arrival, reason) {
            breaches.push(SlotsBreach::CouldCome { farm, reason });
        }
    }
    breaches
}

fn slot(
    task: &SlotsTask,
    taken: &[(&Arrival, i64)],
    arrival: &Arrival,
    begins: i64,
) -> Vec<SlotsBreach> {
    let farm = arrival.farm;
    let mut breaches = Vec::new();
    if !is_in_hours(task, arrival, begins) {
        breaches.push(SlotsBreach::OutOfHours { farm, begins });
    }
    if arrival.fetched.is_some_and(|back| begins < back) {
        breaches.push(SlotsBreach::BeforeItsTruck { farm, begins });
    }
    // The most are there when one has just begun.
    let farms = taken.iter().filter(|(other, at)| covers(task, other, *at, begins)).count();
    if farms > task.doors {
        breaches.push(SlotsBreach::Crowded { at: begins, farms });
    }
    let off = |at: i64| match (arrival.fetched, arrival.prefers) {
        (Some(back), _) => at - back,
        (None, Some(window)) if at < window.from => window.from - at,
        (None, Some(window)) if at > window.to => at - window.to,
        _ => 0,
    };
    let nearer = grid(task).filter(|&at| off(at) < off(begins));
    if free(task, taken, arrival, nearer) {
        breaches.push(SlotsBreach::CouldBeNearer { farm, begins });
    }
    breaches
}

fn grid(task: &SlotsTask) -> impl Iterator<Item = i64> {
    (task.open.from..task.open.to.max(task.fetched_to)).step_by(task.grid.max(1) as usize)
}

/// A slot takes whole steps of the grid, one at least.
fn end(task: &SlotsTask, arrival: &Arrival, begins: i64) -> i64 {
    let grid = task.grid.max(1);
    begins + grid * (arrival.unloading + grid - 1).div_euclid(grid).max(1)
}

fn covers(task: &SlotsTask, arrival: &Arrival, begins: i64, at: i64) -> bool {
    begins <= at && at < end(task, arrival, begins)
}

fn is_in_hours(task: &SlotsTask, arrival: &Arrival, begins: i64) -> bool {
    let is_on_grid = (begins - task.open.from).rem_euclid(task.grid.max(1)) == 0;
    let to = match arrival.fetched {
        Some(_) => task.open.to.max(task.fetched_to),
        None => task.open.to,
    };
    is_on_grid && begins >= task.open.from && end(task, arrival, begins) <= to
}

/// Whether a farm could have one of these begins, all others staying where they are.
fn free(
    task: &SlotsTask,
    taken: &[(&Arrival, i64)],
    arrival: &Arrival,
    mut begins: impl Iterator<Item = i64>,
) -> bool {
    begins.any(|begin| {
        let mut steps = (begin..end(task, arrival, begin)).step_by(task.grid.max(1) as usize);
        let others = |at: i64| {
            let own = arrival.farm;
            taken.iter().filter(|(o, from)| o.farm != own && covers(task, o, *from, at)).count()
        };
        is_in_hours(task, arrival, begin)
            && arrival.fetched.is_none_or(|back| begin >= back)
            && steps.all(|at| others(at) < task.doors)
    })
}

fn holds(task: &SlotsTask, taken: &[(&Arrival, i64)], arrival: &Arrival, reason: NoSlot) -> bool {
    let is_alone = || free(&SlotsTask { doors: 1, ..task.clone() }, &[], arrival, grid(task));
    match reason {
        NoSlot::NoDoor => task.doors == 0,
        NoSlot::TooLong => task.doors > 0 && !is_alone(),
        NoSlot::Full => task.doors > 0 && is_alone() && !free(task, taken, arrival, grid(task)),
    }
}
