//! Files of what outlives a week.

use std::collections::BTreeMap;

use trade::calendar::Day;
use trade::calendar::deliveries::{DayException, DeliveryChange, Moment, Rhythm};
use trade::catalog::{MarketQuote, Pack as Packing, Product, Season};
use trade::contract::{Contract, Origin, UnitPrice};
use trade::id::{BuyerId, ContractId, FamilyId, HubId, ProducerId, ProductId, SiteId, VehicleId};
use trade::needs::Menu;
use trade::party::{Access, AidProfile, Buyer, Certificate, Hub, Producer, Site, Vehicle};
use trade::pledge::{Pledge, SEASON_WEEKS_MAX};
use trade::register::{PricingRule, StandingOrder};
use trade::unit::{Cents, Grams, Price, Qty};

use super::carriage;
use super::checks::Unread;
use super::fault::Fault;
use super::row::Row;
use super::sheet::Sheet;
use super::values::decimal;
use super::words::{self, Change};

/// A record with the line on which it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    pub line: u64,
    pub record: T,
}

/// Reads every row of a sheet.
pub fn rows<T>(
    sheet: &Sheet,
    faults: &mut Vec<Fault>,
    read: impl Fn(&mut Row<'_>) -> T,
) -> Vec<At<T>> {
    let mut records = Vec::with_capacity(sheet.rows.len());
    for raw in &sheet.rows {
        let mut row = Row::new(sheet, raw, faults);
        let line = row.line();
        records.push(At { line, record: read(&mut row) });
    }
    records
}

pub fn hub(row: &mut Row<'_>) -> Hub {
    Hub {
        id: row.code("code", HubId),
        identity: row.identity(),
        place: row.place(),
        delivery_days: row.weekdays("delivery_days"),
        cutoff_days_before: row.integer("cutoff_days_before", 6),
        cutoff_minute: row.minute("cutoff_time"),
        minimum_order: row.cents("minimum_order"),
        price_step: positive(row, "price_step"),
        pool_spread: row.rate("pool_spread"),
        income_goal: row.rate("income_goal"),
        weight_tolerance: row.rate("weight_tolerance"),
        buyer_payment_days: row.integer("buyer_payment_days", 365),
        farm_payment_days: row.integer("farm_payment_days", 30),
        dock: carriage::dock_rules(row),
    }
}

pub fn rule(row: &mut Row<'_>) -> PricingRule {
    let rule = PricingRule {
        from: row.day("from"),
        reading: row.word("reading", &words::READINGS),
        rate: row.rate("rate"),
        family: row.opt_code("family", FamilyId),
        buyer_kind: row.opt_word("buyer_kind", &words::BUYER_KINDS),
    };
    if rule.sale_price(Price::new(10_000)).is_err() {
        row.fault("rate", "un taux de marque reste sous 100 %.");
    }
    rule
}

pub fn producer(row: &mut Row<'_>) -> Producer {
    Producer {
        id: row.code("code", ProducerId),
        identity: row.identity(),
        place: row.place(),
        standing: row.word("standing", &words::STANDINGS),
        vat_regime: row.word("vat_regime", &words::VAT_REGIMES),
        mandate_on: row.opt_day("mandate_on"),
        minimum_trip: row.cents("minimum_trip"),
        season_share: row.opt_rate("season_share"),
        carriage: carriage::carriage(row),
    }
}

/// A fault when a period ends before it begins.
fn period(row: &mut Row<'_>, from: Day, to: Day, column: &str) {
    if to < from {
        row.fault(column, format!("la fin est avant le début ({from})."));
    }
}

pub fn certificate(row: &mut Row<'_>) -> Certificate {
    let certificate = Certificate {
        producer: row.code("producer", ProducerId),
        label: row.word("label", &words::LABELS),
        product: row.opt_code("product", ProductId),
        number: row.filled("number"),
        body: row.text("body"),
        valid_from: row.day("valid_from"),
        valid_to: row.day("valid_to"),
    };
    period(row, certificate.valid_from, certificate.valid_to, "valid_to");
    certificate
}

pub fn buyer(row: &mut Row<'_>) -> Buyer {
    Buyer {
        id: row.code("code", BuyerId),
        kind: row.word("kind", &words::BUYER_KINDS),
        identity: row.identity(),
        service_code: row.text("service_code"),
        commitment_number: row.text("commitment_number"),
        invoice_rule: row.opt_word("invoice_rule", &words::INVOICE_RULES).unwrap_or_default(),
    }
}

pub fn site(row: &mut Row<'_>) -> Site {
    let mut site = Site {
        id: row.code("code", SiteId),
        buyer: row.code("buyer", BuyerId),
        name: row.filled("name"),
        address: row.text("address"),
        postcode: row.text("postcode"),
        commune: row.text("commune"),
        place: row.place(),
        opens_minute: row.minute("opens"),
        closes_minute: row.minute("closes"),
        diners: row.integer("diners", 1_000_000),
        access: Access::default(),
    };
    site.access = carriage::access(row, site.closes_minute);
    row.postcode(&site.postcode);
    if site.closes_minute <= site.opens_minute {
        row.fault("closes", "le site ferme avant d'ouvrir.");
    }
    site
}

/// A product; its pack comes from a file of its own.
pub fn product(row: &mut Row<'_>) -> Product {
    let season = match row.text("season").as_str() {
        "" => Some(Season(0b1111_1111_1111)),
        flags => Season::parse(flags),
    };
    if season.is_none() {
        row.fault("season", "il faut douze 0 ou 1, janvier d'abord (colonne en format texte).");
    }
    let product = Product {
        id: row.code("code", ProductId),
        name: row.filled("name"),
        family: row.code("family", FamilyId),
        species: row.text("species"),
        variety: row.text("variety"),
        quality_class: row.text("quality_class"),
        size_grade: row.text("size_grade"),
        unit: row.word("unit", &words::UNITS),
        pack: Packing { size: Qty::new(1_000), weighed: false },
        vat: row.word("vat", &words::VAT_KINDS),
        temperature: row.word("temperature", &words::TEMPERATURES),
        unit_weight: Grams::new(row.integer("unit_weight_g", 1_000_000)),
        season: season.unwrap_or_default(),
        grammage: Grams::new(row.integer("grammage_g", 100_000)),
    };
    if product.unit_weight.is_zero() {
        row.fault("unit_weight_g", "une unité de vente pèse quelque chose.");
    }
    product
}

pub fn packing(row: &mut Row<'_>) -> (ProductId, Packing) {
    let size = row.qty("size");
    if size.is_zero() {
        row.fault("size", "un colis contient quelque chose.");
    }
    let weighed = row.flag("weighed");
    (row.code("product", ProductId), Packing { size, weighed })
}

pub fn quotation(row: &mut Row<'_>) -> MarketQuote {
    MarketQuote {
        product: row.code("product", ProductId),
        organic: row.flag("organic"),
        week: row.week("week"),
        price: positive(row, "price"),
        source: row.text("source"),
    }
}

/// A price above zero.
pub fn positive(row: &mut Row<'_>, column: &str) -> Price {
    let price = row.price(column);
    if price.is_zero() {
        row.fault(column, "un prix est plus grand que zéro.");
    }
    price
}

pub fn standing_order(row: &mut Row<'_>) -> StandingOrder {
    let standing = StandingOrder {
        buyer: row.code("buyer", BuyerId),
        site: row.code("site", SiteId),
        weekday: row.word("weekday", &words::WEEKDAYS),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        quantity: row.qty("quantity"),
        from: row.day("from"),
        to: row.opt_day("to"),
    };
    if standing.quantity.is_zero() {
        row.fault("quantity", "la quantité est plus grande que zéro.");
    }
    if let Some(to) = standing.to {
        period(row, standing.from, to, "to");
    }
    standing
}

/// Before it lies only what stands for a week that could not be read.
const YEAR_MIN: i32 = 2000;

pub fn pledge(row: &mut Row<'_>) -> Pledge {
    let pledge = Pledge {
        producer: row.code("producer", ProducerId),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        from: row.week("from"),
        to: row.week("to"),
        weekly: row.qty("weekly"),
    };
    let days = pledge.to.monday().days() - pledge.from.monday().days();
    if days < 0 {
        row.fault("to", "la dernière semaine vient avant la première.");
    } else if days >= 7 * SEASON_WEEKS_MAX && pledge.from.year() >= YEAR_MIN {
        row.fault("to", format!("une saison a {SEASON_WEEKS_MAX} semaines au plus."));
    }
    pledge
}

pub fn menu(row: &mut Row<'_>) -> Menu {
    Menu {
        buyer: row.code("buyer", BuyerId),
        week: row.week("week"),
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        servings: row.integer("servings", 1_000_000),
    }
}

/// Its place in the order of preference is that of its row: see [`super::read`].
pub fn vehicle(row: &mut Row<'_>) -> Vehicle {
    let vehicle = Vehicle {
        id: row.code("code", VehicleId),
        name: row.filled("name"),
        payload: Grams::new(row.integer("payload_kg", 100_000) * 1_000),
        is_cold: row.flag("cold"),
        rank: 0,
        duty: carriage::duty(row),
        is_retired: row.flag("retired"),
    };
    if vehicle.payload.is_zero() {
        row.fault("payload_kg", "un véhicule porte quelque chose.");
    }
    vehicle
}

pub fn rhythm(row: &mut Row<'_>) -> Rhythm {
    Rhythm {
        from: row.week("from"),
        days: row.weekdays("delivery_days"),
        cutoff_days_before: row.integer("cutoff_days_before", 6),
        cutoff_minute: row.minute("cutoff_time"),
    }
}

pub fn exception(row: &mut Row<'_>) -> DayException {
    let day = row.day("day");
    let change = row.word("delivery", &words::CHANGES);
    let moved_to = row.opt_day("moved_to");
    let delivery = match (change, moved_to) {
        (Change::Moved, Some(to)) => DeliveryChange::MovedTo(to),
        (Change::Moved, None) => {
            row.fault("moved_to", "une livraison déplacée a un autre jour : écrivez-le ici.");
            DeliveryChange::Usual
        }
        (_, Some(_)) => {
            row.fault("moved_to", "ce jour ne va qu'avec une livraison déplacée (moved).");
            DeliveryChange::Usual
        }
        (Change::Usual, None) => DeliveryChange::Usual,
        (Change::NoDelivery, None) => DeliveryChange::NoDelivery,
        (Change::Extra, None) => DeliveryChange::Extra,
    };
    if let DeliveryChange::MovedTo(to) = delivery
        && (to == day || to.week() != day.week())
    {
        row.fault("moved_to", "une livraison se déplace à un autre jour de la même semaine.");
    }
    let minute = row.opt_minute("cutoff_time");
    let cutoff = match (row.opt_day("cutoff_day"), minute) {
        (Some(day), Some(minute)) => Some(Moment { day, minute }),
        (None, None) => None,
        (Some(_), None) => {
            row.fault("cutoff_time", "la limite a un jour et une heure : 12:00.");
            None
        }
        (None, Some(_)) => {
            row.fault("cutoff_day", "la limite a un jour et une heure : 2026-11-20.");
            None
        }
    };
    DayException { day, delivery, cutoff, reason: row.text("reason") }
}

pub fn aid_profile(row: &mut Row<'_>) -> AidProfile {
    let departments = row.text("departments").to_uppercase();
    let departments = departments.split(['+', '|', ' ']).filter(|one| !one.is_empty());
    let departments: Vec<String> = departments.map(str::to_string).collect();
    let is_one = |one: &String| {
        (2..=3).contains(&one.len()) && one.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    if let Some(bad) = departments.iter().find(|one| !is_one(one)) {
        row.fault("departments", format!("« {bad} » n'est pas un département. Exemple : 34+30."));
    }
    let vans = named(row, "vans", (3, 100_000_000), "une charge en kilos : Kangoo : 350");
    AidProfile {
        buyer: row.code("buyer", BuyerId),
        approval: row.text("approval"),
        departments,
        vans: vans.into_iter().map(|(name, grams)| (name, Grams::new(grams))).collect(),
        structures: named(row, "structures", (0, 1_000_000), "une part entière : Lunel : 3"),
    }
}

/// Names with a number behind their last colon, one on each line of a cell. `limits`: decimals,
/// and the most that the number may be.
fn named(
    row: &mut Row<'_>,
    column: &str,
    (decimals, most): (usize, i64),
    wanted: &str,
) -> Vec<(String, i64)> {
    let mut all = Vec::new();
    for line in row.text(column).lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts = line.rsplit_once(':').map(|(name, number)| (name.trim(), number.trim()));
        let read = parts.and_then(|(name, number)| {
            let number = decimal(number, decimals).ok().filter(|number| *number <= most)?;
            (!name.is_empty()).then(|| (name.to_string(), number))
        });
        match read {
            Some(one) => all.push(one),
            None => row.fault(column, format!("« {line} » : il faut un nom et {wanted}.")),
        }
    }
    all
}

/// A row of a contract: its heading, and one of its prices.
pub struct ContractRow {
    pub heading: Contract,
    pub price: UnitPrice,
}

pub fn contract(row: &mut Row<'_>) -> ContractRow {
    let heading = Contract {
        id: row.code("code", ContractId),
        buyer: row.code("buyer", BuyerId),
        name: row.text("name"),
        reference: row.text("reference"),
        valid_from: row.day("valid_from"),
        valid_to: row.day("valid_to"),
        ceiling: row.opt_cents("ceiling"),
        origin: origin(row),
        prices: Vec::new(),
    };
    period(row, heading.valid_from, heading.valid_to, "valid_to");
    if heading.ceiling == Some(Cents::ZERO) {
        row.fault("ceiling", "un plafond de zéro n'achète rien ; vide : sans plafond.");
    }
    let price = UnitPrice {
        product: row.code("product", ProductId),
        labels: row.labels("labels"),
        price: positive(row, "price"),
    };
    ContractRow { heading, price }
}

/// `60 km`, communes with `|` between them, or nothing.
fn origin(row: &mut Row<'_>) -> Origin {
    let text = row.text("origin");
    let text = text.trim();
    if text.is_empty() {
        return Origin::Anywhere;
    }
    let Some(kilometres) = text.strip_suffix("km") else {
        return Origin::parse(&format!("communes {text}")).unwrap_or_default();
    };
    let metres = kilometres.trim().parse::<i64>().ok().filter(|number| *number > 0);
    match metres.and_then(|number| number.checked_mul(1_000)) {
        Some(metres) => Origin::Within { metres },
        None => {
            row.fault("origin", "écrivez un nombre entier de kilomètres (60 km), ou des communes.");
            Origin::Anywhere
        }
    }
}

/// Contracts in order of their first row. Rows that say other things of the same contract, or
/// the same price twice, are faults.
pub fn contracts(
    sheet: &Sheet,
    rows: Vec<At<ContractRow>>,
    faults: &mut Vec<Fault>,
) -> Vec<At<Contract>> {
    let mut contracts: Vec<At<Contract>> = Vec::new();
    let mut at: BTreeMap<ContractId, usize> = BTreeMap::new();
    let unread = Unread::of(faults);
    for At { line, record: ContractRow { heading, price } } in rows {
        if unread.has_any(&sheet.file, line, sheet.table) {
            continue;
        }
        let rank = *at.entry(heading.id).or_insert_with(|| {
            contracts.push(At { line, record: heading.clone() });
            contracts.len() - 1
        });
        let first = contracts[rank].line;
        let known = &mut contracts[rank].record;
        let same = Contract { prices: known.prices.clone(), ..heading };
        let code = known.id.to_string();
        if *known != same {
            let reason = format!("ce marché est décrit autrement ligne {first}.");
            faults.push(Fault::new(&sheet.file, line, "code", &code, reason));
        }
        let twice = known
            .prices
            .iter()
            .any(|one| (one.product, one.labels) == (price.product, price.labels));
        if twice {
            let reason = "ce produit a déjà un prix dans ce marché.";
            faults.push(Fault::new(&sheet.file, line, "product", price.product.as_str(), reason));
        }
        known.prices.push(price);
    }
    contracts
}
