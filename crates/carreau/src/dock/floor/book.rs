//! What a device at the dock keeps of a week, so that it can work without a network: the lines
//! that arrive, the pallets, the parts put aside. Quantities are thousandths.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trade::Week;
use trade::calendar::Day;
use trade::dock::crates::{crates, lot_code, part_code};
use trade::dock::floor::{Weighing, standing};
use trade::dock::unsort::taken_back_of;
use trade::dock::{Rejection, Sorting, dock_step, most_acceptable};
use trade::id::PurchaseLineId;
use trade::offers::Stamp;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;

use crate::clock;
use crate::dock::pallets::pallets;
use crate::failure::Failure;
use crate::law;
use crate::ui::{fr, paper as papers};
use crate::web::Visit;

/// A weighing on its way; temperatures in tenths of a degree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighingBody {
    pub received: i64,
    pub rejected: i64,
    pub rejection: Option<String>,
    pub temperature: Option<i64>,
}

impl WeighingBody {
    pub fn of(weighing: Weighing) -> WeighingBody {
        WeighingBody {
            received: weighing.received.get(),
            rejected: weighing.rejected.get(),
            rejection: weighing.rejection.map(|reason| reason.code().into()),
            temperature: weighing.temperature_dc,
        }
    }

    pub fn read(&self) -> Result<Weighing, Failure> {
        let unknown = |code: &str| {
            Failure::Input(format!("Le motif « {code} » est inconnu. Rechargez la page."))
        };
        let rejection = match self.rejection.as_deref() {
            None => None,
            Some(code) => Some(Rejection::parse(code).ok_or_else(|| unknown(code))?),
        };
        Ok(Weighing {
            received: Qty::new(self.received),
            rejected: Qty::new(self.rejected),
            rejection,
            temperature_dc: self.temperature,
        })
    }
}

#[derive(Debug, Serialize)]
struct DayRow {
    code: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct FarmRow {
    code: String,
    name: String,
    phone: String,
}

/// A purchase line, and what stands of it.
#[derive(Debug, Serialize)]
pub struct LineRow {
    id: i64,
    day: String,
    farm: String,
    product: String,
    labels: String,
    pack: String,
    unit: &'static str,
    units: &'static str,
    /// Weighed to the gram; else counted.
    is_weighed: bool,
    expected: i64,
    most: i64,
    /// The warmest that the law allows, in tenths of a degree.
    limit: Option<i64>,
    stands: Option<WeighingBody>,
    by: String,
    lot: String,
    /// Something of it was put aside, or has gone on: it no longer changes.
    is_sorted: bool,
}

#[derive(Debug, Serialize)]
struct PalletRow {
    day: String,
    site: String,
    letter: String,
    name: String,
    round: String,
}

/// What was put aside of a lot for one client.
#[derive(Debug, Serialize)]
struct PartRow {
    code: String,
    lot: String,
    line: i64,
    day: String,
    site: String,
    quantity: String,
    crates: usize,
}

/// The week for a device, or what has changed of it.
#[derive(Debug, Serialize)]
pub struct Book {
    rev: String,
    version: String,
    /// The day of the server: clocks of devices are wrong by hours.
    today: String,
    hub: String,
    week: String,
    person: String,
    token: String,
    may_write: bool,
    /// What stops today's morning; empty when nothing does.
    unclosed: String,
    /// Days of which all that was put aside has been delivered.
    gone: Vec<String>,
    /// False: only lines that have changed, to be laid over those that are known.
    is_whole: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days: Vec<DayRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    farms: Vec<FarmRow>,
    lines: Vec<LineRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pallets: Option<Vec<PalletRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<PartRow>>,
}

/// How far the facts that a device shows have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Revision {
    /// Purchases, confirmations, rounds, orders: another list of lines or clients.
    plan: [usize; 4],
    receipts: usize,
    withdrawals: usize,
    sortings: usize,
    unsortings: usize,
    outcomes: usize,
}

impl Revision {
    fn of(week: &Week) -> Revision {
        Revision {
            plan: [
                week.purchase_lines().len(),
                week.confirmations().len(),
                week.rounds().len(),
                week.orders().len(),
            ],
            receipts: week.receipts().len(),
            withdrawals: week.withdrawals().len(),
            sortings: week.sortings().len(),
            unsortings: week.unsortings().len(),
            outcomes: week.outcomes().len(),
        }
    }

    fn parse(text: &str) -> Option<Revision> {
        let numbers: Option<Vec<usize>> = text.split('.').map(|one| one.parse().ok()).collect();
        let [a, b, c, d, receipts, withdrawals, sortings, unsortings, outcomes] = numbers?[..]
        else {
            return None;
        };
        let plan = [a, b, c, d];
        Some(Revision { plan, receipts, withdrawals, sortings, unsortings, outcomes })
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Revision { plan: [a, b, c, d], receipts, withdrawals, sortings, unsortings, outcomes } =
            self;
        write!(f, "{a}.{b}.{c}.{d}.{receipts}.{withdrawals}.{sortings}.{unsortings}.{outcomes}")
    }
}

pub fn revision(week: &Week) -> String {
    Revision::of(week).to_string()
}

/// The book of a week, or what has changed of it since a revision.
/// `unclosed`: what stops today's morning; empty when nothing does.
pub fn book(
    visit: &Visit,
    week: &Week,
    since: &str,
    version: &str,
    unclosed: String,
) -> Result<Book, Failure> {
    let now = Revision::of(week);
    let since = Revision::parse(since).filter(|since| since.plan == now.plan);
    let lines: Result<Vec<LineRow>, Failure> = match since {
        Some(since) => {
            let changed = changed(week, since);
            changed.into_iter().map(|line| line_row(week, week.purchase_line(line)?)).collect()
        }
        None => week.purchase_lines().iter().map(|line| line_row(week, line)).collect(),
    };
    let is_whole = since.is_none();
    let has_sorted = since
        .is_none_or(|since| (since.sortings, since.unsortings) != (now.sortings, now.unsortings));
    let days = days(week);
    let (pallets, parts) = match has_sorted {
        true => (Some(pallet_rows(week, &days)), Some(part_rows(week)?)),
        false => (None, None),
    };
    Ok(Book {
        rev: now.to_string(),
        version: version.to_string(),
        today: clock::today().to_string(),
        hub: visit.place.hub.to_string(),
        week: visit.place.week.to_string(),
        person: visit.person.signature(),
        token: visit.person.form_token.clone(),
        may_write: visit.may("dock", true),
        unclosed,
        gone: days.iter().filter(|day| is_gone(week, **day)).map(Day::to_string).collect(),
        is_whole,
        days: match is_whole {
            true => days.iter().map(day_row).collect(),
            false => Vec::new(),
        },
        farms: if is_whole { farm_rows(week)? } else { Vec::new() },
        lines: lines?,
        pallets,
        parts,
    })
}

/// The purchase lines of which something was said or put aside since then.
fn changed(week: &Week, since: Revision) -> BTreeSet<PurchaseLineId> {
    let noted = week.receipts().iter().skip(since.receipts).map(|one| one.id);
    let taken_back = week.withdrawals().iter().skip(since.withdrawals).map(|one| one.receipt);
    let sorted = week.sortings().iter().skip(since.sortings).map(|one| one.receipt);
    let resolved = week.outcomes().iter().skip(since.outcomes);
    let resolved = resolved.filter_map(|one| week.receipt_of(one.source).ok());
    let touched = noted.chain(taken_back).chain(sorted).chain(resolved);
    let mut lines: BTreeSet<PurchaseLineId> =
        touched.filter_map(|id| week.receipt(id).ok()).map(|receipt| receipt.line).collect();
    let gone_back = week.unsortings().iter().skip(since.unsortings);
    for (day, goods) in gone_back.filter_map(|one| taken_back_of(week, one)) {
        let own = week.purchase_lines_on(day).filter(|line| line.line == goods);
        lines.extend(own.map(|line| line.id));
    }
    lines
}

fn days(week: &Week) -> Vec<Day> {
    let days: BTreeSet<Day> = week.purchase_lines().iter().map(|line| line.day).collect();
    days.into_iter().collect()
}

/// Something was put aside for the day, and nothing of it is left to deliver.
fn is_gone(week: &Week, day: Day) -> bool {
    week.notes().iter().any(|note| note.day == day)
        && week.sortings_to_deliver(day).next().is_none()
}

fn day_row(day: &Day) -> DayRow {
    let name = format!("{} {}", fr::weekday(day.weekday()), day.ymd().2);
    DayRow { code: day.to_string(), name }
}

fn farm_rows(week: &Week) -> Result<Vec<FarmRow>, Failure> {
    let farms: BTreeSet<_> = week.purchase_lines().iter().map(|line| line.producer).collect();
    let row = |farm| {
        let identity = &week.register().producer(farm)?.identity;
        let (name, phone) = (identity.name.clone(), identity.phone.clone());
        Ok(FarmRow { code: farm.to_string(), name, phone })
    };
    farms.into_iter().map(row).collect()
}

pub fn line_row(week: &Week, line: &PurchaseLine) -> Result<LineRow, Failure> {
    let product = week.register().product(line.product)?;
    let expected = week.confirmed(line.id);
    let last = week.receipts_of(line.id).last();
    Ok(LineRow {
        id: line.id.0,
        day: line.day.to_string(),
        farm: line.producer.to_string(),
        product: papers::designation(product),
        labels: fr::labels(line.labels),
        pack: papers::packs(expected, line.pack),
        unit: fr::unit(product.unit, false),
        units: fr::unit(product.unit, true),
        is_weighed: dock_step(product.unit) == Qty::new(1),
        expected: expected.get(),
        most: most_acceptable(week, line).get(),
        limit: law::most_celsius_dc(product.temperature),
        stands: standing(week, line.id).map(WeighingBody::of),
        by: last.map(|receipt| signed(&receipt.stamp)).unwrap_or_default(),
        lot: last.map(|receipt| receipt.batch.clone()).unwrap_or_default(),
        is_sorted: week
            .receipts_of(line.id)
            .any(|receipt| week.receipt_left(receipt) != receipt.accepted()),
    })
}

/// « Sami, 4 h 12 »
pub fn signed(stamp: &Stamp) -> String {
    format!("{}, {}", stamp.by, fr::time(clock::civil(stamp.at).1))
}

fn pallet_rows(week: &Week, days: &[Day]) -> Vec<PalletRow> {
    let of_day = |&day: &Day| {
        let row = move |pallet: crate::dock::pallets::Pallet| PalletRow {
            day: day.to_string(),
            site: pallet.site.to_string(),
            letter: pallet.letter,
            name: pallet.name,
            round: pallet.round.unwrap_or_default(),
        };
        pallets(week, day).into_iter().map(row)
    };
    days.iter().flat_map(of_day).collect()
}

fn part_rows(week: &Week) -> Result<Vec<PartRow>, Failure> {
    let row = |sorting: &Sorting| {
        let line = week.purchase_line(week.receipt(sorting.receipt)?.line)?;
        let (order, _) = week.order_line(sorting.order_line)?;
        let product = week.register().product(line.product)?;
        Ok(PartRow {
            code: part_code(sorting.id),
            lot: lot_code(sorting.receipt),
            line: line.id.0,
            day: line.day.to_string(),
            site: order.site.to_string(),
            quantity: fr::qty(sorting.quantity, product.unit),
            crates: crates(week, sorting.id)?.len(),
        })
    };
    week.valid_sortings().map(row).collect()
}
