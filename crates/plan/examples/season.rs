//! A season of 36 weeks under two planners: `cargo run -p plan --example season`.
//!
//! Drawn from a fixed seed: 24 farms, 40 products with 2 to 5 farms each, 24 buyers. A farm's
//! offers swing by half around their mean, in one week of eight it has nothing of a product, and
//! buyers want 90 of 100 of what is offered on average, so that some goods are short each week.

use std::collections::BTreeMap;

use trade::calendar::Day;
use trade::catalog::{Labels, Pack};
use trade::id::{LineId, OfferId, OrderId, OrderLineId, ProducerId, ProductId, SiteId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{Aim, FarmDay, Season, SourcingPlan, SourcingTask, Supply, Want};
use trade::unit::{Cents, Price, Qty};

const WEEKS: i32 = 36;
const FARMS: u64 = 24;
const PRODUCTS: u64 = 40;
const BUYERS: u64 = 24;
const CRATE: i64 = 10_000;
/// What a way to the dock should be worth, in cents.
const TRIP: i64 = 15_000;

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
    ProductId::parse(&format!("p{number:02}")).expect("a code")
}

fn farm(number: u64) -> ProducerId {
    ProducerId::parse(&format!("f{number:02}")).expect("a code")
}

/// What the season is made of: who grows what, and how much of it on average.
struct Land {
    /// Farm, product, crates a week.
    fields: Vec<(ProducerId, u64, u64)>,
    prices: Vec<i64>,
    /// Crates that each buyer wants of a product, on average, in tenths.
    hunger: Vec<u64>,
}

fn land(draw: &mut Draw) -> Land {
    let mut fields = Vec::new();
    let mut hunger = Vec::new();
    for goods in 0..PRODUCTS {
        let first = draw.below(FARMS);
        let mut crates = 0;
        for next in 0..2 + draw.below(4) {
            let mean = 2 + draw.below(9);
            fields.push((farm((first + next * 7) % FARMS), goods, mean));
            crates += mean;
        }
        hunger.push(crates * 9 / BUYERS);
    }
    let prices = (0..PRODUCTS).map(|_| 8_000 + draw.below(22) as i64 * 1_000).collect();
    Land { fields, prices, hunger }
}

/// One week of it; the same whatever was planned before.
fn week(land: &Land, number: i32, season: &Season) -> SourcingTask {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1).wrapping_mul(0x2545_f491));
    for _ in 0..20 {
        draw.below(2);
    }
    let mut supplies = Vec::new();
    for &(producer, goods, mean) in &land.fields {
        let has_none = draw.below(8) == 0;
        let crates = mean / 2 + draw.below(mean + 1);
        if !has_none {
            supplies.push(Supply {
                offer: OfferId(supplies.len() as i64 + 1),
                producer,
                product: product(goods),
                labels: Labels::NONE,
                price: Price::new(5_000),
                left: Qty::new(crates as i64 * CRATE),
                is_proven: true,
            });
        }
    }
    let site = SiteId::parse("site").expect("a code");
    let mut wants = Vec::new();
    for buyer in 0..BUYERS {
        for goods in 0..PRODUCTS {
            // One line in three, of three times the crates.
            let most = (land.hunger[goods as usize] * 6 / 10).max(2);
            let crates = 1 + draw.below(most) as i64;
            if draw.below(3) != 0 {
                continue;
            }
            let cost = Price::new(land.prices[goods as usize]);
            wants.push(Want {
                order_line: OrderLineId {
                    order: OrderId(buyer as i64 + 1),
                    rank: goods as i64 + 1,
                },
                line: LineId(goods as i64 + 1),
                product: product(goods),
                labels: Labels::NONE,
                policy: LinePolicy::Pooled,
                pack: Pack { size: Qty::new(CRATE), weighed: false },
                quantity: Qty::new(crates * CRATE),
                cost,
                price: Price::new(cost.get() * 5 / 4),
                is_promised: draw.below(10) == 0,
                site,
                farms_most: 2,
                only: None,
            });
        }
    }
    let day = |number: u64| {
        let metres = 8_000 + (number as i64 * 7_919) % 70_000;
        (farm(number), FarmDay { minimum_trip: Cents::new(TRIP), metres, ..FarmDay::default() })
    };
    SourcingTask {
        day: Day::from_days(20_000 + 7 * number),
        wants,
        supplies,
        season: season.clone(),
        agreed_shares: Default::default(),
        farms: (0..FARMS).map(day).collect(),
        locks: Vec::new(),
        aims: Aim::ALL.to_vec(),
        tolerance: None,
    }
}

/// What a season came to.
#[derive(Default)]
struct Outcome {
    served: i64,
    wanted: i64,
    splits: usize,
    trips: usize,
    poor_trips: usize,
    metres: i64,
    income: i64,
}

fn season(land: &Land, planner: fn(&SourcingTask) -> SourcingPlan) -> (Outcome, Season) {
    let mut season = Season::new();
    let mut outcome = Outcome::default();
    for number in 0..WEEKS {
        let task = week(land, number, &season);
        let plan = planner(&task);
        let breaches = plan::verify::sourcing(&task, &plan);
        assert!(breaches.is_empty(), "{breaches:?}");
        note(&task, &plan, &mut outcome, &mut season);
    }
    (outcome, season)
}

fn note(task: &SourcingTask, plan: &SourcingPlan, outcome: &mut Outcome, season: &mut Season) {
    let supplies: BTreeMap<OfferId, &Supply> =
        task.supplies.iter().map(|supply| (supply.offer, supply)).collect();
    let wants: BTreeMap<OrderLineId, &Want> =
        task.wants.iter().map(|want| (want.order_line, want)).collect();
    for supply in &task.supplies {
        let row = season.entry((supply.producer, supply.product)).or_default();
        row.offered = Qty::new(row.offered.get() + supply.left.get());
    }
    let mut paid: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for one in &plan.allotments {
        let (supply, want) = (supplies[&one.offer], wants[&one.order_line]);
        let cents = one.quantity.get() / 1_000 * want.cost.get() / 100;
        let row = season.entry((supply.producer, supply.product)).or_default();
        row.purchased = Qty::new(row.purchased.get() + one.quantity.get());
        row.value = Cents::new(row.value.get() + cents);
        *paid.entry(supply.producer).or_default() += cents;
        outcome.served += one.quantity.get();
    }
    outcome.wanted += task.wants.iter().map(|want| want.quantity.get()).sum::<i64>();
    let groups = plan.allotments.chunk_by(|a, b| a.order_line == b.order_line);
    outcome.splits += groups.filter(|group| group.len() > 1).count();
    outcome.trips += paid.len();
    outcome.poor_trips += paid.values().filter(|paid| **paid < TRIP).count();
    outcome.metres += paid.keys().map(|farm| task.farms[farm].metres).sum::<i64>();
    outcome.income += paid.values().sum::<i64>();
}

/// How far farms are from their shares at the end, by what they offered in the season: the
/// farthest in cents, and the farthest in ten-thousandths of its own share.
fn deviation(season: &Season) -> (i64, i64) {
    let mut sums: BTreeMap<ProductId, (i64, i64)> = BTreeMap::new();
    for (&(_, product), row) in season {
        let sum = sums.entry(product).or_default();
        *sum = (sum.0 + row.offered.get(), sum.1 + row.value.get());
    }
    let mut farms: BTreeMap<ProducerId, (i64, i64)> = BTreeMap::new();
    for (&(farm, product), row) in season {
        let (offered, value) = sums[&product];
        let target = i128::from(value) * i128::from(row.offered.get()) / i128::from(offered.max(1));
        let own = farms.entry(farm).or_default();
        *own = (own.0 + row.value.get(), own.1 + target as i64);
    }
    let off = || farms.values().map(|(had, target)| ((had - target).abs(), *target));
    let far = off().map(|(off, _)| off).max().unwrap_or(0);
    (far, off().map(|(off, target)| off * 10_000 / target.max(1)).max().unwrap_or(0))
}

type Planner = fn(&SourcingTask) -> SourcingPlan;

fn main() {
    let land = land(&mut Draw(88_172_645_463_325_252));
    println!(
        "planner   served  farthest EUR  of its share  split lines  ways  poor  km      paid EUR"
    );
    let planners: [(&str, Planner); 2] =
        [("greedy", plan::sourcing::greedy), ("by_aims", plan::sourcing::by_aims)];
    for (name, planner) in planners {
        let (outcome, season) = season(&land, planner);
        let (far, part) = deviation(&season);
        println!(
            "{name:<9} {:<7.4} {:<13} {:<13.2} {:<12} {:<5} {:<5} {:<7} {}",
            outcome.served as f64 / outcome.wanted as f64,
            far / 100,
            part as f64 / 100.0,
            outcome.splits,
            outcome.trips,
            outcome.poor_trips,
            outcome.metres / 1_000,
            outcome.income / 100
        );
    }
}
