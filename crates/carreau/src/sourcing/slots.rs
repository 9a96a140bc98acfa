//! When each farm comes to the dock on a day, so that no more unload at once than there are doors.
//! Computed anew from what is bought, wished and set; it is no promise that the program keeps.

use std::collections::BTreeMap;

use plan::slots::{Arrival, NoSlot, SlotsPlan, SlotsTask, bump, slots};
use trade::Week;
use trade::calendar::Day;
use trade::id::ProducerId;
use trade::party::{Producer, unloading_seconds};
use trade::rounds::{CallId, Window};
use trade::unit::Grams;

use crate::failure::Failure;
use crate::ui::fr;

/// A farm's place in the morning.
pub struct Slot {
    /// `5 h 15 – 5 h 30`; empty without one.
    pub said: String,
    /// Why it has none, how far it is from what the farm likes, or that we fetch.
    pub note: String,
    pub is_wrong: bool,
}

/// The slots of the farms that are bought from for a day.
pub fn of_day(week: &Week, day: Day) -> Result<BTreeMap<ProducerId, Slot>, Failure> {
    let register = week.register();
    let mut loads: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for line in week.purchase_lines_on(day) {
        let weight = register.product(line.product)?.weight_of(week.confirmed(line.id));
        *loads.entry(line.producer).or_default() += weight.get();
    }
    let mut told = BTreeMap::new();
    let mut arrivals = Vec::new();
    for (id, load) in loads.into_iter().filter(|(_, load)| *load > 0) {
        let farm = register.producer(id)?;
        match arrival(week, day, farm, Grams::new(load)) {
            Some(arrival) => arrivals.push(arrival),
            None => drop(told.insert(id, without("à aller chercher, sans tournée encore"))),
        }
    }
    let rules = &register.hub.dock;
    let open = Window { from: rules.hours.from * 60, to: rules.hours.to * 60 };
    let doors = usize::try_from(rules.doors).unwrap_or(0);
    let task = SlotsTask {
        open,
        // What our trucks fetch for the same day is unloaded while the rest is sorted.
        fetched_to: rules.fetched_ready(),
        doors,
        grid: rules.slot_minutes * 60,
        arrivals,
    };
    let plan = verified(&task, slots(&task))?;
    for (id, begins) in plan.slots {
        let arrival = task.arrivals.iter().find(|one| one.farm == id);
        told.extend(arrival.map(|arrival| (id, slot(arrival, begins, task.grid))));
    }
    told.extend(plan.without.into_iter().map(|(id, why)| (id, without(reason(why)))));
    Ok(told)
}

/// A planner's mistake must never send two farms to one door.
fn verified(task: &SlotsTask, plan: SlotsPlan) -> Result<SlotsPlan, Failure> {
    let breaches = plan::verify::slots(task, &plan);
    match breaches.is_empty() {
        true => Ok(plan),
        false => Err(anyhow::anyhow!("créneaux refusés par la vérification : {breaches:?}").into()),
    }
}

/// How a farm's goods come; `None` when we fetch them and no round does it yet.
fn arrival(week: &Week, day: Day, farm: &Producer, weight: Grams) -> Option<Arrival> {
    let wish = farm.carriage.hours;
    let fetched = match farm.carriage.is_fetched {
        true => {
            let mut rounds = week.current_rounds(day);
            let call = CallId::Farm(farm.id);
            let own = rounds.find(|round| round.stops.iter().any(|stop| stop.call == call))?;
            Some(own.times?.back)
        }
        false => None,
    };
    Some(Arrival {
        farm: farm.id,
        unloading: unloading_seconds(weight),
        prefers: wish.map(|hours| Window { from: hours.from * 60, to: hours.to * 60 }),
        fetched,
    })
}

fn slot(arrival: &Arrival, begins: i64, grid: i64) -> Slot {
    let steps = (arrival.unloading + grid - 1) / grid.max(1);
    let ends = begins + steps.max(1) * grid;
    let minutes = bump(arrival, begins) / 60;
    let note = match (arrival.fetched, minutes) {
        (Some(_), _) => "par notre camion".into(),
        (None, 0) => String::new(),
        (None, minutes) => format!("à {minutes}\u{a0}min de ce qu'elle préfère"),
    };
    let said = format!("{} – {}", fr::time(begins / 60), fr::time(ends / 60));
    Slot { said, note, is_wrong: false }
}

fn without(why: &str) -> Slot {
    Slot { said: String::new(), note: why.into(), is_wrong: true }
}

fn reason(why: NoSlot) -> &'static str {
    match why {
        NoSlot::NoDoor => "le quai n'a pas de porte",
        NoSlot::TooLong => "plus long à décharger que ce qui reste d'ouverture du quai",
        NoSlot::Full => "toutes les portes sont prises",
    }
}

#[cfg(test)]
mod tests {
    use plan::slots::{Arrival, SlotsPlan, SlotsTask, slots};
    use trade::id::ProducerId;
    use trade::rounds::Window;

    use super::verified;

    fn arrival(farm: &str) -> Arrival {
        let farm = ProducerId::parse(farm).expect("a farm");
        Arrival { farm, unloading: 900, prefers: None, fetched: None }
    }

    /// Two farms of a quarter of an hour each, at one door.
    fn task() -> SlotsTask {
        SlotsTask {
            open: Window { from: 14_400, to: 18_000 },
            fetched_to: 18_000,
            doors: 1,
            grid: 300,
            arrivals: vec![arrival("garrigues"), arrival("vidourle")],
        }
    }

    #[test]
    fn a_plan_that_sends_two_farms_to_one_door_is_refused() {
        let task = task();
        let good = slots(&task);
        assert_eq!(verified(&task, good.clone()).expect("a good plan"), good);
        let begins = |one: &Arrival| (one.farm, 14_400);
        let crowded = task.arrivals.iter().map(begins).collect();
        let crowded = SlotsPlan { slots: crowded, without: Vec::new() };
        let refused = verified(&task, crowded).expect_err("two at one door");
        assert!(format!("{refused:?}").contains("Crowded"), "{refused:?}");
        // Nor may a farm be forgotten.
        assert!(verified(&task, SlotsPlan::default()).is_err());
    }
}
