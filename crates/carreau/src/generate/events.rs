//! What does not go as planned: farms short or absent, goods rejected, weights a little off,
//! deliveries refused, and what becomes of what is over.

use trade::calendar::{Day, IsoWeek};
use trade::catalog::TemperatureClass;
use trade::dock::Rejection;
use trade::id::BuyerId;
use trade::party::BuyerKind;
use trade::unit::Rate;
use wire::pack::{Amount, ArrivalNote, HandoverNote, LeftoverFate, LeftoverNote};

use super::World;
use super::chance::{happens, source, weighted};
use super::offering::{Offering, SaleLine};
use super::ordering::Placed;

/// Shares of goods or deliveries that meet each mishap. Assumptions.
const SHORT: f64 = 0.05;
const NO_SHOW: f64 = 0.01;
const REJECTED: f64 = 0.015;
const REFUSED: f64 = 0.005;
const MISSING: f64 = 0.002;
/// How far a scale is from what was purchased, in basis points.
const SCALE_BP: i64 = 200;

/// All that is told of a week besides offers and orders.
#[derive(Debug, Default)]
pub struct Events {
    pub arrivals: Vec<ArrivalNote>,
    pub handovers: Vec<HandoverNote>,
    pub leftovers: Vec<LeftoverNote>,
}

pub fn events(
    world: &World,
    week: IsoWeek,
    days: &[Day],
    (offerings, line_of): (&[Offering], &[usize]),
    lines: &[SaleLine],
    placed: &[Placed],
) -> Events {
    let mut events = Events::default();
    let mut rng = source(world.seed, "mishaps", week.number() as u64);
    for (at, &day) in days.iter().enumerate() {
        let mut farm = (usize::MAX, false);
        for (one, &line) in offerings.iter().zip(line_of) {
            if farm.0 != one.farm {
                farm = (one.farm, happens(&mut rng, NO_SHOW));
            }
            let is_sold = lines[line].left[at] < lines[line].offered[at];
            if one.by_day[at] > 0 && is_sold {
                let mut note = arrival(&mut rng, world, one, day, farm.1);
                note.batch = batch(&mut rng, world, one, day);
                if tells(&note) {
                    events.arrivals.push(note);
                }
            }
        }
    }
    one_short_at_least(&mut events.arrivals);
    for one in placed {
        for &(line, _) in &one.lines {
            deliver(&mut rng, world, days[one.day], (one, &lines[line]), &mut events);
        }
    }
    events
}

fn share(basis_points: i64) -> Option<Amount> {
    Some(Amount::Share(Rate::new(basis_points)))
}

/// True when the note says anything that is not the rule.
fn tells(note: &ArrivalNote) -> bool {
    note.confirmed.is_some()
        || note.received.is_some()
        || note.rejected.is_some()
        || note.temperature_dc.is_some()
        || !note.batch.is_empty()
}

fn arrival(
    rng: &mut fastrand::Rng,
    world: &World,
    one: &Offering,
    day: Day,
    absent: bool,
) -> ArrivalNote {
    let article = &world.articles[one.article];
    let mut note = ArrivalNote {
        day,
        producer: world.farms[one.farm].producer.id,
        product: article.product.id,
        labels: one.labels,
        confirmed: None,
        received: None,
        rejected: None,
        rejection: None,
        batch: String::new(),
        temperature_dc: None,
    };
    if article.product.pack.weighed {
        note.received = share(10_000 + rng.i64(-SCALE_BP..=SCALE_BP));
    }
    let is_chilled = article.product.temperature == TemperatureClass::Chilled;
    if is_chilled {
        note.temperature_dc = Some(rng.i64(18..=38));
    }
    if absent {
        note.received = share(0);
        note.rejection = Some(Rejection::NoShow);
        note.temperature_dc = None;
        return note;
    }
    if happens(rng, SHORT) {
        // Three farms in five say so beforehand; the others just bring less.
        let brought = share(100 * rng.i64(40..=90));
        if happens(rng, 0.6) {
            note.confirmed = brought;
        } else {
            note.received = brought;
        }
    }
    if happens(rng, REJECTED) {
        reject(rng, is_chilled, &mut note);
    }
    note
}

fn reject(rng: &mut fastrand::Rng, is_chilled: bool, note: &mut ArrivalNote) {
    if is_chilled {
        note.temperature_dc = Some(rng.i64(62..=95));
        note.rejected = share(10_000);
        note.rejection = Some(Rejection::Temperature);
        return;
    }
    let reasons = [Rejection::Quality, Rejection::SizeGrade, Rejection::Marking];
    let reason = weighted(rng, &[0.65, 0.25, 0.10]).unwrap_or(0);
    note.rejected = share(if happens(rng, 0.3) { 10_000 } else { 500 * rng.i64(1..=12) });
    note.rejection = Some(reasons[reason]);
}

/// The farm's own lot number, when it writes one: one note in three.
fn batch(rng: &mut fastrand::Rng, world: &World, one: &Offering, day: Day) -> String {
    if !happens(rng, 0.33) {
        return String::new();
    }
    let (_, month, of_month) = day.ymd();
    let id = world.farms[one.farm].producer.id;
    format!("{id}-{of_month:02}{month:02}-{:02}", one.article + 1)
}

/// Every week shows a farm that could not bring all.
fn one_short_at_least(arrivals: &mut [ArrivalNote]) {
    if arrivals.iter().all(|note| note.confirmed.is_none())
        && let Some(first) = arrivals.iter_mut().find(|note| note.rejection.is_none())
    {
        first.confirmed = share(7_000);
    }
}

fn deliver(
    rng: &mut fastrand::Rng,
    world: &World,
    day: Day,
    (one, line): (&Placed, &SaleLine),
    events: &mut Events,
) {
    let (refused, missing) = (happens(rng, REFUSED), happens(rng, MISSING));
    if !refused && !missing {
        return;
    }
    let kitchen = &world.kitchens[one.kitchen];
    let product = world.articles[line.article].product.id;
    let site = kitchen.sites[one.site].id;
    let reasons = ["trop mûr", "cuisine fermée ce matin", "calibre trop gros", "doublon"];
    let reason = rng.usize(..reasons.len());
    events.handovers.push(HandoverNote {
        day,
        site,
        product,
        labels: line.labels,
        refused: refused.then(|| Amount::Share(Rate::new(2_500 * rng.i64(1..=4)))),
        missing: (missing && !refused).then(|| Amount::Share(Rate::new(1_000 * rng.i64(1..=4)))),
        reason: if refused { reasons[reason].into() } else { "colis manquant".into() },
    });
    if !refused {
        return;
    }
    let aid = food_aid(world, kitchen.buyer.id);
    let (fate, reason) = match (reason, aid) {
        (0, _) => (LeftoverFate::Wasted, "trop mûr pour être donné"),
        (2, _) => (LeftoverFate::Returned, "calibre hors commande"),
        (_, Some(aid)) => (LeftoverFate::Donated(aid), "donné le matin même"),
        (_, None) => (LeftoverFate::Wasted, "sans preneur"),
    };
    let (labels, reason) = (line.labels, reason.to_string());
    let (producer, site, quantity) = (None, Some(site), None);
    events.leftovers.push(LeftoverNote {
        day,
        product,
        labels,
        producer,
        site,
        fate,
        quantity,
        reason,
    });
}

/// A depot of food aid other than the one that refused.
fn food_aid(world: &World, refused_by: BuyerId) -> Option<BuyerId> {
    let mut buyers = world.kitchens.iter().map(|kitchen| &kitchen.buyer);
    let aid =
        |buyer: &&trade::party::Buyer| buyer.kind == BuyerKind::FoodAid && buyer.id != refused_by;
    buyers.find(aid).map(|buyer| buyer.id)
}
