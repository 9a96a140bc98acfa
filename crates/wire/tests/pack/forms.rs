//! The same folder as other programs would have saved it.

use wire::pack::columns::TABLES;
use wire::pack::{read, write};

use crate::folder::{Files, GOOD, files, joined, pack_of, rewritten, told};

/// Columns whose cells may be written with a decimal comma.
const NUMBERS: [&str; 22] = [
    "latitude",
    "longitude",
    "minimum_order",
    "price_step",
    "pool_spread",
    "rate",
    "minimum_trip",
    "season_share",
    "size",
    "price",
    "ceiling",
    "quantity",
    "confirmed",
    "received",
    "rejected",
    "refused",
    "missing",
    "temperature",
    "income_goal",
    "weight_tolerance",
    "payload_kg",
    "tolerance",
];

/// Every number with a decimal comma.
fn with_commas(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let (heading, body) = rows.split_first_mut().expect("a good file has a heading");
    for row in body {
        for (title, cell) in heading.iter().zip(row) {
            let is_word = cell.contains(char::is_alphabetic);
            if NUMBERS.contains(&title.as_str()) && !is_word {
                *cell = cell.replace('.', ",");
            }
        }
    }
    rows
}

fn assert_same(form: &str, changed: &Files) {
    match read(changed) {
        Ok(parsed) => assert_eq!(parsed.pack, pack_of(&files()), "{form}"),
        Err(faults) => panic!("{form}:\n{}", told(&faults)),
    }
}

#[test]
fn the_good_folder_uses_every_file_and_every_column() {
    let pack = pack_of(&files());
    let written = write(&pack);
    assert_eq!(written.len(), TABLES.len());
    for table in TABLES {
        let found = GOOD.iter().find(|(name, _)| *name == table.file());
        let rows = found.map_or("", |(_, text)| text);
        for (rank, column) in table.columns.iter().enumerate() {
            let mut reader = csv::Reader::from_reader(rows.as_bytes());
            let is_used = reader.records().flatten().any(|row| !row[rank].is_empty());
            assert!(is_used, "{} {}", table.name, column.name);
        }
    }
}

#[test]
fn what_is_written_is_the_good_folder_byte_by_byte() {
    let pack = pack_of(&files());
    for (name, bytes) in write(&pack) {
        let text = String::from_utf8(bytes).expect("packs are written in UTF-8");
        let good = GOOD.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
        // What an empty cell means is written out: no diners, all months, no trip.
        let same = ["sites.csv", "products.csv", "producers.csv"].contains(&name.as_str());
        assert!(same || good == Some(&text), "{name}:\n{text}");
    }
    assert_same("written", &write(&pack));
}

#[test]
fn separators_and_decimal_commas() {
    for separator in [';', ',', '\t'] {
        let changed = rewritten(|_, rows| joined(&rows, separator, "\n").into_bytes());
        assert_same(&format!("{separator:?}, point"), &changed);
        let changed = rewritten(|_, rows| joined(&with_commas(rows), separator, "\n").into_bytes());
        assert_same(&format!("{separator:?}, comma"), &changed);
    }
}

#[test]
fn line_ends_and_blank_lines() {
    for end in ["\r\n", "\n\n", "\r\n\r\n", "\n;;;\n", "\n   \n"] {
        let changed = rewritten(|_, rows| joined(&rows, ';', end).into_bytes());
        assert_same(&format!("{end:?}"), &changed);
    }
    let changed = rewritten(|_, rows| format!("\r\n{}", joined(&rows, ';', "\n")).into_bytes());
    assert_same("a blank line before the heading", &changed);
    let cut = |rows: Vec<Vec<String>>| joined(&rows, ';', "\n").trim_end().as_bytes().to_vec();
    assert_same("no end of line at the end", &rewritten(|_, rows| cut(rows)));
}

#[test]
fn separators_at_the_end_of_lines() {
    let everywhere = rewritten(|_, rows| joined(&rows, ';', ";;\n").into_bytes());
    assert_same("after every line", &everywhere);
    let heading = rewritten(|_, mut rows| {
        rows[0].extend([String::new(), String::new()]);
        joined(&rows, ';', "\n").into_bytes()
    });
    assert_same("after the heading only", &heading);
    let body = rewritten(|_, mut rows| {
        rows[1..].iter_mut().for_each(|row| row.push(" ".into()));
        joined(&rows, ';', "\n").into_bytes()
    });
    assert_same("after the rows only", &body);
}

#[test]
fn encodings() {
    let marked = rewritten(|_, rows| {
        [b"\xef\xbb\xbf".to_vec(), joined(&rows, ';', "\r\n").into_bytes()].concat()
    });
    assert_same("UTF-8 with its mark", &marked);
    let french_excel = rewritten(|_, rows| {
        let text = joined(&with_commas(rows), ';', "\r\n");
        let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&text);
        assert!(!is_lossy, "the good folder fits in cp1252");
        bytes.into_owned()
    });
    assert_same("cp1252 as French Excel writes", &french_excel);
    let is_cp1252 = |bytes: &[u8]| std::str::from_utf8(bytes).is_err();
    assert!(french_excel.iter().filter(|(_, bytes)| is_cp1252(bytes)).count() > 4);
}

#[test]
fn columns_in_any_order_by_their_french_names() {
    let turned = rewritten(|name, mut rows| {
        let table = TABLES.iter().find(|table| table.file() == name).expect("a known file");
        for title in &mut rows[0] {
            let column = table.columns.iter().find(|column| column.name == title);
            *title = column.expect("a known column").french.to_uppercase().replace('_', " ");
        }
        for row in &mut rows {
            row.reverse();
            let middle = row.len() / 2;
            row.rotate_left(middle / 2);
        }
        joined(&rows, ';', "\n").into_bytes()
    });
    assert_same("turned", &turned);
}

#[test]
fn columns_without_any_value_may_be_left_out() {
    let slim = rewritten(|_, rows| {
        let is_kept = |rank: &usize| rows[1..].iter().any(|row| !row[*rank].is_empty());
        let kept: Vec<usize> = (0..rows[0].len()).filter(is_kept).collect();
        let slim: Vec<Vec<String>> =
            rows.iter().map(|row| kept.iter().map(|&rank| row[rank].clone()).collect()).collect();
        joined(&slim, ',', "\n").into_bytes()
    });
    assert_same("slim", &slim);
}
