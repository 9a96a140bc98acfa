//! T-14: the program is killed around the moment at which an order becomes durable. Started again,
//! it knows the order: a retry with the same key finds one order and the first answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use carreau::access::api_token::Leave;
use carreau::play::{Until, play};
use serde_json::{Value, json};
use trade::unit::Cents;

use crate::hub::{Folder, House, houses};
use crate::pages::two_weeks;
use crate::program::token;
use crate::standing::count;

/// T-14: so long may it take from the start to the first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

/// The real program, serving a house's database.
struct Served {
    child: Child,
    host: String,
    _folder: Folder,
}

impl Served {
    fn start(house: &House) -> Served {
        let folder = Folder::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_carreau"))
            .arg("--data")
            .arg(folder.path())
            .args(["serve", "--port", "0"])
            .env("CARREAU_DATABASE", &house.database.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let host = lines.find_map(|line| {
            let line = line.expect("a line");
            let (_, rest) = line.split_once("http://")?;
            Some(rest.trim_end_matches('/').to_string())
        });
        // Read to the end: a program whose output nobody takes would stop at it.
        std::thread::spawn(move || lines.for_each(drop));
        Served { child, host: host.expect("an address"), _folder: folder }
    }

    /// Sends an order and gives the connection, unread.
    fn send(&self, token: &str, key: &str, body: &Value) -> TcpStream {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.host).expect("a connection");
        let request = format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.host,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        stream
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The status and the body of an answer.
fn heard(mut stream: TcpStream) -> (u16, Value) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a whole answer");
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or_default())
}

/// An order of one pack, and the buyer who may place it.
async fn asked(house: &House) -> (String, Value) {
    let on_sale = house.app.on_sale(house.place(1)).await.expect("a published week");
    let line = &on_sale.publication.lines[0];
    let site = on_sale.register.sites.values().next().expect("a site");
    let quantity = if line.pack.weighed { 1_000 } else { line.pack.size.get() };
    let day = on_sale.publication.days.iter().map(|sale| sale.day);
    let day = day.max().expect("a day").to_string();
    let body = json!({ "site": site.id.to_string(), "day": day,
        "lines": [{ "line": line.id.0, "quantity": quantity }] });
    (site.buyer.to_string(), body)
}

/// Kills go from before the order is written to long after its answer is on its way; the broken
/// variant is a client that makes a new key for its retry, and orders twice.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_retried_after_a_crash_is_one_order() {
    let mut pack = two_weeks();
    if let Some(hub) = &mut pack.hub {
        hub.minimum_order = Cents::ZERO;
    }
    for house in houses(&pack).await {
        let name = house.database.name;
        play(&house.app, house.place(1), Until::Published).await.expect("an open week");
        let (buyer, body) = asked(&house).await;
        let token = token(&house, &format!("buyer.{buyer}"), &[Leave::Trade]).await;
        let db = house.app.everything();
        let (mut durable, mut twice) = (0, 0);
        for waits in [false, true, true] {
            let before = count(db, "orders").await;
            let key = format!("before-the-crash-{waits}-{durable}");
            let served = Served::start(&house);
            let lost = served.send(&token, &key, &body);
            if waits {
                // Killed at once when it is durable: the answer may be on its way, or never be.
                let since = Instant::now();
                while count(db, "orders").await == before {
                    assert!(since.elapsed() < FIRST_ANSWER, "{name}: never written");
                }
            }
            served.kill();
            drop(lost);
            let stood = count(db, "orders").await - before;
            durable += stood;

            let since = Instant::now();
            let served = Served::start(&house);
            let first = heard(served.send(&token, &key, &body));
            assert!(since.elapsed() < FIRST_ANSWER, "{name}: {:?}", since.elapsed());
            assert_eq!(first.0, 201, "{name}: {}", first.1);
            for _ in 0..3 {
                assert_eq!(heard(served.send(&token, &key, &body)), first, "{name}");
            }
            assert_eq!(count(db, "orders").await - before, 1, "{name}: one order");
            let other = heard(served.send(&token, &format!("{key}-new"), &body));
            assert_eq!(other.0, 201, "{name}: {}", other.1);
            twice += count(db, "orders").await - before - 1;
            served.kill();
        }
        assert!(durable >= 2, "{name}: {durable} orders were durable before the kill");
        assert_eq!(twice, 3, "{name}: a new key is a new order");
    }
}
