//! What buyers will probably want, from what stands in the tables; kept in memory until an order,
//! a menu or the register says otherwise.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use db::{Db, FromRow, Row, Val};
use trade::calendar::IsoWeek;
use trade::catalog::Labels;
use trade::id::{BuyerId, HubId, ProductId};
use trade::needs::{MEMORY_WEEKS, Menu, Need, PastOrder, foresee};
use trade::unit::Qty;

use crate::access::HubScope;
use crate::app::App;
use crate::failure::Failure;
use crate::store::ahead::{self, MenuRow};

/// What is bought from the dock's surplus was on offer by chance: it is no demand.
const PAST: &str = "SELECT l.week, o.buyer, l.product, l.labels, \
    CAST(SUM(COALESCE(a.quantity, l.quantity)) AS BIGINT) \
    FROM order_lines l JOIN orders o \
    ON o.hub_id = l.hub_id AND o.week = l.week AND o.id = l.order_id \
    LEFT JOIN (SELECT x.week AS week, x.order_id AS order_id, x.rank AS rank, MAX(x.id) AS id \
    FROM amendments x WHERE x.hub_id = $1 AND x.week >= $2 AND x.week <= $3 \
    GROUP BY x.week, x.order_id, x.rank) last \
    ON last.week = l.week AND last.order_id = l.order_id AND last.rank = l.rank \
    LEFT JOIN amendments a ON a.hub_id = l.hub_id AND a.week = last.week AND a.id = last.id \
    WHERE l.hub_id = $1 AND l.week >= $2 AND l.week <= $3 AND o.channel <> 'surplus' \
    GROUP BY l.week, o.buyer, l.product, l.labels \
    ORDER BY l.week, o.buyer, l.product, l.labels";
const STAND: &str = "SELECT CAST(COALESCE(SUM(w.revision), 0) AS BIGINT), \
    (SELECT CAST(COALESCE(SUM(d.order_count), 0) AS BIGINT) FROM sale_days d \
    WHERE d.hub_id = $1 AND d.week >= $2 AND d.week <= $3), \
    COALESCE((SELECT v.version FROM register_versions v WHERE v.hub_id = $1), 0) \
    FROM weeks w WHERE w.hub_id = $1 AND w.week >= $2 AND w.week <= $3";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[PAST, STAND];

struct Past(PastOrder);

impl FromRow for Past {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("bad {what} in past orders"));
        Ok(Past(PastOrder {
            week: IsoWeek::from_number(row.i64(0)?).ok_or_else(|| bad("week"))?,
            buyer: BuyerId::parse(&row.text(1)?).map_err(|_| bad("buyer"))?,
            product: ProductId::parse(&row.text(2)?).map_err(|_| bad("product"))?,
            labels: Labels::parse(&row.text(3)?).map_err(|_| bad("labels"))?,
            quantity: Qty::new(row.i64(4)?),
        }))
    }
}

/// What tells whether a forecast still holds. Menus are a change of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    revisions: i64,
    orders: i64,
    register: i64,
}

impl FromRow for Stand {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Stand { revisions: row.i64(0)?, orders: row.i64(1)?, register: row.i64(2)? })
    }
}

/// The last week whose orders are known, and those that are foreseen.
type Asked = (HubId, IsoWeek, Vec<IsoWeek>);

/// A forecast, with how things stood when it was made.
type Known = (Stand, Arc<Vec<Need>>);

/// Forecasts in memory.
#[derive(Default)]
pub struct Kept {
    all: Mutex<HashMap<Asked, Known>>,
}

/// Forecasts kept at once: a page of the coming weeks and those of a few weeks around.
const KEPT: usize = 16;

impl Kept {
    fn find(&self, asked: &Asked, stand: Stand) -> Option<Arc<Vec<Need>>> {
        let all = self.all.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        all.get(asked).filter(|(then, _)| *then == stand).map(|(_, needs)| needs.clone())
    }

    fn keep(&self, asked: Asked, stand: Stand, needs: Arc<Vec<Need>>) {
        let mut all = self.all.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(asked, (stand, needs));
    }

    /// Forgets all: the database was written to by other means.
    pub fn forget(&self) {
        self.all.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clear();
    }
}

/// What buyers will probably want in `weeks`, by the orders until the end of `known`.
pub async fn foreseen(
    app: &App,
    scope: HubScope,
    known: IsoWeek,
    weeks: Vec<IsoWeek>,
) -> Result<Arc<Vec<Need>>, Failure> {
    let (hub, db) = (scope.hub(), app.db(scope));
    let first = known.monday().plus_days(-7 * (MEMORY_WEEKS - 1)).week();
    let span = || vec![hub.as_str().into(), Val::I(first.number()), Val::I(known.number())];
    let stand: Option<Stand> = db.query(STAND, span()).await?.pop();
    let stand = stand.unwrap_or(Stand { revisions: 0, orders: 0, register: 0 });
    let asked = (hub, known, weeks);
    if let Some(needs) = app.foreseen.find(&asked, stand) {
        return Ok(needs);
    }
    let past: Vec<Past> = db.query(PAST, span()).await?;
    let past: Vec<PastOrder> = past.into_iter().map(|row| row.0).collect();
    let menus = menus(&db, hub, &asked.2).await?;
    let register = app.read(scope.at(known.next()), |week, _| week.register().clone()).await?;
    let weeks = asked.2.clone();
    let work = move || foresee(&register, &past, &menus, known, &weeks);
    let needs = tokio::task::spawn_blocking(work).await.map_err(|e| Failure::Other(e.into()))?;
    let needs = Arc::new(needs);
    app.foreseen.keep(asked, stand, needs.clone());
    Ok(needs)
}

async fn menus(db: &Db, hub: HubId, weeks: &[IsoWeek]) -> Result<Vec<Menu>, Failure> {
    let (Some(&first), Some(&last)) = (weeks.iter().min(), weeks.iter().max()) else {
        return Ok(Vec::new());
    };
    let rows = ahead::menus(db, hub, (first, last)).await?;
    Ok(rows.iter().map(MenuRow::menu).collect())
}
