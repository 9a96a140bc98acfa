//! Tables that the program gives out, as rows of texts: what a spreadsheet would show of them.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;

/// The cells of a text file with `;`, its title row first.
pub fn of_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8").trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(b';');
    let rows = reader.from_reader(text.as_bytes()).into_records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_string).collect()).collect()
}

/// The cells of the first sheet of a workbook, by its own XML; numbers as the file has them.
pub fn of_xlsx(bytes: &[u8]) -> Vec<Vec<String>> {
    let shared = part(bytes, "xl/sharedStrings.xml");
    let texts: Vec<String> = inside(&shared, "si")
        .iter()
        .map(|item| inside(item, "t").iter().map(|text| plain(text)).collect())
        .collect();
    let sheet = part(bytes, "xl/worksheets/sheet1.xml");
    let mut rows = Vec::new();
    for row in inside(&sheet, "row") {
        let mut cells = Vec::new();
        for cell in row.split("<c ").skip(1) {
            let (head, rest) = cell.split_once('>').expect("a closed tag");
            let place = column(head);
            let value = inside(rest, "v").first().map_or("", |value| *value);
            let value = match head.contains("t=\"s\"") {
                true => texts[value.parse::<usize>().expect("a number of a text")].clone(),
                false => value.to_string(),
            };
            cells.resize(place + 1, String::new());
            cells[place] = value;
        }
        rows.push(cells);
    }
    rows
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    let mut part = book.by_name(name).unwrap_or_else(|why| panic!("{name}: {why}"));
    part.read_to_string(&mut text).expect("XML");
    text
}

/// What stands between `<name …>` and `</name>`.
fn inside<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    for piece in xml.split(&open).skip(1).filter(|piece| piece.starts_with(['>', ' '])) {
        let (head, rest) = piece.split_once('>').expect("a closed tag");
        if !head.ends_with('/') {
            found.push(rest.split(&close).next().unwrap_or_default());
        }
    }
    found
}

/// `r="C7"` is the third column: 2.
fn column(head: &str) -> usize {
    let (_, rest) = head.split_once("r=\"").expect("a cell with its place");
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase);
    letters.fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1) - 1
}

fn plain(text: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    marks.iter().fold(text.to_string(), |text, (mark, sign)| text.replace(mark, sign))
}

const SHEETS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A workbook of one sheet, as somebody's own program writes it: texts in their cells, figures as
/// numbers.
pub fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut sheet = format!("<worksheet xmlns=\"{SHEETS}\"><sheetData>");
    for (at, row) in rows.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", at + 1));
        for (letter, cell) in ('A'..).zip(row.iter()) {
            let place = format!("{letter}{}", at + 1);
            sheet.push_str(&match cell.parse::<f64>() {
                Ok(_) => format!("<c r=\"{place}\"><v>{cell}</v></c>"),
                Err(_) => {
                    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>")
                }
            });
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/>\
         </Types>"
    );
    let link = |kind: &str, to: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{LINKS}/{kind}\" Target=\"{to}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns=\"{SHEETS}\" xmlns:r=\"{LINKS}\"><sheets>\
         <sheet name=\"Liste\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", link("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        to.start_file(name, SimpleFileOptions::default()).expect("a part");
        to.write_all(text.as_bytes()).expect("a part");
    }
    to.finish().expect("a workbook").into_inner()
}

#[test]
fn a_workbook_is_read_as_it_was_written() {
    let report = wire::aid::AidReport { title: "Un <mois> & plus".into(), lines: Vec::new() };
    let rows = of_xlsx(&wire::aid::xlsx(&report).expect("a workbook"));
    assert_eq!(rows[0], ["Un <mois> & plus"]);
    assert_eq!(rows[1], wire::aid::COLUMNS.map(|(title, _)| title));
    assert_eq!(rows[2][9..], ["0", "", "0", "0", "0"], "the sums of no line");
}
