//! How long a sourcing plan takes: `cargo run -p plan --example speed`.
//!
//! Tasks are drawn from a fixed seed: 70 farms, 150 products, each offered by 1 to 12 farms.

use std::time::Instant;

use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::id::{LineId, OfferId, OrderId, OrderLineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{Aim, Season, SourcingTask, Supply, Want};
use trade::unit::{Price, Qty};

const FARMS: u64 = 70;
const PRODUCTS: u64 = 150;
const RUNS: usize = 9;

/// Numbers below a bound, the same in every run (xorshift, Marsaglia 2003).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn product(number: u64) -> ProductId {
    ProductId::parse(&format!("p{number}")).expect("a code")
}

fn want(number: i64, draw: &mut Draw, site: SiteId) -> Want {
    let goods = draw.below(PRODUCTS);
    let weighed = goods.is_multiple_of(3);
    Want {
        order_line: OrderLineId { order: OrderId(number), rank: 1 },
        line: LineId(goods as i64),
        product: product(goods),
        labels: Labels::NONE,
        policy: LinePolicy::Pooled,
        pack: Pack { size: Qty::new(5_000), weighed },
        quantity: Qty::new((1 + draw.below(12) as i64) * 5_000),
        cost: Price::new(10_000),
        price: Price::new(12_500),
        is_promised: draw.below(10) == 0,
        site,
        farms_most: 2,
        only: None,
    }
}

fn supplies(draw: &mut Draw, lines: u64) -> Vec<Supply> {
    let mut supplies = Vec::new();
    for goods in 0..PRODUCTS {
        let first = draw.below(FARMS);
        for next in 0..=draw.below(12) {
            let farm = (first + next * 5) % FARMS;
            supplies.push(Supply {
                offer: OfferId(supplies.len() as i64 + 1),
                producer: ProducerId::parse(&format!("f{farm}")).expect("a code"),
                product: product(goods),
                labels: Labels::NONE,
                price: Price::new(9_000),
                left: Qty::new((draw.below(lines / 10) as i64) * 1_000),
                is_proven: true,
            });
        }
    }
    supplies
}

fn task(lines: u64) -> SourcingTask {
    let mut draw = Draw(88_172_645_463_325_252);
    let site = SiteId::parse("site").expect("a code");
    SourcingTask {
        day: Day::from_days(20_000),
        wants: (1..=lines as i64).map(|number| want(number, &mut draw, site)).collect(),
        supplies: supplies(&mut draw, lines),
        season: Season::new(),
        agreed_shares: Default::default(),
        farms: Default::default(),
        locks: Vec::new(),
        aims: Aim::ALL.to_vec(),
        tolerance: None,
    }
}

/// The median of some runs, in milliseconds.
fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn main() {
    println!("lines   offers  parts   short   farms a line  plan ms  verify ms");
    for lines in [4_500, 45_000] {
        let task = task(lines);
        let plan = plan::sourcing::by_aims(&task);
        let breaches = plan::verify::sourcing(&task, &plan);
        assert!(breaches.is_empty(), "{breaches:?}");
        let planned = median(|| drop(plan::sourcing::by_aims(&task)));
        let verified = median(|| drop(plan::verify::sourcing(&task, &plan)));
        let served = plan.allotments.chunk_by(|a, b| a.order_line == b.order_line);
        let most = served.map(<[_]>::len).max().unwrap_or(0);
        println!(
            "{lines:<7} {:<7} {:<7} {:<7} {most:<13} {planned:<8.1} {verified:.1}",
            task.supplies.len(),
            plan.allotments.len(),
            plan.shortfalls.len(),
        );
    }
}
