//! A farm takes goods back while buyers order them, and the same goods twice in one cart: never
//! more ordered than is still offered, on both databases.

use std::sync::Arc;

use carreau::failure::Failure;
use carreau::generate::Scale;
use carreau::offers::acts::note;
use carreau::orders::intake::take;
use carreau::play::{Until, play};
use carreau::store::act::Place;
use db::Val;
use tokio::sync::Barrier;
use trade::Denial;
use trade::calendar::{Day, Instant};
use trade::id::LineId;
use trade::mercuriale::joins;
use trade::offers::{OfferRequest, Stamp, announce};
use trade::orders::{Channel, OrderRequest};
use trade::unit::{Cents, Qty};

use crate::browser::{Browser, Sent};
use crate::hub::{House, houses, pack};
use crate::standing::{count, write};

/// A published line of which one farm alone offers plenty.
struct Shelf {
    house: House,
    place: Place,
    line: LineId,
    pack: i64,
    on: OrderRequest,
    farm: OfferRequest,
    stamp: Stamp,
}

async fn shelves() -> Vec<Shelf> {
    let mut pack = pack(Scale::Xs, 7, 1);
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    let mut shelves = Vec::new();
    for house in houses(&pack).await {
        let place = house.place(0);
        play(&house.app, place, Until::Published).await.expect("a week to publish");
        shelves.push(shelf(house, place).await);
    }
    shelves
}

async fn shelf(house: House, place: Place) -> Shelf {
    let found = house.app.read(place, |week, _| {
        let list = week.publication().expect("published");
        let day: Day = list.days[0].day;
        let alone = list.lines.iter().filter_map(|line| {
            let mut offers = week.current_offers().filter(|one| one.day == day && joins(one, line));
            let only = offers.next()?;
            offers.next().is_none().then_some((line, only.clone()))
        });
        let most = alone.max_by_key(|(line, one)| one.quantity.get() / line.pack.size.get());
        let (line, offer) = most.expect("a line of one farm");
        let site = week.register().sites.values().next().expect("a site");
        let on = OrderRequest {
            buyer: site.buyer,
            site: site.id,
            day,
            channel: Channel::Web,
            commitment_number: String::new(),
            lines: Vec::new(),
        };
        let farm = OfferRequest {
            producer: offer.producer,
            product: offer.product,
            labels: offer.labels,
            day,
            quantity: offer.quantity,
            price: offer.price,
        };
        let at = Instant(list.stamp.at.0 + 60);
        (line.id, line.pack.size.get(), on, farm, Stamp { at, by: "essai".into() })
    });
    let (line, pack, on, farm, stamp) = found.await.expect("a week");
    Shelf { house, place, line, pack, on, farm, stamp }
}

impl Shelf {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn asking(&self, packs: i64) -> OrderRequest {
        let lines = vec![(self.line, Qty::new(packs * self.pack))];
        OrderRequest { lines, ..self.on.clone() }
    }

    fn bringing(&self, packs: i64) -> OfferRequest {
        OfferRequest { quantity: Qty::new(packs * self.pack), ..self.farm.clone() }
    }

    /// In packs, as the week tells: what is ordered, what is offered, what is left; and breaches.
    async fn told(&self) -> (i64, i64, i64, usize) {
        let (line, day) = (self.line, self.on.day);
        let key = (self.farm.producer, self.farm.product, self.farm.labels, day);
        let seen = self.house.app.read(self.place, move |week, _| {
            let offered = week.current_offer(key).map_or(0, |offer| offer.quantity.get());
            let (taken, left) = (week.taken(line, day).get(), week.left(line, day).get());
            (taken, offered, left, week.check().breaches.len())
        });
        let (taken, offered, left, breaches) = seen.await.expect("a week");
        (taken / self.pack, offered / self.pack, left / self.pack, breaches)
    }

    /// In packs, as storage says: what is left to take.
    async fn left_in_storage(&self) -> i64 {
        let text = "SELECT offered - taken FROM availability \
            WHERE hub_id = $1 AND week = $2 AND line = $3 AND day = $4";
        let rows: Vec<i64> =
            self.house.app.everything().query(text, self.key()).await.expect("a shelf");
        rows[0] / self.pack
    }

    fn key(&self) -> Vec<Val> {
        let week = Val::I(self.place.week.number());
        let (line, day) = (Val::I(self.line.0), Val::I(self.on.day.number()));
        vec![self.place.hub.as_str().into(), week, line, day]
    }

    /// Orders are taken for another hour of the real clock, by which forms are judged.
    async fn keep_open(&self) {
        let at = carreau::clock::now().0 + 3_600;
        let values = vec![Val::I(at), Val::I(self.place.week.number())];
        let text = "UPDATE sale_days SET cutoff_at = $1 WHERE week = $2";
        write(self.house.app.everything(), vec![(text, values)]).await;
        self.house.app.forget_all();
    }

    /// One farm goes down to `packs` while four buyers order, all started together. How many of
    /// the orders were taken, and what the farm was told where it was refused.
    async fn race(&self, round: usize, packs: i64, asked: [i64; 4]) -> (usize, Option<i64>) {
        let start = Arc::new(Barrier::new(5));
        let mut running = tokio::task::JoinSet::new();
        for (at, packs) in asked.into_iter().enumerate() {
            let (app, place, start) = (self.house.app.clone(), self.place, start.clone());
            let (stamp, request) = (self.stamp.clone(), self.asking(packs));
            running.spawn(async move {
                start.wait().await;
                let key = format!("race-{round}-{at}");
                match again(|| take(&app, place, &request, &key, &stamp)).await {
                    Ok(_) => true,
                    Err(Failure::Denied(denials)) => {
                        assert!(matches!(denials[..], [Denial::SoldOut { .. }]), "{denials:?}");
                        false
                    }
                    Err(failure) => panic!("{failure}"),
                }
            });
        }
        start.wait().await;
        let request = [self.bringing(packs)];
        let cut =
            again(|| note(&self.house.app, self.place, &request, &self.stamp)).await.map(drop);
        let told = match cut {
            Ok(()) => None,
            Err(Failure::Denied(denials)) => match denials[..] {
                [Denial::AlreadyOrdered { asked, taken }] => {
                    assert!(asked < taken, "{}: {asked:?} is enough for {taken:?}", self.name());
                    Some(taken.get() / self.pack)
                }
                _ => panic!("{denials:?}"),
            },
            Err(failure) => panic!("{failure}"),
        };
        (running.join_all().await.into_iter().filter(|taken| *taken).count(), told)
    }
}

/// Who was told that others write at the same time tries again.
async fn again<T, F>(act: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    loop {
        match act().await {
            Err(Failure::Busy) => tokio::task::yield_now().await,
            other => return other,
        }
    }
}

/// T-05: in each round a farm's cut races four orders; 1,000 orders in all meet one. Whatever the
/// order, no more is ordered than is still offered, memory and storage agree, and a refused farm
/// is told the figure that stood.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_goes_down_while_buyers_order() {
    const ROUNDS: usize = 250;
    for shelf in shelves().await {
        let seed = fastrand::u64(..);
        let mut rng = fastrand::Rng::with_seed(seed);
        let name = format!("{}, seed {seed}", shelf.name());
        let (mut cuts, mut refusals, mut sold_out) = (0, 0, 0);
        for round in 0..ROUNDS {
            let (before, ..) = shelf.told().await;
            // A little more than what is ordered, so that each round is close.
            let room = rng.i64(2..9);
            let more = [shelf.bringing(before + room)];
            let raised = note(&shelf.house.app, shelf.place, &more, &shelf.stamp);
            raised.await.expect("more than what is ordered");
            let asked = std::array::from_fn(|_| rng.i64(1..4));
            let (taken, told) = shelf.race(round, before + rng.i64(0..room), asked).await;
            let (sold, offered, left, breaches) = shelf.told().await;
            assert!(sold <= offered, "{name}, round {round}: {sold} of {offered}");
            assert_eq!(breaches, 0, "{name}, round {round}");
            assert_eq!(shelf.left_in_storage().await, left, "{name}, round {round}");
            if let Some(figure) = told {
                assert!(before < figure && figure <= sold, "{name}, round {round}: {figure}");
            }
            cuts += usize::from(told.is_none());
            refusals += usize::from(told.is_some());
            sold_out += 4 - taken;
            // Emptied again, so that the shelf lasts.
            empty(&shelf).await;
        }
        assert!(cuts > 0 && refusals > 0 && sold_out > 0, "{name}: {cuts} {refusals} {sold_out}");
    }
}

/// Takes every order of the shelf's goods back.
async fn empty(shelf: &Shelf) {
    let line = shelf.line;
    let standing = shelf.house.app.read(shelf.place, move |week, _| {
        let orders = week.orders().iter();
        let lines = orders.flat_map(|order| {
            let own = order.lines.iter().filter(move |one| one.line == line);
            own.map(|one| (order.line_id(one.rank), Qty::ZERO))
        });
        lines.filter(|(id, _)| !week.ordered(*id).is_zero()).collect::<Vec<_>>()
    });
    let standing = standing.await.expect("a week");
    let amended =
        carreau::orders::acts::amend(&shelf.house.app, shelf.place, &standing, &shelf.stamp);
    amended.await.expect("an open day");
}

/// Broken variant: the offer is written, and nothing is taken from what is on sale. The next
/// order then takes what the farm no longer brings.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_taking_more_is_ordered_than_is_offered() {
    for shelf in shelves().await {
        let cut = shelf.bringing(1);
        let written = shelf.house.app.act(shelf.place, |act| {
            let offer = announce(act.week(), &cut, shelf.stamp.clone())?;
            act.add(offer);
            Ok(())
        });
        written.await.expect("nothing is ordered yet");
        let taken =
            take(&shelf.house.app, shelf.place, &shelf.asking(3), "broken", &shelf.stamp).await;
        assert!(taken.is_ok(), "{}: {taken:?}", shelf.name());
        let (sold, offered, _, breaches) = shelf.told().await;
        assert!(sold > offered && breaches > 0, "{}: {sold} of {offered}", shelf.name());
    }
}

/// On the farm's own page: the figure of the moment is said, and what is possible is noted.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_is_told_what_is_already_ordered() {
    for shelf in shelves().await {
        let name = shelf.name();
        take(&shelf.house.app, shelf.place, &shelf.asking(4), "ordered", &shelf.stamp)
            .await
            .expect("an order");
        let mut farm =
            Browser::new(&shelf.house, &format!("producer.{}", shelf.farm.producer)).await;
        let href = format!("/weeks/{}/my-offers", shelf.place.week);
        let page = farm.get(&href).await;
        let form = page.forms().into_iter().find(|form| form.action == href).expect("a form");
        let goods = format!("{}@{}", shelf.farm.product, shelf.farm.labels.code());
        let field = format!("quantity-{goods}@{}", shelf.farm.day);
        let with = |packs: i64| {
            let mut form = form.clone();
            form.set(&field, &carreau::ui::fr::number(Qty::new(packs * shelf.pack)));
            form.fields
        };
        let refused = farm.post(&href, &with(3)).await;
        let figure = carreau::ui::fr::number(Qty::new(4 * shelf.pack));
        let said = format!("Déjà commandé : {figure}.");
        assert!(
            refused.text().replace('\u{a0}', " ").contains(&said),
            "{name}: {}",
            refused.text()
        );
        assert_eq!(shelf.told().await.0, 4, "{name}");
        let noted = farm.post(&href, &with(4)).await;
        assert!(noted.text().contains("Noté"), "{name}: {}", noted.text());
        assert_eq!((shelf.told().await.2, shelf.left_in_storage().await), (0, 0), "{name}");
    }
}

/// T-03: the same goods twice in one cart, of which one pack is left: refused, nothing written.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_goods_twice_in_a_cart_are_not_sold_twice() {
    for shelf in shelves().await {
        let name = shelf.name();
        note(&shelf.house.app, shelf.place, &[shelf.bringing(1)], &shelf.stamp)
            .await
            .expect("down to one pack");
        let db = shelf.house.app.everything();
        let before = (count(db, "orders").await, count(db, "order_lines").await);
        // Twice in one request, as a program might send it.
        let one = (shelf.line, Qty::new(shelf.pack));
        let twice = OrderRequest { lines: vec![one, one], ..shelf.on.clone() };
        match take(&shelf.house.app, shelf.place, &twice, "twice", &shelf.stamp).await {
            Err(Failure::Denied(denials)) => {
                assert!(matches!(denials[..], [Denial::SameLineTwice { .. }]), "{denials:?}");
            }
            other => panic!("{name}: {other:?}"),
        }
        shelf.keep_open().await;
        // Twice on one sheet, as a form whose field was doubled sends it.
        let mut buyer = Browser::new(&shelf.house, &format!("buyer.{}", shelf.on.buyer)).await;
        let href = format!("/weeks/{}/my-orders", shelf.place.week);
        let field = format!("quantity-{}@{}@{}", shelf.line, shelf.on.day, shelf.on.site);
        let pack = carreau::ui::fr::number(Qty::new(shelf.pack));
        let sheet: Sent =
            vec![("key".into(), "doubled".into()), (field.clone(), pack.clone()), (field, pack)];
        let answer = buyer.post_once(&href, &sheet).await;
        assert!(answer.text().contains("demandé deux fois"), "{name}: {}", answer.text());
        let after = (count(db, "orders").await, count(db, "order_lines").await);
        assert_eq!((before, shelf.left_in_storage().await), (after, 1), "{name}");
    }
}

/// Broken variant: each line of the cart is looked at by itself before any is written. Both find
/// one pack, and both take it. By the conditional write, in the same cart, only one could.
#[tokio::test(flavor = "multi_thread")]
async fn looked_at_line_by_line_the_last_pack_is_sold_twice() {
    const LEFT: &str = "SELECT offered - taken FROM availability \
        WHERE hub_id = $1 AND week = $2 AND line = $3 AND day = $4";
    const TAKE: &str = "UPDATE availability SET taken = taken + $1 \
        WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5";
    const TAKE_IF: &str = "UPDATE availability SET taken = taken + $1 \
        WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5 AND offered - taken >= $1";
    for shelf in shelves().await {
        let one = [shelf.bringing(1)];
        note(&shelf.house.app, shelf.place, &one, &shelf.stamp).await.expect("one pack");
        let db = shelf.house.app.everything();
        for _ in 0..2 {
            let left: Vec<i64> = db.query(LEFT, shelf.key()).await.expect("a shelf");
            assert!(left[0] >= shelf.pack, "enough for this line, looked at alone");
        }
        let values = || [vec![Val::I(shelf.pack)], shelf.key()].concat();
        let touched = write(db, vec![(TAKE_IF, values()), (TAKE_IF, values())]).await;
        assert_eq!(touched, [1, 0], "{}: the condition lets one through", shelf.name());
        write(db, vec![(TAKE, values())]).await;
        assert_eq!(shelf.left_in_storage().await, -1, "{}", shelf.name());
    }
}
