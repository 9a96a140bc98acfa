//! The administrator's desk, through its pages, on both databases.

mod calendar;
mod hubs;
mod people;
mod settings;
mod terms;

use carreau::access::HubScope;
use carreau::generate::{self, Scale};
use trade::calendar::IsoWeek;
use wire::pack::Pack;

use crate::browser::{Browser, Page, Sent};
use crate::hub::{House, houses};

pub fn week(name: &str) -> IsoWeek {
    IsoWeek::parse(name).expect("a week")
}

/// A hub with the offers of one week, nothing published.
pub fn offers_of(name: &str) -> Pack {
    let mut pack = generate::pack(Scale::Xs, 3, &[week(name)]);
    pack.orders.clear();
    pack.arrivals.clear();
    pack.handovers.clear();
    pack.leftovers.clear();
    pack.standing_orders.clear();
    pack
}

pub async fn houses_of(name: &str) -> Vec<House> {
    houses(&offers_of(name)).await
}

pub fn scope(house: &House) -> HubScope {
    HubScope::of_program(house.hub)
}

/// Fields written `name=value; name=value`.
pub fn sent(text: &str) -> Sent {
    let pairs = text.split("; ").filter(|pair| !pair.trim().is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or_else(|| panic!("no field: {pair}"));
        (name.trim().to_string(), value.to_string())
    };
    pairs.map(pair).collect()
}

/// A form of the desk with a key of its own.
pub fn keyed(text: &str) -> Sent {
    let mut fields = sent(text);
    fields.push(("key".into(), keys::Token::new().as_str().into()));
    fields
}

pub async fn post(browser: &mut Browser, address: &str, fields: &str) -> Page {
    browser.post(address, &keyed(fields)).await
}

/// What a page says, with plain spaces and straight apostrophes.
pub fn plain(page: &Page) -> String {
    page.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'")
}

/// Plays a table of `address | fields | what is then said`.
pub async fn play(browser: &mut Browser, table: &str) {
    for row in table.lines().filter(|row| !row.trim().is_empty()) {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [address, fields, said] = columns[..] else { panic!("three columns: {row}") };
        let page = post(browser, address, fields).await;
        let text = plain(&page);
        assert!(text.contains(said), "{row}\n{} {text}", page.status);
    }
}

/// Every page of the desk is sound, and leads to others of the desk that are.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_desk_is_sound() {
    use crate::pages::{faults, played_and_open, two_weeks};
    let house = played_and_open(&two_weeks()).await.remove(0);
    let mut browser = Browser::new(&house, "administrator").await;
    let mut waiting = vec!["/admin".to_string()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(address) = waiting.pop() {
        let path = address.split(['?', '#']).next().unwrap_or_default().to_string();
        let is_ours = path.starts_with("/admin") && !path.ends_with("/export");
        if !is_ours || !seen.insert(path) {
            continue;
        }
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_eq!(faults(&page), Vec::<String>::new(), "{address}");
        waiting.extend(page.links());
    }
    assert!(seen.len() > 35, "only {seen:?}");
    let tried = "/admin/prices?from=2038-01-01&reading=sale&rate=30&family=legume&kind=food_aid";
    for address in ["/admin/calendar?day=2037-03-24", "/admin/people?group=closed&q=zz", tried] {
        let page = browser.get(address).await;
        assert_eq!(faults(&page), Vec::<String>::new(), "{address}");
    }
    // The way there stands on every page of the week, for who has the desk only.
    let week = format!("/weeks/{}", house.weeks[1]);
    assert!(browser.get(&week).await.links().contains(&"/admin".to_string()));
    let mut other = Browser::new(&house, "coordinator").await;
    assert!(!other.get(&week).await.links().contains(&"/admin".to_string()));
}

/// A form of the desk that comes twice, one after the other or at once, is done once.
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_comes_twice_is_done_once() {
    for house in houses_of("2037-W12").await {
        let mut browser = Browser::new(&house, "administrator").await;
        let form = keyed("from=2037-04-01; reading=cost; rate=31");
        let first = browser.post("/admin/prices", &form).await;
        assert!(plain(&first).contains("Règle ajoutée"), "{}", plain(&first));
        let again = browser.post("/admin/prices", &form).await;
        assert!(plain(&again).contains("Règle ajoutée"), "{}", plain(&again));
        assert_eq!(rules(&house, 3_100).await, 1, "{}", house.database.name);

        let form = keyed("from=2037-05-01; reading=cost; rate=32");
        let mut twins: Vec<Browser> = (0..4).map(|_| browser.twin()).collect();
        let sent = twins.iter_mut().map(|twin| twin.post_once("/admin/prices", &form));
        let pages = futures_util::future::join_all(sent).await;
        assert!(pages.iter().all(|page| page.status == 303), "{}", house.database.name);
        assert_eq!(rules(&house, 3_200).await, 1, "{}", house.database.name);
        // The broken variant: with a key each, the same content is refused by the rule alone.
        let other = keyed("from=2037-05-01; reading=cost; rate=32");
        assert_eq!(browser.post_once("/admin/prices", &other).await.status, 422);
        let none = browser.post_once("/admin/prices", &sent_without_key()).await;
        assert_eq!(none.status, 400);
    }
}

fn sent_without_key() -> Sent {
    sent("from=2037-06-01; reading=cost; rate=33")
}

async fn rules(house: &House, rate_bp: i64) -> usize {
    let text = "SELECT id FROM pricing_rules WHERE rate_bp = $1";
    let found: Vec<i64> =
        house.app.everything().query(text, vec![rate_bp.into()]).await.expect("the rules");
    found.len()
}
