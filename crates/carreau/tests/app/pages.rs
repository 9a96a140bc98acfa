//! Every page that can be reached, on both databases: one week behind, one open.

use std::collections::{BTreeMap, VecDeque};

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use trade::calendar::IsoWeek;
use wire::pack::Pack;

use crate::browser::{Browser, Page, attribute, encoded, tags};
use crate::hub::{House, houses};

/// Two weeks that stay ahead of the clock, so that the second takes orders whenever this runs.
pub const PAST: &str = "2037-W10";
pub const OPEN: &str = "2037-W11";

pub fn two_weeks() -> Pack {
    let week = |name| IsoWeek::parse(name).expect("a week");
    generate::pack(Scale::Xs, 3, &[week(PAST), week(OPEN)])
}

/// The first week is played to its invoices, the second has its standing and told orders.
pub async fn played_and_open(pack: &Pack) -> Vec<House> {
    let houses = houses(pack).await;
    for house in &houses {
        play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
        play(&house.app, house.place(1), Until::Ordered).await.expect("an open week");
    }
    houses
}

/// All that links lead to, from the first page on, by address.
pub async fn crawl(browser: &mut Browser, with_papers: bool) -> BTreeMap<String, Page> {
    let mut pages = BTreeMap::new();
    let mut waiting = VecDeque::from(["/".to_string()]);
    while let Some(address) = waiting.pop_front() {
        let is_wanted = is_near(&address) && (with_papers || !is_apart(&address));
        if pages.contains_key(&address) || !is_wanted {
            continue;
        }
        let page = browser.get(&address).await;
        if page.is_html() {
            waiting.extend(page.links());
            let gets = page.forms().into_iter().filter(|form| !form.is_post);
            waiting.extend(gets.filter_map(|form| {
                Some(format!("{}?{}", form.action, encoded(form.fields.get(..1)?)))
            }));
        }
        pages.insert(address, page);
    }
    pages
}

/// Every week leads to the next: the two that are looked at are enough.
fn is_near(address: &str) -> bool {
    let week = address.strip_prefix("/weeks/").map(|rest| rest.get(..8).unwrap_or(rest));
    // Months lead to months without an end; what programs read is tested as such.
    let is_for_programs =
        address.starts_with("/api/") || address.starts_with("/accounts/exports/file");
    let is_page = !address.contains("?month=") && !is_for_programs;
    week.is_none_or(|week| week == PAST || week == OPEN) && is_page
}

/// Pages whose text is not compared: papers, those that show a new secret each time, and letters,
/// which say at which second they were written and are listed in that order.
pub fn is_apart(address: &str) -> bool {
    // A search without a week is asked for on the pages of letters only.
    [
        "/paper",
        "/labels/",
        "/export/",
        "/note/",
        "/invoice/",
        "/order/",
        "/account/password",
        "/mail",
        "/search?q=",
    ]
    .iter()
    .any(|part| address.contains(part))
}

const ROLES: &[&str] = &["coordinator", "observer", "dock", "driver", "accountant"];

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_to_a_sound_page() {
    let houses = played_and_open(&two_weeks()).await;
    let (first, others) = houses.split_first().expect("SQLite at least");
    // Papers are set once: they come from the same weeks on every database.
    let expected = texts(first, true).await;
    for other in others {
        let found = texts(other, false).await;
        // The chain of entries is sealed at an instant: its end is another in each database.
        let has_seal =
            |address: &str| address.ends_with(" /accounts") || address.contains("/accounts/proof");
        let alike = |address: &str| !is_apart(address) && !has_seal(address);
        for (address, text) in expected.iter().filter(|(address, _)| alike(address)) {
            let name = other.database.name;
            assert_eq!(Some(text), found.get(address), "{address}: sqlite and {name}");
        }
    }
}

/// What each role can read, by role and address. Fails at the first fault.
async fn texts(house: &House, with_papers: bool) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut roles: Vec<String> = ROLES.iter().map(|role| (*role).into()).collect();
    roles.extend(parties(house).await);
    for role in roles {
        // The desks share the coordinator's papers; a party's are its own.
        let is_desk = ROLES[1..].contains(&role.as_str());
        let pages = crawl(&mut Browser::new(house, &role).await, with_papers && !is_desk).await;
        let least = if role == "coordinator" { 30 } else { 4 };
        assert!(pages.len() >= least, "{role}: only {:?}", pages.keys());
        for (address, page) in &pages {
            assert_eq!(page.status, StatusCode::OK, "{role} {address}");
            // A letter is a page of mail programs, with a policy of its own (`mail.rs`).
            let is_letter = address.starts_with("/mail/") && address.ends_with("/html");
            let mut faults = if is_letter { Vec::new() } else { faults(page) };
            // The page of the interface says what programs write: `null` is a word of theirs.
            faults.retain(|fault| address != "/aide/api" || !fault.starts_with("something of"));
            assert!(faults.is_empty(), "{role} {address}: {faults:?}");
            let text = if page.is_html() { page.text() } else { String::new() };
            texts.insert(format!("{role} {address}"), text);
        }
    }
    texts
}

/// A buyer with an order in the past week and a farm that sold there.
async fn parties(house: &House) -> Vec<String> {
    let found = house.app.read(house.place(0), |week, _| {
        let buyer = week.orders().first().map(|order| format!("buyer.{}", order.buyer));
        let farm = week.purchase_lines().first();
        let mut buyers = week.register().buyers.values();
        let aid = buyers.find(|one| one.kind == trade::party::BuyerKind::FoodAid);
        let aid = aid.map(|one| format!("food-aid.{}", one.id));
        [buyer, farm.map(|line| format!("producer.{}", line.producer)), aid]
    });
    found.await.expect("a week").into_iter().flatten().collect()
}

/// How a paper, a workbook, a text file, a calendar and a track begin.
const FILES: [&[u8]; 5] =
    [b"%PDF", b"PK\x03\x04", b"\xef\xbb\xbf", b"BEGIN:VCALENDAR\r\n", b"<?xml "];

/// What is wrong with an answer, whatever page it is.
pub fn faults(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY.as_str(), "default-src 'self'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        let found = page.headers.get(name).and_then(|found| found.to_str().ok());
        if !found.is_some_and(|found| found.starts_with(value)) {
            faults.push(format!("header {name}: {found:?}"));
        }
    }
    if page.is_html() {
        faults.extend(faults_of_html(page.html(), &page.text()));
    } else if !FILES.iter().any(|begin| page.bytes.starts_with(begin)) {
        faults.push("neither a page nor a paper, nor a file".into());
    }
    faults
}

fn faults_of_html(html: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wrong = |is_wrong: bool, what: &str| {
        if is_wrong {
            faults.push(what.to_string());
        }
    };
    wrong(!html.contains("<html lang=\"fr\">"), "not said to be French");
    wrong(tags(html, "h1").count() != 1, "not one h1");
    let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    wrong(title.is_none_or(|title| title.trim().is_empty()), "no title");
    wrong(html.contains(" style=\""), "a style that the policy forbids");
    wrong(tags(html, "style").next().is_some(), "a style that the policy forbids");
    wrong(tags(html, "script").any(|tag| attribute(tag, "src").is_none()), "a script in the page");
    let acts = [" onclick=", " onload=", " onsubmit=", " onchange=", "javascript:"];
    wrong(acts.iter().any(|act| html.contains(act)), "an act in an attribute");
    let left = ["{{", "}}", "{%", "Some(", "None", "NaN", "Qty(", "Cents(", "null"];
    wrong(left.iter().any(|left| text.contains(left)), "something of the program left over");
    for name in ["input", "select"] {
        wrong(tags(html, name).any(|tag| !is_labelled(html, tag)), "a field without a name");
    }
    faults.extend(ungrouped(html));
    faults
}

/// Hidden fields need no label; others have one of their own, around them, or pointing at them.
fn is_labelled(html: &str, tag: &str) -> bool {
    let is_hidden = attribute(tag, "type").is_some_and(|kind| kind == "hidden");
    let label_for = attribute(tag, "id").is_some_and(|id| {
        html.contains(&format!("<label for=\"{id}\"")) || html.contains(&format!(" for=\"{id}\""))
    });
    let before = html.split(tag).next().unwrap_or_default();
    let is_inside = before.matches("<label").count() > before.matches("</label>").count();
    is_hidden || label_for || is_inside || attribute(tag, "aria-label").is_some()
}

/// Amounts and weights whose thousands are not parted by a narrow space.
fn ungrouped(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for unit in ["\u{a0}€", "\u{a0}kg", "\u{202f}€", "\u{202f}kg"] {
        for before in html.split(unit) {
            let number: Vec<char> = before
                .chars()
                .rev()
                .take_while(|sign| sign.is_ascii_digit() || *sign == ',')
                .collect();
            let number: String = number.into_iter().rev().collect();
            let whole = number.split(',').next().unwrap_or_default();
            if whole.len() > 3 && !before.is_empty() && html.contains(&format!("{number}{unit}")) {
                faults.push(format!("not grouped: {number}{unit}"));
            }
        }
    }
    faults
}

/// A page as good as possible, broken in one way each: the checks above must see it.
#[test]
fn what_is_wrong_is_seen() {
    let good = "<html lang=\"fr\"><title>x</title><h1>Semaine</h1>";
    assert_eq!(faults_of_html(good, ""), Vec::<String>::new());
    for (broken, said) in [
        ("<html lang=\"en\"><title>x</title><h1>a</h1>".to_string(), "not said to be French"),
        (format!("{good}<h1>b</h1>"), "not one h1"),
        (format!("{good}<p style=\"color:red\">"), "a style that the policy forbids"),
        (format!("{good}<script>x</script>"), "a script in the page"),
        (format!("{good}<a onclick=\"x\">"), "an act in an attribute"),
        (format!("{good}<input name=\"a\">"), "a field without a name"),
        (format!("{good}1234,50\u{a0}€"), "not grouped: 1234,50\u{a0}€"),
        ("<html lang=\"fr\"><title> </title><h1>a</h1>".to_string(), "no title"),
    ] {
        assert_eq!(faults_of_html(&broken, ""), [said], "{broken}");
    }
    let left = faults_of_html(good, "Total Some(3)");
    assert_eq!(left, ["something of the program left over"]);
}

const UNKNOWN: &str = "\
/nowhere                          | Cette page n'existe pas.
/weeks/2037-W99                   | « 2037-W99 » n'est pas une semaine.
/weeks/2037-W11/nowhere           | Cette page n'existe pas.
/weeks/demain/dock                | « demain » n'est pas une semaine.
/assets/nothing.css               | « nothing.css » n'existe pas.
/weeks/2037-W10/billing/paper/999 | n'existe pas
/weeks/2037-W10/billing/paper/x   | La pièce « x » est inconnue.
/weeks/2037-W10/dock/paper/x      | « x » n'est pas un jour.
/weeks/2037-W10/rounds/paper/2037-03-03/nobody | n'existe pas
/weeks/2037-W10/sourcing/paper/2037-03-03/nobody | n'existe pas
/weeks/2037-W11/orders/nowhere    | Cette page n'existe pas.";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_is_said_in_french() {
    for house in played_and_open(&two_weeks()).await {
        let mut browser = Browser::new(&house, "coordinator").await;
        for row in UNKNOWN.lines() {
            let (address, said) = row.split_once('|').expect("two columns");
            let page = browser.get(address.trim()).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
            let text = page.text().replace('\u{a0}', " ").replace(['\u{202f}', '’'], " ");
            let said = said.trim().replace('\'', " ");
            assert!(text.replace('\'', " ").contains(&said), "{address}: {text}");
            assert!(text.contains("Introuvable"), "{address}: {text}");
            assert_eq!(faults(&page), Vec::<String>::new(), "{address}");
        }
    }
}

/// Records are asked for by the words of the page, or by those of the command.
#[tokio::test(flavor = "multi_thread")]
async fn goods_are_followed_by_french_words() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let mut browser = Browser::new(&house, "coordinator").await;
    for said in ["commande%201", "Commande%201.1", "order:1.1", "achat%201", "purchase:1"] {
        let page = browser.get(&format!("/weeks/2037-W10/trace?record={said}")).await;
        assert!(page.text().contains("D'où cela vient"), "{said}: {}", page.text());
    }
    for said in ["commande%200", "courgette%201", "achat"] {
        let page = browser.get(&format!("/weeks/2037-W10/trace?record={said}")).await;
        assert!(page.text().contains("est inconnu cette semaine"), "{said}: {}", page.text());
    }
}

/// Only the published list and the files of the program are kept; a page of a person never is.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_everybodys_is_kept() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let mut browser = Browser::new(&house, "coordinator").await;
    for (address, kept, kind) in [
        ("/weeks/2037-W11", Some("private, no-cache"), "text/html"),
        ("/weeks/2037-W11/orders", Some("private, no-cache"), "text/html"),
        ("/assets/carreau.css", Some("public, max-age=3600"), "text/css"),
        ("/assets/carreau.js", Some("public, max-age=3600"), "text/javascript"),
        ("/assets/atkinson-400.woff2", Some("public, max-age=3600"), "font/woff2"),
    ] {
        let page = browser.get(address).await;
        let header = |name| page.headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(header(CACHE_CONTROL), kept, "{address}");
        assert!(header(CONTENT_TYPE).is_some_and(|found| found.starts_with(kind)), "{address}");
        assert!(!page.bytes.is_empty());
    }
    let list = "/weeks/2037-W11/price-list";
    assert!(house.app.pages.get((house.hub, house.weeks[1])).is_none());
    let first = browser.get(list).await;
    assert_eq!(house.app.pages.get((house.hub, house.weeks[1])), Some(first.bytes.clone()));
    // What is kept is what is sent: a mark put there comes back.
    house.app.pages.keep((house.hub, house.weeks[1]), "kept".into());
    assert_eq!(browser.get(list).await.bytes, "kept");
    house.app.pages.clear();
    assert_eq!(browser.get(list).await.bytes, first.bytes);
}
