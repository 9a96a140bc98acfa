//! The three types, NULL and errors of reading, the same on both databases.

use db::testing;
use db::{Error, FromRow, Result, Row, Val};

const TABLE: &str = "CREATE TABLE kept (
    id BIGINT NOT NULL PRIMARY KEY, n BIGINT, t TEXT, b BYTEA)";
const KEEP: &str = "INSERT INTO kept (id, n, t, b) VALUES ($1, $2, $3, $4)";
const ALL: &str = "SELECT id, n, t, b FROM kept ORDER BY id";

type Kept = (i64, Option<i64>, Option<String>, Option<Vec<u8>>);

#[tokio::test]
async fn values_and_typed_nulls_come_back_as_they_went_in() {
    let bytes: Vec<u8> = (0..=255).collect();
    let rows: Vec<Kept> = vec![
        (1, Some(i64::MIN), Some("été, œuf".to_owned()), Some(bytes)),
        (2, Some(i64::MAX), Some(String::new()), Some(vec![])),
        (3, None, None, None),
        // Text that looks like a number stays text, bytes that look like text stay bytes.
        (4, Some(0), Some("007".to_owned()), Some(b"12".to_vec())),
    ];
    for database in testing::all_modes() {
        let db = database.open().await;
        db.script(TABLE).await.expect("table");
        for (id, n, t, b) in rows.clone() {
            let values = vec![id.into(), n.into(), t.into(), b.into()];
            let kept = db.write(move |tx| Box::pin(tx.exec(KEEP, values)));
            assert_eq!(kept.await, Ok(1), "{}", database.name);
        }
        let read: Vec<Kept> = db.query(ALL, vec![]).await.expect("read");
        assert_eq!(read, rows, "{}", database.name);
    }
}

#[test]
fn values_are_made_from_what_programs_hold() {
    assert_eq!(Val::from(true), Val::I(1));
    assert_eq!(Val::from(7_u32), Val::I(7));
    assert_eq!(Val::from(-7_i32), Val::I(-7));
    assert_eq!(Val::from("a"), Val::T("a".to_owned()));
    assert_eq!(Val::from(None::<i64>), Val::NullI);
    assert_eq!(Val::from(None::<String>), Val::NullT);
    assert_eq!(Val::from(None::<Vec<u8>>), Val::NullB);
}

#[tokio::test]
async fn expressions_are_read_as_integers() {
    for database in testing::all_modes() {
        let db = database.open().await;
        let read: Vec<(i64, i64, i64)> = db
            .query("SELECT 1, CASE WHEN 2 > 1 THEN 5 ELSE 6 END, 2 > 1", vec![])
            .await
            .expect(database.name);
        assert_eq!(read, [(1, 5, 1)], "{}", database.name);
    }
}

#[derive(Debug)]
struct Third(#[expect(dead_code, reason = "only its error is of interest")] String);

impl FromRow for Third {
    fn from_row(row: &Row) -> Result<Third> {
        Ok(Third(row.text(2)?))
    }
}

#[tokio::test]
async fn errors_name_the_column() {
    for database in testing::all_modes() {
        let db = database.open().await;
        for (sql, column) in [
            ("SELECT 'a', 'b'", "column 2"),
            ("SELECT 'a', 'b', 3", "column 2"),
            ("SELECT 'a', 'b', CAST(NULL AS TEXT)", "column 2"),
        ] {
            let read = db.query::<Third>(sql, vec![]).await;
            let named = matches!(&read, Err(Error::Db(text)) if text.contains(column));
            assert!(named, "{} {sql}: {read:?}", database.name);
        }
        let read = db.query::<i64>("SELECT 'a'", vec![]).await;
        let named = matches!(&read, Err(Error::Db(text)) if text.contains("column 0"));
        assert!(named, "{}: {read:?}", database.name);
    }
}

/// SQLite takes any value in any column, so this is PostgreSQL's to find.
#[tokio::test]
async fn a_value_of_another_type_is_refused_by_postgres() {
    for database in testing::all_modes() {
        let db = database.open().await;
        db.script(TABLE).await.expect("table");
        let values = vec![1.into(), "a text".into(), Val::NullT, Val::NullB];
        let kept = db.write(move |tx| Box::pin(tx.exec(KEEP, values))).await;
        match db.is_postgres() {
            true => assert!(matches!(kept, Err(Error::Db(_))), "{}: {kept:?}", database.name),
            false => assert_eq!(kept, Ok(1)),
        }
    }
}
