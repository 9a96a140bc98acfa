//! A whole folder with every file, and changes to it.

use wire::pack::{Fault, Pack, read};

/// Name and text of each file.
pub const GOOD: [(&str, &str); 23] = [
    ("hub.csv", include_str!("good/hub.csv")),
    ("pricing_rules.csv", include_str!("good/pricing_rules.csv")),
    ("producers.csv", include_str!("good/producers.csv")),
    ("certificates.csv", include_str!("good/certificates.csv")),
    ("buyers.csv", include_str!("good/buyers.csv")),
    ("sites.csv", include_str!("good/sites.csv")),
    ("products.csv", include_str!("good/products.csv")),
    ("packs.csv", include_str!("good/packs.csv")),
    ("quotations.csv", include_str!("good/quotations.csv")),
    ("contracts.csv", include_str!("good/contracts.csv")),
    ("standing_orders.csv", include_str!("good/standing_orders.csv")),
    ("vehicles.csv", include_str!("good/vehicles.csv")),
    ("rhythms.csv", include_str!("good/rhythms.csv")),
    ("day_exceptions.csv", include_str!("good/day_exceptions.csv")),
    ("aid_profiles.csv", include_str!("good/aid_profiles.csv")),
    ("sourcing.csv", include_str!("good/sourcing.csv")),
    ("pledges.csv", include_str!("good/pledges.csv")),
    ("menus.csv", include_str!("good/menus.csv")),
    ("offers.csv", include_str!("good/offers.csv")),
    ("orders.csv", include_str!("good/orders.csv")),
    ("dock_events.csv", include_str!("good/dock_events.csv")),
    ("round_events.csv", include_str!("good/round_events.csv")),
    ("leftovers.csv", include_str!("good/leftovers.csv")),
];

pub type Files = Vec<(String, Vec<u8>)>;

/// The good folder as bytes.
pub fn files() -> Files {
    GOOD.iter().map(|(name, text)| ((*name).to_string(), text.as_bytes().to_vec())).collect()
}

/// The good folder with each file's cells written anew.
pub fn rewritten(write: impl Fn(&str, Vec<Vec<String>>) -> Vec<u8>) -> Files {
    GOOD.iter().map(|(name, text)| ((*name).to_string(), write(name, cells(text)))).collect()
}

/// A file's cells, the heading first.
fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.expect("the good files are sound"));
    records.map(|record| record.iter().map(str::to_string).collect()).collect()
}

/// Cells as text, quoted where they must be.
pub fn joined(rows: &[Vec<String>], separator: char, line_end: &str) -> String {
    let quoted = |cell: &String| match cell.contains([separator, '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    let line = |row: &Vec<String>| {
        row.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string()) + line_end
    };
    rows.iter().map(line).collect()
}

pub fn pack_of(files: &Files) -> Pack {
    match read(files) {
        Ok(parsed) => parsed.pack,
        Err(faults) => panic!("{}", told(&faults)),
    }
}

pub fn told(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}
