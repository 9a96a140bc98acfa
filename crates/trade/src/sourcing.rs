//! Step 5, sourcing: each sold line is split over farms; what is purchased is what was sold.
//!
//! A planner (crate `plan`) turns a [`SourcingTask`] into a [`SourcingPlan`]; its verifier checks
//! it; the coordinator accepts; [`accept`] makes the purchases. A later plan for the same day
//! only adds what is still missing, after farms have reduced.

pub mod confirm;
pub mod lock;
pub mod plan;
pub mod setting;
pub mod shortage;
pub mod task;

use std::collections::BTreeMap;

pub use self::confirm::{
    Confirmation, SharedBy, Sharing, confirm, confirm_shared, effective, share_out, split,
};
pub use self::lock::{Lock, LockTarget, Locking, lock, locks, unlock};
pub use self::plan::{Aim, AimValue, Allotment, Cause, Reason, Report, Shortfall, SourcingPlan};
pub use self::setting::SourcingSetting;
pub use self::task::{
    FarmDay, LockRule, Season, SeasonRow, SourcingLock, SourcingRules, SourcingTask, Supply, Want,
    task,
};

use crate::calendar::Day;
use crate::catalog::{Labels, Pack};
use crate::denial::Denial;
use crate::id::{LineId, OfferId, OrderLineId, PlanId, ProducerId, ProductId, PurchaseLineId};
use crate::mercuriale::joins;
use crate::offers::Stamp;
use crate::unit::{Price, Qty};
use crate::week::Week;

/// Part of an order line that a purchase line brings (*affectation*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    pub order_line: OrderLineId,
    pub purchase_line: PurchaseLineId,
    pub quantity: Qty,
    pub reason: Reason,
}

/// What the hub orders from a farm: exactly the sum of its allocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseLine {
    pub id: PurchaseLineId,
    pub producer: ProducerId,
    pub day: Day,
    pub offer: OfferId,
    /// The line of the price list that sold the goods and fixes the farm price.
    pub line: LineId,
    pub product: ProductId,
    pub labels: Labels,
    pub pack: Pack,
    pub quantity: Qty,
    pub price: Price,
}

/// A plan that the coordinator accepted, with the purchases that it makes. Never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedPlan {
    pub id: PlanId,
    pub day: Day,
    pub stamp: Stamp,
    pub purchases: Vec<PurchaseLine>,
    pub allocations: Vec<Allocation>,
    pub shortfalls: Vec<Shortfall>,
}

/// Turns a verified plan into purchases. Checks again, with code of its own, that nothing is
/// served beyond what was sold or drawn beyond what was offered.
pub fn accept(week: &Week, plan: &SourcingPlan, stamp: Stamp) -> Result<AcceptedPlan, Denial> {
    if week.closing(plan.day).is_none() {
        return Err(Denial::DayStillOpen { day: plan.day });
    }
    if plan.allotments.is_empty() && is_known(week, plan) {
        return Err(Denial::PlanEmpty { day: plan.day });
    }
    check_totals(week, plan)?;
    let first_id = week.purchase_lines().len() as i64 + 1;
    let mut purchases: Vec<PurchaseLine> = Vec::new();
    let mut at: BTreeMap<(OfferId, LineId), usize> = BTreeMap::new();
    let mut allocations = Vec::with_capacity(plan.allotments.len());
    for allotment in &plan.allotments {
        let (_, order_line) = week.order_line(allotment.order_line)?;
        let index = match at.get(&(allotment.offer, order_line.line)) {
            Some(&index) => index,
            None => {
                let id = PurchaseLineId(first_id + purchases.len() as i64);
                purchases.push(purchase_line(week, plan.day, allotment, id)?);
                at.insert((allotment.offer, order_line.line), purchases.len() - 1);
                purchases.len() - 1
            }
        };
        let purchase = &mut purchases[index];
        purchase.quantity = purchase.quantity.plus(allotment.quantity);
        allocations.push(Allocation {
            order_line: allotment.order_line,
            purchase_line: purchase.id,
            quantity: allotment.quantity,
            reason: allotment.reason.clone(),
        });
    }
    Ok(AcceptedPlan {
        id: PlanId(week.plans().len() as i64 + 1),
        day: plan.day,
        stamp,
        purchases,
        allocations,
        shortfalls: plan.shortfalls.clone(),
    })
}

/// What an order line can count on: what was sorted for it once all its goods are in, before that
/// its parts of what farms confirmed.
pub fn expected(week: &Week, line: OrderLineId) -> Qty {
    let purchases = || week.allocations_for(line).map(|part| part.purchase_line);
    let is_in =
        |id: PurchaseLineId| week.confirmed(id).is_zero() || week.receipts_of(id).next().is_some();
    let is_empty = |id: PurchaseLineId| {
        week.receipts_of(id).all(|receipt| week.receipt_left(receipt).is_zero())
    };
    let sorted = week.sorted_for(line);
    if purchases().all(is_in) && (!sorted.is_zero() || purchases().all(is_empty)) {
        return sorted;
    }
    Qty::total(week.allocations_for(line).map(|part| expected_part(week, part)))
}

/// The part of an allocation in what its farm confirmed.
pub fn expected_part(week: &Week, part: &Allocation) -> Qty {
    let Ok(purchase) = week.purchase_line(part.purchase_line) else { return Qty::ZERO };
    if week.sharing(purchase.id).is_some() {
        return confirm::shared_part(week, purchase, part);
    }
    let (confirmed, asked) = (week.confirmed(purchase.id).get(), purchase.quantity.get());
    // A farm that brings more brings it to nobody before it is sorted.
    let share = i128::from(part.quantity.get()) * i128::from(confirmed.min(asked));
    Qty::new((share / i128::from(asked.max(1))) as i64)
}

/// True when the day's last plan tells the same shortfalls, whatever their cause is by now.
fn is_known(week: &Week, plan: &SourcingPlan) -> bool {
    let told = |shortfalls: &[Shortfall]| -> Vec<(OrderLineId, Qty)> {
        shortfalls.iter().map(|short| (short.order_line, short.quantity)).collect()
    };
    let last = week.plans().iter().rfind(|last| last.day == plan.day);
    let known = last.map(|last| told(&last.shortfalls)).unwrap_or_default();
    known == told(&plan.shortfalls)
}

fn purchase_line(
    week: &Week,
    day: Day,
    allotment: &Allotment,
    id: PurchaseLineId,
) -> Result<PurchaseLine, Denial> {
    let (order, order_line) = week.order_line(allotment.order_line)?;
    let offer = week.offer(allotment.offer)?;
    let publication = week.publication().ok_or(Denial::NotPublished)?;
    let line = publication.line(order_line.line)?;
    if order.day != day || offer.day != day || !joins(offer, line) {
        let Allotment { order_line, offer, .. } = *allotment;
        return Err(Denial::PlanMismatch { line: order_line, offer });
    }
    Ok(PurchaseLine {
        id,
        producer: offer.producer,
        day,
        offer: offer.id,
        line: line.id,
        product: line.product,
        labels: line.labels,
        pack: line.pack,
        quantity: Qty::ZERO,
        price: line.cost,
    })
}

fn check_totals(week: &Week, plan: &SourcingPlan) -> Result<(), Denial> {
    let mut given: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    let mut taken: BTreeMap<OfferId, Qty> = BTreeMap::new();
    for allotment in &plan.allotments {
        if allotment.quantity <= Qty::ZERO {
            return Err(Denial::QuantityNotPositive { quantity: allotment.quantity });
        }
        let sum = given.entry(allotment.order_line).or_default();
        *sum = sum.plus(allotment.quantity);
        let sum = taken.entry(allotment.offer).or_default();
        *sum = sum.plus(allotment.quantity);
    }
    for (&line, &given) in &given {
        week.order_line(line)?;
        let wanted = week.ordered(line).minus(week.covered(line));
        if given > wanted {
            return Err(Denial::PlanOverServes { line, wanted, given });
        }
    }
    for (&offer, &taken) in &taken {
        let left = week.offer_left(week.offer(offer)?);
        if taken > left {
            return Err(Denial::PlanOverdraws { offer, left, taken });
        }
    }
    Ok(())
}
