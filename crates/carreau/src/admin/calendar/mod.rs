//! The calendar: the weekly rhythm of deliveries, words for single dates, holidays as they are
//! seen, the next weeks and a year at a glance. The rule is `trade::calendar::deliveries`.

mod acts;
mod pages;
mod year;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of the calendar.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/calendar", get(pages::page))
        .route("/admin/calendar/exceptions", post(acts::except))
        .route("/admin/calendar/rhythms", post(acts::set_rhythm))
        .route("/admin/calendar/rhythms/removal", post(acts::withdraw_rhythm))
}
