//! The dock's page of surplus: what can be offered, what is offered, who comes for it and when.

use askama::Template;
use plan::distance::metres;
use trade::Week;
use trade::calendar::Day;
use trade::dock::surplus::{
    Reservation, SurplusOffer, SurplusSource, goods, is_lapsed, lapsed_of, load, offerable, spare,
};
use trade::unit::{Grams, Qty};

use super::pages::{hours, instant};
use crate::clock;
use crate::dock::forms::source_key;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::ui::paper::designation;
use crate::web::{Answer, Visit, html};

/// Goods that can be offered.
struct Offerable {
    key: String,
    name: String,
    labels: String,
    farm: String,
    day: String,
    quantity: String,
    bare: String,
    from: &'static str,
    /// Only what lies on the dock can be sold.
    may_sell: bool,
    /// On the dock: proposed whole. A farm is asked first.
    is_there: bool,
}

/// Goods that are offered.
struct Offered {
    id: i64,
    name: String,
    farm: String,
    price: String,
    offered: String,
    reserved: String,
    fetched: String,
    left: String,
    until: String,
    /// What can be taken back: not reserved, or reserved and never fetched. Empty when nothing is.
    back: String,
    is_over: bool,
}

struct Booked {
    id: i64,
    who: String,
    phone: String,
    name: String,
    quantity: String,
    weight: String,
    when: String,
    is_open: bool,
    /// Nobody is awaited for it any more.
    is_late: bool,
    state: &'static str,
}

struct Slot {
    name: String,
    load: String,
    capacity: String,
}

#[derive(Template)]
#[template(path = "dock_surplus.html")]
struct DeskPage {
    frame: Frame,
    offerable: Vec<Offerable>,
    offered: Vec<Offered>,
    booked: Vec<Booked>,
    slots: Vec<Slot>,
    values: [(&'static str, &'static str); 2],
    place: String,
    until_day: String,
    until_time: String,
    slot_day: String,
    may_write: bool,
    aids: usize,
    action: String,
    dock: String,
    /// Empty for whoever may not see it.
    report: String,
}

/// `GET …/dock/surplus`
pub async fn page(visit: Visit) -> Answer {
    html(&visit.see(|week| desk_page(&visit, week)).await?)
}

fn desk_page(visit: &Visit, week: &Week) -> Result<DeskPage, Failure> {
    let mut frame = visit.frame(week, "dock/surplus", "Surplus pour l'aide alimentaire");
    frame.subtitle = "Ce que personne n'a acheté, offert le jour même au premier qui vient.".into();
    let book = week.surplus();
    let offered = book.offers().iter().map(|offer| offered(week, offer));
    let booked = book.reservations().iter().map(|one| booked(week, one));
    let slot = |slot| Slot {
        name: hours(slot),
        load: fr::weight(book.slot_load(slot.id)),
        capacity: fr::weight(slot.capacity),
    };
    let buyers = week.register().buyers.values();
    let aids = buyers.filter(|buyer| buyer.kind == trade::party::BuyerKind::FoodAid).count();
    let identity = &week.register().hub.identity;
    let (today, minute) = clock::civil(clock::now());
    // Until the evening, or tomorrow's when it is late.
    let until = if minute < 16 * 60 { today } else { today.plus_days(1) };
    Ok(DeskPage {
        frame,
        offerable: all_offerable(week)?,
        offered: offered.collect::<Result<_, _>>()?,
        booked: booked.collect::<Result<_, _>>()?,
        slots: book.slots().iter().map(slot).collect(),
        values: [
            ("saleable", "belle marchandise : prix de revient"),
            ("downgraded", "déclassée : la moitié"),
        ],
        place: format!("{}, {}", identity.name, identity.address),
        until_day: until.to_string(),
        until_time: "18:00".into(),
        slot_day: until.to_string(),
        may_write: visit.person.role.may("dock", true),
        aids,
        action: visit.href("dock/surplus"),
        dock: visit.href("dock"),
        report: match visit.may("impact", false) {
            true => visit.href("impact/aid"),
            false => String::new(),
        },
    })
}

fn all_offerable(week: &Week) -> Result<Vec<Offerable>, Failure> {
    let mut days: Vec<Day> = week.purchase_lines().iter().map(|line| line.day).collect();
    days.sort_unstable();
    days.dedup();
    let mut rows = Vec::new();
    for (source, left) in days.into_iter().flat_map(|day| offerable(week, day, metres)) {
        let from = match source {
            trade::dock::LeftoverSource::Dock(_) => "au quai",
            trade::dock::LeftoverSource::Refusal(..) => "refusé par un client",
        };
        let may_sell = matches!(source, trade::dock::LeftoverSource::Dock(_));
        let key = source_key(source);
        rows.push(row(week, SurplusSource::Left(source), left, (key, from, may_sell, true))?);
    }
    let mut farms = Vec::new();
    for offer in week.current_offers() {
        let left = spare(week, offer);
        if left > Qty::ZERO {
            let (source, key) = (SurplusSource::Farm(offer.id), format!("farm.{}", offer.id));
            farms.push(row(week, source, left, (key, "à la ferme, invendu", false, false))?);
        }
    }
    rows.extend(farms);
    Ok(rows)
}

fn row(
    week: &Week,
    source: SurplusSource,
    left: Qty,
    (key, from, may_sell, is_there): (String, &'static str, bool, bool),
) -> Result<Offerable, Failure> {
    let found = goods(week, source)?;
    let product = week.register().product(found.product)?;
    let farm = &week.register().producer(found.producer)?.identity;
    Ok(Offerable {
        key,
        name: designation(product),
        labels: fr::labels(found.labels),
        farm: format!("{}, {}", farm.name, farm.commune),
        day: fr::day(found.day),
        quantity: fr::qty(left, product.unit),
        bare: fr::number(left),
        from,
        may_sell,
        is_there,
    })
}

fn offered(week: &Week, offer: &SurplusOffer) -> Result<Offered, Failure> {
    let book = week.surplus();
    let found = goods(week, offer.source)?;
    let product = week.register().product(found.product)?;
    let unit = product.unit;
    let own = book.reservations().iter().filter(|one| one.surplus == offer.id);
    let (now, left) = (clock::now(), book.left(offer.id));
    let (mut reserved, mut fetched, mut back) = (0, 0, left.get());
    for one in own {
        match book.pickup(one.id) {
            Some(pickup) => fetched += pickup.received.get(),
            None if book.is_open(one.id) => reserved += one.quantity.get(),
            None => {}
        }
        if is_lapsed(week, one, now) {
            back += one.quantity.get();
        }
    }
    let some = |quantity: i64| match quantity {
        0 => String::new(),
        some => fr::qty(Qty::new(some), unit),
    };
    Ok(Offered {
        id: offer.id.0,
        name: format!("{} {}", designation(product), fr::labels(found.labels)),
        farm: week.register().producer(found.producer)?.identity.name.clone(),
        price: offer.price.map_or("don".into(), |price| fr::price_per(price, unit)),
        offered: fr::qty(offer.quantity, unit),
        reserved: some(reserved),
        fetched: some(fetched),
        left: some(left.get()),
        until: instant(offer.until),
        back: some(back),
        is_over: lapsed_of(week, offer, now) > Qty::ZERO,
    })
}

fn booked(week: &Week, one: &Reservation) -> Result<Booked, Failure> {
    let book = week.surplus();
    let found = goods(week, book.offer(one.surplus)?.source)?;
    let product = week.register().product(found.product)?;
    let buyer = &week.register().buyer(one.buyer)?.identity;
    let appointment = book.appointment(one.id);
    let when = appointment.map(|one| {
        let slot = book.slot(one.slot).map(hours).unwrap_or_default();
        if one.van.is_empty() { slot } else { format!("{slot} · {}", one.van) }
    });
    let is_late = is_lapsed(week, one, clock::now());
    let state = match (book.pickup(one.id), book.is_cancelled(one.id)) {
        (Some(_), _) => "enlevé",
        (None, true) => "annulé",
        (None, false) if is_late => "pas venu : libre",
        (None, false) => "à enlever",
    };
    let weight: Grams = load(week, one)?;
    Ok(Booked {
        id: one.id.0,
        who: buyer.name.clone(),
        phone: buyer.phone.clone(),
        name: designation(product),
        quantity: fr::qty(one.quantity, product.unit),
        weight: fr::weight(weight),
        when: when.unwrap_or_else(|| "sans créneau".into()),
        is_open: book.is_open(one.id),
        is_late,
        state,
    })
}
