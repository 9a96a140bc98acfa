//! What strangers are refused: each kind is a line of the audit, and no flood of them is more than
//! a few lines, or more than a few rows.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{Method, Request, StatusCode};
use carreau::access::audit::{self, Entry, Seen};
use carreau::access::refusals::OWN_MAX;
use carreau::access::{HubScope, keyring};
use carreau::clock;
use carreau::web::{self, Site, Web};
use db::Val;

use crate::browser::Browser;
use crate::hub::{House, houses};
use crate::pages::two_weeks;
use crate::standing::{count, write};

/// The site behind a proxy of ours, which tells who asks.
fn behind_proxy(house: &House) -> Router {
    let site = Site { address: None, behind_proxy: true };
    web::router(Arc::new(Web::new(house.app.clone(), house.hub, site)))
}

/// All lines of the audit, newest first.
async fn lines(house: &House) -> Vec<Entry> {
    let scope = HubScope::of_program(house.hub);
    audit::last(&house.app, scope, 100_000).await.expect("the audit")
}

/// What strangers send, from an address each; how it is answered, and as what it is noted. Who
/// only looks at a page is led to the door, which is no refusal.
const STRANGERS: &str = "\
192.0.2.1 | POST /weeks/$week/orders | host=localhost                                  | 401 | no-session
192.0.2.2 | POST /leave              | host=localhost origin=https://elsewhere.example | 403 | forged
192.0.2.3 | GET  /enter              | host=elsewhere.example                          | 403 | other-name
192.0.2.4 | GET  /api/v1/weeks       | host=localhost                                  | 401 | no-session
192.0.2.5 | GET  /api/v1/weeks       | host=localhost token=mal-recopie                | 401 | wrong-key
192.0.2.5 | GET  /api/v1/me          | host=localhost token=mal-recopie                | 429 | too-fast
192.0.2.6 | GET  /weeks/$week/orders | host=localhost                                  | 303 |
192.0.2.6 | GET  /enter              | host=localhost                                  | 200 |
";

/// Each leaves its line, and what is no refusal none: those are the broken variant, on which the
/// same look at the audit finds nothing.
pub async fn strangers_are_noted(house: &House) {
    let name = house.database.name;
    let mut stranger = Browser::of(behind_proxy(house), "").await;
    // One request saved up, and another one after a minute: the second of an address is too fast.
    house.app.doors.rates.set(1);
    for row in STRANGERS.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [from, asked, headers, status, word] = columns[..] else { panic!("five: {row}") };
        let asked = asked.replace("$week", &house.weeks[1].to_string());
        let (method, address) = asked.split_once(' ').expect("a method and an address");
        let address = address.trim();
        let mut request = Request::builder().method(method).uri(address);
        request = request.header("x-forwarded-for", from);
        for (name, value) in headers.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            request = match name {
                "token" => request.header(AUTHORIZATION, format!("Bearer {value}")),
                name => request.header(name, value),
            };
        }
        let before = lines(house).await.len();
        let page = stranger.ask(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status.as_str(), status, "{name} {row}");
        let all = lines(house).await;
        let is_it = |one: &&Entry| {
            one.seen.map_or("", Seen::word) == word
                && (one.who.as_str(), one.about.as_str(), one.address.as_str())
                    == ("", address, from)
        };
        let expected = usize::from(!word.is_empty());
        assert_eq!(all.iter().filter(is_it).count(), expected, "{name} {row}");
        assert_eq!(all.len() - before, expected, "{name} {row}: a line, and one only");
    }
    house.app.doors.rates.set(carreau::access::rates::PER_MINUTE);
}

/// An act of somebody who is not in.
async fn act(browser: &mut Browser, from: &str) -> StatusCode {
    let request = browser.request(Method::POST, "/leave-it").header("x-forwarded-for", from);
    browser.ask(request.body(Body::empty()).expect("a request")).await.status
}

/// However often a stranger is refused, from one address or from a thousand: the lines are few, and
/// say how many there were. The counting begins anew each quarter of an hour, which may begin while
/// this runs: twice the lines then. Broken variant: doors that forget write a line for each.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refusals_is_a_few_lines() {
    const FLOOD: usize = 1_000;
    for house in houses(&two_weeks()).await {
        let name = house.database.name;
        let mut stranger = Browser::of(behind_proxy(&house), "").await;
        let mut left = Vec::new();
        for addresses in [1, FLOOD] {
            house.app.doors.strangers.forget();
            let before = lines(&house).await.len();
            for at in 0..FLOOD {
                let from = format!("10.0.{}.{}", (at % addresses) / 250, (at % addresses) % 250);
                assert_eq!(act(&mut stranger, &from).await, StatusCode::UNAUTHORIZED, "{name}");
            }
            left.push(lines(&house).await.len() - before);
        }
        // 1, 10, 100, 1 000; then one for each that has a count of its own, and 1, 10, 100.
        let most = [4, OWN_MAX + 3];
        for (left, most) in left.iter().zip(most) {
            assert!((most..=2 * most).contains(left), "{name}: {left} lines, not {most}");
        }
        let told = |one: &Entry| one.about.ends_with("dont : /leave-it");
        assert!(lines(&house).await.iter().any(told), "{name}: how many there were");
        let before = lines(&house).await.len();
        for _ in 0..30 {
            house.app.doors.strangers.forget();
            act(&mut stranger, "10.9.9.9").await;
        }
        assert_eq!(lines(&house).await.len() - before, 30, "{name}: the broken variant");
    }
}

/// Asks for the question of a passkey, which needs nobody.
async fn question(browser: &mut Browser, from: &str) -> StatusCode {
    let request = Request::post("/enter/passkey/question").header("x-forwarded-for", from);
    let request = request.header(HOST, "localhost:8080");
    browser.ask(request.body(Body::empty()).expect("a request")).await.status
}

/// Each question is a row until it is answered or five minutes old. An address is asked twenty,
/// and is held then like one with wrong keys; another one is heard. Broken variant: doors that
/// forget hear every one, and each is a row.
#[tokio::test(flavor = "multi_thread")]
async fn questions_of_passkeys_are_held() {
    for house in houses(&two_weeks()).await {
        let (name, db) = (house.database.name, house.app.everything());
        let mut stranger = Browser::of(behind_proxy(&house), "").await;
        let mut heard = 0;
        for _ in 0..60 {
            match question(&mut stranger, "192.0.2.1").await {
                StatusCode::OK => heard += 1,
                other => assert_eq!(other, StatusCode::TOO_MANY_REQUESTS, "{name}"),
            }
        }
        assert_eq!((heard, count(db, "challenges").await), (20, 20), "{name}");
        assert_eq!(question(&mut stranger, "192.0.2.2").await, StatusCode::OK, "{name}");
        let noted = lines(&house).await;
        let held = noted.iter().filter(|line| line.seen == Some(Seen::Held)).count();
        assert_eq!(held, 1, "{name}: the audit says that it is held, once");
        for _ in 0..40 {
            house.app.doors.holds.forget();
            assert_eq!(question(&mut stranger, "192.0.2.1").await, StatusCode::OK, "{name}");
        }
        assert_eq!(count(db, "challenges").await, 61, "{name}: the broken variant");
    }
}

/// Whatever the number of addresses, questions that nobody answers do not pile up: only the newest
/// wait. Broken variant: an asking that sweeps its own alone leaves those of all others.
#[tokio::test(flavor = "multi_thread")]
async fn questions_that_nobody_answers_do_not_pile_up() {
    let most = keyring::OPEN_MAX;
    for house in houses(&two_weeks()).await {
        let (name, app, now) = (house.database.name, &house.app, clock::now());
        let text = "INSERT INTO challenges (token_hash, person, state, expires_at) \
            VALUES ($1, '', '', $2)";
        let row = |at: i64| (text, vec![Val::from(format!("h{at}")), Val::I(now.0 + 60)]);
        let flood = (0..most + 500).map(row).collect::<Vec<_>>();
        for part in flood.chunks(500) {
            write(app.everything(), part.to_vec()).await;
        }
        keyring::ask(app, "somebody", "state", now).await.expect("asked");
        let stand = count(app.everything(), "challenges").await;
        assert_eq!(stand, most + 501, "{name}: the broken variant");
        keyring::ask(app, "", "state", now).await.expect("asked");
        let stand = count(app.everything(), "challenges").await;
        assert_eq!(stand, most + 1, "{name}: those of nobody, and somebody's");
        // The one that was just asked is still answered.
        let new = keyring::ask(app, "", "state", now).await.expect("asked");
        let answered = keyring::answered(app, new.as_str(), now).await.expect("an answer");
        assert_eq!(answered, Some((String::new(), "state".to_string())), "{name}");
    }
}
