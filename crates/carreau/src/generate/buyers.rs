//! Real public kitchens under their own names, with invented numbers of meals and habits.

use std::collections::BTreeSet;

use plan::distance::metres;
use trade::calendar::{Day, IsoWeek, ServiceCalendar};
use trade::catalog::Labels;
use trade::contract::{Contract, Origin, UnitPrice};
use trade::id::{BuyerId, ContractId, SiteId};
use trade::party::{Access, Buyer, BuyerKind, Hours, Identity, Place, Site, department};
use trade::register::StandingOrder;
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Grams, Price, Qty};

use super::chance::{between, happens, source};
use super::farms::Farm;
use super::seeds::{Article, KitchenKind, KitchenSeed, communes, kitchens};
use super::{Scale, hub};

/// A buyer with what only the generator knows of it.
#[derive(Clone, Debug)]
pub struct Kitchen {
    pub buyer: Buyer,
    pub sites: Vec<Site>,
    /// Meals of a service day, over all sites.
    pub diners: f64,
    /// Kilos a week that food aid takes in its winter campaign.
    pub campaign: f64,
    /// Share of weeks in which it orders, when it serves.
    pub activity: f64,
    /// Least and most share of its fruit and vegetables that it buys here.
    pub share: (f64, f64),
    /// Articles under contract, by their place.
    pub contracted: Vec<usize>,
}

/// Fruit and vegetables bought for one meal, in kilos, and service days of a full week.
const KILOS_PER_MEAL: f64 = 0.21;
const FULL_WEEK: f64 = 4.0;
/// From this much on a kitchen has goods on both days.
pub const TWICE_KILOS: f64 = 500.0;

/// How many kitchens of each kind a scale has, in the order of [`KINDS`]; what is missing to the
/// number of buyers is filled up from the last kinds.
const KINDS: [KitchenKind; 7] = [
    KitchenKind::Central,
    KitchenKind::University,
    KitchenKind::FoodAid,
    KitchenKind::Community,
    KitchenKind::Lycee,
    KitchenKind::College,
    KitchenKind::Primary,
];

const fn mix(scale: Scale) -> [usize; 7] {
    match scale {
        Scale::Xs => [1, 1, 1, 1, 4, 2, 0],
        Scale::S => [6, 4, 2, 3, 17, 8, 0],
        Scale::M => [18, 7, 2, 15, 90, 128, 0],
        Scale::L => [18, 7, 2, 15, 204, 412, 42],
        Scale::Xl => [18, 7, 2, 15, 204, 412, 1_146],
    }
}

pub fn kitchens_of(seed: u64, scale: Scale, count: usize) -> Vec<Kitchen> {
    let mut chosen: Vec<KitchenSeed> = Vec::with_capacity(count);
    for (kind, most) in KINDS.into_iter().zip(mix(scale)) {
        let mut own: Vec<&KitchenSeed> =
            kitchens().iter().filter(|kitchen| kitchen.kind == kind).collect();
        if kind == KitchenKind::Central {
            // The five kitchens of the colleges first: they are the hub's natural big buyers.
            own.sort_by_key(|kitchen| (!kitchen.code.starts_with("upc-"), distance(kitchen)));
        }
        chosen.extend(own.into_iter().take(most).cloned());
    }
    let mut at = 0;
    while chosen.len() < count {
        chosen.push(invented(at));
        at += 1;
    }
    chosen.truncate(count);
    let mut kitchens: Vec<Kitchen> =
        chosen.iter().enumerate().map(|(at, one)| kitchen(seed, at as u64, one)).collect();
    // The smallest hub has one truck: where it cannot come nobody would be served.
    if scale == Scale::Xs {
        let sites = kitchens.iter_mut().flat_map(|kitchen| &mut kitchen.sites);
        sites.for_each(|site| site.access.largest = None);
    }
    kitchens
}

/// Squared degrees from the hub: an order, not a length.
fn distance(kitchen: &KitchenSeed) -> i64 {
    let from = hub().place;
    let (lat, lon) = (kitchen.place.lat_e6 - from.lat_e6, kitchen.place.lon_e6 - from.lon_e6);
    (lat * lat + lon * lon) / 1_000_000
}

/// A home that does not exist, in a real commune: only the largest scale needs them.
fn invented(at: usize) -> KitchenSeed {
    let commune = &communes()[at * 7 % communes().len()];
    KitchenSeed {
        code: format!("residence-{:04}", at + 1),
        name: format!("Résidence fictive n° {} de {}", at + 1, commune.name),
        kind: KitchenKind::Community,
        commune: commune.name.clone(),
        postcode: commune.postcode.clone(),
        siret: String::new(),
        place: commune.place,
        size: None,
        boarding: false,
        kilos: None,
    }
}

fn kitchen(seed: u64, at: u64, one: &KitchenSeed) -> Kitchen {
    let mut rng = source(seed, "kitchen", at);
    let id = BuyerId::parse(&one.code).expect("a kitchen's code is short");
    let diners = diners(&mut rng, one).round().max(30.0);
    let kind = match one.kind {
        KitchenKind::Central => BuyerKind::CentralKitchen,
        KitchenKind::University => BuyerKind::University,
        KitchenKind::FoodAid => BuyerKind::FoodAid,
        KitchenKind::Community => BuyerKind::Community,
        KitchenKind::Lycee | KitchenKind::College | KitchenKind::Primary => BuyerKind::School,
    };
    // The city's own kitchen has its contracts elsewhere and comes now and then.
    let city = one.code == "cc-montpellier";
    let number = if at % 5 < 3 { format!("2026-EJ-{:04}", at + 1) } else { String::new() };
    let service = if at.is_multiple_of(3) { "RESTAURATION" } else { "" };
    Kitchen {
        buyer: Buyer {
            id,
            kind,
            identity: Identity {
                name: one.name.clone(),
                address: "Service de restauration".into(),
                postcode: one.postcode.clone(),
                commune: one.commune.clone(),
                siret: one.siret.clone(),
                email: format!("restauration@{}.example", one.code.to_lowercase()),
                ..Identity::default()
            },
            service_code: service.into(),
            invoice_rule: match (kind, number.is_empty(), service.is_empty()) {
                // Without a SIRET nobody is invoiced through Chorus Pro.
                _ if one.siret.is_empty() => InvoiceRule::Free,
                (BuyerKind::FoodAid, _, _) | (_, true, true) => InvoiceRule::Free,
                (_, false, false) if at.is_multiple_of(2) => InvoiceRule::Either,
                (_, false, false) => InvoiceRule::Both,
                (_, false, true) => InvoiceRule::Commitment,
                (_, true, false) => InvoiceRule::Service,
            },
            commitment_number: number,
        },
        sites: sites(one, id, diners as i64, &mut rng),
        diners,
        campaign: one.kilos.unwrap_or(700.0),
        activity: match kind {
            BuyerKind::FoodAid => 1.0,
            _ if city => 0.25,
            _ => 0.92,
        },
        share: if city { (0.05, 0.12) } else { (0.1, 0.3) },
        contracted: Vec::new(),
    }
}

/// Meals of a day. Half-boarders among pupils: 55 to 65 % of a collège, 65 to 85 % of a lycée
/// and 15 % more with boarders; where the source has no number, a middling one. Assumptions.
fn diners(rng: &mut fastrand::Rng, one: &KitchenSeed) -> f64 {
    match one.kind {
        KitchenKind::College => one.size.unwrap_or(480.0) * between(rng, 0.55, 0.65),
        KitchenKind::Lycee => {
            let boarders = if one.boarding { 1.15 } else { 1.0 };
            one.size.unwrap_or(900.0) * between(rng, 0.65, 0.85) * boarders
        }
        KitchenKind::Primary => one.size.unwrap_or(110.0) * between(rng, 0.6, 0.8),
        KitchenKind::Central => one.size.unwrap_or_else(|| between(rng, 900.0, 2_400.0)),
        KitchenKind::University => one.size.unwrap_or_else(|| between(rng, 600.0, 1_400.0)),
        KitchenKind::FoodAid => one.kilos.unwrap_or(700.0) / 2.0,
        KitchenKind::Community if one.code.starts_with("chu-") => 2_400.0,
        KitchenKind::Community if one.code.starts_with("residence-") => between(rng, 40.0, 110.0),
        KitchenKind::Community => one.size.unwrap_or_else(|| between(rng, 250.0, 900.0)),
    }
}

/// How a kitchen is reached: one small school in four has a narrow street, large kitchens take
/// longer and give more crates back, food aid also receives in the afternoon. Assumptions, and of
/// the code of the kitchen alone: no chance that other draws would follow.
fn access(one: &KitchenSeed, diners: i64) -> Access {
    let sign = one.code.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
    let is_small =
        matches!(one.kind, KitchenKind::College | KitchenKind::Primary | KitchenKind::Community);
    Access {
        again: (one.kind == KitchenKind::FoodAid).then_some(Hours { from: 810, to: 960 }),
        service_minutes: if one.kind == KitchenKind::Central { 20 } else { 10 },
        largest: (is_small && sign.is_multiple_of(4)).then(|| Grams::new(3_500_000)),
        priority: if one.kind == KitchenKind::FoodAid { 3 } else { 2 },
        empties: (diners / 100).min(40),
    }
}

fn sites(one: &KitchenSeed, buyer: BuyerId, diners: i64, rng: &mut fastrand::Rng) -> Vec<Site> {
    let (opens, closes) = match one.kind {
        KitchenKind::FoodAid => (480, 720),
        KitchenKind::Central => (330, 600),
        // Schools before their kitchens begin to cook: from half past six at the latest to nine
        // or half past ten.
        _ => (360 + 15 * rng.i64(0..=2), 540 + 15 * rng.i64(0..=6)),
    };
    let site = |code: &str, name: String, diners: i64, place: Place| Site {
        id: SiteId::parse(code).expect("a site's code is short"),
        buyer,
        name,
        address: "Entrée des livraisons".into(),
        postcode: one.postcode.clone(),
        commune: one.commune.clone(),
        place,
        opens_minute: opens,
        closes_minute: closes,
        diners,
        access: access(one, diners),
    };
    // A hospital has two kitchens under one buyer, so that every scale has such a buyer.
    if one.code == "chu-montpellier" {
        let second = format!("{}-2", one.code);
        let apart = Place { lat_e6: one.place.lat_e6 + 16_000, lon_e6: one.place.lon_e6 - 19_000 };
        let half = diners / 2;
        return vec![
            site(&one.code, format!("{}, quai 1", one.name), diners - half, one.place),
            site(&second, format!("{}, quai 2", one.name), half, apart),
        ];
    }
    vec![site(&one.code, one.name.clone(), diners, one.place)]
}

impl Kitchen {
    /// Kilos that the kitchen wants from the hub in a week; zero when it does not order.
    pub fn wanted_kilos(
        &self,
        rng: &mut fastrand::Rng,
        calendar: &ServiceCalendar,
        week: IsoWeek,
    ) -> f64 {
        let (share, active) = (between(rng, self.share.0, self.share.1), rng.f64());
        let about = between(rng, 0.9, 1.1);
        let month = week.monday().ymd().1;
        if active >= self.activity {
            return 0.0;
        }
        let served = |day: Day| match self.buyer.kind {
            kind if kind.follows_school() => calendar.closure_on(day).is_none(),
            _ => !calendar.is_public_holiday(day),
        };
        // Monday, Tuesday, Thursday, Friday: most kitchens cook little on Wednesdays.
        let days = [0, 1, 3, 4].into_iter().filter(|&rank| served(week.monday().plus_days(rank)));
        let days = days.count() as f64;
        match self.buyer.kind {
            // The winter campaign is November to March; the rest of the year is quieter.
            BuyerKind::FoodAid if matches!(month, 11 | 12 | 1..=3) => self.campaign * about,
            BuyerKind::FoodAid => self.campaign * about * 0.4,
            // University restaurants close in August.
            BuyerKind::University if month == 8 => 0.0,
            BuyerKind::University if matches!(month, 6 | 7) => {
                self.diners * KILOS_PER_MEAL * days * share * 0.5
            }
            _ => self.diners * KILOS_PER_MEAL * days * share,
        }
    }

    /// The same in an ordinary week of school.
    fn usual_kilos(&self) -> f64 {
        match self.buyer.kind {
            BuyerKind::FoodAid => self.campaign,
            _ => {
                let share = (self.share.0 + self.share.1) / 2.0;
                self.diners * KILOS_PER_MEAL * FULL_WEEK * share
            }
        }
    }

    /// Whether it usually has goods on both days.
    pub fn is_big(&self) -> bool {
        self.activity > 0.5 && self.usual_kilos() > TWICE_KILOS
    }

    /// Days on which it can receive: a school that is closed has nobody at the door.
    pub fn open_days(&self, calendar: &ServiceCalendar, days: &[Day]) -> Vec<usize> {
        let open =
            |day: Day| !self.buyer.kind.follows_school() || calendar.closure_on(day).is_none();
        (0..days.len()).filter(|&at| open(days[at])).collect()
    }
}

/// The first day of the school year of `day`.
pub fn school_year(day: Day) -> Day {
    let (year, month, _) = day.ymd();
    let year = if month >= 9 { year } else { year - 1 };
    Day::from_ymd(year, 9, 1).unwrap_or(day)
}

/// Contracts of one buyer in ten (food aid has none): three to six articles at a fixed price,
/// one school year each, under a ceiling that a usual year does not reach. One in five says where
/// its goods may come from.
pub fn contracts(
    seed: u64,
    kitchens: &mut [Kitchen],
    farms: &[Farm],
    articles: &[Article],
    weeks: &[IsoWeek],
) -> Vec<Contract> {
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return Vec::new() };
    let (from, end) =
        (school_year(first.monday().plus_days(1)), school_year(last.monday().plus_days(3)));
    let mut contracts = Vec::new();
    let mut rank = 0;
    for (at, kitchen) in kitchens.iter_mut().enumerate() {
        let mut rng = source(seed, "contract", at as u64);
        let is_first = at == 0;
        if kitchen.buyer.kind == BuyerKind::FoodAid || !(is_first || happens(&mut rng, 0.10)) {
            continue;
        }
        let mut known: Vec<usize> = (0..articles.len().min(40)).collect();
        rng.shuffle(&mut known);
        known.retain(|&at| articles[at].label.is_none());
        known.truncate(rng.usize(3..=6));
        let prices: Vec<UnitPrice> = known.iter().map(|&at| unit_price(&articles[at])).collect();
        kitchen.contracted = known;
        let origin = clause(rank, kitchen, farms);
        rank += 1;
        let mut year = from;
        while year <= end {
            let heading = contract(kitchen, year, prices.clone());
            contracts.push(Contract { origin: origin.clone(), ..heading });
            year = school_year(year.plus_days(370));
        }
    }
    contracts
}

/// Departments in which most farms are.
const NEAR_DEPARTMENTS: [&str; 2] = ["30", "34"];

/// The fifth buyer under contract wants goods of farms within a radius, the tenth those of the
/// communes of two departments where farms are, and so on in turn. Of the rank alone: no chance
/// that other draws would follow. Four farms in five fulfil either clause, or more.
fn clause(rank: usize, kitchen: &Kitchen, farms: &[Farm]) -> Origin {
    match rank % 10 {
        4 => Origin::Within { metres: radius(kitchen, farms) },
        9 => {
            let near = farms.iter().map(|farm| &farm.producer.identity);
            let near = near.filter(|one| NEAR_DEPARTMENTS.contains(&department(&one.postcode)));
            let names: BTreeSet<&String> = near.map(|one| &one.commune).collect();
            Origin::Communes(names.into_iter().cloned().collect())
        }
        _ => Origin::Anywhere,
    }
}

/// Road metres within which four farms in five are from each site, up to a full ten kilometres:
/// some kitchens stand far from all farms.
fn radius(kitchen: &Kitchen, farms: &[Farm]) -> i64 {
    let farthest = |farm: &Farm| {
        let sites = kitchen.sites.iter();
        sites.map(|site| metres(farm.producer.place, site.place)).max().unwrap_or(0)
    };
    let mut ways: Vec<i64> = farms.iter().map(farthest).collect();
    ways.sort_unstable();
    let most = ways.get(ways.len() * 4 / 5).copied().unwrap_or(0);
    (most / 10_000 + 1) * 10_000
}

/// The usual price of the farm with the hub's margin on it, to the cent.
fn unit_price(article: &Article) -> UnitPrice {
    let price = article.asked[0] * 128 / 100 / 100 * 100;
    UnitPrice { product: article.product.id, labels: Labels::NONE, price: Price::new(price) }
}

fn contract(kitchen: &Kitchen, from: Day, prices: Vec<UnitPrice>) -> Contract {
    let (year, ..) = from.ymd();
    let id = &kitchen.buyer.id;
    let code = format!("m{}-{}", year % 100, id);
    let code = &code[..code.len().min(trade::id::CODE_MAX)];
    // Thirty-six weeks at four euros a kilo.
    let ceiling = (kitchen.usual_kilos() * 36.0 * 4.0 / 1_000.0).ceil() as i64 * 100_000;
    Contract {
        id: ContractId::parse(code).expect("a contract's code is short"),
        buyer: *id,
        name: "Fruits et légumes frais, lot local".into(),
        reference: format!("{year}-FL-{id}"),
        valid_from: from,
        valid_to: school_year(from.plus_days(370)).plus_days(-1),
        ceiling: Some(Cents::new(ceiling)),
        origin: Origin::Anywhere,
        prices,
    }
}

/// What some buyers want every week: one in seven of those that never close, one school in
/// thirty, a school only for as long as it is open.
pub fn standing_orders(
    seed: u64,
    kitchens: &[Kitchen],
    articles: &[Article],
    weeks: &[IsoWeek],
    calendar: &ServiceCalendar,
) -> Vec<StandingOrder> {
    let Some(first) = weeks.first() else { return Vec::new() };
    let all_year = |at: &usize| articles[*at].product.season.0 == 0xfff;
    let regular: Vec<usize> = (0..articles.len().min(60)).filter(all_year).collect();
    let mut orders = Vec::new();
    for (at, kitchen) in kitchens.iter().enumerate() {
        let mut rng = source(seed, "standing", at as u64);
        let follows = kitchen.buyer.kind.follows_school();
        let likely = if follows { 1.0 / 30.0 } else { 1.0 / 7.0 };
        let is_shown = at == 1;
        if regular.is_empty() || !(happens(&mut rng, likely) || is_shown) {
            continue;
        }
        let article = &articles[regular[rng.usize(..regular.len())]];
        let weekday = hub().delivery_days[rng.usize(..2)];
        let quantity = standing_quantity(kitchen, article);
        let order = |from: Day, to: Option<Day>| StandingOrder {
            buyer: kitchen.buyer.id,
            site: kitchen.sites[0].id,
            weekday,
            product: article.product.id,
            labels: Labels::NONE,
            quantity,
            from,
            to,
        };
        if follows {
            // A public holiday interrupts nothing: there is just no delivery.
            let days = weeks.iter().map(|week| week.day(weekday));
            let days: Vec<Day> = days.filter(|&day| !calendar.is_public_holiday(day)).collect();
            let runs = days.chunk_by(|&a, &b| {
                calendar.closure_on(a).is_some() == calendar.closure_on(b).is_some()
            });
            let open = runs.filter(|run| calendar.closure_on(run[0]).is_none());
            orders.extend(open.map(|run| order(run[0], run.last().copied())));
        } else {
            orders.push(order(school_year(first.monday()), None));
        }
    }
    orders
}

/// About a tenth of what the kitchen usually takes, in whole packs.
fn standing_quantity(kitchen: &Kitchen, article: &Article) -> Qty {
    let menu = (article.product.grammage.get() as f64 / 100.0).clamp(0.02, 1.2);
    let units = article.units_of_kilos(kitchen.usual_kilos() * 0.1 * menu);
    let pack = article.product.pack.size.get();
    Qty::new(((units / pack as f64).round() as i64).max(1) * pack)
}
