//! What leaves the books: the file for the tax office and files for accounting programs.

mod gather;
mod pages;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub use gather::{Period, entries};

use crate::web::Web;

/// Addresses of exports.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/accounts/exports", get(pages::page))
        .route("/accounts/exports/file", get(pages::file))
}
