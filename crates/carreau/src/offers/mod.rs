//! Step 2, offers, for farms and for the coordinator who keys in for them.

pub mod acts;
mod forms;
mod pages;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/offers", get(pages::offers).post(forms::note))
        .route("/weeks/{week}/offers/quantities", post(forms::note_all))
        .route("/weeks/{week}/my-offers", get(pages::own).post(forms::note_own))
        .route("/weeks/{week}/my-offers/quantities", post(forms::note_all_own))
        .route("/weeks/{week}/my-offers/order/{day}", get(crate::sourcing::own_paper))
}
