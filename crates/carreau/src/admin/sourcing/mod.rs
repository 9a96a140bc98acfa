//! What plans of purchases aim at: the order of aims, farms of an order line, tolerance. Each
//! change is a version with its author; the latest counts from the next plan on.

mod acts;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::web::Web;

/// Addresses of the settings of purchases.
pub fn routes() -> Router<Arc<Web>> {
    Router::new().route("/admin/sourcing", get(pages::page).post(acts::save))
}
