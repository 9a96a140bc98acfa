//! T-12, T-14: the answer to an order is lost, because the client's network goes or because the
//! program is killed, around the moment at which the order becomes durable. A retry with the same
//! key finds one order and the first answer.

use std::time::{Duration, Instant};

use carreau::access::api_token::Leave;
use carreau::play::{Until, play};
use db::Db;
use serde_json::{Value, json};
use trade::unit::Cents;

use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::program::token;
use crate::served::{Served, heard};
use crate::standing::count;

/// T-14: so long may it take from the start to the first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

/// An order of one pack, and the buyer who may place it.
async fn asked(house: &House) -> (String, Value) {
    let on_sale = house.app.on_sale(house.place(1)).await.expect("a published week");
    let line = &on_sale.publication.lines[0];
    let site = on_sale.register.sites.values().next().expect("a site");
    let quantity = if line.pack.weighed { 1_000 } else { line.pack.size.get() };
    let day = on_sale.publication.days.iter().map(|sale| sale.day);
    let day = day.max().expect("a day").to_string();
    let body = json!({ "site": site.id.to_string(), "day": day,
        "lines": [{ "line": line.id.0, "quantity": quantity }] });
    (site.buyer.to_string(), body)
}

/// Hubs that take the smallest order, at an open week.
async fn open_houses() -> Vec<House> {
    let mut pack = two_weeks();
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    let houses = houses(&pack).await;
    for house in &houses {
        play(&house.app, house.place(1), Until::Published).await.expect("an open week");
    }
    houses
}

/// Returns once there are more orders than `before`.
async fn durable(db: &Db, before: i64) {
    let since = Instant::now();
    while count(db, "orders").await == before {
        assert!(since.elapsed() < FIRST_ANSWER, "never written");
    }
}

/// T-12. The client goes away, with its connection, before the order is durable and after it: it
/// has read nothing of the answer. Ten retries over new connections are the same answer, and one
/// order. Broken variant: a client that makes a new key for its retry orders again.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answer_is_lost_is_one_order() {
    for house in open_houses().await {
        let name = house.database.name;
        let (buyer, body) = asked(&house).await;
        let token = token(&house, &format!("buyer.{buyer}"), &[Leave::Trade]).await;
        let db = house.app.everything();
        let served = Served::start(&house, &[]);
        for waits in [false, true] {
            let before = count(db, "orders").await;
            let key = format!("lost-answer-{waits}");
            let lost = served.send(&token, &key, &body);
            if waits {
                durable(db, before).await;
            }
            drop(lost);
            let first = heard(served.send(&token, &key, &body));
            assert_eq!(first.0, 201, "{name}: {}", first.1);
            for _ in 0..9 {
                assert_eq!(heard(served.send(&token, &key, &body)), first, "{name}");
            }
            assert_eq!(count(db, "orders").await - before, 1, "{name}: one order");
            let other = heard(served.send(&token, &format!("{key}-new"), &body));
            assert_eq!(other.0, 201, "{name}: {}", other.1);
            assert_eq!(count(db, "orders").await - before, 2, "{name}: the broken variant");
        }
        served.kill();
    }
}

/// T-14. Kills go from before the order is written to long after its answer is on its way; the
/// broken variant is a client that makes a new key for its retry, and orders twice.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_retried_after_a_crash_is_one_order() {
    for house in open_houses().await {
        let name = house.database.name;
        let (buyer, body) = asked(&house).await;
        let token = token(&house, &format!("buyer.{buyer}"), &[Leave::Trade]).await;
        let db = house.app.everything();
        let (mut stood, mut twice) = (0, 0);
        for waits in [false, true, true] {
            let before = count(db, "orders").await;
            let key = format!("before-the-crash-{waits}-{stood}");
            let served = Served::start(&house, &[]);
            let lost = served.send(&token, &key, &body);
            if waits {
                // Killed at once when it is durable: the answer may be on its way, or never be.
                durable(db, before).await;
            }
            served.kill();
            drop(lost);
            stood += count(db, "orders").await - before;

            let since = Instant::now();
            let served = Served::start(&house, &[]);
            let first = heard(served.send(&token, &key, &body));
            assert!(since.elapsed() < FIRST_ANSWER, "{name}: {:?}", since.elapsed());
            assert_eq!(first.0, 201, "{name}: {}", first.1);
            for _ in 0..3 {
                assert_eq!(heard(served.send(&token, &key, &body)), first, "{name}");
            }
            assert_eq!(count(db, "orders").await - before, 1, "{name}: one order");
            let other = heard(served.send(&token, &format!("{key}-new"), &body));
            assert_eq!(other.0, 201, "{name}: {}", other.1);
            twice += count(db, "orders").await - before - 1;
            served.kill();
        }
        assert!(stood >= 2, "{name}: {stood} orders were durable before the kill");
        assert_eq!(twice, 3, "{name}: a new key is a new order");
    }
}
