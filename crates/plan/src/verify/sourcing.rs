//! Checks sourcing plans: first that they may become purchases at all, then locks and farms of a
//! line ([`hands`]), then what they say: reasons and causes ([`words`]), values and bounds
//! ([`aims`]): the most that can be served and paid ([`most`]), the nearest to fair ([`bound`]).

mod aims;
mod bound;
mod free;
mod hands;
mod most;
mod pipes;
mod words;

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId, ProducerId, ProductId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{
    Aim, Cause, LockRule, Reason, SourcingLock, SourcingPlan, SourcingTask, Supply, Want,
};
use trade::unit::Qty;

/// Why a sourcing plan cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcingBreach {
    OtherDay,
    UnknownLine {
        line: OrderLineId,
    },
    UnknownOffer {
        offer: OfferId,
    },
    /// A part given or a part short that is zero or less.
    NotPositive {
        line: OrderLineId,
        quantity: Qty,
    },
    /// Other goods, another farm than the one named, or a farm that asks more than is paid.
    CannotServe {
        line: OrderLineId,
        offer: OfferId,
    },
    SplitPack {
        line: OrderLineId,
        offer: OfferId,
        quantity: Qty,
        pack: Qty,
    },
    Twice {
        line: OrderLineId,
        offer: OfferId,
    },
    Overdrawn {
        offer: OfferId,
        left: Qty,
        taken: Qty,
    },
    /// What is given and what is short are not what was sold.
    Unaccounted {
        line: OrderLineId,
        wanted: Qty,
        given: Qty,
        short: Qty,
    },
    /// Said to be short of at least one step while an offer that can serve still has as much.
    StillOffered {
        line: OrderLineId,
        short: Qty,
        offer: OfferId,
        left: Qty,
    },
    /// More farms than the line may have, though so many would be enough with what is left.
    TooManyFarms {
        line: OrderLineId,
        farms: usize,
        most: i64,
    },
    /// A lock that could have been kept, or was overstepped.
    LockBroken {
        line: OrderLineId,
        farm: ProducerId,
        given: Qty,
    },
    /// A number or a fact in a reason that the task does not bear out.
    FalseReason {
        line: OrderLineId,
        offer: OfferId,
        reason: Reason,
    },
    /// A cause that the task does not bear out.
    FalseCause {
        line: OrderLineId,
        cause: Cause,
    },
    /// A value or a bound of the report that is not what is found.
    FalseReport {
        aim: Aim,
        said: i64,
        found: i64,
    },
}

/// All breaches of a sourcing plan.
pub fn sourcing(task: &SourcingTask, plan: &SourcingPlan) -> Vec<SourcingBreach> {
    let wants: BTreeMap<OrderLineId, &Want> =
        task.wants.iter().map(|want| (want.order_line, want)).collect();
    let supplies: BTreeMap<OfferId, &Supply> =
        task.supplies.iter().map(|supply| (supply.offer, supply)).collect();
    let mut breaches = Vec::new();
    if plan.day != task.day {
        breaches.push(SourcingBreach::OtherDay);
    }
    let mut given: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    let mut taken: BTreeMap<OfferId, i64> = BTreeMap::new();
    let mut pairs: BTreeMap<(OrderLineId, OfferId), u32> = BTreeMap::new();
    for one in &plan.allotments {
        let (line, offer, quantity) = (one.order_line, one.offer, one.quantity);
        let Some(want) = wants.get(&line) else {
            breaches.push(SourcingBreach::UnknownLine { line });
            continue;
        };
        let Some(supply) = supplies.get(&offer) else {
            breaches.push(SourcingBreach::UnknownOffer { offer });
            continue;
        };
        breaches.extend(allotment(task, want, supply, quantity));
        *given.entry(line).or_default() += quantity.get();
        *taken.entry(offer).or_default() += quantity.get();
        let count = pairs.entry((line, offer)).or_default();
        *count += 1;
        if *count == 2 {
            breaches.push(SourcingBreach::Twice { line, offer });
        }
    }
    for (&offer, &taken) in &taken {
        let left = supplies[&offer].left;
        if taken > left.get() {
            breaches.push(SourcingBreach::Overdrawn { offer, left, taken: Qty::new(taken) });
        }
    }
    breaches.extend(accounts(plan, &wants, &given));
    breaches.extend(still_offered(task, &given, &taken));
    if breaches.is_empty() {
        breaches.extend(hands::check(task, plan));
        // A plan without a report is told by hand or by another planner, whose words are its own.
        if !plan.report.aims.is_empty() {
            let books = aims::books(task, plan);
            breaches.extend(words::check(task, plan, &books));
            breaches.extend(aims::check(task, plan, &books));
        }
    }
    breaches
}

fn allotment(
    task: &SourcingTask,
    want: &Want,
    supply: &Supply,
    quantity: Qty,
) -> Vec<SourcingBreach> {
    let (line, offer) = (want.order_line, supply.offer);
    let mut breaches = Vec::new();
    if quantity.get() <= 0 {
        breaches.push(SourcingBreach::NotPositive { line, quantity });
    }
    if !can_serve(want, supply) || locked(task, want, supply) == Some(LockRule::Nothing) {
        breaches.push(SourcingBreach::CannotServe { line, offer });
    }
    let pack = want.pack.size;
    if !want.pack.weighed && pack.get() > 0 && quantity.get() % pack.get() != 0 {
        breaches.push(SourcingBreach::SplitPack { line, offer, quantity, pack });
    }
    breaches
}

/// What a lock says of a line and the farm of an offer.
fn locked(task: &SourcingTask, want: &Want, supply: &Supply) -> Option<LockRule> {
    let same = |lock: &&SourcingLock| {
        lock.order_line == want.order_line && lock.producer == supply.producer
    };
    task.locks.iter().find(same).map(|lock| lock.rule)
}

/// True when an offer may be drawn from freely: it can serve, and no lock says how much.
fn is_free(task: &SourcingTask, want: &Want, supply: &Supply) -> bool {
    let lock = locked(task, want, supply);
    can_serve(want, supply) && matches!(lock, None | Some(LockRule::AtLeast(_)))
}

fn can_serve(want: &Want, supply: &Supply) -> bool {
    let is_other_farm =
        matches!(want.policy, LinePolicy::Named(producer) if producer != supply.producer);
    let are_other_goods = want.product != supply.product || want.labels != supply.labels;
    let is_outside = want.only.as_ref().is_some_and(|only| !only.contains(&supply.producer));
    !is_other_farm
        && !are_other_goods
        && !is_outside
        && supply.is_proven
        && supply.price <= want.cost
}

/// What every part of a want is a multiple of.
fn step(want: &Want) -> i64 {
    if want.pack.weighed { 1 } else { want.pack.size.get().max(1) }
}

/// Shortfalls that some offer could still have served.
fn still_offered(
    task: &SourcingTask,
    given: &BTreeMap<OrderLineId, i64>,
    taken: &BTreeMap<OfferId, i64>,
) -> Vec<SourcingBreach> {
    let mut rest: BTreeMap<ProductId, Vec<(&Supply, i64)>> = BTreeMap::new();
    for supply in &task.supplies {
        let left = supply.left.get() - taken.get(&supply.offer).copied().unwrap_or(0);
        rest.entry(supply.product).or_default().push((supply, left));
    }
    let mut breaches = Vec::new();
    for want in &task.wants {
        let line = want.order_line;
        let short = want.quantity.get() - given.get(&line).copied().unwrap_or(0);
        let step = step(want);
        if short < step {
            continue;
        }
        let offers = rest.get(&want.product).into_iter().flatten();
        let mut able = offers.filter(|(supply, left)| *left >= step && is_free(task, want, supply));
        if let Some((supply, left)) = able.next() {
            let (short, left) = (Qty::new(short), Qty::new(*left));
            let offer = supply.offer;
            breaches.push(SourcingBreach::StillOffered { line, short, offer, left });
        }
    }
    breaches
}

/// Every sold unit is either given or short, once.
fn accounts(
    plan: &SourcingPlan,
    wants: &BTreeMap<OrderLineId, &Want>,
    given: &BTreeMap<OrderLineId, i64>,
) -> Vec<SourcingBreach> {
    let mut short: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    let mut breaches = Vec::new();
    for one in &plan.shortfalls {
        if one.quantity.get() <= 0 {
            let (line, quantity) = (one.order_line, one.quantity);
            breaches.push(SourcingBreach::NotPositive { line, quantity });
        }
        if wants.contains_key(&one.order_line) {
            *short.entry(one.order_line).or_default() += one.quantity.get();
        } else {
            breaches.push(SourcingBreach::UnknownLine { line: one.order_line });
        }
    }
    for (&line, want) in wants {
        let given = given.get(&line).copied().unwrap_or(0);
        let short = short.get(&line).copied().unwrap_or(0);
        if given + short != want.quantity.get() {
            breaches.push(SourcingBreach::Unaccounted {
                line,
                wanted: want.quantity,
                given: Qty::new(given),
                short: Qty::new(short),
            });
        }
    }
    breaches
}
