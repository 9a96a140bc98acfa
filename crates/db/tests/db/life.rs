//! Opening, overload, lost transactions, lost connections, closing.

use db::testing::{self, TestDatabase};
use db::{Db, Error, Opts};
use futures_util::future::join_all;

use crate::{ADD_NOTE, Held, accepted, add_note, note_ids, with_notes};

#[tokio::test]
async fn addresses_that_are_none_are_refused() {
    for url in ["mysql://host/x", "sqlite:", "sqlite::memory:", "sqlite:/no/such/place/x.db"] {
        let opened = Db::open(url, Opts::default()).await;
        assert!(matches!(opened.map(|_| ()), Err(Error::Db(_))), "{url}");
    }
    let mode = Db::open("postgres://localhost/x?mode=fast", Opts::default()).await.map(|_| ());
    let told = matches!(&mode, Err(Error::Db(text)) if text.contains("mode=fast"));
    assert!(told, "{mode:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_queue_is_bounded() {
    for (database, db) in with_notes().await {
        if database.name == "postgres pool" {
            // Its bodies do not wait for each other, so none can hold up the queue.
            continue;
        }
        let held = Held::hold(&db).await;
        let mut waiting = Vec::new();
        for id in 0..4096 {
            waiting.push(accepted(add_note(&db, id)).await);
        }
        let refused = add_note(&db, 5000).await;
        assert!(matches!(refused, Err(Error::Retry(_))), "{}: {refused:?}", database.name);
        held.release().await;
        let answers = join_all(waiting).await;
        let failed: Vec<_> = answers.into_iter().filter(|a| *a != Ok(1)).collect();
        assert_eq!(failed, [], "{}", database.name);
        assert_eq!(note_ids(&db).await, (0..4096).collect::<Vec<_>>(), "{}", database.name);
        assert_eq!(add_note(&db, 5000).await, Ok(1), "{}", database.name);
    }
}

/// SQLite itself ends the transaction on some errors (a full disk, here a constraint that asks for
/// it). What the neighbours wrote before is gone, and what they would write after must not go in
/// on its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_ended_by_sqlite_is_told_to_all() {
    let database = testing::sqlite();
    let db = database.open().await;
    db.script(crate::NOTES).await.expect("table");
    let touchy = "CREATE TABLE touchy (id BIGINT PRIMARY KEY ON CONFLICT ROLLBACK);
                  INSERT INTO touchy (id) VALUES (1)";
    db.script(touchy).await.expect("table");
    let held = Held::hold(&db).await;
    let before = accepted(add_note(&db, 1)).await;
    let ending = db.write(|tx| Box::pin(tx.exec("INSERT INTO touchy (id) VALUES (1)", vec![])));
    let ending = accepted(ending).await;
    let after = accepted(add_note(&db, 2)).await;
    held.go.send(()).expect("held");
    let held = held.held.await;
    let answers = [held.map(|()| 0), before.await, ending.await];
    let lost = answers.iter().all(|a| matches!(a, Err(Error::Retry(_))));
    assert!(lost, "{answers:?}");
    assert_eq!(after.await, Ok(1));
    assert_eq!(note_ids(&db).await, [2]);
}

const SUICIDE: &str = "SELECT pg_terminate_backend(pg_backend_pid())";
const MURDER: &str = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn postgres_only() -> Vec<(TestDatabase, Db)> {
    with_notes().await.into_iter().filter(|(_, db)| db.is_postgres()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_lost_in_flight_is_a_retry_and_no_more() {
    for (database, db) in postgres_only().await {
        let pooled = database.name == "postgres pool";
        let held = Held::hold(&db).await;
        let before = accepted(add_note(&db, 1)).await;
        let lost = db.write(|tx| {
            Box::pin(async move {
                tx.exec(ADD_NOTE, vec![2.into(), "lost".into()]).await?;
                tx.query::<i64>(SUICIDE, vec![]).await
            })
        });
        let lost = accepted(lost).await;
        held.go.send(()).expect("held");
        let (held, before, lost) = tokio::join!(held.held, before, lost);
        assert!(matches!(lost, Err(Error::Retry(_))), "{}: {lost:?}", database.name);
        // In a group the neighbours share its fate, in the pool they do not know of it.
        assert_eq!(held.is_ok(), pooled, "{}: {held:?}", database.name);
        assert_eq!(before.is_ok(), pooled, "{}: {before:?}", database.name);
        assert_eq!(add_note(&db, 3).await, Ok(1), "{}", database.name);
        let stored = if pooled { vec![1, 3] } else { vec![3] };
        assert_eq!(note_ids(&db).await, stored, "{}", database.name);
    }
}

#[tokio::test]
async fn connections_lost_while_idle_are_replaced() {
    for (database, db) in postgres_only().await {
        let other = database.open().await;
        add_note(&db, 0).await.expect("write");
        let killed: Vec<i64> = other.query(MURDER, vec![]).await.expect("kill");
        assert!(killed[0] > 0, "{}: nobody was connected", database.name);
        // One attempt may find out, the next has a new connection.
        let mut answer = add_note(&db, 1).await;
        if matches!(answer, Err(Error::Retry(_))) {
            answer = add_note(&db, 1).await;
        }
        assert_eq!(answer, Ok(1), "{}", database.name);
    }
}

#[tokio::test]
async fn close_finishes_what_was_accepted_and_ends() {
    for (database, db) in with_notes().await {
        let mut waiting = Vec::new();
        for id in 0..300 {
            waiting.push(accepted(add_note(&db, id)).await);
        }
        db.close().await;
        let answers = join_all(waiting).await;
        assert!(answers.iter().all(|a| *a == Ok(1)), "{}: {answers:?}", database.name);
        let late = add_note(&db, 300).await;
        assert!(matches!(late, Err(Error::Db(_))), "{}: {late:?}", database.name);
        let late = db.query::<i64>(crate::NOTE_IDS, vec![]).await;
        assert!(matches!(late, Err(Error::Db(_))), "{}: {late:?}", database.name);
        // Twice is as good as once.
        db.close().await;
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let log = std::path::PathBuf::from(format!("{path}-wal"));
            assert!(!log.exists(), "the write-ahead log went into the file");
        }
        let again = database.open().await;
        assert_eq!(note_ids(&again).await.len(), 300, "{}", database.name);
    }
}

#[tokio::test]
async fn a_panic_while_reading_costs_one_answer() {
    #[derive(Debug)]
    struct Panics;
    impl db::FromRow for Panics {
        fn from_row(_: &db::Row) -> db::Result<Panics> {
            panic!("a from_row of the tests panics")
        }
    }
    let database = testing::sqlite();
    let db = database.open().await;
    for _ in 0..4 {
        let read = db.query::<Panics>("SELECT 1", vec![]).await;
        assert!(matches!(read, Err(Error::Db(_))), "{read:?}");
    }
    let read: Vec<i64> = db.query("SELECT 1", vec![]).await.expect("read");
    assert_eq!(read, [1]);
}
