//! The greedy planner: each line of the price list by itself, farms by their fair part of the
//! season, buyers alike when there is not enough.
//!
//! Equal wants are planned together, so that the work grows with the lines of the price list and
//! not with buyers times farms. It knows neither locks nor origins, trips or other numbers of
//! farms than two: it is what other planners are measured by. Steps for one line:
//! 1. how much can be served: what is sold, or all that is offered, in whole packs;
//! 2. how much each farm brings: what brings it to its goal of the season, then in proportion of
//!    what it still has;
//! 3. how much each buyer gets: promises first, then in proportion, in whole packs;
//! 4. who serves whom: each buyer from one farm where one is enough, from two where two are, even
//!    if a farm then brings more than its part: the season sets it right next week.

mod farms;

use std::collections::BTreeMap;

use trade::mercuriale::LinePolicy;
use trade::sourcing::{Allotment, Cause, Report, Shortfall, SourcingPlan, SourcingTask, Want};
use trade::unit::{Qty, share};

use super::SourcingPlanner;
use super::model::serves;
use farms::{Cut, draw, farms, reason};

/// The planner of this module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Greedy;

impl SourcingPlanner for Greedy {
    fn plan(&self, task: &SourcingTask) -> SourcingPlan {
        greedy(task)
    }
}

/// Plans by the greedy rules above.
pub fn greedy(task: &SourcingTask) -> SourcingPlan {
    let mut left: Vec<i64> = task.supplies.iter().map(|supply| supply.left.get()).collect();
    let mut order: Vec<usize> = (0..task.supplies.len()).collect();
    order.sort_by_key(|&at| (task.supplies[at].producer, task.supplies[at].offer));
    let mut by_goods: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for at in order {
        let supply = &task.supplies[at];
        by_goods.entry((supply.product, supply.labels)).or_default().push(at);
    }
    let mut plan = SourcingPlan {
        day: task.day,
        allotments: Vec::new(),
        shortfalls: Vec::new(),
        report: Report::default(),
    };
    for wants in lines(task) {
        let goods = (wants[0].product, wants[0].labels);
        let known = by_goods.get(&goods).map(Vec::as_slice).unwrap_or_default();
        let farms: Vec<usize> =
            known.iter().copied().filter(|&at| serves(&task.supplies[at], wants[0])).collect();
        plan_line(task, &wants, &farms, &mut left, &mut plan);
    }
    plan.allotments.sort_by_key(|allotment| (allotment.order_line, allotment.offer));
    plan.shortfalls.sort_by_key(|shortfall| shortfall.order_line);
    plan
}

/// Wants by line of the price list: a farm's own lines first, since nobody else can serve them,
/// then those that pay least, since the fewest farms can.
fn lines(task: &SourcingTask) -> Vec<Vec<&Want>> {
    let mut groups: BTreeMap<_, Vec<&Want>> = BTreeMap::new();
    for want in &task.wants {
        let is_pooled = want.policy == LinePolicy::Pooled;
        let goods = (want.product, want.labels, want.policy);
        let pack = (want.pack.size, want.pack.weighed);
        groups.entry((is_pooled, want.cost, want.line, goods, pack)).or_default().push(want);
    }
    let mut lines: Vec<Vec<&Want>> = groups.into_values().collect();
    for wants in &mut lines {
        wants.sort_by_key(|want| want.order_line);
    }
    lines
}

/// Plans one line of the price list. `supplies` are those that can serve it, `left` what each
/// supply of the task still has.
fn plan_line(
    task: &SourcingTask,
    wants: &[&Want],
    supplies: &[usize],
    left: &mut [i64],
    plan: &mut SourcingPlan,
) {
    let pack = wants[0].pack;
    let size = pack.size.get().max(1);
    let cut = Cut { step: if pack.weighed { 1 } else { size }, pack: size };
    let offered: i64 = supplies.iter().map(|&at| left[at]).sum();
    let servable: i64 = supplies.iter().map(|&at| cut.whole(left[at])).sum();
    let wanted: i64 = wants.iter().map(|want| cut.whole(want.quantity.get())).sum();
    let total = wanted.min(servable);
    let given = buyers_parts(wants, total, cut);
    note_shortfalls(wants, &given, offered, plan);
    let mut farms = farms(task, supplies, left, total, cut);
    let mut order: Vec<usize> = (0..wants.len()).collect();
    // The largest first: they are the hardest to serve from one farm.
    order.sort_by_key(|&at| (-given[at], wants[at].order_line));
    let mut drawn = Vec::with_capacity(wants.len());
    for at in order {
        let parts = draw(&mut farms, given[at], cut);
        drawn.extend(parts.into_iter().map(|(rank, quantity)| (at, rank, quantity)));
    }
    for (at, rank, quantity) in drawn {
        plan.allotments.push(Allotment {
            order_line: wants[at].order_line,
            offer: task.supplies[farms[rank].supply].offer,
            quantity: Qty::new(quantity),
            reason: reason(&farms, rank, wants[at].policy),
        });
    }
    for farm in &farms {
        left[farm.supply] -= farm.had - farm.stock;
    }
}

fn note_shortfalls(wants: &[&Want], given: &[i64], offered: i64, plan: &mut SourcingPlan) {
    let all: i64 = wants.iter().map(|want| want.quantity.get()).sum();
    let cause = match offered >= all {
        true => Cause::BelowPack,
        false => Cause::Shortage { wanted: Qty::new(all), offered: Qty::new(offered) },
    };
    for (want, given) in wants.iter().zip(given) {
        let quantity = Qty::new(want.quantity.get() - given);
        if quantity > Qty::ZERO {
            plan.shortfalls.push(Shortfall { order_line: want.order_line, quantity, cause });
        }
    }
}

/// How much of `total` each want gets: promises first, then in proportion, in whole steps. What a
/// want has beyond its last whole step cannot be served.
fn buyers_parts(wants: &[&Want], total: i64, cut: Cut) -> Vec<i64> {
    let part = |promised: bool, total: i64| {
        let weight = |want: &&Want| match want.is_promised == promised {
            true => Qty::new(cut.whole(want.quantity.get())),
            false => Qty::ZERO,
        };
        let weights: Vec<Qty> = wants.iter().map(weight).collect();
        share(Qty::new(total), &weights, Qty::new(cut.step)).into_iter().map(Qty::get)
    };
    let first: Vec<i64> = part(true, total).collect();
    let rest = part(false, total - first.iter().sum::<i64>());
    first.iter().zip(rest).map(|(first, rest)| first + rest).collect()
}
