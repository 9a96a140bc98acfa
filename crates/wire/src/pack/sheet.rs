//! One file as rows of texts under known headings.

use super::columns::Table;
use super::fault::{Fault, nearest};
use super::text;
use crate::safe::unguarded;

/// The rows of a file, with the place of each declared column.
pub struct Sheet {
    pub table: &'static Table,
    pub file: String,
    titles: Vec<String>,
    /// For each declared column, its place in the rows.
    places: Vec<Option<usize>>,
    pub rows: Vec<RawRow>,
}

pub struct RawRow {
    pub line: u64,
    pub cells: Vec<String>,
}

impl Sheet {
    /// A file that is not there: no rows.
    pub fn missing(table: &'static Table) -> Sheet {
        Sheet {
            table,
            file: table.file(),
            titles: Vec::new(),
            places: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Reads a file. All that is wrong with its form is added to `faults`.
    pub fn read(table: &'static Table, file: &str, bytes: &[u8], faults: &mut Vec<Fault>) -> Sheet {
        let mut sheet = Sheet { file: file.to_string(), ..Sheet::missing(table) };
        let text = match text::decode(bytes) {
            Ok(text) => text,
            Err((line, reason)) => {
                faults.push(Fault::new(file, line, "", "", reason));
                return sheet;
            }
        };
        let separator = text::separator(&text);
        let (sound, refusal) = text::before_bad_quote(&text, separator);
        if let Some((line, reason)) = refusal {
            faults.push(Fault::new(file, line, "", "", reason));
        }
        let mut records = records(sound, separator).into_iter();
        let Some(heading) = records.next() else {
            if refusal.is_none() {
                let reason = "le fichier est vide : il faut au moins la ligne des titres.";
                faults.push(Fault::new(file, 0, "", "", reason));
            }
            return sheet;
        };
        sheet.places = places(&sheet, &heading, faults);
        sheet.titles = heading.cells.iter().map(|title| title.trim().to_string()).collect();
        for record in records {
            match misfit(&heading, &record) {
                None => {
                    sheet.damages(&record, faults);
                    sheet.rows.push(record);
                }
                Some((value, reason)) => {
                    faults.push(Fault::new(file, record.line, "", value, reason));
                }
            }
        }
        sheet
    }

    /// Whether a declared column stands in the file.
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The title of a declared column as it stands in the file.
    pub fn title(&self, column: &str) -> Option<&str> {
        self.place(column).and_then(|place| self.titles.get(place)).map(String::as_str)
    }

    fn place(&self, column: &str) -> Option<usize> {
        let rank = self.table.columns.iter().position(|known| known.name == column);
        rank.and_then(|rank| self.places.get(rank).copied().flatten())
    }

    /// A fault for each cell whose letters are damaged.
    fn damages(&self, record: &RawRow, faults: &mut Vec<Fault>) {
        for (column, place) in self.table.columns.iter().zip(&self.places) {
            let cell = place.and_then(|place| record.cells.get(place)).map_or("", |cell| cell);
            if let Some(reason) = text::damage(cell) {
                faults.push(Fault::new(&self.file, record.line, column.name, cell.trim(), reason));
            }
        }
    }

    /// The text of a declared column in a row, without the spaces around it.
    pub fn cell<'row>(&self, row: &'row RawRow, column: &str) -> &'row str {
        let place = self.place(column);
        let text = place.and_then(|place| row.cells.get(place)).map_or("", String::as_str).trim();
        unguarded(text)
    }
}

/// Why a row does not stand under its titles: cells are missing, or have no title. The cell in
/// question, and the reason.
fn misfit<'row>(heading: &RawRow, record: &'row RawRow) -> Option<(&'row str, String)> {
    let is_filled = |cell: &String| !cell.trim().is_empty();
    let width = heading.cells.iter().rposition(is_filled).map_or(0, |last| last + 1);
    if record.cells.len() < width {
        let reason = format!(
            "{} cellules au lieu de {width} : vérifiez les séparateurs et les guillemets.",
            record.cells.len()
        );
        return Some((&record.cells[0], reason));
    }
    let is_titled = |place: usize| heading.cells.get(place).is_some_and(is_filled);
    let mut filled = record.cells.iter().enumerate().filter(|(_, cell)| is_filled(cell));
    let (place, cell) = filled.find(|(place, _)| !is_titled(*place))?;
    let reason = format!(
        "cette cellule (la {}e) n'est sous aucun titre : vérifiez les séparateurs.",
        place + 1
    );
    Some((cell.trim(), reason))
}

/// All records with the line on which a spreadsheet shows each: a cell of several lines is one
/// line there. Lines without any text are passed over.
pub(crate) fn records(text: &str, separator: u8) -> Vec<RawRow> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut counted, mut within) = (1_u64, 0_usize, 0_usize);
    let breaks = |text: &[u8]| text.iter().filter(|&&byte| byte == b'\n').count();
    for record in reader.records().flatten() {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        // The reader's position is before the empty lines that it passes over.
        let empty =
            text.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start + empty.count();
        line += (breaks(&text.as_bytes()[counted..start]) - within) as u64;
        counted = start;
        within = record.iter().map(|cell| breaks(cell.as_bytes())).sum();
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(RawRow { line, cells: record.iter().map(str::to_string).collect() });
        }
    }
    rows
}

/// Where each declared column stands in the rows.
fn places(sheet: &Sheet, heading: &RawRow, faults: &mut Vec<Fault>) -> Vec<Option<usize>> {
    let columns = sheet.table.columns;
    let mut places: Vec<Option<usize>> = vec![None; columns.len()];
    let names = || columns.iter().flat_map(|column| [column.name, column.french]);
    for (place, title) in heading.cells.iter().enumerate() {
        let said = plain(title);
        if said.is_empty() {
            continue;
        }
        let is_it = |name: &str| plain(name) == said;
        let rank = columns.iter().position(|one| is_it(one.name) || is_it(one.french));
        let mut fault = |reason: String| {
            faults.push(Fault::new(&sheet.file, heading.line, title.trim(), "", reason));
        };
        match rank {
            None => match nearest(&said, names()) {
                Some(name) => fault(format!("colonne inconnue. Vouliez-vous dire « {name} » ?")),
                None => {
                    let known: Vec<&str> = columns.iter().map(|column| column.french).collect();
                    fault(format!("colonne inconnue. Connues : {}.", known.join(", ")));
                }
            },
            Some(rank) if places[rank].is_some() => fault("cette colonne est deux fois.".into()),
            Some(rank) => places[rank] = Some(place),
        }
    }
    for (column, place) in columns.iter().zip(&places) {
        if column.is_needed && place.is_none() {
            let reason = format!("la colonne « {} » manque : {}.", column.french, column.what);
            faults.push(Fault::new(&sheet.file, heading.line, column.name, "", reason));
        }
    }
    places
}

/// A title as it is compared: small letters without accents, words joined by `_`.
fn plain(title: &str) -> String {
    let letter = |letter: char| match letter {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        ' ' | '-' | '\'' | '’' | '\u{a0}' => '_',
        other => other,
    };
    title.trim().to_lowercase().chars().map(letter).collect()
}
