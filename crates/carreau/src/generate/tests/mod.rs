//! What every generated pack must hold.

mod rules;

use std::collections::{BTreeMap, BTreeSet};

use plan::distance::metres;
use trade::calendar::{Day, IsoWeek};
use trade::catalog::Labels;
use trade::contract::Origin;
use trade::id::ProductId;
use trade::party::BuyerKind;
use trade::unit::Qty;
use wire::pack::{Amount, LeftoverFate, Pack};

use super::catalogue::STAPLES;
use super::numbers::{luhn, rest_97};
use super::seeds::articles;
use super::{Scale, pack};
use crate::law;

fn week(text: &str) -> IsoWeek {
    IsoWeek::parse(text).expect("a week")
}

fn run(first: &str, count: usize) -> Vec<IsoWeek> {
    std::iter::successors(Some(week(first)), |week| Some(week.next())).take(count).collect()
}

/// A school year of 52 weeks, summer included.
fn year() -> Vec<IsoWeek> {
    run("2025-W36", 52)
}

fn grams(pack: &Pack) -> BTreeMap<IsoWeek, i64> {
    let products: BTreeMap<ProductId, _> = pack.products.iter().map(|one| (one.id, one)).collect();
    let mut sums = BTreeMap::new();
    for order in &pack.orders {
        for line in &order.lines {
            let weight = products[&line.product].weight_of(line.quantity).get();
            *sums.entry(order.day.week()).or_insert(0) += weight;
        }
    }
    sums
}

#[test]
fn a_scale_is_read_as_it_is_written() {
    for scale in Scale::ALL {
        assert_eq!(scale.to_string().parse(), Ok(scale));
    }
    assert_eq!(" XL ".parse(), Ok(Scale::Xl));
    assert!("xxl".parse::<Scale>().is_err_and(|text| text.contains("xxl")));
}

#[test]
fn the_same_seed_makes_the_same_pack_and_another_does_not() {
    let weeks = run("2026-W45", 3);
    let first = pack(Scale::S, 7, &weeks);
    let mut shuffled = weeks.clone();
    shuffled.reverse();
    shuffled.push(weeks[0]);
    assert_eq!(first, pack(Scale::S, 7, &shuffled));
    let other = pack(Scale::S, 8, &weeks);
    assert_ne!(first.offers, other.offers);
    assert_ne!(first.orders, other.orders);
    assert_ne!(first.producers, other.producers);
    assert_ne!(first.arrivals, other.arrivals);
}

/// What is written must be taken in, whatever the scale: the reader refuses what stands twice.
#[test]
fn a_written_pack_is_read_as_it_was() {
    for (scale, seeds) in [(Scale::Xs, 1..9), (Scale::S, 1..5), (Scale::M, 1..5), (Scale::L, 1..3)]
    {
        for seed in seeds {
            let made = pack(scale, seed, &run("2026-W45", 2));
            let read = wire::pack::read(&wire::pack::write(&made));
            let read = read.unwrap_or_else(|faults| panic!("{scale}, seed {seed}: {faults:?}"));
            assert_eq!(read.pack.certificates, made.certificates, "{scale}, seed {seed}");
            assert_eq!(read.pack.orders.len(), made.orders.len(), "{scale}, seed {seed}");
        }
    }
}

#[test]
fn a_week_has_the_same_market_in_any_run() {
    let long = pack(Scale::Xs, 3, &run("2026-W44", 4));
    let short = pack(Scale::Xs, 3, &run("2026-W47", 1));
    let of_week = |pack: &Pack| -> Vec<_> {
        let own = pack.quotes.iter().filter(|quote| quote.week == week("2026-W47"));
        own.cloned().collect()
    };
    assert!(!of_week(&short).is_empty());
    assert_eq!(of_week(&long), of_week(&short));
    assert_eq!(long.producers, short.producers);
    assert_eq!(long.buyers, short.buyers);
}

#[test]
fn every_scale_has_its_counts() {
    for scale in [Scale::Xs, Scale::S, Scale::M, Scale::L] {
        let shape = scale.shape();
        let weeks = run("2026-W47", 3);
        let pack = pack(scale, 11, &weeks);
        assert_eq!(pack.producers.len(), shape.farms, "{scale}");
        assert_eq!(pack.products.len(), shape.products, "{scale}");
        assert_eq!(pack.buyers.len(), shape.buyers, "{scale}");
        assert_eq!(pack.vehicles.len(), shape.vehicles, "{scale}");
        assert!(pack.sites.len() >= shape.buyers, "{scale}");
        let goods: BTreeSet<_> = pack
            .offers
            .iter()
            .map(|offer| (offer.day.week(), offer.producer, offer.product, offer.labels))
            .collect();
        near(goods.len() / weeks.len(), shape.offers, &format!("offers at {scale}"));
        let lines: usize = pack.orders.iter().map(|order| order.lines.len()).sum();
        near(lines / weeks.len(), shape.lines, &format!("lines at {scale}"));
    }
}

/// Within a quarter of the goal.
fn near(found: usize, goal: usize, what: &str) {
    assert!(found * 4 >= goal * 3 && found * 4 <= goal * 5, "{what}: {found} for {goal}");
}

#[test]
fn every_code_resolves_and_stands_once() {
    let runs = [(Scale::Xs, 12), (Scale::S, 12), (Scale::M, 6), (Scale::L, 1), (Scale::Xl, 1)];
    for (scale, weeks) in runs {
        let pack = pack(scale, 2, &run("2026-W02", weeks));
        assert_resolves(&pack);
        assert_labels_are_proven(&pack);
    }
}

fn once<K: Ord + std::fmt::Debug>(keys: impl Iterator<Item = K>) -> BTreeSet<K> {
    let mut seen = BTreeSet::new();
    for key in keys {
        let text = format!("{key:?}");
        assert!(seen.insert(key), "twice: {text}");
    }
    seen
}

fn assert_resolves(pack: &Pack) {
    let farms = once(pack.producers.iter().map(|one| one.id));
    let buyers = once(pack.buyers.iter().map(|one| one.id));
    let products = once(pack.products.iter().map(|one| one.id));
    let sites: BTreeMap<_, _> = pack.sites.iter().map(|one| (one.id, one.buyer)).collect();
    assert_eq!(sites.len(), pack.sites.len());
    assert!(sites.values().all(|buyer| buyers.contains(buyer)));
    assert!(pack.certificates.iter().all(|one| farms.contains(&one.producer)));
    assert!(pack.certificates.iter().all(|one| one.product.is_none_or(|p| products.contains(&p))));
    assert!(pack.certificates.iter().all(|one| one.valid_from < one.valid_to));
    once(pack.certificates.iter().map(|one| (one.producer, one.number.clone(), one.product)));
    once(pack.contracts.iter().map(|one| one.id));
    for contract in &pack.contracts {
        assert!(buyers.contains(&contract.buyer) && !contract.prices.is_empty());
        assert!(contract.prices.iter().all(|row| products.contains(&row.product)));
    }
    for standing in &pack.standing_orders {
        assert_eq!(sites.get(&standing.site), Some(&standing.buyer));
        assert!(products.contains(&standing.product));
    }
    once(pack.offers.iter().map(|one| (one.producer, one.product, one.labels, one.day)));
    for offer in &pack.offers {
        assert!(farms.contains(&offer.producer) && products.contains(&offer.product));
    }
    once(pack.orders.iter().map(|one| one.reference));
    let offered: BTreeSet<_> =
        pack.offers.iter().map(|one| (one.day, one.product, one.labels)).collect();
    for order in &pack.orders {
        assert_eq!(sites.get(&order.site), Some(&order.buyer));
        once(order.lines.iter().map(|line| (line.product, line.labels, line.producer)));
        for line in &order.lines {
            assert!(offered.contains(&(order.day, line.product, line.labels)));
            assert!(line.producer.is_none_or(|producer| farms.contains(&producer)));
        }
    }
    assert_events_resolve(pack, &buyers);
}

fn assert_events_resolve(pack: &Pack, buyers: &BTreeSet<trade::id::BuyerId>) {
    let offers: BTreeSet<_> =
        pack.offers.iter().map(|one| (one.day, one.producer, one.product, one.labels)).collect();
    once(pack.arrivals.iter().map(|one| (one.day, one.producer, one.product, one.labels)));
    for one in &pack.arrivals {
        assert!(offers.contains(&(one.day, one.producer, one.product, one.labels)));
        let nothing = one.received == Some(Amount::Quantity(Qty::ZERO));
        assert!(!nothing, "a share says it better");
    }
    let mut ordered = BTreeSet::new();
    for order in &pack.orders {
        for line in &order.lines {
            ordered.insert((order.day, order.site, line.product, line.labels));
        }
    }
    for one in &pack.handovers {
        assert!(ordered.contains(&(one.day, one.site, one.product, one.labels)));
        assert!(one.refused.is_some() != one.missing.is_some());
    }
    for one in &pack.leftovers {
        let site = one.site.expect("only refusals are told");
        assert!(ordered.contains(&(one.day, site, one.product, one.labels)));
        if let LeftoverFate::Donated(aid) = one.fate {
            assert!(buyers.contains(&aid));
        }
    }
}

/// What the rules ask of an offer: each label proven on its day, goods in season.
fn assert_labels_are_proven(pack: &Pack) {
    for offer in &pack.offers {
        for label in offer.labels.iter() {
            let proven = pack.certificates.iter().any(|one| {
                one.producer == offer.producer
                    && one.label == label
                    && one.covers(offer.product, offer.day)
            });
            assert!(proven, "{offer:?}");
        }
    }
}

#[test]
fn some_organic_certificates_end_in_the_run_and_their_farms_sell_on() {
    let weeks = run("2026-W02", 20);
    let pack = pack(Scale::M, 1, &weeks);
    let end = weeks[19].monday().plus_days(6);
    let ended: Vec<_> = pack.certificates.iter().filter(|one| one.valid_to < end).collect();
    assert!(!ended.is_empty());
    for one in ended {
        let gap = |day: Day| one.valid_to < day && day < one.valid_to.plus_days(15);
        let mut in_gap =
            pack.offers.iter().filter(|offer| offer.producer == one.producer && gap(offer.day));
        assert!(in_gap.all(|offer| !offer.labels.has(one.label)));
    }
    let soon = |day: Day| end < day && day <= end.plus_days(42);
    assert!(pack.certificates.iter().any(|one| soon(one.valid_to)));
}

#[test]
fn quantities_stand_on_steps_and_prices_on_cents() {
    let pack = pack(Scale::M, 5, &run("2026-W18", 8));
    let products: BTreeMap<ProductId, _> = pack.products.iter().map(|one| (one.id, one)).collect();
    let step = |product: &ProductId| {
        let pack = products[product].pack;
        if pack.weighed { 1_000 } else { pack.size.get() }
    };
    for offer in &pack.offers {
        assert!(offer.quantity > Qty::ZERO);
        assert_eq!(offer.quantity.get() % step(&offer.product), 0, "{offer:?}");
        assert!(offer.price.get() >= 500 && offer.price.get() % 100 == 0, "{offer:?}");
        let season = products[&offer.product].season;
        assert!((0..3).any(|back| season.has(offer.day.plus_days(-back))), "{offer:?}");
    }
    for line in pack.orders.iter().flat_map(|order| &order.lines) {
        assert!(line.quantity > Qty::ZERO);
        assert_eq!(line.quantity.get() % step(&line.product), 0, "{line:?}");
    }
    for standing in &pack.standing_orders {
        assert_eq!(standing.quantity.get() % products[&standing.product].pack.size.get(), 0);
    }
    for quote in &pack.quotes {
        assert!(quote.price.get() > 0 && quote.price.get() % 100 == 0);
    }
}

/// About one contract in five has a clause of origin, and no kitchen is left without farms by it.
#[test]
fn some_contracts_say_where_goods_come_from_and_most_farms_may_bring_them() {
    let (mut all, mut bound) = (0, 0);
    for seed in 1..=4 {
        let pack = pack(Scale::M, seed, &run("2026-W45", 1));
        for contract in &pack.contracts {
            all += 1;
            bound += usize::from(contract.origin != Origin::Anywhere);
            for site in pack.sites.iter().filter(|site| site.buyer == contract.buyer) {
                let farms = pack.producers.iter();
                let allowed = farms.filter(|farm| contract.origin.allows(farm, site.place, metres));
                let allowed = allowed.count();
                assert!(allowed * 3 >= pack.producers.len() * 2, "{}: {allowed}", contract.id);
            }
        }
    }
    assert!(bound * 8 >= all && bound * 4 <= all, "{bound} of {all}");
}

#[test]
fn numbers_of_parties_pass_their_keys() {
    let pack = pack(Scale::M, 4, &run("2026-W47", 1));
    once(pack.producers.iter().map(|one| one.identity.siret.clone()));
    for farm in &pack.producers {
        let identity = &farm.identity;
        assert!(identity.siret.starts_with("000") && luhn(&identity.siret).is_multiple_of(10));
        let iban = &identity.iban;
        assert_eq!(rest_97(&format!("{}1527{}", &iban[4..], &iban[2..4])), 1);
        assert!(identity.email.ends_with(".example"));
    }
    let with_siret = pack.buyers.iter().filter(|one| !one.identity.siret.is_empty());
    assert!(with_siret.clone().count() > 200);
    for buyer in with_siret {
        assert_eq!(luhn(&buyer.identity.siret) % 10, 0, "{}", buyer.id);
    }
}

#[test]
fn every_week_of_a_year_trades_and_schools_rest() {
    let pack = pack(Scale::S, 1, &year());
    let calendar = law::service_calendar();
    let kinds: BTreeMap<_, _> = pack.buyers.iter().map(|one| (one.id, one.kind)).collect();
    for week in year() {
        let offers = pack.offers.iter().filter(|one| one.day.week() == week).count();
        let orders = pack.orders.iter().filter(|one| one.day.week() == week).count();
        let told = pack.arrivals.iter().filter(|one| one.day.week() == week);
        assert!(offers >= 50 && orders >= 3, "{week}: {offers} offers, {orders} orders");
        assert!(told.clone().any(|one| one.confirmed.is_some()), "{week}");
    }
    for order in &pack.orders {
        assert!(!calendar.is_public_holiday(order.day));
        assert!([1, 3].contains(&order.day.weekday().rank()));
        if kinds[&order.buyer].follows_school() {
            assert_eq!(calendar.closure_on(order.day), None, "{}", order.day);
        }
    }
    for offer in &pack.offers {
        assert!(!calendar.is_public_holiday(offer.day));
    }
}

#[test]
fn a_hub_like_todays_sells_about_ten_tonnes_a_week_of_school() {
    for seed in 1..=6 {
        assert_tonnage(&pack(Scale::S, seed, &year()));
    }
}

fn assert_tonnage(pack: &Pack) {
    let calendar = law::service_calendar();
    let full = |week: &IsoWeek| calendar.school_days(*week) >= 4;
    let weights = grams(pack);
    let weeks: Vec<i64> =
        year().iter().filter(|week| full(week)).map(|week| weights[week]).collect();
    let mean = weeks.iter().sum::<i64>() / weeks.len() as i64;
    assert!((7_000_000..=13_000_000).contains(&mean), "{mean} g");
    // Central kitchens and food aid take about half.
    let products: BTreeMap<ProductId, _> = pack.products.iter().map(|one| (one.id, one)).collect();
    let big = |kind| matches!(kind, BuyerKind::CentralKitchen | BuyerKind::FoodAid);
    let (mut all, mut of_big) = (0, 0);
    for order in pack.orders.iter().filter(|order| full(&order.day.week())) {
        let kind = pack.buyers.iter().find(|one| one.id == order.buyer).map(|one| one.kind);
        for line in &order.lines {
            let weight = products[&line.product].weight_of(line.quantity).get();
            all += weight;
            of_big += if kind.is_some_and(big) { weight } else { 0 };
        }
    }
    assert!((35..=65).contains(&(of_big * 100 / all)), "{} %", of_big * 100 / all);
}

#[test]
fn most_of_what_is_ordered_was_offered_and_some_is_not() {
    let pack = pack(Scale::S, 1, &run("2026-W02", 20));
    let mut offered: BTreeMap<(Day, ProductId, Labels), i64> = BTreeMap::new();
    for offer in &pack.offers {
        *offered.entry((offer.day, offer.product, offer.labels)).or_default() +=
            offer.quantity.get();
    }
    let mut ordered: BTreeMap<(Day, ProductId, Labels), i64> = BTreeMap::new();
    for order in &pack.orders {
        for line in &order.lines {
            *ordered.entry((order.day, line.product, line.labels)).or_default() +=
                line.quantity.get();
        }
    }
    let short = ordered.iter().filter(|(key, quantity)| offered[key] < **quantity).count();
    assert!(short > 0, "nobody ever asks for too much");
    assert!(short * 20 < ordered.len(), "{short} of {} goods are short", ordered.len());
}

#[test]
fn staples_exist_and_every_month_has_enough_of_them() {
    assert_eq!(STAPLES.len(), Scale::S.shape().products);
    for code in STAPLES {
        assert!(articles().iter().any(|one| one.product.id.as_str() == *code), "{code}");
    }
    for month in 0..12 {
        let has = |code: &&&str| {
            let mut found = articles().iter().filter(|one| one.product.id.as_str() == **code);
            found.any(|one| one.product.season.0 & (1 << month) != 0)
        };
        assert!(STAPLES.iter().filter(has).count() >= 22, "month {}", month + 1);
    }
}

#[test]
fn the_largest_week_has_its_counts() {
    let pack = pack(Scale::Xl, 1, &run("2026-W47", 1));
    let shape = Scale::Xl.shape();
    assert_eq!(pack.products.len(), shape.products);
    assert_eq!(pack.buyers.len(), shape.buyers);
    once(pack.products.iter().map(|one| one.id));
    near(pack.orders.iter().map(|order| order.lines.len()).sum(), shape.lines, "lines");
}
