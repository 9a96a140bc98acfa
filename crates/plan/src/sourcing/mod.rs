//! Who brings what was sold: the best plan by aims in strict order, each kept for the next, each
//! with a bound on how good it could be.
//!
//! 1. `model`: equal wants are merged to classes, so that the work does not grow with the number
//!    of buyers; what the coordinator has settled is taken out.
//! 2. `served`: promises, quantity and income, each at its optimum, by largest flows.
//! 3. `shares`, `bound`, `balance`: each farm near its fair share of the season in money; the
//!    bound by flows in money, whole crates by moving them while it becomes fairer.
//! 4. `trips`: ways that are not worth making, and kilometres, within a tolerance of fairness.
//! 5. `finish`, `split`, `draw`, `polish`: back to buyers, few farms each.
//! 6. `reasons`, `report`: why, and how near to the best.
//!
//! [`greedy()`] is the planner that was here before, line by line: what others are measured by.

mod balance;
mod bound;
mod draw;
mod finish;
mod flat;
mod flow;
mod greedy;
mod layout;
mod model;
mod polish;
mod reasons;
mod report;
mod served;
mod shares;
mod split;
mod start;
mod trips;
mod whatif;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use trade::sourcing::{Aim, Allotment, Cause, Shortfall, SourcingPlan, SourcingTask, Supply, Want};
use trade::unit::Qty;

use balance::Balance;
use finish::{Finish, Finished};
use model::Model;
use polish::Polish;
use reasons::Teller;
use served::{bring, serve};
use shares::Shares;
use split::Piece;
use trips::Trips;

pub use flat::{FlatFarm, FlatModel, FlatStanding, FlatSupply, FlatWant, flat, standing};
pub use greedy::{Greedy, greedy};
pub use whatif::{Change, Marginal, SourcingDifference, marginal, what_if, whom_to_call};

/// Whoever plans a day.
pub trait SourcingPlanner {
    /// A plan for the task. It must pass [`crate::verify::sourcing()`].
    fn plan(&self, task: &SourcingTask) -> SourcingPlan;
}

/// The planner of this module.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByAims;

impl SourcingPlanner for ByAims {
    fn plan(&self, task: &SourcingTask) -> SourcingPlan {
        by_aims(task)
    }
}

/// Plans by the aims of the task.
pub fn by_aims(task: &SourcingTask) -> SourcingPlan {
    plan_near(task, None)
}

/// Plans again what was planned but not accepted, after farms have reduced: what is served and
/// how fair it is come first, and among equals what was planned stays.
pub fn replan(task: &SourcingTask, previous: &SourcingPlan) -> SourcingPlan {
    // Settled anew from where it stands, a plan may end in another that is as good.
    let anew = by_aims(task);
    if anew.allotments == previous.allotments {
        return anew;
    }
    plan_near(task, Some(previous))
}

/// What each want had from which source.
type Before = BTreeMap<usize, Vec<(usize, i64)>>;

/// The task with its parts in the order of their codes: between equals, what came first chooses.
fn in_order(task: &SourcingTask) -> Cow<'_, SourcingTask> {
    let of_want = |want: &Want| want.order_line;
    let of_supply = |supply: &Supply| (supply.producer, supply.offer);
    if task.wants.is_sorted_by_key(of_want) && task.supplies.is_sorted_by_key(of_supply) {
        return Cow::Borrowed(task);
    }
    let mut task = task.clone();
    task.wants.sort_by_key(of_want);
    task.supplies.sort_by_key(of_supply);
    Cow::Owned(task)
}

fn plan_near(task: &SourcingTask, previous: Option<&SourcingPlan>) -> SourcingPlan {
    let task = &*in_order(task);
    let model = Model::new(task);
    let mut layout = serve(&model);
    let most = report::most(&model, &layout);
    let shares = Shares::of(&model, &layout);
    let before = previous.map(|plan| before(&model, plan)).unwrap_or_default();
    match previous {
        Some(_) => keep_sources(&model, &mut layout, &before),
        None => start::spread(&model, &mut layout),
    }
    let is_fair = place(task, Aim::FairShare).is_some();
    let deviation = match is_fair {
        true => bound::least_deviation(&model, &layout, &shares),
        false => 0,
    };
    let tolerance = shares.tolerance(task);
    let enough = deviation + tolerance;
    let mut balance = Balance::new(&model, &mut layout, &shares);
    let is_near = balance.off.iter().all(|off| off.abs() <= enough);
    if is_fair && !(previous.is_some() && is_near) {
        balance.settle(deviation + shares.crate_value / 16);
    }
    let trips = Trips::of(&model, &shares);
    let start = shares.start(&model);
    let limits = |aim| limits(task, &balance.off, aim, tolerance, enough);
    let (near, near_way) = (limits(Aim::SplitsAndTrips), limits(Aim::Kilometres));
    let mut filled = vec![false; model.farms.len()];
    let mut longer = None;
    for aim in &task.aims {
        match aim {
            Aim::SplitsAndTrips => filled = trips.mend(&mut balance, &start, &near),
            Aim::Kilometres => {
                let known = (balance.layout.clone(), filled.clone());
                let is_shorter = trips.shorten(&mut balance, &start, &near_way);
                longer = is_shorter.then_some(known);
            }
            _ => {}
        }
    }
    let finish = Finish {
        model: &model,
        shares: &shares,
        trips: &trips,
        start: &start,
        before: &before,
        near: &near,
        enough,
        most,
        deviation,
    };
    let Finished { polish, filled, report } = finish.best((layout, filled), longer);
    SourcingPlan { report, ..tell(&model, &shares, &polish, filled) }
}

/// How far an aim may move each farm from its share: no farther than the tolerance from where it
/// stands, nor from what is best for all; wherever it likes before fairness.
fn limits(task: &SourcingTask, off: &[i64], aim: Aim, tolerance: i64, enough: i64) -> Vec<i64> {
    let fair = place(task, Aim::FairShare);
    let is_first = fair.is_none_or(|fair| place(task, aim) < Some(fair));
    let limit = |off: &i64| match is_first {
        true => i64::MAX,
        false => (off.abs() + tolerance).min(enough).max(off.abs()),
    };
    off.iter().map(limit).collect()
}

/// Which aim it is, from the first on.
fn place(task: &SourcingTask, aim: Aim) -> Option<usize> {
    task.aims.iter().position(|one| *one == aim)
}

/// The previous plan in places of the model.
fn before(model: &Model<'_>, plan: &SourcingPlan) -> Before {
    let wants = model.task.wants.iter().enumerate();
    let wants: BTreeMap<_, usize> = wants.map(|(at, want)| (want.order_line, at)).collect();
    let sources = (0..model.sources.len()).map(|at| (model.supply(at).offer, at));
    let sources: BTreeMap<_, usize> = sources.collect();
    let mut before = Before::new();
    for one in &plan.allotments {
        let places = wants.get(&one.order_line).zip(sources.get(&one.offer));
        let Some((&want, &source)) = places else { continue };
        let settled = model.settled.iter().any(|own| (own.want, own.source) == (want, source));
        if !settled {
            before.entry(want).or_default().push((source, one.quantity.get()));
        }
    }
    before
}

/// Draws from each source as much as before, as far as it has it.
fn keep_sources(model: &Model<'_>, layout: &mut layout::Layout, before: &Before) {
    for at in 0..layout.parts.len() {
        let part = &layout.parts[at];
        let wants = part.classes.iter().flat_map(|&class| &model.classes[class].wants);
        let mut wished: BTreeMap<usize, i64> = BTreeMap::new();
        for (source, quantity) in wants.filter_map(|want| before.get(want)).flatten() {
            *wished.entry(*source).or_default() += quantity;
        }
        let wished = part.sources.iter().map(|at| wished.get(at).copied().unwrap_or(0));
        let wished: Vec<i64> = wished.collect();
        bring(layout, at, &wished);
    }
}

/// The plan in words of the trade.
fn tell<'a>(
    model: &Model<'a>,
    shares: &Shares,
    polish: &Polish<'a, '_>,
    filled: Vec<bool>,
) -> SourcingPlan {
    let task = model.task;
    let teller = Teller::new(model, shares, polish, filled);
    let mut given = vec![0; task.wants.len()];
    let mut parts: BTreeMap<_, Allotment> = BTreeMap::new();
    let mut put = |want: usize, source: usize, quantity: i64, reason| {
        let (order_line, offer) = (task.wants[want].order_line, model.supply(source).offer);
        given[want] += quantity;
        let part = parts.entry((order_line, offer)).or_insert(Allotment {
            order_line,
            offer,
            quantity: Qty::ZERO,
            reason,
        });
        part.quantity = Qty::new(part.quantity.get() + quantity);
    };
    for one in &model.settled {
        put(one.want, one.source, one.quantity, reasons::by_hand(model, one.lock));
    }
    let all: &[Piece] = &polish.pieces.all;
    for group in all.chunk_by(|a, b| a.want == b.want) {
        let own = group.iter().map(|piece| (piece.want, piece.source));
        let settled = model.settled.iter().filter(|one| one.want == group[0].want);
        let all = own.chain(settled.map(|one| (one.want, one.source)));
        let farms: BTreeSet<usize> = all.map(|(_, source)| model.sources[source].farm).collect();
        for piece in group {
            put(piece.want, piece.source, piece.quantity, teller.reason(piece, farms.len()));
        }
    }
    SourcingPlan {
        day: task.day,
        allotments: parts.into_values().collect(),
        shortfalls: shortfalls(model, &teller, &given),
        report: Default::default(),
    }
}

fn shortfalls(model: &Model<'_>, teller: &Teller<'_, '_>, given: &[i64]) -> Vec<Shortfall> {
    let mut short = Vec::new();
    let mut put = |want: usize, cause: Cause| {
        let known = &model.task.wants[want];
        let quantity = Qty::new(known.quantity.get() - given[want]);
        short.push(Shortfall { order_line: known.order_line, quantity, cause });
    };
    let is_short = |&want: &usize| given[want] < model.task.wants[want].quantity.get();
    for (at, class) in model.classes.iter().enumerate() {
        let missing: Vec<usize> = class.wants.iter().copied().filter(is_short).collect();
        if missing.is_empty() {
            continue;
        }
        let cause = teller.cause(at);
        for want in missing {
            let lacks = model.task.wants[want].quantity.get() - given[want];
            let is_odd = lacks < class.step && !class.sources.is_empty();
            put(want, if is_odd { Cause::BelowPack } else { cause });
        }
    }
    for (want, cause) in reasons::causes_of_others(model) {
        put(want, cause);
    }
    short.retain(|one| one.quantity > Qty::ZERO);
    short.sort_by_key(|one| one.order_line);
    short
}
