//! Orders pressed from many sides at once, through two programs on one database: never more sold
//! than offered, never one order twice, never past a contract's ceiling.

use std::sync::Arc;

use carreau::app::App;
use carreau::failure::Failure;
use carreau::generate::Scale;
use carreau::orders::intake::take;
use carreau::play::{Until, play};
use carreau::store::act::Place;
use db::testing;
use db::{Db, Val};
use tokio::sync::Barrier;
use trade::Denial;
use trade::calendar::Instant;
use trade::contract::{Contract, Origin, UnitPrice};
use trade::id::{BuyerId, ContractId, LineId, SiteId};
use trade::mercuriale::Publication;
use trade::offers::Stamp;
use trade::orders::{Channel, Order, OrderRequest};
use trade::unit::{Cents, Qty, amount};
use wire::pack::Pack;

use crate::hub::{House, house, pack};
use crate::standing::{count, write};

const TASKS: usize = 32;

/// A published week and one of its lines, of which few packs are left.
struct Shelf {
    house: House,
    place: Place,
    apps: [Arc<App>; 2],
    on: OrderRequest,
    line: LineId,
    pack: Qty,
    stamp: Stamp,
}

fn small_pack() -> Pack {
    let mut pack = pack(Scale::Xs, 7, 1);
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    pack
}

/// A shelf in every database and every way of writing to it.
async fn shelves() -> Vec<Shelf> {
    let pack = small_pack();
    let mut shelves = Vec::new();
    for database in testing::all_modes() {
        shelves.push(shelf(house(database, &pack).await).await);
    }
    shelves
}

async fn shelf(house: House) -> Shelf {
    let place = house.place(0);
    play(&house.app, place, Until::Published).await.expect("a week to publish");
    let apps = [house.app.clone(), house.other_app().await];
    let on_sale = house.app.on_sale(place).await.expect("a published week");
    let (line, pack) = most_offered(&on_sale.publication);
    let site = on_sale.register.sites.values().next().expect("a site");
    let on = order_of(&on_sale.publication, site.buyer, site.id, vec![(line, pack)]);
    let at = Instant(on_sale.publication.stamp.at.0 + 60);
    Shelf { house, place, apps, on, line, pack, stamp: Stamp { at, by: "essai".into() } }
}

/// The line of which most is offered on the first day, and its pack.
fn most_offered(publication: &Publication) -> (LineId, Qty) {
    let day = publication.days[0].day;
    let packs = |line: LineId, pack: Qty| publication.offered(line, day).get() / pack.get();
    let lines = publication.lines.iter().map(|line| (line.id, line.pack.size));
    lines.max_by_key(|&(line, pack)| packs(line, pack)).expect("a line on the list")
}

fn order_of(
    publication: &Publication,
    buyer: BuyerId,
    site: SiteId,
    lines: Vec<(LineId, Qty)>,
) -> OrderRequest {
    let day = publication.days[0].day;
    let commitment_number = String::new();
    OrderRequest { buyer, site, day, channel: Channel::Web, commitment_number, lines }
}

impl Shelf {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn db(&self) -> &Db {
        self.house.app.everything()
    }

    fn packs(&self, count: i64) -> Qty {
        Qty::new(self.pack.get() * count)
    }

    fn asking(&self, packs: i64) -> OrderRequest {
        OrderRequest { lines: vec![(self.line, self.packs(packs))], ..self.on.clone() }
    }

    fn key(&self) -> Vec<Val> {
        let week = Val::I(self.place.week.number());
        let (line, day) = (Val::I(self.line.0), Val::I(self.on.day.number()));
        vec![self.place.hub.as_str().into(), week, line, day]
    }

    /// Takes goods off the shelf until `packs` are left.
    async fn leave(&self, packs: i64) {
        let mut values = vec![Val::I(self.packs(packs).get())];
        values.extend(self.key());
        let text = "UPDATE availability SET taken = offered - $1 \
            WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5";
        let touched = write(self.db(), vec![(text, values)]).await;
        assert_eq!(touched, [1], "{}: a line on the shelf", self.name());
    }

    /// In packs: what the shelf says is left, and what stands in orders.
    async fn left_and_sold(&self) -> (i64, i64) {
        let left = "SELECT offered - taken FROM availability \
            WHERE hub_id = $1 AND week = $2 AND line = $3 AND day = $4";
        let left: Vec<i64> = self.db().query(left, self.key()).await.expect("a shelf");
        let sold = "SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) FROM order_lines l \
            JOIN orders o ON o.hub_id = l.hub_id AND o.week = l.week AND o.id = l.order_id \
            WHERE l.hub_id = $1 AND l.week = $2 AND l.line = $3 AND o.day = $4";
        let sold: Vec<i64> = self.db().query(sold, self.key()).await.expect("order lines");
        (left[0] / self.pack.get(), sold[0] / self.pack.get())
    }
}

/// Orders; who was told that others write at the same time tries again, as that sentence says.
async fn order(
    app: &App,
    place: Place,
    request: &OrderRequest,
    key: &str,
    stamp: &Stamp,
) -> Result<Order, Failure> {
    loop {
        match take(app, place, request, key, stamp).await {
            Err(Failure::Busy) => tokio::task::yield_now().await,
            other => return other,
        }
    }
}

/// Runs tasks that all start together, half of them in each program.
async fn all_at_once<T: Send + 'static>(
    shelf: &Shelf,
    tasks: usize,
    ask: impl Fn(usize) -> (OrderRequest, String),
    seen: impl Fn(Result<Order, Failure>) -> T + Send + Sync + Copy + 'static,
) -> Vec<T> {
    let start = Arc::new(Barrier::new(tasks));
    let mut running = tokio::task::JoinSet::new();
    for at in 0..tasks {
        let (app, place, start) = (shelf.apps[at % 2].clone(), shelf.place, start.clone());
        let (stamp, (request, key)) = (shelf.stamp.clone(), ask(at));
        running.spawn(async move {
            start.wait().await;
            seen(order(&app, place, &request, &key, &stamp).await)
        });
    }
    running.join_all().await
}

/// Broken variant below: without the condition in the write the shelf goes below nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_packs_are_sold_once() {
    for shelf in shelves().await {
        const LAST: i64 = 10;
        let name = shelf.name();
        shelf.leave(LAST).await;
        let ask = |at: usize| (shelf.asking(1 + at as i64 % 3), format!("last-{at}"));
        let pack = shelf.pack;
        let outcomes = all_at_once(&shelf, TASKS, ask, move |outcome| match outcome {
            Ok(order) => order.lines[0].quantity.get() / pack.get(),
            Err(Failure::Denied(denials)) => match denials[..] {
                [Denial::SoldOut { asked, left, .. }] => {
                    assert!(Qty::ZERO <= left && left < asked, "{left:?} left for {asked:?}");
                    0
                }
                _ => panic!("refused for another reason: {denials:?}"),
            },
            Err(failure) => panic!("{failure}"),
        });
        let taken: i64 = outcomes.await.iter().sum();
        // Eleven ask for one pack each, so that nothing can be left over.
        assert_eq!((taken, shelf.left_and_sold().await), (LAST, (0, LAST)), "{name}");
        for app in &shelf.apps {
            let seen = app.read(shelf.place, |week, _| {
                let lines = week.orders().iter().flat_map(|order| &order.lines);
                let sold: i64 = lines.map(|line| line.quantity.get()).sum();
                (week.check().breaches, sold / pack.get())
            });
            assert_eq!(seen.await.expect("a week"), (vec![], LAST), "{name}");
        }
    }
}

/// Broken variant of the order: the rest is read, then written without a condition. All tasks
/// have read before any of them writes, so that each sells the same last pack.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_condition_the_last_pack_is_sold_many_times() {
    for shelf in shelves().await {
        const READERS: usize = 8;
        shelf.leave(1).await;
        let have_read = Arc::new(Barrier::new(READERS));
        let mut running = tokio::task::JoinSet::new();
        for at in 0..READERS {
            let db = shelf.apps[at % 2].everything().clone();
            let (key, pack, have_read) = (shelf.key(), shelf.pack, have_read.clone());
            running.spawn(async move {
                let left = "SELECT offered - taken FROM availability \
                    WHERE hub_id = $1 AND week = $2 AND line = $3 AND day = $4";
                let left: Vec<i64> = db.query(left, key.clone()).await.expect("a shelf");
                assert!(left[0] >= pack.get(), "enough, as far as this one knows");
                have_read.wait().await;
                let text = "UPDATE availability SET taken = taken + $1 \
                    WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5";
                let mut values = vec![Val::I(pack.get())];
                values.extend(key);
                write(&db, vec![(text, values)]).await
            });
        }
        running.join_all().await;
        let (left, _) = shelf.left_and_sold().await;
        assert_eq!(left, 1 - READERS as i64, "{}: sold beyond what is there", shelf.name());
    }
}

/// Orders of two lines in opposite order: who waits for whom is the same for everybody, so all
/// come through.
#[tokio::test(flavor = "multi_thread")]
async fn orders_do_not_wait_for_each_other_crosswise() {
    for shelf in shelves().await {
        let on_sale = shelf.house.app.on_sale(shelf.place).await.expect("a published week");
        let day = shelf.on.day;
        let offered = |line: LineId| on_sale.publication.offered(line, day);
        let lines = on_sale.publication.lines.iter().filter(|line| {
            line.id != shelf.line && offered(line.id).get() >= line.pack.size.get() * TASKS as i64
        });
        let other = lines.map(|line| (line.id, line.pack.size)).next().expect("a second line");
        shelf.leave(TASKS as i64).await;
        let ask = |at: usize| {
            let mut lines = vec![(shelf.line, shelf.pack), other];
            if at % 2 == 1 {
                lines.reverse();
            }
            (OrderRequest { lines, ..shelf.on.clone() }, format!("cross-{at}"))
        };
        let all = all_at_once(&shelf, TASKS, ask, |outcome| outcome.map(drop).is_ok()).await;
        assert_eq!(all, vec![true; TASKS], "{}", shelf.name());
        assert_eq!(shelf.left_and_sold().await, (0, TASKS as i64), "{}", shelf.name());
    }
}

/// What became of a request that may have come before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Taken(i64),
    Replayed(i64),
    OtherContent,
}

fn became(outcome: Result<Order, Failure>) -> Became {
    match outcome {
        Ok(order) => Became::Taken(order.id.0),
        Err(Failure::Replayed(id)) => Became::Replayed(id),
        Err(Failure::OtherContent) => Became::OtherContent,
        Err(failure) => panic!("{failure}"),
    }
}

/// Broken variant, seen at the end of this test: with a key of its own for each try the same
/// request becomes sixteen orders.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_makes_one_order() {
    const TRIES: usize = 16;
    for shelf in shelves().await {
        let name = shelf.name();
        shelf.leave(40).await;
        let again = |_| (shelf.asking(2), "once".to_string());
        let all = all_at_once(&shelf, TRIES, again, became).await;
        let taken: Vec<i64> = all
            .iter()
            .filter_map(|became| if let Became::Taken(id) = became { Some(*id) } else { None })
            .collect();
        let [id] = taken[..] else { panic!("{name}: {all:?}") };
        let replayed = all.iter().filter(|&&one| one == Became::Replayed(id)).count();
        assert_eq!(replayed, TRIES - 1, "{name}: {all:?}");
        assert_eq!(shelf.left_and_sold().await, (38, 2), "{name}");

        let restarted = shelf.house.other_app().await;
        for app in [&shelf.apps[0], &shelf.apps[1], &restarted] {
            let same = order(app, shelf.place, &shelf.asking(2), "once", &shelf.stamp).await;
            assert_eq!(became(same), Became::Replayed(id), "{name}");
            let other = order(app, shelf.place, &shelf.asking(3), "once", &shelf.stamp).await;
            assert_eq!(became(other), Became::OtherContent, "{name}");
        }
        assert_eq!(count(shelf.db(), "orders").await, 1, "{name}");
        assert_eq!(shelf.left_and_sold().await, (38, 2), "{name}");

        let fresh_key = |at| (shelf.asking(2), format!("try-{at}"));
        all_at_once(&shelf, TRIES, fresh_key, became).await;
        assert_eq!(count(shelf.db(), "orders").await, 1 + TRIES as i64, "{name}");
    }
}

/// Broken variant, seen at the end of this test: a sum that was read, then spent without a
/// condition, goes past the ceiling.
#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_never_called_off_past_its_ceiling() {
    const WITHIN: i64 = 5;
    let mut pack = small_pack();
    pack.contracts.clear();
    // What a pack of the line costs under the contract is known once there is a list.
    let first = shelf(house(testing::sqlite(), &pack).await).await;
    let contract = contract_for(&first).await;
    let price = contract.prices[0].price;
    let one = amount(first.pack, price).get();
    let ceiling = Cents::new(one * WITHIN + one / 2);
    pack.contracts = vec![Contract { ceiling: Some(ceiling), ..contract }];
    for database in testing::all_modes() {
        let shelf = shelf(house(database, &pack).await).await;
        let name = shelf.name();
        shelf.leave(TASKS as i64).await;
        let ask = |at: usize| (shelf.asking(1), format!("call-{at}"));
        let outcomes = all_at_once(&shelf, TASKS, ask, move |outcome| match outcome {
            Ok(_) => true,
            Err(Failure::Denied(denials)) => match denials[..] {
                [Denial::CeilingReached { asked, left, .. }] => {
                    assert!(Cents::ZERO <= left && left < asked, "{left:?} left for {asked:?}");
                    false
                }
                _ => panic!("refused for another reason: {denials:?}"),
            },
            Err(failure) => panic!("{failure}"),
        });
        let taken = outcomes.await.into_iter().filter(|&taken| taken).count() as i64;
        assert_eq!(taken, WITHIN, "{name}");
        let sold = shelf.left_and_sold().await;
        assert_eq!(sold, (TASKS as i64 - WITHIN, WITHIN), "{name}");
        assert_eq!(
            ceiling_left(shelf.db(), shelf.place).await,
            ceiling.get() - one * WITHIN,
            "{name}"
        );

        spend_without_condition(&shelf, one).await;
        assert!(
            ceiling_left(shelf.db(), shelf.place).await < 0,
            "{name}: the broken variant keeps to the ceiling"
        );
    }
}

/// A contract of the shelf's buyer over its line, at the list's price.
async fn contract_for(shelf: &Shelf) -> Contract {
    let on_sale = shelf.house.app.on_sale(shelf.place).await.expect("a published week");
    let line = on_sale.publication.line(shelf.line).expect("the shelf's line");
    let price = UnitPrice { product: line.product, labels: line.labels, price: line.sale };
    Contract {
        id: ContractId::parse("marche-1").expect("a code"),
        buyer: shelf.on.buyer,
        name: "Marché d'essai".into(),
        reference: "2026-01".into(),
        valid_from: shelf.on.day.plus_days(-30),
        valid_to: shelf.on.day.plus_days(30),
        ceiling: None,
        origin: Origin::Anywhere,
        prices: vec![price],
    }
}

async fn ceiling_left(db: &Db, place: Place) -> i64 {
    let text = "SELECT ceiling_cents - spent_cents FROM ceilings WHERE hub_id = $1";
    let rows: Vec<i64> = db.query(text, vec![place.hub.as_str().into()]).await.expect("a ceiling");
    rows[0]
}

async fn spend(db: &Db, place: Place, cents: i64) {
    let text = "UPDATE ceilings SET spent_cents = spent_cents + $1 WHERE hub_id = $2";
    write(db, vec![(text, vec![Val::I(cents), place.hub.as_str().into()])]).await;
}

/// One call-off is given back; then four find room for one, and only then all four spend.
async fn spend_without_condition(shelf: &Shelf, one: i64) {
    spend(shelf.db(), shelf.place, -one).await;
    let have_read = Arc::new(Barrier::new(4));
    let mut running = tokio::task::JoinSet::new();
    for at in 0..4 {
        let (db, place) = (shelf.apps[at % 2].everything().clone(), shelf.place);
        let have_read = have_read.clone();
        running.spawn(async move {
            assert!(ceiling_left(&db, place).await >= one, "enough, as far as this one knows");
            have_read.wait().await;
            spend(&db, place, one).await;
        });
    }
    running.join_all().await;
}
