//! A proposed plan in one glance: what it comes to, what it changes, who brings what and why, and
//! what is missing.

use std::collections::{BTreeMap, BTreeSet};

use trade::Week;
use trade::calendar::Day;
use trade::catalog::{Labels, alphabetical};
use trade::id::{LineId, OfferId, OrderLineId, ProducerId, ProductId};
use trade::offers::Offer;
use trade::party::Producer;
use trade::sourcing::{
    Aim, Allotment, Reason, Report, SourcingPlan, SourcingTask, Want, effective,
};
use trade::unit::{Cents, Qty, amount, rate_between};

use super::acts::Proposal;
use super::words::{aim_name, aim_value, cause_sentence, reason_sentence};
use crate::failure::Failure;
use crate::ui::fr;
use crate::web::Visit;

/// How near a plan comes to an aim.
pub struct AimRow {
    pub name: &'static str,
    pub value: String,
    pub bound: String,
    /// Empty where it is proven that no plan is better.
    pub gap: String,
}

/// What a farm brings of goods, before and after.
pub struct ChangeRow {
    pub product: String,
    pub farm: String,
    pub before: String,
    pub after: String,
    pub by: String,
}

pub struct PartRow {
    pub farm: String,
    pub quantity: String,
    pub reasons: Vec<String>,
}

/// One line of the price list: who brings it.
pub struct GoodsView {
    pub name: String,
    pub labels: String,
    pub sold: String,
    /// What no farm brings of it; empty when all is served.
    pub short: String,
    /// Where it is decided by hand.
    pub href: String,
    /// Something of it is decided so.
    pub is_by_hand: bool,
    pub parts: Vec<PartRow>,
}

/// A farm that could bring what is missing.
pub struct CallRow {
    pub name: String,
    pub phone: String,
}

/// What one more pack of missing goods would serve.
pub struct MissingRow {
    pub name: String,
    pub labels: String,
    pub missing: String,
    pub pack: String,
    pub worth: String,
    pub buyers: usize,
    pub calls: Vec<CallRow>,
}

/// A plan to be accepted.
pub struct PlanView {
    pub day_code: String,
    pub day: String,
    pub mark: String,
    pub farms: usize,
    pub tiles: Vec<(String, String)>,
    pub aims: Vec<AimRow>,
    /// Against what is accepted; none for the first plan of a day.
    pub changes: Vec<ChangeRow>,
    pub goods: Vec<GoodsView>,
    /// Order lines of which something has no farm.
    pub short_lines: usize,
    pub shortfalls: Vec<String>,
    pub missing: Vec<MissingRow>,
    /// Offers that a question may be about: number and name.
    pub offers: Vec<(String, String)>,
}

/// Farms that are named for goods that are missing.
const CALLS: usize = 4;

pub fn plan_view(
    visit: &Visit,
    week: &Week,
    day: Day,
    proposal: &Proposal,
) -> Result<PlanView, Failure> {
    let Proposal { task, plan, mark } = proposal;
    let farms: Result<BTreeSet<ProducerId>, Failure> =
        plan.allotments.iter().map(|one| Ok(week.offer(one.offer)?.producer)).collect();
    Ok(PlanView {
        day_code: day.to_string(),
        day: fr::day(day),
        mark: mark.clone(),
        farms: farms?.len(),
        tiles: tiles(week, task, plan)?,
        aims: plan.report.aims.iter().map(aim_row).collect(),
        changes: since_accepted(week, day, plan)?,
        goods: goods(visit, week, day, proposal)?,
        short_lines: plan.shortfalls.len(),
        shortfalls: shortfalls(week, plan)?,
        missing: missing(week, proposal)?,
        offers: offers(week, task)?,
    })
}

fn aim_row(value: &trade::sourcing::AimValue) -> AimRow {
    AimRow {
        name: aim_name(value.aim),
        value: aim_value(value.aim, value.value),
        bound: aim_value(value.aim, value.bound),
        gap: if value.gap == 0 { String::new() } else { aim_value(value.aim, value.gap) },
    }
}

/// What a plan comes to.
fn tiles(
    week: &Week,
    task: &SourcingTask,
    plan: &SourcingPlan,
) -> Result<Vec<(String, String)>, Failure> {
    let wants: BTreeMap<OrderLineId, &Want> =
        task.wants.iter().map(|want| (want.order_line, want)).collect();
    let (mut served, mut promised, mut income) = (0, 0, 0);
    let mut farms: BTreeMap<OrderLineId, BTreeSet<ProducerId>> = BTreeMap::new();
    let mut paid: BTreeMap<ProducerId, i64> = BTreeMap::new();
    for one in &plan.allotments {
        let Some(want) = wants.get(&one.order_line) else { continue };
        let farm = week.offer(one.offer)?.producer;
        let cents = amount(one.quantity, want.cost).get();
        served += one.quantity.get();
        promised += if want.is_promised { one.quantity.get() } else { 0 };
        income += cents;
        farms.entry(one.order_line).or_default().insert(farm);
        *paid.entry(farm).or_default() += cents;
    }
    let sum = |promised: bool| -> i64 {
        let all = task.wants.iter().filter(|want| want.is_promised || !promised);
        all.map(|want| want.quantity.get()).sum()
    };
    let part = |of: i64, whole: i64| rate_between(of, whole).map(fr::rate);
    let mut tiles =
        vec![(part(served, sum(false)).unwrap_or_default(), "de ce qui est vendu".into())];
    if let Some(rate) = part(promised, sum(true)) {
        tiles.push((rate, "des marchés et commandes permanentes".into()));
    }
    tiles.push((fr::whole_euros(Cents::new(income)), "payés aux fermes".into()));
    tiles.extend(fairness(&plan.report));
    let splits = farms.values().filter(|farms| farms.len() > 1).count() as i64;
    let label = fr::plural(splits, "commande à plusieurs fermes", "commandes à plusieurs fermes");
    tiles.push((fr::integer(splits), label.into()));
    let is_poor = |(farm, paid): (&ProducerId, &i64)| {
        let known = task.farms.get(farm);
        known.is_some_and(|day| day.purchased == Cents::ZERO && *paid < day.minimum_trip.get())
    };
    let poor = paid.iter().filter(|one| is_poor(*one)).count() as i64;
    let label = fr::plural(poor, "trajet trop petit", "trajets trop petits");
    tiles.push((fr::integer(poor), label.into()));
    if let Some(way) = plan.report.of(Aim::Kilometres) {
        tiles.push((fr::km(way.value), "des fermes au quai".into()));
    }
    Ok(tiles)
}

/// The largest deviation from a fair share, and how much of it no plan can avoid.
fn fairness(report: &Report) -> Option<(String, String)> {
    let far = report.of(Aim::FairShare)?;
    let euros = |cents: i64| fr::euros(Cents::new(cents));
    let best = match far.gap {
        0 => "le mieux possible".to_string(),
        gap => format!("au mieux {}, à {} près", euros(far.bound), euros(gap)),
    };
    let said = format!("d'écart à sa part, pour la ferme qui en est le plus loin ({best})");
    Some((fr::whole_euros(Cents::new(far.value)), said))
}

/// What is accepted of a day, as a plan: as it was ordered, or as farms have confirmed it.
fn accepted(week: &Week, day: Day, is_confirmed: bool) -> Result<Vec<Allotment>, Failure> {
    let mut allotments = Vec::new();
    for purchase in week.purchase_lines_on(day) {
        let now = effective(week, purchase);
        for (one, (order_line, now)) in week.allocations_of(purchase.id).zip(now) {
            let quantity = if is_confirmed { now } else { one.quantity };
            let (offer, reason) = (purchase.offer, one.reason.clone());
            allotments.push(Allotment { order_line, offer, quantity, reason });
        }
    }
    Ok(allotments)
}

fn since_accepted(week: &Week, day: Day, plan: &SourcingPlan) -> Result<Vec<ChangeRow>, Failure> {
    if !week.plans().iter().any(|one| one.day == day) {
        return Ok(Vec::new());
    }
    let bare = |allotments: Vec<Allotment>| SourcingPlan {
        day,
        allotments,
        shortfalls: Vec::new(),
        report: Report::default(),
    };
    let before = bare(accepted(week, day, false)?);
    let mut after = accepted(week, day, true)?;
    after.extend(plan.allotments.iter().cloned());
    change_rows(week, &before, &bare(after))
}

/// What differs between two plans, by goods and farm.
pub fn change_rows(
    week: &Week,
    before: &SourcingPlan,
    after: &SourcingPlan,
) -> Result<Vec<ChangeRow>, Failure> {
    let is_changed: BTreeSet<(OrderLineId, OfferId)> = plan::diff::sourcing(before, after)
        .into_iter()
        .map(|change| (change.order_line, change.offer))
        .collect();
    type Key = (String, ProductId, Labels, String);
    let mut sums: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
    let touched: BTreeSet<(ProducerId, ProductId)> = is_changed
        .iter()
        .filter_map(|(_, offer)| week.offer(*offer).ok())
        .map(|offer| (offer.producer, offer.product))
        .collect();
    for (plan, is_after) in [(before, false), (after, true)] {
        for one in &plan.allotments {
            let Offer { producer, product, labels, .. } = *week.offer(one.offer)?;
            if !touched.contains(&(producer, product)) {
                continue;
            }
            let name = alphabetical(&week.register().product(product)?.name);
            let farm = week.register().producer(producer)?.identity.name.clone();
            let sum = sums.entry((name, product, labels, farm)).or_default();
            let side = if is_after { &mut sum.1 } else { &mut sum.0 };
            *side += one.quantity.get();
        }
    }
    let mut rows = Vec::new();
    for ((_, product, labels, farm), (before, after)) in sums {
        if before == after {
            continue;
        }
        let product = week.register().product(product)?;
        let of = |quantity: i64| fr::qty(Qty::new(quantity), product.unit);
        let sign = if after > before { "+" } else { "−" };
        rows.push(ChangeRow {
            product: format!("{} {}", product.name, fr::labels(labels)).trim().into(),
            farm,
            before: of(before),
            after: of(after),
            by: format!("{sign}{}", of((after - before).abs())),
        });
    }
    Ok(rows)
}

/// What a farm brings of a line, with each reason once.
type Given = (i64, Vec<String>);

fn goods(
    visit: &Visit,
    week: &Week,
    day: Day,
    proposal: &Proposal,
) -> Result<Vec<GoodsView>, Failure> {
    let Proposal { task, plan, .. } = proposal;
    let mut sold: BTreeMap<LineId, i64> = BTreeMap::new();
    for want in &task.wants {
        *sold.entry(want.line).or_default() += want.quantity.get();
    }
    let mut given: BTreeMap<LineId, BTreeMap<ProducerId, Given>> = BTreeMap::new();
    for one in &plan.allotments {
        let line = week.order_line(one.order_line)?.1.line;
        let farms = given.entry(line).or_default();
        let (quantity, reasons) = farms.entry(week.offer(one.offer)?.producer).or_default();
        *quantity += one.quantity.get();
        add_reason(reasons, &one.reason);
    }
    let settled = task.locks.iter().filter_map(|lock| week.order_line(lock.order_line).ok());
    let by_hand: BTreeSet<LineId> = settled.map(|(_, line)| line.line).collect();
    let publication = week.publication().ok_or(trade::Denial::NotPublished)?;
    let mut views = Vec::with_capacity(sold.len());
    for (line, sold) in sold {
        let known = publication.line(line)?;
        let product = week.register().product(known.product)?;
        let mut parts = Vec::new();
        let mut served = 0;
        for (farm, (quantity, reasons)) in given.remove(&line).unwrap_or_default() {
            served += quantity;
            let farm = week.register().producer(farm)?.identity.name.clone();
            let quantity = fr::qty(Qty::new(quantity), product.unit);
            parts.push(PartRow { farm, quantity, reasons });
        }
        let short = Qty::new(sold - served);
        views.push(GoodsView {
            name: product.name.clone(),
            labels: fr::labels(known.labels),
            sold: fr::qty(Qty::new(sold), product.unit),
            short: if short.is_zero() { String::new() } else { fr::qty(short, product.unit) },
            href: visit.href(&format!("sourcing/plans/{day}/{line}")),
            is_by_hand: by_hand.contains(&line),
            parts,
        });
    }
    views.sort_by_cached_key(|one| alphabetical(&one.name));
    Ok(views)
}

fn add_reason(reasons: &mut Vec<String>, reason: &Reason) {
    let sentence = reason_sentence(reason);
    if !reasons.contains(&sentence) {
        reasons.push(sentence);
    }
}

/// What is missing, goods by goods: why it is said once, then who lacks how much.
fn shortfalls(week: &Week, plan: &SourcingPlan) -> Result<Vec<String>, Failure> {
    let mut goods: Vec<(String, Vec<String>)> = Vec::new();
    for short in &plan.shortfalls {
        let (order, line) = week.order_line(short.order_line)?;
        let buyer = &week.register().buyer(order.buyer)?.identity.name;
        let lacks = format!("{buyer} {}", fr::qty(short.quantity, line.unit));
        let name = format!("{} {}", line.name, fr::labels(line.labels));
        let why = cause_sentence(&short.cause, line.unit);
        let head = format!("{} ({why})", name.trim_end());
        match goods.iter_mut().find(|(known, _)| *known == head) {
            Some((_, all)) => all.push(lacks),
            None => goods.push((head, vec![lacks])),
        }
    }
    Ok(goods.into_iter().map(|(head, all)| format!("{head} : {}", all.join(" ; "))).collect())
}

/// What one more pack of each missing product would serve, and whom to call for it.
fn missing(week: &Week, proposal: &Proposal) -> Result<Vec<MissingRow>, Failure> {
    let Proposal { task, plan, .. } = proposal;
    let mut buyers: BTreeMap<(ProductId, Labels), BTreeSet<_>> = BTreeMap::new();
    for short in &plan.shortfalls {
        let (order, line) = week.order_line(short.order_line)?;
        buyers.entry((line.product, line.labels)).or_default().insert(order.buyer);
    }
    let mut rows = Vec::new();
    for one in plan::sourcing::marginal(task, plan) {
        let product = week.register().product(one.product)?;
        rows.push(MissingRow {
            name: product.name.clone(),
            labels: fr::labels(one.labels),
            missing: fr::qty(one.missing, product.unit),
            pack: fr::qty(one.pack.size, product.unit),
            worth: fr::euros(amount(one.pack.size, one.price)),
            buyers: buyers.get(&(one.product, one.labels)).map_or(0, BTreeSet::len),
            calls: calls(week, proposal, (one.product, one.labels)),
        });
    }
    Ok(rows)
}

/// The farms that could bring goods that are missing, who offered most of the product first.
fn calls(week: &Week, proposal: &Proposal, goods: (ProductId, Labels)) -> Vec<CallRow> {
    let Proposal { task, plan, .. } = proposal;
    let register = week.register();
    let proves = |farm: ProducerId| register.prove_labels(farm, goods.0, goods.1, task.day).is_ok();
    let farms = plan::sourcing::whom_to_call(task, plan, goods, proves);
    // A farm may have left since.
    let known = farms.iter().filter_map(|farm| register.producers.get(farm));
    let row = |farm: &Producer| CallRow {
        name: farm.identity.name.clone(),
        phone: farm.identity.phone.clone(),
    };
    known.take(CALLS).map(row).collect()
}

fn offers(week: &Week, task: &SourcingTask) -> Result<Vec<(String, String)>, Failure> {
    let mut offers = Vec::with_capacity(task.supplies.len());
    for supply in &task.supplies {
        let product = week.register().product(supply.product)?;
        let farm = &week.register().producer(supply.producer)?.identity.name;
        let goods = format!("{} {}", product.name, fr::labels(supply.labels));
        let left = fr::qty(supply.left, product.unit);
        let name = format!("{} · {farm} · {left}", goods.trim());
        offers.push((supply.offer.to_string(), name));
    }
    offers.sort_by_cached_key(|(_, name)| alphabetical(name));
    Ok(offers)
}
