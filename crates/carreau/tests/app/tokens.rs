//! Tokens on one's account page: made, used, listed, taken back; and what a form must not decide.

use axum::http::StatusCode;
use carreau::access::session;
use serde_json::json;

use crate::api::router;
use crate::browser::{Browser, Form, Page};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};
use crate::program::Program;
use crate::standing::count;

/// Somebody of each kind that may use the door, and what they can give leave to.
async fn people(house: &House) -> Vec<(String, &'static [&'static str])> {
    let parties = house.app.read(house.place(0), |week, _| {
        let order = week.orders().first().expect("an order");
        (order.buyer.to_string(), week.purchase_lines()[0].producer.to_string())
    });
    let (buyer, farm) = parties.await.expect("a week");
    vec![
        ("administrator".into(), &["read", "trade", "run"]),
        ("coordinator".into(), &["read", "trade", "run"]),
        ("observer".into(), &["read"]),
        ("dock".into(), &["read"]),
        ("driver".into(), &["read"]),
        ("accountant".into(), &["read"]),
        (format!("buyer.{buyer}"), &["read", "trade"]),
        (format!("producer.{farm}"), &["read", "trade"]),
    ]
}

fn form(page: &Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.action == action)
}

/// The token in a page.
fn shown(page: &Page) -> String {
    let (_, rest) = page.html().split_once("Authorization: Bearer ").expect("a token");
    rest.split(|sign: char| !sign.is_ascii_alphanumeric()).next().expect("a token").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_shown_once_used_and_taken_back() {
    for house in played_and_open(&two_weeks()).await {
        for (role, leaves) in people(&house).await {
            let name = format!("{} {role}", house.database.name);
            let mut browser = Browser::new(&house, &role).await;
            let page = browser.get("/account").await;
            let mut sent = form(&page, "/account/tokens").expect("a form for tokens").fields;
            sent.retain(|(field, _)| !field.starts_with("leave-"));
            sent.iter_mut()
                .filter(|(field, _)| field == "name")
                .for_each(|one| one.1 = "Essai".into());
            for leave in ["read", "trade", "run"] {
                let offered = page.html().contains(&format!("name=\"leave-{leave}\""));
                assert_eq!(offered, leaves.contains(&leave), "{name} {leave}");
                sent.push((format!("leave-{leave}"), "1".into()));
            }
            if leaves.len() < 3 {
                // More than the role can give is refused, not cut in silence.
                let made = browser.post_once("/account/tokens", &sent).await;
                assert_eq!(made.status, StatusCode::BAD_REQUEST, "{name}: {}", made.text());
            }
            sent.retain(|(field, _)| {
                field.strip_prefix("leave-").is_none_or(|leave| leaves.contains(&leave))
            });
            let made = browser.post_once("/account/tokens", &sent).await;
            assert_eq!(made.status, StatusCode::CREATED, "{name}: {}", made.text());
            assert_eq!(made.headers["cache-control"], "no-store", "{name}");
            let token = shown(&made);

            let program =
                Program { token: token.clone(), ..Program::of(&house, &router(&house), "").await };
            let me = program.get("/me").await;
            assert_eq!((me.status, &me.json()["leave"]), (200, &json!(leaves)), "{name}");
            assert_eq!(me.json()["role"], role.split('.').next().unwrap_or_default(), "{name}");
            let listed = browser.get("/account").await;
            assert!(listed.text().contains("Essai") && !listed.html().contains(&token), "{name}");
            assert!(listed.text().contains("a servi le"), "{name}: {}", listed.text());

            // Somebody else cannot take it back.
            let removal = form(&listed, "/account/tokens/removal").expect("a way to take it back");
            let mut other = Browser::new(&house, "coordinator").await;
            let fields = [("token".to_string(), removal.value("token").expect("a token").into())];
            if role != "coordinator" {
                let refused = other.post(&removal.action, &fields).await;
                assert_eq!(refused.status, StatusCode::NOT_FOUND, "{name}");
                assert_eq!(program.get("/me").await.status, 200, "{name}");
            }
            let gone = browser.post(&removal.action, &removal.fields).await;
            assert!(gone.text().contains("Jeton révoqué"), "{name}: {}", gone.text());
            assert_eq!(program.get("/me").await.status, 401, "{name}: dead at once");
        }
    }
}

/// T-29 for forms: fields that nobody asked for change nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_decides_only_what_it_asks() {
    for house in played_and_open(&two_weeks()).await {
        let name = house.database.name;
        let parties = house.app.read(house.place(0), |week, _| {
            let farm = week.purchase_lines()[0].producer;
            let mut others = week.register().producers.keys().copied();
            let other = others.find(|&other| other != farm).expect("another farm");
            (farm, other, week.orders()[0].buyer)
        });
        let (farm, other, buyer) = parties.await.expect("a week");
        let injected = |fields: &mut Vec<(String, String)>| {
            for (field, value) in [
                ("producer_id", other.to_string()),
                ("producer", other.to_string()),
                ("buyer", "x".into()),
                ("price", "0,01".into()),
                ("status", "paid".into()),
                ("role", "administrator".into()),
                ("hub_id", "x".into()),
            ] {
                fields.push((field.into(), value));
            }
        };
        // A farm that brings more stays itself, at its price.
        let address = format!("/weeks/{}/my-offers", house.weeks[1]);
        let mut browser = Browser::new(&house, &format!("producer.{farm}")).await;
        let page = browser.get(&address).await;
        let mut sent = form(&page, &address).expect("the farm's form").fields;
        let field = sent.iter_mut().find(|(field, value)| {
            field.starts_with("quantity-") && !value.is_empty() && value != "0"
        });
        field.expect("an offer").1 = "99999".into();
        injected(&mut sent);
        let offers = count(house.app.everything(), "offers").await;
        let saved = browser.post(&address, &sent).await;
        assert_eq!(saved.status, StatusCode::OK, "{name}: {}", saved.text());
        assert_eq!(count(house.app.everything(), "offers").await - offers, 1, "{name}");
        let last = house.app.read(house.place(1), |week, _| week.offers().last().cloned()).await;
        let last = last.expect("a week").expect("an offer");
        assert_eq!(last.producer, farm, "{name}");
        assert!(last.price.get() > 100, "{name}: {last:?}");
        assert_eq!(last.quantity.get(), 99_999_000, "{name}: what was asked is stored");
        // A buyer's sheet, with somebody else's name and a price.
        let address = format!("/weeks/{}/my-orders", house.weeks[1]);
        let mut browser = Browser::new(&house, &format!("buyer.{buyer}")).await;
        let page = browser.get(&format!("{address}/new?like=last")).await;
        let mut sent = form(&page, &address).expect("the order sheet").fields;
        injected(&mut sent);
        sent.push(("cut".into(), "1".into()));
        browser.post(&address, &sent).await;
        let orders = house.app.read(house.place(1), |week, _| week.orders().to_vec()).await;
        let on_sale = house.app.on_sale(house.place(1)).await.expect("an open week");
        for order in orders.expect("a week") {
            for line in &order.lines {
                let listed = on_sale.publication.line(line.line).expect("a line");
                let own = trade::orders::price_for(on_sale.sale(), order.buyer, listed, order.day);
                assert_eq!(line.price, own.expect("a price").0, "{name} {}", order.id);
            }
        }
        // One's own place stays what it was.
        let mut sent = vec![("place".to_string(), "x".to_string())];
        injected(&mut sent);
        let refused = browser.post("/account/place", &sent).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{name}");
        let token = browser.cookie(session::COOKIE).expect("a session");
        let person = session::person(&house.app, token, carreau::clock::now()).await;
        let person = person.expect("an answer").expect("somebody");
        assert_eq!(person.role.word(), "buyer", "{name}");
    }
}
