//! What a farm's page shows.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use trade::calendar::Day;
use trade::catalog::{Label, Labels, SaleUnit, alphabetical};
use trade::id::ProductId;
use trade::offers::Offer;
use trade::unit::{Price, Qty, amount};

use super::{AtFarm, goods_code, links};
use crate::access::handed::Living;
use crate::access::producer::ProducerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::offers::notes::FarmNote;
use crate::ui::fr;
use crate::web::{Answer, html};

/// The head of a farm's pages, which have a shell of their own: light enough for a field.
pub struct Head {
    pub(super) hub: String,
    pub(super) phone: String,
    pub(super) farm: String,
    pub(super) week: String,
    /// The weeks before and after; empty for who came by the link of one week.
    pub(super) previous: String,
    pub(super) next: String,
    /// Who keys in for the farm; empty for the farm itself.
    pub(super) by_hub: String,
    pub(super) is_demo: bool,
    pub(super) said: String,
}

/// A quantity to be said.
struct Cell {
    name: String,
    day: String,
    value: String,
    is_open: bool,
    /// `≈ 30 kg vendus`, as orders come.
    sold: String,
}

/// Goods with their days.
struct Goods {
    code: String,
    name: String,
    labels: String,
    unit: &'static str,
    step: i64,
    price: String,
    /// `le kilo`: what the price is for.
    per: &'static str,
    /// `semaine dernière : mar. 40, jeu. 30`.
    usual: String,
    cells: Vec<Cell>,
}

struct Purchase {
    id: i64,
    product: String,
    quantity: String,
    confirmed: String,
    unit: &'static str,
    is_confirmed: bool,
    accepted: String,
    amount: String,
}

struct PurchaseDay {
    name: String,
    /// When the farm comes to the dock.
    comes: String,
    paper: String,
    labels: String,
    rows: Vec<Purchase>,
    total: String,
    may_confirm: bool,
}

#[derive(Template)]
#[template(path = "my_offers.html")]
struct OwnPage {
    head: Head,
    base: String,
    since: i64,
    /// `30 novembre`: the Monday of the week that is answered for.
    monday: String,
    is_published: bool,
    /// The page of the next week, when that one waits for an answer and this one is published.
    next: Option<NextWeek>,
    goods: Vec<Goods>,
    /// Goods that one tap takes over from last week.
    same: usize,
    is_answered: bool,
    is_nothing: bool,
    may_write: bool,
    deadline: String,
    note: String,
    days: Vec<PurchaseDay>,
    /// Where copies go; empty: no address is known.
    email: String,
    bills: Vec<(String, String, String)>,
    /// Of the farm, for the hub alone.
    links: Vec<Living>,
    may_hand_out: bool,
}

/// A week that waits for the farm's answer.
struct NextWeek {
    href: String,
    monday: String,
}

/// `GET …/my-offers`, `GET …/offers/farm/{producer}`
pub async fn page(at: AtFarm) -> Answer {
    let before = at.scope.before(at.app(), at.week).await?;
    let note = at.scope.note(at.app(), at.week).await?;
    let links = links::living(&at).await?;
    let mut page = at.see(|week| own_page(&at, week, &before, note)).await?;
    page.links = links;
    page.next = next_week(&at, page.is_published).await?;
    html(&page)
}

/// The week after a published one, when the farm is asked about it.
async fn next_week(at: &AtFarm, is_published: bool) -> Result<Option<NextWeek>, Failure> {
    let next = at.week.next();
    if !is_published || at.is_by_hub || !at.scope.is_awaited(at.app(), next).await? {
        return Ok(None);
    }
    let href = format!("/weeks/{next}/my-offers");
    Ok(Some(NextWeek { href, monday: fr::day_of_month(next.monday()) }))
}

pub(super) fn head(at: &AtFarm, week: ProducerWeek<'_>) -> Head {
    let hub = &week.hub().identity;
    let beside = |other: trade::calendar::IsoWeek| match (at.person.only_week, at.is_by_hub) {
        (Some(_), _) => String::new(),
        (None, false) => format!("/weeks/{other}/my-offers"),
        (None, true) => format!("/weeks/{other}/offers/farm/{}", at.scope.producer()),
    };
    Head {
        hub: hub.name.clone(),
        phone: hub.phone.clone(),
        farm: week.own().identity.name.clone(),
        week: fr::week_title(week.week()),
        previous: beside(week.week().previous()),
        next: beside(week.week().next()),
        by_hub: if at.is_by_hub { at.href("offers") } else { String::new() },
        is_demo: at.app().is_demo,
        said: at.said.clone().unwrap_or_default(),
    }
}

fn own_page(
    at: &AtFarm,
    week: ProducerWeek<'_>,
    before: &[Offer],
    note: Option<FarmNote>,
) -> Result<OwnPage, Failure> {
    let days = week.delivery_days();
    let is_asked = days.iter().any(|&day| !week.is_closed(day));
    let goods = goods(at, week, before, &days)?;
    let is_known =
        |offer: &Offer| week.current_offers().any(|one| one.key() == on_day(offer, &days));
    let left = before.iter().filter(|offer| !is_known(offer));
    let same: BTreeSet<_> = left.map(|offer| (offer.product, offer.labels)).collect();
    let (day, minute) = clock::civil(clock::publication_of(week.week()));
    let deadline = match week.is_published() {
        true => {
            "La mercuriale est publiée : une offre peut encore monter, ou descendre jusqu'à ce qui \
            est commandé."
                .into()
        }
        false => format!("À répondre avant le {}, {}.", fr::day(day), fr::time(minute)),
    };
    let writes = at.may(if at.is_by_hub { "offers" } else { "my-offers" }, true);
    Ok(OwnPage {
        head: head(at, week),
        base: at.base(),
        since: week.words().map(|offer| offer.id.0).max().unwrap_or(0),
        monday: fr::day_of_month(week.week().monday()),
        is_published: week.is_published(),
        next: None,
        is_answered: week.words().next().is_some(),
        is_nothing: note.as_ref().is_some_and(|note| note.is_nothing),
        note: note.map(|note| note.text).unwrap_or_default(),
        may_write: writes && (is_asked || at.is_by_hub),
        same: same.len(),
        goods,
        deadline,
        days: purchases(at, week)?,
        email: if writes { week.own().identity.email.clone() } else { String::new() },
        bills: bills(week),
        links: Vec::new(),
        may_hand_out: links::may_hand_out(at),
    })
}

/// The key of last week's offer on this week's day.
fn on_day(offer: &Offer, days: &[Day]) -> trade::offers::OfferKey {
    let day = days.iter().find(|day| day.weekday() == offer.day.weekday());
    (offer.producer, offer.product, offer.labels, day.copied().unwrap_or(offer.day))
}

/// What is offered this week and what was last week, by name.
fn goods(
    at: &AtFarm,
    week: ProducerWeek<'_>,
    before: &[Offer],
    days: &[Day],
) -> Result<Vec<Goods>, Failure> {
    let known = week.current_offers().chain(before);
    let keys: BTreeSet<(ProductId, Labels)> = known.map(|one| (one.product, one.labels)).collect();
    let mut shown = Vec::new();
    for (product, labels) in keys {
        let is_same = |one: &&Offer| (one.product, one.labels) == (product, labels);
        let current: Vec<&Offer> = week.current_offers().filter(is_same).collect();
        let last = current.first().copied().or_else(|| before.iter().find(is_same));
        let price = last.map_or(Price::ZERO, |offer| offer.price);
        let product = week.product(product)?;
        let cells = days.iter().map(|&day| {
            let own = current.iter().find(|offer| offer.day == day).copied();
            cell(at, week, (product.id, labels), product.unit, day, own)
        });
        shown.push(Goods {
            code: goods_code(product.id, labels),
            name: product.name.clone(),
            labels: fr::labels(labels),
            unit: fr::unit(product.unit, true),
            step: step(product.unit),
            price: fr::price(price).replace('€', "").trim().to_string(),
            per: fr::per(product.unit),
            usual: usual(before, product.id, labels),
            cells: cells.collect(),
        });
    }
    shown.sort_by_cached_key(|goods| alphabetical(&goods.name));
    Ok(shown)
}

/// By how much a tap changes a quantity: about a crate.
fn step(unit: SaleUnit) -> i64 {
    match unit {
        SaleUnit::Kilo => 5,
        SaleUnit::Piece | SaleUnit::Bunch => 10,
        SaleUnit::Litre => 1,
    }
}

fn cell(
    at: &AtFarm,
    week: ProducerWeek<'_>,
    goods: (ProductId, Labels),
    unit: SaleUnit,
    day: Day,
    own: Option<&Offer>,
) -> Cell {
    let sold = own.map_or(Qty::ZERO, |offer| week.about_sold(offer));
    // Whole units are told: it is a share, not a promise.
    let whole = Qty::new(sold.get() / 1_000 * 1_000);
    let is_bought = week.purchases().any(|line| line.day == day);
    Cell {
        name: format!("quantity-{}@{day}", goods_code(goods.0, goods.1)),
        day: fr::short_day(day),
        value: own.map_or(String::new(), |offer| fr::number(offer.quantity)),
        is_open: at.is_by_hub || !week.is_closed(day),
        sold: match whole.is_zero() || is_bought {
            true => String::new(),
            false => format!("≈\u{a0}{} commandés", fr::qty(whole, unit)),
        },
    }
}

fn usual(before: &[Offer], product: ProductId, labels: Labels) -> String {
    let own = before.iter().filter(|one| (one.product, one.labels) == (product, labels));
    let said: Vec<String> = own
        .map(|offer| format!("{} {}", fr::weekday(offer.day.weekday()), fr::number(offer.quantity)))
        .collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("Dernière fois : {}", said.join(", ")),
    }
}

fn purchases(at: &AtFarm, week: ProducerWeek<'_>) -> Result<Vec<PurchaseDay>, Failure> {
    let mut days: BTreeMap<Day, Vec<Purchase>> = BTreeMap::new();
    let mut sums: BTreeMap<Day, i64> = BTreeMap::new();
    for line in week.purchases() {
        let product = week.product(line.product)?;
        let confirmed = week.confirmed(line.id);
        let accepted = week.accepted(line.id);
        let worth = amount(accepted.unwrap_or(confirmed), line.price);
        *sums.entry(line.day).or_default() += worth.get();
        days.entry(line.day).or_default().push(Purchase {
            id: line.id.0,
            product: format!("{} {}", product.name, fr::labels(line.labels)).trim().into(),
            quantity: fr::qty(line.quantity, product.unit),
            confirmed: fr::number(confirmed),
            unit: fr::unit(product.unit, true),
            is_confirmed: week.is_confirmed(line.id),
            accepted: accepted.map_or(String::new(), |own| fr::qty(own, product.unit)),
            amount: fr::euros(worth),
        });
    }
    let day = |(day, rows): (Day, Vec<Purchase>)| -> Result<PurchaseDay, Failure> {
        Ok(PurchaseDay {
            name: fr::day(day),
            comes: week.comes(day)?,
            paper: match at.is_by_hub {
                true => at.href(&format!("sourcing/paper/{day}/{}", at.scope.producer())),
                false => at.href(&format!("my-offers/order/{day}")),
            },
            labels: format!("{}/labels/{day}", at.base()),
            total: fr::euros(trade::unit::Cents::new(sums.get(&day).copied().unwrap_or(0))),
            may_confirm: rows.iter().any(|row| !row.is_confirmed && row.accepted.is_empty()),
            rows,
        })
    };
    days.into_iter().map(day).collect()
}

fn bills(week: ProducerWeek<'_>) -> Vec<(String, String, String)> {
    let said = |bill: &trade::billing::Document| match week.payout(bill) {
        Some(payout) => format!("payé le {}", fr::date(payout.paid_on)),
        None => format!("à payer le {}", fr::date(bill.due_on)),
    };
    week.bills().map(|bill| (bill.reference(), fr::euros(bill.with_vat()), said(bill))).collect()
}

/// A product to choose, with its unit and what its price is for.
struct Choice {
    code: String,
    name: String,
    unit: &'static str,
    per: &'static str,
}

#[derive(Template)]
#[template(path = "my_offers_goods.html")]
struct GoodsPage {
    head: Head,
    base: String,
    products: Vec<Choice>,
    labels: Vec<(&'static str, &'static str)>,
    days: Vec<(String, String)>,
}

/// `GET …/my-offers/goods`: something that the farm did not offer lately.
pub async fn goods_form(at: AtFarm) -> Answer {
    let page = at.see(|week| {
        let choice = |one: &trade::catalog::Product| Choice {
            code: one.id.to_string(),
            name: format!("{} ({})", one.name, fr::unit(one.unit, false)),
            unit: fr::unit(one.unit, true),
            per: fr::per(one.unit),
        };
        let mut products: Vec<Choice> = week.products().map(choice).collect();
        products.sort_by_cached_key(|one| alphabetical(&one.name));
        let open = week.delivery_days().into_iter().filter(|&day| !week.is_closed(day));
        let proven = |label: &&Label| week.certificates().any(|one| one.label == **label);
        let labels = Label::ALL.iter().filter(proven);
        Ok(GoodsPage {
            head: head(&at, week),
            base: at.base(),
            products,
            labels: labels.map(|&label| (label.code(), fr::label(label))).collect(),
            days: open.map(|day| (day.to_string(), fr::day(day))).collect(),
        })
    });
    html(&page.await?)
}
