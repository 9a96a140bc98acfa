//! Step 9, impact: the figures that prove what the hub is for. Nothing is stored: all is computed.

pub mod aid;

use std::collections::{BTreeMap, BTreeSet};

use crate::billing::Billed;
use crate::catalog::{EgalimCategory, Label};
use crate::denial::Denial;
use crate::dock::surplus::SurplusSource;
use crate::dock::{LeftoverSource, OutcomeKind, Rejection};
use crate::id::{OrderLineId, ProducerId};
use crate::party::BuyerKind;
use crate::rounds::DeliveryNote;
use crate::unit::{Cents, Grams, Qty, Rate, amount, rate_between};
use crate::week::Week;

/// What one week did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    pub delivered: Grams,
    pub sales: Cents,
    pub farm_income: Cents,
    /// What wholesalers would have paid for the goods that have a quotation...
    pub quoted_value: Cents,
    /// ...and what the hub paid for the same goods.
    pub quoted_income: Cents,
    pub by_category: BTreeMap<EgalimCategory, Cents>,
    /// Sold or given to food aid.
    pub food_aid: Grams,
    pub donated: Grams,
    /// Weight by what became of it: rejected at the dock with its reason, wasted, missing.
    pub lost: BTreeMap<&'static str, Grams>,
    pub metres: i64,
    pub farms: BTreeMap<ProducerId, Cents>,
    pub buyers_served: i64,
    /// Turned away by buyers, and neither given, returned nor wasted yet.
    pub refused: Grams,
    /// Sold in a month that the calendar gives to the product.
    pub in_season: Cents,
    /// What of that has no season: the calendar gives it all months.
    pub all_year: Cents,
}

impl Impact {
    /// How much more than wholesalers would pay: the promise is 20 to 30 %.
    pub fn gain(&self) -> Option<Rate> {
        let more = self.quoted_income.minus(self.quoted_value);
        rate_between(more.get(), self.quoted_value.get())
    }

    /// The share of sales in a category of the canteens' declaration.
    pub fn share(&self, category: EgalimCategory) -> Option<Rate> {
        let part = self.by_category.get(&category).copied().unwrap_or(Cents::ZERO);
        rate_between(part.get(), self.sales.get())
    }

    /// Metres driven for a tonne delivered.
    pub fn metres_per_tonne(&self) -> Option<i64> {
        let grams = self.delivered.get();
        (grams > 0)
            .then(|| crate::unit::round_div(i128::from(self.metres) * 1_000_000, i128::from(grams)))
    }
}

/// Computes the figures of a week from its facts.
pub fn of_week(week: &Week) -> Result<Impact, Denial> {
    let mut impact = Impact::default();
    deliveries(week, &mut impact)?;
    purchases(week, &mut impact)?;
    outcomes(week, &mut impact)?;
    let days = week.publication().map(|publication| publication.days.clone()).unwrap_or_default();
    for day in days {
        impact.metres += week.current_rounds(day.day).map(|round| round.metres()).sum::<i64>();
    }
    Ok(impact)
}

fn deliveries(week: &Week, impact: &mut Impact) -> Result<(), Denial> {
    let register = week.register();
    let mut buyers = BTreeSet::new();
    for note in week.notes() {
        for line in &note.lines {
            let (order, order_line) = week.order_line(line.order_line)?;
            let product = register.product(order_line.product)?;
            let weight = product.weight_of(line.delivered());
            impact.delivered = impact.delivered.plus(weight);
            if register.buyer(order.buyer)?.kind == BuyerKind::FoodAid {
                impact.food_aid = impact.food_aid.plus(weight);
            }
            if !line.delivered().is_zero() {
                buyers.insert(order.buyer);
            }
            lose(impact, "missing", product.weight_of(line.missing));
            let back = week.resolved(LeftoverSource::Refusal(note.id, line.sorting));
            let open = product.weight_of(line.refused.minus(back));
            impact.refused = impact.refused.plus(open);
        }
        sales(week, note, impact)?;
    }
    impact.buyers_served = buyers.len() as i64;
    Ok(())
}

/// Amounts as the invoice has them: one per note and order line, however many lots it came from.
fn sales(week: &Week, note: &DeliveryNote, impact: &mut Impact) -> Result<(), Denial> {
    let register = week.register();
    let mut quantities: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for line in &note.lines {
        let sum = quantities.entry(line.order_line).or_insert(Qty::ZERO);
        *sum = sum.plus(line.delivered());
    }
    for (id, quantity) in quantities {
        let (_, order_line) = week.order_line(id)?;
        // What a credit note took back was not bought.
        let back = crate::billing::credited(week, Billed::Delivery(note.id, id)).net;
        let net = amount(quantity, order_line.price).minus(back);
        impact.sales = impact.sales.plus(net);
        let category = register.labels.category(order_line.labels, note.day);
        let sum = impact.by_category.entry(category).or_default();
        *sum = sum.plus(net);
        let season = register.product(order_line.product)?.season;
        if season.has(note.day) {
            impact.in_season = impact.in_season.plus(net);
        }
        if season.is_all_year() {
            impact.all_year = impact.all_year.plus(net);
        }
    }
    Ok(())
}

fn purchases(week: &Week, impact: &mut Impact) -> Result<(), Denial> {
    let register = week.register();
    for purchase in week.purchase_lines() {
        let product = register.product(purchase.product)?;
        let paid = crate::billing::payable(week, purchase);
        let income = amount(paid, purchase.price);
        impact.farm_income = impact.farm_income.plus(income);
        if !paid.is_zero() {
            let sum = impact.farms.entry(purchase.producer).or_default();
            *sum = sum.plus(income);
        }
        let organic = purchase.labels.has(Label::Organic);
        if let Some(quote) = register.quote(purchase.product, organic, week.week()) {
            impact.quoted_value = impact.quoted_value.plus(amount(paid, quote.price));
            impact.quoted_income = impact.quoted_income.plus(income);
        }
        for receipt in week.receipts_of(purchase.id) {
            let cause = receipt.rejection.map_or("quality", Rejection::code);
            lose(impact, cause, product.weight_of(receipt.rejected));
        }
    }
    Ok(())
}

fn outcomes(week: &Week, impact: &mut Impact) -> Result<(), Denial> {
    for outcome in week.outcomes() {
        let purchase = week.purchase_line(week.receipt(week.receipt_of(outcome.source)?)?.line)?;
        let product = week.register().product(purchase.product)?;
        let weight = product.weight_of(outcome.quantity);
        match outcome.kind {
            OutcomeKind::Donated(_) => {
                impact.donated = impact.donated.plus(weight);
                impact.food_aid = impact.food_aid.plus(weight);
            }
            OutcomeKind::Wasted => lose(impact, "wasted", weight),
            OutcomeKind::Returned => lose(impact, "returned", weight),
        }
    }
    // What a farm gave of its own never was the hub's.
    for pickup in week.surplus().pickups() {
        let (_, offered) = week.surplus().goods_of(pickup.reservation)?;
        if let SurplusSource::Farm(offer) = offered.source {
            let product = week.register().product(week.offer(offer)?.product)?;
            let weight = product.weight_of(pickup.received);
            impact.donated = impact.donated.plus(weight);
            impact.food_aid = impact.food_aid.plus(weight);
        }
    }
    Ok(())
}

fn lose(impact: &mut Impact, cause: &'static str, weight: Grams) {
    if !weight.is_zero() {
        let sum = impact.lost.entry(cause).or_default();
        *sum = sum.plus(weight);
    }
}

/// The part of what was sold that reached buyers, as ordered quantities by weight.
pub fn served(week: &Week) -> Result<(Grams, Grams), Denial> {
    let mut ordered = Grams::ZERO;
    let mut delivered = Grams::ZERO;
    for order in week.orders() {
        for line in &order.lines {
            let product = week.register().product(line.product)?;
            let id = order.line_id(line.rank);
            ordered = ordered.plus(product.weight_of(week.ordered(id)));
            let quantity: Qty = week.delivered_of(id);
            delivered = delivered.plus(product.weight_of(quantity));
        }
    }
    Ok((ordered, delivered))
}
