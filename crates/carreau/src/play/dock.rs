//! The dock's morning from what was told: answers of farms, arrivals, sorting, leftovers.

use std::collections::{BTreeMap, HashMap};

use trade::Week;
use trade::calendar::Day;
use trade::catalog::Labels;
use trade::dock::{
    LeftoverSource, OutcomeKind, ReceiptRequest, Rejection, leftovers, most_acceptable, part,
};
use trade::id::{ProducerId, ProductId, PurchaseLineId, SiteId};
use trade::party::BuyerKind;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;
use wire::pack::{Amount, ArrivalNote, LeftoverFate, LeftoverNote};

use super::{DOCK_OPENS, SORTED, stamp_on};
use crate::app::App;
use crate::dock::acts::{self, Decision};
use crate::failure::Failure;
use crate::store::act::Place;
use crate::store::told::Told;

type Goods = (ProducerId, ProductId, Labels);

/// Quantities told for goods, handed out over the lines that they concern.
#[derive(Default)]
pub(super) struct Purse(BTreeMap<(u8, usize), Qty>);

impl Purse {
    /// The part of `expected` that `amount` says. A quantity is used up line by line; `last`
    /// takes what is over.
    pub(super) fn take(
        &mut self,
        key: (u8, usize),
        amount: Amount,
        expected: Qty,
        unit: trade::catalog::SaleUnit,
        last: bool,
    ) -> Qty {
        match amount {
            Amount::Share(rate) => part(expected, rate, unit),
            Amount::Quantity(total) => {
                let left = self.0.entry(key).or_insert(total);
                let taken = if last { *left } else { expected.min(*left) };
                *left = Qty::new(left.get() - taken.get());
                taken
            }
        }
    }
}

fn goods(line: &PurchaseLine) -> Goods {
    (line.producer, line.product, line.labels)
}

/// The notes of a day by their goods, and the last purchase line of each.
struct Expected<'told> {
    notes: HashMap<Goods, (usize, &'told ArrivalNote)>,
    last: HashMap<Goods, PurchaseLineId>,
}

impl<'told> Expected<'told> {
    fn of(week: &Week, day: Day, told: &'told Told) -> Expected<'told> {
        let mut notes = HashMap::new();
        for (at, note) in told.arrivals.iter().enumerate().filter(|(_, note)| note.day == day) {
            notes.entry((note.producer, note.product, note.labels)).or_insert((at, note));
        }
        let lines = week.purchase_lines_on(day);
        Expected { notes, last: lines.map(|line| (goods(line), line.id)).collect() }
    }

    fn note(&self, line: &PurchaseLine) -> Option<(usize, &'told ArrivalNote)> {
        self.notes.get(&goods(line)).copied()
    }

    /// True when no later purchase line of the day is of the same goods.
    fn is_last(&self, line: &PurchaseLine) -> bool {
        self.last.get(&goods(line)) == Some(&line.id)
    }
}

/// What farms confirm of what they were ordered, where that is less than all.
pub(super) async fn answers(
    app: &App,
    place: Place,
    day: Day,
    told: &Told,
) -> Result<Vec<(PurchaseLineId, Qty)>, Failure> {
    app.read(place, |week, _| answers_in(week, day, told)).await?
}

/// [`answers`] of a week at hand.
pub(crate) fn answers_in(
    week: &Week,
    day: Day,
    told: &Told,
) -> Result<Vec<(PurchaseLineId, Qty)>, Failure> {
    let expected = Expected::of(week, day, told);
    let mut purse = Purse::default();
    let mut answers = Vec::new();
    for line in week.purchase_lines_on(day) {
        let Some((at, note)) = expected.note(line) else { continue };
        let Some(amount) = note.confirmed else { continue };
        let unit = week.register().product(line.product)?.unit;
        let quantity = purse.take((0, at), amount, line.quantity, unit, false);
        if quantity < line.quantity {
            answers.push((line.id, quantity));
        }
    }
    Ok(answers)
}

/// Receives and sorts what comes on a day, and finds a taker for what is over.
pub(super) async fn play(app: &App, place: Place, day: Day, told: &Told) -> Result<(), Failure> {
    let requests = app.read(place, |week, _| arrivals(week, day, told)).await??;
    if !requests.is_empty() {
        acts::receive(app, place, &requests, &stamp_on(day, DOCK_OPENS)).await?;
        match acts::sort(app, place, day).await {
            Ok(_) | Err(Failure::Denied(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    empty(app, place, day, told, SORTED).await
}

fn arrivals(week: &Week, day: Day, told: &Told) -> Result<Vec<ReceiptRequest>, Failure> {
    let expected = Expected::of(week, day, told);
    let mut purse = Purse::default();
    let mut requests = Vec::new();
    for line in week.purchase_lines_on(day) {
        if week.receipts_of(line.id).next().is_none() {
            requests.push(arrival(week, line, &expected, &mut purse)?);
        }
    }
    Ok(requests)
}

fn arrival(
    week: &Week,
    line: &PurchaseLine,
    expected: &Expected<'_>,
    purse: &mut Purse,
) -> Result<ReceiptRequest, Failure> {
    let confirmed = week.confirmed(line.id);
    let note = expected.note(line);
    let unit = week.register().product(line.product)?.unit;
    let last = expected.is_last(line);
    let mut request = ReceiptRequest {
        line: line.id,
        batch: String::new(),
        received: confirmed,
        rejected: Qty::ZERO,
        rejection: None,
        temperature_dc: None,
    };
    if let Some((at, note)) = note {
        request.batch = note.batch.clone();
        request.temperature_dc = note.temperature_dc;
        request.rejection = note.rejection;
        if let Some(amount) = note.received {
            request.received = purse.take((1, at), amount, confirmed, unit, last);
        }
        if let Some(amount) = note.rejected {
            let rejected = purse.take((2, at), amount, request.received, unit, last);
            request.rejected = rejected.min(request.received);
        }
    }
    // The dock takes in what was ordered, within the tolerance of the scale; the rest goes back.
    let most = most_acceptable(week, line);
    let accepted = Qty::new(request.received.get() - request.rejected.get());
    if accepted > most {
        request.rejected = Qty::new(request.received.get() - most.get());
        request.rejection = request.rejection.or(Some(Rejection::NotOrdered));
    }
    if request.received.is_zero() {
        request.rejection = Some(Rejection::NoShow);
    } else if request.rejected.is_zero() {
        request.rejection = None;
    } else {
        request.rejection = request.rejection.or(Some(Rejection::Quality));
    }
    Ok(request)
}

/// Finds a taker for all that has none: as told, or else food aid, or else compost.
pub(super) async fn empty(
    app: &App,
    place: Place,
    day: Day,
    told: &Told,
    minute: i64,
) -> Result<(), Failure> {
    let decisions = app.read(place, |week, _| decisions(week, day, told)).await??;
    if decisions.is_empty() {
        return Ok(());
    }
    acts::resolve(app, place, &decisions, &stamp_on(day, minute)).await
}

fn decisions(week: &Week, day: Day, told: &Told) -> Result<Vec<Decision>, Failure> {
    let mut purse = Purse::default();
    let mut decisions = Vec::new();
    for (source, left) in leftovers(week, day) {
        let line = week.purchase_line(week.receipt(week.receipt_of(source)?)?.line)?;
        let site = match source {
            LeftoverSource::Dock(_) => None,
            LeftoverSource::Refusal(_, sorting) => {
                let order = week.order_line(week.sorting(sorting)?.order_line)?.0;
                Some(order.site)
            }
        };
        let unit = week.register().product(line.product)?.unit;
        let mut left = left;
        for (at, note) in told.leftovers.iter().enumerate() {
            if !concerns(note, line, site) {
                continue;
            }
            let amount = note.quantity.unwrap_or(Amount::Quantity(left));
            let quantity = match note.quantity {
                None => left,
                Some(_) => purse.take((3, at), amount, left, unit, false).min(left),
            };
            if !quantity.is_zero() {
                decisions.push(as_told(source, note, quantity));
                left = Qty::new(left.get() - quantity.get());
            }
        }
        if !left.is_zero() {
            decisions.push(by_custom(week, source, left));
        }
    }
    Ok(decisions)
}

fn concerns(note: &LeftoverNote, line: &PurchaseLine, site: Option<SiteId>) -> bool {
    note.day == line.day
        && (note.product, note.labels) == (line.product, line.labels)
        && note.producer.is_none_or(|producer| producer == line.producer)
        && note.site == site
}

fn as_told(source: LeftoverSource, note: &LeftoverNote, quantity: Qty) -> Decision {
    let kind = match note.fate {
        LeftoverFate::Donated(buyer) => OutcomeKind::Donated(buyer),
        LeftoverFate::Returned => OutcomeKind::Returned,
        LeftoverFate::Wasted => OutcomeKind::Wasted,
    };
    let reason = match note.reason.trim() {
        "" => "décision du quai".to_string(),
        told => told.to_string(),
    };
    Decision { source, kind, quantity, reason }
}

/// Sound goods go to food aid; where none is known they are lost.
fn by_custom(week: &Week, source: LeftoverSource, quantity: Qty) -> Decision {
    let mut buyers = week.register().buyers.values();
    let aid = buyers.find(|buyer| buyer.kind == BuyerKind::FoodAid);
    let (kind, reason) = match aid {
        Some(buyer) => (OutcomeKind::Donated(buyer.id), "sans preneur, donné le matin même"),
        None => (OutcomeKind::Wasted, "sans preneur, et aucune aide alimentaire connue"),
    };
    Decision { source, kind, quantity, reason: reason.into() }
}
