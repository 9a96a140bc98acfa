//! The limit on SQLite: one thread, one connection, no queue.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params_from_iter};

use super::{ORDER, OUTBOX, Orders, QUANTITY, TABLES, TAKE, lines_sql, shelf_sql, shelf_values};

/// Orders per second of a bare loop that commits `orders_per_commit` orders at a time with WAL
/// and synchronous=FULL, for about `seconds`.
///
/// Blocks the calling thread. Panics if the file exists or a statement fails.
pub fn bare_sqlite(path: impl AsRef<Path>, orders_per_commit: usize, seconds: f64) -> f64 {
    let path = path.as_ref();
    assert!(!path.exists(), "the limit is measured on a new file, not on {path:?}");
    let conn = Connection::open(path).expect("open");
    let mode: String =
        conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).expect("journal mode");
    assert_eq!(mode, "wal");
    conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON").expect("pragmas");
    conn.execute_batch(TABLES).expect("tables");
    conn.execute(shelf_sql(), params_from_iter(shelf_values())).expect("shelf");

    let mut orders = Orders::new(0);
    let mut placed = 0_u64;
    let since = Instant::now();
    let until = since + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        control(&conn, "BEGIN IMMEDIATE");
        for _ in 0..orders_per_commit {
            orders.next();
            place(&conn, &orders);
            placed += 1;
        }
        control(&conn, "COMMIT");
    }
    placed as f64 / since.elapsed().as_secs_f64()
}

fn control(conn: &Connection, sql: &str) {
    conn.prepare_cached(sql).and_then(|mut s| s.execute([])).expect("control");
}

fn place(conn: &Connection, orders: &Orders) {
    for (sql, values) in
        [(ORDER, &orders.order), (lines_sql(), &orders.lines), (OUTBOX, &orders.outbox)]
    {
        let mut statement = conn.prepare_cached(sql).expect("prepare");
        let rows = statement.execute(params_from_iter(values)).expect("insert");
        assert!(rows > 0, "nothing inserted");
    }
    let mut take = conn.prepare_cached(TAKE).expect("prepare");
    for pick in &orders.picks {
        assert_eq!(take.execute([QUANTITY, *pick]).expect("take"), 1, "sold out");
    }
}
