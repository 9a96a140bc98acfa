//! The page of the calendar.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::calendar::deliveries::{Delivery, SkippedWhy};
use trade::calendar::{Day, Instant, IsoWeek, Weekday};
use trade::register::Register;

use super::acts::{moment, rhythm_name};
use super::year::{Month, year};
use crate::admin::desk::{Desk, new_key};
use crate::admin::forms::time_value;
use crate::admin::rows;
use crate::clock;
use crate::failure::Failure;
use crate::store::settings;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, html};

/// Weeks that the page shows in full.
const WEEKS: usize = 8;
/// Weeks from which a rhythm may be chosen to begin.
const CHOICES: usize = 40;

#[derive(Deserialize, Default)]
pub struct Asked {
    /// A date that was touched in the calendar.
    #[serde(default)]
    day: String,
    #[serde(default)]
    year: String,
}

/// A delivery of a coming week, or why there is none.
struct DayRow {
    day: String,
    until: String,
    tag: &'static str,
    note: String,
    href: String,
}

struct WeekRow {
    label: String,
    note: String,
    is_published: bool,
    days: Vec<DayRow>,
}

struct ExceptionRow {
    day: String,
    code: String,
    what: String,
    reason: String,
    by: String,
    may_change: bool,
}

struct RhythmRow {
    from: String,
    code: String,
    what: String,
    is_now: bool,
    may_withdraw: bool,
}

/// The form for one date, filled with what holds for it.
struct DayForm {
    day: String,
    said: String,
    is_open: bool,
}

struct RhythmForm {
    weeks: Vec<(String, String)>,
    days: Vec<(i32, &'static str, bool)>,
    days_before: i64,
    at: String,
}

#[derive(Template)]
#[template(path = "admin/calendar.html")]
struct CalendarPage {
    frame: Frame,
    key: String,
    weeks: Vec<WeekRow>,
    form: DayForm,
    exceptions: Vec<ExceptionRow>,
    rhythms: Vec<RhythmRow>,
    rhythm: RhythmForm,
    year: i32,
    months: Vec<Month>,
    last_known: String,
}

/// `GET /admin/calendar`
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Answer {
    let register = desk.register().await?;
    let today = clock::today();
    let published: BTreeMap<IsoWeek, Instant> =
        rows::published(&desk.db(), desk.hub(), today.week()).await?.into_iter().collect();
    let shown: i32 =
        asked.year.parse().ok().filter(|year| (2000..2100).contains(year)).unwrap_or(today.ymd().0);
    let mut frame = desk.frame("calendar", "Calendrier").await?;
    frame.subtitle = "Les jours de livraison et la fin des commandes, semaine par semaine.".into();
    let calendar = &register.calendar.closed;
    let last_known = calendar.iter().map(|period| period.to).max();
    html(&CalendarPage {
        frame,
        key: new_key(),
        weeks: weeks(&register, today.week(), &published),
        form: day_form(&register, &asked),
        exceptions: exceptions(&desk, today, &published).await?,
        rhythms: rhythms(&register, today.week(), &published),
        rhythm: rhythm_form(&register, today.week(), &published),
        year: shown,
        months: year(&register, shown, today),
        last_known: last_known.map(fr::date).unwrap_or_default(),
    })
}

fn weeks(
    register: &Register,
    first: IsoWeek,
    published: &BTreeMap<IsoWeek, Instant>,
) -> Vec<WeekRow> {
    let all = std::iter::successors(Some(first), |week| Some(week.next())).take(WEEKS);
    let row = |week: IsoWeek| {
        let made = register.deliveries(week);
        let mut days: Vec<(Day, DayRow)> =
            made.days.iter().map(|one| (one.day, delivered(one))).collect();
        let skipped = made.skipped.iter().filter(|one| !matches!(one.why, SkippedWhy::MovedTo(_)));
        days.extend(skipped.map(|one| {
            let holiday = register.calendar.closure_on(one.day).map(|period| period.name.clone());
            let note = match one.why {
                SkippedWhy::PublicHoliday => holiday.unwrap_or_else(|| "férié".into()),
                _ => reason(register, one.day),
            };
            (one.day, day_row(one.day, "pas de livraison".into(), "late", note))
        }));
        days.sort_by_key(|(day, _)| *day);
        WeekRow {
            label: fr::week_title(week),
            note: school_note(register, week),
            is_published: published.contains_key(&week),
            days: days.into_iter().map(|(_, row)| row).collect(),
        }
    };
    all.map(row).collect()
}

fn day_row(day: Day, until: String, tag: &'static str, note: String) -> DayRow {
    let href = format!("/admin/calendar?day={day}#date");
    DayRow { day: fr::day(day), until, tag, note, href }
}

fn delivered(one: &Delivery) -> DayRow {
    let (tag, note) = match (one.is_extra, one.planned_on == one.day, one.has_own_cutoff) {
        (true, _, _) => ("changed", "en plus".to_string()),
        (_, false, _) => ("changed", format!("au lieu du {}", fr::day(one.planned_on))),
        (_, _, true) => ("changed", "heure limite changée".to_string()),
        _ => ("", String::new()),
    };
    let row = day_row(one.planned_on, moment(one.cutoff), tag, note);
    DayRow { day: fr::day(one.day), ..row }
}

fn reason(register: &Register, day: Day) -> String {
    let found = register.exceptions.iter().find(|exception| exception.day == day);
    found.map(|exception| exception.reason.clone()).unwrap_or_default()
}

/// How many days of the week school kitchens serve, when it is not all of them.
fn school_note(register: &Register, week: IsoWeek) -> String {
    let open = register.calendar.school_days(week);
    let monday = week.monday();
    let closed = (0..5).filter_map(|rank| register.calendar.closure_on(monday.plus_days(rank)));
    let mut names: Vec<&str> = closed.map(|period| period.name.as_str()).collect();
    names.dedup();
    match (open, names.is_empty()) {
        (_, true) => String::new(),
        (0, _) => format!("cantines scolaires fermées : {}", names.join(", ")),
        _ => {
            let days = fr::count(open, "jour", "jours");
            format!("{} : cantines scolaires ouvertes {days}", names.join(", "))
        }
    }
}

fn day_form(register: &Register, asked: &Asked) -> DayForm {
    let Some(day) = Day::parse(&asked.day) else {
        return DayForm { day: String::new(), said: String::new(), is_open: false };
    };
    let made = register.deliveries(day.week());
    let said = match made.days.iter().find(|one| one.planned_on == day || one.day == day) {
        Some(one) => {
            format!("Livraison le {}, commandes jusqu'au {}.", fr::day(one.day), moment(one.cutoff))
        }
        None => format!("Pas de livraison le {}.", fr::day(day)),
    };
    DayForm { day: day.to_string(), said: format!("Prévu : {said}"), is_open: true }
}

async fn exceptions(
    desk: &Desk,
    today: Day,
    published: &BTreeMap<IsoWeek, Instant>,
) -> Result<Vec<ExceptionRow>, Failure> {
    let said = settings::exceptions(&desk.db(), desk.hub()).await?;
    let coming = said.iter().map(|row| (row.exception(), &row.stamp));
    let coming = coming.filter(|(one, _)| one.day.week() >= today.week() && !one.is_nothing());
    let row = |(one, stamp): (trade::calendar::deliveries::DayException, &trade::offers::Stamp)| {
        use trade::calendar::deliveries::DeliveryChange as Change;
        let delivery = match one.delivery {
            Change::Usual => "livraison comme d'habitude".to_string(),
            Change::NoDelivery => "pas de livraison".to_string(),
            Change::Extra => "livraison en plus".to_string(),
            Change::MovedTo(to) => format!("déplacée au {}", fr::day(to)),
        };
        let until = one.cutoff.map(|at| format!(", commandes jusqu'au {}", moment(at)));
        ExceptionRow {
            day: format!("{} {}", fr::day(one.day), one.day.ymd().0),
            code: one.day.to_string(),
            what: delivery + &until.unwrap_or_default(),
            reason: one.reason.clone(),
            by: format!("{}, {}", stamp.by, fr::numbers_moment(stamp.at)),
            may_change: !published.contains_key(&one.day.week()),
        }
    };
    Ok(coming.map(row).collect())
}

fn rhythms(
    register: &Register,
    now: IsoWeek,
    published: &BTreeMap<IsoWeek, Instant>,
) -> Vec<RhythmRow> {
    let current = register.rhythm(now);
    let last = published.keys().next_back();
    let row = |rhythm: &trade::calendar::deliveries::Rhythm| RhythmRow {
        from: fr::week(rhythm.from),
        code: rhythm.from.to_string(),
        what: rhythm_name(rhythm),
        is_now: *rhythm == current,
        may_withdraw: rhythm.from > now && last.is_none_or(|last| rhythm.from > *last),
    };
    let mut rows: Vec<RhythmRow> = register.rhythms.iter().rev().map(row).collect();
    let is_first = register.rhythms.iter().all(|rhythm| rhythm.from > now);
    let first = register.rhythm(IsoWeek::new(1, 1).unwrap_or(now));
    rows.push(RhythmRow {
        from: "au départ".into(),
        code: String::new(),
        what: rhythm_name(&first),
        is_now: is_first,
        may_withdraw: false,
    });
    rows
}

fn rhythm_form(
    register: &Register,
    now: IsoWeek,
    published: &BTreeMap<IsoWeek, Instant>,
) -> RhythmForm {
    let first = published.keys().next_back().map_or(now, |last| last.next().max(now));
    let weeks = std::iter::successors(Some(first), |week| Some(week.next())).take(CHOICES);
    let current = register.rhythm(first);
    RhythmForm {
        weeks: weeks.map(|week| (week.to_string(), fr::week_title(week))).collect(),
        days: Weekday::ALL
            .into_iter()
            .map(|day| (day.rank(), fr::weekday(day), current.days.contains(&day)))
            .collect(),
        days_before: current.cutoff_days_before,
        at: time_value(current.cutoff_minute),
    }
}
