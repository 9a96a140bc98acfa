//! A driver's morning on a telephone: one stop after the other, a gap told by its goods, and never
//! all of a day by one tap.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use carreau::dock::acts::{receive, sort};
use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::rounds::acts::accept as accept_rounds;
use carreau::store::act::Place;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::dock::{ReceiptRequest, Rejection};
use trade::offers::Stamp;
use trade::unit::Qty;

use crate::browser::{Browser, Form};
use crate::hub::{House, houses};

/// A day whose trucks are loaded, and that day.
async fn loaded(house: &House, place: Place) -> Day {
    play(&house.app, place, Until::Sourced).await.expect("purchases");
    let found = house.app.read(place, |week, _| {
        let day = week.purchase_lines()[0].day;
        let request = |line: &trade::sourcing::PurchaseLine| {
            let received = week.confirmed(line.id);
            ReceiptRequest {
                line: line.id,
                batch: String::new(),
                received,
                rejected: Qty::ZERO,
                rejection: received.is_zero().then_some(Rejection::NoShow),
                temperature_dc: None,
            }
        };
        (day, week.purchase_lines_on(day).map(request).collect::<Vec<_>>())
    });
    let (day, requests) = found.await.expect("a week");
    let stamp = Stamp { at: Instant(0), by: "essai".into() };
    receive(&house.app, place, &requests, &stamp).await.expect("a morning");
    sort(&house.app, place, day).await.expect("put aside");
    accept_rounds(&house.app, place, day, None, &stamp).await.expect("rounds");
    day
}

/// The stops of the day in the order of the rounds.
async fn stops(house: &House, place: Place, day: Day) -> Vec<String> {
    let found = house.app.read(place, |week, _| {
        let rounds = week.current_rounds(day);
        let sites = rounds
            .flat_map(|round| round.stops.iter().filter_map(|stop| Some(stop.site()?.to_string())));
        sites.collect()
    });
    found.await.expect("a week")
}

async fn signed(house: &House, place: Place) -> usize {
    house.app.read(place, |week, _| week.notes().len()).await.expect("a week")
}

fn of_stop(forms: &[Form], site: &str) -> Form {
    let is_it =
        |form: &&Form| form.action.ends_with("/deliveries") && form.value("site") == Some(site);
    forms.iter().find(is_it).expect("the form of the stop").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_signs_stop_by_stop() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        let day = loaded(&house, place).await;
        let sites = stops(&house, place, day).await;
        assert!(sites.len() > 2, "{name}: {sites:?}");
        let address = format!("/weeks/{}/rounds", place.week);
        let mut driver = Browser::new(&house, "driver").await;
        let page = driver.get(&address).await;
        assert!(page.html().contains("href=\"geo:"), "{name}: no way to the site");
        let forms = page.forms();

        // A gap beside the button that says that there is none.
        let mut both = of_stop(&forms, &sites[0]);
        both.set("signed_by", "Léa");
        let gap = both.fields.iter().map(|(field, _)| field.clone());
        let gap = gap.filter(|field| field.starts_with("refused-")).collect::<Vec<_>>();
        both.set(&gap[0], "9000");
        both.fields.push(("clean".into(), "1".into()));
        let refused = driver.post(&both.action, &both.fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {}", refused.text());

        // More than was loaded: the goods and the site are named, no number of a line.
        both.fields.retain(|(field, _)| field != "clean");
        both.set(&gap[0].replace("refused-", "reason-"), "trop");
        let refused = driver.post(&both.action, &both.fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let said = refused.text();
        assert!(said.contains("refusés ou manquants pour"), "{name}: {said}");
        assert!(!said.contains("Ligne de commande"), "{name}: {said}");
        assert_eq!(signed(&house, place).await, 0, "{name}");

        // Signed, the page goes on at the next stop.
        let mut clean = of_stop(&forms, &sites[0]);
        clean.set("signed_by", "Léa");
        clean.fields.push(("clean".into(), "1".into()));
        let done = driver.post_once(&clean.action, &clean.fields).await;
        let to = done.headers.get(LOCATION).expect("back to the page").to_str().expect("plain");
        assert!(to.starts_with(&format!("{address}#")), "{name}: {to}");
        assert!(driver.get(&address).await.text().contains("livré, signé : Léa"), "{name}");
        let key = to.split('#').nth(1).expect("a place");
        assert!(page.html().contains(&format!("id=\"{key}\"")), "{name}: {key}");
        assert!(!key.ends_with(&sites[0]), "{name}: {key}");
        assert_eq!(signed(&house, place).await, 1, "{name}");
    }
}

/// All at once is a second step that says how many; another number of stops is asked again.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_not_signed_by_one_tap() {
    let pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for house in houses(&pack).await {
        let (name, place) = (house.database.name, house.place(0));
        let day = loaded(&house, place).await;
        let sites = stops(&house, place, day).await;
        let mut desk = Browser::new(&house, "coordinator").await;
        let page = desk.get(&format!("/weeks/{}/rounds", place.week)).await;
        let is_all = |form: &Form| form.action.ends_with("/deliveries-all");
        let all = page.forms().into_iter().find(is_all).expect("the second step");
        let count = all.value("sites").expect("how many").parse::<usize>().expect("a number");
        assert!(count >= sites.len(), "{name}: {count} of {sites:?}");
        let mut tap = all.clone();
        tap.fields.retain(|(field, _)| field != "sites");
        let refused = desk.post(&tap.action, &tap.fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {}", refused.text());
        tap.fields.push(("sites".into(), (count + 1).to_string()));
        let refused = desk.post(&tap.action, &tap.fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {}", refused.text());
        assert_eq!(signed(&house, place).await, 0, "{name}");
        let done = desk.post(&all.action, &all.fields).await;
        assert!(done.text().contains("livraisons signées"), "{name}: {}", done.text());
        assert_eq!(signed(&house, place).await, count, "{name}");
    }
}
