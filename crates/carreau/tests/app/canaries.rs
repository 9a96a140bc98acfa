//! T-26: every name, address, note and price of a farm or a buyer carries a word that stands
//! nowhere else. Whatever a party can get out of the program is looked through for the words of
//! the others.

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::http::Method;
use carreau::access::HubScope;
use carreau::clock;
use trade::offers::Stamp;
use trade::unit::Price;
use wire::pack::Pack;

use crate::browser::{Browser, Page};
use crate::hub::House;
use crate::pages::{crawl, played_and_open, two_weeks};
use crate::roles::{Cast, routes};

/// The words of a party: `qn` in its name, `qm` in its address of mail, `qs` in its notes, sites
/// and numbers. Farms have `f`, buyers `b`, then their rank.
pub fn word(kind: &str, whose: &str, rank: usize) -> String {
    format!("{kind}{whose}{rank:03}q")
}

/// A hub in which every party is marked.
fn marked() -> Pack {
    let mut pack = two_weeks();
    for (rank, farm) in pack.producers.iter_mut().enumerate() {
        farm.identity.name = format!("{} {}", farm.identity.name, word("qn", "f", rank));
        farm.identity.email = format!("{}@ferme.example", word("qm", "f", rank));
        farm.identity.address = format!("{} {}", farm.identity.address, word("qs", "f", rank));
    }
    let buyers = pack.buyers.clone();
    let rank_of = |id| buyers.iter().position(|one| one.id == id).expect("a buyer");
    for (rank, buyer) in pack.buyers.iter_mut().enumerate() {
        buyer.identity.name = format!("{} {}", buyer.identity.name, word("qn", "b", rank));
        buyer.identity.email = format!("{}@cantine.example", word("qm", "b", rank));
        buyer.commitment_number = word("qs", "b", rank);
    }
    for site in &mut pack.sites {
        site.name = format!("{} {}", site.name, word("qs", "b", rank_of(site.buyer)));
    }
    for order in &mut pack.orders {
        order.commitment_number = word("qs", "b", rank_of(order.buyer));
    }
    // A contract's price is between two: its last two digits say whose it is.
    for contract in &mut pack.contracts {
        let rank = rank_of(contract.buyer) as i64;
        contract.reference = format!("{} {}", contract.reference, word("qs", "b", rank as usize));
        for price in &mut contract.prices {
            price.price = Price::new(price.price.get() / 100 * 100 + 11 + rank);
        }
    }
    pack
}

/// Hubs in which every party is marked, and every farm has said something.
pub async fn houses() -> Vec<House> {
    let houses = played_and_open(&marked()).await;
    for house in &houses {
        let farms = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().copied().collect::<Vec<_>>()
        });
        let pack = marked();
        for farm in farms.await.expect("a week") {
            let rank = pack.producers.iter().position(|one| one.id == farm).expect("a farm");
            let scope = HubScope::of_program(house.hub).farm(farm);
            let stamp = Stamp { at: clock::now(), by: "essai".into() };
            for week in [house.weeks[0], house.weeks[1]] {
                let note = format!("mot {}", word("qs", "f", rank));
                scope.say(&house.app, week, &note, false, &stamp).await.expect("a note");
            }
        }
    }
    houses
}

/// What a paper says; `None` where the machine cannot tell.
fn text_of_pdf(bytes: &[u8]) -> Option<String> {
    let tool = Command::new("pdftotext")
        .args(["-q", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut tool = match tool {
        Ok(tool) => tool,
        Err(_) => {
            eprintln!("pdftotext is not here: papers are not looked through");
            return None;
        }
    };
    let mut stdin = tool.stdin.take().expect("a pipe");
    let bytes = bytes.to_vec();
    // A paper that the tool does not read to its end is seen by its empty text.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let done = tool.wait_with_output().expect("the tool ends");
    writer.join().expect("a writer");
    Some(String::from_utf8_lossy(&done.stdout).replace('\n', " "))
}

/// The texts within a workbook.
fn text_of_book(bytes: &[u8]) -> String {
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    for at in 0..book.len() {
        let mut part = book.by_index(at).expect("a part");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut bytes).expect("a whole part");
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

fn text_of(page: &Page) -> String {
    if page.bytes.starts_with(b"%PDF") {
        return text_of_pdf(&page.bytes).unwrap_or_default();
    }
    if page.bytes.starts_with(b"PK") {
        return text_of_book(&page.bytes);
    }
    String::from_utf8_lossy(&page.bytes).into_owned()
}

/// All that a party can get: every page and paper that a link leads to, every other answer to a
/// reading, every letter.
async fn outputs(house: &House, cast: &Cast, role: &str) -> Vec<(String, String)> {
    let mut browser = Browser::new(house, role).await;
    let mut outputs = Vec::new();
    for (address, page) in crawl(&mut browser, true).await {
        // The doors of the demonstration show somebody of each kind to everybody.
        if address != "/enter" {
            outputs.push((address, text_of(&page)));
        }
    }
    let week = house.weeks[0].to_string();
    for (method, route) in routes() {
        if method == Method::GET && !route.starts_with("/enter") {
            for address in [cast.address(&route), route.replace("{week}", &week)] {
                let page = browser.get_once(&address).await;
                outputs.push((address, text_of(&page)));
            }
        }
    }
    for words in ["qnf", "qnb", "qsb", "qmf", "ferme", "lycee", "1"] {
        for address in [format!("/search?q={words}"), format!("/search?q={words}&week={week}")] {
            let page = browser.get_once(&address).await;
            outputs.push((address, text_of(&page)));
        }
    }
    let months = format!("/weeks/{week}/my-orders/ma-cantine?year=2037");
    let page = browser.get_once(&months).await;
    outputs.push((months, text_of(&page)));
    let party = role.split_once('.').map_or("", |(_, party)| party);
    let text = "SELECT subject, body || html FROM outbox WHERE recipient = $1";
    let letters: Vec<(String, String)> =
        house.app.everything().query(text, vec![party.into()]).await.expect("letters");
    outputs.extend(letters);
    outputs
}

/// Words of others that somebody may not read. `own`: the party's rank, of a farm or a buyer.
pub fn foreign(text: &str, own: (&str, usize)) -> Vec<String> {
    let (whose, rank) = own;
    let mut found = Vec::new();
    for kind in ["qn", "qm", "qs"] {
        for of in ["f", "b"] {
            let head = format!("{kind}{of}");
            for (at, _) in text.match_indices(&head) {
                let word: String = text[at..].chars().take(7).collect();
                let is_word = word.len() == 7 && word.ends_with('q');
                let is_own = of == whose && word[3..6].parse() == Ok(rank);
                // A buyer reads who grew what it eats, not how to reach them.
                let is_origin = whose == "b" && of == "f" && kind == "qn";
                if is_word && !is_own && !is_origin {
                    found.push(word);
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Prices of the contracts of other buyers, as they would be shown.
fn foreign_prices(text: &str, prices: &[(usize, String)], rank: usize) -> Vec<String> {
    let others = prices.iter().filter(|(of, _)| *of != rank);
    others.filter(|(_, price)| text.contains(price.as_str())).map(|one| one.1.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_word_of_another() {
    let pack = marked();
    let prices: Vec<(usize, String)> = pack
        .contracts
        .iter()
        .flat_map(|contract| {
            let rank = pack.buyers.iter().position(|one| one.id == contract.buyer);
            let rank = rank.expect("a buyer");
            let said = |price: Price| carreau::ui::fr::price(price).replace('\u{a0}', " ");
            contract.prices.iter().map(move |one| (rank, said(one.price)))
        })
        .collect();
    for house in houses().await {
        let name = house.database.name;
        let cast = Cast::of(&house, 0).await;
        let rank_of_buyer =
            |code: &str| pack.buyers.iter().position(|one| one.id.as_str() == code).expect("one");
        let rank_of_farm =
            |code: &str| pack.producers.iter().position(|one| one.id.as_str() == code);
        let rank_of_farm = |code: &str| rank_of_farm(code).expect("one");
        let parties = [
            (format!("buyer.{}", cast.own_buyer), ("b", rank_of_buyer(&cast.own_buyer))),
            (format!("buyer.{}", cast.other_buyer), ("b", rank_of_buyer(&cast.other_buyer))),
            (format!("food-aid.{}", cast.food_aid), ("b", rank_of_buyer(&cast.food_aid))),
            (format!("producer.{}", cast.own_farm), ("f", rank_of_farm(&cast.own_farm))),
            (format!("producer.{}", cast.other_farm), ("f", rank_of_farm(&cast.other_farm))),
        ];
        let mut told = Vec::new();
        for (role, own) in &parties {
            let outputs = outputs(&house, &cast, role).await;
            let own_word = word("qn", own.0, own.1);
            let shown = outputs.iter().filter(|(_, text)| text.contains(&own_word)).count();
            assert!(shown > 3, "{name} {role}: the party itself is hardly seen: {shown}");
            for (address, text) in &outputs {
                let mut words = foreign(text, *own);
                if own.0 == "b" {
                    let spaced = text.replace('\u{a0}', " ");
                    words.extend(foreign_prices(&spaced, &prices, own.1));
                }
                if !words.is_empty() {
                    told.push(format!("{role} {address}: {words:?}"));
                }
            }
            // The broken variant: the same outputs in the hands of another party.
            let another = (own.0, own.1 + 1);
            let leaks = outputs.iter().filter(|(_, text)| !foreign(text, another).is_empty());
            assert!(leaks.count() > 3, "{name} {role}: the words are not seen");
        }
        assert!(told.is_empty(), "{name}\n{}", told.join("\n"));
        // And a desk of the hub reads everybody's: the words are there to be found.
        let all = outputs(&house, &cast, "coordinator").await;
        let seen: usize = all.iter().map(|(_, text)| foreign(text, ("f", 999)).len()).sum();
        assert!(seen > 100, "{name}: {seen}");
    }
}
