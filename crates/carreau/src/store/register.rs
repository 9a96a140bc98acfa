//! The register in tables: load it whole, add to it whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use db::{BoxFuture, Db, Tx, Val};
use trade::calendar::IsoWeek;
use trade::catalog::{Labels, MarketQuote, Product};
use trade::contract::{Contract, UnitPrice};
use trade::id::{BuyerId, ContractId, HubId, ProductId};
use trade::party::{AidProfile, Buyer, Certificate, Hub, Producer, Site, Vehicle};
use trade::register::{PricingRule, Register, StandingOrder};
use trade::treasury::References;
use trade::unit::{Cents, Price};

use super::ahead::{MenuRow, PledgeRow};
use super::table::{Of, Record, load_hub, run, table, upsert_hub};

table!(Hub, "hubs", 0, "code, name, address, postcode, commune, siret, vat_number, iban, email, \
    phone, lat_e6, lon_e6, delivery_days, cutoff_days_before, cutoff_minute, \
    minimum_order_cents, price_step, pool_spread_bp, income_goal_bp, weight_tolerance_bp, \
    buyer_payment_days, farm_payment_days, density, doors, slot_minutes, dock_opens_minute, \
    dock_closes_minute",
    { id, identity, place, delivery_days, cutoff_days_before, cutoff_minute, minimum_order,
      price_step, pool_spread, income_goal, weight_tolerance, buyer_payment_days,
      farm_payment_days, dock });

table!(Producer, "producers", 1, "producer, name, address, postcode, commune, siret, \
    vat_number, iban, email, phone, lat_e6, lon_e6, standing, vat_regime, mandate_on, \
    minimum_trip_cents, season_share_bp, is_fetched, arrives_from_minute, arrives_to_minute",
    { id, identity, place, standing, vat_regime, mandate_on, minimum_trip, season_share,
      carriage });

table!(Certificate, "certificates", 3, "producer, label, number, product, body, valid_from, \
    valid_to",
    { producer, label, number, product, body, valid_from, valid_to });

table!(Buyer, "buyers", 1, "buyer, kind, name, address, postcode, commune, siret, vat_number, \
    iban, email, phone, service_code, commitment_number, invoice_rule",
    { id, kind, identity, service_code, commitment_number, invoice_rule });

table!(Site, "sites", 1, "site, buyer, name, address, postcode, commune, lat_e6, lon_e6, \
    opens_minute, closes_minute, diners, reopens_minute, recloses_minute, service_minutes, \
    largest_g, priority, empties",
    { id, buyer, name, address, postcode, commune, place, opens_minute, closes_minute, diners,
      access });

table!(Product, "products", 1, "product, name, family, species, variety, quality_class, \
    size_grade, unit, pack_size, pack_weighed, vat, temperature, unit_weight_g, season, \
    grammage_g",
    { id, name, family, species, variety, quality_class, size_grade, unit, pack, vat,
      temperature, unit_weight, season, grammage });

table!(MarketQuote, "quotes", 3, "product, organic, quoted_week, price, source",
    { product, organic, week, price, source });

table!(Contract, "contracts", 1, "contract, buyer, name, reference, valid_from, valid_to, \
    ceiling_cents, origin",
    { id, buyer, name, reference, valid_from, valid_to, ceiling, origin; prices });

table!(StandingOrder, "standing_orders", 4, "site, weekday, product, labels, buyer, quantity, \
    from_on, to_on",
    { site, weekday, product, labels, buyer, quantity, from, to });

table!(Vehicle, "vehicles", 1, "vehicle, name, payload_g, is_cold, rank, is_retired, litres, \
    gross_g, shift_from_minute, shift_to_minute, rounds_most, turnaround_minutes, \
    rest_from_minute, rest_to_minute, rest_minutes, per_km_cents, per_hour_cents, per_day_cents, \
    is_carrier",
    { id, name, payload, is_cold, rank, is_retired, duty });

table!(AidProfile, "aid_profiles", 1, "buyer, approval, departments, vans, structures",
    { buyer, approval, departments, vans, structures });

/// A pricing rule with its rank in the list.
pub struct RuleRow {
    id: i64,
    from: trade::calendar::Day,
    reading: trade::register::Reading,
    rate: trade::unit::Rate,
    family: Option<trade::id::FamilyId>,
    buyer_kind: Option<trade::party::BuyerKind>,
}

table!(RuleRow, "pricing_rules", 1, "id, from_on, reading, rate_bp, family, buyer_kind",
    { id, from, reading, rate, family, buyer_kind });

/// A row of a contract's unit price schedule.
pub struct ContractPriceRow {
    contract: ContractId,
    product: ProductId,
    labels: Labels,
    price: Price,
}

table!(ContractPriceRow, "contract_prices", 3, "contract, product, labels, price",
    { contract, product, labels, price });

/// What a contract has been called off.
pub struct CeilingRow {
    contract: ContractId,
    ceiling: Cents,
    spent: Cents,
}

table!(CeilingRow, "ceilings", 1, "contract, ceiling_cents, spent_cents",
    { contract, ceiling, spent });

const HUBS: &str = "SELECT hub_id FROM hubs ORDER BY hub_id";
const VERSION: &str = "SELECT version FROM register_versions WHERE hub_id = $1";
const RAISE_VERSION: &str = "INSERT INTO register_versions (hub_id, version) VALUES ($1, 1) \
    ON CONFLICT (hub_id) DO UPDATE SET version = register_versions.version + 1";
const RENEW_SALE_DAYS: &str = "UPDATE sale_days SET register_version = \
    (SELECT version FROM register_versions WHERE hub_id = $1) \
    WHERE hub_id = $1 AND closed_at IS NULL";
const QUOTES: &str = "SELECT product, organic, quoted_week, price, source FROM quotes \
    WHERE hub_id = $1 AND quoted_week >= $2 AND quoted_week <= $3 \
    ORDER BY product, organic, quoted_week";
const SET_REFERENCES: &str = "UPDATE buyers SET commitment_number = $1, service_code = $2, \
    siret = $3 WHERE hub_id = $4 AND buyer = $5";
const RAISE_CEILING: &str = "INSERT INTO ceilings (hub_id, contract, ceiling_cents, spent_cents) \
    VALUES ($1, $2, $3, 0) \
    ON CONFLICT (hub_id, contract) DO UPDATE SET ceiling_cents = excluded.ceiling_cents";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] =
    &[HUBS, VERSION, RAISE_VERSION, RENEW_SALE_DAYS, QUOTES, SET_REFERENCES, RAISE_CEILING];

/// Weeks of quotations that a register carries: what `Register::quote` looks back, and one.
const QUOTE_WEEKS: i32 = 9;

type Command = (&'static str, Vec<Val>);

/// The hubs of this database.
pub async fn hubs(db: &Db) -> Result<Vec<HubId>, db::Error> {
    let codes: Vec<String> = db.query(HUBS, vec![]).await?;
    Ok(codes.iter().filter_map(|code| HubId::parse(code).ok()).collect())
}

/// The register's version: 0 before anything was written.
pub async fn version(db: &Db, hub: HubId) -> Result<i64, db::Error> {
    let rows: Vec<i64> = db.query(VERSION, vec![hub.as_str().into()]).await?;
    Ok(rows.first().copied().unwrap_or(0))
}

/// The register as it stands for `week`, with the quotations that the week looks at. Boxed for the
/// same reason as the reading of a week.
pub fn load(
    db: &Db,
    hub: HubId,
    week: IsoWeek,
) -> BoxFuture<'_, Result<Option<Arc<Register>>, db::Error>> {
    Box::pin(read(db, hub, week))
}

async fn read(db: &Db, hub: HubId, week: IsoWeek) -> Result<Option<Arc<Register>>, db::Error> {
    let Some(known) = load_hub::<Hub>(db, hub).await?.pop() else { return Ok(None) };
    let mut register = with_law(Register::new(known));
    super::settings::load(db, hub, &mut register).await?;
    register.rules = load_hub::<RuleRow>(db, hub).await?.into_iter().map(rule).collect();
    register.certificates = load_hub(db, hub).await?;
    register.producers = by(load_hub::<Producer>(db, hub).await?, |one| one.id);
    register.buyers = by(load_hub::<Buyer>(db, hub).await?, |one| one.id);
    register.sites = by(load_hub::<Site>(db, hub).await?, |one| one.id);
    register.products = by(load_hub::<Product>(db, hub).await?, |one| one.id);
    register.vehicles = by(load_hub::<Vehicle>(db, hub).await?, |one| one.id);
    register.standing_orders = load_hub(db, hub).await?;
    register.aid = by(load_hub::<AidProfile>(db, hub).await?, |one| one.buyer);
    let pledges = super::ahead::pledges(db, hub).await?;
    register.pledges = pledges.iter().map(PledgeRow::pledge).collect();
    register.contracts = contracts(db, hub).await?;
    let first = week.monday().plus_days(-7 * QUOTE_WEEKS).week();
    let span = vec![hub.as_str().into(), Val::I(first.number()), Val::I(week.number())];
    let quotes: Vec<Of<MarketQuote>> = db.query(QUOTES, span).await?;
    register.quotes = quotes.into_iter().map(|row| row.0).collect();
    Ok(Some(Arc::new(register)))
}

/// Gives a register the dated tables of the law.
pub fn with_law(mut register: Register) -> Register {
    register.vat = crate::law::vat_table().clone();
    register.labels = crate::law::label_table().clone();
    register.calendar = crate::law::service_calendar().clone();
    register
}

fn by<K: Ord, R>(records: Vec<R>, key: fn(&R) -> K) -> BTreeMap<K, R> {
    records.into_iter().map(|record| (key(&record), record)).collect()
}

fn rule(row: RuleRow) -> PricingRule {
    let RuleRow { from, reading, rate, family, buyer_kind, .. } = row;
    PricingRule { from, reading, rate, family, buyer_kind }
}

async fn contracts(db: &Db, hub: HubId) -> Result<Vec<Contract>, db::Error> {
    let mut contracts: Vec<Contract> = load_hub(db, hub).await?;
    for row in load_hub::<ContractPriceRow>(db, hub).await? {
        if let Some(contract) = contracts.iter_mut().find(|one| one.id == row.contract) {
            let ContractPriceRow { product, labels, price, .. } = row;
            contract.prices.push(UnitPrice { product, labels, price });
        }
    }
    Ok(contracts)
}

/// Adds a pack's register to a hub; what has the same code is replaced.
pub async fn save(tx: &mut Tx, hub: HubId, pack: &wire::pack::Pack) -> Result<(), db::Error> {
    let mut commands = Vec::new();
    upsert_hub(hub, pack.hub.as_slice(), &mut commands);
    let rules: Vec<RuleRow> = pack.rules.iter().enumerate().map(rule_row).collect();
    upsert_hub(hub, &rules, &mut commands);
    upsert_hub(hub, &pack.producers, &mut commands);
    upsert_hub(hub, &pack.certificates, &mut commands);
    upsert_hub(hub, &pack.buyers, &mut commands);
    upsert_hub(hub, &pack.sites, &mut commands);
    upsert_hub(hub, &pack.products, &mut commands);
    upsert_hub(hub, &pack.quotes, &mut commands);
    upsert_hub(hub, &pack.contracts, &mut commands);
    let prices = pack.contracts.iter().flat_map(|contract| {
        contract.prices.iter().map(|row| ContractPriceRow {
            contract: contract.id,
            product: row.product,
            labels: row.labels,
            price: row.price,
        })
    });
    upsert_hub(hub, &prices.collect::<Vec<_>>(), &mut commands);
    upsert_hub(hub, &pack.standing_orders, &mut commands);
    upsert_hub(hub, &pack.vehicles, &mut commands);
    upsert_hub(hub, &pack.rhythms, &mut commands);
    let said: Vec<_> = pack.exceptions.iter().map(super::settings::told).collect();
    upsert_hub(hub, &said, &mut commands);
    upsert_hub(hub, &pack.aid, &mut commands);
    let (pledges, menus) = super::ahead::told(pack);
    commands.extend(super::ahead::put(hub, &pledges, &menus));
    for contract in &pack.contracts {
        if let Some(ceiling) = contract.ceiling {
            let values =
                vec![hub.as_str().into(), contract.id.as_str().into(), ceiling.get().into()];
            commands.push((RAISE_CEILING, values));
        }
    }
    commands.extend(changed(hub));
    run(tx, commands).await?;
    if let Some(told) = &pack.sourcing {
        super::settings::take_sourcing(tx, hub, told).await?;
    }
    Ok(())
}

/// What every change of a register writes besides itself: whoever has read it reads it again.
pub fn changed(hub: HubId) -> [Command; 2] {
    let of_hub = || vec![Val::from(hub.as_str())];
    [(RAISE_VERSION, of_hub()), (RENEW_SALE_DAYS, of_hub())]
}

/// Writes one standing order: a new one, or other quantities and days of one that is known. The
/// register's version rises with it.
pub async fn set_standing(db: &Db, hub: HubId, order: &StandingOrder) -> Result<(), db::Error> {
    set(db, hub, order).await
}

/// Writes what a food-aid organisation tells of itself, in place of what it told before.
pub async fn set_profile(db: &Db, hub: HubId, profile: &AidProfile) -> Result<(), db::Error> {
    set(db, hub, profile).await
}

/// Writes what was said of weeks to come: seasons of farms, menus of kitchens.
pub async fn set_ahead(
    db: &Db,
    hub: HubId,
    pledges: &[PledgeRow],
    menus: &[MenuRow],
) -> Result<(), db::Error> {
    change(db, hub, super::ahead::put(hub, pledges, menus)).await
}

async fn set<R: Record>(db: &Db, hub: HubId, record: &R) -> Result<(), db::Error> {
    let mut commands = Vec::new();
    upsert_hub(hub, std::slice::from_ref(record), &mut commands);
    change(db, hub, commands).await
}

/// Writes under which SIRET, number and code the next invoices of a buyer are filed.
pub async fn set_references(
    db: &Db,
    hub: HubId,
    buyer: BuyerId,
    references: &References,
    siret: &str,
) -> Result<(), db::Error> {
    let References { commitment_number, service_code } = references;
    let values = vec![
        commitment_number.as_str().into(),
        service_code.as_str().into(),
        siret.into(),
        hub.as_str().into(),
        buyer.as_str().into(),
    ];
    change(db, hub, vec![(SET_REFERENCES, values)]).await
}

/// Changes the register; its version rises with it.
async fn change(
    db: &Db,
    hub: HubId,
    mut commands: Vec<(&'static str, Vec<Val>)>,
) -> Result<(), db::Error> {
    commands.extend(changed(hub));
    let written = db.write(move |tx| {
        Box::pin(async move {
            run(tx, commands).await?;
            Ok::<_, db::Error>(())
        })
    });
    written.await
}

fn rule_row((at, rule): (usize, &PricingRule)) -> RuleRow {
    let PricingRule { from, reading, rate, family, buyer_kind } = *rule;
    RuleRow { id: at as i64 + 1, from, reading, rate, family, buyer_kind }
}
