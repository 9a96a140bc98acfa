//! The sheet on which the draft is priced: one row per line, and cells that several people write
//! at once. A cell is compared with what its writer saw, so that nobody's word is lost unseen.

use std::collections::{BTreeMap, BTreeSet};

use super::{LinePolicy, MercurialeLine, PriceSetting, draft, joins, set_price};
use crate::calendar::Day;
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::id::{OrderLineId, ProducerId, ProductId};
use crate::offers::{Offer, OfferKey, OfferRequest, Stamp};
use crate::unit::{Cents, Grams, Price, Qty, amount};
use crate::week::Week;

/// A row of the sheet: what a line of the list is known by before it has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    pub product: ProductId,
    pub labels: Labels,
    pub policy: LinePolicy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// What the farm asks, on all its days.
    Cost,
    /// What the farm offers for a day.
    Offered(Day),
    /// The sale price, by hand or by rule.
    Sale,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId {
    pub row: RowId,
    pub column: Column,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A sale price that follows the rule.
    ByRule,
    Price(Price),
    Quantity(Qty),
}

/// What somebody writes in a cell in which they saw `seen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellChange {
    pub cell: CellId,
    pub seen: Value,
    pub value: Value,
}

/// What becomes of a change, beside what stands in the cell by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// It stands there already.
    Same,
    Write,
    /// Somebody else wrote something else meanwhile.
    Conflict,
}

/// Three ways: `stored` now, `seen` by the writer, and `sent`.
pub fn merge<T: PartialEq>(stored: T, seen: T, sent: T) -> Merge {
    match (stored == sent, stored == seen) {
        (true, _) => Merge::Same,
        (false, true) => Merge::Write,
        (false, false) => Merge::Conflict,
    }
}

/// What is to be written of a set of changes, and which of them meet another's word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub offers: Vec<(CellId, OfferRequest)>,
    pub settings: Vec<PriceSetting>,
    /// Change and what stands in its cell.
    pub conflicts: Vec<(CellChange, Value)>,
}

/// What the offers of a row come to: its weight, what the farms would be paid for all of it and
/// what buyers would pay, without VAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    pub weight: Grams,
    pub cost: Cents,
    pub value: Cents,
}

/// What `quantity` of a line comes to.
pub fn worth(week: &Week, line: &MercurialeLine, quantity: Qty) -> Result<Worth, Denial> {
    let weight = week.register().product(line.product)?.weight_of(quantity);
    Ok(Worth { weight, cost: amount(quantity, line.cost), value: amount(quantity, line.sale) })
}

/// What of a line is offered for a day, in quantities that can be sold; of the published list
/// what is on sale.
pub fn offered(week: &Week, line: &MercurialeLine, day: Day) -> Qty {
    if week.publication().is_some() {
        return week.offered(line.id, day);
    }
    let offers = week.foreseen_offers().filter(|offer| offer.day == day && joins(offer, line));
    Qty::total(offers.map(|offer| line.whole_packs(offer.quantity)))
}

/// What was ordered in a week, by goods.
pub fn sold(week: &Week) -> BTreeMap<(ProductId, Labels), Qty> {
    let mut sold = BTreeMap::new();
    for order in week.orders() {
        for line in &order.lines {
            let sum: &mut Qty = sold.entry((line.product, line.labels)).or_default();
            *sum = sum.plus(week.ordered(OrderLineId { order: order.id, rank: line.rank }));
        }
    }
    sold
}

/// The draft as rows and cells.
pub struct Sheet<'week> {
    week: &'week Week,
    rows: BTreeMap<RowId, MercurialeLine>,
    offers: BTreeMap<(ProductId, Labels), Vec<&'week Offer>>,
}

impl RowId {
    pub fn of(line: &MercurialeLine) -> RowId {
        RowId { product: line.product, labels: line.labels, policy: line.policy }
    }
}

impl<'week> Sheet<'week> {
    pub fn of(week: &'week Week) -> Result<Sheet<'week>, Denial> {
        let rows = draft(week)?.into_iter().map(|line| (RowId::of(&line), line)).collect();
        let mut offers: BTreeMap<_, Vec<&Offer>> = BTreeMap::new();
        for offer in week.foreseen_offers() {
            offers.entry((offer.product, offer.labels)).or_default().push(offer);
        }
        Ok(Sheet { week, rows, offers })
    }

    pub fn line(&self, row: RowId) -> Option<&MercurialeLine> {
        self.rows.get(&row)
    }

    /// The last words of the farms whose goods the row sells. A row from which all was withdrawn
    /// still has them: what was offered may be offered again.
    pub fn offers(&self, row: RowId) -> impl Iterator<Item = &'week Offer> {
        let line = self.line(row);
        let known = self.offers.get(&(row.product, row.labels));
        known.into_iter().flatten().copied().filter(move |offer| match (row.policy, line) {
            (LinePolicy::Named(farm), _) => offer.producer == farm,
            (LinePolicy::Pooled, Some(line)) => joins(offer, line),
            (LinePolicy::Pooled, None) => true,
        })
    }

    /// The farm behind a row when it is one only: its offer is then written in the row's cells.
    pub fn sole_farm(&self, row: RowId) -> Option<ProducerId> {
        let farms: BTreeSet<ProducerId> = self.offers(row).map(|offer| offer.producer).collect();
        if farms.len() == 1 { farms.first().copied() } else { None }
    }

    /// True when the farm's price may be written in the row: no other farm sells the goods, so
    /// that no line joins or leaves another by it.
    pub fn takes_cost(&self, row: RowId) -> bool {
        let known = self.offers.get(&(row.product, row.labels)).into_iter().flatten();
        let farms: BTreeSet<ProducerId> = known.map(|offer| offer.producer).collect();
        farms.len() == 1 && self.rows.contains_key(&row)
    }

    /// What stands in a cell. Errors: `NotOnDraft`, `SeveralFarms`.
    pub fn value(&self, cell: CellId) -> Result<Value, Denial> {
        let CellId { row, column } = cell;
        let product = row.product;
        let line = self.line(row).ok_or(Denial::NotOnDraft { product });
        match column {
            Column::Sale => {
                line?;
                let by_hand = self.week.price_setting(product, row.labels, row.policy);
                Ok(by_hand.map_or(Value::ByRule, Value::Price))
            }
            Column::Cost if self.takes_cost(row) => Ok(Value::Price(line?.cost)),
            Column::Cost => Err(self.not_one_farm(row)),
            Column::Offered(day) => {
                let farm = self.sole_farm(row).ok_or_else(|| self.not_one_farm(row))?;
                let offer = self.week.foreseen_offer((farm, product, row.labels, day));
                Ok(Value::Quantity(offer.map_or(Qty::ZERO, |offer| offer.quantity)))
            }
        }
    }

    fn not_one_farm(&self, row: RowId) -> Denial {
        match self.offers(row).next() {
            Some(_) => Denial::SeveralFarms { product: row.product },
            None => Denial::NotOnDraft { product: row.product },
        }
    }

    /// Who wrote a cell last.
    pub fn writer(&self, cell: CellId) -> Option<&'week Stamp> {
        let RowId { product, labels, policy } = cell.row;
        match cell.column {
            Column::Sale => {
                let settings = self.week.settings().iter().rev();
                let same = |one: &&PriceSetting| {
                    (one.product, one.labels, one.policy) == (product, labels, policy)
                };
                settings.clone().find(same).map(|setting| &setting.stamp)
            }
            Column::Cost => self.offers(cell.row).map(|offer| &offer.stamp).max_by_key(|s| s.at),
            Column::Offered(day) => {
                let farm = self.sole_farm(cell.row)?;
                self.week.foreseen_offer((farm, product, labels, day)).map(|offer| &offer.stamp)
            }
        }
    }

    /// What is to be written of `changes`. Errors: every cell that cannot take its value, with
    /// the reason; nothing may then be written.
    pub fn merge(
        &self,
        changes: &[CellChange],
        stamp: &Stamp,
    ) -> Result<Merged, Vec<(CellId, Denial)>> {
        let mut merged = Merged::default();
        let mut refused = Vec::new();
        let mut writes: Vec<CellChange> = Vec::new();
        for &change in changes {
            match self.value(change.cell) {
                Err(denial) => refused.push((change.cell, denial)),
                Ok(stored) => match merge(stored, change.seen, change.value) {
                    Merge::Same => {}
                    Merge::Write => writes.push(change),
                    Merge::Conflict => merged.conflicts.push((change, stored)),
                },
            }
        }
        let requests = self.requests(&writes);
        for change in writes.iter().filter(|change| change.cell.column == Column::Sale) {
            match self.setting(change, &writes, stamp) {
                Ok(setting) => merged.settings.push(setting),
                Err(denial) => refused.push((change.cell, denial)),
            }
        }
        merged.offers = requests.into_values().collect();
        if refused.is_empty() { Ok(merged) } else { Err(refused) }
    }

    /// A sale price, judged by what the same set of changes makes the farm's price.
    fn setting(
        &self,
        change: &CellChange,
        writes: &[CellChange],
        stamp: &Stamp,
    ) -> Result<PriceSetting, Denial> {
        let row = change.cell.row;
        let mut line = self.line(row).ok_or(Denial::NotOnDraft { product: row.product })?.clone();
        let own_cost = |one: &&CellChange| one.cell == CellId { row, column: Column::Cost };
        if let Some(Value::Price(cost)) = writes.iter().find(own_cost).map(|one| one.value) {
            line.cost = cost;
        }
        let sale = match change.value {
            Value::Price(sale) => Some(sale),
            _ => None,
        };
        set_price(self.week, &line, sale, stamp.clone())
    }

    /// One request per offer, though its quantity and its price may both have been written.
    fn requests(&self, writes: &[CellChange]) -> BTreeMap<OfferKey, (CellId, OfferRequest)> {
        let mut requests = BTreeMap::new();
        for change in writes {
            let RowId { product, labels, .. } = change.cell.row;
            let (Column::Offered(day), Value::Quantity(quantity)) =
                (change.cell.column, change.value)
            else {
                continue;
            };
            let Some(producer) = self.sole_farm(change.cell.row) else { continue };
            let key = (producer, product, labels, day);
            let asked = self.offers(change.cell.row).map(|offer| offer.price).max();
            let own = self.week.foreseen_offer(key).map(|offer| offer.price);
            let price = own.or(asked).unwrap_or(Price::ZERO);
            let request = OfferRequest { producer, product, labels, day, quantity, price };
            requests.insert(key, (change.cell, request));
        }
        for change in writes.iter().filter(|change| change.cell.column == Column::Cost) {
            let Value::Price(price) = change.value else { continue };
            for offer in self.offers(change.cell.row).filter(|offer| !offer.quantity.is_zero()) {
                let Offer { producer, product, labels, day, quantity, .. } = *offer;
                let request = OfferRequest { producer, product, labels, day, quantity, price };
                requests.entry(offer.key()).or_insert((change.cell, request));
            }
            let RowId { product, labels, .. } = change.cell.row;
            for (key, (_, request)) in &mut requests {
                if (key.1, key.2) == (product, labels) {
                    request.price = price;
                }
            }
        }
        requests
    }
}
