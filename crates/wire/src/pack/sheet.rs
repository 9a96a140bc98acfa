//! One file as rows of texts: encodings, separators, headings, lines.

use super::columns::Table;
use super::fault::{Fault, nearest};

/// The rows of a file, with the place of each declared column.
pub struct Sheet {
    pub table: &'static Table,
    pub file: String,
    /// For each declared column, its place in the rows.
    places: Vec<Option<usize>>,
    pub rows: Vec<RawRow>,
}

pub struct RawRow {
    pub line: u64,
    cells: Vec<String>,
}

impl Sheet {
    /// A file that is not there: no rows.
    pub fn missing(table: &'static Table) -> Sheet {
        Sheet { table, file: table.file(), places: Vec::new(), rows: Vec::new() }
    }

    /// Reads a file. All that is wrong with its form is added to `faults`.
    pub fn read(table: &'static Table, file: &str, bytes: &[u8], faults: &mut Vec<Fault>) -> Sheet {
        let mut sheet = Sheet { file: file.to_string(), ..Sheet::missing(table) };
        if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
            let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u64;
            let reason = "ce n'est pas un fichier CSV (octet nul). Enregistrez-le en CSV UTF-8.";
            faults.push(Fault::new(file, line, "", "", reason));
            return sheet;
        }
        let text = decode(bytes);
        let mut records = records(&text).into_iter();
        let Some(heading) = records.next() else {
            let reason = "le fichier est vide : il faut au moins la ligne des titres.";
            faults.push(Fault::new(file, 1, "", "", reason));
            return sheet;
        };
        sheet.places = places(&sheet, &heading, faults);
        let width = heading.cells.len();
        for record in records {
            let extra = record.cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
            if record.cells.len() < width || extra {
                let reason = format!(
                    "{} champs au lieu de {width} : vérifiez les séparateurs et les guillemets.",
                    record.cells.len()
                );
                faults.push(Fault::new(file, record.line, "", &record.cells[0], reason));
                continue;
            }
            sheet.rows.push(record);
        }
        if text.matches('"').count() % 2 == 1 {
            let line = sheet.rows.last().map_or(heading.line, |row| row.line);
            let reason = "un guillemet ouvert n'est jamais refermé à partir d'ici.";
            faults.push(Fault::new(file, line, "", "", reason));
        }
        sheet
    }

    /// The text of a declared column in a row, without the spaces around it.
    pub fn cell<'row>(&self, row: &'row RawRow, column: &str) -> &'row str {
        let rank = self.table.columns.iter().position(|known| known.name == column);
        let place = rank.and_then(|rank| self.places.get(rank).copied().flatten());
        let text = place.and_then(|place| row.cells.get(place)).map_or("", String::as_str).trim();
        unguarded(text)
    }
}

/// UTF-8 with or without its mark; what is not UTF-8 is what French Excel writes (cp1252).
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The separator that the heading line has most of.
fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| heading.bytes().filter(|&byte| byte == separator).count();
    [b';', b',', b'\t'].into_iter().max_by_key(|&one| (count(one), one == b',')).unwrap_or(b',')
}

/// All records with the line on which each begins; lines without any text are passed over.
fn records(text: &str) -> Vec<RawRow> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1_u64, 0_usize);
    for record in reader.records().flatten() {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        // The reader's position is before the empty lines that it passes over.
        let empty =
            text.as_bytes()[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start + empty.count();
        line +=
            text.as_bytes()[counted..start].iter().filter(|&&byte| byte == b'\n').count() as u64;
        counted = start;
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
                    let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
                    fault(format!("colonne inconnue. Connues : {}.", known.join(", ")));
                }
            },
            Some(rank) if places[rank].is_some() => fault("cette colonne est deux fois.".into()),
            Some(rank) => places[rank] = Some(place),
        }
    }
    for (column, place) in columns.iter().zip(&places) {
        if column.is_needed && place.is_none() {
            let reason = format!("cette colonne manque : {}.", column.what);
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

/// Whether a spreadsheet would take a text for a formula.
pub fn is_formula(text: &str) -> bool {
    let first = text.chars().next();
    let is_number = text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit());
    match first {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number || text.contains(|c: char| c.is_alphabetic() || c == '('),
        _ => false,
    }
}

/// Takes away the mark that writing puts before what a spreadsheet would take for a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) || rest.starts_with('\'') => rest,
        _ => text,
    }
}
