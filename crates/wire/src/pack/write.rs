//! A pack to files: comma, decimal point, UTF-8, line feed. Reading it gives the same pack.

use trade::calendar::Day;
use trade::calendar::deliveries::{DayException, DeliveryChange, Rhythm};
use trade::catalog::Labels;
use trade::needs::Menu;
use trade::party::{AidProfile, Identity, Place};
use trade::pledge::Pledge;
use trade::unit::{Cents, Grams, Price, Qty, Rate};

use super::carriage::{access_cells, carriage_cells, dock_rules_cells, duty_cells};
use super::columns::{self, Table};
use super::sourcing;
use super::words::{self, Change, Fate, code};
use super::{Amount, LeftoverFate, Pack};
use crate::safe;

/// The files of a pack, by name and bytes. Files without rows are left out, but for the needed.
pub fn write(pack: &Pack) -> Vec<(String, Vec<u8>)> {
    let mut files = register_files(pack);
    files.extend(week_files(pack));
    files
        .into_iter()
        .filter(|(table, rows)| table.is_needed || !rows.is_empty())
        .map(|(table, rows)| (table.file(), bytes(table, &rows)))
        .collect()
}

type Rows = Vec<Vec<String>>;

fn bytes(table: &Table, rows: &Rows) -> Vec<u8> {
    let heading = table.columns.iter().map(|column| column.name.to_string()).collect();
    let rows = std::iter::once(&heading).chain(rows);
    safe::csv(',', rows).into_bytes()
}

/// `value / 10^decimals` without needless zeros.
pub(super) fn decimal(value: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.abs() / scale, value.abs() % scale);
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{part:0width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

fn qty(quantity: Qty) -> String {
    decimal(quantity.get(), 3)
}

fn price(price: Price) -> String {
    decimal(price.get(), 4)
}

pub(super) fn cents(cents: Cents) -> String {
    decimal(cents.get(), 2)
}

fn rate(rate: Rate) -> String {
    format!("{} %", decimal(rate.get(), 2))
}

fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

pub(super) fn flag(flag: bool) -> String {
    if flag { "oui".into() } else { "non".into() }
}

pub(super) fn minute(minute: i64) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

fn labels(labels: Labels) -> String {
    labels.code()
}

fn amount(amount: Option<Amount>) -> String {
    match amount {
        None => String::new(),
        Some(Amount::Quantity(quantity)) => qty(quantity),
        Some(Amount::Share(share)) => rate(share),
    }
}

fn opt(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn identity(of: &Identity) -> Vec<String> {
    let Identity { name, address, postcode, commune, siret, vat_number, iban, email, phone } = of;
    [name, address, postcode, commune, siret, vat_number, iban, email, phone]
        .into_iter()
        .cloned()
        .collect()
}

fn place(place: Place) -> [String; 2] {
    [decimal(place.lat_e6, 6), decimal(place.lon_e6, 6)]
}

/// Several groups of cells as one row.
macro_rules! row {
    ($($cells:expr),* $(,)?) => {{
        let mut row: Vec<String> = Vec::new();
        $(row.extend($cells);)*
        row
    }};
}

fn register_files(pack: &Pack) -> Vec<(&'static Table, Rows)> {
    vec![
        (&columns::HUB, pack.hub.iter().map(hub).collect()),
        (&columns::PRICING_RULES, pack.rules.iter().map(rule).collect()),
        (&columns::PRODUCERS, pack.producers.iter().map(producer).collect()),
        (&columns::CERTIFICATES, pack.certificates.iter().map(certificate).collect()),
        (&columns::BUYERS, pack.buyers.iter().map(buyer).collect()),
        (&columns::SITES, pack.sites.iter().map(site).collect()),
        (&columns::PRODUCTS, pack.products.iter().map(product).collect()),
        (&columns::PACKS, pack.products.iter().map(packing).collect()),
        (&columns::QUOTATIONS, pack.quotes.iter().map(quotation).collect()),
        (&columns::CONTRACTS, pack.contracts.iter().flat_map(contract).collect()),
        (&columns::STANDING_ORDERS, pack.standing_orders.iter().map(standing_order).collect()),
        (&columns::VEHICLES, pack.vehicles.iter().map(vehicle).collect()),
        (&columns::RHYTHMS, pack.rhythms.iter().map(rhythm).collect()),
        (&columns::DAY_EXCEPTIONS, pack.exceptions.iter().map(exception).collect()),
        (&columns::AID_PROFILES, pack.aid.iter().map(aid_profile).collect()),
        (&columns::SOURCING, pack.sourcing.iter().map(sourcing::cells).collect()),
        (&columns::PLEDGES, pack.pledges.iter().map(pledge).collect()),
        (&columns::MENUS, pack.menus.iter().map(menu).collect()),
    ]
}

fn hub(hub: &trade::party::Hub) -> Vec<String> {
    let days = hub.delivery_days.iter().map(|&day| code(&words::WEEKDAYS, day));
    row![
        [hub.id.to_string()],
        identity(&hub.identity),
        place(hub.place),
        [
            days.collect::<Vec<_>>().join("+"),
            hub.cutoff_days_before.to_string(),
            minute(hub.cutoff_minute),
            cents(hub.minimum_order),
            price(hub.price_step),
            rate(hub.pool_spread),
            rate(hub.income_goal),
            rate(hub.weight_tolerance),
            hub.buyer_payment_days.to_string(),
            hub.farm_payment_days.to_string(),
        ],
        dock_rules_cells(&hub.dock),
    ]
}

fn rule(rule: &trade::register::PricingRule) -> Vec<String> {
    let kind = rule.buyer_kind.map(|kind| code(&words::BUYER_KINDS, kind));
    vec![
        rule.from.to_string(),
        code(&words::READINGS, rule.reading).into(),
        rate(rule.rate),
        opt(rule.family),
        opt(kind),
    ]
}

fn producer(farm: &trade::party::Producer) -> Vec<String> {
    row![
        [farm.id.to_string()],
        identity(&farm.identity),
        place(farm.place),
        [
            code(&words::STANDINGS, farm.standing).into(),
            code(&words::VAT_REGIMES, farm.vat_regime).into(),
            day(farm.mandate_on),
            cents(farm.minimum_trip),
            farm.season_share.map(rate).unwrap_or_default(),
        ],
        carriage_cells(&farm.carriage),
    ]
}

fn certificate(one: &trade::party::Certificate) -> Vec<String> {
    vec![
        one.producer.to_string(),
        code(&words::LABELS, one.label).into(),
        opt(one.product),
        one.number.clone(),
        one.body.clone(),
        one.valid_from.to_string(),
        one.valid_to.to_string(),
    ]
}

fn buyer(buyer: &trade::party::Buyer) -> Vec<String> {
    row![
        [buyer.id.to_string(), code(&words::BUYER_KINDS, buyer.kind).into()],
        identity(&buyer.identity),
        [buyer.service_code.clone(), buyer.commitment_number.clone()],
        [code(&words::INVOICE_RULES, buyer.invoice_rule).into()],
    ]
}

fn site(site: &trade::party::Site) -> Vec<String> {
    row![
        [site.id.to_string(), site.buyer.to_string(), site.name.clone()],
        [site.address.clone(), site.postcode.clone(), site.commune.clone()],
        place(site.place),
        [minute(site.opens_minute), minute(site.closes_minute), site.diners.to_string()],
        access_cells(&site.access),
    ]
}

fn product(product: &trade::catalog::Product) -> Vec<String> {
    vec![
        product.id.to_string(),
        product.name.clone(),
        product.family.to_string(),
        product.species.clone(),
        product.variety.clone(),
        product.quality_class.clone(),
        product.size_grade.clone(),
        code(&words::UNITS, product.unit).into(),
        code(&words::VAT_KINDS, product.vat).into(),
        code(&words::TEMPERATURES, product.temperature).into(),
        product.unit_weight.get().to_string(),
        product.season.flags(),
        product.grammage.get().to_string(),
    ]
}

fn packing(product: &trade::catalog::Product) -> Vec<String> {
    vec![product.id.to_string(), qty(product.pack.size), flag(product.pack.weighed)]
}

fn quotation(quote: &trade::catalog::MarketQuote) -> Vec<String> {
    vec![
        quote.product.to_string(),
        flag(quote.organic),
        quote.week.to_string(),
        price(quote.price),
        quote.source.clone(),
    ]
}

/// A radius is kept in whole kilometres.
fn origin(origin: &trade::contract::Origin) -> String {
    match origin {
        trade::contract::Origin::Anywhere => String::new(),
        trade::contract::Origin::Within { metres } => format!("{} km", metres / 1_000),
        trade::contract::Origin::Communes(communes) => communes.join("|"),
    }
}

/// One row for each price.
fn contract(contract: &trade::contract::Contract) -> Rows {
    let heading = [
        contract.id.to_string(),
        contract.buyer.to_string(),
        contract.name.clone(),
        contract.reference.clone(),
        contract.valid_from.to_string(),
        contract.valid_to.to_string(),
        contract.ceiling.map(cents).unwrap_or_default(),
        origin(&contract.origin),
    ];
    let rows = contract.prices.iter();
    rows.map(|one| {
        row![heading.clone(), [one.product.to_string(), labels(one.labels), price(one.price)]]
    })
    .collect()
}

fn standing_order(one: &trade::register::StandingOrder) -> Vec<String> {
    vec![
        one.buyer.to_string(),
        one.site.to_string(),
        code(&words::WEEKDAYS, one.weekday).into(),
        one.product.to_string(),
        labels(one.labels),
        qty(one.quantity),
        one.from.to_string(),
        day(one.to),
    ]
}

fn vehicle(vehicle: &trade::party::Vehicle) -> Vec<String> {
    let kilos = decimal(vehicle.payload.get(), 3);
    row![
        [vehicle.id.to_string(), vehicle.name.clone(), kilos, flag(vehicle.is_cold)],
        duty_cells(&vehicle.duty),
        [flag(vehicle.is_retired)],
    ]
}

fn rhythm(one: &Rhythm) -> Vec<String> {
    let days = one.days.iter().map(|&day| code(&words::WEEKDAYS, day));
    vec![
        one.from.to_string(),
        days.collect::<Vec<_>>().join("+"),
        one.cutoff_days_before.to_string(),
        minute(one.cutoff_minute),
    ]
}

fn exception(one: &DayException) -> Vec<String> {
    let (change, moved_to) = match one.delivery {
        DeliveryChange::Usual => (Change::Usual, None),
        DeliveryChange::NoDelivery => (Change::NoDelivery, None),
        DeliveryChange::Extra => (Change::Extra, None),
        DeliveryChange::MovedTo(to) => (Change::Moved, Some(to)),
    };
    vec![
        one.day.to_string(),
        code(&words::CHANGES, change).into(),
        day(moved_to),
        day(one.cutoff.map(|cutoff| cutoff.day)),
        one.cutoff.map(|cutoff| minute(cutoff.minute)).unwrap_or_default(),
        one.reason.clone(),
    ]
}

fn aid_profile(one: &AidProfile) -> Vec<String> {
    let lines = |rows: Vec<String>| rows.join("\n");
    let van = |(name, most): &(String, Grams)| format!("{name} : {}", decimal(most.get(), 3));
    let structure = |(name, part): &(String, i64)| format!("{name} : {part}");
    vec![
        one.buyer.to_string(),
        one.approval.clone(),
        one.departments.join("+"),
        lines(one.vans.iter().map(van).collect()),
        lines(one.structures.iter().map(structure).collect()),
    ]
}

fn pledge(one: &Pledge) -> Vec<String> {
    vec![
        one.producer.to_string(),
        one.product.to_string(),
        labels(one.labels),
        one.from.to_string(),
        one.to.to_string(),
        qty(one.weekly),
    ]
}

fn menu(one: &Menu) -> Vec<String> {
    vec![
        one.buyer.to_string(),
        one.week.to_string(),
        one.product.to_string(),
        labels(one.labels),
        one.servings.to_string(),
    ]
}

fn week_files(pack: &Pack) -> Vec<(&'static Table, Rows)> {
    vec![
        (&columns::OFFERS, pack.offers.iter().map(offer).collect()),
        (&columns::ORDERS, pack.orders.iter().flat_map(order).collect()),
        (&columns::DOCK_EVENTS, pack.arrivals.iter().map(arrival).collect()),
        (&columns::ROUND_EVENTS, pack.handovers.iter().map(handover).collect()),
        (&columns::LEFTOVERS, pack.leftovers.iter().map(leftover).collect()),
    ]
}

fn offer(offer: &trade::offers::OfferRequest) -> Vec<String> {
    vec![
        offer.producer.to_string(),
        offer.product.to_string(),
        labels(offer.labels),
        offer.day.to_string(),
        qty(offer.quantity),
        price(offer.price),
    ]
}

/// One row for each line.
fn order(order: &super::OrderNote) -> Rows {
    let heading = [
        order.reference.to_string(),
        order.buyer.to_string(),
        order.site.to_string(),
        order.day.to_string(),
        code(&words::CHANNELS, order.channel).into(),
        order.commitment_number.clone(),
    ];
    let lines = order.lines.iter();
    lines
        .map(|line| {
            let goods = [line.product.to_string(), labels(line.labels), opt(line.producer)];
            row![heading.clone(), goods, [qty(line.quantity)]]
        })
        .collect()
}

fn arrival(note: &super::ArrivalNote) -> Vec<String> {
    vec![
        note.day.to_string(),
        note.producer.to_string(),
        note.product.to_string(),
        labels(note.labels),
        amount(note.confirmed),
        amount(note.received),
        amount(note.rejected),
        note.rejection.map(|one| code(&words::REJECTIONS, one).to_string()).unwrap_or_default(),
        note.batch.clone(),
        note.temperature_dc.map(|tenths| decimal(tenths, 1)).unwrap_or_default(),
    ]
}

fn handover(note: &super::HandoverNote) -> Vec<String> {
    vec![
        note.day.to_string(),
        note.site.to_string(),
        note.product.to_string(),
        labels(note.labels),
        amount(note.refused),
        amount(note.missing),
        note.reason.clone(),
    ]
}

fn leftover(note: &super::LeftoverNote) -> Vec<String> {
    let (fate, beneficiary) = match note.fate {
        LeftoverFate::Donated(buyer) => (Fate::Donated, buyer.to_string()),
        LeftoverFate::Returned => (Fate::Returned, String::new()),
        LeftoverFate::Wasted => (Fate::Wasted, String::new()),
    };
    vec![
        note.day.to_string(),
        note.product.to_string(),
        labels(note.labels),
        opt(note.producer),
        opt(note.site),
        code(&words::FATES, fate).into(),
        beneficiary,
        amount(note.quantity),
        note.reason.clone(),
    ]
}
