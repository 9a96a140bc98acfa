//! The greedy planner: each line of the price list by itself, farms by their fair part of the
//! season, buyers alike when there is not enough.
//!
//! Equal wants are planned together, so that the work grows with the lines of the price list and
//! not with buyers times farms. Steps for one line:
//! 1. how much can be served: what is sold, or all that is offered, in whole packs;
//! 2. how much each farm brings: what brings it to its goal of the season, then in proportion of
//!    what it still has;
//! 3. how much each buyer gets: promises first, then in proportion, in whole packs;
//! 4. who serves whom: each buyer from one farm where one is enough.

use std::collections::BTreeMap;

use trade::id::LineId;
use trade::mercuriale::LinePolicy;
use trade::sourcing::{
    Allotment, Cause, Reason, Shortfall, SourcingPlan, SourcingTask, Supply, Want,
};
use trade::unit::{Qty, Rate, rate_between, share};

/// What an optimiser will take the place of.
pub trait SourcingPlanner {
    /// A plan for the task. It must pass [`crate::verify::sourcing`].
    fn plan(&self, task: &SourcingTask) -> SourcingPlan;
}

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
    let mut plan = SourcingPlan { day: task.day, allotments: Vec::new(), shortfalls: Vec::new() };
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

/// Wants by line of the price list; a farm's own lines first, since nobody else can serve them.
fn lines(task: &SourcingTask) -> Vec<Vec<&Want>> {
    let mut groups: BTreeMap<(bool, LineId), Vec<&Want>> = BTreeMap::new();
    for want in &task.wants {
        let is_pooled = want.policy == LinePolicy::Pooled;
        groups.entry((is_pooled, want.line)).or_default().push(want);
    }
    let mut lines: Vec<Vec<&Want>> = groups.into_values().collect();
    for wants in &mut lines {
        wants.sort_by_key(|want| want.order_line);
    }
    lines
}

fn serves(supply: &Supply, want: &Want) -> bool {
    let farm_fits = match want.policy {
        LinePolicy::Pooled => true,
        LinePolicy::Named(producer) => supply.producer == producer,
    };
    farm_fits && supply.price <= want.cost
}

fn plan_line(
    task: &SourcingTask,
    wants: &[&Want],
    farms: &[usize],
    left: &mut [i64],
    plan: &mut SourcingPlan,
) {
    let pack = wants[0].pack;
    let step = if pack.weighed { Qty::new(1) } else { pack.size };
    let whole = |quantity: i64| quantity - quantity % step.get().max(1);
    let offered: i64 = farms.iter().map(|&at| left[at]).sum();
    let has: Vec<i64> = farms.iter().map(|&at| whole(left[at])).collect();
    let wanted: i64 = wants.iter().map(|want| whole(want.quantity.get())).sum();
    let total = wanted.min(has.iter().sum());
    let given = buyers_parts(wants, total, step);
    let brought = farms_parts(task, farms, &has, total, step);
    let mut stock: Vec<i64> = brought.iter().map(|part| part.quantity).collect();
    for (rank, at) in farms.iter().enumerate() {
        left[*at] -= stock[rank];
    }
    let mut order: Vec<usize> = (0..wants.len()).collect();
    // The largest first: they are the hardest to serve from one farm.
    order.sort_by_key(|&at| (-given[at], wants[at].order_line));
    for at in order {
        for (rank, quantity) in draw(&mut stock, given[at]) {
            plan.allotments.push(Allotment {
                order_line: wants[at].order_line,
                offer: task.supplies[farms[rank]].offer,
                quantity: Qty::new(quantity),
                reason: brought[rank].reason.clone(),
            });
        }
    }
    let all = wants.iter().map(|want| want.quantity.get()).sum();
    for (want, given) in wants.iter().zip(&given) {
        let missing = want.quantity.get() - given;
        if missing > 0 {
            let shortage = Cause::Shortage { wanted: Qty::new(all), offered: Qty::new(offered) };
            let cause = if offered >= all { Cause::BelowPack } else { shortage };
            let quantity = Qty::new(missing);
            plan.shortfalls.push(Shortfall { order_line: want.order_line, quantity, cause });
        }
    }
}

/// How much of `total` each want gets: promises first, then in proportion.
fn buyers_parts(wants: &[&Want], total: i64, step: Qty) -> Vec<i64> {
    let part = |promised: bool, total: i64| {
        let weight = |want: &&Want| match want.is_promised == promised {
            true => want.quantity,
            false => Qty::ZERO,
        };
        let weights: Vec<Qty> = wants.iter().map(weight).collect();
        whole_shares(total, &weights, step)
    };
    let first = part(true, total);
    let rest = part(false, total - first.iter().sum::<i64>());
    first.into_iter().zip(rest).map(|(first, rest)| first + rest).collect()
}

/// `trade`'s proportional share, in whole steps only: what a weight has beyond its last whole
/// step cannot be served.
fn whole_shares(total: i64, weights: &[Qty], step: Qty) -> Vec<i64> {
    let size = step.get().max(1);
    let whole: Vec<Qty> =
        weights.iter().map(|weight| Qty::new(weight.get() - weight.get() % size)).collect();
    let total = Qty::new(total - total % size);
    share(total, &whole, step).into_iter().map(Qty::get).collect()
}

/// What a farm brings to a line, and why.
struct FarmPart {
    quantity: i64,
    reason: Reason,
}

/// How much of `total` each farm brings. `has` is what each can bring, in whole steps.
fn farms_parts(
    task: &SourcingTask,
    farms: &[usize],
    has: &[i64],
    total: i64,
    step: Qty,
) -> Vec<FarmPart> {
    if let [has] = has {
        let quantity = total.min(*has);
        return vec![FarmPart { quantity, reason: Reason::OnlyFarm }];
    }
    let seasons = seasons(task, farms, has, total);
    let due: Vec<Qty> = seasons.iter().map(|season| Qty::new(season.due)).collect();
    let fair = whole_shares(total, &due, step);
    let spare: Vec<Qty> = has.iter().zip(&fair).map(|(has, fair)| Qty::new(has - fair)).collect();
    let more = whole_shares(total - fair.iter().sum::<i64>(), &spare, step);
    let parts = seasons.iter().zip(fair.iter().zip(&more)).zip(has);
    parts
        .map(|((season, (fair, more)), has)| {
            let quantity = fair + more;
            let reason = match *fair > 0 {
                true => Reason::FairShare {
                    of_offer: rate_between(quantity, *has).unwrap_or(Rate::ZERO),
                    season_before: season.before,
                    season_goal: season.goal,
                },
                false => Reason::Remainder,
            };
            FarmPart { quantity, reason }
        })
        .collect()
}

/// Where a farm stands in its season for a product.
struct FarmSeason {
    /// Its part of what was bought so far.
    before: Rate,
    /// The part it should have.
    goal: Rate,
    /// What brings it to its goal with this line, at most what it has.
    due: i64,
}

/// The goal of a farm is what was agreed with it, or else its part of all that was offered this
/// season, the present offer included.
fn seasons(task: &SourcingTask, farms: &[usize], has: &[i64], total: i64) -> Vec<FarmSeason> {
    let row = |at: usize| {
        let supply = &task.supplies[at];
        task.season.get(&(supply.producer, supply.product)).copied().unwrap_or_default()
    };
    let agreed = |at: usize| task.agreed_shares.get(&task.supplies[at].producer).copied();
    let offered: i64 = farms.iter().zip(has).map(|(&at, has)| row(at).offered.get() + has).sum();
    let bought: i64 = farms.iter().map(|&at| row(at).purchased.get()).sum();
    let season = |(&at, &has): (&usize, &i64)| {
        let own = row(at);
        let by_offers = rate_between(own.offered.get() + has, offered).unwrap_or(Rate::ZERO);
        let goal = agreed(at).unwrap_or(by_offers);
        let by_goal = i128::from(bought + total) * i128::from(goal.get()) / 10_000;
        let due = by_goal - i128::from(own.purchased.get());
        FarmSeason {
            before: rate_between(own.purchased.get(), bought).unwrap_or(Rate::ZERO),
            goal,
            due: due.clamp(0, i128::from(has)) as i64,
        }
    };
    farms.iter().zip(has).map(season).collect()
}

/// Takes `wanted` from the farms' parts: from one that is just enough, else from the fullest.
fn draw(stock: &mut [i64], mut wanted: i64) -> Vec<(usize, i64)> {
    let mut drawn = Vec::new();
    while wanted > 0 {
        let enough = (0..stock.len()).filter(|&rank| stock[rank] >= wanted);
        let best = enough.min_by_key(|&rank| (stock[rank], rank));
        let fullest = || (0..stock.len()).max_by_key(|&rank| (stock[rank], usize::MAX - rank));
        let Some(rank) = best.or_else(fullest).filter(|&rank| stock[rank] > 0) else { break };
        let quantity = wanted.min(stock[rank]);
        stock[rank] -= quantity;
        wanted -= quantity;
        drawn.push((rank, quantity));
    }
    drawn
}
