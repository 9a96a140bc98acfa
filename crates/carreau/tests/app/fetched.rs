//! Goods that our truck fetches in the morning for the same day: rounds that deliver them wait for
//! them, and who cannot be back in time says so.

use carreau::generate::{self, Scale};
use carreau::play::{Until, play};
use carreau::store::act::Place;
use trade::calendar::{Day, IsoWeek};
use trade::id::ProducerId;
use trade::party::Carriage;
use trade::rounds::{Awaited, CallId, Round, awaited};
use wire::pack::Pack;

use crate::browser::{Browser, Form, Page};
use crate::hub::{House, houses};

/// Six, when the dock stops receiving, and half an hour of sorting behind it.
const BACK_BY: i64 = 6 * 3_600;
const READY: i64 = BACK_BY + 30 * 60;

fn pack() -> Pack {
    let mut pack = generate::pack(Scale::Xs, 3, &[IsoWeek::parse("2037-W10").expect("a week")]);
    for farm in &mut pack.producers {
        farm.carriage = Carriage::default();
    }
    pack
}

async fn bought(house: &House) -> (Day, ProducerId) {
    let place = house.place(0);
    play(&house.app, place, Until::Sourced).await.expect("purchases");
    let first = house.app.read(place, |week, _| {
        let line = &week.purchase_lines()[0];
        (line.day, line.producer)
    });
    first.await.expect("a week")
}

/// Houses in which our truck fetches from one farm, so many millionths of a degree east of the
/// hub, what was bought there for the day.
async fn fetching(east: i64) -> Vec<(House, Place, Day, ProducerId)> {
    let mut pack = pack();
    let hub = pack.hub.as_ref().expect("a hub").place;
    let tried = houses(&pack).await;
    let (_, farm) = bought(&tried[0]).await;
    drop(tried);
    for one in pack.producers.iter_mut().filter(|one| one.id == farm) {
        one.carriage.is_fetched = true;
        one.place = hub;
        one.place.lon_e6 += east;
    }
    let mut all = Vec::new();
    for house in houses(&pack).await {
        let place = house.place(0);
        play(&house.app, place, Until::Sourced).await.expect("purchases");
        let day = house.app.read(place, |week, _| {
            let mut lines = week.purchase_lines().iter();
            lines.find(|line| line.producer == farm).map(|line| line.day)
        });
        let day = day.await.expect("a week").expect("the farm is bought from");
        all.push((house, place, day, farm));
    }
    all
}

fn address(place: Place, rest: &str) -> String {
    format!("/weeks/{}/rounds{rest}", place.week)
}

async fn in_force(house: &House, place: Place, day: Day) -> (Vec<Round>, Awaited) {
    let found = house.app.read(place, |week, _| {
        let rounds: Vec<Round> = week.current_rounds(day).cloned().collect();
        (rounds, awaited(week, day).expect("known farms"))
    });
    found.await.expect("a week")
}

fn form(page: &Page, is_it: impl Fn(&Form) -> bool) -> Form {
    page.forms().into_iter().find(is_it).unwrap_or_else(|| panic!("no form: {}", page.text()))
}

fn calls(round: &Round, call: CallId) -> bool {
    round.stops.iter().any(|stop| stop.call == call)
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_wait_for_what_is_fetched_for_the_same_day() {
    for (house, place, day, farm) in fetching(40_000).await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let seen = desk.get(&address(place, &format!("/plan/{day}"))).await;
        let said = "Attend la ramasse du matin : départ dès 6 h 30.";
        assert!(seen.text().contains(said), "{name}: {}", seen.text());
        let good = form(&seen, |form| form.value("mark").is_some());
        desk.post(&good.action, &good.fields).await;

        let (rounds, awaited) = in_force(&house, place, day).await;
        let is_waiting = |round: &&Round| {
            round.stops.iter().filter_map(|s| s.site()).any(|site| awaited.sites.contains(&site))
        };
        let times = |round: &Round| round.times.expect("planned with times");
        let fetching = rounds.iter().find(|round| calls(round, CallId::Farm(farm)));
        let back = times(fetching.expect("a round to the farm")).back;
        assert!(back <= BACK_BY, "{name}: {back}");
        let waiting: Vec<&Round> = rounds.iter().filter(is_waiting).collect();
        assert!(!waiting.is_empty(), "{name}: {awaited:?}");
        assert!(waiting.iter().all(|round| times(round).leaves >= READY), "{name}: {rounds:?}");

        // By hand the farm goes behind those that wait for its goods: too late for the dock.
        let page = desk.get(&address(place, "")).await;
        assert!(page.text().contains(said), "{name}: {}", page.text());
        assert!(!page.text().contains("trop tard"), "{name}: {}", page.text());
        let code = format!("@{farm}");
        let mut moved = form(&page, |form| {
            form.action.ends_with("/moves") && form.value("call") == Some(code.as_str())
        });
        moved.set("to", &waiting[0].id.to_string());
        moved.set("rank", "99");
        let after = desk.post(&moved.action, &moved.fields).await;
        assert!(after.status.is_success(), "{name}: {}", after.text());
        let page = desk.get(&address(place, "")).await;
        assert!(page.text().contains("trop tard"), "{name}: {}", page.text());
        assert!(page.text().contains("arrêt en retard"), "{name}: {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_farm_too_far_for_the_dock_says_so() {
    for (house, place, day, _) in fetching(500_000).await {
        let name = house.database.name;
        let mut desk = Browser::new(&house, "coordinator").await;
        let seen = desk.get(&address(place, &format!("/plan/{day}"))).await;
        let said = "aucun camion ne peut en revenir au quai avant 6 h 00";
        assert!(seen.text().contains(said), "{name}: {}", seen.text());
    }
}
