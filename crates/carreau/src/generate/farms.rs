//! Invented farms at real communes: who they are, what they grow, which labels they may use.

use std::collections::BTreeSet;

use fastrand::Rng;
use trade::calendar::Day;
use trade::catalog::{Label, Labels};
use trade::id::ProducerId;
use trade::party::{Carriage, Certificate, Hours, Identity, Place, Producer, Standing, VatRegime};
use trade::unit::{Cents, Rate};

use super::chance::{between, happens, source, weighted};
use super::numbers;
use super::seeds::{Article, Course, communes, farm_names};

/// A farm with what only the generator knows of it.
#[derive(Clone, Debug)]
pub struct Farm {
    pub producer: Producer,
    /// The label under which all its goods are grown, if any.
    pub grown: Labels,
    /// What it grows: places in the list of articles, ascending.
    pub crops: Vec<usize>,
}

/// Shares, all assumptions but the first: 16 members and 50 friends among 70 farms.
const MEMBERS: f64 = 16.0 / 70.0;
const ORGANIC: f64 = 1.0 / 3.0;
const HVE: f64 = 0.15;
const VAT_LIABLE: f64 = 0.60;
const FLAT_RATE: f64 = 0.35;
const AGREED_SHARE: f64 = 0.10;
/// Farms that write their own invoices.
const NO_MANDATE: f64 = 0.05;

/// The first number of invented farms: below stands the hub.
const FIRST_NUMBER: u64 = 10;

pub fn farms(seed: u64, count: usize, crops_each: usize, articles: &[Article]) -> Vec<Farm> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut farms: Vec<Farm> = (0..count)
        .map(|at| {
            let mut rng = source(seed, "farm", at as u64);
            let producer = producer(&mut rng, at as u64, &mut taken, &mut names);
            let grown = match rng.f64() {
                share if share < ORGANIC => Labels::of(&[Label::Organic]),
                share if share < ORGANIC + HVE => Labels::of(&[Label::Hve]),
                _ => Labels::NONE,
            };
            Farm { producer, grown, crops: crops(&mut rng, crops_each, articles) }
        })
        .collect();
    give_each_article_a_farm(seed, &mut farms, articles);
    farms
}

fn producer(
    rng: &mut Rng,
    at: u64,
    taken: &mut BTreeSet<ProducerId>,
    names: &mut BTreeSet<String>,
) -> Producer {
    let weights: Vec<f64> = communes().iter().map(|commune| commune.farm_weight).collect();
    let commune = &communes()[weighted(rng, &weights).unwrap_or(0)];
    let (name, id) = named(rng, taken, names);
    let number = FIRST_NUMBER + at;
    let vat_regime = match rng.f64() {
        share if share < VAT_LIABLE => VatRegime::Liable,
        share if share < VAT_LIABLE + FLAT_RATE => VatRegime::FlatRateFarmer,
        _ => VatRegime::Exempt,
    };
    let vat_number = match vat_regime {
        VatRegime::Liable => numbers::vat_number(number),
        _ => String::new(),
    };
    let mandate = Day::from_ymd(2023, 9, 1).unwrap_or(Day::from_days(0));
    Producer {
        id,
        identity: Identity {
            name,
            address: "Chemin de la ferme".into(),
            postcode: commune.postcode.clone(),
            commune: commune.name.clone(),
            siret: numbers::siret(number),
            vat_number,
            iban: numbers::iban(number),
            email: format!("{id}@ferme.example"),
            phone: numbers::phone(number),
        },
        place: nearby(rng, commune.place),
        standing: if happens(rng, MEMBERS) { Standing::Member } else { Standing::Sympathizer },
        vat_regime,
        mandate_on: (!happens(rng, NO_MANDATE)).then(|| mandate.plus_days(rng.i32(0..300))),
        minimum_trip: Cents::new(1_000 * rng.i64(6..=15)),
        season_share: happens(rng, AGREED_SHARE).then(|| Rate::new(500 * rng.i64(3..=8))),
        carriage: carriage(at),
    }
}

/// One farm in eleven is fetched; of the others every second has said when it would come. Of the
/// rank alone: no chance that other draws would follow.
fn carriage(at: u64) -> Carriage {
    let from = 270 + 15 * (at as i64 % 4);
    let hours = Hours { from, to: from + 45 };
    Carriage { is_fetched: at % 11 == 7, hours: (at.is_multiple_of(2)).then_some(hours) }
}

/// A point within about a kilometre: farms of one commune do not stand on one another.
fn nearby(rng: &mut Rng, place: Place) -> Place {
    Place {
        lat_e6: place.lat_e6 + rng.i64(-9_000..=9_000),
        lon_e6: place.lon_e6 + rng.i64(-12_000..=12_000),
    }
}

/// A name and a code that no other farm has.
fn named(
    rng: &mut Rng,
    taken: &mut BTreeSet<ProducerId>,
    names: &mut BTreeSet<String>,
) -> (String, ProducerId) {
    let (prefixes, ends) = farm_names();
    let (mut name, mut end) = (String::new(), "");
    for _ in 0..200 {
        let prefix = &prefixes[rng.usize(..prefixes.len())];
        end = &ends[rng.usize(..ends.len())];
        name = format!("{prefix} {end}");
        if names.insert(name.clone()) {
            break;
        }
    }
    let articles = ["des ", "du ", "de la ", "de l'", "de "];
    let bare = articles.iter().find_map(|article| end.strip_prefix(article)).unwrap_or(end);
    let slug = numbers::slug(bare, 18);
    let first = ProducerId::parse(&slug).ok().filter(|id| taken.insert(*id));
    let numbered = || {
        let ids = (2..).filter_map(|rank| ProducerId::parse(&format!("{slug}-{rank}")).ok());
        ids.into_iter().find(|id| !taken.contains(id))
    };
    let id = first.or_else(numbered).expect("a farm's code is short");
    taken.insert(id);
    (name, id)
}

/// What a farm grows: vegetables, fruit, or of everything.
fn crops(rng: &mut Rng, count: usize, articles: &[Article]) -> Vec<usize> {
    let fruit = match rng.f64() {
        share if share < 0.60 => 0.12,
        share if share < 0.85 => 4.0,
        _ => 1.0,
    };
    let weight = |article: &Article| {
        let by_course = match article.course {
            Course::Fruit => fruit,
            Course::Pulse | Course::Herb => 0.5,
            _ => 1.0,
        };
        // What is long in season is grown by more farms.
        by_course * (3.0 + f64::from(article.product.season.0.count_ones()))
    };
    let mut weights: Vec<f64> = articles.iter().map(weight).collect();
    let mut crops = Vec::with_capacity(count);
    while crops.len() < count.min(articles.len()) {
        let Some(crop) = weighted(rng, &weights) else { break };
        weights[crop] = 0.0;
        crops.push(crop);
    }
    crops.sort_unstable();
    crops
}

fn give_each_article_a_farm(seed: u64, farms: &mut [Farm], articles: &[Article]) {
    let mut grown = vec![false; articles.len()];
    for farm in farms.iter() {
        farm.crops.iter().for_each(|&crop| grown[crop] = true);
    }
    let mut rng = source(seed, "orphans", 0);
    for crop in (0..articles.len()).filter(|&crop| !grown[crop]) {
        let farm = &mut farms[rng.usize(..farms.len())];
        let at = farm.crops.partition_point(|&other| other < crop);
        farm.crops.insert(at, crop);
    }
}

/// Certificates of all farms, as they stand in a run of weeks from `first` to `last`.
///
/// Most are good for the year; one organic farm in twelve must renew within six weeks of the
/// end, and one in twelve lost two weeks in the middle before its renewal came.
pub fn certificates(
    seed: u64,
    farms: &[Farm],
    articles: &[Article],
    first: Day,
    last: Day,
) -> Vec<Certificate> {
    let mut certificates = Vec::new();
    for (at, farm) in farms.iter().enumerate() {
        let mut rng = source(seed, "certificates", at as u64);
        let mut add = |certificate| certificates.push(certificate);
        for label in farm.grown.iter() {
            grown_under(&mut rng, farm, label, first, last, &mut add);
        }
        for &crop in &farm.crops {
            let Article { product, label, .. } = &articles[crop];
            if let Some(label) = *label {
                let (from, to) = (first.plus_days(-200), last.plus_days(365));
                let mut one = certificate(farm, label, from, to);
                // A farm is entitled product by product, each time under a number of its own.
                one.number = format!("{}-{}", one.number, product.id);
                one.product = Some(product.id);
                add(one);
            }
        }
    }
    certificates
}

fn grown_under(
    rng: &mut Rng,
    farm: &Farm,
    label: Label,
    first: Day,
    last: Day,
    add: &mut impl FnMut(Certificate),
) {
    let begun = first.plus_days(-rng.i32(120..=330));
    let fate = rng.u32(0..12);
    if label == Label::Organic && fate == 0 {
        add(certificate(farm, label, begun, last.plus_days(rng.i32(7..=42))));
    } else if label == Label::Organic && fate == 1 {
        let length = (last.days() - first.days()).max(1);
        let end = first.plus_days((f64::from(length) * between(rng, 0.3, 0.7)) as i32);
        add(certificate(farm, label, begun, end));
        add(certificate(farm, label, end.plus_days(15), end.plus_days(15 + 365 + length)));
    } else {
        add(certificate(farm, label, begun, last.plus_days(rng.i32(60..=365))));
    }
}

fn certificate(farm: &Farm, label: Label, from: Day, to: Day) -> Certificate {
    let (letters, body) = match label {
        Label::Organic | Label::Conversion => ("BIO", "Organisme fictif (FR-BIO-00)"),
        Label::Hve => ("HVE", "Organisme fictif HVE"),
        _ => ("SIQO", "Organisme fictif des signes de qualité"),
    };
    let number = format!("{letters}-{}-{}", farm.producer.id, from.number());
    Certificate {
        producer: farm.producer.id,
        label,
        product: None,
        number,
        body: body.into(),
        valid_from: from,
        valid_to: to,
    }
}

/// The labels under which a farm may sell an article on both days, so that one week has one name
/// for its goods.
pub fn labels(
    certificates: &[Certificate],
    farm: &Farm,
    article: &Article,
    days: &[Day],
) -> Labels {
    let wanted = match article.label {
        Some(label) => farm.grown.with(label),
        None => farm.grown,
    };
    let proven = |label: &Label| {
        days.iter().all(|&day| {
            let mut own = certificates.iter().filter(|one| one.producer == farm.producer.id);
            own.any(|one| one.label == *label && one.covers(article.product.id, day))
        })
    };
    let proven: Vec<Label> = wanted.iter().filter(proven).collect();
    Labels::of(&proven)
}
