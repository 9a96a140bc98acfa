//! What the offers pages show: the hub's, and the farm's own.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::calendar::{Day, Instant};
use trade::catalog::{Label, alphabetical};
use trade::id::ProducerId;
use trade::offers::Offer;
use trade::unit::Qty;

use super::notes::{self, FarmNote};
use crate::access::link;
use crate::access::signed::{signed_by, way};
use crate::clock;
use crate::failure::Failure;
use crate::mail;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Visit, html};

/// One offer, to be changed in place.
struct Row {
    id: i64,
    product: String,
    labels: String,
    on: Day,
    day: String,
    quantity: String,
    unit: &'static str,
    price: String,
    /// What wholesalers pay, and how far the farm's price is above.
    quote: String,
    sold: String,
    by: String,
}

struct Farm {
    name: String,
    commune: String,
    /// What the farm said beside its offers.
    note: String,
    phone_href: String,
    rows: Vec<Row>,
}

/// A farm that has not answered.
struct Silent {
    code: String,
    name: String,
    phone: String,
    phone_href: String,
    /// When its link was opened; empty when it was not, or when it has none.
    opened: String,
    /// When it was last reminded; empty when it was not.
    nudged: String,
    /// It was reminded today: once a day is enough.
    is_nudged_today: bool,
}

/// A farm that has answered.
struct Heard {
    name: String,
    phone_href: String,
    when: String,
    /// By its link, by mail, on the telephone.
    how: String,
}

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "offers.html")]
struct OffersPage {
    frame: Frame,
    action: String,
    farms: Vec<Farm>,
    silent: Vec<Silent>,
    /// Silent farms that were not reminded today.
    to_remind: usize,
    heard: Vec<Heard>,
    nothing: Vec<(String, String)>,
    producers: Options,
    products: Options,
    days: Options,
    labels: Vec<(&'static str, &'static str)>,
    may_write: bool,
    is_published: bool,
}

/// `GET …/offers`
pub async fn offers(visit: Visit) -> Answer {
    let db = visit.app().db(visit.place.scope());
    let notes = notes::of_week(&db, visit.place).await?;
    let opened = link::opened(&db, visit.place).await?;
    let nudged = mail::nudged_at(visit.app(), visit.place).await?;
    let asked = Asked { opened, nudged };
    html(&visit.see(|week| page(&visit, week, &notes, &asked)).await?)
}

/// When each farm opened its link and was reminded, by its code.
struct Asked {
    opened: BTreeMap<String, i64>,
    nudged: BTreeMap<String, i64>,
}

fn page(
    visit: &Visit,
    week: &Week,
    notes: &BTreeMap<ProducerId, FarmNote>,
    asked: &Asked,
) -> Result<OffersPage, Failure> {
    let mut frame = visit.frame(week, "offers", "Offres");
    frame.subtitle = "Ce que chaque ferme peut apporter, et le prix net qu'elle demande.".into();
    if week.publication().is_some() {
        let said = "La mercuriale est publiée : une offre peut monter, ou descendre jusqu'à ce qui est \
            commandé.";
        frame = frame.tell(Notice::known(said));
    }
    frame = frame.tell_all(crate::needs::closures(week));
    let register = week.register();
    let days = register.delivery_days(week.week()).into_iter();
    let silent = silent(week, notes, asked);
    Ok(OffersPage {
        frame,
        action: visit.href("offers"),
        farms: farms(visit, week, notes)?,
        to_remind: silent.iter().filter(|farm| !farm.is_nudged_today).count(),
        silent,
        heard: heard(week, notes),
        nothing: nothing(week, notes),
        producers: producers(week),
        products: products(week),
        days: days.map(|day| (day.to_string(), fr::day(day))).collect(),
        labels: Label::ALL.iter().map(|&label| (label.code(), fr::label(label))).collect(),
        may_write: visit.may("offers", true),
        is_published: week.publication().is_some(),
    })
}

fn farms(
    visit: &Visit,
    week: &Week,
    notes: &BTreeMap<ProducerId, FarmNote>,
) -> Result<Vec<Farm>, Failure> {
    let mut farms: BTreeMap<ProducerId, Vec<Row>> = BTreeMap::new();
    for offer in week.current_offers() {
        farms.entry(offer.producer).or_default().push(row(week, offer)?);
    }
    let mut shown = Vec::new();
    for (id, mut rows) in farms {
        rows.sort_by_cached_key(|row| (alphabetical(&row.product), row.on));
        let identity = &week.register().producer(id)?.identity;
        shown.push(Farm {
            name: identity.name.clone(),
            commune: identity.commune.clone(),
            note: notes.get(&id).map_or(String::new(), |note| note.text.clone()),
            phone_href: visit.href(&format!("offers/farm/{id}")),
            rows,
        });
    }
    shown.sort_by_cached_key(|farm| alphabetical(&farm.name));
    Ok(shown)
}

/// Farms that have said neither what they bring nor that nothing comes.
fn silent(week: &Week, notes: &BTreeMap<ProducerId, FarmNote>, asked: &Asked) -> Vec<Silent> {
    let today = clock::today();
    let day_of = |at: &i64| clock::civil(Instant(*at)).0;
    let nudged = |at: &i64| match day_of(at) == today {
        true => format!("relancé à {}", fr::time(clock::civil(Instant(*at)).1)),
        false => format!("relancé {}", fr::short_moment(Instant(*at))),
    };
    let farms = crate::mail::silent_farms(week).into_iter();
    let unheard = farms.filter(|farm| !notes.get(farm).is_some_and(|note| note.is_nothing));
    let mut silent: Vec<Silent> = unheard
        .filter_map(|farm| week.register().producers.get(&farm))
        .map(|farm| Silent {
            code: farm.id.to_string(),
            name: farm.identity.name.clone(),
            phone: farm.identity.phone.clone(),
            phone_href: format!("/weeks/{}/offers/farm/{}", week.week(), farm.id),
            opened: asked.opened.get(farm.id.as_str()).map_or(String::new(), |at| {
                format!("lien ouvert {}", fr::short_moment(Instant(*at)))
            }),
            nudged: asked.nudged.get(farm.id.as_str()).map_or(String::new(), nudged),
            is_nudged_today: asked.nudged.get(farm.id.as_str()).map(day_of) == Some(today),
        })
        .collect();
    silent.sort_by_cached_key(|farm| alphabetical(&farm.name));
    silent
}

/// Farms that have said what they bring or that nothing comes, with their last word.
fn heard(week: &Week, notes: &BTreeMap<ProducerId, FarmNote>) -> Vec<Heard> {
    let mut last: BTreeMap<ProducerId, (i64, &str)> = BTreeMap::new();
    let offers = week.offers().iter().filter(|offer| offer.is_said());
    let words = offers.map(|offer| (offer.producer, offer.stamp.at.0, offer.stamp.by.as_str()));
    let nothing = notes.iter().filter(|(_, note)| note.is_nothing);
    let nothing = nothing.map(|(&farm, note)| (farm, note.said_at, note.said_by.as_str()));
    for (farm, at, by) in words.chain(nothing) {
        let known = last.entry(farm).or_insert((at, by));
        if at >= known.0 {
            *known = (at, by);
        }
    }
    let row = |(farm, (at, by)): (ProducerId, (i64, &str))| {
        let known = week.register().producers.get(&farm)?;
        Some(Heard {
            name: known.identity.name.clone(),
            phone_href: format!("/weeks/{}/offers/farm/{farm}", week.week()),
            when: fr::short_moment(Instant(at)),
            how: way(by),
        })
    };
    let mut heard: Vec<Heard> = last.into_iter().filter_map(row).collect();
    heard.sort_by_cached_key(|farm| alphabetical(&farm.name));
    heard
}

/// Farms that said that nothing comes, with their word.
fn nothing(week: &Week, notes: &BTreeMap<ProducerId, FarmNote>) -> Vec<(String, String)> {
    let said = notes.iter().filter(|(_, note)| note.is_nothing);
    let named = said.filter_map(|(farm, note)| {
        let name = &week.register().producers.get(farm)?.identity.name;
        let word = if note.text.is_empty() { "rien cette semaine" } else { &note.text };
        Some((name.clone(), word.to_string()))
    });
    named.collect()
}

fn producers(week: &Week) -> Options {
    let farms = week.register().producers.values();
    let mut options: Options =
        farms.map(|farm| (farm.id.to_string(), farm.identity.name.clone())).collect();
    options.sort_by_cached_key(|option| alphabetical(&option.1));
    options
}

/// Products of the catalogue with their unit, by name.
fn products(week: &Week) -> Options {
    let products = week.register().products.values();
    let mut options: Options = products
        .map(|product| {
            let unit = fr::unit(product.unit, false);
            (product.id.to_string(), format!("{} ({unit})", product.name))
        })
        .collect();
    options.sort_by_cached_key(|option| alphabetical(&option.1));
    options
}

fn row(week: &Week, offer: &Offer) -> Result<Row, Failure> {
    let product = week.register().product(offer.product)?;
    let organic = offer.labels.has(Label::Organic);
    let quote = week.register().quote(offer.product, organic, week.week());
    let said = |quote: &trade::catalog::MarketQuote| {
        let more = offer.price.get() - quote.price.get();
        match trade::unit::rate_between(more, quote.price.get()) {
            Some(rate) if rate.get() >= 0 => {
                format!("{} (+{})", fr::price(quote.price), fr::rate(rate))
            }
            Some(rate) => format!("{} ({})", fr::price(quote.price), fr::rate(rate)),
            None => fr::price(quote.price),
        }
    };
    let purchases = week
        .purchase_lines()
        .iter()
        .filter(|line| week.offer(line.offer).is_ok_and(|bought| bought.key() == offer.key()));
    let sold: i64 = purchases.map(|line| line.quantity.get()).sum();
    Ok(Row {
        id: offer.id.0,
        product: product.name.clone(),
        labels: fr::labels(offer.labels),
        on: offer.day,
        day: fr::short_day(offer.day),
        quantity: fr::number(offer.quantity),
        unit: fr::unit(product.unit, true),
        price: fr::price(offer.price).replace('€', "").trim().to_string(),
        quote: quote.map_or(String::new(), said),
        sold: if sold == 0 { String::new() } else { fr::qty(Qty::new(sold), product.unit) },
        by: signed_by(week.register(), &offer.stamp.by),
    })
}
