//! Standing orders: what a buyer wants every week on the same day until told otherwise.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use trade::calendar::{Day, Weekday};
use trade::catalog::Labels;
use trade::id::{ProductId, SiteId};
use trade::register::StandingOrder;
use trade::unit::Qty;

use super::pages::site_name;
use crate::access::buyer::BuyerWeek;
use crate::clock;
use crate::failure::Failure;
use crate::ui::frame::{Frame, Notice};
use crate::ui::{fr, paper as papers};
use crate::web::{Answer, BuyerVisit, Fields, back_to, html};

type Options = Vec<(String, String)>;

/// Goods to choose from, with what stands beside a quantity of them: `kg, par 10`.
struct GoodsOption {
    code: String,
    name: String,
    unit: String,
}

/// What was sent and refused, as it was typed; empty on a page that nobody has sent.
#[derive(Default)]
struct Typed {
    goods: String,
    site: String,
    weekday: String,
    quantity: String,
    from: String,
    to: String,
    /// Sent by the form of an order that stands, not by the one that adds.
    is_change: bool,
    /// The field that is wrong, and why.
    field: &'static str,
    error: String,
}

impl Typed {
    fn of(fields: &Fields, field: &'static str, error: String) -> Typed {
        let text = |name: &str| fields.text(name).to_string();
        Typed {
            goods: text("goods"),
            site: text("site"),
            weekday: text("weekday"),
            quantity: text("quantity"),
            from: text("from"),
            to: text("to"),
            is_change: fields.was_sent("act"),
            field,
            error,
        }
    }

    /// What is wrong with a field; empty when nothing is.
    fn error_of(&self, field: &str) -> &str {
        if self.field == field { &self.error } else { "" }
    }
}

/// A refusal: of a field, to be put right on the page, or of another kind.
enum Refused {
    At(&'static str, String),
    Else(Failure),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Refused {
        Refused::Else(failure)
    }
}

/// What cannot be read is wrong at its field.
fn at<T>(field: &'static str, read: Result<T, Failure>) -> Result<T, Refused> {
    read.map_err(|failure| match failure {
        Failure::Input(said) => Refused::At(field, said),
        other => Refused::Else(other),
    })
}

struct StandingRow {
    goods: String,
    goods_code: String,
    site: String,
    site_code: String,
    weekday: String,
    weekday_code: i32,
    quantity: String,
    unit: &'static str,
    /// `kg, par 10`.
    by: String,
    from: String,
    to: String,
    said: String,
    is_over: bool,
    /// What is wrong with the quantity, and with the day until which it holds.
    error: String,
    to_error: String,
}

#[derive(Template)]
#[template(path = "my_standing.html")]
struct StandingPage {
    frame: Frame,
    action: String,
    rows: Vec<StandingRow>,
    goods: Vec<GoodsOption>,
    sites: Options,
    weekdays: Options,
    /// What the form that adds shows: as it was typed, or today's.
    adding: Typed,
}

/// `GET …/my-orders/standing`
pub async fn standing(visit: BuyerVisit) -> Answer {
    html(&visit.see(|week| page(&visit, week, Typed::default())).await?)
}

fn page(
    visit: &BuyerVisit,
    week: BuyerWeek<'_>,
    mut typed: Typed,
) -> Result<StandingPage, Failure> {
    let mut frame = visit.frame(week, "my-orders", "Commandes récurrentes");
    frame.subtitle =
        "Passées pour vous à la parution de chaque mercuriale, dans la limite des offres.".into();
    if !typed.error.is_empty() {
        let notice = Notice::wrong("Rien n'est enregistré : corrigez, puis envoyez de nouveau.");
        frame = frame.tell(notice.items(vec![typed.error.clone()]));
    }
    let rows: Result<Vec<StandingRow>, Failure> =
        week.standing().map(|one| row(week, one, &typed)).collect();
    if typed.is_change {
        typed = Typed::default();
    }
    if typed.from.is_empty() {
        typed.from = clock::today().to_string();
    }
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
        adding: typed,
    })
}

fn row(week: BuyerWeek<'_>, one: &StandingOrder, typed: &Typed) -> Result<StandingRow, Failure> {
    let product = week.list().product(one.product)?;
    let until = match one.to {
        Some(to) => format!(" au {}", fr::numbers_day(to)),
        None => ", jusqu'à nouvel ordre".into(),
    };
    let mut row = StandingRow {
        goods: named(&product.name, one.labels),
        goods_code: goods_code(one.product, one.labels),
        site: site_name(week, one.site)?.to_string(),
        site_code: one.site.to_string(),
        weekday: fr::weekday(one.weekday).into(),
        weekday_code: one.weekday.rank(),
        quantity: fr::number(one.quantity),
        unit: fr::unit(product.unit, true),
        by: papers::unit_by(product.pack, product.unit),
        from: one.from.to_string(),
        to: one.to.map(|to| to.to_string()).unwrap_or_default(),
        said: format!("du {}{until}", fr::numbers_day(one.from)),
        is_over: one.to.is_some_and(|to| to < clock::today()),
        error: String::new(),
        to_error: String::new(),
    };
    let is_its = (typed.goods.as_str(), typed.site.as_str()) == (&*row.goods_code, &*row.site_code)
        && typed.weekday == row.weekday_code.to_string();
    if typed.is_change && is_its {
        row.quantity.clone_from(&typed.quantity);
        row.to.clone_from(&typed.to);
        row.to_error = typed.error_of("to").to_string();
        let is_of_to = typed.field == "to";
        row.error = if is_of_to { String::new() } else { typed.error.clone() };
    }
    Ok(row)
}

fn named(name: &str, labels: Labels) -> String {
    format!("{name} {}", fr::labels(labels)).trim_end().to_string()
}

fn goods_code(product: ProductId, labels: Labels) -> String {
    format!("{product}|{}", labels.code())
}

/// What is on the list, each once.
fn goods(week: BuyerWeek<'_>) -> Result<Vec<GoodsOption>, Failure> {
    let lines = week.publication().map(|list| &list.lines[..]).unwrap_or_default();
    let mut goods: Vec<GoodsOption> = Vec::new();
    for line in lines {
        let code = goods_code(line.product, line.labels);
        if goods.last().is_none_or(|known| known.code != code) {
            let product = week.list().product(line.product)?;
            let name = named(&product.name, line.labels);
            // What is checked is the pack of the product: lists change, the order stands.
            goods.push(GoodsOption {
                code,
                name,
                unit: papers::unit_by(product.pack, product.unit),
            });
        }
    }
    Ok(goods)
}

/// `POST …/my-orders/standing`: adds one, changes one (`act=save`), or stops one (`act=stop`).
pub async fn change(visit: BuyerVisit, fields: Fields) -> Answer {
    match changed(&visit, &fields).await {
        Ok(said) => back_to(&visit.href("my-orders/standing"), &said),
        Err(Refused::Else(failure)) => Err(failure.into()),
        // The same page again, with what was typed.
        Err(Refused::At(field, said)) => {
            let typed = Typed::of(&fields, field, said);
            let shown = visit.see(|week| page(&visit, week, typed)).await?;
            Ok((StatusCode::BAD_REQUEST, html(&shown)?).into_response())
        }
    }
}

async fn changed(visit: &BuyerVisit, fields: &Fields) -> Result<String, Refused> {
    let is_stop = fields.text("act") == "stop";
    let order = read(visit, fields, is_stop)?;
    let known = |week: BuyerWeek<'_>| {
        let wrong = check(week, &order)?;
        let product = week.list().product(order.product)?;
        Ok((wrong, named(&product.name, order.labels), product.unit))
    };
    let (wrong, name, unit) = visit.see(known).await?;
    if let Some((field, said)) = wrong {
        return Err(Refused::At(field, said));
    }
    let quantity = fr::qty(order.quantity, unit);
    visit.scope.set_standing(visit.app(), visit.week, &order).await?;
    let day = fr::weekday(order.weekday);
    Ok(match is_stop {
        true => format!("{name}, le {day} : arrêtée."),
        false => format!("{name}, {quantity} chaque {day} : enregistrée."),
    })
}

fn read(visit: &BuyerVisit, fields: &Fields, is_stop: bool) -> Result<StandingOrder, Refused> {
    let code = at("goods", fields.needed("goods", "Produit"))?;
    let unknown = || Failure::Input(format!("« Produit » : « {code} » est inconnu."));
    let no_day = || Failure::Input("Choisissez un jour de livraison.".into());
    let (product, labels) = at("goods", code.split_once('|').ok_or_else(unknown))?;
    let rank = at("weekday", fields.number("weekday", "Jour"))?;
    let weekday = Weekday::ALL.into_iter().find(|day| i64::from(day.rank()) == rank);
    let mut from = match fields.text("from") {
        "" => clock::today(),
        _ => at("from", fields.day("from", "Du"))?,
    };
    let to = match (is_stop, fields.text("to")) {
        // The last day on which it holds is yesterday: what was taken before stays.
        (true, _) => Some(clock::today().plus_days(-1)),
        (_, "") => None,
        _ => Some(at("to", fields.day("to", "Au"))?),
    };
    if let Some(to) = to.filter(|_| is_stop) {
        // Stopped before it began: an end before its beginning is nothing that can be read back.
        from = from.min(to);
    }
    let order = StandingOrder {
        buyer: visit.scope.buyer(),
        site: at("site", fields.code("site", "Site", SiteId::parse))?,
        weekday: at("weekday", weekday.ok_or_else(no_day))?,
        product: at("goods", ProductId::parse(product).map_err(|_| unknown()))?,
        labels: at("goods", Labels::parse(labels).map_err(|_| unknown()))?,
        quantity: at("quantity", fields.qty("quantity", "Quantité"))?,
        from,
        to,
    };
    match is_stop {
        false => sound(order),
        true => Ok(order),
    }
}

fn sound(order: StandingOrder) -> Result<StandingOrder, Refused> {
    if order.quantity <= Qty::ZERO {
        let said = "« Quantité » : écrivez plus que zéro, ou arrêtez la commande récurrente.";
        return Err(Refused::At("quantity", said.into()));
    }
    if order.to.is_some_and(|to: Day| to < order.from) {
        let said = "« Au » est avant « Du » : échangez les deux jours.";
        return Err(Refused::At("to", said.into()));
    }
    Ok(order)
}

/// A field that is wrong, and why.
type Wrong = (&'static str, String);

/// Own site, known goods, a day on which the hub delivers, whole packs: what of it is not so.
fn check(week: BuyerWeek<'_>, order: &StandingOrder) -> Result<Option<Wrong>, Failure> {
    week.site(order.site)?;
    let product = week.list().product(order.product)?;
    if !week.weekdays().contains(&order.weekday) {
        let day = fr::weekday(order.weekday);
        return Ok(Some(("weekday", format!("Il n'y a pas de livraison le {day}."))));
    }
    let size = product.pack.size.get();
    if !product.pack.weighed && size > 0 && order.quantity.get() % size != 0 {
        let pack = fr::qty(product.pack.size, product.unit);
        let said = format!("« {} » se commande par colis de {pack}.", product.name);
        return Ok(Some(("quantity", said)));
    }
    Ok(None)
}
