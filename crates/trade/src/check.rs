//! A week balances twice, in thousandths of a sale unit and in cents. `Week::check` states both
//! laws from the facts alone, without the indexes that the steps use.

mod documents;
mod surplus;

use std::collections::{BTreeMap, BTreeSet};

use crate::billing::{Billed, DocumentKind, losses_exact};
use crate::calendar::Day;
use crate::denial::Denial;
use crate::dock::surplus::SurplusSource;
use crate::dock::{LeftoverSource, OutcomeKind, Receipt};
use crate::id::{
    DocumentId, EntryId, LineId, NoteId, OfferId, OrderLineId, PurchaseLineId, ReceiptId,
    ReservationId, SlotId, SortingId, SurplusId,
};
use crate::ledger::Account;
use crate::orders::{Channel, Order};
use crate::unit::{Cents, Grams, Qty, cents_of_exact, exact_amount};
use crate::week::Week;

/// A law that does not hold, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// More was sold of a line than was offered.
    Oversold { line: LineId, day: Day, offered: Qty, ordered: Qty },
    /// More was purchased of an offer than it held.
    Overdrawn { offer: OfferId, offered: Qty, purchased: Qty },
    /// A purchase line is not the sum of its allocations.
    PurchaseNotSold { line: PurchaseLineId, purchased: Qty, allocated: Qty },
    /// An order line was allocated more than was ordered.
    OverAllocated { line: OrderLineId, ordered: Qty, allocated: Qty },
    /// A shortage was shared out beyond what the farm brings, or to who waits for none of it.
    SharedOtherwise { line: PurchaseLineId, confirmed: Qty, shared: Qty },
    /// received = sorted + rejected + donated + returned + wasted + still there; negative here.
    BatchOverdrawn { receipt: ReceiptId, accepted: Qty, used: Qty },
    /// loaded = delivered + refused + missing does not hold.
    NoteUnbalanced { note: NoteId, sorting: SortingId },
    /// More was resolved of a refusal than was refused.
    RefusalOverdrawn { note: NoteId, sorting: SortingId, refused: Qty, resolved: Qty },
    /// A document bills another quantity than was delivered or accepted.
    BilledOtherwise { document: DocumentId, billed: Billed, fact: Qty, quantity: Qty },
    /// The same thing stands on two documents.
    BilledTwice { billed: Billed },
    /// Credit notes took back more than an invoice billed, in quantity or in amount.
    OverCredited { billed: Billed, invoiced: Cents, credited: Cents },
    /// A credit note names no invoice of its buyer on which its lines stand.
    CreditAstray { document: DocumentId },
    /// An entry of the ledger does not balance.
    EntryUnbalanced { entry: EntryId, debit: Cents, credit: Cents },
    /// The ledger disagrees with the documents.
    LedgerOff { account: Account, documents: Cents, ledger: Cents },
    /// Income and cost differ by more than rounding can explain.
    MoneyUnexplained { difference: Cents, most: Cents },
    /// A number stands twice in its series.
    SeriesBroken { series: String, expected: i64, found: i64 },
    /// More was reserved, fetched and taken back of a surplus than was offered.
    SurplusOversold { surplus: SurplusId, offered: Qty, taken: Qty },
    /// More is offered to food aid than is there.
    HeldTooMuch { source: SurplusSource, left: Qty, held: Qty },
    /// More is to be loaded in the hours of a slot than its capacity.
    SlotOverfull { slot: SlotId, capacity: Grams, load: Grams },
    /// What food aid has fetched is neither given nor sold, or another quantity is.
    PickupUnmatched { reservation: ReservationId },
    /// What was shared out is not what was fetched.
    SplitUnbalanced { reservation: ReservationId, received: Qty, split: Qty },
    /// A fact points to something that is not there.
    Dangling(Denial),
}

/// Something that the week still waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenItem {
    NotPublished,
    DayOpen {
        day: Day,
    },
    /// Sold, and no farm brings it.
    NotSourced {
        day: Day,
        lines: i64,
    },
    NotReceived {
        day: Day,
        lines: i64,
    },
    /// The dock is not empty.
    OnDock {
        day: Day,
        batches: i64,
    },
    NotDelivered {
        day: Day,
        sortings: i64,
    },
    RefusalsUnresolved {
        day: Day,
        lines: i64,
    },
    NotInvoiced {
        lines: i64,
    },
    FarmsNotBilled {
        lines: i64,
    },
    FarmsNotPaid {
        documents: i64,
    },
}

/// Where every unit went, summed over lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoodsBalance {
    pub ordered: Qty,
    pub purchased: Qty,
    pub received: Qty,
    pub rejected: Qty,
    pub sorted: Qty,
    pub delivered: Qty,
    pub refused: Qty,
    pub missing: Qty,
    pub donated: Qty,
    pub returned: Qty,
    pub wasted: Qty,
    /// On the dock, or brought back and not resolved. Zero at the end of the day.
    pub on_dock: Qty,
    /// Sorted, and on no delivery note yet.
    pub to_deliver: Qty,
}

/// Where every cent went:
/// `invoices - credited = farm_bills + margin - credited - donated - shrinkage + rounding`, where
/// what is credited is taken from the margin: the farm was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyBalance {
    pub invoices: Cents,
    /// Taken back by credit notes.
    pub credited: Cents,
    /// Of invoices, less that of credit notes.
    pub vat_collected: Cents,
    pub farm_bills: Cents,
    pub vat_deductible: Cents,
    /// Sale price less farm price, over what was delivered and billed, before credit notes.
    pub margin: Cents,
    pub donated: Cents,
    pub shrinkage: Cents,
    /// What rounding each line to the cent moved.
    pub rounding: Cents,
    pub paid: Cents,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    pub breaches: Vec<Breach>,
    pub open: Vec<OpenItem>,
    pub goods: GoodsBalance,
    pub money: MoneyBalance,
}

impl Check {
    /// Both laws hold.
    pub fn is_balanced(&self) -> bool {
        self.breaches.is_empty()
    }

    /// Nothing is left to do but to pay farms when it is due.
    pub fn is_finished(&self) -> bool {
        self.open.iter().all(|item| matches!(item, OpenItem::FarmsNotPaid { .. }))
    }
}

impl Week {
    /// Both laws, and what is still open.
    pub fn check(&self) -> Check {
        let mut check = Check::default();
        check_sold(self, &mut check);
        check_purchased(self, &mut check);
        check_shared(self, &mut check);
        let used = check_batches(self, &mut check);
        surplus::check(self, &used, &mut check);
        check_notes(self, &mut check);
        documents::check(self, &mut check);
        check_ledger(self, &mut check);
        check_series(self, &mut check);
        open_items(self, &used, &mut check);
        check
    }
}

/// I1: nothing is sold that was not offered; counted from orders and amendments.
fn check_sold(week: &Week, check: &mut Check) {
    let mut last: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for amendment in week.amendments() {
        last.insert(amendment.line, amendment.quantity);
    }
    let mut sold: BTreeMap<(LineId, Day), Qty> = BTreeMap::new();
    for order in week.orders() {
        for line in &order.lines {
            let amended = last.get(&order.line_id(line.rank)).copied();
            let quantity = amended.unwrap_or(line.quantity);
            check.goods.ordered = check.goods.ordered.plus(quantity);
            if order.channel != crate::orders::Channel::Surplus {
                let sum = sold.entry((line.line, order.day)).or_default();
                *sum = sum.plus(quantity);
            }
        }
    }
    for ((line, day), ordered) in sold {
        let offered = week.offered(line, day).minus(week.withdrawn(line, day));
        if ordered > offered {
            check.breaches.push(Breach::Oversold { line, day, offered, ordered });
        }
    }
}

/// I2: what is purchased is what was sold, and no more than was offered.
fn check_purchased(week: &Week, check: &mut Check) {
    let mut allocated: BTreeMap<PurchaseLineId, Qty> = BTreeMap::new();
    let mut given: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for allocation in week.allocations() {
        let sum = allocated.entry(allocation.purchase_line).or_default();
        *sum = sum.plus(allocation.quantity);
    }
    let mut drawn: BTreeMap<OfferId, Qty> = BTreeMap::new();
    for purchase in week.purchase_lines() {
        let goods = &mut check.goods;
        goods.purchased = goods.purchased.plus(purchase.quantity);
        let allocated = allocated.get(&purchase.id).copied().unwrap_or(Qty::ZERO);
        if allocated != purchase.quantity {
            let (line, purchased) = (purchase.id, purchase.quantity);
            check.breaches.push(Breach::PurchaseNotSold { line, purchased, allocated });
        }
        let sum = drawn.entry(purchase.offer).or_default();
        *sum = sum.plus(purchase.quantity);
        for (order_line, quantity) in crate::sourcing::effective(week, purchase) {
            let sum = given.entry(order_line).or_default();
            *sum = sum.plus(quantity);
        }
    }
    for (line, allocated) in given {
        let ordered = week.ordered(line);
        if allocated > ordered {
            check.breaches.push(Breach::OverAllocated { line, ordered, allocated });
        }
    }
    for (offer, purchased) in drawn {
        match week.offer(offer) {
            Ok(known) if purchased > known.quantity => {
                let offered = known.quantity;
                check.breaches.push(Breach::Overdrawn { offer, offered, purchased });
            }
            Ok(_) => {}
            Err(denial) => check.breaches.push(Breach::Dangling(denial)),
        }
    }
}

/// The parts of a shortage come to no more than the farm brings, each to no more than the plan
/// gave.
fn check_shared(week: &Week, check: &mut Check) {
    let mut last: BTreeMap<PurchaseLineId, &crate::sourcing::Confirmation> = BTreeMap::new();
    for confirmation in week.confirmations() {
        last.insert(confirmation.line, confirmation);
    }
    for (line, confirmation) in last {
        let Some(sharing) = &confirmation.shared else { continue };
        let mut parts: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
        for &(order_line, part) in &sharing.parts {
            let sum = parts.entry(order_line).or_default();
            *sum = sum.plus(part);
        }
        let shared = Qty::total(parts.values().copied());
        for one in week.allocations().iter().filter(|one| one.purchase_line == line) {
            let left = parts.entry(one.order_line).or_default();
            *left = left.minus(one.quantity.min(*left));
        }
        let is_astray = parts.values().any(|left| !left.is_zero());
        if is_astray || shared > confirmation.quantity {
            let confirmed = confirmation.quantity;
            check.breaches.push(Breach::SharedOtherwise { line, confirmed, shared });
        }
    }
}

/// Per lot: received = sorted + rejected + donated + returned + wasted (+ what is still there).
/// Returns what of each receipt is used.
fn check_batches(week: &Week, check: &mut Check) -> BTreeMap<ReceiptId, Qty> {
    let mut used: BTreeMap<ReceiptId, Qty> = BTreeMap::new();
    for sorting in week.valid_sortings() {
        let sum = used.entry(sorting.receipt).or_default();
        *sum = sum.plus(sorting.quantity);
        check.goods.sorted = check.goods.sorted.plus(sorting.quantity);
    }
    for outcome in week.outcomes() {
        if let LeftoverSource::Dock(receipt) = outcome.source {
            let sum = used.entry(receipt).or_default();
            *sum = sum.plus(outcome.quantity);
        }
        let goods = &mut check.goods;
        let sum = match outcome.kind {
            OutcomeKind::Donated(_) => &mut goods.donated,
            OutcomeKind::Returned => &mut goods.returned,
            OutcomeKind::Wasted => &mut goods.wasted,
        };
        *sum = sum.plus(outcome.quantity);
    }
    for receipt in week.receipts() {
        let goods = &mut check.goods;
        let of_it = used.get(&receipt.id).copied().unwrap_or(Qty::ZERO);
        let accepted = match week.is_withdrawn(receipt.id) {
            true => Qty::ZERO,
            false => {
                goods.received = goods.received.plus(receipt.received);
                goods.rejected = goods.rejected.plus(receipt.rejected);
                receipt.accepted()
            }
        };
        goods.on_dock = goods.on_dock.plus(accepted.minus(of_it));
        if of_it > accepted {
            let breach = Breach::BatchOverdrawn { receipt: receipt.id, accepted, used: of_it };
            check.breaches.push(breach);
        }
    }
    let withdrawn = week.withdrawals().iter().map(|one| &one.receipt);
    for receipt in used.keys().chain(withdrawn) {
        if let Err(denial) = week.receipt(*receipt) {
            check.breaches.push(Breach::Dangling(denial));
        }
    }
    used
}

/// Per handover: sorted = delivered + refused + missing, each sorting on one note at most, and
/// what was refused is resolved at most once.
fn check_notes(week: &Week, check: &mut Check) {
    let mut resolved: BTreeMap<SortingId, Qty> = BTreeMap::new();
    for outcome in week.outcomes() {
        if let LeftoverSource::Refusal(_, sorting) = outcome.source {
            let sum = resolved.entry(sorting).or_default();
            *sum = sum.plus(outcome.quantity);
        }
    }
    let mut seen = BTreeSet::new();
    let mut loaded = Qty::ZERO;
    for note in week.notes() {
        for line in &note.lines {
            let sorted = week.sorting(line.sorting).ok();
            // What went back to the dock was put aside for nobody.
            let sorted = sorted.filter(|known| !week.is_unsorted(known.id));
            let sorted = sorted.map_or(Qty::ZERO, |known| known.quantity);
            let delivered = line.delivered();
            let sum = delivered.plus(line.refused).plus(line.missing);
            let first = seen.insert(line.sorting);
            if !first || sorted != line.loaded || sum != sorted || delivered < Qty::ZERO {
                let (note, sorting) = (note.id, line.sorting);
                check.breaches.push(Breach::NoteUnbalanced { note, sorting });
            }
            let back = resolved.get(&line.sorting).copied().unwrap_or(Qty::ZERO);
            if back > line.refused {
                check.breaches.push(Breach::RefusalOverdrawn {
                    note: note.id,
                    sorting: line.sorting,
                    refused: line.refused,
                    resolved: back,
                });
            }
            let goods = &mut check.goods;
            goods.delivered = goods.delivered.plus(delivered);
            goods.refused = goods.refused.plus(line.refused);
            goods.missing = goods.missing.plus(line.missing);
            goods.on_dock = goods.on_dock.plus(line.refused.minus(back));
            loaded = loaded.plus(line.loaded);
        }
    }
    check.goods.to_deliver = check.goods.sorted.minus(loaded);
}

/// Cents: each entry balances, the ledger says what the documents say, and income less cost is
/// explained by margin, donations, shrinkage and rounding.
fn check_ledger(week: &Week, check: &mut Check) {
    for entry in week.entries() {
        let debit = Cents::total(entry.lines.iter().map(|line| line.debit));
        let credit = Cents::total(entry.lines.iter().map(|line| line.credit));
        if debit != credit {
            check.breaches.push(Breach::EntryUnbalanced { entry: entry.id, debit, credit });
        }
    }
    let ledger = crate::ledger::balances(week.entries());
    let balance = |account: Account| ledger.get(&account).copied().unwrap_or(Cents::ZERO);
    let money = &mut check.money;
    money.paid = Cents::total(week.payouts().iter().map(|payout| payout.amount_with_vat));
    let pairs = [
        (Account::Sales, money.credited.minus(money.invoices)),
        (Account::VatCollected, Cents::ZERO.minus(money.vat_collected)),
        (Account::VatDeductible, money.vat_deductible),
        (Account::Bank, Cents::ZERO.minus(money.paid)),
        (
            Account::Purchases,
            money.farm_bills.minus(balance(Account::Shrinkage)).minus(balance(Account::Donations)),
        ),
    ];
    for (account, documents) in pairs {
        if balance(account) != documents {
            let ledger = balance(account);
            check.breaches.push(Breach::LedgerOff { account, documents, ledger });
        }
    }
    if !week.documents().is_empty()
        && let Err(denial) = explain_money(week, check)
    {
        check.breaches.push(Breach::Dangling(denial));
    }
}

/// Recomputes margin and losses from quantities and prices, without rounding; what remains
/// between the documents and that can only be half a cent per rounded amount.
fn explain_money(week: &Week, check: &mut Check) -> Result<(), Denial> {
    let billed: BTreeSet<Billed> =
        week.documents().iter().flat_map(|one| one.lines.iter().map(|line| line.billed)).collect();
    let mut margin: i128 = 0;
    let mut pending: i128 = 0;
    for note in week.notes() {
        for line in &note.lines {
            let purchase = week.receipt(line.receipt)?.line;
            let (_, order_line) = week.order_line(line.order_line)?;
            let cost = week.purchase_line(purchase)?.price;
            if billed.contains(&Billed::Delivery(note.id, line.order_line)) {
                margin += exact_amount(line.delivered(), order_line.price)
                    - exact_amount(line.delivered(), cost);
            } else {
                pending += exact_amount(line.delivered(), cost);
            }
            // Brought back and not yet resolved: paid for, and neither sold nor lost so far.
            pending += exact_amount(line.refused, cost);
        }
    }
    for outcome in week.outcomes() {
        if let LeftoverSource::Refusal(_, sorting) = outcome.source {
            let purchase = week.receipt(week.sorting(sorting)?.receipt)?.line;
            let cost = week.purchase_line(purchase)?.price;
            pending -= exact_amount(outcome.quantity, cost);
        }
    }
    pending += unsold_exact(week, &billed)?;
    let losses = losses_exact(week)?;
    let money = &mut check.money;
    money.margin = cents_of_exact(margin);
    money.donated = cents_of_exact(losses.donated);
    money.shrinkage = cents_of_exact(losses.wasted + losses.missing);
    let explained = margin - losses.donated - losses.wasted - losses.missing - pending;
    let documents = money.invoices.minus(money.farm_bills);
    money.rounding = documents.minus(money.margin.minus(money.donated).minus(money.shrinkage));
    // A credit note takes the same cents from what is invoiced and from the margin.
    let others = week.documents().iter().filter(|one| one.kind != DocumentKind::CreditNote);
    let rounded = others.map(|one| one.lines.len() as i64).sum::<i64>();
    let most = Cents::new(rounded / 2 + 1);
    let difference = documents.minus(cents_of_exact(explained));
    if difference.get().abs() > most.get() {
        check.breaches.push(Breach::MoneyUnexplained { difference, most });
    }
    Ok(())
}

/// Cost of goods on the dock or loaded, less goods not yet on a farm bill: what makes a week
/// that is not finished differ from its end.
fn unsold_exact(week: &Week, billed: &BTreeSet<Billed>) -> Result<i128, Denial> {
    let mut exact = 0;
    for receipt in week.valid_receipts() {
        let purchase = week.purchase_line(receipt.line)?;
        exact += exact_amount(week.receipt_left(receipt), purchase.price);
        if !billed.contains(&Billed::Purchase(purchase.id)) {
            exact -= exact_amount(receipt.accepted(), purchase.price);
        }
    }
    for purchase in week.purchase_lines() {
        if !billed.contains(&Billed::Purchase(purchase.id)) {
            exact += exact_amount(week.returned_of(purchase.id), purchase.price);
        }
    }
    for sorting in week.valid_sortings() {
        if week.note_line(sorting.id).is_err() {
            let purchase = week.receipt(sorting.receipt)?.line;
            exact += exact_amount(sorting.quantity, week.purchase_line(purchase)?.price);
        }
    }
    Ok(exact)
}

/// I4: no number stands twice. A series runs over many weeks, so holes are looked for where the
/// whole series is known: in the shell's check of a hub.
fn check_series(week: &Week, check: &mut Check) {
    let mut numbers: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for document in week.documents() {
        numbers.entry(&document.series).or_default().push(document.number);
    }
    for (series, mut found) in numbers {
        found.sort_unstable();
        for pair in found.windows(2) {
            if pair[1] == pair[0] {
                check.breaches.push(Breach::SeriesBroken {
                    series: series.to_string(),
                    expected: pair[0] + 1,
                    found: pair[1],
                });
            }
        }
    }
}

fn open_items(week: &Week, used: &BTreeMap<ReceiptId, Qty>, check: &mut Check) {
    let Some(publication) = week.publication() else {
        check.open.push(OpenItem::NotPublished);
        return;
    };
    for sale in &publication.days {
        open_day(week, sale.day, used, &mut check.open);
    }
    let lines =
        week.notes().iter().flat_map(|note| note.lines.iter().map(move |line| (note, line)));
    let unbilled = lines.filter(|(note, line)| {
        !line.delivered().is_zero() && !week.is_billed(Billed::Delivery(note.id, line.order_line))
    });
    push(&mut check.open, unbilled.count(), |lines| OpenItem::NotInvoiced { lines });
    let unpaid = week.purchase_lines().iter().filter(|purchase| {
        !week.is_billed(Billed::Purchase(purchase.id))
            && !crate::billing::payable(week, purchase).is_zero()
    });
    push(&mut check.open, unpaid.count(), |lines| OpenItem::FarmsNotBilled { lines });
    let paid: BTreeSet<DocumentId> = week.payouts().iter().map(|one| one.document).collect();
    let due = week
        .documents()
        .iter()
        .filter(|document| !document.kind.is_for_buyer() && !paid.contains(&document.id));
    push(&mut check.open, due.count(), |documents| OpenItem::FarmsNotPaid { documents });
}

fn open_day(week: &Week, day: Day, used: &BTreeMap<ReceiptId, Qty>, open: &mut Vec<OpenItem>) {
    if week.closing(day).is_none() {
        open.push(OpenItem::DayOpen { day });
        return;
    }
    push(open, not_sourced(week, day), |lines| OpenItem::NotSourced { day, lines });
    let waiting = week.purchase_lines_on(day).filter(|purchase| {
        !week.confirmed(purchase.id).is_zero() && week.receipts_of(purchase.id).next().is_none()
    });
    push(open, waiting.count(), |lines| OpenItem::NotReceived { day, lines });
    let receipts = week.purchase_lines_on(day).flat_map(|line| week.receipts_of(line.id));
    let there = |receipt: &&Receipt| {
        used.get(&receipt.id).copied().unwrap_or(Qty::ZERO) < receipt.accepted()
    };
    push(open, receipts.filter(there).count(), |batches| OpenItem::OnDock { day, batches });
    let sortings = week.sortings_to_deliver(day).count();
    push(open, sortings, |sortings| OpenItem::NotDelivered { day, sortings });
    let leftovers = crate::dock::all_left(week, day).into_iter();
    let refusals = leftovers.filter(|(from, _)| matches!(from, LeftoverSource::Refusal(..)));
    push(open, refusals.count(), |lines| OpenItem::RefusalsUnresolved { day, lines });
}

/// Order lines of a day of which no plan says who brings them or that nobody does.
fn not_sourced(week: &Week, day: Day) -> usize {
    let plans = week.plans().iter().filter(|plan| plan.day == day);
    let short: BTreeSet<OrderLineId> =
        plans.flat_map(|plan| &plan.shortfalls).map(|short| short.order_line).collect();
    // A surplus order takes what lies on the dock: nobody needs to bring it.
    let is_sourced = |order: &&Order| order.day == day && order.channel != Channel::Surplus;
    let orders = week.orders().iter().filter(is_sourced);
    let lines = orders.flat_map(|order| order.lines.iter().map(|line| order.line_id(line.rank)));
    let is_open = |line: &OrderLineId| {
        !week.ordered(*line).is_zero()
            && !short.contains(line)
            && week.allocations_for(*line).next().is_none()
    };
    lines.filter(is_open).count()
}

fn push(open: &mut Vec<OpenItem>, count: usize, item: impl Fn(i64) -> OpenItem) {
    if count > 0 {
        open.push(item(count as i64));
    }
}
