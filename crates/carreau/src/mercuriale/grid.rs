//! The rows of the price list as the coordinator sees them, on the page and in answers to it.

use std::collections::BTreeMap;

use serde::Serialize;
use trade::Week;
use trade::calendar::Day;
use trade::catalog::{Labels, alphabetical};
use trade::id::ProductId;
use trade::mercuriale::sheet::{CellId, Column, RowId, Sheet, Value, offered, sold, worth};
use trade::mercuriale::{Change, LinePolicy, MercurialeLine, difference, explain, is_to_confirm};
use trade::unit::{Price, Qty, Rate};

use super::forms::line_key;
use crate::failure::Failure;
use crate::ui::{fr, paper as papers};

/// A cell: what stands in it, and what is shown. They differ where a price follows the rule.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cell {
    pub name: String,
    /// As it is typed: `1,85`; empty for the price by rule and for nothing offered.
    pub value: String,
    pub shown: String,
    pub is_open: bool,
    /// Grams offered, for the totals; 0 in columns of prices.
    pub grams: i64,
}

impl Cell {
    /// The last part of its name.
    pub fn column(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }
}

/// What a row says beside its numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Flag {
    /// The state that its tag shows: `late`, `changed` or `wait`.
    pub kind: &'static str,
    pub text: String,
}

/// One line with what its price is made of.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub key: String,
    pub product: String,
    pub detail: String,
    pub labels: String,
    pub farm: String,
    pub commune: String,
    pub origin: String,
    pub pack: String,
    pub unit: &'static str,
    pub cost: Cell,
    pub sale: Cell,
    pub is_own_price: bool,
    pub markup: String,
    pub quote: String,
    pub gain: String,
    pub change: String,
    pub flags: Vec<Flag>,
    pub is_below_goal: bool,
    pub sold: String,
    pub offered: Vec<Cell>,
    /// Cents that the farms would be paid and buyers would pay for all that is offered.
    pub cost_cents: i64,
    pub value_cents: i64,
}

/// Last week, to compare with.
#[derive(Default)]
pub struct Before {
    pub lines: Vec<MercurialeLine>,
    sold: BTreeMap<(ProductId, Labels), Qty>,
}

impl Before {
    pub fn of(week: &Week) -> Before {
        let lines = week.publication().map(|publication| publication.lines.clone());
        Before { lines: lines.unwrap_or_default(), sold: sold(week) }
    }
}

/// Makes rows of one week.
pub struct Rows<'week> {
    week: &'week Week,
    /// The open draft; `None` once the list is published.
    sheet: Option<Sheet<'week>>,
    days: Vec<Day>,
    before: &'week Before,
}

/// The name of a cell in addresses of JSON: `carotte|organic|*/sale`, `…/cost`, `…/2026-11-24`.
pub fn cell_name(cell: CellId) -> String {
    let RowId { product, labels, policy } = cell.row;
    let row = line_key(product, labels, policy);
    match cell.column {
        Column::Sale => format!("{row}/sale"),
        Column::Cost => format!("{row}/cost"),
        Column::Offered(day) => format!("{row}/{day}"),
    }
}

/// As a person types it: no unit, nothing where nothing is.
pub fn typed(value: Value) -> String {
    match value {
        Value::ByRule => String::new(),
        Value::Price(price) => bare(price),
        Value::Quantity(quantity) if quantity.is_zero() => String::new(),
        Value::Quantity(quantity) => fr::number(quantity),
    }
}

fn bare(price: Price) -> String {
    fr::price(price).replace('€', "").trim().to_string()
}

impl<'week> Rows<'week> {
    pub fn of(week: &'week Week, before: &'week Before) -> Result<Rows<'week>, Failure> {
        let sheet = match week.publication() {
            Some(_) => None,
            None => Some(Sheet::of(week)?),
        };
        let days = week.register().delivery_days(week.week());
        Ok(Rows { week, sheet, days, before })
    }

    pub fn sheet(&self) -> Option<&Sheet<'week>> {
        self.sheet.as_ref()
    }

    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// One row per line, in their order.
    pub fn all(&self, lines: &[MercurialeLine]) -> Result<Vec<Row>, Failure> {
        let (changes, _) = difference(&self.before.lines, lines);
        lines.iter().zip(changes).map(|(line, change)| self.row(line, change)).collect()
    }

    fn row(&self, line: &MercurialeLine, change: Change) -> Result<Row, Failure> {
        let week = self.week;
        let register = week.register();
        let product = register.product(line.product)?;
        let parts = explain(week, line, line.sale);
        let (farm, commune) = self.farm(line)?;
        let by_hand = week.price_setting(line.product, line.labels, line.policy);
        let quantities: i64 = self.days.iter().map(|&day| offered(week, line, day).get()).sum();
        let worth = worth(week, line, Qty::new(quantities))?;
        let detail = [product.variety.as_str(), product.size_grade.as_str()];
        // "Chou blanc" is not also "blanc".
        let name = alphabetical(&product.name);
        let is_news = |text: &&str| !text.is_empty() && !name.contains(&alphabetical(text));
        let detail: Vec<&str> = detail.into_iter().filter(is_news).collect();
        let sold = self.before.sold.get(&(line.product, line.labels)).copied();
        let offered = self.days.iter().map(|&day| self.day(line, day));
        Ok(Row {
            key: line_key(line.product, line.labels, line.policy),
            product: product.name.clone(),
            detail: detail.join(" · "),
            labels: fr::labels(line.labels),
            farm,
            commune,
            origin: super::paper::origin(register, line.policy),
            pack: papers::pack(line.pack, product.unit),
            unit: fr::unit(product.unit, false),
            cost: self.price(line, Column::Cost, line.cost),
            sale: self.price(line, Column::Sale, line.sale),
            is_own_price: by_hand.is_some(),
            markup: parts.markup.map(fr::rate).unwrap_or_default(),
            quote: line.quote.map(bare).unwrap_or_default(),
            gain: parts.gain.map(signed).unwrap_or_default(),
            change: self.change(change),
            flags: flags(week, line, parts.below_goal),
            is_below_goal: parts.below_goal,
            sold: sold.map(fr::number).unwrap_or_default(),
            offered: offered.collect::<Result<_, Failure>>()?,
            cost_cents: worth.cost.get(),
            value_cents: worth.value.get(),
        })
    }

    /// Whose goods a line sells, and where they grow.
    fn farm(&self, line: &MercurialeLine) -> Result<(String, String), Failure> {
        let register = self.week.register();
        let mut farms: Vec<_> = match line.policy {
            LinePolicy::Named(producer) => vec![producer],
            LinePolicy::Pooled => {
                let joined = trade::mercuriale::joined_offers(self.week, line);
                let offers = joined.filter_map(|id| self.week.offer(id).ok());
                offers.map(|offer| offer.producer).collect()
            }
        };
        farms.sort_unstable();
        farms.dedup();
        match farms[..] {
            [farm] => {
                let identity = &register.producer(farm)?.identity;
                Ok((identity.name.clone(), identity.commune.clone()))
            }
            _ => {
                let mut communes = Vec::new();
                for &farm in &farms {
                    communes.push(register.producer(farm)?.identity.commune.as_str());
                }
                communes.dedup();
                Ok((fr::count(farms.len() as i64, "ferme", "fermes"), communes.join(", ")))
            }
        }
    }

    fn price(&self, line: &MercurialeLine, column: Column, shown: Price) -> Cell {
        let cell = CellId { row: RowId::of(line), column };
        let value = self.sheet.as_ref().and_then(|sheet| sheet.value(cell).ok());
        Cell {
            name: cell_name(cell),
            value: value.map(typed).unwrap_or_default(),
            shown: bare(shown),
            is_open: value.is_some(),
            grams: 0,
        }
    }

    /// What is offered for a day; of a published list, what is left of it.
    fn day(&self, line: &MercurialeLine, day: Day) -> Result<Cell, Failure> {
        let cell = CellId { row: RowId::of(line), column: Column::Offered(day) };
        let quantity = offered(self.week, line, day);
        let value = self.sheet.as_ref().and_then(|sheet| sheet.value(cell).ok());
        let shown = match (value, quantity.is_zero()) {
            (Some(value), _) => typed(value),
            (None, true) => String::new(),
            (None, false) if self.sheet.is_some() => fr::number(quantity),
            (None, false) => {
                let left = fr::number(self.week.left(line.id, day));
                format!("{left} / {}", fr::number(quantity))
            }
        };
        Ok(Cell {
            name: cell_name(cell),
            value: value.map(typed).unwrap_or_default(),
            shown,
            is_open: value.is_some(),
            grams: worth(self.week, line, quantity)?.weight.get(),
        })
    }

    fn change(&self, change: Change) -> String {
        match change {
            _ if self.before.lines.is_empty() => String::new(),
            Change::New => "nouveau".into(),
            Change::Up { before } => format!("↑ avant {}", bare(before)),
            Change::Down { before } => format!("↓ avant {}", bare(before)),
            Change::Same => String::new(),
        }
    }
}

fn flags(week: &Week, line: &MercurialeLine, is_below_goal: bool) -> Vec<Flag> {
    let mut flags = Vec::new();
    if week.publication().is_none() && is_to_confirm(week, line) {
        flags.push(Flag { kind: "wait", text: "à confirmer".into() });
    }
    if line.sale < line.cost {
        flags.push(Flag { kind: "late", text: "vente sous le coût".into() });
    }
    if is_below_goal {
        let goal = fr::rate(week.register().hub.income_goal);
        flags.push(Flag { kind: "changed", text: format!("sous +{goal}") });
    }
    flags
}

fn signed(rate: Rate) -> String {
    match rate.get() < 0 {
        true => fr::rate(rate),
        false => format!("+{}", fr::rate(rate)),
    }
}
