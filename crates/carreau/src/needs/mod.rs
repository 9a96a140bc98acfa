//! Step 1, needs, for the coordinator on Monday: what kitchens will probably want.

pub mod foreseen;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use trade::Week;
use trade::calendar::Closure;
use trade::catalog::SaleUnit;
use trade::needs::whole_units;
use trade::unit::Qty;

use crate::ui::fr;
use crate::ui::frame::Notice;
use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/weeks/{week}/needs", get(pages::needs))
}

/// A guess as one orders: whole kilos, bunches or pieces, at least one; nothing where it is zero.
pub fn about(quantity: Qty, unit: SaleUnit) -> String {
    match quantity.is_zero() {
        true => String::new(),
        false => fr::qty(whole_units(quantity), unit),
    }
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
