//! The delivery note of one site and day, on paper.

use std::collections::BTreeSet;

use paper::{DeliveryLine, DeliveryNote, Fact, Site, Temperature};
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::id::{ReceiptId, SiteId, SortingId};
use trade::unit::{Grams, Qty};

use crate::failure::Failure;
use crate::law;
use crate::ui::{fr, paper as papers};

/// The number of a delivery note, the same on the note and on the invoice that names it:
/// `BL-261124-0340038G`.
pub fn number(day: Day, site: SiteId) -> String {
    format!("BL-{:06}-{site}", day.number() % 1_000_000)
}

/// A part that goes to a site, signed for or not yet.
struct Part {
    sorting: SortingId,
    receipt: ReceiptId,
    loaded: Qty,
    returned: Qty,
}

fn parts(week: &Week, site: SiteId, day: Day) -> Vec<Part> {
    let part = |sorting: &trade::dock::Sorting| {
        let line = week.note_line(sorting.id).ok();
        let gone = line.map_or(0, |line| line.refused.get() + line.missing.get());
        Part {
            sorting: sorting.id,
            receipt: sorting.receipt,
            loaded: sorting.quantity,
            returned: Qty::new(gone),
        }
    };
    week.sortings_for(site, day).map(part).collect()
}

/// The commitment numbers of the orders that are brought, as they were placed.
fn commitments(week: &Week, parts: &[Part]) -> Option<String> {
    let orders = parts.iter().filter_map(|part| {
        let sorting = week.sorting(part.sorting).ok()?;
        week.order(sorting.order_line.order)
    });
    let numbers: BTreeSet<&str> = orders.map(|order| order.commitment_number.as_str()).collect();
    let said: Vec<&str> = numbers.into_iter().filter(|number| !number.is_empty()).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The delivery note of a site on a day: to be signed, or as it was signed.
pub fn delivery_note(week: &Week, site: SiteId, day: Day) -> Result<DeliveryNote, Failure> {
    let register = week.register();
    let known = register.site(site)?;
    let buyer = register.buyer(known.buyer)?;
    let parts = parts(week, site, day);
    if parts.is_empty() {
        let said = format!("Rien n'est alloti pour « {} » le {}.", known.name, fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let mut grams = 0;
    let mut limit: Option<i64> = None;
    let mut lines = Vec::with_capacity(parts.len());
    let mut told = BTreeSet::new();
    for part in &parts {
        let (mut line, weight, most) = note_line(week, part)?;
        // Of an order line in several lots, what was ordered stands once: it must not add up.
        if !told.insert(week.sorting(part.sorting)?.order_line) {
            line.ordered = String::new();
        }
        grams += weight.get();
        limit = limit.into_iter().chain(most).min();
        lines.push(line);
    }
    let signed = week.notes().iter().find(|note| note.site == site && note.day == day);
    let at = signed.map_or(sorted_at(week, &parts), |note| note.stamp.at);
    let number = number(day, site);
    let (round, stop) = place_in_rounds(week, site, day);
    let hub = &register.hub;
    Ok(DeliveryNote {
        imprint: papers::imprint(hub, &format!("Bon de livraison {number}"), &number, at),
        hub: papers::party(&hub.identity),
        buyer: papers::party(&buyer.identity),
        title: "Bon de livraison".into(),
        number,
        delivered_on: fr::day(day),
        order_number: commitments(week, &parts),
        site: Site {
            name: known.name.clone(),
            address: vec![known.address.clone(), format!("{} {}", known.postcode, known.commune)],
            time_window: Some(windows(known)),
            access: None,
        },
        round,
        stop,
        lines,
        totals: vec![Fact::new("Poids", fr::weight(Grams::new(grams)))],
        temperature: Temperature {
            limit: limit.map(|most| format!("{} au plus", fr::temperature(most))),
            measured: None,
            measured_at: None,
        },
        trays: Vec::new(),
        reserves: None,
        signed_by: signed.map(|note| note.signed_by.clone()).filter(|name| !name.is_empty()),
        signed_at: signed.map(|note| {
            let (day, minute) = crate::clock::civil(note.stamp.at);
            format!("{} à {}", fr::numbers_day(day), fr::time(minute))
        }),
        mentions: Vec::new(),
    })
}

/// « entre 6 h 30 et 9 h 00, ou entre 13 h 30 et 15 h 00 »
fn windows(site: &trade::party::Site) -> String {
    let one = |hours: &trade::party::Hours| {
        format!("entre {} et {}", fr::time(hours.from), fr::time(hours.to))
    };
    site.hours().iter().map(one).collect::<Vec<_>>().join(", ou ")
}

fn note_line(week: &Week, part: &Part) -> Result<(DeliveryLine, Grams, Option<i64>), Failure> {
    let register = week.register();
    let order_line = week.order_line(week.sorting(part.sorting)?.order_line)?.1;
    let receipt = week.receipt(part.receipt)?;
    let farm = register.producer(week.purchase_line(receipt.line)?.producer)?;
    let product = register.product(order_line.product)?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let ordered = week.ordered(week.sorting(part.sorting)?.order_line);
    let line = DeliveryLine {
        product: order_line.name.clone(),
        detail: some(&product.size_grade),
        origin: format!("France, {} ({})", farm.identity.name, farm.identity.commune),
        quality_class: some(&product.quality_class),
        label: some(&fr::labels(order_line.labels)),
        batch: receipt.batch.clone(),
        ordered: fr::number(ordered),
        delivered: fr::number(part.loaded),
        unit: fr::unit(order_line.unit, false).into(),
        returned: (!part.returned.is_zero()).then(|| fr::number(part.returned)),
    };
    let most = law::most_celsius_dc(product.temperature);
    Ok((line, product.weight_of(part.loaded), most))
}

fn sorted_at(week: &Week, parts: &[Part]) -> Instant {
    let receipts = parts.iter().filter_map(|part| week.receipt(part.receipt).ok());
    receipts.map(|receipt| receipt.stamp.at).max().unwrap_or(Instant(0))
}

fn place_in_rounds(week: &Week, site: SiteId, day: Day) -> (String, String) {
    for (at, round) in week.current_rounds(day).enumerate() {
        if let Some(stop) = round.stops.iter().position(|stop| stop.site() == Some(site)) {
            let vehicle = week.register().vehicles.get(&round.vehicle);
            let name = vehicle.map(|vehicle| vehicle.name.clone()).unwrap_or_default();
            return (format!("T{} {name}", at + 1), (stop + 1).to_string());
        }
    }
    (String::new(), String::new())
}
