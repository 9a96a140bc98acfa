//! Statement texts that are made at run time, once per shape, and kept for the program's life.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::{LazyLock, PoisonError, RwLock};

/// Values one statement may carry: SQLite's limit, the lower of the two (PostgreSQL: 65 535).
pub const MAX_VALUES: usize = 32_766;

static TEXTS: LazyLock<RwLock<HashSet<&'static str>>> = LazyLock::new(RwLock::default);
static SHAPES: LazyLock<RwLock<HashMap<Shape, &'static str>>> = LazyLock::new(RwLock::default);

/// Head, tail, columns, rows.
type Shape = (&'static str, &'static str, usize, usize);

/// The one copy of this text that lives as long as the program.
///
/// Every new text stays in memory for good (and in each connection's statement cache), so a text
/// may vary in its shape but never contain a value.
pub fn interned(text: String) -> &'static str {
    if let Some(known) = TEXTS.read().unwrap_or_else(PoisonError::into_inner).get(text.as_str()) {
        return known;
    }
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text.as_str()) {
        return known;
    }
    let kept: &'static str = Box::leak(text.into_boxed_str());
    texts.insert(kept);
    kept
}

/// `head ($1, $2), ($3, $4) tail`: a multi-row INSERT of `rows` times `columns` values, made at
/// the first use of each shape.
///
/// `sql::rows("INSERT INTO t (a, b) VALUES", 2, n, "ON CONFLICT (a) DO NOTHING")`
///
/// Panics if there are no values or more than [`MAX_VALUES`]: the caller cuts long lists.
pub fn rows(head: &'static str, columns: usize, rows: usize, tail: &'static str) -> &'static str {
    let shape = (head, tail, columns, rows);
    if let Some(known) = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&shape) {
        return known;
    }
    let values = columns * rows;
    assert!((1..=MAX_VALUES).contains(&values), "{rows} rows of {columns} values in: {head}");
    let mut text = head.to_owned();
    for value in 0..values {
        let before = match (value, value % columns) {
            (0, _) => " (",
            (_, 0) => "), (",
            _ => ", ",
        };
        // Writing into a String cannot fail.
        let _ = write!(text, "{before}${}", value + 1);
    }
    text.push_str(") ");
    text.push_str(tail);
    let kept = interned(text);
    SHAPES.write().unwrap_or_else(PoisonError::into_inner).insert(shape, kept);
    kept
}
