//! A buyer's own list, as a file of its own spreadsheet: what is not understood is listed, what is
//! then said is remembered, for this buyer alone.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use carreau::play::{Until, play};
use trade::catalog::Labels;
use trade::id::BuyerId;

use crate::browser::{Browser, Form, Page, Sent, unescaped};
use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::standing::count;
use crate::tables::workbook;

/// Two buyers before a published list.
struct Tables {
    house: House,
    buyers: [BuyerId; 2],
    /// Three goods of the list: their key and their name.
    goods: Vec<(String, String)>,
}

async fn tables() -> Vec<Tables> {
    let mut pack = two_weeks();
    pack.standing_orders.clear();
    let mut tables = Vec::new();
    for house in houses(&pack).await {
        play(&house.app, house.place(1), Until::Published).await.expect("an open week");
        let found = house.app.read(house.place(1), |week, _| {
            let list = week.publication().expect("published");
            let name = |line: &trade::mercuriale::MercurialeLine| {
                let product = week.register().product(line.product).expect("known");
                (format!("{}|{}", line.product, line.labels.code()), product.name.clone())
            };
            // Names of which no other is a part, so that each means one thing.
            let all: BTreeSet<(String, String)> = list.lines.iter().map(name).collect();
            let is_alone = |one: &&(String, String)| {
                let first = one.1.split(' ').next().unwrap_or_default();
                all.iter().filter(|other| other.1.starts_with(first)).count() == 1
            };
            let plain =
                |one: &&(String, String)| one.0.ends_with(&format!("|{}", Labels::NONE.code()));
            let goods: Vec<_> = all.iter().filter(is_alone).filter(plain).cloned().collect();
            let mut sites = week.register().sites.values().map(|site| site.buyer);
            let first = sites.next().expect("a site");
            let second = sites.find(|buyer| *buyer != first).expect("another buyer");
            ([first, second], goods)
        });
        let (buyers, goods) = found.await.expect("a week");
        assert!(goods.len() >= 3, "{goods:?}");
        tables.push(Tables { house, buyers, goods });
    }
    tables
}

impl Tables {
    fn href(&self, rest: &str) -> String {
        format!("/weeks/{}/my-orders{rest}", self.house.weeks[1])
    }

    async fn browser(&self, at: usize) -> Browser {
        Browser::new(&self.house, &format!("buyer.{}", self.buyers[at])).await
    }

    /// Sends a file for the first delivery that the form offers.
    async fn send(&self, browser: &mut Browser, file: (&str, &[u8])) -> Page {
        let address = self.href("/list");
        let page = browser.get(&address).await;
        let form = page.forms().into_iter().find(|form| form.action == address);
        let form = form.unwrap_or_else(|| panic!("no form: {}", page.text()));
        let delivery = form.value("delivery").expect("a delivery").to_string();
        let fields = [("delivery".to_string(), delivery), ("text".into(), String::new())];
        browser.upload(&address, &fields, ("file", file.0, file.1)).await
    }

    /// The quantities that a page has filled, by field.
    fn filled(&self, page: &Page) -> Sent {
        let form = page.forms().into_iter().find(|form| form.action == self.href(""));
        let fields = form.unwrap_or_else(|| panic!("no sheet: {}", page.text())).fields;
        let is_filled =
            |(name, value): &(String, String)| name.starts_with("quantity-") && !value.is_empty();
        fields.into_iter().filter(is_filled).collect()
    }

    /// The form that asks what the rows mean.
    fn question(&self, page: &Page) -> Option<Form> {
        let asks = |form: &Form| form.fields.iter().any(|(name, _)| name.starts_with("word-"));
        let mut form = page.forms().into_iter().find(asks)?;
        assert_eq!(form.action, self.href("/list"));
        let (_, rest) = page.html().split_once("<textarea name=\"text\"").expect("the list again");
        let (_, rest) = rest.split_once('>').expect("a closed tag");
        let text = unescaped(rest.split('<').next().unwrap_or_default());
        form.fields.push(("text".into(), text));
        Some(form)
    }

    async fn remembered(&self, at: usize) -> Vec<(String, String)> {
        let text = "SELECT words, goods FROM buyer_words WHERE buyer = $1 ORDER BY words";
        let values = vec![self.buyers[at].as_str().into()];
        self.house.app.everything().query(text, values).await.expect("words")
    }
}

/// The same rows as a CSV file and as a workbook, each with a word that only this kitchen uses.
fn files(known: &str) -> [(&'static str, &'static str, Vec<u8>); 2] {
    let (first, second) = ("Zézettes du chef", "Trucs de Mamie Jo");
    let csv = format!("Produit;Quantité\n{known};12\n{first};7\n");
    let rows: [&[&str]; 3] = [&["Produit", "Quantité"], &[known, "12"], &[second, "7"]];
    [("liste.csv", first, csv.into_bytes()), ("liste.xlsx", second, workbook(&rows))]
}

/// Listed, said, remembered; the same list is then understood. Another buyer is asked anew, and
/// what it says changes nothing of the first one's. Nothing is ordered.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_buyer_means_by_its_own_words_is_remembered_for_it_alone() {
    for table in tables().await {
        let db = table.house.database.name;
        let (known, meant, other_meant) = (&table.goods[0], &table.goods[1], &table.goods[2]);
        let (mut own, mut other) = (table.browser(0).await, table.browser(1).await);
        let orders = count(table.house.app.everything(), "orders").await;
        for (at, (file, word, bytes)) in files(&known.1).into_iter().enumerate() {
            let name = format!("{db} {file}");
            let page = table.send(&mut own, (file, &bytes)).await;
            assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.text());
            assert!(page.text().contains("1 ligne n'est pas reconnue"), "{name}: {}", page.text());
            let listed = format!("{word} ligne 3 · 7");
            assert!(page.text().contains(&listed), "{name}: {listed}: {}", page.text());
            let first = table.filled(&page);
            assert_eq!(first.len(), 1, "{name}: {first:?}");
            assert_eq!(first[0].1, "12", "{name}");
            let mut question = table.question(&page).expect("a question");
            assert_eq!(question.value("word-0"), Some(word), "{name}");
            question.set("means-0", &meant.0);
            let page = own.post_once(&question.action, &question.fields).await;
            assert_eq!(page.status, StatusCode::OK, "{name}: {}", page.text());
            assert!(table.question(&page).is_none(), "{name}: {}", page.text());
            let both = table.filled(&page);
            let added: Vec<_> = both.iter().filter(|field| !first.contains(field)).collect();
            assert_eq!((both.len(), added.len()), (2, 1), "{name}: {both:?}");
            assert_eq!(added[0].1, "7", "{name}");
            let words = table.remembered(0).await;
            assert_eq!(words.len(), at + 1, "{name}: {words:?}");
            assert!(words.iter().all(|(_, goods)| *goods == meant.0), "{name}: {words:?}");
            // The same file again is understood, by this buyer alone.
            let again = table.send(&mut own, (file, &bytes)).await;
            assert!(table.question(&again).is_none(), "{name}: {}", again.text());
            assert_eq!(table.filled(&again), both, "{name}");
            let page = table.send(&mut other, (file, &bytes)).await;
            let mut question = table.question(&page).expect("the other is asked");
            assert_eq!(table.remembered(1).await.len(), at, "{name}");
            question.set("means-0", &other_meant.0);
            other.post_once(&question.action, &question.fields).await;
            assert_eq!(table.remembered(1).await.len(), at + 1, "{name}");
            assert_eq!(table.remembered(0).await, words, "{name}: the first one's stay");
            let again = table.send(&mut own, (file, &bytes)).await;
            assert_eq!(table.filled(&again), both, "{name}");
        }
        assert_eq!(count(table.house.app.everything(), "orders").await, orders, "{db}");
        // The broken variant: forgotten, the same list is asked about again.
        let forget = vec![("DELETE FROM buyer_words", Vec::new())];
        crate::standing::write(table.house.app.everything(), forget).await;
        let (file, _, bytes) = &files(&known.1)[0];
        let page = table.send(&mut own, (file, bytes)).await;
        assert!(table.question(&page).is_some(), "{db}: {}", page.text());
    }
}

/// What cannot be read, and a meaning that is no goods: told in French, nothing remembered.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_says_nothing_is_refused_and_nothing_is_remembered() {
    for table in tables().await {
        let name = table.house.database.name;
        let mut own = table.browser(0).await;
        for (file, bytes, said) in [
            ("liste.xlsx", &b"PK\x03\x04 and no more"[..], "ce classeur ne s'ouvre pas"),
            ("liste.csv", b"  \n", "La liste est vide"),
            ("liste.csv", b"", "La liste est vide"),
        ] {
            let page = table.send(&mut own, (file, bytes)).await;
            assert!(page.status.is_client_error(), "{name} {file}: {}", page.status);
            assert!(page.text().contains(said), "{name} {file}: {said}: {}", page.text());
        }
        let (file, _, bytes) = &files(&table.goods[0].1)[0];
        let page = table.send(&mut own, (file, bytes)).await;
        let question = table.question(&page).expect("a question");
        for bad in ["rien", "nulle.part|", "nulle.part|plain"] {
            let mut sent = question.clone();
            sent.set("means-0", bad);
            let page = own.post_once(&sent.action, &sent.fields).await;
            assert!(page.status.is_client_error(), "{name} {bad}: {}", page.status);
            let said = format!("« {bad} » n'est pas un produit");
            assert!(page.text().contains(&said), "{name} {bad}: {}", page.text());
        }
        assert_eq!(table.remembered(0).await, [], "{name}");
    }
}
