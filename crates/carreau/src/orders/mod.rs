//! Step 4, orders, for buyers until the cut-off, and for the coordinator who keys in and closes.

pub mod acts;
mod forms;
pub mod intake;
mod pages;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/orders", get(pages::orders).post(forms::key_in))
        .route("/weeks/{week}/orders/new", get(pages::form))
        .route("/weeks/{week}/orders/amendments", post(forms::amend))
        .route("/weeks/{week}/orders/closings", post(forms::close))
        .route("/weeks/{week}/orders/waiting", post(forms::take_waiting))
        .route("/weeks/{week}/my-orders", get(pages::own).post(forms::order))
        .route("/weeks/{week}/my-orders/new", get(pages::own_form))
        .route("/weeks/{week}/my-orders/amendments", post(forms::amend_own))
        .route("/weeks/{week}/my-orders/note/{day}/{site}", get(crate::rounds::own_paper))
        .route("/weeks/{week}/my-orders/invoice/{document}", get(crate::billing::own_paper))
}
