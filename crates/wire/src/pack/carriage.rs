//! Columns that only rounds look at: hours, access, what trucks may do. All may be empty, and are
//! in folders that were written before there were any: the defaults then stand.

use trade::party::{Access, Carriage, DockRules, Duty, Hours, Rest};
use trade::unit::{Cents, Grams};

use super::row::Row;
use super::write::{cents, decimal, flag, minute};

/// The heaviest truck on the road carries less, in kilos.
const KILOS_MOST: i64 = 100_000;

fn integer_or(row: &mut Row<'_>, column: &str, most: i64, other: i64) -> i64 {
    if row.text(column).is_empty() { other } else { row.integer(column, most) }
}

fn opt_integer(row: &mut Row<'_>, column: &str, most: i64) -> Option<i64> {
    (!row.text(column).is_empty()).then(|| row.integer(column, most))
}

fn opt_grams(row: &mut Row<'_>, column: &str) -> Option<Grams> {
    opt_integer(row, column, KILOS_MOST).map(|kilos| Grams::new(kilos * 1_000))
}

fn cents_or(row: &mut Row<'_>, column: &str, other: Cents) -> Cents {
    row.opt_cents(column).unwrap_or(other)
}

/// Two columns that are filled both, the later time in the second, or none of them.
fn hours(row: &mut Row<'_>, from: &str, to: &str) -> Option<Hours> {
    match (row.opt_minute(from), row.opt_minute(to)) {
        (Some(begin), Some(end)) => {
            if end <= begin {
                row.fault(to, "cette heure n'est pas après la première.");
            }
            Some(Hours { from: begin, to: end })
        }
        (None, None) => None,
        (Some(_), None) => {
            row.fault(to, "une heure de début va avec une heure de fin.");
            None
        }
        (None, Some(_)) => {
            row.fault(from, "une heure de fin va avec une heure de début.");
            None
        }
    }
}

pub fn dock_rules(row: &mut Row<'_>) -> DockRules {
    let usual = DockRules::default();
    let rules = DockRules {
        density: integer_or(row, "density", 2_000, usual.density),
        doors: integer_or(row, "doors", 100, usual.doors),
        slot_minutes: integer_or(row, "slot_minutes", 240, usual.slot_minutes),
        hours: hours(row, "dock_opens", "dock_closes").unwrap_or(usual.hours),
    };
    for (column, value) in
        [("density", rules.density), ("doors", rules.doors), ("slot_minutes", rules.slot_minutes)]
    {
        if value == 0 {
            row.fault(column, "ce nombre est plus grand que zéro.");
        }
    }
    rules
}

pub fn carriage(row: &mut Row<'_>) -> Carriage {
    Carriage { is_fetched: row.flag("fetched"), hours: hours(row, "arrives_from", "arrives_to") }
}

/// Behind `closes`, the end of the usual hours.
pub fn access(row: &mut Row<'_>, closes: i64) -> Access {
    let usual = Access::default();
    let again = hours(row, "reopens", "recloses");
    if again.is_some_and(|again| again.from <= closes) {
        row.fault("reopens", "le site rouvre avant d'avoir fermé.");
    }
    let access = Access {
        again,
        service_minutes: integer_or(row, "service_minutes", 240, usual.service_minutes),
        largest: opt_grams(row, "largest_kg"),
        priority: integer_or(row, "priority", 3, usual.priority),
        empties: row.integer("empties", 10_000),
    };
    if access.priority == 0 {
        row.fault("priority", "il faut 1, 2 ou 3.");
    }
    access
}

pub fn duty(row: &mut Row<'_>) -> Duty {
    let usual = Duty::default();
    let duty = Duty {
        litres: opt_integer(row, "litres", 1_000_000),
        gross: opt_grams(row, "gross_kg"),
        shift: hours(row, "shift_from", "shift_to").unwrap_or(usual.shift),
        rounds_most: integer_or(row, "rounds_most", 20, usual.rounds_most),
        turnaround_minutes: integer_or(row, "turnaround_minutes", 240, usual.turnaround_minutes),
        rest: rest(row),
        per_km: cents_or(row, "per_km", usual.per_km),
        per_hour: cents_or(row, "per_hour", usual.per_hour),
        per_day: cents_or(row, "per_day", usual.per_day),
        is_carrier: row.flag("carrier"),
    };
    if duty.rounds_most == 0 {
        row.fault("rounds_most", "un véhicule part au moins une fois.");
    }
    duty
}

fn rest(row: &mut Row<'_>) -> Option<Rest> {
    let window = hours(row, "rest_from", "rest_to");
    let minutes = opt_integer(row, "rest_minutes", 240);
    match (window, minutes) {
        (Some(window), Some(minutes)) => Some(Rest { window, minutes }),
        (Some(_), None) => {
            row.fault("rest_minutes", "une pause dure tant de minutes : 45.");
            None
        }
        (None, Some(_)) => {
            row.fault("rest_from", "une pause commence entre deux heures : 10:00 et 12:00.");
            None
        }
        (None, None) => None,
    }
}

fn hours_cells(hours: Option<Hours>) -> [String; 2] {
    match hours {
        Some(hours) => [minute(hours.from), minute(hours.to)],
        None => [String::new(), String::new()],
    }
}

fn kilos(weight: Option<Grams>) -> String {
    weight.map(|weight| decimal(weight.get(), 3)).unwrap_or_default()
}

pub fn dock_rules_cells(rules: &DockRules) -> Vec<String> {
    let numbers = [rules.density, rules.doors, rules.slot_minutes].map(|number| number.to_string());
    numbers.into_iter().chain(hours_cells(Some(rules.hours))).collect()
}

pub fn carriage_cells(carriage: &Carriage) -> Vec<String> {
    std::iter::once(flag(carriage.is_fetched)).chain(hours_cells(carriage.hours)).collect()
}

pub fn access_cells(access: &Access) -> Vec<String> {
    let rest = [
        access.service_minutes.to_string(),
        kilos(access.largest),
        access.priority.to_string(),
        access.empties.to_string(),
    ];
    hours_cells(access.again).into_iter().chain(rest).collect()
}

pub fn duty_cells(duty: &Duty) -> Vec<String> {
    let mut cells =
        vec![duty.litres.map(|litres| litres.to_string()).unwrap_or_default(), kilos(duty.gross)];
    cells.extend(hours_cells(Some(duty.shift)));
    cells.extend([duty.rounds_most.to_string(), duty.turnaround_minutes.to_string()]);
    cells.extend(hours_cells(duty.rest.map(|rest| rest.window)));
    cells.push(duty.rest.map(|rest| rest.minutes.to_string()).unwrap_or_default());
    cells.extend([cents(duty.per_km), cents(duty.per_hour), cents(duty.per_day)]);
    cells.push(flag(duty.is_carrier));
    cells
}
