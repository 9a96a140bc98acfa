//! Surplus: the dock offers it, food aid reserves it on a telephone, fetches it and signs.

pub mod acts;
mod desk;
mod desk_forms;
mod forms;
pub mod intake;
mod pages;
pub mod paper;
mod profile;
mod receipt;
pub mod rows;
mod split;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of food aid's own pages, and of the dock's page that offers.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/surplus", get(pages::list))
        .route("/weeks/{week}/surplus/offers/{surplus}", get(pages::one).post(forms::reserve))
        .route("/weeks/{week}/surplus/cancellations", post(forms::cancel))
        .route("/weeks/{week}/surplus/slot", get(pages::slots).post(forms::plan))
        .route("/weeks/{week}/surplus/receipt", get(receipt::page).post(receipt::sign))
        .route("/weeks/{week}/surplus/receipt/{reservation}/paper", get(receipt::paper))
        .route("/weeks/{week}/surplus/split/{reservation}", get(split::page).post(split::save))
        .route("/weeks/{week}/surplus/profile", get(profile::page).post(profile::save))
        .route("/weeks/{week}/dock/surplus", get(desk::page).post(desk_forms::offer))
        .route("/weeks/{week}/dock/surplus/slots", post(desk_forms::slot))
        .route("/weeks/{week}/dock/surplus/withdrawals", post(desk_forms::withdraw))
        .route("/weeks/{week}/dock/surplus/cancellations", post(desk_forms::cancel))
}
