//! The weekly price list as files: typed cells, and our own reader finds every price again.

use calamine::{Data, Reader, Xlsx};
use trade::calendar::Day;
use trade::unit::{Price, Qty, Rate};
use wire::list::{About, ListFile, ListPreview, WhyLeftOut};
use wire::mercuriale::{Available, Family, PriceList, PriceRow, csv, xlsx};

fn row(code: &str, product: &str, unit: &str, price: i64, available: [Available; 2]) -> PriceRow {
    PriceRow {
        code: code.into(),
        product: product.into(),
        variety: "Nantaise, cat. I".into(),
        labels: "Bio".into(),
        origin: "Ferme du Lez (Mauguio)".into(),
        pack: "cagette de 10 kg".into(),
        unit: unit.into(),
        price: Price::new(price),
        vat: Rate::new(550),
        available: available.to_vec(),
        ..PriceRow::default()
    }
}

fn week(sheet: &str) -> PriceList {
    let some = |quantity| Available::Quantity(Qty::new(quantity));
    PriceList {
        sheet: sheet.into(),
        title: "Mercuriale de la semaine 48".into(),
        remarks: vec!["Prix HT pour le lycée Jean Monnet".into()],
        days: vec!["mardi 24/11".into(), "jeudi 26/11".into()],
        families: vec![
            Family {
                name: "Légumes".into(),
                rows: vec![
                    row("carotte", "Carotte", "kg", 12_500, [some(250_500), Available::No]),
                    row("batavia", "=Batavia", "pièce", 9_505, [Available::Yes, some(12_000)]),
                ],
            },
            Family {
                name: "Fruits".into(),
                rows: vec![row("pomme", "Pomme", "kg", 20_000, [Available::No, Available::Yes])],
            },
        ],
    }
}

fn read(bytes: &[u8]) -> ListPreview {
    let today = Day::from_ymd(2026, 11, 23).expect("a Monday");
    ListFile { name: "mercuriale", bytes, today }.read().expect("read")
}

fn prices(preview: &ListPreview) -> Vec<(String, String, Option<i64>)> {
    let one = |row: &wire::list::ReadRow| {
        (row.code.clone(), row.product.clone(), row.price.map(Price::get))
    };
    preview.rows.iter().map(one).collect()
}

fn expected() -> Vec<(String, String, Option<i64>)> {
    let one = |code: &str, name: &str, price| (code.to_string(), name.to_string(), Some(price));
    let rows = [("carotte", "Carotte", 12_500), ("batavia", "=Batavia", 9_505)];
    let rows = rows.into_iter().chain([("pomme", "Pomme", 20_000)]);
    rows.map(|(code, name, price)| one(code, name, price)).collect()
}

#[test]
fn the_workbook_has_typed_cells_and_one_sheet_for_each_week() {
    let bytes = xlsx(&[week("S48 2026"), week("S49 2026 [essai]")]).expect("written");
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    assert_eq!(book.sheet_names(), ["S48 2026", "S49 2026 -essai-"]);
    assert_eq!(book.worksheet_formula("S48 2026").expect("a sheet").used_cells().count(), 0);
    let range = book.worksheet_range("S48 2026").expect("a sheet");
    let cell = |row, column| range.get((row, column)).cloned().unwrap_or_default();
    let text = |text: &str| Data::String(text.into());
    assert_eq!(cell(0, 0), text("Mercuriale de la semaine 48"));
    assert_eq!([cell(3, 1), cell(3, 8)], [text("Produit"), text("Prix HT")]);
    assert_eq!(cell(3, 10), text("Disponible mardi 24/11"));
    assert_eq!([cell(4, 0), cell(5, 1)], [text("Légumes"), text("Carotte")]);
    assert_eq!([cell(5, 8), cell(5, 9)], [Data::Float(1.25), Data::Float(0.055)]);
    assert_eq!([cell(5, 10), cell(5, 11)], [Data::Float(250.5), text("non")]);
    assert_eq!([cell(6, 1), cell(6, 8)], [text("=Batavia"), Data::Float(0.9505)]);
}

#[test]
fn our_reader_finds_every_price_of_the_workbook() {
    let preview = read(&xlsx(&[week("S48 2026")]).expect("written"));
    assert_eq!(prices(&preview), expected());
    assert!(preview.is_sound());
    assert_eq!(preview.doubts().map(|guess| guess.about).collect::<Vec<About>>(), []);
    let families = preview.left_out.iter().filter(|one| one.why == WhyLeftOut::Words);
    let families: Vec<&str> = families.map(|one| one.shown.as_str()).collect();
    assert_eq!(families, ["Légumes", "Fruits"]);
}

#[test]
fn our_reader_finds_every_price_of_the_text_file() {
    let bytes = csv(&week("S48 2026"));
    let preview = read(&bytes);
    assert_eq!(prices(&preview), expected());
    assert_eq!(preview.doubts().map(|guess| guess.about).collect::<Vec<About>>(), []);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}Famille;Code;Produit;\"Variété, catégorie\";Calibre;"));
    let carotte = "Légumes;carotte;Carotte;\"Nantaise, cat. I\";;Bio;Ferme du Lez (Mauguio);\
                   cagette de 10 kg;kg;1,25;5,5 %;250,5;non";
    assert_eq!(lines[1], carotte);
    assert!(lines[2].contains(";'=Batavia;") && lines[2].contains(";0,9505;"));
}

#[test]
fn two_sheets_of_one_name_are_refused() {
    let refusal = xlsx(&[week("S48"), week("S48")]).expect_err("refused");
    assert_eq!(refusal, "feuille « S48 » : deux listes ont ce nom.");
    assert!(xlsx(&[week("'")]).is_ok() && xlsx(&[week(&"é".repeat(40))]).is_ok());
}
