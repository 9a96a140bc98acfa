//! The buyer's desk: what it orders, has ordered, and receives; its own and nobody else's.

mod forms;
mod pages;
mod papers;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of the desk.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/my-orders", get(pages::own))
        .route("/weeks/{week}/my-orders/amendments", post(forms::amend))
        .route("/weeks/{week}/my-orders/note/{day}/{site}", get(crate::rounds::own_paper))
        .route("/weeks/{week}/my-orders/invoice/{document}", get(crate::billing::own_paper))
}
