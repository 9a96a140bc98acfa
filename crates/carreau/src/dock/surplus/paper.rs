//! The paper of what food aid has fetched: a donation note of the hub or of a farm, or what a
//! sale at the price of food aid is fetched with.

use std::collections::BTreeSet;

use paper::{DonationLine, DonationNote, Fact};
use trade::Week;
use trade::dock::surplus::{Pickup, SurplusGoods, SurplusOffer, SurplusSource, goods};
use trade::id::{BuyerId, ProducerId, ReservationId};
use trade::unit::{Cents, Grams, Rate, amount, rate_of};

use crate::clock;
use crate::failure::Failure;
use crate::law;
use crate::ui::{fr, paper as papers};

/// Who hands over, and whether it is a gift: what stands on one paper has this in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    HubGift,
    FarmGift(ProducerId),
    HubSale,
}

fn from(offer: &SurplusOffer, found: &SurplusGoods) -> From {
    match (offer.source, offer.price) {
        (SurplusSource::Farm(_), _) => From::FarmGift(found.producer),
        (SurplusSource::Left(_), None) => From::HubGift,
        (SurplusSource::Left(_), Some(_)) => From::HubSale,
    }
}

/// One thing fetched.
struct Part<'week> {
    pickup: &'week Pickup,
    offer: &'week SurplusOffer,
    found: SurplusGoods,
}

/// The paper on which a reservation stands, once it is signed for: all that was fetched with it
/// from the same hand.
pub fn donation_note(week: &Week, id: ReservationId) -> Result<DonationNote, Failure> {
    let book = week.surplus();
    let buyer = book.reservation(id)?.buyer;
    let own = book.pickup(id).ok_or_else(|| {
        Failure::NotFound(format!("La réservation {id} n'est pas encore enlevée : signez d'abord."))
    })?;
    let all = parts(week, buyer, own)?;
    let first = all.iter().find(|part| part.pickup.reservation == id);
    let of = first.map(|part| from(part.offer, &part.found)).unwrap_or(From::HubGift);
    let parts: Vec<Part<'_>> =
        all.into_iter().filter(|part| from(part.offer, &part.found) == of).collect();
    note(week, buyer, own, of, &parts)
}

/// All that a buyer signed for at once.
fn parts<'week>(
    week: &'week Week,
    buyer: BuyerId,
    own: &Pickup,
) -> Result<Vec<Part<'week>>, Failure> {
    let book = week.surplus();
    let mut parts = Vec::new();
    for pickup in book.pickups().iter().filter(|one| one.stamp.at == own.stamp.at) {
        let (reservation, offer) = book.goods_of(pickup.reservation)?;
        if reservation.buyer == buyer {
            parts.push(Part { pickup, offer, found: goods(week, offer.source)? });
        }
    }
    parts.sort_by_key(|part| part.pickup.reservation);
    Ok(parts)
}

fn note(
    week: &Week,
    buyer: BuyerId,
    own: &Pickup,
    of: From,
    parts: &[Part<'_>],
) -> Result<DonationNote, Failure> {
    let register = week.register();
    let (hub, at) = (&register.hub, own.stamp.at);
    let donor = match of {
        From::FarmGift(farm) => papers::party(&register.producer(farm)?.identity),
        From::HubGift | From::HubSale => papers::party(&hub.identity),
    };
    let is_sale = of == From::HubSale;
    let (title, role, amount_title) = match is_sale {
        true => ("Bon d'enlèvement", "Vendeur", "Montant HT"),
        false => ("Bon de don alimentaire", "Donateur", "Valeur du don HT"),
    };
    let number = number(own, parts);
    let (mut weight, mut sum, mut lines) = (0, 0, Vec::with_capacity(parts.len()));
    for part in parts {
        let (line, grams, cents) = line(week, part)?;
        weight += grams.get();
        sum += cents.get();
        lines.push(line);
    }
    let sum_title = if is_sale { "Total HT, facturé" } else { "Valeur retenue HT" };
    let totals = vec![
        Fact::new("Poids", fr::kilos(Grams::new(weight))),
        Fact::new(sum_title, fr::euros(Cents::new(sum))),
    ];
    let warmest = parts.iter().filter_map(|part| part.pickup.temperature_dc).max();
    let mention = law::mention("donation", own.day).filter(|_| !is_sale);
    let van = week.surplus().appointment(own.reservation).map(|one| one.van.clone());
    let approval = register.aid.get(&buyer).map(|profile| profile.approval.clone());
    Ok(DonationNote {
        imprint: papers::imprint(hub, &format!("{title} {number}"), &number, at),
        title: title.into(),
        number,
        fetched_on: fr::day(own.day),
        fetched_at: fr::time(clock::civil(at).1),
        place: parts.first().map(|part| part.offer.place.clone()).unwrap_or_default(),
        donor_role: role.into(),
        donor,
        beneficiary: papers::party(&register.buyer(buyer)?.identity),
        approval: approval.filter(|text| !text.is_empty()),
        van: van.filter(|text| !text.is_empty()),
        lines,
        amount_title: amount_title.into(),
        totals,
        value_rules: if is_sale { Vec::new() } else { rules(own, parts) },
        temperature: warmest.map(fr::temperature),
        signed_by: Some(own.signed_by.clone()),
        mentions: mention.map(|mention| mention.text.clone()).into_iter().collect(),
    })
}

/// `DON-261124-101`: the day and the first reservation on the paper.
fn number(own: &Pickup, parts: &[Part<'_>]) -> String {
    let first = parts.first().map_or(own.reservation, |part| part.pickup.reservation);
    format!("DON-{:06}-{first}", own.day.number() % 1_000_000)
}

fn line(week: &Week, part: &Part<'_>) -> Result<(DonationLine, Grams, Cents), Failure> {
    let register = week.register();
    let (found, received) = (&part.found, part.pickup.received);
    let product = register.product(found.product)?;
    let farm = &register.producer(found.producer)?.identity;
    let value = amount(received, found.cost);
    let counted = match part.offer.price {
        Some(price) => amount(received, price),
        None => rate_of(value, part.offer.value_rate),
    };
    let labels = fr::labels(found.labels);
    let detail = [labels.as_str(), farm.name.as_str(), farm.commune.as_str()];
    let detail: Vec<&str> = detail.into_iter().filter(|text| !text.is_empty()).collect();
    let batch = found.receipt.and_then(|id| week.receipt(id).ok()).map(|one| one.batch.clone());
    let weight = product.weight_of(received);
    let line = DonationLine {
        product: papers::designation(product),
        detail: Some(detail.join(", ")).filter(|text| !text.is_empty()),
        batch,
        quantity: fr::number(received),
        unit: fr::unit(product.unit, false).into(),
        weight: fr::kilos(weight),
        price: fr::price(part.offer.price.unwrap_or(found.cost)),
        amount: fr::euros(counted),
    };
    Ok((line, weight, counted))
}

/// How the values were found, each rule once.
fn rules(own: &Pickup, parts: &[Part<'_>]) -> Vec<String> {
    let rates: BTreeSet<Rate> = parts.iter().map(|part| part.offer.value_rate).collect();
    let known = ["saleable", "downgraded"].iter().filter_map(|code| law::gift_value(code, own.day));
    let named = known.filter(|(rate, _)| rates.contains(rate));
    named.map(|(rate, name)| format!("Valeur à {} : {name}.", fr::rate(rate))).collect()
}
