//! Which days of a week are delivered and until when they are ordered for: the weekly rhythm,
//! public holidays, and what the hub says otherwise for one date. The last word for a date counts.

use super::{Day, Instant, IsoWeek, ServiceCalendar, Weekday};
use crate::denial::Denial;

/// A minute of a day, Paris time: the shell, which knows summer time, makes an instant of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    pub day: Day,
    /// Minutes since midnight.
    pub minute: i64,
}

/// The weekly rule, from a week on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub from: IsoWeek,
    /// In week order.
    pub days: Vec<Weekday>,
    /// The cut-off falls this many days before the delivery...
    pub cutoff_days_before: i64,
    /// ...at this minute of the day.
    pub cutoff_minute: i64,
}

/// What is otherwise on one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayException {
    pub day: Day,
    pub delivery: DeliveryChange,
    /// When orders end for what this date delivers, wherever it was moved to.
    pub cutoff: Option<Moment>,
    /// Why, for those who read the calendar.
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryChange {
    /// As the rhythm and the holidays say.
    Usual,
    NoDelivery,
    /// A delivery where the rhythm has none, or in spite of a holiday.
    Extra,
    /// The delivery of this date is made on another of the same week.
    MovedTo(Day),
}

/// A delivery of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub day: Day,
    /// The date on which it would usually be: another one when it was moved.
    pub planned_on: Day,
    pub cutoff: Moment,
    /// The rhythm has none on this day.
    pub is_extra: bool,
    /// The cut-off is not the rhythm's.
    pub has_own_cutoff: bool,
}

/// A day of the rhythm without its delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub day: Day,
    pub why: SkippedWhy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkippedWhy {
    PublicHoliday,
    NoDelivery,
    MovedTo(Day),
}

/// What a week delivers, and what it would have delivered, each in order of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    pub days: Vec<Delivery>,
    pub skipped: Vec<Skipped>,
}

/// The days of a week.
pub fn deliveries(
    week: IsoWeek,
    rhythm: &Rhythm,
    calendar: &ServiceCalendar,
    exceptions: &[DayException],
) -> Deliveries {
    let mut found = Deliveries::default();
    for weekday in Weekday::ALL {
        let day = week.day(weekday);
        let is_usual = rhythm.days.contains(&weekday);
        let exception = exceptions.iter().find(|exception| exception.day == day);
        let delivered = match exception.map_or(DeliveryChange::Usual, |one| one.delivery) {
            DeliveryChange::Extra => Ok(day),
            _ if !is_usual => continue,
            DeliveryChange::NoDelivery => Err(SkippedWhy::NoDelivery),
            DeliveryChange::MovedTo(to) => {
                found.skipped.push(Skipped { day, why: SkippedWhy::MovedTo(to) });
                Ok(to)
            }
            DeliveryChange::Usual if calendar.is_public_holiday(day) => {
                Err(SkippedWhy::PublicHoliday)
            }
            DeliveryChange::Usual => Ok(day),
        };
        match delivered {
            Err(why) => found.skipped.push(Skipped { day, why }),
            Ok(on) => {
                let own = exception.and_then(|exception| exception.cutoff);
                found.days.push(Delivery {
                    day: on,
                    planned_on: day,
                    cutoff: own.unwrap_or(rhythm.cutoff(on)),
                    is_extra: !is_usual,
                    has_own_cutoff: own.is_some(),
                });
            }
        }
    }
    // Where a rhythm of later days meets a move of earlier ones, the day is delivered once.
    found.days.sort_by_key(|delivery| (delivery.day, delivery.planned_on != delivery.day));
    found.days.dedup_by_key(|delivery| delivery.day);
    found
}

impl Rhythm {
    fn cutoff(&self, day: Day) -> Moment {
        let before = i32::try_from(self.cutoff_days_before).unwrap_or(0);
        Moment { day: day.plus_days(-before), minute: self.cutoff_minute }
    }

    /// Judges a new rhythm: at least one day, a cut-off before the delivery, and no week whose
    /// list buyers already have. `published`: the last such week.
    pub fn judged(self, published: Option<IsoWeek>) -> Result<Rhythm, Denial> {
        if self.days.is_empty() {
            return Err(Denial::NoWeekday);
        }
        let days = self.cutoff_days_before;
        if !(1..=DAYS_BEFORE_MAX).contains(&days) {
            return Err(Denial::CutoffOutOfRange { days, most: DAYS_BEFORE_MAX });
        }
        match published {
            Some(last) if self.from <= last => Err(Denial::WeekPublished { week: self.from, last }),
            _ => Ok(self),
        }
    }
}

/// A cut-off is at most this many days before its delivery: farms would not know what they bring.
const DAYS_BEFORE_MAX: i64 = 7;

impl DayException {
    /// True for a word that takes an earlier one back.
    pub fn is_nothing(&self) -> bool {
        self.delivery == DeliveryChange::Usual && self.cutoff.is_none()
    }

    /// Judges what is to hold for a date. `others`: what holds for other dates; `published_at`:
    /// when the list of its week went to the buyers.
    pub fn judged(
        self,
        rhythm: &Rhythm,
        calendar: &ServiceCalendar,
        others: &[DayException],
        published_at: Option<Instant>,
    ) -> Result<DayException, Denial> {
        if let Some(at) = published_at {
            return Err(Denial::AlreadyPublished { at });
        }
        let day = self.day;
        let others: Vec<DayException> =
            others.iter().filter(|other| other.day != day).cloned().collect();
        let usual = deliveries(day.week(), rhythm, calendar, &others);
        let is_delivered = |on: Day| usual.days.iter().any(|delivery| delivery.day == on);
        let is_of_rhythm = rhythm.days.contains(&day.weekday());
        match self.delivery {
            DeliveryChange::Extra if is_delivered(day) => {
                return Err(Denial::AlreadyDelivered { day });
            }
            DeliveryChange::NoDelivery | DeliveryChange::MovedTo(_) if !is_of_rhythm => {
                return Err(Denial::NotADeliveryDay { day });
            }
            DeliveryChange::MovedTo(to) if to.week() != day.week() => {
                return Err(Denial::MovedToAnotherWeek { day, to });
            }
            DeliveryChange::MovedTo(to) if to == day || is_delivered(to) => {
                return Err(Denial::AlreadyDelivered { day: to });
            }
            DeliveryChange::MovedTo(to) if calendar.is_public_holiday(to) => {
                return Err(Denial::MovedToHoliday { to });
            }
            _ => {}
        }
        let own = std::slice::from_ref(&self);
        let all = [own, &others].concat();
        let made = deliveries(day.week(), rhythm, calendar, &all);
        let delivery = made.days.iter().find(|delivery| delivery.planned_on == day);
        match (self.cutoff, delivery) {
            // Without a delivery there is nothing to order.
            (Some(_), None) if self.delivery == DeliveryChange::Usual => {
                Err(Denial::NotADeliveryDay { day })
            }
            (Some(_), None) => Ok(DayException { cutoff: None, ..self }),
            (Some(cutoff), Some(delivery)) if cutoff.day >= delivery.day => {
                Err(Denial::CutoffNotBefore { day: delivery.day, cutoff })
            }
            _ => Ok(self),
        }
    }
}
