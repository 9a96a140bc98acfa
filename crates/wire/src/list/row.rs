//! One line to what it orders or prices.

use trade::calendar::Day;
use trade::unit::{Price, Qty, round_div};

use super::bytes::oddity;
use super::day::{DayOrder, DayText};
use super::grid::{Cell, Line};
use super::layout::{Layout, shown};
use super::number::{DecimalSign, Evidence, Figure};
use super::words::{Counted, Role, total, unit};
use super::{LeftOut, Problem, ReadRow, WhyLeftOut};

/// What was settled for the whole list.
pub struct Habits {
    /// The sign, and whether a person chose it: then it holds for every number.
    pub decimals: (DecimalSign, bool),
    pub order: DayOrder,
    pub since: Day,
    /// Lines that a person keeps as goods.
    pub keep: Vec<u64>,
}

/// The rows read so far.
pub struct Reading<'list> {
    layout: &'list Layout,
    habits: Habits,
    pub rows: Vec<ReadRow>,
    pub left_out: Vec<LeftOut>,
    /// A line was left out as a sum although its words leave a doubt.
    pub has_doubtful_total: bool,
    /// Where each day has its column of quantities: the one that is read now.
    day_column: Option<&'list (usize, String)>,
}

impl<'list> Reading<'list> {
    pub fn new(layout: &'list Layout, habits: Habits) -> Reading<'list> {
        let (rows, left_out) = (Vec::new(), Vec::new());
        Reading { layout, habits, rows, left_out, has_doubtful_total: false, day_column: None }
    }

    pub fn take(&mut self, line: &Line, titles: Option<&Line>) {
        let is_filled = |one: &&(usize, String)| !is_nothing(line.cell(one.0));
        let mut dated = self.layout.days.iter().filter(is_filled);
        self.day_column = dated.next();
        let row = self.row(line);
        if let Some(why) = self.why_left_out(line, titles, &row) {
            self.left_out.push(LeftOut { line: line.number, why, shown: shown(line) });
            return;
        }
        self.rows.push(row);
        for column in dated {
            self.day_column = Some(column);
            self.rows.push(self.row(line));
        }
    }

    fn cell<'line>(&self, line: &'line Line, role: Role) -> &'line Cell {
        static NOTHING: Cell = Cell::Empty;
        self.place(role).map_or(&NOTHING, |place| line.cell(place))
    }

    fn place(&self, role: Role) -> Option<usize> {
        let dated = self.day_column.filter(|_| role == Role::Quantity).map(|column| column.0);
        dated.or_else(|| self.layout.place(role))
    }

    fn has(&self, role: Role) -> bool {
        let is_dated = role == Role::Quantity && !self.layout.days.is_empty();
        is_dated || self.layout.place(role).is_some()
    }

    fn why_left_out(
        &mut self,
        line: &Line,
        titles: Option<&Line>,
        row: &ReadRow,
    ) -> Option<WhyLeftOut> {
        let is_kept = self.habits.keep.contains(&line.number);
        if titles.is_some_and(|titles| is_again(line, titles)) {
            return Some(WhyLeftOut::Titles);
        }
        if self.is_total(line, row) && !is_kept {
            return Some(WhyLeftOut::Total);
        }
        let is_empty = |role: Role| self.cell(line, role).is_empty();
        let has_goods = !is_empty(Role::Quantity) || !is_empty(Role::Price);
        let has_name = !is_empty(Role::Product) || !is_empty(Role::Code);
        let first = line.cells.iter().find(|cell| !cell.is_empty());
        let is_words = line.filled() == 1 && matches!(first, Some(Cell::Text(_)));
        if !has_goods
            && (is_words || !has_name)
            && (self.has(Role::Quantity) || self.has(Role::Price))
        {
            return Some(WhyLeftOut::Words);
        }
        let quantity = self.cell(line, Role::Quantity);
        let is_nothing = is_nothing(quantity) || row.quantity == Some(Qty::ZERO);
        (self.has(Role::Quantity) && is_nothing && has_name).then_some(WhyLeftOut::NoQuantity)
    }

    /// Whether a line is a sum of others: by its words, or by its number where it has no name.
    fn is_total(&mut self, line: &Line, row: &ReadRow) -> bool {
        let first = line.cells.iter().find_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let named = match self.cell(line, Role::Product) {
            Cell::Text(text) => Some(text.as_str()),
            _ => first,
        };
        match named.and_then(total) {
            Some(is_plain) => {
                self.has_doubtful_total |= !is_plain;
                true
            }
            None => {
                let is_bare = row.product.is_empty() && row.code.is_empty();
                let is_found = is_bare && self.rows.len() > 1 && self.is_sum(row.quantity);
                self.has_doubtful_total |= is_found;
                is_found
            }
        }
    }

    /// Whether a quantity is that of all lines above.
    fn is_sum(&self, quantity: Option<Qty>) -> bool {
        let above = self.rows.iter().filter_map(|row| row.quantity);
        let sum: i128 = above.map(|quantity| i128::from(quantity.get())).sum();
        quantity.is_some_and(|found| i128::from(found.get()) == sum)
    }

    fn row(&self, line: &Line) -> ReadRow {
        let mut row = ReadRow { line: line.number, ..ReadRow::default() };
        let mut faults: Vec<(Role, String, bool)> = Vec::new();
        for (role, text) in [
            (Role::Product, &mut row.product),
            (Role::Code, &mut row.code),
            (Role::Site, &mut row.site),
            (Role::Note, &mut row.note),
        ] {
            *text = words(self.cell(line, role)).unwrap_or_else(|reason| {
                faults.push((role, reason, true));
                self.cell(line, role).shown()
            });
            if let Some(reason) = oddity(text) {
                faults.push((role, reason.into(), true));
            }
        }
        if row.product.is_empty() && row.code.is_empty() {
            faults.push((Role::Product, "le nom du produit manque.".into(), true));
        } else if !row.product.is_empty() && !row.product.contains(char::is_alphabetic) {
            faults.push((Role::Product, "ce nom de produit n'a aucune lettre.".into(), true));
        } else if total(&row.product).is_some() {
            faults.push((Role::Product, "ce nom ressemble à un total.".into(), false));
        }
        self.measures(line, &mut row, &mut faults);
        let title = self.day_column.map(|column| Cell::Text(column.1.clone()));
        match self.day(title.as_ref().unwrap_or_else(|| self.cell(line, Role::Day))) {
            Ok(day) => row.day = day,
            Err(reason) => faults.push((Role::Day, reason, true)),
        }
        let problem = |(role, reason, is_blocking): (Role, String, bool)| Problem {
            role,
            column: self.place(role).map_or(String::new(), |place| self.layout.name(place)),
            value: self.cell(line, role).shown(),
            reason,
            is_blocking,
        };
        row.problems = faults.into_iter().map(problem).collect();
        row
    }

    /// Quantity, unit and price.
    fn measures(&self, line: &Line, row: &mut ReadRow, faults: &mut Vec<(Role, String, bool)>) {
        match unit_of(self.cell(line, Role::Unit)) {
            Ok(unit) => row.unit = unit.or_else(|| self.layout.unit(Role::Quantity)),
            Err(reason) => faults.push((Role::Unit, reason, true)),
        }
        match self.figure(self.cell(line, Role::Quantity), 3) {
            Ok(None) => {}
            Ok(Some((value, unit, is_rounded))) => {
                let (unit, factor) = unit.map_or((None, 1_000), |(u, f)| (Some(u), f.get()));
                let exact = i128::from(value) * i128::from(factor);
                if exact % 1_000 != 0 {
                    faults.push((Role::Quantity, "trop de décimales.".into(), true));
                }
                if is_rounded {
                    faults.push((Role::Quantity, "arrondi au millième.".into(), false));
                }
                row.quantity = Some(Qty::new(round_div(exact, 1_000)));
                match (unit, unit_of(self.cell(line, Role::Unit))) {
                    (Some(said), Ok(Some(other))) if said != other => {
                        let reason = "cette unité n'est pas celle de la colonne des unités.";
                        faults.push((Role::Quantity, reason.into(), true));
                    }
                    _ => row.unit = unit.or(row.unit),
                }
            }
            Err(reason) => faults.push((Role::Quantity, reason, true)),
        }
        match self.figure(self.cell(line, Role::Price), 4) {
            Ok(None) if !self.has(Role::Quantity) && self.has(Role::Price) => {
                faults.push((Role::Price, "le prix manque.".into(), true));
            }
            Ok(None) => {}
            Ok(Some((_, Some((_, factor)), _))) if factor.get() != 1_000 => {
                let reason = "ce prix n'est pas pour un kilo, une pièce, une botte ou un litre.";
                faults.push((Role::Price, reason.into(), true));
            }
            Ok(Some((value, unit, is_rounded))) => {
                if is_rounded {
                    faults.push((Role::Price, "arrondi à quatre décimales.".into(), false));
                }
                row.price = Some(Price::new(value));
                row.price_unit =
                    unit.map(|(unit, _)| unit).or_else(|| self.layout.unit(Role::Price));
            }
            Err(reason) => faults.push((Role::Price, reason, true)),
        }
    }

    /// The value x 10^decimals of a cell, its unit, and whether it was rounded.
    fn figure(&self, cell: &Cell, decimals: u32) -> Result<Option<Measured>, String> {
        match cell {
            Cell::Empty => Ok(None),
            Cell::Text(text) if text == "-" => Ok(None),
            Cell::Number(number) => {
                let figure = Figure::of_number(number);
                let (value, is_rounded) = figure.value(DecimalSign::Point, decimals, true)?;
                Ok(Some((value, None, is_rounded)))
            }
            Cell::Text(text) => {
                let figure = Figure::of(text)?;
                let sign = match (self.habits.decimals, figure.evidence()) {
                    // What a number says itself is stronger than the habit of the list.
                    ((_, false), Evidence::Says(sign)) => sign,
                    ((sign, _), _) => sign,
                };
                let (value, is_rounded) = figure.value(sign, decimals, false)?;
                Ok(Some((value, figure.unit, is_rounded)))
            }
            Cell::Day(_) => {
                Err("le tableur a fait une date de ce nombre : tapez-le de nouveau.".into())
            }
            Cell::Broken(_) => Err("le tableur montre ici une erreur.".into()),
        }
    }

    fn day(&self, cell: &Cell) -> Result<Option<Day>, String> {
        match cell {
            Cell::Empty => Ok(None),
            Cell::Day(day) => Ok(Some(*day)),
            Cell::Text(text) => {
                DayText::of(text)?.value(self.habits.order, self.habits.since).map(Some)
            }
            Cell::Number(_) => Err("un nombre à la place d'un jour.".into()),
            Cell::Broken(_) => Err("le tableur montre ici une erreur.".into()),
        }
    }
}

type Measured = (i64, Option<(Counted, Qty)>, bool);

/// What people write where nothing is ordered.
fn is_nothing(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => matches!(text.as_str(), "-" | "0"),
        Cell::Number(number) => number == "0",
        _ => false,
    }
}

/// The titles once more, as a page break repeats them.
fn is_again(line: &Line, titles: &Line) -> bool {
    let filled = |line: &Line| -> Vec<String> {
        line.cells.iter().filter(|cell| !cell.is_empty()).map(Cell::shown).collect()
    };
    filled(line) == filled(titles)
}

fn words(cell: &Cell) -> Result<String, String> {
    match cell {
        Cell::Broken(_) => Err("le tableur montre ici une erreur.".into()),
        Cell::Day(_) => Err("le tableur a fait une date de ce texte : tapez-le de nouveau.".into()),
        Cell::Number(number) => Ok(number.clone()),
        cell => Ok(cell.shown()),
    }
}

/// `kg`, `colis`, `colis de 5 kg`.
fn unit_of(cell: &Cell) -> Result<Option<Counted>, String> {
    let text = cell.shown();
    if text.is_empty() {
        return Ok(None);
    }
    let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let packs = unit(first).filter(|(counted, _)| *counted == Counted::Packs);
    match unit(&text).or(packs) {
        Some((counted, factor)) if factor.get() == 1_000 => Ok(Some(counted)),
        _ => Err("unité inconnue. Connues : kg, pièce, botte, litre, colis.".into()),
    }
}
