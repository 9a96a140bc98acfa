//! How a letter looks: plain text of fixed columns that prints well, and the same in HTML.

use askama::Template;

use crate::ui::fr;

/// The widest line of a plain letter, in letters.
pub const WIDTH: usize = 72;

/// What a letter says, before it has a look.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub subject: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
pub enum Block {
    Say(String),
    Head(String),
    Table(Table),
    /// What one finds there, and the address.
    Link(String, String),
    /// Lines that stay lines: an address, a signature.
    Lines(Vec<String>),
}

#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// A column with its width in plain text, in letters. Two spaces stand between columns.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub width: usize,
    pub is_number: bool,
}

impl Column {
    pub const fn text(name: &'static str, width: usize) -> Column {
        Column { name, width, is_number: false }
    }

    pub const fn number(name: &'static str, width: usize) -> Column {
        Column { name, width, is_number: true }
    }
}

#[derive(Clone, Debug)]
pub enum Row {
    Cells(Vec<String>),
    /// The name of the rows that follow.
    Group(String),
    Total(Vec<String>),
}

impl Sheet {
    pub fn new(subject: impl Into<String>) -> Sheet {
        Sheet { subject: subject.into(), blocks: Vec::new() }
    }

    pub fn say(mut self, text: impl Into<String>) -> Sheet {
        self.blocks.push(Block::Say(fr::typeset(&text.into())));
        self
    }

    pub fn head(mut self, text: impl Into<String>) -> Sheet {
        self.blocks.push(Block::Head(text.into()));
        self
    }

    pub fn table(mut self, columns: &[Column], rows: Vec<Row>) -> Sheet {
        self.blocks.push(Block::Table(Table { columns: columns.to_vec(), rows }));
        self
    }

    /// Without an address there is no link to show.
    pub fn link(mut self, said: &str, href: String) -> Sheet {
        if !href.is_empty() {
            self.blocks.push(Block::Link(said.into(), href));
        }
        self
    }

    pub fn lines(mut self, lines: Vec<String>) -> Sheet {
        self.blocks.push(Block::Lines(lines));
        self
    }

    /// The letter as plain text. Ends with a line end.
    pub fn plain(&self) -> String {
        let blocks: Vec<String> = self.blocks.iter().map(plain_block).collect();
        // Fixed spaces have done their work: the lines are cut.
        blocks.join("\n").replace(['\u{a0}', '\u{202f}'], " ")
    }

    /// The letter as a page of HTML, styles within: a mail program fetches nothing.
    pub fn html(&self) -> Result<String, askama::Error> {
        Page { sheet: self }.render()
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Page<'sheet> {
    sheet: &'sheet Sheet,
}

fn plain_block(block: &Block) -> String {
    match block {
        Block::Say(text) => lines(&wrapped(text, WIDTH)),
        Block::Head(text) => {
            let rule = "-".repeat(text.chars().count().min(WIDTH));
            format!("{}{rule}\n", lines(&wrapped(text, WIDTH)))
        }
        Block::Table(table) => plain_table(table),
        // An address is never cut, however long.
        Block::Link(said, href) => format!("{said} :\n{href}\n"),
        Block::Lines(all) => {
            let cut: Vec<String> = all.iter().flat_map(|line| wrapped(line, WIDTH)).collect();
            lines(&cut)
        }
    }
}

fn lines(all: &[String]) -> String {
    all.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn plain_table(table: &Table) -> String {
    let columns = &table.columns;
    let names: Vec<String> = columns.iter().map(|column| column.name.to_string()).collect();
    let across = columns.iter().map(|column| column.width + 2).sum::<usize>().saturating_sub(2);
    let rule = format!("{}\n", "-".repeat(across));
    let mut text = plain_cells(columns, &names) + &rule;
    for row in &table.rows {
        match row {
            Row::Cells(cells) => text += &plain_cells(columns, cells),
            Row::Group(name) => {
                text += &format!("\n{}", lines(&wrapped(&name.to_uppercase(), across)))
            }
            Row::Total(cells) => text += &(rule.clone() + &plain_cells(columns, cells)),
        }
    }
    text
}

/// One row; a cell that is too long goes on below.
fn plain_cells(columns: &[Column], cells: &[String]) -> String {
    let cut: Vec<Vec<String>> =
        columns.iter().zip(cells).map(|(column, cell)| wrapped(cell, column.width)).collect();
    let height = cut.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| {
        let parts = columns.iter().zip(&cut).map(|(column, cell)| {
            let part = cell.get(at).map(String::as_str).unwrap_or_default();
            let width = column.width;
            if column.is_number { format!("{part:>width$}") } else { format!("{part:<width$}") }
        });
        parts.collect::<Vec<_>>().join("  ")
    };
    lines(&(0..height).map(line).collect::<Vec<_>>())
}

/// Cuts at spaces, and a word that is too long anywhere. Fixed spaces hold.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        for part in pieces(word, width) {
            let line = all.last_mut().expect("never empty");
            let used = line.chars().count();
            if used > 0 && used + 1 + part.chars().count() > width {
                all.push(part);
            } else {
                if used > 0 {
                    line.push(' ');
                }
                line.push_str(&part);
            }
        }
    }
    all
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let columns = [Column::text("Produit", 10), Column::number("Prix", 6)];
        let rows = vec![
            Row::Group("Légumes".into()),
            Row::Cells(vec!["Épinard à grandes feuilles".into(), "2,35\u{a0}€".into()]),
            Row::Cells(vec!["Anticonstitutionnellement".into(), "1,00\u{a0}€".into()]),
            Row::Total(vec!["Total".into(), "3,35\u{a0}€".into()]),
        ];
        let text = Sheet::new("").table(&columns, rows).plain();
        assert_eq!(
            text,
            "\
Produit       Prix
------------------

LÉGUMES
Épinard à   2,35 €
grandes
feuilles
Anticonsti  1,00 €
tutionnell
ement
------------------
Total       3,35 €
"
        );
    }

    #[test]
    fn html_says_nothing_that_was_not_meant() {
        let sheet = Sheet::new("<b>").say("1 < 2 & <script>").link("Ici", "https://a/?b&c".into());
        let html = sheet.html().expect("a page");
        assert!(html.contains("1 &#60; 2 &#38; &#60;script&#62;"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}
