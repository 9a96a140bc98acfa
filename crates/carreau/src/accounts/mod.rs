//! The books over all weeks: the chain of sealed entries, and what is proved and given of it.
//!
//! Whoever writes an entry seals it in the same transaction: an act of a week does so by itself,
//! any other transaction by [`seal::book`].

pub mod bank;
pub mod book;
pub mod exports;
mod journal;
pub mod pages;
pub mod proof;
pub mod rows;
pub mod seal;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::web::Web;

/// Addresses of the accounts.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/accounts", get(pages::accounts))
        .route("/accounts/journal", get(journal::page))
        .route("/accounts/proof", get(pages::proof))
        .route("/accounts/proof/file", get(pages::file))
        .merge(bank::routes())
        .merge(exports::routes())
}
