//! What food aid sees on a telephone: what there is now, one of it, and the hours for fetching.

use askama::Template;
use trade::Denial;
use trade::calendar::Instant;
use trade::catalog::SaleUnit;
use trade::dock::surplus::{PickupSlot, Reservation, SurplusOffer};
use trade::id::{ReservationId, SurplusId};
use trade::unit::{Grams, Qty};

use crate::access::aid::AidWeek;
use crate::clock;
use crate::denied;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::ui::paper::designation;
use crate::web::{AidVisit, Answer, html};

/// Goods that are offered, or that one has reserved.
pub struct Goods {
    pub name: String,
    pub labels: String,
    pub quantity: String,
    /// Of what is not sold by the kilo.
    pub weight: String,
    pub farm: String,
    pub price: String,
    pub until: String,
    pub place: String,
    /// What the law allows at most, where it sets a limit.
    pub limit: String,
    pub href: String,
    /// False where the own rule of origin says no.
    pub is_taken: bool,
}

/// A reservation with what comes next for it.
struct Own {
    id: i64,
    name: String,
    quantity: String,
    when: String,
    may_cancel: bool,
}

/// What was signed for.
struct Fetched {
    name: String,
    quantity: String,
    when: String,
    paper: String,
    split: String,
    is_split: bool,
}

#[derive(Template)]
#[template(path = "surplus.html")]
struct ListPage {
    frame: Frame,
    goods: Vec<Goods>,
    own: Vec<Own>,
    load: String,
    /// True when something reserved has no hours yet.
    needs_slot: bool,
    fetched: Vec<Fetched>,
    owner: String,
    base: String,
}

/// Whose receipts a telephone may send from this page: it may serve two organisations, one after
/// the other.
pub fn owner(visit: &AidVisit) -> String {
    format!("{}.{}", visit.person.hub, visit.scope.buyer())
}

/// `GET …/surplus`
pub async fn list(visit: AidVisit) -> Answer {
    html(&visit.see(|week| list_page(&visit, week)).await?)
}

fn list_page(visit: &AidVisit, week: AidWeek<'_>) -> Result<ListPage, Failure> {
    let now = clock::now();
    let mut frame = visit.frame(week, "Surplus du jour");
    frame.subtitle = week.own().identity.name.clone();
    let base = visit.href("surplus");
    let offers = week.offers(now).map(|offer| goods(week, offer, &base));
    let (mut own, mut load, mut needs_slot) = (Vec::new(), 0, false);
    for reservation in week.open() {
        load += week.load(reservation)?.get();
        needs_slot |= week.appointment(reservation).is_none();
        own.push(own_row(week, reservation, now)?);
    }
    let mut fetched = Vec::new();
    for reservation in week.reservations() {
        fetched.extend(fetched_row(week, reservation, &base)?);
    }
    Ok(ListPage {
        frame,
        goods: offers.collect::<Result<_, _>>()?,
        own,
        load: fr::weight(Grams::new(load)),
        needs_slot,
        fetched,
        owner: owner(visit),
        base,
    })
}

/// One offer in words.
pub fn goods(week: AidWeek<'_>, offer: &SurplusOffer, base: &str) -> Result<Goods, Failure> {
    let found = week.goods(offer)?;
    let product = week.product(found.product)?;
    let producer = week.producer(found.producer)?;
    let farm = &producer.identity;
    let left = week.left(offer.id);
    let most = crate::law::most_celsius_dc(product.temperature);
    Ok(Goods {
        name: designation(product),
        labels: fr::labels(found.labels),
        quantity: fr::qty(left, product.unit),
        weight: match product.unit {
            SaleUnit::Kilo => String::new(),
            _ => fr::weight(product.weight_of(left)),
        },
        farm: format!("{}, {}", farm.name, farm.commune),
        price: match offer.price {
            None => "Don".into(),
            Some(price) => format!("{} HT", fr::price_per(price, product.unit)),
        },
        until: instant(offer.until),
        place: offer.place.clone(),
        limit: most.map(|most| format!("{} au plus", fr::temperature(most))).unwrap_or_default(),
        href: format!("{base}/offers/{}", offer.id),
        is_taken: week.takes_from(producer),
    })
}

/// « mardi 24 novembre, 15 h 20 », in Paris.
pub fn instant(at: Instant) -> String {
    let (day, minute) = clock::civil(at);
    match day == clock::today() {
        true => format!("aujourd'hui, {}", fr::time(minute)),
        false => format!("{}, {}", fr::day(day), fr::time(minute)),
    }
}

/// « aujourd'hui, de 14 h 00 à 16 h 00 »
pub fn hours(slot: &PickupSlot) -> String {
    let ((day, from), (_, to)) = (clock::civil(slot.starts_at), clock::civil(slot.ends_at));
    let day = match day == clock::today() {
        true => "aujourd'hui".to_string(),
        false => fr::day(day),
    };
    format!("{day}, de {} à {}", fr::time(from), fr::time(to))
}

/// What a reservation is of, with its signs of quality, and how much.
pub fn name_of(week: AidWeek<'_>, own: &Reservation) -> Result<(String, String), Failure> {
    let found = week.goods(week.offer(own.surplus)?)?;
    let product = week.product(found.product)?;
    let quantity = week.pickup(own).map_or(own.quantity, |pickup| pickup.received);
    let name = format!("{} {}", designation(product), fr::labels(found.labels));
    Ok((name.trim_end().to_string(), fr::qty(quantity, product.unit)))
}

fn own_row(week: AidWeek<'_>, own: &Reservation, now: Instant) -> Result<Own, Failure> {
    let (name, quantity) = name_of(week, own)?;
    let appointment = week.appointment(own);
    let slot = appointment.and_then(|one| week.slot(one.slot).ok());
    let when = match (slot, appointment) {
        (Some(slot), Some(one)) if !one.van.is_empty() => format!("{} · {}", hours(slot), one.van),
        (Some(slot), _) => hours(slot),
        _ => "créneau à choisir".into(),
    };
    let may_cancel = slot.is_none_or(|slot| now < slot.starts_at);
    Ok(Own { id: own.id.0, name, quantity, when, may_cancel })
}

fn fetched_row(
    week: AidWeek<'_>,
    own: &Reservation,
    base: &str,
) -> Result<Option<Fetched>, Failure> {
    let Some(pickup) = week.pickup(own) else { return Ok(None) };
    let (name, quantity) = name_of(week, own)?;
    Ok(Some(Fetched {
        name,
        quantity,
        when: format!("{}, signé {}", fr::day(pickup.day), pickup.signed_by),
        paper: format!("{base}/receipt/{}/paper", own.id),
        split: format!("{base}/split/{}", own.id),
        is_split: week.split_of(own).is_some(),
    }))
}

#[derive(Template)]
#[template(path = "surplus_one.html")]
struct OnePage {
    frame: Frame,
    goods: Goods,
    unit: &'static str,
    /// All that is left, as a field takes it; empty when nothing is.
    all: String,
    typed: String,
    error: String,
    key: String,
    base: String,
}

/// `GET …/surplus/offers/{surplus}`
pub async fn one(visit: AidVisit) -> Answer {
    let id = surplus_id(&visit)?;
    html(&visit.see(|week| one_page(&visit, week, id, "", "")).await?)
}

pub fn surplus_id(visit: &AidVisit) -> Result<SurplusId, Failure> {
    let text = visit.param("surplus")?;
    let number = text.parse().map(SurplusId);
    number.map_err(|_| Failure::NotFound(format!("Le surplus « {text} » n'existe pas.")))
}

pub fn reservation_id(visit: &AidVisit) -> Result<ReservationId, Failure> {
    let text = visit.param("reservation")?;
    let number = text.parse().map(ReservationId);
    number.map_err(|_| Failure::NotFound(format!("La réservation « {text} » n'existe pas.")))
}

/// The page of one offer; with what was typed and why it cannot be.
fn one_page(
    visit: &AidVisit,
    week: AidWeek<'_>,
    id: SurplusId,
    typed: &str,
    error: &str,
) -> Result<OnePage, Failure> {
    let base = visit.href("surplus");
    let offer = week.offer(id)?;
    let goods = goods(week, offer, &base)?;
    let product = week.product(week.goods(offer)?.product)?;
    let frame = visit.frame(week, &goods.name);
    let left = week.left(id);
    let is_open = left > Qty::ZERO && offer.until > clock::now();
    Ok(OnePage {
        frame,
        unit: fr::unit(product.unit, true),
        all: if is_open { fr::number(left) } else { String::new() },
        typed: typed.to_string(),
        error: fr::typeset(error),
        goods,
        key: key(),
        base,
    })
}

/// A key for a form that must not count twice.
pub fn key() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// The page of an offer again, after a refusal: 409 when others were quicker, else 422.
pub async fn refused(visit: &AidVisit, id: SurplusId, typed: &str, denials: &[Denial]) -> Answer {
    let is_late = denials
        .iter()
        .any(|denial| matches!(denial, Denial::SurplusGone { .. } | Denial::SurplusEnded { .. }));
    let look = |week: AidWeek<'_>| {
        let product = week.product(week.goods(week.offer(id)?)?.product)?;
        let said = denials.iter().map(|denial| match denial {
            Denial::SurplusGone { asked, left, .. } if *left > Qty::ZERO => format!(
                "Vous demandez {}, il reste {} : d'autres ont été plus rapides.",
                fr::qty(*asked, product.unit),
                fr::qty(*left, product.unit)
            ),
            other => denied::sentence(other),
        });
        let said = said.collect::<Vec<_>>().join(" ");
        one_page(visit, week, id, typed, &said)
    };
    let mut response = html(&visit.see(look).await?)?;
    *response.status_mut() = match is_late {
        true => axum::http::StatusCode::CONFLICT,
        false => axum::http::StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(response)
}

struct SlotRow {
    id: i64,
    name: String,
    left: String,
    said: &'static str,
    is_open: bool,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "surplus_slot.html")]
struct SlotPage {
    frame: Frame,
    load: String,
    goods: Vec<(String, String)>,
    slots: Vec<SlotRow>,
    vans: Vec<(String, String)>,
    phone: String,
    base: String,
}

/// `GET …/surplus/slot`
pub async fn slots(visit: AidVisit) -> Answer {
    html(&visit.see(|week| slot_page(&visit, week)).await?)
}

fn slot_page(visit: &AidVisit, week: AidWeek<'_>) -> Result<SlotPage, Failure> {
    let now = clock::now();
    let (mut load, mut goods, mut inside) = (0, Vec::new(), Vec::new());
    for own in week.open() {
        load += week.load(own)?.get();
        goods.push(name_of(week, own)?);
        inside.extend(week.appointment(own).map(|one| (one.slot, one.load.get())));
    }
    let mut slots: Vec<&PickupSlot> = week.slots().iter().filter(|one| one.ends_at > now).collect();
    slots.sort_by_key(|slot| slot.starts_at);
    let row = |slot: &&PickupSlot| {
        // What is planned there already needs no more room.
        let own: i64 = inside.iter().filter(|one| one.0 == slot.id).map(|one| one.1).sum();
        let left = week.slot_left(slot).get();
        let is_open = load > 0 && load - own <= left;
        SlotRow {
            id: slot.id.0,
            name: hours(slot),
            left: fr::weight(Grams::new(left.max(0))),
            said: if is_open { "encore libre" } else { "trop peu de place" },
            is_open,
            is_own: own > 0,
        }
    };
    let vans = week.profile().map(|own| &own.vans[..]).unwrap_or_default().iter();
    Ok(SlotPage {
        frame: visit.frame(week, "Quand venez-vous ?"),
        load: fr::weight(Grams::new(load)),
        goods,
        slots: slots.iter().map(row).collect(),
        vans: vans.map(|(name, most)| (name.clone(), fr::weight(*most))).collect(),
        phone: week.hub().identity.phone.clone(),
        base: visit.href("surplus"),
    })
}
