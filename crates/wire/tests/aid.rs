//! The report of food aid as files: every figure stands in its cell, and no text is a formula.

use calamine::{Data, Reader, Xlsx};
use trade::calendar::Day;
use trade::unit::{Cents, Grams, Price, Qty};
use wire::aid::{AidLine, AidReport, COLUMNS, csv, xlsx};

fn line(farm: &str, grams: i64, value: i64, gift_value: i64, paid: i64) -> AidLine {
    AidLine {
        day: Day::from_ymd(2026, 11, 24).expect("a day"),
        kind: "don".into(),
        aid: "Les Restos du Cœur".into(),
        farm: farm.into(),
        siret: "51234567800021".into(),
        product: "Carotte".into(),
        labels: "Bio".into(),
        quantity: Qty::new(grams),
        unit: "kg".into(),
        weight: Grams::new(grams),
        cost: Price::new(11_600),
        value: Cents::new(value),
        gift_value: Cents::new(gift_value),
        paid: Cents::new(paid),
    }
}

fn report() -> AidReport {
    let lines = vec![line("=1+1", 64_500, 7_482, 3_741, 0), line("Mas Bel", 1_250, 145, 0, 63)];
    AidReport { title: "Aide alimentaire, novembre 2026".into(), lines }
}

#[test]
fn a_text_file_has_every_figure_with_its_comma() {
    let text = String::from_utf8(csv(&report())).expect("UTF-8");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let titles = COLUMNS.map(|(title, _)| title).join(";");
    assert_eq!(lines.next(), Some(titles.as_str()));
    let first = "2026-11-24;don;Les Restos du Cœur;'=1+1;51234567800021;Carotte;Bio;64,5;kg;64,5;\
        1,16;74,82;37,41;0,00";
    assert_eq!(lines.next(), Some(first));
    assert!(lines.next().expect("a second line").ends_with(";1,25;kg;1,25;1,16;1,45;0,00;0,63"));
    assert_eq!(lines.next(), None);
}

#[test]
fn a_workbook_has_texts_numbers_and_their_sums() {
    let bytes = xlsx(&report()).expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("our own file");
    let formulas = book.worksheet_formula("Aide alimentaire").expect("a sheet");
    assert!(formulas.is_empty(), "{formulas:?}");
    let sheet = book.worksheet_range("Aide alimentaire").expect("a sheet");
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned();
    assert_eq!(cell(3, 3), Some(Data::String("=1+1".into())));
    assert_eq!(cell(3, 4), Some(Data::String("51234567800021".into())));
    for (row, column, expected) in
        [(3, 9, 64.5), (3, 12, 37.41), (4, 13, 0.63), (5, 9, 65.75), (5, 11, 76.27), (5, 13, 0.63)]
    {
        assert_eq!(cell(row, column), Some(Data::Float(expected)), "{row} {column}");
    }
}
