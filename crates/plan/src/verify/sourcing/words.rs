//! What a plan says: every number in a reason or a cause is counted again.

use std::collections::{BTreeMap, BTreeSet};

use trade::catalog::Labels;
use trade::id::{OfferId, OrderLineId, ProducerId, ProductId};
use trade::mercuriale::LinePolicy;
use trade::sourcing::{Allotment, Cause, Reason, SourcingPlan, SourcingTask, Supply, Want};
use trade::unit::{Qty, rate_between};

use super::aims::Books;
use super::{SourcingBreach, can_serve, is_free, step};

/// The plan, by what it speaks of.
struct Told<'a> {
    task: &'a SourcingTask,
    supplies: BTreeMap<OfferId, &'a Supply>,
    goods: BTreeMap<(ProductId, Labels), Vec<&'a Supply>>,
    wants: BTreeMap<OrderLineId, &'a Want>,
    taken: BTreeMap<OfferId, i64>,
    /// A farm that brings some of each line, and whether it brings it alone.
    farms: BTreeMap<OrderLineId, (ProducerId, bool)>,
    /// What each farm is paid by the plan, in 10^-7 EUR.
    paid: BTreeMap<ProducerId, i128>,
    books: &'a Books,
}

/// Reasons and causes that are not true.
pub(super) fn check(
    task: &SourcingTask,
    plan: &SourcingPlan,
    books: &Books,
) -> Vec<SourcingBreach> {
    let told = told(task, plan, books);
    let mut breaches = Vec::new();
    for one in plan.allotments.iter().filter(|one| !told.is_true(one)) {
        let (line, offer, reason) = (one.order_line, one.offer, one.reason.clone());
        breaches.push(SourcingBreach::FalseReason { line, offer, reason });
    }
    let mut known: BTreeMap<Vec<OfferId>, (i64, i64)> = BTreeMap::new();
    for short in &plan.shortfalls {
        let want = told.wants[&short.order_line];
        if !told.is_cause(plan, want, short.quantity, short.cause, &mut known) {
            let (line, cause) = (short.order_line, short.cause);
            breaches.push(SourcingBreach::FalseCause { line, cause });
        }
    }
    breaches
}

fn told<'a>(task: &'a SourcingTask, plan: &SourcingPlan, books: &'a Books) -> Told<'a> {
    let mut told = Told {
        task,
        supplies: task.supplies.iter().map(|supply| (supply.offer, supply)).collect(),
        goods: BTreeMap::new(),
        wants: task.wants.iter().map(|want| (want.order_line, want)).collect(),
        taken: BTreeMap::new(),
        farms: BTreeMap::new(),
        paid: BTreeMap::new(),
        books,
    };
    for supply in task.supplies.iter().filter(|supply| supply.left > Qty::ZERO) {
        told.goods.entry((supply.product, supply.labels)).or_default().push(supply);
    }
    for one in &plan.allotments {
        let farm = told.supplies[&one.offer].producer;
        let value =
            i128::from(one.quantity.get()) * i128::from(told.wants[&one.order_line].cost.get());
        *told.taken.entry(one.offer).or_default() += one.quantity.get();
        *told.paid.entry(farm).or_default() += value;
        let line = told.farms.entry(one.order_line).or_insert((farm, true));
        line.1 &= line.0 == farm;
    }
    told
}

impl Told<'_> {
    fn offers(&self, want: &Want) -> &[&Supply] {
        self.goods.get(&(want.product, want.labels)).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_true(&self, one: &Allotment) -> bool {
        let (want, supply) = (self.wants[&one.order_line], self.supplies[&one.offer]);
        let farm = supply.producer;
        let is_other = |other: &&&Supply| other.producer != farm;
        let alone = |serves: &dyn Fn(&Supply) -> bool| {
            !self.offers(want).iter().filter(is_other).any(|other| serves(other))
        };
        // Has the goods, proven, at what is paid; whether it may bring them is another question.
        let is_able = |other: &Supply| other.is_proven && other.price <= want.cost;
        match &one.reason {
            Reason::OnlyFarm => alone(&is_able),
            Reason::NamedFarm => want.policy == LinePolicy::Named(farm),
            Reason::OnlyAllowedFarm => {
                let is_allowed = |other: &Supply| {
                    want.only.as_ref().is_none_or(|only| only.contains(&other.producer))
                };
                !alone(&is_able) && alone(&|other| is_able(other) && is_allowed(other))
            }
            Reason::OthersByHand => {
                !alone(&|other| can_serve(want, other))
                    && alone(&|other| is_free(self.task, want, other))
            }
            Reason::FairShare { of_offer, season_before, season_goal } => {
                let taken = self.taken[&one.offer];
                rate_between(taken, supply.left.get()) == Some(*of_offer)
                    && self.books.rates(farm) == (*season_before, *season_goal)
                    && self.books.is_due(farm)
            }
            Reason::Remainder => !self.books.is_due(farm),
            Reason::OneFarmForLine => self.farms[&one.order_line].1,
            Reason::WorthTheTrip { minimum } => {
                let known = self.task.farms.get(&farm).copied().unwrap_or_default();
                known.minimum_trip == *minimum
                    && self.paid[&farm] >= i128::from(minimum.get()) * 100_000
            }
            Reason::ByHand { by, .. } => self.task.locks.iter().any(|lock| {
                lock.order_line == one.order_line && lock.producer == farm && lock.by == *by
            }),
        }
    }

    fn is_cause(
        &self,
        plan: &SourcingPlan,
        want: &Want,
        short: Qty,
        cause: Cause,
        known: &mut BTreeMap<Vec<OfferId>, (i64, i64)>,
    ) -> bool {
        let mut own: Vec<&Supply> = self.offers(want).to_vec();
        if let LinePolicy::Named(farm) = want.policy {
            own.retain(|supply| supply.producer == farm);
        }
        let proven = || own.iter().filter(|supply| supply.is_proven);
        let able: Vec<OfferId> = own
            .iter()
            .filter(|supply| is_free(self.task, want, supply))
            .map(|supply| supply.offer)
            .collect();
        let none = able.is_empty();
        match cause {
            Cause::NoOffer => own.is_empty(),
            Cause::NoProof => !own.is_empty() && proven().next().is_none(),
            Cause::TooDear { asked, paid } => {
                let least = own.iter().filter(|one| one.is_proven).map(|one| one.price).min();
                paid == want.cost && least == Some(asked) && asked > paid
            }
            Cause::OutsideOrigin => {
                none && want.only.is_some() && proven().any(|one| one.price <= want.cost)
            }
            Cause::Locked => none && own.iter().any(|supply| can_serve(want, supply)),
            Cause::Shortage { wanted, offered } => {
                let sums = *known.entry(able.clone()).or_insert_with(|| self.tight(plan, &able));
                !none && wanted > offered && sums == (wanted.get(), offered.get())
            }
            Cause::BelowPack => {
                let sums = *known.entry(able.clone()).or_insert_with(|| self.tight(plan, &able));
                !none && (short.get() < step(want) || sums.0 <= sums.1)
            }
        }
    }

    /// Offers that these could be freed by, until none comes to it: what is wanted by lines that
    /// have no other offers, and what is offered.
    fn tight(&self, plan: &SourcingPlan, first: &[OfferId]) -> (i64, i64) {
        let mut reached: BTreeSet<OfferId> = first.iter().copied().collect();
        let able = |want: &Want| -> Vec<OfferId> {
            let own = self.offers(want).iter().filter(|one| is_free(self.task, want, one));
            own.map(|supply| supply.offer).collect()
        };
        loop {
            let before = reached.len();
            let users = plan.allotments.iter().filter(|one| reached.contains(&one.offer));
            let lines: BTreeSet<OrderLineId> = users.map(|one| one.order_line).collect();
            for line in lines {
                reached.extend(able(self.wants[&line]));
            }
            if reached.len() == before {
                break;
            }
        }
        let bound = |want: &&Want| {
            let own = able(want);
            !own.is_empty() && own.iter().all(|offer| reached.contains(offer))
        };
        let goods = self.supplies[&first[0]];
        let same = |want: &&Want| (want.product, want.labels) == (goods.product, goods.labels);
        let wants = self.task.wants.iter().filter(same).filter(bound);
        let wanted = wants.map(|want| want.quantity.get()).sum();
        let offered = reached.iter().map(|offer| self.supplies[offer].left.get()).sum();
        (wanted, offered)
    }
}
