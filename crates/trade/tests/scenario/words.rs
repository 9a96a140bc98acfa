//! Words of the scenarios: numbers in French, days of the week, and denials as sentences.

use std::fmt::Debug;

use trade::calendar::deliveries::Moment;
use trade::calendar::{Day, Instant, IsoWeek, Weekday};
use trade::catalog::{Label, Labels};
use trade::id::{OrderId, OrderLineId, ProducerId, ProductId};
use trade::unit::{Cents, Price, Qty, Rate};

/// The week in which every scenario trades.
pub fn week() -> IsoWeek {
    IsoWeek::new(2026, 48).expect("2026 has 53 weeks")
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads `tue` (of the scenario's week) or `2026-11-24`.
pub fn day(word: &str) -> Day {
    let rank = WEEKDAYS.iter().position(|name| *name == word);
    let of_week = rank.map(|rank| week().monday().plus_days(rank as i32));
    of_week.or_else(|| Day::parse(word)).unwrap_or_else(|| panic!("no day: {word}"))
}

pub fn weekday(word: &str) -> Weekday {
    day(word).weekday()
}

pub fn day_word(day: Day) -> String {
    let name = WEEKDAYS[day.weekday().rank() as usize];
    if day.week() == week() { name.to_string() } else { day.to_string() }
}

/// `12:00` or `12:00:01` of a day. Scenarios know no time zone.
pub fn instant(day: Day, time: &str) -> Instant {
    let mut parts = time.split(':').map(|part| part.parse::<i64>().expect("a time"));
    let mut next = || parts.next().unwrap_or(0);
    let (hours, minutes, seconds) = (next(), next(), next());
    Instant(i64::from(day.days()) * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

/// A moment in a world without time zones.
pub fn at_moment(moment: Moment) -> Instant {
    Instant(i64::from(moment.day.days()) * 86_400 + moment.minute * 60)
}

/// `6:30` as seconds of the day.
pub fn seconds(word: &str) -> i64 {
    let (hours, minutes) = word.split_once(':').expect("hours:minutes");
    let number = |text: &str| text.parse::<i64>().expect("a time");
    number(hours) * 3_600 + number(minutes) * 60
}

pub fn instant_word(instant: Instant) -> String {
    let (days, rest) = (instant.0.div_euclid(86_400), instant.0.rem_euclid(86_400));
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let tail = if seconds == 0 { String::new() } else { format!(":{seconds:02}") };
    format!("{} {hours:02}:{minutes:02}{tail}", day_word(Day::from_days(days as i32)))
}

/// Reads `-12,345` as a whole number of `10^-digits`.
pub fn decimal(text: &str, digits: usize) -> i64 {
    let (sign, plain) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = plain.split_once(',').unwrap_or((plain, ""));
    assert!(part.len() <= digits, "{text}: at most {digits} decimals");
    let joined = format!("{whole}{part}{}", "0".repeat(digits - part.len()));
    sign * joined.parse::<i64>().unwrap_or_else(|_| panic!("no number: {text}"))
}

/// Writes `value` of `10^-digits` with at least `least` decimals.
pub fn written(value: i64, digits: usize, least: usize) -> String {
    let unit = 10_i64.pow(digits as u32);
    let sign = if value < 0 { "-" } else { "" };
    let part = format!("{:0digits$}", value.abs() % unit);
    let kept = part.trim_end_matches('0').len().max(least);
    let whole = value.abs() / unit;
    if kept == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole},{}", &part[..kept]) }
}

pub fn qty(text: &str) -> Qty {
    Qty::new(decimal(text, 3))
}

pub fn price(text: &str) -> Price {
    Price::new(decimal(text, 4))
}

pub fn cents(text: &str) -> Cents {
    Cents::new(decimal(text, 2))
}

/// Reads `5,5%`.
pub fn rate(text: &str) -> Rate {
    Rate::new(decimal(text.trim_end_matches('%'), 2))
}

pub fn qty_word(quantity: Qty) -> String {
    written(quantity.get(), 3, 0)
}

pub fn price_word(price: Price) -> String {
    written(price.get(), 4, 2)
}

pub fn cents_word(cents: Cents) -> String {
    written(cents.get(), 2, 2)
}

pub fn rate_word(rate: Rate) -> String {
    format!("{}%", written(rate.get(), 2, 0))
}

pub fn product(word: &str) -> ProductId {
    ProductId::parse(word).unwrap_or_else(|bad| panic!("{word}: {bad:?}"))
}

/// Reads `carrot`, `carrot+organic`, `carrot/garrigues`, `carrot+organic/garrigues`.
pub fn goods(word: &str) -> (ProductId, Labels, Option<ProducerId>) {
    let (rest, producer) = match word.split_once('/') {
        Some((rest, name)) => (rest, Some(ProducerId::parse(name).expect("a producer"))),
        None => (word, None),
    };
    let mut parts = rest.split('+');
    let id = product(parts.next().unwrap_or_default());
    let labels = parts.map(|name| Label::parse(name).expect("a label"));
    (id, Labels::of(&labels.collect::<Vec<_>>()), producer)
}

pub fn goods_word(product: ProductId, labels: Labels) -> String {
    let plus = if labels.is_empty() { "" } else { "+" };
    format!("{product}{plus}{}", labels.code())
}

/// Reads `3.1`: line 1 of order 3.
pub fn order_line(word: &str) -> OrderLineId {
    let (order, rank) = word.split_once('.').unwrap_or_else(|| panic!("no order line: {word}"));
    let number = |text: &str| text.parse().expect("a number");
    OrderLineId { order: OrderId(number(order)), rank: number(rank) }
}

/// Reads the number of `p12`, `r3`, `f1`.
pub fn numbered(word: &str, letter: char) -> i64 {
    let number = word.strip_prefix(letter).and_then(|rest| rest.parse().ok());
    number.unwrap_or_else(|| panic!("{word} should be {letter} and a number"))
}

/// A denial or a breach as a sentence, made of the names and numbers that it holds:
/// `SoldOut { line: LineId(1), asked: Qty(60000) }` is `sold out, line 1, asked 60`.
pub fn told(record: &impl Debug) -> String {
    let text = format!("{record:?}");
    let mut reader = Reader { rest: &text };
    reader.value()
}

struct Reader<'text> {
    rest: &'text str,
}

impl Reader<'_> {
    fn eat(&mut self, sign: &str) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.strip_prefix(sign).inspect(|rest| self.rest = rest).is_some()
    }

    fn word(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let end = self.rest.find(|c: char| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_string()
    }

    fn value(&mut self) -> String {
        if self.eat("\"") {
            let end = self.rest.find('"').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start_matches('"');
            return text.to_string();
        }
        let name = self.word();
        if self.eat("(") {
            let values = self.list(")", |reader| reader.value());
            return inside(&name, &values);
        }
        if self.eat("{") {
            let fields = self.list("}", |reader| {
                let field = reader.word();
                assert!(reader.eat(":"), "a field");
                (field.replace('_', " "), reader.value())
            });
            if name == "OrderLineId" {
                return format!("{}.{}", fields[0].1, fields[1].1);
            }
            if name == "Moment" {
                let minute: i64 = fields[1].1.parse().expect("a minute");
                return format!("{} {:02}:{:02}", fields[0].1, minute / 60, minute % 60);
            }
            let pairs = fields.iter().map(|(field, value)| format!(", {field} {value}"));
            return spaced(&name) + &pairs.collect::<String>();
        }
        Day::parse(&name).map_or_else(|| spaced(&name), day_word)
    }

    fn list<T>(&mut self, end: &str, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let mut values = Vec::new();
        while !self.eat(end) {
            values.push(one(self));
            self.eat(",");
        }
        values
    }
}

/// `Name(values)`, units read back as people write them.
fn inside(name: &str, values: &[String]) -> String {
    let number = || values[0].parse::<i64>().expect("a number");
    match name {
        "Qty" | "Grams" => written(number(), 3, 0),
        "Price" => written(number(), 4, 2),
        "Cents" => written(number(), 2, 2),
        "Rate" => rate_word(Rate::new(number())),
        "Instant" => instant_word(Instant(number())),
        "Some" => values[0].clone(),
        _ if name.ends_with("Id") => values[0].clone(),
        _ => format!("{} {}", spaced(name), values.join(" ")),
    }
}

/// `SoldOut` as `sold out`; other words as they are.
fn spaced(name: &str) -> String {
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return name.to_string();
    }
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
