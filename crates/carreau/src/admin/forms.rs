//! Fields that several pages of the desk read alike.

use trade::unit::{Cents, Qty, Rate};

use crate::failure::Failure;
use crate::ui::fr;
use crate::web::Fields;

/// A time of day: `14:30`, `14 h 30`, `14h`, as minutes since midnight.
pub fn time(fields: &Fields, name: &str, label: &str) -> Result<i64, Failure> {
    let text = fields.needed(name, label)?;
    read_time(text).ok_or_else(|| {
        let said = format!("« {label} » : « {text} » n'est pas une heure. Écrivez 14:30.");
        Failure::Input(said)
    })
}

fn read_time(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let (hours, minutes) = plain.split_once([':', 'h', 'H'])?;
    let number = |text: &str| -> Option<i64> {
        let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_short.then(|| text.parse().ok()).flatten()
    };
    let minutes = if minutes.is_empty() { 0 } else { number(minutes)? };
    let hours = number(hours)?;
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// `14:30`, as a field for times wants it.
pub fn time_value(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A degree of the map in millionths; `most` is 90 or 180.
pub fn degrees(fields: &Fields, name: &str, label: &str, most: i64) -> Result<i64, Failure> {
    let text = fields.needed(name, label)?;
    read_degrees(text).filter(|value| value.abs() <= most * 1_000_000).ok_or_else(|| {
        let said = format!("« {label} » : « {text} » n'est pas un degré. Écrivez 43,6109.");
        Failure::Input(said)
    })
}

fn read_degrees(text: &str) -> Option<i64> {
    let plain = text.trim().replace(',', ".").replace('−', "-");
    let (sign, plain) = plain.strip_prefix('-').map_or((1, plain.as_str()), |rest| (-1, rest));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 3
        || part.len() > 6
        || !is_number(whole)
        || !is_number(part)
    {
        return None;
    }
    format!("{whole}{part:0<6}").parse::<i64>().ok().map(|value| sign * value)
}

/// `43,6109`, as [`degrees`] reads it.
pub fn degrees_value(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, part) = (millionths.abs() / 1_000_000, millionths.abs() % 1_000_000);
    let part = format!("{part:06}");
    format!("{sign}{whole},{}", part.trim_end_matches('0')).trim_end_matches(',').to_string()
}

/// An amount in euros: `0,50`, `26 €`.
pub fn euros(text: &str) -> Result<Cents, String> {
    let ten_thousandths = fr::parse_price(text)?.get();
    match ten_thousandths % 100 {
        0 => Ok(Cents::new(ten_thousandths / 100)),
        _ => Err("deux décimales au plus.".into()),
    }
}

/// An amount as [`euros`] reads it: `0,5`.
pub fn euros_value(amount: Cents) -> String {
    fr::number(Qty::new(amount.get() * 10))
}

/// A part of a whole: `12`, `12,5 %`.
pub fn percent(text: &str) -> Result<Rate, String> {
    // As with an amount, four decimals are read and two may be there.
    let ten_thousandths = fr::parse_price(text.trim().trim_end_matches('%'))?.get();
    match ten_thousandths % 100 {
        0 => Ok(Rate::new(ten_thousandths / 100)),
        _ => Err("deux décimales au plus.".into()),
    }
}

/// A rate as [`percent`] reads it: `12,5`.
pub fn percent_value(rate: Rate) -> String {
    fr::number(Qty::new(rate.get() * 10))
}

/// `1 250`: digits, with or without spaces between them.
pub fn whole(text: &str, least: i64, most: i64) -> Result<i64, String> {
    let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let read = digits.parse().ok().filter(|number| (least..=most).contains(number));
    read.ok_or_else(|| {
        let (least, most) = (fr::integer(least), fr::integer(most));
        let what = match text {
            "" => "Ce champ est vide.".to_string(),
            text => format!("« {text} » ne va pas."),
        };
        format!("{what} Écrivez un nombre entier, de {least} à {most}.")
    })
}

/// A text of one line, cut to what a paper can show.
pub fn line(fields: &Fields, name: &str, label: &str, most: usize) -> Result<String, Failure> {
    let text = fields.text(name);
    if text.chars().any(char::is_control) {
        return Err(Failure::Input(format!("« {label} » : une seule ligne, sans tabulation.")));
    }
    match text.chars().count() {
        many if many > most => {
            Err(Failure::Input(format!("« {label} » a {many} signes : {most} au plus.")))
        }
        _ => Ok(text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_degrees_are_read_and_written() {
        for (text, minute) in [("14:30", 870), ("9h05", 545), ("9 h", 540), ("00:00", 0)] {
            assert_eq!(read_time(text), Some(minute), "{text}");
        }
        for bad in ["", "24:00", "12:60", "12", "midi", "1:2:3", "-1:00", "123:00"] {
            assert_eq!(read_time(bad), None, "{bad}");
        }
        assert_eq!(time_value(545), "09:05");
        for (text, value) in [("43,6109", 43_610_900), ("-0,5", -500_000), ("3.849500", 3_849_500)]
        {
            assert_eq!(read_degrees(text), Some(value), "{text}");
            assert_eq!(read_degrees(&degrees_value(value)), Some(value), "{text}");
        }
        assert_eq!(degrees_value(3_000_000), "3");
        for bad in ["", "nord", "1,1234567", "1234", "1,2,3"] {
            assert_eq!(read_degrees(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_rates_and_numbers_are_read_as_they_are_written() {
        for (text, cents) in [("0,50", 50), ("26 €", 2_600), ("0", 0), ("1 250,5", 125_050)] {
            let read = euros(text).expect("an amount");
            assert_eq!(read.get(), cents, "{text}");
            assert_eq!(euros(&euros_value(read)).map(|cents| cents.get()), Ok(cents), "{text}");
        }
        for bad in ["", "0,505", "beaucoup"] {
            assert!(euros(bad).is_err(), "{bad}");
        }
        for (text, bp) in [("12", 1_200), ("12,5 %", 1_250), ("0,01", 1), ("100 %", 10_000)] {
            let read = percent(text).expect("a rate");
            assert_eq!(read.get(), bp, "{text}");
            assert_eq!(percent(&percent_value(read)).map(|rate| rate.get()), Ok(bp), "{text}");
        }
        for bad in ["", "%", "12,505", "la moitié"] {
            assert!(percent(bad).is_err(), "{bad}");
        }
        assert_eq!(whole("1 250", 1, 2_000), Ok(1_250));
        for bad in ["", "12,5", "0", "2001", "-3", "deux"] {
            assert!(whole(bad, 1, 2_000).is_err(), "{bad}");
        }
    }
}
