//! A farm's week: its link, one tap for last week's lines, the telephone, a page made long ago.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use carreau::access::handed;
use carreau::access::link::{self, Opens, Tapped};
use carreau::access::person::Role;
use carreau::access::scope::HubScope;
use carreau::access::session;
use carreau::{clock, mail};
use keys::Token;
use trade::calendar::{Instant, IsoWeek};
use trade::id::ProducerId;
use trade::offers::Offer;
use trade::unit::Qty;

use crate::browser::{Browser, Page, Sent};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};

/// A farm with offers in the open week, and the week after, in which nobody has said anything.
struct Farm {
    house: House,
    farm: ProducerId,
    next: IsoWeek,
}

async fn farms() -> Vec<Farm> {
    let mut farms = Vec::new();
    for house in played_and_open(&two_weeks()).await {
        let found = house.app.read(house.place(1), |week, _| {
            let mut offers = week.current_offers();
            offers.find(|offer| !offer.quantity.is_zero()).map(|offer| offer.producer)
        });
        let farm = found.await.expect("a week").expect("an offer");
        let next = house.weeks[1].next();
        farms.push(Farm { house, farm, next });
    }
    farms
}

impl Farm {
    fn scope(&self) -> HubScope {
        HubScope::of_program(self.house.hub)
    }

    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn href(&self, week: IsoWeek, rest: &str) -> String {
        format!("/weeks/{week}/my-offers{rest}")
    }

    async fn link(&self, week: IsoWeek) -> Token {
        let opens = Opens::Farm(self.farm, week);
        let made = link::make(&self.house.app, self.scope(), &opens, "essai", clock::now(), None);
        made.await.expect("a link")
    }

    /// The farm's offers of a week, as last said.
    async fn offers(&self, week: IsoWeek) -> Vec<Offer> {
        let own = self.farm;
        let seen = self.house.app.read(self.scope().at(week), |week, _| {
            let offers = week.current_offers().filter(|offer| offer.producer == own);
            offers.filter(|offer| !offer.quantity.is_zero()).cloned().collect()
        });
        seen.await.expect("a week")
    }

    async fn browser(&self) -> Browser {
        Browser::new(&self.house, &format!("producer.{}", self.farm)).await
    }
}

/// Goods, weekday, quantity and price of offers: what a farm means by "as last week".
fn meant(offers: &[Offer]) -> Vec<(String, i64, i64)> {
    let mut meant: Vec<(String, i64, i64)> = offers
        .iter()
        .map(|one| {
            let goods = format!("{} {} {:?}", one.product, one.labels.code(), one.day.weekday());
            (goods, one.quantity.get(), one.price.get())
        })
        .collect();
    meant.sort();
    meant
}

/// T-30: programs that look at mails take nothing; a tap opens one farm and one week; the link
/// dies when it is revoked, and by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_farm_and_one_week_by_a_human_tap() {
    for farm in farms().await {
        let (house, name, week) = (&farm.house, farm.name(), farm.house.weeks[1]);
        let token = farm.link(week).await;
        let mut scanner = Browser::new(house, "").await;
        for method in [Method::HEAD, Method::GET, Method::GET] {
            let request = scanner.request(method, "/lien").body(Body::empty()).expect("a request");
            assert_eq!(scanner.ask(request).await.status, StatusCode::OK, "{name}");
        }
        // Even one that sends what browsers do not: reading takes nothing.
        let asked = format!("/lien?token={}", token.as_str());
        assert_eq!(scanner.get_once(&asked).await.status, StatusCode::OK, "{name}");
        let place = farm.scope().at(week);
        let opened = async || {
            let db = house.app.db(farm.scope());
            link::opened(&db, place).await.expect("links").contains_key(farm.farm.as_str())
        };
        assert!(!opened().await, "{name}: taken without a tap");
        // One that runs the page's script and presses its button: the farm comes in all the same.
        let tap: Sent = vec![("token".into(), token.as_str().into())];
        assert_eq!(scanner.post_once("/lien", &tap).await.status, StatusCode::SEE_OTHER, "{name}");
        assert!(opened().await, "{name}: a tap is seen");
        let mut own = Browser::new(house, "").await;
        let tapped = own.post("/lien", &tap).await;
        assert_eq!(tapped.address, farm.href(week, ""), "{name}: {}", tapped.text());
        for refused in [
            farm.href(week.next(), ""),
            format!("/weeks/{week}/my-orders"),
            format!("/weeks/{week}/offers"),
            format!("/weeks/{week}"),
        ] {
            assert_eq!(own.get(&refused).await.status, StatusCode::FORBIDDEN, "{name} {refused}");
        }
        let (role, now) = (Role::Producer(farm.farm), clock::now());
        let ended = handed::revoke_all(&house.app, farm.scope(), role, "essai", now).await;
        assert_eq!(ended.expect("revoked"), 1, "{name}");
        let shut = own.get_once(&farm.href(week, "")).await;
        assert_eq!(shut.status, StatusCode::SEE_OTHER, "{name}: the page outlives its link");
        assert_eq!(own.post_once("/lien", &tap).await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

/// T-30: a link dies seven days after its week, with the pages that it opened. Broken variant: the
/// day before, both still live.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_dies_by_itself() {
    for farm in farms().await {
        let (app, week) = (&farm.house.app, farm.house.weeks[1]);
        let token = farm.link(week).await;
        let end = clock::instant(week.monday().plus_days(14), 0);
        let alive = Instant(end.0 - 1);
        let tapped = link::tap(app, token.as_str(), alive).await.expect("an answer");
        let Tapped::In { session, .. } = tapped else { panic!("{}: dead too soon", farm.name()) };
        let dead = link::tap(app, token.as_str(), end).await.expect("an answer");
        assert!(matches!(dead, Tapped::No), "{}", farm.name());
        let later = Instant(end.0 + 2);
        let page = session::person(app, session.as_str(), later).await.expect("an answer");
        assert!(page.is_none(), "{}: the page outlives its link", farm.name());
    }
}

/// The mail's tap and one more: all of last week's lines, on the same weekdays. A second tap adds
/// nothing.
#[tokio::test(flavor = "multi_thread")]
async fn one_tap_says_as_last_week() {
    for farm in farms().await {
        let (name, next) = (farm.name(), farm.next);
        let before = meant(&farm.offers(farm.house.weeks[1]).await);
        let mut browser = farm.browser().await;
        // Who is asked something begins at the question, and finds it from the published week.
        let page = browser.get("/").await;
        assert_eq!(page.address, farm.href(next, ""), "{name}");
        assert!(page.text().contains("Comme la semaine dernière"), "{name}: {}", page.text());
        let title = format!(
            "Vos offres pour la semaine du {}",
            carreau::ui::fr::day_of_month(next.monday())
        );
        assert!(page.text().contains(&title), "{name}: {}", page.text());
        let published = browser.get(&farm.href(farm.house.weeks[1], "")).await;
        let has_next = published.text().contains("Répondre pour la semaine du");
        assert!(has_next && published.links().contains(&farm.href(next, "")), "{name}");
        assert!(!published.text().contains("Comme la semaine dernière"), "{name}");
        let said = browser.post(&farm.href(next, "/same"), &[]).await;
        assert_eq!(said.status, StatusCode::OK, "{name}: {}", said.text());
        // Counted as a farm counts: what it brings, not on how many days.
        let goods: BTreeSet<_> =
            farm.offers(next).await.into_iter().map(|one| (one.product, one.labels)).collect();
        let many = if goods.len() > 1 { "s" } else { "" };
        let noted = format!("{} produit{many} noté{many}.", goods.len());
        assert!(said.text().contains(&noted), "{name}: {noted}: {}", said.text());
        assert_eq!(browser.get("/").await.address, farm.href(farm.house.weeks[1], ""), "{name}");
        assert_eq!(meant(&farm.offers(next).await), before, "{name}");
        let again = browser.post(&farm.href(next, "/same"), &[]).await.text();
        assert!(again.contains("rien à reprendre"), "{name}: {again}");
        assert_eq!(meant(&farm.offers(next).await), before, "{name}");
    }
}

/// A page made before the hub noted something: what the farm did not touch there stays as the hub
/// noted it. Broken variant: a page that claims to know the last word writes over it.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_page_writes_over_nothing() {
    for farm in farms().await {
        let (name, next) = (farm.name(), farm.next);
        let mut browser = farm.browser().await;
        browser.post(&farm.href(next, "/same"), &[]).await;
        let page = browser.get(&farm.href(next, "")).await;
        let address = farm.href(next, "");
        let old = page.forms().into_iter().find(|form| form.action == address).expect("a form");
        let field = old
            .fields
            .iter()
            .find(|(name, value)| name.starts_with("quantity-") && !value.is_empty());
        let (field, value) = field.expect("a quantity").clone();
        let value = carreau::ui::fr::parse_qty(&value).expect("a quantity");

        // The hub has the farm on the telephone and notes ten more.
        let mut desk = Browser::new(&farm.house, "coordinator").await;
        let at_desk = format!("/weeks/{next}/offers/farm/{}", farm.farm);
        let page = desk.get(&at_desk).await;
        let mut form =
            page.forms().into_iter().find(|form| form.action == at_desk).expect("a form");
        let more = Qty::new(value.get() + 10_000);
        form.set(&field, &carreau::ui::fr::number(more));
        let noted = desk.post(&form.action, &form.fields).await;
        assert_eq!(noted.status, StatusCode::OK, "{name}: {}", noted.text());
        let changed = async |by: Qty| {
            let offers = farm.offers(next).await;
            offers
                .into_iter()
                .find(|one| one.quantity == by && field.contains(one.product.as_str()))
        };
        let by_phone = changed(more).await.expect("noted");
        assert_eq!(by_phone.stamp.by, "saisi par Anaïs Roux", "{name}");

        let saved = browser.post(&old.action, &old.fields).await.text();
        assert!(saved.contains("Rien n'a changé"), "{name}: {saved}");
        assert!(changed(more).await.is_some(), "{name}: the hub's word is lost");

        let mut liar = old.clone();
        liar.set("since", &by_phone.id.to_string());
        browser.post(&liar.action, &liar.fields).await;
        assert!(changed(more).await.is_none(), "{name}: the broken page writes over it");
    }
}

/// Who says "nothing" has answered: nobody reminds it. Broken variant: who says nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn who_brings_nothing_is_not_reminded() {
    for farm in farms().await {
        let (name, next) = (farm.name(), farm.next);
        let place = farm.scope().at(next);
        let mut desk = Browser::new(&farm.house, "coordinator").await;
        let offers = format!("/weeks/{next}/offers");
        let silent = farm.house.app.read(place, |week, _| mail::silent_farms(week).len());
        let silent = silent.await.expect("a week");
        let mut browser = farm.browser().await;
        let said = browser.post(&farm.href(next, "/nothing"), &[]).await.text();
        assert!(said.contains("rien cette semaine"), "{name}: {said}");
        let page = desk.post(&format!("{offers}/reminders"), &[]).await.text();
        let expected = format!("{} lettres", silent - 1);
        assert!(page.contains(&expected), "{name}: {expected}: {page}");
        let page = desk.post(&format!("{offers}/reminders"), &[]).await.text();
        assert!(page.contains("Personne à relancer"), "{name}: {page}");
        let letters = desk.get("/mail").await.text();
        assert!(letters.contains("relance"), "{name}: {letters}");
    }
}

/// In a field there may be one bar of signal: page, style and script together.
#[tokio::test(flavor = "multi_thread")]
async fn a_farms_page_is_light() {
    const MOST: usize = 30_000;
    let farm = farms().await.remove(0);
    let mut browser = farm.browser().await;
    for week in [farm.house.weeks[0], farm.house.weeks[1], farm.next] {
        let mut weight = browser.get(&farm.href(week, "")).await.bytes.len();
        for part in ["/assets/phone.css", "/assets/phone.js", "/assets/favicon.svg"] {
            weight += browser.get(part).await.bytes.len();
        }
        assert!(weight < MOST, "{week}: {weight} bytes");
    }
    // Broken variant: with the style of the desks it would not be.
    let desks = browser.get("/assets/carreau.css").await.bytes.len();
    assert!(desks + browser.get(&farm.href(farm.next, "")).await.bytes.len() > MOST);
}

/// The farm prints a label for each pack that it brings, sees what it is paid, and has its week
/// sent as a letter: once for each state of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_prints_its_labels_sees_its_money_and_has_a_copy() {
    for house in played_and_open(&two_weeks()).await {
        let name = house.database.name;
        let found = house.app.read(house.place(0), |week, _| {
            let line = week.purchase_lines().first().expect("a purchase");
            let own = week.purchase_lines_of(line.producer).filter(|own| own.day == line.day);
            let lots: Vec<String> = own.map(trade::dock::issue_batch).collect();
            let mut bills = week.documents().iter().filter(|one| one.party == line.producer.0);
            (line.producer, line.day, lots, bills.next().map(|bill| bill.reference()))
        });
        let (farm, day, lots, bill) = found.await.expect("a week");
        let bill = bill.expect("a bill of the farm");
        let mut browser = Browser::new(&house, &format!("producer.{farm}")).await;
        let base = format!("/weeks/{}/my-offers", house.weeks[0]);
        let page = browser.get(&base).await;
        let (labels, payouts) = (format!("{base}/labels/{day}"), format!("{base}/payouts"));
        assert!(page.links().contains(&labels) && page.links().contains(&payouts), "{name}");
        let text = browser.get(&labels).await.text();
        for lot in &lots {
            assert!(text.contains(lot.as_str()), "{name}: {lot}: {text}");
        }
        let money = browser.get(&payouts).await;
        assert!(money.text().contains(&bill), "{name}: {bill}: {}", money.text());
        let paper = money.links().into_iter().find(|href| href.contains("/bill/"));
        let paper = browser.get_once(&paper.expect("the bill as a paper")).await;
        assert_eq!(paper.status, StatusCode::OK, "{name}");
        assert!(paper.bytes.starts_with(b"%PDF-"), "{name}");

        let letters = crate::standing::count(house.app.everything(), "outbox").await;
        let copy = format!("{base}/copy");
        let first = browser.post(&copy, &[]).await.text();
        assert!(first.contains("Copie envoyée"), "{name}: {first}");
        let again = browser.post(&copy, &[]).await.text();
        assert!(again.contains("Rien n'a changé"), "{name}: {again}");
        let sent = crate::standing::count(house.app.everything(), "outbox").await - letters;
        assert_eq!(sent, 1, "{name}");
        let text = "SELECT body FROM outbox WHERE kind = $1";
        let body: Vec<String> =
            house.app.everything().query(text, vec!["farm_copy".into()]).await.expect("a letter");
        let widest = body[0].lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(72) && body[0].contains("À apporter"), "{name}: {}", body[0]);
    }
}

/// A farm reads on its own page when it comes to the dock, as whoever orders from it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_reads_its_own_slot_at_the_dock() {
    for house in played_and_open(&two_weeks()).await {
        let (name, place) = (house.database.name, house.place(0));
        let found = house.app.read(place, |week, _| {
            let comes = |line: &&trade::sourcing::PurchaseLine| {
                let farm = week.register().producer(line.producer).expect("a farm");
                !farm.carriage.is_fetched && !week.confirmed(line.id).is_zero()
            };
            week.purchase_lines().iter().find(comes).expect("a farm that comes").producer
        });
        let farm = found.await.expect("a week");
        let read = |page: &Page| page.text().replace(['\u{a0}', '\u{202f}'], " ");
        let mut own = Browser::new(&house, &format!("producer.{farm}")).await;
        let said = read(&own.get(&format!("/weeks/{}/my-offers", place.week)).await);
        let (_, slot) = said.split_once("Quai : ").expect("when it comes");
        let (_, slot) = slot.split_once(' ').expect("a weekday");
        let slot = slot.split('.').next().unwrap_or_default().trim();
        assert!(slot.contains('–'), "{name}: {said}");
        let mut desk = Browser::new(&house, "coordinator").await;
        let bought = read(&desk.get(&format!("/weeks/{}/sourcing", place.week)).await);
        assert!(bought.contains(slot), "{name}: {slot} in {bought}");
    }
}
