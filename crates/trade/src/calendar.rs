//! Days, ISO weeks and instants, all given: nothing here knows what time it is.

use std::fmt;

pub mod deliveries;

/// A day of the civil calendar, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// An instant, as seconds since 1970-01-01T00:00:00Z. The shell turns "Thursday noon in Paris"
/// into an instant; the rules only compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// 0 for Monday to 6 for Sunday.
    pub const fn rank(self) -> i32 {
        self as i32
    }
}

impl Day {
    pub const fn from_days(days: i32) -> Day {
        Day(days)
    }

    pub const fn days(self) -> i32 {
        self.0
    }

    /// A day of the proleptic Gregorian calendar; `None` when there is no such day.
    pub fn from_ymd(year: i32, month: i32, day: i32) -> Option<Day> {
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        // Days of the civil calendar counted from March, after Howard Hinnant's algorithm.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Day(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month 1..=12, day 1..=31.
    pub fn ymd(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// As a number that sorts and reads well: 20261124.
    pub fn number(self) -> i64 {
        let (year, month, day) = self.ymd();
        i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)
    }

    pub fn from_number(number: i64) -> Option<Day> {
        let part = |value: i64| i32::try_from(value).ok();
        Day::from_ymd(part(number / 10_000)?, part(number / 100 % 100)?, part(number % 100)?)
    }

    /// Reads `2026-11-24`.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.trim().splitn(3, '-').map(str::parse::<i32>);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        // Years far away would leave the range of the count of days.
        let year = year.ok().filter(|year| (0..=9_999).contains(year))?;
        Day::from_ymd(year, month.ok()?, day.ok()?)
    }

    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        Weekday::ALL[(self.0 + 3).rem_euclid(7) as usize]
    }

    pub const fn plus_days(self, days: i32) -> Day {
        Day(self.0 + days)
    }

    pub fn week(self) -> IsoWeek {
        // The week belongs to the year of its Thursday (ISO 8601).
        let thursday = self.plus_days(3 - self.weekday().rank());
        let year = thursday.ymd().0;
        let first = IsoWeek { year, week: 1 }.monday();
        IsoWeek { year, week: (thursday.0 - first.0) / 7 + 1 }
    }
}

fn days_in_month(year: i32, month: i32) -> i32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A week of ISO 8601: the cycle in which the hub trades.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    year: i32,
    week: i32,
}

impl IsoWeek {
    /// `None` when the year has no such week (1 to 52, or 53 in long years).
    pub fn new(year: i32, week: i32) -> Option<IsoWeek> {
        if !(1..=9999).contains(&year) || !(1..=53).contains(&week) {
            return None;
        }
        let candidate = IsoWeek { year, week };
        (candidate.monday().week() == candidate).then_some(candidate)
    }

    pub const fn year(self) -> i32 {
        self.year
    }

    pub const fn week(self) -> i32 {
        self.week
    }

    pub fn monday(self) -> Day {
        // 4 January is always in week 1.
        let fourth = Day::from_ymd(self.year, 1, 4).unwrap_or(Day(0));
        let first_monday = fourth.plus_days(-fourth.weekday().rank());
        first_monday.plus_days((self.week - 1) * 7)
    }

    pub fn day(self, weekday: Weekday) -> Day {
        self.monday().plus_days(weekday.rank())
    }

    pub fn next(self) -> IsoWeek {
        self.monday().plus_days(7).week()
    }

    pub fn previous(self) -> IsoWeek {
        self.monday().plus_days(-7).week()
    }

    /// As a number that sorts and reads well: 202648.
    pub fn number(self) -> i64 {
        i64::from(self.year) * 100 + i64::from(self.week)
    }

    pub fn from_number(number: i64) -> Option<IsoWeek> {
        let year = i32::try_from(number / 100).ok()?;
        IsoWeek::new(year, i32::try_from(number % 100).ok()?)
    }

    /// Reads `2026-W48`, `2026-48`, `202648` or `2026W48`.
    pub fn parse(text: &str) -> Option<IsoWeek> {
        let digits: String = text.trim().chars().filter(|c| c.is_ascii_digit()).collect();
        let only = |c: char| c.is_ascii_digit() || matches!(c, '-' | 'W' | 'w' | 'S' | 's');
        if !text.trim().chars().all(only) || !(5..=6).contains(&digits.len()) {
            return None;
        }
        let (year, week) = digits.split_at(4);
        IsoWeek::new(year.parse().ok()?, week.parse().ok()?)
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

impl fmt::Debug for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why kitchens are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closure {
    SchoolHoliday,
    PublicHoliday,
}

/// A run of days on which school kitchens do not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedPeriod {
    pub from: Day,
    pub to: Day,
    pub closure: Closure,
    pub name: String,
}

/// School and public holidays of one zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceCalendar {
    pub closed: Vec<ClosedPeriod>,
}

impl ServiceCalendar {
    /// The closed period that holds `day`, public holidays first.
    pub fn closure_on(&self, day: Day) -> Option<&ClosedPeriod> {
        let holds = |period: &&ClosedPeriod| period.from <= day && day <= period.to;
        let mut found = self.closed.iter().filter(holds);
        found
            .clone()
            .find(|period| period.closure == Closure::PublicHoliday)
            .or_else(|| found.next())
    }

    pub fn is_public_holiday(&self, day: Day) -> bool {
        self.closure_on(day).is_some_and(|period| period.closure == Closure::PublicHoliday)
    }

    /// Days of `week` on which a school kitchen serves lunch: Monday to Friday without
    /// Wednesday for colleges is a matter of the buyer; here Monday to Friday, not closed.
    pub fn school_days(&self, week: IsoWeek) -> i64 {
        let monday = week.monday();
        (0..5).filter(|&rank| self.closure_on(monday.plus_days(rank)).is_none()).count() as i64
    }

    /// Days of `week` on which a kitchen that ignores school holidays serves.
    pub fn working_days(&self, week: IsoWeek) -> i64 {
        let monday = week.monday();
        (0..5).filter(|&rank| !self.is_public_holiday(monday.plus_days(rank))).count() as i64
    }
}
