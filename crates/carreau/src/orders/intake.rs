//! Taking an order: judged from memory, made durable by one transaction, never sold twice.

use std::collections::BTreeMap;

use db::{BoxFuture, FromRow, Row, Val};
use trade::Denial;
use trade::id::ContractId;
use trade::offers::Stamp;
use trade::orders::{Order, OrderRequest, called_off, place as judge};
use trade::unit::{Cents, Qty};

use super::rows::{OrderLineRow, OrderRow};
use crate::access::scope::HubScope;
use crate::app::{App, OnSale};
use crate::denied;
use crate::failure::Failure;
use crate::store::act::Place;
use crate::store::table::{insert_week, insert_week_or, run};

const COUNT_ORDER: &str = "UPDATE sale_days SET order_count = order_count + 1 \
    WHERE hub_id = $1 AND week = $2 AND day = $3 AND register_version = $4 \
    AND closed_at IS NULL";
const TAKE: &str = "UPDATE availability SET taken = taken + $1 \
    WHERE hub_id = $2 AND week = $3 AND line = $4 AND day = $5 AND offered - taken >= $1";
/// Calls an amount off a contract, if its ceiling allows.
pub const SPEND: &str = "UPDATE ceilings SET spent_cents = spent_cents + $1 \
    WHERE hub_id = $2 AND contract = $3 AND (ceiling_cents - spent_cents >= $1 OR $1 < 0)";
const BY_KEY: &str = "SELECT id, request_hash FROM orders \
    WHERE hub_id = $1 AND idempotency_key = $2";
const LEFT: &str = "SELECT offered - taken FROM availability \
    WHERE hub_id = $1 AND week = $2 AND line = $3 AND day = $4";
const CLOSED: &str = "SELECT COALESCE(closed_at, -1), register_version FROM sale_days \
    WHERE hub_id = $1 AND week = $2 AND day = $3";
const CEILING_LEFT: &str = "SELECT ceiling_cents - spent_cents FROM ceilings \
    WHERE hub_id = $1 AND contract = $2";
const CEILINGS_LEFT: &str = "SELECT contract, ceiling_cents - spent_cents FROM ceilings \
    WHERE hub_id = $1";

/// Behind the INSERT of an order: of two with the same key the second adds no row.
pub const ONCE: &str = "ON CONFLICT (hub_id, idempotency_key) DO NOTHING";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] =
    &[COUNT_ORDER, TAKE, SPEND, BY_KEY, LEFT, CLOSED, CEILING_LEFT, CEILINGS_LEFT];

/// Two integers of a row.
struct Pair(i64, i64);

impl FromRow for Pair {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        Ok(Pair(row.i64(0)?, row.i64(1)?))
    }
}

/// Takes an order at the instant of `stamp`. The same `key` with the same content gives
/// [`Failure::Replayed`] with the order of the first time; with another content it is refused.
pub fn take<'a>(
    app: &'a App,
    place: Place,
    request: &'a OrderRequest,
    key: &'a str,
    stamp: &'a Stamp,
) -> BoxFuture<'a, Result<Order, Failure>> {
    Box::pin(taken(app, place, request, key, stamp))
}

async fn taken(
    app: &App,
    place: Place,
    request: &OrderRequest,
    key: &str,
    stamp: &Stamp,
) -> Result<Order, Failure> {
    let hash = fingerprint(request);
    loop {
        let on_sale = app.on_sale(place).await?;
        let id = app.order_id(place.scope()).await?;
        let judged = judge(on_sale.sale(), id, request, &BTreeMap::new(), stamp.clone());
        let order = match judged {
            Ok(order) => order,
            // A retry after the cut-off must find the order that was taken before it.
            Err(denials) => {
                known(app, place, key, hash).await?;
                return Err(denials.into());
            }
        };
        match save(app, place, &on_sale, &order, key, hash).await {
            Ok(()) => {
                app.tell_order(place, &order).await;
                return Ok(order);
            }
            Err(Refused::StaleRegister) => app.forget_sales(),
            Err(Refused::Known) => {
                known(app, place, key, hash).await?;
                return Err(Failure::Busy);
            }
            Err(Refused::Short) => return Err(what_is_short(app, place, &order).await?),
            Err(Refused::Closed(at)) => {
                known(app, place, key, hash).await?;
                let (day, closed_at) = (request.day, trade::calendar::Instant(at));
                return Err(Denial::DayClosed { day, closed_at }.into());
            }
            Err(Refused::Failed(failure)) => return Err(failure),
        }
    }
}

/// Why a judged order was not saved.
enum Refused {
    Known,
    Short,
    Closed(i64),
    StaleRegister,
    Failed(Failure),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Refused {
        Refused::Failed(error.into())
    }
}

/// One transaction, statements in one order for everybody (day, order, lines, contracts, then
/// goods sorted by line), so that two orders never wait for each other crosswise.
async fn save(
    app: &App,
    place: Place,
    on_sale: &OnSale,
    order: &Order,
    key: &str,
    hash: i64,
) -> Result<(), Refused> {
    let hub = || Val::from(place.hub.as_str());
    let (week, day) = (Val::I(place.week.number()), Val::I(order.day.number()));
    let version = Val::I(on_sale.register_version);
    let mut commands = vec![(COUNT_ORDER, vec![hub(), week.clone(), day.clone(), version])];
    let row = OrderRow::new(order, key, hash);
    // Two with the same key: the second adds no row.
    insert_week_or(place.hub, place.week, &[row], ONCE, &mut commands);
    let lines: Vec<OrderLineRow> =
        order.lines.iter().map(|line| OrderLineRow::new(order.id, line)).collect();
    insert_week(place.hub, place.week, &lines, &mut commands);
    let guards = commands.len();
    for (contract, cents) in called_off(&order.lines) {
        let capped = on_sale.register.contracts.iter().find(|known| known.id == contract);
        if capped.is_some_and(|contract| contract.ceiling.is_some()) {
            let values = vec![Val::I(cents.get()), hub(), contract.as_str().into()];
            commands.push((SPEND, values));
        }
    }
    let mut takings: Vec<(i64, Qty)> =
        order.lines.iter().map(|line| (line.line.0, line.quantity)).collect();
    takings.sort_unstable();
    for (line, quantity) in takings {
        let quantity = Val::I(quantity.get());
        let values = vec![quantity, hub(), week.clone(), Val::I(line), day.clone()];
        commands.push((TAKE, values));
    }
    let on_day = vec![hub(), week, day];
    let stale = on_sale.register_version;
    app.db(place.scope())
        .write(move |tx| {
            Box::pin(async move {
                let touched = run(tx, commands).await?;
                if touched.get(1) == Some(&0) {
                    return Err(Refused::Known);
                }
                if touched.first() == Some(&0) {
                    let rows: Vec<Pair> = tx.query(CLOSED, on_day).await?;
                    return Err(match rows.first() {
                        Some(Pair(-1, version)) if *version != stale => Refused::StaleRegister,
                        Some(Pair(at, _)) => Refused::Closed(*at),
                        None => Refused::StaleRegister,
                    });
                }
                if touched[guards..].contains(&0) {
                    return Err(Refused::Short);
                }
                Ok(())
            })
        })
        .await
}

/// When the key is known: the first answer again, or a refusal when the content differs.
async fn known(app: &App, place: Place, key: &str, hash: i64) -> Result<(), Failure> {
    let values = vec![place.hub.as_str().into(), key.into()];
    let rows: Vec<Pair> = app.db(place.scope()).query(BY_KEY, values).await?;
    match rows.first() {
        Some(Pair(id, before)) if *before == hash => Err(Failure::Replayed(*id)),
        Some(_) => Err(Failure::OtherContent),
        None => Ok(()),
    }
}

/// Tells each line that is short, with what is left of it now.
async fn what_is_short(app: &App, place: Place, order: &Order) -> Result<Failure, Failure> {
    let hub = || Val::from(place.hub.as_str());
    let mut denials = Vec::new();
    for line in &order.lines {
        let values =
            vec![hub(), place.week.number().into(), line.line.0.into(), order.day.number().into()];
        let rows: Vec<i64> = app.db(place.scope()).query(LEFT, values).await?;
        let left = Qty::new(rows.first().copied().unwrap_or(0));
        if line.quantity > left {
            let (line, asked) = (line.line, line.quantity);
            denials.push(Denial::SoldOut { line, asked, left });
        }
    }
    for (contract, asked) in called_off(&order.lines) {
        let values = vec![hub(), contract.as_str().into()];
        let rows: Vec<i64> = app.db(place.scope()).query(CEILING_LEFT, values).await?;
        if let Some(&left) = rows.first()
            && asked.get() > left
        {
            let left = Cents::new(left);
            denials.push(Denial::CeilingReached { contract, asked, left });
        }
    }
    // Given back in between: worth another try.
    Ok(if denials.is_empty() { Failure::Busy } else { denials.into() })
}

/// What is left of each contract that has a ceiling.
pub async fn ceilings_left(
    app: &App,
    scope: HubScope,
) -> Result<BTreeMap<ContractId, Cents>, Failure> {
    let values = vec![scope.hub().as_str().into()];
    let rows: Vec<(String, i64)> = app.db(scope).query(CEILINGS_LEFT, values).await?;
    let known =
        |(code, left): (String, i64)| Some((ContractId::parse(&code).ok()?, Cents::new(left)));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Refusals with the names of the goods instead of line numbers.
pub async fn named(app: &App, place: Place, failure: Failure) -> Failure {
    let Failure::Denied(denials) = &failure else { return failure };
    let said = sentences(app, place, denials).await;
    match denials.iter().any(denied::is_late) {
        true => Failure::Late(said),
        false if denials.iter().all(denied::is_gone) => Failure::Gone(said),
        false => Failure::Told(said),
    }
}

/// A sentence for each refusal, with the names of the goods where the list is published.
pub async fn sentences(app: &App, place: Place, denials: &[Denial]) -> Vec<String> {
    match app.on_sale(place).await {
        Ok(on_sale) => {
            let sale = on_sale.sale();
            denials.iter().map(|denial| denied::sentence_with(denial, &sale)).collect()
        }
        Err(_) => denials.iter().map(denied::sentence).collect(),
    }
}

/// A number for what is asked, see [`crate::store::keys::fingerprint`].
fn fingerprint(request: &OrderRequest) -> i64 {
    let OrderRequest { buyer, site, day, channel, commitment_number, lines } = request;
    let mut text = format!("{buyer}|{site}|{day}|{}|{commitment_number}", channel.code());
    for (line, quantity) in lines {
        text.push_str(&format!("|{line}:{}", quantity.get()));
    }
    crate::store::keys::fingerprint(&text)
}

/// What of `request` can still be had: each line cut to what is left, in whole packs.
pub async fn within_reach(
    app: &App,
    place: Place,
    request: &OrderRequest,
) -> Result<OrderRequest, Failure> {
    let on_sale = app.on_sale(place).await?;
    let mut cut = OrderRequest { lines: Vec::new(), ..request.clone() };
    for &(line, quantity) in &request.lines {
        let values = vec![
            place.hub.as_str().into(),
            place.week.number().into(),
            line.0.into(),
            request.day.number().into(),
        ];
        let rows: Vec<i64> = app.db(place.scope()).query(LEFT, values).await?;
        let left = rows.first().copied().unwrap_or(0).max(0);
        let possible = quantity.min(Qty::new(left));
        let whole = on_sale.publication.line(line)?.whole_packs(possible);
        if !whole.is_zero() {
            cut.lines.push((line, whole));
        }
    }
    Ok(cut)
}
