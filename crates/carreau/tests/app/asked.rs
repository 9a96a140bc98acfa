//! A link that somebody asks for at the door: who gets one, and what it opens.

use axum::http::StatusCode;
use carreau::access::asked::{AGAIN_S, send};
use carreau::access::audit::{self, Seen};
use carreau::access::link::ASKED_S;
use carreau::access::{HubScope, Role, people};
use carreau::clock;
use trade::calendar::Instant;

use crate::browser::{Browser, Sent};
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};

const SITE: &str = "https://hub.example";
const BODIES: &str = "SELECT body FROM outbox WHERE kind = 'asked_link' ORDER BY created_at, body";

/// The tokens of the links that were sent, oldest first.
async fn tokens(house: &House) -> Vec<String> {
    let bodies: Vec<String> = house.app.everything().query(BODIES, vec![]).await.expect("letters");
    let token = |body: &String| {
        let line = body.lines().find(|line| line.starts_with(SITE)).expect("a link");
        line.split_once("/lien#").expect("the token is behind #").1.to_string()
    };
    bodies.iter().map(token).collect()
}

async fn asks(house: &House, email: &str, now: Instant) -> usize {
    let scope = HubScope::of_program(house.hub);
    let sent = send(&house.app, (scope, house.weeks[1]), email, SITE, now).await;
    sent.expect("an answer")
}

async fn person(house: &House, email: &str, role: Role) {
    let (scope, now) = (HubScope::of_program(house.hub), clock::now());
    let human = people::Human {
        id: String::new(),
        email: email.into(),
        name: "Camille Vidal".into(),
        phone: String::new(),
    };
    let human = people::person(&house.app, human, now).await.expect("a person");
    let joined = people::join(&house.app, scope, &human.id, role, "essai", now).await;
    joined.expect("a place");
}

fn tap(token: &str) -> Sent {
    vec![("token".into(), token.into())]
}

/// A canteen's own address opens its week; a second asking right after sends nothing more. Broken
/// variant: after five minutes it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_canteen_gets_its_week_and_one_letter() {
    for house in played_and_open(&two_weeks()).await {
        let (name, now) = (house.database.name, clock::now());
        let email = house.app.read(house.place(1), |week, _| {
            week.register().buyers.values().next().expect("a buyer").identity.email.clone()
        });
        let email = email.await.expect("a week");
        assert_eq!(asks(&house, &email.to_uppercase(), now).await, 1, "{name}");
        assert_eq!(asks(&house, &email, now).await, 0, "{name}: a letter is on its way");
        let sent = tokens(&house).await;
        assert_eq!(sent.len(), 1, "{name}");
        let mut kitchen = Browser::new(&house, "").await;
        let opened = kitchen.post("/lien", &tap(&sent[0])).await;
        assert_eq!(opened.address, format!("/weeks/{}/my-orders", house.weeks[1]), "{name}");
        assert_eq!(kitchen.get("/mail").await.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(asks(&house, &email, Instant(now.0 + AGAIN_S)).await, 1, "{name}");
    }
}

/// Nobody unknown, and nobody with a desk: a letter alone opens none. Broken variant: the same
/// person with a canteen's place alone gets a link, that serves once and for twenty minutes.
#[tokio::test(flavor = "multi_thread")]
async fn no_desk_is_opened_by_a_letter_alone() {
    for house in played_and_open(&two_weeks()).await {
        let (name, now) = (house.database.name, clock::now());
        let buyer = house.app.read(house.place(1), |week, _| {
            *week.register().buyers.keys().next().expect("a buyer")
        });
        let buyer = buyer.await.expect("a week");
        person(&house, "chef@cuisine.example", Role::Buyer(buyer)).await;
        person(&house, "deux@hub.example", Role::Buyer(buyer)).await;
        person(&house, "deux@hub.example", Role::Coordinator).await;
        for (email, letters) in [
            ("personne@nulle-part.example", 0),
            ("pas une adresse", 0),
            ("deux@hub.example", 0),
            ("chef@cuisine.example", 1),
        ] {
            assert_eq!(asks(&house, email, now).await, letters, "{name} {email}");
        }
        let sent = tokens(&house).await;
        let late = carreau::access::link::tap(&house.app, &sent[0], Instant(now.0 + ASKED_S)).await;
        assert!(matches!(late, Ok(carreau::access::link::Tapped::No)), "{name}: too late");
        let mut chef = Browser::new(&house, "").await;
        let opened = chef.post_once("/lien", &tap(&sent[0])).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{name}");
        let again = Browser::new(&house, "").await.post_once("/lien", &tap(&sent[0])).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "{name}: it serves once");
    }
}

/// The page says the same to all, and a network that asks too often is held.
#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_are_told_the_same() {
    for house in played_and_open(&two_weeks()).await {
        let known = house.app.read(house.place(1), |week, _| {
            week.register().buyers.values().next().expect("a buyer").identity.email.clone()
        });
        let known = known.await.expect("a week");
        let mut door = Browser::new(&house, "").await;
        let ask = |email: &str| -> Sent { vec![("email".into(), email.into())] };
        let first = door.post_once("/enter/link", &ask(&known)).await;
        let second = door.post_once("/enter/link", &ask("personne@nulle-part.example")).await;
        assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
        assert_eq!(first.text(), second.text(), "{}", house.database.name);
        let mut last = StatusCode::OK;
        for _ in 0..40 {
            last = door.post_once("/enter/link", &ask("x@nulle-part.example")).await.status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "{}", house.database.name);
        let scope = HubScope::of_program(house.hub);
        let noted = audit::last(&house.app, scope, 100).await.expect("the audit");
        let held = noted.iter().filter(|line| line.seen == Some(Seen::Held)).count();
        assert_eq!(held, 1, "{}: the journal says that it is held, once", house.database.name);
    }
}
