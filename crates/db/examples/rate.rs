//! Orders per second through the layer, next to the bare loops of the same run.
//!
//! `cargo run --release -p db --example rate -- [SECONDS] [postgres://..]`; each database must be
//! empty. Only the SQLite half runs without an address.

use db::{Db, Opts, limits, testing};

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let seconds: f64 = args.next().map_or(3.0, |s| s.parse().expect("seconds"));
    for per_commit in [1, 32] {
        let file = testing::sqlite();
        let path = file.url.trim_start_matches("sqlite:").to_owned();
        let rate = limits::bare_sqlite(path, per_commit, seconds);
        println!("sqlite bare, {per_commit:2} orders a commit: {rate:7.0} /s");
    }
    for clients in [1, 8, 32] {
        let file = testing::sqlite();
        let db = file.open().await;
        let rate = limits::through_layer(&db, clients, seconds).await;
        println!("sqlite layer, {clients:2} clients:         {rate:7.0} /s");
        db.close().await;
    }
    let Some(url) = args.next() else { return };
    for clients in [1, 8, 32] {
        let rate = limits::bare_postgres(&url, clients, seconds).await;
        println!("postgres bare function, {clients:2} clients: {rate:6.0} /s");
        for mode in ["group", "pool"] {
            let separator = if url.contains('?') { '&' } else { '?' };
            let address = format!("{url}{separator}mode={mode}");
            let db = Db::open(&address, Opts::default()).await.expect("open");
            let rate = limits::through_layer(&db, clients, seconds).await;
            println!("postgres layer {mode}, {clients:2} clients: {rate:6.0} /s");
            let drop = "DROP TABLE orders; DROP TABLE order_lines; DROP TABLE outbox;
                        DROP TABLE shelf";
            db.script(drop).await.expect("drop");
            db.close().await;
        }
    }
}
