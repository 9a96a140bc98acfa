//! Tasks for tests, drawn or written as text tables.

use proptest::prelude::*;
use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::id::{LineId, OfferId, OrderId, OrderLineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{Aim, Season, SeasonRow, SourcingTask, Supply, Want};
use trade::unit::{Cents, Price, Qty};

pub fn producer(code: &str) -> ProducerId {
    ProducerId::parse(code).expect("a code")
}

pub fn product(code: &str) -> ProductId {
    ProductId::parse(code).expect("a code")
}

pub fn line(number: i64) -> OrderLineId {
    OrderLineId { order: OrderId(number), rank: 1 }
}

pub fn empty_task() -> SourcingTask {
    SourcingTask {
        day: Day::from_days(20_000),
        wants: Vec::new(),
        supplies: Vec::new(),
        season: Season::new(),
        agreed_shares: Default::default(),
        farms: Default::default(),
        locks: Vec::new(),
        aims: Aim::ALL.to_vec(),
        tolerance: None,
    }
}

/// A want for a line of the price list; the line number stands for its goods.
pub fn want(number: i64, goods: i64, pack: Pack, quantity: i64, is_promised: bool) -> Want {
    Want {
        order_line: line(number),
        line: LineId(goods),
        product: product(&format!("p{goods}")),
        labels: Labels::NONE,
        policy: LinePolicy::Pooled,
        pack,
        quantity: Qty::new(quantity),
        cost: Price::new(10_000),
        price: Price::new(12_500),
        is_promised,
        site: SiteId::parse("site").expect("a code"),
        farms_most: 2,
        only: None,
    }
}

pub fn supply(number: i64, farm: &str, goods: i64, left: i64) -> Supply {
    Supply {
        offer: OfferId(number),
        producer: producer(farm),
        product: product(&format!("p{goods}")),
        labels: Labels::NONE,
        price: Price::new(10_000),
        left: Qty::new(left),
        is_proven: true,
    }
}

/// What was traded, at one euro for a sale unit.
pub fn season_row(offered: i64, purchased: i64) -> SeasonRow {
    let value = Cents::new(purchased / 10);
    SeasonRow { offered: Qty::new(offered), purchased: Qty::new(purchased), value }
}

/// Goods are in crates of ten units when their number is odd, sold by weight when even.
pub fn pack_of(goods: i64) -> Pack {
    Pack { size: Qty::new(10_000), weighed: goods % 2 == 0 }
}

prop_compose! {
    /// Up to 4 goods, 12 wants and 8 offers, with prices and names that sometimes do not fit.
    pub fn tasks()(
        wants in prop::collection::vec((1..5_i64, 1..40_i64, any::<bool>(), 0..6_u8), 1..12),
        supplies in prop::collection::vec((1..5_i64, 0..5_usize, 0..60_000_i64, 0..8_u8), 0..8),
        season in prop::collection::vec((0..5_usize, 1..5_i64, 0..90_000_i64, 0..90_000_i64), 0..6),
    ) -> SourcingTask {
        const FARMS: [&str; 5] = ["a", "b", "c", "d", "e"];
        let mut task = empty_task();
        for (at, (goods, packs, promised, named)) in wants.into_iter().enumerate() {
            let mut one = want(at as i64 + 1, goods, pack_of(goods), packs * 10_000, promised);
            if named == 0 {
                one.policy = LinePolicy::Named(producer("a"));
                one.line = LineId(goods + 10);
            }
            if one.pack.weighed {
                one.quantity = Qty::new(one.quantity.get() + packs);
            }
            task.wants.push(one);
        }
        for (at, (goods, farm, left, dear)) in supplies.into_iter().enumerate() {
            let mut one = supply(at as i64 + 1, FARMS[farm], goods, left);
            if dear == 0 {
                one.price = Price::new(10_001);
            }
            task.supplies.push(one);
        }
        for (farm, goods, offered, purchased) in season {
            let row = season_row(offered, purchased);
            let goods = product(&format!("p{goods}"));
            task.season.insert((producer(FARMS[farm]), goods), row);
        }
        task
    }
}
