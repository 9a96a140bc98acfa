//! Step 7, rounds, for drivers and the coordinator: which truck goes where, what was handed over.

pub mod acts;
mod forms;
mod pages;
pub mod paper;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use pages::own_paper;

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/rounds", get(pages::rounds))
        .route("/weeks/{week}/rounds/rounds", post(forms::plan))
        .route("/weeks/{week}/rounds/deliveries", post(forms::deliver))
        .route("/weeks/{week}/rounds/deliveries-all", post(forms::deliver_all))
        .route("/weeks/{week}/rounds/paper/{day}/{site}", get(pages::paper))
}
