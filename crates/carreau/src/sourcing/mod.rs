//! Step 5, sourcing, for the coordinator after the cut-off: who brings what was sold.

pub mod acts;
mod asked;
mod by_hand;
mod forms;
mod pages;
pub mod paper;
mod proposed;
pub mod rows;
pub mod shortage;
pub mod slots;
pub mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use pages::own_paper;

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/sourcing", get(pages::sourcing))
        .route("/weeks/{week}/sourcing/plans", post(forms::accept))
        .route("/weeks/{week}/sourcing/plans/{day}/{line}", get(by_hand::look))
        .route("/weeks/{week}/sourcing/locks", post(by_hand::lock))
        .route("/weeks/{week}/sourcing/locks/removal", post(by_hand::unlock))
        .route("/weeks/{week}/sourcing/confirmations", post(forms::confirm))
        .route("/weeks/{week}/sourcing/paper/{day}/{producer}", get(pages::paper))
        .route("/weeks/{week}/sourcing/papers/{day}", get(pages::papers_of_day))
        .route("/weeks/{week}/sourcing/shortage/{line}", get(shortage::look))
        .route("/weeks/{week}/sourcing/shortages", post(shortage::settle))
}
