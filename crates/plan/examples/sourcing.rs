//! How good and how fast a sourcing plan is: `cargo run --release -p plan --example sourcing`.
//!
//! Tasks are drawn from a fixed seed: 70 farms, 150 products, each offered by 3 to 6 farms, some
//! lines for organic farms only, 4 500 lines times the scales named as arguments (1 and 10).
//! `--model FILE` writes the problems down for other solvers, `--json` says what `carreau bench
//! sourcing --json --plan` says of a week.

use std::collections::BTreeMap;
use std::time::Instant;

use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::id::{LineId, OfferId, OrderId, OrderLineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{
    Aim, AimValue, Allotment, FarmDay, Season, SourcingPlan, SourcingTask, Supply, Want,
};
use trade::unit::{Cents, Price, Qty};

const FARMS: u64 = 70;
const PRODUCTS: u64 = 150;
const BUYERS: u64 = 300;
const LINES: u64 = 15;
const RUNS: usize = 9;
const CRATE: i64 = 10_000;
/// 10^-7 EUR in a euro.
const EURO: i64 = 10_000_000;

/// Numbers below a bound, the same in every run (xorshift, Marsaglia 2003).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// Some numbers below a bound, none twice.
    fn some(&mut self, count: u64, bound: u64) -> Vec<u64> {
        let mut drawn = Vec::new();
        while (drawn.len() as u64) < count {
            let one = self.below(bound);
            if !drawn.contains(&one) {
                drawn.push(one);
            }
        }
        drawn
    }
}

fn product(number: u64) -> ProductId {
    ProductId::parse(&format!("p{number:03}")).expect("a code")
}

fn farm(number: u64) -> ProducerId {
    ProducerId::parse(&format!("f{number:02}")).expect("a code")
}

/// Wants of all buyers, the crates asked of each product, and those for organic farms alone.
fn wants(scale: u64, organic: &[ProducerId], draw: &mut Draw) -> (Vec<Want>, Vec<[i64; 2]>) {
    let site = SiteId::parse("site").expect("a code");
    let prices: Vec<i64> = (0..PRODUCTS).map(|_| 8_000 + draw.below(22) as i64 * 1_000).collect();
    let mut asked = vec![[0, 0]; PRODUCTS as usize];
    let mut wants = Vec::new();
    for buyer in 0..BUYERS * scale {
        for (rank, goods) in draw.some(LINES, PRODUCTS).into_iter().enumerate() {
            let (is_organic, crates) = (draw.below(4) == 0, 1 + draw.below(8) as i64);
            asked[goods as usize][0] += crates;
            asked[goods as usize][1] += if is_organic { crates } else { 0 };
            let order = OrderId(buyer as i64 + 1);
            wants.push(Want {
                order_line: OrderLineId { order, rank: rank as i64 + 1 },
                line: LineId(goods as i64 * 2 + i64::from(is_organic)),
                product: product(goods),
                labels: Labels::NONE,
                policy: LinePolicy::Pooled,
                pack: Pack { size: Qty::new(CRATE), weighed: false },
                quantity: Qty::new(crates * CRATE),
                cost: Price::new(prices[goods as usize]),
                price: Price::new(prices[goods as usize] * 5 / 4),
                is_promised: draw.below(10) == 0,
                site,
                farms_most: 2,
                only: is_organic.then(|| organic.to_vec()),
            });
        }
    }
    (wants, asked)
}

/// A quarter more than is asked for, in uneven parts; organic farms have enough between them.
fn supplies(asked: &[[i64; 2]], organic: &[ProducerId], draw: &mut Draw) -> Vec<Supply> {
    let mut supplies = Vec::new();
    for (goods, [all, certified]) in asked.iter().enumerate() {
        let count = 3 + draw.below(4);
        let mut farms: Vec<ProducerId> = draw.some(count, FARMS).into_iter().map(farm).collect();
        if !farms.iter().any(|farm| organic.contains(farm)) {
            farms[0] = organic[draw.below(organic.len() as u64) as usize];
        }
        let parts: Vec<i64> = farms.iter().map(|_| 500 + draw.below(1_001) as i64).collect();
        let whole: i64 = parts.iter().sum();
        let mut crates: Vec<i64> = parts.iter().map(|part| all * 5 * part / whole / 4).collect();
        let is_organic = |at: &usize| organic.contains(&farms[*at]);
        let own: i64 = (0..farms.len()).filter(is_organic).map(|at| crates[at]).sum();
        let first = (0..farms.len()).find(is_organic).expect("an organic farm");
        crates[first] += (certified - own).max(0);
        for (producer, crates) in farms.into_iter().zip(crates) {
            supplies.push(Supply {
                offer: OfferId(supplies.len() as i64 + 1),
                producer,
                product: product(goods as u64),
                labels: Labels::NONE,
                price: Price::new(5_000),
                left: Qty::new(crates * CRATE),
                is_proven: true,
            });
        }
    }
    supplies
}

fn task(scale: u64) -> SourcingTask {
    let mut draw = Draw(88_172_645_463_325_252);
    let organic: Vec<ProducerId> = (0..FARMS).map(farm).filter(|_| draw.below(100) < 45).collect();
    let (wants, asked) = wants(scale, &organic, &mut draw);
    let supplies = supplies(&asked, &organic, &mut draw);
    let day = |number: u64, draw: &mut Draw| {
        let metres = 5_000 + draw.below(80_000) as i64;
        (farm(number), FarmDay { minimum_trip: Cents::new(8_000), metres, ..FarmDay::default() })
    };
    SourcingTask {
        day: Day::from_days(20_000),
        wants,
        supplies,
        season: Season::new(),
        agreed_shares: Default::default(),
        farms: (0..FARMS).map(|number| day(number, &mut draw)).collect(),
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

/// Order lines that several farms bring.
fn splits(plan: &SourcingPlan) -> usize {
    plan.allotments.chunk_by(|a, b| a.order_line == b.order_line).filter(|g| g.len() > 1).count()
}

/// The farm that is farthest from its target, in euros, as the greedy planner leaves it.
fn far(task: &SourcingTask, plan: &SourcingPlan) -> i64 {
    let flat = plan::sourcing::flat(task);
    let farms: BTreeMap<OfferId, usize> =
        flat.supplies.iter().map(|supply| (supply.id, supply.farm)).collect();
    let worths: BTreeMap<OrderLineId, i64> =
        flat.wants.iter().map(|want| (want.id, want.worth)).collect();
    let mut off: Vec<i64> = flat.farms.iter().map(|farm| farm.base - farm.target).collect();
    for one in &plan.allotments {
        off[farms[&one.offer]] += one.quantity.get() * worths[&one.order_line];
    }
    off.into_iter().map(i64::abs).max().unwrap_or(0) / EURO
}

fn show(task: &SourcingTask, plan: &SourcingPlan) {
    let greedy = plan::sourcing::greedy(task);
    println!("{} lines, {} offers", task.wants.len(), task.supplies.len());
    for one in &plan.report.aims {
        println!(
            "  {:<15} {:>12} bound {:>12} gap {:>8}",
            format!("{:?}", one.aim),
            one.value,
            one.bound,
            one.gap
        );
    }
    println!(
        "  greedy: farthest {} EUR, {} splits; this: {} splits",
        far(task, &greedy),
        splits(&greedy),
        splits(plan)
    );
    println!(
        "  plan {:.1} ms, greedy {:.1} ms, verify {:.1} ms",
        median(|| drop(plan::sourcing::by_aims(task))),
        median(|| drop(plan::sourcing::greedy(task))),
        median(|| drop(plan::verify::sourcing(task, plan)))
    );
}

/// A week of one day.
fn json(name: &str, task: &SourcingTask, plan: &SourcingPlan) -> String {
    let aim = |one: &AimValue| {
        let AimValue { aim, value, bound, gap } = one;
        let aim = aim.code();
        format!(r#"{{"aim":"{aim}","value":{value},"bound":{bound},"gap":{gap}}}"#)
    };
    let part =
        |one: &Allotment| format!(r#"["{}",{},{}]"#, one.order_line, one.offer, one.quantity.get());
    let aims: Vec<String> = plan.report.aims.iter().map(aim).collect();
    let parts: Vec<String> = plan.allotments.iter().map(part).collect();
    let planned = median(|| drop(plan::sourcing::by_aims(task)));
    let verified = median(|| drop(plan::verify::sourcing(task, plan)));
    let (lines, offers) = (task.wants.len(), task.supplies.len());
    let day = [
        format!(r#""name":"{name}","lines":{lines},"offers":{offers}"#),
        format!(r#""aims":[{}]"#, aims.join(",")),
        format!(r#""plan_ms":{planned:.3},"verify_ms":{verified:.3}"#),
        format!(r#""plan":[{}]"#, parts.join(",")),
    ];
    format!(r#"{{"week":"{name}","days":[{{{}}}]}}"#, day.join(","))
}

fn main() {
    let mut scales: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    if scales.is_empty() {
        scales = vec![1, 10];
    }
    let words: Vec<String> = std::env::args().collect();
    let file = words.windows(2).find(|pair| pair[0] == "--model").map(|pair| pair[1].clone());
    let mut models = String::new();
    for scale in scales {
        let task = task(scale);
        let name = format!("drawn-{scale}");
        let plan = plan::sourcing::by_aims(&task);
        let breaches = plan::verify::sourcing(&task, &plan);
        assert!(breaches.is_empty(), "{breaches:?}");
        match words.iter().any(|word| word == "--json") {
            true => println!("{}", json(&name, &task, &plan)),
            false => show(&task, &plan),
        }
        models += &(plan::sourcing::flat(&task).json(&name) + "\n");
    }
    if let Some(file) = file {
        std::fs::write(file, models).expect("a file that can be written");
    }
}
