//! The buyer's desk on both databases: last week's order again, several deliveries on one sheet,
//! two clicks, lost answers, wrong clocks, and a day that closes while one types.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, DATE};
use axum::http::{Method, StatusCode};
use carreau::clock;
use carreau::generate::{self, Scale};
use carreau::orders::acts::close;
use carreau::play::{Until, play};
use db::Val;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{BuyerId, SiteId};
use trade::offers::Stamp;
use trade::orders::Channel;
use trade::unit::{Cents, Qty};
use wire::pack::Pack;

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::standing::{count, write};

/// A buyer at a published week, whose last week is behind it.
struct Desk {
    house: House,
    buyer: BuyerId,
    browser: Browser,
}

async fn desks() -> Vec<Desk> {
    desks_of(two_weeks()).await
}

/// A hundred times the goods at everybody's price: none of them is ever short.
fn ample() -> Pack {
    let mut pack = two_weeks();
    for offer in &mut pack.offers {
        offer.quantity = Qty::new(100 * offer.quantity.get());
    }
    pack.contracts.clear();
    pack
}

async fn desks_of(mut pack: Pack) -> Vec<Desk> {
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    // Standing orders would come by themselves.
    pack.standing_orders.clear();
    let mut desks = Vec::new();
    for house in houses(&pack).await {
        play(&house.app, house.place(0), Until::Ordered).await.expect("a week behind");
        play(&house.app, house.place(1), Until::Published).await.expect("an open week");
        let buyer = house.app.read(house.place(0), |week, _| {
            let web = week.orders().iter().find(|one| one.channel != Channel::Standing);
            web.map(|order| order.buyer)
        });
        let buyer = buyer.await.expect("a week").expect("an order of last week");
        let browser = Browser::new(&house, &format!("buyer.{buyer}")).await;
        desks.push(Desk { house, buyer, browser });
    }
    desks
}

impl Desk {
    fn href(&self, rest: &str) -> String {
        format!("/weeks/{}/my-orders{rest}", self.house.weeks[1])
    }

    fn name(&self) -> &'static str {
        self.house.database.name
    }

    async fn sheet(&mut self, like: &str) -> Form {
        let page = self.browser.get(&self.href(&format!("/new?like={like}"))).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", self.name(), page.text());
        self.form(&page).expect("an order sheet")
    }

    fn form(&self, page: &Page) -> Option<Form> {
        page.forms().into_iter().find(|form| form.action == self.href(""))
    }

    async fn orders(&self) -> i64 {
        count(self.house.app.everything(), "orders").await
    }

    /// Sends a sheet with one quantity of it filled.
    async fn send_one(&mut self, key: &str, quantity: &str) -> Page {
        let mut form = self.sheet("empty").await;
        form.set("key", key);
        let field = a_field(&form);
        form.set(&field, quantity);
        self.browser.post_once(&form.action, &form.fields).await
    }

    /// Sets the cut-off of every day of the open week, as an hour of the server's clock.
    async fn cut_off_at(&self, at: Instant) {
        let values = vec![Val::I(at.0), Val::I(self.house.weeks[1].number())];
        let text = "UPDATE sale_days SET cutoff_at = $1 WHERE week = $2";
        write(self.house.app.everything(), vec![(text, values)]).await;
        self.house.app.forget_all();
    }
}

/// The first field for a quantity of goods that are sold by any weight.
fn a_field(form: &Form) -> String {
    let fields = form.fields.iter().map(|(name, _)| name);
    fields.clone().find(|name| name.starts_with("quantity-")).expect("a field").clone()
}

fn filled(form: &Form) -> Vec<(String, String)> {
    let is_filled =
        |(name, value): &&(String, String)| name.starts_with("quantity-") && !value.is_empty();
    form.fields.iter().filter(is_filled).cloned().collect()
}

/// K1: from the page that the mail leads to, two more clicks: "as last week", "order".
#[tokio::test(flavor = "multi_thread")]
async fn last_weeks_order_again_in_three_clicks() {
    for mut desk in desks().await {
        let name = desk.name();
        // The link of the mail, the button on the page, the button of the sheet.
        let page = desk.browser.get(&desk.href("")).await;
        let again = desk.href("/new?like=last");
        assert!(page.links().contains(&again), "{name}: {}", page.text());
        let form = desk.sheet("last").await;
        let asked = filled(&form);
        assert!(asked.len() > 2, "{name}: {asked:?}");
        let before = desk.orders().await;
        let answer = desk.browser.post_once(&form.action, &form.fields).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{name}: {}", answer.text());
        let deliveries: BTreeSet<&str> =
            asked.iter().filter_map(|(name, _)| name.split_once('@')).map(|one| one.1).collect();
        assert_eq!(desk.orders().await - before, deliveries.len() as i64, "{name}");
        // What is ordered is not offered to be ordered a second time.
        let form = desk.sheet("last").await;
        assert_eq!(filled(&form), [], "{name}");
    }
}

/// Who did not order last week is offered the last order that it made, by its name; who has never
/// ordered is offered none.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_order_is_offered_whichever_week_it_was_for() {
    let three = ["2037-W10", "2037-W11", "2037-W12"];
    let three = three.map(|name| IsoWeek::parse(name).expect("a week"));
    let mut pack = generate::pack(Scale::Xs, 3, &three);
    pack.standing_orders.clear();
    for house in houses(&pack).await {
        let name = house.database.name;
        play(&house.app, house.place(0), Until::Ordered).await.expect("a week with orders");
        for at in [1, 2] {
            play(&house.app, house.place(at), Until::Published).await.expect("a published week");
        }
        let found = house.app.read(house.place(0), |week, _| {
            let own = week.orders().iter().filter(|one| one.channel != Channel::Standing);
            let buyer = own.clone().next().expect("an order").buyer;
            let days = own.filter(|one| one.buyer == buyer).map(|one| one.day);
            (buyer, days.collect::<BTreeSet<Day>>())
        });
        let (buyer, days) = found.await.expect("a week");
        let mut browser = Browser::new(&house, &format!("buyer.{buyer}")).await;
        let home = |at: usize| format!("/weeks/{}/my-orders", house.weeks[at]);
        let page = browser.get(&home(2)).await;
        let said = match days.len() {
            1 => format!("Commander comme le {}", carreau::ui::fr::day(*days.first().unwrap())),
            _ => "Commander comme la semaine du 2 mars".to_string(),
        };
        assert!(page.text().contains(&said), "{name}: {said}: {}", page.text());
        let sheet = browser.get(&format!("{}/new?like=last", home(2))).await;
        let form = sheet.forms().into_iter().find(|form| form.action == home(2));
        assert!(!filled(&form.expect("a sheet")).is_empty(), "{name}: {}", sheet.text());
        let page = browser.get(&home(1)).await;
        assert!(page.text().contains("Commander comme la semaine dernière"), "{name}");
        // Nothing was ordered before the first week.
        let page = browser.get(&home(0)).await;
        assert!(!page.text().contains("Commander comme"), "{name}: {}", page.text());
    }
}

/// Nobody has ordered yet: nothing is sold out, and a day for which a farm had nothing is called
/// so.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_offered_is_not_called_sold_out() {
    for mut desk in desks().await {
        let name = desk.name();
        let has_gap = desk.house.app.read(desk.house.place(1), |week, _| {
            let list = week.publication().expect("a list");
            let is_none = |line, day| week.offered(line, day).is_zero();
            list.lines.iter().any(|line| {
                let mut days = list.days.iter().map(|sale| is_none(line.id, sale.day));
                days.clone().any(|is_none| is_none) && !days.all(|is_none| is_none)
            })
        });
        let has_gap = has_gap.await.expect("a week");
        let page = desk.browser.get(&desk.href("/new?like=empty")).await.text();
        assert_eq!(page.contains("pas ce jour"), has_gap, "{name}: {page}");
        assert!(!page.contains("épuisé"), "{name}: {page}");
    }
}

/// A day that the hub closes before its limit is closed since then, not since an instant to come.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_closed_early_says_when() {
    for mut desk in desks().await {
        let (name, place) = (desk.name(), desk.house.place(1));
        let on_sale = desk.house.app.on_sale(place).await.expect("a published week");
        let day = on_sale.publication.days[0].day;
        let stamp = Stamp { at: clock::now(), by: "essai".into() };
        assert!(close(&desk.house.app, place, day, &stamp).await.expect("a day"), "{name}");
        let (on, minute) = clock::civil(stamp.at);
        let said =
            format!("clos le {} à {}", carreau::ui::fr::day(on), carreau::ui::fr::time(minute));
        let page = desk.browser.get(&desk.href("")).await.text();
        let said = said.replace('\u{a0}', " ");
        assert!(page.contains(&said), "{name}: {said}: {page}");
        assert!(!page.contains("clos depuis"), "{name}: {page}");
    }
}

/// The list stands among a buyer's own pages, with the way to order from it.
#[tokio::test(flavor = "multi_thread")]
async fn one_orders_from_the_price_list() {
    for mut desk in desks().await {
        let name = desk.name();
        let list = format!("/weeks/{}/price-list", desk.house.weeks[1]);
        let page = desk.browser.get(&list).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        for href in [desk.href(""), desk.href("/new?like=empty")] {
            assert!(page.links().contains(&href), "{name}: {href}: {:?}", page.links());
        }
        assert!(page.text().contains("Données fictives"), "{name}");
        // A desk orders nothing: its page is one for all desks.
        let mut hub = Browser::new(&desk.house, "coordinator").await;
        let links = hub.get(&list).await.links();
        assert!(links.iter().all(|href| !href.contains("my-orders")), "{name}: {links:?}");
    }
}

/// T-11. Pairs of the same click; the broken variant has a key for each click.
#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_is_one_order() {
    const PAIRS: usize = 1_000;
    for mut desk in desks_of(ample()).await {
        let name = desk.name();
        let mut form = desk.sheet("empty").await;
        let field = a_field(&form);
        form.set(&field, &least(&desk, &field).await);
        let before = desk.orders().await;
        for pair in 0..PAIRS {
            form.set("key", &format!("pair-{pair}"));
            let mut other = desk.browser.twin();
            let one = desk.browser.post_once(&form.action, &form.fields);
            let two = other.post_once(&form.action, &form.fields);
            let (one, two) = futures_util::future::join(one, two).await;
            assert_eq!(one.status, StatusCode::CREATED, "{name}: {}", one.text());
            assert_eq!(two.status, StatusCode::CREATED, "{name}: {}", two.text());
            assert_eq!(one.text(), two.text(), "{name}");
        }
        assert_eq!(desk.orders().await - before, PAIRS as i64, "{name}");
        let before = desk.orders().await;
        for key in ["click-1", "click-2"] {
            form.set("key", key);
            desk.browser.post_once(&form.action, &form.fields).await;
        }
        assert_eq!(desk.orders().await - before, 2, "{name}: keys of their own are two orders");
    }
}

/// The smallest order of a field: one pack.
async fn least(desk: &Desk, field: &str) -> String {
    let line = field.trim_start_matches("quantity-").split('@').next().expect("a line");
    let line: i64 = line.parse().expect("a line's number");
    let on_sale = desk.house.app.on_sale(desk.house.place(1)).await.expect("a published week");
    let line = on_sale.publication.line(trade::id::LineId(line)).expect("a line of the list");
    let size = if line.pack.weighed { Qty::new(1_000) } else { line.pack.size };
    carreau::ui::fr::number(size)
}

/// A request of a program, with the headers of the session.
fn request(
    desk: &Desk,
    key: &str,
    quantity: i64,
    at: (Day, SiteId, i64),
    date: &str,
) -> axum::http::Request<Body> {
    let (day, site, line) = at;
    let body = format!(
        "{{\"buyer\":\"{}\",\"site\":\"{site}\",\"day\":\"{day}\",\
         \"lines\":[{{\"line\":{line},\"quantity\":{quantity}}}]}}",
        desk.buyer
    );
    let request = desk.browser.request(Method::POST, "/api/v1/orders");
    let request = request.header(CONTENT_TYPE, "application/json").header("idempotency-key", key);
    let request = request.header("x-form-token", desk.browser.form_token()).header(DATE, date);
    request.body(Body::from(body)).expect("a request")
}

/// Where a program orders: a day, a site, a line; and the least quantity.
async fn spot(desk: &mut Desk) -> ((Day, SiteId, i64), i64) {
    let form = desk.sheet("empty").await;
    let field = a_field(&form);
    let parts: Vec<&str> = field.trim_start_matches("quantity-").split('@').collect();
    let [line, day, site] = parts[..] else { panic!("{field}") };
    let spot = (
        Day::parse(day).expect("a day"),
        SiteId::parse(site).expect("a site"),
        line.parse().expect("a line"),
    );
    let quantity = carreau::ui::fr::parse_qty(&least(desk, &field).await).expect("a quantity");
    (spot, quantity.get())
}

/// T-12, T-13 for programs: ten retries have the first answer; another content is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_has_the_first_answer_and_another_content_is_refused() {
    for mut desk in desks().await {
        let name = desk.name();
        let (at, quantity) = spot(&mut desk).await;
        let before = desk.orders().await;
        let ask = |desk: &Desk, key: &str, quantity| request(desk, key, quantity, at, "");
        // The answer is lost: dropped unread once the order stands.
        let lost = ask(&desk, "retried-key", quantity);
        drop(desk.browser.ask(lost).await);
        let mut answers = Vec::new();
        for _ in 0..10 {
            let retry = ask(&desk, "retried-key", quantity);
            let answer = desk.browser.ask(retry).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{name}: {}", answer.html());
            answers.push(answer.html().to_string());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{name}: {answers:?}");
        let other = ask(&desk, "retried-key", 2 * quantity);
        let other = desk.browser.ask(other).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", other.html());
        assert_eq!(desk.orders().await - before, 1, "{name}");
        // Broken variant: a client that makes a new key for each retry orders each time.
        for retry in 0..3 {
            let again = ask(&desk, &format!("fresh-key-{retry}"), quantity);
            desk.browser.ask(again).await;
        }
        assert_eq!(desk.orders().await - before, 4, "{name}");
    }
}

/// T-12, T-13 for the form.
#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_sent_again_is_the_same_order_and_a_changed_one_is_refused() {
    for mut desk in desks().await {
        let name = desk.name();
        let field = a_field(&desk.sheet("empty").await);
        let least = least(&desk, &field).await;
        let before = desk.orders().await;
        let first = desk.send_one("sheet-1", &least).await;
        for _ in 0..10 {
            let again = desk.send_one("sheet-1", &least).await;
            assert_eq!(again.status, StatusCode::CREATED, "{name}");
            assert_eq!(again.text(), first.text(), "{name}");
        }
        let twice = carreau::ui::fr::parse_qty(&least).expect("a quantity").get() * 2;
        let more = carreau::ui::fr::number(Qty::new(twice));
        let other = desk.send_one("sheet-1", &more).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", other.text());
        let stays = desk.form(&other).expect("the sheet again");
        assert_eq!(stays.value(&field), Some(more.as_str()), "{name}: nothing typed is lost");
        assert_eq!(desk.orders().await - before, 1, "{name}");
        // Broken variant: the key of another page, and the second content is an order too.
        assert_eq!(desk.send_one("sheet-2", &more).await.status, StatusCode::CREATED, "{name}");
        assert_eq!(desk.orders().await - before, 2, "{name}");
    }
}

/// T-17: what the client says about the hour changes nothing. The server's clock is the machine's:
/// what is moved is the cut-off of the days, to a minute after now and to a minute before. Each try
/// is an order of its own, and taken, or refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_servers_clock_alone_decides() {
    const ROUNDS: i64 = 10;
    const TRIES: i64 = 10;
    for mut desk in desks_of(ample()).await {
        let name = desk.name();
        let (at, quantity) = spot(&mut desk).await;
        let mut wrong_by_client = 0;
        for (minutes, expected) in [(1, StatusCode::CREATED), (-1, StatusCode::CONFLICT)] {
            let before = desk.orders().await;
            for round in 0..ROUNDS {
                // Set anew for each round: a slow machine must not run into it.
                let cutoff = Instant(clock::now().0 + 60 * minutes);
                desk.cut_off_at(cutoff).await;
                for go in 0..TRIES {
                    let skew = if go % 2 == 0 { 26 } else { -26 } * 3_600;
                    let said = clock::now().0 + skew;
                    let key = format!("clock-{minutes}-{round}-{go}");
                    let asked = request(&desk, &key, quantity, at, &said.to_string());
                    let answer = desk.browser.ask(asked).await;
                    assert_eq!(answer.status, expected, "{name}: {}", answer.html());
                    // Broken variant: by the client's clock half would be decided wrongly.
                    let by_client = said < cutoff.0;
                    wrong_by_client += i64::from(by_client != (minutes > 0));
                }
            }
            let taken = if minutes > 0 { ROUNDS * TRIES } else { 0 };
            assert_eq!(desk.orders().await - before, taken, "{name}: each try by itself");
        }
        assert_eq!(wrong_by_client, ROUNDS * TRIES, "{name}");
    }
}

/// T-20: the day closes between the sheet and the click.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_closes_meanwhile_keeps_the_sheet_and_asks_the_hub() {
    for mut desk in desks().await {
        let name = desk.name();
        let mut form = desk.sheet("last").await;
        form.set("key", "late-sheet");
        let asked = filled(&form);
        let before = desk.orders().await;
        desk.cut_off_at(Instant(clock::now().0 - 60)).await;
        let answer = desk.browser.post_once(&form.action, &form.fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{name}: {}", answer.text());
        assert_eq!(desk.orders().await, before, "{name}: nothing is ordered");
        let late = desk.href("/late-requests");
        let request = answer.forms().into_iter().find(|form| form.action == late);
        let request = request.expect("one click to the hub");
        assert_eq!(filled(&request).len(), asked.len(), "{name}: the cart is whole");
        for quantity in &asked {
            assert!(filled(&request).contains(quantity), "{name}: {quantity:?}");
        }
        let letters = count(desk.house.app.everything(), "outbox").await;
        for _ in 0..3 {
            let sent = desk.browser.post(&request.action, &request.fields).await;
            assert!(sent.text().contains("Demande envoyée"), "{name}: {}", sent.text());
        }
        let sent = count(desk.house.app.everything(), "outbox").await - letters;
        assert_eq!(sent, 1, "{name}: one message");
        // Broken variant: the plain refusal that other desks have keeps nothing of the sheet.
        let mut hub = Browser::new(&desk.house, "coordinator").await;
        let mut fields = vec![
            ("buyer".to_string(), desk.buyer.to_string()),
            ("key".into(), "late-at-the-hub".into()),
        ];
        let (quantity, at) = (&asked[0].1, asked[0].0.split('@').collect::<Vec<_>>());
        fields.push(("day".into(), at[1].into()));
        fields.push(("site".into(), at[2].into()));
        fields.push((at[0].into(), quantity.clone()));
        let address = format!("/weeks/{}/orders", desk.house.weeks[1]);
        let plain = hub.post(&address, &fields).await;
        assert_eq!(plain.status, StatusCode::CONFLICT, "{name}");
        assert!(plain.forms().iter().all(|form| filled(form).is_empty()), "{name}");
    }
}

/// Of two deliveries one is refused: the other is taken, and what was refused stays as typed.
#[tokio::test(flavor = "multi_thread")]
async fn each_delivery_is_taken_or_refused_by_itself() {
    for mut desk in desks().await {
        let name = desk.name();
        let mut form = desk.sheet("last").await;
        let asked = filled(&form);
        let good = asked[0].clone();
        let day = |field: &str| field.split('@').nth(1).map(String::from);
        let is_other = |(name, _): &&(String, String)| {
            name.starts_with("quantity-") && day(name) != day(&good.0)
        };
        let other = form.fields.iter().find(is_other).map(|(name, _)| name.clone());
        let other = other.expect("a field on another day");
        for (field, _) in &asked {
            form.set(field, "");
        }
        form.set(&good.0, &good.1);
        form.set(&other, "9999999");
        let before = desk.orders().await;
        let answer = desk.browser.post_once(&form.action, &form.fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{name}: {}", answer.text());
        assert_eq!(desk.orders().await - before, 1, "{name}");
        let mut stays = desk.form(&answer).expect("the sheet again");
        assert_eq!(filled(&stays), [(other.clone(), "9999999".to_string())], "{name}");
        assert!(answer.text().contains("il reste"), "{name}: {}", answer.text());
        // One click more takes what is left.
        stays.fields.push(("cut".into(), "1".into()));
        let cut = desk.browser.post_once(&stays.action, &stays.fields).await;
        assert_eq!(cut.status, StatusCode::CREATED, "{name}: {}", cut.text());
        assert!(cut.text().contains("réduite à ce qui restait"), "{name}: {}", cut.text());
        // What does not read stays too, and nothing is ordered.
        let mut form = desk.sheet("empty").await;
        form.set(&a_field(&form), "deux");
        let before = desk.orders().await;
        let answer = desk.browser.post_once(&form.action, &form.fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(filled(&desk.form(&answer).expect("the sheet"))[0].1, "deux", "{name}");
        assert_eq!(desk.orders().await, before, "{name}");
    }
}

/// T-56 on the page: each guess is said, and one click reads the list otherwise. `1,234` is one
/// and a bit or a thousand; nothing is ordered before.
#[tokio::test(flavor = "multi_thread")]
async fn each_guess_about_a_list_is_corrected_by_one_click() {
    for mut desk in desks().await {
        let name = desk.name();
        let goods = desk.house.app.read(desk.house.place(1), |week, _| {
            let list = week.publication().expect("published");
            let weighed = list.lines.iter().find(|line| line.labels.is_empty());
            let product = weighed.expect("a plain line").product;
            week.register().product(product).expect("known").name.clone()
        });
        let goods = goods.await.expect("a week");
        let list = format!("Produit;Quantité\n{goods};1.234\n");
        let address = desk.href("/list");
        let sent = vec![("text".to_string(), list), ("delivery".into(), String::new())];
        let before = desk.orders().await;
        let page = desk.browser.post_once(&address, &sent).await;
        assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.text());
        assert!(page.text().contains("Comment votre liste a été lue"), "{name}: {}", page.text());
        let first = filled(&desk.form(&page).expect("the sheet"));
        assert!(page.text().contains("à vérifier"), "{name}: {}", page.text());
        let mut again = page.forms().into_iter().find(|form| form.action == address);
        let again = again.as_mut().expect("a form with the other readings");
        let other = page.html().split("name=\"choice\" value=\"decimals=").nth(1);
        let other = other.and_then(|rest| rest.split('"').next()).expect("another reading");
        again.fields.push(("choice".into(), format!("decimals={other}")));
        let page = desk.browser.post_once(&address, &again.fields).await;
        let second = filled(&desk.form(&page).expect("the sheet"));
        assert_ne!(first, second, "{name}: the same numbers, read otherwise");
        assert_eq!(desk.orders().await, before, "{name}");
    }
}
