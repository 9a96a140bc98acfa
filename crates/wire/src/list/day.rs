//! Days as people write them: `03/04`, `mardi 24 novembre`, `jeudi`.

use trade::calendar::{Day, Weekday};

use super::words::plain;
use crate::pack::values::{IMPLAUSIBLE, is_plausible};
use crate::pack::words::WEEKDAYS;

/// Which number of `03/04` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    DayFirst,
    MonthFirst,
}

/// The parts of a day's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayText {
    weekday: Option<Weekday>,
    date: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Date {
    /// Two numbers: which is the day is not said.
    Pair(i32, i32, Option<i32>),
    /// Day, month, perhaps the year.
    Named(i32, i32, Option<i32>),
    Exact(Day),
}

const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

const BAD: &str = "ce n'est pas un jour. Exemples : 24/11/2026, mardi 24 novembre, jeudi.";

impl DayText {
    /// Errors: French.
    pub fn of(text: &str) -> Result<DayText, String> {
        let iso = Some(text.trim()).filter(|text| text.find('-') == Some(4));
        if let Some(day) = iso.and_then(Day::parse) {
            return Ok(DayText { weekday: None, date: Some(Date::Exact(day)) });
        }
        let said = plain(text);
        let mut words: Vec<&str> =
            said.split(' ').filter(|word| !matches!(*word, "le" | "du" | "pour")).collect();
        let weekday = words.first().and_then(|word| weekday(word));
        if weekday.is_some() {
            words.remove(0);
        }
        let number = |word: &str| -> Option<i32> {
            let is_number =
                (1..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
            if is_number { word.parse().ok() } else { None }
        };
        let year = |word: Option<&&str>| match word {
            None => Some(None),
            // A time behind the day is no year.
            Some(word) => number(word).and_then(|year| match word.len() {
                2 => Some(Some(2000 + year)),
                4 => Some(Some(year)),
                _ => None,
            }),
        };
        let day_number = |word: &str| number(word.strip_suffix("er").unwrap_or(word));
        let date = match &words[..] {
            [] if weekday.is_some() => None,
            [a, b, rest @ ..] if rest.len() <= 1 => {
                let year = year(rest.first()).ok_or(BAD)?;
                let month = MONTHS.iter().position(|name| is_month(name, b));
                match (day_number(a), month, number(b)) {
                    (Some(day), Some(month), _) => Some(Date::Named(day, month as i32 + 1, year)),
                    (Some(a), None, Some(b)) => Some(Date::Pair(a, b, year)),
                    _ => return Err(BAD.into()),
                }
            }
            _ => return Err(BAD.into()),
        };
        Ok(DayText { weekday, date })
    }

    /// Whether the text says itself which number is the day.
    pub fn evidence(&self) -> Option<DayOrder> {
        let Some(Date::Pair(a, b, _)) = self.date else { return None };
        match (a > 12, b > 12) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            _ => None,
        }
    }

    /// Whether both orders give a day, and not the same.
    pub fn is_open(&self) -> bool {
        matches!(self.date, Some(Date::Pair(a, b, _)) if a != b && a <= 12 && b <= 12)
    }

    /// Whether the year or the week is left to guess.
    pub fn is_undated(&self) -> bool {
        matches!(self.date, None | Some(Date::Pair(_, _, None) | Date::Named(_, _, None)))
    }

    /// The day meant. A weekday alone is the first from `since`; a day without year is the
    /// nearest to `since`. Errors: French.
    pub fn value(&self, order: DayOrder, since: Day) -> Result<Day, String> {
        let (day, month, year) = match (self.date, order) {
            (None, _) => {
                let days = (0..7).map(|rank| since.plus_days(rank));
                let found = days.into_iter().find(|day| Some(day.weekday()) == self.weekday);
                return found.ok_or_else(|| BAD.into());
            }
            (Some(Date::Exact(day)), _) => return self.checked(day),
            (Some(Date::Pair(a, b, year)), DayOrder::DayFirst) => (a, b, year),
            (Some(Date::Pair(a, b, year)), DayOrder::MonthFirst) => (b, a, year),
            (Some(Date::Named(day, month, year)), _) => (day, month, year),
        };
        let missing = "ce jour n'est pas dans le calendrier.";
        if let Some(year) = year {
            return self.checked(Day::from_ymd(year, month, day).ok_or(missing)?);
        }
        let years = (-1..=1).map(|step| since.ymd().0 + step);
        let days = years.filter_map(|year| Day::from_ymd(year, month, day));
        let nearest = days.min_by_key(|day| (day.days() - since.days()).abs());
        self.checked(nearest.ok_or(missing)?)
    }

    fn checked(&self, day: Day) -> Result<Day, String> {
        if !is_plausible(day) {
            return Err(IMPLAUSIBLE.into());
        }
        match self.weekday {
            Some(said) if said != day.weekday() => {
                Err(format!("le {} n'est pas un {}.", french(day), weekday_name(said)))
            }
            _ => Ok(day),
        }
    }
}

fn is_month(name: &str, said: &str) -> bool {
    said.len() >= 3 && name.starts_with(said) && (said.len() > 3 || !matches!(said, "jui"))
}

/// `mardi`, `mar`, `ma`.
fn weekday(word: &str) -> Option<Weekday> {
    let is_it = |name: &str| name == word || (word.len() == 3 && name.starts_with(word));
    WEEKDAYS.iter().find(|row| is_it(row.1)).map(|row| row.2)
}

pub fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|row| row.2 == weekday).map_or("", |row| row.1)
}

/// `24/11/2026`.
pub fn french(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{day:02}/{month:02}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let since = Day::from_ymd(2026, 11, 23).expect("a Monday");
        let read = |text: &str, order| {
            DayText::of(text).and_then(|said| said.value(order, since)).map(french)
        };
        for (text, day_first, month_first) in [
            ("03/04/2026", Some("03/04/2026"), Some("04/03/2026")),
            ("24/11", Some("24/11/2026"), None),
            ("24.11.26", Some("24/11/2026"), None),
            ("05/01", Some("05/01/2027"), Some("01/05/2027")),
            ("2026-11-24", Some("24/11/2026"), Some("24/11/2026")),
            ("mardi 24 novembre", Some("24/11/2026"), Some("24/11/2026")),
            ("Mar. 24 nov. 2026", Some("24/11/2026"), Some("24/11/2026")),
            ("1er déc", Some("01/12/2026"), Some("01/12/2026")),
            ("jeudi", Some("26/11/2026"), Some("26/11/2026")),
            ("mardi 25/11", None, None),
            ("31/02/2026", None, None),
            ("45985", None, None),
            ("bientôt", None, None),
            ("24/11/226", None, None),
        ] {
            let told = |order| read(text, order).ok();
            assert_eq!(told(DayOrder::DayFirst).as_deref(), day_first, "{text}");
            assert_eq!(told(DayOrder::MonthFirst).as_deref(), month_first, "{text}");
        }
        assert!(DayText::of("03/04").is_ok_and(|said| said.is_open() && said.is_undated()));
        assert!(DayText::of("03/03/2026").is_ok_and(|said| !said.is_open()));
    }
}
