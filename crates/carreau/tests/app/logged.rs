//! T-26: what the program says on its way, to the terminal or to a log, holds no word of a party.
//! The real program serves a hub in which every party is marked (`canaries.rs`): pages, wrong keys,
//! refused orders, letters that a mail server refuses by name, and a page that fails.

use std::process::Command;
use std::time::{Duration, Instant};

use axum::http::Method;
use carreau::access::api_token::Leave;
use carreau::access::session::{self, COOKIE, Ground};
use carreau::access::{HubScope, Role, people};
use carreau::clock;
use db::Val;
use keys::Token;
use post::testing::{Answer, Sink, Step};
use serde_json::json;

use crate::canaries::{foreign, houses, word};
use crate::hub::{Folder, House};
use crate::pages::is_apart;
use crate::program::token;
use crate::roles::{Cast, routes};
use crate::served::{Served, heard};
use crate::standing::write;

/// So long may a letter take until it is refused.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session of somebody whose own name is marked too.
async fn session_of(house: &House, role: &str) -> Token {
    let (scope, now) = (HubScope::of_program(house.hub), clock::now());
    let role = Role::parse(role).unwrap_or_else(|| panic!("{role}"));
    let made = people::player(&house.app, scope, role, &word("qn", "b", 900), now).await;
    let (person, membership) = made.expect("a person");
    let ground = Ground::Member { person: &person, membership: &membership, role };
    session::begin(&house.app, ground, now).await.expect("a session")
}

/// Every letter is due again.
async fn letters_are_due(house: &House) {
    let now = clock::now().0;
    let text = "UPDATE outbox SET next_try_at = $1, give_up_at = $2, sent_at = NULL, \
        failed_at = NULL, claimed_by = NULL, claimed_until = NULL";
    let values = vec![Val::I(now - 1), Val::I(now + 86_400)];
    let due = write(house.app.everything(), vec![(text, values)]).await;
    assert!(due[0] > 3, "{}: {due:?} letters", house.database.name);
}

/// Returns once a mail server has refused a letter, and that is noted.
async fn a_letter_is_refused(house: &House) {
    let text = "SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL";
    let since = Instant::now();
    loop {
        let failed: Vec<i64> = house.app.everything().query(text, vec![]).await.expect("letters");
        if failed[0] > 0 {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{}: no letter was refused", house.database.name);
    }
}

/// A cookie as a browser sends it.
fn cookie(session: &Token) -> String {
    format!("Cookie: {COOKIE}={}\r\n", session.as_str())
}

/// Whatever can be read, by somebody who is in; papers only where they are asked for.
fn read(served: &Served, cast: &Cast, session: &Token, with_papers: bool) {
    let mut answered = 0;
    for (method, route) in routes() {
        let address = cast.address(&route);
        if method == Method::GET && (with_papers || !is_apart(&address)) {
            let (status, _) = heard(served.ask(&format!("GET {address}"), &cookie(session), ""));
            assert!((200..500).contains(&status), "{address}: {status}");
            answered += usize::from(status == 200);
        }
    }
    let looked_for = format!("GET /search?q={}", word("qn", "b", 1));
    assert_eq!(heard(served.ask(&looked_for, &cookie(session), "")).0, 200);
    assert!(answered > 5, "only {answered} pages");
}

/// What a stranger types at the doors, the words of a buyer among it: where, what, and how it is
/// answered.
const DOORS: &str = "\
/enter/password | email=qmb000q@cantine.example&password=qsb000q&code=000000 | 403
/enter/link     | email=qmb000q@cantine.example                              | 200
/enter          | role=buyer.qsb000q                                         | 404
/weeks/qsb000q/my-orders | key=qsb000q                                       | 401
";

/// Wrong keys, until the address is held.
fn knock(served: &Served) {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for row in DOORS.lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [address, fields, expected] = columns[..] else { panic!("three columns: {row}") };
        let (status, _) = heard(served.ask(&format!("POST {address}"), form, fields));
        assert_eq!(status.to_string(), expected, "{row}");
    }
    let mut last = 0;
    for _ in 0..25 {
        let typed = format!("token={}", Token::new().as_str());
        last = heard(served.ask("POST /lien", form, &typed)).0;
    }
    assert_eq!(last, 429, "held");
}

/// Orders that are refused: too much, for a site that nobody has, in a form without its token.
fn order(served: &Served, cast: &Cast, token: &str, session: &Token) {
    let site = word("qs", "b", 1);
    let day = cast.place.week.monday().to_string();
    for (key, site, line) in [("refused-1", cast.site.as_str(), 1), ("refused-2", site.as_str(), 1)]
    {
        let lines = json!([{ "line": line, "quantity": 900_000_000 }]);
        let body = json!({ "site": site, "day": day, "lines": lines, "commitment_number": site });
        let (status, said) = heard(served.send(token, key, &body));
        assert!((400..500).contains(&status), "{status} {said}");
    }
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let what = format!("POST /weeks/{}/my-orders", cast.place.week);
    let fields = format!("key=k&commitment_number={site}");
    assert_eq!(heard(served.ask(&what, &(cookie(session) + form), &fields)).0, 403);
}

/// What a command prints about somebody who is given a place.
fn printed(house: &House) -> String {
    let folder = Folder::new();
    let email = format!("{}@cantine.example", word("qm", "b", 0));
    let out = Command::new(env!("CARGO_BIN_EXE_carreau"))
        .arg("--data")
        .arg(folder.path())
        .args(["people", "add", email.as_str(), "--role", "observer"])
        .env("CARREAU_DATABASE", &house.database.url)
        .output()
        .expect("the program starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// Nothing that the served program says has a word of a party, nor a secret; and it does say
/// something. Broken variant: a command of the same program that prints somebody's address, which
/// the same look finds.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_nothing_of_parties() {
    for house in houses().await {
        let name = house.database.name;
        let cast = Cast::of(&house, 0).await;
        let buyer = format!("buyer.{}", cast.own_buyer);
        let farm = format!("producer.{}", cast.own_farm);
        let mut sessions = Vec::new();
        for role in ["coordinator", buyer.as_str(), farm.as_str()] {
            sessions.push(session_of(&house, role).await);
        }
        let token = token(&house, &buyer, &[Leave::Trade]).await;
        letters_are_due(&house).await;
        let sink = Sink::scripted(|step| match step {
            Step::Rcpt(_) => Answer::Say("550 5.1.1 qmf000q@ferme.example inconnu"),
            _ => Answer::Yes,
        });
        let sink = sink.await;
        let (url, from) = (sink.url(), "plateforme@producteurs.example");
        let served = Served::start(&house, &["--smtp", url.as_str(), "--mail-from", from]);
        a_letter_is_refused(&house).await;
        for (at, session) in sessions.iter().enumerate() {
            read(&served, &cast, session, at == 0);
        }
        order(&served, &cast, &token, &sessions[1]);
        knock(&served);
        let shown = printed(&house);
        assert!(!foreign(&shown, ("", 0)).is_empty(), "{name}: the broken variant: {shown}");
        // A page that fails: what it needs is gone from under the program.
        let away = house.app.everything().script("ALTER TABLE outbox RENAME TO outbox_elsewhere");
        away.await.expect("a table taken away");
        let failed = heard(served.ask("GET /mail", &cookie(&sessions[0]), ""));
        assert_eq!(failed.0, 500, "{name}: {}", failed.1);
        let said = served.kill();
        for part in ["trop de clés refusées", "a refusé"] {
            assert!(said.contains(part), "{name}: {part} is not said: {said}");
        }
        assert_eq!(foreign(&said, ("", 0)), [""; 0], "{name}: {said}");
        for secret in sessions.iter().map(Token::as_str).chain([token.as_str()]) {
            assert!(!said.contains(secret), "{name}: a secret is said: {said}");
        }
    }
}
