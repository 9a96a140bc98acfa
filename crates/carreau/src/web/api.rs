//! The door for programs: orders with an idempotency key, and where a week stands.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use trade::calendar::{Day, IsoWeek};
use trade::id::{BuyerId, LineId, SiteId};
use trade::orders::{Channel, OrderRequest};
use trade::unit::Qty;

use super::Caught;
use super::answer::status_of;
use crate::access::api_token::Leave;
use crate::denied;
use crate::failure::Failure;
use crate::orders::intake;
use crate::report;

/// An order as a program sends it. Quantities are thousandths of the sale unit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderBody {
    buyer: String,
    site: String,
    day: String,
    #[serde(default)]
    commitment_number: String,
    lines: Vec<LineBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    /// Number of the line in the week's price list.
    line: i64,
    quantity: i64,
}

/// `POST /api/v1/orders` with the header `Idempotency-Key`. 201 with the order's number, and
/// the same answer however often the key comes; 409 after the cut-off or when it is sold out, 422
/// when refused otherwise, each with
/// the reasons.
pub async fn take_order(caught: Caught, headers: HeaderMap, body: Bytes) -> Response {
    let taken = match serde_json::from_slice(&body) {
        Ok(body) => take(&caught, &headers, body).await,
        Err(fault) => Err(Failure::Input(format!(
            "Le corps doit être le JSON d'une commande : il ne se lit plus à la ligne {}, \
             colonne {}.",
            fault.line(),
            fault.column()
        ))),
    };
    match taken {
        // Who did not hear the first answer must read the same one.
        Ok(order) | Err(Failure::Replayed(order)) => {
            (StatusCode::CREATED, Json(json!({ "order": order }))).into_response()
        }
        Err(failure) => refused(&failure),
    }
}

fn refused(failure: &Failure) -> Response {
    let reasons = match failure {
        Failure::Denied(denials) => denials.iter().map(denied::sentence).collect(),
        Failure::Told(said) | Failure::Late(said) | Failure::Gone(said) => said.clone(),
        failure => vec![failure.to_string()],
    };
    (status_of(failure), Json(json!({ "reasons": reasons }))).into_response()
}

async fn take(caught: &Caught, headers: &HeaderMap, body: OrderBody) -> Result<i64, Failure> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let key = key.filter(|key| (8..=80).contains(&key.len())).ok_or_else(|| {
        Failure::Input("L'en-tête Idempotency-Key manque (8 à 80 caractères).".into())
    })?;
    let request = request(body)?;
    let (app, person, week) = (caught.app(), &caught.person, request.day.week());
    if !person.has_leave(Leave::Trade) {
        return Err(no_leave(Leave::Trade));
    }
    let key = format!("api-{key}");
    let taken = match (person.hub_scope(), person.buyer_scope()) {
        (Some(scope), _) if person.role.may("orders", true) => {
            intake::take(app, scope.at(week), &request, &key, &caught.stamp()).await
        }
        (_, Some(scope)) => scope.order(app, week, &request, &key, &caught.stamp()).await,
        _ => Err(Failure::Forbidden("Vous ne passez pas de commande.".into())),
    };
    taken.map(|order| order.id.0)
}

fn no_leave(to: Leave) -> Failure {
    Failure::Forbidden(format!("Ce jeton ne donne pas le droit « {} ».", to.word()))
}

fn request(body: OrderBody) -> Result<OrderRequest, Failure> {
    let bad = |field: &str, value: &str| Failure::Input(format!("« {field} » : « {value} » ?"));
    let lines = body.lines.iter().map(|line| (LineId(line.line), Qty::new(line.quantity)));
    Ok(OrderRequest {
        buyer: BuyerId::parse(&body.buyer).map_err(|_| bad("buyer", &body.buyer))?,
        site: SiteId::parse(&body.site).map_err(|_| bad("site", &body.site))?,
        day: Day::parse(&body.day).ok_or_else(|| bad("day", &body.day))?,
        channel: Channel::Web,
        commitment_number: body.commitment_number,
        lines: lines.collect(),
    })
}

/// `GET /api/v1/weeks/2026-W48`: the two balances, what is open, what does not hold.
pub async fn week(caught: Caught, Path(name): Path<String>) -> Response {
    match week_object(&caught, &name).await {
        Ok(object) => Json(object).into_response(),
        Err(failure) => refused(&failure),
    }
}

async fn week_object(caught: &Caught, name: &str) -> Result<Value, Failure> {
    let week = IsoWeek::parse(name)
        .ok_or_else(|| Failure::NotFound(format!("« {name} » n'est pas une semaine.")))?;
    let scope = caught.person.hub_scope().filter(|_| caught.may("glance", false));
    let scope =
        scope.ok_or_else(|| Failure::Forbidden("Cette page est celle de la plateforme.".into()))?;
    if !caught.person.has_leave(Leave::Read) {
        return Err(no_leave(Leave::Read));
    }
    let object = caught.app().read(scope.at(week), |week, _| report::week_json(week)).await??;
    Ok(Value::Object(object))
}
