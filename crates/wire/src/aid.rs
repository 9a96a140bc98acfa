//! What food aid had in a month, line by line: for its own books, and for the tax receipts that it
//! makes out to the donors.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use trade::calendar::Day;
use trade::unit::{Cents, Grams, Price, Qty};

use crate::safe;

/// A month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidReport {
    pub title: String,
    pub lines: Vec<AidLine>,
}

/// Goods that food aid had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidLine {
    pub day: Day,
    /// Gift of the hub or of a farm, or bought.
    pub kind: String,
    pub aid: String,
    pub farm: String,
    pub siret: String,
    pub product: String,
    pub labels: String,
    pub quantity: Qty,
    pub unit: String,
    pub weight: Grams,
    /// What the farm is paid for one unit.
    pub cost: Price,
    pub value: Cents,
    /// What of the value counts as a gift.
    pub gift_value: Cents,
    pub paid: Cents,
}

/// Title and width of each column.
pub const COLUMNS: [(&str, f64); 14] = [
    ("Date", 11.0),
    ("Nature", 20.0),
    ("Bénéficiaire", 30.0),
    ("Producteur", 30.0),
    ("SIRET du producteur", 17.0),
    ("Produit", 28.0),
    ("Labels", 14.0),
    ("Quantité", 10.0),
    ("Unité", 8.0),
    ("Poids kg", 10.0),
    ("Prix ferme HT", 12.0),
    ("Valeur HT", 11.0),
    ("Valeur retenue HT", 12.0),
    ("Payé HT", 11.0),
];

/// The texts of a line before its quantity.
fn texts(line: &AidLine) -> [String; 7] {
    let AidLine { day, kind, aid, farm, siret, product, labels, .. } = line;
    let day = day.to_string();
    [&day, kind, aid, farm, siret, product, labels].map(String::clone)
}

/// As French Excel opens it: UTF-8 with its mark, `;`, decimal comma.
pub fn csv(report: &AidReport) -> Vec<u8> {
    let titles = COLUMNS.map(|(title, _)| title.to_string()).to_vec();
    let row = |line: &AidLine| {
        let mut row = texts(line).to_vec();
        row.push(decimal(line.quantity.get(), 3, 0));
        row.push(line.unit.clone());
        row.push(decimal(line.weight.get(), 3, 0));
        row.push(decimal(line.cost.get(), 4, 2));
        row.extend([line.value, line.gift_value, line.paid].map(|sum| decimal(sum.get(), 2, 2)));
        row
    };
    let rows = std::iter::once(titles).chain(report.lines.iter().map(row));
    format!("\u{feff}{}", safe::csv(';', rows)).into_bytes()
}

/// A workbook of one sheet, with the sums under it. Errors: French.
pub fn xlsx(report: &AidReport) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    write(book.add_worksheet(), report).map_err(|why| format!("feuille : {why}"))?;
    book.save_to_buffer().map_err(|why| format!("classeur : {why}"))
}

fn write(sheet: &mut Worksheet, report: &AidReport) -> Result<(), XlsxError> {
    let bold = || Format::new().set_bold();
    let plain = || Format::new().set_border_bottom(FormatBorder::Hair);
    let heading = bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border_bottom(FormatBorder::Thin);
    let (text, number) = (plain(), plain().set_num_format("0.###"));
    let (price, money) = (plain().set_num_format("0.00##"), plain().set_num_format("0.00"));
    sheet.set_name("Aide alimentaire")?;
    safe::text(sheet, 0, 0, &report.title, &bold().set_font_size(14))?;
    for (column, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        safe::text(sheet, 2, column, title, &heading)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(2, 2)?;
    let mut row = 3;
    for line in &report.lines {
        for (column, value) in (0..).zip(texts(line)) {
            safe::text(sheet, row, column, &value, &text)?;
        }
        sheet.write_number_with_format(row, 7, line.quantity.get() as f64 / 1e3, &number)?;
        safe::text(sheet, row, 8, &line.unit, &text)?;
        sheet.write_number_with_format(row, 9, line.weight.get() as f64 / 1e3, &number)?;
        sheet.write_number_with_format(row, 10, line.cost.get() as f64 / 1e4, &price)?;
        for (column, sum) in (11..).zip([line.value, line.gift_value, line.paid]) {
            sheet.write_number_with_format(row, column, sum.get() as f64 / 1e2, &money)?;
        }
        row += 1;
    }
    let total = |of: fn(&AidLine) -> i64| report.lines.iter().map(of).sum::<i64>() as f64;
    let sum_text = bold().set_border_top(FormatBorder::Thin);
    safe::text(sheet, row, 0, "Total", &sum_text)?;
    let (kilos, euros) =
        (sum_text.clone().set_num_format("0.###"), sum_text.clone().set_num_format("0.00"));
    sheet.write_number_with_format(row, 9, total(|line| line.weight.get()) / 1e3, &kilos)?;
    sheet.write_number_with_format(row, 11, total(|line| line.value.get()) / 1e2, &euros)?;
    sheet.write_number_with_format(row, 12, total(|line| line.gift_value.get()) / 1e2, &euros)?;
    sheet.write_number_with_format(row, 13, total(|line| line.paid.get()) / 1e2, &euros)?;
    Ok(())
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
