//! What holds for every list: no reading is silently one of two, and what is written is read.

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};
use wire::list::{About, ListFile, ListPreview, Role};
use wire::safe;

use crate::cases::{cases, read, today, told_row};

fn rows(preview: &ListPreview) -> Vec<String> {
    preview.rows.iter().map(told_row).collect()
}

/// Whether a list could be used as it was read, without anybody being told to look.
fn is_silent(preview: &ListPreview) -> bool {
    preview.doubts().next().is_none()
        && !preview.rows.is_empty()
        && preview.rows.iter().all(|row| row.problems.is_empty())
}

/// Readings that a wrong guess would give without a word: (list, guess). `doubted`: among the
/// guesses that were shown as doubtful, or among the others.
fn silent_misreadings(doubted: bool) -> Vec<String> {
    let mut found = Vec::new();
    for case in cases() {
        let Ok(first) = read(&case, &[]) else { continue };
        let is_reading = |about: About| match about {
            // Which column is which, a person sees in the titles; goods without a name not.
            About::Column(role) => role == Role::Product,
            About::Unread => false,
            _ => true,
        };
        let guesses = first.guesses.iter().filter(|guess| is_reading(guess.about));
        for guess in guesses.filter(|one| one.is_doubtful == doubted && !one.is_chosen) {
            for other in &guess.alternatives {
                let Ok(second) = read(&case, std::slice::from_ref(&other.choice)) else { continue };
                if is_silent(&second) && rows(&second) != rows(&first) {
                    found.push(format!("{}: {}", case.title, other.choice.code()));
                }
            }
        }
    }
    found
}

#[test]
fn where_two_readings_are_possible_the_guess_is_doubtful() {
    assert_eq!(silent_misreadings(false), Vec::<String>::new());
}

/// Were doubtful guesses not shown as such, this is what would pass unseen.
#[test]
fn the_law_sees_a_wrong_guess() {
    let found = silent_misreadings(true);
    for wrong in [
        "a number that can be two: decimals=point",
        "a price that can be two: decimals=point",
        "days that can be two: days=month",
        "a workbook of two lists: sheet=1",
    ] {
        assert!(found.iter().any(|one| one == wrong), "{wrong} is not among {found:#?}");
    }
}

#[derive(Clone, Debug)]
struct Goods {
    name: String,
    quantity: i64,
    price: i64,
    note: String,
}

fn goods() -> impl Strategy<Value = Vec<Goods>> {
    let text = "[=+@\\-]?Px[a-zéœ ;,\"'0-9=-]{0,10}z";
    let one = (text, 1..5_000_000_i64, 0..9_000_000_i64, text);
    let one = one.prop_map(|(name, quantity, price, note)| Goods { name, quantity, price, note });
    prop::collection::vec(one, 1..8)
}

/// As French people write numbers: `1 234,5`.
fn french(value: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let (whole, part) = (value / scale, value % scale);
    let whole = match whole {
        0..1_000 => whole.to_string(),
        _ => format!("{}\u{a0}{:03}", whole / 1_000, whole % 1_000),
    };
    let part = format!("{part:0width$}", width = decimals as usize);
    match part.trim_end_matches('0') {
        "" => whole,
        part => format!("{whole},{part}"),
    }
}

const TITLES: [&str; 4] = ["Désignation", "Quantité", "Prix HT", "Remarques"];

fn read_back(bytes: &[u8]) -> Vec<(String, i64, i64, String)> {
    let file = ListFile { name: "liste", bytes, today: today() };
    let preview = file.read().expect("read");
    let rows = preview.rows.iter().inspect(|row| assert!(row.problems.is_empty(), "{row:?}"));
    rows.map(|row| {
        let quantity = row.quantity.map_or(-1, |qty| qty.get());
        let price = row.price.map_or(-1, |price| price.get());
        (row.product.clone(), quantity, price, row.note.clone())
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(128)
    })]

    #[test]
    fn what_is_written_as_text_is_read_back(goods in goods(), separator in 0..3_usize) {
        let row = |one: &Goods| {
            [one.name.clone(), french(one.quantity, 3), french(one.price, 4), one.note.clone()]
        };
        let rows = std::iter::once(TITLES.map(str::to_string)).chain(goods.iter().map(row));
        let text = safe::csv([';', ',', '\t'][separator], rows);
        let written: Vec<_> =
            goods.iter().map(|g| (g.name.clone(), g.quantity, g.price, g.note.clone())).collect();
        prop_assert_eq!(read_back(text.as_bytes()), written.clone());
        let windows = encoding_rs::WINDOWS_1252.encode(&text).0;
        prop_assert_eq!(read_back(&windows), written);
    }

    #[test]
    fn what_is_written_as_a_workbook_is_read_back(goods in goods()) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let plain = Format::new();
        for (column, title) in (0..).zip(TITLES) {
            safe::text(sheet, 0, column, title, &plain).expect("a cell");
        }
        for (row, one) in (1..).zip(&goods) {
            safe::text(sheet, row, 0, &one.name, &plain).expect("a cell");
            sheet.write_number(row, 1, one.quantity as f64 / 1e3).expect("a cell");
            sheet.write_number(row, 2, one.price as f64 / 1e4).expect("a cell");
            safe::text(sheet, row, 3, &one.note, &plain).expect("a cell");
        }
        let written: Vec<_> =
            goods.iter().map(|g| (g.name.clone(), g.quantity, g.price, g.note.clone())).collect();
        prop_assert_eq!(read_back(&book.save_to_buffer().expect("a workbook")), written);
    }

    /// No file, however broken, stops the program; neither does any choice about it.
    #[test]
    fn anything_is_read_or_refused(
        text in "([A-Za-zé;,\t\"'=/.0-9€-]{0,6}[;,\t\n]){0,40}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        titled in any::<bool>(),
    ) {
        let head = if titled { "Produit;Quantité;Prix;Date;Unité\n" } else { "" };
        let text = format!("{head}{text}");
        for bytes in [text.as_bytes(), &bytes, &[b"PK\x03\x04", &bytes[..]].concat()] {
            let file = ListFile { name: "liste", bytes, today: today() };
            let Ok(preview) = file.read() else { continue };
            for other in preview.guesses.iter().flat_map(|guess| &guess.alternatives) {
                let again = file.with(std::slice::from_ref(&other.choice));
                prop_assert!(again.is_err() || again.is_ok_and(|one| !one.guesses.is_empty()));
            }
            let lines = preview.rows.len() + preview.left_out.len();
            prop_assert!(lines <= text.lines().count().max(bytes.len()));
        }
    }
}
