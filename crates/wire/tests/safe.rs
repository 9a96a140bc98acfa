//! Names, notes and lots that begin like a formula (T-55): read again with another program's
//! eyes, nothing is one, numbers are numbers, and our own reader gets back what was written.

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use wire::safe;

const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What an attacker, or a careless lot number, puts in front of a text.
fn texts() -> Vec<String> {
    let rests =
        ["1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\")", "SUM(A1:A9)", "2+5", "24-11"];
    let mut texts: Vec<String> = SIGNS
        .iter()
        .flat_map(|sign| rests.iter().map(move |rest| format!("{sign}{rest}")))
        .collect();
    let others =
        [" =1+1", "\u{a0}@SUM(1)", "'=1", "''", "'", "a;=1+1", "a,=1+1", "a\t=1+1", "\"=1\""];
    texts.extend(others.map(str::to_string));
    texts
}

fn cells_of(csv: &str, separator: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.has_headers(false).flexible(true).delimiter(separator).from_reader(csv.as_bytes());
    let record = |record: csv::StringRecord| record.iter().map(str::to_string).collect();
    reader.records().map(|one| record(one.expect("a record"))).collect()
}

/// How a spreadsheet judges a cell of a text file: our own words, written apart from the code.
fn would_run(cell: &str) -> bool {
    let bare = cell.trim_start();
    bare.starts_with(['=', '@', '＝', '＋', '－', '＠'])
        || bare.strip_prefix(['+', '-']).is_some_and(|rest| {
            let signs = ['+', '-', '*', '/', '('];
            !rest.starts_with(|c: char| c.is_ascii_digit()) || rest.contains(signs)
        })
}

/// The cells that would run.
fn runs(csv: &str, separator: char) -> Vec<String> {
    let cells = cells_of(csv, separator as u8).into_iter().flatten();
    cells.filter(|cell| would_run(cell)).collect()
}

#[test]
fn no_cell_of_a_text_file_runs_and_each_is_read_back() {
    for separator in [';', ',', '\t'] {
        let rows: Vec<[String; 2]> = texts().into_iter().map(|one| [one, "12".into()]).collect();
        let csv = safe::csv(separator, &rows);
        assert_eq!(runs(&csv, separator), Vec::<String>::new());
        for (row, written) in cells_of(&csv, separator as u8).iter().zip(&rows) {
            assert_eq!(safe::unguarded(&row[0]), written[0]);
            assert_eq!(row[1], "12");
        }
    }
}

#[test]
fn an_export_without_the_guard_is_seen() {
    let bare: String = texts().iter().map(|one| format!("{one}\n")).collect();
    assert!(runs(&bare, ';').len() > 40);
    // A text with the separator of another program in it, in the first cell of a row.
    assert_eq!(runs("a;=1+1,12\n", ';'), ["=1+1,12"]);
    assert_eq!(runs(&safe::csv(',', [["a;=1+1", "12"]]), ';'), Vec::<String>::new());
}

#[test]
fn numbers_and_telephones_stay_bare() {
    for text in
        ["-4,5", "-4.5", "+12 %", "-3 €", "+33 6 12 34 56 78", "0", "1 234,50", "2026-11-24"]
    {
        assert_eq!(safe::guarded(text), text);
    }
    assert_eq!(safe::csv(';', [["-4,5", "1,2"]]), "-4,5;1,2\n");
}

fn workbook(write: impl Fn(&mut rust_xlsxwriter::Worksheet, u32, &str)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, text) in (0..).zip(texts()) {
        write(sheet, row, &text);
    }
    book.save_to_buffer().expect("a workbook")
}

fn formulas(bytes: Vec<u8>) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    book.worksheet_formula(&name).expect("a sheet").used_cells().count()
}

#[test]
fn no_cell_of_a_workbook_is_a_formula() {
    let safe_book = workbook(|sheet, row, text| {
        safe::text(sheet, row, 0, text, &Format::new()).expect("a cell");
        sheet.write_number(row, 1, 1.5).expect("a cell");
    });
    assert_eq!(formulas(safe_book.clone()), 0);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(safe_book)).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    for (row, text) in texts().into_iter().enumerate() {
        let kept: String = text.chars().filter(|c| *c != '\r').collect();
        assert_eq!(range.get((row, 0)), Some(&Data::String(kept)), "{text:?}");
        assert_eq!(range.get((row, 1)), Some(&Data::Float(1.5)));
    }
}

#[test]
fn a_workbook_that_guesses_types_is_seen() {
    let guessing = workbook(|sheet, row, text| match text.strip_prefix('=') {
        Some(_) => drop(sheet.write_formula(row, 0, Formula::new(text)).expect("a cell")),
        None => drop(sheet.write_string(row, 0, text).expect("a cell")),
    });
    assert!(formulas(guessing) > 0);
}

proptest! {
    #[test]
    fn any_text_is_read_back_and_never_runs(
        texts in prop::collection::vec("[=+@\\-'\"; ,\t\r\na-z0-9＝.(]{0,8}", 1..6)
    ) {
        for separator in [';', ',', '\t'] {
            let csv = safe::csv(separator, [&texts]);
            prop_assert_eq!(runs(&csv, separator), Vec::<String>::new());
            let read = cells_of(&csv, separator as u8);
            let read: Vec<&str> = read[0].iter().map(|cell| safe::unguarded(cell)).collect();
            prop_assert_eq!(read, texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
