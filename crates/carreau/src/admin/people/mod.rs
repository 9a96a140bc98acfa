//! Who may come in, as what, by which keys; and ending any of it.

mod acts;
mod forms;
mod pages;
mod person;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of people.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/people", get(pages::list).post(acts::invite))
        .route("/admin/people/{person}", get(person::page).post(acts::rename))
        .route("/admin/people/{person}/links", post(acts::link))
        .route("/admin/people/{person}/places", post(acts::give))
        .route("/admin/people/{person}/places/removal", post(acts::withdraw))
        .route("/admin/people/{person}/sessions/removal", post(acts::end_sessions))
        .route("/admin/people/{person}/keys/removal", post(acts::drop_key))
        .route("/admin/people/{person}/tokens/removal", post(acts::end_token))
        .route("/admin/people/{person}/closing", post(acts::close))
}
