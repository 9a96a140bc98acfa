//! The public treasury's tasks: what an invoice must carry is asked before anything is sent, a new
//! number is for what comes, one search shows a commitment from the order to the invoice, and one
//! file proves it.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use carreau::clock;
use carreau::play::{Until, play};
use db::Val;
use trade::Denial;
use trade::id::BuyerId;
use trade::orders::Channel;
use trade::treasury::InvoiceRule;
use trade::unit::Cents;

use crate::browser::{Browser, Form, Page, Sent};
use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::standing::{count, write};

/// A buyer with deliveries of last week that nobody has invoiced, and a week that takes orders.
struct Customer {
    house: House,
    buyer: BuyerId,
    browser: Browser,
}

async fn customers(until: Until) -> Vec<Customer> {
    let mut pack = two_weeks();
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    pack.standing_orders.clear();
    let mut customers = Vec::new();
    for house in houses(&pack).await {
        play(&house.app, house.place(0), until).await.expect("a week behind");
        play(&house.app, house.place(1), Until::Published).await.expect("an open week");
        let buyer = house.app.read(house.place(0), |week, _| {
            let is_public = |buyer: &BuyerId| {
                let known = &week.register().buyers[buyer];
                known.invoice_rule != InvoiceRule::Free && !known.commitment_number.is_empty()
            };
            let mut delivered = week.notes().iter().filter_map(|note| {
                let site = week.register().sites.get(&note.site)?;
                note.lines.iter().any(|line| !line.delivered().is_zero()).then_some(site.buyer)
            });
            delivered.find(is_public)
        });
        let buyer = buyer.await.expect("a week").expect("a public buyer with a delivery");
        let browser = Browser::new(&house, &format!("buyer.{buyer}")).await;
        customers.push(Customer { house, buyer, browser });
    }
    customers
}

impl Customer {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn href(&self, rest: &str) -> String {
        format!("/weeks/{}/my-orders{rest}", self.house.weeks[1])
    }

    /// Changes the buyer in the register, as an import would.
    async fn becomes(&self, rule: InvoiceRule, number: &str, code: &str, siret: &str) {
        let text = "UPDATE buyers SET invoice_rule = $1, commitment_number = $2, \
            service_code = $3, siret = $4 WHERE buyer = $5";
        let values = vec![
            Val::from(rule.code()),
            number.into(),
            code.into(),
            siret.into(),
            self.buyer.as_str().into(),
        ];
        let raise = "UPDATE register_versions SET version = version + 1";
        let renew = "UPDATE sale_days SET register_version = register_version + 1";
        let db = self.house.app.everything();
        write(db, vec![(text, values), (raise, vec![]), (renew, vec![])]).await;
        self.house.app.forget_all();
    }

    async fn sheet(&mut self) -> Form {
        let page = self.browser.get(&self.href("/new?like=empty")).await;
        form(&page, &self.href("")).expect("an order sheet")
    }

    /// Orders a pack of the first goods under `key`.
    async fn order(&mut self, key: &str, fill: impl Fn(&mut Form)) -> Page {
        let mut sheet = self.sheet().await;
        let field = sheet.fields.iter().find(|(name, _)| name.starts_with("quantity-"));
        let field = field.expect("a field").0.clone();
        let line = field.trim_start_matches("quantity-").split('@').next().expect("a line");
        let line = trade::id::LineId(line.parse().expect("a number"));
        let on_sale = self.house.app.on_sale(self.house.place(1)).await.expect("published");
        let pack = on_sale.publication.line(line).expect("a line").pack;
        let least = if pack.weighed { trade::unit::Qty::new(1_000) } else { pack.size };
        sheet.set("key", key);
        sheet.set(&field, &carreau::ui::fr::number(least));
        fill(&mut sheet);
        self.browser.post_once(&sheet.action, &sheet.fields).await
    }

    /// Number and code of the orders of the open week, in their order.
    async fn filed(&self) -> Vec<(String, String)> {
        let text = "SELECT commitment_number, service_code FROM orders \
            WHERE buyer = $1 AND week = $2 ORDER BY id";
        let week = Val::I(self.house.weeks[1].number());
        let values = vec![Val::from(self.buyer.as_str()), week];
        self.house.app.everything().query(text, values).await.expect("orders")
    }
}

fn form(page: &Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.action == action)
}

const SIRET: &str = "73282932000074";

/// P3, two clicks: "Engagement…", "Enregistrer". What was ordered before keeps what it had.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_number_is_for_the_next_orders_only() {
    for mut one in customers(Until::Delivered).await {
        let name = one.name();
        one.becomes(InvoiceRule::Both, "ENG-1", "CUISINE", SIRET).await;
        assert_eq!(one.order("before", |_| {}).await.status, StatusCode::CREATED, "{name}");
        let page = one.browser.get(&one.href("")).await;
        let references = one.href("/references");
        assert!(page.links().contains(&references), "{name}: first click");
        let page = one.browser.get(&references).await;
        assert!(page.text().contains("clé vérifiée"), "{name}: {}", page.text());
        let mut sheet = form(&page, &references).expect("a form");
        sheet.set("commitment_number", "ENG-2");
        let saved = one.browser.post(&references, &sheet.fields).await;
        assert!(saved.text().contains("sous l'engagement ENG-2"), "{name}: {}", saved.text());
        assert_eq!(one.order("after", |_| {}).await.status, StatusCode::CREATED, "{name}");
        let pair = |number: &str| (number.to_string(), "CUISINE".to_string());
        assert_eq!(one.filed().await, [pair("ENG-1"), pair("ENG-2")], "{name}");
        // What is missing is said at its field, and nothing is changed.
        sheet.set("commitment_number", "");
        let refused = one.browser.post_once(&references, &sheet.fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text().contains("Il manque le numéro d'engagement"), "{name}");
        let long = "9".repeat(51);
        sheet.set("commitment_number", &long);
        let refused = one.browser.post_once(&references, &sheet.fields).await;
        assert!(refused.text().contains("Chorus Pro en garde 50"), "{name}: {}", refused.text());
        let kept = one.browser.get(&references).await;
        let kept = form(&kept, &references).expect("a form");
        assert_eq!(kept.value("commitment_number"), Some("ENG-2"), "{name}");
    }
}

/// An order is asked for what its treasury wants; a service code that it lacks is kept. Broken
/// variant: a register that does not know the rule takes the same order without either.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_carries_what_its_treasury_wants() {
    for mut one in customers(Until::Delivered).await {
        let name = one.name();
        one.becomes(InvoiceRule::Both, "", "", SIRET).await;
        let refused = one.order("bare", |_| {}).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text().contains("Il manque le numéro d'engagement"), "{name}");
        assert!(refused.text().contains("Il manque le code service"), "{name}");
        assert_eq!(one.filed().await, [], "{name}");
        let taken = one.order("filled", |sheet| {
            sheet.set("commitment_number", "ENG-7");
            sheet.set("service_code", "RESTO");
        });
        let taken = taken.await;
        assert_eq!(taken.status, StatusCode::CREATED, "{name}: {}", taken.text());
        let again = one.order("again", |sheet| {
            assert!(sheet.name_of("service_code").is_none(), "asked for once");
            sheet.set("commitment_number", "ENG-8");
        });
        assert_eq!(again.await.status, StatusCode::CREATED, "{name}");
        let pair = |number: &str| (number.to_string(), "RESTO".to_string());
        assert_eq!(one.filed().await, [pair("ENG-7"), pair("ENG-8")], "{name}");
        one.becomes(InvoiceRule::Free, "", "", SIRET).await;
        assert_eq!(one.order("free", |_| {}).await.status, StatusCode::CREATED, "{name}");
        assert_eq!(one.filed().await.last(), Some(&(String::new(), String::new())), "{name}");
    }
}

/// T-46 and P1: what Chorus Pro would refuse waits, with its field beside it; the others go; noted,
/// it goes too. Broken variant: where the rule is not known, the same invoice is posted.
#[tokio::test(flavor = "multi_thread")]
async fn what_chorus_would_refuse_is_told_before_it_is_posted() {
    for one in customers(Until::Delivered).await {
        let name = one.name();
        let place = one.house.place(0);
        // The order was placed before the treasury wanted anything.
        let bare = "UPDATE orders SET commitment_number = $1, service_code = $1 WHERE buyer = $2";
        let values = vec![Val::from(""), one.buyer.as_str().into()];
        write(one.house.app.everything(), vec![(bare, values)]).await;
        one.becomes(InvoiceRule::Both, "", "", "73282932000075").await;
        let mut desk = Browser::new(&one.house, "accountant").await;
        let billing = format!("/weeks/{}/billing", one.house.weeks[0]);
        let page = desk.get(&billing).await;
        for said in ["numéro d'engagement", "code service", "Le SIRET est faux"] {
            assert!(page.text().contains(said), "{name}: {said}: {}", page.text());
        }
        let alone: Sent = vec![("buyer".into(), one.buyer.to_string())];
        let refused = desk.post_once(&format!("{billing}/invoices"), &alone).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let posted = desk.post(&format!("{billing}/invoices"), &[]).await;
        assert!(posted.text().contains("1 attend"), "{name}: {}", posted.text());
        let own = async || {
            let text = "SELECT CAST(COUNT(*) AS BIGINT) FROM documents WHERE party = $1";
            let values = vec![Val::from(one.buyer.as_str())];
            let rows: Vec<i64> =
                one.house.app.everything().query(text, values).await.expect("documents");
            rows[0]
        };
        assert_eq!(own().await, 0, "{name}");
        assert!(count(one.house.app.everything(), "documents").await > 0, "{name}: others go");
        // One click to the field, one to note it, one to post.
        let action = format!("{billing}/references");
        let page = desk.get(&billing).await;
        let mut note = form(&page, &action).expect("fields beside the reasons");
        note.set("commitment_number", "ENG-3");
        note.set("service_code", "RESTO");
        note.set("siret", "732 829 320 00074");
        let noted = desk.post(&action, &note.fields).await;
        assert!(noted.text().contains("peut partir"), "{name}: {}", noted.text());
        desk.post(&format!("{billing}/invoices"), &[]).await;
        let filed = one.house.app.read(place, |week, _| {
            let own = week.documents().iter().find(|one_| one_.party == one.buyer.0);
            own.map(|own| (own.commitment_number.clone(), own.service_code.clone()))
        });
        let filed = filed.await.expect("a week");
        assert_eq!(filed, Some(("ENG-3".into(), "RESTO".into())), "{name}");
    }
    for one in customers(Until::Delivered).await {
        one.becomes(InvoiceRule::Free, "", "", "").await;
        let stamp = trade::offers::Stamp { at: clock::now(), by: "essai".into() };
        let (app, day) = (&one.house.app, clock::today());
        let posted =
            carreau::billing::acts::invoice(app, one.house.place(0), Some(one.buyer), day, &stamp);
        assert!(!posted.await.expect("posted").is_empty(), "{}", one.name());
        let known = one.house.app.read(one.house.place(0), |week, _| {
            let mut buyer = week.register().buyers[&one.buyer].clone();
            buyer.invoice_rule = InvoiceRule::Both;
            trade::treasury::refusals(&buyer, &Default::default())
        });
        let buyer = one.buyer;
        let all = [
            Denial::CommitmentMissing { buyer },
            Denial::ServiceMissing { buyer },
            Denial::SiretMissing { buyer },
        ];
        assert_eq!(known.await.expect("a week"), all, "{}: and it would come back", one.name());
    }
}

/// The amount that a page says beside `label`, in cents.
fn said(page: &Page, label: &str) -> i64 {
    let text = page.text();
    let after = text.split(label).nth(1).unwrap_or_else(|| panic!("{label}: {text}"));
    let number = after.chars().take_while(|c| *c != '€').filter(char::is_ascii_digit);
    number.collect::<String>().parse().unwrap_or_else(|_| panic!("{label}: {text}"))
}

/// P2: one search shows order, note and invoice with the same totals. P5: one file with all of it,
/// in words that Chorus Pro looks for.
#[tokio::test(flavor = "multi_thread")]
async fn one_search_shows_a_commitment_from_order_to_invoice() {
    for mut one in customers(Until::Billed).await {
        let name = one.name();
        let number = one.house.app.read(one.house.place(0), |week, _| {
            let own = week.documents().iter().find(|own| own.party == one.buyer.0);
            own.map(|own| (own.commitment_number.clone(), own.reference(), own.net().get()))
        });
        let (number, reference, net) = number.await.expect("a week").expect("an invoice");
        let page = one.browser.get(&one.href(&format!("/history?engagement={number}"))).await;
        assert_eq!(said(&page, "livré HT, par les bons"), net, "{name}: {}", page.text());
        assert_eq!(said(&page, "facturé HT"), net, "{name}: {}", page.text());
        assert!(page.text().contains("livré = facturé"), "{name}: {}", page.text());
        assert!(page.text().contains(&reference), "{name}: {}", page.text());
        let proof = one.href(&format!("/proof?engagement={number}"));
        assert!(page.links().contains(&proof), "{name}: {:?}", page.links());
        let file = one.browser.get_once(&proof).await;
        assert_eq!(file.headers[CONTENT_TYPE], "application/zip", "{name}");
        let has = |text: &str| file.bytes.windows(text.len()).any(|part| part == text.as_bytes());
        let papers = ["sommaire.txt", "commandes/commande-", "bons-de-livraison/", "%PDF-"];
        for text in papers.into_iter().chain([reference.as_str(), "SIRET client", &number]) {
            assert!(has(text), "{name}: {text}");
        }
        // The text layer of the invoice, as Chorus Pro reads it.
        let words = one.house.app.read(one.house.place(0), |week, _| {
            let own = week.documents().iter().find(|own| own.party == one.buyer.0)?;
            let sheet = carreau::billing::paper::invoice(week, own.id).ok()?;
            paper::page_texts(&sheet).ok()
        });
        let words = words.await.expect("a week").expect("an invoice").join(" ");
        for word in ["SIRET client", "N° d'engagement", number.as_str()] {
            let is_there = words.replace('’', "'").contains(word);
            assert!(is_there, "{name}: {word}: {words}");
        }
        // Broken variant: an order filed under another number than its invoice. The same look finds
        // that the sums differ, and says so.
        let other = "UPDATE orders SET commitment_number = $1 WHERE buyer = $2 AND week = $3";
        let week = Val::I(one.house.weeks[0].number());
        let values = vec![Val::from("AUTRE-9"), one.buyer.as_str().into(), week];
        write(one.house.app.everything(), vec![(other, values)]).await;
        let page = one.browser.get(&one.href("/history?engagement=AUTRE-9")).await;
        assert_eq!(said(&page, "livré HT, par les bons"), net, "{name}");
        assert_ne!(said(&page, "facturé HT"), net, "{name}: {}", page.text());
        assert!(!page.text().contains("livré = facturé"), "{name}: {}", page.text());
        let unknown = one.browser.get_once(&one.href("/proof?engagement=RIEN")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{name}");
        // A foreign number is as unknown as one that nobody has.
        let foreign = one.house.app.read(one.house.place(0), |week, _| {
            let others = week.orders().iter().filter(|order| order.buyer != one.buyer);
            let mut numbers = others.map(|order| order.commitment_number.clone());
            numbers.find(|other| !other.is_empty() && *other != number)
        });
        let foreign = foreign.await.expect("a week").expect("another buyer's number");
        let page = one.browser.get_once(&one.href(&format!("/proof?engagement={foreign}"))).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
    }
}

/// P4: a line that a contract prices otherwise is listed with the difference. Broken variant: the
/// same week before the price was agreed lists nothing.
#[tokio::test(flavor = "multi_thread")]
async fn prices_beside_the_contract_are_listed() {
    for mut one in customers(Until::Delivered).await {
        let name = one.name();
        let line = one.house.app.read(one.house.place(0), |week, _| {
            let own = week.orders().iter().filter(|order| order.buyer == one.buyer);
            let own = own.filter(|order| order.channel != Channel::Surplus);
            own.flat_map(|order| &order.lines).next().cloned()
        });
        let line = line.await.expect("a week").expect("an order line");
        let address = format!("/weeks/{}/my-orders/contracts", one.house.weeks[0]);
        let own = "DELETE FROM contract_prices WHERE contract IN \
            (SELECT contract FROM contracts WHERE buyer = $1)";
        let gone = "DELETE FROM contracts WHERE buyer = $1";
        let buyer = || vec![Val::from(one.buyer.as_str())];
        write(one.house.app.everything(), vec![(own, buyer()), (gone, buyer())]).await;
        one.house.app.forget_all();
        let page = one.browser.get(&address).await;
        assert!(page.text().contains("Aucun marché"), "{name}: {}", page.text());
        let hub = one.house.hub;
        let contract = "INSERT INTO contracts (hub_id, contract, buyer, name, reference, \
            valid_from, valid_to, ceiling_cents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let week = one.house.weeks[0];
        let (from, to) = (week.monday().number(), week.monday().plus_days(6).number());
        let values = vec![
            Val::from(hub.as_str()),
            "bpu-1".into(),
            one.buyer.as_str().into(),
            "Fruits et légumes".into(),
            "2037-FL".into(),
            from.into(),
            to.into(),
            Val::NullI,
        ];
        let agreed = line.price.get() - 1_000;
        let price = "INSERT INTO contract_prices (hub_id, contract, product, labels, price) \
            VALUES ($1, $2, $3, $4, $5)";
        let priced = vec![
            Val::from(hub.as_str()),
            "bpu-1".into(),
            line.product.as_str().into(),
            line.labels.code().into(),
            agreed.into(),
        ];
        let raise = "UPDATE register_versions SET version = version + 1";
        let all = vec![(contract, values), (price, priced), (raise, vec![])];
        write(one.house.app.everything(), all).await;
        one.house.app.forget_all();
        let page = one.browser.get(&address).await;
        let text = page.text();
        assert!(text.contains("Écarts") && text.contains(&line.name), "{name}: {text}");
        let more = trade::unit::amount(line.quantity, line.price).get()
            - trade::unit::amount(line.quantity, trade::unit::Price::new(agreed)).get();
        let more = carreau::ui::fr::euros(Cents::new(more));
        let more = format!("+ {}", more.replace(['\u{a0}', '\u{202f}'], " "));
        assert!(text.replace('\u{202f}', " ").contains(&more), "{name}: {more}: {text}");
    }
}
