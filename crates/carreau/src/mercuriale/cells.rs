//! Cells of the draft as the grid sends and asks for them, in JSON.
//!
//! Nothing is lost unseen: each change says what its writer saw, and a key makes sending it twice
//! the same as once.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Object, json};
use trade::Week;
use trade::calendar::Day;
use trade::catalog::Labels;
use trade::id::ProductId;
use trade::mercuriale::draft;
use trade::mercuriale::sheet::{CellChange, CellId, Column, RowId, Value};
use trade::offers::Stamp;

use super::acts::{self, Request};
use super::forms::read_key;
use super::grid::{Before, Row, Rows, cell_name, typed};
use super::pages::before;
use crate::clock;
use crate::denied;
use crate::failure::{CellRefusal, Failure};
use crate::ui::fr;
use crate::web::{Visit, status_of};

/// Most cells of one save: a whole list, several times over.
const CHANGES_MAX: usize = 5_000;

/// What the grid sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    key: String,
    changes: Vec<ChangeBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeBody {
    cell: String,
    seen: String,
    value: String,
}

/// A cell in which somebody else wrote meanwhile.
#[derive(Debug, Serialize)]
pub struct Conflict {
    pub cell: String,
    pub sent: String,
    pub stored: String,
    pub by: String,
    pub at: String,
}

/// `POST …/mercuriale/cells`: all cells or none; those that somebody else changed meanwhile are
/// answered with both values and stay as they are. 422 names each cell that cannot be read or is
/// refused by the rules.
pub async fn save(visit: Visit, body: Bytes) -> Response {
    match save_body(&visit, &body).await {
        Ok(answer) => ([(CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(failure) => refused(&failure),
    }
}

async fn save_body(visit: &Visit, body: &[u8]) -> Result<String, Failure> {
    let body: Body = serde_json::from_slice(body).map_err(|fault| {
        let (line, column) = (fault.line(), fault.column());
        Failure::Input(format!(
            "L'envoi ne se lit plus à la ligne {line}, colonne {column}. Rechargez la page."
        ))
    })?;
    if !(8..=80).contains(&body.key.len()) || body.changes.len() > CHANGES_MAX {
        let said = format!("Une clé de 8 à 80 signes, et {CHANGES_MAX} cellules au plus.");
        return Err(Failure::Input(said));
    }
    let before = before(visit).await?;
    let request = Request {
        key: format!("cells-{}-{}", visit.place.week, body.key),
        asked: asked(&body),
        changes: read(&body.changes)?,
    };
    acts::save_cells(visit.app(), visit.place, &request, &before, &visit.stamp()).await
}

/// What a key stands for, as one text.
fn asked(body: &Body) -> String {
    let lines = body.changes.iter();
    lines.map(|one| format!("{}\t{}\t{}\n", one.cell, one.seen, one.value)).collect()
}

/// The changes; every cell that cannot be read is named.
fn read(changes: &[ChangeBody]) -> Result<Vec<CellChange>, Failure> {
    let mut read = Vec::with_capacity(changes.len());
    let mut refused = Vec::new();
    let mut known = BTreeSet::new();
    for change in changes {
        let one = read_cell(&change.cell).and_then(|cell| {
            if !known.insert(cell) {
                return Err("Cette cellule vient deux fois.".to_string());
            }
            let seen = read_value(cell.column, &change.seen)?;
            Ok(CellChange { cell, seen, value: read_value(cell.column, &change.value)? })
        });
        match one {
            Ok(change) => read.push(change),
            Err(reason) => refused.push(CellRefusal { cell: change.cell.clone(), reason }),
        }
    }
    if refused.is_empty() { Ok(read) } else { Err(Failure::Cells(refused)) }
}

fn read_cell(name: &str) -> Result<CellId, String> {
    let unknown = || format!("La cellule « {name} » est inconnue. Rechargez la page.");
    let (row, column) = name.rsplit_once('/').ok_or_else(unknown)?;
    let (product, labels, policy) = read_key(row).ok_or_else(unknown)?;
    let column = match column {
        "sale" => Column::Sale,
        "cost" => Column::Cost,
        day => Column::Offered(Day::parse(day).ok_or_else(unknown)?),
    };
    Ok(CellId { row: RowId { product, labels, policy }, column })
}

/// What is typed in a column: an emptied sale price follows the rule again, an emptied quantity
/// says that nothing comes.
pub fn read_value(column: Column, text: &str) -> Result<Value, String> {
    match (column, text.trim()) {
        (Column::Sale, "") => Ok(Value::ByRule),
        (Column::Offered(_), "") => Ok(Value::Quantity(trade::unit::Qty::ZERO)),
        (Column::Offered(_), text) => fr::parse_qty(text).map(Value::Quantity),
        (_, text) => match fr::parse_price(text)? {
            price if price <= trade::unit::Price::ZERO => {
                Err(format!("« {text} » : un prix est plus grand que zéro."))
            }
            price => Ok(Value::Price(price)),
        },
    }
}

/// A refusal as the grid shows it.
pub fn refused(failure: &Failure) -> Response {
    let (reasons, cells) = match failure {
        Failure::Denied(denials) => (denials.iter().map(denied::sentence).collect(), &[][..]),
        Failure::Cells(cells) => (vec![failure.to_string()], &cells[..]),
        failure => (vec![failure.to_string()], &[][..]),
    };
    let answer = json!({ "reasons": reasons, "refused": cells });
    (status_of(failure), Json(answer)).into_response()
}

/// How far the facts that cells are made of have come: price settings, then offers.
pub fn revision(week: &Week) -> String {
    format!("{}.{}", week.settings().len(), week.offers().len())
}

type Goods = BTreeSet<(ProductId, Labels)>;

/// The rows of some goods as they stand.
fn rows_of(week: &Week, before: &Before, goods: &Goods) -> Result<Vec<Row>, Failure> {
    let mut lines = match week.publication() {
        Some(publication) => publication.lines.clone(),
        None => draft(week)?,
    };
    lines.retain(|line| goods.contains(&(line.product, line.labels)));
    Rows::of(week, before)?.all(&lines)
}

fn names(goods: &Goods) -> Vec<String> {
    goods.iter().map(|(product, labels)| format!("{product}|{}|", labels.code())).collect()
}

/// What a save is answered with: when it was, the rows that it touched, the cells in conflict.
pub fn answer(
    week: &Week,
    before: &Before,
    changes: &[CellChange],
    conflicts: &[Conflict],
    stamp: &Stamp,
) -> Result<String, Failure> {
    let goods = changes.iter().map(|one| (one.cell.row.product, one.cell.row.labels)).collect();
    let rows = rows_of(week, before, &goods)?;
    let goods = names(&goods);
    let answer =
        json!({ "at": moment(stamp), "goods": goods, "rows": rows, "conflicts": conflicts });
    Ok(answer.to_string())
}

/// A cell that has changed by now, as its writer hears of it.
pub fn conflict(change: &CellChange, stored: Value, writer: Option<&Stamp>) -> Conflict {
    Conflict {
        cell: cell_name(change.cell),
        sent: typed(change.value),
        stored: typed(stored),
        by: writer.map(|stamp| stamp.by.clone()).unwrap_or_default(),
        at: writer.map(moment).unwrap_or_default(),
    }
}

fn moment(stamp: &Stamp) -> String {
    fr::time(clock::civil(stamp.at).1)
}

/// `GET …/mercuriale/cells?since=12.340`: what has changed since a revision, and who wrote it.
pub async fn changed(visit: Visit, query: Query<BTreeMap<String, String>>) -> Response {
    match look(&visit, query.get("since").map(String::as_str).unwrap_or_default()).await {
        Ok(answer) => Json(answer).into_response(),
        Err(failure) => refused(&failure),
    }
}

async fn look(visit: &Visit, since: &str) -> Result<Object, Failure> {
    let numbers = since.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    let (settings, offers): (usize, usize) = numbers.unwrap_or_default();
    let now = visit.see(|week| Ok((revision(week), week.publication().is_some()))).await?;
    if now.0 == since && !now.1 {
        return Ok(json!({ "rev": now.0, "goods": [], "rows": [], "written": [] }));
    }
    let before = before(visit).await?;
    visit
        .see(|week| {
            let mut goods = Goods::new();
            let mut written = Vec::new();
            for one in week.settings().iter().skip(settings) {
                let row = RowId { product: one.product, labels: one.labels, policy: one.policy };
                goods.insert((one.product, one.labels));
                let name = cell_name(CellId { row, column: Column::Sale });
                written.push(json!([name, one.stamp.by, moment(&one.stamp)]));
            }
            let offers = week.offers().iter().skip(offers);
            goods.extend(offers.map(|offer| (offer.product, offer.labels)));
            let published = week.publication().map(|one| moment(&one.stamp));
            Ok(json!({
                "rev": revision(week),
                "published": published,
                "goods": names(&goods),
                "rows": rows_of(week, &before, &goods)?,
                "written": written,
            }))
        })
        .await
}
