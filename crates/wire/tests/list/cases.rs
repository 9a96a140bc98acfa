//! Lists as people send them: `cases.txt` holds each with all that is read of it.
//!
//! ```text
//! = title
//! * words          how the file is written: cp1252, bom, utf16le, utf16be, mac, crlf, xlsx,
//!                  sheet NAME (a workbook's next sheet)
//! | a line         in a workbook: cells between `;`, #12.5 a number, @2026-11-24 a date
//! + code           a choice that a person makes
//! > line: ...      a row, what was read of it
//! x line: ...      a problem of that row; `X` when it blocks
//! - line: why      a line left out
//! ? about          a doubtful guess
//! ! words          the file is refused
//! ```

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use trade::calendar::Day;
use wire::list::{About, Choice, ListFile, ListPreview, ReadRow};

const CASES: &str = include_str!("cases.txt");

pub struct Case {
    pub title: &'static str,
    pub bytes: Vec<u8>,
    pub choices: Vec<Choice>,
    expected: Vec<&'static str>,
}

pub fn today() -> Day {
    Day::from_ymd(2026, 11, 23).expect("a Monday")
}

pub fn cases() -> Vec<Case> {
    CASES.split("\n= ").skip(1).map(case).collect()
}

fn case(text: &'static str) -> Case {
    let (title, rest) = text.split_once('\n').expect("a title and lines");
    let marked = |mark: &'static str| rest.lines().filter_map(move |line| line.strip_prefix(mark));
    let words: Vec<&str> = marked("* ").flat_map(|line| line.split(", ")).collect();
    let is_ours = |line: &&str| line.starts_with(['>', 'x', 'X', '-', '?', '!']);
    Case {
        title,
        bytes: match words.contains(&"xlsx") {
            true => workbook(rest),
            false => encoded(&marked("|").map(unspaced).collect::<Vec<_>>().join("\n"), &words),
        },
        choices: marked("+ ").map(|code| Choice::parse(code).expect(code)).collect(),
        expected: rest.lines().filter(is_ours).collect(),
    }
}

fn unspaced(line: &str) -> String {
    let line = line.strip_prefix(' ').unwrap_or(line);
    line.replace("<tab>", "\t").replace("<nbsp>", "\u{a0}").replace("<fine>", "\u{202f}")
}

fn encoded(text: &str, words: &[&str]) -> Vec<u8> {
    let text = if words.contains(&"crlf") { text.replace('\n', "\r\n") } else { text.to_string() };
    let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().fold(mark.to_vec(), |all, unit| [all, bytes(unit).to_vec()].concat())
    };
    let narrow = |letters: &'static encoding_rs::Encoding| letters.encode(&text).0.into_owned();
    match words.first() {
        Some(&"bom") => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Some(&"utf16le") => wide([0xff, 0xfe], u16::to_le_bytes),
        Some(&"utf16be") => wide([0xfe, 0xff], u16::to_be_bytes),
        Some(&"utf16") => wide([0, 0], u16::to_le_bytes)[2..].to_vec(),
        Some(&"cp1252") => narrow(encoding_rs::WINDOWS_1252),
        Some(&"mac") => mac(&text),
        _ => text.into_bytes(),
    }
}

/// The letters of old Macintosh programs that our cases use.
fn mac(text: &str) -> Vec<u8> {
    let letter = |letter: char| match letter {
        'é' => 0x8e,
        'è' => 0x8f,
        'ê' => 0x90,
        'à' => 0x88,
        'â' => 0x89,
        'ô' => 0x99,
        'É' => 0x83,
        letter => u8::try_from(letter).expect("a letter of the table"),
    };
    text.chars().map(letter).collect()
}

fn workbook(rest: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let mut sheet = Worksheet::new();
    let mut row = 0;
    for line in rest.lines() {
        if let Some(name) = line.strip_prefix("* sheet ") {
            if row > 0 {
                book.push_worksheet(std::mem::replace(&mut sheet, Worksheet::new()));
                row = 0;
            }
            sheet.set_name(name).expect("a name");
        }
        let Some(line) = line.strip_prefix('|') else { continue };
        for (column, cell) in (0..).zip(unspaced(line).split(';')) {
            typed(&mut sheet, row, column, cell.trim());
        }
        row += 1;
    }
    book.push_worksheet(sheet);
    book.save_to_buffer().expect("a workbook")
}

fn typed(sheet: &mut Worksheet, row: u32, column: u16, cell: &str) {
    let number = cell.strip_prefix('#').map(|text| text.parse::<f64>().expect("a number"));
    if let Some(number) = number {
        sheet.write_number(row, column, number).expect("a cell");
    } else if let Some(day) = cell.strip_prefix('@') {
        let date = ExcelDateTime::parse_from_str(day).expect("a date");
        let format = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write_datetime_with_format(row, column, &date, &format).expect("a cell");
    } else if !cell.is_empty() {
        sheet.write_string(row, column, cell).expect("a cell");
    }
}

pub fn told_row(row: &ReadRow) -> String {
    let mut told = vec![format!("{}: {}", row.line, row.product)];
    let mut say = |what: &str, value: Option<String>| {
        told.extend(value.filter(|text| !text.is_empty()).map(|text| format!("{what} {text}")));
    };
    say("code", Some(row.code.clone()));
    say("qty", row.quantity.map(|qty| qty.get().to_string()));
    say("unit", row.unit.map(|unit| format!("{unit:?}")));
    say("price", row.price.map(|price| price.get().to_string()));
    say("per", row.price_unit.map(|unit| format!("{unit:?}")));
    say("day", row.day.map(|day| day.to_string()));
    say("site", Some(row.site.clone()));
    say("note", Some(row.note.clone()));
    told.join("; ").replace('\n', "<br>")
}

pub fn about(about: About) -> String {
    format!("{about:?}").to_lowercase()
}

fn told(preview: &ListPreview) -> Vec<String> {
    let mut told = Vec::new();
    for row in &preview.rows {
        told.push(format!("> {}", told_row(row)));
        for one in &row.problems {
            let mark = if one.is_blocking { 'X' } else { 'x' };
            let place = format!("{mark} {}: {}: {}", row.line, one.column, one.value);
            told.push(format!("{place}: {}", one.reason));
        }
    }
    told.extend(preview.left_out.iter().map(|one| format!("- {}: {:?}", one.line, one.why)));
    told.extend(preview.doubts().map(|guess| format!("? {}", about(guess.about))));
    told
}

pub fn read(case: &Case, more: &[Choice]) -> Result<ListPreview, String> {
    let choices = [&case.choices, more].concat();
    let file = ListFile { name: "liste", bytes: &case.bytes, today: today() };
    file.with(&choices).map_err(|fault| fault.to_string())
}

#[test]
fn every_list_is_read_as_told() {
    let cases = cases();
    assert!(cases.len() >= 40, "{} lists", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let found = match read(case, &[]) {
            Ok(preview) => told(&preview),
            Err(refusal) => vec![format!("! {refusal}")],
        };
        if found != case.expected {
            wrong.push_str(&format!("= {}\n{}\n", case.title, found.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "read instead:\n{wrong}");
}

#[test]
fn every_guess_is_told_in_a_sentence_with_other_readings() {
    for case in cases() {
        let Ok(preview) = read(&case, &[]) else { continue };
        for guess in &preview.guesses {
            assert!(guess.sentence.ends_with(['.', '?']), "{}", guess.sentence);
            let can_change = !guess.alternatives.is_empty();
            assert!(!guess.is_doubtful || can_change, "{}: {}", case.title, guess.sentence);
            for other in &guess.alternatives {
                assert_eq!(Choice::parse(&other.choice.code()).as_ref(), Some(&other.choice));
            }
        }
    }
}
