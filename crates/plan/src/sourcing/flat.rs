//! The same problem in plain numbers, for solvers outside: exact, so that whoever counts a plan
//! again comes to the same cent.

mod json;

use std::collections::BTreeMap;

use trade::id::{OfferId, OrderLineId, ProducerId};
use trade::sourcing::{Aim, Season, SourcingTask};
use trade::unit::{Rate, round_div};

use super::model::{Model, Source};
use super::served::serve;
use super::shares::{CENT, Shares, of_season};

/// How a farm stands in a season, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlatStanding {
    pub id: ProducerId,
    /// What it should have of the season.
    pub target: i64,
    /// What it has had.
    pub base: i64,
}

/// A farm that offers something that day. Money is in 10^-7 EUR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlatFarm {
    pub id: ProducerId,
    /// What it should have of the season, this plan included.
    pub target: i64,
    /// What it has had.
    pub base: i64,
    /// Below this, its way is not worth making.
    pub minimum_trip: i64,
    /// It comes that day whatever is planned.
    pub is_coming: bool,
    /// From the farm to the dock.
    pub metres: i64,
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

/// What a buyer wants. Money is in ten-thousandths of a euro for a sale unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatWant {
    pub id: OrderLineId,
    /// Thousandths of sale units, in whole steps.
    pub quantity: i64,
    /// What every part is a multiple of, in thousandths of sale units: a pack, or 1 for goods
    /// that are weighed.
    pub step: i64,
    /// Most farms, where so many have enough.
    pub farms_most: usize,
    pub is_promised: bool,
    /// What the farm is paid.
    pub cost: i64,
    /// What it counts towards fair shares.
    pub worth: i64,
    /// Places among the supplies that can serve it.
    pub supplies: Vec<usize>,
}

/// A day's problem without locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatModel {
    /// In strict order.
    pub aims: Vec<Aim>,
    /// How far the aims after fairness may move a farm from its share, in 10^-7 EUR.
    pub tolerance: i64,
    pub farms: Vec<FlatFarm>,
    pub supplies: Vec<FlatSupply>,
    pub wants: Vec<FlatWant>,
}

fn cents(exact: i64) -> i64 {
    round_div(i128::from(exact), i128::from(CENT))
}

/// How a season stands when nothing is planned: each farm that traded in it, by code.
pub fn standing(season: &Season, agreed: &BTreeMap<ProducerId, Rate>) -> Vec<FlatStanding> {
    let farms = of_season(season, agreed).into_iter();
    let flat = farms.map(|(id, own)| (id, cents(own.target), cents(own.bought)));
    flat.map(|(id, target, base)| FlatStanding { id, target, base }).collect()
}

/// The problem that the planner solves, line by line; what locks settle is taken out, and lines
/// that nobody can serve are left out. Targets are those of a plan that serves as much of each
/// product as can be.
pub fn flat(task: &SourcingTask) -> FlatModel {
    let model = Model::new(task);
    let shares = Shares::of(&model, &serve(&model));
    let supply = |(at, source): (usize, &Source)| FlatSupply {
        id: model.supply(at).offer,
        farm: source.farm,
        quantity: model.left[at],
    };
    FlatModel {
        aims: task.aims.clone(),
        tolerance: shares.tolerance(task),
        farms: farms(&model, &shares),
        supplies: model.sources.iter().enumerate().map(supply).collect(),
        wants: wants(&model, &shares),
    }
}

fn farms(model: &Model<'_>, shares: &Shares) -> Vec<FlatFarm> {
    let start = shares.start(model);
    let farm = |(at, &id): (usize, &ProducerId)| {
        let target = shares.farms[at].target;
        let day = model.task.farms.get(&id).copied().unwrap_or_default();
        FlatFarm {
            id,
            target,
            base: start[at] + target,
            minimum_trip: day.minimum_trip.get() * CENT,
            is_coming: day.purchased.get() > 0,
            metres: day.metres,
        }
    };
    model.farms.iter().enumerate().map(farm).collect()
}

fn wants(model: &Model<'_>, shares: &Shares) -> Vec<FlatWant> {
    let mut wants = Vec::with_capacity(model.task.wants.len());
    for class in model.classes.iter().filter(|class| !class.sources.is_empty()) {
        let worth = shares.prices[model.sources[class.sources[0]].goods];
        for &want in &class.wants {
            wants.push(FlatWant {
                id: model.task.wants[want].order_line,
                quantity: model.rest[want] / class.step * class.step,
                step: class.step,
                farms_most: class.most,
                is_promised: class.is_promised,
                cost: class.cost,
                worth,
                supplies: class.sources.clone(),
            });
        }
    }
    wants
}
