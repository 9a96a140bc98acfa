//! What the offers pages show: the hub's, and the farm's own.

use std::collections::BTreeMap;

use askama::Template;
use trade::Week;
use trade::calendar::Day;
use trade::catalog::{Label, alphabetical};
use trade::id::ProducerId;
use trade::offers::Offer;
use trade::unit::Qty;

use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::{Frame, Notice};
use crate::web::{Answer, Asked, ProducerVisit, Visit, html};

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
    rows: Vec<Row>,
}

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "offers.html")]
struct OffersPage {
    frame: Frame,
    action: String,
    farms: Vec<Farm>,
    silent: Vec<(String, String)>,
    producers: Options,
    products: Options,
    days: Options,
    labels: Vec<(&'static str, &'static str)>,
    is_own: bool,
    may_write: bool,
    purchases: Vec<Purchase>,
    bills: Vec<(String, String, String)>,
}

/// What the hub ordered from a farm, for the farm's own page.
struct Purchase {
    product: String,
    day: String,
    ordered: String,
    accepted: String,
    price: String,
    paper: String,
}

/// `GET …/offers`
pub async fn offers(visit: Visit) -> Answer {
    let page = visit.see(|week| page(&visit, visit.frame(week, "offers", "Offres"), week, None));
    html(&page.await?)
}

/// `GET …/my-offers`
pub async fn own(visit: ProducerVisit) -> Answer {
    let own = Some(visit.scope.producer());
    let page = visit.see(|week| {
        let frame = visit.frame(week, "my-offers", "Mes offres");
        page(&visit, frame, week.whole(), own)
    });
    html(&page.await?)
}

fn page(
    visit: &Asked,
    mut frame: Frame,
    week: &Week,
    own: Option<ProducerId>,
) -> Result<OffersPage, Failure> {
    let register = week.register();
    let slug = if own.is_some() { "my-offers" } else { "offers" };
    frame.subtitle = match own {
        Some(_) => "Ce que vous pouvez apporter, et le prix net que vous demandez.".into(),
        None => "Ce que chaque ferme peut apporter, et le prix net qu'elle demande.".into(),
    };
    if week.publication().is_some() {
        let said = "La mercuriale est publiée : une offre peut monter, plus descendre.";
        frame = frame.tell(Notice::known(said));
    }
    let mut farms: BTreeMap<ProducerId, Vec<Row>> = BTreeMap::new();
    for offer in week.current_offers() {
        if own.is_none_or(|own| own == offer.producer) {
            farms.entry(offer.producer).or_default().push(row(week, offer)?);
        }
    }
    let silent = register.producers.values().filter(|farm| !farms.contains_key(&farm.id));
    let silent = silent.map(|farm| (farm.identity.name.clone(), farm.identity.phone.clone()));
    let silent = if own.is_some() { Vec::new() } else { silent.collect() };
    let mut shown = Vec::new();
    for (id, mut rows) in farms {
        rows.sort_by_cached_key(|row| (alphabetical(&row.product), row.on));
        let identity = &register.producer(id)?.identity;
        let (name, commune) = (identity.name.clone(), identity.commune.clone());
        shown.push(Farm { name, commune, rows });
    }
    shown.sort_by_cached_key(|farm| alphabetical(&farm.name));
    let days = register.delivery_days(week.week());
    let is_asked = days.iter().any(|&day| week.closing(day).is_none());
    let days = days.into_iter();
    Ok(OffersPage {
        frame,
        action: visit.href(slug),
        farms: shown,
        silent,
        producers: producers(week),
        products: products(week),
        days: days.map(|day| (day.to_string(), fr::day(day))).collect(),
        labels: Label::ALL.iter().map(|&label| (label.code(), fr::label(label))).collect(),
        is_own: own.is_some(),
        may_write: visit.person.role.may(slug, true) && (own.is_none() || is_asked),
        purchases: own.map_or(Ok(Vec::new()), |own| purchases(visit, week, own))?,
        bills: own.map_or(Vec::new(), |own| bills(week, own)),
    })
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
        by: offer.stamp.by.clone(),
    })
}

fn purchases(visit: &Asked, week: &Week, own: ProducerId) -> Result<Vec<Purchase>, Failure> {
    let mut rows = Vec::new();
    for line in week.purchase_lines_of(own) {
        let product = week.register().product(line.product)?;
        let accepted: i64 = week.receipts_of(line.id).map(|one| one.accepted().get()).sum();
        rows.push(Purchase {
            product: format!("{} {}", product.name, fr::labels(line.labels)),
            day: fr::day(line.day),
            ordered: fr::qty(week.confirmed(line.id), product.unit),
            accepted: match week.receipts_of(line.id).next() {
                Some(_) => fr::qty(Qty::new(accepted), product.unit),
                None => String::new(),
            },
            price: fr::price_per(line.price, product.unit),
            paper: visit.href(&format!("my-offers/order/{}", line.day)),
        });
    }
    Ok(rows)
}

fn bills(week: &Week, own: ProducerId) -> Vec<(String, String, String)> {
    let own = week
        .documents()
        .iter()
        .filter(|one| one.party == own.0 && one.kind != trade::billing::DocumentKind::Invoice);
    own.map(|bill| {
        let paid = week.payouts().iter().find(|payout| payout.document == bill.id);
        let said = match paid {
            Some(payout) => format!("payé le {}", fr::date(payout.paid_on)),
            None => format!("à payer le {}", fr::date(bill.due_on)),
        };
        (bill.reference(), fr::euros(bill.with_vat()), said)
    })
    .collect()
}
