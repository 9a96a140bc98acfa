//! The least that the largest deviation from a fair share can be, proven: what no plan that
//! serves as much can do better, were crates as fine as sand.
//!
//! In money, what farms can be asked to bring together are the bases of a polymatroid. There the
//! least largest surplus and the least largest lack are reached by the same plan (the
//! lexicographically optimal base, Fujishige 1980), so each is found by itself: largest flows
//! with a limit at each farm, and the limit moved by what the cut lacks until nothing does
//! (Newton's method, Radzik 1993).

use super::flow::{ENDLESS, Network};
use super::layout::Layout;
use super::model::Model;
use super::shares::Shares;

/// More steps than Newton's method takes; stopped early, what it has is a bound all the same.
const STEPS: usize = 100;

/// The least largest deviation from a target, in 10^-7 EUR.
pub(super) fn least_deviation(model: &Model<'_>, layout: &Layout, shares: &Shares) -> i64 {
    let due: Vec<i64> = shares.start(model).iter().map(|off| -off).collect();
    let surplus = least_surplus(model, layout, shares, &due);
    surplus.max(least_lack(model, layout, shares, &due, surplus))
}

/// How far the farm above its target that is farthest must be.
fn least_surplus(model: &Model<'_>, layout: &Layout, shares: &Shares, due: &[i64]) -> i64 {
    let most = due.iter().map(|due| -due).max().unwrap_or(0).max(0);
    let limits: Vec<i64> = due.iter().map(|due| due + most).collect();
    let (mut network, arcs, total) = network(model, layout, shares, &limits);
    let mut deviation = most;
    let mut flow = network.fill();
    for _ in 0..STEPS {
        let lacks = total - flow;
        let full: Vec<usize> = (0..due.len()).filter(|&farm| network.reached(2 + farm)).collect();
        if lacks == 0 || full.is_empty() {
            break;
        }
        let more = ceil_div(lacks, full.len());
        deviation += more;
        arcs.iter().for_each(|&arc| network.widen(arc, more));
        flow += network.fill();
    }
    deviation
}

/// How far the farm below its target that is farthest must be, when it is more than `known`.
fn least_lack(model: &Model<'_>, layout: &Layout, shares: &Shares, due: &[i64], known: i64) -> i64 {
    let mut deviation = known;
    for _ in 0..STEPS {
        let limits: Vec<i64> = due.iter().map(|due| (due - deviation).max(0)).collect();
        let (mut network, ..) = network(model, layout, shares, &limits);
        let lacks = limits.iter().sum::<i64>() - network.fill();
        let is_poor = |farm: &usize| limits[*farm] > 0 && !network.reached(2 + farm);
        let poor = (0..due.len()).filter(is_poor).count();
        if lacks == 0 || poor == 0 {
            break;
        }
        deviation += ceil_div(lacks, poor);
    }
    deviation
}

fn ceil_div(value: i64, by: usize) -> i64 {
    let by = by as i64;
    (value + by - 1) / by
}

/// Goods, classes, sources and farms in money, with a limit at each farm: the network, the arcs of
/// the limits, and what is to flow. Farm `n` is node `2 + n`.
fn network(
    model: &Model<'_>,
    layout: &Layout,
    shares: &Shares,
    limits: &[i64],
) -> (Network, Vec<usize>, i64) {
    let classes: usize = layout.parts.iter().map(|part| part.classes.len()).sum();
    let ranges = layout.goods(model);
    let first_source = 2 + model.farms.len();
    let first_goods = first_source + model.sources.len();
    let mut class_node = first_goods + ranges.len();
    let mut network = Network::new(class_node + classes);
    let arcs = (0..limits.len()).map(|farm| network.arc(2 + farm, 1, limits[farm])).collect();
    let mut total = 0;
    for (rank, range) in ranges.into_iter().enumerate() {
        let parts = &layout.parts[range];
        let price = shares.prices[model.sources[parts[0].sources[0]].goods];
        let step = parts.iter().map(|part| part.step).fold(0, common_step);
        let mut served = 0;
        let mut sources: Vec<usize> = parts.iter().flat_map(|part| part.sources.clone()).collect();
        sources.sort_unstable();
        sources.dedup();
        for source in sources {
            let left = model.left[source] / step * step;
            let farm = model.sources[source].farm;
            network.arc(first_source + source, 2 + farm, left * price);
        }
        for part in parts {
            for (row, &class) in part.classes.iter().enumerate() {
                served += part.given(row);
                network.arc(first_goods + rank, class_node, model.classes[class].demand * price);
                for (at, &source) in part.sources.iter().enumerate() {
                    if part.can[row][at] {
                        network.arc(class_node, first_source + source, ENDLESS);
                    }
                }
                class_node += 1;
            }
        }
        total += served * price;
        network.arc(0, first_goods + rank, served * price);
    }
    (network, arcs, total)
}

/// The largest step of which both are multiples.
fn common_step(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_step(b, a % b) }
}
