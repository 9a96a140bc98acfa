//! What letters say, word for word, and that nothing cancelled is in them.

use std::collections::BTreeMap;
use std::path::Path;

use carreau::access::claims::{About, Claim};
use carreau::billing::acts::draft_credit;
use carreau::generate::Scale;
use carreau::mail::invitation;
use carreau::mail::letters::{
    invoice, late_request, nudge, offer_request, order_confirmation, price_list, purchase_order,
    shortage, surplus,
};
use carreau::mail::replies::receive::Effect;
use carreau::mail::replies::rows::Incoming;
use carreau::mail::replies::{noted, to_read};
use carreau::mail::sheet::{Sheet, WIDTH};
use carreau::mail::{
    CONFIRMATION, PURCHASE_ORDER, answer_sheet, asked_link, confirmations, copy_sheet, credit_sheet,
};
use carreau::orders::acts::{amend, close};
use carreau::play::{Until, play};
use carreau::sourcing::acts::{accept, confirm};
use carreau::store::act::Place;
use db::testing;
use trade::Week;
use trade::billing::Billed;
use trade::calendar::Day;
use trade::dock::LeftoverSource;
use trade::dock::surplus::{SurplusOffer, SurplusSource};
use trade::id::{ReceiptId, SurplusId};
use trade::offers::Stamp;
use trade::orders::PriceOrigin;
use trade::party::BuyerKind;
use trade::rounds::claim::ClaimCause;
use trade::unit::Qty;

use crate::hub::{House, house, houses, pack};

/// Where the letters stand as they should be.
fn kept(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/app/letters").join(name)
}

/// Compares with the file of that name. What is found is kept, to be looked at and taken over.
fn compare(name: &str, found: &str) -> Result<(), String> {
    let expected = std::fs::read_to_string(kept(name)).unwrap_or_default();
    if expected == found {
        return Ok(());
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&fresh, found).expect("a folder for what was found");
    let (fresh, kept) = (fresh.display(), kept(name));
    Err(format!("{name} is another. If it reads well: cp {fresh} {}", kept.display()))
}

fn compare_both(name: &str, sheet: &Sheet) -> Vec<String> {
    let plain = format!("{}\n\n{}", sheet.subject.replace('\u{a0}', " "), sheet.plain());
    let long = plain.lines().skip(1).filter(|line| !line.starts_with("https://"));
    for line in long {
        assert!(line.chars().count() <= WIDTH, "{name}: {line}");
    }
    let html = sheet.html().expect("a page");
    let told = [compare(&format!("{name}.txt"), &plain), compare(&format!("{name}.html"), &html)];
    told.into_iter().filter_map(Result::err).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_say_what_they_should() {
    let house = house(testing::sqlite(), &pack(Scale::Xs, 8, 1)).await;
    let place = house.place(0);
    play(&house.app, place, Until::Billed).await.expect("a week");
    let link = || "https://carreau.example/r/3f9a".to_string();
    let sheets = house.app.read(place, |week, _| {
        let register = week.register();
        let sale = week.sale().expect("a list");
        let has_contract = |id: &&trade::id::BuyerId| {
            let prices = sale.publication.lines.iter().map(|line| {
                let day = sale.publication.days[0].day;
                trade::orders::price_for(sale, **id, line, day).expect("a price").1
            });
            prices.into_iter().any(|why| matches!(why, PriceOrigin::Contract(_)))
        };
        let buyer = *register.buyers.keys().find(has_contract).expect("a contract");
        let canteen = trade::id::BuyerId::parse("ru-boutonnet").expect("a code");
        let plan = &week.plans()[0];
        let farm = plan.purchases[0].producer;
        let second = week.plans().iter().find(|later| {
            let same = |one: &&trade::sourcing::AcceptedPlan| {
                one.day == later.day && !later.purchases.is_empty()
            };
            week.plans().iter().find(same).is_some_and(|first| first.id != later.id)
        });
        let second = second.unwrap_or(plan);
        let order = week.orders().iter().find(|order| order.lines.len() > 1).expect("an order");
        let bill = week.documents().iter().find(|one| one.kind.code() == "invoice");
        let bill = bill.expect("an invoice");
        let confirmed = order_confirmation(week, order.buyer, order.day).expect("a letter");
        let short = |order: &trade::orders::Order| {
            let ids = order.lines.iter().map(|line| order.line_id(line.rank));
            let gets = |id| trade::sourcing::expected(week, id);
            let lines: Vec<_> = ids.filter(|&id| gets(id) < week.ordered(id)).collect();
            (!lines.is_empty()).then_some((order.buyer, lines))
        };
        // A line by weight, lighter by so little that nothing is missing; without any purchase all
        // of it is.
        let light = week.orders().iter().find_map(short).expect("a line served in part");
        let unserved = ordered_only(week);
        [
            ("price_list", price_list(week, buyer, link())),
            ("offer_request", offer_request(week, farm, link())),
            ("nudge", nudge(week, farm, String::new())),
            ("purchase_order", purchase_order(week, plan, farm, 0, link())),
            ("complement", purchase_order(week, second, second.purchases[0].producer, 1, link())),
            ("order_confirmation", Ok(confirmed.expect("something ordered"))),
            ("shortage", shortage(&unserved, light.0, &light.1)),
            ("shortage_made_good", shortage(week, light.0, &light.1)),
            ("invoice", invoice(week, bill, link())),
            ("reply_noted", noted(week, farm, &offers_again(week, farm), &incoming(place, farm))),
            ("reply_to_read", to_read(week, farm, RESERVE, &incoming(place, farm))),
            ("farm_copy", copy_sheet(week, farm, "Les blettes sont petites.", link())),
            ("invitation", Ok(invitation::sheet(register, "Quai", link()))),
            ("asked_link", Ok(asked_link(register, link(), true))),
            ("asked_link_once", Ok(asked_link(register, link(), false))),
            ("late_request", late_request(week, canteen, &asked_late())),
        ]
    });
    let sheets = sheets.await.expect("a readable week");
    let told: Vec<String> = sheets
        .into_iter()
        .flat_map(|(name, sheet)| compare_both(name, &sheet.expect("a letter")))
        .collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

/// A week as it was ordered, before anything was bought for it.
fn ordered_only(week: &Week) -> Week {
    let mut own = Week::new(week.week(), week.register().clone());
    own.apply(week.publication().expect("a list").as_ref().clone().into());
    week.orders().iter().for_each(|order| own.apply(order.clone().into()));
    own
}

/// The answer to a claim, yes and no, before and after the invoice; and the credit note.
#[tokio::test(flavor = "multi_thread")]
async fn letters_about_claims_say_what_they_should() {
    let house = house(testing::sqlite(), &pack(Scale::Xs, 8, 1)).await;
    let place = house.place(0);
    play(&house.app, place, Until::Billed).await.expect("a week");
    let sheets = house.app.read(place, |week, _| {
        let is_invoice = |one: &&trade::billing::Document| one.kind.code() == "invoice";
        let invoice = week.documents().iter().find(is_invoice).expect("an invoice");
        let line = &invoice.lines[0];
        let Billed::Delivery(note, of) = line.billed else { panic!("{line:?}") };
        let at = trade::calendar::Instant(1_768_900_000);
        let claim = Claim {
            about: About { note, line: of },
            buyer: trade::id::BuyerId(invoice.party),
            quantity: Qty::new(line.quantity.get() / 2),
            cause: ClaimCause::Damaged,
            said: "deux cagettes écrasées".into(),
            stamp: Stamp { at, by: "la cuisine".into() },
            has_photo: false,
            answer: None,
            credit_note: None,
        };
        let (day, stamp) = (Day::parse("2026-01-23").expect("a day"), claim.stamp.clone());
        let mut counters = trade::billing::Counters::default();
        let credit = draft_credit(week, &claim, day, &mut counters, &stamp).expect("a credit note");
        let later = ordered_only(week);
        let link = "https://carreau.example/weeks/2026-W02/my-orders/invoice/9".to_string();
        [
            ("claim_accepted", answer_sheet(week, &claim, true, "Vu au quai, un avoir suit.")),
            ("claim_refused", answer_sheet(week, &claim, false, "Le bon est signé sans réserve.")),
            ("claim_before_invoice", answer_sheet(&later, &claim, true, "")),
            ("credit_note", credit_sheet(week, &credit, link)),
        ]
    });
    let sheets = sheets.await.expect("a readable week");
    let told: Vec<String> = sheets
        .into_iter()
        .flat_map(|(name, sheet)| compare_both(name, &sheet.expect("a letter")))
        .collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

/// What food aid is told of a surplus fits the letter's width, and says what, where, until when.
#[tokio::test(flavor = "multi_thread")]
async fn the_letter_of_a_surplus_says_what_where_and_until_when() {
    let house = house(testing::sqlite(), &pack(Scale::Xs, 8, 1)).await;
    play(&house.app, house.place(0), Until::Delivered).await.expect("a week");
    let sheet = house.app.read(house.place(0), |week, _| offered(week)).await.expect("a week");
    let sheet = sheet.expect("a letter");
    let told = compare_both("surplus", &sheet);
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

/// The letter about something that is left of the first receipt.
fn offered(week: &Week) -> Result<Sheet, carreau::failure::Failure> {
    let mut week = week.clone();
    let at = carreau::clock::instant(week_day(&week), 8 * 60);
    let source = SurplusSource::Left(LeftoverSource::Dock(ReceiptId(1)));
    week.apply(
        SurplusOffer {
            id: SurplusId(1),
            source,
            quantity: Qty::new(64_500),
            price: None,
            value_rate: trade::unit::Rate::new(10_000),
            place: "MIN de Montpellier, quai 7".into(),
            until: trade::calendar::Instant(at.0 + 4 * 3_600),
            stamp: Stamp { at, by: "essai".into() },
        }
        .into(),
    );
    let mut buyers = week.register().buyers.values();
    let aid = buyers.find(|one| one.kind == BuyerKind::FoodAid).expect("food aid").id;
    let link = || "https://carreau.example/r/3f9a".to_string();
    surplus(&week, aid, &[SurplusId(1)], link).map(|sheet| sheet.expect("something to take"))
}

/// What a canteen asks for when it is too late.
fn asked_late() -> Vec<(String, Vec<String>)> {
    let goods = ["Carotte : 12\u{a0}kg", "Poireau · Bio : 8\u{a0}kg"].map(String::from);
    vec![("Mardi 6 janvier, Boutonnet".into(), goods.to_vec())]
}

const RESERVE: &str = "« ok mais 12 au lieu de 20 » : une réserve, un refus ou une question.";

/// A farm's own offers, as a reply would make them.
fn offers_again(week: &Week, farm: trade::id::ProducerId) -> Effect {
    let own = week.current_offers().filter(|one| one.producer == farm).take(3);
    let again = own.map(|one| trade::offers::OfferRequest {
        producer: farm,
        product: one.product,
        labels: one.labels,
        day: one.day,
        quantity: one.quantity,
        price: one.price,
    });
    Effect::Offers(again.collect())
}

/// A reply with a photograph.
fn incoming(place: Place, farm: trade::id::ProducerId) -> Incoming {
    let letter = carreau::mail::rows::Key {
        hub: place.hub,
        week: place.week,
        kind: carreau::mail::OFFER_REQUEST.into(),
        recipient: farm.to_string(),
        version: 1,
    };
    Incoming {
        letter,
        reply: "0".repeat(32),
        message_id: "a@b.example".into(),
        sender: "a@b.example".into(),
        is_known_sender: false,
        subject: "Re".into(),
        words: "ok mais 12 au lieu de 20".into(),
        attachments: 1,
        received_at: carreau::clock::instant(place.week.monday(), 9 * 60 + 12).0,
    }
}

/// The plain letters of a kind, by recipient.
async fn letters(house: &House, kind: &str) -> Vec<(String, String)> {
    let text = "SELECT recipient, body FROM outbox WHERE kind = $1 ORDER BY recipient, version";
    house.app.everything().query(text, vec![kind.into()]).await.expect("the outbox")
}

/// Sums of the quantities in a column of letters, by unit.
fn sums<'a>(
    letters: impl Iterator<Item = &'a str>,
    from: usize,
    to: usize,
) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in letters.flat_map(str::lines) {
        let cell: String = line.chars().skip(from).take(to - from).collect();
        let is_row = line.contains('€') && !line.starts_with("Total");
        let Some((number, unit)) = cell.trim().rsplit_once(' ').filter(|_| is_row) else {
            continue;
        };
        let Ok(quantity) = carreau::ui::fr::parse_qty(number) else { continue };
        let unit = unit.trim_end_matches('s').to_string();
        *sums.entry(unit).or_insert(0) += quantity.get();
    }
    sums
}

/// Cancels one order of the day whole and one line of another: the day, and the names of goods
/// that are left in no order of their buyer.
async fn cancel(house: &House, place: Place) -> (Day, Vec<(String, String)>) {
    let seen = house.app.read(place, |week, _| week.clone()).await.expect("a week");
    let day = week_day(&seen);
    let at = seen.publication().expect("a list").sale_day(day).expect("a day").cutoff_at;
    let stamp = Stamp { at: trade::calendar::Instant(at.0 - 60), by: "essai".into() };
    let orders: Vec<_> = seen.orders().iter().filter(|order| order.day == day).collect();
    assert!(orders.len() >= 3, "{} orders", orders.len());
    let whole: Vec<_> =
        orders[0].lines.iter().map(|line| (orders[0].line_id(line.rank), Qty::ZERO)).collect();
    amend(&house.app, place, &whole, &stamp).await.expect("an order cancelled");
    let mut gone: Vec<(String, String)> = orders[0]
        .lines
        .iter()
        .map(|line| (orders[0].buyer.to_string(), line.name.clone()))
        .collect();
    let mut removed = false;
    for order in orders.iter().skip(1).filter(|order| order.lines.len() > 1) {
        let line = &order.lines[0];
        let change = [(order.line_id(line.rank), Qty::ZERO)];
        if amend(&house.app, place, &change, &stamp).await.is_ok() {
            gone.push((order.buyer.to_string(), line.name.clone()));
            removed = true;
            break;
        }
    }
    assert!(removed, "a line removed");
    let after = house.app.read(place, |week, _| week.clone()).await.expect("a week");
    gone.retain(|(buyer, name)| !is_ordered(&after, buyer, name, day));
    assert!(!gone.is_empty());
    (day, gone)
}

fn week_day(week: &Week) -> Day {
    week.publication().expect("a list").days[0].day
}

fn is_ordered(week: &Week, buyer: &str, name: &str, day: Day) -> bool {
    let own = week.orders().iter().filter(|one| one.buyer.as_str() == buyer && one.day == day);
    own.flat_map(|order| order.lines.iter().map(move |line| (order, line)))
        .any(|(order, line)| line.name == name && !week.ordered(order.line_id(line.rank)).is_zero())
}

/// Whether the letters to buyers say what is cancelled, or another sum than those to farms.
fn verdict(
    buyers: &[(String, String)],
    farms: &[(String, String)],
    gone: &[(String, String)],
) -> Result<(), String> {
    for (buyer, name) in gone {
        let own = buyers.iter().find(|(to, _)| to == buyer);
        let row = |line: &&str| line.starts_with(name.as_str());
        if let Some(line) = own.and_then(|(_, text)| text.lines().find(row)) {
            return Err(format!("{buyer} still reads: {line}"));
        }
    }
    let sold = sums(buyers.iter().map(|(_, text)| text.as_str()), 32, 44);
    let bought = sums(farms.iter().map(|(_, text)| text.as_str()), 34, 46);
    if sold != bought || sold.is_empty() {
        return Err(format!("sold {sold:?}, bought {bought:?}"));
    }
    Ok(())
}

/// T-51: an order cancelled and a line removed are in no letter, and what farms are asked for is
/// what buyers were confirmed (I2).
#[tokio::test(flavor = "multi_thread")]
async fn cancelled_lines_are_in_no_letter() {
    for house in houses(&pack(Scale::Xs, 8, 1)).await {
        let (name, place) = (house.database.name, house.place(0));
        play(&house.app, place, Until::Ordered).await.expect("a week with orders");
        // The broken variant: letters made from the orders as they were first taken.
        let first = house.app.read(place, |week, _| {
            let stamp = Stamp { at: trade::calendar::Instant(0), by: "essai".into() };
            confirmations(week, week_day(week), &stamp).expect("letters")
        });
        let first = first.await.expect("a readable week").into_iter();
        let first: Vec<(String, String)> = first.map(|one| (one.recipient, one.plain)).collect();
        let (day, gone) = cancel(&house, place).await;
        let sale = house.app.on_sale(place).await.expect("a list");
        let at = sale.publication.sale_day(day).expect("a day").cutoff_at;
        let stamp = Stamp { at, by: "essai".into() };
        assert!(close(&house.app, place, day, &stamp).await.expect("a day to close"));
        let plan = accept(&house.app, place, day, None, &stamp, "").await.expect("a plan");
        assert_eq!(plan.shortfalls, [], "{name}: all is sourced");
        let buyers = letters(&house, CONFIRMATION).await;
        let farms = letters(&house, PURCHASE_ORDER).await;
        assert_eq!(verdict(&buyers, &farms, &gone), Ok(()), "{name}");
        assert!(verdict(&first, &farms, &gone).is_err(), "{name}");
        assert!(verdict(&first, &farms, &[]).is_err(), "{name}: the sums tell as well");
    }
}

/// A second plan for a day orders the difference only, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_plan_sends_the_difference() {
    let house = house(testing::sqlite(), &pack(Scale::Xs, 8, 1)).await;
    let place = house.place(0);
    play(&house.app, place, Until::Closed).await.expect("a closed week");
    let day = house.app.read(place, |week, _| week_day(week)).await.expect("a week");
    let stamp = Stamp { at: carreau::clock::instant(day.plus_days(-1), 600), by: "essai".into() };
    let plan = accept(&house.app, place, day, None, &stamp, "").await.expect("a plan");
    let before = letters(&house, PURCHASE_ORDER).await;
    assert!(before.iter().all(|(_, text)| !text.contains("complément")));
    // One farm brings nothing of one line: the others bring it.
    let mut second = None;
    for line in &plan.purchases {
        let said = confirm(&house.app, place, &[(line.id, Qty::ZERO)], &stamp).await;
        said.expect("a farm's answer");
        if let Ok(plan) = accept(&house.app, place, day, None, &stamp, "").await {
            second = Some(plan);
            break;
        }
    }
    let second = second.expect("a second plan");
    let after = letters(&house, PURCHASE_ORDER).await;
    let new: Vec<_> = after.iter().filter(|letter| !before.contains(letter)).collect();
    assert_eq!(after.len(), before.len() + new.len(), "no letter was changed");
    let bought = sums(new.iter().map(|(_, text)| text.as_str()), 34, 46);
    let planned: i64 = second.purchases.iter().map(|line| line.quantity.get()).sum();
    assert_eq!(bought.values().sum::<i64>(), planned);
    for (farm, text) in new {
        let knew = before.iter().any(|(to, _)| to == farm);
        assert_eq!(text.contains("complément, v2"), knew, "{farm}: {text}");
    }
}
