//! Step 4, orders, for buyers until the cut-off, and for the coordinator who keys in and closes.

pub mod acts;
mod claims;
mod forms;
pub mod intake;
mod links;
mod own;
mod pages;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/mercuriale/publication", post(forms::publish))
        .route("/weeks/{week}/orders", get(pages::orders).post(forms::key_in))
        .route("/weeks/{week}/orders/new", get(pages::form))
        .route("/weeks/{week}/orders/amendments", post(forms::amend))
        .route("/weeks/{week}/orders/closings", post(forms::close))
        .route("/weeks/{week}/orders/links/removal", post(links::end))
        .route("/weeks/{week}/orders/waiting", post(forms::take_waiting))
        .route("/weeks/{week}/orders/claims", get(claims::claims))
        .route("/weeks/{week}/orders/claims/answers", post(claims::answer))
        .route("/weeks/{week}/orders/claims/photo/{about}", get(claims::photo))
        .merge(own::routes())
}
