//! The week at a glance, for the coordinator: where are we, what is late, what does not balance.

mod pages;
mod states;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use states::states;

use crate::web::Web;

/// Addresses of this page.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}", get(pages::glance))
        .route("/weeks/{week}/trace", get(pages::trace))
}
