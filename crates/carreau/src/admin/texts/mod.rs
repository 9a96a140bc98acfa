//! The hub's own words in its letters: kept by version, with who wrote them; the latest counts.

mod acts;
mod pages;
mod sample;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of the texts.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/texts", get(pages::list))
        .route("/admin/texts/{kind}", get(pages::page).post(acts::save))
        .route("/admin/texts/{kind}/preview", post(acts::preview))
}
