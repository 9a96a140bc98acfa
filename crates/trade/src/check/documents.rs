//! Documents bill what was delivered or accepted, once; credit notes take back no more than their
//! invoices billed, at the same price and rate.

use std::collections::{BTreeMap, BTreeSet};

use super::{Breach, Check, MoneyBalance};
use crate::billing::{Billed, Document, DocumentKind, DocumentLine};
use crate::dock::OutcomeKind;
use crate::unit::{Cents, Qty, amount};
use crate::week::Week;

/// Sums of quantities and nets.
type Sums = BTreeMap<Billed, (Qty, Cents)>;

/// I3: documents bill what was delivered or accepted, once.
pub(super) fn check(week: &Week, check: &mut Check) {
    let mut facts: BTreeMap<Billed, Qty> = BTreeMap::new();
    for note in week.notes() {
        for line in &note.lines {
            let key = Billed::Delivery(note.id, line.order_line);
            let sum = facts.entry(key).or_default();
            *sum = sum.plus(line.delivered());
        }
    }
    for receipt in week.valid_receipts() {
        let sum = facts.entry(Billed::Purchase(receipt.line)).or_default();
        *sum = sum.plus(receipt.accepted());
    }
    for outcome in week.outcomes().iter().filter(|one| one.kind == OutcomeKind::Returned) {
        let receipt = week.receipt_of(outcome.source).and_then(|id| week.receipt(id));
        if let Ok(line) = receipt.map(|receipt| receipt.line) {
            let sum = facts.entry(Billed::Purchase(line)).or_default();
            *sum = sum.minus(outcome.quantity);
        }
    }
    let mut seen = BTreeSet::new();
    for document in week.documents() {
        add_document(document, &mut check.money);
        if document.kind == DocumentKind::CreditNote {
            continue;
        }
        for line in &document.lines {
            let fact = facts.get(&line.billed).copied().unwrap_or(Qty::ZERO);
            if fact != line.quantity || line.net != amount(line.quantity, line.price) {
                check.breaches.push(Breach::BilledOtherwise {
                    document: document.id,
                    billed: line.billed,
                    fact,
                    quantity: line.quantity,
                });
            }
            if !seen.insert(line.billed) {
                check.breaches.push(Breach::BilledTwice { billed: line.billed });
            }
        }
    }
    check_credits(week, check);
}

fn add_document(document: &Document, money: &mut MoneyBalance) {
    let (net, vat) = match document.kind {
        DocumentKind::Invoice => (&mut money.invoices, &mut money.vat_collected),
        DocumentKind::CreditNote => {
            money.credited = money.credited.plus(document.net());
            money.vat_collected = money.vat_collected.minus(document.vat());
            return;
        }
        _ => (&mut money.farm_bills, &mut money.vat_deductible),
    };
    *net = net.plus(document.net());
    *vat = vat.plus(document.vat());
}

fn check_credits(week: &Week, check: &mut Check) {
    let of_kind = |kind| week.documents().iter().filter(move |one| one.kind == kind);
    let invoiced = sums(of_kind(DocumentKind::Invoice));
    let credited = sums(of_kind(DocumentKind::CreditNote));
    for (billed, (quantity, net)) in credited {
        let (most, whole) = invoiced.get(&billed).copied().unwrap_or_default();
        if quantity > most || net > whole {
            check.breaches.push(Breach::OverCredited { billed, invoiced: whole, credited: net });
        }
    }
    for document in of_kind(DocumentKind::CreditNote) {
        if !is_led_back(week, document) {
            check.breaches.push(Breach::CreditAstray { document: document.id });
        }
    }
}

fn sums<'a>(documents: impl Iterator<Item = &'a Document>) -> Sums {
    let mut sums = Sums::new();
    for line in documents.flat_map(|one| &one.lines) {
        let sum = sums.entry(line.billed).or_default();
        *sum = (sum.0.plus(line.quantity), sum.1.plus(line.net));
    }
    sums
}

/// Whether it names an invoice of the same buyer that has its lines.
fn is_led_back(week: &Week, credit: &Document) -> bool {
    let Some(Ok(invoice)) = credit.corrects.map(|id| week.document(id)) else { return false };
    let same = |line: &DocumentLine| {
        let own = invoice.lines.iter().find(|one| one.billed == line.billed);
        // A part takes what rounding left of those before it, which is a cent at most.
        let apart = line.net.minus(amount(line.quantity, line.price)).get().abs();
        own.is_some_and(|own| (own.price, own.vat) == (line.price, line.vat)) && apart <= 1
    };
    invoice.kind == DocumentKind::Invoice
        && invoice.party == credit.party
        && credit.lines.iter().all(same)
}
