//! Fair shares of the season in money. Amounts here are exact: 10^-7 EUR, a thousandth of a sale
//! unit times a ten-thousandth of a euro.

use std::collections::BTreeMap;

use trade::id::{ProducerId, ProductId};
use trade::sourcing::{Season, SourcingTask};
use trade::unit::{Rate, rate_between};

use super::layout::Layout;
use super::model::Model;

/// One cent.
pub(super) const CENT: i64 = 100_000;

/// What a farm has had and should have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// Bought this season before the week.
    pub bought: i64,
    /// What it should have of the season, this plan included.
    pub target: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Shares {
    /// By farm of the model.
    pub farms: Vec<Standing>,
    /// Of all farms, also of those that offer nothing today.
    pub all: Standing,
    /// What a sale unit of a product counts, by goods of the model: what farms are paid for it on
    /// average, so that the same crate counts the same for everybody.
    pub prices: Vec<i64>,
    /// The dearest crate of the day.
    pub crate_value: i64,
}

/// What farms trade of one product.
#[derive(Default)]
struct Market {
    /// Season and today: what each farm offers and what was bought of it.
    offered: BTreeMap<ProducerId, i64>,
    /// All that is bought, this plan included.
    value: i128,
    /// What was bought of it before the plan.
    purchased: i128,
    /// Cost times quantity and quantity of all wants.
    paid: (i128, i128),
}

impl Market {
    fn price(&self) -> i64 {
        let (paid, sold) = self.paid;
        if sold == 0 { 1 } else { ((paid + sold / 2) / sold).max(1) as i64 }
    }
}

impl Shares {
    /// Shares of a plan that serves as much as `layout`.
    pub fn of(model: &Model<'_>, layout: &Layout) -> Shares {
        let mut markets = markets(model);
        let bought = bought(&model.task.season, &markets);
        let mut dearest = 1;
        for part in &layout.parts {
            let given: i64 = (0..part.classes.len()).map(|row| part.given(row)).sum();
            let goods = model.goods[model.sources[part.sources[0]].goods].0;
            let market = markets.entry(goods).or_default();
            let price = market.price();
            market.value += i128::from(given) * i128::from(price);
            dearest = dearest.max(part.pack * price);
        }
        for settled in &model.settled {
            let market = markets.entry(model.supply(settled.source).product).or_default();
            market.value += i128::from(settled.quantity) * i128::from(market.price());
        }
        let mut targets: BTreeMap<ProducerId, i128> = BTreeMap::new();
        for market in markets.values() {
            divide(&model.task.agreed_shares, market, &mut targets);
        }
        let standing = |farm: &ProducerId| Standing {
            bought: bought.get(farm).copied().unwrap_or(0),
            target: targets.get(farm).copied().unwrap_or(0) as i64,
        };
        Shares {
            farms: model.farms.iter().map(standing).collect(),
            all: Standing {
                bought: bought.values().sum(),
                target: targets.values().sum::<i128>() as i64,
            },
            prices: model
                .goods
                .iter()
                .map(|(product, _)| markets.get(product).map_or(1, Market::price))
                .collect(),
            crate_value: dearest,
        }
    }

    /// How far the aims after fairness may move a farm from its share.
    pub fn tolerance(&self, task: &SourcingTask) -> i64 {
        task.tolerance.map_or(self.crate_value / 2, |cents| cents.get() * CENT)
    }

    /// A farm's part of what was bought, as it was and as it should be.
    pub fn rates(&self, farm: usize) -> (Rate, Rate) {
        let Standing { bought, target } = self.farms[farm];
        let before = rate_between(bought, self.all.bought).unwrap_or(Rate::ZERO);
        (before, rate_between(target, self.all.target).unwrap_or(Rate::ZERO))
    }

    /// How far each farm is from its target when nothing but what is settled is brought.
    pub fn start(&self, model: &Model<'_>) -> Vec<i64> {
        let mut off: Vec<i64> = self.farms.iter().map(|one| one.bought - one.target).collect();
        for settled in &model.settled {
            let source = &model.sources[settled.source];
            off[source.farm] += settled.quantity * self.prices[source.goods];
        }
        off
    }

    /// How far each farm is from its target with a layout.
    pub fn deviations(&self, model: &Model<'_>, layout: &Layout) -> Vec<i64> {
        let mut off = self.start(model);
        for part in &layout.parts {
            for (at, &source) in part.sources.iter().enumerate() {
                let known = &model.sources[source];
                off[known.farm] += part.used(at) * self.prices[known.goods];
            }
        }
        off
    }
}

/// What each farm that traded in a season has had and should have had of it, by code.
pub(super) fn of_season(
    season: &Season,
    agreed: &BTreeMap<ProducerId, Rate>,
) -> BTreeMap<ProducerId, Standing> {
    let mut targets: BTreeMap<ProducerId, i128> = BTreeMap::new();
    let markets = season_markets(season);
    for market in markets.values() {
        divide(agreed, market, &mut targets);
    }
    let standing = |(farm, bought): (ProducerId, i64)| {
        let target = targets.get(&farm).copied().unwrap_or(0) as i64;
        (farm, Standing { bought, target })
    };
    bought(season, &markets).into_iter().map(standing).collect()
}

/// What was bought of each farm, at what its goods cost on average: the same crate counts the same
/// for everybody, also with a label or a price of its own. `markets`: before a plan adds to them.
fn bought(season: &Season, markets: &BTreeMap<ProductId, Market>) -> BTreeMap<ProducerId, i64> {
    let mut bought: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for (&(farm, product), row) in season {
        let market = &markets[&product];
        let own = market.value * i128::from(row.purchased.get()) / market.purchased.max(1);
        *bought.entry(farm).or_default() += own as i64;
    }
    bought
}

fn season_markets(season: &Season) -> BTreeMap<ProductId, Market> {
    let mut markets: BTreeMap<ProductId, Market> = BTreeMap::new();
    for (&(farm, product), row) in season {
        let market = markets.entry(product).or_default();
        *market.offered.entry(farm).or_default() += row.offered.get();
        market.value += i128::from(row.value.get()) * i128::from(CENT);
        market.purchased += i128::from(row.purchased.get());
    }
    markets
}

fn markets(model: &Model<'_>) -> BTreeMap<ProductId, Market> {
    let task = model.task;
    let mut markets = season_markets(&task.season);
    for supply in task.supplies.iter().filter(|supply| supply.is_proven) {
        let market = markets.entry(supply.product).or_default();
        *market.offered.entry(supply.producer).or_default() += supply.left.get();
    }
    let mut paid: BTreeMap<ProductId, (i128, i128)> = BTreeMap::new();
    for want in &task.wants {
        let sum = paid.entry(want.product).or_default();
        sum.0 += i128::from(want.quantity.get()) * i128::from(want.cost.get());
        sum.1 += i128::from(want.quantity.get());
    }
    for (product, paid) in paid {
        markets.entry(product).or_default().paid = paid;
    }
    markets
}

/// Adds each farm's part of a product to its target: what was agreed with it; farms without
/// agreement divide the rest by what they offered this season, today included. Agreements that
/// leave nothing, or that nobody stands beside, are taken in proportion.
fn divide(
    agreed: &BTreeMap<ProducerId, Rate>,
    market: &Market,
    targets: &mut BTreeMap<ProducerId, i128>,
) {
    let agreed = |farm: &ProducerId| agreed.get(farm).map(|rate| rate.get());
    let agreements: i64 = market.offered.keys().filter_map(agreed).sum();
    let others = market.offered.iter().filter(|(farm, _)| agreed(farm).is_none());
    let others: i64 = others.map(|(_, offered)| offered).sum();
    let is_whole = others == 0 || agreements > 10_000;
    let whole = if is_whole { agreements.max(1) } else { 10_000 };
    for (&farm, &offered) in &market.offered {
        let part = match agreed(&farm) {
            Some(rate) => market.value * i128::from(rate) / i128::from(whole),
            None if is_whole => 0,
            None => {
                let rest = market.value * i128::from(10_000 - agreements) / 10_000;
                rest * i128::from(offered) / i128::from(others)
            }
        };
        *targets.entry(farm).or_default() += part;
    }
}
