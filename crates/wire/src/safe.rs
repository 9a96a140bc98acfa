//! What people typed never becomes a formula in somebody's spreadsheet.
//!
//! Every export of the program goes through here: [`csv`] for text files, [`text`] for cells of a
//! workbook (ASVS 5.0 V1.2.10). Numbers stay numbers; what we read back is what was written.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

/// What a spreadsheet takes for the beginning of a formula, wide letters of Asian keyboards too.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would take a text for a formula. A number with its sign is none, nor is
/// a telephone number: `-4,5`, `+33 6 12 34 56 78`.
pub fn is_formula(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    // Some programs pass over spaces before they judge.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    let Some(first) = text.chars().next() else { return false };
    SIGNS.contains(&first) && !(matches!(first, '+' | '-') && is_number(&text[1..]))
}

/// Digits with what stands between and after the digits of a number.
fn is_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}');
    let (mut points, mut commas) = (0, 0);
    let bare = text.strip_suffix(['%', '€']).unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| {
            points += usize::from(c == '.');
            commas += usize::from(c == ',');
            is_part(c) || matches!(c, '.' | ',')
        })
        && points <= 1
        && commas <= 1
}

/// The text of a CSV cell: behind an apostrophe when a spreadsheet would take it for a formula.
/// [`unguarded`] gives the text back.
pub fn guarded(text: &str) -> String {
    if is_formula(text) || is_marked(text) { format!("'{text}") } else { text.to_string() }
}

/// Takes away the apostrophe that [`guarded`] puts, and no other.
pub fn unguarded(text: &str) -> &str {
    if is_marked(text) { &text[1..] } else { text }
}

fn is_marked(text: &str) -> bool {
    text.strip_prefix('\'').is_some_and(|rest| is_formula(rest) || rest.starts_with('\''))
}

/// Rows as a CSV text with LF, every cell [`guarded`]. A cell that holds any usual separator is
/// quoted, whichever is used here: a program that guesses another one cuts fewer cells in two.
pub fn csv<Row, Cell>(separator: char, rows: impl IntoIterator<Item = Row>) -> String
where
    Row: IntoIterator<Item = Cell>,
    Cell: AsRef<str>,
{
    let mut text = String::new();
    for row in rows {
        let from = text.len();
        for (place, cell) in row.into_iter().enumerate() {
            if place > 0 {
                text.push(separator);
            }
            text.push_str(&quoted(&guarded(cell.as_ref()), separator));
        }
        if text.len() == from {
            // An empty line would be no row at all.
            text.push_str("\"\"");
        }
        text.push('\n');
    }
    text
}

fn quoted(cell: &str, separator: char) -> String {
    let is_sign = |c: char| c == separator || matches!(c, ';' | ',' | '\t' | '"' | '\r' | '\n');
    // A number keeps its comma bare, where the comma is not the separator.
    let is_plain = separator != ',' && is_number(cell.trim_start_matches(['-', '+']));
    let is_spaced = cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace);
    match (cell.contains(is_sign) && !is_plain) || is_spaced {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    }
}

/// The most letters that a cell of a workbook holds.
const CELL_MAX: usize = 32_767;

/// Writes a text into a cell of a workbook: always a string, never a formula, a number or a link.
pub fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let is_unfit = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    let fit: String = text.chars().filter(|c| !is_unfit(c)).take(CELL_MAX).collect();
    sheet.write_string_with_format(row, column, fit, format).map(|_| ())
}
