//! Food aid pressed from many sides at once, through two programs on one database: one winner of
//! the last crate, one reservation and one receipt for one key, books that balance.

use std::sync::Arc;

use carreau::app::App;
use carreau::clock;
use carreau::dock::acts::{Decision, receive, resolve, sort_by_hand};
use carreau::dock::surplus::acts::{self, Signature};
use carreau::dock::surplus::intake::{Asked, reserve};
use carreau::failure::Failure;
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::store::act::Place;
use db::{Db, Val, testing};
use tokio::sync::Barrier;
use trade::Denial;
use trade::calendar::Instant;
use trade::catalog::SaleUnit;
use trade::dock::LeftoverSource;
use trade::dock::surplus::{Reservation, SurplusRequest, SurplusSource};
use trade::dock::{OutcomeKind, ReceiptRequest};
use trade::id::{BuyerId, ReceiptId, ReservationId, SiteId, SurplusId};
use trade::offers::Stamp;
use trade::party::BuyerKind;
use trade::unit::{Price, Qty, Rate};
use wire::pack::Pack;

use crate::hub::{House, house, pack};
use crate::standing::{count, write};

/// Ten kilos.
pub const CRATE: Qty = Qty::new(10_000);

/// A week whose dock has goods without a taker.
pub struct Morning {
    pub house: House,
    pub place: Place,
    pub apps: [Arc<App>; 2],
    pub aids: [BuyerId; 2],
    pub receipt: ReceiptId,
}

/// A small hub with two food-aid organisations, the second beside the generated one.
pub fn two_aids(mut pack: Pack) -> Pack {
    let first = pack.buyers.iter().find(|one| one.kind == BuyerKind::FoodAid).expect("food aid");
    let mut second = first.clone();
    let site = pack.sites.iter().find(|site| site.buyer == second.id).expect("a site").clone();
    second.id = BuyerId::parse("aide.deux").expect("a code");
    second.identity.name = "Aide Deux".into();
    let id = SiteId::parse("aide.deux").expect("a code");
    pack.sites
        .push(trade::party::Site { id, buyer: second.id, name: "Dépôt Deux".into(), ..site });
    pack.buyers.push(second);
    pack
}

pub async fn mornings(databases: Vec<testing::TestDatabase>) -> Vec<Morning> {
    mornings_of(pack(Scale::Xs, 7, 1), databases).await
}

/// The same of a week of this month: what is fetched in it is in this month's report.
pub async fn mornings_of_today() -> Vec<Morning> {
    let week = clock::today().week();
    mornings_of(generate::pack(Scale::Xs, 7, &[week]), testing::databases()).await
}

async fn mornings_of(pack: Pack, databases: Vec<testing::TestDatabase>) -> Vec<Morning> {
    let pack = two_aids(pack);
    let mut mornings = Vec::new();
    for database in databases {
        mornings.push(morning(house(database, &pack).await).await);
    }
    mornings
}

pub fn now() -> Stamp {
    Stamp { at: clock::now(), by: "essai".into() }
}

/// Receives the greatest purchase by weight, and sorts one kilo of it only: the rest is left.
async fn morning(house: House) -> Morning {
    let place = house.place(0);
    play(&house.app, place, Until::Sourced).await.expect("a sourced week");
    let found = house.app.read(place, |week, _| {
        let is_kilo = |line: &&trade::sourcing::PurchaseLine| {
            week.register().products[&line.product].unit == SaleUnit::Kilo
        };
        let lines = week.purchase_lines().iter().filter(is_kilo);
        let line = lines.max_by_key(|line| line.quantity).expect("a purchase");
        let order_line = week.allocations_of(line.id).next().expect("sold").order_line;
        let kinds = week.register().buyers.values();
        let aids: Vec<BuyerId> =
            kinds.filter(|one| one.kind == BuyerKind::FoodAid).map(|one| one.id).collect();
        (line.id, line.quantity, order_line, aids)
    });
    let (line, quantity, order_line, aids) = found.await.expect("a week");
    let request = ReceiptRequest {
        line,
        batch: "LOT-7".into(),
        received: quantity,
        rejected: Qty::ZERO,
        rejection: None,
        temperature_dc: None,
    };
    let receipts = receive(&house.app, place, &[request], &now()).await.expect("an arrival");
    let one = Qty::new(1_000);
    sort_by_hand(&house.app, place, receipts[0], order_line, one).await.expect("a part");
    let apps = [house.app.clone(), house.other_app().await];
    assert!(quantity.get() > 11 * CRATE.get(), "crates to offer: {quantity:?}");
    Morning { place, apps, aids: [aids[0], aids[1]], receipt: receipts[0], house }
}

impl Morning {
    pub fn name(&self) -> &'static str {
        self.house.database.name
    }

    pub fn db(&self) -> &Db {
        self.house.app.everything()
    }

    /// Offers some of what is left, free or at a price.
    pub async fn offer(&self, quantity: Qty, price: Option<Price>) -> SurplusId {
        let request = SurplusRequest {
            source: SurplusSource::Left(LeftoverSource::Dock(self.receipt)),
            quantity,
            price,
            value_rate: Rate::new(10_000),
            place: "quai 7".into(),
            until: Instant(clock::now().0 + 86_400),
        };
        let ids = acts::offer(&self.house.app, self.place, &[request], &now(), "").await;
        ids.expect("an offer")[0]
    }

    pub fn asking(&self, at: usize, surplus: SurplusId, quantity: Qty) -> Asked {
        Asked { buyer: self.aids[at % 2], surplus, quantity }
    }

    /// What the counter says is left, and what stands in reservations.
    async fn left_and_reserved(&self, surplus: SurplusId) -> (i64, i64) {
        let key = || vec![Val::I(self.place.week.number()), Val::I(surplus.0)];
        let left = "SELECT left_qty FROM surplus_offers WHERE week = $1 AND id = $2";
        let left: Vec<i64> = self.db().query(left, key()).await.expect("an offer");
        let sum = "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM surplus_reservations \
            WHERE week = $1 AND surplus = $2";
        let sum: Vec<i64> = self.db().query(sum, key()).await.expect("reservations");
        (left[0], sum[0])
    }

    /// Both programs, and one that reads the tables anew, see the same sound week.
    pub async fn assert_sound(&self, surplus: SurplusId, left: Qty) {
        let fresh = self.house.other_app().await;
        for app in [&self.apps[0], &self.apps[1], &fresh] {
            let seen = app
                .read(self.place, |week, _| (week.check().breaches, week.surplus().left(surplus)));
            assert_eq!(seen.await.expect("a week"), (vec![], left), "{}", self.name());
        }
    }

    fn signature(&self, key: &str, id: ReservationId, received: Qty) -> Signature {
        let received = vec![(id, received, Some(35))];
        Signature { key: key.into(), received, signed_by: "Nadia".into(), day: clock::today() }
    }
}

/// Tasks that start together, half of them in each program.
async fn all_at_once(
    morning: &Morning,
    tasks: usize,
    ask: impl Fn(usize) -> (Asked, String),
) -> Vec<Result<Reservation, Failure>> {
    let start = Arc::new(Barrier::new(tasks));
    let mut running = tokio::task::JoinSet::new();
    for at in 0..tasks {
        let (app, place, start) = (morning.apps[at % 2].clone(), morning.place, start.clone());
        let (asked, key) = ask(at);
        running.spawn(async move {
            start.wait().await;
            let stamp = now();
            loop {
                match reserve(&app, place, asked, &key, &stamp).await {
                    Err(Failure::Busy) => tokio::task::yield_now().await,
                    other => return other,
                }
            }
        });
    }
    running.join_all().await
}

/// What must be true when `tasks` ask for the last crate: one has it, the counter is at zero.
fn verdict(winners: usize, left: i64, reserved: i64) -> Result<(), String> {
    match (winners, left, reserved) {
        (1, 0, crate_of) if crate_of == CRATE.get() => Ok(()),
        other => Err(format!("winners, left, reserved: {other:?}")),
    }
}

/// A1: twenty, then two hundred ask for the last crate. Broken variant below.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_crate_has_one_winner() {
    for morning in mornings(testing::all_modes()).await {
        for tasks in [20, 200] {
            let surplus = morning.offer(CRATE, None).await;
            let ask =
                |at: usize| (morning.asking(at, surplus, CRATE), format!("last-{tasks}-{at}"));
            let outcomes = all_at_once(&morning, tasks, ask).await;
            let winners = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
            for outcome in outcomes.into_iter().filter_map(Result::err) {
                let Failure::Denied(denials) = outcome else { panic!("{outcome}") };
                let gone = Denial::SurplusGone { surplus, asked: CRATE, left: Qty::ZERO };
                assert_eq!(denials, [gone], "{}", morning.name());
            }
            let (left, reserved) = morning.left_and_reserved(surplus).await;
            assert_eq!(verdict(winners, left, reserved), Ok(()), "{} {tasks}", morning.name());
            morning.assert_sound(surplus, Qty::ZERO).await;
        }
    }
}

/// Broken variant: what is left is read, then written without a condition. All have read before
/// any writes, so that each of them has the last crate, and the same verdict says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_condition_the_last_crate_has_many_winners() {
    const READERS: usize = 8;
    for morning in mornings(testing::databases()).await {
        let surplus = morning.offer(CRATE, None).await;
        let have_read = Arc::new(Barrier::new(READERS));
        let mut running = tokio::task::JoinSet::new();
        for at in 0..READERS {
            let (db, have_read) = (morning.db().clone(), have_read.clone());
            let (hub, week) = (morning.place.hub, Val::I(morning.place.week.number()));
            let buyer = morning.aids[at % 2];
            running.spawn(async move {
                let left = "SELECT left_qty FROM surplus_offers WHERE week = $1 AND id = $2";
                let key = vec![week.clone(), Val::I(surplus.0)];
                let left: Vec<i64> = db.query(left, key.clone()).await.expect("an offer");
                have_read.wait().await;
                if left[0] < CRATE.get() {
                    return false;
                }
                let less = "UPDATE surplus_offers SET left_qty = left_qty - $1 \
                    WHERE week = $2 AND id = $3";
                let row = "INSERT INTO surplus_reservations (hub_id, week, id, surplus, buyer, \
                    quantity, at, by_whom, idempotency_key, request_hash) \
                    VALUES ($1, $2, $3, $4, $5, $6, 0, 'essai', $7, 0)";
                let values = vec![
                    hub.as_str().into(),
                    week,
                    Val::I(9_000 + at as i64),
                    Val::I(surplus.0),
                    buyer.as_str().into(),
                    Val::I(CRATE.get()),
                    format!("broken-{at}").into(),
                ];
                let less_values = [vec![Val::I(CRATE.get())], key].concat();
                write(&db, vec![(less, less_values), (row, values)]).await;
                true
            });
        }
        let winners = running.join_all().await.into_iter().filter(|won| *won).count();
        let (left, reserved) = morning.left_and_reserved(surplus).await;
        assert!(verdict(winners, left, reserved).is_err(), "{}", morning.name());
        assert_eq!((winners, left), (READERS, -7 * CRATE.get()), "{}", morning.name());
        // And the week itself says that it cannot be.
        morning.house.app.forget_all();
        let seen = morning.house.app.read(morning.place, |week, _| week.check().breaches).await;
        assert!(!seen.expect("a week").is_empty(), "{}", morning.name());
    }
}

/// Small parts, asked for from both programs, while the dock takes back what is left.
#[tokio::test(flavor = "multi_thread")]
async fn the_dock_takes_back_only_what_nobody_has() {
    for morning in mornings(testing::all_modes()).await {
        let surplus = morning.offer(CRATE, None).await;
        let (app, place) = (morning.apps[0].clone(), morning.place);
        let withdrawn = tokio::spawn(async move {
            loop {
                match acts::withdraw(&app, place, surplus, &now()).await {
                    Err(Failure::Busy) => tokio::task::yield_now().await,
                    other => return other.expect("a withdrawal"),
                }
            }
        });
        let part = Qty::new(500);
        let ask = |at: usize| (morning.asking(at, surplus, part), format!("part-{at}"));
        let outcomes = all_at_once(&morning, 30, ask).await;
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as i64;
        let back = withdrawn.await.expect("a task").get();
        let (left, reserved) = morning.left_and_reserved(surplus).await;
        assert_eq!(reserved, won * part.get(), "{}", morning.name());
        assert_eq!(left + reserved + back, CRATE.get(), "{}", morning.name());
        assert!(left >= 0, "{}", morning.name());
        morning.assert_sound(surplus, Qty::new(left)).await;
    }
}

/// Offered, half of it reserved, nobody came: two days later the dock notes another way for all of
/// it in one act, and both programs and the tables agree. Broken variant: without freeing it first,
/// the same outcome is refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_fetched_finds_another_way_in_one_act() {
    for morning in mornings(testing::databases()).await {
        let name = morning.name();
        let source = LeftoverSource::Dock(morning.receipt);
        let left = morning.house.app.read(morning.place, |week, _| {
            let receipt = week.receipt(morning.receipt).expect("a receipt");
            week.receipt_left(receipt)
        });
        let all = left.await.expect("a week");
        let surplus = morning.offer(all, None).await;
        let asked = morning.asking(0, surplus, CRATE);
        let own = reserve(&morning.apps[1], morning.place, asked, "never", &now()).await;
        let own = own.expect("a crate").id;
        let later = Stamp { at: Instant(clock::now().0 + 2 * 86_400), by: "essai".into() };
        let wasted = |quantity| Decision {
            source,
            kind: OutcomeKind::Wasted,
            quantity,
            reason: "personne n'est venu".into(),
        };
        let early = resolve(&morning.apps[0], morning.place, &[wasted(CRATE)], &now()).await;
        assert!(matches!(early, Err(Failure::Denied(_))), "{name}: still awaited, {early:?}");
        let held = morning.house.app.read(morning.place, |week, _| {
            let (kind, at) = (OutcomeKind::Wasted, later.clone());
            trade::dock::resolve(week, source, kind, all, "sans libérer", at).is_err()
        });
        assert!(held.await.expect("a week"), "{name}");
        resolve(&morning.apps[0], morning.place, &[wasted(all)], &later).await.expect("a way");
        assert_eq!(morning.left_and_reserved(surplus).await.0, 0, "{name}");
        morning.assert_sound(surplus, Qty::ZERO).await;
        // Who comes too late is told.
        let (app, signature) = (&morning.apps[1], morning.signature("late", own, CRATE));
        let late = acts::sign(app, morning.place, morning.aids[0], &signature, &later).await;
        assert!(matches!(late, Err(Failure::Denied(_))), "{name}: {late:?}");
    }
}

/// A lost answer, a second program, a restart: the same key is the same reservation. Broken
/// variant at the end: a key for each try.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_reservation() {
    for morning in mornings(testing::all_modes()).await {
        let name = morning.name();
        let surplus = morning.offer(Qty::new(5 * CRATE.get()), None).await;
        let again = |_| (morning.asking(0, surplus, CRATE), "once".to_string());
        let outcomes = all_at_once(&morning, 16, again).await;
        let mut ids: Vec<i64> = outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Ok(reservation) => reservation.id.0,
                Err(Failure::Replayed(id)) => id,
                Err(failure) => panic!("{name}: {failure}"),
            })
            .collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{name}: {ids:?}");
        // All is gone by now: who sends again what it has is still told that it has it.
        let rest = morning.asking(1, surplus, Qty::new(4 * CRATE.get()));
        reserve(&morning.apps[1], morning.place, rest, "rest", &now()).await.expect("the rest");
        let restarted = morning.house.other_app().await;
        for app in [&morning.apps[0], &morning.apps[1], &restarted] {
            let own = morning.asking(0, surplus, CRATE);
            let same = reserve(app, morning.place, own, "once", &now()).await;
            assert!(matches!(same, Err(Failure::Replayed(id)) if id == ids[0]), "{name}");
            let other = morning.asking(0, surplus, Qty::new(1_000));
            let other = reserve(app, morning.place, other, "once", &now()).await;
            assert!(matches!(other, Err(Failure::OtherContent)), "{name}");
        }
        assert_eq!(count(morning.db(), "surplus_reservations").await, 2, "{name}");
        let more = morning.offer(Qty::new(5 * CRATE.get()), None).await;
        let fresh = |at| (morning.asking(0, more, CRATE), format!("fresh-{at}"));
        all_at_once(&morning, 4, fresh).await;
        assert_eq!(count(morning.db(), "surplus_reservations").await, 6, "{name}");
    }
}

/// A3: the same receipt sent many times, from both programs at once and again after a restart, is
/// one pickup and one gift.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_stored_once_however_often_it_is_sent() {
    for morning in mornings(testing::all_modes()).await {
        let name = morning.name();
        let surplus = morning.offer(CRATE, None).await;
        let own = morning.asking(0, surplus, CRATE);
        let reserved = reserve(&morning.apps[0], morning.place, own, "k", &now()).await;
        let id = reserved.expect("a reservation").id;
        let start = Arc::new(Barrier::new(10));
        let mut running = tokio::task::JoinSet::new();
        for at in 0..10 {
            let (app, place, buyer) =
                (morning.apps[at % 2].clone(), morning.place, morning.aids[0]);
            let signature = morning.signature("receipt", id, Qty::new(9_000));
            let start = start.clone();
            running.spawn(async move {
                start.wait().await;
                loop {
                    match acts::sign(&app, place, buyer, &signature, &now()).await {
                        Err(Failure::Busy) => tokio::task::yield_now().await,
                        other => return other.map_err(|failure| failure.to_string()),
                    }
                }
            });
        }
        let mut said = running.join_all().await;
        said.dedup();
        assert_eq!(
            said,
            [Ok("Reçu signé pour 1\u{a0}produit : merci, Nadia.".to_string())],
            "{name}"
        );
        let restarted = morning.house.other_app().await;
        let again = morning.signature("receipt", id, Qty::new(9_000));
        let again = acts::sign(&restarted, morning.place, morning.aids[0], &again, &now()).await;
        assert_eq!(again.map_err(|failure| failure.to_string()), said[0], "{name}");
        // The broken variant: without the key it is another receipt, and only the rules say no.
        let other = morning.signature("other", id, Qty::new(9_000));
        let other = acts::sign(&restarted, morning.place, morning.aids[0], &other, &now()).await;
        assert!(
            matches!(other, Err(Failure::Denied(ref denials))
                if *denials == [Denial::AlreadyCollected { reservation: id }]),
            "{name}"
        );
        assert_eq!(count(morning.db(), "surplus_pickups").await, 1, "{name}");
        assert_eq!(count(morning.db(), "outcomes").await, 1, "{name}");
        // One kilo was left there: it is on offer again.
        morning.assert_sound(surplus, Qty::new(1_000)).await;
        assert_eq!(morning.left_and_reserved(surplus).await.0, 1_000, "{name}");
    }
}

/// At a price a pickup is an order, its sorting and its delivery note; the invoice bills it once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_to_food_aid_is_billed_once_and_balances() {
    for morning in mornings(testing::databases()).await {
        let (app, name) = (&morning.house.app, morning.name());
        let surplus = morning.offer(CRATE, Some(Price::new(4_000))).await;
        let own = morning.asking(1, surplus, CRATE);
        let id = reserve(app, morning.place, own, "k", &now()).await.expect("reserved").id;
        let signature = morning.signature("s", id, CRATE);
        acts::sign(app, morning.place, morning.aids[1], &signature, &now()).await.expect("signed");
        morning.assert_sound(surplus, Qty::ZERO).await;
        let fresh = morning.house.other_app().await;
        let seen = fresh.read(morning.place, |week, _| {
            let order = week.order(trade::id::OrderId(id.0)).expect("an order");
            let line = order.line_id(1);
            (order.buyer, order.net().get(), week.delivered_of(line), week.outcomes().len())
        });
        let seen = seen.await.expect("a week");
        assert_eq!(seen, (morning.aids[1], 400, CRATE, 0), "{name}");
        let day = clock::today();
        let buyer = Some(morning.aids[1]);
        carreau::billing::acts::invoice(app, morning.place, buyer, day, &now())
            .await
            .expect("bill");
        let billed = fresh.read(morning.place, |week, _| {
            let own = week.documents().iter().filter(|one| one.party == morning.aids[1].0);
            (own.map(|one| one.net().get()).collect::<Vec<_>>(), week.check().breaches)
        });
        assert_eq!(billed.await.expect("a week"), (vec![400], vec![]), "{name}");
    }
}
