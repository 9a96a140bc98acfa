//! Step 6, dock: what arrives is weighed, judged, given a batch and sorted to order lines. What
//! is left is resolved before the day ends: there is no stock.

pub mod crates;
pub mod floor;
mod hand_out;
pub mod surplus;
pub mod unsort;

use std::collections::{BTreeMap, BTreeSet};

use self::hand_out::{Lot, Lots, allows};
use self::surplus::SurplusSource;
use crate::calendar::Day;
pub use crate::catalog::dock_step;
use crate::catalog::{Label, Pack, SaleUnit};
use crate::denial::Denial;
use crate::id::{
    BuyerId, LineId, NoteId, OrderLineId, OutcomeId, PurchaseLineId, ReceiptId, SortingId,
};
use crate::offers::Stamp;
use crate::party::Place;
use crate::sourcing::shortage::{Claimant, ShortagePolicy, claimants, shares};
use crate::sourcing::task::is_promised;
use crate::sourcing::{PurchaseLine, effective};
use crate::unit::{Qty, Rate, round_div, share};
use crate::week::Week;

/// Why goods were turned away at the dock (*refus*), or did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rejection {
    Quality,
    SizeGrade,
    Temperature,
    Marking,
    NotOrdered,
    NoShow,
}

impl Rejection {
    pub const ALL: [Rejection; 6] = [
        Rejection::Quality,
        Rejection::SizeGrade,
        Rejection::Temperature,
        Rejection::Marking,
        Rejection::NotOrdered,
        Rejection::NoShow,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Rejection::Quality => "quality",
            Rejection::SizeGrade => "size_grade",
            Rejection::Temperature => "temperature",
            Rejection::Marking => "marking",
            Rejection::NotOrdered => "not_ordered",
            Rejection::NoShow => "no_show",
        }
    }

    pub fn parse(code: &str) -> Option<Rejection> {
        Rejection::ALL.into_iter().find(|rejection| rejection.code() == code)
    }
}

/// What was found when a farm put a purchase line on the dock (*bon de réception*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: ReceiptId,
    pub line: PurchaseLineId,
    /// Lot for tracing: the farm's own, or issued here.
    pub batch: String,
    /// Net quantity brought.
    pub received: Qty,
    pub rejected: Qty,
    pub rejection: Option<Rejection>,
    /// Core temperature in tenths of a degree, when measured.
    pub temperature_dc: Option<i64>,
    pub stamp: Stamp,
}

impl Receipt {
    /// What was taken in (*agréé*).
    pub fn accepted(&self) -> Qty {
        self.received.minus(self.rejected)
    }
}

/// What the dock says about an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRequest {
    pub line: PurchaseLineId,
    /// Empty: a batch is issued from farm, product and day.
    pub batch: String,
    pub received: Qty,
    pub rejected: Qty,
    pub rejection: Option<Rejection>,
    pub temperature_dc: Option<i64>,
}

/// A receipt that was taken back (*annulation*): a slip of the finger, or weighed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub receipt: ReceiptId,
    pub stamp: Stamp,
}

/// Part of a receipt put aside for one order line (*allotissement*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorting {
    pub id: SortingId,
    pub receipt: ReceiptId,
    pub order_line: OrderLineId,
    pub quantity: Qty,
}

/// Where goods without a taker came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftoverSource {
    /// Left on the dock after sorting.
    Dock(ReceiptId),
    /// Refused by the buyer and brought back.
    Refusal(NoteId, SortingId),
}

/// What became of goods without a taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// Given to food aid, with a donation note.
    Donated(BuyerId),
    /// Back to the farm, which is not paid for it.
    Returned,
    /// Compost.
    Wasted,
}

impl OutcomeKind {
    pub const fn code(self) -> &'static str {
        match self {
            OutcomeKind::Donated(_) => "donated",
            OutcomeKind::Returned => "returned",
            OutcomeKind::Wasted => "wasted",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub id: OutcomeId,
    pub source: LeftoverSource,
    pub kind: OutcomeKind,
    pub quantity: Qty,
    pub reason: String,
    pub stamp: Stamp,
}

/// Notes an arrival. What is taken in may exceed the purchase only by the hub's tolerance for
/// goods sold by weight; anything above is to be rejected as not ordered.
pub fn receive(week: &Week, request: &ReceiptRequest, stamp: Stamp) -> Result<Receipt, Denial> {
    let already = Qty::total(week.receipts_of(request.line).map(Receipt::accepted));
    receive_beside(week, request, already, stamp)
}

/// As [`receive`], when `already` of the line is taken in.
fn receive_beside(
    week: &Week,
    request: &ReceiptRequest,
    already: Qty,
    stamp: Stamp,
) -> Result<Receipt, Denial> {
    let line = week.purchase_line(request.line)?;
    let ReceiptRequest { received, rejected, rejection, .. } = *request;
    if received < Qty::ZERO || rejected < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity: received.min(rejected) });
    }
    if rejected > received {
        return Err(Denial::RejectedAboveReceived { received, rejected });
    }
    let nothing_came = received.is_zero();
    if (!rejected.is_zero() || nothing_came) && rejection.is_none() {
        return Err(Denial::ReasonMissing);
    }
    if week.is_purchase_billed(line.id) {
        return Err(Denial::AlreadyReceived { line: line.id });
    }
    let accepted = already.plus(received.minus(rejected));
    let most = most_acceptable(week, line);
    if accepted > most {
        return Err(Denial::MoreThanPurchased { purchased: line.quantity, accepted });
    }
    let batch = match request.batch.trim() {
        "" => issue_batch(line),
        own => own.to_string(),
    };
    Ok(Receipt {
        id: ReceiptId(week.receipts().len() as i64 + 1),
        line: line.id,
        batch,
        received,
        rejected,
        rejection,
        temperature_dc: request.temperature_dc,
        stamp,
    })
}

/// Takes a receipt back. Nothing of it may have gone on: neither to an order line, nor anywhere
/// else, nor onto a bill.
pub fn withdraw(week: &Week, receipt: ReceiptId, stamp: Stamp) -> Result<Withdrawal, Denial> {
    let known = week.receipt(receipt)?;
    if week.is_withdrawn(receipt) {
        return Err(Denial::AlreadyWithdrawn { receipt });
    }
    if week.is_purchase_billed(known.line) {
        return Err(Denial::PurchaseBilled { line: known.line });
    }
    if week.receipt_free(known) != known.accepted() {
        return Err(Denial::AlreadySorted { receipt });
    }
    Ok(Withdrawal { receipt, stamp })
}

/// The most that may be taken in for a purchase line.
pub fn most_acceptable(week: &Week, line: &PurchaseLine) -> Qty {
    let asked = line.quantity;
    if !line.pack.weighed {
        return asked;
    }
    let tolerance = week.register().hub.weight_tolerance.get();
    Qty::new(round_div(i128::from(asked.get()) * i128::from(10_000 + tolerance), 10_000))
}

/// A batch for goods that came without one: farm, product and day make it unique. Labels are said
/// as on the crates, on which it is printed.
pub fn issue_batch(line: &PurchaseLine) -> String {
    let word = |label: Label| match label {
        Label::Organic => "-bio",
        Label::LabelRouge => "-label-rouge",
        Label::Conversion => "-conversion",
        Label::Hve => "-hve",
        Label::Aop => "-aop",
        Label::Igp => "-igp",
    };
    let labels: String = line.labels.iter().map(word).collect();
    format!("L{}-{}-{}{}", line.day.number(), line.producer, line.product, labels)
}

/// The part `rate` of a quantity, in what the dock can split, rounded down.
pub fn part(quantity: Qty, rate: Rate, unit: SaleUnit) -> Qty {
    let exact = i128::from(quantity.get()) * i128::from(rate.get()) / 10_000;
    Qty::new(exact as i64).floor_to(dock_step(unit))
}

/// How the lines of the price list that come short are shared out at the dock; those that are not
/// named: as was confirmed, else in proportion.
pub type Choices = BTreeMap<LineId, ShortagePolicy>;

/// As [`sort_by`], without a choice.
pub fn sort(
    week: &Week,
    day: Day,
    metres: fn(Place, Place) -> i64,
) -> Result<Vec<Sorting>, Denial> {
    sort_by(week, day, &Choices::new(), metres)
}

/// Sorts what has arrived for `day` to order lines: all receipts of a price-list line together,
/// so that a missing farm is borne by all its buyers alike (whole packs first).
///
/// Price-list lines with a purchase that has no receipt yet wait, unless its farm said that
/// nothing comes. What the rule of origin of a contract keeps from an order line goes to others.
/// `metres` are those of the road. Shape: one sorting per receipt and order line; ids follow those
/// that exist.
pub fn sort_by(
    week: &Week,
    day: Day,
    choices: &Choices,
    metres: fn(Place, Place) -> i64,
) -> Result<Vec<Sorting>, Denial> {
    let mut by_line: BTreeMap<LineId, Vec<&PurchaseLine>> = BTreeMap::new();
    for purchase in week.purchase_lines_on(day) {
        by_line.entry(purchase.line).or_default().push(purchase);
    }
    let mut sortings = Vec::new();
    for (line, purchases) in &by_line {
        let arrived = |purchase: &&PurchaseLine| {
            week.confirmed(purchase.id).is_zero() || week.receipts_of(purchase.id).next().is_some()
        };
        if purchases.iter().all(arrived) {
            let choice = choices.get(line).copied();
            sortings.extend(sort_line(week, purchases, choice, metres)?);
        }
    }
    if sortings.is_empty() {
        return Err(Denial::NothingToSort { day });
    }
    let first = week.sortings().len() as i64 + 1;
    for (at, sorting) in sortings.iter_mut().enumerate() {
        sorting.id = SortingId(first + at as i64);
    }
    Ok(sortings)
}

/// One price-list line: what is on the dock, to whom it was promised, who gets what.
fn sort_line(
    week: &Week,
    purchases: &[&PurchaseLine],
    choice: Option<ShortagePolicy>,
    metres: fn(Place, Place) -> i64,
) -> Result<Vec<Sorting>, Denial> {
    let lots = lots_of(week, purchases);
    if lots.is_empty() {
        return Ok(Vec::new());
    }
    let mut shared: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    let mut own: BTreeMap<(PurchaseLineId, OrderLineId), Qty> = BTreeMap::new();
    for purchase in purchases {
        for (order_line, quantity) in effective(week, purchase) {
            let sum = shared.entry(order_line).or_default();
            *sum = sum.plus(quantity);
            own.insert((purchase.id, order_line), quantity);
        }
    }
    // A farm that reduced may still bring all: promise up to the order.
    let still = |line: OrderLineId| week.ordered(line).minus(week.sorted_for(line)).max(Qty::ZERO);
    let promised: BTreeMap<OrderLineId, Qty> =
        shared.keys().map(|&line| (line, still(line))).collect();
    let barred = barred(week, purchases, &promised, metres)?;
    let mut lots = Lots { lots, own, barred, parts: Vec::new() };
    let unit = week.register().product(purchases[0].product)?.unit;
    let amounts = (purchases[0].pack, dock_step(unit));
    let is_shared = purchases.iter().any(|purchase| week.sharing(purchase.id).is_some());
    // Whoever may not take what its part lies in leaves it to the others, and so on.
    let mut waiting = promised.clone();
    loop {
        let (left, takers) = lots.takers(&waiting);
        // Without a rule of origin an excess is shared at once.
        let total = if lots.barred.is_empty() { left } else { left.min(sum(&takers)) };
        let targets = match choice {
            Some(policy) if total < sum(&takers) => chosen(week, total, &takers, amounts, policy)?,
            None if is_shared && total < sum(&takers) => {
                as_shared(week, total, (&shared, &takers), amounts)
            }
            _ => targets(week, total, &takers, amounts),
        };
        let got = lots.hand_out(targets);
        if got.is_empty() {
            break;
        }
        take_off(&mut shared, &got);
        take_off(&mut waiting, &got);
    }
    if amounts.0.weighed && !lots.barred.is_empty() {
        let (left, takers) = lots.takers(&promised);
        lots.hand_out(targets(week, left.min(too_heavy(week, purchases)), &takers, amounts));
    }
    Ok(lots.parts)
}

/// What of these purchases lies on the dock and nobody has yet.
fn lots_of(week: &Week, purchases: &[&PurchaseLine]) -> Vec<Lot> {
    let receipts = purchases.iter().flat_map(|purchase| week.receipts_of(purchase.id));
    let lots = receipts.map(|receipt| Lot {
        receipt: receipt.id,
        purchase: receipt.line,
        left: week.receipt_free(receipt),
    });
    lots.filter(|lot| lot.left > Qty::ZERO).collect()
}

/// Which of these purchases may not go to which order lines, by the rules of their contracts.
fn barred(
    week: &Week,
    purchases: &[&PurchaseLine],
    promised: &BTreeMap<OrderLineId, Qty>,
    metres: fn(Place, Place) -> i64,
) -> Result<BTreeSet<(PurchaseLineId, OrderLineId)>, Denial> {
    let mut barred = BTreeSet::new();
    for purchase in purchases {
        for &line in promised.keys() {
            if !allows(week, line, purchase.producer, metres)? {
                barred.insert((purchase.id, line));
            }
        }
    }
    Ok(barred)
}

/// What farms brought beyond what was asked, since the scale decides.
fn too_heavy(week: &Week, purchases: &[&PurchaseLine]) -> Qty {
    let over = |purchase: &&PurchaseLine| {
        let accepted = Qty::total(week.receipts_of(purchase.id).map(Receipt::accepted));
        accepted.minus(purchase.quantity).max(Qty::ZERO)
    };
    Qty::total(purchases.iter().map(over))
}

fn take_off(from: &mut BTreeMap<OrderLineId, Qty>, got: &BTreeMap<OrderLineId, Qty>) {
    for (line, quantity) in got {
        let left = from.entry(*line).or_default();
        *left = left.minus(*quantity).max(Qty::ZERO);
    }
}

fn sum(parts: &BTreeMap<OrderLineId, Qty>) -> Qty {
    Qty::total(parts.values().copied())
}

/// What each order line gets of `total`, as the coordinator chose it at the dock: whole packs by
/// the rule, what is left of an opened pack to whoever misses most.
fn chosen(
    week: &Week,
    total: Qty,
    promised: &BTreeMap<OrderLineId, Qty>,
    (pack, step): (Pack, Qty),
    policy: ShortagePolicy,
) -> Result<BTreeMap<OrderLineId, Qty>, Denial> {
    let mut claimants = Vec::with_capacity(promised.len());
    for (&id, &wanted) in promised {
        let (order, line) = week.order_line(id)?;
        let is_promised = is_promised(order, line);
        let claimant = Claimant { wanted, price: line.price, is_promised };
        claimants.push((order.stamp.at.0, id, claimant));
    }
    // The first to order is the first to be served.
    claimants.sort_by_key(|(at, id, _)| (*at, *id));
    let claims: Vec<Claimant> = claimants.iter().map(|one| one.2).collect();
    let first_step = if pack.weighed { step } else { pack.size };
    let mut parts = shares(total, &claims, first_step, policy);
    let rest = total.minus(Qty::total(parts.iter().copied()));
    let missing: Vec<Qty> =
        claims.iter().zip(&parts).map(|(one, got)| one.wanted.minus(*got)).collect();
    add(&mut parts, &share(rest, &missing, step));
    Ok(claimants.into_iter().map(|one| one.1).zip(parts).collect())
}

/// What each order line gets of `total` where a shortage was shared out before: what was said
/// then, and of more than that what each still misses. `shared`: what farms then said that they
/// bring each; `promised`: what is still to come for each.
fn as_shared(
    week: &Week,
    total: Qty,
    (shared, promised): (&BTreeMap<OrderLineId, Qty>, &BTreeMap<OrderLineId, Qty>),
    (pack, step): (Pack, Qty),
) -> BTreeMap<OrderLineId, Qty> {
    let said = |(line, still): (&OrderLineId, &Qty)| {
        let shared = shared.get(line).copied().unwrap_or(Qty::ZERO);
        let rest = shared.minus(week.sorted_for(*line)).max(Qty::ZERO);
        (*line, rest.min(*still))
    };
    let said: BTreeMap<OrderLineId, Qty> = promised.iter().map(said).collect();
    if total <= sum(&said) {
        return targets(week, total, &said, (pack, step));
    }
    let missing = promised.iter().map(|(line, still)| (*line, still.minus(said[line])));
    let more = targets(week, total.minus(sum(&said)), &missing.collect(), (pack, step));
    said.into_iter().map(|(line, part)| (line, part.plus(more[&line]))).collect()
}

/// How much each order line gets of `total`: whole packs first, then what is left of an opened
/// pack; goods sold by weight share an excess too, since the scale decides.
fn targets(
    week: &Week,
    total: Qty,
    promised: &BTreeMap<OrderLineId, Qty>,
    (pack, step): (Pack, Qty),
) -> BTreeMap<OrderLineId, Qty> {
    let weights: Vec<Qty> = promised.values().copied().collect();
    let wanted = Qty::total(weights.iter().copied());
    let first_step = if pack.weighed { step } else { pack.size };
    let waiting = claimants(week, promised.iter().map(|(line, quantity)| (*line, *quantity)));
    let mut shares = shares(total, &waiting, first_step, ShortagePolicy::USUAL);
    let rest = total.minus(Qty::total(shares.iter().copied()));
    if rest > Qty::ZERO && total <= wanted {
        let missing: Vec<Qty> =
            weights.iter().zip(&shares).map(|(want, got)| want.minus(*got)).collect();
        add(&mut shares, &share(rest, &missing, step));
    } else if rest > Qty::ZERO && pack.weighed && !wanted.is_zero() {
        // Heavier than ordered, within tolerance: the excess in proportion of what was ordered.
        let scale = |weight: &Qty| {
            let exact = i128::from(weight.get()) * i128::from(rest.get());
            let part = (exact / i128::from(wanted.get())) as i64;
            Qty::new(part - part % step.get())
        };
        let excess: Vec<Qty> = weights.iter().map(scale).collect();
        add(&mut shares, &excess);
        let odd = total.minus(Qty::total(shares.iter().copied()));
        if let Some(first) = shares.iter_mut().max_by_key(|share| share.get()) {
            *first = first.plus(odd);
        }
    }
    promised.keys().copied().zip(shares).collect()
}

fn add(shares: &mut [Qty], more: &[Qty]) {
    for (share, more) in shares.iter_mut().zip(more) {
        *share = share.plus(*more);
    }
}

/// Puts part of a receipt aside for one order line by hand, or for a surplus order.
pub fn sort_by_hand(
    week: &Week,
    receipt: ReceiptId,
    order_line: OrderLineId,
    quantity: Qty,
    metres: fn(Place, Place) -> i64,
) -> Result<Sorting, Denial> {
    let known = week.receipt(receipt)?;
    let left = week.receipt_free(known);
    let purchase = week.purchase_line(known.line)?;
    let (order, line) = week.order_line(order_line)?;
    if order.day != purchase.day || line.product != purchase.product {
        return Err(Denial::PlanMismatch { line: order_line, offer: purchase.offer });
    }
    if !allows(week, order_line, purchase.producer, metres)? {
        return Err(Denial::OriginBarred { line: order_line, producer: purchase.producer });
    }
    if quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    if quantity > left {
        return Err(Denial::MoreThanLeft { left, asked: quantity });
    }
    let id = SortingId(week.sortings().len() as i64 + 1);
    Ok(Sorting { id, receipt, order_line, quantity })
}

/// Goods without a taker on `day` that nobody is offered: left on the dock, or refused and brought
/// back.
pub fn leftovers(week: &Week, day: Day) -> Vec<(LeftoverSource, Qty)> {
    let held = |source| week.surplus().held(SurplusSource::Left(source));
    let free =
        all_left(week, day).into_iter().map(|(source, left)| (source, left.minus(held(source))));
    free.filter(|(_, left)| *left > Qty::ZERO).collect()
}

/// The same with what food aid is offered and has not fetched.
pub(crate) fn all_left(week: &Week, day: Day) -> Vec<(LeftoverSource, Qty)> {
    let on_dock = week
        .purchase_lines_on(day)
        .flat_map(|line| week.receipts_of(line.id))
        .map(|receipt| (LeftoverSource::Dock(receipt.id), week.receipt_left(receipt)));
    let notes = week.notes().iter().filter(|note| note.day == day);
    let refused = notes.flat_map(|note| {
        note.lines.iter().map(move |line| {
            let source = LeftoverSource::Refusal(note.id, line.sorting);
            (source, line.refused.minus(week.resolved(source)))
        })
    });
    on_dock.chain(refused).filter(|(_, left)| *left > Qty::ZERO).collect()
}

/// Says what becomes of goods without a taker. A reason is needed.
pub fn resolve(
    week: &Week,
    source: LeftoverSource,
    kind: OutcomeKind,
    quantity: Qty,
    reason: &str,
    stamp: Stamp,
) -> Result<Outcome, Denial> {
    if quantity <= Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    if reason.trim().is_empty() {
        return Err(Denial::ReasonMissing);
    }
    if let OutcomeKind::Donated(buyer) = kind {
        week.register().buyer(buyer)?;
    }
    let left = free_of(week, source)?;
    if quantity > left {
        return Err(Denial::MoreThanLeft { left, asked: quantity });
    }
    let id = OutcomeId(week.outcomes().len() as i64 + 1);
    Ok(Outcome { id, source, kind, quantity, reason: reason.trim().to_string(), stamp })
}

/// What of some goods has no taker and is not held for food aid.
pub(crate) fn free_of(week: &Week, source: LeftoverSource) -> Result<Qty, Denial> {
    let left = match source {
        LeftoverSource::Dock(receipt) => week.receipt_left(week.receipt(receipt)?),
        LeftoverSource::Refusal(note, sorting) => {
            // Resolved quantities are counted by note: another note's number is a second count.
            if week.note_of(sorting) != Some(note) {
                return Err(Denial::UnknownSorting { sorting });
            }
            let refused = week.note_line(sorting)?.refused;
            refused.minus(week.resolved(source))
        }
    };
    Ok(left.minus(week.surplus().held(SurplusSource::Left(source))))
}
