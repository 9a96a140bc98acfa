//! A year at a glance: each day with its delivery, its holiday, its word.

use trade::calendar::{Closure, Day};
use trade::register::Register;

/// A cell of a month; `None` before the first and after the last day.
pub struct Cell {
    pub number: i32,
    /// The classes that draw it.
    pub class: String,
    /// What the colours say, in words; empty for a plain day.
    pub said: String,
}

pub struct Month {
    pub name: String,
    /// Weeks of seven cells, Monday first.
    pub weeks: Vec<Vec<Option<Cell>>>,
}

const MONTHS: [&str; 12] = [
    "Janvier",
    "Février",
    "Mars",
    "Avril",
    "Mai",
    "Juin",
    "Juillet",
    "Août",
    "Septembre",
    "Octobre",
    "Novembre",
    "Décembre",
];

pub fn year(register: &Register, year: i32, today: Day) -> Vec<Month> {
    (1..=12).map(|month| one(register, year, month, today)).collect()
}

fn one(register: &Register, year: i32, month: i32, today: Day) -> Month {
    let first = Day::from_ymd(year, month, 1).unwrap_or(today);
    let monday = first.plus_days(-first.weekday().rank());
    let mut weeks = Vec::new();
    let mut day = monday;
    while day.ymd().1 == month || day < first {
        let delivered = register.delivery_days(day.week());
        let cell = |rank: i32| {
            let day = day.plus_days(rank);
            (day.ymd().1 == month).then(|| cell(register, day, &delivered, today))
        };
        weeks.push((0..7).map(cell).collect());
        day = day.plus_days(7);
    }
    Month { name: MONTHS[month as usize - 1].into(), weeks }
}

fn cell(register: &Register, day: Day, delivered: &[Day], today: Day) -> Cell {
    let mut classes = Vec::new();
    let mut said = Vec::new();
    if delivered.contains(&day) {
        classes.push("delivery");
        said.push("livraison".to_string());
    }
    if let Some(period) = register.calendar.closure_on(day) {
        classes.push(match period.closure {
            Closure::PublicHoliday => "holiday",
            Closure::SchoolHoliday => "vacation",
        });
        said.push(period.name.clone());
    }
    if register.exceptions.iter().any(|exception| exception.day == day) {
        classes.push("said");
        said.push("changé".into());
    }
    if day == today {
        classes.push("today");
        said.push("aujourd'hui".into());
    }
    let (_, _, number) = day.ymd();
    Cell { number, class: classes.join(" "), said: said.join(", ") }
}
