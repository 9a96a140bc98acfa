//! A farm brings less than it was asked for: what the dock shares out, who is listed with what,
//! and who hears of it, once.

use std::collections::BTreeSet;

use carreau::dock::acts::receive;
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::rounds::acts::{Handover, deliver};
use carreau::store::act::Place;
use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::catalog::SaleUnit;
use trade::dock::{ReceiptRequest, Rejection};
use trade::id::PurchaseLineId;
use trade::offers::Stamp;
use trade::unit::Qty;

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};

/// The line that most buyers share, its day and the line of the price list.
async fn shared(house: &House, place: Place) -> (PurchaseLineId, Day, String) {
    let found = house.app.read(place, |week, _| {
        let lines = week.purchase_lines().iter();
        let line = lines.max_by_key(|line| week.allocations_of(line.id).count());
        let line = line.expect("a purchase");
        (line.id, line.day, line.line.to_string())
    });
    found.await.expect("a week")
}

/// All of a day comes, but half of one line.
async fn half_comes(house: &House, place: Place, short: PurchaseLineId, day: Day) {
    let requests = house.app.read(place, |week, _| {
        let request = |line: &trade::sourcing::PurchaseLine| {
            let whole = week.confirmed(line.id);
            let step = if line.pack.weighed { 1_000 } else { line.pack.size.get() };
            let half = Qty::new(whole.get() / 2 / step * step);
            let received = if line.id == short { half } else { whole };
            ReceiptRequest {
                line: line.id,
                batch: String::new(),
                received,
                rejected: Qty::ZERO,
                rejection: received.is_zero().then_some(Rejection::NoShow),
                temperature_dc: None,
            }
        };
        week.purchase_lines_on(day).map(request).collect::<Vec<_>>()
    });
    let requests = requests.await.expect("a week");
    let stamp = Stamp { at: Instant(0), by: "essai".into() };
    receive(&house.app, place, &requests, &stamp).await.expect("a morning");
}

/// The buyers who got less of what farms were asked for, read from what was put aside: of what is
/// weighed three hundredths may be missing, and never half a pack.
fn with_less(week: &Week, day: Day) -> BTreeSet<String> {
    let mut buyers = BTreeSet::new();
    for order in week.orders().iter().filter(|order| order.day == day) {
        for line in &order.lines {
            let id = order.line_id(line.rank);
            if week.allocations_for(id).next().is_none() {
                continue;
            }
            let (gets, ordered) = (week.sorted_for(id).get(), week.ordered(id).get());
            let is_weighed = matches!(line.unit, SaleUnit::Kilo | SaleUnit::Litre);
            let light = (ordered * 3 / 100).min(line.pack.size.get() / 2);
            let may_lack = if is_weighed { light } else { 0 };
            if gets + may_lack < ordered {
                buyers.insert(order.buyer.to_string());
            }
        }
    }
    buyers
}

async fn letters(house: &House) -> Vec<String> {
    let text = "SELECT recipient FROM outbox WHERE kind = 'shortage'";
    let mut found: Vec<String> = house.app.everything().query(text, vec![]).await.expect("letters");
    found.sort();
    found
}

fn form(page: &Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.action.ends_with(action))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_less_is_listed_and_hears_of_it_once() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let (line, day, listed) = shared(&house, place).await;
        half_comes(&house, place, line, day).await;
        let mut desk = Browser::new(&house, "dock").await;
        let list = format!("/weeks/{}/dock/shortages/{day}", place.week);

        // What is short leads to who gets less of it, before it is shared out.
        let dock = desk.get(&format!("/weeks/{}/dock", place.week)).await;
        let way = format!("{list}#l{listed}");
        assert!(dock.links().contains(&way), "{name}: {way} in {:?}", dock.links());
        let before = desk.get(&list).await;
        assert!(before.html().contains(&format!("id=\"l{listed}\"")), "{name}: {}", before.text());
        assert!(before.text().contains("pas encore"), "{name}: {}", before.text());
        assert!(letters(&house).await.is_empty(), "{name}: nothing is shared out yet");

        let allot = form(&before, "/sortings").expect("what has come is to be shared out");
        let after = desk.post(&allot.action, &allot.fields).await;
        assert!(after.text().contains("moins que commandé"), "{name}: {}", after.text());
        assert!(after.text().contains("par courriel"), "{name}: {}", after.text());
        assert!(after.links().contains(&list), "{name}: {:?}", after.links());
        let less = house.app.read(place, |week, _| with_less(week, day)).await.expect("a week");
        assert!(less.len() > 1, "{name}: {less:?}");
        let heard: Vec<String> = less.into_iter().collect();
        assert_eq!(letters(&house).await, heard, "{name}");

        // Asked again, nobody hears of it twice.
        let told = desk.get(&list).await;
        assert!(told.text().contains("courriel écrit"), "{name}: {}", told.text());
        assert!(form(&told, "/shortages").is_none(), "{name}");
        let fields = [("day".to_string(), day.to_string())];
        let again = desk.post(&format!("/weeks/{}/dock/shortages", place.week), &fields).await;
        assert!(again.text().contains("déjà prévenus"), "{name}: {}", again.text());
        assert_eq!(letters(&house).await, heard, "{name}");
    }
}

/// A farm that does not come at all leaves nothing to share out: its buyers still hear of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_never_came_is_told_too() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let (line, day, _) = shared(&house, place).await;
        let none = ReceiptRequest {
            line,
            batch: String::new(),
            received: Qty::ZERO,
            rejected: Qty::ZERO,
            rejection: Some(Rejection::NoShow),
            temperature_dc: None,
        };
        // Other farms of the same goods do not come either.
        let others = house.app.read(place, |week, _| {
            let goods = week.purchase_line(line).expect("a line").line;
            let same = week.purchase_lines_on(day).filter(|one| one.line == goods);
            let waits = same.filter(|one| !week.confirmed(one.id).is_zero());
            waits.map(|one| ReceiptRequest { line: one.id, ..none.clone() }).collect::<Vec<_>>()
        });
        let requests = others.await.expect("a week");
        let stamp = Stamp { at: Instant(0), by: "essai".into() };
        receive(&house.app, place, &requests, &stamp).await.expect("an empty morning");

        let mut desk = Browser::new(&house, "coordinator").await;
        let list = format!("/weeks/{}/dock/shortages/{day}", place.week);
        let page = desk.get(&list).await;
        assert!(form(&page, "/sortings").is_none(), "{name}: {}", page.text());
        let tell = form(&page, "/shortages").expect("somebody to write to");
        let page = desk.post(&tell.action, &tell.fields).await;
        assert!(page.text().contains("courriel écrit"), "{name}: {}", page.text());
        let heard = letters(&house).await;
        let once: BTreeSet<&String> = heard.iter().collect();
        assert!(heard.len() > 1 && once.len() == heard.len(), "{name}: {heard:?}");
    }
}

/// What each order line of goods was to get and got, in the order in which they were ordered, and
/// a pack of them.
fn in_turn(week: &Week, day: Day, listed: &str) -> (Vec<(i64, i64)>, i64) {
    let mut rows = Vec::new();
    let mut pack = 0;
    for order in week.orders().iter().filter(|order| order.day == day) {
        for line in order.lines.iter().filter(|line| line.line.to_string() == listed) {
            let id = order.line_id(line.rank);
            if week.allocations_for(id).next().is_some() {
                let got = (week.ordered(id).get(), week.sorted_for(id).get());
                rows.push((order.stamp.at.0, order.id, got));
                pack = line.pack.size.get();
            }
        }
    }
    rows.sort_by_key(|(at, order, _)| (*at, *order));
    (rows.into_iter().map(|row| row.2).collect(), pack)
}

/// A rule is looked at before goods are put aside, and is then followed: once somebody lacks a
/// pack, whoever ordered later gets less than one.
#[tokio::test(flavor = "multi_thread")]
async fn the_dock_shares_out_by_the_rule_that_it_chooses() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let (line, day, listed) = shared(&house, place).await;
        half_comes(&house, place, line, day).await;
        let mut desk = Browser::new(&house, "dock").await;
        let chosen = format!("policy-{listed}");
        let list = format!("/weeks/{}/dock/shortages/{day}?{chosen}=first_come", place.week);
        let page = desk.get(&list).await;
        let allot = form(&page, "/sortings").expect("what has come is to be shared out");
        assert_eq!(allot.value(&chosen), Some("first_come"), "{name}: {:?}", allot.fields);
        let after = desk.post(&allot.action, &allot.fields).await;
        assert!(after.text().contains("moins que commandé"), "{name}: {}", after.text());
        let seen = house.app.read(place, |week, _| {
            assert_eq!(week.check().breaches, [], "{name}");
            in_turn(week, day, &listed)
        });
        let (rows, pack) = seen.await.expect("a week");
        let short = rows.iter().position(|(asked, got)| asked - got >= pack);
        let short = short.expect("half of a line is missing");
        let later = &rows[short + 1..];
        assert!(later.iter().all(|(_, got)| *got < pack), "{name}: {rows:?}");
        // A rule that nobody knows is refused.
        let unknown = format!("/weeks/{}/dock/shortages/{day}?{chosen}=by_name", place.week);
        assert_eq!(desk.get(&unknown).await.status, 400, "{name}");
    }
}

/// What was shared out by a rule is taken back and shared out by another: whoever had heard hears
/// of the new parts, until somebody has signed for the goods.
#[tokio::test(flavor = "multi_thread")]
async fn how_the_dock_shared_out_is_taken_back_until_somebody_has_signed() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let (line, day, listed) = shared(&house, place).await;
        half_comes(&house, place, line, day).await;
        let mut desk = Browser::new(&house, "dock").await;
        let list = format!("/weeks/{}/dock/shortages/{day}", place.week);
        let before = desk.get(&list).await;
        assert!(undo_of(&before, &listed).is_none(), "{name}: nothing is shared out yet");
        let allot = form(&before, "/sortings").expect("what has come is to be shared out");
        desk.post(&allot.action, &allot.fields).await;
        let heard = letters(&house).await;

        let after = desk.get(&list).await;
        let undo = undo_of(&after, &listed).expect("a way back");
        let page = desk.post(&undo.action, &undo.fields).await;
        assert!(page.text().contains("partage annulé"), "{name}: {}", page.text());
        assert!(undo_of(&page, &listed).is_none(), "{name}: {}", page.text());
        assert_eq!(letters(&house).await, heard, "{name}: nobody hears of no parts");
        // So it is for who reads the week from the tables.
        for app in [&house.app, &house.other_app().await] {
            let seen = app.read(place, |week, _| {
                assert_eq!(week.check().breaches, [], "{name}");
                in_turn(week, day, &listed).0.iter().map(|(_, got)| *got).sum::<i64>()
            });
            assert_eq!(seen.await.expect("a week"), 0, "{name}");
        }
        let again = desk.post(&undo.action, &undo.fields).await;
        assert!(again.text().contains("aucun partage à annuler"), "{name}: {}", again.text());

        // By another rule, and those who had heard hear again.
        let chosen = format!("{list}?policy-{listed}=first_come");
        let preview = desk.get(&chosen).await;
        let allot = form(&preview, "/sortings").expect("it is to be shared out again");
        desk.post(&allot.action, &allot.fields).await;
        let told = letters(&house).await;
        assert!(told.len() > heard.len(), "{name}: {told:?}");
        let quiet = desk.get(&list).await;
        assert!(form(&quiet, "/shortages").is_none(), "{name}: {}", quiet.text());

        // Signed for, it stays as it is.
        sign_one(&house, place, day, &listed).await;
        let gone = desk.get(&list).await;
        assert!(undo_of(&gone, &listed).is_none(), "{name}: {}", gone.text());
        let late = desk.post(&undo.action, &undo.fields).await;
        assert!(late.text().contains("déjà signé"), "{name}: {}", late.text());
    }
}

/// Somebody who got some of the goods signs for all of their day.
async fn sign_one(house: &House, place: Place, day: Day, listed: &str) {
    let found = house.app.read(place, |week, _| {
        let sites = week.valid_sortings().filter_map(|part| {
            let (order, line) = week.order_line(part.order_line).ok()?;
            (order.day == day && line.line.to_string() == listed).then_some(order.site)
        });
        sites.min().expect("a part of the goods")
    });
    let site = found.await.expect("a week");
    let stamp = Stamp { at: Instant(0), by: "essai".into() };
    let own = Handover { site, gaps: Vec::new(), signed_by: "cuisine".into() };
    deliver(&house.app, place, day, &[own], &stamp).await.expect("a signed note");
}

/// The form that takes back how goods were shared out.
fn undo_of(page: &Page, listed: &str) -> Option<Form> {
    let own =
        |form: &Form| form.action.ends_with("/unsortings") && form.value("line") == Some(listed);
    page.forms().into_iter().find(own)
}
