//! The door for programs against its document: every address, every answer, every key.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{Method, Request};
use carreau::play::{Until, play};
use carreau::web::api::document::DOCUMENT;
use carreau::web::api::{OPERATIONS, Operation, Verb};
use carreau::web::{self, Site, Web};
use serde_json::{Value, json};
use trade::unit::Cents;
use wire::pack::Pack;

use crate::hub::{House, houses};
use crate::pages::{played_and_open, two_weeks};
use crate::program::{Heard, Program, assert_documented, undocumented};
use crate::roles::revision;

pub fn router(house: &House) -> Router {
    web::router(Arc::new(Web::new(house.app.clone(), house.hub, Site::default())))
}

/// A hub that takes the smallest order.
fn generous() -> Pack {
    let mut pack = two_weeks();
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    pack
}

/// Real numbers and codes of a house, one week behind it and one open.
struct Known {
    past: String,
    open: String,
    day: String,
    open_day: String,
    other_day: String,
    buyer: String,
    site: String,
    order: i64,
    open_order: i64,
    farm: String,
    document: i64,
    line: i64,
    quantity: i64,
    purchase: i64,
    product: String,
}

impl Known {
    async fn of(house: &House) -> Known {
        let (past, open) = (house.place(0), house.place(1));
        let on_sale = house.app.on_sale(open).await.expect("an open week");
        let days = &on_sale.publication.days;
        // The goods of which there is most: some is left of them for several orders.
        let list = &on_sale.publication;
        let of_day = list.availability.iter().filter(|one| one.day == days[1].day);
        let packs = |one: &&trade::mercuriale::Availability| {
            let line = list.lines.iter().find(|line| line.id == one.line);
            let line = line.filter(|line| !line.pack.weighed);
            line.map_or(0, |line| one.offered.get() / line.pack.size.get())
        };
        let most = of_day.max_by_key(packs).expect("goods on the other day").line;
        let line = list.lines.iter().find(|line| line.id == most).expect("its line");
        let quantity = if line.pack.weighed { 1_000 } else { line.pack.size.get() };
        let (open_order, buyer) = house
            .app
            .read(open, |week, _| {
                let order = week.orders().first().expect("an order");
                (order.id.0, order.buyer)
            })
            .await
            .expect("an open week");
        let found = house.app.read(past, |week, _| {
            let own = |note: &&trade::rounds::DeliveryNote| {
                week.register().site(note.site).is_ok_and(|site| site.buyer == buyer)
            };
            let note = week.notes().iter().find(own).expect("a note");
            let invoice = week.documents().iter().find(|one| one.party == buyer.0);
            let order = week.orders().iter().find(|one| one.buyer == buyer).expect("an order");
            let purchase = &week.purchase_lines()[0];
            Known {
                past: past.week.to_string(),
                open: open.week.to_string(),
                day: note.day.to_string(),
                open_day: days[0].day.to_string(),
                other_day: days[1].day.to_string(),
                buyer: buyer.to_string(),
                site: note.site.to_string(),
                order: order.id.0,
                open_order,
                farm: purchase.producer.to_string(),
                document: invoice.expect("an invoice").id.0,
                line: line.id.0,
                quantity,
                purchase: purchase.id.0,
                product: purchase.product.to_string(),
            }
        });
        found.await.expect("a played week")
    }

    /// An address of an operation in the week behind.
    fn address(&self, path: &str) -> String {
        let numbers = [("{order}", self.order), ("{document}", self.document)];
        let codes = [("{week}", &self.past), ("{day}", &self.day), ("{site}", &self.site)];
        let path =
            codes.iter().fold(path.to_string(), |path, (name, code)| path.replace(name, code));
        numbers.iter().fold(path, |path, (name, number)| path.replace(name, &number.to_string()))
    }

    /// A body that reads well.
    fn body(&self, operation: &Operation) -> Value {
        let quantity = self.quantity;
        match operation.id {
            "createOrder" => json!({
                "buyer": self.buyer, "site": self.site, "day": self.open_day,
                "lines": [{ "line": self.line, "quantity": quantity }],
            }),
            "amendOrder" => json!({ "lines": [{ "rank": 1, "quantity": quantity }] }),
            "announceOffers" => json!({
                "producer": self.farm,
                "offers": [{ "product": self.product, "day": self.open_day,
                    "quantity": 900_000, "price": 10_000 }],
            }),
            "confirmPurchases" => json!({
                "lines": [{ "purchase": self.purchase, "quantity": 1_000 }],
            }),
            "closeDay" => json!({ "day": self.open_day }),
            "acceptRounds" => json!({ "mark": "0123456789abcdef" }),
            other => panic!("{other} has no body here"),
        }
    }

    fn roles(&self) -> [String; 7] {
        [
            String::new(),
            "coordinator".into(),
            "observer".into(),
            "accountant".into(),
            "dock".into(),
            format!("buyer.{}", self.buyer),
            format!("producer.{}", self.farm),
        ]
    }
}

/// Paths and verbs: those of the document, and those that are declared.
#[tokio::test(flavor = "multi_thread")]
async fn every_address_is_in_the_document_and_the_other_way_round() {
    let house = houses(&generous()).await.remove(0);
    let program = Program::of(&house, &router(&house), "coordinator").await;
    let served = program.get("/openapi.json").await;
    assert_eq!((served.status, served.json()), (200, DOCUMENT.clone()));
    let open = Program { token: String::new(), ..program.clone() };
    assert_eq!(open.get("/openapi.json").await.status, 200, "the document is for everybody");

    let declared = OPERATIONS.iter().map(|one| (one.path.to_string(), one.verb.word().to_string()));
    let declared: BTreeSet<_> = declared.collect();
    let mut described = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, verbs) in DOCUMENT["paths"].as_object().expect("paths") {
        for (verb, operation) in verbs.as_object().expect("verbs") {
            described.insert((path.clone(), verb.clone()));
            assert!(ids.insert(operation["operationId"].to_string()), "{operation}");
        }
    }
    assert_eq!(declared, described);
    // The rest of the program's text has no other address of the door.
    let others = crate::roles::routes().into_iter().map(|(_, route)| route);
    let others: BTreeSet<String> = others.filter(|route| route.starts_with("/api")).collect();
    let mut known: BTreeSet<String> =
        described.iter().map(|(path, _)| format!("/api/v1{path}")).collect();
    known.insert("/api/v1/openapi.json".into());
    assert_eq!(others, known);
    every_other_method_is_refused(&program, &described).await;
}

async fn every_other_method_is_refused(program: &Program, known: &BTreeSet<(String, String)>) {
    let paths: BTreeSet<&String> = known.iter().map(|(path, _)| path).collect();
    for path in paths {
        let address = path.replace("{week}", "2026-W48").replace("{day}", "2026-11-24");
        let address = address.replace("{order}", "1").replace("{document}", "1");
        let address = address.replace("{site}", "a");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let is_known = known.contains(&(path.clone(), method.to_lowercase()));
            let request = Request::builder().method(method);
            let method = request.body(()).expect("a method").method().clone();
            let request = program.request(method.clone(), &address);
            let heard = program.ask(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(heard.status != 405, is_known, "{method} {path}: {}", heard.status);
            if !is_known {
                let allowed = heard.header(ALLOW).to_string();
                for verb in ["get", "post"] {
                    let is_allowed = allowed.contains(&verb.to_uppercase());
                    let is_there = known.contains(&(path.clone(), verb.into()));
                    assert_eq!(is_allowed, is_there, "{path}: {allowed}");
                }
                assert_eq!(heard.json()["code"], "method", "{path}");
            }
        }
    }
    for address in ["/nothing", "/weeks/2026-W48/nothing", "/weeks/2026-W48/orders/1/nothing"] {
        let heard = program.get(address).await;
        assert_eq!((heard.status, heard.json()["code"].clone()), (404, json!("not_found")));
    }
}

/// Every operation for many roles, asked for well and badly: each status and each body is in the
/// document, field for field.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_document_says() {
    for house in played_and_open(&generous()).await {
        let router = router(&house);
        let known = Known::of(&house).await;
        let mut statuses: BTreeSet<u16> = BTreeSet::new();
        for role in known.roles() {
            let program = Program::of(&house, &router, &role).await;
            for operation in OPERATIONS.iter() {
                for heard in asked(&program, &known, operation).await {
                    assert_documented(operation.path, operation.verb.word(), &heard);
                    statuses.insert(heard.status);
                }
            }
        }
        let all = [200, 201, 304, 400, 401, 403, 404, 406, 409, 413, 415, 422];
        let missing: Vec<u16> = all.into_iter().filter(|one| !statuses.contains(one)).collect();
        assert_eq!(missing, [0; 0], "{}: seen {statuses:?}", house.database.name);
        // Broken variant: a document that keeps a status to itself, and one that forgets a field.
        let program = Program::of(&house, &router, "coordinator").await;
        let heard = program.get("/weeks/2026-W99").await;
        assert_eq!(undocumented(&DOCUMENT, "/weeks/{week}", "get", &heard), [""; 0]);
        let mut silent = DOCUMENT.clone();
        let responses = silent["paths"]["/weeks/{week}"]["get"]["responses"].as_object_mut();
        responses.expect("responses").remove("404");
        assert_eq!(undocumented(&silent, "/weeks/{week}", "get", &heard).len(), 1);
        let heard = program.get("/me").await;
        let other = undocumented(&DOCUMENT, "/weeks/{week}", "get", &heard);
        assert!(!other.is_empty(), "another body is no week");
    }
}

/// One operation, asked for in many ways.
async fn asked(program: &Program, known: &Known, operation: &Operation) -> Vec<Heard> {
    let address = known.address(operation.path);
    let mut heard = Vec::new();
    match operation.verb {
        Verb::Get => {
            let first = program.get(&address).await;
            let mark = first.header(ETAG).to_string();
            let again = program.request(Method::GET, &address).header(IF_NONE_MATCH, mark);
            heard.push(program.ask(again.body(Body::empty()).expect("a request")).await);
            heard.push(first);
            for query in ["?limit=0", "?limit=2", "?limit=x", "?nothing=1", "?limit=1&limit=2"] {
                if !operation.query.is_empty() {
                    heard.push(program.get(&format!("{address}{query}")).await);
                }
            }
        }
        Verb::Post => {
            let body = known.body(operation);
            let key = format!("{}-{}", operation.id, fastrand::u64(..));
            for sent in [json!({}), json!([]), json!(null), with(&body, "price", &json!(1))] {
                heard.push(program.post(&address, "a-good-key", &sent).await);
            }
            heard.push(program.post(&address, "short", &body).await);
            heard.push(program.post(&address, &key, &body).await);
            heard.push(program.post(&address, &key, &body).await);
            let long = json!({ "text": "x".repeat(1 << 21) });
            heard.push(program.post(&address, "a-good-key", &long).await);
            let form = program.request(Method::POST, &address);
            let form =
                form.header(CONTENT_TYPE, "text/plain").header("idempotency-key", "k1234567");
            heard.push(program.ask(form.body(Body::from("x")).expect("a request")).await);
        }
    }
    let accept = program.request(method(operation.verb), &address).header(ACCEPT, "text/html");
    heard.push(program.ask(accept.body(Body::empty()).expect("a request")).await);
    for (from, to) in [(&known.past, "2026-W60"), (&known.past, "semaine")] {
        if address.contains(from.as_str()) {
            let address = address.replace(from.as_str(), to);
            heard.push(match operation.verb {
                Verb::Get => program.get(&address).await,
                Verb::Post => program.post(&address, "a-good-key", &known.body(operation)).await,
            });
        }
    }
    heard
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
    }
}

fn with(body: &Value, name: &str, value: &Value) -> Value {
    let mut body = body.clone();
    body[name] = value.clone();
    body
}

/// T-29: what a program must not decide is refused wherever it is put, and nothing is stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_not_the_senders_is_refused() {
    for house in played_and_open(&generous()).await {
        let name = house.database.name;
        let router = router(&house);
        let known = Known::of(&house).await;
        let before =
            (revision(&house, house.place(0)).await, revision(&house, house.place(1)).await);
        let injected =
            ["producer_id", "status", "role", "hub", "hub_id", "id", "net_cents", "price_origin"];
        for role in ["coordinator".to_string(), format!("buyer.{}", known.buyer)] {
            let program = Program::of(&house, &router, &role).await;
            for operation in OPERATIONS.iter().filter(|one| one.verb == Verb::Post) {
                let (address, body) = (known.address(operation.path), known.body(operation));
                if role != "coordinator" && !operation.buyer {
                    continue;
                }
                for field in injected {
                    for sent in everywhere(&body, field) {
                        let heard = program.post(&address, "injected-key", &sent).await;
                        assert_eq!(heard.status, 400, "{name} {role} {sent}: {}", heard.text());
                        assert!(heard.text().contains(field), "{name}: {}", heard.text());
                    }
                }
                let heard = program.post(&address, "injected-key", &priced(&body)).await;
                let is_offer = operation.id == "announceOffers";
                assert_eq!(heard.status == 400, !is_offer, "{name} {sent}", sent = priced(&body));
            }
        }
        let after =
            (revision(&house, house.place(0)).await, revision(&house, house.place(1)).await);
        assert_eq!(before, after, "{name}");
        // Broken variant: the schema of an order with room for anything lets all of it pass.
        let create = OPERATIONS.iter().find(|one| one.id == "createOrder").expect("createOrder");
        let mut open = carreau::web::api::document::SCHEMAS.clone();
        for schema in open.values_mut() {
            schema["additionalProperties"] = true.into();
        }
        let sent = with(&known.body(create), "status", &json!("paid"));
        let schema = json!({ "$ref": "#/components/schemas/OrderBody" });
        assert_eq!(carreau::web::api::valid::faults(&schema, &open, &sent), [""; 0]);
    }
}

/// The body with a field at its top, and in each object of its lists.
fn everywhere(body: &Value, field: &str) -> Vec<Value> {
    let mut all = vec![with(body, field, &json!("1"))];
    for (name, value) in body.as_object().expect("an object") {
        if let Some(items) = value.as_array() {
            let items: Vec<Value> =
                items.iter().map(|item| with(item, field, &json!("1"))).collect();
            all.push(with(body, name, &json!(items)));
        }
    }
    all
}

/// The body with a price in each object of its lists, or at its top.
fn priced(body: &Value) -> Value {
    everywhere(body, "price").pop().map_or(Value::Null, |mut sent| {
        for value in sent.as_object_mut().expect("an object").values_mut() {
            for item in value.as_array_mut().into_iter().flatten() {
                item["price"] = json!(9_000);
            }
        }
        sent
    })
}

/// A key does one thing, and the same answer comes again; with another body it is refused. What a
/// second key does shows what the first would have done twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_its_act_once() {
    for house in played_and_open(&generous()).await {
        let name = house.database.name;
        let router = router(&house);
        let known = Known::of(&house).await;
        let buyer = Program::of(&house, &router, &format!("buyer.{}", known.buyer)).await;
        let farm = Program::of(&house, &router, &format!("producer.{}", known.farm)).await;
        let desk = Program::of(&house, &router, "coordinator").await;
        let open = &known.open;
        let quantity = known.quantity;
        let offers = |quantity: i64| {
            json!({ "offers": [{ "product": known.product, "day": known.other_day,
                "quantity": quantity, "price": 100 }] })
        };
        let rank = |quantity: i64| json!({ "lines": [{ "rank": 1, "quantity": quantity }] });
        let day = |day: &str| json!({ "day": day });
        let amended = format!("/weeks/{open}/orders/{}/amendments", known.open_order);
        let order = |quantity: i64| {
            json!({ "site": known.site, "day": known.other_day,
                "lines": [{ "line": known.line, "quantity": quantity }] })
        };
        let acts = [
            (&farm, format!("/weeks/{open}/offers"), offers(5_000_000), offers(6_000_000)),
            (&buyer, "/orders".into(), order(4 * quantity), order(5 * quantity)),
            (&buyer, amended, rank(0), rank(quantity)),
            (&desk, format!("/weeks/{open}/closings"), day(&known.open_day), day(&known.other_day)),
        ];
        for (program, address, body, other) in acts {
            let before = revision(&house, house.place(1)).await;
            let first = program.post(&address, "the-same-key", &body).await;
            assert_eq!(first.status, 201, "{name} {address}: {}", first.text());
            let once = revision(&house, house.place(1)).await;
            assert_ne!(before, once, "{name} {address}");
            for _ in 0..5 {
                let again = program.post(&address, "the-same-key", &body).await;
                assert_eq!((again.status, again.text()), (201, first.text()), "{name} {address}");
            }
            let wrong = program.post(&address, "the-same-key", &other).await;
            assert_eq!(wrong.status, 422, "{name} {address}: {}", wrong.text());
            assert_eq!(wrong.json()["code"], "other_content", "{name} {address}");
            assert_eq!(revision(&house, house.place(1)).await, once, "{name} {address}");
            // Broken variant: a program that makes a new key for its retry acts again.
            let fresh = program.post(&address, "another-key", &body).await;
            assert_eq!(fresh.status, 201, "{name} {address}: {}", fresh.text());
            assert_ne!(revision(&house, house.place(1)).await, once, "{name} {address}");
        }
        // The key of one person is no key of another.
        let day = json!({ "day": known.open_day });
        let other = Program::of(&house, &router, "administrator").await;
        let heard = other.post(&format!("/weeks/{open}/closings"), "the-same-key", &day).await;
        assert_eq!((heard.status, heard.json()["is_new"].clone()), (201, json!(false)), "{name}");
    }
}

/// Two at once with one key: one act, one answer.
#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_with_one_key_are_one_act() {
    for house in played_and_open(&generous()).await {
        let name = house.database.name;
        let known = Known::of(&house).await;
        let farm = Program::of(&house, &router(&house), &format!("producer.{}", known.farm)).await;
        let address = format!("/weeks/{}/offers", known.open);
        let count = async || {
            let seen = house.app.read(house.place(1), |week, _| week.offers().len()).await;
            seen.expect("a week")
        };
        let before = count().await;
        for pair in 0..10 {
            let body = json!({ "offers": [{ "product": known.product, "day": known.other_day,
                "quantity": 7_000_000 + pair * 1_000, "price": 100 }] });
            let key = format!("pair-of-{pair}");
            let (one, two) = (farm.post(&address, &key, &body), farm.post(&address, &key, &body));
            let (one, two) = futures_util::future::join(one, two).await;
            assert_eq!((one.status, two.status), (201, 201), "{name}: {}", two.text());
            assert_eq!(one.text(), two.text(), "{name}");
        }
        assert_eq!(count().await - before, 10, "{name}");
    }
}

/// A list comes page by page, whole and each element once, however long the pages are.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_list_are_the_list() {
    let house = played_and_open(&generous()).await.remove(0);
    let known = Known::of(&house).await;
    let program = Program::of(&house, &router(&house), "coordinator").await;
    let lists = OPERATIONS.iter().filter(|one| one.query.iter().any(|one| one.name == "after"));
    let mut long = 0;
    for operation in lists {
        let address = known.address(operation.path);
        let whole = program.get(&format!("{address}?limit=500")).await.json();
        assert_eq!(whole["next"], Value::Null, "{address}");
        let (mut parts, mut after, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = program.get(&format!("{address}?limit=2{after}")).await.json();
            let items = page["items"].as_array().expect("a list").clone();
            assert!(items.len() <= 2, "{address}");
            parts.extend(items);
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(whole["items"], json!(parts), "{address}");
        long += usize::from(pages > 2);
    }
    assert!(long >= 6, "only {long} lists of more than two pages");
}

/// A buyer reads its own prices, contracts included, and nobody else's orders.
#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_reads_its_own_prices_and_orders() {
    for house in played_and_open(&generous()).await {
        let name = house.database.name;
        let known = Known::of(&house).await;
        let program = Program::of(&house, &router(&house), &format!("buyer.{}", known.buyer)).await;
        let list = program.get(&format!("/weeks/{}/price-list?limit=500", known.open)).await.json();
        let on_sale = house.app.on_sale(house.place(1)).await.expect("an open week");
        let buyer = trade::id::BuyerId::parse(&known.buyer).expect("a code");
        for item in list["items"].as_array().expect("lines") {
            let line = trade::id::LineId(item["line"].as_i64().expect("a number"));
            let line = on_sale.publication.line(line).expect("a line of the list");
            for (at, sale) in on_sale.publication.days.iter().enumerate() {
                let own = trade::orders::price_for(on_sale.sale(), buyer, line, sale.day);
                let own = own.expect("a price").0.get();
                assert_eq!(item["days"][at]["price"], own, "{name} {item}");
            }
        }
        let orders = program.get(&format!("/weeks/{}/orders?limit=500", known.past)).await.json();
        let orders = orders["items"].as_array().expect("orders").clone();
        assert!(!orders.is_empty() && orders.iter().all(|one| one["buyer"] == known.buyer));
        let all = house.app.read(house.place(0), |week, _| {
            let other = |one: &&trade::orders::Order| one.buyer != buyer;
            week.orders().iter().find(other).expect("another's order").id.0
        });
        let foreign = all.await.expect("a week");
        let foreign = program.get(&format!("/weeks/{}/orders/{foreign}", known.past)).await;
        let unknown = program.get(&format!("/weeks/{}/orders/999999", known.past)).await;
        assert_eq!((foreign.status, unknown.status), (404, 404), "{name}");
        let alike = |heard: &Heard| heard.text().replace(|sign: char| sign.is_ascii_digit(), "");
        assert_eq!(alike(&foreign), alike(&unknown), "{name}: foreign and unknown are told alike");
    }
}

/// Who asks too fast is told when to come again; the others are answered meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_too_fast_waits() {
    let house = houses(&generous()).await.remove(0);
    play(&house.app, house.place(0), Until::Published).await.expect("a week");
    let router = router(&house);
    let fast = Program::of(&house, &router, "coordinator").await;
    let other = Program::of(&house, &router, "observer").await;
    house.app.doors.rates.set(20);
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(fast.get("/me").await.status);
    }
    assert_eq!(statuses[..10], [200; 10]);
    let heard = fast.get("/me").await;
    assert_documented("/me", "get", &heard);
    assert_eq!((heard.status, heard.json()["code"].clone()), (429, json!("too_many")));
    assert!(heard.header(RETRY_AFTER).parse::<i64>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(other.get("/me").await.status, 200);
    // Guessing is no faster: without a token the address counts.
    let nobody = Program { token: "no-such-token".into(), ..fast.clone() };
    let mut guessed = Vec::new();
    for _ in 0..12 {
        guessed.push(nobody.get("/me").await.status);
    }
    assert!(guessed.contains(&401) && guessed.contains(&429), "{guessed:?}");
    // Broken variant: without the limit all are answered.
    house.app.doors.rates.set(carreau::access::rates::MOST_PER_MINUTE);
    assert_eq!(fast.get("/me").await.status, 200);
}
