//! A workbook (`.xlsx`) as sheets of cells. A file made to fill the memory is refused before
//! anything is built from it (T-53).

use std::io::{Cursor, Read, Seek};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxCellReader};
use trade::calendar::Day;

use super::grid::{Cell, Line, Sheet};

/// All that a workbook may unfold to, in bytes: some twenty thousand rows, fonts and pictures.
const UNFOLDED_MAX: u64 = 48 << 20;
/// Parts of a workbook.
const PARTS_MAX: usize = 2_000;
/// Cells of a sheet that are looked at, empty ones too.
const CELLS_MAX: usize = 500_000;
const SHEETS_MAX: usize = 30;
pub const LINES_MAX: usize = 20_000;
pub const COLUMNS_MAX: u32 = 200;

/// The sheets that a person sees, in their order. Errors: French, what to do.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    unfold(bytes)?;
    let unreadable = |_| UNREADABLE.to_string();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let is_seen = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(is_seen).map(|one| one.name.clone()).collect();
    let mut sheets = Vec::new();
    for name in names.into_iter().take(SHEETS_MAX) {
        // Charts are listed among the sheets and hold no cells.
        if let Ok(mut cells) = book.worksheet_cells_reader(&name) {
            let lines = lines(&mut cells).map_err(|why| format!("feuille « {name} » : {why}"))?;
            sheets.push(Sheet { name, lines });
        }
    }
    if sheets.is_empty() { Err(UNREADABLE.into()) } else { Ok(sheets) }
}

const UNREADABLE: &str = "ce classeur ne s'ouvre pas. Ouvrez-le dans votre tableur et enregistrez-le de nouveau \
     (.xlsx), ou en CSV UTF-8.";

/// Inflates every part once, counting: what a part says of its own size is not believed.
fn unfold(bytes: &[u8]) -> Result<(), String> {
    let mut folder = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| UNREADABLE)?;
    if folder.by_name("content.xml").is_ok() {
        return Err("c'est un classeur OpenDocument (.ods). Enregistrez-le en .xlsx ou en CSV \
                    UTF-8."
            .into());
    }
    if folder.len() > PARTS_MAX {
        return Err(format!("ce classeur a {} parties : {PARTS_MAX} au plus.", folder.len()));
    }
    let mut left = UNFOLDED_MAX;
    for place in 0..folder.len() {
        let part = folder.by_index(place).map_err(|_| UNREADABLE)?;
        let is_sheet = part.name().is_ok_and(|name| name.contains("sheet"));
        let (mut part, mut kept) = (part.take(left + 1), Vec::new());
        let read = match is_sheet {
            true => part.read_to_end(&mut kept).map(|read| read as u64),
            false => std::io::copy(&mut part, &mut std::io::sink()),
        };
        left = left.checked_sub(read.map_err(|_| UNREADABLE)?).ok_or(
            "ce classeur est trop grand une fois déplié : copiez la liste seule dans un classeur \
             neuf, ou enregistrez-la en CSV.",
        )?;
        if let Some(cell) = without_result(&String::from_utf8_lossy(&kept)) {
            return Err(format!(
                "la cellule {cell} est une formule sans résultat : ouvrez le classeur dans votre \
                 tableur et enregistrez-le de nouveau."
            ));
        }
    }
    Ok(())
}

/// The first cell whose formula a program wrote and did not work out: it would be read as empty.
/// A formula that gives an empty text is sound; its cell says so.
fn without_result(xml: &str) -> Option<String> {
    let is_bare =
        |rest: &str| ["</c>", "<v></v>", "<v/>", "<v />"].iter().any(|end| rest.starts_with(end));
    let ends = xml.match_indices("</f>").filter(|(at, end)| is_bare(&xml[at + end.len()..]));
    ends.map(|(at, _)| &xml[xml[..at].rfind("<c ").unwrap_or(at)..at])
        .find(|cell| !cell.split('>').next().unwrap_or_default().contains("t=\"str\""))
        .map(|cell| {
            let name = cell.split_once("r=\"").and_then(|(_, rest)| rest.split('"').next());
            name.unwrap_or("?").chars().take(10).collect()
        })
}

/// The filled cells of one sheet, row by row.
fn lines<S: Read + Seek>(cells: &mut XlsxCellReader<'_, S>) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = Vec::new();
    let mut count = 0;
    while let Some(found) = cells.next_cell().map_err(|_| UNREADABLE)? {
        count += 1;
        if count > CELLS_MAX {
            return Err(format!("plus de {CELLS_MAX} cellules : copiez la liste seule."));
        }
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.is_empty() {
            continue;
        }
        let line = u64::from(row) + 1;
        if column >= COLUMNS_MAX {
            return Err(format!("ligne {line} : plus de {COLUMNS_MAX} colonnes."));
        }
        if lines.last().is_none_or(|last| last.number != line) {
            lines.push(Line { number: line, cells: Vec::new() });
        }
        if lines.len() > LINES_MAX {
            return Err(format!("plus de {LINES_MAX} lignes : coupez la liste en deux."));
        }
        if let Some(last) = lines.last_mut() {
            last.put(column as usize, cell);
        }
    }
    Ok(lines)
}

fn cell(value: &DataRef) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => number_cell(*number),
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Bool(true) => Cell::Text("oui".into()),
        DataRef::Bool(false) => Cell::Text("non".into()),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            let day = Day::from_ymd(i32::from(year), i32::from(month), i32::from(day));
            day.map_or_else(|| Cell::Broken("date illisible".into()), Cell::Day)
        }
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(Day::parse);
            day.map_or_else(|| Cell::Text(text.clone()), Cell::Day)
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) => Cell::Broken("durée".into()),
        DataRef::Error(error) => Cell::Broken(error.to_string()),
    }
}

/// A workbook keeps binary numbers, of which fifteen digits are meant: 0,1 + 0,2 is 0,3 there.
fn number_cell(number: f64) -> Cell {
    let told = format!("{number:.14e}");
    let parts = told.split_once('e').and_then(|(digits, power)| {
        Some((digits.replace(['.', '-'], ""), power.parse::<i32>().ok()?))
    });
    let Some((digits, power)) = parts.filter(|(_, power)| (-15..15).contains(power)) else {
        return if number == 0.0 { Cell::Number("0".into()) } else { Cell::Text(told) };
    };
    let digits = match power {
        ..0 => format!("{}{digits}", "0".repeat(power.unsigned_abs() as usize)),
        _ => digits,
    };
    let (whole, part) = digits.split_at(power.max(0) as usize + 1);
    let part = part.trim_end_matches('0');
    let sign = if number < 0.0 { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    Cell::Number(format!("{sign}{whole}{point}{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_numbers_are_told_as_a_person_typed_them() {
        for (number, told) in [
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (-4.5, "-4.5"),
            (12.0, "12"),
            (0.0, "0"),
            (0.0005, "0.0005"),
            (1.0 / 3.0, "0.333333333333333"),
            (123456789.0, "123456789"),
        ] {
            assert_eq!(number_cell(number), Cell::Number(told.into()));
        }
    }
}
