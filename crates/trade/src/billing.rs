//! Step 8, billing: buyers are billed what was delivered, farms are paid what was accepted.

mod credit;

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::denial::Denial;
use crate::dock::{LeftoverSource, OutcomeKind, Sorting};
use crate::id::{
    BuyerId, Code, DocumentId, EntryId, NoteId, OrderLineId, PayoutId, ProducerId, PurchaseLineId,
};
use crate::ledger::{Account, Entry, Journal, credit, debit, entry};
use crate::offers::Stamp;
use crate::party::VatRegime;
use crate::sourcing::PurchaseLine;
use crate::treasury::{self, References};
use crate::unit::{Cents, Price, Qty, Rate, amount, cents_of_exact, exact_amount, rate_of};
use crate::week::Week;

pub use credit::{Credit, Credited, credit_note, credited, invoice_of};

/// What a document of account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// To a buyer (UNTDID 1001: 380).
    Invoice,
    /// *Avoir*: takes back a part of an invoice (381).
    CreditNote,
    /// In a farm's name, under its mandate (389).
    SelfBill,
    /// *Bulletin d'achat*, handed to a flat-rate farmer.
    PurchaseSlip,
    /// What the hub owes a farm that sends its own invoice.
    Statement,
}

impl DocumentKind {
    pub const ALL: [DocumentKind; 5] = [
        DocumentKind::Invoice,
        DocumentKind::CreditNote,
        DocumentKind::SelfBill,
        DocumentKind::PurchaseSlip,
        DocumentKind::Statement,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "invoice",
            DocumentKind::CreditNote => "credit_note",
            DocumentKind::SelfBill => "self_bill",
            DocumentKind::PurchaseSlip => "purchase_slip",
            DocumentKind::Statement => "statement",
        }
    }

    pub fn parse(code: &str) -> Option<DocumentKind> {
        DocumentKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Invoices and credit notes; everything else is between the hub and a farm.
    pub const fn is_for_buyer(self) -> bool {
        matches!(self, DocumentKind::Invoice | DocumentKind::CreditNote)
    }
}

/// What a document line bills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Billed {
    /// What one note delivered of one order line.
    Delivery(NoteId, OrderLineId),
    /// What was accepted, less what went back, of one purchase line.
    Purchase(PurchaseLineId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    pub billed: Billed,
    pub quantity: Qty,
    pub price: Price,
    pub net: Cents,
    pub vat: Rate,
}

/// VAT is taken once per rate on the sum of its lines, never per line (BR-S-08 of EN 16931).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VatGroup {
    pub rate: Rate,
    pub base: Cents,
    pub vat: Cents,
}

/// An invoice or a farm bill, posted: numbered, and never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub series: String,
    pub number: i64,
    /// The buyer, or the farm.
    pub party: Code,
    pub commitment_number: String,
    pub service_code: String,
    pub issued_on: Day,
    pub due_on: Day,
    /// What a credit note corrects; `None` of every other document.
    pub corrects: Option<DocumentId>,
    /// Why a credit note was made, in the hub's words; empty on every other document.
    pub reason: String,
    pub lines: Vec<DocumentLine>,
    pub stamp: Stamp,
}

impl Document {
    /// `F2026-000123`. Of a buyer's invoice at most 20 characters, as Chorus Pro wants; a farm's
    /// own series carries its code and may be longer.
    pub fn reference(&self) -> String {
        format!("{}-{:06}", self.series, self.number)
    }

    pub fn net(&self) -> Cents {
        Cents::total(self.lines.iter().map(|line| line.net))
    }

    /// One group per rate, in order of rate.
    pub fn vat_groups(&self) -> Vec<VatGroup> {
        let mut bases: BTreeMap<Rate, Cents> = BTreeMap::new();
        for line in &self.lines {
            let base = bases.entry(line.vat).or_default();
            *base = base.plus(line.net);
        }
        let group = |(rate, base)| VatGroup { rate, base, vat: rate_of(base, rate) };
        bases.into_iter().map(group).collect()
    }

    pub fn vat(&self) -> Cents {
        Cents::total(self.vat_groups().iter().map(|group| group.vat))
    }

    pub fn with_vat(&self) -> Cents {
        self.net().plus(self.vat())
    }
}

/// Money sent to a farm for one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub document: DocumentId,
    pub producer: ProducerId,
    pub amount_with_vat: Cents,
    pub paid_on: Day,
    pub stamp: Stamp,
}

/// The next number of each series. Numbers are given at posting, in the transaction that saves
/// the document, so that a series has no gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters(pub BTreeMap<String, i64>);

impl Counters {
    fn take(&mut self, series: &str) -> i64 {
        let next = self.0.entry(series.to_string()).or_insert(1);
        let number = *next;
        *next += 1;
        number
    }
}

/// Posts the invoices of a buyer for all that was delivered and not yet invoiced: one invoice
/// per commitment number and service code. Refused when the treasury would send one back.
pub fn invoice(
    week: &Week,
    buyer: BuyerId,
    issued_on: Day,
    counters: &mut Counters,
    stamp: &Stamp,
) -> Result<Vec<Document>, Denial> {
    week.register().buyer(buyer)?;
    let groups = to_invoice(week, buyer)?;
    if groups.is_empty() {
        return Err(Denial::NothingToInvoice { buyer });
    }
    if let Some(denial) = refusals(week, buyer)?.into_iter().next() {
        return Err(denial);
    }
    let series = format!("F{}", issued_on.ymd().0);
    let mut documents = Vec::with_capacity(groups.len());
    for (References { commitment_number, service_code }, quantities) in groups {
        let mut lines = Vec::with_capacity(quantities.len());
        for ((note, order_line), quantity) in quantities {
            let (_, line) = week.order_line(order_line)?;
            lines.push(DocumentLine {
                billed: Billed::Delivery(note, order_line),
                quantity,
                price: line.price,
                net: amount(quantity, line.price),
                vat: line.vat,
            });
        }
        documents.push(Document {
            id: DocumentId((week.documents().len() + documents.len()) as i64 + 1),
            kind: DocumentKind::Invoice,
            number: counters.take(&series),
            series: series.clone(),
            party: buyer.0,
            commitment_number,
            service_code,
            issued_on,
            due_on: issued_on.plus_days(week.register().hub.buyer_payment_days as i32),
            corrects: None,
            reason: String::new(),
            lines,
            stamp: stamp.clone(),
        });
    }
    Ok(documents)
}

/// What was delivered to a buyer and is not invoiced, by what its invoice is filed under. An order
/// that was placed without a number or code takes the buyer's own of today.
fn to_invoice(week: &Week, buyer: BuyerId) -> Result<ToInvoice, Denial> {
    let known = week.register().buyer(buyer)?.references();
    let mut groups = ToInvoice::new();
    for (note, line) in week.note_lines_of(buyer) {
        let billed = Billed::Delivery(note.id, line.order_line);
        if line.delivered().is_zero() || week.is_billed(billed) {
            continue;
        }
        let (order, _) = week.order_line(line.order_line)?;
        let or = |own: &String, known: &String| if own.is_empty() { known } else { own }.clone();
        let references = References {
            commitment_number: or(&order.commitment_number, &known.commitment_number),
            service_code: or(&order.service_code, &known.service_code),
        };
        let group = groups.entry(references).or_default();
        let sum = group.entry((note.id, line.order_line)).or_default();
        *sum = sum.plus(line.delivered());
    }
    Ok(groups)
}

type ToInvoice = BTreeMap<References, BTreeMap<(NoteId, OrderLineId), Qty>>;

/// What the buyer's treasury would send back, told before anything is posted (T-46): each reason
/// once. Nothing: the invoices may go.
pub fn refusals(week: &Week, buyer: BuyerId) -> Result<Vec<Denial>, Denial> {
    let known = week.register().buyer(buyer)?;
    let mut found: Vec<Denial> = Vec::new();
    for references in to_invoice(week, buyer)?.keys() {
        let own = treasury::refusals(known, references).into_iter();
        let new: Vec<Denial> = own.filter(|denial| !found.contains(denial)).collect();
        found.extend(new);
    }
    Ok(found)
}

/// Posts what the hub owes a farm for all that was accepted and not yet billed. The farm's VAT
/// regime and mandate decide the paper; each farm's self-bills have a series of their own.
///
/// Refused while goods of the farm could still go back to it, since a posted paper never changes.
pub fn farm_bill(
    week: &Week,
    producer: ProducerId,
    issued_on: Day,
    counters: &mut Counters,
    stamp: &Stamp,
) -> Result<Document, Denial> {
    let farm = week.register().producer(producer)?;
    let (kind, series) = match (farm.vat_regime, farm.mandate_on) {
        (VatRegime::FlatRateFarmer, _) => (DocumentKind::PurchaseSlip, "BA".to_string()),
        (_, Some(day)) if day <= issued_on => (DocumentKind::SelfBill, format!("AF-{producer}-")),
        _ => (DocumentKind::Statement, "RL".to_string()),
    };
    let mut lines = Vec::new();
    let mut first_day: Option<Day> = None;
    for purchase in week.purchase_lines_of(producer) {
        let quantity = payable(week, purchase);
        let billed = Billed::Purchase(purchase.id);
        if quantity.is_zero() || week.is_billed(billed) {
            continue;
        }
        if !is_finished(week, purchase) {
            return Err(Denial::DayNotFinished { day: purchase.day });
        }
        first_day = Some(first_day.map_or(purchase.day, |day| day.min(purchase.day)));
        lines.push(DocumentLine {
            billed,
            quantity,
            price: purchase.price,
            net: amount(quantity, purchase.price),
            vat: farm_vat(week, farm.vat_regime, purchase)?,
        });
    }
    // The 30 days of L441-11 run from the first delivery of the document.
    let first_day = first_day.ok_or(Denial::NothingToPay { producer })?;
    let series = format!("{series}{}", issued_on.ymd().0);
    Ok(Document {
        id: DocumentId(week.documents().len() as i64 + 1),
        kind,
        number: counters.take(&series),
        series,
        party: producer.0,
        commitment_number: String::new(),
        service_code: String::new(),
        issued_on,
        due_on: first_day.plus_days(week.register().hub.farm_payment_days as i32),
        corrects: None,
        reason: String::new(),
        lines,
        stamp: stamp.clone(),
    })
}

/// True when all that was taken in of a purchase line has been handed over or resolved.
fn is_finished(week: &Week, purchase: &PurchaseLine) -> bool {
    let handed_over = |sorting: &Sorting| {
        week.note_line(sorting.id).is_ok_and(|line| line.refused == resolved_of(week, sorting))
    };
    week.receipts_of(purchase.id).all(|receipt| {
        week.receipt_left(receipt).is_zero() && week.sortings_of(receipt.id).all(handed_over)
    })
}

fn resolved_of(week: &Week, sorting: &Sorting) -> Qty {
    let note = week.note_of(sorting.id);
    note.map_or(Qty::ZERO, |note| week.resolved(LeftoverSource::Refusal(note, sorting.id)))
}

fn farm_vat(week: &Week, regime: VatRegime, purchase: &PurchaseLine) -> Result<Rate, Denial> {
    if regime != VatRegime::Liable {
        return Ok(Rate::ZERO);
    }
    let register = week.register();
    let kind = register.product(purchase.product)?.vat;
    let missing = Denial::NoVatRate { product: purchase.product, day: purchase.day };
    register.vat.rate(kind, purchase.day).ok_or(missing)
}

/// What a farm is paid of a purchase line: accepted, less what went back to the farm.
pub fn payable(week: &Week, purchase: &PurchaseLine) -> Qty {
    let accepted = week.receipts_of(purchase.id).map(|receipt| receipt.accepted());
    Qty::total(accepted).minus(week.returned_of(purchase.id))
}

/// Pays one farm bill, once.
pub fn pay(
    week: &Week,
    document: DocumentId,
    paid_on: Day,
    stamp: Stamp,
) -> Result<Payout, Denial> {
    let bill = week.document(document)?;
    if bill.kind.is_for_buyer() {
        return Err(Denial::UnknownDocument { document });
    }
    if week.payouts().iter().any(|payout| payout.document == document) {
        return Err(Denial::AlreadyPaid { document });
    }
    Ok(Payout {
        id: PayoutId(week.payouts().len() as i64 + 1),
        document,
        producer: ProducerId(bill.party),
        amount_with_vat: bill.with_vat(),
        paid_on,
        stamp,
    })
}

/// The ledger entry of a document.
pub fn document_entry(document: &Document, id: EntryId) -> Result<Entry, Denial> {
    let party = Some(document.party);
    let (net, vat, total) = (document.net(), document.vat(), document.with_vat());
    let (journal, lines) = match document.kind {
        DocumentKind::Invoice => (
            Journal::Sales,
            vec![
                debit(Account::Buyers, party, total),
                credit(Account::Sales, None, net),
                credit(Account::VatCollected, None, vat),
            ],
        ),
        DocumentKind::CreditNote => (
            Journal::Sales,
            vec![
                debit(Account::Sales, None, net),
                debit(Account::VatCollected, None, vat),
                credit(Account::Buyers, party, total),
            ],
        ),
        DocumentKind::SelfBill | DocumentKind::PurchaseSlip | DocumentKind::Statement => (
            Journal::Purchases,
            vec![
                debit(Account::Purchases, None, net),
                debit(Account::VatDeductible, None, vat),
                credit(Account::Producers, party, total),
            ],
        ),
    };
    entry(id, journal, document.issued_on, document.reference(), lines)
}

/// The ledger entry of a payout.
pub fn payout_entry(payout: &Payout, piece: String, id: EntryId) -> Result<Entry, Denial> {
    let lines = vec![
        debit(Account::Producers, Some(payout.producer.0), payout.amount_with_vat),
        credit(Account::Bank, None, payout.amount_with_vat),
    ];
    entry(id, Journal::Bank, payout.paid_on, piece, lines)
}

/// What the farms were paid for and no buyer was billed, at cost, in exact 10^-7 EUR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LossExact {
    pub donated: i128,
    pub wasted: i128,
    pub missing: i128,
}

pub(crate) fn losses_exact(week: &Week) -> Result<LossExact, Denial> {
    let mut losses = LossExact::default();
    for outcome in week.outcomes() {
        let receipt = match outcome.source {
            LeftoverSource::Dock(receipt) => receipt,
            LeftoverSource::Refusal(_, sorting) => week.sorting(sorting)?.receipt,
        };
        let cost = week.purchase_line(week.receipt(receipt)?.line)?.price;
        let exact = exact_amount(outcome.quantity, cost);
        match outcome.kind {
            OutcomeKind::Donated(_) => losses.donated += exact,
            OutcomeKind::Wasted => losses.wasted += exact,
            OutcomeKind::Returned => {}
        }
    }
    for line in week.notes().iter().flat_map(|note| &note.lines) {
        let cost = week.purchase_line(week.receipt(line.receipt)?.line)?.price;
        losses.missing += exact_amount(line.missing, cost);
    }
    Ok(losses)
}

/// The entry that moves what no buyer was billed out of purchases: donations on one side,
/// shrinkage (lost and wasted) on the other. `None` when nothing was lost.
pub fn shrinkage_entry(week: &Week, day: Day, id: EntryId) -> Result<Option<Entry>, Denial> {
    let losses = losses_exact(week)?;
    let posted = |account| {
        crate::ledger::balances(week.entries()).get(&account).copied().unwrap_or(Cents::ZERO)
    };
    // Only what earlier entries of the week have not moved yet.
    let donated = cents_of_exact(losses.donated).minus(posted(Account::Donations));
    let lost = cents_of_exact(losses.wasted + losses.missing).minus(posted(Account::Shrinkage));
    let total = donated.plus(lost);
    if total.is_zero() {
        return Ok(None);
    }
    let lines = vec![
        debit(Account::Donations, None, donated),
        debit(Account::Shrinkage, None, lost),
        credit(Account::Purchases, None, total),
    ];
    entry(id, Journal::Various, day, format!("DEM-{}", week.week()), lines).map(Some)
}
