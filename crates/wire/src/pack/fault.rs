//! What is wrong in a folder: where, what stands there, why it cannot be, what to do.

use std::fmt;

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// From 1, the heading included; 0 for the file as a whole.
    pub line: u64,
    /// The column's name; empty for the line as a whole.
    pub column: String,
    /// What stands in the file, shortened.
    pub value: String,
    /// French, with what to do.
    pub reason: String,
}

/// Longest value that is shown whole.
const VALUE_MAX: usize = 60;

impl Fault {
    pub fn new(
        file: &str,
        line: u64,
        column: &str,
        value: &str,
        reason: impl Into<String>,
    ) -> Fault {
        let mut value: String =
            value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if value.chars().count() > VALUE_MAX {
            value = value.chars().take(VALUE_MAX - 1).chain(['…']).collect();
        }
        Fault { file: file.into(), line, column: column.into(), value, reason: reason.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ", ligne {}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ", colonne « {} »", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, ", valeur « {} »", self.value)?;
        }
        write!(f, " : {}", self.reason)
    }
}

/// The name among `known` that is most like `said`, when one is like it.
pub fn nearest<'known>(
    said: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> Option<&'known str> {
    let length = said.chars().count();
    let limit = (length / 3).clamp(1, 4);
    let scored = known.into_iter().map(|name| (distance(said, name), name));
    scored.filter(|(score, _)| *score <= limit && *score < length).min().map(|(_, name)| name)
}

/// Letters to change, add or take away to come from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let above = row[j + 1];
            let change = before + usize::from(letter != *other);
            row[j + 1] = change.min(above + 1).min(row[j] + 1);
            before = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_and_what() {
        let fault = Fault::new("orders.csv", 14, "quantity", "12,x", "ce n'est pas un nombre.");
        let said =
            "orders.csv, ligne 14, colonne « quantity », valeur « 12,x » : ce n'est pas un nombre.";
        assert_eq!(fault.to_string(), said);
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("carrote", ["tomate", "carotte"]), Some("carotte"));
        assert_eq!(nearest("xyz", ["tomate", "carotte"]), None);
    }
}
