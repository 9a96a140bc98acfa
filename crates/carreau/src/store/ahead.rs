//! What is said of weeks to come, in tables: season commitments of farms, menus of kitchens.

use db::{Db, Val};
use trade::calendar::{Instant, IsoWeek};
use trade::catalog::Labels;
use trade::id::{BuyerId, HubId, ProducerId, ProductId};
use trade::needs::Menu;
use trade::offers::Stamp;
use trade::pledge::Pledge;
use trade::unit::Qty;

use crate::access::signed::PACK;
use crate::clock;

use super::table::{Of, load_hub, table, upsert_hub};

/// A farm's season, with who said it.
#[derive(Clone, Debug)]
pub struct PledgeRow {
    producer: ProducerId,
    product: ProductId,
    labels: Labels,
    from: IsoWeek,
    to: IsoWeek,
    weekly: Qty,
    pub stamp: Stamp,
}

table!(PledgeRow, "pledges", 4, "producer, product, labels, from_week, to_week, weekly, at, \
    by_whom",
    { producer, product, labels, from, to, weekly, stamp });

/// What a kitchen has announced, with who wrote it down.
#[derive(Clone, Debug)]
pub struct MenuRow {
    buyer: BuyerId,
    week: IsoWeek,
    product: ProductId,
    labels: Labels,
    servings: i64,
    pub stamp: Stamp,
}

table!(MenuRow, "menus", 4, "buyer, menu_week, product, labels, servings, at, by_whom",
    { buyer, week, product, labels, servings, stamp });

impl PledgeRow {
    pub fn new(pledge: Pledge, stamp: Stamp) -> PledgeRow {
        let Pledge { producer, product, labels, from, to, weekly } = pledge;
        PledgeRow { producer, product, labels, from, to, weekly, stamp }
    }

    pub fn pledge(&self) -> Pledge {
        let PledgeRow { producer, product, labels, from, to, weekly, .. } = *self;
        Pledge { producer, product, labels, from, to, weekly }
    }
}

impl MenuRow {
    pub fn new(menu: Menu, stamp: Stamp) -> MenuRow {
        let Menu { buyer, week, product, labels, servings } = menu;
        MenuRow { buyer, week, product, labels, servings, stamp }
    }

    pub fn menu(&self) -> Menu {
        let MenuRow { buyer, week, product, labels, servings, .. } = *self;
        Menu { buyer, week, product, labels, servings }
    }
}

const MENUS: &str = "SELECT buyer, menu_week, product, labels, servings, at, by_whom FROM menus \
    WHERE hub_id = $1 AND menu_week >= $2 AND menu_week <= $3 \
    ORDER BY buyer, menu_week, product, labels";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[MENUS];

/// The seasons of all farms, those that are over too.
pub async fn pledges(db: &Db, hub: HubId) -> Result<Vec<PledgeRow>, db::Error> {
    load_hub(db, hub).await
}

/// All menus that were ever announced.
pub async fn all_menus(db: &Db, hub: HubId) -> Result<Vec<MenuRow>, db::Error> {
    load_hub(db, hub).await
}

/// The menus announced for weeks, both ends included.
pub async fn menus(
    db: &Db,
    hub: HubId,
    (first, last): (IsoWeek, IsoWeek),
) -> Result<Vec<MenuRow>, db::Error> {
    let span = vec![hub.as_str().into(), Val::I(first.number()), Val::I(last.number())];
    let rows: Vec<Of<MenuRow>> = db.query(MENUS, span).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Seasons and menus as a data pack tells them: as if they had been said the day before the list
/// of their first week.
pub fn told(pack: &wire::pack::Pack) -> (Vec<PledgeRow>, Vec<MenuRow>) {
    let stamp = |week: IsoWeek| Stamp {
        at: Instant(clock::publication_of(week).0 - 86_400),
        by: PACK.into(),
    };
    let pledges = pack.pledges.iter().map(|one| PledgeRow::new(*one, stamp(one.from)));
    let menus = pack.menus.iter().map(|one| MenuRow::new(*one, stamp(one.week)));
    (pledges.collect(), menus.collect())
}

type Command = (&'static str, Vec<Val>);

/// Writes seasons and menus in place of those of the same goods and week.
pub fn put(hub: HubId, pledges: &[PledgeRow], menus: &[MenuRow]) -> Vec<Command> {
    let mut commands = Vec::new();
    upsert_hub(hub, pledges, &mut commands);
    upsert_hub(hub, menus, &mut commands);
    commands
}
