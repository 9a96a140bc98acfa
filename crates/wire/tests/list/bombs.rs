//! Workbooks made to harm, and honest ones that look like it (T-53).

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use wire::list::{ListFile, ListPreview};
use zip::write::SimpleFileOptions;

use crate::cases::today;

fn read(bytes: &[u8]) -> Result<ListPreview, String> {
    let file = ListFile { name: "liste.xlsx", bytes, today: today() };
    file.read().map_err(|fault| fault.to_string())
}

fn honest(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in (0..).zip(["Produit", "Quantité", "Unité"]) {
        sheet.write_string(0, column, title).expect("a cell");
    }
    for row in 1..=rows {
        sheet.write_string(row, 0, format!("Produit {row}")).expect("a cell");
        sheet.write_number(row, 1, f64::from(row) / 4.0).expect("a cell");
        sheet.write_string(row, 2, "kg").expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

/// The honest workbook with one part made of other text, repeated.
fn with_part(part: &str, text: &str, times: usize, last: &str) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(honest(2))).expect("a folder");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut is_there = false;
    for place in 0..from.len() {
        let name = from.by_index(place).expect("a part").name().expect("a name").into_owned();
        if name == part {
            is_there = true;
            to.start_file(name, SimpleFileOptions::default()).expect("a part");
            (0..times).for_each(|_| to.write_all(text.as_bytes()).expect("written"));
            to.write_all(last.as_bytes()).expect("written");
        } else {
            to.raw_copy_file(from.by_index_raw(place).expect("a part")).expect("copied");
        }
    }
    assert!(is_there, "no part {part}");
    to.finish().expect("a folder").into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn a_part_that_unfolds_to_half_a_gigabyte_is_refused_soon() {
    for (part, size) in [
        (SHEET, 512),
        ("xl/sharedStrings.xml", 64),
        ("xl/styles.xml", 64),
        ("docProps/app.xml", 64),
    ] {
        let bomb = with_part(part, &" ".repeat(1 << 20), size, "");
        assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
        let begin = std::time::Instant::now();
        let refusal = read(&bomb).expect_err("refused");
        assert!(refusal.contains("trop grand une fois déplié"), "{refusal}");
        assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
    }
}

#[test]
fn a_sheet_of_a_million_empty_cells_is_refused() {
    let begin = "<worksheet><sheetData><row r=\"1\">";
    let cells = format!("{begin}{}", "<c/>".repeat(600_000));
    let bomb = with_part(SHEET, "", 0, &format!("{cells}</row></sheetData></worksheet>"));
    let refusal = read(&bomb).expect_err("refused");
    assert!(refusal.contains("cellules"), "{refusal}");
}

#[test]
fn a_shared_formula_of_a_huge_rank_takes_no_memory() {
    let cell =
        "<c r=\"A1\" t=\"str\"><f t=\"shared\" si=\"99999999999\" ref=\"A1\">1</f><v>x</v></c>";
    let sheet = format!("<worksheet><sheetData><row r=\"1\">{cell}</row></sheetData></worksheet>");
    assert!(read(&with_part(SHEET, "", 0, &sheet)).is_ok());
}

#[test]
fn a_formula_that_nobody_worked_out_is_told_with_its_cell() {
    for end in ["</c>", "<v></v></c>", "<v/></c>"] {
        let cell = format!("<c r=\"B7\"><f>A1*2</f>{end}");
        let row = format!("<row r=\"7\">{cell}</row>");
        let sheet = format!("<worksheet><sheetData>{row}</sheetData></worksheet>");
        let refusal = read(&with_part(SHEET, "", 0, &sheet)).expect_err("refused");
        assert!(refusal.contains("cellule B7"), "{refusal}");
    }
}

#[test]
fn what_is_no_workbook_is_told_as_such() {
    let ods = {
        let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
        to.start_file("content.xml", SimpleFileOptions::default()).expect("a part");
        to.finish().expect("a folder").into_inner()
    };
    let cut = &honest(3)[..900];
    for (bytes, word) in [
        (&ods[..], "OpenDocument"),
        (cut, "ne s'ouvre pas"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien classeur"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "ni un classeur"),
    ] {
        let refusal = read(bytes).expect_err("refused");
        assert!(refusal.contains(word), "{refusal}");
    }
}

#[test]
fn an_honest_workbook_of_five_thousand_lines_is_read() {
    let preview = read(&honest(5_000)).expect("read");
    assert_eq!(preview.rows.len(), 5_000);
    assert!(preview.is_sound() && preview.doubts().count() == 0);
    assert_eq!(preview.rows[4_999].quantity.map(|qty| qty.get()), Some(1_250_000));
}
