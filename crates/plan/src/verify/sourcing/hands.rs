//! What the coordinator has settled, and how many farms a line has.

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId, ProducerId};
use trade::sourcing::{Allotment, LockRule, SourcingPlan, SourcingTask, Supply, Want};
use trade::unit::Qty;

use super::{SourcingBreach, can_serve, is_free, step};

/// Locks that are not kept, lines that come from more farms than they need.
pub(super) fn check(task: &SourcingTask, plan: &SourcingPlan) -> Vec<SourcingBreach> {
    let supplies: BTreeMap<OfferId, &Supply> =
        task.supplies.iter().map(|supply| (supply.offer, supply)).collect();
    let mut left: BTreeMap<OfferId, i64> =
        task.supplies.iter().map(|supply| (supply.offer, supply.left.get())).collect();
    let mut parts: BTreeMap<OrderLineId, Vec<&Allotment>> = BTreeMap::new();
    for one in &plan.allotments {
        *left.entry(one.offer).or_default() -= one.quantity.get();
        parts.entry(one.order_line).or_default().push(one);
    }
    let mut breaches = Vec::new();
    let mut by_goods: BTreeMap<_, Vec<&Supply>> = BTreeMap::new();
    for supply in &task.supplies {
        by_goods.entry((supply.product, supply.labels)).or_default().push(supply);
    }
    for want in &task.wants {
        let own = parts.get(&want.order_line).map(Vec::as_slice).unwrap_or_default();
        let known = by_goods.get(&(want.product, want.labels)).map(Vec::as_slice);
        let able = known.unwrap_or_default();
        breaches.extend(farms(task, want, own, able, &supplies, &left));
    }
    breaches.extend(locks(task, &parts, &supplies, &left));
    breaches
}

/// A line may have more farms than it should only where no so many have enough of what it has and
/// what is left.
fn farms(
    task: &SourcingTask,
    want: &Want,
    parts: &[&Allotment],
    goods: &[&Supply],
    supplies: &BTreeMap<OfferId, &Supply>,
    left: &BTreeMap<OfferId, i64>,
) -> Option<SourcingBreach> {
    let most = want.farms_most.max(1);
    if parts.len() as i64 <= most {
        return None;
    }
    let mut own: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for one in parts {
        *own.entry(supplies[&one.offer].producer).or_default() += one.quantity.get();
    }
    if own.len() as i64 <= most || task.locks.iter().any(|one| one.order_line == want.order_line) {
        return None;
    }
    let mut can = own.clone();
    for supply in goods.iter().filter(|supply| is_free(task, want, supply)) {
        let rest = left[&supply.offer];
        *can.entry(supply.producer).or_default() += rest - rest.rem_euclid(step(want));
    }
    let mut can: Vec<i64> = can.into_values().collect();
    can.sort_unstable_by_key(|has| -has);
    let enough = can.iter().take(most as usize).sum::<i64>() >= own.values().sum();
    let (line, farms) = (want.order_line, own.len());
    enough.then_some(SourcingBreach::TooManyFarms { line, farms, most })
}

fn locks(
    task: &SourcingTask,
    parts: &BTreeMap<OrderLineId, Vec<&Allotment>>,
    supplies: &BTreeMap<OfferId, &Supply>,
    left: &BTreeMap<OfferId, i64>,
) -> Vec<SourcingBreach> {
    let wants: BTreeMap<OrderLineId, &Want> = match task.locks.is_empty() {
        true => BTreeMap::new(),
        false => task.wants.iter().map(|want| (want.order_line, want)).collect(),
    };
    let mut breaches = Vec::new();
    for lock in &task.locks {
        let Some(&want) = wants.get(&lock.order_line) else { continue };
        let own = parts.get(&lock.order_line).map(Vec::as_slice).unwrap_or_default();
        let by_farm = own.iter().filter(|one| supplies[&one.offer].producer == lock.producer);
        let given: i64 = by_farm.map(|one| one.quantity.get()).sum();
        let served: i64 = own.iter().map(|one| one.quantity.get()).sum();
        let (least, most) = match lock.rule {
            LockRule::Exactly(quantity) => (quantity.get(), quantity.get()),
            LockRule::AtLeast(quantity) => (quantity.get(), i64::MAX),
            LockRule::Nothing => (0, 0),
        };
        let step = step(want);
        // More could only have come out of what the farm still has, or of what others bring.
        let has_more = task.supplies.iter().any(|supply| {
            supply.producer == lock.producer
                && can_serve(want, supply)
                && left[&supply.offer] >= step
        });
        let is_open = served - given >= step || want.quantity.get() - served >= step;
        let lacks = least - given >= step && has_more && is_open;
        if given > most || lacks {
            let (line, farm) = (lock.order_line, lock.producer);
            breaches.push(SourcingBreach::LockBroken { line, farm, given: Qty::new(given) });
        }
    }
    breaches
}
