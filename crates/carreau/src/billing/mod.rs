//! Step 8, billing, for the accountant: invoices, farm bills, payouts.

pub mod acts;
pub mod credits;
mod forms;
mod pages;
pub mod paper;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use pages::{account_name, own_paper};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/billing", get(pages::billing))
        .route("/weeks/{week}/billing/invoices", post(forms::invoice))
        .route("/weeks/{week}/billing/credits", post(credits::establish))
        .route("/weeks/{week}/billing/credits/{about}", get(credits::preview))
        .route("/weeks/{week}/billing/references", post(forms::references))
        .route("/weeks/{week}/billing/farm-bills", post(forms::bill_farms))
        .route("/weeks/{week}/billing/payouts", post(forms::pay))
        .route("/weeks/{week}/billing/paper/{document}", get(pages::paper))
}
