//! What the generator builds on: products with prices, communes, kitchens, names of farms.
//! `seeds/SOURCES.md` says where each comes from.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use trade::catalog::{Label, Pack, Product, SaleUnit, Season, TemperatureClass, VatKind};
use trade::id::{FamilyId, ProductId};
use trade::party::Place;
use trade::unit::{Grams, Qty};

use crate::law::{SeedRow, seed_rows};

const PRODUCTS: &str = include_str!("../../../../seeds/products.csv");
const MOVES: &str = include_str!("../../../../seeds/price_moves.csv");
const COMMUNES: &str = include_str!("../../../../seeds/communes.csv");
const FARM_NAMES: &str = include_str!("../../../../seeds/farm_names.csv");
const SCHOOLS: &str = include_str!("../../../../seeds/school_sites.csv");
const PRIMARY: &str = include_str!("../../../../seeds/primary_schools.csv");
const BIG_BUYERS: &str = include_str!("../../../../seeds/big_buyers.csv");

/// Where in a menu a product is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    Side,
    Starter,
    Fruit,
    Condiment,
    Herb,
    Pulse,
}

impl Course {
    pub const ALL: [Course; 6] = [
        Course::Side,
        Course::Starter,
        Course::Fruit,
        Course::Condiment,
        Course::Herb,
        Course::Pulse,
    ];

    fn parse(code: &str) -> Course {
        match code {
            "side" => Course::Side,
            "starter" => Course::Starter,
            "fruit" => Course::Fruit,
            "condiment" => Course::Condiment,
            "herb" => Course::Herb,
            "pulse" => Course::Pulse,
            _ => panic!("a seed course is known: {code}"),
        }
    }
}

/// A product with what the generator knows of its market. Prices in ten-thousandths of a euro.
#[derive(Clone, Debug)]
pub struct Article {
    pub product: Product,
    /// Sold under this label only: an appellation or a Label Rouge.
    pub label: Option<Label>,
    pub course: Course,
    pub price_group: String,
    /// What a farm asks, conventional and organic.
    pub asked: [i64; 2],
    /// What a wholesaler pays a farm, conventional and organic.
    pub quoted: [i64; 2],
}

impl Article {
    /// Sale units of so many kilos, in thousandths.
    pub fn units_of_kilos(&self, kilos: f64) -> f64 {
        kilos * 1_000_000.0 / self.product.unit_weight.get() as f64
    }

    /// The step in which people speak of a quantity: a whole pack, or a kilo of what is weighed.
    pub fn step(&self) -> i64 {
        if self.product.pack.weighed { 1_000 } else { self.product.pack.size.get() }
    }
}

/// A decimal text as an integer of 10^-`places`.
fn scaled(text: &str, places: u32) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part:0<width$}", width = places as usize);
    digits.parse().expect("a seed number is written with a point")
}

fn article(row: &SeedRow) -> Article {
    let unit = SaleUnit::parse(&row["unit"]).expect("a seed unit is known");
    let weight = row["piece_weight_g"].parse().unwrap_or(1_000);
    let class = TemperatureClass::parse(&row["temperature"]).expect("a seed class is known");
    let product = Product {
        id: ProductId::parse(&row["code"]).expect("a seed code is short"),
        name: row["name"].clone(),
        family: FamilyId::parse(&row["family"]).expect("a seed family is short"),
        species: row["species"].clone(),
        variety: row["variety"].clone(),
        quality_class: row["quality_class"].clone(),
        size_grade: row["size_grade"].clone(),
        unit,
        pack: Pack { size: Qty::new(scaled(&row["pack_main"], 3)), weighed: row["weighed"] == "1" },
        vat: VatKind::Food,
        temperature: class,
        unit_weight: Grams::new(if unit == SaleUnit::Kilo { 1_000 } else { weight }),
        season: Season::parse(&row["season"]).expect("a seed season has twelve months"),
        grammage: Grams::new(row["grammage_g"].parse().unwrap_or(0)),
    };
    Article {
        product,
        label: Label::parse(&row["label"]),
        course: Course::parse(&row["course"]),
        price_group: row["price_group"].clone(),
        asked: ["price_farm_conv", "price_farm_organic"].map(|name| scaled(&row[name], 4)),
        quoted: ["quote_conv", "quote_organic"].map(|name| scaled(&row[name], 4)),
    }
}

/// All articles, in the order of the seed.
pub fn articles() -> &'static [Article] {
    static ALL: OnceLock<Vec<Article>> = OnceLock::new();
    ALL.get_or_init(|| seed_rows(PRODUCTS).iter().map(article).collect())
}

#[derive(Clone, Debug)]
pub struct Commune {
    pub insee: String,
    pub name: String,
    pub postcode: String,
    /// People who live there; 0 when unknown.
    pub population: i64,
    pub place: Place,
    pub farm_weight: f64,
}

fn place(row: &SeedRow) -> Place {
    let degrees = |name: &str| row[name].parse::<f64>().expect("a seed coordinate is a number");
    Place {
        lat_e6: (degrees("lat") * 1e6).round() as i64,
        lon_e6: (degrees("lon") * 1e6).round() as i64,
    }
}

pub fn communes() -> &'static [Commune] {
    static ALL: OnceLock<Vec<Commune>> = OnceLock::new();
    ALL.get_or_init(|| {
        let commune = |row: &SeedRow| Commune {
            insee: row["code"].clone(),
            name: row["name"].clone(),
            postcode: row["postcode"].clone(),
            population: row["population"].parse().unwrap_or(0),
            place: place(row),
            farm_weight: row["farm_weight"].parse().expect("a seed weight is a number"),
        };
        seed_rows(COMMUNES).iter().map(commune).collect()
    })
}

/// Beginnings and ends of the names of farms.
pub fn farm_names() -> &'static (Vec<String>, Vec<String>) {
    static NAMES: OnceLock<(Vec<String>, Vec<String>)> = OnceLock::new();
    NAMES.get_or_init(|| {
        let rows = seed_rows(FARM_NAMES);
        let part = |part: &str| {
            let own = rows.iter().filter(|row| row["part"] == part);
            own.map(|row| row["text"].clone()).collect()
        };
        (part("prefix"), part("name"))
    })
}

/// What kind of kitchen a seed row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KitchenKind {
    Central,
    University,
    FoodAid,
    Community,
    Lycee,
    College,
    Primary,
}

/// A real public kitchen, or a depot of food aid.
#[derive(Clone, Debug)]
pub struct KitchenSeed {
    pub code: String,
    pub name: String,
    pub kind: KitchenKind,
    pub commune: String,
    pub postcode: String,
    pub siret: String,
    pub place: Place,
    /// Meals a day of a kitchen, pupils of a school; `None` when unknown.
    pub size: Option<f64>,
    pub boarding: bool,
    /// Kilos a week that food aid takes in its winter campaign.
    pub kilos: Option<f64>,
}

fn big_buyer(row: &SeedRow) -> KitchenSeed {
    KitchenSeed {
        code: row["code"].clone(),
        name: row["name"].clone(),
        kind: match row["kind"].as_str() {
            "central_kitchen" => KitchenKind::Central,
            "university" => KitchenKind::University,
            "food_aid" => KitchenKind::FoodAid,
            _ => KitchenKind::Community,
        },
        commune: row["commune"].clone(),
        postcode: row["postcode"].clone(),
        siret: row["siret"].clone(),
        place: place(row),
        size: row["meals_per_day"].parse().ok(),
        boarding: false,
        kilos: row["kg_per_week"].parse().ok(),
    }
}

fn school(row: &SeedRow) -> KitchenSeed {
    KitchenSeed {
        code: row["uai"].clone(),
        name: row["name"].clone(),
        kind: if row["kind"] == "college" { KitchenKind::College } else { KitchenKind::Lycee },
        commune: row["commune"].clone(),
        postcode: row["postcode"].clone(),
        siret: row["siret"].clone(),
        place: place(row),
        size: row["pupils"].parse().ok(),
        boarding: row["boarding"] == "1",
        kilos: None,
    }
}

fn primary(row: &SeedRow, names: &BTreeMap<&str, &str>) -> KitchenSeed {
    KitchenSeed {
        code: row["uai"].clone(),
        name: row["name"].clone(),
        kind: KitchenKind::Primary,
        commune: names.get(row["insee"].as_str()).copied().unwrap_or_default().to_string(),
        postcode: row["postcode"].clone(),
        siret: String::new(),
        place: place(row),
        size: row["pupils"].parse().ok(),
        boarding: false,
        kilos: None,
    }
}

/// All kitchens: big ones, then schools and primary schools, each nearest first.
pub fn kitchens() -> &'static [KitchenSeed] {
    static ALL: OnceLock<Vec<KitchenSeed>> = OnceLock::new();
    ALL.get_or_init(|| {
        let of_commune = |one: &'static Commune| (one.insee.as_str(), one.name.as_str());
        let names: BTreeMap<&str, &str> = communes().iter().map(of_commune).collect();
        let mut all: Vec<KitchenSeed> = seed_rows(BIG_BUYERS).iter().map(big_buyer).collect();
        all.extend(seed_rows(SCHOOLS).iter().map(school));
        all.extend(seed_rows(PRIMARY).iter().map(|row| primary(row, &names)));
        all
    })
}

/// How the prices of a group move, from quotations.
#[derive(Clone, Copy, Debug)]
pub struct Moves {
    /// Share of weeks in which a price changes, and how much it then does (logarithm).
    pub changed_share: f64,
    pub sigma_changed: f64,
    /// Price of each month over the year's median, kept between 0.6 and 1.8: one year only.
    pub months: [f64; 12],
}

/// Moves of each price group; `all` stands for groups without quotations.
pub fn moves() -> &'static BTreeMap<String, Moves> {
    static ALL: OnceLock<BTreeMap<String, Moves>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut cells: BTreeMap<(String, String, String), f64> = BTreeMap::new();
        for row in seed_rows(MOVES) {
            let value: f64 = row["permille"].parse().expect("a seed move is per mille");
            let key = (row["group"].clone(), row["kind"].clone(), row["key"].clone());
            cells.insert(key, value / 1_000.0);
        }
        let groups: Vec<String> = cells.keys().map(|key| key.0.clone()).collect();
        let cell = |group: &str, kind: &str, key: &str| {
            let of = |group: &str| cells.get(&(group.into(), kind.into(), key.into())).copied();
            of(group).or_else(|| of("all"))
        };
        let moves = |group: String| {
            let month = |at: usize| {
                let key = format!("{:02}", at + 1);
                cell(&group, "month_index", &key).unwrap_or(1.0).clamp(0.6, 1.8)
            };
            let found = Moves {
                changed_share: cell(&group, "week_move", "changed_share").unwrap_or(0.44),
                sigma_changed: cell(&group, "week_move", "sigma_changed").unwrap_or(0.14),
                months: std::array::from_fn(month),
            };
            (group, found)
        };
        groups.into_iter().map(moves).collect()
    })
}
