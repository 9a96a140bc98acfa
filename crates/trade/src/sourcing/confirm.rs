//! What farms confirm of a purchase line, and who gets how much of one that comes short.
//!
//! A shortage is shared in proportion unless the coordinator says otherwise; what is said
//! otherwise is kept with the farm's word, so that the dock and every page follow it.

use std::collections::BTreeMap;

use super::shortage::{Claimant, ShortagePolicy, claimants, shares};
use super::task::is_promised;
use super::{Allocation, PurchaseLine};
use crate::denial::Denial;
use crate::id::{OrderLineId, PurchaseLineId};
use crate::mercuriale::sellable;
use crate::offers::Stamp;
use crate::unit::Qty;
use crate::week::Week;

/// A farm's answer to a purchase line: all of it, or less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    pub line: PurchaseLineId,
    pub quantity: Qty,
    /// Who gets how much of less; `None`: in proportion of what was ordered.
    pub shared: Option<Sharing>,
    pub stamp: Stamp,
}

/// How a shortage was shared out (*partage*), with each part as it was seen and confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    pub by: SharedBy,
    /// One part for each order line of the purchase line.
    pub parts: Vec<(OrderLineId, Qty)>,
}

/// By a rule, or by the coordinator's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedBy {
    Policy(ShortagePolicy),
    Hand,
}

impl SharedBy {
    pub const fn code(self) -> &'static str {
        match self {
            SharedBy::Policy(policy) => policy.code(),
            SharedBy::Hand => "hand",
        }
    }

    pub fn parse(code: &str) -> Option<SharedBy> {
        match code {
            "hand" => Some(SharedBy::Hand),
            policy => ShortagePolicy::parse(policy).map(SharedBy::Policy),
        }
    }
}

/// Notes what a farm confirms of a purchase line. Confirming more is refused, and so is changing
/// one's mind once goods have arrived. A rule by which the line was shared before still holds.
pub fn confirm(
    week: &Week,
    line: PurchaseLineId,
    quantity: Qty,
    stamp: Stamp,
) -> Result<Confirmation, Denial> {
    let purchase = judged(week, line, quantity)?;
    let confirmed = week.confirmed(line);
    let plain = split(week, purchase, quantity);
    if quantity > confirmed && is_replanned(week, purchase, &plain) {
        return Err(Denial::ConfirmedAboveAsked { asked: confirmed, confirmed: quantity });
    }
    let policy = match week.sharing(line).map(|sharing| sharing.by) {
        Some(SharedBy::Policy(policy)) => policy,
        _ => ShortagePolicy::USUAL,
    };
    let by = SharedBy::Policy(policy);
    let parts = share_out(week, purchase, quantity, policy);
    // Kept only where it is not what everybody would compute.
    let is_plain = quantity >= purchase.quantity || by_line(&parts) == by_line(&plain);
    let shared = (!is_plain).then_some(Sharing { by, parts });
    Ok(Confirmation { line, quantity, shared, stamp })
}

/// As [`confirm`], shared out as the coordinator has chosen. Refused unless the parts are whole
/// packs, none more than its order line still waits for, and together all that can be given of
/// `quantity`.
pub fn confirm_shared(
    week: &Week,
    line: PurchaseLineId,
    quantity: Qty,
    sharing: Sharing,
    stamp: Stamp,
) -> Result<Confirmation, Denial> {
    let purchase = judged(week, line, quantity)?;
    let claims = claims(week, purchase);
    let parts = by_line(&sharing.parts);
    let step = step(purchase);
    for (&order_line, &part) in &parts {
        let claim = claims.iter().find(|claim| claim.line == order_line);
        let claim = claim.ok_or(Denial::UnknownOrderLine { line: order_line })?;
        if part < Qty::ZERO {
            return Err(Denial::QuantityNotPositive { quantity: part });
        }
        if part > claim.most {
            return Err(Denial::PartAboveAsked { line: order_line, asked: claim.most, part });
        }
        if part.floor_to(step) != part {
            return Err(Denial::PartSplitsPack { line: order_line, pack: step, part });
        }
    }
    let all = share_out(week, purchase, quantity, ShortagePolicy::Proportional);
    let brings = Qty::total(all.into_iter().map(|(_, part)| part));
    let given = Qty::total(parts.into_values());
    if given != brings {
        return Err(Denial::PartsOff { brings, parts: given });
    }
    let is_plain = sharing.by == SharedBy::Policy(ShortagePolicy::Proportional)
        && by_line(&sharing.parts) == by_line(&split(week, purchase, quantity));
    let shared = (!is_plain && quantity < purchase.quantity).then_some(sharing);
    Ok(Confirmation { line, quantity, shared, stamp })
}

/// A quantity that the farm may confirm.
fn judged(week: &Week, line: PurchaseLineId, quantity: Qty) -> Result<&PurchaseLine, Denial> {
    let purchase = week.purchase_line(line)?;
    if quantity < Qty::ZERO {
        return Err(Denial::QuantityNotPositive { quantity });
    }
    if quantity > purchase.quantity {
        let asked = purchase.quantity;
        return Err(Denial::ConfirmedAboveAsked { asked, confirmed: quantity });
    }
    if week.receipts_of(line).next().is_some() {
        return Err(Denial::AlreadyReceived { line });
    }
    Ok(purchase)
}

/// True when another farm was asked for what this one now says it can bring after all.
fn is_replanned(week: &Week, purchase: &PurchaseLine, parts: &[(OrderLineId, Qty)]) -> bool {
    let before = by_line(&effective(week, purchase));
    by_line(parts).into_iter().any(|(line, now)| {
        let more = now.minus(before.get(&line).copied().unwrap_or(Qty::ZERO));
        week.covered(line).plus(more) > week.ordered(line)
    })
}

/// What an order line waits for of a purchase line.
struct Claim {
    line: OrderLineId,
    /// Less than it was given by the plan where other farms were asked for some of it since.
    most: Qty,
    claimant: Claimant,
}

/// Claims in the order in which they were ordered.
fn claims(week: &Week, purchase: &PurchaseLine) -> Vec<Claim> {
    let before = by_line(&effective(week, purchase));
    let asked = week.allocations_of(purchase.id).map(|one| (one.order_line, one.quantity));
    let asked = by_line(&asked.collect::<Vec<_>>());
    let mut claims: Vec<(i64, Claim)> = Vec::with_capacity(asked.len());
    for (id, asked) in asked {
        let Ok((order, line)) = week.order_line(id) else { continue };
        let others = week.covered(id).minus(before.get(&id).copied().unwrap_or(Qty::ZERO));
        let most = asked.min(week.ordered(id).minus(others)).max(Qty::ZERO);
        let is_promised = is_promised(order, line);
        let claimant = Claimant { wanted: most, price: line.price, is_promised };
        claims.push((order.stamp.at.0, Claim { line: id, most, claimant }));
    }
    claims.sort_by_key(|(at, claim)| (*at, claim.line));
    claims.into_iter().map(|(_, claim)| claim).collect()
}

/// What the buyers of a purchase line get when its farm brings `brings`, by a rule: at the
/// confirmation and in every preview of it. Shape: one part for each order line, in the order in
/// which they were ordered.
pub fn share_out(
    week: &Week,
    line: &PurchaseLine,
    brings: Qty,
    policy: ShortagePolicy,
) -> Vec<(OrderLineId, Qty)> {
    let claims = claims(week, line);
    let plain = split(week, line, brings);
    let plain = by_line(&plain);
    let fits = |claim: &Claim| plain.get(&claim.line).is_none_or(|part| *part <= claim.most);
    if policy == ShortagePolicy::Proportional && claims.iter().all(fits) {
        let part = |claim: Claim| (claim.line, plain.get(&claim.line).copied().unwrap_or_default());
        return claims.into_iter().map(part).collect();
    }
    let claimants: Vec<Claimant> = claims.iter().map(|claim| claim.claimant).collect();
    let total = sellable(brings, line.pack);
    let parts = shares(total, &claimants, step(line), policy);
    claims.iter().map(|claim| claim.line).zip(parts).collect()
}

/// What every part of a purchase line is a multiple of.
fn step(line: &PurchaseLine) -> Qty {
    if line.pack.weighed { Qty::new(1) } else { line.pack.size }
}

fn by_line(parts: &[(OrderLineId, Qty)]) -> BTreeMap<OrderLineId, Qty> {
    let mut sums: BTreeMap<OrderLineId, Qty> = BTreeMap::new();
    for (line, quantity) in parts {
        let sum = sums.entry(*line).or_default();
        *sum = sum.plus(*quantity);
    }
    sums
}

/// What each allocation of a purchase line still brings after the farm's answer: as it was shared
/// out, else in proportion, in whole packs. Shape: one quantity per allocation, in the order of
/// the plan.
pub fn effective(week: &Week, line: &PurchaseLine) -> Vec<(OrderLineId, Qty)> {
    let Some(sharing) = week.sharing(line.id) else {
        return split(week, line, week.confirmed(line.id));
    };
    let mut left = by_line(&sharing.parts);
    let part = |allocation: &Allocation| {
        let left = left.entry(allocation.order_line).or_default();
        let part = allocation.quantity.min(*left);
        *left = left.minus(part);
        (allocation.order_line, part)
    };
    week.allocations_of(line.id).map(part).collect()
}

/// The part of one allocation of a line that was shared out.
pub(super) fn shared_part(week: &Week, line: &PurchaseLine, of: &Allocation) -> Qty {
    let allocations = week.allocations_of(line.id).zip(effective(week, line));
    let mut own = allocations.filter(|(one, _)| std::ptr::eq(*one, of));
    own.next().map_or(Qty::ZERO, |(_, (_, part))| part)
}

/// What each allocation of a purchase line would bring in proportion if the farm brought
/// `confirmed` of it. Shape: as [`effective`].
pub fn split(week: &Week, line: &PurchaseLine, confirmed: Qty) -> Vec<(OrderLineId, Qty)> {
    let allocations: Vec<&Allocation> = week.allocations_of(line.id).collect();
    let weights: Vec<Qty> = allocations.iter().map(|allocation| allocation.quantity).collect();
    let lines = allocations.iter().map(|allocation| allocation.order_line);
    if confirmed >= line.quantity {
        return lines.zip(weights).collect();
    }
    let whole = sellable(confirmed, line.pack);
    let claimants = claimants(week, lines.clone().zip(weights));
    lines.zip(shares(whole, &claimants, step(line), ShortagePolicy::USUAL)).collect()
}
