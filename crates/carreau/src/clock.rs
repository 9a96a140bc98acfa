//! The only place that knows what time it is, and what "noon" means in Paris.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::mercuriale::SaleDay;
use trade::party::Hub;

/// Now, by the server's clock.
pub fn now() -> Instant {
    Instant(Timestamp::now().as_second())
}

/// Milliseconds of the server's clock, for what is faster than a second.
pub fn millis() -> i64 {
    Timestamp::now().as_millisecond()
}

fn paris() -> TimeZone {
    // The zone is compiled in, so that a machine without zone files knows summer time too.
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}

/// The day and minute of the day in Paris at an instant.
pub fn civil(at: Instant) -> (Day, i64) {
    let zoned = Timestamp::from_second(at.0).unwrap_or_default().to_zoned(paris());
    let (year, month, day) = (zoned.year(), zoned.month(), zoned.day());
    let found = Day::from_ymd(i32::from(year), i32::from(month), i32::from(day));
    let minute = i64::from(zoned.hour()) * 60 + i64::from(zoned.minute());
    (found.unwrap_or(Day::from_days(0)), minute)
}

pub fn today() -> Day {
    civil(now()).0
}

/// The instant of a minute of the day in Paris. An hour that does not exist on the day of the
/// change to summer time falls on the next that does; one that comes twice is the first.
pub fn instant(day: Day, minute: i64) -> Instant {
    let (year, month, of_month) = day.ymd();
    let date = Date::new(year as i16, month as i8, of_month as i8).unwrap_or_default();
    let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).unwrap_or_default();
    let zoned: Result<Zoned, _> = date.to_datetime(time).to_zoned(paris());
    Instant(zoned.map(|zoned| zoned.timestamp().as_second()).unwrap_or(0))
}

/// The cut-off of each delivery day, by the hub's settings.
pub fn cutoffs(hub: &Hub, days: &[Day]) -> Vec<SaleDay> {
    let cutoff = |&day: &Day| SaleDay {
        day,
        cutoff_at: instant(day.plus_days(-(hub.cutoff_days_before as i32)), hub.cutoff_minute),
    };
    days.iter().map(cutoff).collect()
}

/// When a played week is published: the Thursday before, at 15:00.
pub fn publication_of(week: IsoWeek) -> Instant {
    instant(week.monday().plus_days(-4), 15 * 60)
}
