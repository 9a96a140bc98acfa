//! What the coordinator settles by hand before a plan is accepted. A lock is a fact with a name
//! and a reason; it is never changed, only followed by another word for the same line and farm.

use std::collections::BTreeMap;

use super::task::{LockRule, SourcingLock};
use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{LineId, OrderLineId, ProducerId};
use crate::mercuriale::{joins, sellable};
use crate::offers::Stamp;
use crate::orders::Channel;
use crate::unit::{Qty, share};
use crate::week::Week;

/// A word about an order line and a farm (*verrou*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    pub order_line: OrderLineId,
    pub producer: ProducerId,
    /// `None`: what was said before no longer holds.
    pub rule: Option<LockRule>,
    pub reason: String,
    pub stamp: Stamp,
}

/// What a word is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockTarget {
    Line(OrderLineId),
    /// All order lines of a line of the price list on a day; a quantity is shared among them in
    /// proportion, in whole packs.
    Goods(LineId, Day),
}

/// A word as the coordinator asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locking {
    pub target: LockTarget,
    pub producer: ProducerId,
    pub rule: LockRule,
    pub reason: String,
}

/// An order line that still waits for a farm.
struct Open {
    id: OrderLineId,
    line: LineId,
    day: Day,
    wants: Qty,
}

/// What of the target is not sourced yet; the day must be closed.
fn open(week: &Week, target: LockTarget) -> Result<Vec<Open>, Denial> {
    let day = match target {
        LockTarget::Line(id) => week.order_line(id)?.0.day,
        LockTarget::Goods(_, day) => day,
    };
    if week.closing(day).is_none() {
        return Err(Denial::DayStillOpen { day });
    }
    let mut found = Vec::new();
    let orders = week.orders().iter();
    for order in orders.filter(|one| one.day == day && one.channel != Channel::Surplus) {
        for line in &order.lines {
            let id = order.line_id(line.rank);
            let is_meant = match target {
                LockTarget::Line(own) => own == id,
                LockTarget::Goods(goods, _) => goods == line.line,
            };
            let wants = week.ordered(id).minus(week.covered(id));
            if is_meant && wants > Qty::ZERO {
                found.push(Open { id, line: line.line, day, wants });
            }
        }
    }
    if found.is_empty() { Err(Denial::PlanEmpty { day }) } else { Ok(found) }
}

/// Settles what a farm brings of an order line, or of all lines of goods. Refused without a
/// reason, beyond what is wanted, and beyond what the farm still has for the goods and day.
pub fn lock(week: &Week, asked: &Locking, stamp: Stamp) -> Result<Vec<Lock>, Denial> {
    let reason = asked.reason.trim();
    if reason.is_empty() {
        return Err(Denial::ReasonMissing);
    }
    let open = open(week, asked.target)?;
    let rules = match asked.rule {
        LockRule::Nothing => vec![Some(LockRule::Nothing); open.len()],
        LockRule::Exactly(quantity) => {
            let parts = parts(week, asked, &open, quantity)?;
            parts.into_iter().map(|part| Some(LockRule::Exactly(part))).collect()
        }
        LockRule::AtLeast(quantity) => {
            let parts = parts(week, asked, &open, quantity)?;
            let rule = |part: Qty| (!part.is_zero()).then_some(LockRule::AtLeast(part));
            parts.into_iter().map(rule).collect()
        }
    };
    let known = current(week);
    let said = open.iter().zip(rules).filter_map(|(open, rule)| {
        let key = (open.id, asked.producer);
        // To take back what was never said is no word.
        let is_new = rule.is_some() || known.contains_key(&key);
        let (reason, stamp) = (reason.to_string(), stamp.clone());
        is_new.then_some(Lock { order_line: key.0, producer: key.1, rule, reason, stamp })
    });
    Ok(said.collect())
}

/// How a quantity is shared among the lines of a target.
fn parts(week: &Week, asked: &Locking, open: &[Open], all: Qty) -> Result<Vec<Qty>, Denial> {
    if all <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: all });
    }
    let line = open[0].line;
    let pack = week.publication().ok_or(Denial::NotPublished)?.line(line)?.pack;
    let below = sellable(all, pack);
    if below != all {
        let (pack, above) = (pack.size, below.plus(pack.size));
        return Err(Denial::NotWholePacks { line, asked: all, pack, below, above });
    }
    let spoken = spoken_for(week, asked.producer);
    let free = |open: &Open| {
        let spoken = spoken.get(&open.id).copied().unwrap_or(Qty::ZERO);
        open.wants.minus(spoken).max(Qty::ZERO)
    };
    let wants: Vec<Qty> = open.iter().map(free).collect();
    let wanted = Qty::total(wants.iter().copied());
    if all > wanted {
        return Err(Denial::PlanOverServes { line: open[0].id, wanted, given: all });
    }
    let left = offered(week, asked.producer, line, open[0].day)?.minus(held(week, asked, open));
    if all > left {
        return Err(Denial::LockAboveOffer { offered: left.max(Qty::ZERO), asked: all });
    }
    Ok(share(all, &wants, if pack.weighed { Qty::new(1) } else { pack.size }))
}

/// What of each order line other farms are to bring by words that hold.
fn spoken_for(week: &Week, producer: ProducerId) -> BTreeMap<OrderLineId, Qty> {
    let mut sums: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for lock in current(week).into_values().filter(|lock| lock.producer != producer) {
        let sum = sums.entry(lock.order_line).or_default();
        *sum = sum.plus(rest(week, lock).unwrap_or(Qty::ZERO));
    }
    sums
}

/// What a farm still has of what a line of the price list sells.
fn offered(week: &Week, farm: ProducerId, line: LineId, day: Day) -> Result<Qty, Denial> {
    let sold = week.publication().ok_or(Denial::NotPublished)?.line(line)?;
    let own = |offer: &&crate::offers::Offer| {
        offer.producer == farm && offer.day == day && joins(offer, sold)
    };
    let mut offers = week.current_offers().filter(own).peekable();
    if offers.peek().is_none() {
        return Err(Denial::LockWithoutOffer { producer: farm, product: sold.product });
    }
    Ok(Qty::total(offers.map(|offer| week.offer_left(offer))))
}

/// What other words already take of the same farm and goods.
fn held(week: &Week, asked: &Locking, open: &[Open]) -> Qty {
    let is_other = |lock: &&Lock| {
        let line = week.order_line(lock.order_line).map(|(order, line)| (order.day, line.line));
        lock.producer == asked.producer
            && line == Ok((open[0].day, open[0].line))
            && open.iter().all(|open| open.id != lock.order_line)
    };
    let locks = current(week).into_values();
    Qty::total(locks.filter(is_other).filter_map(|lock| rest(week, lock)))
}

/// Takes back what was said of the lines of a target and a farm.
pub fn unlock(
    week: &Week,
    target: LockTarget,
    producer: ProducerId,
    stamp: Stamp,
) -> Result<Vec<Lock>, Denial> {
    let mut said = Vec::new();
    for lock in current(week).into_values().filter(|lock| lock.producer == producer) {
        let (order, line) = week.order_line(lock.order_line)?;
        let is_meant = match target {
            LockTarget::Line(own) => own == lock.order_line,
            LockTarget::Goods(goods, day) => (goods, day) == (line.line, order.day),
        };
        if is_meant {
            let (order_line, stamp) = (lock.order_line, stamp.clone());
            said.push(Lock { order_line, producer, rule: None, reason: String::new(), stamp });
        }
    }
    Ok(said)
}

/// The last word for each order line and farm, where one holds.
pub fn current(week: &Week) -> BTreeMap<(OrderLineId, ProducerId), &Lock> {
    let words = week.locks().iter().map(|lock| ((lock.order_line, lock.producer), lock));
    let mut last: BTreeMap<_, &Lock> = words.collect();
    last.retain(|_, lock| lock.rule.is_some());
    last
}

/// What of a lock no accepted plan has ordered yet; `None` where it asks for no quantity.
fn rest(week: &Week, lock: &Lock) -> Option<Qty> {
    let (LockRule::Exactly(quantity) | LockRule::AtLeast(quantity)) = lock.rule? else {
        return None;
    };
    let is_own = |one: &&super::Allocation| {
        let purchase = week.purchase_line(one.purchase_line);
        purchase.is_ok_and(|purchase| purchase.producer == lock.producer)
    };
    let ordered = week.allocations_for(lock.order_line).filter(is_own);
    let ordered = Qty::total(ordered.map(|one| one.quantity));
    Some(quantity.minus(ordered).max(Qty::ZERO))
}

/// The locks of a day as a planner takes them: less what is ordered already.
pub fn locks(week: &Week, day: Day) -> Vec<SourcingLock> {
    let of_day =
        |lock: &&Lock| week.order_line(lock.order_line).is_ok_and(|(order, _)| order.day == day);
    let told = |lock: &Lock| {
        let rest = rest(week, lock);
        let rule = match (lock.rule?, rest) {
            (LockRule::Exactly(_), Some(rest)) if !rest.is_zero() => LockRule::Exactly(rest),
            (LockRule::AtLeast(_), Some(rest)) if !rest.is_zero() => LockRule::AtLeast(rest),
            (LockRule::AtLeast(_), _) => return None,
            _ => LockRule::Nothing,
        };
        let Lock { order_line, producer, ref reason, ref stamp, .. } = *lock;
        let (by, reason) = (stamp.by.clone(), reason.clone());
        Some(SourcingLock { order_line, producer, rule, by, reason })
    };
    current(week).into_values().filter(of_day).filter_map(told).collect()
}
