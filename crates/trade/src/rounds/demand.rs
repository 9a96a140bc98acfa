//! What the rounds of a day have to do: where trucks must call, with what, and what was fixed.

use std::collections::{BTreeMap, BTreeSet};

use super::awaited::{awaited, is_to_fetch};
use super::task::{Call, CallId, Load, Pause, PlannedRound, RoundLocks, RoundsTask, Truck, Window};
use crate::calendar::Day;
use crate::catalog::TemperatureClass;
use crate::denial::Denial;
use crate::id::{OrderLineId, ProducerId, ProductId, SiteId};
use crate::party::{Hours, Producer, Site, Vehicle, service_seconds};
use crate::register::Register;
use crate::sourcing::expected;
use crate::unit::{Grams, Qty};
use crate::week::Week;

/// A folding crate of 60 x 40 cm that comes back empty: about 1.7 kg, folded about 9 litres.
const CRATE: Load = Load { weight: Grams::new(1_700), litres: 9 };

/// At a farm, for a handful of crates.
const FARM_MINUTES: i64 = 15;

/// A farm has no rank among clients.
const FARM_PRIORITY: i64 = 2;

/// The day's calls: sites with what they may expect and have not been handed yet, so that rounds
/// can be made the evening before and again once all is sorted; farms whose goods we fetch and
/// have not received. Goods that were sold for the day are fetched before they are delivered.
pub fn task(week: &Week, day: Day) -> Result<RoundsTask, Denial> {
    let register = week.register();
    let (awaited, dock) = (awaited(week, day)?, &register.hub.dock);
    let mut calls = Vec::new();
    for (site, goods) in for_sites(week, day)? {
        let call = at_site(register, site, goods.brings(register), goods.needs_cold)?;
        let ready = awaited.sites.contains(&site).then(|| dock.fetched_ready());
        calls.push(Call { ready, ..call });
    }
    for (farm, goods) in at_farms(week, day)? {
        let call = at_farm(register.producer(farm)?, goods.brings(register), goods.needs_cold);
        let back_by = awaited.farms.contains(&farm).then(|| dock.fetched_by());
        calls.push(Call { back_by, ..call });
    }
    let locks = locks(week, day, &calls);
    let trucks = register.trucks().into_iter().map(truck).collect();
    Ok(RoundsTask { day, depot: register.hub.place, calls, trucks, locks })
}

/// The calls of a day that need a truck with cold, as [`task`] asks for it.
pub fn cold_calls(week: &Week, day: Day) -> Result<BTreeSet<CallId>, Denial> {
    let sites = for_sites(week, day)?.into_iter().map(|(site, goods)| (CallId::Site(site), goods));
    let farms = at_farms(week, day)?.into_iter().map(|(farm, goods)| (CallId::Farm(farm), goods));
    Ok(sites.chain(farms).filter(|(_, goods)| goods.needs_cold).map(|(call, _)| call).collect())
}

/// What is to be brought to a place.
#[derive(Default)]
struct Goods {
    weight: Grams,
    needs_cold: bool,
}

impl Goods {
    fn add(&mut self, register: &Register, product: ProductId, quantity: Qty) {
        if let Some(product) = register.products.get(&product) {
            self.weight = self.weight.plus(product.weight_of(quantity));
            self.needs_cold |= product.temperature == TemperatureClass::Chilled;
        }
    }

    fn brings(&self, register: &Register) -> Load {
        Load { weight: self.weight, litres: register.hub.dock.litres_of(self.weight) }
    }
}

/// What a site may expect of an order line and has not been handed.
pub(super) struct OpenLine {
    pub id: OrderLineId,
    pub site: SiteId,
    product: ProductId,
    left: Qty,
}

pub(super) fn open_lines(week: &Week, day: Day) -> Vec<OpenLine> {
    let mut handed: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for line in week.notes().iter().flat_map(|note| &note.lines) {
        let sum = handed.entry(line.order_line).or_default();
        *sum = sum.plus(line.loaded);
    }
    let mut open = Vec::new();
    for order in week.orders().iter().filter(|order| order.day == day) {
        for line in &order.lines {
            let id = order.line_id(line.rank);
            let gone = handed.get(&id).copied().unwrap_or(Qty::ZERO);
            let left = expected(week, id).minus(gone);
            if left > Qty::ZERO {
                open.push(OpenLine { id, site: order.site, product: line.product, left });
            }
        }
    }
    open
}

fn for_sites(week: &Week, day: Day) -> Result<BTreeMap<SiteId, Goods>, Denial> {
    let register = week.register();
    let mut sites: BTreeMap<SiteId, Goods> = BTreeMap::new();
    for OpenLine { site, product, left, .. } in open_lines(week, day) {
        register.product(product)?;
        sites.entry(site).or_default().add(register, product, left);
    }
    Ok(sites)
}

fn at_farms(week: &Week, day: Day) -> Result<BTreeMap<ProducerId, Goods>, Denial> {
    let register = week.register();
    let mut farms: BTreeMap<ProducerId, Goods> = BTreeMap::new();
    for purchase in week.purchase_lines_on(day) {
        if is_to_fetch(week, purchase.id)? {
            let goods = farms.entry(purchase.producer).or_default();
            goods.add(register, purchase.product, week.confirmed(purchase.id));
        }
    }
    Ok(farms)
}

/// A call with what is left there and fetched from there, as the register knows the place now,
/// whatever waits for it. Also for a stop that was accepted, to judge when it comes.
pub fn call(register: &Register, id: CallId, brings: Load, fetches: Load) -> Result<Call, Denial> {
    match id {
        CallId::Site(site) => Ok(Call { fetches, ..at_site(register, site, brings, false)? }),
        CallId::Farm(farm) => Ok(at_farm(register.producer(farm)?, fetches, false)),
    }
}

fn at_site(
    register: &Register,
    id: SiteId,
    brings: Load,
    needs_cold: bool,
) -> Result<Call, Denial> {
    let site: &Site = register.site(id)?;
    let empties = site.access.empties.max(0);
    let fetches =
        Load { weight: Grams::new(CRATE.weight.get() * empties), litres: CRATE.litres * empties };
    Ok(Call {
        id: CallId::Site(id),
        place: site.place,
        brings,
        fetches,
        windows: site.hours().into_iter().map(seconds).collect(),
        service: service_seconds(site.access.service_minutes, brings.weight),
        needs_cold,
        largest: site.access.largest,
        priority: site.access.priority,
        ready: None,
        back_by: None,
    })
}

fn at_farm(farm: &Producer, fetches: Load, needs_cold: bool) -> Call {
    Call {
        id: CallId::Farm(farm.id),
        place: farm.place,
        brings: Load::default(),
        fetches,
        windows: farm.carriage.hours.into_iter().map(seconds).collect(),
        service: service_seconds(FARM_MINUTES, fetches.weight),
        needs_cold,
        largest: None,
        priority: FARM_PRIORITY,
        ready: None,
        back_by: None,
    }
}

fn seconds(hours: Hours) -> Window {
    Window { from: hours.from * 60, to: hours.to * 60 }
}

fn truck(vehicle: &Vehicle) -> Truck {
    let duty = &vehicle.duty;
    Truck {
        id: vehicle.id,
        payload: vehicle.payload,
        litres: duty.litres,
        gross: vehicle.gross(),
        is_cold: vehicle.is_cold,
        shift: seconds(duty.shift),
        rounds_most: duty.rounds_most,
        turnaround: duty.turnaround_minutes * 60,
        pause: duty
            .rest
            .map(|rest| Pause { window: seconds(rest.window), lasts: rest.minutes * 60 }),
        per_km: duty.per_km,
        per_hour: duty.per_hour,
        per_day: duty.per_day,
    }
}

/// What was fixed of the rounds in force and is still to be done. A locked round of which a part
/// has gone keeps its truck for the rest; a truck that went out of use since holds nothing.
fn locks(week: &Week, day: Day, calls: &[Call]) -> RoundLocks {
    let open: BTreeSet<CallId> = calls.iter().map(|call| call.id).collect();
    let mut locks = RoundLocks::default();
    let can_drive = |vehicle| week.register().truck(vehicle).is_ok();
    for round in week.current_rounds(day).filter(|round| can_drive(round.vehicle)) {
        let is_whole = round.stops.iter().all(|stop| open.contains(&stop.call));
        match round.planned().filter(|_| round.is_locked && is_whole) {
            Some(planned) => locks.rounds.push(planned),
            None => {
                let fixed = round.stops.iter().filter(|stop| round.is_locked || stop.is_locked);
                let left = fixed.filter(|stop| open.contains(&stop.call));
                locks.trucks.extend(left.map(|stop| (stop.call, round.vehicle)));
            }
        }
    }
    locks
}

/// True when a round is one of those that were fixed: the same truck to the same places in turn.
pub(super) fn is_fixed(locks: &RoundLocks, round: &PlannedRound) -> bool {
    let ways = |round: &PlannedRound| -> Vec<CallId> {
        round.stops.iter().map(|stop| stop.call).collect()
    };
    let mut fixed = locks.rounds.iter();
    fixed.any(|one| one.vehicle == round.vehicle && ways(one) == ways(round))
}
