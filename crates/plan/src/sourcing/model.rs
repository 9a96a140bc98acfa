//! The task as a small problem: equal wants merged to classes, so that its size does not grow
//! with the number of buyers, and what is settled by hand taken out of it.

use std::collections::{BTreeMap, BTreeSet};

use trade::catalog::Labels;
use trade::id::{OrderLineId, ProducerId, ProductId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{LockRule, SourcingTask, Supply, Want};

/// Goods are what joins wants and supplies.
pub(super) type GoodsKey = (ProductId, Labels);

/// Wants that any planner must treat alike.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// Places among the wants of the task, by order line.
    pub wants: Vec<usize>,
    /// What they want in whole steps, without what is locked.
    pub demand: i64,
    pub is_promised: bool,
    pub cost: i64,
    /// What every part is a multiple of: a pack, or a gram for goods sold by weight found.
    pub step: i64,
    pub pack: i64,
    /// Most farms of one want, beside those locked to it.
    pub most: usize,
    /// Places among [`Model::sources`].
    pub sources: Vec<usize>,
}

/// A supply that may be drawn from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its place among the supplies of the task.
    pub at: usize,
    /// Its farm's place among [`Model::farms`].
    pub farm: usize,
    pub goods: usize,
}

/// A part that a lock settles: want, source, quantity, and the lock's place.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub want: usize,
    pub source: usize,
    pub quantity: i64,
    pub lock: usize,
}

pub(super) struct Model<'a> {
    pub task: &'a SourcingTask,
    /// Farms that offer something that day, by code.
    pub farms: Vec<ProducerId>,
    pub goods: Vec<GoodsKey>,
    pub sources: Vec<Source>,
    /// Those that pay more first.
    pub classes: Vec<Class>,
    pub settled: Vec<Settled>,
    /// What each source has beside what is settled.
    pub left: Vec<i64>,
    /// What each want still needs beside what is settled.
    pub rest: Vec<i64>,
}

/// What makes two wants alike, in the order in which classes stand: those that pay more first.
type Key = (usize, bool, i64, i64, bool, LinePolicy, i64, usize, Vec<(ProducerId, bool)>);

pub(super) fn step_of(want: &Want) -> i64 {
    if want.pack.weighed { 1 } else { want.pack.size.get().max(1) }
}

impl<'a> Model<'a> {
    pub fn new(task: &'a SourcingTask) -> Model<'a> {
        let mut order: Vec<usize> = (0..task.supplies.len()).collect();
        order.sort_by_key(|&at| (task.supplies[at].producer, task.supplies[at].offer));
        let farms: BTreeSet<ProducerId> = task.supplies.iter().map(|one| one.producer).collect();
        let farms: Vec<ProducerId> = farms.into_iter().collect();
        let goods: BTreeSet<GoodsKey> =
            task.supplies.iter().map(|one| (one.product, one.labels)).collect();
        let goods: Vec<GoodsKey> = goods.into_iter().collect();
        let source = |&at: &usize| {
            let Supply { producer, product, labels, .. } = task.supplies[at];
            let farm = farms.partition_point(|farm| *farm < producer);
            Source { at, farm, goods: goods.partition_point(|one| *one < (product, labels)) }
        };
        let sources: Vec<Source> = order.iter().map(source).collect();
        let left = sources.iter().map(|one| task.supplies[one.at].left.get()).collect();
        let rest = task.wants.iter().map(|want| want.quantity.get()).collect();
        let (classes, settled) = (Vec::new(), Vec::new());
        let mut model = Model { task, farms, goods, sources, classes, settled, left, rest };
        let by_goods = model.sources_by_goods();
        model.settle(&by_goods);
        model.classify(&by_goods);
        model
    }

    /// The same task with other classes.
    pub fn with(&self, classes: Vec<Class>) -> Model<'a> {
        Model {
            task: self.task,
            farms: self.farms.clone(),
            goods: self.goods.clone(),
            sources: self.sources.clone(),
            classes,
            settled: self.settled.clone(),
            left: self.left.clone(),
            rest: self.rest.clone(),
        }
    }

    pub fn supply(&self, source: usize) -> &'a Supply {
        &self.task.supplies[self.sources[source].at]
    }

    fn sources_by_goods(&self) -> Vec<Vec<usize>> {
        let mut by_goods = vec![Vec::new(); self.goods.len()];
        for (at, source) in self.sources.iter().enumerate() {
            by_goods[source.goods].push(at);
        }
        by_goods
    }

    fn goods_of(&self, want: &Want) -> Option<usize> {
        self.goods.binary_search(&(want.product, want.labels)).ok()
    }

    /// Takes out what locks say that a farm brings, as far as it has it.
    fn settle(&mut self, by_goods: &[Vec<usize>]) {
        let places: BTreeMap<OrderLineId, usize> = match self.task.locks.is_empty() {
            true => BTreeMap::new(),
            false => {
                let wants = self.task.wants.iter().enumerate();
                wants.map(|(at, want)| (want.order_line, at)).collect()
            }
        };
        let mut order: Vec<usize> = (0..self.task.locks.len()).collect();
        let locks = &self.task.locks;
        order.sort_by_key(|&at| (locks[at].order_line, locks[at].producer));
        for lock in order {
            let known = &locks[lock];
            let (LockRule::Exactly(least) | LockRule::AtLeast(least)) = known.rule else {
                continue;
            };
            let Some(&want) = places.get(&known.order_line) else { continue };
            let wanted = &self.task.wants[want];
            let Some(goods) = self.goods_of(wanted) else { continue };
            let step = step_of(wanted);
            let mut missing = least.get().min(self.rest[want]) / step * step;
            for &source in &by_goods[goods] {
                let supply = self.supply(source);
                if supply.producer != known.producer || !serves(supply, wanted) {
                    continue;
                }
                let quantity = missing.min(self.left[source] / step * step);
                if quantity > 0 {
                    self.settled.push(Settled { want, source, quantity, lock });
                    self.left[source] -= quantity;
                    self.rest[want] -= quantity;
                    missing -= quantity;
                }
            }
        }
    }

    fn classify(&mut self, by_goods: &[Vec<usize>]) {
        let task = self.task;
        let onlys: BTreeSet<Option<Vec<ProducerId>>> =
            task.wants.iter().filter(|w| w.only.is_some()).map(sorted_only).collect();
        let onlys: Vec<Option<Vec<ProducerId>>> = onlys.into_iter().collect();
        let mut locked: BTreeMap<OrderLineId, Vec<(ProducerId, bool)>> = BTreeMap::new();
        for lock in &task.locks {
            let is_open = matches!(lock.rule, LockRule::AtLeast(_));
            locked.entry(lock.order_line).or_default().push((lock.producer, is_open));
        }
        locked.values_mut().for_each(|farms| farms.sort_unstable());
        let mut order: Vec<usize> = (0..task.wants.len()).collect();
        order.sort_by_key(|&at| task.wants[at].order_line);
        let mut keys: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for at in order {
            let want = &task.wants[at];
            let Some(goods) = self.goods_of(want) else { continue };
            let only = match want.only.is_some() {
                true => onlys.partition_point(|one| *one < sorted_only(want)) + 1,
                false => 0,
            };
            let size = want.pack.size.get().max(1);
            let hands = locked.get(&want.order_line).cloned().unwrap_or_default();
            let (cost, weighed) = (-want.cost.get(), want.pack.weighed);
            let most = want.farms_most.max(1);
            let key =
                (goods, !want.is_promised, cost, size, weighed, want.policy, most, only, hands);
            keys.entry(key).or_default().push(at);
        }
        for ((goods, .., hands), wants) in keys {
            let class = self.class(wants, &by_goods[goods], &hands);
            self.classes.push(class);
        }
    }

    fn class(&self, wants: Vec<usize>, sources: &[usize], hands: &[(ProducerId, bool)]) -> Class {
        let first = &self.task.wants[wants[0]];
        let step = step_of(first);
        let is_barred = |farm: ProducerId| hands.iter().any(|(own, open)| *own == farm && !open);
        let able = |&&source: &&usize| {
            let supply = self.supply(source);
            supply.left.get() > 0 && serves(supply, first) && !is_barred(supply.producer)
        };
        let brought = |farm: &&(ProducerId, bool)| {
            let is_own =
                |one: &Settled| one.want == wants[0] && self.supply(one.source).producer == farm.0;
            self.settled.iter().any(is_own)
        };
        let taken = hands.iter().filter(brought).count();
        let demand = wants.iter().map(|&at| self.rest[at] / step * step).sum();
        Class {
            demand,
            is_promised: first.is_promised,
            cost: first.cost.get(),
            step,
            pack: first.pack.size.get().max(1),
            most: (first.farms_most.max(1) as usize).saturating_sub(taken).max(1),
            sources: sources.iter().filter(able).copied().collect(),
            wants,
        }
    }
}

fn sorted_only(want: &Want) -> Option<Vec<ProducerId>> {
    let mut only = want.only.clone()?;
    only.sort_unstable();
    only.dedup();
    Some(only)
}

/// True when goods, proof, price, farm and origin fit.
pub(super) fn serves(supply: &Supply, want: &Want) -> bool {
    let farm_fits = match want.policy {
        LinePolicy::Pooled => true,
        LinePolicy::Named(producer) => supply.producer == producer,
    };
    let is_allowed = want.only.as_ref().is_none_or(|only| only.contains(&supply.producer));
    let are_goods = supply.product == want.product && supply.labels == want.labels;
    farm_fits && is_allowed && are_goods && supply.is_proven && supply.price <= want.cost
}
