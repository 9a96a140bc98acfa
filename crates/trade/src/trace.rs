//! "What happened to my carrots?": from any record to its origins and to what came of it.

use std::collections::BTreeSet;

use crate::billing::Billed;
use crate::dock::LeftoverSource;
use crate::id::{
    DocumentId, LineId, OfferId, OrderLineId, OutcomeId, PayoutId, PurchaseLineId, ReceiptId,
    SortingId,
};
use crate::mercuriale::joins;
use crate::week::Week;

/// A record on the way from offer to payout, in the order of that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    Offer(OfferId),
    Line(LineId),
    OrderLine(OrderLineId),
    Purchase(PurchaseLineId),
    Receipt(ReceiptId),
    Sorting(SortingId),
    Outcome(OutcomeId),
    Document(DocumentId),
    Payout(PayoutId),
}

/// A record's place in a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Where it comes from, first origin first.
    pub origins: Vec<Record>,
    /// What came of it, in the order of the week.
    pub outcomes: Vec<Record>,
}

/// Walks the chain offer -> line -> order line -> purchase -> receipt -> sorting -> document ->
/// payout from `record`, both ways.
pub fn trace(week: &Week, record: Record) -> Trace {
    let mut origins = walk(week, record, parents);
    let bought: BTreeSet<Record> = [record]
        .iter()
        .chain(&origins)
        .filter_map(|&one| match one {
            Record::Purchase(id) => week.purchase_line(id).ok(),
            _ => None,
        })
        .map(|purchase| Record::Offer(purchase.offer))
        .collect();
    // A pooled line was offered by many farms. Goods that were bought come from theirs alone.
    if !bought.is_empty() {
        origins.retain(|one| !matches!(one, Record::Offer(_)) || bought.contains(one));
    }
    Trace { origins, outcomes: walk(week, record, children) }
}

/// The order lines that `record` is about; `None` when it is about a whole lot, and then about
/// all who had some of it.
fn own_lines(week: &Week, record: Record) -> Option<BTreeSet<OrderLineId>> {
    match record {
        Record::OrderLine(id) => Some(BTreeSet::from([id])),
        Record::Sorting(id) => Some(BTreeSet::from([week.sorting(id).ok()?.order_line])),
        Record::Outcome(id) => {
            let outcome = week.outcomes().iter().find(|outcome| outcome.id == id)?;
            let LeftoverSource::Refusal(_, sorting) = outcome.source else { return None };
            own_lines(week, Record::Sorting(sorting))
        }
        Record::Document(id) => {
            let lines = week.document(id).ok()?.lines.iter();
            lines
                .map(|line| match line.billed {
                    Billed::Delivery(_, order_line) => Some(order_line),
                    Billed::Purchase(_) => None,
                })
                .collect()
        }
        _ => None,
    }
}

/// True when `record` belongs to one of `own`, or to nobody alone.
fn is_among(week: &Week, own: &BTreeSet<OrderLineId>, record: Record) -> bool {
    match record {
        Record::OrderLine(_) | Record::Sorting(_) => {
            own_lines(week, record).is_some_and(|lines| lines.iter().all(|line| own.contains(line)))
        }
        _ => true,
    }
}

/// A lot is shared by many buyers: on the way through it, the lines of others are left aside.
fn walk(week: &Week, record: Record, step: fn(&Week, Record) -> Vec<Record>) -> Vec<Record> {
    let own = own_lines(week, record);
    let is_own = |next: Record| own.as_ref().is_none_or(|own| is_among(week, own, next));
    let mut seen = BTreeSet::new();
    let mut front = step(week, record);
    while let Some(next) = front.pop() {
        if is_own(next) && seen.insert(next) {
            front.extend(step(week, next));
        }
    }
    seen.into_iter().collect()
}

/// The records from which `record` was made.
pub fn parents(week: &Week, record: Record) -> Vec<Record> {
    match record {
        Record::Offer(_) => Vec::new(),
        Record::Line(id) => {
            let Some(publication) = week.publication() else { return Vec::new() };
            let Ok(line) = publication.line(id) else { return Vec::new() };
            let joined = week.current_offers().filter(|offer| joins(offer, line));
            joined.map(|offer| Record::Offer(offer.id)).collect()
        }
        Record::OrderLine(id) => match week.order_line(id) {
            Ok((_, line)) => vec![Record::Line(line.line)],
            Err(_) => Vec::new(),
        },
        Record::Purchase(id) => {
            let lines = week.allocations_of(id).map(|one| Record::OrderLine(one.order_line));
            let offer = week.purchase_line(id).map(|purchase| Record::Offer(purchase.offer));
            lines.chain(offer).collect()
        }
        Record::Receipt(id) => {
            let receipt = week.receipt(id).map(|receipt| Record::Purchase(receipt.line));
            receipt.into_iter().collect()
        }
        Record::Sorting(id) => match week.sorting(id) {
            Ok(one) => vec![Record::Receipt(one.receipt), Record::OrderLine(one.order_line)],
            Err(_) => Vec::new(),
        },
        Record::Outcome(id) => outcome_parents(week, id),
        Record::Document(id) => document_parents(week, id),
        Record::Payout(id) => {
            let payouts = week.payouts().iter().filter(|payout| payout.id == id);
            payouts.map(|payout| Record::Document(payout.document)).collect()
        }
    }
}

fn outcome_parents(week: &Week, id: OutcomeId) -> Vec<Record> {
    let outcome = week.outcomes().iter().find(|outcome| outcome.id == id);
    outcome
        .map(|outcome| match outcome.source {
            LeftoverSource::Dock(receipt) => Record::Receipt(receipt),
            LeftoverSource::Refusal(_, sorting) => Record::Sorting(sorting),
        })
        .into_iter()
        .collect()
}

fn document_parents(week: &Week, id: DocumentId) -> Vec<Record> {
    let Ok(document) = week.document(id) else { return Vec::new() };
    // A credit note comes from its invoice, and so from all that the invoice comes from.
    let mut records: Vec<Record> = document.corrects.map(Record::Document).into_iter().collect();
    for line in &document.lines {
        match line.billed {
            Billed::Purchase(purchase) => {
                let receipts = week.receipts_of(purchase).map(|one| Record::Receipt(one.id));
                records.extend(receipts);
            }
            Billed::Delivery(note, order_line) => {
                let lines = week.notes().iter().filter(|one| one.id == note);
                let lines = lines.flat_map(|note| &note.lines);
                let own = lines.filter(|line| line.order_line == order_line);
                records.extend(own.map(|line| Record::Sorting(line.sorting)));
            }
        }
    }
    records
}

/// The records that were made from `record`.
pub fn children(week: &Week, record: Record) -> Vec<Record> {
    match record {
        Record::Offer(id) => {
            let purchases = week.purchase_lines().iter().filter(|one| one.offer == id);
            purchases.map(|one| Record::Purchase(one.id)).collect()
        }
        Record::Line(id) => {
            let orders = week.orders().iter();
            let lines = orders.flat_map(|order| {
                let own = order.lines.iter().filter(|line| line.line == id);
                own.map(|line| Record::OrderLine(order.line_id(line.rank)))
            });
            lines.collect()
        }
        Record::OrderLine(id) => {
            let purchases = week.allocations_for(id).map(|one| Record::Purchase(one.purchase_line));
            let sortings = week.valid_sortings().filter(|one| one.order_line == id);
            purchases.chain(sortings.map(|one| Record::Sorting(one.id))).collect()
        }
        Record::Purchase(id) => {
            week.receipts_of(id).map(|receipt| Record::Receipt(receipt.id)).collect()
        }
        Record::Receipt(id) => receipt_children(week, id),
        Record::Sorting(id) => sorting_children(week, id),
        Record::Document(id) => {
            let payouts = week.payouts().iter().filter(|payout| payout.document == id);
            let credits = week.documents().iter().filter(|one| one.corrects == Some(id));
            let credits = credits.map(|one| Record::Document(one.id));
            payouts.map(|payout| Record::Payout(payout.id)).chain(credits).collect()
        }
        Record::Outcome(_) | Record::Payout(_) => Vec::new(),
    }
}

fn receipt_children(week: &Week, id: ReceiptId) -> Vec<Record> {
    let sortings = week.valid_sortings().filter(|one| one.receipt == id);
    let outcomes = week.outcomes().iter().filter(|one| one.source == LeftoverSource::Dock(id));
    let purchase = week.receipt(id).map(|receipt| Billed::Purchase(receipt.line));
    let documents = week.documents().iter().filter(|document| {
        purchase.as_ref().is_ok_and(|billed| document.lines.iter().any(|l| l.billed == *billed))
    });
    sortings
        .map(|one| Record::Sorting(one.id))
        .chain(outcomes.map(|one| Record::Outcome(one.id)))
        .chain(documents.map(|one| Record::Document(one.id)))
        .collect()
}

fn sorting_children(week: &Week, id: SortingId) -> Vec<Record> {
    let mut records = Vec::new();
    let is_own = |source: LeftoverSource| match source {
        LeftoverSource::Refusal(_, sorting) => sorting == id,
        LeftoverSource::Dock(_) => false,
    };
    let outcomes = week.outcomes().iter().filter(|one| is_own(one.source));
    records.extend(outcomes.map(|one| Record::Outcome(one.id)));
    for note in week.notes() {
        for line in note.lines.iter().filter(|line| line.sorting == id) {
            let billed = Billed::Delivery(note.id, line.order_line);
            let documents = week.documents().iter();
            let own = documents.filter(|one| one.lines.iter().any(|l| l.billed == billed));
            records.extend(own.map(|one| Record::Document(one.id)));
        }
    }
    records
}
