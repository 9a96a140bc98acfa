//! The same problem in plain numbers, for solvers outside.

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId, ProducerId};
use trade::sourcing::{Season, SourcingTask};
use trade::unit::{Rate, round_div};

use super::model::Model;
use super::served::serve;
use super::shares::{CENT, Shares, of_season};

/// A farm's fair share, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlatFarm {
    pub id: ProducerId,
    /// What it should have of the season, this plan included.
    pub target: i64,
    /// What it has had.
    pub base: i64,
}

/// What a farm has of some goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlatSupply {
    pub id: OfferId,
    /// Place among the farms.
    pub farm: usize,
    /// Thousandths of sale units.
    pub quantity: i64,
}

/// What a buyer wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatWant {
    pub id: OrderLineId,
    /// Thousandths of sale units, in whole steps.
    pub quantity: i64,
    /// What every part is a multiple of, in thousandths of sale units.
    pub step: i64,
    pub pack: i64,
    pub is_promised: bool,
    /// What a pack counts towards fair shares, in cents.
    pub price: i64,
    /// Places among the supplies that can serve it.
    pub supplies: Vec<usize>,
}

/// A day's problem without locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatModel {
    pub farms: Vec<FlatFarm>,
    pub supplies: Vec<FlatSupply>,
    pub wants: Vec<FlatWant>,
}

fn cents(exact: i64) -> i64 {
    round_div(i128::from(exact), i128::from(CENT))
}

/// How a season stands when nothing is planned: each farm that traded in it, by code.
pub fn standing(season: &Season, agreed: &BTreeMap<ProducerId, Rate>) -> Vec<FlatFarm> {
    let farms = of_season(season, agreed).into_iter();
    let flat = farms.map(|(id, own)| (id, cents(own.target), cents(own.bought)));
    flat.map(|(id, target, base)| FlatFarm { id, target, base }).collect()
}

/// The problem that the planner solves, line by line; what locks settle is taken out.
pub fn flat(task: &SourcingTask) -> FlatModel {
    let model = Model::new(task);
    let shares = Shares::of(&model, &serve(&model));
    let start = shares.start(&model);
    let farm = |(at, &id): (usize, &ProducerId)| {
        let target = shares.farms[at].target;
        FlatFarm { id, target: cents(target), base: cents(start[at] + target) }
    };
    let supply = |(at, source): (usize, &super::model::Source)| FlatSupply {
        id: model.supply(at).offer,
        farm: source.farm,
        quantity: model.left[at],
    };
    let mut wants = Vec::with_capacity(task.wants.len());
    for class in model.classes.iter().filter(|class| !class.sources.is_empty()) {
        let price = shares.prices[model.sources[class.sources[0]].goods];
        for &want in &class.wants {
            wants.push(FlatWant {
                id: task.wants[want].order_line,
                quantity: model.rest[want] / class.step * class.step,
                step: class.step,
                pack: class.pack,
                is_promised: class.is_promised,
                price: cents(price * class.pack),
                supplies: class.sources.clone(),
            });
        }
    }
    FlatModel {
        farms: model.farms.iter().enumerate().map(farm).collect(),
        supplies: model.sources.iter().enumerate().map(supply).collect(),
        wants,
    }
}
