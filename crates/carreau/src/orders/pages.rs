//! What the hub's order pages show: all orders of the week, and the form to key one in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use trade::Week;
use trade::calendar::Day;
use trade::catalog::alphabetical;
use trade::id::BuyerId;
use trade::orders::{Channel, Order, PriceOrigin, price_for};
use trade::register::StandingOrder;
use trade::unit::{Cents, amount};

use super::acts;
use crate::clock;
use crate::failure::Failure;
use crate::mercuriale::paper::origin;
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, Visit, html};

/// A delivery day with what can be done about it.
struct DayRow {
    code: String,
    day: String,
    cutoff: String,
    is_closed: bool,
    is_due: bool,
    orders: usize,
    sum: String,
}

/// A line of an order that can be amended.
struct LineRow {
    rank: i64,
    name: String,
    labels: String,
    quantity: String,
    unit: &'static str,
    price: String,
    net: String,
    covered: String,
    delivered: String,
}

struct OrderRow {
    id: i64,
    buyer: String,
    site: String,
    day: String,
    door: &'static str,
    net: String,
    lines: Vec<LineRow>,
    may_amend: bool,
}

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "orders.html")]
struct OrdersPage {
    frame: Frame,
    days: Vec<DayRow>,
    orders: Vec<OrderRow>,
    action: String,
    form_href: String,
    /// The buyer whose orders alone are shown; empty: all.
    only: String,
    buyers: Options,
    may_write: bool,
    /// False when there is no day left to order for.
    may_order: bool,
    /// Standing orders and those of a data pack that nobody has taken yet.
    waiting: usize,
    /// Standing orders in force, one sentence each.
    standing: Vec<String>,
}

/// `GET …/orders?buyer=…`: of all buyers, or of one.
pub async fn orders(visit: Visit, Query(asked): Query<Asking>) -> Answer {
    let waiting = acts::waiting(visit.app(), visit.place).await?;
    let only = BuyerId::parse(&asked.buyer).ok();
    let mut page = visit.see(|week| orders_page(&visit, week, only)).await?;
    page.waiting = if page.may_order { waiting } else { 0 };
    html(&page)
}

fn orders_page(visit: &Visit, week: &Week, only: Option<BuyerId>) -> Result<OrdersPage, Failure> {
    let mut frame = visit.frame(week, "orders", "Commandes");
    if week.publication().is_none() {
        frame = frame.tell(Notice::known("La mercuriale n'est pas encore publiée."));
    }
    frame = frame.tell_all(crate::needs::closures(week));
    let wanted = |order: &&Order| only.is_none_or(|buyer| order.buyer == buyer);
    let orders: Result<Vec<OrderRow>, Failure> =
        week.orders().iter().filter(wanted).map(|order| order_row(week, order)).collect();
    let only = only.map(|buyer| week.register().buyer(buyer)).transpose()?;
    let buyers = week.register().buyers.values();
    let mut buyers: Options =
        buyers.map(|buyer| (buyer.id.to_string(), buyer.identity.name.clone())).collect();
    buyers.sort_by_cached_key(|buyer| alphabetical(&buyer.1));
    let days = days(week)?;
    Ok(OrdersPage {
        frame,
        may_order: days.iter().any(|day| !day.is_closed && !day.is_due),
        waiting: 0,
        standing: standing(week)?,
        days,
        orders: orders?,
        action: visit.href("orders"),
        form_href: visit.href("orders/new"),
        only: only.map_or(String::new(), |buyer| buyer.identity.name.clone()),
        buyers,
        may_write: visit.person.role.may("orders", true),
    })
}

/// Who wants what every week, from this week on.
fn standing(week: &Week) -> Result<Vec<String>, Failure> {
    let register = week.register();
    let (monday, sunday) = (week.week().monday(), week.week().monday().plus_days(6));
    let holds = |one: &&StandingOrder| one.from <= sunday && one.to.is_none_or(|to| monday <= to);
    let said = |one: &StandingOrder| {
        let product = register.product(one.product)?;
        let until = one.to.map(|to| format!(", jusqu'au {}", fr::numbers_day(to)));
        Ok(format!(
            "{}, {} : {} {} {}{}",
            register.site(one.site)?.name,
            fr::weekday(one.weekday),
            fr::qty(one.quantity, product.unit),
            product.name,
            fr::labels(one.labels),
            until.unwrap_or_default()
        ))
    };
    register.standing_orders.iter().filter(holds).map(said).collect()
}

fn days(week: &Week) -> Result<Vec<DayRow>, Failure> {
    let Some(publication) = week.publication() else { return Ok(Vec::new()) };
    let now = clock::now();
    let row = |sale: &trade::mercuriale::SaleDay| {
        let orders = week.orders().iter().filter(|order| order.day == sale.day);
        let orders: Vec<&Order> = orders.collect();
        let sum: i64 = orders.iter().map(|order| net(week, order).get()).sum();
        let (day, minute) = clock::civil(sale.cutoff_at);
        DayRow {
            code: sale.day.to_string(),
            day: fr::day(sale.day),
            cutoff: format!("{} à {}", fr::day(day), fr::time(minute)),
            is_closed: week.closing(sale.day).is_some(),
            is_due: now >= sale.cutoff_at,
            orders: orders.len(),
            sum: fr::euros(Cents::new(sum)),
        }
    };
    Ok(publication.days.iter().map(row).collect())
}

/// The order's amount as last amended, without VAT.
fn net(week: &Week, order: &Order) -> Cents {
    let lines = order.lines.iter();
    let sum = lines.map(|line| amount(week.ordered(order.line_id(line.rank)), line.price).get());
    Cents::new(sum.sum())
}

fn order_row(week: &Week, order: &Order) -> Result<OrderRow, Failure> {
    let register = week.register();
    let lines = order.lines.iter().map(|line| {
        let id = order.line_id(line.rank);
        let quantity = week.ordered(id);
        LineRow {
            rank: line.rank,
            name: line.name.clone(),
            labels: fr::labels(line.labels),
            quantity: fr::number(quantity),
            unit: fr::unit(line.unit, true),
            price: match line.price_origin {
                PriceOrigin::Mercuriale => fr::price(line.price),
                PriceOrigin::BuyerRule => format!("{} (tarif)", fr::price(line.price)),
                PriceOrigin::Contract(_) => format!("{} (marché)", fr::price(line.price)),
            },
            net: fr::euros(amount(quantity, line.price)),
            covered: fr::number(week.covered(id)),
            delivered: fr::number(week.delivered_of(id)),
        }
    });
    Ok(OrderRow {
        id: order.id.0,
        buyer: register.buyer(order.buyer)?.identity.name.clone(),
        site: register.site(order.site)?.name.clone(),
        day: fr::day(order.day),
        door: match order.channel {
            Channel::Web => "site",
            Channel::Phone => "téléphone",
            Channel::File => "fichier",
            Channel::Standing => "récurrente",
            Channel::Surplus => "surplus",
        },
        net: fr::euros(net(week, order)),
        lines: lines.collect(),
        may_amend: week.check_open(order.day, clock::now()).is_ok(),
    })
}

#[derive(Deserialize)]
pub struct Asking {
    #[serde(default)]
    buyer: String,
    #[serde(default)]
    day: String,
}

/// A line of the price list in an order form.
struct FormRow {
    line: i64,
    product: String,
    labels: String,
    origin: String,
    pack: String,
    price: String,
    why: &'static str,
    left: String,
    last: String,
}

struct FormFamily {
    name: String,
    rows: Vec<FormRow>,
}

#[derive(Template)]
#[template(path = "order_form.html")]
struct FormPage {
    frame: Frame,
    action: String,
    buyer: String,
    key: String,
    day: String,
    day_links: Vec<(String, String, bool)>,
    sites: Options,
    commitment_number: String,
    families: Vec<FormFamily>,
    minimum: String,
}

/// `GET …/orders/new?buyer=…&day=…`
pub async fn form(visit: Visit, Query(asked): Query<Asking>) -> Answer {
    let buyer = BuyerId::parse(&asked.buyer)
        .map_err(|_| Failure::Input("Choisissez un acheteur dans la liste.".into()))?;
    let before = visit.place.at(visit.place.week.previous());
    let last = visit.app().read(before, |week, _| last_quantities(week, buyer)).await?;
    let page = visit.see(|week| form_page(&visit, week, buyer, &asked.day, &last));
    html(&page.await?)
}

type Goods = (trade::id::ProductId, trade::catalog::Labels);

/// What the buyer ordered a week before, to be ordered again at a glance.
fn last_quantities(week: &Week, buyer: BuyerId) -> BTreeMap<(Goods, i32), i64> {
    let mut sums = BTreeMap::new();
    for order in week.orders().iter().filter(|order| order.buyer == buyer) {
        for line in &order.lines {
            let key = ((line.product, line.labels), order.day.weekday().rank());
            *sums.entry(key).or_insert(0) += week.ordered(order.line_id(line.rank)).get();
        }
    }
    sums
}

fn form_page(
    visit: &Visit,
    week: &Week,
    buyer: BuyerId,
    asked: &str,
    last: &BTreeMap<(Goods, i32), i64>,
) -> Result<FormPage, Failure> {
    let mut frame = visit.frame(week, "orders", "Nouvelle commande");
    let sale = week.sale()?;
    let known = week.register().buyer(buyer)?;
    let open = sale.publication.days.iter().map(|sale| sale.day);
    let open: Vec<Day> = open.filter(|&day| week.check_open(day, clock::now()).is_ok()).collect();
    let day = Day::parse(asked).filter(|day| open.contains(day)).or(open.first().copied());
    let day = day.ok_or_else(|| {
        Failure::Input("Plus aucun jour de cette semaine ne prend de commande.".into())
    })?;
    frame.subtitle = format!("{} · livraison {}", known.identity.name, fr::day(day));
    let mut families: Vec<FormFamily> = Vec::new();
    for line in &sale.publication.lines {
        let left = week.left(line.id, day);
        if left.get() <= 0 {
            continue;
        }
        let product = week.register().product(line.product)?;
        let (price, why) = price_for(sale, buyer, line, day)?;
        let before = last.get(&((line.product, line.labels), day.weekday().rank()));
        let row = FormRow {
            line: line.id.0,
            product: product.name.clone(),
            labels: fr::labels(line.labels),
            origin: origin(week.register(), line.policy),
            pack: papers::pack(line.pack, product.unit),
            price: fr::price_per(price, product.unit),
            why: match why {
                PriceOrigin::Mercuriale => "",
                PriceOrigin::BuyerRule => "votre tarif",
                PriceOrigin::Contract(_) => "prix du marché",
            },
            left: fr::qty(left, product.unit),
            last: before.map(|sum| fr::number(trade::unit::Qty::new(*sum))).unwrap_or_default(),
        };
        let name = fr::family(product.family);
        match families.last_mut() {
            Some(family) if family.name == name => family.rows.push(row),
            _ => families.push(FormFamily { name, rows: vec![row] }),
        }
    }
    let link = |&other: &Day| {
        let query = format!("orders/new?buyer={buyer}&day={other}");
        (fr::day(other), visit.href(&query), other == day)
    };
    let sites = week.register().sites.values().filter(|site| site.buyer == buyer);
    Ok(FormPage {
        frame,
        action: visit.href("orders"),
        buyer: buyer.to_string(),
        key: format!("{:016x}", fastrand::u64(..)),
        day: day.to_string(),
        day_links: open.iter().map(link).collect(),
        sites: sites.map(|site| (site.id.to_string(), site.name.clone())).collect(),
        commitment_number: known.commitment_number.clone(),
        families,
        minimum: fr::euros(week.register().hub.minimum_order),
    })
}
