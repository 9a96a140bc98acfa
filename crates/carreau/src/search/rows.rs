//! What the index is made of, from tables: the register once, each week when it has changed.

use std::sync::Arc;

use db::{Db, FromRow, Row, Val};
use trade::billing::DocumentKind;
use trade::calendar::{Day, IsoWeek};
use trade::id::{Code, HubId};
use trade::register::Register;
use trade::unit::{Cents, Price, Qty, amount};

use super::index::{Entry, Given, Index, Kind, NOBODY, Names, Stand};
use crate::failure::Failure;
use crate::sourcing::paper::number;
use crate::store::register;
use crate::ui::fr;

const STANDS: &str = "SELECT w.week, w.revision, \
    CAST(COALESCE((SELECT SUM(d.order_count) FROM sale_days d \
    WHERE d.hub_id = w.hub_id AND d.week = w.week), 0) AS BIGINT) \
    FROM weeks w WHERE w.hub_id = $1 ORDER BY w.week";
const ORDERS: &str = "SELECT id, day, buyer, site, '' || id, commitment_number, id \
    FROM orders WHERE hub_id = $1 AND week = $2 ORDER BY id";
const PURCHASES: &str = "SELECT MIN(id), day, producer, producer, producer, '', \
    CAST(COUNT(*) AS BIGINT) FROM purchase_lines WHERE hub_id = $1 AND week = $2 \
    GROUP BY day, producer ORDER BY day, producer";
const LOTS: &str = "SELECT r.id, p.day, p.producer, p.product, r.batch, '', \
    r.received - r.rejected FROM receipts r \
    JOIN purchase_lines p ON p.hub_id = r.hub_id AND p.week = r.week AND p.id = r.purchase_line \
    WHERE r.hub_id = $1 AND r.week = $2 AND r.received > 0 ORDER BY r.id";
const NOTES: &str = "SELECT n.id, n.day, s.buyer, n.site, n.site, '', n.id \
    FROM delivery_notes n JOIN sites s ON s.hub_id = n.hub_id AND s.site = n.site \
    WHERE n.hub_id = $1 AND n.week = $2 ORDER BY n.id";
const DOCUMENTS: &str = "SELECT id, issued_on, party, kind, series, commitment_number, number \
    FROM documents WHERE hub_id = $1 AND week = $2 ORDER BY id";
const ORDERED: &str = "SELECT l.price, COALESCE((SELECT a.quantity FROM amendments a \
    WHERE a.hub_id = l.hub_id AND a.week = l.week AND a.order_id = l.order_id \
    AND a.rank = l.rank ORDER BY a.id DESC LIMIT 1), l.quantity) \
    FROM order_lines l WHERE l.hub_id = $1 AND l.week = $2 AND l.order_id = $3";
const INVOICED: &str = "SELECT CAST(COALESCE(SUM(net_cents), 0) AS BIGINT) FROM document_lines \
    WHERE hub_id = $1 AND week = $2 AND document = $3";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[STANDS, ORDERS, PURCHASES, LOTS, NOTES, DOCUMENTS, ORDERED, INVOICED];

/// One record of a week, whatever its table.
struct Found {
    id: i64,
    day: i64,
    party: String,
    other: String,
    number: String,
    second: String,
    figure: i64,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Found {
            id: row.i64(0)?,
            day: row.i64(1)?,
            party: row.text(2)?,
            other: row.text(3)?,
            number: row.text(4)?,
            second: row.text(5)?,
            figure: row.i64(6)?,
        })
    }
}

/// The index as it is now: what has not changed is kept. `before` may be empty.
pub async fn renewed(db: &Db, hub: HubId, before: &Index) -> Result<Option<Index>, Failure> {
    let stands: Vec<(i64, i64, i64)> = db.query(STANDS, vec![hub.as_str().into()]).await?;
    let register = register::version(db, hub).await?;
    let is_same = |(week, revision, orders): &(i64, i64, i64)| {
        before.weeks.get(week).is_some_and(|(stand, _)| *stand == (*revision, *orders))
    };
    let has_names = !before.names.hub.is_empty() && before.register == register;
    if has_names && before.weeks.len() == stands.len() && stands.iter().all(is_same) {
        return Ok(None);
    }
    let mut names = match has_names {
        true => (*before.names).clone(),
        false => {
            let last = stands.last().and_then(|stand| IsoWeek::from_number(stand.0));
            let week = last.unwrap_or_else(|| crate::clock::today().week());
            names(db, hub, week, &before.names).await?
        }
    };
    let mut weeks = before.weeks.clone();
    for (week, revision, orders) in stands {
        let stand: Stand = (revision, orders);
        if weeks.get(&week).is_none_or(|(known, _)| *known != stand) {
            let entries = entries(db, hub, week, &mut names).await?;
            weeks.insert(week, (stand, Arc::new(entries)));
        }
    }
    Ok(Some(Index { register, names: Arc::new(names), weeks }))
}

async fn names(db: &Db, hub: HubId, week: IsoWeek, before: &Names) -> Result<Names, Failure> {
    let Some(register) = register::load(db, hub, week).await? else {
        return Err(Failure::NotFound(format!("La plateforme « {hub} » est inconnue.")));
    };
    let mut names = Names::renewed(before, &register.hub.identity.name, given(&register));
    names.units = register.products.values().map(|one| (one.id.0, one.unit)).collect();
    Ok(names)
}

/// What the register names, with the words by which people look for it.
fn given(register: &Register) -> Vec<Given> {
    let mut given = Vec::new();
    let filled = |texts: Vec<String>| {
        texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    for one in register.products.values() {
        let family = fr::family(one.family);
        given.push(Given {
            kind: Kind::Product,
            code: one.id.0,
            name: one.name.clone(),
            said: filled(vec![family.clone(), one.variety.clone(), one.size_grade.clone()]),
            phone: String::new(),
            owner: None,
            person: String::new(),
            others: vec![one.variety.clone(), family, one.id.to_string()],
        });
    }
    let parties = register.producers.values().map(|one| (Kind::Farm, one.id.0, &one.identity));
    let buyers = register.buyers.values().map(|one| (Kind::Buyer, one.id.0, &one.identity));
    for (kind, code, identity) in parties.chain(buyers) {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let mail = identity.email.split('@').next().unwrap_or_default().to_string();
        given.push(Given {
            kind,
            code,
            name: identity.name.clone(),
            said: format!("{} {}", identity.postcode, identity.commune).trim().to_string(),
            phone: identity.phone.clone(),
            owner: None,
            person: String::new(),
            others: vec![
                identity.commune.clone(),
                code.to_string(),
                digits(&identity.phone),
                digits(&identity.siret),
                mail,
            ],
        });
    }
    for one in register.sites.values() {
        let buyer = register.buyers.get(&one.buyer);
        let buyer = buyer.map_or(String::new(), |buyer| buyer.identity.name.clone());
        given.push(Given {
            kind: Kind::Site,
            code: one.id.0,
            name: one.name.clone(),
            said: filled(vec![buyer, format!("{} {}", one.postcode, one.commune)]),
            phone: String::new(),
            owner: Some(one.buyer),
            person: String::new(),
            others: vec![one.commune.clone(), one.address.clone(), one.id.to_string()],
        });
    }
    given
}

/// The records of a week.
async fn entries(db: &Db, hub: HubId, week: i64, names: &mut Names) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (kind, text) in [
        (Kind::Order, ORDERS),
        (Kind::Purchase, PURCHASES),
        (Kind::Lot, LOTS),
        (Kind::Note, NOTES),
        (Kind::Invoice, DOCUMENTS),
    ] {
        let key = vec![Val::from(hub.as_str()), Val::I(week)];
        let rows: Vec<Found> = db.query(text, key).await?;
        entries.reserve(rows.len());
        entries.extend(rows.iter().filter_map(|row| entry(kind, row, names)));
    }
    Ok(entries)
}

fn entry(kind: Kind, row: &Found, names: &mut Names) -> Option<Entry> {
    let kind = match kind {
        Kind::Invoice if !DocumentKind::parse(&row.other)?.is_for_buyer() => Kind::FarmBill,
        kind => kind,
    };
    let (party, other) = match kind {
        Kind::Order | Kind::Note => (Kind::Buyer, Some(Kind::Site)),
        Kind::Lot => (Kind::Farm, Some(Kind::Product)),
        Kind::Purchase | Kind::FarmBill => (Kind::Farm, None),
        _ => (Kind::Buyer, None),
    };
    let party = names.number_of(party, Code::parse(&row.party).ok()?);
    let other = match other {
        Some(other) => names.number_of(other, Code::parse(&row.other).ok()?),
        None => NOBODY,
    };
    let head = (row.id, Day::from_number(row.day)?);
    let (number, figures, quantity) = match kind {
        Kind::Invoice | Kind::FarmBill => {
            (format!("{}-{:06}", row.series(), row.figure), row.figure, 0)
        }
        Kind::Order => (row.number.clone(), row.figure, 0),
        Kind::Lot => (row.number.clone(), 0, row.figure),
        Kind::Purchase => (number(head.1.week(), head.1, &row.number), 0, row.figure),
        _ => (String::new(), 0, 0),
    };
    let parties = (party, other);
    Some(Entry::new(kind, head, parties, (&number, figures), &row.second, quantity))
}

impl Found {
    fn series(&self) -> &str {
        &self.number
    }
}

/// What an order comes to, as last amended, without VAT.
pub async fn ordered(db: &Db, hub: HubId, week: i64, order: i64) -> Result<Cents, Failure> {
    let values = vec![Val::from(hub.as_str()), Val::I(week), Val::I(order)];
    let lines: Vec<(i64, i64)> = db.query(ORDERED, values).await?;
    let sums =
        lines.iter().map(|(price, quantity)| amount(Qty::new(*quantity), Price::new(*price)).get());
    Ok(Cents::new(sums.sum()))
}

/// What a document comes to, without VAT.
pub async fn invoiced(db: &Db, hub: HubId, week: i64, document: i64) -> Result<Cents, Failure> {
    let values = vec![Val::from(hub.as_str()), Val::I(week), Val::I(document)];
    let sums: Vec<i64> = db.query(INVOICED, values).await?;
    Ok(Cents::new(sums.first().copied().unwrap_or(0)))
}
