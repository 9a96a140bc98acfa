//! Typed reading of one row. What cannot be read becomes a fault and a harmless stand-in: the
//! whole folder is then refused, but all its faults are found first.

use trade::calendar::{Day, IsoWeek, Weekday};
use trade::catalog::Labels;
use trade::id::Code;
use trade::party::{Identity, Place};
use trade::unit::{Cents, Price, Qty, Rate};

use super::Amount;
use super::fault::{Fault, nearest};
use super::sheet::{RawRow, Sheet};
use super::values::{self, compact, decimal, in_euros, is_email, is_iban, is_siret, is_vat_number};
use super::words;

/// A row while it is read.
pub struct Row<'a> {
    sheet: &'a Sheet,
    raw: &'a RawRow,
    faults: &'a mut Vec<Fault>,
    /// Columns of this row that have a fault: a cell is judged once.
    told: Vec<String>,
}

/// What stands for a value that could not be read.
fn stand_in() -> Code {
    Code::parse("x").unwrap_or_else(|_| unreachable!("one letter is a code"))
}

impl<'a> Row<'a> {
    pub fn new(sheet: &'a Sheet, raw: &'a RawRow, faults: &'a mut Vec<Fault>) -> Row<'a> {
        Row { sheet, raw, faults, told: Vec::new() }
    }

    pub fn line(&self) -> u64 {
        self.raw.line
    }

    pub fn fault(&mut self, column: &str, reason: impl Into<String>) {
        // A column that is missing is told once, at the heading.
        let is_missing = self.is_needed(column) && !self.sheet.has(column);
        if is_missing || self.told.iter().any(|told| told == column) {
            return;
        }
        self.told.push(column.to_string());
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

    fn is_needed(&self, column: &str) -> bool {
        let mut columns = self.sheet.table.columns.iter();
        columns.any(|known| known.name == column && known.is_needed)
    }

    /// Whether a cell is empty and may be.
    fn may_be_empty(&self, column: &str) -> bool {
        self.text(column).is_empty() && !self.is_needed(column)
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
        make(self.parsed(column, values::read_code).unwrap_or_else(stand_in))
    }

    pub fn opt_code<T>(&mut self, column: &str, make: fn(Code) -> T) -> Option<T> {
        self.optional(column, values::read_code).map(make)
    }

    /// A quantity that may be zero.
    pub fn qty(&mut self, column: &str) -> Qty {
        Qty::new(self.parsed(column, |text| decimal(text, 3)).unwrap_or(0))
    }

    pub fn price(&mut self, column: &str) -> Price {
        let price = self.parsed(column, |text| decimal(in_euros(text), 4));
        Price::new(price.unwrap_or(1))
    }

    pub fn cents(&mut self, column: &str) -> Cents {
        if self.may_be_empty(column) {
            return Cents::ZERO;
        }
        Cents::new(self.parsed(column, values::cents).unwrap_or(0))
    }

    pub fn opt_cents(&mut self, column: &str) -> Option<Cents> {
        self.optional(column, values::cents).map(Cents::new)
    }

    pub fn rate(&mut self, column: &str) -> Rate {
        self.parsed(column, values::rate).unwrap_or(Rate::ZERO)
    }

    pub fn opt_rate(&mut self, column: &str) -> Option<Rate> {
        self.optional(column, values::rate)
    }

    pub fn amount(&mut self, column: &str) -> Option<Amount> {
        self.optional(column, |text| match text.contains('%') {
            true => values::rate(text).map(Amount::Share),
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

    /// A whole number within bounds; 0 for an empty cell that may be empty.
    pub fn integer(&mut self, column: &str, most: i64) -> i64 {
        let read = |text: &str| match decimal(text, 0) {
            Ok(value) if value <= most => Ok(value),
            Ok(_) => Err(format!("ce nombre est trop grand : {most} au plus.")),
            Err(reason) => Err(reason),
        };
        if self.may_be_empty(column) {
            return 0;
        }
        self.parsed(column, read).unwrap_or(0)
    }

    pub fn day(&mut self, column: &str) -> Day {
        self.parsed(column, values::day).unwrap_or(Day::from_days(0))
    }

    pub fn opt_day(&mut self, column: &str) -> Option<Day> {
        self.optional(column, values::day)
    }

    pub fn week(&mut self, column: &str) -> IsoWeek {
        let read = |text: &str| {
            let bad = || "ce n'est pas une semaine. Exemple : 2026-W48.".to_string();
            let week = IsoWeek::parse(text).ok_or_else(bad)?;
            if values::is_plausible(week.monday()) {
                Ok(week)
            } else {
                Err(values::IMPLAUSIBLE.into())
            }
        };
        self.parsed(column, read).unwrap_or(Day::from_days(0).week())
    }

    pub fn minute(&mut self, column: &str) -> i64 {
        self.parsed(column, values::minute).unwrap_or(0)
    }

    pub fn opt_minute(&mut self, column: &str) -> Option<i64> {
        self.optional(column, values::minute)
    }

    pub fn flag(&mut self, column: &str) -> bool {
        let read = |text: &str| match text.to_lowercase().as_str() {
            "oui" | "true" | "vrai" | "1" | "x" => Ok(true),
            "non" | "false" | "faux" | "0" => Ok(false),
            _ => Err("il faut oui ou non.".to_string()),
        };
        if self.may_be_empty(column) {
            return false;
        }
        self.parsed(column, read).unwrap_or(false)
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
                if said == 0 {
                    return Err("il faut au moins un jour : tue+thu.".into());
                }
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
        if !identity.vat_number.is_empty() && !is_vat_number(&identity.vat_number) {
            self.fault("vat_number", "un numéro de TVA a FR, deux caractères et neuf chiffres.");
        }
        if !identity.email.is_empty() && !is_email(&identity.email) {
            self.fault("email", "ce n'est pas une adresse de courriel : nom@domaine.fr.");
        }
        self.postcode(&identity.postcode);
        identity
    }

    /// A fault for a postcode that a spreadsheet has shortened: 9100 for 09100.
    pub fn postcode(&mut self, postcode: &str) {
        let is_postcode = postcode.len() == 5 && postcode.bytes().all(|b| b.is_ascii_digit());
        if !postcode.is_empty() && !is_postcode {
            self.fault(
                "postcode",
                "un code postal a cinq chiffres (colonne en format texte : 09100).",
            );
        }
    }
}

/// « … Vouliez-vous dire « carotte » ? » when one of the known names is like the one said.
pub fn unknown<'known>(
    what: &str,
    said: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> String {
    match nearest(said, known) {
        Some(name) => format!("{what}. Vouliez-vous dire « {name} » ?"),
        None => format!("{what} : aucun fichier du dossier ne décrit ce code."),
    }
}
