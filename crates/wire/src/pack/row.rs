//! Typed reading of one row. What cannot be read becomes a fault and a harmless stand-in: the
//! whole folder is then refused, but all its faults are found first.

use trade::calendar::{Day, IsoWeek, Weekday};
use trade::catalog::Labels;
use trade::id::{BadCode, Code};
use trade::party::{Identity, Place};
use trade::unit::{Cents, Price, Qty, Rate};

use super::Amount;
use super::fault::{Fault, nearest};
use super::sheet::{RawRow, Sheet};
use super::words;

/// A row while it is read.
pub struct Row<'a> {
    sheet: &'a Sheet,
    raw: &'a RawRow,
    faults: &'a mut Vec<Fault>,
}

/// What stands for a value that could not be read.
fn stand_in() -> Code {
    Code::parse("x").unwrap_or_else(|_| unreachable!("one letter is a code"))
}

impl<'a> Row<'a> {
    pub fn new(sheet: &'a Sheet, raw: &'a RawRow, faults: &'a mut Vec<Fault>) -> Row<'a> {
        Row { sheet, raw, faults }
    }

    pub fn line(&self) -> u64 {
        self.raw.line
    }

    pub fn fault(&mut self, column: &str, reason: impl Into<String>) {
        let value = self.sheet.cell(self.raw, column);
        self.faults.push(Fault::new(&self.sheet.file, self.raw.line, column, value, reason));
    }

    pub fn text(&self, column: &str) -> String {
        self.sheet.cell(self.raw, column).to_string()
    }

    /// The text of a column that must be filled; a fault and `None` when it is empty.
    pub fn needed(&mut self, column: &str) -> Option<String> {
        let text = self.text(column);
        if text.is_empty() {
            let known = self.sheet.table.columns.iter().find(|known| known.name == column);
            let what = known.map_or("", |column| column.what);
            self.fault(column, format!("ce champ est vide ; il y faut : {what}."));
            return None;
        }
        Some(text)
    }

    /// Reads a filled column by `read`; its French refusal becomes a fault.
    fn parsed<T>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.needed(column)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.fault(column, reason);
                None
            }
        }
    }

    /// The same for a column that may be empty.
    fn optional<T>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.text(column).is_empty() { None } else { self.parsed(column, read) }
    }

    pub fn filled(&mut self, column: &str) -> String {
        self.needed(column).unwrap_or_default()
    }

    pub fn code<T>(&mut self, column: &str, make: fn(Code) -> T) -> T {
        make(self.parsed(column, read_code).unwrap_or_else(stand_in))
    }

    pub fn opt_code<T>(&mut self, column: &str, make: fn(Code) -> T) -> Option<T> {
        self.optional(column, read_code).map(make)
    }

    /// A quantity that may be zero.
    pub fn qty(&mut self, column: &str) -> Qty {
        Qty::new(self.parsed(column, |text| decimal(text, 3)).unwrap_or(0))
    }

    pub fn price(&mut self, column: &str) -> Price {
        let price = self.parsed(column, |text| decimal(text.trim_end_matches('€'), 4));
        Price::new(price.unwrap_or(1))
    }

    pub fn cents(&mut self, column: &str) -> Cents {
        self.opt_cents(column).unwrap_or(Cents::ZERO)
    }

    pub fn opt_cents(&mut self, column: &str) -> Option<Cents> {
        self.optional(column, |text| decimal(text.trim_end_matches('€'), 2)).map(Cents::new)
    }

    pub fn rate(&mut self, column: &str) -> Rate {
        self.parsed(column, rate).unwrap_or(Rate::ZERO)
    }

    pub fn opt_rate(&mut self, column: &str) -> Option<Rate> {
        self.optional(column, rate)
    }

    pub fn amount(&mut self, column: &str) -> Option<Amount> {
        self.optional(column, |text| match text.contains('%') {
            true => rate(text).map(Amount::Share),
            false => decimal(text, 3).map(|quantity| Amount::Quantity(Qty::new(quantity))),
        })
    }

    /// Degrees in tenths, which may be below zero.
    pub fn temperature(&mut self, column: &str) -> Option<i64> {
        self.optional(column, |text| match text.strip_prefix(['-', '−']) {
            Some(below) => decimal(below, 1).map(|tenths| -tenths),
            None => decimal(text, 1),
        })
    }

    /// A whole number within bounds; an empty column is `when_empty`.
    pub fn integer(&mut self, column: &str, most: i64) -> i64 {
        let read = |text: &str| match decimal(text, 0) {
            Ok(value) if value <= most => Ok(value),
            Ok(_) => Err(format!("ce nombre est trop grand : {most} au plus.")),
            Err(reason) => Err(reason),
        };
        self.optional(column, read).unwrap_or(0)
    }

    pub fn day(&mut self, column: &str) -> Day {
        self.parsed(column, day).unwrap_or(Day::from_days(0))
    }

    pub fn opt_day(&mut self, column: &str) -> Option<Day> {
        self.optional(column, day)
    }

    pub fn week(&mut self, column: &str) -> IsoWeek {
        let read = |text: &str| {
            let bad = || "ce n'est pas une semaine. Exemple : 2026-W48.".to_string();
            IsoWeek::parse(text).ok_or_else(bad)
        };
        self.parsed(column, read).unwrap_or(Day::from_days(0).week())
    }

    pub fn minute(&mut self, column: &str) -> i64 {
        self.parsed(column, minute).unwrap_or(0)
    }

    pub fn flag(&mut self, column: &str) -> bool {
        let read = |text: &str| match text.to_lowercase().as_str() {
            "oui" | "true" | "vrai" | "1" | "x" => Ok(true),
            "non" | "false" | "faux" | "0" => Ok(false),
            _ => Err("il faut oui ou non.".to_string()),
        };
        self.optional(column, read).unwrap_or(false)
    }

    /// One of the words of a list, by its code or its French name.
    pub fn word<T: Copy>(&mut self, column: &str, list: &[(&'static str, &'static str, T)]) -> T {
        self.parsed(column, |text| words::find(list, text)).unwrap_or(list[0].2)
    }

    pub fn opt_word<T: Copy>(
        &mut self,
        column: &str,
        list: &[(&'static str, &'static str, T)],
    ) -> Option<T> {
        self.optional(column, |text| words::find(list, text))
    }

    pub fn labels(&mut self, column: &str) -> Labels {
        let read = |text: &str| {
            let parts = text.split(['+', '|']).map(str::trim).filter(|part| !part.is_empty());
            parts
                .map(|part| words::find(&words::LABELS, part))
                .try_fold(Labels::NONE, |set, one| Ok(set.with(one?)))
        };
        self.optional(column, read).unwrap_or(Labels::NONE)
    }

    pub fn weekdays(&mut self, column: &str) -> Vec<Weekday> {
        let read = |text: &str| {
            let parts = text.split(['+', '|', ' ']).filter(|part| !part.is_empty());
            let days: Result<Vec<Weekday>, String> =
                parts.map(|part| words::find(&words::WEEKDAYS, part)).collect();
            days.and_then(|mut days| {
                let said = days.len();
                days.sort_by_key(|day| day.rank());
                days.dedup();
                if days.len() < said { Err("un jour est deux fois.".into()) } else { Ok(days) }
            })
        };
        self.parsed(column, read).unwrap_or_default()
    }

    pub fn place(&mut self) -> Place {
        Place { lat_e6: self.degrees("latitude", 90), lon_e6: self.degrees("longitude", 180) }
    }

    fn degrees(&mut self, column: &str, most: i64) -> i64 {
        let read = |text: &str| {
            let (sign, digits) = match text.strip_prefix(['-', '−']) {
                Some(rest) => (-1, rest),
                None => (1, text),
            };
            match decimal(digits, 6) {
                Ok(value) if value <= most * 1_000_000 => Ok(sign * value),
                Ok(_) => Err(format!("les degrés vont de -{most} à {most}.")),
                Err(reason) => Err(reason),
            }
        };
        self.parsed(column, read).unwrap_or(0)
    }

    pub fn identity(&mut self) -> Identity {
        let identity = Identity {
            name: self.filled("name"),
            address: self.text("address"),
            postcode: self.text("postcode"),
            commune: self.text("commune"),
            siret: compact(&self.text("siret")),
            vat_number: compact(&self.text("vat_number")),
            iban: compact(&self.text("iban")),
            email: self.text("email"),
            phone: self.text("phone"),
        };
        if !identity.siret.is_empty() && !is_siret(&identity.siret) {
            self.fault(
                "siret",
                "ce n'est pas un SIRET : 14 chiffres, dont le dernier les vérifie.",
            );
        }
        if !identity.iban.is_empty() && !is_iban(&identity.iban) {
            self.fault("iban", "ce n'est pas un IBAN : ses chiffres de contrôle ne vont pas.");
        }
        let vat = &identity.vat_number;
        let is_vat = vat.len() == 13
            && vat.starts_with("FR")
            && vat[4..].bytes().all(|b| b.is_ascii_digit());
        if !vat.is_empty() && !is_vat {
            self.fault("vat_number", "un numéro de TVA a FR, deux caractères et neuf chiffres.");
        }
        if !identity.email.is_empty() && !identity.email.contains('@') {
            self.fault("email", "une adresse de courriel a un @.");
        }
        identity
    }
}

fn compact(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Luhn's sum over 14 digits; the offices of La Poste have a sum of their own (INSEE).
fn is_siret(text: &str) -> bool {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = || text.bytes().map(|byte| u32::from(byte - b'0'));
    let luhn: u32 = digits()
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 if digit > 4 => digit * 2 - 9,
            0 => digit * 2,
            _ => digit,
        })
        .sum();
    luhn.is_multiple_of(10) || (text.starts_with("356000000") && digits().sum::<u32>() % 5 == 0)
}

/// ISO 13616: the rest of the number by 97 is 1.
fn is_iban(text: &str) -> bool {
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

fn read_code(text: &str) -> Result<Code, String> {
    Code::parse(text).map_err(|bad| match bad {
        BadCode::Empty => "ce code est vide.".to_string(),
        BadCode::TooLong { length, max } => format!("ce code a {length} signes : {max} au plus."),
        BadCode::BadCharacter(letter) => {
            format!("« {letter} » ne va pas dans un code : lettres sans accent, chiffres, - _ . ")
                .trim_end()
                .to_string()
        }
    })
}

/// A number with a comma or a point, without a sign, as `value x 10^decimals`.
fn decimal(text: &str, decimals: usize) -> Result<i64, String> {
    let clean: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{202f}' && *c != '\u{a0}').collect();
    if clean.starts_with(['-', '−']) {
        return Err("ce nombre ne peut pas être négatif.".into());
    }
    let clean = clean.replace(',', ".");
    let (whole, part) = clean.split_once('.').unwrap_or((&clean, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !numeric(whole) || !numeric(part) {
        return Err("ce n'est pas un nombre. Exemple : 12,5.".into());
    }
    let part = part.trim_end_matches('0');
    if part.len() > decimals {
        return Err(match decimals {
            0 => "il faut un nombre entier.".into(),
            _ => format!("trop de décimales : {decimals} au plus."),
        });
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 9 {
        return Err("ce nombre est trop grand.".into());
    }
    let digits = format!("{whole}{part:0<decimals$}");
    if digits.is_empty() { Ok(0) } else { digits.parse().map_err(|_| "nombre illisible.".into()) }
}

fn rate(text: &str) -> Result<Rate, String> {
    let Some(bare) = text.strip_suffix('%') else {
        return Err("il faut une part, avec le signe % : 25 %.".into());
    };
    match decimal(bare.trim(), 2)? {
        value if value <= 100_000 => Ok(Rate::new(value)),
        _ => Err("cette part est trop grande.".into()),
    }
}

fn day(text: &str) -> Result<Day, String> {
    let bad = || "ce n'est pas un jour. Exemples : 2026-11-24, 24/11/2026.".to_string();
    let found = match text.contains('/') {
        false => Day::parse(text),
        true => {
            let parts: Vec<i32> = text.split('/').filter_map(|part| part.parse().ok()).collect();
            match parts[..] {
                [day, month, year] => Day::from_ymd(year, month, day),
                _ => None,
            }
        }
    };
    let day = found.ok_or_else(bad)?;
    match (2000..2100).contains(&day.ymd().0) {
        true => Ok(day),
        false => Err("cette année n'est pas plausible.".into()),
    }
}

fn minute(text: &str) -> Result<i64, String> {
    let bad = || "ce n'est pas une heure. Exemple : 6:30.".to_string();
    let (hour, minute) = text.split_once([':', 'h', 'H']).ok_or_else(bad)?;
    let number = |text: &str| match text.trim() {
        "" => Ok(0),
        text => text.parse::<i64>().map_err(|_| bad()),
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    match (0..24).contains(&hour) && (0..60).contains(&minute) {
        true => Ok(hour * 60 + minute),
        false => Err(bad()),
    }
}

/// « … Vouliez-vous dire « carotte » ? » when one of the known names is like the one said.
pub fn unknown<'known>(
    what: &str,
    said: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> String {
    match nearest(said, known) {
        Some(name) => format!("{what} inconnu. Vouliez-vous dire « {name} » ?"),
        None => format!("{what} inconnu : il n'est dans aucun fichier du dossier."),
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
