//! Who may do what: every route with every role.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{Method, Request};
use carreau::access::session::COOKIE;
use carreau::store::act::Place;
use carreau::web::{self, Site, Web};

use trade::party::BuyerKind;

use crate::browser::{Browser, Page};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};

/// One row for each method of each route (`…` is `/weeks/{week}`), one column for each role: what
/// is answered. What a route has in its address belongs to the own buyer and the own farm; the
/// others ask for the same. Posts are sent empty: 400 and 422 mean that the door was open and the
/// form not filled. `enter` leads to the page on which one enters; `/lien` asks for a link.
const MATRIX: &str = include_str!("roles/matrix.txt");

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_holds() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let cast = Cast::of(&house, 0).await;
    let web = Web::new(house.app.clone(), house.hub, Site::default());
    let guarded = matrix(&web::router(Arc::new(web)), &cast).await;
    let expected: Vec<Vec<&str>> = MATRIX.lines().skip(2).map(words).collect();
    let found: Vec<Vec<&str>> = guarded.lines().map(words).collect();
    for (row, expected) in found.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(found.len(), expected.len(), "a route is missing here:\n{guarded}");
    // The broken variant: a guard that asks nobody's role. Pages of the hub and of a party still
    // ask for a scope, so what it lets through are the desks among themselves.
    let mut open = Web::new(house.app.clone(), house.hub, Site::default());
    open.may = |_, _, _| true;
    let bare = matrix(&web::router(Arc::new(open)), &cast).await;
    let bare: Vec<Vec<&str>> = bare.lines().map(words).collect();
    let answers = expected.iter().zip(&bare).flat_map(|(row, bare)| row.iter().zip(bare));
    let through = answers.filter(|(word, bare)| **word == "403" && **bare == "200").count();
    assert!(through > 30, "only {through} pages are seen without the guard");
    // Buyers and farms are kept out of the hub's pages by the types alone.
    for (row, bare) in expected.iter().zip(&bare).filter(|(row, _)| row[1].starts_with('…')) {
        let parties = row.iter().zip(bare).skip(FIRST_PARTY).filter(|(word, _)| **word == "403");
        assert!(parties.clone().all(|(_, bare)| *bare == "403"), "{bare:?}");
    }
}

/// The column of the first buyer: behind the method, the route, nobody and the seven desks.
const FIRST_PARTY: usize = 9;

fn words(row: &str) -> Vec<&str> {
    row.split_whitespace().collect()
}

/// Who plays the parts in the matrix: a buyer that has an order, a note and an invoice, a farm
/// that was bought from, and two others.
pub struct Cast {
    pub place: Place,
    pub own_buyer: String,
    pub other_buyer: String,
    pub food_aid: String,
    pub own_farm: String,
    pub other_farm: String,
    day: String,
    pub site: String,
    pub invoice: i64,
    pub order: i64,
    letter: String,
    person: String,
}

impl Cast {
    pub async fn of(house: &House, at: usize) -> Cast {
        let place = house.place(at);
        let player = carreau::access::people::player(
            &house.app,
            place.scope(),
            carreau::web::Role::Coordinator,
            "Anaïs Roux",
            carreau::clock::now(),
        );
        let (person, _) = player.await.expect("a person");
        let found = house.app.read(place, |week, _| {
            let note = week.notes().first().expect("a delivered week");
            let own = week.register().site(note.site).expect("a site").buyer;
            let other = week.orders().iter().map(|order| order.buyer).find(|&buyer| buyer != own);
            let mut buyers = week.register().buyers.values();
            let food_aid = buyers.find(|buyer| buyer.kind == BuyerKind::FoodAid);
            let farms: BTreeSet<_> =
                week.purchase_lines_on(note.day).map(|line| line.producer).collect();
            let farms: Vec<_> = farms.into_iter().collect();
            let invoice = week.documents().iter().find(|one| one.party == own.0);
            let order = week.orders().iter().find(|one| one.buyer == own);
            let plan = &week.plans()[0];
            let letter = carreau::mail::rows::Key {
                hub: place.hub,
                week: place.week,
                kind: carreau::mail::PURCHASE_ORDER.into(),
                recipient: plan.purchases[0].producer.to_string(),
                version: plan.id.0,
            };
            Cast {
                place,
                own_buyer: own.to_string(),
                other_buyer: other.expect("another buyer").to_string(),
                food_aid: food_aid.expect("food aid").id.to_string(),
                own_farm: farms[0].to_string(),
                other_farm: farms[1].to_string(),
                day: note.day.to_string(),
                site: note.site.to_string(),
                invoice: invoice.expect("an invoice").id.0,
                order: order.expect("an order").id.0,
                letter: letter.slug(),
                person: person.clone(),
            }
        });
        found.await.expect("a week")
    }

    fn roles(&self) -> Vec<String> {
        let mut roles: Vec<String> =
            ["", "administrator", "coordinator", "observer", "dock", "driver", "accountant"]
                .map(String::from)
                .to_vec();
        roles.push(format!("buyer.{}", self.own_buyer));
        roles.push(format!("buyer.{}", self.other_buyer));
        roles.push(format!("food-aid.{}", self.food_aid));
        roles.push(format!("producer.{}", self.own_farm));
        roles.push(format!("producer.{}", self.other_farm));
        roles
    }

    /// An address of a route, with what belongs to the own buyer and the own farm.
    pub fn address(&self, route: &str) -> String {
        let week = self.place.week.to_string();
        let document = self.invoice.to_string();
        let order = self.order.to_string();
        let parts = [
            ("{week}", week.as_str()),
            ("{day}", &self.day),
            ("{site}", &self.site),
            ("{producer}", &self.own_farm),
            ("{document}", &document),
            ("{letter}", &self.letter),
            ("{order}", &order),
            ("{name}", "carreau.css"),
            ("{person}", &self.person),
            ("{buyer}", &self.own_buyer),
            ("{kind}", "offer_request"),
            ("{job}", "mail"),
            ("{surplus}", "1"),
            ("{reservation}", "1"),
            ("{format}", "csv"),
            ("{line}", "1"),
            ("{about}", "1-1-1"),
            ("{batch}", "1"),
            ("{vehicle}", "v01"),
        ];
        parts.iter().fold(route.to_string(), |route, (name, value)| route.replace(name, value))
    }
}

async fn matrix(router: &Router, cast: &Cast) -> String {
    let mut text = String::new();
    for (method, route) in routes() {
        let short = route.replace("/weeks/{week}", "…").replace("/v1…", "/v1/weeks/{week}");
        text.push_str(&format!("{method:4} {short:27}"));
        for role in cast.roles() {
            let mut browser = Browser::of(router.clone(), &role).await;
            let address = cast.address(&route);
            let page = match method {
                Method::GET => browser.get_once(&address).await,
                _ => browser.post_once(&address, &[]).await,
            };
            text.push_str(&format!(" {:5}", answer(&page)));
        }
        text = text.trim_end().to_string() + "\n";
    }
    text
}

fn answer(page: &Page) -> String {
    let to = page.headers.get(LOCATION).and_then(|to| to.to_str().ok());
    match to {
        Some(to) if to.starts_with("/enter") => "enter".into(),
        _ => page.status.as_u16().to_string(),
    }
}

/// The routes as the program's text has them.
pub fn routes() -> Vec<(Method, String)> {
    let mut found = Vec::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut |text| {
        for rest in text.split(".route(").skip(1).map(arguments) {
            let Some(route) = rest.split('"').nth(1).filter(|route| route.starts_with('/')) else {
                continue;
            };
            let handlers = rest.split_once(',').map_or("", |(_, handlers)| handlers);
            let calls = [
                ("get(", Method::GET),
                ("post(", Method::POST),
                ("put(", Method::PUT),
                ("patch(", Method::PATCH),
                ("delete(", Method::DELETE),
            ];
            for (call, method) in calls {
                if handlers.contains(call) {
                    found.push((method, route.to_string()));
                }
            }
        }
    });
    for operation in carreau::web::api::OPERATIONS.iter() {
        let method = match operation.verb {
            carreau::web::api::Verb::Get => Method::GET,
            carreau::web::api::Verb::Post => Method::POST,
        };
        found.push((method, format!("{}{}", carreau::web::api::BASE, operation.path)));
    }
    found.sort_by(|a, b| (&a.1, a.0.as_str()).cmp(&(&b.1, b.0.as_str())));
    found
}

/// Up to the bracket that closes a call, however many lines it has.
fn arguments(text: &str) -> &str {
    let mut open = 1;
    let end = text.find(|sign| {
        open += match sign {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    &text[..end.unwrap_or(text.len())]
}

fn sources(folder: &Path, read: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).expect("the program's folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, read);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("page.rs") {
            read(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// Own pages show the own affairs only, and another's number in a form or address is refused.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_anothers_affairs() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let cast = Cast::of(&house, 0).await;
    let own = affairs(&house, &cast).await;
    for (role, page, is_own) in [
        (format!("buyer.{}", cast.own_buyer), "my-orders", true),
        (format!("buyer.{}", cast.other_buyer), "my-orders", false),
        (format!("producer.{}", cast.own_farm), "my-offers", true),
        (format!("producer.{}", cast.other_farm), "my-offers", false),
    ] {
        let mut browser = Browser::new(&house, &role).await;
        let seen = browser.get(&format!("/weeks/{}/{page}", cast.place.week)).await;
        let text = seen.text();
        let known = own.iter().filter(|(of, _)| *of == page).map(|(_, secret)| secret);
        let shown: Vec<&String> = known.filter(|secret| text.contains(secret.as_str())).collect();
        assert_eq!(!shown.is_empty(), is_own, "{role}: {shown:?}");
        let foreign = seen.links().into_iter().filter(|href| href.starts_with("/weeks/"));
        for href in foreign.filter(|href| href.contains("/my-")) {
            assert_eq!(browser.get(&href).await.status, 200, "{role} {href}");
        }
    }
}

/// What is written on own pages and tells whose they are, by page.
async fn affairs(house: &House, cast: &Cast) -> Vec<(&'static str, String)> {
    let found = house.app.read(cast.place, |week, _| {
        let mut found = Vec::new();
        let orders = week.orders().iter().filter(|one| one.buyer.to_string() == cast.own_buyer);
        found.extend(orders.map(|order| ("my-orders", format!("N° {} ", order.id))));
        for document in week.documents() {
            for (party, page) in [(&cast.own_buyer, "my-orders"), (&cast.own_farm, "my-offers")] {
                if document.party.to_string() == **party {
                    found.push((page, document.reference()));
                }
            }
        }
        found
    });
    found.await.expect("a week")
}

/// Who sends, where, what; what is then said.
const FOREIGN: &str = "\
buyer    | my-orders/amendments | order=@order quantity-1=0 \
            | n'est pas une des vôtres
buyer    | my-orders            | quantity-1@@day@@site=20 key=k1 \
            | n'est pas un des vôtres
producer | my-offers/confirmations | line-@bought=1 \
            | n'est pas dans vos bons de commande
";

#[tokio::test(flavor = "multi_thread")]
async fn anothers_number_in_a_form_changes_nothing() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let cast = Cast::of(&house, 0).await;
    let place = house.place(1);
    let (order, site, day, bought) = foreign(&house, place, &cast).await;
    let before = revision(&house, place).await;
    for row in FOREIGN.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [who, page, fields, said] = columns[..] else { panic!("four columns: {row}") };
        let role = match who {
            "buyer" => format!("buyer.{}", cast.other_buyer),
            _ => format!("producer.{}", cast.other_farm),
        };
        let fields = [("@order", &order), ("@site", &site), ("@day", &day), ("@bought", &bought)]
            .iter()
            .fold(fields.to_string(), |text, (name, value)| text.replace(name, value));
        let pairs = fields.split_whitespace().filter_map(|pair| pair.split_once('='));
        let fields: Vec<_> = pairs.map(|(name, value)| (name.into(), value.into())).collect();
        let address = format!("/weeks/{}/{page}", place.week);
        let page = Browser::new(&house, &role).await.post(&address, &fields).await;
        assert!(page.status.is_client_error(), "{row}: {}", page.status);
        assert!(page.text().contains(said), "{row}: {}", page.text());
        assert_eq!(revision(&house, place).await, before, "{row}");
    }
}

/// An order, site and day of the own buyer and a purchase of the own farm, in the open week.
pub async fn foreign(house: &House, place: Place, cast: &Cast) -> (String, String, String, String) {
    let found = house.app.read(place, |week, _| {
        let not_other = |one: &&trade::orders::Order| one.buyer.to_string() != cast.other_buyer;
        let order = week.orders().iter().find(not_other).expect("an order");
        let mut bought = week.purchase_lines().iter();
        let bought = bought.find(|one| one.producer.to_string() != cast.other_farm);
        let bought = bought.map_or("1".to_string(), |line| line.id.to_string());
        (order.id.to_string(), order.site.to_string(), order.day.to_string(), bought)
    });
    found.await.expect("a week")
}

/// Changes with every change of the week.
pub async fn revision(house: &House, place: Place) -> (i64, usize) {
    let seen = house.app.read(place, |week, revision| (revision, week.orders().len()));
    seen.await.expect("a week")
}

/// What a browser says of where a request comes from, and whether it is let in.
const SENDERS: &str = "\
GET  | host=127.0.0.1:8080                                         | 200
GET  | host=localhost                                              | 200
GET  | host=rebound.example:8080                                   | 403
GET  | host=127.0.0.1.example                                      | 403
GET  |                                                             | 403
POST | host=127.0.0.1:8080 origin=http://127.0.0.1:8080            | 400
POST | host=127.0.0.1:8080 origin=http://elsewhere.example         | 403
POST | host=127.0.0.1:8080 origin=null                             | 403
POST | host=127.0.0.1:8080 sec-fetch-site=cross-site               | 403
POST | host=127.0.0.1:8080 sec-fetch-site=same-site                | 403
POST | host=127.0.0.1:8080 sec-fetch-site=same-origin              | 400
";

#[tokio::test(flavor = "multi_thread")]
async fn only_this_machine_and_our_own_pages_are_heard() {
    for house in played_and_open(&two_weeks()).await {
        only_our_own_pages_are_heard(&house).await;
    }
}

async fn only_our_own_pages_are_heard(house: &House) {
    let name = house.database.name;
    let mut browser = Browser::new(house, "coordinator").await;
    let address = format!("/weeks/{}/offers", house.weeks[1]);
    let cookie = format!("{COOKIE}={}", browser.cookie(COOKIE).expect("a session"));
    for row in SENDERS.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [method, headers, expected] = columns[..] else { panic!("three columns: {row}") };
        let mut request = Request::builder().method(method).uri(&address);
        request = request.header("cookie", &cookie).header("x-form-token", browser.form_token());
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            request = request.header(name, value);
        }
        let page = browser.ask(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status.as_str(), expected, "{name} {row}");
        assert!(page.headers.contains_key("content-security-policy"), "{name} {row}");
    }
}
