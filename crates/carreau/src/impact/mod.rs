//! Step 9, impact, for everyone: the figures that prove what the hub is for.

pub mod aid;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/impact", get(pages::impact))
        .route("/weeks/{week}/impact/aid", get(aid::all))
        .route("/weeks/{week}/impact/aid/{format}", get(aid::all_file))
        .route("/weeks/{week}/surplus/report", get(aid::own))
        .route("/weeks/{week}/surplus/report/{format}", get(aid::own_file))
}
