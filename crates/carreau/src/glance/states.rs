//! How far each step of a week has come, from its facts and the clock.

use trade::Week;
use trade::calendar::{Day, Instant};
use trade::check::{Check, OpenItem};

use crate::clock;
use crate::ui::frame::StepState;

/// The hour by which the dock must be empty and the trucks gone, in minutes of the day.
const DOCK_EMPTY: i64 = 9 * 60;
const DELIVERED: i64 = 12 * 60;

/// The state of each of the nine steps, by its name in addresses.
pub fn states(week: &Week, check: &Check, now: Instant) -> [(&'static str, StepState); 9] {
    [
        ("needs", published_or(week, StepState::Current)),
        ("offers", offers(week, now)),
        ("mercuriale", mercuriale(week, now)),
        ("orders", orders(week, now)),
        ("sourcing", sourcing(week, check, now)),
        ("dock", dock(week, check, now)),
        ("rounds", rounds(week, check, now)),
        ("billing", billing(week, check, now)),
        ("impact", impact(week, check)),
    ]
}

fn published_or(week: &Week, otherwise: StepState) -> StepState {
    if week.publication().is_some() { StepState::Done } else { otherwise }
}

fn late_after(at: Instant, now: Instant) -> StepState {
    if now > at { StepState::Late } else { StepState::Current }
}

fn offers(week: &Week, now: Instant) -> StepState {
    let due = clock::publication_of(week.week());
    match week.offers().is_empty() {
        true => published_or(week, late_after(due, now)),
        false => published_or(week, StepState::Current),
    }
}

fn mercuriale(week: &Week, now: Instant) -> StepState {
    let due = clock::publication_of(week.week());
    match week.offers().is_empty() {
        true => StepState::ToCome,
        false => published_or(week, late_after(due, now)),
    }
}

fn orders(week: &Week, now: Instant) -> StepState {
    let Some(publication) = week.publication() else { return StepState::ToCome };
    let open = publication.days.iter().filter(|sale| week.closing(sale.day).is_none());
    match open.map(|sale| sale.cutoff_at).min() {
        None => StepState::Done,
        Some(cutoff_at) => late_after(cutoff_at, now),
    }
}

/// A farm must know by the evening before; after that it is late.
fn sourcing(week: &Week, check: &Check, now: Instant) -> StepState {
    if week.closings().is_empty() {
        return StepState::ToCome;
    }
    let unsourced = check.open.iter().filter_map(|item| match item {
        OpenItem::NotSourced { day, .. } => Some(*day),
        _ => None,
    });
    // What a plan could not find a farm for is known, not forgotten.
    let is_planned = |day: Day| week.plans().iter().any(|plan| plan.day == day);
    match unsourced.filter(|&day| !is_planned(day)).min() {
        None => StepState::Done,
        Some(day) => late_after(clock::instant(day.plus_days(-1), 18 * 60), now),
    }
}

fn by_day(first: Option<Day>, minute: i64, now: Instant) -> StepState {
    let Some(day) = first else { return StepState::Done };
    match now < clock::instant(day, 0) {
        true => StepState::ToCome,
        false => late_after(clock::instant(day, minute), now),
    }
}

fn dock(week: &Week, check: &Check, now: Instant) -> StepState {
    if week.purchase_lines().is_empty() {
        return StepState::ToCome;
    }
    let days = check.open.iter().filter_map(|item| match item {
        OpenItem::NotReceived { day, .. } | OpenItem::OnDock { day, .. } => Some(*day),
        _ => None,
    });
    started(by_day(days.min(), DOCK_EMPTY, now), !week.receipts().is_empty())
}

fn rounds(week: &Week, check: &Check, now: Instant) -> StepState {
    if week.valid_sortings().next().is_none() {
        return StepState::ToCome;
    }
    let days = check.open.iter().filter_map(|item| match item {
        OpenItem::NotDelivered { day, .. } | OpenItem::RefusalsUnresolved { day, .. } => Some(*day),
        _ => None,
    });
    started(by_day(days.min(), DELIVERED, now), true)
}

/// Begun before its day: it is under way.
fn started(state: StepState, has_begun: bool) -> StepState {
    if state == StepState::ToCome && has_begun { StepState::Current } else { state }
}

/// Invoices are due by the Sunday of the week.
fn billing(week: &Week, check: &Check, now: Instant) -> StepState {
    if week.notes().is_empty() {
        return StepState::ToCome;
    }
    let is_open = |item: &OpenItem| {
        matches!(item, OpenItem::NotInvoiced { .. } | OpenItem::FarmsNotBilled { .. })
    };
    match check.open.iter().any(is_open) {
        true => late_after(clock::instant(week.week().monday().plus_days(7), 0), now),
        false => StepState::Done,
    }
}

fn impact(week: &Week, check: &Check) -> StepState {
    match (week.notes().is_empty(), check.is_finished()) {
        (true, _) => StepState::ToCome,
        (false, true) => StepState::Done,
        (false, false) => StepState::Current,
    }
}
