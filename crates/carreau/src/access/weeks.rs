//! The calendar of a hub: its weeks, their delivery days and cut-offs. Everybody who may come in
//! may see it.

use db::{FromRow, Row, Val};
use trade::calendar::{Day, Instant, IsoWeek};

use super::person::Person;
use super::scope::HubScope;
use crate::app::App;
use crate::failure::Failure;

const WEEKS: &str = "SELECT w.week, COALESCE(p.at, -1) FROM weeks w \
    LEFT JOIN publications p ON p.hub_id = w.hub_id AND p.week = w.week \
    WHERE w.hub_id = $1 AND w.week < $2 ORDER BY w.week DESC LIMIT $3";
const DAYS: &str = "SELECT week, day, cutoff_at, COALESCE(closed_at, -1) FROM sale_days \
    WHERE hub_id = $1 AND week >= $2 AND week <= $3 ORDER BY week, day";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[WEEKS, DAYS];

/// A week as the calendar knows it.
pub struct Dated {
    pub week: IsoWeek,
    pub published_at: Option<Instant>,
    pub days: Vec<DatedDay>,
}

/// A delivery day; without a cut-off until the list is published.
pub struct DatedDay {
    pub day: Day,
    pub cutoff_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

struct WeekRow(IsoWeek, Option<Instant>);

impl FromRow for WeekRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let week = IsoWeek::from_number(row.i64(0)?);
        let week = week.ok_or_else(|| db::Error::Db("bad number of a week".into()))?;
        Ok(WeekRow(week, known(row.i64(1)?)))
    }
}

struct DayRow(i64, DatedDay);

impl FromRow for DayRow {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let day = Day::from_number(row.i64(1)?);
        let day = day.ok_or_else(|| db::Error::Db("bad number of a day".into()))?;
        let (cutoff_at, closed_at) = (Some(Instant(row.i64(2)?)), known(row.i64(3)?));
        Ok(DayRow(row.i64(0)?, DatedDay { day, cutoff_at, closed_at }))
    }
}

fn known(at: i64) -> Option<Instant> {
    (at >= 0).then_some(Instant(at))
}

impl Person {
    /// Weeks that have begun, the latest first: those before the number `before` (202648), `most` at
    /// most.
    pub async fn weeks(
        &self,
        app: &App,
        before: Option<i64>,
        most: usize,
    ) -> Result<Vec<Dated>, Failure> {
        let scope = HubScope::of_desk(self.hub);
        let before = before.unwrap_or(i64::MAX);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let hub = || Val::from(self.hub.as_str());
        let values = vec![hub(), before.into(), most.into()];
        let rows: Vec<WeekRow> = app.db(scope).query(WEEKS, values).await?;
        let (Some(last), Some(first)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
        let values = vec![hub(), first.0.number().into(), last.0.number().into()];
        let mut days: Vec<DayRow> = app.db(scope).query(DAYS, values).await?;
        let mut weeks = Vec::with_capacity(rows.len());
        for WeekRow(week, published_at) in rows {
            let is_its = |day: &mut DayRow| day.0 == week.number();
            let days = days.extract_if(.., is_its).map(|row| row.1).collect();
            weeks.push(Dated { week, published_at, days });
        }
        Ok(weeks)
    }

    /// A week; before its list is published with the days on which the hub will deliver.
    pub async fn week(&self, app: &App, week: IsoWeek) -> Result<Dated, Failure> {
        let begun = self.weeks(app, Some(week.number() + 1), 1).await?;
        let begun = begun.into_iter().find(|one| one.week == week);
        let mut dated = begun.unwrap_or(Dated { week, published_at: None, days: Vec::new() });
        if dated.days.is_empty() {
            let place = HubScope::of_desk(self.hub).at(week);
            let days =
                app.read(place, |week, _| week.register().delivery_days(week.week())).await?;
            let day = |day| DatedDay { day, cutoff_at: None, closed_at: None };
            dated.days = days.into_iter().map(day).collect();
        }
        Ok(dated)
    }
}
