//! Weeks played whole: they balance, are the same on every database, and stay the same when
//! played, imported or opened again.

use std::sync::Arc;

use carreau::access::scope::HubScope;
use carreau::app::App;
use carreau::data::export::export;
use carreau::data::import::import;
use carreau::generate::Scale;
use carreau::play::{Until, pay_farms, play};
use db::testing::{self, TestDatabase};
use wire::pack::Pack;

use crate::hub::{House, house, houses, pack};
use crate::standing::{reports, standing};

/// Plays all weeks of a house, oldest first.
async fn play_all(house: &House) {
    for at in 0..house.weeks.len() {
        let place = house.place(at);
        if let Err(failure) = play(&house.app, place, Until::Billed).await {
            panic!("{} {}: {failure}", house.database.name, place.week);
        }
        let paid = pay_farms(&house.app, place).await;
        paid.unwrap_or_else(|failure| panic!("{}: payouts: {failure}", house.database.name));
    }
}

/// One line per week: what was ordered, what was delivered, and whether it balances.
async fn summary(house: &House) -> String {
    let mut text = String::new();
    for at in 0..house.weeks.len() {
        let place = house.place(at);
        let line = house.app.read(place, |week, _| {
            let check = week.check();
            let balance = match check.breaches.as_slice() {
                [] => "balanced".to_string(),
                breaches => format!("{breaches:?}"),
            };
            let (goods, orders) = (&check.goods, week.orders().len());
            assert!(orders > 0 && goods.delivered.get() > 0, "{}: nothing happened", place.week);
            format!(
                "{} {orders} orders, {} ordered, {} delivered, {balance}\n",
                place.week,
                goods.ordered.get(),
                goods.delivered.get()
            )
        });
        text.push_str(&line.await.expect("a readable week"));
    }
    text
}

/// What [`summary`] says when all is well.
fn assert_balanced(name: &str, summary: &str) {
    assert!(summary.lines().all(|line| line.ends_with(", balanced")), "{name}:\n{summary}");
}

async fn all_the_same(houses: &[House]) {
    let mut first: Option<String> = None;
    for house in houses {
        let found = standing(&house.app, house.hub, &house.weeks).await;
        match &first {
            None => first = Some(found),
            Some(first) => assert_eq!(&found, first, "{} stands otherwise", house.database.name),
        }
    }
}

async fn played(pack: &Pack) -> Vec<House> {
    let houses = houses(pack).await;
    for house in &houses {
        play_all(house).await;
        assert_balanced(house.database.name, &summary(house).await);
    }
    all_the_same(&houses).await;
    houses
}

#[tokio::test(flavor = "multi_thread")]
async fn three_weeks_balance_and_are_the_same_on_every_database() {
    played(&pack(Scale::Xs, 1, 3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bigger_week_balances_and_is_the_same_on_every_database() {
    played(&pack(Scale::S, 2, 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_again_changes_nothing() {
    let pack = pack(Scale::Xs, 3, 2);
    for house in played(&pack).await {
        let name = house.database.name;
        let before = standing(&house.app, house.hub, &house.weeks).await;
        play_all(&house).await;
        let again = standing(&house.app, house.hub, &house.weeks).await;
        assert_eq!(again, before, "{name}: played again");

        import(&house.app, pack.clone()).await.expect("the same pack again");
        let again = standing(&house.app, house.hub, &house.weeks).await;
        assert_eq!(again, before, "{name}: imported again");

        play_all(&house).await;
        let again = standing(&house.app, house.hub, &house.weeks).await;
        assert_eq!(again, before, "{name}: imported and played again");

        let other = house.other_app().await;
        let read = standing(&other, house.hub, &house.weeks).await;
        assert_eq!(read, before, "{name}: read by another program");
    }
}

/// The pack as it comes back from its files.
fn through_files(pack: &Pack) -> Pack {
    match wire::pack::read(&wire::pack::write(pack)) {
        Ok(parsed) => parsed.pack,
        Err(faults) => panic!("a pack given out cannot be read: {faults:?}"),
    }
}

async fn fresh(database: TestDatabase, pack: &Pack) -> House {
    let fresh = house(database, pack).await;
    play_all(&fresh).await;
    fresh
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_given_out_and_taken_in_elsewhere_comes_to_the_same() {
    for from in played(&pack(Scale::Xs, 4, 2)).await {
        let name = from.database.name;
        let given = export(&from.app, HubScope::of_program(from.hub))
            .await
            .expect("a hub can be given out");
        let brought = through_files(&given);
        assert_eq!(brought, given, "{name}: the files say something else");
        let before = reports(&from.app, from.hub, &from.weeks).await;
        for database in testing::databases() {
            let to = fresh(database, &brought).await;
            let after = reports(&to.app, to.hub, &to.weeks).await;
            assert_eq!(after, before, "{name} to {}", to.database.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_seed_balances() {
    for seed in 10..16 {
        let database = testing::sqlite();
        let house = fresh(database, &pack(Scale::Xs, seed, 1)).await;
        assert_balanced(&format!("seed {seed}"), &summary(&house).await);
    }
}

/// A program that was restarted between any two parts of a week goes on to the same end.
#[tokio::test(flavor = "multi_thread")]
async fn a_week_played_by_a_new_program_at_each_step_comes_to_the_same() {
    let pack = pack(Scale::Xs, 5, 1);
    let steps = [
        Until::Published,
        Until::Ordered,
        Until::Closed,
        Until::Sourced,
        Until::Delivered,
        Until::Billed,
    ];
    for (whole, stepped) in played(&pack).await.iter().zip(houses(&pack).await) {
        let place = stepped.place(0);
        for until in steps {
            let app: Arc<App> = stepped.other_app().await;
            let played = play(&app, place, until).await;
            played.unwrap_or_else(|failure| panic!("{until:?}: {failure}"));
            app.everything().close().await;
        }
        let found = reports(&stepped.app, stepped.hub, &stepped.weeks).await;
        let expected = reports(&whole.app, whole.hub, &whole.weeks).await;
        assert_eq!(found, expected, "{}", stepped.database.name);
    }
}
