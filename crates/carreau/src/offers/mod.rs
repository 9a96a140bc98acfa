//! Step 2, offers, for farms and for the coordinator who keys in for them.

pub mod acts;
mod asking;
mod forms;
pub mod notes;
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
        .route("/weeks/{week}/offers", get(pages::offers).post(forms::note))
        .route("/weeks/{week}/offers/quantities", post(forms::note_all))
        .route("/weeks/{week}/offers/requests", post(asking::request))
        .route("/weeks/{week}/offers/reminders", post(asking::remind))
        .route("/weeks/{week}/offers/links", post(asking::make_link))
        .merge(own::routes())
}
