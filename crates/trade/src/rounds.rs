//! Step 7, rounds: which truck goes where, what each site was delivered, refused or missed.

pub mod claim;
pub mod task;

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{NoteId, OrderLineId, ReceiptId, RoundId, SiteId, SortingId, VehicleId};
use crate::offers::Stamp;
use crate::party::Place;
use crate::unit::{Grams, Qty};
use crate::week::Week;

/// What a site is to be brought on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    pub site: SiteId,
    pub place: Place,
    pub load: Grams,
    pub opens_minute: i64,
    pub closes_minute: i64,
}

/// All that a rounds planner may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundsTask {
    pub day: Day,
    pub depot: Place,
    pub drops: Vec<Drop>,
    /// Trucks in order of preference.
    pub vehicles: Vec<(VehicleId, Grams)>,
}

/// A truck's way: the sites in order, with the metres from the place before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRound {
    pub vehicle: VehicleId,
    pub stops: Vec<(SiteId, i64)>,
    /// Metres from the last site back to the dock.
    pub metres_back: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub site: SiteId,
    pub metres: i64,
    pub load: Grams,
}

/// A truck's way that was accepted. A later version for the same day takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub id: RoundId,
    pub day: Day,
    pub version: i64,
    pub vehicle: VehicleId,
    pub stops: Vec<Stop>,
    pub metres_back: i64,
    pub stamp: Stamp,
}

impl Round {
    pub fn load(&self) -> Grams {
        Grams::total(self.stops.iter().map(|stop| stop.load))
    }

    pub fn metres(&self) -> i64 {
        self.metres_back + self.stops.iter().map(|stop| stop.metres).sum::<i64>()
    }
}

/// One sorting as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLine {
    pub sorting: SortingId,
    pub order_line: OrderLineId,
    pub receipt: ReceiptId,
    pub loaded: Qty,
    /// Turned away by the buyer (*refus*); comes back and must be resolved.
    pub refused: Qty,
    /// Loaded but not there.
    pub missing: Qty,
    pub reason: String,
}

impl NoteLine {
    pub fn delivered(&self) -> Qty {
        self.loaded.minus(self.refused).minus(self.missing)
    }
}

/// The signed delivery note of one site and day (*bon de livraison*). Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNote {
    pub id: NoteId,
    pub day: Day,
    pub site: SiteId,
    pub round: Option<RoundId>,
    pub signed_by: String,
    pub lines: Vec<NoteLine>,
    pub stamp: Stamp,
}

/// What the buyer did not take of one order line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverGap {
    pub order_line: OrderLineId,
    pub refused: Qty,
    pub missing: Qty,
    pub reason: String,
}

/// The day's drops, from what was sorted and not yet delivered.
pub fn task(week: &Week, day: Day) -> Result<RoundsTask, Denial> {
    let register = week.register();
    let mut loads: BTreeMap<SiteId, Grams> = BTreeMap::new();
    for sorting in week.sortings_to_deliver(day) {
        let (order, line) = week.order_line(sorting.order_line)?;
        let weight = register.product(line.product)?.weight_of(sorting.quantity);
        let load = loads.entry(order.site).or_default();
        *load = load.plus(weight);
    }
    let mut drops = Vec::with_capacity(loads.len());
    for (site, load) in loads {
        let known = register.site(site)?;
        drops.push(Drop {
            site,
            place: known.place,
            load,
            opens_minute: known.opens_minute,
            closes_minute: known.closes_minute,
        });
    }
    let vehicles = register.vehicles.values().map(|vehicle| (vehicle.id, vehicle.payload));
    Ok(RoundsTask { day, depot: register.hub.place, drops, vehicles: vehicles.collect() })
}

/// Accepts the day's rounds, made by hand or by a planner: each drop once at most, no truck over
/// its payload. A truck may go out more than once.
pub fn accept(
    week: &Week,
    task: &RoundsTask,
    planned: &[PlannedRound],
    stamp: Stamp,
) -> Result<Vec<Round>, Denial> {
    let loads: BTreeMap<SiteId, Grams> =
        task.drops.iter().map(|drop| (drop.site, drop.load)).collect();
    let mut seen: BTreeMap<SiteId, ()> = BTreeMap::new();
    let version = week.rounds_version(task.day) + 1;
    let first = week.rounds().len() as i64 + 1;
    let mut rounds = Vec::with_capacity(planned.len());
    for (at, round) in planned.iter().enumerate() {
        let mut stops = Vec::with_capacity(round.stops.len());
        for &(site, metres) in &round.stops {
            let nothing = Denial::NothingToDeliver { site, day: task.day };
            let load = *loads.get(&site).ok_or(nothing)?;
            if seen.insert(site, ()).is_some() {
                return Err(Denial::SiteTwice { site });
            }
            stops.push(Stop { site, metres, load });
        }
        let known = week.register().vehicles.get(&round.vehicle);
        let vehicle = known.ok_or(Denial::UnknownVehicle { vehicle: round.vehicle })?;
        let load = Grams::total(stops.iter().map(|stop| stop.load));
        if load > vehicle.payload {
            let payload = vehicle.payload;
            return Err(Denial::TooHeavy { vehicle: vehicle.id, payload, load });
        }
        rounds.push(Round {
            id: RoundId(first + at as i64),
            day: task.day,
            version,
            vehicle: round.vehicle,
            stops,
            metres_back: round.metres_back,
            stamp: stamp.clone(),
        });
    }
    Ok(rounds)
}

/// Hands over all that was sorted for a site on a day, less what was refused or missing.
pub fn deliver(
    week: &Week,
    site: SiteId,
    day: Day,
    gaps: &[HandoverGap],
    signed_by: &str,
    stamp: Stamp,
) -> Result<DeliveryNote, Denial> {
    week.register().site(site)?;
    let mut lines = Vec::new();
    for sorting in week.sortings_for(site, day) {
        if week.note_line(sorting.id).is_err() {
            lines.push(NoteLine {
                sorting: sorting.id,
                order_line: sorting.order_line,
                receipt: sorting.receipt,
                loaded: sorting.quantity,
                refused: Qty::ZERO,
                missing: Qty::ZERO,
                reason: String::new(),
            });
        }
    }
    if lines.is_empty() {
        return Err(Denial::NothingToDeliver { site, day });
    }
    for gap in gaps {
        apply_gap(&mut lines, gap)?;
    }
    let round =
        week.current_rounds(day).find(|round| round.stops.iter().any(|stop| stop.site == site));
    Ok(DeliveryNote {
        id: NoteId(week.notes().len() as i64 + 1),
        day,
        site,
        round: round.map(|round| round.id),
        signed_by: signed_by.to_string(),
        lines,
        stamp,
    })
}

/// Spreads a gap over the batches of its order line, in order.
fn apply_gap(lines: &mut [NoteLine], gap: &HandoverGap) -> Result<(), Denial> {
    if gap.refused < Qty::ZERO || gap.missing < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: gap.refused.min(gap.missing) });
    }
    if gap.reason.trim().is_empty() {
        return Err(Denial::ReasonMissing);
    }
    let own = |line: &&NoteLine| line.order_line == gap.order_line;
    let loaded = Qty::total(lines.iter().filter(own).map(NoteLine::delivered));
    let asked = gap.refused.plus(gap.missing);
    if asked > loaded {
        return Err(Denial::NotLoaded { line: gap.order_line, loaded, asked });
    }
    let (mut refused, mut missing) = (gap.refused, gap.missing);
    for line in lines.iter_mut().filter(|line| line.order_line == gap.order_line) {
        let part = refused.min(line.delivered());
        line.refused = line.refused.plus(part);
        refused = refused.minus(part);
        let part = missing.min(line.delivered());
        line.missing = line.missing.plus(part);
        missing = missing.minus(part);
        line.reason = gap.reason.clone();
    }
    Ok(())
}

/// Hands one sorting over at the dock, to a buyer who fetches it.
pub fn hand_over(
    week: &Week,
    sorting: SortingId,
    signed_by: &str,
    stamp: Stamp,
) -> Result<DeliveryNote, Denial> {
    let known = week.sorting(sorting)?;
    let (order, _) = week.order_line(known.order_line)?;
    if week.note_line(sorting).is_ok() {
        return Err(Denial::NothingToDeliver { site: order.site, day: order.day });
    }
    let line = NoteLine {
        sorting,
        order_line: known.order_line,
        receipt: known.receipt,
        loaded: known.quantity,
        refused: Qty::ZERO,
        missing: Qty::ZERO,
        reason: String::new(),
    };
    Ok(DeliveryNote {
        id: NoteId(week.notes().len() as i64 + 1),
        day: order.day,
        site: order.site,
        round: None,
        signed_by: signed_by.to_string(),
        lines: vec![line],
        stamp,
    })
}
