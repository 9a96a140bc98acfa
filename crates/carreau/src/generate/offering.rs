//! What farms say in a week, and the price list that will come of it.

use std::collections::BTreeMap;

use trade::calendar::{Day, IsoWeek};
use trade::catalog::{Label, Labels};
use trade::id::ProducerId;
use trade::offers::OfferRequest;
use trade::unit::{Price, Qty};

use super::World;
use super::chance::{between, happens, lognormal, source};
use super::farms;
use super::market::to_cents;
use super::seeds::{Article, Course};

/// What one farm brings of one article, day by day.
#[derive(Clone, Debug)]
pub struct Offering {
    pub farm: usize,
    pub article: usize,
    pub labels: Labels,
    pub price: Price,
    /// In thousandths, one for each delivery day; zero: nothing that day.
    pub by_day: Vec<i64>,
}

/// A line of the price list to come, with what is left of it.
#[derive(Clone, Debug)]
pub struct SaleLine {
    pub article: usize,
    pub labels: Labels,
    /// `None`: the pool of farms that ask about the same.
    pub producer: Option<ProducerId>,
    pub cost: Price,
    pub offered: Vec<i64>,
    pub left: Vec<i64>,
}

/// Farms that may offer one article under the same labels: more would be noise on the list.
const FARMS_PER_GOODS: usize = 4;
/// Spread of the kilos of an offer (logarithm), and the most that one is.
const SPREAD: f64 = 0.8;
const MOST_KILOS: f64 = 1_500.0;
/// Share of the usual offers in weeks without school. An assumption.
const HOLIDAY_SHARE: f64 = 0.6;

/// The offers of a week; empty when the hub does not deliver.
pub fn offerings(world: &World, week: IsoWeek, days: &[Day], levels: &[f64]) -> Vec<Offering> {
    let mut rng = source(world.seed, "offers", week.number() as u64);
    let Some(&first) = days.first() else { return Vec::new() };
    // Farms offer less when schools are closed, though what they have grows on.
    let is_school = days.iter().any(|&day| world.calendar.closure_on(day).is_none());
    let share = if is_school { 1.0 } else { HOLIDAY_SHARE };
    let target = world.shape.offers as f64 * share * between(&mut rng, 0.97, 1.03);
    let mut farms: Vec<usize> = (0..world.farms.len()).collect();
    rng.shuffle(&mut farms);
    let share = between(&mut rng, 0.5, 0.65);
    let active = (farms.len() as f64 * share).round() as usize;
    farms.truncate(active.max(1));
    let mut candidates = Vec::new();
    for &farm in &farms {
        let in_season = |crop: &&usize| world.articles[**crop].product.season.has(first);
        candidates.extend(world.farms[farm].crops.iter().filter(in_season).map(|&at| (farm, at)));
    }
    rng.shuffle(&mut candidates);
    let mut offerings: Vec<Offering> = first_of_each(world, candidates, days)
        .into_iter()
        .take(target.round() as usize)
        .map(|(farm, article, labels)| {
            let mut rng = source(world.seed ^ week.number() as u64, "offer", farm as u64);
            // Not the same draw for each crop of a farm.
            let mut rng = source(rng.u64(..), "crop", article as u64);
            offering(&mut rng, world, (farm, article, labels), days, levels)
        })
        .collect();
    offerings.sort_by_key(|one| (one.farm, one.article));
    offerings
}

/// Puts the first farm of all goods before any second one, so that the list is wide first.
fn first_of_each(
    world: &World,
    candidates: Vec<(usize, usize)>,
    days: &[Day],
) -> Vec<(usize, usize, Labels)> {
    let mut farms_of: BTreeMap<(usize, Labels), usize> = BTreeMap::new();
    let mut of_article: BTreeMap<usize, usize> = BTreeMap::new();
    let most = match world.shape.offers > 4 * world.shape.products {
        true => usize::MAX,
        false => FARMS_PER_GOODS,
    };
    let mut ranked = Vec::with_capacity(candidates.len());
    for (farm, at) in candidates {
        let labels =
            farms::labels(&world.certificates, &world.farms[farm], &world.articles[at], days);
        let before = farms_of.entry((at, labels)).or_default();
        *before += 1;
        let rank = of_article.entry(at).or_default();
        *rank += 1;
        if *before <= most {
            ranked.push((*rank, (farm, at, labels)));
        }
    }
    ranked.sort_by_key(|one| one.0);
    ranked.into_iter().map(|one| one.1).collect()
}

fn offering(
    rng: &mut fastrand::Rng,
    world: &World,
    (farm, at, labels): (usize, usize, Labels),
    days: &[Day],
    levels: &[f64],
) -> Offering {
    let article = &world.articles[at];
    let organic = labels.has(Label::Organic);
    let dearer = if labels.has(Label::Hve) { 1.03 } else { 1.0 };
    let asked = article.asked[usize::from(organic)] as f64 * levels[at] * dearer;
    let price = to_cents(lognormal(rng, asked, 0.05));
    let median = world.shape.offer_kilos as f64;
    let kilos = lognormal(rng, median, SPREAD).min(MOST_KILOS) * course_weight(article);
    let units = article.units_of_kilos(kilos);
    let step = match article.product.pack.weighed {
        true => 5 * article.step(),
        false => article.step(),
    };
    let whole = |units: f64| (units / step as f64).round() as i64 * step;
    let mut by_day = vec![0; days.len()];
    let first = rng.usize(..days.len());
    if days.len() > 1 && happens(rng, 0.75) {
        let part = between(rng, 0.4, 0.6);
        by_day.iter_mut().for_each(|day| *day = whole(units * (1.0 - part)).max(step));
        by_day[first] = whole(units * part).max(step);
    } else {
        by_day[first] = whole(units).max(step);
    }
    Offering { farm, article: at, labels, price, by_day }
}

/// How much a farm brings of a course over what it brings of a side dish.
pub fn course_weight(article: &Article) -> f64 {
    match article.course {
        Course::Side => 1.2,
        Course::Starter => 0.9,
        Course::Fruit => 1.3,
        Course::Pulse => 0.6,
        Course::Condiment => 0.4,
        Course::Herb => 0.06,
    }
}

/// The offers as the farms say them, by day, farm and product.
pub fn requests(world: &World, offerings: &[Offering], days: &[Day]) -> Vec<OfferRequest> {
    let mut requests = Vec::new();
    for (at, &day) in days.iter().enumerate() {
        for one in offerings.iter().filter(|one| one.by_day[at] > 0) {
            requests.push(OfferRequest {
                producer: world.farms[one.farm].producer.id,
                product: world.articles[one.article].product.id,
                labels: one.labels,
                day,
                quantity: Qty::new(one.by_day[at]),
                price: one.price,
            });
        }
    }
    requests
}

/// The price list that these offers make: a pool for those near the lowest price, a line of its
/// own for each dearer farm. Shape: the lines, and for each offer the place of its line.
pub fn price_list(world: &World, offerings: &[Offering]) -> (Vec<SaleLine>, Vec<usize>) {
    let spread = super::hub().pool_spread.get() as f64 / 10_000.0;
    let mut lowest: BTreeMap<(usize, Labels), i64> = BTreeMap::new();
    for one in offerings {
        let price = lowest.entry((one.article, one.labels)).or_insert(one.price.get());
        *price = (*price).min(one.price.get());
    }
    let mut lines: Vec<SaleLine> = Vec::new();
    let mut at: BTreeMap<(usize, Labels, Option<ProducerId>), usize> = BTreeMap::new();
    let mut line_of = Vec::with_capacity(offerings.len());
    for one in offerings {
        let limit = lowest[&(one.article, one.labels)] as f64 * (1.0 + spread);
        let producer = world.farms[one.farm].producer.id;
        let producer = (one.price.get() as f64 > limit.round()).then_some(producer);
        let place = *at.entry((one.article, one.labels, producer)).or_insert(lines.len());
        if place == lines.len() {
            lines.push(SaleLine {
                article: one.article,
                labels: one.labels,
                producer,
                cost: one.price,
                offered: vec![0; one.by_day.len()],
                left: Vec::new(),
            });
        }
        let line = &mut lines[place];
        line.cost = line.cost.max(one.price);
        for (sum, quantity) in line.offered.iter_mut().zip(&one.by_day) {
            *sum += quantity;
        }
        line_of.push(place);
    }
    lines.iter_mut().for_each(|line| line.left = line.offered.clone());
    (lines, line_of)
}
