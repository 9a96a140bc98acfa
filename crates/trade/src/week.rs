//! A week: all its facts, and the questions that the steps ask of them.
//!
//! `apply` adds a fact; nothing is ever taken away. The indexes below only make questions quick:
//! each could be recomputed from the facts, and `check` does so where it matters.

mod apply;
mod withdrawn;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::billing::{Billed, Document, Payout};
use crate::calendar::{Day, Instant, IsoWeek};
use crate::catalog::Labels;
use crate::denial::Denial;
use crate::dock::surplus::{SurplusBook, SurplusSource};
use crate::dock::unsort::Unsorting;
use crate::dock::{LeftoverSource, Outcome, Receipt, Sorting, Withdrawal};
use crate::id::{
    BuyerId, DocumentId, LineId, NoteId, OfferId, OrderId, OrderLineId, ProducerId, ProductId,
    PurchaseLineId, ReceiptId, SiteId, SortingId,
};
use crate::ledger::Entry;
use crate::mercuriale::{LinePolicy, PriceSetting, Publication, joins};
use crate::offers::{Offer, OfferKey};
use crate::orders::{Amendment, Closing, Order, OrderLine, Sale};
use crate::register::Register;
use crate::rounds::{DeliveryNote, NoteLine, Round};
use crate::sourcing::{
    AcceptedPlan, Allocation, Confirmation, Lock, PurchaseLine, Sharing, effective,
};
use crate::unit::{Price, Qty};

/// All facts of one week, over the register as it was known.
#[derive(Clone, Debug)]
pub struct Week {
    week: IsoWeek,
    register: Arc<Register>,
    offers: Vec<Offer>,
    settings: Vec<PriceSetting>,
    publication: Option<Arc<Publication>>,
    orders: Vec<Order>,
    amendments: Vec<Amendment>,
    closings: Vec<Closing>,
    locks: Vec<Lock>,
    plans: Vec<AcceptedPlan>,
    purchases: Vec<PurchaseLine>,
    allocations: Vec<Allocation>,
    confirmations: Vec<Confirmation>,
    receipts: Vec<Receipt>,
    withdrawals: Vec<Withdrawal>,
    sortings: Vec<Sorting>,
    unsortings: Vec<Unsorting>,
    outcomes: Vec<Outcome>,
    surplus: SurplusBook,
    rounds: Vec<Round>,
    notes: Vec<DeliveryNote>,
    documents: Vec<Document>,
    payouts: Vec<Payout>,
    entries: Vec<Entry>,
    index: Index,
}

/// Where things are. Positions are into the vectors of [`Week`].
#[derive(Clone, Debug, Default)]
struct Index {
    current_offer: BTreeMap<OfferKey, usize>,
    carried: BTreeMap<OfferKey, usize>,
    words_of: HashMap<OfferKey, Vec<usize>>,
    order: HashMap<OrderId, usize>,
    ordered: HashMap<OrderLineId, Qty>,
    offered: HashMap<(LineId, Day), Qty>,
    /// What farms offer now of what the list sells: may be more or less than when it was published.
    offered_now: HashMap<(LineId, Day), Qty>,
    taken: HashMap<(LineId, Day), Qty>,
    purchases_of_offer: HashMap<OfferId, Vec<usize>>,
    purchases_of_producer: HashMap<ProducerId, Vec<usize>>,
    allocations_of_line: HashMap<OrderLineId, Vec<usize>>,
    allocations_of_purchase: HashMap<PurchaseLineId, Vec<usize>>,
    confirmed: HashMap<PurchaseLineId, Qty>,
    /// Where the last word of a farm was shared out otherwise than in proportion.
    shared: HashMap<PurchaseLineId, usize>,
    receipts_of: HashMap<PurchaseLineId, Vec<usize>>,
    withdrawn: BTreeSet<ReceiptId>,
    unsorted: BTreeSet<SortingId>,
    sorted_from: HashMap<ReceiptId, Qty>,
    sorted_for: HashMap<OrderLineId, Qty>,
    sortings_of_receipt: HashMap<ReceiptId, Vec<usize>>,
    sortings_of_site: HashMap<(SiteId, Day), Vec<usize>>,
    resolved: HashMap<LeftoverSource, Qty>,
    returned_of: HashMap<PurchaseLineId, Qty>,
    note_of: HashMap<SortingId, (usize, usize)>,
    notes_of_buyer: HashMap<BuyerId, Vec<usize>>,
    delivered: HashMap<OrderLineId, Qty>,
    billed: BTreeSet<Billed>,
}

impl Week {
    pub fn new(week: IsoWeek, register: Arc<Register>) -> Week {
        Week {
            week,
            register,
            offers: Vec::new(),
            settings: Vec::new(),
            publication: None,
            orders: Vec::new(),
            amendments: Vec::new(),
            closings: Vec::new(),
            locks: Vec::new(),
            plans: Vec::new(),
            purchases: Vec::new(),
            allocations: Vec::new(),
            confirmations: Vec::new(),
            receipts: Vec::new(),
            withdrawals: Vec::new(),
            sortings: Vec::new(),
            unsortings: Vec::new(),
            outcomes: Vec::new(),
            surplus: SurplusBook::default(),
            rounds: Vec::new(),
            notes: Vec::new(),
            documents: Vec::new(),
            payouts: Vec::new(),
            entries: Vec::new(),
            index: Index::default(),
        }
    }

    // What the week is.

    pub fn week(&self) -> IsoWeek {
        self.week
    }

    pub fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// The same facts over a register that has changed since.
    pub fn set_register(&mut self, register: Arc<Register>) {
        self.register = register;
    }

    // Offers and mercuriale.

    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    pub fn offer(&self, id: OfferId) -> Result<&Offer, Denial> {
        nth(&self.offers, id.0).ok_or(Denial::UnknownOffer { offer: id })
    }

    /// The last word of each farm, by farm, product, labels and day.
    pub fn current_offers(&self) -> impl Iterator<Item = &Offer> {
        self.index.current_offer.values().map(|&at| &self.offers[at])
    }

    pub fn current_offer(&self, key: OfferKey) -> Option<&Offer> {
        self.index.current_offer.get(&key).map(|&at| &self.offers[at])
    }

    /// What was carried over from another week and no farm has said yet, by the same key.
    pub fn carried_offers(&self) -> impl Iterator<Item = &Offer> {
        let open = self.index.carried.iter();
        let open = open.filter(|(key, _)| !self.index.current_offer.contains_key(key));
        open.map(|(_, &at)| &self.offers[at]).filter(|offer| !offer.quantity.is_zero())
    }

    pub fn carried_offer(&self, key: OfferKey) -> Option<&Offer> {
        let is_said = self.index.current_offer.contains_key(&key);
        let carried = self.index.carried.get(&key).filter(|_| !is_said).map(|&at| &self.offers[at]);
        carried.filter(|offer| !offer.quantity.is_zero())
    }

    /// What is said and what is carried over: on this the list is prepared, never sold.
    pub fn foreseen_offers(&self) -> impl Iterator<Item = &Offer> {
        self.current_offers().chain(self.carried_offers())
    }

    pub fn foreseen_offer(&self, key: OfferKey) -> Option<&Offer> {
        self.current_offer(key).or_else(|| self.carried_offer(key))
    }

    /// True when the published list sells what `before` offers and could not sell `after`.
    pub(crate) fn leaves_list(&self, before: &Offer, after: &Offer) -> bool {
        let lines = self.publication.iter().flat_map(|publication| &publication.lines);
        lines.into_iter().any(|line| joins(before, line) && !joins(after, line))
    }

    /// What of an offer no purchase has taken; a farm that reduced has nothing left.
    pub fn offer_left(&self, offer: &Offer) -> Qty {
        if self.current_offer(offer.key()).is_some_and(|current| current.id != offer.id) {
            return Qty::ZERO;
        }
        let mut taken = Qty::ZERO;
        // Purchases of an earlier word of the same farm count against the later one.
        let words = self.index.words_of.get(&offer.key()).into_iter().flatten();
        for purchase in words.flat_map(|&at| self.purchases_of(self.offers[at].id)) {
            if self.confirmed(purchase.id) < purchase.quantity {
                return Qty::ZERO;
            }
            taken = taken.plus(purchase.quantity);
        }
        // Nor is what the farm gives to food aid there for anybody else.
        for &at in self.index.words_of.get(&offer.key()).into_iter().flatten() {
            taken = taken.plus(self.surplus.taken_of(self.offers[at].id));
        }
        offer.quantity.minus(taken).max(Qty::ZERO)
    }

    pub fn settings(&self) -> &[PriceSetting] {
        &self.settings
    }

    /// The sale price of a line when one is set by hand.
    pub fn price_setting(
        &self,
        product: ProductId,
        labels: Labels,
        policy: LinePolicy,
    ) -> Option<Price> {
        let same = |setting: &&PriceSetting| {
            (setting.product, setting.labels, setting.policy) == (product, labels, policy)
        };
        self.settings.iter().rev().find(same).and_then(|setting| setting.sale)
    }

    pub fn publication(&self) -> Option<&Arc<Publication>> {
        self.publication.as_ref()
    }

    /// What is on sale; a week without price list sells nothing.
    pub fn sale(&self) -> Result<Sale<'_>, Denial> {
        let publication = self.publication.as_deref().ok_or(Denial::NotPublished)?;
        Ok(Sale { register: &self.register, publication })
    }

    pub fn offered(&self, line: LineId, day: Day) -> Qty {
        self.index.offered.get(&(line, day)).copied().unwrap_or(Qty::ZERO)
    }

    /// What of a line is ordered for a day.
    pub fn taken(&self, line: LineId, day: Day) -> Qty {
        self.index.taken.get(&(line, day)).copied().unwrap_or(Qty::ZERO)
    }

    /// What can still be ordered of a line for a day.
    pub fn left(&self, line: LineId, day: Day) -> Qty {
        self.offered(line, day).minus(self.withdrawn(line, day)).minus(self.taken(line, day))
    }

    // Orders.

    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.index.order.get(&id).map(|&at| &self.orders[at])
    }

    pub fn order_line(&self, id: OrderLineId) -> Result<(&Order, &OrderLine), Denial> {
        let unknown = Denial::UnknownOrderLine { line: id };
        let order = self.order(id.order).ok_or(unknown.clone())?;
        nth(&order.lines, id.rank).map(|line| (order, line)).ok_or(unknown)
    }

    pub fn amendments(&self) -> &[Amendment] {
        &self.amendments
    }

    /// The quantity of an order line as last amended.
    pub fn ordered(&self, line: OrderLineId) -> Qty {
        self.index.ordered.get(&line).copied().unwrap_or(Qty::ZERO)
    }

    /// Refuses an order that asks more than is left: the rule that storage enforces by one
    /// conditional write per line.
    pub fn take(&self, order: &Order) -> Result<(), Vec<Denial>> {
        let sold_out = order.lines.iter().filter_map(|line| {
            let left = self.left(line.line, order.day);
            (line.quantity > left).then_some(Denial::SoldOut {
                line: line.line,
                asked: line.quantity,
                left,
            })
        });
        let denials: Vec<Denial> = sold_out.collect();
        if denials.is_empty() { Ok(()) } else { Err(denials) }
    }

    pub fn closings(&self) -> &[Closing] {
        &self.closings
    }

    pub fn closing(&self, day: Day) -> Option<&Closing> {
        self.closings.iter().find(|closing| closing.day == day)
    }

    /// Refuses after the cut-off of `day`, and after its closing.
    pub fn check_open(&self, day: Day, at: Instant) -> Result<(), Denial> {
        if let Some(closing) = self.closing(day) {
            return Err(Denial::DayClosed { day, closed_at: closing.stamp.at });
        }
        let publication = self.publication.as_ref().ok_or(Denial::NotPublished)?;
        let cutoff_at = publication.sale_day(day)?.cutoff_at;
        if at >= cutoff_at {
            return Err(Denial::AfterCutoff { day, cutoff_at });
        }
        Ok(())
    }

    // Sourcing.

    /// All that was ever settled by hand, with what was taken back.
    pub fn locks(&self) -> &[Lock] {
        &self.locks
    }

    pub fn plans(&self) -> &[AcceptedPlan] {
        &self.plans
    }

    pub fn purchase_lines(&self) -> &[PurchaseLine] {
        &self.purchases
    }

    pub fn purchase_line(&self, id: PurchaseLineId) -> Result<&PurchaseLine, Denial> {
        nth(&self.purchases, id.0).ok_or(Denial::UnknownPurchaseLine { line: id })
    }

    pub fn purchase_lines_on(&self, day: Day) -> impl Iterator<Item = &PurchaseLine> {
        self.purchases.iter().filter(move |purchase| purchase.day == day)
    }

    pub fn purchase_lines_of(&self, producer: ProducerId) -> impl Iterator<Item = &PurchaseLine> {
        let rows = self.index.purchases_of_producer.get(&producer);
        rows.into_iter().flatten().map(|&at| &self.purchases[at])
    }

    fn purchases_of(&self, offer: OfferId) -> impl Iterator<Item = &PurchaseLine> {
        let rows = self.index.purchases_of_offer.get(&offer);
        rows.into_iter().flatten().map(|&at| &self.purchases[at])
    }

    pub fn allocations(&self) -> &[Allocation] {
        &self.allocations
    }

    pub fn allocations_of(&self, line: PurchaseLineId) -> impl Iterator<Item = &Allocation> {
        let rows = self.index.allocations_of_purchase.get(&line);
        rows.into_iter().flatten().map(|&at| &self.allocations[at])
    }

    pub fn allocations_for(&self, line: OrderLineId) -> impl Iterator<Item = &Allocation> {
        let rows = self.index.allocations_of_line.get(&line);
        rows.into_iter().flatten().map(|&at| &self.allocations[at])
    }

    pub fn confirmations(&self) -> &[Confirmation] {
        &self.confirmations
    }

    /// What a farm confirmed of a purchase line; silence means all of it.
    pub fn confirmed(&self, line: PurchaseLineId) -> Qty {
        let asked = || self.purchase_line(line).map_or(Qty::ZERO, |line| line.quantity);
        self.index.confirmed.get(&line).copied().unwrap_or_else(asked)
    }

    /// How a purchase line that comes short is shared out; `None`: in proportion.
    pub fn sharing(&self, line: PurchaseLineId) -> Option<&Sharing> {
        let at = self.index.shared.get(&line)?;
        self.confirmations.get(*at)?.shared.as_ref()
    }

    /// What plans, less what farms reduced, bring to an order line.
    pub fn covered(&self, line: OrderLineId) -> Qty {
        let mut sum = Qty::ZERO;
        let mut seen = BTreeSet::new();
        for allocation in self.allocations_for(line) {
            if !seen.insert(allocation.purchase_line) {
                continue;
            }
            if let Ok(purchase) = self.purchase_line(allocation.purchase_line) {
                if self.confirmed(purchase.id) >= purchase.quantity {
                    let own = self.allocations_for(line);
                    let same = own.filter(|other| other.purchase_line == purchase.id);
                    sum = sum.plus(Qty::total(same.map(|other| other.quantity)));
                } else {
                    let parts = effective(self, purchase).into_iter();
                    let own = parts.filter(|(order_line, _)| *order_line == line);
                    sum = sum.plus(Qty::total(own.map(|(_, quantity)| quantity)));
                }
            }
        }
        sum
    }

    // Dock.

    /// All that was ever noted, with what was taken back.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    pub fn withdrawals(&self) -> &[Withdrawal] {
        &self.withdrawals
    }

    /// True when somebody has taken a receipt back: it counts for nothing.
    pub fn is_withdrawn(&self, receipt: ReceiptId) -> bool {
        self.index.withdrawn.contains(&receipt)
    }

    /// The receipts that count.
    pub fn valid_receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.receipts.iter().filter(|receipt| !self.is_withdrawn(receipt.id))
    }

    pub fn receipt(&self, id: ReceiptId) -> Result<&Receipt, Denial> {
        nth(&self.receipts, id.0).ok_or(Denial::UnknownReceipt { receipt: id })
    }

    /// The receipts of a purchase line that count.
    pub fn receipts_of(&self, line: PurchaseLineId) -> impl Iterator<Item = &Receipt> {
        let rows = self.index.receipts_of.get(&line);
        rows.into_iter().flatten().map(|&at| &self.receipts[at])
    }

    /// All that was ever put aside, with what was taken back.
    pub fn sortings(&self) -> &[Sorting] {
        &self.sortings
    }

    pub fn unsortings(&self) -> &[Unsorting] {
        &self.unsortings
    }

    /// True when a part went back to the dock: it counts for nothing.
    pub fn is_unsorted(&self, sorting: SortingId) -> bool {
        self.index.unsorted.contains(&sorting)
    }

    /// The parts that are put aside.
    pub fn valid_sortings(&self) -> impl Iterator<Item = &Sorting> {
        self.sortings.iter().filter(|sorting| !self.is_unsorted(sorting.id))
    }

    pub fn sorting(&self, id: SortingId) -> Result<&Sorting, Denial> {
        nth(&self.sortings, id.0).ok_or(Denial::UnknownSorting { sorting: id })
    }

    pub(crate) fn sortings_of(&self, receipt: ReceiptId) -> impl Iterator<Item = &Sorting> {
        let rows = self.index.sortings_of_receipt.get(&receipt);
        rows.into_iter().flatten().map(|&at| &self.sortings[at])
    }

    pub fn sorted_for(&self, line: OrderLineId) -> Qty {
        self.index.sorted_for.get(&line).copied().unwrap_or(Qty::ZERO)
    }

    /// What of a receipt is neither sorted nor resolved.
    pub fn receipt_left(&self, receipt: &Receipt) -> Qty {
        if self.is_withdrawn(receipt.id) {
            return Qty::ZERO;
        }
        let sorted = self.index.sorted_from.get(&receipt.id).copied().unwrap_or(Qty::ZERO);
        let resolved = self.resolved(LeftoverSource::Dock(receipt.id));
        receipt.accepted().minus(sorted).minus(resolved)
    }

    /// What of a receipt is left and not offered to food aid.
    pub fn receipt_free(&self, receipt: &Receipt) -> Qty {
        let source = LeftoverSource::Dock(receipt.id);
        self.receipt_left(receipt).minus(self.surplus.held(SurplusSource::Left(source)))
    }

    /// What is offered to food aid, and what became of it.
    pub fn surplus(&self) -> &SurplusBook {
        &self.surplus
    }

    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    pub fn resolved(&self, source: LeftoverSource) -> Qty {
        self.index.resolved.get(&source).copied().unwrap_or(Qty::ZERO)
    }

    /// What went back to the farm of a purchase line.
    pub fn returned_of(&self, line: PurchaseLineId) -> Qty {
        self.index.returned_of.get(&line).copied().unwrap_or(Qty::ZERO)
    }

    /// The receipt behind goods without a taker.
    pub fn receipt_of(&self, source: LeftoverSource) -> Result<ReceiptId, Denial> {
        match source {
            LeftoverSource::Dock(receipt) => Ok(receipt),
            LeftoverSource::Refusal(_, sorting) => Ok(self.sorting(sorting)?.receipt),
        }
    }

    // Rounds.

    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// How often the rounds of a day were accepted.
    pub fn rounds_version(&self, day: Day) -> i64 {
        let own = self.rounds.iter().filter(|round| round.day == day);
        own.map(|round| round.version).max().unwrap_or(0)
    }

    /// The rounds of a day as last accepted.
    pub fn current_rounds(&self, day: Day) -> impl Iterator<Item = &Round> {
        let version = self.rounds_version(day);
        self.rounds.iter().filter(move |round| round.day == day && round.version == version)
    }

    pub fn sortings_for(&self, site: SiteId, day: Day) -> impl Iterator<Item = &Sorting> {
        let rows = self.index.sortings_of_site.get(&(site, day));
        rows.into_iter().flatten().map(|&at| &self.sortings[at])
    }

    /// What was sorted for `day` and is on no delivery note yet.
    pub fn sortings_to_deliver(&self, day: Day) -> impl Iterator<Item = &Sorting> {
        self.valid_sortings().filter(move |sorting| {
            !self.index.note_of.contains_key(&sorting.id)
                && self.order(sorting.order_line.order).is_some_and(|order| order.day == day)
        })
    }

    pub fn notes(&self) -> &[DeliveryNote] {
        &self.notes
    }

    /// The line of the delivery note on which a sorting stands.
    pub fn note_line(&self, sorting: SortingId) -> Result<&NoteLine, Denial> {
        let at = self.index.note_of.get(&sorting);
        let line = at.and_then(|&(note, line)| self.notes.get(note)?.lines.get(line));
        line.ok_or(Denial::UnknownSorting { sorting })
    }

    pub(crate) fn note_of(&self, sorting: SortingId) -> Option<NoteId> {
        let &(note, _) = self.index.note_of.get(&sorting)?;
        self.notes.get(note).map(|note| note.id)
    }

    pub fn delivered_of(&self, line: OrderLineId) -> Qty {
        self.index.delivered.get(&line).copied().unwrap_or(Qty::ZERO)
    }

    /// All note lines of a buyer, with their note.
    pub fn note_lines_of(
        &self,
        buyer: BuyerId,
    ) -> impl Iterator<Item = (&DeliveryNote, &NoteLine)> {
        let rows = self.index.notes_of_buyer.get(&buyer);
        let notes = rows.into_iter().flatten().map(|&at| &self.notes[at]);
        notes.flat_map(|note| note.lines.iter().map(move |line| (note, line)))
    }

    // Billing.

    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    pub fn document(&self, id: DocumentId) -> Result<&Document, Denial> {
        nth(&self.documents, id.0).ok_or(Denial::UnknownDocument { document: id })
    }

    pub fn is_billed(&self, billed: Billed) -> bool {
        self.index.billed.contains(&billed)
    }

    /// True when a farm's document bills a purchase line.
    pub fn is_purchase_billed(&self, line: PurchaseLineId) -> bool {
        self.is_billed(Billed::Purchase(line))
    }

    pub fn payouts(&self) -> &[Payout] {
        &self.payouts
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// Facts of a kind are numbered from 1 in order, so that a number is a position.
fn nth<T>(records: &[T], number: i64) -> Option<&T> {
    usize::try_from(number - 1).ok().and_then(|at| records.get(at))
}
