//! The buyer's desk: what it orders, has ordered, and receives; its own and nobody else's.

pub mod claims;
mod contracts;
mod forms;
mod history;
mod last;
mod late;
mod list;
mod new;
mod pages;
mod papers;
mod post;
mod proof;
mod references;
mod sheet;
mod standing;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::web::Web;

/// The most bytes of a list that is uploaded.
const LIST_MAX: usize = 4 << 20;

/// The most bytes of a claim: its photo and a few words.
const CLAIM_MAX: usize = crate::access::claims::PHOTO_MAX + (64 << 10);

/// Addresses of the desk.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/my-orders", get(pages::own).post(post::order))
        .route("/weeks/{week}/my-orders/new", get(new::new))
        .route("/weeks/{week}/my-orders/late-requests", post(late::ask))
        .route("/weeks/{week}/my-orders/standing", get(standing::standing).post(standing::change))
        .route("/weeks/{week}/my-orders/references", get(references::form).post(references::save))
        .route("/weeks/{week}/my-orders/history", get(history::history))
        .route("/weeks/{week}/my-orders/proof", get(proof::proof))
        .route("/weeks/{week}/my-orders/contracts", get(contracts::contracts))
        .route("/weeks/{week}/my-orders/ma-cantine", get(history::ma_cantine))
        .route(
            "/weeks/{week}/my-orders/list",
            get(list::form).post(list::read).layer(DefaultBodyLimit::max(LIST_MAX)),
        )
        .route("/weeks/{week}/my-orders/delivery/{day}/{site}", get(claims::delivery))
        .route(
            "/weeks/{week}/my-orders/claims",
            post(claims::claim).layer(DefaultBodyLimit::max(CLAIM_MAX)),
        )
        .route("/weeks/{week}/my-orders/claim-photo/{about}", get(claims::photo))
        .route("/weeks/{week}/my-orders/amendments", post(forms::amend))
        .route("/weeks/{week}/my-orders/note/{day}/{site}", get(crate::rounds::own_paper))
        .route("/weeks/{week}/my-orders/invoice/{document}", get(crate::billing::own_paper))
}
