//! What the hub orders from a farm, on paper. It travels with the goods.

use std::collections::BTreeMap;

use paper::{Fact, PurchaseLine, PurchaseOrder, PurchaseOrders};
use trade::Week;
use trade::calendar::{Day, IsoWeek};
use trade::catalog::alphabetical;
use trade::id::ProducerId;
use trade::party::{Hours, Producer};
use trade::register::Register;
use trade::sourcing::PurchaseLine as Bought;
use trade::unit::{Cents, Grams, amount};

use super::slots;
use super::words;
use crate::clock;
use crate::failure::Failure;
use crate::law;
use crate::ui::{fr, paper as papers};

/// When the dock takes goods in: `entre 4 h 30 et 6 h 00`.
pub fn drop_time(register: &Register) -> String {
    let Hours { from, to } = register.hub.dock.hours;
    format!("entre {} et {}", fr::time(from), fr::time(to))
}

/// When a farm comes: in its own slot where it has one; not at all when we fetch.
fn drop_time_of(register: &Register, farm: &Producer, slots: &Slots) -> String {
    let own = slots.get(&farm.id).filter(|slot| !slot.said.is_empty());
    match (farm.carriage.is_fetched, own) {
        (true, _) => "nous passons chercher".into(),
        (false, Some(slot)) => slot.said.clone(),
        (false, None) => drop_time(register),
    }
}

/// When a farm comes on a day, as its own page says it: `Quai : jeudi 4 h 20 – 4 h 40`.
pub fn comes(week: &Week, producer: ProducerId, day: Day) -> Result<String, Failure> {
    let register = week.register();
    if register.producer(producer)?.carriage.is_fetched {
        return Ok("Nous passons chercher la marchandise".into());
    }
    let slots = slots::of_day(week, day)?;
    let own = slots.get(&producer).filter(|slot| !slot.said.is_empty());
    let time = own.map_or_else(|| drop_time(register), |slot| slot.said.clone());
    Ok(fr::typeset(&format!("Quai : {} {time}", fr::weekday(day.weekday()))))
}

/// `2026-S48`: a week as French papers write it.
fn french_week(week: IsoWeek) -> String {
    week.to_string().replace('W', "S")
}

/// The number of a farm's purchase order, the same on paper, in the letter and in the search:
/// `BC-2026-S48-20261124-oliviers`.
pub fn number(week: IsoWeek, day: Day, farm: &str) -> String {
    format!("BC-{}-{}-{farm}", french_week(week), day.number())
}

/// Why the farm was given most of a purchase line.
fn why(week: &Week, line: &Bought) -> Option<String> {
    let most = week.allocations_of(line.id).max_by_key(|one| one.quantity);
    most.map(|one| words::told_to_farm(&one.reason))
}

/// All that a farm brings on a day, over every plan of that day.
pub fn purchase_order(
    week: &Week,
    producer: ProducerId,
    day: Day,
) -> Result<PurchaseOrder, Failure> {
    order_in(week, producer, day, &slots::of_day(week, day)?)
}

type Slots = BTreeMap<ProducerId, slots::Slot>;

fn order_in(
    week: &Week,
    producer: ProducerId,
    day: Day,
    slots: &Slots,
) -> Result<PurchaseOrder, Failure> {
    let register = week.register();
    let farm = register.producer(producer)?;
    let own = week.purchase_lines_on(day).filter(|line| line.producer == producer);
    let mut lines = Vec::new();
    let (mut grams, mut cents) = (0, 0);
    for line in own {
        let quantity = week.confirmed(line.id);
        let product = register.product(line.product)?;
        grams += product.weight_of(quantity).get();
        cents += amount(quantity, line.price).get();
        let details = [
            Some(product.quality_class.as_str())
                .filter(|class| !class.is_empty())
                .map(|class| format!("Cat. {class}")),
            Some(product.size_grade.clone()).filter(|grade| !grade.is_empty()),
            Some(fr::labels(line.labels)).filter(|labels| !labels.is_empty()),
        ];
        lines.push(PurchaseLine {
            designation: papers::designation(product),
            detail: Some(details.into_iter().flatten().collect::<Vec<_>>().join(" · "))
                .filter(|detail| !detail.is_empty()),
            why: why(week, line),
            batch: None,
            packs: papers::packs(quantity, line.pack),
            quantity: fr::number(quantity),
            unit: fr::unit(product.unit, false).into(),
            price: fr::price(line.price),
            amount: fr::euros(amount(quantity, line.price)),
        });
    }
    if lines.is_empty() {
        let name = &farm.identity.name;
        let said = format!("Rien n'est commandé à « {name} » pour le {}.", fr::day(day));
        return Err(Failure::NotFound(said));
    }
    let plans = week.plans().iter().filter(|plan| plan.day == day);
    let at = plans.map(|plan| plan.stamp.at).max().unwrap_or(trade::calendar::Instant(0));
    let number = number(week.week(), day, producer.as_str());
    let hub = &register.hub;
    Ok(PurchaseOrder {
        imprint: papers::imprint(hub, &format!("Bon de commande {number}"), &number, at),
        hub: papers::party(&hub.identity),
        farm: papers::party(&farm.identity),
        title: "Bon de commande".into(),
        number,
        ordered_on: fr::date(clock::civil(at).0),
        drop_on: fr::day(day),
        drop_time: drop_time_of(register, farm, slots),
        drop_place: format!("{}, {}", hub.identity.address, hub.identity.commune),
        lines,
        price_method: "Prix nets payés à la ferme, hors taxes, fixés par la mercuriale publiée."
            .into(),
        totals: vec![
            Fact::new("Poids", fr::weight(Grams::new(grams))),
            Fact::new("Montant HT", fr::euros(Cents::new(cents))),
        ],
        transport_notice: law::mention("transport_order", day)
            .map(|mention| mention.text.clone())
            .unwrap_or_default(),
        notes: vec!["Marquez chaque colis : ferme, produit, lot, poids.".into()],
    })
}

/// The purchase orders of all farms for a day, by name of the farm.
pub fn purchase_orders(week: &Week, day: Day) -> Result<PurchaseOrders, Failure> {
    let mut farms: Vec<ProducerId> = week
        .purchase_lines_on(day)
        .filter(|line| !week.confirmed(line.id).is_zero())
        .map(|line| line.producer)
        .collect();
    farms.sort_unstable();
    farms.dedup();
    let name = |farm: &ProducerId| {
        let known = week.register().producers.get(farm);
        known.map_or(String::new(), |known| alphabetical(&known.identity.name))
    };
    farms.sort_by_cached_key(name);
    let slots = slots::of_day(week, day)?;
    let orders: Result<Vec<PurchaseOrder>, Failure> =
        farms.into_iter().map(|farm| order_in(week, farm, day, &slots)).collect();
    let orders = orders?;
    let said = fr::day(day);
    if orders.is_empty() {
        return Err(Failure::NotFound(format!("Rien n'est commandé pour le {said}.")));
    }
    let plans = week.plans().iter().filter(|plan| plan.day == day);
    let at = plans.map(|plan| plan.stamp.at).max().unwrap_or(trade::calendar::Instant(0));
    let title = format!("Bons de commande, {said}");
    let ident = format!("BC-{}-{}", french_week(week.week()), day.number());
    Ok(PurchaseOrders {
        imprint: papers::imprint(&week.register().hub, &title, &ident, at),
        title: "Bons de commande".into(),
        drop_on: said,
        orders,
    })
}
