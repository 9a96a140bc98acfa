//! The administrator's desk, outside the week: who may come in, what the calendar, the prices and
//! the letters follow, what works in the background, and what was seen at the doors.
//!
//! Every act is one transaction with its line in the journal and its key: sent twice, it is done
//! once (`desk.rs`).

mod audit;
mod calendar;
pub mod desk;
pub mod forms;
mod jobs;
mod parties;
mod people;
mod prices;
mod roads;
pub mod rows;
mod sourcing;
mod texts;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;

use crate::web::{Answer, Web};
use desk::Desk;

/// Addresses of the desk.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin", get(begin))
        .merge(people::routes())
        .merge(parties::routes())
        .merge(calendar::routes())
        .merge(prices::routes())
        .merge(roads::routes())
        .merge(sourcing::routes())
        .merge(texts::routes())
        .merge(jobs::routes())
        .merge(audit::routes())
}

/// `GET /admin`: the desk begins with its people.
async fn begin(_desk: Desk) -> Answer {
    Ok(Redirect::to("/admin/people").into_response())
}
