//! The coordinator's desk: beginning with last week, files and letters of the list, closing and
//! printing, sharing out a shortage.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use carreau::clock;
use carreau::generate::{self, Scale};
use carreau::mercuriale::acts::publish_week;
use carreau::mercuriale::carry::carry;
use carreau::play::{Until, play};
use carreau::store::act::Place;
use db::testing;
use trade::Denial;
use trade::calendar::{Instant, IsoWeek};
use trade::id::{BuyerId, PurchaseLineId};
use trade::offers::{Stamp, announce, hold};
use trade::sourcing::shortage::is_short;
use trade::sourcing::{expected, split};
use trade::unit::Qty;

use crate::browser::{Browser, Form, Sent};
use crate::hub::{House, house, houses};

fn stamp() -> Stamp {
    Stamp { at: Instant(0), by: "essai".into() }
}

/// A week with offers, and one for which nobody has said anything.
async fn two_weeks(first: &str) -> Vec<House> {
    let first = IsoWeek::parse(first).expect("a week");
    let mut pack = generate::pack(Scale::Xs, 5, &[first, first.next()]);
    pack.offers.retain(|offer| offer.day.week() == first);
    pack.orders.retain(|order| order.day.week() == first);
    houses(&pack).await
}

async fn post(desk: &mut Browser, place: Place, what: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let page = desk.post(&format!("/weeks/{}/{what}", place.week), &fields).await;
    assert_eq!(page.status, 200, "{what}: {}", page.text());
    page.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn last_week_is_taken_up_and_nothing_of_it_is_sold_unsaid() {
    for house in two_weeks("2037-W10").await {
        let (name, place) = (house.database.name, house.place(1));
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("/weeks/{}/mercuriale", place.week)).await;
        assert!(page.text().contains("Reprendre la semaine 10"), "{name}: {}", page.text());
        let text = post(&mut desk, place, "mercuriale/carry", &[]).await;
        assert!(text.contains("offres reprises de") && text.contains("à confirmer"), "{name}");
        // All of last week stands in the draft, all farms are still to be heard, nothing is sold.
        let seen = house.app.read(place, |week, _| {
            let farms: BTreeSet<_> = week.carried_offers().map(|one| one.producer).collect();
            let silent = carreau::mail::silent_farms(week).len();
            (week.carried_offers().count(), farms, silent, week.register().producers.len())
        });
        let (carried, farms, silent, all) = seen.await.expect("a week");
        let before = house.app.read(house.place(0), |week, _| {
            week.current_offers().filter(|one| !one.quantity.is_zero()).count()
        });
        assert_eq!(carried, before.await.expect("a week"), "{name}");
        assert_eq!(silent, all, "{name}");
        let refused = publish_week(&house.app, place, &stamp()).await;
        let refused = format!("{:?}", refused.map(|list| list.lines.len()));
        assert!(refused.contains("NothingOffered"), "{name}: {refused}");
        // A page read again says the same; a second press carries nothing over twice.
        let text = post(&mut desk, place, "mercuriale/carry", &[]).await;
        assert!(text.contains("Rien à reprendre de plus"), "{name}: {text}");
        // One farm says on the telephone that it holds, another that nothing comes.
        let mut farms = farms.into_iter();
        let (yes, no) = (farms.next().expect("a farm"), farms.next().expect("another"));
        let (own, code) = (yes.to_string(), no.to_string());
        let answers = [("producer", own.as_str()), ("answer", "holds")];
        let text = post(&mut desk, place, "mercuriale/answers", &answers).await;
        assert!(text.contains("offre confirmée") || text.contains("offres confirmées"), "{text}");
        let answers = [("producer", code.as_str()), ("answer", "none")];
        post(&mut desk, place, "mercuriale/answers", &answers).await;
        let list = publish_week(&house.app, place, &stamp()).await.expect("a list");
        let sold = house.app.read(place, |week, _| {
            let farms: BTreeSet<_> = week.current_offers().map(|offer| offer.producer).collect();
            farms.into_iter().collect::<Vec<_>>()
        });
        assert_eq!(sold.await.expect("a week"), [yes], "{name}");
        assert!(!list.availability.is_empty() && list.lines.len() < carried, "{name}");
    }
}

/// The broken variant: what was carried over is noted as if the farms had said it. The check above
/// ("nothing is sold unsaid") is seen to fail.
#[tokio::test(flavor = "multi_thread")]
async fn noted_as_said_it_would_be_sold() {
    let house = two_weeks("2037-W10").await.remove(0);
    let place = house.place(1);
    carry(&house.app, place, &stamp()).await.expect("something to carry over");
    let said = house.app.act(place, |act| {
        let farms: BTreeSet<_> = act.week().carried_offers().map(|one| one.producer).collect();
        for farm in farms {
            for request in hold(act.week(), farm) {
                let offer = announce(act.week(), &request, stamp())?;
                act.add(offer);
            }
        }
        Ok(())
    });
    said.await.expect("noted");
    let list = publish_week(&house.app, place, &stamp()).await.expect("a list");
    assert!(list.availability.len() > 10, "{}", list.availability.len());
}

/// Weeks over which the clocks are changed, weeks with a holiday: the first week | what the page
/// of the next says | how many delivery days it has.
const CALENDAR: &str = "\
2026-W42 | Vacances de la Toussaint                     | 2
2026-W43 | Vacances de la Toussaint                     | 2
2027-W11 | mardi 23 mars                                | 2
2027-W12 | mardi 30 mars                                | 2
2027-W17 | Ascension : pas de livraison ce jour         | 1
";

#[tokio::test(flavor = "multi_thread")]
async fn days_and_cutoffs_are_right_over_dst_and_holidays() {
    for row in CALENDAR.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [first, said, days] = columns[..] else { panic!("three columns: {row}") };
        let house = two_weeks(first).await.remove(0);
        let place = house.place(1);
        let mut desk = Browser::new(&house, "coordinator").await;
        let text = post(&mut desk, place, "mercuriale/carry", &[]).await;
        assert!(text.contains(said), "{row}: {text}");
        let kept = house.app.read(place, |week, _| {
            let days = week.register().delivery_days(week.week());
            let carried: BTreeSet<_> = week.carried_offers().map(|offer| offer.day).collect();
            let sales = clock::sale_days(week.register(), week.week());
            (days, carried, sales, week.register().hub.clone())
        });
        let (kept, carried, sales, hub) = kept.await.expect("a week");
        assert_eq!(kept.len().to_string(), days, "{row}");
        assert!(carried.iter().all(|day| kept.contains(day)), "{row}: {carried:?}");
        for sale in sales {
            let (day, minute) = clock::civil(sale.cutoff_at);
            assert_eq!(minute, 12 * 60, "{row}: noon in Paris");
            assert_eq!(day, sale.day.plus_days(-(hub.cutoff_days_before as i32)), "{row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_a_workbook_a_text_a_paper_and_a_letter_to_each_buyer() {
    for house in two_weeks("2037-W10").await {
        let (name, place) = (house.database.name, house.place(0));
        let mut desk = Browser::new(&house, "coordinator").await;
        let lines =
            house.app.read(place, |week, _| trade::mercuriale::draft(week).map(|l| l.len()));
        let lines = lines.await.expect("a week").expect("a draft");
        files(&mut desk, place, "mercuriale", lines).await;
        publish_week(&house.app, place, &stamp()).await.expect("a list");
        files(&mut desk, place, "mercuriale", lines).await;
        let buyer = house.app.read(place, |week, _| *week.register().buyers.keys().next().unwrap());
        let buyer = buyer.await.expect("a week");
        let mut kitchen = Browser::new(&house, &format!("buyer.{buyer}")).await;
        files(&mut kitchen, place, "price-list", lines).await;
        let paper = desk.get(&format!("/weeks/{}/mercuriale/paper", place.week)).await;
        assert!(paper.bytes.starts_with(b"%PDF"), "{name}");
        // One letter to each buyer, ever.
        let buyers = house.app.read(place, |week, _| week.register().buyers.len());
        let buyers = buyers.await.expect("a week");
        let text = post(&mut desk, place, "mercuriale/letters", &[]).await;
        assert!(text.contains(&format!("{buyers} lettres dans la boîte d'envoi")), "{text}");
        assert!(text.contains(&format!("Envoyée à {buyers} acheteurs")), "{name}: {text}");
        let text = post(&mut desk, place, "mercuriale/letters", &[]).await;
        assert!(text.contains("déjà reçu"), "{name}: {text}");
        orders_by_the_letter(&house, place).await;
    }
}

const LETTERS: &str = "SELECT recipient, body FROM outbox WHERE kind = $1 ORDER BY recipient";

/// Each buyer's letter has a link of its own; a tap on it opens that buyer's order sheet of that
/// week, and nothing of another week or of the hub.
async fn orders_by_the_letter(house: &House, place: Place) {
    let all = house.app.everything().query(LETTERS, vec!["mercuriale".into()]).await;
    let all: Vec<(String, String)> = all.expect("letters");
    let token = |body: &str| -> Sent {
        let line = body.lines().find(|line| line.contains("/lien?to=")).expect("a link");
        let (way, token) = line.split_once('#').expect("the token is behind #");
        let to = way.split_once("?to=").expect("a page").1;
        vec![
            ("to".into(), to.replace("%3F", "?").replace("%3D", "=")),
            ("token".into(), token.into()),
        ]
    };
    let tokens: BTreeSet<String> = all.iter().map(|(_, body)| token(body)[1].1.clone()).collect();
    assert_eq!(tokens.len(), all.len(), "a link for each");
    let (buyer, body) = all.first().expect("a letter");
    let name = house.app.read(place, |week, _| {
        let id = trade::id::BuyerId::parse(buyer).expect("a code");
        week.register().buyer(id).expect("a buyer").identity.name.clone()
    });
    let name = name.await.expect("a week");
    let mut own = Browser::new(house, "").await;
    let sheet = own.post("/lien", &token(body)).await;
    assert_eq!(sheet.address, format!("/weeks/{}/my-orders/new?like=last", place.week));
    let text = sheet.text();
    assert!(text.contains(&name) && text.contains("Commander"), "{text}");
    for refused in [
        format!("/weeks/{}/my-orders", place.week.next()),
        format!("/weeks/{}/orders", place.week),
        format!("/weeks/{}", place.week),
    ] {
        assert_eq!(own.get(&refused).await.status, StatusCode::FORBIDDEN, "{refused}");
    }
}

/// Asks for both files: the text has a row for each line of the list.
async fn files(browser: &mut Browser, place: Place, page: &str, lines: usize) {
    let address = |format: &str| format!("/weeks/{}/{page}/export/{format}", place.week);
    let book = browser.get(&address("xlsx")).await;
    assert!(book.status == 200 && book.bytes.starts_with(b"PK"), "{page}: {}", book.status);
    let said = book.headers.get(CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
    let name = format!("mercuriale-{}.xlsx", place.week);
    assert!(said.is_some_and(|said| said.contains(&name)), "{said:?}");
    let text = browser.get(&address("csv")).await;
    let text = String::from_utf8(text.bytes.to_vec()).expect("UTF-8");
    assert_eq!(text.trim_end().lines().count(), lines + 1, "{page}");
    // A buyer reads whether there is some, not how much the farms have.
    let has_quantities = text.lines().skip(1).any(|row| {
        row.rsplit(';').next().is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit()))
    });
    assert_eq!(has_quantities, page == "mercuriale", "{page}");
    assert_eq!(browser.get(&address("exe")).await.status, 404);
}

/// The form of a page that posts to an address.
fn form(page: &crate::browser::Page, action: &str) -> Option<Form> {
    page.forms().into_iter().find(|form| form.is_post && form.action.ends_with(action))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_closed_ordered_and_printed_in_three_clicks() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Ordered).await.expect("orders");
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("/weeks/{}/orders", place.week)).await;
        let close = form(&page, "/closings").expect("a day to close");
        let day = close.value("day").expect("a day").to_string();
        let page = desk.post(&close.action, &close.fields).await;
        assert!(page.text().contains("closes."), "{name}: {}", page.text());
        let accept = form(&page, "/plans").expect("a plan on the page to which closing leads");
        let page = desk.post(&accept.action, &accept.fields).await;
        let papers = format!("/weeks/{}/sourcing/papers/{day}", place.week);
        assert!(page.links().contains(&papers), "{name}: {:?}", page.links());
        let paper = desk.get(&papers).await;
        assert!(paper.bytes.starts_with(b"%PDF"), "{name}");
        // Each farm's order begins a page.
        let orders = house.app.read(place, |week, _| {
            let day = trade::calendar::Day::parse(&day).expect("a day");
            carreau::sourcing::paper::purchase_orders(week, day)
        });
        let orders = orders.await.expect("a week").expect("orders on paper");
        let pages = paper::page_texts(&orders).expect("pages");
        // Long words have places where they may be cut.
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let pages: Vec<String> = pages.iter().map(|page| bare(page)).collect();
        for order in &orders.orders {
            let first = pages.iter().filter(|page| page.contains(&bare(&order.number))).count();
            assert_eq!(first, 1, "{name}: {}", order.number);
        }
        assert!(pages.len() >= orders.orders.len() && orders.orders.len() > 2, "{name}");
    }
}

/// Who is silent was asked when, once a day; who has answered did so when, and how.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_reminded_and_who_has_answered_is_said() {
    for house in two_weeks("2037-W10").await {
        let (name, place) = (house.database.name, house.place(1));
        let address = format!("/weeks/{}/offers", place.week);
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&address).await;
        assert!(!page.text().contains("relancé à"), "{name}: {}", page.text());
        let remind = form(&page, "/reminders").expect("silent farms");
        let page = desk.post(&remind.action, &remind.fields).await;
        assert!(page.text().contains("relancé à"), "{name}: {}", page.text());
        assert!(page.links().contains(&"/mail".to_string()), "{name}: {:?}", page.links());
        assert!(form(&page, "/reminders").is_none(), "{name}: asked twice a day");

        let mut offer = form(&page, "/offers").expect("an offer to note");
        offer.set("quantity", "10");
        offer.set("price", "1");
        let page = desk.post(&offer.action, &offer.fields).await;
        let text = page.text();
        assert!(text.contains("1 ferme a répondu") && text.contains("noté par"), "{name}: {text}");
    }
}

/// Nothing looks confirmed before a farm has answered; all of a farm is confirmed by one button.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_says_yes_to_all_that_was_ordered() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Closed).await.expect("closed days");
        let mut desk = Browser::new(&house, "coordinator").await;
        let address = format!("/weeks/{}/sourcing", place.week);
        while let Some(accept) = form(&desk.get(&address).await, "/plans") {
            desk.post(&accept.action, &accept.fields).await;
        }
        let found = house.app.read(place, |week, _| {
            let first = &week.purchase_lines()[0];
            let own = week.purchase_lines_on(first.day);
            let own = own.filter(|line| line.producer == first.producer);
            let lines = own.map(|line| (line.id, line.quantity)).collect::<Vec<_>>();
            (first.producer.to_string(), first.day.to_string(), lines)
        });
        let (farm, day, lines) = found.await.expect("a week");
        let page = desk.get(&address).await;
        let open = form(&page, "/confirmations").expect("farms to hear from");
        let field = open.value(&format!("confirmed-{}", lines[0].0));
        assert_eq!(field, Some(""), "{name}: nobody has answered");
        assert!(page.text().contains("à confirmer"), "{name}: {}", page.text());
        let all = [("farm", farm.as_str()), ("day", day.as_str())];
        let text = post(&mut desk, place, "sourcing/confirmations", &all).await;
        assert!(text.contains("réponse"), "{name}: {text}");
        let answers = house.app.read(place, |week, _| {
            let said = week.confirmations().iter().map(|one| (one.line, one.quantity));
            said.collect::<Vec<_>>()
        });
        assert_eq!(answers.await.expect("a week"), lines, "{name}");
    }
}

/// A purchase line for several buyers, its quantity, and its pack.
async fn shared_line(house: &House, place: Place) -> (PurchaseLineId, Qty, Qty) {
    let found = house.app.read(place, |week, _| {
        let lines = week.purchase_lines().iter();
        let line = lines.max_by_key(|line| week.allocations_of(line.id).count());
        let line = line.expect("a purchase");
        let step = if line.pack.weighed { Qty::new(1) } else { line.pack.size };
        (line.id, line.quantity, step)
    });
    found.await.expect("a week")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortage_is_shared_out_confirmed_and_taken_back() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Closed).await.expect("closed days");
        let mut desk = Browser::new(&house, "coordinator").await;
        let address = format!("/weeks/{}/sourcing", place.week);
        while let Some(accept) = form(&desk.get(&address).await, "/plans") {
            desk.post(&accept.action, &accept.fields).await;
        }
        let (line, asked, step) = shared_line(&house, place).await;
        let brings = Qty::new(asked.get() / 2 / step.get() * step.get());
        let typed = carreau::ui::fr::number(brings);
        let shortage = format!("/weeks/{}/sourcing/shortage/{line}", place.week);
        assert!(desk.get(&address).await.links().contains(&shortage), "{name}");
        // A look changes nothing.
        let before = crate::roles::revision(&house, place).await;
        let page = desk.get(&format!("{shortage}?brings={}", typed.replace(',', "%2C"))).await;
        assert_eq!(crate::roles::revision(&house, place).await, before, "{name}");
        let mut confirm = form(&page, "/shortages").expect("something to confirm");
        assert_eq!(confirm.value("brings"), Some(typed.as_str()), "{name}");
        confirm.fields.push(("tell".into(), "1".into()));
        let page = desk.post(&confirm.action, &confirm.fields).await;
        assert!(page.text().contains("prévenu"), "{name}: {}", page.text());
        let short = short_buyers(&house, place, line, brings).await;
        assert!(short.len() > 1, "{name}: {short:?}");
        assert_eq!(lettered(&house).await, short, "{name}");
        // Taken back: everybody gets all, and hears so.
        let undo = form(&page, "/shortages").expect("something to take back");
        let page = desk.post(&undo.action, &undo.fields).await;
        assert!(page.text().contains("manque annulé"), "{name}: {}", page.text());
        let confirmed = house.app.read(place, |week, _| week.confirmed(line));
        assert_eq!(confirmed.await.expect("a week"), asked, "{name}");
        // Once the goods are here, the dock decides.
        play(&house.app, place, Until::Delivered).await.expect("delivered");
        let late = desk.post(&confirm.action, &confirm.fields).await;
        assert_eq!(late.status, 422, "{name}: {}", late.text());
        let page = desk.get(&shortage).await;
        assert!(form(&page, "/shortages").is_none(), "{name}");
    }
}

/// The buyers for whom less is left when a farm has brought `brings`, by more than is tolerated,
/// after the laws of a split: the parts come to what is brought, in whole packs, and nobody gets
/// more than was asked for them.
async fn short_buyers(
    house: &House,
    place: Place,
    line: PurchaseLineId,
    brings: Qty,
) -> BTreeSet<String> {
    let found = house.app.read(place, |week, _| {
        let line = week.purchase_line(line).expect("a purchase");
        let (all, now) = (split(week, line, line.quantity), split(week, line, brings));
        let sum: i64 = now.iter().map(|(_, quantity)| quantity.get()).sum();
        assert_eq!(sum, brings.get());
        assert!(all.iter().zip(&now).all(|(asked, gets)| gets.1 <= asked.1));
        let lacks = |id| {
            let known = week.order_line(id).expect("an order").1;
            is_short(expected(week, id), week.ordered(id), known.pack, known.unit)
        };
        let less = all.iter().zip(&now).filter(|(asked, gets)| asked.1 != gets.1);
        let short = less.filter(|(asked, _)| lacks(asked.0));
        let buyers = short.map(|(asked, _)| week.order_line(asked.0).expect("an order").0.buyer);
        buyers.map(|buyer: BuyerId| buyer.to_string()).collect()
    });
    found.await.expect("a week")
}

async fn lettered(house: &House) -> BTreeSet<String> {
    let text = "SELECT DISTINCT recipient FROM outbox WHERE kind = 'shortage'";
    let found: Vec<String> = house.app.everything().query(text, vec![]).await.expect("letters");
    found.into_iter().collect()
}

/// What the trade refuses, the page says, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_farm_cannot_bring_more_than_was_asked() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    let house = house(testing::sqlite(), &pack).await;
    let place = house.place(0);
    play(&house.app, place, Until::Sourced).await.expect("purchases");
    let (line, asked, _) = shared_line(&house, place).await;
    let more = carreau::ui::fr::number(Qty::new(asked.get() + 1_000));
    let mut desk = Browser::new(&house, "coordinator").await;
    let address = format!("/weeks/{}/sourcing/shortage/{line}?brings=", place.week);
    let page = desk.get(&format!("{address}{}", more.replace(',', "%2C"))).await;
    assert_eq!(page.status, 200);
    let denied = Denial::ConfirmedAboveAsked { asked, confirmed: Qty::new(asked.get() + 1_000) };
    let sentence = carreau::denied::sentence(&denied).replace(['\u{a0}', '\u{202f}'], " ");
    assert!(page.text().contains(sentence.as_str()), "{sentence}: {}", page.text());
    let page = desk.get(&format!("{address}beaucoup")).await;
    assert_eq!(page.status, 400);
}
