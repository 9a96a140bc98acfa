//! What a label says: references, numbers, names. Banks cut labels, write them great and without
//! accents, and join what stood on two lines.

use std::collections::BTreeSet;

use super::{BankParty, OpenInvoice};
use crate::id::Code;

/// Great letters without accents and digits, one space between words.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match folded(letter) {
            "" if letter.is_ascii_alphanumeric() => out.push(letter.to_ascii_uppercase()),
            "" if out.ends_with(' ') || out.is_empty() => {}
            "" => out.push(' '),
            letters => out.push_str(letters),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A letter of French without its accent; empty for any other.
fn folded(letter: char) -> &'static str {
    match letter {
        'à' | 'â' | 'ä' | 'á' | 'À' | 'Â' | 'Ä' | 'Á' => "A",
        'ç' | 'Ç' => "C",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' | 'í' | 'Î' | 'Ï' | 'Í' => "I",
        'ñ' | 'Ñ' => "N",
        'ô' | 'ö' | 'ó' | 'Ô' | 'Ö' | 'Ó' => "O",
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' | 'Ú' => "U",
        'œ' | 'Œ' => "OE",
        'æ' | 'Æ' => "AE",
        _ => "",
    }
}

/// A reference as a label has it, whole or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Places in the books of what could be meant.
    pub candidates: Vec<usize>,
    /// All six digits stand there.
    pub is_whole: bool,
}

/// What a label says.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub mentions: Vec<Mention>,
    /// Numbers alone that follow a whole reference: `F2026-000012/13/14`.
    pub followers: Vec<Mention>,
    pub words: Vec<String>,
    /// All words without what parts them.
    pub joined: String,
}

/// Words that announce a number of an invoice, and those that may stand between.
const INVOICE_WORDS: [&str; 7] = ["FACTURE", "FACTURES", "FACT", "FACTS", "FAC", "FA", "FC"];
const BETWEEN: [&str; 6] = ["N", "NO", "NUM", "NR", "NUMERO", "REF"];
/// Digits of an invoice's number.
const DIGITS: usize = 6;

impl Said {
    pub fn of(texts: [&str; 2], invoices: &[OpenInvoice]) -> Said {
        let mut said = Said::default();
        for text in texts {
            let words: Vec<String> = plain(text).split(' ').map(str::to_string).collect();
            let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
            said.read_references(&words, invoices);
            said.joined.push_str(&words.concat());
            // What stands in two columns never makes one number.
            said.joined.push(' ');
            said.words.extend(words);
        }
        said
    }

    fn read_references(&mut self, words: &[String], invoices: &[OpenInvoice]) {
        let series: BTreeSet<&str> = invoices.iter().filter_map(series_of).collect();
        let mut at = 0;
        while at < words.len() {
            let read = series.iter().find_map(|series| reference_at(words, at, series));
            if let Some((series, digits, next)) = read {
                let is_whole = digits.iter().all(|one| one.len() == DIGITS);
                let is_meant =
                    |one: &OpenInvoice| series_of(one) == Some(series) && is_number(one, &digits);
                self.mention(invoices, is_whole, is_meant);
                at = next;
                if is_whole {
                    at = self.read_followers(words, at, series, invoices);
                }
            } else if let Some((digits, next)) = bare_number(words, at) {
                self.mention(invoices, false, |one| is_number(one, &digits));
                at = next;
            } else {
                at += 1;
            }
        }
    }

    fn read_followers(
        &mut self,
        words: &[String],
        mut at: usize,
        series: &str,
        invoices: &[OpenInvoice],
    ) -> usize {
        while let Some(word) = words.get(at) {
            let is_digits = word.len() <= DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
            if !is_digits && word != "ET" {
                break;
            }
            let digits = [word.clone()];
            let is_meant =
                |one: &OpenInvoice| series_of(one) == Some(series) && has_number(one, word);
            let candidates = places(invoices, is_meant);
            if let (Some(place), true) = (candidates.first(), digits[0] != "ET") {
                self.followers.push(Mention { candidates: vec![*place], is_whole: false });
            }
            at += 1;
        }
        at
    }

    fn mention(
        &mut self,
        invoices: &[OpenInvoice],
        is_whole: bool,
        is_meant: impl Fn(&OpenInvoice) -> bool,
    ) {
        let candidates = places(invoices, is_meant);
        let mention = Mention { candidates, is_whole };
        if !mention.candidates.is_empty() && !self.mentions.contains(&mention) {
            self.mentions.push(mention);
        }
    }

    /// Whether a number stands in the label, not as a part of a longer one.
    pub fn has(&self, number: &str) -> bool {
        let number: String = plain(number).split(' ').collect();
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let bytes = self.joined.as_bytes();
        number.len() >= 6
            && self.joined.match_indices(&number).any(|(from, found)| {
                let before = from.checked_sub(1).and_then(|at| bytes.get(at));
                let after = bytes.get(from + found.len());
                let begins = is_digit(found.as_bytes().first()) && is_digit(before);
                !(begins || is_digit(found.as_bytes().last()) && is_digit(after))
            })
    }

    /// Who is named: nobody, one, or several who are named as well as each other.
    pub fn parties(&self, parties: &[BankParty]) -> Vec<Code> {
        let scored = parties.iter().filter_map(|one| Some((self.score(one)?, one.code)));
        let scored: Vec<((usize, usize), Code)> = scored.collect();
        let best = scored.iter().map(|(score, _)| *score).max();
        let best = scored.into_iter().filter(|(score, _)| Some(*score) == best);
        best.map(|(_, code)| code).collect()
    }

    /// How well a label names somebody; `None`: not at all.
    fn score(&self, party: &BankParty) -> Option<(usize, usize)> {
        let siren = party.siret.get(..9).unwrap_or_default();
        if party.siret.len() == 14 && (self.has(&party.siret) || self.has(siren)) {
            return Some((usize::MAX, usize::from(self.has(&party.siret))));
        }
        let code = party.code.as_str();
        let is_number = code.bytes().any(|byte| byte.is_ascii_digit()) && code.len() >= 8;
        if is_number && self.words.iter().any(|word| word.eq_ignore_ascii_case(code)) {
            return Some((usize::MAX, 0));
        }
        let name = plain(&party.name);
        let words: Vec<&str> = name.split(' ').collect();
        if KINDS.iter().any(|kind| self.has_kind(kind) && is_other_kind(&words, kind)) {
            return None;
        }
        let own: Vec<&str> =
            words.iter().copied().filter(|w| w.len() > 2 && !USUAL.contains(w)).collect();
        let usual = words.iter().filter(|w| w.len() > 3 && USUAL.contains(w));
        let usual = usual.filter(|word| self.has_word(word)).count();
        let is_named = !own.is_empty()
            && own.iter().enumerate().all(|(at, word)| {
                self.has_word(word) || own.get(at + 1).is_some_and(|next| self.initial(word, next))
            });
        // One word may be a town, and the town that of a treasury: its kind must stand there too.
        let is_sure = own.len() > 1 || usual > 0;
        (is_named && is_sure).then(|| (own.iter().map(|word| word.len()).sum(), usual))
    }

    /// A word, or its begin where the label is cut off.
    fn has_word(&self, word: &str) -> bool {
        let cut = self.words.last().filter(|last| last.len() >= 4);
        let is_cut = cut.is_some_and(|last| word.starts_with(last.as_str()));
        is_cut || self.words.iter().any(|own| own == word)
    }

    /// `J GUESDE` for `JULES GUESDE`.
    fn initial(&self, word: &str, next: &str) -> bool {
        self.words
            .windows(2)
            .any(|pair| pair[0].len() == 1 && word.starts_with(&pair[0]) && pair[1] == next)
    }

    fn has_kind(&self, kind: &[&str]) -> bool {
        self.words.iter().any(|word| kind.contains(&word.as_str()))
    }
}

/// Words of schools that exclude each other.
const KINDS: [&[&str]; 3] =
    [&["LYCEE", "LYC", "LP", "LEGT"], &["COLLEGE", "CLG", "COL"], &["ECOLE", "GROUPE"]];

fn is_other_kind(words: &[&str], kind: &[&str]) -> bool {
    let other = KINDS.iter().filter(|other| **other != kind).copied().flatten();
    !words.iter().any(|word| kind.contains(word)) && other.copied().any(|o| words.contains(&o))
}

/// Words of names that name nobody by themselves.
const USUAL: [&str; 41] = [
    "LYCEE",
    "COLLEGE",
    "ECOLE",
    "CITE",
    "SCOLAIRE",
    "CUISINE",
    "CENTRALE",
    "COMMUNE",
    "VILLE",
    "MAIRIE",
    "UNITE",
    "PRODUCTION",
    "CULINAIRE",
    "RESTAURANT",
    "RESTAURATION",
    "UNIVERSITAIRE",
    "UNIVERSITE",
    "CENTRE",
    "HOSPITALIER",
    "EHPAD",
    "RESIDENCE",
    "FOYER",
    "ASSOCIATION",
    "MAISON",
    "INTERNATIONAL",
    "GENERAL",
    "TECHNOLOGIQUE",
    "PROFESSIONNEL",
    "POLYVALENT",
    "PUBLIC",
    "GROUPE",
    "ELEMENTAIRE",
    "MATERNELLE",
    "PRIMAIRE",
    "DES",
    "LES",
    "AUX",
    "SUR",
    "FERME",
    "GAEC",
    "EARL",
];

/// The series of an invoice: `F2026` of `F2026-000012`.
fn series_of(invoice: &OpenInvoice) -> Option<&str> {
    invoice.reference.rsplit_once('-').map(|(series, _)| series)
}

fn number_of(invoice: &OpenInvoice) -> &str {
    invoice.reference.rsplit_once('-').map_or("", |(_, number)| number)
}

fn has_number(invoice: &OpenInvoice, digits: &str) -> bool {
    let number = number_of(invoice);
    let bare = |text: &str| text.trim_start_matches('0').to_string();
    number == digits || (!bare(digits).is_empty() && bare(number) == bare(digits))
}

/// Whether digits may be those of an invoice: all of them, the number alone, or their begin.
fn is_number(invoice: &OpenInvoice, digits: &[String]) -> bool {
    let number = number_of(invoice);
    digits.iter().any(|own| {
        let is_begin = own.starts_with('0') && own.len() < DIGITS && number.starts_with(own);
        has_number(invoice, own) || is_begin
    })
}

fn places(invoices: &[OpenInvoice], is_meant: impl Fn(&OpenInvoice) -> bool) -> Vec<usize> {
    let found = invoices.iter().enumerate().filter(|(_, one)| is_meant(one));
    found.map(|(place, _)| place).collect()
}

/// A reference of a series that begins at a word: its digits (two readings where the bank has
/// broken them) and where the rest begins. `F2026-000012`, `F 2026 000012`,
/// `F2026000012`, `F2026-12`, `F2026-0000`.
fn reference_at<'a>(
    words: &[String],
    at: usize,
    series: &'a str,
) -> Option<(&'a str, Vec<String>, usize)> {
    let letters = series.trim_end_matches(|c: char| c.is_ascii_digit());
    let year = &series[letters.len()..];
    let first = words[at].as_str();
    // Words that lead into the reference: `REFF2026…` is never written, `FACT F2026` is two words.
    let (digits, next) = match first.strip_prefix(letters)? {
        "" => {
            let second = words.get(at + 1)?.strip_prefix(year)?;
            match second {
                "" => (words.get(at + 2)?.as_str(), at + 3),
                joined => (joined, at + 2),
            }
        }
        rest => match rest.strip_prefix(year)? {
            "" => (words.get(at + 1)?.as_str(), at + 2),
            joined => (joined, at + 1),
        },
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(digits) || digits.len() > DIGITS {
        return None;
    }
    let mut readings = vec![digits.to_string()];
    let rest = words.get(next).filter(|rest| is_digits(rest) && digits.starts_with('0'));
    if let Some(rest) = rest.filter(|rest| digits.len() + rest.len() == DIGITS) {
        readings = vec![format!("{digits}{rest}")];
        return Some((series, readings, next + 1));
    }
    Some((series, readings, next))
}

/// `FACT 12`, `FACTURE N° 000012`, `FA12`.
fn bare_number(words: &[String], at: usize) -> Option<(Vec<String>, usize)> {
    let is_digits = |text: &str| {
        (1..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let glued = INVOICE_WORDS.iter().find_map(|word| words[at].strip_prefix(word));
    if let Some(digits) = glued.filter(|rest| is_digits(rest)) {
        return Some((vec![digits.to_string()], at + 1));
    }
    if !INVOICE_WORDS.contains(&words[at].as_str()) {
        return None;
    }
    let between = words[at + 1..].iter().take_while(|word| BETWEEN.contains(&word.as_str()));
    let next = at + 1 + between.count();
    let digits = words.get(next).filter(|word| is_digits(word))?;
    Some((vec![digits.clone()], next + 1))
}
