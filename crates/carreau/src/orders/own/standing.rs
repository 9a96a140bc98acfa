//! Standing orders: what a buyer wants every week on the same day until told otherwise.

use askama::Template;
use trade::calendar::{Day, Weekday};
use trade::catalog::Labels;
use trade::id::{ProductId, SiteId};
use trade::register::StandingOrder;
use trade::unit::Qty;

use super::pages::site_name;
use crate::access::buyer::BuyerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::fr;
use crate::ui::frame::Frame;
use crate::web::{Answer, BuyerVisit, Fields, back_to, html};

type Options = Vec<(String, String)>;

struct StandingRow {
    goods: String,
    goods_code: String,
    site: String,
    site_code: String,
    weekday: String,
    weekday_code: i32,
    quantity: String,
    unit: &'static str,
    from: String,
    to: String,
    said: String,
    is_over: bool,
}

#[derive(Template)]
#[template(path = "my_standing.html")]
struct StandingPage {
    frame: Frame,
    action: String,
    rows: Vec<StandingRow>,
    goods: Options,
    sites: Options,
    weekdays: Options,
    today: String,
}

/// `GET …/my-orders/standing`
pub async fn standing(visit: BuyerVisit) -> Answer {
    html(&visit.see(|week| page(&visit, week)).await?)
}

fn page(visit: &BuyerVisit, week: BuyerWeek<'_>) -> Result<StandingPage, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Commandes récurrentes");
    frame.subtitle =
        "Passées pour vous à la parution de chaque mercuriale, dans la limite des offres.".into();
    let rows: Result<Vec<StandingRow>, Failure> =
        week.standing().map(|one| row(week, one)).collect();
    let sites =
        week.sites().map(|site| Ok((site.id.to_string(), site_name(week, site.id)?.to_string())));
    let weekdays = week.weekdays();
    Ok(StandingPage {
        frame,
        action: visit.href("my-orders/standing"),
        rows: rows?,
        goods: goods(week)?,
        sites: sites.collect::<Result<_, Failure>>()?,
        weekdays: weekdays
            .iter()
            .map(|day| (day.rank().to_string(), fr::weekday(*day).into()))
            .collect(),
        today: clock::today().to_string(),
    })
}

fn row(week: BuyerWeek<'_>, one: &StandingOrder) -> Result<StandingRow, Failure> {
    let product = week.list().product(one.product)?;
    let until = match one.to {
        Some(to) => format!(" au {}", fr::numbers_day(to)),
        None => ", jusqu'à nouvel ordre".into(),
    };
    Ok(StandingRow {
        goods: named(&product.name, one.labels),
        goods_code: goods_code(one.product, one.labels),
        site: site_name(week, one.site)?.to_string(),
        site_code: one.site.to_string(),
        weekday: fr::weekday(one.weekday).into(),
        weekday_code: one.weekday.rank(),
        quantity: fr::number(one.quantity),
        unit: fr::unit(product.unit, true),
        from: one.from.to_string(),
        to: one.to.map(|to| to.to_string()).unwrap_or_default(),
        said: format!("du {}{until}", fr::numbers_day(one.from)),
        is_over: one.to.is_some_and(|to| to < clock::today()),
    })
}

fn named(name: &str, labels: Labels) -> String {
    format!("{name} {}", fr::labels(labels)).trim_end().to_string()
}

fn goods_code(product: ProductId, labels: Labels) -> String {
    format!("{product}|{}", labels.code())
}

/// What is on the list, each once.
fn goods(week: BuyerWeek<'_>) -> Result<Options, Failure> {
    let lines = week.publication().map(|list| &list.lines[..]).unwrap_or_default();
    let mut goods = Options::new();
    for line in lines {
        let code = goods_code(line.product, line.labels);
        if goods.last().is_none_or(|(known, _)| *known != code) {
            let product = week.list().product(line.product)?;
            goods.push((code, named(&product.name, line.labels)));
        }
    }
    Ok(goods)
}

/// `POST …/my-orders/standing`: adds one, changes one (`act=save`), or stops one (`act=stop`).
pub async fn change(visit: BuyerVisit, fields: Fields) -> Answer {
    let is_stop = fields.text("act") == "stop";
    let order = read(&visit, &fields, is_stop)?;
    let known = |week: BuyerWeek<'_>| {
        check(week, &order)?;
        let product = week.list().product(order.product)?;
        Ok((named(&product.name, order.labels), fr::qty(order.quantity, product.unit)))
    };
    let (name, quantity) = visit.see(known).await?;
    visit.scope.set_standing(visit.app(), visit.week, &order).await?;
    let day = fr::weekday(order.weekday);
    let said = match is_stop {
        true => format!("{name}, le {day} : arrêtée."),
        false => format!("{name}, {quantity} chaque {day} : enregistrée."),
    };
    back_to(&visit.href("my-orders/standing"), &said)
}

fn read(visit: &BuyerVisit, fields: &Fields, is_stop: bool) -> Result<StandingOrder, Failure> {
    let code = fields.needed("goods", "Produit")?;
    let unknown = || Failure::Input(format!("« Produit » : « {code} » est inconnu."));
    let (product, labels) = code.split_once('|').ok_or_else(unknown)?;
    let rank = fields.number("weekday", "Jour")?;
    let weekday = Weekday::ALL.into_iter().find(|day| i64::from(day.rank()) == rank);
    let mut from = match fields.text("from") {
        "" => clock::today(),
        _ => fields.day("from", "Du")?,
    };
    let to = match (is_stop, fields.text("to")) {
        // The last day on which it holds is yesterday: what was taken before stays.
        (true, _) => Some(clock::today().plus_days(-1)),
        (_, "") => None,
        _ => Some(fields.day("to", "Au")?),
    };
    if let Some(to) = to.filter(|_| is_stop) {
        // Stopped before it began: an end before its beginning is nothing that can be read back.
        from = from.min(to);
    }
    let order = StandingOrder {
        buyer: visit.scope.buyer(),
        site: fields.code("site", "Site", SiteId::parse)?,
        weekday: weekday
            .ok_or_else(|| Failure::Input("Choisissez un jour de livraison.".into()))?,
        product: ProductId::parse(product).map_err(|_| unknown())?,
        labels: Labels::parse(labels).map_err(|_| unknown())?,
        quantity: fields.qty("quantity", "Quantité")?,
        from,
        to,
    };
    match is_stop {
        false => sound(order),
        true => Ok(order),
    }
}

fn sound(order: StandingOrder) -> Result<StandingOrder, Failure> {
    if order.quantity <= Qty::ZERO {
        let said = "« Quantité » : écrivez plus que zéro, ou arrêtez la commande récurrente.";
        return Err(Failure::Input(said.into()));
    }
    if order.to.is_some_and(|to: Day| to < order.from) {
        return Err(Failure::Input("« Au » est avant « Du » : échangez les deux jours.".into()));
    }
    Ok(order)
}

/// Own site, known goods, a day on which the hub delivers, whole packs.
fn check(week: BuyerWeek<'_>, order: &StandingOrder) -> Result<(), Failure> {
    week.site(order.site)?;
    let product = week.list().product(order.product)?;
    if !week.weekdays().contains(&order.weekday) {
        let day = fr::weekday(order.weekday);
        return Err(Failure::Input(format!("Il n'y a pas de livraison le {day}.")));
    }
    let size = product.pack.size.get();
    if !product.pack.weighed && size > 0 && order.quantity.get() % size != 0 {
        let pack = fr::qty(product.pack.size, product.unit);
        let said = format!("« {} » se commande par colis de {pack}.", product.name);
        return Err(Failure::Input(said));
    }
    Ok(())
}
