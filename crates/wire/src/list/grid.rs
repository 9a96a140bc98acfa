//! Cells in rows, whichever file they come from.

use trade::calendar::Day;

use crate::safe::unguarded;

/// What a file holds in one place, before anybody knows what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    /// A number of a workbook: digits, perhaps a point and a sign. Nothing is left to guess.
    Number(String),
    /// A date of a workbook.
    Day(Day),
    /// An error of the spreadsheet, such as `#REF!`.
    Broken(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// As the spreadsheet shows it, from 1.
    pub number: u64,
    pub cells: Vec<Cell>,
}

/// One sheet of a workbook; a text file is a single sheet without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    /// Only lines that hold something.
    pub lines: Vec<Line>,
}

impl Cell {
    /// A text without the spaces around it, nor what exports put before a formula.
    pub fn of_text(text: &str) -> Cell {
        match unguarded(text.trim()) {
            "" => Cell::Empty,
            text => Cell::Text(text.to_string()),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Cell::Empty
    }

    /// As a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Broken(text) => text.clone(),
            Cell::Number(number) => number.replace('.', ","),
            Cell::Day(day) => {
                let (year, month, day) = day.ymd();
                format!("{day:02}/{month:02}/{year}")
            }
        }
    }
}

static NOTHING: Cell = Cell::Empty;

impl Line {
    pub fn put(&mut self, place: usize, cell: Cell) {
        if self.cells.len() <= place {
            self.cells.resize(place + 1, Cell::Empty);
        }
        self.cells[place] = cell;
    }

    pub fn cell(&self, place: usize) -> &Cell {
        self.cells.get(place).unwrap_or(&NOTHING)
    }

    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

impl Sheet {
    pub fn width(&self) -> usize {
        self.lines.iter().map(|line| line.cells.len()).max().unwrap_or(0)
    }
}
