//! Somebody's own list, as it lies in their spreadsheet: a buyer's order, a coordinator's prices.
//!
//! No column is fixed. What is not written is guessed, and every guess is told in a sentence with
//! the other readings there are: where two are possible it is doubtful, and one choice corrects
//! it. Nothing is read silently in one of two ways.

mod book;
pub(crate) mod bytes;
mod choice;
pub(crate) mod day;
pub(crate) mod grid;
mod layout;
pub mod matching;
mod number;
mod read;
mod row;
pub(crate) mod words;

pub use bytes::{Encoding, Separator};
pub use choice::Choice;
pub use day::DayOrder;
pub use number::DecimalSign;
pub(crate) use number::{Evidence, Figure};
pub use words::{Counted, Role};
pub(crate) use words::{plain, unit};

use trade::calendar::Day;
use trade::unit::{Price, Qty};

use crate::pack::Fault;

/// The most bytes that a list may have.
pub const BYTES_MAX: usize = 10 << 20;

/// A list as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct ListFile<'file> {
    /// Told in refusals.
    pub name: &'file str,
    pub bytes: &'file [u8],
    /// For days without year or week: those around this day are meant.
    pub today: Day,
}

impl ListFile<'_> {
    /// Reads with guesses alone. Errors: the file as a whole is no list (French, line and field).
    pub fn read(&self) -> Result<ListPreview, Fault> {
        self.with(&[])
    }

    /// Reads again with what a person chose; the last choice about a thing counts.
    pub fn with(&self, choices: &[Choice]) -> Result<ListPreview, Fault> {
        read::read(self, choices)
    }
}

/// What was understood of a list, before anything is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPreview {
    pub guesses: Vec<Guess>,
    pub rows: Vec<ReadRow>,
    /// Lines that are no goods, each with the reason: nothing disappears untold.
    pub left_out: Vec<LeftOut>,
}

impl ListPreview {
    /// Whether all rows can be used: goods are ordered or priced, and no row is wrong.
    pub fn is_sound(&self) -> bool {
        let is_right = |row: &ReadRow| !row.problems.iter().any(|problem| problem.is_blocking);
        let says = |row: &ReadRow| row.quantity.is_some() || row.price.is_some();
        self.rows.iter().all(is_right) && self.rows.iter().any(says)
    }

    pub fn doubts(&self) -> impl Iterator<Item = &Guess> {
        self.guesses.iter().filter(|guess| guess.is_doubtful)
    }
}

/// What a guess is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Encoding,
    Separator,
    Sheet,
    Heading,
    Column(Role),
    /// Columns of quantities, one for each day.
    Days,
    /// Columns that are not read.
    Unread,
    Decimals,
    DayOrder,
    Week,
    Total,
}

/// Something that the file does not say and that was settled to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    pub about: About,
    /// French, a whole sentence.
    pub sentence: String,
    /// Another reading is possible: a person should look.
    pub is_doubtful: bool,
    /// A person settled it.
    pub is_chosen: bool,
    pub alternatives: Vec<Alternative>,
}

/// Another reading, and what chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    pub label: String,
    pub choice: Choice,
}

/// One line of goods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadRow {
    /// As the spreadsheet shows it.
    pub line: u64,
    /// As it was written: which product is meant, a price list tells.
    pub product: String,
    pub code: String,
    /// In thousandths of the unit.
    pub quantity: Option<Qty>,
    pub unit: Option<Counted>,
    /// Without VAT, for one unit.
    pub price: Option<Price>,
    /// `1,20 €/kg` says for what; otherwise the unit of the row.
    pub price_unit: Option<Counted>,
    pub day: Option<Day>,
    pub site: String,
    pub note: String,
    pub problems: Vec<Problem>,
}

/// What is wrong or odd in one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub role: Role,
    /// The title of the column, or its letter.
    pub column: String,
    /// As it stands in the file.
    pub value: String,
    /// French, with what to do.
    pub reason: String,
    /// The row cannot be used like this.
    pub is_blocking: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// Above the titles.
    Above,
    /// The titles again, on another page.
    Titles,
    Total,
    /// A line of words alone: a family, a note.
    Words,
    /// Nothing is ordered of it.
    NoQuantity,
}

/// A line that was not read as goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub line: u64,
    pub why: WhyLeftOut,
    /// The beginning of the line as a person reads it.
    pub shown: String,
}
