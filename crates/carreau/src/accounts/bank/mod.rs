//! Payments, for the accountant: a statement of the bank is pasted, each line is proposed what it
//! pays, one confirmation notes all of them, and one takes a whole batch back.

mod acts;
mod due;
mod pages;
pub mod rows;
pub mod sample;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use acts::{Chosen, Reading, note, read, take_back};

use crate::web::Web;

/// Addresses of payments.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/accounts/bank", get(pages::begin).post(pages::read))
        .route("/accounts/bank/batches", post(pages::note))
        .route("/accounts/bank/batches/{batch}/removal", post(pages::take_back))
        .route("/accounts/bank/sample", get(sample::file))
        .route("/accounts/due", get(due::list))
}
