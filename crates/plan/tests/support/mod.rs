//! Tasks for tests, drawn or written as text tables.

pub mod shuffle;

use proptest::prelude::*;
use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::contract::Origin;
use trade::id::{LineId, OfferId, OrderId, OrderLineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{
    Aim, FarmDay, LockRule, Season, SeasonRow, SourcingLock, SourcingTask, Supply, Want,
};
use trade::unit::{Cents, Price, Qty};

use shuffle::Shuffle;

const FARMS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Where each farm is: its commune, and metres to the site.
const LAND: [(&str, i64); 5] = [
    ("Aniane", 12_000),
    ("Gignac", 25_000),
    ("Gignac", 48_000),
    ("Aniane", 70_000),
    ("Lodève", 95_000),
];

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

/// The farms that a contract's rule of origin allows.
fn allowed(origin: &Origin) -> Option<Vec<ProducerId>> {
    let is_in = |(commune, metres): &(&str, i64)| match origin {
        Origin::Anywhere => true,
        Origin::Within { metres: most } => metres <= most,
        Origin::Communes(communes) => communes.iter().any(|one| one == commune),
    };
    let farms = FARMS.iter().zip(&LAND).filter(|(_, land)| is_in(land));
    (*origin != Origin::Anywhere).then(|| farms.map(|(farm, _)| producer(farm)).collect())
}

/// Settles by hand what a farm brings of a buyer's line, unless something is said of both already
/// or the desk would refuse it: the locks of a line never ask for more than it wants.
pub fn lock(task: &mut SourcingTask, buyer: i64, farm: &str, rule: LockRule) {
    let (order_line, producer) = (line(buyer), producer(farm));
    let least = |rule: LockRule| match rule {
        LockRule::Exactly(quantity) | LockRule::AtLeast(quantity) => quantity.get(),
        LockRule::Nothing => 0,
    };
    let wants = task.wants.iter().filter(|want| want.order_line == order_line);
    let wanted: i64 = wants.map(|want| want.quantity.get()).sum();
    let own = || task.locks.iter().filter(|lock| lock.order_line == order_line);
    let asked: i64 = own().map(|lock| least(lock.rule)).sum();
    if own().all(|lock| lock.producer != producer) && asked + least(rule) <= wanted {
        let (by, reason) = ("Inès".into(), String::new());
        task.locks.push(SourcingLock { order_line, producer, rule, by, reason });
    }
}

/// What a drawn number makes of a lock.
pub fn rule(kind: u8, crates: i64) -> LockRule {
    let quantity = Qty::new(crates * 10_000);
    match kind {
        0 => LockRule::Exactly(quantity),
        1 => LockRule::AtLeast(quantity),
        _ => LockRule::Nothing,
    }
}

prop_compose! {
    /// The same, where some pay more, contracts say where goods may come from, a coordinator has
    /// settled parts, and ways have lengths and are worth making or not.
    pub fn bound_tasks()(
        task in tasks(),
        origins in prop::collection::vec((0..12_usize, 0..4_u8, 1..100_000_i64), 0..6),
        locks in prop::collection::vec((1..12_i64, 0..5_usize, 0..3_u8, 0..9_i64), 0..6),
        ways in prop::option::of((0..300_i64, 1..90_000_i64)),
    ) -> SourcingTask {
        let mut task = task;
        for (at, want) in (0..).zip(&mut task.wants) {
            want.cost = Price::new(10_000 + at % 3 * 700);
        }
        for (at, kind, metres) in origins {
            let origin = match kind {
                0 => Origin::Communes(vec!["Aniane".into()]),
                1 => Origin::Communes(vec!["Gignac".into(), "Lodève".into()]),
                _ => Origin::Within { metres },
            };
            if let Some(want) = task.wants.get_mut(at) {
                want.only = allowed(&origin);
            }
        }
        for (buyer, farm, kind, crates) in locks {
            lock(&mut task, buyer, FARMS[farm], rule(kind, crates));
        }
        for (at, farm) in FARMS.iter().enumerate() {
            let Some((least, metres)) = ways else { break };
            let day = FarmDay {
                minimum_trip: Cents::new(least * 100),
                purchased: Cents::ZERO,
                metres: metres * (at as i64 + 1),
            };
            task.farms.insert(producer(farm), day);
        }
        task
    }
}

/// The same task, its lists in another order.
pub fn shuffled(task: &SourcingTask, seed: u64) -> SourcingTask {
    let (mut task, mut shuffle) = (task.clone(), Shuffle::new(seed));
    shuffle.list(&mut task.wants);
    shuffle.list(&mut task.supplies);
    shuffle.list(&mut task.locks);
    task.wants.iter_mut().filter_map(|w| w.only.as_mut()).for_each(|only| shuffle.list(only));
    task
}
