//! Migrations: once, unchanged, whole, by one program at a time.

use db::{Db, Error, Migration, testing};

const FIRST: Migration = Migration {
    id: 1,
    name: "first",
    sql: "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY);
          CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY, a_id BIGINT NOT NULL REFERENCES a (id));
          INSERT INTO a (id) VALUES (1);",
};
const SECOND: Migration =
    Migration { id: 2, name: "second", sql: "ALTER TABLE a ADD COLUMN note TEXT" };
const APPLIED: &str = "SELECT id, name, applied_at FROM schema_migrations ORDER BY id";

async fn applied(db: &Db) -> Vec<(i64, String, i64)> {
    db.query(APPLIED, vec![]).await.expect("applied")
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>, with: &str) {
    let told = matches!(&answer, Err(Error::Db(text)) if text.contains(with));
    assert!(told, "expected a refusal with {with:?}: {answer:?}");
}

#[tokio::test]
async fn applied_once_and_in_order() {
    for database in testing::all_modes() {
        let db = database.open().await;
        assert_eq!(db.migrate(&[FIRST], 100).await, Ok(vec![1]), "{}", database.name);
        assert_eq!(db.migrate(&[FIRST], 200).await, Ok(vec![]), "{}", database.name);
        assert_eq!(db.migrate(&[FIRST, SECOND], 300).await, Ok(vec![2]), "{}", database.name);
        let expected = [(1, "first".to_owned(), 100), (2, "second".to_owned(), 300)];
        assert_eq!(applied(&db).await, expected, "{}", database.name);
        assert_eq!(db.check("SELECT note FROM a WHERE id = $1").await, Ok(()));
    }
}

#[tokio::test]
async fn a_changed_text_is_refused() {
    for database in testing::databases() {
        let db = database.open().await;
        db.migrate(&[FIRST, SECOND], 1).await.expect("migrate");
        let edited = Migration { sql: "ALTER TABLE a ADD COLUMN remark TEXT", ..SECOND };
        refused(db.migrate(&[FIRST, edited], 2).await, "the text of migration 2 second changed");
        // Line ends of another system are no change.
        let crlf = db::sql::interned(FIRST.sql.replace('\n', "\r\n"));
        let crlf = Migration { sql: crlf, ..FIRST };
        assert_eq!(db.migrate(&[crlf, SECOND], 3).await, Ok(vec![]), "{}", database.name);
    }
}

#[tokio::test]
async fn a_failing_script_leaves_nothing() {
    let failing = Migration {
        id: 2,
        name: "failing",
        sql: "CREATE TABLE c (id BIGINT NOT NULL); INSERT INTO a (id) VALUES (2);
              INSERT INTO nowhere (id) VALUES (1)",
    };
    for database in testing::all_modes() {
        let db = database.open().await;
        refused(db.migrate(&[FIRST, failing, Migration { id: 3, ..SECOND }], 1).await, "failing");
        assert_eq!(applied(&db).await, [(1, "first".to_owned(), 1)], "{}", database.name);
        let rows: Vec<i64> = db.query("SELECT id FROM a ORDER BY id", vec![]).await.expect("a");
        assert_eq!(rows, [1], "{}", database.name);
        assert!(db.check("SELECT id FROM c").await.is_err(), "{}: table c", database.name);
        // Repaired, it goes through.
        assert_eq!(db.migrate(&[FIRST, SECOND], 2).await, Ok(vec![2]), "{}", database.name);
    }
}

#[tokio::test]
async fn lists_that_do_not_fit_are_refused() {
    for database in testing::databases() {
        let db = database.open().await;
        refused(db.migrate(&[SECOND, FIRST], 1).await, "migration 1 comes after 2");
        refused(db.migrate(&[FIRST, FIRST], 1).await, "migration 1 comes after 1");
        db.migrate(&[FIRST, Migration { id: 4, ..SECOND }], 1).await.expect("migrate");
        refused(db.migrate(&[FIRST], 2).await, "newer version");
        let late = Migration { id: 3, name: "late", sql: "CREATE TABLE d (id BIGINT)" };
        let list = [FIRST, late, Migration { id: 4, ..SECOND }];
        refused(db.migrate(&list, 2).await, "migration 3 late was never applied");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_at_once_apply_each_script_once() {
    for database in testing::all_modes() {
        let (one, two) = (database.open().await, database.open().await);
        let list = [FIRST, SECOND];
        let (a, b) = tokio::join!(one.migrate(&list, 1), two.migrate(&list, 2));
        let mut ids = [a.expect("one"), b.expect("two")].concat();
        ids.sort_unstable();
        assert_eq!(ids, [1, 2], "{}", database.name);
        assert_eq!(applied(&one).await.len(), 2, "{}", database.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_scripts_without_a_record_collide() {
    for database in testing::all_modes() {
        let (one, two) = (database.open().await, database.open().await);
        let (a, b) = tokio::join!(one.script(FIRST.sql), two.script(FIRST.sql));
        assert!(a.is_ok() != b.is_ok(), "{}: {a:?} {b:?}", database.name);
    }
}
