//! What a demonstration has for food aid today: what lies on the dock without a taker, what a few
//! farms have beyond what they sell, hours for fetching it, and who the organisations are.

use plan::distance::metres;
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::dock::surplus::{SurplusRequest, SurplusSource, offerable, spare};
use trade::offers::{Offer, OfferRequest, Stamp};
use trade::party::{AidProfile, BuyerKind};
use trade::unit::{Grams, Qty, Rate};

use super::BY;
use crate::app::App;
use crate::clock;
use crate::dock::surplus::acts;
use crate::failure::Failure;
use crate::offers;
use crate::store::act::Place;
use crate::store::register;

/// Farms that say that they have more than they sell.
const GIVING: usize = 5;
/// What each of them has over, in packs of its goods.
const PACKS: [i64; GIVING] = [6, 4, 9, 5, 3];

const STRUCTURES: [(&str, i64); 6] = [
    ("Antenne de Montpellier", 6),
    ("Antenne de Lunel", 3),
    ("Antenne de Sète", 3),
    ("Antenne de Béziers", 4),
    ("Épicerie solidaire de Clermont-l'Hérault", 2),
    ("Maison d'accueil de Lodève", 1),
];

/// Offers what there is for food aid now. Nothing is offered twice. `site`: the begin of addresses
/// in the letters.
pub async fn offer(app: &App, place: Place, now: Instant, site: &str) -> Result<(), Failure> {
    if app.read(place, |week, _| !week.surplus().offers().is_empty()).await? {
        return Ok(());
    }
    introduce(app, place).await?;
    let stamp = Stamp { at: now, by: BY.into() };
    let more = app.read(place, |week, _| more_than_sold(week, now)).await?;
    offers::acts::note(app, place, &more, &stamp).await?;
    let (today, _) = clock::civil(now);
    let tomorrow = today.plus_days(1);
    let hours = [(tomorrow, 9 * 60, 600), (tomorrow, 14 * 60, 400), (tomorrow, 16 * 60, 900)];
    for (day, minute, kilos) in hours {
        let hours = (clock::instant(day, minute), clock::instant(day, minute + 120));
        acts::open_slot(app, place, hours, Grams::new(kilos * 1_000), &stamp).await?;
    }
    let until = clock::instant(tomorrow, 15 * 60);
    let requests = app.read(place, |week, _| requests(week, &more, until)).await?;
    if !requests.is_empty() {
        acts::offer(app, place, &requests, &stamp, site).await?;
    }
    Ok(())
}

/// What the organisations have told of themselves.
async fn introduce(app: &App, place: Place) -> Result<(), Failure> {
    let unknown = app.read(place, |week, _| {
        let register = week.register();
        let aids = register.buyers.values().filter(|one| one.kind == BuyerKind::FoodAid);
        let new = aids.filter(|one| !register.aid.contains_key(&one.id));
        new.map(|one| one.id).collect::<Vec<_>>()
    });
    for buyer in unknown.await? {
        let profile = AidProfile {
            buyer,
            approval: "34-2024-07, du 12 mars 2024 (fictive)".into(),
            departments: Vec::new(),
            vans: vec![
                ("Camion frigorifique".into(), Grams::new(1_200_000)),
                ("Kangoo".into(), Grams::new(350_000)),
            ],
            structures: STRUCTURES.map(|(name, part)| (name.to_string(), part)).to_vec(),
        };
        register::set_profile(&app.db(place.scope()), place.hub, &profile).await?;
    }
    app.forget_sales();
    Ok(())
}

/// The next delivery, and what some farms have for it beyond what they offered before.
fn more_than_sold(week: &Week, now: Instant) -> Vec<OfferRequest> {
    let (today, _) = clock::civil(now);
    let days = week.register().delivery_days(week.week());
    let Some(day) = days.iter().find(|day| **day >= today).or(days.last()).copied() else {
        return Vec::new();
    };
    let mut seen: Vec<(trade::id::ProducerId, trade::id::ProductId)> = Vec::new();
    let mut offers: Vec<&Offer> =
        week.current_offers().filter(|offer| is_usual(week, offer, day)).collect();
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.quantity));
    for offer in offers {
        let is_new = seen.iter().all(|one| one.0 != offer.producer && one.1 != offer.product);
        if is_new && seen.len() < GIVING {
            seen.push((offer.producer, offer.product));
        }
    }
    let pack =
        |offer: &Offer| week.register().products.get(&offer.product).map(|one| one.pack.size);
    let given = seen.iter().zip(PACKS).filter_map(|(&(producer, product), packs)| {
        let mut own = week.current_offers();
        let offer =
            own.find(|one| (one.producer, one.product, one.day) == (producer, product, day))?;
        let more = pack(offer)?.get().max(1_000) * packs;
        Some(OfferRequest {
            producer,
            product,
            labels: offer.labels,
            day,
            quantity: Qty::new(offer.quantity.get() + more),
            price: offer.price,
        })
    });
    given.collect()
}

fn is_usual(week: &Week, offer: &Offer, day: Day) -> bool {
    let is_known = week.register().products.contains_key(&offer.product);
    offer.day == day && !offer.quantity.is_zero() && is_known
}

fn requests(week: &Week, more: &[OfferRequest], until: Instant) -> Vec<SurplusRequest> {
    let mut days: Vec<Day> = week.purchase_lines().iter().map(|line| line.day).collect();
    days.sort_unstable();
    days.dedup();
    let hub = &week.register().hub.identity;
    let request = |source, quantity, place: String| SurplusRequest {
        source,
        quantity,
        price: None,
        value_rate: Rate::new(10_000),
        place,
        until,
    };
    let at_dock = |(source, left)| request(SurplusSource::Left(source), left, hub.address.clone());
    let mut all: Vec<SurplusRequest> =
        days.into_iter().flat_map(|day| offerable(week, day, metres)).map(at_dock).collect();
    for farm in more {
        let key = (farm.producer, farm.product, farm.labels, farm.day);
        let Some(offer) = week.current_offer(key) else { continue };
        let left = spare(week, offer);
        if left > Qty::ZERO {
            let source = SurplusSource::Farm(offer.id);
            all.push(request(source, left, format!("{}, {}", hub.name, hub.address)));
        }
    }
    all
}
