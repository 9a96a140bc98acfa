//! What no plan could have changed: the least and the most that each farm could sell in a season,
//! by what it offered, what others offered and what was ordered.

use std::collections::BTreeMap;

use plan::sourcing::FlatStanding;
use trade::id::{ProducerId, ProductId};
use trade::sourcing::SourcingTask;
use trade::unit::{Price, Qty, amount};

/// Cents between which a farm's sales lay, whoever planned.
#[derive(Clone, Copy, Debug, Default)]
struct Between {
    least: i64,
    most: i64,
}

/// Farms by what they could sell, day after day.
#[derive(Clone, Debug, Default)]
pub struct Reach(BTreeMap<ProducerId, Between>);

/// One product on one day.
#[derive(Default)]
struct Market {
    offered: BTreeMap<ProducerId, i64>,
    wanted: i64,
    /// A farm is paid one of these, or something between.
    cheapest: Option<Price>,
    dearest: Option<Price>,
}

impl Market {
    fn meet(&mut self, price: Price) {
        self.cheapest = Some(self.cheapest.map_or(price, |known| known.min(price)));
        self.dearest = Some(self.dearest.map_or(price, |known| known.max(price)));
    }
}

impl Reach {
    /// Adds a day: what was asked and offered, and what was served of each product in the end.
    pub fn day(&mut self, task: &SourcingTask, served: &BTreeMap<ProductId, i64>) {
        for (product, market) in markets(task) {
            let (Some(cheapest), Some(dearest)) = (market.cheapest, market.dearest) else {
                continue;
            };
            let all: i64 = market.offered.values().sum();
            let served = served.get(&product).copied().unwrap_or(0);
            for (farm, own) in market.offered {
                // What the others together could not bring, this farm brought.
                let least = (served - (all - own)).max(0);
                let most = own.min(market.wanted);
                let between = self.0.entry(farm).or_default();
                between.least += amount(Qty::new(least), cheapest).get();
                between.most += amount(Qty::new(most), dearest).get();
            }
        }
    }

    /// How far, in cents, some farm stays from its share under any plan that serves as much.
    pub fn unavoidable(&self, farms: &[FlatStanding]) -> i64 {
        let off = |farm: &FlatStanding| {
            let Between { least, most } = self.0.get(&farm.id).copied().unwrap_or_default();
            (farm.target - most).max(least - farm.target).max(0)
        };
        farms.iter().map(off).max().unwrap_or(0)
    }
}

fn markets(task: &SourcingTask) -> BTreeMap<ProductId, Market> {
    let mut markets: BTreeMap<ProductId, Market> = BTreeMap::new();
    for supply in task.supplies.iter().filter(|supply| supply.is_proven) {
        let market = markets.entry(supply.product).or_default();
        *market.offered.entry(supply.producer).or_default() += supply.left.get();
        market.meet(supply.price);
    }
    for want in &task.wants {
        let market = markets.entry(want.product).or_default();
        market.wanted += want.quantity.get();
        market.meet(want.cost);
    }
    markets
}

#[cfg(test)]
mod tests {
    use trade::unit::Cents;

    use super::*;

    fn producer(code: &str) -> ProducerId {
        ProducerId::parse(code).expect("a code")
    }

    fn farm(code: &str, target: i64) -> FlatStanding {
        FlatStanding { id: producer(code), target, base: 0 }
    }

    #[test]
    fn a_share_beyond_what_was_offered_is_out_of_reach() {
        let between = |least, most| Between { least, most };
        let reach = Reach(BTreeMap::from([
            (producer("small"), between(0, 3_000)),
            (producer("alone"), between(9_000, 12_000)),
        ]));
        let cases = [
            ("within what it could sell", [("small", 3_000), ("alone", 10_000)], Cents::ZERO),
            ("more than it offered", [("small", 4_500), ("alone", 10_000)], Cents::new(1_500)),
            ("nobody else had it", [("small", 0), ("alone", 7_000)], Cents::new(2_000)),
            ("never seen", [("other", 700), ("alone", 10_000)], Cents::new(700)),
        ];
        for (name, farms, expected) in cases {
            let farms = farms.map(|(code, target)| farm(code, target));
            assert_eq!(reach.unavoidable(&farms), expected.get(), "{name}");
        }
    }
}
