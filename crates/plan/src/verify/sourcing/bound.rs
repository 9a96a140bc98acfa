//! The bound of fairness, proven anew: were every farm nearer to its share than the bound, either
//! farms could not take all that is served, or what some must have could not be brought. What
//! locks settle stays as it is.

use std::collections::BTreeMap;

use trade::id::{OfferId, ProducerId};
use trade::sourcing::{Aim, SourcingPlan, SourcingTask};

use super::SourcingBreach;
use super::aims::{Books, CENT};
use super::free::Free;
use super::pipes::{Pipes, WIDE};

/// A bound that is larger than what can be proven.
pub(super) fn check(
    task: &SourcingTask,
    plan: &SourcingPlan,
    books: &Books,
    free: &Free<'_>,
) -> Option<SourcingBreach> {
    let said = plan.report.of(Aim::FairShare)?.bound;
    if said == 0 {
        return None;
    }
    // Half a cent of rounding, and less than one more: what lies below that is to be impossible.
    let below = i128::from(said) * CENT - CENT;
    let farms = due(task, books, free);
    let served = free.goods.iter().map(|one| i128::from(one.given) * books.price(one.product));
    let total: i128 = served.sum();
    let most = |due: i128| (due + below).max(0);
    let least = |due: i128| (due - below).max(0);
    let flow = |limit: &dyn Fn(i128) -> i128| pipes(free, books, &farms, limit).flow();
    let has_no_room = farms.values().any(|due| due + below < 0) || flow(&most) < total;
    let lacks = || flow(&least) < farms.values().map(|&due| least(due)).sum::<i128>();
    let is_proven = has_no_room || lacks();
    let aim = Aim::FairShare;
    (!is_proven).then_some(SourcingBreach::FalseReport { aim, said, found: said - 1 })
}

/// What each farm should still have beside what is settled.
fn due(task: &SourcingTask, books: &Books, free: &Free<'_>) -> BTreeMap<ProducerId, i128> {
    let farms = task.supplies.iter().map(|one| (one.producer, books.due(one.producer)));
    let mut farms: BTreeMap<ProducerId, i128> = farms.collect();
    for one in &free.settled {
        let value = i128::from(one.quantity) * books.price(one.supply.product);
        *farms.entry(one.supply.producer).or_default() -= value;
    }
    farms
}

/// From 0 over goods, groups of wants, offers and farms to 1, with a limit at each farm.
fn pipes(
    free: &Free<'_>,
    books: &Books,
    farms: &BTreeMap<ProducerId, i128>,
    limit: &dyn Fn(i128) -> i128,
) -> Pipes {
    let mut pipes = Pipes::default();
    let mut next = 2;
    let mut node = || {
        next += 1;
        next - 1
    };
    let mut doors: BTreeMap<ProducerId, usize> = BTreeMap::new();
    for (&farm, &due) in farms {
        let door = node();
        doors.insert(farm, door);
        pipes.lay(door, 1, limit(due));
    }
    for one in &free.goods {
        let price = books.price(one.product);
        let entry = node();
        pipes.lay(0, entry, i128::from(one.given) * price);
        let mut places: BTreeMap<OfferId, usize> = BTreeMap::new();
        for (supply, left) in &one.offers {
            let place = node();
            places.insert(supply.offer, place);
            let whole = left - left.rem_euclid(one.step);
            pipes.lay(place, doors[&supply.producer], i128::from(whole) * price);
        }
        let mut groups: BTreeMap<&[OfferId], i64> = BTreeMap::new();
        for (able, wanted) in one.turns.values().flatten() {
            *groups.entry(able).or_default() += wanted;
        }
        for (able, wanted) in groups {
            let group = node();
            pipes.lay(entry, group, i128::from(wanted) * price);
            able.iter().for_each(|offer| pipes.lay(group, places[offer], WIDE));
        }
    }
    pipes
}
