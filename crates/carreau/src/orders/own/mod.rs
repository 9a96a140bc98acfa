//! The buyer's desk: what it orders, has ordered, and receives; its own and nobody else's.

mod forms;
mod last;
mod late;
mod new;
mod pages;
mod papers;
mod post;
mod sheet;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of the desk.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/my-orders", get(pages::own).post(post::order))
        .route("/weeks/{week}/my-orders/new", get(new::new))
        .route("/weeks/{week}/my-orders/late-requests", post(late::ask))
        .route("/weeks/{week}/my-orders/amendments", post(forms::amend))
        .route("/weeks/{week}/my-orders/note/{day}/{site}", get(crate::rounds::own_paper))
        .route("/weeks/{week}/my-orders/invoice/{document}", get(crate::billing::own_paper))
}
