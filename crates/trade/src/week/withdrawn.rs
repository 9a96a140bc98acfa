//! What farms take back of a published line. The list sells what was published, and never more than
//! farms still offer: what one brings more, another may bring less.

use std::collections::HashMap;

use super::Week;
use crate::calendar::Day;
use crate::id::LineId;
use crate::mercuriale::{MercurialeLine, Publication, joins, sellable};
use crate::offers::Offer;
use crate::unit::Qty;

impl Week {
    /// What farms took back of a line since it was published.
    pub fn withdrawn(&self, line: LineId, day: Day) -> Qty {
        self.withdrawn_with(line, day, Qty::ZERO)
    }

    /// The same, were `less` of it offered than now.
    fn withdrawn_with(&self, line: LineId, day: Day, less: Qty) -> Qty {
        let now = self.offered_now(line, day).minus(less);
        self.offered(line, day).minus(now).max(Qty::ZERO)
    }

    /// What farms offer now of what a line sells.
    fn offered_now(&self, line: LineId, day: Day) -> Qty {
        self.index.offered_now.get(&(line, day)).copied().unwrap_or(Qty::ZERO)
    }

    /// What of each published line a later word takes from sale beyond what was taken back
    /// before; negative gives back. Storage takes it by the same conditional write as an order,
    /// so that nobody orders what goes.
    pub fn taken_back(&self, offer: &Offer) -> Vec<(LineId, Qty)> {
        let Some(publication) = self.publication() else { return Vec::new() };
        let before = self.current_offer(offer.key());
        let mut changes = Vec::new();
        for line in &publication.lines {
            let was = before.map_or(Qty::ZERO, |word| sold_under(word, line));
            let less = was.minus(sold_under(offer, line));
            let then = self.withdrawn_with(line.id, offer.day, less);
            changes.push((line.id, then.minus(self.withdrawn(line.id, offer.day))));
        }
        changes.retain(|(_, more)| !more.is_zero());
        changes
    }

    /// What must stay of `before` because it is ordered, where `offer` is less than that: what the
    /// other farms of its line do not bring of what is ordered.
    pub(crate) fn ordered_of(&self, before: &Offer, offer: &Offer) -> Option<Qty> {
        let changes = self.taken_back(offer).into_iter();
        let mut short = changes.filter(|(line, more)| *more > self.left(*line, offer.day));
        let (id, _) = short.next()?;
        let line = self.publication()?.line(id).ok()?;
        let spare = self.offered_now(id, offer.day).minus(self.taken(id, offer.day));
        Some(sold_under(before, line).minus(spare).max(Qty::ZERO))
    }

    /// A later word changes what is offered of the published lines.
    pub(super) fn count_offer(&mut self, offer: &Offer) {
        let Some(list) = self.publication.clone() else { return };
        let before = self.current_offer(offer.key()).cloned();
        for line in &list.lines {
            let was = before.as_ref().map_or(Qty::ZERO, |word| sold_under(word, line));
            let sum = self.index.offered_now.entry((line.id, offer.day)).or_default();
            *sum = sum.minus(was).plus(sold_under(offer, line));
        }
    }

    /// What current offers bring of each line of a list.
    pub(super) fn all_offered(&self, list: &Publication) -> HashMap<(LineId, Day), Qty> {
        let mut sums: HashMap<(LineId, Day), Qty> = HashMap::new();
        for offer in self.current_offers() {
            for line in &list.lines {
                let sum = sums.entry((line.id, offer.day)).or_default();
                *sum = sum.plus(sold_under(offer, line));
            }
        }
        sums
    }
}

/// What of an offer can be sold under a line.
fn sold_under(offer: &Offer, line: &MercurialeLine) -> Qty {
    if joins(offer, line) { sellable(offer.quantity, line.pack) } else { Qty::ZERO }
}
