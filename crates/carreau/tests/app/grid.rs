//! The price list as a sheet that two people write at once: no edit is lost unseen (T-07), a save
//! is whole or nothing (T-08), and the same key is one save.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use carreau::app::App;
use carreau::generate::Scale;
use carreau::mercuriale::acts::{Setting, price_lines};
use carreau::mercuriale::grid::{cell_name, typed};
use carreau::store::act::Place;
use carreau::web::{self, Site, Web};
use db::testing;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use trade::calendar::Instant;
use trade::mercuriale::draft;
use trade::mercuriale::sheet::{CellId, Column, RowId, Sheet};
use trade::offers::Stamp;
use trade::unit::Price;

use crate::browser::{Browser, Page};
use crate::hub::{House, house, pack};
use crate::roles::revision;

/// A draft, and two programs that serve it.
struct Draft {
    house: House,
    place: Place,
    apps: [Arc<App>; 2],
}

/// Cell, what was seen in it, what is written.
type Change = (String, String, String);

async fn drafts() -> Vec<Draft> {
    let pack = pack(Scale::Xs, 7, 1);
    let mut drafts = Vec::new();
    for database in testing::all_modes() {
        let house = house(database, &pack).await;
        let (place, apps) = (house.place(0), [house.app.clone(), house.other_app().await]);
        drafts.push(Draft { house, place, apps });
    }
    drafts
}

impl Draft {
    fn name(&self) -> &'static str {
        self.house.database.name
    }

    fn address(&self, what: &str) -> String {
        format!("/weeks/{}/mercuriale/{what}", self.place.week)
    }

    async fn desk(&self, app: usize) -> Browser {
        let web = Web::new(self.apps[app].clone(), self.house.hub, Site::default());
        Browser::of(web::router(Arc::new(web)), "coordinator").await
    }

    async fn send(&self, app: usize, key: &str, changes: &[Change]) -> (StatusCode, String) {
        self.send_from(&mut self.desk(app).await, key, changes).await
    }

    async fn send_from(
        &self,
        desk: &mut Browser,
        key: &str,
        changes: &[Change],
    ) -> (StatusCode, String) {
        let changes = changes.iter();
        let changes: Vec<Value> = changes
            .map(|(cell, seen, value)| json!({ "cell": cell, "seen": seen, "value": value }))
            .collect();
        let body = json!({ "key": key, "changes": changes }).to_string();
        let page = self.post(desk, "cells", body).await;
        (page.status, page.html().to_string())
    }

    /// As the script of the page sends it.
    async fn post(&self, desk: &mut Browser, what: &str, body: String) -> Page {
        let request = desk.request(Method::POST, &self.address(what));
        let request = request.header("content-type", "application/json");
        let request = request.header("x-form-token", desk.form_token());
        desk.ask(request.body(Body::from(body)).expect("a request")).await
    }

    /// Who wrote the last price by hand.
    async fn last_writer(&self) -> String {
        let by = self.apps[0].read(self.place, |week, _| {
            week.settings().last().map(|setting| setting.stamp.by.clone())
        });
        by.await.expect("a week").expect("a price by hand")
    }

    /// What stands in a cell, as it is typed.
    async fn stored(&self, cell: CellId) -> String {
        let seen = self.apps[0].read(self.place, |week, _| {
            Sheet::of(week).and_then(|sheet| sheet.value(cell)).map(typed)
        });
        seen.await.expect("a week").expect("a cell")
    }

    /// Rows of one farm with what one euro more than the farm's price is.
    async fn rows(&self) -> Vec<(RowId, String)> {
        let rows = self.apps[0].read(self.place, |week, _| {
            let sheet = Sheet::of(week).expect("a draft");
            let lines = draft(week).expect("a draft");
            let own = lines.iter().filter(|line| sheet.takes_cost(RowId::of(line)));
            own.map(|line| (RowId::of(line), euro_above(line.cost, 1))).collect()
        });
        rows.await.expect("a week")
    }

    async fn facts(&self) -> (usize, usize) {
        let facts =
            self.apps[0].read(self.place, |week, _| (week.settings().len(), week.offers().len()));
        facts.await.expect("a week")
    }
}

fn euro_above(cost: Price, euros: i64) -> String {
    typed(trade::mercuriale::sheet::Value::Price(Price::new(cost.get() + 10_000 * euros)))
}

fn sale(row: RowId) -> CellId {
    CellId { row, column: Column::Sale }
}

fn change(cell: CellId, seen: &str, value: &str) -> Change {
    (cell_name(cell), seen.into(), value.into())
}

fn parsed(answer: &(StatusCode, String)) -> Value {
    serde_json::from_str(&answer.1).unwrap_or_else(|bad| panic!("{bad}: {}", answer.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn t_07_different_cells_merge_and_the_same_cell_shows_both() {
    for draft in drafts().await {
        let name = draft.name();
        let (row, price) = draft.rows().await[0].clone();
        let cost = CellId { row, column: Column::Cost };
        let asked = draft.stored(cost).await;
        // Both have the page as it was. One writes the sale price, the other what the farm asks.
        let first = draft.send(0, "first-0001", &[change(sale(row), "", &price)]).await;
        let second = draft.send(1, "second-001", &[change(cost, &asked, "0,5")]).await;
        for answer in [&first, &second] {
            assert_eq!(answer.0, StatusCode::OK, "{name}: {}", answer.1);
            assert_eq!(parsed(answer)["conflicts"], json!([]), "{name}");
        }
        assert_eq!(draft.stored(sale(row)).await, price, "{name}");
        assert_eq!(draft.stored(cost).await, "0,50", "{name}");
        // The other writes the same cell from the old page: both values, nothing overwritten.
        let late = draft.send(1, "late-00001", &[change(sale(row), "", "9,90")]).await;
        let met = &parsed(&late)["conflicts"][0];
        assert_eq!(met["stored"], price, "{name}: {}", late.1);
        let writer = json!(draft.last_writer().await);
        assert_eq!((&met["sent"], &met["by"]), (&json!("9,90"), &writer), "{name}");
        assert_eq!(draft.stored(sale(row)).await, price, "{name}");
        // What is there already is no conflict; "keep mine" says what it now has seen.
        let same = draft.send(1, "same-00001", &[change(sale(row), "", &price)]).await;
        assert_eq!(parsed(&same)["conflicts"], json!([]), "{name}");
        let mine = draft.send(1, "mine-00001", &[change(sale(row), &price, "9,90")]).await;
        assert_eq!(parsed(&mine)["conflicts"], json!([]), "{name}");
        assert_eq!(draft.stored(sale(row)).await, "9,90", "{name}");
        // Emptied, it follows the rule again.
        draft.send(0, "rule-00001", &[change(sale(row), "9,90", "")]).await;
        assert_eq!(draft.stored(sale(row)).await, "", "{name}");
    }
}

/// Everybody writes a price of their own over an empty cell at the same instant, with or without
/// saying what they saw; how many of those who were told "written" do not find it there.
async fn lost(draft: &Draft, row: RowId, says_seen: bool) -> usize {
    const PEOPLE: usize = 8;
    let cost = draft.stored(CellId { row, column: Column::Cost }).await;
    let cost = carreau::ui::fr::parse_price(&cost).expect("a price");
    let barrier = Barrier::new(PEOPLE);
    let tasks = (0..PEOPLE).map(|n| {
        let (barrier, value) = (&barrier, euro_above(cost, n as i64 + 1));
        async move {
            let mut desk = draft.desk(n % 2).await;
            barrier.wait().await;
            let is_written = match says_seen {
                true => {
                    let changes = [change(sale(row), "", &value)];
                    let sent = draft.send_from(&mut desk, &format!("press-{n:04}"), &changes).await;
                    sent.0 == StatusCode::OK && parsed(&sent)["conflicts"] == json!([])
                }
                false => {
                    let sale = carreau::ui::fr::parse_price(&value).ok();
                    let setting = Setting { row, seen: None, sale };
                    let stamp = Stamp { at: Instant(n as i64), by: format!("{n}") };
                    let app = &draft.apps[n % 2];
                    price_lines(app, draft.place, &[setting], &stamp).await.is_ok()
                }
            };
            (is_written, value)
        }
    });
    let told = futures_all(tasks.collect()).await;
    let stands = draft.stored(sale(row)).await;
    told.iter().filter(|(is_written, value)| *is_written && *value != stands).count()
}

async fn futures_all<T>(tasks: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut tasks: Vec<_> = tasks.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (task, done) in tasks.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(value) = task.as_mut().poll(context) {
                *done = Some(value);
            }
        }
        match done.iter().all(Option::is_some) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn t_07_nobody_is_told_written_and_then_overwritten_unseen() {
    for draft in drafts().await {
        let rows = draft.rows().await;
        assert_eq!(lost(&draft, rows[0].0, true).await, 0, "{}", draft.name());
        // The broken variant, a save that does not say what was seen, loses edits here.
        let blind = lost(&draft, rows[1].0, false).await;
        assert!(blind > 0, "{}: the test does not see a lost edit", draft.name());
    }
}

/// What makes one cell of many unfit, and what is said of it. `=` stands for the right value.
const UNFIT: &str = "\
sale  | abc  | « abc » n'est pas un nombre
sale  | 0,01 | prix de vente
sale  | 0    | plus grand que zéro
cost  |      | vide
2026  | -5   | doit être positive
gone  | =    | inconnue
twice | =    | deux fois
";

#[tokio::test(flavor = "multi_thread")]
async fn t_08_one_unfit_cell_and_nothing_is_written() {
    for draft in drafts().await {
        let name = draft.name();
        let rows = draft.rows().await;
        let good: Vec<Change> =
            rows.iter().map(|(row, price)| change(sale(*row), "", price)).collect();
        let before = (draft.facts().await, revision(&draft.house, draft.place).await);
        for (n, line) in UNFIT.lines().enumerate() {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            let [column, value, said] = columns[..] else { panic!("three columns: {line}") };
            let mut changes = good.clone();
            let middle = changes.len() / 2;
            let cell = spoil(&draft, &mut changes, middle, column, value, rows[middle].0).await;
            let answer = draft.send(0, &format!("unfit-{n:04}"), &changes).await;
            assert_eq!(answer.0, StatusCode::UNPROCESSABLE_ENTITY, "{name} {line}: {}", answer.1);
            let refused = &parsed(&answer)["refused"];
            assert_eq!(refused.as_array().map(Vec::len), Some(1), "{name} {line}: {refused}");
            assert_eq!(refused[0]["cell"], cell, "{name} {line}");
            let reason = refused[0]["reason"].as_str().expect("a reason");
            assert!(reason.contains(said), "{name} {line}: {reason}");
            let now = (draft.facts().await, revision(&draft.house, draft.place).await);
            assert_eq!(now, before, "{name} {line}: something was written");
        }
        // The broken variant, a save cell by cell, leaves what came before the unfit one.
        let mut changes = good.clone();
        let middle = changes.len() / 2;
        spoil(&draft, &mut changes, middle, "sale", "abc", rows[middle].0).await;
        for (n, one) in changes.iter().enumerate() {
            draft.send(0, &format!("single-{n:03}"), std::slice::from_ref(one)).await;
        }
        assert_ne!(draft.facts().await, before.0, "{name}: the test does not see a partial save");
    }
}

/// T-08 at its full size: 250 edited cells of a hub of seventy farms, the 151st cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn t_08_one_unfit_cell_among_hundreds() {
    let pack = pack(Scale::M, 7, 1);
    for database in testing::databases() {
        let house = house(database, &pack).await;
        let (place, apps) = (house.place(0), [house.app.clone(), house.app.clone()]);
        let draft = Draft { house, place, apps };
        let name = draft.name();
        let lines = draft.apps[0].read(draft.place, |week, _| {
            let lines = drafted(week);
            lines.into_iter().map(|(row, cost)| (row, euro_above(cost, 2))).collect::<Vec<_>>()
        });
        let (mut good, mut cells): (Vec<Change>, Vec<CellId>) = (Vec::new(), Vec::new());
        for (row, price) in lines.await.expect("a week") {
            good.push(change(sale(row), "", &price));
            cells.push(sale(row));
        }
        for (row, _) in draft.rows().await {
            let cell = CellId { row, column: Column::Cost };
            let seen = draft.stored(cell).await;
            // A cent more than the farm asks stays below what it is sold for.
            let more = carreau::ui::fr::parse_price(&seen).expect("a price");
            good.push(change(cell, &seen, &euro_above(Price::new(more.get() + 100), 0)));
            cells.push(cell);
        }
        good.truncate(250);
        assert_eq!(good.len(), 250, "{name}: too small a hub");
        let before = draft.facts().await;
        let mut unfit = good.clone();
        unfit[150].2 = "abc".into();
        let answer = draft.send(0, "hundreds-bad", &unfit).await;
        assert_eq!(answer.0, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.1);
        let refused = &parsed(&answer)["refused"];
        assert_eq!(refused.as_array().map(Vec::len), Some(1), "{name}: {refused}");
        assert_eq!(refused[0]["cell"], unfit[150].0, "{name}");
        assert_eq!(draft.facts().await, before, "{name}: something was written");
        // The broken variant: without the unfit cell the same save writes all of them.
        let answer = draft.send(0, "hundreds-good", &good).await;
        assert_eq!(answer.0, StatusCode::OK, "{name}: {}", answer.1);
        for (cell, (id, _, value)) in cells.into_iter().zip(&good) {
            assert_eq!(&draft.stored(cell).await, value, "{name}: {id}");
        }
    }
}

/// The rows of a draft with what each costs.
fn drafted(week: &trade::Week) -> Vec<(RowId, Price)> {
    draft(week).expect("a draft").iter().map(|line| (RowId::of(line), line.cost)).collect()
}

/// Makes a change unfit; the name of its cell.
async fn spoil(
    draft: &Draft,
    changes: &mut Vec<Change>,
    at: usize,
    column: &str,
    value: &str,
    row: RowId,
) -> String {
    match column {
        "gone" => changes[at].0 = "no-such-row".into(),
        "twice" => {
            let again = changes[at].clone();
            changes.insert(at + 1, again);
        }
        "sale" => changes[at].2 = value.into(),
        column => {
            let day = draft.place.week.monday().plus_days(1);
            let column = if column == "cost" { Column::Cost } else { Column::Offered(day) };
            let cell = CellId { row, column };
            let seen = draft.stored(cell).await;
            changes[at] = change(cell, &seen, value);
        }
    }
    changes[at].0.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_is_one_save() {
    for draft in drafts().await {
        let name = draft.name();
        let rows = draft.rows().await;
        let (row, price) = rows[0].clone();
        let changes = [change(sale(row), "", &price)];
        let before = draft.facts().await.0;
        let sent = (0..6).map(|n| draft.send(n % 2, "double-click", &changes));
        let answers = futures_all(sent.collect()).await;
        let different: BTreeSet<&(StatusCode, String)> = answers.iter().collect();
        assert_eq!(different.len(), 1, "{name}: {different:?}");
        assert_eq!(answers[0].0, StatusCode::OK, "{name}: {}", answers[0].1);
        assert_eq!(draft.facts().await.0, before + 1, "{name}");
        // Long after, when somebody else has gone on.
        draft.send(1, "other-words", &[change(sale(row), &price, "8,80")]).await;
        assert_eq!(draft.send(0, "double-click", &changes).await, answers[0], "{name}");
        assert_eq!(draft.stored(sale(row)).await, "8,80", "{name}");
        let other = draft.send(0, "double-click", &[change(sale(row), "8,80", "7,70")]).await;
        assert_eq!(other.0, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", other.1);
        assert_eq!(draft.stored(sale(row)).await, "8,80", "{name}");
        // Another key for the same is another word: here it meets 8,80.
        let again = draft.send(0, "third-key-1", &changes).await;
        assert_eq!(parsed(&again)["conflicts"][0]["stored"], "8,80", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_what_the_other_wrote() {
    for draft in drafts().await {
        let name = draft.name();
        let address = draft.address("cells?since=");
        let (settings, offers) = draft.facts().await;
        let since = format!("{settings}.{offers}");
        let mut desk = draft.desk(1).await;
        let quiet: Value =
            serde_json::from_slice(&desk.get(&format!("{address}{since}")).await.bytes)
                .expect("JSON");
        assert_eq!((&quiet["rev"], &quiet["rows"]), (&json!(since), &json!([])), "{name}");
        let (row, price) = draft.rows().await[0].clone();
        let cell = cell_name(sale(row));
        draft.send(0, "one-two-three", &[change(sale(row), "", &price)]).await;
        let seen: Value =
            serde_json::from_slice(&desk.get(&format!("{address}{since}")).await.bytes)
                .expect("JSON");
        assert_eq!(seen["rev"], format!("{}.{offers}", settings + 1), "{name}");
        assert_eq!(seen["written"][0][0], cell, "{name}");
        assert_eq!(seen["written"][0][1], draft.last_writer().await, "{name}");
        let sale = &seen["rows"][0]["sale"];
        assert_eq!((&sale["name"], &sale["value"]), (&json!(cell), &json!(price)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_page_without_script_overwrites_nothing() {
    for draft in drafts().await {
        let name = draft.name();
        let (row, price) = draft.rows().await[0].clone();
        let mut desk = draft.desk(1).await;
        let old = desk.get(&draft.address("").replace("mercuriale/", "mercuriale")).await;
        let is_prices = |form: &crate::browser::Form| form.action.ends_with("/prices");
        let mut form = old.forms().into_iter().find(is_prices).expect("the prices");
        draft.send(0, "quick-0001", &[change(sale(row), "", &price)]).await;
        let field = format!("price-{}", cell_name(sale(row)).trim_end_matches("/sale"));
        form.set(&field, "9,90");
        let refused = desk.post(&form.action, &form.fields).await;
        assert!(refused.status.is_client_error(), "{name}: {}", refused.status);
        let text = refused.text();
        assert!(text.contains("9,90") && text.contains(&price), "{name}: {text}");
        assert_eq!(draft.stored(sale(row)).await, price, "{name}");
        // Left as it was seen, it says nothing: what the other wrote stays.
        let untouched = old.forms().into_iter().find(is_prices).expect("the prices");
        let kept = desk.post(&untouched.action, &untouched.fields).await;
        assert!(kept.text().contains("0 prix changé"), "{name}: {}", kept.text());
        assert_eq!(draft.stored(sale(row)).await, price, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_list_is_read_and_what_is_not_is_named() {
    let draft = drafts().await.remove(0);
    let names = draft.apps[0].read(draft.place, |week, _| {
        let lines = trade::mercuriale::draft(week).expect("a draft");
        let name = |line: &trade::mercuriale::MercurialeLine| {
            week.register().product(line.product).expect("a product").name.clone()
        };
        let plain = lines.iter().filter(|line| line.labels == trade::catalog::Labels::NONE);
        plain.map(name).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    });
    let names = names.await.expect("a week");
    let [first, second] = [&names[0], &names[1]];
    let text = format!(
        "Produit\tUnité\tPrix de vente HT\n{}\tkg\t19,90 €\n{second}s;;18.5\n\nTopinambours\tkg\t2,00\n\
         {first}\tkg\tcinq\n{first}\tkg\t20\n{second}\tkg\t0,01\n",
        first.to_uppercase()
    );
    let before = revision(&draft.house, draft.place).await;
    let mut desk = draft.desk(0).await;
    let page = draft.post(&mut desk, "reading", text).await;
    let read: Value = serde_json::from_slice(&page.bytes).expect("JSON");
    let matched: Vec<_> = read["matched"].as_array().expect("a list").iter().collect();
    let lines: Vec<_> = matched.iter().map(|one| (&one["line"], &one["value"])).collect();
    assert_eq!(lines, [(&json!(2), &json!("19,90")), (&json!(3), &json!("18,50"))], "{read}");
    let unread: Vec<_> = read["unread"].as_array().expect("a list").iter().collect();
    let said = ["ne porte ce nom", "« cinq »", "déjà un prix à la ligne 2", "sous le coût"];
    assert_eq!(unread.len(), said.len(), "{read}");
    for ((one, said), line) in unread.iter().zip(said).zip([5, 6, 7, 8]) {
        assert_eq!(one["line"], line, "{one}");
        assert!(one["reason"].as_str().expect("a reason").contains(said), "{one}");
    }
    assert_eq!(revision(&draft.house, draft.place).await, before, "reading writes nothing");
}
