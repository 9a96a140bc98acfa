//! Numbers as people write them, and which sign begins their decimals. Never a float.

use trade::unit::round_div;

use super::words::{Counted, unit};
use trade::unit::Qty;

/// The sign before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    Comma,
    Point,
}

/// The signs of a number's text, before its meaning is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Digits, points and commas only.
    digits: String,
    is_negative: bool,
    /// What followed: a unit, or nothing.
    pub unit: Option<(Counted, Qty)>,
}

/// What the text of a number says of the sign in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// No sign, or both readings give the same.
    None,
    Says(DecimalSign),
    /// `1,234`: with decimals or in thousands.
    Open(DecimalSign),
}

impl Figure {
    /// Parts a text into its number and its unit. Errors: French.
    pub fn of(text: &str) -> Result<Figure, String> {
        const BAD: &str = "ce n'est pas un nombre. Exemple : 12,5.";
        let text = text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
        let text = text.trim().trim_start_matches(['€', '≈', '~', '+']).trim_start();
        let (is_negative, text) = match text.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let is_inner = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '’');
        let end = text.find(|c| !is_inner(c)).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        let unit = match tail(rest) {
            "" => None,
            rest => Some(unit(rest).ok_or_else(|| match number.trim().is_empty() {
                true => BAD.to_string(),
                false => {
                    format!("« {rest} » n'est pas une unité connue (kg, pièce, botte, colis).")
                }
            })?),
        };
        let groups: Vec<&str> = number.trim().split([' ', '\'', '’']).collect();
        let (last, first) = groups.split_last().ok_or(BAD)?;
        let is_group = |(rank, group): (usize, &&str)| {
            let is_digits = group.bytes().all(|byte| byte.is_ascii_digit());
            is_digits && if rank == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 }
        };
        let last_whole = last.split(['.', ',']).next().unwrap_or_default();
        let is_sound =
            first.iter().enumerate().all(is_group) && (first.is_empty() || last_whole.len() == 3);
        let digits = groups.concat();
        if !is_sound || !digits.contains(|c: char| c.is_ascii_digit()) {
            return Err(BAD.into());
        }
        Ok(Figure { digits, is_negative, unit })
    }

    /// A number of a workbook: digits, a point, no doubt.
    pub fn of_number(number: &str) -> Figure {
        let bare = number.trim_start_matches('-');
        Figure { digits: bare.into(), is_negative: bare != number, unit: None }
    }

    pub fn evidence(&self) -> Evidence {
        let signs: Vec<char> = self.digits.chars().filter(|c| !c.is_ascii_digit()).collect();
        let sign_of = |sign: char| match sign {
            ',' => DecimalSign::Comma,
            _ => DecimalSign::Point,
        };
        match signs[..] {
            [] => Evidence::None,
            [sign] => {
                let (before, after) = self.digits.split_once(sign).unwrap_or_default();
                let is_open =
                    after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
                match is_open {
                    true => Evidence::Open(sign_of(sign)),
                    false => Evidence::Says(sign_of(sign)),
                }
            }
            // The same sign many times parts thousands: the other begins decimals.
            [sign, .., last] if sign == last => Evidence::Says(match sign_of(sign) {
                DecimalSign::Comma => DecimalSign::Point,
                DecimalSign::Point => DecimalSign::Comma,
            }),
            [.., last] => Evidence::Says(sign_of(last)),
        }
    }

    /// The value x 10^decimals, and whether it had to be rounded. `exact`: a typed number, whose
    /// many decimals come of a calculation and may be rounded. Errors: French.
    pub fn value(
        &self,
        sign: DecimalSign,
        decimals: u32,
        exact: bool,
    ) -> Result<(i64, bool), String> {
        if self.is_negative && self.digits.contains(|c: char| matches!(c, '1'..='9')) {
            return Err("ce nombre ne peut pas être négatif.".into());
        }
        let (point, group) = match sign {
            DecimalSign::Comma => (',', '.'),
            DecimalSign::Point => ('.', ','),
        };
        let (whole, part) = self.digits.split_once(point).unwrap_or((&self.digits, ""));
        let mut groups = whole.split(group);
        let first = groups.next().unwrap_or_default();
        let has_groups = whole.contains(group);
        let is_sound = groups.all(|group| group.len() == 3)
            && (!has_groups || (1..=3).contains(&first.len()) && !first.starts_with('0'))
            && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_sound {
            let told = if sign == DecimalSign::Comma { "la virgule" } else { "le point" };
            return Err(format!("ce nombre ne se lit pas avec {told} pour les décimales."));
        }
        let whole = whole.replace(group, "");
        let part = part.trim_end_matches('0');
        if whole.trim_start_matches('0').len() > 9 {
            return Err("ce nombre est trop grand.".into());
        }
        let is_long = part.len() > decimals as usize;
        if is_long && !exact {
            return Err(format!("trop de décimales : {decimals} au plus."));
        }
        let part = &part[..part.len().min(18)];
        let digits = format!("0{whole}{part}");
        let value: i128 = digits.parse().map_err(|_| "nombre illisible.".to_string())?;
        let scaled = value * 10_i128.pow(decimals);
        Ok((round_div(scaled, 10_i128.pow(part.len() as u32)), is_long))
    }
}

/// What follows a number, without the signs of money: `€ HT / kg` leaves `kg`.
fn tail(rest: &str) -> &str {
    let mut rest = rest.trim().trim_end_matches('.');
    for sign in ["€", "euros", "euro", "EUR", "eur", "Eur", "HT", "ht", "H.T", "/", "le", "la"] {
        rest = match rest.strip_prefix(sign) {
            // `le` and `la` are words; `l` alone is a litre.
            Some(after) if sign.len() == 2 && after.starts_with(char::is_alphanumeric) => rest,
            Some(after) => after.trim_start_matches(['.', ' ']),
            None => rest,
        };
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_habits_are_read_and_told_apart() {
        use DecimalSign::{Comma, Point};
        for (text, evidence, comma, point) in [
            ("12", Evidence::None, Some(12_000), Some(12_000)),
            ("12,5", Evidence::Says(Comma), Some(12_500), None),
            ("1 234,50", Evidence::Says(Comma), Some(1_234_500), None),
            ("1\u{202f}234,50 €", Evidence::Says(Comma), Some(1_234_500), None),
            ("1,234.50", Evidence::Says(Point), None, Some(1_234_500)),
            ("1.234,50", Evidence::Says(Comma), Some(1_234_500), None),
            ("1,234", Evidence::Open(Comma), Some(1_234), Some(1_234_000)),
            ("1.234", Evidence::Open(Point), Some(1_234_000), Some(1_234)),
            ("0,250", Evidence::Says(Comma), Some(250), None),
            ("1.234.567", Evidence::Says(Comma), Some(1_234_567_000), None),
            ("2.5 kg", Evidence::Says(Point), None, Some(2_500)),
        ] {
            let figure = Figure::of(text).expect(text);
            assert_eq!(figure.evidence(), evidence, "{text}");
            let value = |sign| figure.value(sign, 3, false).ok().map(|value| value.0);
            assert_eq!((value(Comma), value(Point)), (comma, point), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "x", "12 34", "1 2345", "12-13", "3 x 5 kg", "12 seaux", "kg", ",", "1e3"]
        {
            assert!(Figure::of(text).is_err(), "{text}");
        }
        let value =
            |text: &str| Figure::of(text).and_then(|f| f.value(DecimalSign::Comma, 3, false));
        assert!(
            value("-4").is_err() && value("1234567890123").is_err() && value("1,2345").is_err()
        );
        let third = Figure::of_number("0.333333333333333");
        assert_eq!(third.value(DecimalSign::Point, 4, true), Ok((3_333, true)));
    }
}
