//! Bodies do not harm each other, whatever they do.

use db::testing;
use db::{Db, Error};
use futures_util::future::join_all;

use crate::{ADD_NOTE, Held, accepted, add_note, note_ids, with_notes};

const REJECTED: i64 = 7;
const PANICS: i64 = 19;
const DUPLICATE: i64 = 31;
const NEIGHBOURS: i64 = 40;
/// There before all of them: in pool mode the neighbours run in any order.
const OLDEST: i64 = 1000;

/// Ids whose answer is not the expected one, or whose row disagrees with its answer.
fn harmed(answers: &[Result<(), Error>], stored: &[i64]) -> Vec<i64> {
    let expected = |id: i64, answer: &Result<(), Error>| match (id, answer) {
        (REJECTED, Err(Error::Rejected(_))) | (DUPLICATE, Err(Error::Unique(_))) => true,
        (PANICS, Err(Error::Db(text))) => text.contains("panicked"),
        (REJECTED | DUPLICATE | PANICS, _) => false,
        (_, answer) => answer.is_ok(),
    };
    let wrong = |(id, answer): (i64, &Result<(), Error>)| {
        let right = expected(id, answer) && stored.contains(&id) == answer.is_ok();
        (!right).then_some(id)
    };
    (0..).zip(answers).filter_map(wrong).collect()
}

async fn neighbour(tx: &mut db::Tx, id: i64) -> Result<(), Error> {
    tx.exec(ADD_NOTE, vec![id.into(), "neighbour".into()]).await?;
    match id {
        REJECTED => return Err(Error::Rejected("no".to_owned())),
        PANICS => panic!("a body of the contract test panics"),
        DUPLICATE => drop(tx.exec(ADD_NOTE, vec![OLDEST.into(), "again".into()]).await?),
        _ => {}
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn bad_neighbours_harm_only_themselves() {
    for (database, db) in with_notes().await {
        add_note(&db, OLDEST).await.expect("write");
        let held = Held::hold(&db).await;
        let mut writes = Vec::new();
        for id in 0..NEIGHBOURS {
            let write = db.write(move |tx| Box::pin(neighbour(tx, id)));
            writes.push(accepted(write).await);
        }
        held.release().await;
        let answers = join_all(writes).await;
        let failed = answers.iter().filter(|a| a.is_err()).count();
        assert_eq!(failed, 3, "{}: {answers:?}", database.name);
        assert_eq!(harmed(&answers, &note_ids(&db).await), [0; 0], "{}", database.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_one_savepoint_for_all_neighbours_is_detected() {
    for (database, db) in with_notes().await {
        add_note(&db, OLDEST).await.expect("write");
        let all = db.write(|tx| {
            Box::pin(async move {
                for id in 0..NEIGHBOURS {
                    neighbour(tx, id).await?;
                }
                Ok(())
            })
        });
        let answers = vec![all.await; NEIGHBOURS as usize];
        assert!(!harmed(&answers, &note_ids(&db).await).is_empty(), "{}", database.name);
    }
}

#[tokio::test]
async fn a_body_reads_what_it_wrote_and_so_does_who_comes_after() {
    for (database, db) in with_notes().await {
        let seen = db.write(|tx| {
            Box::pin(async move {
                tx.exec(ADD_NOTE, vec![1.into(), "first".into()]).await?;
                tx.exec(ADD_NOTE, vec![2.into(), "second".into()]).await?;
                tx.query::<String>("SELECT body FROM note ORDER BY id", vec![]).await
            })
        });
        let seen = seen.await.expect("write");
        assert_eq!(seen, ["first", "second"], "{}", database.name);
        assert_eq!(note_ids(&db).await, [1, 2], "{}", database.name);
    }
}

#[derive(Debug, PartialEq)]
enum Refusal {
    TooMany(i64),
    Storage(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        Refusal::Storage(error)
    }
}

#[tokio::test]
async fn a_body_may_fail_with_its_own_type() {
    for (database, db) in with_notes().await {
        let refused = db.write(|tx| {
            Box::pin(async move {
                tx.exec(ADD_NOTE, vec![1.into(), "first".into()]).await?;
                Err::<(), Refusal>(Refusal::TooMany(3))
            })
        });
        assert_eq!(refused.await, Err(Refusal::TooMany(3)), "{}", database.name);
        assert_eq!(note_ids(&db).await, [0; 0], "{}", database.name);

        let failed: Result<u64, Refusal> = db
            .write(|tx| {
                Box::pin(async move {
                    tx.exec(ADD_NOTE, vec![1.into(), "a".into()]).await?;
                    Ok(tx.exec(ADD_NOTE, vec![1.into(), "b".into()]).await?)
                })
            })
            .await;
        let unique = matches!(failed, Err(Refusal::Storage(Error::Unique(_))));
        assert!(unique, "{}: {failed:?}", database.name);
    }
}

/// PostgreSQL refuses everything after a failed statement; SQLite must not be kinder.
#[tokio::test]
async fn a_body_cannot_swallow_a_failed_statement() {
    for (database, db) in with_notes().await {
        add_note(&db, 1).await.expect("write");
        let swallowed = db.write(|tx| {
            Box::pin(async move {
                let again = tx.exec(ADD_NOTE, vec![1.into(), "again".into()]).await;
                assert!(matches!(again, Err(Error::Unique(_))), "{again:?}");
                let after = tx.exec(ADD_NOTE, vec![2.into(), "after".into()]).await;
                assert!(matches!(after, Err(Error::Unique(_))), "{after:?}");
                Ok::<_, Error>(())
            })
        });
        let swallowed = swallowed.await;
        assert!(matches!(swallowed, Err(Error::Unique(_))), "{}: {swallowed:?}", database.name);
        assert_eq!(note_ids(&db).await, [1], "{}", database.name);
    }
}

/// PostgreSQL answers COMMIT after a failure with a quiet ROLLBACK: a body that does not wait for
/// the failure must not be answered that all is stored.
#[tokio::test]
async fn a_body_cannot_leave_a_statement_before_its_answer() {
    for (database, db) in with_notes().await {
        add_note(&db, 1).await.expect("write");
        let left = db.write(|tx| {
            Box::pin(async move {
                tx.exec(ADD_NOTE, vec![2.into(), "before".into()]).await?;
                drop(accepted(tx.exec(ADD_NOTE, vec![1.into(), "again".into()])).await);
                Ok::<_, Error>(())
            })
        });
        let left = left.await;
        assert!(left.is_err(), "{}", database.name);
        assert_eq!(note_ids(&db).await, [1], "{}", database.name);
        assert_eq!(add_note(&db, 3).await, Ok(1), "{}", database.name);
    }
}

#[tokio::test]
async fn a_body_cannot_end_the_transaction() {
    for (database, db) in with_notes().await {
        for control in ["COMMIT", " rollback to body", "Begin;"] {
            let ended = db.write(move |tx| {
                Box::pin(async move {
                    tx.exec(ADD_NOTE, vec![1.into(), "first".into()]).await?;
                    tx.exec(control, vec![]).await
                })
            });
            let ended = ended.await;
            assert!(matches!(ended, Err(Error::Db(_))), "{}: {ended:?}", database.name);
        }
        assert_eq!(note_ids(&db).await, [0; 0], "{}", database.name);
    }
}

/// Writes a note, awaits something that is not its Tx, and ends.
async fn write_and_await(
    db: &Db,
    foreign: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    db.write(|tx| {
        Box::pin(async move {
            tx.exec(ADD_NOTE, vec![1.into(), "first".into()]).await?;
            foreign.await;
            Ok(())
        })
    })
    .await
}

#[tokio::test]
async fn a_foreign_await_is_undone_and_reported() {
    for (database, db) in with_notes().await {
        for foreign in [0, 1] {
            let answer = match foreign {
                0 => write_and_await(&db, std::future::pending()).await,
                _ => write_and_await(&db, tokio::task::yield_now()).await,
            };
            let told = matches!(&answer, Err(Error::Db(text)) if text.contains("awaited"));
            assert!(told, "{}: {answer:?}", database.name);
            assert_eq!(note_ids(&db).await, [0; 0], "{}", database.name);
        }
        // The same body with nothing to wait for goes through: it is the waiting that is refused.
        write_and_await(&db, std::future::ready(())).await.expect("no wait");
        assert_eq!(note_ids(&db).await, [1], "{}", database.name);
    }
}

const PAIRS: &str = "CREATE TABLE head (id BIGINT NOT NULL PRIMARY KEY);
                     CREATE TABLE tail (id BIGINT NOT NULL PRIMARY KEY)";
const HEAD: &str = "INSERT INTO head (id) VALUES ($1)";
const TAIL: &str = "INSERT INTO tail (id) VALUES ($1)";
const HEADS: &str = "SELECT COUNT(*) FROM head";
const HALVES: &str = "SELECT COUNT(*) FROM head WHERE id NOT IN (SELECT id FROM tail)";

/// Starts 60 writes, drops each after its first poll, waits until the accepted ones have ended;
/// returns how many are stored and how many of them are halves.
async fn cancelled<'a, W>(database: &testing::TestDatabase, db: &'a Db, write: W) -> (i64, i64)
where
    W: Fn(&'a Db, i64) -> db::BoxFuture<'a, Result<u64, Error>>,
{
    db.script(PAIRS).await.expect("tables");
    for id in 0..60 {
        drop(accepted(write(db, id)).await);
    }
    db.close().await;
    let again = database.open().await;
    let heads: Vec<i64> = again.query(HEADS, vec![]).await.expect("heads");
    let halves: Vec<i64> = again.query(HALVES, vec![]).await.expect("halves");
    (heads[0], halves[0])
}

#[tokio::test]
async fn sixty_cancelled_writes_are_all_whole() {
    for database in testing::all_modes() {
        let db = database.open().await;
        let stored = cancelled(&database, &db, |db, id| {
            Box::pin(db.write(move |tx| {
                Box::pin(async move {
                    tx.exec(HEAD, vec![id.into()]).await?;
                    tx.exec(TAIL, vec![id.into()]).await
                })
            }))
        });
        assert_eq!(stored.await, (60, 0), "{}", database.name);
    }
}

#[tokio::test]
async fn broken_two_writes_per_handler_leave_halves_behind() {
    for database in testing::all_modes() {
        let db = database.open().await;
        let stored = cancelled(&database, &db, |db, id| {
            Box::pin(async move {
                let head = db.write(move |tx| Box::pin(tx.exec(HEAD, vec![id.into()])));
                head.await?;
                db.write(move |tx| Box::pin(tx.exec(TAIL, vec![id.into()]))).await
            })
        });
        assert_eq!(stored.await, (60, 60), "{}", database.name);
    }
}

const SHELF: &str = "CREATE TABLE shelf (id BIGINT NOT NULL PRIMARY KEY, left_n BIGINT NOT NULL);
                     CREATE TABLE taken (by_n BIGINT NOT NULL PRIMARY KEY);
                     INSERT INTO shelf (id, left_n) VALUES (1, 20)";
const TAKE: &str = "UPDATE shelf SET left_n = left_n - 1 WHERE id = 1 AND left_n > 0";
const TAKEN: &str = "INSERT INTO taken (by_n) VALUES ($1)";
const LEFT: &str = "SELECT left_n FROM shelf WHERE id = 1";
const SET: &str = "UPDATE shelf SET left_n = $1 WHERE id = 1";
const COUNT: &str = "SELECT COUNT(*) FROM taken";
const STOCK: i64 = 20;
const TAKERS: i64 = 32;

/// How many more were handed out than there were.
async fn oversold(db: &Db) -> i64 {
    let taken: Vec<i64> = db.query(COUNT, vec![]).await.expect("count");
    taken[0] - STOCK
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_conditional_decrement_never_oversells() {
    for database in testing::all_modes() {
        // Two programs on one database.
        let programs = [database.open().await, database.open().await];
        programs[0].script(SHELF).await.expect("tables");
        let takers = (0..TAKERS).map(|taker| {
            let db = programs[(taker % 2) as usize].clone();
            tokio::spawn(async move {
                db.write(move |tx| {
                    Box::pin(async move {
                        if tx.exec(TAKE, vec![]).await? == 0 {
                            return Err(Error::Rejected("none left".to_owned()));
                        }
                        tx.exec(TAKEN, vec![taker.into()]).await
                    })
                })
                .await
            })
        });
        let answers = join_all(takers).await.into_iter().map(|a| a.expect("task"));
        let (sold, rejected): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.is_ok());
        assert_eq!(sold.len() as i64, STOCK, "{}: {rejected:?}", database.name);
        let honest = rejected.iter().all(|r| matches!(r, Err(Error::Rejected(_))));
        assert!(honest, "{}: {rejected:?}", database.name);
        assert_eq!(oversold(&programs[0]).await, 0, "{}", database.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_reading_first_and_writing_then_oversells() {
    for database in testing::all_modes() {
        let programs = [database.open().await, database.open().await];
        programs[0].script(SHELF).await.expect("tables");
        let reads = (0..TAKERS).map(|t| programs[(t % 2) as usize].query::<i64>(LEFT, vec![]));
        let seen = join_all(reads).await;
        for (taker, left) in (0..TAKERS).zip(seen) {
            let left = left.expect("left")[0];
            assert!(left > 0, "{}: the naive check lets everybody through", database.name);
            let write = programs[(taker % 2) as usize].write(move |tx| {
                Box::pin(async move {
                    tx.exec(SET, vec![(left - 1).into()]).await?;
                    tx.exec(TAKEN, vec![taker.into()]).await
                })
            });
            write.await.expect("write");
        }
        assert_eq!(oversold(&programs[0]).await, TAKERS - STOCK, "{}", database.name);
    }
}

/// Inside a body it is no better where bodies run beside each other: both read the last one before
/// either has taken it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_reading_first_inside_a_body_oversells_in_the_pool() {
    for database in testing::all_modes().into_iter().filter(|d| d.name == "postgres pool") {
        let db = database.open().await;
        db.script(SHELF).await.expect("tables");
        let sold = db.write(|tx| Box::pin(tx.exec(SET, vec![1.into()]))).await;
        assert_eq!(sold, Ok(1));
        let both_read = std::sync::Arc::new(std::sync::Barrier::new(2));
        let takers = [1, 2].map(|taker| {
            let both_read = both_read.clone();
            db.write(move |tx| {
                Box::pin(async move {
                    let left = tx.query::<i64>(LEFT, vec![]).await?[0];
                    // Blocks on purpose, so another thread must take over what this one had to do.
                    tokio::task::block_in_place(|| both_read.wait());
                    if left == 0 {
                        return Err(Error::Rejected("none left".to_owned()));
                    }
                    tx.exec(SET, vec![(left - 1).into()]).await?;
                    tx.exec(TAKEN, vec![taker.into()]).await
                })
            })
        });
        assert_eq!(join_all(takers).await, [Ok(1), Ok(1)]);
        let taken: Vec<i64> = db.query(COUNT, vec![]).await.expect("count");
        assert_eq!(taken, [2], "one more than there was");
    }
}
