//! T-55: names, notes and lots that begin like a formula, in every table that the program gives
//! out: folders of data, tables of a canteen, workbooks. Looked at cell by cell, and by
//! LibreOffice.

use std::io::Read;

use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use calamine::{Data, Reader, Xlsx};
use carreau::access::HubScope;
use carreau::data::export::export;
use carreau::generate::Scale;
use carreau::play::{Until, play};
use wire::pack::Pack;

use crate::browser::{Browser, Page};
use crate::hub::{House, houses, pack};
use crate::office::{Table, recalculated};
use crate::pages::crawl;
use crate::roles::{Cast, routes};

/// What people, or an attacker, put in front of a text.
const SIGNS: [&str; 9] = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "=cmd|' /C calc'!"];

/// Marks a text, another sign each time.
fn spoilt(text: &mut String, at: usize) {
    *text = format!("{}A1{text}", SIGNS[at % SIGNS.len()]);
}

/// A pack in which every text that people type begins like a formula.
fn hostile() -> Pack {
    let mut pack = pack(Scale::Xs, 3, 1);
    for (at, one) in pack.producers.iter_mut().enumerate() {
        spoilt(&mut one.identity.name, at);
        spoilt(&mut one.identity.address, at + 1);
    }
    for (at, one) in pack.buyers.iter_mut().enumerate() {
        spoilt(&mut one.identity.name, at);
        spoilt(&mut one.commitment_number, at + 2);
    }
    for (at, one) in pack.sites.iter_mut().enumerate() {
        spoilt(&mut one.name, at);
    }
    for (at, one) in pack.products.iter_mut().enumerate() {
        spoilt(&mut one.name, at);
        spoilt(&mut one.variety, at + 3);
    }
    for (at, one) in pack.arrivals.iter_mut().enumerate() {
        spoilt(&mut one.batch, at);
    }
    for (at, one) in pack.handovers.iter_mut().enumerate() {
        spoilt(&mut one.reason, at);
    }
    for (at, one) in pack.leftovers.iter_mut().enumerate() {
        spoilt(&mut one.reason, at);
    }
    for (at, one) in pack.orders.iter_mut().enumerate() {
        spoilt(&mut one.commitment_number, at);
    }
    pack
}

/// How a spreadsheet judges a cell of a text file: our own words, apart from the code.
fn would_run(cell: &str) -> bool {
    let bare = cell.trim_start();
    bare.starts_with(['=', '@', '＝', '＋', '－', '＠'])
        || bare.strip_prefix(['+', '-']).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_ascii_digit()) || rest.contains(['+', '*', '/', '('])
        })
}

/// Cells of a text file that would run, whichever sign a program takes for the separator.
fn running(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_string();
    let mut found = Vec::new();
    for separator in [b';', b',', b'\t'] {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true).delimiter(separator);
        for record in reader.from_reader(text.as_bytes()).records() {
            let record = record.expect("a record");
            found.extend(record.iter().filter(|cell| would_run(cell)).map(str::to_string));
        }
    }
    found
}

/// Formulas in the sheets of a workbook.
fn formulas(bytes: &[u8]) -> usize {
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut count = 0;
    for at in 0..book.len() {
        let mut part = book.by_index(at).expect("a part");
        let mut text = String::new();
        if part.name().is_ok_and(|name| name.contains("worksheets/")) {
            part.read_to_string(&mut text).expect("XML");
        }
        count += text.matches("<f>").count() + text.matches("<f ").count();
    }
    count
}

fn is_table(page: &Page) -> bool {
    let kind = page.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/csv")) || page.bytes.starts_with(b"PK")
}

/// What would run in a table.
fn faults(page: &Page) -> Vec<String> {
    match page.bytes.starts_with(b"PK") {
        true => vec!["a formula".to_string(); formulas(&page.bytes)],
        false => running(&page.bytes),
    }
}

/// The folder of data: no cell runs, and what is read back is what was taken in.
#[tokio::test(flavor = "multi_thread")]
async fn no_cell_of_a_folder_runs_and_it_is_read_back() {
    for house in houses(&hostile()).await {
        let name = house.database.name;
        let given = export(&house.app, HubScope::of_program(house.hub)).await.expect("an export");
        let files = wire::pack::write(&given);
        let mut cells = 0;
        for (file, bytes) in &files {
            assert_eq!(running(bytes), Vec::<String>::new(), "{name} {file}");
            cells += bytes.iter().filter(|byte| **byte == b',').count();
        }
        assert!(cells > 1_000, "{name}: {cells}");
        let read = wire::pack::read(&files).expect("our own folder");
        assert_eq!(read.pack, given, "{name}");
        // The broken variant: the same texts, written as they are.
        let bare: Vec<String> =
            given.producers.iter().map(|one| format!("{};\n", one.identity.name)).collect();
        assert!(running(bare.concat().as_bytes()).len() >= given.producers.len(), "{name}");
    }
}

/// Every table that a page gives out, to every kind of person.
#[tokio::test(flavor = "multi_thread")]
async fn no_table_of_a_page_holds_a_formula() {
    let mut tables = Vec::new();
    for house in houses(&hostile()).await {
        tables.extend(no_table_holds_a_formula(&house).await);
    }
    nothing_is_calculated(tables);
}

/// The sheets of a workbook, cell by cell: numbers as such, other things as their text.
fn cells(bytes: &[u8]) -> Vec<String> {
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheets = book.worksheets();
    let all = sheets.iter().flat_map(|(_, range)| range.used_cells());
    let told = all.map(|(row, column, data)| match data {
        Data::Float(number) => format!("{row} {column} = {number:.6}"),
        Data::Int(number) => format!("{row} {column} = {number}.000000"),
        other => format!("{row} {column} {other}"),
    });
    told.collect()
}

/// LibreOffice opens every table, finds nothing to calculate, and keeps each number a number. The
/// broken variant: a table without the guard, of which it makes a formula.
fn nothing_is_calculated(mut tables: Vec<Table>) {
    let (bare, sum) = ("bare.csv".to_string(), "sum.xlsx".to_string());
    tables.push((bare, b"nom;lot\n=1+1;=2+5\n".to_vec()));
    tables.push((sum, with_formula()));
    let Some(opened) = recalculated(&tables) else { return };
    let pairs: Vec<_> = tables.iter().zip(&opened).collect();
    let (broken, own) =
        pairs.split_last_chunk::<2>().map(|(own, broken)| (broken, own)).expect("two");
    for ((name, bytes), opened) in own {
        assert_eq!(formulas(opened), 0, "{name}");
        if name.ends_with(".xlsx") {
            assert_eq!(cells(opened), cells(bytes), "{name}");
        }
    }
    for ((name, _), opened) in broken {
        assert!(formulas(opened) > 0, "{name}: LibreOffice calculates nothing at all");
    }
}

/// A workbook with a formula in it.
fn with_formula() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_formula(0, 0, "=1+1").expect("a formula");
    book.save_to_buffer().expect("a workbook")
}

/// What a page gives out, as a file; the papers in a ZIP are no table.
fn file(address: &str, page: &Page) -> Option<Table> {
    let path = address.split('?').next().unwrap_or_default().replace('/', "-");
    let is_book = || {
        let book = zip::ZipArchive::new(std::io::Cursor::new(&page.bytes));
        book.is_ok_and(|book| book.index_for_name("xl/workbook.xml").is_some())
    };
    match page.bytes.starts_with(b"PK") {
        true => is_book().then(|| (format!("{path}.xlsx"), page.bytes.to_vec())),
        false => Some((format!("{path}.csv"), page.bytes.to_vec())),
    }
}

async fn no_table_holds_a_formula(house: &House) -> Vec<Table> {
    let name = house.database.name;
    play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
    let cast = Cast::of(house, 0).await;
    let mut tables = Vec::new();
    for role in [
        "coordinator".to_string(),
        "accountant".into(),
        format!("buyer.{}", cast.own_buyer),
        format!("producer.{}", cast.own_farm),
    ] {
        let mut browser = Browser::new(house, &role).await;
        let mut pages: Vec<(String, Page)> = crawl(&mut browser, false).await.into_iter().collect();
        for (_, route) in routes().into_iter().filter(|(method, _)| *method == Method::GET) {
            let address = cast.address(&route);
            // The table of a canteen asks for its year.
            for query in ["", "?year=2026"] {
                let address = format!("{address}{query}");
                let page = browser.get_once(&address).await;
                pages.push((address, page));
            }
        }
        for way in ["mercuriale", "price-list"] {
            let address = format!("/weeks/{}/{way}/export/xlsx", house.weeks[0]);
            let page = browser.get_once(&address).await;
            pages.push((address, page));
        }
        for (address, page) in pages.iter().filter(|(_, page)| is_table(page)) {
            assert_eq!(faults(page), Vec::<String>::new(), "{name} {role} {address}");
            tables.extend(file(address, page));
        }
    }
    let books = tables.iter().filter(|(name, _)| name.ends_with(".xlsx")).count();
    assert!(books > 0 && tables.len() > books, "{name}: {books} workbooks of {}", tables.len());
    tables
}
