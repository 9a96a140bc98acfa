//! Texts: checked, generated, kept.

use db::{Error, Val, sql, testing};

use crate::{ADD_NOTE, NOTE_IDS, with_notes};

#[tokio::test]
async fn check_prepares_and_refuses() {
    for (database, db) in with_notes().await {
        for good in [ADD_NOTE, NOTE_IDS, "SELECT body FROM note WHERE id = $1 OR id = $1 + $2"] {
            assert_eq!(db.check(good).await, Ok(()), "{} {good}", database.name);
        }
        for bad in ["SELEC body FROM note", "SELECT nobody FROM note", "SELECT id FROM notes"] {
            let refused = db.check(bad).await;
            assert!(matches!(refused, Err(Error::Db(_))), "{} {bad}: {refused:?}", database.name);
        }
        // Prepared only: nothing ran.
        assert_eq!(crate::note_ids(&db).await, [0; 0], "{}", database.name);
    }
}

/// PostgreSQL would bind these right and SQLite wrong, so SQLite is the one to refuse.
#[tokio::test]
async fn parameters_out_of_order_are_refused() {
    const SWAPPED: &str = "INSERT INTO note (id, body) VALUES ($2, $1)";
    const GAP: &str = "SELECT id FROM note WHERE id = $2";
    let database = testing::sqlite();
    let db = database.open().await;
    db.script(crate::NOTES).await.expect("table");
    for text in [SWAPPED, GAP, "SELECT id FROM note WHERE id = ?"] {
        let refused = db.check(text).await;
        assert!(matches!(refused, Err(Error::Db(_))), "{text}: {refused:?}");
    }
    // A refusal is not remembered as a check that was passed.
    for time in ["first", "second"] {
        let run = db.write(|tx| Box::pin(tx.exec(SWAPPED, vec!["a".into(), 1.into()]))).await;
        let told = matches!(&run, Err(Error::Db(text)) if text.contains("parameter 1"));
        assert!(told, "{time}: {run:?}");
    }
}

#[tokio::test]
async fn a_read_cannot_write_on_sqlite() {
    let database = testing::sqlite();
    let db = database.open().await;
    db.script(crate::NOTES).await.expect("table");
    let sneaked =
        db.query::<i64>("INSERT INTO note (id, body) VALUES (1, 'a') RETURNING id", vec![]);
    let sneaked = sneaked.await;
    assert!(matches!(sneaked, Err(Error::Db(_))), "{sneaked:?}");
    assert_eq!(crate::note_ids(&db).await, [0; 0]);
}

#[test]
fn generated_texts_are_made_once_per_shape() {
    let two = sql::rows("INSERT INTO t (a, b) VALUES", 2, 2, "ON CONFLICT (a) DO NOTHING");
    assert_eq!(two, "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO NOTHING");
    let again = sql::rows("INSERT INTO t (a, b) VALUES", 2, 2, "ON CONFLICT (a) DO NOTHING");
    assert!(std::ptr::eq(two, again));
    assert!(std::ptr::eq(two, sql::interned(two.to_owned())));
    assert_eq!(sql::rows("VALUES", 1, 3, ""), "VALUES ($1), ($2), ($3) ");
}

#[tokio::test]
async fn many_rows_go_in_with_one_statement() {
    for (database, db) in with_notes().await {
        let values = (0..100).flat_map(|id| [Val::I(id), "generated".into()]).collect();
        let text = sql::rows("INSERT INTO note (id, body) VALUES", 2, 100, "");
        let stored = db.write(move |tx| Box::pin(tx.exec(text, values))).await;
        assert_eq!(stored, Ok(100), "{}", database.name);
        assert_eq!(crate::note_ids(&db).await, (0..100).collect::<Vec<_>>(), "{}", database.name);
    }
}

/// A batch keeps its order even when some of its texts are new to the connection and some known:
/// the second statement needs the first one's row.
#[tokio::test]
async fn a_batch_runs_in_order_and_counts_each() {
    for (database, db) in with_notes().await {
        let change = "UPDATE note SET body = $1 WHERE id = $2";
        let warm = db.write(move |tx| Box::pin(tx.exec(change, vec!["x".into(), 0.into()])));
        assert_eq!(warm.await, Ok(0), "{}", database.name);
        let counts = db.write(move |tx| {
            let add = |id: i64| (ADD_NOTE, vec![id.into(), "a".into()]);
            let change = |id: i64| (change, vec!["b".into(), id.into()]);
            Box::pin(tx.batch(vec![add(1), change(1), change(2), add(2), change(2)]))
        });
        assert_eq!(counts.await, Ok(vec![1, 1, 0, 1, 1]), "{}", database.name);
    }
}
