//! Tables and the SQL texts made from their columns.
//!
//! Every table begins with `hub_id`; a table of a week then has `week`. A text is made once per
//! shape and kept, so that both databases prepare it once.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use db::{FromRow, Row, Tx, Val};
use trade::calendar::IsoWeek;
use trade::id::HubId;

use super::cols::{Cursor, Read};

/// A record that stands in one table.
pub trait Record: Sized + Send + 'static {
    const TABLE: &'static str;
    /// Columns behind `hub_id` (and `week`), separated by `, `.
    const COLUMNS: &'static str;
    /// How many of the first columns are the key.
    const KEY: usize;
    fn put(&self, out: &mut Vec<Val>);
    fn get(cursor: &mut Cursor<'_, '_>) -> Read<Self>;
}

/// A record as read by the database layer.
pub struct Of<R>(pub R);

impl<R: Record> FromRow for Of<R> {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        R::get(&mut Cursor::new(row)).map(Of)
    }
}

/// Declares in which table and columns a struct stands. Fields after `;` are filled by the
/// child tables and start empty.
macro_rules! table {
    ($record:ty, $table:literal, $key:literal, $columns:expr,
     { $($field:ident),* $(; $($empty:ident),*)? }) => {
        impl $crate::store::table::Record for $record {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static str = $columns;
            const KEY: usize = $key;
            fn put(&self, out: &mut Vec<db::Val>) {
                $($crate::store::cols::Cols::put(&self.$field, out);)*
            }
            fn get(
                cursor: &mut $crate::store::cols::Cursor<'_, '_>,
            ) -> $crate::store::cols::Read<Self> {
                Ok(Self {
                    $($field: $crate::store::cols::Cols::get(cursor)?,)*
                    $($($empty: Default::default(),)*)?
                })
            }
        }
    };
}
pub(crate) use table;

/// Most rows of one INSERT: beyond that a statement gains nothing.
const ROWS_MAX: usize = 64;

type Command = (&'static str, Vec<Val>);

/// What an INSERT does with a row whose key is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Known {
    Refuse,
    Replace,
    /// As this clause says.
    Clause(&'static str),
}

/// INSERTs that add `records` to a week.
pub fn insert_week<R: Record>(
    hub: HubId,
    week: IsoWeek,
    records: &[R],
    commands: &mut Vec<Command>,
) {
    insert(&of_week(hub, week), Known::Refuse, records, commands);
}

/// INSERTs that add `records` to the tables of weeks, where they are of no week.
pub fn insert_no_week<R: Record>(hub: HubId, records: &[R], commands: &mut Vec<Command>) {
    let head = [Val::T(hub.to_string()), Val::I(0)];
    insert(&head, Known::Refuse, records, commands);
}

/// As [`insert_week`], with an `ON CONFLICT` clause of the caller's.
pub fn insert_week_or<R: Record>(
    hub: HubId,
    week: IsoWeek,
    records: &[R],
    clause: &'static str,
    commands: &mut Vec<Command>,
) {
    insert(&of_week(hub, week), Known::Clause(clause), records, commands);
}

fn of_week(hub: HubId, week: IsoWeek) -> [Val; 2] {
    [Val::T(hub.to_string()), Val::I(week.number())]
}

/// INSERTs that add `records` to a hub, none of which may be known.
pub fn insert_hub<R: Record>(hub: HubId, records: &[R], commands: &mut Vec<Command>) {
    insert(&[Val::T(hub.to_string())], Known::Refuse, records, commands);
}

/// INSERTs that add `records` to a hub, replacing those with the same key.
pub fn upsert_hub<R: Record>(hub: HubId, records: &[R], commands: &mut Vec<Command>) {
    insert(&[Val::T(hub.to_string())], Known::Replace, records, commands);
}

fn insert<R: Record>(head: &[Val], known: Known, records: &[R], commands: &mut Vec<Command>) {
    for chunk in chunks(records) {
        let mut values = Vec::new();
        for record in chunk {
            values.extend_from_slice(head);
            record.put(&mut values);
        }
        let width = values.len() / chunk.len();
        commands.push((insert_text::<R>(head.len(), known, chunk.len(), width), values));
    }
}

/// Cuts into runs whose lengths are few, so that few texts are prepared: 64s, then 16s, then the
/// rest as it is.
fn chunks<R>(records: &[R]) -> Vec<&[R]> {
    let mut rest = records;
    let mut cut = Vec::new();
    while !rest.is_empty() {
        let size = match rest.len() {
            many if many >= ROWS_MAX => ROWS_MAX,
            some if some > 16 => 16,
            few => few,
        };
        let (head, tail) = rest.split_at(size);
        cut.push(head);
        rest = tail;
    }
    cut
}

/// Before and behind the values of an INSERT, made once per table: an order would otherwise spend
/// more on writing its statement than on running it.
type Around = (&'static str, &'static str);
static AROUND: LazyLock<RwLock<HashMap<(&'static str, Known), Around>>> =
    LazyLock::new(RwLock::default);

fn insert_text<R: Record>(heads: usize, known: Known, rows: usize, width: usize) -> &'static str {
    let key = (R::TABLE, known);
    let made = AROUND.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    let (before, behind) = made.unwrap_or_else(|| {
        let made = around::<R>(heads, known);
        AROUND.write().unwrap_or_else(PoisonError::into_inner).insert(key, made);
        made
    });
    db::sql::rows(before, width, rows, behind)
}

fn around<R: Record>(heads: usize, known: Known) -> Around {
    let head = if heads == 1 { "hub_id" } else { "hub_id, week" };
    let before = format!("INSERT INTO {} ({head}, {}) VALUES", R::TABLE, R::COLUMNS);
    let behind = match known {
        Known::Refuse => String::new(),
        Known::Clause(clause) => clause.to_owned(),
        Known::Replace => replacing::<R>(),
    };
    (db::sql::interned(before), db::sql::interned(behind))
}

fn replacing<R: Record>() -> String {
    let columns: Vec<&str> = R::COLUMNS.split(", ").collect();
    let key = std::iter::once("hub_id").chain(columns[..R::KEY].iter().copied());
    let key = key.collect::<Vec<_>>().join(", ");
    let changed: Vec<String> =
        columns[R::KEY..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    if changed.is_empty() {
        format!("ON CONFLICT ({key}) DO NOTHING")
    } else {
        format!("ON CONFLICT ({key}) DO UPDATE SET {}", changed.join(", "))
    }
}

/// The text that reads all records of a week, in key order.
pub fn select_week_text<R: Record>() -> &'static str {
    let text = format!(
        "SELECT {} FROM {} WHERE hub_id = $1 AND week = $2 ORDER BY {}",
        R::COLUMNS,
        R::TABLE,
        key_columns::<R>()
    );
    db::sql::interned(text)
}

/// The text that reads all records of a hub, in key order.
pub fn select_hub_text<R: Record>() -> &'static str {
    let text = format!(
        "SELECT {} FROM {} WHERE hub_id = $1 ORDER BY {}",
        R::COLUMNS,
        R::TABLE,
        key_columns::<R>()
    );
    db::sql::interned(text)
}

fn key_columns<R: Record>() -> String {
    if R::KEY == 0 {
        return "hub_id".to_string();
    }
    R::COLUMNS.split(", ").take(R::KEY).collect::<Vec<_>>().join(", ")
}

/// The texts made for a record of a week, for the test that prepares every statement.
pub fn texts_of_week<R: Record>() -> [&'static str; 2] {
    let width = 2 + R::COLUMNS.split(", ").count();
    [select_week_text::<R>(), insert_text::<R>(2, Known::Refuse, 2, width)]
}

/// The texts made for a record of a hub, for the test that prepares every statement.
pub fn texts_of_hub<R: Record>() -> [&'static str; 2] {
    let width = 1 + R::COLUMNS.split(", ").count();
    let insert = insert_text::<R>(1, Known::Replace, 2, width);
    [select_hub_text::<R>(), insert]
}

/// Reads all records of a week inside a transaction or outside.
pub async fn load_week<R: Record>(
    db: &db::Db,
    hub: HubId,
    week: IsoWeek,
) -> Result<Vec<R>, db::Error> {
    let values = vec![Val::T(hub.to_string()), Val::I(week.number())];
    let rows: Vec<Of<R>> = db.query(select_week_text::<R>(), values).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Reads all records of a hub.
pub async fn load_hub<R: Record>(db: &db::Db, hub: HubId) -> Result<Vec<R>, db::Error> {
    let values = vec![Val::T(hub.to_string())];
    let rows: Vec<Of<R>> = db.query(select_hub_text::<R>(), values).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Runs prepared commands; the count of rows that each touched.
pub async fn run(tx: &mut Tx, commands: Vec<Command>) -> Result<Vec<u64>, db::Error> {
    if commands.is_empty() { Ok(Vec::new()) } else { tx.batch(commands).await }
}
