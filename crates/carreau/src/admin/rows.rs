//! What the desk asks the database besides what others know.

use db::{Db, FromRow, Row, Val};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::contract::{Contract, Origin};
use trade::id::{BuyerId, FamilyId, HubId, ProducerId, SiteId};
use trade::party::{BuyerKind, Carriage, Identity};
use trade::register::{PricingRule, Reading};
use trade::treasury::InvoiceRule;
use trade::unit::{Cents, Rate};

use super::desk::Command;
use crate::failure::Failure;
use crate::store::cols::Cols;

const LAST_PUBLISHED: &str = "SELECT week FROM publications WHERE hub_id = $1 \
    ORDER BY week DESC LIMIT 1";
const PUBLISHED: &str = "SELECT week, at FROM publications WHERE hub_id = $1 AND week >= $2 \
    ORDER BY week";
const IS_UNPUBLISHED: &str = "UPDATE hubs SET code = code WHERE hub_id = $1 \
    AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.hub_id = $1 AND p.week = $2)";
const NONE_PUBLISHED: &str = "UPDATE hubs SET code = code WHERE hub_id = $1 \
    AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.hub_id = $1 AND p.week >= $2)";
const TOUCH_FROM: &str = "UPDATE weeks SET revision = revision + 1 \
    WHERE hub_id = $1 AND week >= $2";
const DROP_RHYTHM: &str = "DELETE FROM rhythms WHERE hub_id = $1 AND from_week = $2";
const RULES: &str = "SELECT id, from_on, reading, rate_bp, family, buyer_kind, set_at, set_by \
    FROM pricing_rules WHERE hub_id = $1 ORDER BY from_on DESC, id DESC";
/// Numbers from 1001 on: a data pack that is taken in again replaces its own, from 1 on.
const ADD_RULE: &str = "INSERT INTO pricing_rules (hub_id, id, from_on, reading, rate_bp, family, \
    buyer_kind, set_at, set_by) VALUES ($1, \
    (SELECT COALESCE(MAX(CASE WHEN r.id > 1000 THEN r.id END), 1000) + 1 FROM pricing_rules r \
    WHERE r.hub_id = $1), $2, $3, $4, $5, $6, $7, $8)";
const DROP_RULE: &str = "DELETE FROM pricing_rules WHERE hub_id = $1 AND id = $2";
const SET_BUYER: &str = "UPDATE buyers SET email = $1, phone = $2, siret = $3, \
    service_code = $4, commitment_number = $5, invoice_rule = $6 \
    WHERE hub_id = $7 AND buyer = $8 AND siret = $9";
const SET_FARM: &str = "UPDATE producers SET email = $1, phone = $2, siret = $3, \
    minimum_trip_cents = $4, season_share_bp = $5, is_fetched = $6, arrives_from_minute = $7, \
    arrives_to_minute = $8 WHERE hub_id = $9 AND producer = $10 AND siret = $11";
const SET_ORIGIN: &str = "UPDATE contracts SET origin = $1 \
    WHERE hub_id = $2 AND contract = $3 AND buyer = $4 AND origin = $5";
const HAS_PAPERS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM documents \
    WHERE hub_id = $1 AND party = $2";
const HAS_NOTES: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM delivery_notes \
    WHERE hub_id = $1 AND site = $2";
const ADD_SITE: &str = "INSERT INTO sites (hub_id, site, buyer, name, address, postcode, commune, \
    lat_e6, lon_e6, opens_minute, closes_minute, diners, reopens_minute, recloses_minute, \
    service_minutes, largest_g, priority, empties) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
    ON CONFLICT (hub_id, site) DO NOTHING";
const SET_SITE: &str = "UPDATE sites SET name = $1, address = $2, postcode = $3, commune = $4, \
    lat_e6 = $5, lon_e6 = $6, opens_minute = $7, closes_minute = $8, diners = $9, \
    reopens_minute = $10, recloses_minute = $11, service_minutes = $12, largest_g = $13, \
    priority = $14, empties = $15 WHERE hub_id = $16 AND site = $17 AND buyer = $18";
const SET_DOCK: &str = "UPDATE hubs SET density = $1, doors = $2, slot_minutes = $3, \
    dock_opens_minute = $4, dock_closes_minute = $5 WHERE hub_id = $6";
const ADD_WORDS: &str = "INSERT INTO letter_words (hub_id, kind, version, opening, closing, at, \
    by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (hub_id, kind, version) DO NOTHING";
const LETTERS: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN next_try_at IS NOT NULL THEN 1 ELSE 0 \
    END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN next_try_at IS NOT NULL AND tries > 0 THEN 1 \
    ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN claimed_until > $1 THEN 1 ELSE 0 END), \
    0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN failed_at IS NOT NULL AND settled_at IS NULL \
    AND sent_at IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN sent_at \
    IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) FROM outbox \
    WHERE hub_id = $2 AND subject IS NOT NULL";
const TRY_ALL: &str = "UPDATE outbox SET next_try_at = $1, give_up_at = $2, failed_at = NULL \
    WHERE hub_id = $3 AND subject IS NOT NULL AND sent_at IS NULL AND settled_at IS NULL \
    AND (failed_at IS NOT NULL OR next_try_at > $1)";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[
    LAST_PUBLISHED,
    PUBLISHED,
    IS_UNPUBLISHED,
    NONE_PUBLISHED,
    TOUCH_FROM,
    DROP_RHYTHM,
    RULES,
    ADD_RULE,
    DROP_RULE,
    SET_BUYER,
    SET_FARM,
    SET_ORIGIN,
    HAS_PAPERS,
    HAS_NOTES,
    ADD_SITE,
    SET_SITE,
    SET_DOCK,
    ADD_WORDS,
    LETTERS,
    TRY_ALL,
];

fn hub_val(hub: HubId) -> Val {
    hub.as_str().into()
}

/// The last week whose list went to the buyers.
pub async fn last_published(db: &Db, hub: HubId) -> Result<Option<IsoWeek>, Failure> {
    let rows: Vec<i64> = db.query(LAST_PUBLISHED, vec![hub_val(hub)]).await?;
    Ok(rows.first().copied().and_then(IsoWeek::from_number))
}

/// Weeks published from one on, with when.
pub async fn published(
    db: &Db,
    hub: HubId,
    from: IsoWeek,
) -> Result<Vec<(IsoWeek, Instant)>, Failure> {
    let rows: Vec<(i64, i64)> =
        db.query(PUBLISHED, vec![hub_val(hub), from.number().into()]).await?;
    let read = |(week, at): (i64, i64)| Some((IsoWeek::from_number(week)?, Instant(at)));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Touches a row while the week is not published.
pub fn is_unpublished(hub: HubId, week: IsoWeek) -> Command {
    (IS_UNPUBLISHED, vec![hub_val(hub), week.number().into()])
}

/// Touches a row while no week from this one on is published.
pub fn none_published(hub: HubId, from: IsoWeek) -> Command {
    (NONE_PUBLISHED, vec![hub_val(hub), from.number().into()])
}

/// Whoever decided on one of these weeks finds it changed.
pub fn touch_from(hub: HubId, from: IsoWeek) -> Command {
    (TOUCH_FROM, vec![hub_val(hub), from.number().into()])
}

pub fn drop_rhythm(hub: HubId, from: IsoWeek) -> Command {
    (DROP_RHYTHM, vec![hub_val(hub), from.number().into()])
}

/// A price rule with its number and who added it; nobody for one of a data pack.
#[derive(Clone, Debug)]
pub struct KeptRule {
    pub id: i64,
    pub rule: PricingRule,
    pub set: Option<(Instant, String)>,
}

impl FromRow for KeptRule {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("{what} of a price rule"));
        let reading = match row.text(2)?.as_str() {
            "cost" => Reading::OnCost,
            "sale" => Reading::OnSale,
            _ => return Err(bad("reading")),
        };
        let family = row.opt_text(4)?.map(|code| FamilyId::parse(&code));
        let buyer_kind = row.opt_text(5)?.map(|code| BuyerKind::parse(&code));
        let by = row.opt_text(7)?.unwrap_or_default();
        Ok(KeptRule {
            id: row.i64(0)?,
            rule: PricingRule {
                from: Day::from_number(row.i64(1)?).ok_or_else(|| bad("day"))?,
                reading,
                rate: Rate::new(row.i64(3)?),
                family: family.transpose().map_err(|_| bad("family"))?,
                buyer_kind: match buyer_kind {
                    Some(kind) => Some(kind.ok_or_else(|| bad("kind"))?),
                    None => None,
                },
            },
            set: row.opt_i64(6)?.map(|at| (Instant(at), by)),
        })
    }
}

/// All price rules, the latest first.
pub async fn rules(db: &Db, hub: HubId) -> Result<Vec<KeptRule>, Failure> {
    Ok(db.query(RULES, vec![hub_val(hub)]).await?)
}

/// A reading as addresses and tables write it.
pub fn reading_code(reading: Reading) -> &'static str {
    match reading {
        Reading::OnCost => "cost",
        Reading::OnSale => "sale",
    }
}

pub fn add_rule(hub: HubId, rule: &PricingRule, at: Instant, by: &str) -> Command {
    let values = vec![
        hub_val(hub),
        rule.from.number().into(),
        reading_code(rule.reading).into(),
        rule.rate.get().into(),
        rule.family.map(|family| family.to_string()).into(),
        rule.buyer_kind.map(|kind| kind.code().to_string()).into(),
        at.0.into(),
        by.into(),
    ];
    (ADD_RULE, values)
}

pub fn drop_rule(hub: HubId, id: i64) -> Command {
    (DROP_RULE, vec![hub_val(hub), id.into()])
}

/// What may be changed of a buyer: how it is reached and what Chorus Pro wants.
pub struct BuyerChange {
    pub email: String,
    pub phone: String,
    pub siret: String,
    pub service_code: String,
    pub commitment_number: String,
    pub invoice_rule: InvoiceRule,
}

/// Touches no row when the SIRET was changed by somebody else since it was judged.
pub fn set_buyer(hub: HubId, buyer: BuyerId, was: &Identity, to: &BuyerChange) -> Command {
    let values = vec![
        to.email.as_str().into(),
        to.phone.as_str().into(),
        to.siret.as_str().into(),
        to.service_code.as_str().into(),
        to.commitment_number.as_str().into(),
        to.invoice_rule.code().into(),
        hub_val(hub),
        buyer.as_str().into(),
        was.siret.as_str().into(),
    ];
    (SET_BUYER, values)
}

/// What may be changed of a farm: how it is reached, what its trips must be worth, its share of
/// the season, and how its goods come to the dock.
pub struct FarmChange {
    pub email: String,
    pub phone: String,
    pub siret: String,
    pub minimum_trip: Cents,
    pub season_share: Option<Rate>,
    pub carriage: Carriage,
}

/// As [`set_buyer`], of a farm.
pub fn set_farm(hub: HubId, farm: ProducerId, was: &Identity, to: &FarmChange) -> Command {
    let mut values =
        vec![to.email.as_str().into(), to.phone.as_str().into(), to.siret.as_str().into()];
    Cols::put(&to.minimum_trip, &mut values);
    Cols::put(&to.season_share, &mut values);
    Cols::put(&to.carriage, &mut values);
    values.extend([hub_val(hub), farm.as_str().into(), was.siret.as_str().into()]);
    (SET_FARM, values)
}

/// Touches no row when somebody else has changed the clause since it was read.
pub fn set_origin(hub: HubId, was: &Contract, to: &Origin) -> Command {
    let mut values = Vec::new();
    Cols::put(to, &mut values);
    values.extend([hub_val(hub), was.id.as_str().into(), was.buyer.as_str().into()]);
    Cols::put(&was.origin, &mut values);
    (SET_ORIGIN, values)
}

async fn counts(db: &Db, text: &'static str, hub: HubId, code: &str) -> Result<bool, Failure> {
    let counts: Vec<i64> = db.query(text, vec![hub_val(hub), code.into()]).await?;
    Ok(counts.first().is_some_and(|count| *count > 0))
}

/// Whether a party has invoices or statements.
pub async fn has_papers(db: &Db, hub: HubId, party: &str) -> Result<bool, Failure> {
    counts(db, HAS_PAPERS, hub, party).await
}

/// Whether a site has signed delivery notes.
pub async fn has_notes(db: &Db, hub: HubId, site: SiteId) -> Result<bool, Failure> {
    counts(db, HAS_NOTES, hub, site.as_str()).await
}

pub fn add_site(hub: HubId, site: &trade::party::Site) -> Command {
    let mut values = vec![hub_val(hub), site.id.as_str().into(), site.buyer.as_str().into()];
    values.extend(site_values(site));
    (ADD_SITE, values)
}

pub fn set_site(hub: HubId, site: &trade::party::Site) -> Command {
    let mut values = site_values(site);
    values.extend([hub_val(hub), site.id.as_str().into(), site.buyer.as_str().into()]);
    (SET_SITE, values)
}

fn site_values(site: &trade::party::Site) -> Vec<Val> {
    let mut values = vec![
        site.name.as_str().into(),
        site.address.as_str().into(),
        site.postcode.as_str().into(),
        site.commune.as_str().into(),
        site.place.lat_e6.into(),
        site.place.lon_e6.into(),
        site.opens_minute.into(),
        site.closes_minute.into(),
        site.diners.into(),
    ];
    Cols::put(&site.access, &mut values);
    values
}

pub fn set_dock(hub: HubId, rules: &trade::party::DockRules) -> Command {
    let mut values = Vec::new();
    Cols::put(rules, &mut values);
    values.push(hub_val(hub));
    (SET_DOCK, values)
}

pub fn add_words(hub: HubId, words: &trade::register::LetterWords) -> Command {
    let values = vec![
        hub_val(hub),
        words.kind.as_str().into(),
        words.version.into(),
        words.opening.as_str().into(),
        words.closing.as_str().into(),
        words.stamp.at.0.into(),
        words.stamp.by.as_str().into(),
    ];
    (ADD_WORDS, values)
}

/// What the mail worker has before it and behind it, counted in letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    /// Waiting, those that were tried among them.
    pub waiting: i64,
    pub tried: i64,
    pub in_hand: i64,
    pub to_call: i64,
    pub sent: i64,
}

impl FromRow for Letters {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let (waiting, tried, in_hand) = (row.i64(0)?, row.i64(1)?, row.i64(2)?);
        Ok(Letters { waiting, tried, in_hand, to_call: row.i64(3)?, sent: row.i64(4)? })
    }
}

pub async fn letters(db: &Db, hub: HubId, now: Instant) -> Result<Letters, Failure> {
    let rows: Vec<Letters> = db.query(LETTERS, vec![now.0.into(), hub_val(hub)]).await?;
    Ok(rows.first().copied().unwrap_or_default())
}

/// Every letter that failed or waits for a later try goes again at once.
pub fn try_all(hub: HubId, now: Instant, give_up_at: i64) -> Command {
    (TRY_ALL, vec![now.0.into(), give_up_at.into(), hub_val(hub)])
}
