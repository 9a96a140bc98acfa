//! What the dock page shows: what is to come, what is there, what has no taker.

use std::collections::BTreeMap;

use askama::Template;
use plan::distance::metres;
use trade::Week;
use trade::calendar::Day;
use trade::dock::surplus::{lapsed, leftovers_at};
use trade::dock::{LeftoverSource, Rejection};
use trade::id::ProducerId;
use trade::party::BuyerKind;
use trade::sourcing::PurchaseLine;
use trade::unit::Qty;

use super::floor;
use super::forms::source_key;
use super::paper::sorting_sheet;
use super::short;
use super::today::{Unclosed, unclosed};
use crate::clock;
use crate::failure::Failure;
use crate::law;
use crate::ui::chart::{Chart, progress};
use crate::ui::frame::Frame;
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Visit, html, pdf};

/// A purchase line that has not arrived.
struct Expected {
    id: i64,
    product: String,
    labels: String,
    pack: String,
    quantity: String,
    unit: &'static str,
    /// `4 °C au plus`, where the law sets a limit.
    limit: String,
}

struct Farm {
    code: String,
    name: String,
    phone: String,
    lines: Vec<Expected>,
}

/// What was taken in.
struct Received {
    id: i64,
    product: String,
    farm: String,
    batch: String,
    received: String,
    rejected: String,
    reason: &'static str,
    sorted: String,
    left: String,
    is_open: bool,
    /// Nothing of it has gone on.
    can_withdraw: bool,
    /// Something was taken in.
    has_lot: bool,
}

/// Goods without a taker, with the form that finds one.
struct Leftover {
    key: String,
    product: String,
    farm: String,
    quantity: String,
    from: &'static str,
}

struct DayView {
    code: String,
    day: String,
    progress: Chart,
    farms: Vec<Farm>,
    received: Vec<Received>,
    leftovers: Vec<Leftover>,
    can_sort: bool,
    sheet: String,
    /// Of the crates, of the lots.
    labels: [String; 2],
    has_parts: bool,
    has_lots: bool,
    /// Who gets less than was ordered, in a sentence; empty when nobody does.
    less: String,
    less_href: String,
}

#[derive(Template)]
#[template(path = "dock.html")]
struct DockPage {
    frame: Frame,
    days: Vec<DayView>,
    watch: Watch,
    unclosed: Option<Unclosed>,
    floor_href: String,
    action: String,
    may_write: bool,
    reasons: Vec<(&'static str, &'static str)>,
    aids: Vec<(String, String)>,
}

/// What the floor says is short or turned away, kept up to date by a script.
pub struct Watch {
    pub href: String,
    pub rev: String,
    pub troubles: Vec<floor::Trouble>,
}

impl Watch {
    pub fn of(visit: &Visit, week: &Week) -> Result<Watch, Failure> {
        Ok(Watch {
            href: visit.href("dock/floor/news"),
            rev: floor::revision(week),
            troubles: floor::troubles(visit, week, clock::today())?,
        })
    }
}

/// What a rejection is called at the dock.
pub fn rejection_name(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::Quality => "qualité",
        Rejection::SizeGrade => "calibre",
        Rejection::Temperature => "température",
        Rejection::Marking => "étiquetage",
        Rejection::NotOrdered => "non commandé",
        Rejection::NoShow => "pas venu",
    }
}

/// `GET …/dock`
pub async fn dock(visit: Visit) -> Answer {
    let unclosed = unclosed(&visit).await?;
    let page = visit.see(|week| page(&visit, week, unclosed)).await?;
    html(&page)
}

fn page(visit: &Visit, week: &Week, unclosed: Option<Unclosed>) -> Result<DockPage, Failure> {
    let mut frame = visit.frame(week, "dock", "Quai");
    frame.subtitle = "Recevoir, contrôler, allotir ; le quai finit vide.".into();
    let mut days: Vec<Day> = week.purchase_lines().iter().map(|line| line.day).collect();
    days.sort_unstable();
    days.dedup();
    let views: Result<Vec<DayView>, Failure> =
        days.into_iter().map(|day| day_view(visit, week, day)).collect();
    let aids = week.register().buyers.values().filter(|one| one.kind == BuyerKind::FoodAid);
    Ok(DockPage {
        frame,
        days: views?,
        watch: Watch::of(visit, week)?,
        unclosed,
        floor_href: visit.href("dock/floor"),
        action: visit.href("dock"),
        may_write: visit.person.role.may("dock", true),
        reasons: Rejection::ALL.iter().map(|&one| (one.code(), rejection_name(one))).collect(),
        aids: aids.map(|aid| (aid.id.to_string(), aid.identity.name.clone())).collect(),
    })
}

fn day_view(visit: &Visit, week: &Week, day: Day) -> Result<DayView, Failure> {
    let register = week.register();
    let mut farms: BTreeMap<ProducerId, Vec<Expected>> = BTreeMap::new();
    let mut received = Vec::new();
    let (mut arrived, mut all) = (0, 0);
    for line in week.purchase_lines_on(day) {
        all += 1;
        let product = register.product(line.product)?;
        if week.receipts_of(line.id).next().is_none() {
            let limit = law::most_celsius_dc(product.temperature);
            farms.entry(line.producer).or_default().push(Expected {
                id: line.id.0,
                product: product.name.clone(),
                labels: fr::labels(line.labels),
                pack: papers::packs(week.confirmed(line.id), line.pack),
                quantity: fr::number(week.confirmed(line.id)),
                unit: fr::unit(product.unit, true),
                limit: limit
                    .map(|most| format!("{} au plus", fr::temperature(most)))
                    .unwrap_or_default(),
            });
            continue;
        }
        arrived += 1;
        received.extend(received_rows(week, line)?);
    }
    let farms: Result<Vec<Farm>, Failure> = farms
        .into_iter()
        .map(|(id, lines)| {
            let identity = &register.producer(id)?.identity;
            Ok(Farm {
                code: id.to_string(),
                name: identity.name.clone(),
                phone: identity.phone.clone(),
                lines,
            })
        })
        .collect();
    let said = format!("{} sur {all}", fr::count(arrived, "ligne reçue", "lignes reçues"));
    let has_parts = received.iter().any(|row| !row.sorted.is_empty());
    let has_lots = received.iter().any(|row| row.has_lot);
    Ok(DayView {
        has_parts,
        has_lots,
        less: short::said(week, &short::short_lines(week, day, &trade::dock::Choices::new())?)?,
        less_href: visit.href(&format!("dock/shortages/{day}")),
        code: day.to_string(),
        day: fr::day(day),
        progress: progress(arrived, all, &said),
        farms: farms?,
        can_sort: trade::dock::sort(week, day, metres).is_ok(),
        leftovers: leftover_rows(week, day)?,
        received,
        sheet: visit.href(&format!("dock/paper/{day}")),
        labels: ["all", "lots"].map(|of| visit.href(&format!("dock/labels/{day}?of={of}&on=a4"))),
    })
}

/// What was taken in of a purchase line.
fn received_rows(week: &Week, line: &PurchaseLine) -> Result<Vec<Received>, Failure> {
    let product = week.register().product(line.product)?;
    let farm = &week.register().producer(line.producer)?.identity.name;
    let said = |quantity: Qty| match quantity.is_zero() {
        true => String::new(),
        false => fr::qty(quantity, product.unit),
    };
    let rows = week.receipts_of(line.id).map(|receipt| {
        let left = week.receipt_left(receipt);
        let sorted = week.valid_sortings().filter(|one| one.receipt == receipt.id);
        let sorted: i64 = sorted.map(|one| one.quantity.get()).sum();
        let withdrawal = trade::dock::withdraw(week, receipt.id, receipt.stamp.clone());
        Received {
            id: receipt.id.0,
            can_withdraw: withdrawal.is_ok(),
            product: format!("{} {}", product.name, fr::labels(line.labels)),
            farm: farm.clone(),
            batch: receipt.batch.clone(),
            received: fr::qty(receipt.received, product.unit),
            rejected: said(receipt.rejected),
            reason: receipt.rejection.map_or("", rejection_name),
            sorted: said(Qty::new(sorted)),
            left: said(left),
            is_open: !left.is_zero(),
            has_lot: receipt.accepted() > Qty::ZERO,
        }
    });
    Ok(rows.collect())
}

/// Goods that nobody takes: left after sorting, or refused and brought back.
fn leftover_rows(week: &Week, day: Day) -> Result<Vec<Leftover>, Failure> {
    // Before sorting, all that has arrived lies on the dock: that is no surplus yet. Nor is it
    // while something is still on its way.
    let is_in = |line: &PurchaseLine| {
        week.confirmed(line.id).is_zero() || week.receipts_of(line.id).next().is_some()
    };
    let all_in = week.purchase_lines_on(day).all(is_in);
    let is_sorted = |source: &LeftoverSource| match source {
        LeftoverSource::Dock(receipt) => {
            week.valid_sortings().any(|sorting| sorting.receipt == *receipt)
                || (all_in && trade::dock::sort(week, day, metres).is_err())
        }
        LeftoverSource::Refusal(..) => true,
    };
    let (mut rows, now) = (Vec::new(), clock::now());
    for (source, left) in leftovers_at(week, day, now) {
        if !is_sorted(&source) {
            continue;
        }
        let line = week.purchase_line(week.receipt(week.receipt_of(source)?)?.line)?;
        let product = week.register().product(line.product)?;
        rows.push(Leftover {
            key: source_key(source),
            product: product.name.clone(),
            farm: week.register().producer(line.producer)?.identity.name.clone(),
            quantity: fr::qty(left, product.unit),
            from: match source {
                _ if !lapsed(week, source, now).is_zero() => "offert, pas enlevé à temps",
                LeftoverSource::Dock(_) => "au quai",
                LeftoverSource::Refusal(..) => "refusé par un client",
            },
        });
    }
    Ok(rows)
}

/// `GET …/dock/paper/{day}`: the matrix of products and clients.
pub async fn paper(visit: Visit) -> Answer {
    let day = visit.day()?;
    let sheet = visit.see(|week| sorting_sheet(week, day)).await?;
    let bytes = papers::set(sheet, paper::sorting_sheet).await?;
    pdf(bytes, &format!("allotissement-{day}"))
}
