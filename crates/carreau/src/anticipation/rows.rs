//! What farms said in past weeks and those ahead, in sums over the days of a week.

use std::collections::BTreeSet;

use db::{Db, FromRow, Row, Val};
use trade::calendar::IsoWeek;
use trade::catalog::Labels;
use trade::id::{HubId, ProducerId, ProductId};
use trade::needs::{Goods, MEMORY_WEEKS};
use trade::offers::outlook::PastOffer;
use trade::unit::{Price, Qty};

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

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[OFFERS];

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
