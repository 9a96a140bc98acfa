//! What farms said in past weeks and those ahead, in sums over the days of a week; what food aid
//! was told of those ahead.

use std::collections::BTreeSet;

use db::{Db, FromRow, Row, Val};
use trade::calendar::{Instant, IsoWeek};
use trade::catalog::Labels;
use trade::id::{HubId, ProducerId, ProductId};
use trade::needs::{Goods, MEMORY_WEEKS};
use trade::offers::Stamp;
use trade::offers::forewarning::Forewarning;
use trade::offers::outlook::PastOffer;
use trade::unit::{Price, Qty};

use crate::admin::desk::Command;
use crate::failure::Failure;

/// The last word of a farm for its goods and day; what was carried over nobody has said.
const OFFERS: &str = "SELECT o.week, o.producer, o.product, o.labels, \
    CAST(SUM(o.quantity) AS BIGINT), MAX(o.price) \
    FROM offers o JOIN (SELECT p.week AS week, MAX(p.id) AS id FROM offers p \
    WHERE p.hub_id = $1 AND p.week >= $2 AND p.week <= $3 \
    GROUP BY p.week, p.producer, p.product, p.labels, p.day) last \
    ON last.week = o.week AND last.id = o.id \
    WHERE o.hub_id = $1 AND o.carried_from IS NULL \
    GROUP BY o.week, o.producer, o.product, o.labels \
    ORDER BY o.week, o.producer, o.product, o.labels";

const PUBLISHED: &str = "SELECT week FROM publications \
    WHERE hub_id = $1 AND week >= $2 AND week <= $3 ORDER BY week";
const TOLD: &str = "SELECT aid_week, product, labels, quantity, at FROM forewarnings \
    WHERE hub_id = $1 AND aid_week >= $2 AND aid_week <= $3 ORDER BY aid_week, product, labels";
/// Of two who tell the same at once the second touches no row: as much is told already.
const TELL: &str = "INSERT INTO forewarnings \
    (hub_id, aid_week, product, labels, quantity, at, by_whom) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (hub_id, aid_week, product, labels) DO UPDATE SET \
    quantity = excluded.quantity, at = excluded.at, by_whom = excluded.by_whom \
    WHERE forewarnings.quantity < excluded.quantity";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[OFFERS, PUBLISHED, TOLD, TELL];

struct Said(PastOffer);

impl FromRow for Said {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("bad {what} in past offers"));
        Ok(Said(PastOffer {
            week: IsoWeek::from_number(row.i64(0)?).ok_or_else(|| bad("week"))?,
            producer: ProducerId::parse(&row.text(1)?).map_err(|_| bad("farm"))?,
            product: ProductId::parse(&row.text(2)?).map_err(|_| bad("product"))?,
            labels: Labels::parse(&row.text(3)?).map_err(|_| bad("labels"))?,
            quantity: Qty::new(row.i64(4)?),
            price: Price::new(row.i64(5)?),
        }))
    }
}

/// Goods that farms offered in the weeks that habits are taken from.
pub async fn offered(db: &Db, hub: HubId, now: IsoWeek) -> Result<BTreeSet<Goods>, Failure> {
    let first = now.monday().plus_days(-7 * (MEMORY_WEEKS - 1)).week();
    let offers = offers(db, hub, (first, now)).await?;
    Ok(offers.iter().map(|offer| (offer.product, offer.labels)).collect())
}

/// What farms said of weeks, both ends included.
pub async fn offers(
    db: &Db,
    hub: HubId,
    (first, last): (IsoWeek, IsoWeek),
) -> Result<Vec<PastOffer>, Failure> {
    let span = vec![hub.as_str().into(), Val::I(first.number()), Val::I(last.number())];
    let rows: Vec<Said> = db.query(OFFERS, span).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Those of some weeks whose lists are out, both ends included.
pub async fn published(
    db: &Db,
    hub: HubId,
    (first, last): (IsoWeek, IsoWeek),
) -> Result<Vec<IsoWeek>, Failure> {
    let span = vec![hub.as_str().into(), Val::I(first.number()), Val::I(last.number())];
    let weeks: Vec<i64> = db.query(PUBLISHED, span).await?;
    Ok(weeks.into_iter().filter_map(IsoWeek::from_number).collect())
}

/// What food aid was last told of some goods in a week, and when.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub what: Forewarning,
    pub at: Instant,
}

impl FromRow for Told {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("bad {what} in forewarnings"));
        let what = Forewarning {
            week: IsoWeek::from_number(row.i64(0)?).ok_or_else(|| bad("week"))?,
            product: ProductId::parse(&row.text(1)?).map_err(|_| bad("product"))?,
            labels: Labels::parse(&row.text(2)?).map_err(|_| bad("labels"))?,
            quantity: Qty::new(row.i64(3)?),
        };
        Ok(Told { what, at: Instant(row.i64(4)?) })
    }
}

/// What food aid was told of weeks, both ends included.
pub async fn told(
    db: &Db,
    hub: HubId,
    (first, last): (IsoWeek, IsoWeek),
) -> Result<Vec<Told>, Failure> {
    let span = vec![hub.as_str().into(), Val::I(first.number()), Val::I(last.number())];
    Ok(db.query(TOLD, span).await?)
}

/// Writes down what food aid is told; a statement that touches no row was too late.
pub fn tell(hub: HubId, what: &Forewarning, stamp: &Stamp) -> Command {
    let Forewarning { week, product, labels, quantity } = *what;
    let values = vec![
        hub.as_str().into(),
        Val::I(week.number()),
        product.as_str().into(),
        labels.code().into(),
        Val::I(quantity.get()),
        Val::I(stamp.at.0),
        stamp.by.as_str().into(),
    ];
    (TELL, values)
}
