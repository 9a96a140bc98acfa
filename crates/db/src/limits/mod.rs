//! Bare loops around the drivers: what the hardware and the database give when nothing of ours
//! is in between. A benchmark runs them in the same run as the program and states its share.
//!
//! One order everywhere: an order row (`ON CONFLICT DO NOTHING`), one INSERT of 15 lines of 15
//! columns, an outbox row, and 15 conditional decrements, sorted, on 150 shelf rows.

mod postgres;
mod sqlite;

pub use postgres::bare_postgres;
pub use sqlite::bare_sqlite;

use std::time::{Duration, Instant};

use crate::{Db, Error, Val};

const LINES: usize = 15;
const COLUMNS: usize = 15;
const SHELF: i64 = 150;

const TABLES: &str = "
CREATE TABLE orders (
    id BIGINT NOT NULL PRIMARY KEY, account BIGINT NOT NULL, request TEXT NOT NULL,
    total BIGINT NOT NULL, placed_at BIGINT NOT NULL, UNIQUE (account, request));
CREATE TABLE order_lines (
    order_id BIGINT NOT NULL, line BIGINT NOT NULL, shelf_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL, price BIGINT NOT NULL, amount BIGINT NOT NULL,
    rate BIGINT NOT NULL, tax BIGINT NOT NULL, unit TEXT NOT NULL, pack BIGINT NOT NULL,
    name TEXT NOT NULL, origin TEXT NOT NULL, version BIGINT NOT NULL, cycle BIGINT NOT NULL,
    note TEXT, PRIMARY KEY (order_id, line));
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE shelf (
    id BIGINT NOT NULL PRIMARY KEY, left_n BIGINT NOT NULL, taken_n BIGINT NOT NULL);
";
const ORDER: &str = "INSERT INTO orders (id, account, request, total, placed_at) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account, request) DO NOTHING";
const LINES_HEAD: &str = "INSERT INTO order_lines (order_id, line, shelf_id, quantity, price, \
                          amount, rate, tax, unit, pack, name, origin, version, cycle, note) \
                          VALUES";
const OUTBOX: &str = "INSERT INTO outbox (id, kind, body) VALUES ($1, $2, $3)";
const TAKE: &str = "UPDATE shelf SET left_n = left_n - $1, taken_n = taken_n + $1 \
                    WHERE id = $2 AND left_n >= $1";
const SHELF_ROW: &str = "INSERT INTO shelf (id, left_n, taken_n) VALUES";
const STORED: &str = "SELECT COUNT(*) FROM orders";
const QUANTITY: i64 = 2;
/// More than any run can sell.
const PLENTY: i64 = 1_000_000_000_000;

/// The values of one order after the other; kept in place, so that the bare loop pays for no
/// allocation.
struct Orders {
    random: u64,
    id: i64,
    order: Vec<Val>,
    lines: Vec<Val>,
    outbox: Vec<Val>,
    /// Shelf rows, ascending.
    picks: Vec<i64>,
}

impl Orders {
    /// Ids of different clients never meet.
    fn new(client: usize) -> Orders {
        let id = client as i64 * 1_000_000_000;
        let line = |line: usize| -> Vec<Val> {
            let (name, origin) = (format!("An article with a usual name {line}"), "Some place");
            vec![
                0.into(),
                (line as i64).into(),
                0.into(),
                QUANTITY.into(),
                150.into(),
                300.into(),
                550.into(),
                17.into(),
                "piece".into(),
                6.into(),
                name.into(),
                origin.into(),
                4.into(),
                202_647.into(),
                Val::NullT,
            ]
        };
        let lines: Vec<Val> = (0..LINES).flat_map(line).collect();
        assert_eq!(lines.len(), LINES * COLUMNS);
        Orders {
            random: 0x9e37_79b9_7f4a_7c15 ^ id.cast_unsigned(),
            id,
            order: vec![0.into(), (client as i64).into(), "".into(), 4500.into(), 1.into()],
            lines,
            outbox: vec![0.into(), "order placed".into(), "{\"to\":\"somebody\"}".into()],
            picks: Vec::new(),
        }
    }

    fn next(&mut self) {
        self.id += 1;
        self.picks.clear();
        while self.picks.len() < LINES {
            // Knuth's constants for a 64 bit linear congruence; the high bits are good enough.
            self.random = self
                .random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let pick = ((self.random >> 33) % SHELF.cast_unsigned()).cast_signed();
            if !self.picks.contains(&pick) {
                self.picks.push(pick);
            }
        }
        self.picks.sort_unstable();
        self.order[0] = self.id.into();
        self.order[2] = format!("request-{}", self.id).into();
        self.outbox[0] = self.id.into();
        for (row, pick) in self.lines.chunks_mut(COLUMNS).zip(&self.picks) {
            row[0] = self.id.into();
            row[2] = (*pick).into();
        }
    }

    fn commands(&self) -> Vec<(&'static str, Vec<Val>)> {
        let mut all = Vec::with_capacity(3 + LINES);
        all.push((ORDER, self.order.clone()));
        all.push((lines_sql(), self.lines.clone()));
        all.push((OUTBOX, self.outbox.clone()));
        all.extend(self.picks.iter().map(|pick| (TAKE, vec![QUANTITY.into(), (*pick).into()])));
        all
    }
}

fn lines_sql() -> &'static str {
    crate::sql::rows(LINES_HEAD, COLUMNS, LINES, "")
}

fn shelf_sql() -> &'static str {
    crate::sql::rows(SHELF_ROW, 3, SHELF as usize, "")
}

fn shelf_values() -> Vec<Val> {
    (0..SHELF).flat_map(|id| [id.into(), PLENTY.into(), 0.into()]).collect()
}

/// The same orders through [`Db::write`] by `clients` tasks on a fresh database; orders per
/// second, each answered when durable.
///
/// Panics if a write fails or if the stored orders are not those answered.
pub async fn through_layer(db: &Db, clients: usize, seconds: f64) -> f64 {
    db.script(TABLES).await.expect("tables");
    let filled = db.write(|tx| Box::pin(tx.exec(shelf_sql(), shelf_values()))).await;
    assert_eq!(filled, Ok(SHELF as u64), "shelf");
    let since = Instant::now();
    let until = since + Duration::from_secs_f64(seconds);
    let tasks: Vec<_> = (0..clients).map(|n| tokio::spawn(client(db.clone(), n, until))).collect();
    let mut placed = 0;
    for task in tasks {
        placed += task.await.expect("client");
    }
    let took = since.elapsed().as_secs_f64();
    let stored: Vec<i64> = db.query(STORED, vec![]).await.expect("count");
    assert_eq!(stored, [placed], "orders stored and answered");
    placed as f64 / took
}

async fn client(db: Db, number: usize, until: Instant) -> i64 {
    let mut orders = Orders::new(number);
    let mut placed = 0;
    while Instant::now() < until {
        orders.next();
        let commands = orders.commands();
        let order = db.write(move |tx| {
            Box::pin(async move {
                let counts = tx.batch(commands).await?;
                match counts[0] == 1 && counts[3..].iter().all(|n| *n == 1) {
                    true => Ok(()),
                    false => Err(Error::Rejected("sold out".to_owned())),
                }
            })
        });
        order.await.expect("order");
        placed += 1;
    }
    placed
}
