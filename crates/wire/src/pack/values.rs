//! One value's text to what it means. Refusals are French and say what to do.

use trade::calendar::Day;
use trade::id::{BadCode, Code};
pub use trade::treasury::is_siret;
use trade::unit::Rate;

pub fn compact(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Article 286 ter of the CGI: FR, two letters or digits, the SIREN.
pub fn is_vat_number(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("FR") else { return false };
    let is_key =
        |(at, byte): (usize, u8)| byte.is_ascii_digit() || at < 2 && byte.is_ascii_uppercase();
    rest.len() == 11 && rest.bytes().enumerate().all(is_key)
}

pub fn is_email(text: &str) -> bool {
    let is_filled = |(user, host): (&str, &str)| {
        !user.is_empty() && !host.contains('@') && host.contains('.') && !host.starts_with('.')
    };
    !text.contains(char::is_whitespace) && text.split_once('@').is_some_and(is_filled)
}

/// ISO 13616: the rest of the number by 97 is 1.
pub fn is_iban(text: &str) -> bool {
    if !(15..=34).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let turned = text[4..].chars().chain(text[..4].chars());
    let rest = turned.fold(0_u32, |rest, letter| match letter.to_digit(36) {
        Some(digit) if digit < 10 => (rest * 10 + digit) % 97,
        Some(digit) => (rest * 100 + digit) % 97,
        None => rest,
    });
    rest == 1
}

pub fn read_code(text: &str) -> Result<Code, String> {
    Code::parse(text).map_err(|bad| match bad {
        BadCode::Empty => "ce code est vide.".to_string(),
        BadCode::TooLong { length, max } => format!("ce code a {length} signes : {max} au plus."),
        BadCode::BadCharacter(letter) => {
            let letter = match letter.is_whitespace() {
                true => "une espace".to_string(),
                false => format!("« {letter} »"),
            };
            format!(
                "{letter} ne va pas dans un code : lettres sans accent, chiffres, - _ et point."
            )
        }
    })
}

/// A price or an amount without the euro sign after it.
pub fn in_euros(text: &str) -> &str {
    text.strip_suffix('€').unwrap_or(text).trim()
}

pub fn cents(text: &str) -> Result<i64, String> {
    decimal(in_euros(text), 2)
}

/// Digits, with a space (of any width) between thousands or none at all.
pub fn whole(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(char::is_whitespace).collect();
    let is_group = |(rank, group): (usize, &&str)| match rank {
        0 => groups.len() == 1 || (1..=3).contains(&group.len()),
        _ => group.len() == 3,
    };
    let is_sound = groups.iter().enumerate().all(is_group);
    let digits = groups.concat();
    (is_sound && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A number with a comma or a point, without a sign, as `value x 10^decimals`.
pub fn decimal(text: &str, decimals: usize) -> Result<i64, String> {
    if text.starts_with(['-', '−']) {
        return Err("ce nombre ne peut pas être négatif.".into());
    }
    let text = text.replace(',', ".");
    let (before, part) = text.split_once('.').unwrap_or((&text, "0"));
    let is_part = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(before) = whole(before).filter(|_| is_part && !text.is_empty()) else {
        return Err(not_a_number(&text).into());
    };
    let part = part.trim_end_matches('0');
    if part.len() > decimals {
        return Err(match decimals {
            0 => "il faut un nombre entier.".into(),
            _ => format!("trop de décimales : {decimals} au plus."),
        });
    }
    let before = before.trim_start_matches('0');
    if before.len() > 9 {
        return Err("ce nombre est trop grand.".into());
    }
    let digits = format!("{before}{part:0<decimals$}");
    if digits.is_empty() { Ok(0) } else { digits.parse().map_err(|_| "nombre illisible.".into()) }
}

/// What to do with a text that is no number.
pub fn not_a_number(text: &str) -> &'static str {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_grouped = |c: char| is_digit(c) || c == '.' || c.is_whitespace();
    if text.contains(is_digit) && text.chars().all(is_grouped) && !text.ends_with('.') {
        return "écrivez les milliers sans signe ou avec une espace, et une seule virgule : \
            1 234,5.";
    }
    if text.starts_with(is_digit) && text.ends_with(|c: char| c.is_alphabetic()) {
        return "il faut le nombre seul, sans unité : 12,5.";
    }
    "ce n'est pas un nombre. Exemple : 12,5."
}

pub fn rate(text: &str) -> Result<Rate, String> {
    let Some(bare) = text.strip_suffix('%') else {
        return Err("il faut une part, avec le signe % : 25 %.".into());
    };
    match decimal(bare.trim(), 2)? {
        value if value <= 100_000 => Ok(Rate::new(value)),
        _ => Err("cette part est trop grande.".into()),
    }
}

pub fn day(text: &str) -> Result<Day, String> {
    let bad = || "ce n'est pas un jour. Exemples : 2026-11-24, 24/11/2026.".to_string();
    let parts: Option<Vec<i32>> = text.split(['/', '-']).map(digits).collect();
    let is_french = text.contains('/');
    let found = match parts.as_deref() {
        Some(&[day, month, year]) if is_french && !text.contains('-') => {
            Day::from_ymd(year, month, day)
        }
        Some(&[year, month, day]) if !is_french => Day::from_ymd(year, month, day),
        _ => return Err(bad()),
    };
    match found {
        Some(day) if is_plausible(day) => Ok(day),
        Some(_) => Err(IMPLAUSIBLE.into()),
        None => Err("ce jour n'est pas dans le calendrier.".into()),
    }
}

pub const IMPLAUSIBLE: &str = "cette année n'est pas plausible : quatre chiffres, de 2000 à 2099.";

pub fn is_plausible(day: Day) -> bool {
    (2000..2100).contains(&day.ymd().0)
}

/// A number of at most four digits and nothing else.
pub fn digits(text: &str) -> Option<i32> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

pub fn minute(text: &str) -> Result<i64, String> {
    let bad = || "ce n'est pas une heure. Exemple : 6:30.".to_string();
    let (hour, minute) = text.split_once([':', 'h', 'H']).ok_or_else(bad)?;
    // Spreadsheets write the seconds of a time as well.
    let minute = minute.strip_suffix(":00").unwrap_or(minute).trim();
    let minute = match minute.len() {
        0 if !text.ends_with(':') => Some(0),
        2 => digits(minute),
        _ => None,
    };
    match (digits(hour.trim()), minute) {
        (Some(hour @ 0..24), Some(minute @ 0..60)) => Ok(i64::from(hour * 60 + minute)),
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_the_state_check_their_digits() {
        assert!(is_siret("73282932000074") && is_siret("35600000000048"));
        assert!(!is_siret("73282932000075") && !is_siret("7328293200007"));
        assert!(is_iban("FR7630006000011234567890189") && !is_iban("FR7630006000011234567890188"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, found) in [("12,5", 12_500), ("1 234.050", 1_234_050), ("0", 0), (",5", 500)] {
            assert_eq!(decimal(text, 3), Ok(found), "{text}");
        }
        for text in ["", "x", "1,2,3", "-4", "12,3456", "12345678901", "1e3"] {
            assert!(decimal(text, 3).is_err(), "{text}");
        }
        assert_eq!(minute("6h30"), Ok(390));
        assert_eq!(minute("12:00"), Ok(720));
        assert!(minute("25:00").is_err() && minute("6.30").is_err());
        assert_eq!(rate("2,5 %").map(Rate::get), Ok(250));
    }
}
