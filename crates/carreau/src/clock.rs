//! The only place that knows what time it is, and what "noon" means in Paris.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use trade::calendar::deliveries::Moment;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::mercuriale::SaleDay;
use trade::register::Register;

/// Seconds by which our clock is ahead of the machine's: 0, except in a demonstration that was
/// opened at a moment of its own.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Now, by the server's clock.
pub fn now() -> Instant {
    Instant(Timestamp::now().as_second() + AHEAD.load(Ordering::Relaxed))
}

/// From here on the clock goes on from `at`: for a demonstration, which can so be opened on the
/// morning of a delivery. Never for a hub's own data, whose facts carry the true time.
pub fn begin_at(at: Instant) {
    AHEAD.store(at.0 - Timestamp::now().as_second(), Ordering::Relaxed);
}

/// `2026-11-24T05:00`, as it is said in Paris; `None` when it is no moment.
pub fn moment(text: &str) -> Option<Instant> {
    let at: DateTime = text.parse().ok()?;
    Some(Instant(at.to_zoned(paris()).ok()?.timestamp().as_second()))
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

/// The instant of a moment of the calendar.
pub fn at(moment: Moment) -> Instant {
    instant(moment.day, moment.minute)
}

/// The delivery days of a week with the cut-off of each, as the hub's calendar has them.
pub fn sale_days(register: &Register, week: IsoWeek) -> Vec<SaleDay> {
    let days = register.deliveries(week).days.into_iter();
    days.map(|one| SaleDay { day: one.day, cutoff_at: at(one.cutoff) }).collect()
}

/// When a played week is published: the Thursday before, at 15:00.
pub fn publication_of(week: IsoWeek) -> Instant {
    instant(week.monday().plus_days(-4), 15 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon is noon in Paris on both sides of a change of the clocks; half past two in the night
    /// of spring, which does not exist, is half past three.
    #[test]
    fn a_cut_off_is_said_in_paris_time() {
        let table = [
            // winter, the eve of summer time, its day
            ("2026-03-28", 720, "2026-03-28T11:00:00Z"),
            ("2026-03-29", 720, "2026-03-29T10:00:00Z"),
            ("2026-03-29", 150, "2026-03-29T01:30:00Z"),
            // the hour that comes twice is the first
            ("2026-10-25", 150, "2026-10-25T00:30:00Z"),
            ("2026-10-25", 720, "2026-10-25T11:00:00Z"),
        ];
        for (day, minute, expected) in table {
            let expected: Timestamp = expected.parse().expect("an instant");
            let day = Day::parse(day).expect("a day");
            assert_eq!(at(Moment { day, minute }).0, expected.as_second(), "{day} {minute}");
        }
    }

    #[test]
    fn a_moment_is_one_of_paris() {
        let said = |text: &str| moment(text).map(civil);
        let day = |text: &str| Day::parse(text).expect("a day");
        assert_eq!(said("2026-11-24T05:00"), Some((day("2026-11-24"), 300)));
        assert_eq!(said("2026-07-14 12:30"), Some((day("2026-07-14"), 750)));
        for text in ["", "mardi", "2026-13-01T05:00", "05:00"] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
