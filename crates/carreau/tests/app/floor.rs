//! The floor of the dock: acts sent from a device that loses its network (T-16), two people at one
//! line (T-15), what is said no to, what a device keeps, labels.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{Method, StatusCode};
use carreau::app::App;
use carreau::dock::acts::receive;
use carreau::play::{Until, play};
use carreau::rounds::acts::accept as accept_rounds;
use carreau::store::act::Place;
use carreau::web::{self, Site, Web};
use serde_json::{Value, json};
use tokio::sync::Barrier;
use trade::calendar::Instant;
use trade::catalog::TemperatureClass;
use trade::dock::ReceiptRequest;
use trade::id::PurchaseLineId;
use trade::offers::Stamp;
use trade::unit::Qty;

use crate::browser::Browser;
use crate::hub::{House, houses};
use crate::pages::two_weeks;

/// A week whose goods are on their way, and two programs that serve it.
struct Morning {
    house: House,
    place: Place,
    apps: [Arc<App>; 2],
    /// Lines that need no thermometer, with what is expected.
    lines: Vec<(PurchaseLineId, Qty)>,
}

/// A product that must stay cold in these tests.
const COLD: &str = "chou-fleur";

async fn mornings() -> Vec<Morning> {
    let mut mornings = Vec::new();
    let mut pack = two_weeks();
    let cold = pack.products.iter_mut().find(|product| product.id.as_str() == COLD);
    cold.expect("the pack has it").temperature = TemperatureClass::Chilled;
    for house in houses(&pack).await {
        play(&house.app, house.place(0), Until::Sourced).await.expect("a sourced week");
        let place = house.place(0);
        let lines = house.app.read(place, |week, _| {
            let is_plain = |id: &PurchaseLineId| {
                let line = week.purchase_line(*id).expect("a line");
                let product = week.register().product(line.product).expect("a product");
                carreau::law::most_celsius_dc(product.temperature).is_none()
                    && !week.confirmed(*id).is_zero()
            };
            let ids = week.purchase_lines().iter().map(|line| line.id);
            ids.filter(is_plain).map(|id| (id, week.confirmed(id))).collect()
        });
        let lines = lines.await.expect("a week");
        let apps = [house.app.clone(), house.other_app().await];
        mornings.push(Morning { house, place, apps, lines });
    }
    mornings
}

impl Morning {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn desk(&self) -> String {
        format!("/weeks/{}/dock", self.place.week)
    }

    fn address(&self, what: &str) -> String {
        format!("/weeks/{}/dock/{what}", self.place.week)
    }

    async fn hand(&self, app: usize, role: &str) -> Browser {
        let web = Web::new(self.apps[app].clone(), self.house.hub, Site::default());
        Browser::of(web::router(Arc::new(web)), role).await
    }

    /// As the script of the floor sends it.
    async fn send(&self, hand: &mut Browser, acts: &[Value]) -> (StatusCode, Value) {
        let body = json!({ "hub": self.house.hub.to_string(), "acts": acts });
        self.send_as(hand, body).await
    }

    async fn send_as(&self, hand: &mut Browser, body: Value) -> (StatusCode, Value) {
        let request = hand.request(Method::POST, &self.address("floor/acts"));
        let request = request.header("content-type", "application/json");
        let request = request.header("x-form-token", hand.form_token());
        let page = hand.ask(request.body(Body::from(body.to_string())).expect("a request")).await;
        let answer = serde_json::from_slice(&page.bytes);
        (page.status, answer.unwrap_or_else(|_| json!(page.text())))
    }

    /// One act; its answer.
    async fn say(&self, hand: &mut Browser, act: Value) -> Value {
        let (status, answer) = self.send(hand, &[act]).await;
        assert_eq!(status, StatusCode::OK, "{}: {answer}", self.name());
        answer["answers"][0].clone()
    }

    async fn ask(&self, hand: &mut Browser, what: &str) -> Value {
        let page = hand.get_once(&self.address(what)).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", self.name(), page.text());
        serde_json::from_slice(&page.bytes).expect("JSON")
    }

    /// Receipts that were ever noted, and lines of which something stands.
    async fn effects(&self) -> (usize, usize) {
        let seen = self.apps[0].read(self.place, |week, _| {
            let lines: BTreeSet<_> = week.valid_receipts().map(|receipt| receipt.line).collect();
            (week.receipts().len(), lines.len())
        });
        seen.await.expect("a week")
    }

    /// What stands of a line, in thousandths; `None` when nothing arrived.
    async fn stands(&self, line: PurchaseLineId) -> Option<i64> {
        let seen = self.apps[0].read(self.place, |week, _| {
            let stands = trade::dock::floor::standing(week, line);
            assert_eq!(week.check().breaches, []);
            stands.map(|weighing| weighing.received.get())
        });
        seen.await.expect("a week")
    }
}

fn came(quantity: i64) -> Value {
    json!({ "received": quantity, "rejected": 0, "rejection": null, "temperature": null })
}

fn act(key: &str, line: PurchaseLineId, seen: Value, said: Value) -> Value {
    json!({ "act": "line", "key": key, "line": line.0, "seen": seen, "said": said })
}

/// T-16, the server's half: twenty picks, of which the device hears no answer to the first five
/// and sends them again, to whichever program answers.
#[tokio::test(flavor = "multi_thread")]
async fn t_16_twenty_picks_sent_twenty_five_times_are_twenty_receipts() {
    for morning in mornings().await {
        let name = morning.name();
        let picks = &morning.lines[..20];
        let mut hands = [morning.hand(0, "dock").await, morning.hand(1, "dock").await];
        let mut posts = 0;
        for (n, (line, expected)) in picks.iter().enumerate() {
            let tick = act(&format!("pick-{n:04}"), *line, Value::Null, came(expected.get()));
            let first = morning.say(&mut hands[0], tick.clone()).await;
            assert_eq!(first["done"], "written", "{name}: {first}");
            posts += 1;
            if n < 5 {
                let again = morning.say(&mut hands[1], tick).await;
                assert_eq!(again, first, "{name}: another answer for the same key");
                posts += 1;
            }
        }
        assert_eq!((posts, morning.effects().await), (25, (20, 20)), "{name}");
        // All of them once more in one message, as after a long night: nothing new.
        let all = picks.iter().enumerate().map(|(n, (line, expected))| {
            act(&format!("pick-{n:04}"), *line, Value::Null, came(expected.get()))
        });
        let all: Vec<Value> = all.collect();
        let (status, answer) = morning.send(&mut hands[1], &all).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        assert_eq!(answer["answers"].as_array().map(Vec::len), Some(20), "{name}");
        assert_eq!(morning.effects().await, (20, 20), "{name}");
        broken_without_keys(&morning).await;
    }
}

/// The broken variant: an act that adds, without a key, adds twice.
async fn broken_without_keys(morning: &Morning) {
    let stamp = Stamp { at: Instant(0), by: "essai".into() };
    let before = morning.effects().await.0;
    let (line, expected) = morning.lines[20];
    let half = ReceiptRequest {
        line,
        batch: String::new(),
        received: Qty::new(expected.get() / 2),
        rejected: Qty::ZERO,
        rejection: None,
        temperature_dc: None,
    };
    for app in &morning.apps {
        let noted = receive(app, morning.place, std::slice::from_ref(&half), &stamp).await;
        noted.expect("half of it, twice");
    }
    let after = morning.effects().await.0;
    assert_eq!(after, before + 2, "{}: the test does not see a double effect", morning.name());
}

/// An answer was lost, somebody else put it right meanwhile, and the device sends again. Broken
/// variant: with another key, the old word wins over the new one unseen.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_sent_again_does_not_undo_what_came_after_it() {
    for morning in mornings().await {
        let name = morning.name();
        let (line, expected) = morning.lines[0];
        let (mut one, mut other) = (morning.hand(0, "dock").await, morning.hand(1, "dock").await);
        let tick = act("tick-00001", line, Value::Null, came(expected.get()));
        morning.say(&mut one, tick.clone()).await;
        let undo = act("undo-00001", line, came(expected.get()), Value::Null);
        assert_eq!(morning.say(&mut other, undo).await["done"], "written", "{name}");
        morning.say(&mut one, tick).await;
        assert_eq!(morning.stands(line).await, None, "{name}: the undo is lost");
        let broken = act("tick-00002", line, Value::Null, came(expected.get()));
        morning.say(&mut one, broken).await;
        let stands = morning.stands(line).await;
        assert_eq!(stands, Some(expected.get()), "{name}: the broken variant is not seen");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_from_all_sides_at_once_is_one_receipt() {
    const SIDES: usize = 6;
    for morning in mornings().await {
        let name = morning.name();
        let (line, expected) = morning.lines[0];
        let barrier = Barrier::new(SIDES);
        let mut hands = Vec::new();
        for side in 0..SIDES {
            hands.push(morning.hand(side % 2, "dock").await);
        }
        let sent = hands.iter_mut().map(|hand| {
            let tick = act("everywhere", line, Value::Null, came(expected.get()));
            let (barrier, morning) = (&barrier, &morning);
            async move {
                barrier.wait().await;
                morning.say(hand, tick).await.to_string()
            }
        });
        let answers = futures_util::future::join_all(sent).await;
        let different: BTreeSet<&String> = answers.iter().collect();
        assert_eq!(different.len(), 1, "{name}: {different:?}");
        assert_eq!(morning.effects().await, (1, 1), "{name}");
    }
}

/// T-15 at the dock: the second hears of the first and is asked; two who say the same are one.
#[tokio::test(flavor = "multi_thread")]
async fn two_devices_at_one_line_hear_of_each_other() {
    for morning in mornings().await {
        let name = morning.name();
        let (line, expected) = morning.lines[0];
        let less = expected.get() - 1_000;
        let (mut one, mut other) =
            (morning.hand(0, "dock").await, morning.hand(1, "coordinator").await);
        let tick = act("one-000001", line, Value::Null, came(expected.get()));
        morning.say(&mut one, tick).await;
        let same = act("other-0001", line, Value::Null, came(expected.get()));
        assert_eq!(morning.say(&mut other, same).await["done"], "same", "{name}");
        let late = act("other-0002", line, Value::Null, came(less));
        let met = morning.say(&mut other, late).await;
        assert_eq!(met["done"], "conflict", "{name}: {met}");
        assert_eq!(met["line"]["stands"], came(expected.get()), "{name}: {met}");
        assert!(!met["line"]["by"].as_str().expect("who").is_empty(), "{name}");
        assert_eq!(morning.stands(line).await, Some(expected.get()), "{name}");
        let mine = act("other-0003", line, came(expected.get()), came(less));
        assert_eq!(morning.say(&mut other, mine).await["done"], "written", "{name}");
        assert_eq!(morning.stands(line).await, Some(less), "{name}");
        assert_eq!(morning.effects().await, (2, 1), "{name}: what was said first is kept");
    }
}

/// What is said, as received, rejected and why, and what is answered.
const REFUSED: &str = "\
9000000 | 0    |         | ce qui dépasse
0       | 0    |         | Il manque le motif
1000    | 2000 | quality | ne peut pas dépasser
1000    | 1000 | rotten  | est inconnu
";

/// Received, rejected, why: as the floor says it.
fn said(columns: &[&str]) -> Value {
    let number = |text: &str| text.parse::<i64>().expect("thousandths");
    let reason = Some(columns[2]).filter(|reason| !reason.is_empty());
    json!({
        "received": number(columns[0]), "rejected": number(columns[1]),
        "rejection": reason, "temperature": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_french_and_stops_nothing_behind_it() {
    for morning in mornings().await {
        let name = morning.name();
        let mut hand = morning.hand(0, "dock").await;
        for (n, row) in REFUSED.lines().enumerate() {
            let columns: Vec<&str> = row.split('|').map(str::trim).collect();
            let told = columns[3];
            let (line, _) = morning.lines[n];
            let (next, expected) = morning.lines[n + 10];
            let bad = act(&format!("bad-{n:06}"), line, Value::Null, said(&columns));
            let good = act(&format!("good-{n:05}"), next, Value::Null, came(expected.get()));
            let (status, answer) = morning.send(&mut hand, &[bad, good]).await;
            assert_eq!(status, StatusCode::OK, "{name}: {answer}");
            let [no, yes] = [&answer["answers"][0], &answer["answers"][1]];
            assert_eq!(no["done"], "refused", "{name} {row}: {no}");
            let said = no["said"].as_str().expect("a sentence");
            assert!(said.contains(told), "{name} {row}: {said}");
            assert_eq!(no["line"]["stands"], Value::Null, "{name} {row}");
            assert_eq!(yes["done"], "written", "{name} {row}: {yes}");
            assert_eq!(morning.stands(line).await, None, "{name} {row}");
        }
        refused_whole(&morning, &mut hand).await;
        warm_goods(&morning, &mut hand).await;
    }
}

/// Messages that are not of this hub, of this page or of this key.
async fn refused_whole(morning: &Morning, hand: &mut Browser) {
    let name = morning.name();
    let (line, expected) = morning.lines[0];
    let tick = act("whole-0001", line, Value::Null, came(expected.get()));
    let body = json!({ "hub": "elsewhere", "acts": [tick] });
    let (status, said) = morning.send_as(hand, body).await;
    assert_eq!(status, StatusCode::CONFLICT, "{name}: {said}");
    let body = json!({ "hub": morning.house.hub.to_string(), "acts": [{ "act": "burn" }] });
    assert_eq!(morning.send_as(hand, body).await.0, StatusCode::BAD_REQUEST, "{name}");
    assert_eq!(morning.stands(line).await, None, "{name}");
    morning.say(hand, tick).await;
    let other = act("whole-0001", line, came(expected.get()), came(1_000));
    let answer = morning.say(hand, other).await;
    assert_eq!(answer["done"], "refused", "{name}: {answer}");
    assert!(answer["said"].as_str().is_some_and(|said| said.contains("clé")), "{name}: {answer}");
    assert_eq!(morning.stands(line).await, Some(expected.get()), "{name}");
    let mut observer = morning.hand(0, "observer").await;
    let (status, _) = morning.send(&mut observer, &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
}

/// What must stay cold is taken in with its temperature only, and not when it is too warm.
async fn warm_goods(morning: &Morning, hand: &mut Browser) {
    let name = morning.name();
    let cold = morning.apps[0].read(morning.place, |week, _| {
        let lines = week.purchase_lines().iter().filter(|line| !week.confirmed(line.id).is_zero());
        let cold = lines.filter_map(|line| {
            let product = week.register().product(line.product).expect("a product");
            let limit = carreau::law::most_celsius_dc(product.temperature)?;
            Some((line.id, week.confirmed(line.id).get(), limit))
        });
        cold.collect::<Vec<_>>()
    });
    let cold = cold.await.expect("a week");
    let (line, expected, limit) = *cold.first().expect("the pack has cold goods");
    let at = |degrees: Value| {
        json!({
            "received": expected, "rejected": 0, "rejection": null, "temperature": degrees,
        })
    };
    for (n, (degrees, done)) in
        [(Value::Null, "refused"), (json!(limit + 1), "refused"), (json!(limit), "written")]
            .into_iter()
            .enumerate()
    {
        let word = act(&format!("cold-{n:05}"), line, Value::Null, at(degrees));
        let answer = morning.say(hand, word).await;
        assert_eq!(answer["done"], done, "{name}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_hears_of_what_has_changed_and_a_desk_of_what_is_missing() {
    for morning in mornings().await {
        let name = morning.name();
        let (line, _) = morning.lines[0];
        let (mut hand, mut desk) =
            (morning.hand(0, "dock").await, morning.hand(1, "coordinator").await);
        let book = morning.ask(&mut hand, "floor/book").await;
        assert_eq!((&book["is_whole"], &book["may_write"]), (&json!(true), &json!(true)), "{name}");
        let all = book["lines"].as_array().expect("lines").len();
        assert!(all >= morning.lines.len(), "{name}");
        assert_eq!(book["token"], hand.form_token(), "{name}");
        let rev = book["rev"].as_str().expect("a revision");
        let news = morning.ask(&mut desk, "floor/news").await;
        assert_eq!(news["troubles"], json!([]), "{name}: {news}");

        let gone =
            json!({ "received": 0, "rejected": 0, "rejection": "no_show", "temperature": null });
        morning.say(&mut hand, act("gone-00001", line, Value::Null, gone)).await;

        let change = morning.ask(&mut desk, &format!("floor/book?since={rev}")).await;
        assert_eq!(change["is_whole"], false, "{name}: {change}");
        assert_eq!(change["lines"].as_array().map(Vec::len), Some(1), "{name}: {change}");
        assert_eq!(change["lines"][0]["id"], line.0, "{name}: {change}");
        let since = news["rev"].as_str().expect("a revision");
        let news = morning.ask(&mut desk, &format!("floor/news?since={since}")).await;
        let told = news["troubles"][0]["said"].as_str().expect("a trouble");
        assert!(told.contains("rien n'est venu"), "{name}: {told}");
        let now = news["rev"].as_str().expect("a revision");
        let quiet = morning.ask(&mut desk, &format!("floor/news?since={now}")).await;
        assert_eq!(quiet, json!({ "rev": now }), "{name}");
        for page in ["", "/dock"] {
            let page = desk.get(&format!("/weeks/{}{page}", morning.place.week)).await;
            assert!(page.text().contains("Signalé au quai"), "{name}: {}", page.text());
            assert!(page.text().contains("rien n'est venu"), "{name}");
        }
        let observer =
            morning.hand(0, "observer").await.get_once(&morning.address("floor/book")).await;
        let book: Value = serde_json::from_slice(&observer.bytes).expect("JSON");
        assert_eq!(book["may_write"], false, "{name}");
    }
}

/// Taken back at the desk, without JavaScript; sorted from the floor; labels of both.
#[tokio::test(flavor = "multi_thread")]
async fn a_morning_from_the_first_tick_to_the_labels() {
    for morning in mornings().await {
        let name = morning.name();
        let mut hand = morning.hand(0, "dock").await;
        let day = morning.apps[0].read(morning.place, |week, _| week.purchase_lines()[0].day);
        let day = day.await.expect("a week");
        for of in ["lots", "all"] {
            let none = hand.get_once(&morning.address(&format!("labels/{day}?of={of}"))).await;
            assert_eq!(none.status, StatusCode::NOT_FOUND, "{name}: {}", none.text());
        }
        let (line, expected) = morning.lines[0];
        morning.say(&mut hand, act("first-0001", line, Value::Null, came(expected.get()))).await;
        let page = hand.get(&morning.desk()).await;
        let undo = page.forms().into_iter().find(|form| form.action.ends_with("/withdrawals"));
        let undo = undo.expect("a button to take the receipt back");
        let back = hand.post(&undo.action, &undo.fields).await;
        assert!(back.text().contains("de nouveau attendue"), "{name}: {}", back.text());
        assert_eq!(morning.stands(line).await, None, "{name}");

        let before = morning.ask(&mut hand, "floor/book").await;
        arrive(&morning, &mut hand).await;
        let sort = json!({ "act": "sort", "key": "sort-00001", "day": day.to_string() });
        let sorted = morning.say(&mut hand, sort.clone()).await;
        assert_eq!(sorted["done"], "written", "{name}: {sorted}");
        assert_eq!(morning.say(&mut hand, sort).await, sorted, "{name}: sorted twice");
        let again = json!({ "act": "sort", "key": "sort-00002", "day": day.to_string() });
        assert_eq!(morning.say(&mut hand, again).await["done"], "refused", "{name}");

        let book = morning.ask(&mut hand, "floor/book").await;
        let part = &book["parts"][0];
        let site = part["site"].as_str().expect("a site");
        for (of, on) in [("lots", "a4"), ("all", "roll"), (site, "a4"), (site, "roll")] {
            let address = morning.address(&format!("labels/{day}?of={of}&on={on}"));
            let paper = hand.get_once(&address).await;
            assert!(paper.bytes.starts_with(b"%PDF"), "{name} {of} {on}: {}", paper.text());
        }
        let unknown = hand.get_once(&morning.address(&format!("labels/{day}?of=nowhere"))).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{name}");
        // A letter printed before the goods came is the letter after they were sorted.
        assert_eq!(book["pallets"], before["pallets"], "{name}");
        let letters = book["pallets"].as_array().expect("pallets").iter();
        let own = letters.filter(|pallet| pallet["day"] == day.to_string());
        let letters: Vec<&str> = own.filter_map(|pallet| pallet["letter"].as_str()).collect();
        assert_eq!(letters.first(), Some(&"A"), "{name}: {letters:?}");
        // The rounds are planned after that: they stand beside the letters and move none.
        let stamp = Stamp { at: Instant(0), by: "essai".into() };
        let planned = accept_rounds(&morning.apps[0], morning.place, day, None, &stamp).await;
        assert!(!planned.expect("rounds").is_empty(), "{name}");
        let after = morning.ask(&mut hand, "floor/book").await;
        assert_eq!(lettered(&after), lettered(&book), "{name}");
        let mut rounds = after["pallets"].as_array().expect("pallets").iter();
        assert!(rounds.any(|pallet| pallet["round"] != ""), "{name}: {after}");
    }
}

/// Who stands under which letter.
fn lettered(book: &Value) -> Vec<(&Value, &Value)> {
    let pallets = book["pallets"].as_array().expect("pallets").iter();
    pallets.map(|pallet| (&pallet["site"], &pallet["letter"])).collect()
}

/// All that is expected arrives, the cold as cold as it may be.
async fn arrive(morning: &Morning, hand: &mut Browser) {
    let book = morning.ask(hand, "floor/book").await;
    let lines = book["lines"].as_array().expect("lines").iter();
    let acts: Vec<Value> = lines
        .filter(|line| line["expected"] != 0)
        .map(|line| {
            let said = json!({
                "received": line["expected"], "rejected": 0, "rejection": null,
                "temperature": line["limit"],
            });
            let id = PurchaseLineId(line["id"].as_i64().expect("a number"));
            act(&format!("arrive-{id:04}"), id, Value::Null, said)
        })
        .collect();
    let (status, answer) = morning.send(hand, &acts).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let answers = answer["answers"].as_array().expect("answers").iter();
    let not: Vec<&Value> = answers.filter(|one| one["done"] != "written").collect();
    assert!(not.is_empty(), "{}: {not:?}", morning.name());
}

/// Where the dock begins, and what lets a device keep the page: headers of the page, of its
/// worker, and of no other file.
#[tokio::test(flavor = "multi_thread")]
async fn the_dock_begins_at_the_floor_and_a_device_may_keep_it() {
    let morning = mornings().await.remove(0);
    let mut hand = morning.hand(0, "dock").await;
    let floor = morning.address("floor");
    for address in ["/", "/dock"] {
        let begin = hand.get_once(address).await;
        let to = begin.headers.get(LOCATION).and_then(|to| to.to_str().ok());
        assert!(to.is_some_and(|to| to.ends_with("/dock/floor")), "{address}: {to:?}");
    }
    let page = hand.get(&floor).await;
    let header = |page: &crate::browser::Page, name: &str| {
        page.headers.get(name).map(|value| value.to_str().expect("plain").to_string())
    };
    let may = header(&page, "permissions-policy").expect("a policy");
    assert!(may.contains("camera=(self)"), "{may}");
    let desk = hand.get(&morning.desk()).await;
    let may = header(&desk, "permissions-policy").expect("a policy");
    assert!(may.contains("camera=()"), "{may}");
    for (name, least) in [("floor-worker.js", 8), ("surplus-worker.js", 8)] {
        worker_has_all_its_files(&mut hand, name, least).await;
    }
    let script = hand.get("/assets/floor.js").await;
    assert_eq!(header(&script, "service-worker-allowed"), None);
    // Without JavaScript the page leads to the one that needs none.
    assert!(page.links().contains(&format!("/weeks/{}/dock", morning.place.week)));
    // A farm and a buyer have no dock.
    let buyer = morning.apps[0].read(morning.place, |week, _| week.orders()[0].buyer);
    let buyer = format!("buyer.{}", buyer.await.expect("a week"));
    let refused = morning.hand(0, &buyer).await.get_once("/dock").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// Every file that a worker keeps is there: one that is missing, and it keeps none.
async fn worker_has_all_its_files(hand: &mut Browser, worker: &str, least: usize) {
    let worker = hand.get(&format!("/assets/{worker}")).await;
    let header = |name: &str| worker.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("service-worker-allowed"), Some("/"));
    assert_eq!(header(CACHE_CONTROL.as_str()), Some("no-cache"));
    let names = worker.html().split('"').filter(|name| name.contains('.') && !name.contains('/'));
    let is_plain =
        |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    let names: Vec<&str> = names.filter(is_plain).collect();
    assert!(names.len() >= least, "{names:?}");
    for name in names {
        let file = hand.get_once(&format!("/assets/{name}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
    }
}
