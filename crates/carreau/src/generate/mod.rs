//! Invented weeks that look real: real products, places and public kitchens, invented farms,
//! prices, quantities and mishaps. For the demonstration, simulations, tests and benchmarks.
//!
//! Everything follows from a scale, a seed and the weeks. A week of a seed has the same market
//! and the same hungry kitchens whatever other weeks stand beside it; only certificates look at
//! the whole run, since some must end in it.

mod buyers;
mod catalogue;
mod chance;
mod events;
mod farms;
mod market;
mod numbers;
mod offering;
mod ordering;
mod pledging;
pub(crate) mod seeds;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use trade::calendar::{Day, IsoWeek, ServiceCalendar, Weekday};
use trade::catalog::MarketQuote;
use trade::contract::Contract;
use trade::id::{HubId, VehicleId};
use trade::party::{
    BuyerKind, Certificate, DockRules, Duty, Hours, Hub, Identity, Place, Rest, Vehicle,
};
use trade::register::{PricingRule, Reading, StandingOrder};
use trade::unit::{Cents, Grams, Price, Rate};
use wire::pack::Pack;

use crate::law;
use buyers::Kitchen;
use farms::Farm;
use seeds::Article;

/// How large a hub is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// To look at.
    Xs,
    /// A hub like the one of Montpellier today.
    S,
    /// An older sister hub, near 260 clients.
    M,
    /// A region with its platforms.
    L,
    /// A stress.
    Xl,
}

impl Scale {
    pub const ALL: [Scale; 5] = [Scale::Xs, Scale::S, Scale::M, Scale::L, Scale::Xl];

    pub const fn code(self) -> &'static str {
        match self {
            Scale::Xs => "xs",
            Scale::S => "s",
            Scale::M => "m",
            Scale::L => "l",
            Scale::Xl => "xl",
        }
    }

    /// The counts of a scale. XS, L and XL are built from the others; S and M follow published
    /// figures of hubs (farms, clients, lines of the list).
    pub const fn shape(self) -> Shape {
        let [farms, products, offers, buyers, lines, vehicles, offer_kilos] = match self {
            Scale::Xs => [12, 25, 40, 10, 55, 1, 120],
            Scale::S => [40, 50, 100, 40, 240, 3, 120],
            Scale::M => [70, 150, 350, 260, 1_500, 10, 120],
            Scale::L => [500, 350, 2_500, 700, 5_000, 24, 50],
            Scale::Xl => [1_000, 1_500, 10_000, 2_000, 20_000, 75, 30],
        };
        Shape { farms, products, offers, buyers, lines, vehicles, offer_kilos }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Scale {
    type Err = String;

    fn from_str(text: &str) -> Result<Scale, String> {
        let text = text.trim().to_ascii_lowercase();
        let found = Scale::ALL.into_iter().find(|scale| scale.code() == text);
        found.ok_or_else(|| format!("taille inconnue « {text} » : xs, s, m, l ou xl"))
    }
}

/// The counts of a scale: the register, and an ordinary week of school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub farms: usize,
    pub products: usize,
    /// Goods offered in a week: one farm's one product. Three in four are for both days, and
    /// each day is an offer of its own in the pack.
    pub offers: usize,
    pub buyers: usize,
    /// Order lines of a week.
    pub lines: usize,
    pub vehicles: usize,
    /// Kilos of the middle offer of a week. Less where there are many farms for each buyer, so
    /// that what is offered stays within three times of what is ordered.
    pub offer_kilos: usize,
}

/// What outlives a week, with what only the generator knows.
struct World {
    seed: u64,
    shape: Shape,
    articles: Vec<Article>,
    farms: Vec<Farm>,
    certificates: Vec<Certificate>,
    kitchens: Vec<Kitchen>,
    contracts: Vec<Contract>,
    standing_orders: Vec<StandingOrder>,
    calendar: &'static ServiceCalendar,
}

/// The hub of every generated pack. Its numbers are invented.
pub fn hub() -> Hub {
    Hub {
        id: HubId::parse("occitanie").expect("a short code"),
        identity: Identity {
            name: "Producteurs d'Occitanie".into(),
            address: "Marché d'intérêt national, 281 avenue du Marché Gare".into(),
            postcode: "34070".into(),
            commune: "Montpellier".into(),
            siret: numbers::siret(1),
            vat_number: numbers::vat_number(1),
            iban: numbers::iban(1),
            email: "bonjour@producteurs.example".into(),
            phone: numbers::phone(1),
        },
        place: Place { lat_e6: 43_593_500, lon_e6: 3_849_500 },
        delivery_days: vec![Weekday::Tuesday, Weekday::Thursday],
        cutoff_days_before: 2,
        cutoff_minute: 12 * 60,
        minimum_order: Cents::new(8_000),
        price_step: Price::new(100),
        pool_spread: Rate::new(1_500),
        income_goal: Rate::new(2_000),
        weight_tolerance: Rate::new(1_500),
        buyer_payment_days: 30,
        farm_payment_days: 30,
        dock: DockRules { doors: 4, ..DockRules::default() },
    }
}

/// A hub of a size with the weeks named. The same input gives the same pack.
///
/// Weeks without a delivery day (both on public holidays) have no offers. Rank and repetition of
/// `weeks` do not count.
pub fn pack(scale: Scale, seed: u64, weeks: &[IsoWeek]) -> Pack {
    let mut weeks = weeks.to_vec();
    weeks.sort_unstable();
    weeks.dedup();
    let world = world(scale, seed, &weeks);
    let mut pack = register(&world);
    pack.pledges = pledging::pledges(&world, &weeks);
    for &week in &weeks {
        add_week(&world, week, &mut pack);
    }
    pack
}

fn world(scale: Scale, seed: u64, weeks: &[IsoWeek]) -> World {
    let shape = scale.shape();
    let calendar = law::service_calendar();
    let articles = catalogue::choose(seed, shape.products);
    let farms = farms::farms(seed, shape.farms, crops_each(shape), &articles);
    let day = |week: Option<&IsoWeek>| week.map_or(Day::from_days(0), |week| week.monday());
    let (first, last) = (day(weeks.first()), day(weeks.last()).plus_days(6));
    let certificates = farms::certificates(seed, &farms, &articles, first, last);
    let mut kitchens = buyers::kitchens_of(seed, scale, shape.buyers);
    let contracts = buyers::contracts(seed, &mut kitchens, &farms, &articles, weeks);
    let standing_orders = buyers::standing_orders(seed, &kitchens, &articles, weeks, calendar);
    World {
        seed,
        shape,
        articles,
        farms,
        certificates,
        kitchens,
        contracts,
        standing_orders,
        calendar,
    }
}

/// Products that each farm grows, so that half of the farms, with half of their products in
/// season, can fill the list, and a third over for choice.
fn crops_each(shape: Shape) -> usize {
    let offering = shape.farms as f64 * 0.5 * 0.5;
    (shape.offers as f64 * 1.35 / offering).ceil() as usize
}

fn register(world: &World) -> Pack {
    Pack {
        hub: Some(hub()),
        rules: rules(),
        producers: world.farms.iter().map(|farm| farm.producer.clone()).collect(),
        certificates: world.certificates.clone(),
        buyers: world.kitchens.iter().map(|kitchen| kitchen.buyer.clone()).collect(),
        sites: world.kitchens.iter().flat_map(|kitchen| kitchen.sites.clone()).collect(),
        products: world.articles.iter().map(|article| article.product.clone()).collect(),
        contracts: world.contracts.clone(),
        standing_orders: world.standing_orders.clone(),
        vehicles: vehicles(world.shape.vehicles),
        ..Pack::default()
    }
}

/// 25 % on what the farm is paid; 15 % for food aid.
fn rules() -> Vec<PricingRule> {
    let from = Day::from_ymd(2023, 9, 1).unwrap_or(Day::from_days(0));
    let rule = |rate, buyer_kind| PricingRule {
        from,
        reading: Reading::OnCost,
        rate: Rate::new(rate),
        family: None,
        buyer_kind,
    };
    vec![rule(2_500, None), rule(1_500, Some(BuyerKind::FoodAid))]
}

/// In turn a truck of twelve tonnes, one of seven and a half, a van of three and a half. Payloads,
/// volumes and what an hour and a kilometre cost are round figures of refrigerated trucks as they
/// are sold and driven in France; assumptions.
fn vehicles(count: usize) -> Vec<Vehicle> {
    let vehicle = |at: usize| {
        let (name, payload, litres, gross, per_km) = match at % 3 {
            0 => ("Porteur 12 t", 5_500_000, 32_000, 12_000_000, 62),
            1 => ("Porteur 7,5 t", 3_000_000, 20_000, 7_500_000, 48),
            _ => ("Fourgon", 900_000, 9_000, 3_500_000, 30),
        };
        let name = format!("{name} frigorifique {}", at / 3 + 1);
        Vehicle {
            id: VehicleId::parse(&format!("v{:02}", at + 1)).expect("a short code"),
            name,
            payload: Grams::new(payload),
            is_cold: true,
            rank: at as i64 + 1,
            is_retired: false,
            duty: Duty {
                litres: Some(litres),
                gross: Some(Grams::new(gross)),
                // Early enough to fetch at farms before the dock closes.
                shift: Hours { from: 4 * 60, to: 13 * 60 },
                rest: Some(Rest { window: Hours { from: 9 * 60, to: 11 * 60 }, minutes: 30 }),
                per_km: Cents::new(per_km),
                per_hour: Cents::new(2_600),
                ..Duty::default()
            },
        }
    };
    (0..count).map(vehicle).collect()
}

fn add_week(world: &World, week: IsoWeek, pack: &mut Pack) {
    let days: Vec<Day> = hub()
        .delivery_days
        .iter()
        .map(|&weekday| week.day(weekday))
        .filter(|&day| !world.calendar.is_public_holiday(day))
        .collect();
    let levels: Vec<f64> = world
        .articles
        .iter()
        .enumerate()
        .map(|(at, article)| market::level(world.seed, at, article, week))
        .collect();
    let quotes: Vec<MarketQuote> = market::quotes(&world.articles, &levels, week);
    pack.quotes.extend(quotes);
    let offerings = offering::offerings(world, week, &days, &levels);
    let (mut lines, line_of) = offering::price_list(world, &offerings);
    pack.offers.extend(offering::requests(world, &offerings, &days));
    let placed = ordering::place_all(world, week, &days, &mut lines);
    pack.orders.extend(ordering::notes(world, week, &days, &lines, &placed));
    let offered = (offerings.as_slice(), line_of.as_slice());
    let events = events::events(world, week, &days, offered, &lines, &placed);
    pack.arrivals.extend(events.arrivals);
    pack.handovers.extend(events.handovers);
    pack.leftovers.extend(events.leftovers);
}
