//! The rounds of a day as a program reads and accepts them.

use serde_json::{Value, json};

use crate::api::router;
use crate::program::{Program, assert_documented};
use crate::rounds::sourced;

fn sum(of: &Value, field: &str) -> i64 {
    let rounds = of["rounds"].as_array().expect("rounds");
    rounds.iter().map(|round| round[field].as_i64().expect("a number")).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_accepts_the_rounds_that_it_has_read_and_no_others() {
    for (house, _, day) in sourced().await {
        let name = house.database.name;
        let program = Program::of(&house, &router(&house), "coordinator").await;
        let (rounds, plan, accept) = (
            format!("/rounds/{day}"),
            format!("/rounds/{day}/plan"),
            format!("/rounds/{day}/accept"),
        );
        let none = program.get(&rounds).await;
        assert_documented("/rounds/{day}", "get", &none);
        assert_eq!(
            (none.json()["version"].clone(), none.json()["rounds"].clone()),
            (json!(0), json!([]))
        );

        let seen = program.get(&plan).await;
        assert_documented("/rounds/{day}/plan", "get", &seen);
        let seen = seen.json();
        assert!(sum(&seen, "metres") > 0, "{name}: {seen}");
        assert_eq!(seen["metres"], sum(&seen, "metres"), "{name}");
        assert_eq!(seen["cost_cents"], sum(&seen, "cost_cents"), "{name}");
        assert_eq!(
            program.get(&rounds).await.json()["version"],
            0,
            "{name}: looking keeps nothing"
        );

        let stale =
            program.post(&accept, "a-stale-key", &json!({ "mark": "0123456789abcdef" })).await;
        assert_documented("/rounds/{day}/accept", "post", &stale);
        assert_eq!((stale.status, stale.json()["code"].clone()), (409, json!("gone")), "{name}");
        let body = json!({ "mark": seen["mark"] });
        let taken = program.post(&accept, "a-good-key", &body).await;
        assert_documented("/rounds/{day}/accept", "post", &taken);
        assert_eq!(taken.status, 201, "{name}: {}", taken.text());
        let again = program.post(&accept, "a-good-key", &body).await;
        assert_eq!((again.status, again.text()), (201, taken.text()), "{name}");

        let now = program.get(&rounds).await.json();
        assert_eq!(now["version"], 1, "{name}: the same key again accepts nothing");
        assert_eq!(now["metres"], seen["metres"], "{name}");
        let stops = |of: &Value| {
            let rounds = of["rounds"].as_array().expect("rounds").iter();
            rounds.map(|round| round["stops"].clone()).collect::<Vec<Value>>()
        };
        assert_eq!(stops(&now), stops(&seen), "{name}");
        let first = &now["rounds"][0];
        assert!(first["leaves_at"].as_str() < first["stops"][0]["arrives_at"].as_str(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_are_the_hubs_own_and_a_day_is_a_day() {
    let (house, place, day) = sourced().await.remove(0);
    let router = router(&house);
    let buyer = house.app.read(place, |week, _| week.orders()[0].buyer).await.expect("a week");
    let buyer = Program::of(&house, &router, &format!("buyer.{buyer}")).await;
    let desk = Program::of(&house, &router, "coordinator").await;
    for address in [format!("/rounds/{day}"), format!("/rounds/{day}/plan")] {
        assert_eq!(buyer.get(&address).await.status, 403, "{address}");
        assert_eq!(desk.get(&address.replace(&day.to_string(), "demain")).await.status, 404);
        assert_eq!(desk.get(&address.replace(&day.to_string(), "0000-01-01")).await.status, 404);
    }
}
