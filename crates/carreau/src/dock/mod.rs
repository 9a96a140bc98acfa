//! Step 6, dock, for the dock's people at four in the morning: receiving, sorting, leaving nothing.

pub mod acts;
pub mod floor;
mod forms;
mod pages;
pub mod pallets;
pub mod paper;
pub mod rows;
pub mod short;
pub mod surplus;
pub mod today;
pub mod told;

pub use pages::Watch;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/dock", get(pages::dock))
        .route("/weeks/{week}/dock/receipts", post(forms::receive))
        .route("/weeks/{week}/dock/shortages", post(short::send))
        .route("/weeks/{week}/dock/shortages/{day}", get(short::look))
        .route("/weeks/{week}/dock/sortings", post(forms::sort))
        .route("/weeks/{week}/dock/sortings-by-hand", post(forms::sort_by_hand))
        .route("/weeks/{week}/dock/unsortings", post(short::undo))
        .route("/weeks/{week}/dock/outcomes", post(forms::resolve))
        .route("/weeks/{week}/dock/paper/{day}", get(pages::paper))
        .merge(surplus::routes())
        .route("/weeks/{week}/dock/withdrawals", post(forms::withdraw))
        .merge(floor::routes())
}
