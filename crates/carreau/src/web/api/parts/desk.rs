//! For the hub's own desks: what is left, which days are closed, whether a week balances.

use serde_json::{Value, json};
use trade::Week;
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::ProductId;
use trade::mercuriale::{Availability, Publication};

use super::orders::text;
use super::weeks::labels;
use crate::access::api_token::Leave;
use crate::failure::Failure;
use crate::report;
use crate::web::api::BASE;
use crate::web::api::call::{Call, Link, Mark, Operation, Verb};
use crate::web::api::reply::{Refusal, Reply};
use crate::web::api::shape::{As, LabelWord, Listed, Schemas, Shaped, bodies, objects};

objects! {
    AvailabilityShape, "Ce qui peut se vendre d'une ligne un jour." {
        line: i64 = "La ligne de la mercuriale.", 12;
        product: As<ProductId> = "Le produit.", "carotte";
        labels: Vec<LabelWord> = "Ses signes de qualité.", ["organic"];
        day: As<Day> = "Le jour.", "2026-11-24";
        offered: i64 = "Apporté par les fermes, en millièmes d'unité.", 120_000;
        left: i64 = "Pas encore commandé.", 30_000;
    }
    ClosingShape, "Où en est la prise de commandes d'un jour." {
        day: As<Day> = "Le jour.", "2026-11-24";
        cutoff_at: As<Instant> = "Son heure limite.", "2026-11-22T11:00:00Z";
        closed_at: Option<As<Instant>> = "Quand elle a été close ; null tant qu'elle est ouverte.",
            "2026-11-22T11:02:10Z";
        closed_by: Option<String> = "Par qui.", "Anaïs Roux";
        orders: i64 = "Commandes de ce jour.", 42;
    }
    DayClosed, "Un jour est clos." {
        day: As<Day> = "Le jour.", "2026-11-24";
        is_new: bool = "Faux quand il l'était déjà : rien n'a changé.", true;
    }
}

bodies! {
    ClosingBody, "Le jour que l'on clôt." {
        day: As<Day> = "Un jour de livraison de la semaine.", "2026-11-24";
    }
}

/// The balances of a week, as the command line writes them: see [`report::week_json`].
pub struct Balances;

impl Shaped for Balances {
    fn shape(all: &mut Schemas) -> Value {
        let sums = |told: &str| {
            json!({
                "type": "object",
                "description": told,
                "additionalProperties": { "type": "integer" },
            })
        };
        let text = json!({ "type": "string" });
        let texts = |told: &str| json!({ "type": "array", "description": told, "items": text });
        let flag = |told: &str| json!({ "type": "boolean", "description": told });
        let open = |told: &str| json!({ "type": "object", "description": told });
        all.entry("Balances").or_insert_with(|| {
            json!({
                "type": "object",
                "description": "Les deux bilans d'une semaine : quantités et montants.",
                "required": ["week", "balanced", "finished", "goods", "money", "breaches", "open",
                    "served", "impact"],
                "x-order": ["week", "balanced", "finished", "goods", "money", "breaches", "open",
                    "served", "impact"],
                "properties": {
                    "week": { "type": "string", "description": "La semaine.",
                        "examples": ["2026-W48"] },
                    "balanced": flag("Les deux bilans tombent juste."),
                    "finished": flag("Il ne reste rien à faire."),
                    "goods": sums("Où est allée chaque unité, en millièmes."),
                    "money": sums("Où est allé chaque centime."),
                    "breaches": texts("Ce qui ne tient pas, en français."),
                    "open": texts("Ce que la semaine attend encore, en français."),
                    "served": open("Ce qui a été commandé et livré, en grammes."),
                    "impact": open("Revenus, aide alimentaire, pertes, mètres parcourus."),
                },
            })
        });
        json!({ "$ref": "#/components/schemas/Balances" })
    }
}

pub fn operations() -> Vec<Operation> {
    vec![
        Operation::new::<Listed<AvailabilityShape>>(
            Verb::Get,
            "/weeks/{week}/availability",
            "listAvailability",
            "Le disponible",
            |call| Box::pin(availability(call)),
        )
        .desk("mercuriale")
        .paged("12")
        .told("Par ligne et par jour ; vide avant la publication.", "Une page du disponible."),
        Operation::new::<Listed<ClosingShape>>(
            Verb::Get,
            "/weeks/{week}/closings",
            "listClosings",
            "Les clôtures",
            |call| Box::pin(closings(call)),
        )
        .desk("orders")
        .paged("20261124")
        .told("Où en est chaque jour de livraison.", "Les jours de livraison."),
        Operation::new::<DayClosed>(
            Verb::Post,
            "/weeks/{week}/closings",
            "closeDay",
            "Clore un jour",
            |call| Box::pin(close(call)),
        )
        .desk("orders")
        .leave(Leave::Run)
        .body::<ClosingBody>()
        .may_be_late()
        .links(&[Link {
            name: "closings",
            to: "listClosings",
            parts: &[("week", "$request.path.week")],
        }])
        .told(
            "Les commandes du jour ne changent plus, et chaque acheteur reçoit le récapitulatif \
             des siennes. Clore deux fois ne change rien de plus.",
            "Le jour est clos.",
        ),
        Operation::new::<Balances>(
            Verb::Get,
            "/weeks/{week}/balances",
            "getBalances",
            "Les bilans d'une semaine",
            |call| Box::pin(balances(call)),
        )
        .desk("glance")
        .told("Les mêmes que ceux de « carreau week check ».", "Les bilans."),
    ]
}

async fn availability(call: Call) -> Result<Reply, Refusal> {
    let look = |week: &Week, _| {
        let list = week.publication();
        let rows = list.map(|list| list.availability.clone()).unwrap_or_default();
        // A line and its days stand together: a page ends behind one.
        let number = |one: &Availability| one.line.0 * DAYS + i64::from(one.day.weekday().rank());
        let mut rows = rows;
        rows.sort_unstable_by_key(number);
        call.page(
            rows,
            |one| Mark::Number(number(one)),
            |one| {
                let line = list.ok_or(trade::Denial::NotPublished)?.line(one.line)?;
                Ok(AvailabilityShape {
                    line: one.line.0,
                    product: As(line.product),
                    labels: labels(line.labels),
                    day: As(one.day),
                    offered: week.offered(one.line, one.day).get(),
                    left: week.left(one.line, one.day).get(),
                })
            },
        )
    };
    Reply::json(&call.app().read(call.hub()?.at(call.week()?), look).await??)
}

/// A week's days, and room.
const DAYS: i64 = 10;

async fn closings(call: Call) -> Result<Reply, Refusal> {
    let look = |week: &Week, _| {
        let days = week.publication().map(|list: &std::sync::Arc<Publication>| list.days.clone());
        call.page(
            days.unwrap_or_default(),
            |sale| Mark::Number(sale.day.number()),
            |sale| {
                let closing = week.closing(sale.day);
                let orders = week.orders().iter().filter(|order| order.day == sale.day).count();
                Ok(ClosingShape {
                    day: As(sale.day),
                    cutoff_at: As(sale.cutoff_at),
                    closed_at: closing.map(|closing| As(closing.stamp.at)),
                    closed_by: closing.map(|closing| closing.stamp.by.clone()),
                    orders: i64::try_from(orders).unwrap_or(i64::MAX),
                })
            },
        )
    };
    Reply::json(&call.app().read(call.hub()?.at(call.week()?), look).await??)
}

async fn close(call: Call) -> Result<Reply, Refusal> {
    let body: ClosingBody = call.body()?;
    let (place, week, day) = (call.hub()?.at(call.week()?), call.week()?, body.day.0);
    is_of(week, day)?;
    let told = |is_new| text(&DayClosed { day: As(day), is_new });
    let (once, stamp) = (call.once(), call.stamp());
    let acts = crate::orders::acts::close_once;
    let answer = acts(call.app(), place, day, &stamp, &once, told).await?;
    Ok(Reply::made(answer, format!("{BASE}/weeks/{week}/closings")))
}

fn is_of(week: IsoWeek, day: Day) -> Result<(), Failure> {
    match day.week() == week {
        true => Ok(()),
        false => Err(trade::Denial::DayNotOnSale { day }.into()),
    }
}

async fn balances(call: Call) -> Result<Reply, Refusal> {
    let place = call.hub()?.at(call.week()?);
    let object = call.app().read(place, |week, _| report::week_json(week)).await??;
    Reply::json(&Value::Object(object))
}
