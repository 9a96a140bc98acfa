//! T-29 at the desks: a house in which every form is sent as its page has it, and the same house
//! with fields beside that nobody asked for. Both stand alike in the end, row for row.

use axum::http::StatusCode;
use carreau::generate::Scale;
use carreau::play::{Until, play};
use db::Db;
use db::sql::interned;
use trade::calendar::Day;
use trade::id::{BuyerId, SiteId};

use crate::admin::keyed;
use crate::browser::{Browser, Page, Sent, attribute, tags};
use crate::hub::{House, houses, pack};
use crate::standing::{standing, write};

/// What somebody would like to decide, in the words of our tables and of our other forms.
const FORCED: &str = "price=0,01; sale=0,01; amount=1; amount_cents=1; net_cents=1; paid_cents=1; \
    total=1; status=paid; role=administrator; is_admin=1; hub=x; hub_id=x; producer=x; \
    producer_id=x; person=x; membership=x; party=x; site=x; number=999; series=X; kind=payout; \
    week=2020-W01; issued_on=2020-01-01; due_on=2099-01-01; day=2020-01-01; at=0; by_whom=x; \
    accepted=1; answer=oui; answered_at=1; credit_note=1; verdict=yes; note=1; order=1; line=1; \
    siret=00000000000000; iban=FR00; invoice_rule=free; name-0=x; closed_at=1; reversed_at=1; \
    document=1; invoice=1; batch=99; source=x; is_reversed=1";

/// A delivered week, and where its first buyer has a delivery.
struct Week {
    house: House,
    buyer: BuyerId,
    delivery: (Day, SiteId),
}

async fn weeks() -> Vec<Week> {
    let mut weeks = Vec::new();
    for house in houses(&pack(Scale::Xs, 3, 1)).await {
        play(&house.app, house.place(0), Until::Delivered).await.expect("a delivered week");
        let found = house.app.read(house.place(0), |week, _| {
            let is_some = |line: &trade::rounds::NoteLine| !line.delivered().is_zero();
            let mut notes = week.notes().iter();
            let note = notes.find(|note| note.lines.iter().any(is_some)).expect("a delivery");
            let buyer = week.register().site(note.site).expect("a site").buyer;
            (buyer, (note.day, note.site))
        });
        let (buyer, delivery) = found.await.expect("a week");
        weeks.push(Week { house, buyer, delivery });
    }
    weeks
}

/// Sends a form as its page has it, and what is forced beside.
async fn press(browser: &mut Browser, address: &str, own: &Sent, forced: &Sent) -> Page {
    let is_new = |(name, _): &&(String, String)| own.iter().all(|(known, _)| known != name);
    let beside = forced.iter().filter(is_new).cloned();
    let sent: Sent = own.iter().cloned().chain(beside).collect();
    let page = browser.post(address, &sent).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
    page
}

fn form(page: &Page, action: &str) -> Sent {
    let found = page.forms().into_iter().find(|form| form.is_post && form.action == action);
    found.unwrap_or_else(|| panic!("no form {action}: {}", page.text())).fields
}

impl Week {
    fn href(&self, rest: &str) -> String {
        format!("/weeks/{}/{rest}", self.house.weeks[0])
    }

    /// A person invited, references told, a line claimed, invoices made, a statement noted.
    async fn run(&self, forced: &Sent) {
        let mut admin = Browser::new(&self.house, "administrator").await;
        let invited = keyed("email=zoe@exemple.fr; name=Zoé Serre; phone=; place=dock; by=mail");
        press(&mut admin, "/admin/people", &invited, forced).await;

        let mut buyer = Browser::new(&self.house, &format!("buyer.{}", self.buyer)).await;
        let address = self.href("my-orders/references");
        let mut own = form(&buyer.get(&address).await, &address);
        own.retain(|(name, _)| name != "commitment_number");
        own.push(("commitment_number".into(), "EJ-9".into()));
        press(&mut buyer, &address, &own, forced).await;

        let (day, site) = self.delivery;
        let page = buyer.get(&self.href(&format!("my-orders/delivery/{day}/{site}"))).await;
        let address = self.href("my-orders/claims");
        let mut own = form(&page, &address);
        own.retain(|(name, _)| !["photo", "quantity"].contains(&name.as_str()));
        let most = tags(page.html(), "input").find_map(|tag| attribute(tag, "data-most"));
        own.push(("quantity".into(), most.expect("what was delivered")));
        press(&mut buyer, &address, &own, forced).await;

        let mut accountant = Browser::new(&self.house, "accountant").await;
        let page = accountant.get(&self.href("billing")).await;
        let address = self.href("billing/invoices");
        press(&mut accountant, &address, &form(&page, &address), forced).await;

        let sample = accountant.get("/accounts/bank/sample").await;
        let mut own = form(&accountant.get("/accounts/bank").await, "/accounts/bank");
        own.push(("text".into(), sample.html().to_string()));
        let read = accountant.post_once("/accounts/bank", &own).await;
        let mut own = form(&read, "/accounts/bank/batches");
        // Ticks as the page has them.
        let is_tick = |tag: &&str| tag.contains("type=\"checkbox\"") && tag.contains(" checked");
        let ticks = tags(read.html(), "input").filter(is_tick);
        own.extend(
            ticks.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))),
        );
        assert!(own.iter().any(|(name, _)| name.starts_with("line-")), "{}", read.text());
        press(&mut accountant, "/accounts/bank/batches", &own, forced).await;
    }

    /// Every row of what these forms write, without instants and secrets.
    async fn stand(&self) -> String {
        let db = self.house.app.everything();
        let mut text = standing(&self.house.app, self.house.hub, &self.house.weeks).await;
        for (table, columns) in TABLES {
            text.push_str(&rows(db, table, columns).await);
        }
        text
    }
}

const TABLES: [(&str, &str); 10] = [
    ("people", "email name phone closed_at"),
    ("memberships", "hub_id role party created_by ended_at"),
    (
        "buyers",
        "hub_id buyer kind name address siret vat_number iban email phone service_code \
         commitment_number",
    ),
    (
        "claims",
        "hub_id week note order_id order_rank buyer quantity cause said by_whom accepted answer \
         answered_at credit_note",
    ),
    (
        "documents",
        "hub_id week id kind series number party commitment_number issued_on due_on by_whom",
    ),
    ("document_lines", "hub_id week document rank note order_id quantity price net_cents vat_bp"),
    ("bank_batches", "hub_id batch source by_whom reversed_at"),
    ("bank_lines", "hub_id batch line day label reference amount_cents is_reversed"),
    ("bank_parts", "hub_id batch line rank kind week document party amount_cents"),
    ("paid_documents", "hub_id week document paid_cents"),
];

async fn rows(db: &Db, table: &str, columns: &str) -> String {
    let cells = columns.split_whitespace().map(|one| format!("COALESCE(CAST({one} AS TEXT), '-')"));
    let cells = cells.collect::<Vec<_>>().join(" || '|' || ");
    let text = interned(format!("SELECT {cells} FROM {table} ORDER BY 1"));
    let rows: Vec<String> = db.query(text, vec![]).await.expect("a table of the program");
    assert!(!rows.is_empty(), "{table}: nothing was written");
    rows.into_iter().map(|row| format!("{table}: {row}\n")).collect()
}

/// T-29: who is let in, for whom an invoice is, what it comes to, what a claim becomes and what a
/// payment pays is decided by no field that the form has not.
#[tokio::test(flavor = "multi_thread")]
async fn no_field_beside_a_form_decides_anything() {
    for (plain, forced) in weeks().await.into_iter().zip(weeks().await) {
        let name = plain.house.database.name;
        plain.run(&Sent::new()).await;
        forced.run(&crate::admin::sent(FORCED)).await;
        let (expected, found) = (plain.stand().await, forced.stand().await);
        let told: Vec<_> =
            found.lines().filter(|row| !expected.lines().any(|one| one == *row)).collect();
        assert_eq!(told, [""; 0], "{name}");
        assert_eq!(found, expected, "{name}");
        // The broken variant: a form that had let one of them through is seen.
        let db = forced.house.app.everything();
        for (table, change) in [
            ("memberships", "UPDATE memberships SET role = 'administrator' WHERE role = 'dock'"),
            ("documents", "UPDATE documents SET due_on = due_on + 1 WHERE id = 1"),
            ("claims", "UPDATE claims SET accepted = 1"),
        ] {
            let before = forced.stand().await;
            assert!(write(db, vec![(change, Vec::new())]).await[0] > 0, "{name} {table}");
            assert_ne!(forced.stand().await, before, "{name} {table}");
        }
    }
}
