//! Adding a fact to a week, and to the indexes that answer its questions.

use std::sync::Arc;

use super::Week;
use crate::dock::unsort::{Unsorting, taken_back};
use crate::dock::{Outcome, OutcomeKind, Sorting, Withdrawal};
use crate::fact::Fact;
use crate::id::SortingId;
use crate::offers::Offer;
use crate::orders::{Amendment, Order};
use crate::rounds::DeliveryNote;
use crate::sourcing::{AcceptedPlan, Confirmation};

impl Week {
    /// Adds what happened. The steps' functions make facts that fit; a fact read back from
    /// storage is trusted here and judged by `check`.
    pub fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Offered(offer) if !offer.is_said() => {
                self.index.carried.insert(offer.key(), self.offers.len());
                self.offers.push(offer);
            }
            Fact::Offered(offer) => self.apply_offer(offer),
            Fact::Priced(setting) => self.settings.push(setting),
            Fact::Published(publication) => {
                let rows = publication.availability.iter();
                self.index.offered = rows.map(|row| ((row.line, row.day), row.offered)).collect();
                self.index.offered_now = self.all_offered(&publication);
                self.publication = Some(Arc::new(publication));
            }
            Fact::Ordered(order) => self.apply_order(order),
            Fact::Amended(amendment) => self.apply_amendment(amendment),
            Fact::Closed(closing) => self.closings.push(closing),
            Fact::Locked(lock) => self.locks.push(lock),
            Fact::Sourced(plan) => self.apply_plan(plan),
            Fact::Confirmed(confirmation) => self.apply_confirmation(confirmation),
            Fact::Received(receipt) => {
                let rows = self.index.receipts_of.entry(receipt.line).or_default();
                rows.push(self.receipts.len());
                self.receipts.push(receipt);
            }
            Fact::Withdrawn(withdrawal) => self.apply_withdrawal(withdrawal),
            Fact::Sorted(sorting) => self.apply_sorting(sorting),
            Fact::Unsorted(unsorting) => self.apply_unsorting(unsorting),
            Fact::Resolved(outcome) => self.apply_outcome(outcome),
            Fact::Surplus(fact) => self.surplus.apply(fact),
            Fact::Routed(round) => self.rounds.push(round),
            Fact::Delivered(note) => self.apply_note(note),
            Fact::Posted(document) => {
                self.index.billed.extend(document.lines.iter().map(|line| line.billed));
                self.documents.push(document);
            }
            Fact::Paid(payout) => self.payouts.push(payout),
            Fact::Booked(entry) => self.entries.push(entry),
        }
    }

    fn apply_offer(&mut self, offer: Offer) {
        self.count_offer(&offer);
        self.index.current_offer.insert(offer.key(), self.offers.len());
        let words = self.index.words_of.entry(offer.key()).or_default();
        words.push(self.offers.len());
        self.offers.push(offer);
    }

    fn apply_order(&mut self, order: Order) {
        self.index.order.insert(order.id, self.orders.len());
        for line in &order.lines {
            self.index.ordered.insert(order.line_id(line.rank), line.quantity);
            // Surplus is sold from the dock: it takes nothing of what was on the list.
            if order.channel != crate::orders::Channel::Surplus {
                let taken = self.index.taken.entry((line.line, order.day)).or_default();
                *taken = taken.plus(line.quantity);
            }
        }
        self.orders.push(order);
    }

    fn apply_amendment(&mut self, amendment: Amendment) {
        let found = self.order_line(amendment.line);
        if let Ok((order, line)) = found.map(|(order, line)| (order.day, line.line)) {
            let before = self.ordered(amendment.line);
            let taken = self.index.taken.entry((line, order)).or_default();
            *taken = taken.minus(before).plus(amendment.quantity);
        }
        self.index.ordered.insert(amendment.line, amendment.quantity);
        self.amendments.push(amendment);
    }

    fn apply_plan(&mut self, plan: AcceptedPlan) {
        for purchase in &plan.purchases {
            let rows = self.index.purchases_of_offer.entry(purchase.offer).or_default();
            rows.push(self.purchases.len());
            let own = self.index.purchases_of_producer.entry(purchase.producer).or_default();
            own.push(self.purchases.len());
            self.purchases.push(purchase.clone());
        }
        for allocation in &plan.allocations {
            let at = self.allocations.len();
            let index = &mut self.index;
            index.allocations_of_line.entry(allocation.order_line).or_default().push(at);
            index.allocations_of_purchase.entry(allocation.purchase_line).or_default().push(at);
            self.allocations.push(allocation.clone());
        }
        self.plans.push(plan);
    }

    fn apply_confirmation(&mut self, confirmation: Confirmation) {
        self.index.confirmed.insert(confirmation.line, confirmation.quantity);
        match confirmation.shared {
            Some(_) => self.index.shared.insert(confirmation.line, self.confirmations.len()),
            None => self.index.shared.remove(&confirmation.line),
        };
        self.confirmations.push(confirmation);
    }

    /// What is taken back no longer counts; the fact that it was said stays.
    fn apply_withdrawal(&mut self, withdrawal: Withdrawal) {
        let line = self.receipt(withdrawal.receipt).ok().map(|receipt| receipt.line);
        let own = line.and_then(|line| self.index.receipts_of.get_mut(&line));
        if let Some(rows) = own {
            let receipts = &self.receipts;
            rows.retain(|&at| receipts[at].id != withdrawal.receipt);
        }
        self.index.withdrawn.insert(withdrawal.receipt);
        self.withdrawals.push(withdrawal);
    }

    fn apply_sorting(&mut self, sorting: Sorting) {
        let from = self.index.sorted_from.entry(sorting.receipt).or_default();
        *from = from.plus(sorting.quantity);
        let to = self.index.sorted_for.entry(sorting.order_line).or_default();
        *to = to.plus(sorting.quantity);
        if let Some(key) =
            self.order_line(sorting.order_line).ok().map(|(order, _)| (order.site, order.day))
        {
            self.index.sortings_of_site.entry(key).or_default().push(self.sortings.len());
        }
        let own = self.index.sortings_of_receipt.entry(sorting.receipt).or_default();
        own.push(self.sortings.len());
        self.sortings.push(sorting);
    }

    /// The parts no longer count, and their goods are on the dock; that they were put aside stays
    /// said.
    fn apply_unsorting(&mut self, unsorting: Unsorting) {
        for part in taken_back(self, &unsorting) {
            self.take_back(part);
        }
        self.unsortings.push(unsorting);
    }

    fn take_back(&mut self, id: SortingId) {
        let Some(at) = self.sortings.iter().position(|sorting| sorting.id == id) else { return };
        let Sorting { receipt, order_line, quantity, .. } = self.sortings[at];
        let from = self.index.sorted_from.entry(receipt).or_default();
        *from = from.minus(quantity);
        let to = self.index.sorted_for.entry(order_line).or_default();
        *to = to.minus(quantity);
        let place = self.order_line(order_line).ok().map(|(order, _)| (order.site, order.day));
        if let Some(rows) = place.and_then(|key| self.index.sortings_of_site.get_mut(&key)) {
            rows.retain(|&row| row != at);
        }
        if let Some(rows) = self.index.sortings_of_receipt.get_mut(&receipt) {
            rows.retain(|&row| row != at);
        }
        self.index.unsorted.insert(id);
    }

    fn apply_outcome(&mut self, outcome: Outcome) {
        let sum = self.index.resolved.entry(outcome.source).or_default();
        *sum = sum.plus(outcome.quantity);
        if outcome.kind == OutcomeKind::Returned {
            let receipt = self.receipt_of(outcome.source).and_then(|id| self.receipt(id));
            if let Ok(line) = receipt.map(|receipt| receipt.line) {
                let sum = self.index.returned_of.entry(line).or_default();
                *sum = sum.plus(outcome.quantity);
            }
        }
        self.outcomes.push(outcome);
    }

    fn apply_note(&mut self, note: DeliveryNote) {
        if let Some(site) = self.register.sites.get(&note.site) {
            self.index.notes_of_buyer.entry(site.buyer).or_default().push(self.notes.len());
        }
        for (at, line) in note.lines.iter().enumerate() {
            self.index.note_of.insert(line.sorting, (self.notes.len(), at));
            let sum = self.index.delivered.entry(line.order_line).or_default();
            *sum = sum.plus(line.delivered());
        }
        self.notes.push(note);
    }
}
