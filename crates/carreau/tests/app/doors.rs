//! Coming in and leaving: sessions, links, keys, tokens, and what another site may try.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{Method, Request, StatusCode};
use carreau::access::api_token::{self, Leave};
use carreau::access::audit::{self, Seen};
use carreau::access::link::{self, INVITED_S, Opens};
use carreau::access::session::{self, COOKIE, Ground};
use carreau::access::{HubScope, Role, handed, keyring, people};
use carreau::clock;
use carreau::web::{self, Site, Web};
use keys::Token;
use keys::code::Secret;
use trade::calendar::Instant;

use crate::browser::Browser;
use crate::hub::House;
use crate::pages::{played_and_open, two_weeks};
use crate::refused::strangers_are_noted;
use crate::roles::routes;

fn scope(house: &House) -> HubScope {
    HubScope::of_program(house.hub)
}

/// Somebody with a membership: the person and the membership.
async fn member(house: &House, role: Role) -> (String, String) {
    let made = people::player(&house.app, scope(house), role, "Anaïs Roux", clock::now());
    made.await.expect("a person")
}

async fn open_session(house: &House, person: &str, membership: &str, role: Role) -> Token {
    let ground = Ground::Member { person, membership, role };
    session::begin(&house.app, ground, clock::now()).await.expect("a session")
}

async fn is_in(house: &House, token: &Token) -> bool {
    let found = session::person(&house.app, token.as_str(), clock::now()).await;
    found.expect("an answer").is_some()
}

/// T-32: what a browser carried before is not taken up; leaving is felt by the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_planted_session_is_never_taken_up() {
    for house in played_and_open(&two_weeks()).await {
        let planted = Token::new();
        let mut victim = Browser::new(&house, "").await;
        victim.carry(COOKIE, planted.as_str());
        let entered = victim.post_once("/enter", &[("role".into(), "coordinator".into())]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        let own = victim.cookie(COOKIE).expect("a session").to_string();
        assert_ne!(own, planted.as_str());
        assert!(!is_in(&house, &planted).await, "{}: the planted one is in", house.database.name);

        let kept = Token::parse(&own).expect("a token");
        assert!(is_in(&house, &kept).await);
        assert_eq!(victim.get("/account").await.status, StatusCode::OK);
        assert_eq!(victim.post_once("/leave", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!is_in(&house, &kept).await, "{}: a copy still works", house.database.name);
    }
}

/// The browser is told to forget pages, and what scripts have stored only where a script says that
/// nothing of it waits to be sent: without a word nothing that waits is lost.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_clears_the_device_and_nothing_that_waits() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    for (empty, told) in [
        (None, "\"cache\""),
        (Some(""), "\"cache\""),
        (Some("0"), "\"cache\""),
        (Some("1"), "\"cache\", \"storage\""),
    ] {
        let mut browser = Browser::new(&house, "dock").await;
        assert!(browser.get("/account").await.html().contains("data-leave"));
        let fields: Vec<_> = empty.iter().map(|word| ("empty".into(), word.to_string())).collect();
        let left = browser.post_once("/leave", &fields).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER);
        let clears = left.headers.get("clear-site-data").and_then(|value| value.to_str().ok());
        assert_eq!(clears, Some(told), "{empty:?}");
        // The door of nobody forgets what an ended session has left.
        assert!(browser.get("/enter").await.html().contains("data-nobody"));
    }
}

/// T-27: three sessions, a link and a token, all dead when the account closes, also for a second
/// program on the same database.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_opens_nothing() {
    for house in played_and_open(&two_weeks()).await {
        let (app, now) = (&house.app, clock::now());
        let (person, membership) = member(&house, Role::Dock).await;
        let mut alive = Vec::new();
        for _ in 0..3 {
            alive.push(open_session(&house, &person, &membership, Role::Dock).await);
        }
        let opens = Opens::Person(person.clone());
        let mut invited = Vec::new();
        for _ in 0..2 {
            let made = link::make(app, scope(&house), &opens, "test", now, Some(INVITED_S)).await;
            invited.push(made.expect("a link"));
        }
        let leave = [Leave::Read];
        let made = api_token::make(app, scope(&house), &membership, "t", &leave, now, 3_600);
        let program = made.await.expect("a token");
        for token in &alive {
            assert!(is_in(&house, token).await);
        }
        let known = api_token::person(app, program.as_str(), now).await.expect("an answer");
        assert!(known.is_some());

        assert!(people::close(app, &person, now).await.expect("closed"));
        let other = house.other_app().await;
        for token in &alive {
            assert!(!is_in(&house, token).await, "{}", house.database.name);
            let there = session::person(&other, token.as_str(), now).await.expect("an answer");
            assert!(there.is_none(), "{}: another program", house.database.name);
        }
        let known = api_token::person(app, program.as_str(), now).await.expect("an answer");
        assert!(known.is_none(), "{}", house.database.name);
        for token in &invited {
            let tapped = link::tap(app, token.as_str(), now).await.expect("an answer");
            assert!(matches!(tapped, link::Tapped::No), "{}", house.database.name);
        }
        other.everything().close().await;
    }
}

/// T-27: a farm passes to somebody else. Who had its place and its links has nothing of it any
/// more; who comes after has.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_taken_away_opens_nothing() {
    for house in played_and_open(&two_weeks()).await {
        let (app, now, name) = (&house.app, clock::now(), house.database.name);
        let farm = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().next().copied().expect("a farm")
        });
        let role = Role::Producer(farm.await.expect("a week"));
        let (person, membership) = member(&house, role).await;
        let mut alive = Vec::new();
        for _ in 0..3 {
            alive.push(open_session(&house, &person, &membership, role).await);
        }
        let mut links = Vec::new();
        for week in [house.weeks[0], house.weeks[1]] {
            let opens = Opens::Farm(house_farm_of(role), week);
            let made = link::make(app, scope(&house), &opens, "test", now, None).await;
            links.push(made.expect("a link"));
        }
        let link::Tapped::In { session: by_link, .. } =
            link::tap(app, links[0].as_str(), now).await.expect("an answer")
        else {
            panic!("{name}: a link of its own")
        };
        alive.push(by_link);
        let leave = [Leave::Read];
        let made = api_token::make(app, scope(&house), &membership, "t", &leave, now, 3_600);
        let program = made.await.expect("a token");
        for token in &alive {
            assert!(is_in(&house, token).await, "{name}: the broken variant, nobody took it away");
        }
        let left = people::leave(app, scope(&house), &membership, "test", now).await;
        assert!(left.expect("taken away"), "{name}");
        let ended = handed::revoke_all(app, scope(&house), role, "test", now).await;
        assert_eq!(ended.expect("revoked"), 2, "{name}");
        for token in &alive {
            assert!(!is_in(&house, token).await, "{name}");
        }
        for token in &links {
            let tapped = link::tap(app, token.as_str(), now).await.expect("an answer");
            assert!(matches!(tapped, link::Tapped::No), "{name}");
        }
        let known = api_token::person(app, program.as_str(), now).await.expect("an answer");
        assert!(known.is_none(), "{name}");
        let again = people::player(app, scope(&house), role, "Nadia Serre", now).await;
        let (person, membership) = again.expect("a new place");
        let token = open_session(&house, &person, &membership, role).await;
        assert!(is_in(&house, &token).await, "{name}");
    }
}

fn house_farm_of(role: Role) -> trade::id::ProducerId {
    match role {
        Role::Producer(farm) => farm,
        other => panic!("{other:?} is no farm"),
    }
}

/// Broken variant of the above: an account that nobody closed stays open a second later, and a
/// program that remembers a session longer than it may would let it in.
#[tokio::test(flavor = "multi_thread")]
async fn another_program_believes_what_it_knew_for_a_second_only() {
    for house in played_and_open(&two_weeks()).await {
        let (person, membership) = member(&house, Role::Dock).await;
        let token = open_session(&house, &person, &membership, Role::Dock).await;
        let other = house.other_app().await;
        let (now, text) = (clock::now(), token.as_str());
        let later = Instant(now.0 + 1);
        assert!(session::person(&other, text, now).await.expect("an answer").is_some());
        people::close(&house.app, &person, now).await.expect("closed");
        // The other program has not been told: within its second it still believes.
        assert!(session::person(&other, text, now).await.expect("an answer").is_some());
        assert!(session::person(&other, text, later).await.expect("an answer").is_none());
        other.everything().close().await;
    }
}

/// T-31: a page of another site, with the victim's cookie, on every route that writes, by form, by
/// script and by image; and a form of our own without the token of the session. The cookie itself
/// goes with no form of another site, and to no other host.
#[tokio::test(flavor = "multi_thread")]
async fn another_sites_forms_are_refused_everywhere() {
    for house in played_and_open(&two_weeks()).await {
        another_sites_forms_are_refused(&house).await;
    }
}

async fn another_sites_forms_are_refused(house: &House) {
    let name = house.database.name;
    let mut browser = Browser::new(house, "administrator").await;
    let entered = [("role".to_string(), "administrator".to_string())];
    let entered = Browser::new(house, "").await.post_once("/enter", &entered).await;
    let set = entered.headers.get("set-cookie").and_then(|set| set.to_str().ok());
    let set = set.expect("a cookie");
    assert!(set.starts_with("__Host-"), "{set}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let gets: std::collections::BTreeSet<String> = routes()
        .into_iter()
        .filter(|(method, _)| *method == Method::GET)
        .map(|(_, route)| route)
        .collect();
    let cookie = format!("{COOKIE}={}", browser.cookie(COOKIE).expect("a session"));
    let token = browser.form_token().to_string();
    let week = house.weeks[1].to_string();
    let mut heard = 0;
    let mut viewer = browser.twin();
    for (method, route) in routes().into_iter().filter(|(method, _)| *method != Method::GET) {
        let address = route.replace("{week}", &week);
        let mut send = async |headers: &[(&str, &str)]| {
            let request = Request::builder().method(method.clone()).uri(&address);
            let mut request = request.header(HOST, "127.0.0.1:8080");
            request = request.header("cookie", &cookie);
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            browser.ask(request.body(Body::empty()).expect("a request")).await.status
        };
        let own = ("x-form-token", token.as_str());
        let elsewhere = ("origin", "https://elsewhere.example");
        assert_eq!(send(&[own, elsewhere]).await, StatusCode::FORBIDDEN, "{name} {route}");
        assert_eq!(send(&[own, ("sec-fetch-site", "cross-site")]).await, 403, "{name} {route}");
        assert_eq!(send(&[]).await, StatusCode::FORBIDDEN, "{name} {route}: without a token");
        let guessed = ("x-form-token", "guessed");
        assert_eq!(send(&[guessed]).await, 403, "{name} {route}: another token");
        // An image sends no form, and what only writes answers no reading.
        if !gets.contains(&route) {
            let image = [(HOST.as_str(), "127.0.0.1:8080"), ("cookie", &cookie)];
            let mut request = Request::get(&address);
            for (name, value) in image {
                request = request.header(name, value);
            }
            let seen = viewer.ask(request.body(Body::empty()).expect("a request")).await.status;
            assert!(matches!(seen.as_u16(), 403..=405), "{name} {route} is read: {seen}");
        }
        // The broken variant: where neither is asked, the same request is heard.
        if route != "/leave" && !route.contains("/my-") {
            heard += usize::from(send(&[own]).await != StatusCode::FORBIDDEN);
        }
    }
    assert!(heard > 20, "{name}: only {heard} routes hear their own forms");
}

/// A password opens with a code that was not used, and with nothing less.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_needs_its_code_and_each_code_serves_once() {
    for house in played_and_open(&two_weeks()).await {
        let (app, now) = (&house.app, clock::now());
        let (person, _) = member(&house, Role::Coordinator).await;
        let (secret, word) = (Secret::new(), "figues et courges 34");
        let code = |steps: i64| secret.at(now.0 + 30 * steps);
        let set = async |word: &str, code: &str| {
            keyring::set_password(app, &person, word, &secret.text(), code, now).await
        };
        assert!(set("court", &code(0)).await.is_err());
        assert!(set(word, "000000").await.is_err());
        set(word, &code(0)).await.expect("set");
        let mut browser = Browser::new(&house, "").await;
        let mut enter = async |email: &str, word: &str, code: &str| {
            let fields = [("email", email), ("password", word), ("code", code)];
            let fields = fields.map(|(name, value)| (name.to_string(), value.to_string()));
            browser.post_once("/enter/password", &fields).await.status
        };
        let email = "coordinator@demo.exemple.fr";
        let no = StatusCode::FORBIDDEN;
        assert_eq!(enter(email, word, &code(0)).await, no, "the code of the setting up");
        assert_eq!(enter(email, "figues et courges 35", &code(1)).await, no);
        assert_eq!(enter("nobody@demo.exemple.fr", word, &code(1)).await, no);
        assert_eq!(enter(email, word, "").await, no, "no code");
        assert_eq!(enter(email, word, &code(1)).await, StatusCode::SEE_OTHER);
        assert_eq!(enter(email, word, &code(1)).await, no, "the same code again");
    }
}

/// A guess at a link, from an address as our own proxy would tell it.
async fn guess(browser: &mut Browser, from: &str, token: &str) -> StatusCode {
    let request = browser.request(Method::POST, "/lien").header("x-forwarded-for", from);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from(format!("token={token}"));
    browser.ask(request.body(body).expect("a request")).await.status
}

/// T-33: 10 000 guesses from one address and from a hundred. Each address is heard twenty times,
/// the audit says which were held, no guess opens anything, and the owner of the link comes in from
/// another address all the while. Broken variant: doors that forget hear every guess.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_are_held_and_the_owner_is_not() {
    const GUESSES: usize = 10_000;
    for house in played_and_open(&two_weeks()).await {
        let name = house.database.name;
        let site = Site { address: None, behind_proxy: true };
        let web = Arc::new(Web::new(house.app.clone(), house.hub, site));
        let farm = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().next().copied().expect("a farm")
        });
        let opens = Opens::Farm(farm.await.expect("a week"), house.weeks[1]);
        let own = link::make(&house.app, scope(&house), &opens, "test", clock::now(), None).await;
        let own = own.expect("a link");
        for addresses in [1, 100] {
            house.app.doors.holds.forget();
            let held_before = held(&house).await;
            let mut attacker = Browser::of(web::router(web.clone()), "").await;
            let (mut heard, mut unheard) = (0, 0);
            for at in 0..GUESSES {
                let from = format!("192.0.2.{}", at % addresses);
                match guess(&mut attacker, &from, Token::new().as_str()).await {
                    StatusCode::FORBIDDEN => heard += 1,
                    StatusCode::TOO_MANY_REQUESTS => unheard += 1,
                    other => panic!("{name}: a guess was answered {other}"),
                }
                if at % 2_500 == 1_000 {
                    let mut owner = Browser::of(web::router(web.clone()), "").await;
                    let came = guess(&mut owner, "198.51.100.7", own.as_str()).await;
                    assert_eq!(came, StatusCode::SEE_OTHER, "{name}: the owner is locked out");
                }
            }
            assert_eq!((heard, unheard), (20 * addresses, GUESSES - 20 * addresses), "{name}");
            assert_eq!(held(&house).await - held_before, addresses, "{name}: the alert");
            // Who is held is not heard with the right key either.
            let right = guess(&mut attacker, "192.0.2.0", own.as_str()).await;
            assert_eq!(right, StatusCode::TOO_MANY_REQUESTS, "{name}");
        }
        let mut attacker = Browser::of(web::router(web), "").await;
        for _ in 0..40 {
            house.app.doors.holds.forget();
            let heard = guess(&mut attacker, "192.0.2.0", Token::new().as_str()).await;
            assert_eq!(heard, StatusCode::FORBIDDEN, "{name}: the broken variant hears all");
        }
    }
}

/// How often the audit says that an address was held.
async fn held(house: &House) -> usize {
    let noted = audit::last(&house.app, scope(house), 100_000).await.expect("the audit");
    noted.iter().filter(|entry| entry.seen == Some(Seen::Held)).count()
}

/// Every sign-in, every way out and every refusal is in the audit, with who and from where, also
/// those of strangers. Broken variant: what is allowed leaves no line.
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_tells_who_came_and_who_was_refused() {
    for house in played_and_open(&two_weeks()).await {
        let name = house.database.name;
        let web = Arc::new(Web::new(house.app.clone(), house.hub, Site::default()));
        let week = house.weeks[1];
        let mut browser = Browser::of(web::router(web), "dock").await;
        let lines = async || {
            let noted = audit::last(&house.app, scope(&house), 1_000).await.expect("the audit");
            noted
                .into_iter()
                .map(|one| (one.seen.expect("a word"), one.who, one.about))
                .collect::<Vec<_>>()
        };
        let dock = "Karim Haddad".to_string();
        assert_eq!(lines().await[0].0, Seen::CameIn, "{name}");
        let before = lines().await.len();
        browser.get(&format!("/weeks/{week}/dock")).await;
        assert_eq!(lines().await.len(), before, "{name}: what is allowed is no line");
        let refused = format!("/weeks/{week}/billing");
        browser.get(&refused).await;
        let count = |all: &[(Seen, String, String)], line: &(Seen, String, String)| {
            all.iter().filter(|one| *one == line).count()
        };
        assert_eq!(count(&lines().await, &(Seen::Forbidden, dock.clone(), refused)), 1, "{name}");
        let forged = "/leave".to_string();
        browser.post(&forged, &[("form_token".into(), "guessed".into())]).await;
        assert_eq!(count(&lines().await, &(Seen::Forged, dock.clone(), forged)), 1, "{name}");
        browser.post("/leave", &[]).await;
        assert_eq!(count(&lines().await, &(Seen::Left, dock, String::new())), 1, "{name}");
        let fields = [("email", "a@b.fr"), ("password", "x"), ("code", "000000")];
        let fields = fields.map(|(name, value)| (name.to_string(), value.to_string()));
        browser.post("/enter/password", &fields).await;
        let wrong = (Seen::WrongKey, String::new(), "mot de passe".to_string());
        assert_eq!(count(&lines().await, &wrong), 1, "{name}");
        // A link of one week that is used for another: refused by the type of its scope.
        let farm = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().next().copied().expect("a farm")
        });
        let farm = farm.await.expect("a week");
        let opens = Opens::Farm(farm, week);
        let token = link::make(&house.app, scope(&house), &opens, "test", clock::now(), None);
        let token = token.await.expect("a link");
        browser.post("/lien", &[("token".into(), token.as_str().into())]).await;
        let other = format!("/weeks/{}/my-offers", week.next());
        browser.get(&other).await;
        let line = (Seen::Forbidden, format!("ferme {farm}"), other);
        assert_eq!(count(&lines().await, &line), 1, "{name}");
        // A program's request beyond its leave: one line, whichever door noted it.
        let (_, membership) = member(&house, Role::Observer).await;
        let leave = [Leave::Trade];
        let token = api_token::make(
            &house.app,
            scope(&house),
            &membership,
            "t",
            &leave,
            clock::now(),
            3_600,
        );
        let key = format!("Bearer {}", token.await.expect("a token").as_str());
        let asked = "/api/v1/weeks".to_string();
        let request = Request::get(&asked).header(HOST, "127.0.0.1:8080");
        let request = request.header(AUTHORIZATION, key).body(Body::empty()).expect("a request");
        let mut program = Browser::new(&house, "").await;
        assert_eq!(program.ask(request).await.status, StatusCode::FORBIDDEN, "{name}");
        let line = (Seen::Forbidden, "Anaïs Roux".to_string(), asked);
        assert_eq!(count(&lines().await, &line), 1, "{name}");
        strangers_are_noted(&house).await;
    }
}

/// Whom to tell of a weakness (RFC 9116), for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_weakness_can_be_told() {
    let house = played_and_open(&two_weeks()).await.remove(0);
    let page = Browser::new(&house, "").await.get_once("/.well-known/security.txt").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.html();
    assert!(text.starts_with("Contact: mailto:"), "{text}");
    for part in
        ["\nExpires: 20", "T00:00:00Z\n", "\nPreferred-Languages: fr, en\n", "\nCanonical: "]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// An invitation opens once, also when it is tapped twice at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_opens_once() {
    for house in played_and_open(&two_weeks()).await {
        let (app, now) = (&house.app, clock::now());
        let (person, _) = member(&house, Role::Accountant).await;
        let opens = Opens::Person(person);
        let made = link::make(app, scope(&house), &opens, "test", now, Some(INVITED_S)).await;
        let token = made.expect("a link");
        let taps = [0; 4].map(|_| link::tap(app, token.as_str(), now));
        let taps = futures_util::future::join_all(taps).await;
        let opened = taps.iter().filter(|tap| matches!(tap, Ok(link::Tapped::In { .. }))).count();
        assert_eq!(opened, 1, "{}", house.database.name);
        // One of a week may be tapped again.
        let farm = house.app.read(house.place(1), |week, _| {
            week.register().producers.keys().next().copied().expect("a farm")
        });
        let opens = Opens::Farm(farm.await.expect("a week"), house.weeks[1]);
        let token = link::make(app, scope(&house), &opens, "test", now, None).await;
        let token = token.expect("a link");
        for _ in 0..3 {
            // The demonstration's weeks lie in the future: the link lives until after its own.
            let tap = link::tap(app, token.as_str(), now).await.expect("an answer");
            assert!(matches!(tap, link::Tapped::In { .. }), "{}", house.database.name);
        }
        let role = Role::Producer(house_farm(&opens));
        let ended = handed::revoke_all(app, scope(&house), role, "test", now).await;
        assert_eq!(ended.expect("revoked"), 1);
        let tap = link::tap(app, token.as_str(), now).await.expect("an answer");
        assert!(matches!(tap, link::Tapped::No), "{}", house.database.name);
    }
}

fn house_farm(opens: &Opens) -> trade::id::ProducerId {
    match opens {
        Opens::Farm(farm, _) => *farm,
        _ => panic!("a farm's link"),
    }
}

/// A token gives leave to what its owner said, within the owner's own rights, and no page.
#[tokio::test(flavor = "multi_thread")]
async fn a_programs_token_opens_what_it_was_given() {
    for house in played_and_open(&two_weeks()).await {
        let (app, now) = (&house.app, clock::now());
        let (_, membership) = member(&house, Role::Coordinator).await;
        let mut made = Vec::new();
        for leave in [Leave::Read, Leave::Trade] {
            let leave = [leave];
            let token = api_token::make(app, scope(&house), &membership, "t", &leave, now, 3_600);
            made.push(token.await.expect("a token"));
        }
        let mut browser = Browser::new(&house, "").await;
        let week = house.weeks[1].to_string();
        let mut ask = async |token: &Token, method: &str, address: String| {
            let key = format!("Bearer {}", token.as_str());
            let request = Request::builder().method(method).uri(address);
            let request = request.header(HOST, "127.0.0.1:8080").header(AUTHORIZATION, key);
            let request = request.header("idempotency-key", "key-12345678");
            browser.ask(request.body(Body::from("{}")).expect("a request")).await.status.as_u16()
        };
        let weeks = format!("/api/v1/weeks/{week}");
        assert_eq!(ask(&made[0], "GET", weeks.clone()).await, 200);
        assert_eq!(ask(&made[1], "GET", weeks.clone()).await, 403);
        assert_eq!(ask(&made[0], "GET", format!("/weeks/{week}/orders")).await, 403, "a page");
        assert_eq!(ask(&Token::new(), "GET", weeks).await, 401);
    }
}
