//! What no plan could have changed: the least and the most that each farm could sell in a season,
//! by what it offered, what others offered and what was ordered.

use std::collections::BTreeMap;

use plan::sourcing::FlatStanding;
use trade::id::{ProducerId, ProductId};
use trade::sourcing::{Season, SourcingTask};
use trade::unit::round_div;

/// Quantities between which a farm's sales of a product lay, whoever planned.
#[derive(Clone, Copy, Debug, Default)]
struct Between {
    least: i64,
    most: i64,
}

/// Farms and products by what could be sold, day after day.
#[derive(Clone, Debug, Default)]
pub struct Reach(BTreeMap<(ProducerId, ProductId), Between>);

/// One product on one day.
#[derive(Default)]
struct Market {
    offered: BTreeMap<ProducerId, i64>,
    wanted: i64,
}

impl Reach {
    /// Adds a day: what was asked and offered, and what was served of each product in the end.
    pub fn day(&mut self, task: &SourcingTask, served: &BTreeMap<ProductId, i64>) {
        for (product, market) in markets(task) {
            let all: i64 = market.offered.values().sum();
            let served = served.get(&product).copied().unwrap_or(0);
            for (farm, own) in market.offered {
                let between = self.0.entry((farm, product)).or_default();
                // What the others together could not bring, this farm brought.
                between.least += (served - (all - own)).max(0);
                between.most += own.min(market.wanted);
            }
        }
    }

    /// How far, in cents, some farm stays from its share under any plan that serves as much. Goods
    /// count what they cost on average in the season, as in shares.
    pub fn unavoidable(&self, season: &Season, farms: &[FlatStanding]) -> i64 {
        let means = means(season);
        let mut sums: BTreeMap<ProducerId, (i128, i128)> = BTreeMap::new();
        for (&(farm, product), between) in &self.0 {
            let (value, bought) = means.get(&product).copied().unwrap_or_default();
            let worth = |quantity: i64| i128::from(quantity) * value / bought.max(1);
            let sum = sums.entry(farm).or_default();
            *sum = (sum.0 + worth(between.least), sum.1 + worth(between.most));
        }
        let off = |farm: &FlatStanding| {
            let (least, most) = sums.get(&farm.id).copied().unwrap_or_default();
            let target = i128::from(farm.target) * MILLIONTH;
            round_div((target - most).max(least - target).max(0), MILLIONTH)
        };
        farms.iter().map(off).max().unwrap_or(0)
    }
}

/// Worths are kept in 10^-6 cents.
const MILLIONTH: i128 = 1_000_000;

/// What was paid for each product, in 10^-6 cents, and for how much of it.
fn means(season: &Season) -> BTreeMap<ProductId, (i128, i128)> {
    let mut means: BTreeMap<ProductId, (i128, i128)> = BTreeMap::new();
    for (&(_, product), row) in season {
        let mean = means.entry(product).or_default();
        mean.0 += i128::from(row.value.get()) * MILLIONTH;
        mean.1 += i128::from(row.purchased.get());
    }
    means
}

fn markets(task: &SourcingTask) -> BTreeMap<ProductId, Market> {
    let mut markets: BTreeMap<ProductId, Market> = BTreeMap::new();
    for supply in task.supplies.iter().filter(|supply| supply.is_proven) {
        let market = markets.entry(supply.product).or_default();
        *market.offered.entry(supply.producer).or_default() += supply.left.get();
    }
    for want in &task.wants {
        markets.entry(want.product).or_default().wanted += want.quantity.get();
    }
    markets
}

#[cfg(test)]
mod tests {
    use trade::sourcing::SeasonRow;
    use trade::unit::{Cents, Qty};

    use super::*;

    fn producer(code: &str) -> ProducerId {
        ProducerId::parse(code).expect("a code")
    }

    fn farm(code: &str, target: i64) -> FlatStanding {
        FlatStanding { id: producer(code), target, base: 0 }
    }

    #[test]
    fn a_share_beyond_what_was_offered_is_out_of_reach() {
        let leeks = ProductId::parse("leeks").expect("a code");
        let between = |least, most| Between { least, most };
        let reach = Reach(BTreeMap::from([
            ((producer("small"), leeks), between(0, 3_000)),
            ((producer("alone"), leeks), between(9_000, 12_000)),
        ]));
        // A thousandth of a kilo costs a cent.
        let twelve = Qty::new(12_000);
        let row = SeasonRow { offered: twelve, purchased: twelve, value: Cents::new(12_000) };
        let season = Season::from([((producer("alone"), leeks), row)]);
        let cases = [
            ("within what it could sell", [("small", 3_000), ("alone", 10_000)], 0),
            ("more than it offered", [("small", 4_500), ("alone", 10_000)], 1_500),
            ("nobody else had it", [("small", 0), ("alone", 7_000)], 2_000),
            ("never seen", [("other", 700), ("alone", 10_000)], 700),
        ];
        for (name, farms, expected) in cases {
            let farms = farms.map(|(code, target)| farm(code, target));
            assert_eq!(reach.unavoidable(&season, &farms), expected, "{name}");
        }
    }
}
