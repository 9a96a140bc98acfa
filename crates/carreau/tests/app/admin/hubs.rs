//! Several hubs in one database: who works for two switches between them, and an administrator's
//! hand ends at the own hub.

use std::sync::Arc;

use carreau::access::{HubScope, Role, people};
use carreau::app::App;
use carreau::clock;
use carreau::data::import::import;
use carreau::web::{self, Site, Web};
use trade::id::HubId;

use super::{houses_of, offers_of, plain, post, scope};
use crate::browser::Browser;
use crate::hub::House;

/// A second hub beside the first, in the same database.
async fn second_hub(house: &House) -> HubScope {
    let mut pack = offers_of("2037-W12");
    let hub = pack.hub.as_mut().expect("a hub");
    hub.id = HubId::parse("lozere").expect("a code");
    hub.identity.name = "Paniers de Lozère".into();
    let taken = import(&house.app, pack).await;
    HubScope::of_program(taken.unwrap_or_else(|no| panic!("{no:?}")).hub)
}

async fn join(house: &House, scope: HubScope, role: Role) -> String {
    let human = people::Human {
        id: String::new(),
        email: "dock@demo.exemple.fr".into(),
        name: "Karim Haddad".into(),
        phone: String::new(),
    };
    let now = clock::now();
    let human = people::person(&house.app, human, now).await.expect("a person");
    people::join(&house.app, scope, &human.id, role, "test", now).await.expect("a place");
    human.id
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_for_two_hubs_switches_between_them() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let lozere = second_hub(&house).await;
        let mut browser = Browser::new(&house, "dock").await;
        let own = format!("/weeks/{}/sourcing", house.weeks[0]);
        let alone = plain(&browser.get(&own).await);
        assert!(alone.contains("Mon compte") && !alone.contains("Changer de place"), "{name}");
        join(&house, lozere, Role::Coordinator).await;
        house.app.doors.forget();
        let page = plain(&browser.get(&own).await);
        assert!(page.contains("Changer de place"), "{name}: {page}");
        assert!(page.contains("Producteurs d'Occitanie"), "{name}: {page}");
        let account = browser.get("/account").await;
        let mut forms = account.forms().into_iter();
        let form = forms.find(|form| form.action == "/account/place").expect("another place");
        let there = browser.post("/account/place", &form.fields).await;
        let text = plain(&there);
        assert!(text.contains("Paniers de Lozère") && text.contains("Coordination"), "{text}");
        assert!(text.contains("Changer de place"), "{name}: {text}");
        // The first hub's part is not open in the second one's session, and back again.
        let week = house.weeks[0];
        assert_eq!(browser.get(&format!("/weeks/{week}/offers")).await.status, 200);
        let account = browser.get("/account").await;
        let mut forms = account.forms().into_iter();
        let form = forms.find(|form| form.action == "/account/place").expect("the first place");
        browser.post("/account/place", &form.fields).await;
        let back = plain(&browser.get(&own).await);
        assert!(back.contains("Producteurs d'Occitanie"), "{name}: {back}");
        assert_eq!(browser.get(&format!("/weeks/{week}/offers")).await.status, 403, "{name}");
    }
}

/// The hub of each letter with a link that was asked for, its subject and its token.
async fn asked_links(house: &House) -> Vec<(String, String, String)> {
    let text = "SELECT hub_id, subject, body FROM outbox WHERE kind = 'asked_link' \
        ORDER BY hub_id, created_at";
    let rows: Vec<(String, String, String)> =
        house.app.everything().query(text, vec![]).await.expect("letters");
    let token = |body: &str| {
        let (_, rest) = body.split_once("/lien#").expect("a link");
        rest.split_whitespace().next().unwrap_or_default().to_string()
    };
    rows.into_iter().map(|(hub, subject, body)| (hub, subject, token(&body))).collect()
}

/// Whoever asks for a link says no hub: each that knows the address writes, in its own name, once.
/// Broken variant: who is known in the second hub alone gets its letter, although the doors have
/// the name of the first.
#[tokio::test(flavor = "multi_thread")]
async fn each_hub_that_knows_an_address_writes_its_own_letter() {
    for house in houses_of("2037-W12").await {
        let (name, now) = (house.database.name, clock::now());
        let lozere = second_hub(&house).await;
        let first = house.app.read(house.place(0), |week, _| {
            let buyer = week.register().buyers.values().next().expect("a buyer");
            (buyer.id, buyer.identity.email.clone())
        });
        let (buyer, email) = first.await.expect("a week");
        let web = Web::new(house.app.clone(), house.hub, Site::default());
        for (again, new) in [(now, 2), (now, 0)] {
            let sent = web::write_links(&web, &email, "https://hub.example", again).await;
            assert_eq!(sent.expect("an answer"), new, "{name}");
        }
        let letters = asked_links(&house).await;
        let own: Vec<(&str, &str)> =
            letters.iter().map(|(hub, subject, _)| (hub.as_str(), subject.as_str())).collect();
        let expected = [
            ("lozere", "Votre lien chez Paniers de Lozère"),
            (house.hub.as_str(), "Votre lien chez Producteurs d'Occitanie"),
        ];
        assert_eq!(own, expected, "{name}");
        for ((_, _, token), hub) in letters.iter().zip(["Paniers de Lozère", "Producteurs d'Occit"])
        {
            let mut kitchen = Browser::new(&house, "").await;
            let page = kitchen.post("/lien", &[("token".into(), token.clone())]).await;
            assert!(plain(&page).contains(hub), "{name} {hub}: {}", plain(&page));
        }
        join(&house, lozere, Role::Buyer(buyer)).await;
        let site = "https://hub.example";
        let alone = web::write_links(&web, "dock@demo.exemple.fr", site, now).await;
        assert_eq!(alone.expect("an answer"), 1, "{name}");
        let unknown = web::write_links(&web, "personne@nulle-part.example", site, now).await;
        assert_eq!(unknown.expect("an answer"), 0, "{name}");
        // A buyer of this hub who has a desk in the other one: its own link opens no desk.
        let with_desk = people::Human {
            id: String::new(),
            email: email.clone(),
            name: "Anne Bel".into(),
            phone: String::new(),
        };
        let human = people::person(&house.app, with_desk, now).await.expect("a person");
        let joined = people::join(&house.app, lozere, &human.id, Role::Dock, "test", now).await;
        joined.expect("a place");
        let later = trade::calendar::Instant(now.0 + carreau::access::asked::AGAIN_S);
        let sent = web::write_links(&web, &email, site, later).await;
        assert_eq!(sent.expect("an answer"), 1, "{name}: only where there is no desk");
    }
}

/// An administrator of one hub neither sees nor shuts out the people of another, and never holds
/// a link by which somebody of another hub comes in.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_hand_ends_at_the_own_hub() {
    for house in houses_of("2037-W12").await {
        let name = house.database.name;
        let lozere = second_hub(&house).await;
        let person = join(&house, lozere, Role::Coordinator).await;
        let mut browser = Browser::new(&house, "administrator").await;
        // Known in the other hub only: not found here, by no route.
        let own = format!("/admin/people/{person}");
        assert_eq!(browser.get(&own).await.status, 404, "{name}");
        for part in ["closing", "sessions/removal", "links", "places"] {
            let page =
                post(&mut browser, &format!("{own}/{part}"), "place=dock; session=all").await;
            assert_eq!(page.status, 404, "{name} {part}");
        }
        // Invited here too: the link is not shown, for it would open the other hub.
        let invite = "email=dock@demo.exemple.fr; place=dock; by=";
        let page = post(&mut browser, "/admin/people", &format!("{invite}link")).await;
        assert!(plain(&page).contains("son lien ne se montre pas"), "{name}: {}", plain(&page));
        let page = post(&mut browser, "/admin/people", &format!("{invite}mail")).await;
        assert_eq!(page.status, 200, "{name}: {}", plain(&page));
        // Both hubs' person: the account is not this administrator's to close.
        let page = post(&mut browser, &format!("{own}/closing"), "").await;
        assert!(plain(&page).contains("aussi pour une autre plateforme"), "{}", plain(&page));
        let page = post(&mut browser, &format!("{own}/keys/removal"), "credential=").await;
        assert!(plain(&page).contains("aussi pour une autre plateforme"), "{}", plain(&page));
        let places = people::memberships(&house.app, &person).await.expect("places");
        assert_eq!(places.len(), 2, "{name}");
        // The letter's key is not read by those who keep the letters; in the demonstration it is.
        let text = "SELECT recipient, version FROM outbox WHERE kind = 'invitation'";
        let rows: Vec<(String, i64)> =
            house.app.everything().query(text, vec![]).await.expect("letters");
        let (recipient, version) = &rows[0];
        let week = clock::today().week();
        let letter = format!("/mail/{week}.invitation.{recipient}.{version}");
        let shown = |page: &crate::browser::Page| {
            let (_, rest) = page.html().split_once("/lien#").expect("a link");
            rest.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        };
        assert!(shown(&browser.get(&letter).await), "{name}");
        let app = Arc::new(App::new(house.database.open().await, false));
        let web = Web::new(app.clone(), house.hub, Site::default());
        let mut real = browser.at(web::router(Arc::new(web)));
        for part in ["", "/html"] {
            assert!(!shown(&real.get(&format!("{letter}{part}")).await), "{name} {part}");
        }
        app.everything().close().await;
        assert_eq!(scope(&house).hub(), house.hub);
    }
}
