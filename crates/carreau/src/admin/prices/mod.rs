//! Price rules: dated, never edited, only followed by another or withdrawn before they begin. What
//! a rule would change is shown before it is added.

mod acts;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of price rules.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/prices", get(pages::page).post(acts::add))
        .route("/admin/prices/removal", post(acts::withdraw))
}
