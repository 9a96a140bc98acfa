//! A price list pasted from a spreadsheet or a mail: which of its lines is which row, and what
//! could not be read. Nothing is written here.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trade::Week;
use trade::catalog::{Label, Labels, alphabetical};
use trade::mercuriale::sheet::{CellId, Column, RowId, Sheet};
use trade::mercuriale::{LinePolicy, MercurialeLine, draft};
use trade::unit::Price;

use super::cells::refused;
use super::grid::{cell_name, typed};
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::Visit;

/// Most lines that are read at once.
const LINES_MAX: usize = 3_000;

/// A line of the text that is a sale price of a row.
#[derive(Debug, Serialize)]
pub struct Matched {
    line: usize,
    cell: String,
    name: String,
    value: String,
    stored: String,
}

/// A line of the text that could not be read.
#[derive(Debug, Serialize)]
pub struct Unread {
    line: usize,
    text: String,
    reason: String,
}

/// What a text says, line by line.
#[derive(Debug, Default, Serialize)]
pub struct Reading {
    matched: Vec<Matched>,
    unread: Vec<Unread>,
}

/// `POST …/mercuriale/reading`: a text of lines with cells divided by tabs or semicolons.
pub async fn read(visit: Visit, text: String) -> Response {
    let read = visit.see(|week| reading(week, &text)).await;
    match read {
        Ok(reading) => Json(reading).into_response(),
        Err(failure) => refused(&failure),
    }
}

/// A row of the draft with the words by which a text may name it.
struct Named<'week> {
    line: &'week MercurialeLine,
    name: String,
    shown: String,
    farm: Option<String>,
}

fn reading(week: &Week, text: &str) -> Result<Reading, Failure> {
    if text.lines().count() > LINES_MAX {
        let said = format!("Le texte a plus de {LINES_MAX} lignes : collez-le en plusieurs fois.");
        return Err(Failure::Input(said));
    }
    let lines = draft(week)?;
    let sheet = Sheet::of(week)?;
    let rows = named(week, &lines)?;
    let mut reading = Reading::default();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut price_at = None;
    for (at, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let cells = split(text);
        if at == 0 && !cells.iter().any(|cell| is_number(cell)) {
            price_at = price_column(&cells);
            continue;
        }
        let line = at + 1;
        let read = find(&rows, &cells).and_then(|row| {
            let price = price(&cells, price_at)?;
            if price < row.line.cost {
                let cost = fr::price(row.line.cost);
                return Err(format!("{} est sous le coût de {cost}.", fr::price(price)));
            }
            let cell = CellId { row: RowId::of(row.line), column: Column::Sale };
            let stored = sheet.value(cell).map(typed).unwrap_or_default();
            let (cell, name) = (cell_name(cell), row.shown.clone());
            if let Some(first) = known.insert(cell.clone(), line) {
                known.insert(cell, first);
                return Err(format!("{name} a déjà un prix à la ligne {first}."));
            }
            let value = typed(trade::mercuriale::sheet::Value::Price(price));
            Ok(Matched { line, cell, name, value, stored })
        });
        match read {
            Ok(matched) => reading.matched.push(matched),
            Err(reason) => {
                reading.unread.push(Unread { line, text: text.trim().to_string(), reason })
            }
        }
    }
    Ok(reading)
}

fn named<'week>(week: &Week, lines: &'week [MercurialeLine]) -> Result<Vec<Named<'week>>, Failure> {
    let register = week.register();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let product = register.product(line.product)?;
        let farm = match line.policy {
            LinePolicy::Pooled => None,
            LinePolicy::Named(farm) => Some(register.producer(farm)?.identity.name.as_str()),
        };
        let labels = fr::labels(line.labels);
        let words = [product.name.as_str(), &labels, farm.unwrap_or_default()];
        let shown: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        rows.push(Named {
            line,
            name: plain(&product.name),
            shown: shown.join(" "),
            farm: farm.map(plain),
        });
    }
    Ok(rows)
}

/// Words without accents, signs and plurals, with one space before, between and behind them.
fn plain(text: &str) -> String {
    let folded = alphabetical(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    let singular = |word: &'_ str| -> usize {
        if word.len() > 3 { word.trim_end_matches(['s', 'x']).len() } else { word.len() }
    };
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty()).map(|word| &word[..singular(word)]).collect();
    format!(" {} ", words.join(" "))
}

/// Cells divided by tabs or semicolons; without them, the last word is the price.
fn split(text: &str) -> Vec<&str> {
    let divider = ['\t', ';'].into_iter().find(|&sign| text.contains(sign));
    match divider {
        Some(sign) => text.split(sign).map(str::trim).collect(),
        None => {
            let bare = text.trim().trim_end_matches('€').trim_end();
            let cut = bare.rsplit_once(char::is_whitespace);
            cut.map_or(vec![bare], |(name, price)| vec![name.trim(), price])
        }
    }
}

fn is_number(cell: &str) -> bool {
    cell.contains(|letter: char| letter.is_ascii_digit()) && fr::parse_price(cell).is_ok()
}

/// Under which head the sale price stands: "Vente HT", else the last that speaks of a price.
fn price_column(heads: &[&str]) -> Option<usize> {
    let says = |word: &str| heads.iter().rposition(|head| plain(head).contains(&plain(word)));
    ["vente", "prix", "tarif", "pu"].into_iter().find_map(says)
}

fn price(cells: &[&str], at: Option<usize>) -> Result<Price, String> {
    let last = cells.iter().rposition(|cell| is_number(cell));
    let told = cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
    let cell = cells.get(at.or(last).unwrap_or(told)).copied().unwrap_or_default();
    fr::parse_price(cell)
}

/// The row that the words of a line name.
fn find<'a>(rows: &'a [Named<'a>], cells: &[&str]) -> Result<&'a Named<'a>, String> {
    let words = cells.iter().filter(|cell| !is_number(cell)).copied();
    let text = plain(&words.collect::<Vec<_>>().join(" "));
    let called: Vec<&Named> = rows.iter().filter(|row| text.contains(&row.name)).collect();
    // "Pomme de terre Agata" is not "Pomme".
    let longest = called.iter().map(|row| row.name.len()).max();
    let longest = longest.ok_or("Aucun produit de la mercuriale ne porte ce nom.")?;
    let mut left: Vec<&Named> =
        called.into_iter().filter(|row| row.name.len() == longest).collect();
    let is_organic = ["bio", "ab", "biologique"].iter().any(|word| text.contains(&plain(word)));
    left.retain(|row| row.line.labels.has(Label::Organic) == is_organic);
    if left.is_empty() {
        let how = if is_organic { "en bio" } else { "sans label bio" };
        return Err(format!("Ce produit n'est pas offert {how} cette semaine."));
    }
    let is_said = |row: &&Named| row.farm.as_ref().is_some_and(|farm| text.contains(farm));
    match left.iter().any(is_said) {
        true => left.retain(is_said),
        false => narrow(&mut left, |row| row.line.policy == LinePolicy::Pooled),
    }
    let labels = |row: &Named| {
        let labels = fr::labels(row.line.labels);
        labels.split([',', ' ', '·']).all(|word| text.contains(&plain(word)) || word.is_empty())
    };
    if left.len() > 1 && left.iter().any(|row| row.line.labels != Labels::NONE && labels(row)) {
        left.retain(|row| row.line.labels != Labels::NONE && labels(row));
    } else {
        narrow(&mut left, |row| row.line.labels == Labels::NONE);
    }
    match left[..] {
        [row] => Ok(row),
        _ => {
            let names: Vec<&str> = left.iter().map(|row| row.shown.as_str()).collect();
            Err(format!("Plusieurs lignes possibles : {}. Dites laquelle.", names.join(" ; ")))
        }
    }
}

/// Keeps what fits, when something does.
fn narrow(rows: &mut Vec<&Named>, fits: impl Fn(&Named) -> bool) {
    if rows.iter().any(|row| fits(row)) {
        rows.retain(|row| fits(row));
    }
}
