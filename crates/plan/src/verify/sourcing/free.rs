//! What locks leave open: what they settle is taken out of a plan, and the rest stands by goods.

use std::collections::{BTreeMap, BTreeSet};

use trade::catalog::Labels;
use trade::id::{OfferId, OrderLineId, ProducerId, ProductId};
use trade::sourcing::{LockRule, SourcingPlan, SourcingTask, Supply, Want};

use super::{is_free, step};

/// A part of a plan that a lock settles.
pub(super) struct Settled<'a> {
    pub want: &'a Want,
    pub supply: &'a Supply,
    pub quantity: i64,
}

/// Who is served first: the promised, then those who pay most. Whether not promised, and what is
/// paid, below zero.
pub(super) type Turn = (bool, i64);

/// Goods with all who offer and want them, beside what is settled.
pub(super) struct Goods<'a> {
    pub product: ProductId,
    /// The largest step of which all steps are multiples.
    pub step: i64,
    /// True when packs of several sizes are asked for.
    pub is_mixed: bool,
    /// What each offer still has.
    pub offers: Vec<(&'a Supply, i64)>,
    /// What is wanted, in whole steps, by those of a turn who can draw from the same offers.
    pub turns: BTreeMap<Turn, BTreeMap<Vec<OfferId>, i64>>,
    /// What the plan gives.
    pub given: i64,
}

/// A plan without what is settled.
pub(super) struct Free<'a> {
    pub settled: Vec<Settled<'a>>,
    pub goods: Vec<Goods<'a>>,
}

type Key = (ProductId, Labels);

impl<'a> Free<'a> {
    pub fn of(task: &'a SourcingTask, plan: &SourcingPlan) -> Free<'a> {
        let settled = settled(task, plan);
        let mut of_line: BTreeMap<OrderLineId, i64> = BTreeMap::new();
        let mut of_offer: BTreeMap<OfferId, i64> = BTreeMap::new();
        for one in &settled {
            *of_line.entry(one.want.order_line).or_default() += one.quantity;
            *of_offer.entry(one.supply.offer).or_default() += one.quantity;
        }
        let mut goods: BTreeMap<Key, Goods<'a>> = BTreeMap::new();
        let mut keys: BTreeMap<OfferId, Key> = BTreeMap::new();
        for supply in task.supplies.iter().filter(|supply| supply.left.get() > 0) {
            let key = (supply.product, supply.labels);
            keys.insert(supply.offer, key);
            let own = goods.entry(key).or_insert_with(|| Goods::new(supply.product));
            let taken = of_offer.get(&supply.offer).copied().unwrap_or(0);
            own.given -= taken;
            own.offers.push((supply, supply.left.get() - taken));
        }
        for want in &task.wants {
            let Some(own) = goods.get_mut(&(want.product, want.labels)) else { continue };
            let taken = of_line.get(&want.order_line).copied().unwrap_or(0);
            own.ask(task, want, want.quantity.get() - taken);
        }
        for one in &plan.allotments {
            if let Some(own) = keys.get(&one.offer).and_then(|key| goods.get_mut(key)) {
                own.given += one.quantity.get();
            }
        }
        let goods = goods.into_values().filter(|one| one.step > 0).collect();
        Free { settled, goods }
    }
}

impl<'a> Goods<'a> {
    fn new(product: ProductId) -> Goods<'a> {
        let (offers, turns) = (Vec::new(), BTreeMap::new());
        Goods { product, step: 0, is_mixed: false, offers, turns, given: 0 }
    }

    /// Notes what a line wants of them.
    fn ask(&mut self, task: &SourcingTask, want: &Want, quantity: i64) {
        let own = step(want);
        let whole = quantity - quantity.rem_euclid(own);
        let able = self.offers.iter().filter(|(supply, _)| is_free(task, want, supply));
        let able: Vec<OfferId> = able.map(|(supply, _)| supply.offer).collect();
        if able.is_empty() || whole <= 0 {
            return;
        }
        self.is_mixed |= self.step != 0 && self.step != own;
        self.step = common(self.step, own);
        let turn = (!want.is_promised, -want.cost.get());
        *self.turns.entry(turn).or_default().entry(able).or_default() += whole;
    }
}

/// The largest step of which both are multiples; none is 0.
pub(super) fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// What of each part a lock settles: up to what it asks for, from the offers of its farm in turn.
fn settled<'a>(task: &'a SourcingTask, plan: &SourcingPlan) -> Vec<Settled<'a>> {
    let mut asked: BTreeMap<(OrderLineId, ProducerId), i64> = BTreeMap::new();
    for lock in &task.locks {
        if let LockRule::Exactly(quantity) | LockRule::AtLeast(quantity) = lock.rule {
            asked.entry((lock.order_line, lock.producer)).or_insert(quantity.get());
        }
    }
    let lines: BTreeSet<OrderLineId> = asked.keys().map(|(line, _)| *line).collect();
    let wants = task.wants.iter().filter(|want| lines.contains(&want.order_line));
    let wants: BTreeMap<OrderLineId, &Want> = wants.map(|want| (want.order_line, want)).collect();
    let supplies: BTreeMap<OfferId, &Supply> = match asked.is_empty() {
        true => BTreeMap::new(),
        false => task.supplies.iter().map(|supply| (supply.offer, supply)).collect(),
    };
    let mut parts: Vec<Settled<'a>> = Vec::new();
    for one in plan.allotments.iter().filter(|one| lines.contains(&one.order_line)) {
        let places = wants.get(&one.order_line).zip(supplies.get(&one.offer));
        let Some((&want, &supply)) = places else { continue };
        parts.push(Settled { want, supply, quantity: one.quantity.get() });
    }
    parts.sort_by_key(|part| (part.want.order_line, part.supply.offer));
    for part in &mut parts {
        let key = (part.want.order_line, part.supply.producer);
        let rest = asked.entry(key).or_default();
        part.quantity = part.quantity.min(*rest - rest.rem_euclid(step(part.want)));
        *rest -= part.quantity;
    }
    parts.retain(|part| part.quantity > 0);
    parts
}
