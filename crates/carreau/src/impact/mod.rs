//! Step 9, impact, for everyone: the figures that prove what the hub is for.

mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/weeks/{week}/impact", get(pages::impact))
}
