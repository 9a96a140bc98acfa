//! French formats: numbers with a comma, thin spaces between thousands, units and dates in words.
//!
//! Everything that a person reads passes here; nothing is rounded here that the rules did not
//! round, but for weights in tonnes and distances.

use trade::calendar::{Day, Instant, IsoWeek, Weekday};
use trade::catalog::{Label, Labels, SaleUnit};
use trade::contract::Origin;
use trade::id::FamilyId;
use trade::rounds::claim::ClaimCause;
use trade::unit::{Cents, Grams, Price, Qty, Rate, round_div};

use crate::clock;

/// Between thousands, and before a percent sign (U+202F).
const THIN: char = '\u{202f}';
/// Before a unit (U+00A0).
const FIXED: char = '\u{a0}';

/// `1 234`.
pub fn integer(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// `value / 10^decimals` with all its decimals, or without trailing zeros beyond `least`.
fn decimal(value: i64, decimals: u32, least: usize) -> String {
    let scale = 10_i64.pow(decimals);
    let (whole, part) = (value / scale, (value % scale).abs());
    let mut text = integer(whole);
    if value < 0 && whole == 0 {
        text.insert(0, '−');
    }
    let mut digits = format!("{part:0width$}", width = decimals as usize);
    while digits.len() > least && digits.ends_with('0') {
        digits.pop();
    }
    if !digits.is_empty() {
        text.push(',');
        text.push_str(&digits);
    }
    text
}

/// A bare quantity: `12,5`.
pub fn number(quantity: Qty) -> String {
    decimal(quantity.get(), 3, 0)
}

/// A unit's short name, in the plural where it has one.
pub fn unit(unit: SaleUnit, many: bool) -> &'static str {
    match (unit, many) {
        (SaleUnit::Kilo, _) => "kg",
        (SaleUnit::Piece, false) => "pièce",
        (SaleUnit::Piece, true) => "pièces",
        (SaleUnit::Bunch, false) => "botte",
        (SaleUnit::Bunch, true) => "bottes",
        (SaleUnit::Litre, _) => "L",
    }
}

/// A quantity with its unit: `12,5 kg`, `3 pièces`.
pub fn qty(quantity: Qty, of: SaleUnit) -> String {
    format!("{}{FIXED}{}", number(quantity), unit(of, quantity.get() >= 2_000))
}

/// A price: `2,35 €`; more than two decimals only where it has them.
pub fn price(price: Price) -> String {
    format!("{}{FIXED}€", decimal(price.get(), 4, 2))
}

/// What a price is for, said whole: `le kilo`.
pub fn per(unit: SaleUnit) -> &'static str {
    match unit {
        SaleUnit::Kilo => "le kilo",
        SaleUnit::Piece => "la pièce",
        SaleUnit::Bunch => "la botte",
        SaleUnit::Litre => "le litre",
    }
}

/// A price with what it is for: `2,35 €/kg`.
pub fn price_per(price: Price, of: SaleUnit) -> String {
    format!("{}{FIXED}€/{}", decimal(price.get(), 4, 2), unit(of, false))
}

/// An amount: `1 234,56 €`.
pub fn euros(cents: Cents) -> String {
    format!("{}{FIXED}€", decimal(cents.get(), 2, 2))
}

/// An amount for an overview, without cents: `1 235 €`.
pub fn whole_euros(cents: Cents) -> String {
    format!("{}{FIXED}€", integer(round_div(i128::from(cents.get()), 100)))
}

/// `25 %`, `5,5 %`.
pub fn rate(rate: Rate) -> String {
    format!("{}{THIN}%", decimal(rate.get(), 2, 0))
}

/// `1 234,5`: rounded to 100 g, for columns that say kg in their head.
pub fn tenths_of_kilos(weight: Grams) -> String {
    decimal((weight.get() + 50).div_euclid(100), 1, 1)
}

/// A weight to the gram: `12,345 kg`.
pub fn kilos(weight: Grams) -> String {
    format!("{}{FIXED}kg", decimal(weight.get(), 3, 0))
}

/// A weight for an overview: whole kilos, from 10 t on in tonnes with one decimal.
pub fn weight(weight: Grams) -> String {
    let grams = weight.get();
    if grams.abs() >= 10_000_000 {
        return tonnes(weight);
    }
    format!("{}{FIXED}kg", integer(round_div(i128::from(grams), 1_000)))
}

/// A weight in tonnes with one decimal: `12,3 t`.
pub fn tonnes(weight: Grams) -> String {
    let tenths = round_div(i128::from(weight.get()), 100_000);
    format!("{}{FIXED}t", decimal(tenths, 1, 1))
}

/// A distance: `42 km`.
pub fn km(metres: i64) -> String {
    format!("{}{FIXED}km", integer(round_div(i128::from(metres), 1_000)))
}

/// Communes that a sentence names; of more it says how many.
const NAMED: usize = 8;

/// Where goods of a contract come from: `de fermes à 60 km au plus du site livré`.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Anywhere => "de partout".into(),
        Origin::Within { metres } => format!("de fermes à {} au plus du site livré", km(*metres)),
        Origin::Communes(names) => {
            let named = &names[..names.len().min(NAMED)];
            let others = match names.len() - named.len() {
                0 => String::new(),
                more => format!(" et {}", counted(more, "autre", "autres")),
            };
            format!("de fermes de ces communes : {}{others}", named.join(", "))
        }
    }
}

/// A temperature in tenths of a degree: `3,5 °C`.
pub fn temperature(tenths: i64) -> String {
    format!("{}{FIXED}°C", decimal(tenths, 1, 0))
}

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SHORT_MONTHS: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];

/// `mardi`.
pub fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}

fn of_month(day: i32) -> String {
    if day == 1 { "1er".into() } else { day.to_string() }
}

/// `mardi 24 novembre`.
pub fn day(day: Day) -> String {
    let (_, month, of) = day.ymd();
    format!("{} {} {}", weekday(day.weekday()), of_month(of), MONTHS[month as usize - 1])
}

/// `24 novembre`, where the weekday says nothing.
pub fn day_of_month(day: Day) -> String {
    let (_, month, of) = day.ymd();
    format!("{} {}", of_month(of), MONTHS[month as usize - 1])
}

/// `24 novembre 2026`, for papers.
pub fn date(day: Day) -> String {
    let (year, month, of) = day.ymd();
    format!("{} {} {year}", of_month(of), MONTHS[month as usize - 1])
}

/// `mar. 24`, for narrow columns.
pub fn short_day(day: Day) -> String {
    format!("{}. {}", &weekday(day.weekday())[..3], day.ymd().2)
}

/// `24/11/2026`.
pub fn numbers_day(day: Day) -> String {
    let (year, month, of) = day.ymd();
    format!("{of:02}/{month:02}/{year}")
}

/// `mardi 24 novembre à 10 h 05`, in Paris.
pub fn moment(at: Instant) -> String {
    let (on, minute) = clock::civil(at);
    format!("{} à {}", day(on), time(minute))
}

/// `mar. 24 à 10 h 05`
pub fn short_moment(at: Instant) -> String {
    let (on, minute) = clock::civil(at);
    format!("{} à {}", short_day(on), time(minute))
}

/// `24/11/2026, 10 h 05`
pub fn numbers_moment(at: Instant) -> String {
    let (on, minute) = clock::civil(at);
    format!("{}, {}", numbers_day(on), time(minute))
}

/// `12 h 00` from the minute of the day.
pub fn time(minute: i64) -> String {
    format!("{}{FIXED}h{FIXED}{:02}", minute / 60, minute % 60)
}

/// `semaine 48 (23–29 nov. 2026)`.
pub fn week(week: IsoWeek) -> String {
    format!("semaine {} ({})", week.week(), week_days(week))
}

/// `Semaine 48 · 23–29 nov. 2026`, for the head of a page.
pub fn week_title(week: IsoWeek) -> String {
    format!("Semaine{FIXED}{} · {}", week.week(), week_days(week))
}

/// `23–29 nov. 2026`.
pub fn week_days(week: IsoWeek) -> String {
    let (first, last) = (week.monday(), week.monday().plus_days(6));
    let ((_, month_1, day_1), (year, month_2, day_2)) = (first.ymd(), last.ymd());
    let month = |month: i32| SHORT_MONTHS[month as usize - 1];
    if month_1 == month_2 {
        format!("{day_1}–{day_2} {} {year}", month(month_2))
    } else {
        format!("{day_1} {} – {day_2} {} {year}", month(month_1), month(month_2))
    }
}

/// What a family of products is called on lists.
pub fn family(family: FamilyId) -> String {
    match family.as_str() {
        "legume" => "Légumes".into(),
        "fruit" => "Fruits".into(),
        "pomme-de-terre" => "Pommes de terre".into(),
        "legumineuse" => "Légumes secs".into(),
        "aromatique" => "Herbes et aromates".into(),
        "quatrieme-gamme" => "4e gamme".into(),
        other => {
            let mut letters = other.replace(['-', '_'], " ").chars().collect::<Vec<_>>();
            if let Some(first) = letters.first_mut() {
                *first = first.to_uppercase().next().unwrap_or(*first);
            }
            letters.into_iter().collect()
        }
    }
}

/// A label as people say it.
pub fn label(label: Label) -> &'static str {
    match label {
        Label::Organic => "Bio",
        Label::Conversion => "Conversion bio",
        Label::Hve => "HVE",
        Label::Aop => "AOP",
        Label::Igp => "IGP",
        Label::LabelRouge => "Label Rouge",
    }
}

/// Labels separated by ` · `; empty without any.
pub fn labels(labels: Labels) -> String {
    labels.iter().map(label).collect::<Vec<_>>().join(" · ")
}

/// `1 lot`, `2 lots`, `aucun` never: zero is singular in French.
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{}{FIXED}{}", integer(number), plural(number, one, many))
}

/// As [`count`], for pages: a template hands over values or references.
pub fn counted(number: impl std::borrow::Borrow<usize>, one: &str, many: &str) -> String {
    count(*number.borrow() as i64, one, many)
}

/// The word alone, in the number that French wants: zero and one are singular.
pub fn plural<'a>(number: i64, one: &'a str, many: &'a str) -> &'a str {
    if number.abs() < 2 { one } else { many }
}

/// A sentence whose signs stay with their word: `« Poireau » : 25 €` breaks at no wrong place.
pub fn typeset(sentence: &str) -> String {
    let letters: Vec<char> = sentence.chars().collect();
    let fixed = |at: usize| {
        let (before, after) =
            (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        let is_double =
            after.is_some_and(|sign| matches!(sign, ':' | ';' | '!' | '?' | '»' | '€' | '%'));
        is_double || before == Some(&'«')
    };
    let keep = |(at, &letter): (usize, &char)| match letter {
        ' ' if fixed(at) => FIXED,
        other => other,
    };
    letters.iter().enumerate().map(keep).collect()
}

/// Reads a decimal number with a comma or a point, as `value x 10^decimals`.
///
/// `text` is what the person wrote, `bare` the same without its unit.
fn read(text: &str, bare: &str, decimals: usize, example: &str) -> Result<i64, String> {
    if text.trim().is_empty() {
        return Err(format!("Ce champ est vide. Écrivez par exemple {example}."));
    }
    let bad = || format!("« {} » n'est pas un nombre. Écrivez par exemple {example}.", text.trim());
    let clean: String = bare.chars().filter(|letter| !letter.is_whitespace()).collect();
    let clean = clean.replace('−', "-").replace(',', ".");
    let (negative, digits) = match clean.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, clean.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !numeric(whole) || !numeric(part) {
        return Err(bad());
    }
    let part = part.trim_end_matches('0');
    if part.len() > decimals {
        return Err(format!("« {} » a trop de décimales : {decimals} au plus.", text.trim()));
    }
    if whole.len() > 9 {
        return Err(format!("« {} » est trop grand.", text.trim()));
    }
    let value: i64 = format!("{whole}{part:0<decimals$}").parse().map_err(|_| bad())?;
    Ok(if negative { -value } else { value })
}

/// Words that may stand behind a quantity. Not `g` nor `t`: 500 g must not be read as 500 kg.
const UNIT_WORDS: [&str; 18] = [
    "", "k", "kg", "kgs", "kilo", "kilos", "l", "litre", "litres", "p", "pc", "pce", "pièce",
    "pièces", "piece", "pieces", "botte", "bottes",
];

/// Reads a quantity; the sale unit may stand behind it.
pub fn parse_qty(text: &str) -> Result<Qty, String> {
    let is_word = |letter: char| letter.is_alphabetic() || letter == '.';
    let bare = text.trim().trim_end_matches(is_word);
    let word = text.trim()[bare.len()..].trim_end_matches('.').to_lowercase();
    // Without a digit it is no unit but something else altogether.
    let has_digit = bare.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && !UNIT_WORDS.contains(&word.as_str()) {
        return Err(format!(
            "« {word} » n'est pas une unité de vente. Écrivez le nombre seul, par exemple 0,5 \
             pour 500{FIXED}g."
        ));
    }
    read(text, bare, 3, "12,5").map(Qty::new)
}

/// Reads a price; `€` may stand behind it.
pub fn parse_price(text: &str) -> Result<Price, String> {
    let bare = text.split('€').next().unwrap_or(text);
    read(text, bare, 4, "2,35").map(Price::new)
}

/// Reads `2026-11-24`, `24/11/2026`, `24/11/26` or `24.11.2026`.
pub fn parse_day(text: &str) -> Result<Day, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Ce champ est vide. Écrivez par exemple 24/11/2026.".into());
    }
    if let Some(day) = Day::parse(text) {
        return Ok(day);
    }
    let bad = || format!("« {text} » n'est pas un jour. Écrivez par exemple 24/11/2026.");
    let parts: Result<Vec<i32>, _> = text.split(['/', '.']).map(str::parse).collect();
    let [day, month, year] = parts.map_err(|_| bad())?[..] else { return Err(bad()) };
    let year = if (0..100).contains(&year) { 2_000 + year } else { year };
    Day::from_ymd(year, month, day)
        .ok_or_else(|| format!("Il n'y a pas de {text} dans le calendrier."))
}

/// What is wrong, as one says it on the dock.
pub fn claim_cause(cause: ClaimCause) -> &'static str {
    match cause {
        ClaimCause::Missing => "manque",
        ClaimCause::Damaged => "abîmé",
        ClaimCause::Quality => "qualité insuffisante",
        ClaimCause::OtherGoods => "autre produit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_french_way() {
        let table = [
            (qty(Qty::new(12_500), SaleUnit::Kilo), "12,5\u{a0}kg"),
            (qty(Qty::new(1_000), SaleUnit::Piece), "1\u{a0}pièce"),
            (qty(Qty::new(3_000), SaleUnit::Bunch), "3\u{a0}bottes"),
            (qty(Qty::new(1_234_567_000), SaleUnit::Kilo), "1\u{202f}234\u{202f}567\u{a0}kg"),
            (price(Price::new(23_500)), "2,35\u{a0}€"),
            (price(Price::new(23_456)), "2,3456\u{a0}€"),
            (price_per(Price::new(20_000), SaleUnit::Kilo), "2,00\u{a0}€/kg"),
            (euros(Cents::new(-5)), "−0,05\u{a0}€"),
            (euros(Cents::new(123_456)), "1\u{202f}234,56\u{a0}€"),
            (rate(Rate::new(550)), "5,5\u{202f}%"),
            (rate(Rate::new(2_500)), "25\u{202f}%"),
            (weight(Grams::new(12_345_678)), "12,3\u{a0}t"),
            (weight(Grams::new(1_499)), "1\u{a0}kg"),
            (km(41_600), "42\u{a0}km"),
        ];
        for (found, expected) in table {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn days_are_said_in_words() {
        let tuesday = Day::from_ymd(2026, 11, 24).expect("a day");
        assert_eq!(day(tuesday), "mardi 24 novembre");
        assert_eq!(day_of_month(tuesday), "24 novembre");
        assert_eq!(short_day(tuesday), "mar. 24");
        assert_eq!(week(tuesday.week()), "semaine 48 (23–29 nov. 2026)");
        assert_eq!(week_days(IsoWeek::new(2026, 53).expect("a week")), "28 déc. – 3 janv. 2027");
    }

    #[test]
    fn signs_stay_with_their_word() {
        let sentence = "Il reste 25 kg de « Poireau » : baissez !";
        let expected = "Il reste 25 kg de «\u{a0}Poireau\u{a0}»\u{a0}: baissez\u{a0}!";
        assert_eq!(typeset(sentence), expected);
        assert_eq!(typeset(" "), " ");
    }

    #[test]
    fn zero_and_one_are_singular() {
        assert_eq!(count(0, "lot", "lots"), "0\u{a0}lot");
        assert_eq!(count(-1, "lot", "lots"), "−1\u{a0}lot");
        assert_eq!(count(1_200, "lot", "lots"), "1\u{202f}200\u{a0}lots");
        assert_eq!(tonnes(Grams::new(950_000)), "1,0\u{a0}t");
        assert_eq!(time(365), "6\u{a0}h\u{a0}05");
    }

    #[test]
    fn what_people_type_is_read() {
        for text in ["12,5", "12.5", " 12,50 kg", "12,5kg", "12,5 Kilos", "12,500\u{a0}kg"] {
            assert_eq!(parse_qty(text), Ok(Qty::new(12_500)), "{text}");
        }
        assert_eq!(parse_qty("1\u{202f}234"), Ok(Qty::new(1_234_000)));
        assert_eq!(parse_qty("3 bottes"), Ok(Qty::new(3_000)));
        assert_eq!(parse_qty("−2"), Ok(Qty::new(-2_000)), "the rules refuse it, with their reason");
        assert_eq!(parse_price("2,35 €/kg"), Ok(Price::new(23_500)));
        let tuesday = Day::from_ymd(2026, 11, 24).expect("a day");
        for text in ["24/11/2026", "24/11/26", "24.11.2026", " 2026-11-24 "] {
            assert_eq!(parse_day(text), Ok(tuesday), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_in_french() {
        let table = [
            (parse_qty(" ").err(), "Ce champ est vide. Écrivez par exemple 12,5."),
            (parse_qty("douze").err(), "« douze » n'est pas un nombre. Écrivez par exemple 12,5."),
            (parse_qty("1,2,3").err(), "« 1,2,3 » n'est pas un nombre. Écrivez par exemple 12,5."),
            (parse_qty("12,3456").err(), "« 12,3456 » a trop de décimales : 3 au plus."),
            (parse_qty("99999999999").err(), "« 99999999999 » est trop grand."),
            (
                parse_qty("500 g").err(),
                "« g » n'est pas une unité de vente. Écrivez le nombre seul, par exemple 0,5 pour \
                 500\u{a0}g.",
            ),
            (parse_price("€").err(), "« € » n'est pas un nombre. Écrivez par exemple 2,35."),
            (
                parse_day("hier").err(),
                "« hier » n'est pas un jour. Écrivez par exemple 24/11/2026.",
            ),
            (parse_day("31/11/2026").err(), "Il n'y a pas de 31/11/2026 dans le calendrier."),
        ];
        for (found, expected) in table {
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert!(parse_qty("--2").is_err());
    }
}
