//! The bytes of somebody's text file: which letters they stand for, which sign parts the cells.

use std::collections::BTreeMap;

use encoding_rs::{Encoding as Letters, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::grid::{Cell, Line, Sheet};
use super::words;
use crate::pack::sheet::records;
use crate::pack::text::{before_bad_quote, damage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// What Excel writes under Windows.
    Cp1252,
    /// What Excel writes under macOS.
    Mac,
}

impl Encoding {
    pub const ALL: [Encoding; 5] =
        [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Cp1252, Encoding::Mac];

    pub const fn code(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf8",
            Encoding::Utf16Le => "utf16le",
            Encoding::Utf16Be => "utf16be",
            Encoding::Cp1252 => "cp1252",
            Encoding::Mac => "mac",
        }
    }

    pub const fn french(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "texte Unicode (UTF-16)",
            Encoding::Cp1252 => "Windows (cp1252)",
            Encoding::Mac => "Macintosh",
        }
    }

    /// `None` when some bytes are no letters of this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let whole = |letters: &'static Letters, bytes: &[u8]| {
            letters.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
        };
        let text: Option<String> = match self {
            Encoding::Utf8 => {
                let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                std::str::from_utf8(bare).ok().map(str::to_string)
            }
            Encoding::Utf16Le => whole(UTF_16LE, bytes.strip_prefix(b"\xff\xfe").unwrap_or(bytes)),
            Encoding::Utf16Be => whole(UTF_16BE, bytes.strip_prefix(b"\xfe\xff").unwrap_or(bytes)),
            Encoding::Cp1252 => whole(WINDOWS_1252, bytes),
            Encoding::Mac => whole(MACINTOSH, bytes),
        };
        text.filter(|text| !text.contains('\0'))
    }
}

/// The most likely encoding, and whether the letters leave a doubt. Errors: French.
pub fn guess_encoding(bytes: &[u8]) -> Result<(Encoding, bool), String> {
    let marks: [(&[u8], Encoding); 3] = [
        (b"\xef\xbb\xbf", Encoding::Utf8),
        (b"\xff\xfe", Encoding::Utf16Le),
        (b"\xfe\xff", Encoding::Utf16Be),
    ];
    if let Some((_, marked)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return match marked.decode(bytes) {
            Some(_) => Ok((*marked, false)),
            None => Err(MIXED.into()),
        };
    }
    if bytes.contains(&0) {
        let zeros =
            |rest: usize| bytes.iter().skip(rest).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        let wide = if odd > even { Encoding::Utf16Le } else { Encoding::Utf16Be };
        let is_wide = bytes.len().is_multiple_of(2) && even.max(odd) > bytes.len() / 4;
        return match wide.decode(bytes).filter(|_| is_wide) {
            Some(text) => Ok((wide, oddity(&text).is_some())),
            None => Err("ce n'est ni un classeur .xlsx ni un fichier CSV.".into()),
        };
    }
    if let Some(text) = Encoding::Utf8.decode(bytes) {
        return Ok((Encoding::Utf8, oddity(&text).is_some()));
    }
    if bytes.windows(2).any(|pair| pair[0] == 0xc3 && (0x80..0xc0).contains(&pair[1])) {
        return Err(MIXED.into());
    }
    let score = |one: Encoding| {
        let text = one.decode(bytes).unwrap_or_default();
        (text.chars().filter(|c| is_strange(*c)).count(), text)
    };
    let ((windows, text), (mac, mac_text)) = (score(Encoding::Cp1252), score(Encoding::Mac));
    // Both readings may give letters of French: only one gives them no oddity.
    Ok(match (windows + swaps(&text)).cmp(&(mac + swaps(&mac_text))) {
        std::cmp::Ordering::Greater => (Encoding::Mac, oddity(&mac_text).is_some()),
        std::cmp::Ordering::Equal => (Encoding::Cp1252, true),
        std::cmp::Ordering::Less => (Encoding::Cp1252, oddity(&text).is_some()),
    })
}

const MIXED: &str = "des accents sont en UTF-8 et d'autres non. Enregistrez en CSV UTF-8.";

/// No letter or sign that a French list uses.
fn is_strange(letter: char) -> bool {
    let usual = "àâäáãåçéèêëíîïñóôöõùúûüÿœæÀÂÄÁÃÅÇÉÈÊËÍÎÏÑÓÔÖÕÙÚÛÜŸŒÆß";
    let signs = "€°²³’‘“”–—…«»·•½¼¾µ×±ºª§\u{a0}\u{202f}\u{2009}\u{feff}≤≥−＝＋－＠\u{2011}";
    !letter.is_ascii() && !usual.contains(letter) && !signs.contains(letter)
}

/// Great accented letters in the middle of small ones: read with another program's letters.
fn swaps(text: &str) -> usize {
    let letters: Vec<char> = text.chars().collect();
    let is_swap =
        |pair: &[char]| pair[0].is_lowercase() && !pair[1].is_ascii() && pair[1].is_uppercase();
    letters.windows(2).filter(|pair| is_swap(pair)).count()
}

/// Why a text may not be what a person wrote.
pub fn oddity(text: &str) -> Option<&'static str> {
    const ODD: &str = "les accents semblent abîmés : choisissez un autre codage.";
    damage(text).or_else(|| (text.chars().any(is_strange) || swaps(text) > 0).then_some(ODD))
}

/// The sign between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    Semicolon,
    Comma,
    Tab,
}

impl Separator {
    pub const ALL: [Separator; 3] = [Separator::Semicolon, Separator::Comma, Separator::Tab];

    pub const fn code(self) -> &'static str {
        match self {
            Separator::Semicolon => "semicolon",
            Separator::Comma => "comma",
            Separator::Tab => "tab",
        }
    }

    pub const fn french(self) -> &'static str {
        match self {
            Separator::Semicolon => "point-virgule ( ; )",
            Separator::Comma => "virgule ( , )",
            Separator::Tab => "tabulation",
        }
    }

    pub const fn sign(self) -> u8 {
        match self {
            Separator::Semicolon => b';',
            Separator::Comma => b',',
            Separator::Tab => b'\t',
        }
    }
}

/// How well a separator explains a text: titles known in one line, then lines of the usual width.
fn score(text: &str, separator: Separator) -> (usize, usize) {
    let sheet = sheet(text, separator).unwrap_or_default();
    let titles = sheet.lines.iter().take(super::layout::HEADING_MAX).map(words::titles);
    let mut alike: BTreeMap<usize, usize> = BTreeMap::new();
    for line in sheet.lines.iter().filter(|line| line.cells.len() > 1) {
        *alike.entry(line.cells.len()).or_default() += 1;
    }
    let alike = alike.into_values();
    (titles.max().unwrap_or(0), alike.max().unwrap_or(0))
}

/// The most likely separator, and whether another explains the text as well.
pub fn guess_separator(text: &str) -> (Separator, bool) {
    let named = text.lines().next().and_then(|line| line.trim().strip_prefix("sep="));
    let is_named = |one: &Separator| named.is_some_and(|sign| sign.as_bytes() == [one.sign()]);
    if let Some(separator) = Separator::ALL.into_iter().find(is_named) {
        return (separator, false);
    }
    let mut scored: Vec<_> = Separator::ALL.map(|one| (score(text, one), one)).into();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let [((titles, alike), best), ((other_titles, other_alike), _), ..] = scored[..] else {
        return (Separator::Semicolon, true);
    };
    let is_rivalled = match titles {
        0 | 1 => other_alike > 0,
        _ => other_titles >= 2 || (other_titles + 1 == titles && other_alike >= alike),
    };
    (best, is_rivalled)
}

/// A text as one sheet. Errors: line and reason.
pub fn sheet(text: &str, separator: Separator) -> Result<Sheet, (u64, String)> {
    let (sound, refusal) = before_bad_quote(text, separator.sign());
    if let Some((line, reason)) = refusal {
        return Err((line, reason.into()));
    }
    let mut lines = Vec::new();
    for row in records(sound, separator.sign()) {
        let cells: Vec<Cell> = row.cells.iter().map(|text| Cell::of_text(text)).collect();
        let is_hint = row.line == 1 && text.starts_with("sep=");
        if !is_hint && cells.iter().any(|cell| !cell.is_empty()) {
            lines.push(Line { number: row.line, cells });
        }
        if cells_over(&lines) {
            return Err((row.line, "cette liste est trop grande : coupez-la en deux.".into()));
        }
    }
    Ok(Sheet { name: String::new(), lines })
}

fn cells_over(lines: &[Line]) -> bool {
    use super::book::{COLUMNS_MAX, LINES_MAX};
    let is_wide = |line: &Line| line.cells.len() > COLUMNS_MAX as usize;
    lines.len() > LINES_MAX || lines.last().is_some_and(is_wide)
}
