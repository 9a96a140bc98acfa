//! The cast that every scenario starts with, and the words that change it.

use trade::calendar::{ClosedPeriod, Closure, Day, IsoWeek};
use trade::catalog::{
    EgalimCategory, Label, LabelRow, MarketQuote, Pack, Product, SaleUnit, Season,
    TemperatureClass, VatKind, VatRow,
};
use trade::contract::{Contract, Origin, UnitPrice};
use trade::id::{BuyerId, ContractId, FamilyId, HubId, ProducerId, SiteId, VehicleId};
use trade::needs::{Menu, PastOrder};
use trade::offers::outlook::PastOffer;
use trade::party::{
    Access, AidProfile, Buyer, BuyerKind, Carriage, Certificate, DockRules, Duty, Hours, Hub,
    Identity, Place, Producer, Rest, Site, Standing, VatRegime, Vehicle,
};
use trade::pledge::Pledge;
use trade::register::{PricingRule, Reading, StandingOrder};
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Grams, Price, Rate};

use crate::words::{cents, day, decimal, goods, price, product, qty, rate, seconds, weekday};
use crate::world::{World, items, option};

/// Twenty-five percent is of the sale price: 1,20 sells at 1,60.
pub const CAST: &str = "
    vat food 5,5%
    vat standard 20%
    rule sale 25%
    label organic organic
    label aop siqo
    label hve other_egalim
    producer garrigues liable mandate=2026-01-01
    producer vidourle  liable mandate=2026-01-01
    producer aubrac    flat
    producer salagou   liable
    product carrot kg    pack=10 grammage=100
    product leek   kg    pack=5  grammage=80
    product egg    piece pack=30 weight=0,06
    product lamb   kg    pack=5  family=meat weighed
    product cider  litre pack=6  vat=standard
    buyer moulin  school commitment=ENG-1
    buyer joffre  school
    buyer chu     community
    buyer secours food_aid
    truck kangoo 600
    truck master 1200
";

/// Delivers on Tuesday and Thursday; each day closes at noon of the day before.
pub fn hub() -> Hub {
    Hub {
        id: HubId::parse("hub").expect("a code"),
        identity: Identity::default(),
        place: Place::default(),
        delivery_days: vec![weekday("tue"), weekday("thu")],
        cutoff_days_before: 1,
        cutoff_minute: 720,
        minimum_order: Cents::ZERO,
        price_step: Price::new(100),
        pool_spread: Rate::new(1_000),
        income_goal: Rate::new(2_000),
        weight_tolerance: Rate::new(1_500),
        buyer_payment_days: 30,
        farm_payment_days: 30,
        dock: DockRules::default(),
    }
}

/// Changes the register by one line; `false` when it is no line of a register.
pub fn enlist(world: &mut World, words: &[&str]) -> bool {
    let [kind, rest @ ..] = words else { return false };
    match *kind {
        "hub" => set_hub(world, rest),
        "vat" => add_vat(world, rest),
        "rule" => add_rule(world, rest),
        "label" => add_label(world, rest),
        "producer" => add_producer(world, rest),
        "certificate" => add_certificate(world, rest),
        "product" => add_product(world, rest),
        "quote" => add_quote(world, rest),
        "buyer" => add_buyer(world, rest),
        "site" => add_site(world, rest),
        "contract" => add_contract(world, rest),
        "standing" => add_standing(world, rest),
        "truck" => add_truck(world, rest),
        "profile" => add_profile(world, rest),
        "holiday" => add_closed(world, rest, Closure::PublicHoliday),
        "vacation" => add_closed(world, rest, Closure::SchoolHoliday),
        "past" => add_past(world, rest),
        "menu" => add_menu(world, rest),
        "pledge" => add_pledge(world, rest),
        "unpledge" => end_pledge(world, rest),
        "brought" => add_brought(world, rest),
        _ => return false,
    }
    true
}

fn set_hub(world: &mut World, words: &[&str]) {
    let hub = &mut world.register.hub;
    match words {
        ["minimum", amount] => hub.minimum_order = cents(amount),
        ["step", step] => hub.price_step = price(step),
        ["spread", spread] => hub.pool_spread = rate(spread),
        ["tolerance", tolerance] => hub.weight_tolerance = rate(tolerance),
        _ => panic!("no such setting: {words:?}"),
    }
}

fn from_day(words: &[&str]) -> Day {
    day(option(words, "from").unwrap_or("2026-01-01"))
}

fn add_vat(world: &mut World, words: &[&str]) {
    let kind = VatKind::parse(words[0]).expect("a VAT kind");
    let to = option(words, "to").map(day);
    world.register.vat.0.push(VatRow { kind, from: from_day(words), to, rate: rate(words[1]) });
}

fn add_rule(world: &mut World, words: &[&str]) {
    world.register.rules.push(rule(words));
}

/// `cost 25% from=2026-12-01 family=meat kind=food_aid`
pub fn rule(words: &[&str]) -> PricingRule {
    let reading = if words[0] == "cost" { Reading::OnCost } else { Reading::OnSale };
    PricingRule {
        from: from_day(words),
        reading,
        rate: rate(words[1]),
        family: option(words, "family").map(|name| FamilyId::parse(name).expect("a family")),
        buyer_kind: option(words, "kind").map(|name| BuyerKind::parse(name).expect("a kind")),
    }
}

fn add_label(world: &mut World, words: &[&str]) {
    let category = match words[1] {
        "organic" => EgalimCategory::Organic,
        "siqo" => EgalimCategory::Siqo,
        _ => EgalimCategory::OtherEgalim,
    };
    let label = Label::parse(words[0]).expect("a label");
    world.register.labels.0.push(LabelRow { label, category, from: from_day(words), to: None });
}

fn add_producer(world: &mut World, words: &[&str]) {
    let id = ProducerId::parse(words[0]).expect("a producer");
    let vat_regime = match words.get(1) {
        Some(&"flat") => VatRegime::FlatRateFarmer,
        Some(&"exempt") => VatRegime::Exempt,
        _ => VatRegime::Liable,
    };
    // From the dock and all sites, where a degree is a hundred kilometres.
    let kilometres = decimal(option(words, "km").unwrap_or("0"), 0);
    let producer = Producer {
        id,
        identity: Identity {
            postcode: option(words, "at").unwrap_or_default().to_string(),
            commune: option(words, "in").unwrap_or_default().to_string(),
            ..Identity::default()
        },
        place: Place { lat_e6: kilometres * 10_000, lon_e6: 0 },
        standing: Standing::Member,
        vat_regime,
        mandate_on: option(words, "mandate").map(day),
        minimum_trip: Cents::ZERO,
        season_share: option(words, "share").map(rate),
        carriage: Carriage {
            is_fetched: words.contains(&"fetched"),
            hours: option(words, "hours").map(hours),
        },
    };
    world.register.producers.insert(id, producer);
}

fn add_certificate(world: &mut World, words: &[&str]) {
    world.register.certificates.push(Certificate {
        producer: ProducerId::parse(words[0]).expect("a producer"),
        label: Label::parse(words[1]).expect("a label"),
        product: option(words, "product").map(product),
        number: String::new(),
        body: String::new(),
        valid_from: from_day(words),
        valid_to: day(option(words, "to").unwrap_or("2026-12-31")),
    });
}

fn add_product(world: &mut World, words: &[&str]) {
    let id = product(words[0]);
    let grams = |text: &str| Grams::new(decimal(text, 3));
    let text = |key: &str, other: &str| option(words, key).unwrap_or(other).to_string();
    let product = Product {
        id,
        name: text("name", words[0]),
        family: FamilyId::parse(&text("family", "vegetables")).expect("a family"),
        species: words[0].to_string(),
        variety: String::new(),
        quality_class: "I".into(),
        size_grade: String::new(),
        unit: SaleUnit::parse(words[1]).expect("a sale unit"),
        pack: Pack { size: qty(&text("pack", "1")), weighed: words.contains(&"weighed") },
        vat: VatKind::parse(&text("vat", "food")).expect("a VAT kind"),
        temperature: match words.contains(&"chilled") {
            true => TemperatureClass::Chilled,
            false => TemperatureClass::Ambient,
        },
        unit_weight: grams(&text("weight", "1")),
        season: Season::parse(&text("season", "111111111111")).expect("twelve flags"),
        grammage: Grams::new(decimal(&text("grammage", "0"), 0)),
    };
    world.register.products.insert(id, product);
}

fn add_quote(world: &mut World, words: &[&str]) {
    world.register.quotes.push(MarketQuote {
        product: product(words[0]),
        organic: words.contains(&"organic"),
        week: option(words, "week").map_or(crate::words::week(), week_of),
        price: price(words[1]),
        source: "rnm".into(),
    });
}

pub fn week_of(word: &str) -> IsoWeek {
    IsoWeek::parse(word).unwrap_or_else(|| panic!("no week: {word}"))
}

/// A buyer receives at a site of its own name.
fn add_buyer(world: &mut World, words: &[&str]) {
    let id = BuyerId::parse(words[0]).expect("a buyer");
    let buyer = Buyer {
        id,
        kind: BuyerKind::parse(words[1]).expect("a kind"),
        identity: Identity {
            siret: option(words, "siret").unwrap_or_default().to_string(),
            ..Identity::default()
        },
        service_code: option(words, "service").unwrap_or_default().to_string(),
        commitment_number: option(words, "commitment").unwrap_or_default().to_string(),
        invoice_rule: option(words, "wants").map_or(InvoiceRule::Free, invoice_rule),
    };
    world.register.buyers.insert(id, buyer);
    let own = format!("of={}", words[0]);
    add_site(world, &[&[words[0], own.as_str()], &words[2..]].concat());
}

/// `profile secours departments=34,30 van=kangoo:600`
fn add_profile(world: &mut World, words: &[&str]) {
    let buyer = BuyerId::parse(words[0]).expect("a buyer");
    let departments = option(words, "departments").unwrap_or_default().split(',');
    let van = option(words, "van").and_then(|text| text.split_once(':'));
    let van = van.map(|(name, kilos)| (name.to_string(), Grams::new(decimal(kilos, 3))));
    let profile = AidProfile {
        buyer,
        approval: String::new(),
        departments: departments.filter(|one| !one.is_empty()).map(String::from).collect(),
        vans: van.into_iter().collect(),
        structures: Vec::new(),
    };
    world.register.aid.insert(buyer, profile);
}

fn invoice_rule(word: &str) -> InvoiceRule {
    InvoiceRule::parse(word).expect("a rule")
}

fn add_site(world: &mut World, words: &[&str]) {
    let id = SiteId::parse(words[0]).expect("a site");
    let site = Site {
        id,
        buyer: BuyerId::parse(option(words, "of").expect("of=")).expect("a buyer"),
        name: words[0].to_string(),
        address: String::new(),
        postcode: String::new(),
        commune: String::new(),
        place: Place::default(),
        opens_minute: 360,
        closes_minute: 660,
        diners: decimal(option(words, "diners").unwrap_or("100"), 0),
        access: Access {
            again: option(words, "again").map(hours),
            largest: option(words, "largest").map(|kilos| Grams::new(decimal(kilos, 3))),
            empties: decimal(option(words, "empties").unwrap_or("0"), 0),
            ..Access::default()
        },
    };
    world.register.sites.insert(id, site);
}

/// `contract bpu of=moulin ceiling=500,00 : carrot 1,50, leek 2,00`
fn add_contract(world: &mut World, words: &[&str]) {
    let colon = words.iter().position(|word| *word == ":").expect("a colon");
    let prices = items(&words[colon + 1..]).into_iter().map(|item| {
        let (product, labels, _) = goods(item[0]);
        UnitPrice { product, labels, price: price(item[1]) }
    });
    let contract = Contract {
        id: ContractId::parse(words[0]).expect("a contract"),
        buyer: BuyerId::parse(option(words, "of").expect("of=")).expect("a buyer"),
        name: words[0].to_string(),
        reference: String::new(),
        valid_from: from_day(words),
        valid_to: day(option(words, "to").unwrap_or("2026-12-31")),
        ceiling: option(words, "ceiling").map(cents),
        origin: origin(words),
        prices: prices.collect(),
    };
    world.register.contracts.push(contract);
}

/// `within=40000` metres, or `communes=Aniane|Gignac`.
fn origin(words: &[&str]) -> Origin {
    let within = option(words, "within").map(|metres| format!("within {metres}"));
    let communes = option(words, "communes").map(|names| format!("communes {names}"));
    let code = within.or(communes).unwrap_or("anywhere".into());
    Origin::parse(&code).expect("an origin")
}

/// `standing moulin tue carrot 20`
fn add_standing(world: &mut World, words: &[&str]) {
    let (product, labels, _) = goods(words[2]);
    world.register.standing_orders.push(StandingOrder {
        buyer: BuyerId::parse(words[0]).expect("a buyer"),
        site: SiteId::parse(words[0]).expect("a site"),
        weekday: weekday(words[1]),
        product,
        labels,
        quantity: qty(words[3]),
        from: from_day(words),
        to: option(words, "to").map(day),
    });
}

fn add_truck(world: &mut World, words: &[&str]) {
    let id = VehicleId::parse(words[0]).expect("a truck");
    let payload = Grams::new(decimal(words[1], 3));
    let duty = Duty {
        per_day: option(words, "day").map_or(Cents::ZERO, cents),
        litres: option(words, "litres").map(|word| decimal(word, 0)),
        rest: option(words, "rest").map(|word| Rest { window: hours(word), minutes: 45 }),
        ..Duty::default()
    };
    let truck = Vehicle {
        id,
        name: words[0].to_string(),
        payload,
        is_cold: words.contains(&"cold"),
        rank: option(words, "rank").map_or(0, |word| word.parse().expect("a rank")),
        is_retired: words.contains(&"retired"),
        duty,
    };
    world.register.vehicles.insert(id, truck);
}

/// `7:00-9:30`
fn hours(word: &str) -> Hours {
    let (from, to) = word.split_once('-').expect("from-to");
    Hours { from: seconds(from) / 60, to: seconds(to) / 60 }
}

fn add_closed(world: &mut World, words: &[&str], closure: Closure) {
    let from = day(words[0]);
    let to = words.get(1).map_or(from, |word| day(word));
    let name = String::new();
    world.register.calendar.closed.push(ClosedPeriod { from, to, closure, name });
}

/// `past 2026-W46 moulin carrot 40, leek 20`
fn add_past(world: &mut World, words: &[&str]) {
    for item in items(&words[2..]) {
        let (product, labels, _) = goods(item[0]);
        world.past.push(PastOrder {
            week: week_of(words[0]),
            buyer: BuyerId::parse(words[1]).expect("a buyer"),
            product,
            labels,
            quantity: qty(item[1]),
        });
    }
}

/// `menu moulin carrot 200`: servings of the scenario's week.
fn add_menu(world: &mut World, words: &[&str]) {
    let (product, labels, _) = goods(words[1]);
    world.menus.push(Menu {
        buyer: BuyerId::parse(words[0]).expect("a buyer"),
        week: crate::words::week(),
        product,
        labels,
        servings: decimal(words[2], 0),
    });
}

/// `pledge garrigues carrot 40 from=2026-W44 to=2026-W50`
fn add_pledge(world: &mut World, words: &[&str]) {
    let (product, labels, _) = goods(words[1]);
    world.register.pledges.push(Pledge {
        producer: ProducerId::parse(words[0]).expect("a producer"),
        product,
        labels,
        from: week_of(option(words, "from").expect("from=")),
        to: week_of(option(words, "to").expect("to=")),
        weekly: qty(words[2]),
    });
}

/// `unpledge garrigues carrot from=2026-W44 after=2026-W46`
fn end_pledge(world: &mut World, words: &[&str]) {
    let (product, labels, _) = goods(words[1]);
    let producer = ProducerId::parse(words[0]).expect("a producer");
    let from = week_of(option(words, "from").expect("from="));
    let key = |one: &&mut Pledge| {
        (one.producer, one.goods(), one.from) == (producer, (product, labels), from)
    };
    let pledge = world.register.pledges.iter_mut().find(key).expect("a pledge");
    *pledge = pledge.ended(week_of(option(words, "after").expect("after=")));
}

/// `brought 2026-W47 garrigues carrot 40 at 1,20`
fn add_brought(world: &mut World, words: &[&str]) {
    let (product, labels, _) = goods(words[2]);
    world.brought.push(PastOffer {
        week: week_of(words[0]),
        producer: ProducerId::parse(words[1]).expect("a producer"),
        product,
        labels,
        quantity: qty(words[3]),
        price: price(words[5]),
    });
}
