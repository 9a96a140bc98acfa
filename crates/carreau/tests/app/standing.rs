//! What a hub stands at: the rows of every table and the report of its weeks, as a text to compare.

use carreau::access::scope::HubScope;
use carreau::app::App;
use carreau::report;
use carreau::store::MIGRATIONS;
use carreau::store::act::Place;
use db::sql::interned;
use db::{Db, Val};
use trade::calendar::IsoWeek;
use trade::id::HubId;

/// Every table of the program.
pub fn tables() -> Vec<&'static str> {
    let lines = MIGRATIONS.iter().flat_map(|migration| migration.sql.lines());
    let made = lines.filter_map(|line| line.strip_prefix("CREATE TABLE "));
    made.filter_map(|rest| rest.split([' ', '(']).next()).collect()
}

/// Runs statements in one transaction, beside the program; the rows that each touched.
pub async fn write(db: &Db, commands: Vec<(&'static str, Vec<Val>)>) -> Vec<u64> {
    let written = db.write(move |tx| Box::pin(async move { tx.batch(commands).await }));
    written.await.expect("a write of the test")
}

pub async fn count(db: &Db, table: &str) -> i64 {
    let text = interned(format!("SELECT COUNT(*) FROM {table}"));
    let rows: Vec<i64> = db.query(text, vec![]).await.expect("a table of the program");
    rows[0]
}

/// One line per table that has rows: its name and how many.
pub async fn rows(db: &Db) -> String {
    let counts = tables().into_iter().map(|name| format!("SELECT '{name}', COUNT(*) FROM {name}"));
    let text = counts.collect::<Vec<_>>().join(" UNION ALL ");
    let text = interned(format!("{text} ORDER BY 1"));
    let counts: Vec<(String, i64)> = db.query(text, vec![]).await.expect("the tables");
    let kept = counts.into_iter().filter(|(_, rows)| *rows > 0);
    kept.map(|(name, rows)| format!("{name:18} {rows}\n")).collect()
}

/// The report of a week, as in `week check --json`.
pub async fn report(app: &App, place: Place) -> String {
    let look = app.read(place, |week, _| report::week_json(week)).await;
    let object = look.expect("a readable week").expect("a week that can be reported");
    serde_json::Value::Object(object).to_string()
}

pub async fn reports(app: &App, hub: HubId, weeks: &[IsoWeek]) -> String {
    let mut text = String::new();
    for &week in weeks {
        text.push_str(&report(app, HubScope::of_program(hub).at(week)).await);
        text.push('\n');
    }
    text
}

/// The rows of every table, and the reports.
pub async fn standing(app: &App, hub: HubId, weeks: &[IsoWeek]) -> String {
    format!("{}{}", rows(app.everything()).await, reports(app, hub, weeks).await)
}
