//! The bare loops that benchmarks are set against: they run, and they are bare.

use db::{limits, testing};

/// Long enough for a few orders on any machine; no speed is judged here.
const SECONDS: f64 = 0.2;

#[test]
fn the_bare_loop_on_sqlite_stores_orders() {
    let database = testing::sqlite();
    let path = database.url.trim_start_matches("sqlite:");
    let rate = limits::bare_sqlite(path, 8, SECONDS);
    assert!(rate > 0.0, "{rate}");
    let again = std::panic::catch_unwind(|| limits::bare_sqlite(path, 8, SECONDS));
    assert!(again.is_err(), "a file that is not new is no limit");
}

/// On the same database: the bare loop leaves nothing behind that the layer could trip over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_layer_stores_every_answered_order_of_the_benchmark() {
    for database in testing::all_modes() {
        let db = database.open().await;
        if db.is_postgres() {
            let rate = limits::bare_postgres(&database.url, 2, SECONDS).await;
            assert!(rate > 0.0, "{}: {rate}", database.name);
        }
        // Counts what is stored against what was answered.
        let rate = limits::through_layer(&db, 4, SECONDS).await;
        assert!(rate > 0.0, "{}: {rate}", database.name);
    }
}
