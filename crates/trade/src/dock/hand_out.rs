//! Which lot goes to whom: first that of the farm that was asked to bring it, and never one of a
//! farm that the rule of origin of the buyer's contract keeps out (*clause d'origine*).

use std::collections::{BTreeMap, BTreeSet};

use super::Sorting;
use crate::denial::Denial;
use crate::id::{OrderLineId, ProducerId, PurchaseLineId, ReceiptId, SortingId};
use crate::party::Place;
use crate::sourcing::task::rule_of_origin;
use crate::unit::Qty;
use crate::week::Week;

/// What of a receipt nobody has yet.
pub(super) struct Lot {
    pub receipt: ReceiptId,
    pub purchase: PurchaseLineId,
    pub left: Qty,
}

/// The lots of a line of the price list, and the parts that are made of them.
pub(super) struct Lots {
    pub lots: Vec<Lot>,
    /// What each farm was asked to bring for whom.
    pub own: BTreeMap<(PurchaseLineId, OrderLineId), Qty>,
    /// What may not go to whom. The rule is asked by the places of today, as planning asks it:
    /// goods of a farm that was never planned for a line, but may serve it, help it too.
    pub barred: BTreeSet<(PurchaseLineId, OrderLineId)>,
    pub parts: Vec<Sorting>,
}

impl Lots {
    /// Those who wait and may take some of what is left, with the sum that they may take.
    pub fn takers(
        &self,
        waiting: &BTreeMap<OrderLineId, Qty>,
    ) -> (Qty, BTreeMap<OrderLineId, Qty>) {
        let waits = |(line, open): &(&OrderLineId, &Qty)| {
            **open > Qty::ZERO && self.within_reach(**line) > Qty::ZERO
        };
        let takers: BTreeMap<OrderLineId, Qty> =
            waiting.iter().filter(waits).map(|(line, open)| (*line, *open)).collect();
        let taken = |lot: &&Lot| takers.keys().any(|line| self.may_go(lot, *line));
        (Qty::total(self.lots.iter().filter(taken).map(|lot| lot.left)), takers)
    }

    /// Gives each order line its target, as far as it may take what is there; what each got.
    pub fn hand_out(
        &mut self,
        mut targets: BTreeMap<OrderLineId, Qty>,
    ) -> BTreeMap<OrderLineId, Qty> {
        let mut got = BTreeMap::new();
        // Who may take least chooses first: the others find theirs elsewhere.
        let mut groups: BTreeMap<Qty, Vec<OrderLineId>> = BTreeMap::new();
        for &line in targets.keys() {
            groups.entry(self.within_reach(line)).or_default().push(line);
        }
        for lines in groups.values() {
            for own_only in [true, false] {
                self.pass(lines, &mut targets, own_only, &mut got);
            }
        }
        got
    }

    fn pass(
        &mut self,
        lines: &[OrderLineId],
        targets: &mut BTreeMap<OrderLineId, Qty>,
        own_only: bool,
        got: &mut BTreeMap<OrderLineId, Qty>,
    ) {
        for at in 0..self.lots.len() {
            for &order_line in lines {
                let lot = &self.lots[at];
                let target = targets.entry(order_line).or_default();
                let own = self.own.get(&(lot.purchase, order_line)).copied().unwrap_or_default();
                let limit = if own_only { own.min(*target) } else { *target };
                let quantity = limit.min(lot.left);
                if quantity <= Qty::ZERO || !self.may_go(lot, order_line) {
                    continue;
                }
                *target = target.minus(quantity);
                let sum = got.entry(order_line).or_default();
                *sum = sum.plus(quantity);
                self.put(at, order_line, quantity);
            }
        }
    }

    /// Puts a part of a lot aside.
    fn put(&mut self, at: usize, order_line: OrderLineId, quantity: Qty) {
        let lot = &mut self.lots[at];
        lot.left = lot.left.minus(quantity);
        let receipt = lot.receipt;
        let same = |part: &&mut Sorting| part.receipt == receipt && part.order_line == order_line;
        match self.parts.iter_mut().find(same) {
            Some(part) => part.quantity = part.quantity.plus(quantity),
            None => self.parts.push(Sorting { id: SortingId(0), receipt, order_line, quantity }),
        }
    }

    fn may_go(&self, lot: &Lot, line: OrderLineId) -> bool {
        !self.barred.contains(&(lot.purchase, line))
    }

    fn within_reach(&self, line: OrderLineId) -> Qty {
        let lots = self.lots.iter().filter(|lot| self.may_go(lot, line));
        Qty::total(lots.map(|lot| lot.left))
    }
}

/// True when the contract of an order line lets it have goods of a farm.
pub(super) fn allows(
    week: &Week,
    order_line: OrderLineId,
    producer: ProducerId,
    metres: fn(Place, Place) -> i64,
) -> Result<bool, Denial> {
    let (order, line) = week.order_line(order_line)?;
    let register = week.register();
    let Some(rule) = rule_of_origin(register, line) else { return Ok(true) };
    let site = register.site(order.site)?.place;
    Ok(rule.allows(register.producer(producer)?, site, metres))
}
