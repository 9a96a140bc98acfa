//! Words for the calendar and the price rules that a hub sets.
//!
//! ```text
//! except tue none                      no delivery on a date
//! except wed extra cutoff=tue,10:00    one more, with a cut-off of its own
//! except thu to=wed                    moved; `usual` takes the word back
//! rhythm 2026-W48 mon,thu before=2 at=10:00
//! set rule cost 30% from=2026-12-07    judged on the scenario's day
//! ```

use trade::calendar::deliveries::{
    DayException, Delivery, DeliveryChange, Moment, Rhythm, SkippedWhy,
};
use trade::calendar::{Day, IsoWeek};
use trade::register::first_free_day;

use crate::acts::one;
use crate::script::{Acted, said};
use crate::words::{at_moment, day, day_word, instant, instant_word, weekday};
use crate::world::{World, option};

fn moment(word: &str) -> Moment {
    let (on, time) = word.split_once(',').expect("a day and a time");
    let at = instant(day(on), time);
    Moment { day: day(on), minute: at.0.rem_euclid(86_400) / 60 }
}

pub fn except(world: &mut World, on: &str, words: &[&str]) -> Acted {
    let delivery = match words.first() {
        Some(&"none") => DeliveryChange::NoDelivery,
        Some(&"extra") => DeliveryChange::Extra,
        _ => {
            option(words, "to").map_or(DeliveryChange::Usual, |to| DeliveryChange::MovedTo(day(to)))
        }
    };
    let cutoff = option(words, "cutoff").map(moment);
    let exception = DayException { day: day(on), delivery, cutoff, reason: String::new() };
    let register = &world.register;
    let published = world.week.publication().map(|publication| publication.stamp.at);
    let published = published.filter(|_| exception.day.week() == world.week.week());
    let rhythm = register.rhythm(exception.day.week());
    let exception = exception
        .judged(&rhythm, &register.calendar, &register.exceptions, published)
        .map_err(one)?;
    world.register.exceptions.retain(|known| known.day != exception.day);
    if !exception.is_nothing() {
        world.register.exceptions.push(exception);
    }
    world.set_register();
    said("ok")
}

pub fn rhythm(world: &mut World, from: &str, words: &[&str]) -> Acted {
    let days = words[0].split(',').filter(|word| *word != "never").map(weekday).collect();
    let at = instant(day("mon"), option(words, "at").unwrap_or("12:00")).0;
    let rhythm = Rhythm {
        from: IsoWeek::parse(from).expect("a week"),
        days,
        cutoff_days_before: option(words, "before").map_or(1, |word| word.parse().expect("days")),
        cutoff_minute: at.rem_euclid(86_400) / 60,
    };
    let published = world.week.publication().map(|_| world.week.week());
    world.register.rhythms.push(rhythm.judged(published).map_err(one)?);
    world.set_register();
    said("ok")
}

pub fn rule(world: &mut World, words: &[&str]) -> Acted {
    let rule = crate::cast::rule(words);
    let published = world.week.publication().map(|_| world.week.week());
    let today = Day::from_days(world.now.0.div_euclid(86_400) as i32);
    world.register.judge_rule(&rule, first_free_day(today, published)).map_err(one)?;
    world.register.rules.push(rule);
    world.set_register();
    said("ok")
}

pub fn deliveries(world: &World) -> Vec<Vec<String>> {
    let found = world.register.deliveries(world.week.week());
    let head = ["day", "cut-off", "remark"].map(String::from).to_vec();
    let delivered = |one: &Delivery| {
        let remark = match (one.is_extra, one.planned_on == one.day) {
            (true, _) => "extra".to_string(),
            (false, true) => "-".to_string(),
            (false, false) => format!("for {}", day_word(one.planned_on)),
        };
        vec![day_word(one.day), instant_word(at_moment(one.cutoff)), remark]
    };
    let skipped = found.skipped.iter().map(|one| {
        let why = match one.why {
            SkippedWhy::PublicHoliday => "holiday".to_string(),
            SkippedWhy::NoDelivery => "no delivery".to_string(),
            SkippedWhy::MovedTo(to) => format!("moved to {}", day_word(to)),
        };
        vec![day_word(one.day), "none".to_string(), why]
    });
    let days = found.days.iter().map(delivered);
    std::iter::once(head).chain(days).chain(skipped).collect()
}
