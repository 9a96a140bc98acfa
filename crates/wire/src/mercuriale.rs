//! The weekly price list as a workbook and as a text file.
//!
//! Plain values come in and bytes go out: which products, which prices and for whom was decided
//! before. The workbook is read back by [`crate::list`]: a buyer may send it as an order.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use trade::unit::{Price, Qty, Rate};

use crate::safe;

/// The price list of one week: for all buyers, or for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    /// Names the sheet: `S48 2026`.
    pub sheet: String,
    /// `Mercuriale de la semaine 48 (23 au 29 novembre 2026)`.
    pub title: String,
    /// Below the title: for whom the prices are, until when orders are taken.
    pub remarks: Vec<String>,
    /// Delivery days as a person reads them: `mardi 24/11`.
    pub days: Vec<String>,
    pub families: Vec<Family>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Family {
    pub name: String,
    pub rows: Vec<PriceRow>,
}

/// One product as it is sold. Texts are French.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceRow {
    pub code: String,
    pub product: String,
    /// Variety and class: `Agata, cat. I`.
    pub variety: String,
    pub size_grade: String,
    /// `Bio, HVE`.
    pub labels: String,
    /// Farm and commune: `Ferme du Lez (Mauguio)`.
    pub origin: String,
    /// `cagette de 10 kg`.
    pub pack: String,
    /// `kg`, `pièce`, `botte`, `litre`.
    pub unit: String,
    /// Without VAT, for one unit.
    pub price: Price,
    pub vat: Rate,
    /// One for each day of the list, in their order.
    pub available: Vec<Available>,
}

/// How much of a product there is on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Available {
    #[default]
    No,
    /// As much as is ordered, or nobody said.
    Yes,
    /// In the row's unit.
    Quantity(Qty),
}

/// Title and width of the columns before those of the days.
const COLUMNS: [(&str, f64); 10] = [
    ("Code", 14.0),
    ("Produit", 30.0),
    ("Variété, catégorie", 20.0),
    ("Calibre", 10.0),
    ("Labels", 14.0),
    ("Origine", 30.0),
    ("Conditionnement", 20.0),
    ("Unité", 8.0),
    ("Prix HT", 10.0),
    ("TVA", 7.0),
];
const DAY_WIDTH: f64 = 15.0;

fn texts(row: &PriceRow) -> [&str; 8] {
    let PriceRow { code, product, variety, size_grade, labels, origin, pack, unit, .. } = row;
    [code, product, variety, size_grade, labels, origin, pack, unit]
}

fn day_title(day: &str) -> String {
    format!("Disponible {day}")
}

/// A workbook with one sheet for each week. Errors: French; two lists have the same sheet name,
/// or one has more rows than a sheet.
pub fn xlsx(lists: &[PriceList]) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    let mut names: Vec<String> = Vec::new();
    for list in lists {
        let name = sheet_name(&list.sheet).to_lowercase();
        if names.contains(&name) {
            return Err(format!("feuille « {} » : deux listes ont ce nom.", list.sheet));
        }
        names.push(name);
        let sheet = book.add_worksheet();
        let written = write(sheet, list);
        written.map_err(|why| format!("feuille « {} » : {why}", list.sheet))?;
    }
    book.save_to_buffer().map_err(|why| format!("classeur : {why}"))
}

/// How the cells of a sheet look.
struct Looks {
    title: Format,
    heading: Format,
    family: Format,
    text: Format,
    price: Format,
    rate: Format,
    quantity: Format,
}

impl Looks {
    fn new() -> Looks {
        let framed = || Format::new().set_border_bottom(FormatBorder::Hair);
        let bold = || Format::new().set_bold();
        Looks {
            title: bold().set_font_size(14),
            heading: bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_bottom(FormatBorder::Thin),
            family: bold().set_background_color(Color::RGB(0xe8_ee_e4)),
            text: framed(),
            // Two decimals, four where a price has them.
            price: framed().set_num_format("0.00##\\ \"€\""),
            rate: framed().set_num_format("0.0##%"),
            quantity: framed().set_num_format("0.###"),
        }
    }
}

fn write(sheet: &mut Worksheet, list: &PriceList) -> Result<(), XlsxError> {
    let looks = Looks::new();
    sheet.set_name(sheet_name(&list.sheet))?;
    safe::text(sheet, 0, 0, &list.title, &looks.title)?;
    let mut row = 1;
    for remark in &list.remarks {
        safe::text(sheet, row, 0, remark, &Format::new())?;
        row += 1;
    }
    row += 1;
    let days = list.days.iter().map(|day| (day_title(day), DAY_WIDTH));
    let columns = COLUMNS.map(|(title, width)| (title.to_string(), width)).into_iter().chain(days);
    let mut last = 0;
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(column, width)?;
        safe::text(sheet, row, column, &title, &looks.heading)?;
        last = column;
    }
    sheet.set_freeze_panes(row + 1, 2)?;
    // On paper: as wide as the page, the titles on each.
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(row, row)?;
    for family in &list.families {
        row += 1;
        safe::text(sheet, row, 0, &family.name, &looks.family)?;
        for column in 1..=last {
            sheet.write_blank(row, column, &looks.family)?;
        }
        for one in &family.rows {
            row += 1;
            write_row(sheet, row, one, &looks)?;
        }
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    one: &PriceRow,
    looks: &Looks,
) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip(texts(one)) {
        safe::text(sheet, row, column, text, &looks.text)?;
    }
    sheet.write_number_with_format(row, 8, one.price.get() as f64 / 1e4, &looks.price)?;
    sheet.write_number_with_format(row, 9, one.vat.get() as f64 / 1e4, &looks.rate)?;
    for (column, available) in (10..).zip(&one.available) {
        match available {
            Available::No => safe::text(sheet, row, column, "non", &looks.text)?,
            Available::Yes => safe::text(sheet, row, column, "oui", &looks.text)?,
            Available::Quantity(quantity) => {
                let number = quantity.get() as f64 / 1e3;
                sheet.write_number_with_format(row, column, number, &looks.quantity)?;
            }
        }
    }
    Ok(())
}

/// Excel takes 31 letters, and none of `[ ] : * ? / \`, nor an apostrophe at an end.
fn sheet_name(said: &str) -> String {
    let fit = |c: char| match c {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '-',
        c if c.is_control() => ' ',
        c => c,
    };
    let name: String = said.chars().map(fit).take(31).collect();
    match name.trim_matches(|c: char| c == '\'' || c.is_whitespace()) {
        "" => "Mercuriale".into(),
        name => name.into(),
    }
}

/// The same rows as a text file as French Excel opens it: UTF-8 with its mark, `;`, decimal comma.
/// The family is a column.
pub fn csv(list: &PriceList) -> Vec<u8> {
    let days = list.days.iter().map(|day| day_title(day));
    let titles = COLUMNS.iter().map(|(title, _)| (*title).to_string()).chain(days);
    let titles: Vec<String> = std::iter::once("Famille".to_string()).chain(titles).collect();
    let mut rows = vec![titles];
    for family in &list.families {
        for one in &family.rows {
            let mut row = vec![family.name.clone()];
            row.extend(texts(one).map(str::to_string));
            row.push(decimal(one.price.get(), 4, 2));
            row.push(format!("{} %", decimal(one.vat.get(), 2, 0)));
            row.extend(one.available.iter().map(|available| match available {
                Available::No => "non".into(),
                Available::Yes => "oui".into(),
                Available::Quantity(quantity) => decimal(quantity.get(), 3, 0),
            }));
            rows.push(row);
        }
    }
    format!("\u{feff}{}", safe::csv(';', rows)).into_bytes()
}

/// `value / 10^decimals` with a comma and at least `least` decimals.
fn decimal(value: i64, decimals: u32, least: usize) -> String {
    let scale = 10_u64.pow(decimals);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let mut part = format!("{part:0width$}", width = decimals as usize);
    while part.len() > least && part.ends_with('0') {
        part.pop();
    }
    let comma = if part.is_empty() { "" } else { "," };
    format!("{sign}{whole}{comma}{part}")
}
