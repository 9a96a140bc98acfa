//! The bound of fairness, proven anew: were every farm nearer to its share than the bound, either
//! farms could not take all that is served, or what some must have could not be brought. Looked at
//! with flows of its own, along shortest ways (Edmonds and Karp 1972).

use std::collections::{BTreeMap, VecDeque};

use trade::id::{OfferId, ProducerId};
use trade::sourcing::{Aim, SourcingPlan, SourcingTask, Supply};

use super::aims::{Books, CENT};
use super::{SourcingBreach, is_free, step};

/// Arcs by node, with what may still flow.
struct Pipes {
    ends: Vec<(usize, i128)>,
    out: Vec<Vec<usize>>,
}

impl Pipes {
    fn lay(&mut self, from: usize, to: usize, room: i128) {
        for node in [from, to] {
            self.out.resize(self.out.len().max(node + 1), Vec::new());
        }
        self.out[from].push(self.ends.len());
        self.out[to].push(self.ends.len() + 1);
        self.ends.extend([(to, room), (from, 0)]);
    }

    /// The largest flow from node 0 to node 1.
    fn flow(mut self) -> i128 {
        let mut total = 0;
        loop {
            let mut by: Vec<Option<usize>> = vec![None; self.out.len()];
            let mut queue = VecDeque::from([0]);
            while let Some(node) = queue.pop_front() {
                for &pipe in &self.out[node] {
                    let (end, room) = self.ends[pipe];
                    if room > 0 && by[end].is_none() && end != 0 {
                        by[end] = Some(pipe);
                        queue.push_back(end);
                    }
                }
            }
            let mut way = Vec::new();
            let mut node = 1;
            while let Some(pipe) = by[node] {
                way.push(pipe);
                node = self.ends[pipe ^ 1].0;
            }
            let Some(most) = way.iter().map(|&pipe| self.ends[pipe].1).min() else {
                return total;
            };
            for pipe in way {
                self.ends[pipe].1 -= most;
                self.ends[pipe ^ 1].1 += most;
            }
            total += most;
        }
    }
}

/// What is served of goods, in money, and by whom it can be brought.
struct Goods<'a> {
    price: i128,
    served: i128,
    step: i64,
    supplies: Vec<&'a Supply>,
    /// What is wanted by those who can draw from the same offers.
    groups: BTreeMap<Vec<OfferId>, i64>,
}

/// A bound that is larger than what can be proven. Nothing is looked at where locks settle parts.
pub(super) fn check(
    task: &SourcingTask,
    plan: &SourcingPlan,
    books: &Books,
) -> Option<SourcingBreach> {
    let said = plan.report.of(Aim::FairShare)?.bound;
    if said == 0 || !task.locks.is_empty() {
        return None;
    }
    let goods = goods(task, plan, books);
    // Half a cent of rounding, and less than one more: what lies below that is to be impossible.
    let below = i128::from(said) * CENT - CENT;
    let farms: BTreeMap<ProducerId, i128> =
        task.supplies.iter().map(|one| (one.producer, books.due(one.producer))).collect();
    let total: i128 = goods.iter().map(|one| one.served).sum();
    let most = |due: i128| (due + below).max(0);
    let least = |due: i128| (due - below).max(0);
    let has_no_room =
        farms.values().any(|due| due + below < 0) || pipes(&goods, &farms, &most).flow() < total;
    let lacks = || {
        let needed: i128 = farms.values().map(|&due| least(due)).sum();
        pipes(&goods, &farms, &least).flow() < needed
    };
    let is_proven = has_no_room || lacks();
    let aim = Aim::FairShare;
    (!is_proven).then_some(SourcingBreach::FalseReport { aim, said, found: said - 1 })
}

fn goods<'a>(task: &'a SourcingTask, plan: &SourcingPlan, books: &Books) -> Vec<Goods<'a>> {
    let mut goods: BTreeMap<_, Goods<'a>> = BTreeMap::new();
    let mut place: BTreeMap<OfferId, _> = BTreeMap::new();
    for supply in task.supplies.iter().filter(|supply| supply.left.get() > 0) {
        let key = (supply.product, supply.labels);
        place.insert(supply.offer, key);
        let price = books.price(supply.product);
        let (supplies, groups) = (Vec::new(), BTreeMap::new());
        let new = Goods { price, served: 0, step: 0, supplies, groups };
        goods.entry(key).or_insert(new).supplies.push(supply);
    }
    for want in &task.wants {
        let Some(known) = goods.get_mut(&(want.product, want.labels)) else { continue };
        let able = known.supplies.iter().filter(|supply| is_free(task, want, supply));
        let able: Vec<OfferId> = able.map(|supply| supply.offer).collect();
        let whole = want.quantity.get() - want.quantity.get() % step(want);
        if !able.is_empty() && whole > 0 {
            known.step = common(known.step, step(want));
            *known.groups.entry(able).or_default() += whole;
        }
    }
    for one in &plan.allotments {
        if let Some(known) = place.get(&one.offer).and_then(|key| goods.get_mut(key)) {
            known.served += i128::from(one.quantity.get()) * known.price;
        }
    }
    goods.into_values().filter(|one| one.step > 0).collect()
}

fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// From 0 over goods, groups of wants, offers and farms to 1, with a limit at each farm.
fn pipes(
    goods: &[Goods<'_>],
    farms: &BTreeMap<ProducerId, i128>,
    limit: &dyn Fn(i128) -> i128,
) -> Pipes {
    let mut pipes = Pipes { ends: Vec::new(), out: vec![Vec::new(); 2] };
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
    for one in goods {
        let entry = node();
        pipes.lay(0, entry, one.served);
        let mut places: BTreeMap<OfferId, usize> = BTreeMap::new();
        for supply in &one.supplies {
            let place = node();
            places.insert(supply.offer, place);
            let whole = supply.left.get() - supply.left.get() % one.step;
            pipes.lay(place, doors[&supply.producer], i128::from(whole) * one.price);
        }
        for (able, &wanted) in &one.groups {
            let group = node();
            pipes.lay(entry, group, i128::from(wanted) * one.price);
            able.iter().for_each(|offer| pipes.lay(group, places[offer], i128::MAX / 4));
        }
    }
    pipes
}
