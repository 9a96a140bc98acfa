//! Credit notes (*avoirs*, UNTDID 1001: 381): what an invoice billed and the hub takes back. The
//! invoice itself never changes; a credit note names it, and has positive amounts.

use super::{Billed, Counters, Document, DocumentKind, DocumentLine};
use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{DocumentId, NoteId, OrderLineId};
use crate::offers::Stamp;
use crate::unit::{Cents, Qty, amount};
use crate::week::Week;

/// What is to be credited of what a note delivered of an order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    pub note: NoteId,
    pub line: OrderLineId,
    pub quantity: Qty,
}

/// What is invoiced of a delivery, and what credit notes took back of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credited {
    pub quantity: Qty,
    /// Without VAT.
    pub net: Cents,
}

/// The invoice on which a delivery stands, with its line; `None` while it is not invoiced.
pub fn invoice_of(week: &Week, billed: Billed) -> Option<(&Document, &DocumentLine)> {
    let invoices = week.documents().iter().filter(|one| one.kind == DocumentKind::Invoice);
    let mut lines = invoices.flat_map(|one| one.lines.iter().map(move |line| (one, line)));
    lines.find(|(_, line)| line.billed == billed)
}

/// What all credit notes together took back of a delivery.
pub fn credited(week: &Week, billed: Billed) -> Credited {
    let notes = week.documents().iter().filter(|one| one.kind == DocumentKind::CreditNote);
    let lines = notes.flat_map(|one| &one.lines).filter(|line| line.billed == billed);
    lines.fold(Credited::default(), |sum, line| Credited {
        quantity: sum.quantity.plus(line.quantity),
        net: sum.net.plus(line.net),
    })
}

/// What a further part takes back: all parts up to it, rounded once, less the parts before it. So
/// each part is a cent at most from its own quantity times price, however many they are, and all
/// of them are the whole. Were each rounded alone, half a cent of every part would be left to the
/// last.
fn net_of(invoiced: &DocumentLine, before: Credited, quantity: Qty) -> Cents {
    let left = invoiced.net.minus(before.net);
    let all = amount(before.quantity.plus(quantity), invoiced.price);
    all.minus(before.net).max(Cents::ZERO).min(left)
}

/// Posts a credit note for one line of an invoice: same price, same rate of VAT, filed as the
/// invoice is; the reason stands on it. Never more than was invoiced, less what was credited.
///
/// Errors: nothing to credit, not invoiced yet, more than what is left.
pub fn credit_note(
    week: &Week,
    credit: Credit,
    reason: &str,
    issued_on: Day,
    counters: &mut Counters,
    stamp: &Stamp,
) -> Result<Document, Denial> {
    let Credit { note, line, quantity } = credit;
    let billed = Billed::Delivery(note, line);
    if quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    let Some((invoice, invoiced)) = invoice_of(week, billed) else {
        return Err(Denial::NotInvoicedYet { line });
    };
    let before = credited(week, billed);
    let left = invoiced.quantity.minus(before.quantity);
    if quantity > left {
        let (invoiced, credited) = (invoiced.quantity, before.quantity);
        return Err(Denial::CreditAboveInvoiced { asked: quantity, invoiced, credited });
    }
    let net = net_of(invoiced, before, quantity);
    let series = format!("A{}", issued_on.ymd().0);
    Ok(Document {
        id: DocumentId(week.documents().len() as i64 + 1),
        kind: DocumentKind::CreditNote,
        number: counters.take(&series),
        series,
        party: invoice.party,
        commitment_number: invoice.commitment_number.clone(),
        service_code: invoice.service_code.clone(),
        issued_on,
        due_on: issued_on,
        corrects: Some(invoice.id),
        reason: reason.to_string(),
        lines: vec![DocumentLine {
            billed,
            quantity,
            price: invoiced.price,
            net,
            vat: invoiced.vat,
        }],
        stamp: stamp.clone(),
    })
}
