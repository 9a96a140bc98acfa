//! The second wall: statements that forget to say whose rows they mean.

use db::testing::{self, TestDatabase};
use db::{Db, Error};

const TABLE: &str = "CREATE TABLE crate_of (hub_id TEXT NOT NULL, id BIGINT NOT NULL, \
    PRIMARY KEY (hub_id, id))";
const ADD: &str = "INSERT INTO crate_of (hub_id, id) VALUES ($1, $2)";
/// Forgets the hub on purpose, as a program with a fault would.
const ALL_IDS: &str = "SELECT id FROM crate_of ORDER BY id";
const TAKE_ALL: &str = "DELETE FROM crate_of WHERE id > $1";

/// One crate of hub `po`, two of hub `bio`; with its wall or without.
async fn with_crates(walled: bool) -> Vec<(TestDatabase, Db)> {
    let mut all = Vec::new();
    for database in testing::all_modes().into_iter().filter(|one| one.name != "sqlite") {
        let db = database.open().await;
        db.script(TABLE).await.expect("a table");
        for (hub, id) in [("po", 1), ("bio", 2), ("bio", 3)] {
            add(&db, hub, id).await.expect("whoever sees all writes all");
        }
        if walled {
            db.wall().await.expect("the wall");
            db.wall().await.expect("again, without harm");
        }
        all.push((database, db));
    }
    all
}

async fn add(db: &Db, hub: &'static str, id: i64) -> Result<u64, Error> {
    db.write(move |tx| Box::pin(tx.exec(ADD, vec![hub.into(), id.into()]))).await
}

async fn ids(db: &Db) -> Vec<i64> {
    db.query(ALL_IDS, vec![]).await.expect("a reading")
}

async fn take_all(db: &Db) -> u64 {
    db.write(move |tx| Box::pin(tx.exec(TAKE_ALL, vec![0.into()]))).await.expect("a statement")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_condition_shows_and_takes_nothing_foreign() {
    for (database, db) in with_crates(true).await {
        assert!(!db.passes_walls().await.expect("an answer"), "{}", database.name);
        let po = db.of("po");
        let bio = db.of("bio");
        assert_eq!(ids(&po).await, [1], "{}", database.name);
        assert_eq!(ids(&bio).await, [2, 3], "{}", database.name);
        assert_eq!(ids(&db.of("nobody")).await, [0; 0]);
        let foreign = add(&po, "bio", 4).await;
        assert!(matches!(foreign, Err(Error::Db(_))), "{}: {foreign:?}", database.name);
        assert_eq!(take_all(&po).await, 1, "{}", database.name);
        assert_eq!(ids(&db).await, [2, 3], "{}", database.name);
    }
}

/// Bodies of several tenants in one transaction, in a row and side by side.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bodies_that_share_a_commit_keep_their_own_tenant() {
    for (database, db) in with_crates(true).await {
        let count = async |name: &'static str| {
            let one = db.of(name);
            let read = one.write(|tx| {
                Box::pin(async move {
                    let seen: Vec<i64> = tx.query(ALL_IDS, vec![]).await?;
                    Ok::<_, Error>(seen.len())
                })
            });
            read.await.expect("a reading")
        };
        for _ in 0..50 {
            let counts = tokio::join!(count("po"), count("bio"), count("nobody"), count("po"));
            assert_eq!(counts, (1, 2, 0, 1), "{}", database.name);
        }
    }
}

/// The broken variant: without the wall the same statements reach everybody's rows.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_wall_they_reach_everything() {
    for (database, db) in with_crates(false).await {
        let po = db.of("po");
        assert_eq!(ids(&po).await, [1, 2, 3], "{}", database.name);
        assert_eq!(take_all(&po).await, 3, "{}", database.name);
    }
}
