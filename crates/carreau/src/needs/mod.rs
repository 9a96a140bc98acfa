//! Step 1, needs, for the coordinator on Monday: what kitchens will probably want.

mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use db::{FromRow, Row, Val};
use trade::Week;
use trade::calendar::{Closure, IsoWeek};
use trade::catalog::Labels;
use trade::id::{BuyerId, ProductId};
use trade::needs::{Need, PastOrder, WINDOW_WEEKS, foresee};
use trade::unit::Qty;

use crate::app::App;
use crate::failure::Failure;
use crate::store::act::Place;
use crate::ui::fr;
use crate::ui::frame::Notice;
use crate::web::Web;

const PAST: &str = "SELECT l.week, o.buyer, l.product, l.labels, CAST(SUM(l.quantity) AS BIGINT) \
    FROM order_lines l JOIN orders o \
    ON o.hub_id = l.hub_id AND o.week = l.week AND o.id = l.order_id \
    WHERE l.hub_id = $1 AND l.week >= $2 AND l.week < $3 \
    GROUP BY l.week, o.buyer, l.product, l.labels \
    ORDER BY l.week, o.buyer, l.product, l.labels";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[PAST];

struct Past(PastOrder);

impl FromRow for Past {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let bad = |what: &str| db::Error::Db(format!("bad {what} in past orders"));
        Ok(Past(PastOrder {
            week: IsoWeek::from_number(row.i64(0)?).ok_or_else(|| bad("week"))?,
            buyer: BuyerId::parse(&row.text(1)?).map_err(|_| bad("buyer"))?,
            product: ProductId::parse(&row.text(2)?).map_err(|_| bad("product"))?,
            labels: Labels::parse(&row.text(3)?).map_err(|_| bad("labels"))?,
            quantity: Qty::new(row.i64(4)?),
        }))
    }
}

/// What buyers will probably want in a week.
pub async fn foreseen(app: &App, place: Place) -> Result<Vec<Need>, Failure> {
    let first = place.week.monday().plus_days(-7 * WINDOW_WEEKS).week();
    let span = vec![place.hub.as_str().into(), Val::I(first.number()), Val::I(place.week.number())];
    let past: Vec<Past> = app.db(place.scope()).query(PAST, span).await?;
    let past: Vec<PastOrder> = past.into_iter().map(|row| row.0).collect();
    let register = app.read(place, |week, _| week.register().clone()).await?;
    Ok(foresee(&register, place.week, &past))
}

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/weeks/{week}/needs", get(pages::needs))
}

/// What the calendar says of a week: holidays on which nothing is delivered, and the holidays of
/// the schools, in which their canteens do not serve.
pub fn closures(week: &Week) -> Vec<Notice> {
    let (register, week) = (week.register(), week.week());
    let days = (0..7).map(|rank| week.monday().plus_days(rank));
    let mut notices = Vec::new();
    for day in days.filter(|&day| register.calendar.is_public_holiday(day)) {
        let Some(closed) = register.calendar.closure_on(day) else { continue };
        let is_ours = register.hub.delivery_days.contains(&day.weekday());
        let then = if is_ours { "pas de livraison ce jour" } else { "jour férié" };
        notices.push(Notice::changed(format!("{}, {} : {then}.", fr::day(day), closed.name)));
    }
    let (monday, friday) = (week.monday(), week.monday().plus_days(4));
    let holidays = register.calendar.closed.iter().filter(|period| {
        period.closure == Closure::SchoolHoliday && period.from <= friday && monday <= period.to
    });
    for period in holidays {
        let (from, to) = (fr::numbers_day(period.from), fr::numbers_day(period.to));
        notices.push(Notice::changed(format!(
            "{}, du {from} au {to} : les cantines scolaires ne servent pas.",
            period.name
        )));
    }
    notices
}
