//! Where travel times come from, which page shows drivers the way, how the dock works. Nothing
//! outside is asked unless somebody sets it here.

mod acts;
mod pages;
mod reading;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of roads.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/roads", get(pages::page).post(acts::save))
        .route("/admin/roads/dock", post(acts::dock))
        .route("/admin/roads/table", post(acts::bring))
}
