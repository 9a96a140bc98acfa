//! Buyers and farms: how they are reached, what Chorus Pro wants, where a buyer receives and where
//! goods of its contracts may come from, what a farm's trips must be worth. What stands on papers
//! that are out is filled in, never changed.

mod acts;
mod contracts;
mod pages;
mod terms;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use pages::kind_name;

use crate::web::Web;

/// Addresses of buyers and farms.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/admin/parties", get(pages::list))
        .route("/admin/parties/buyer/{buyer}", get(pages::buyer).post(acts::buyer))
        .route("/admin/parties/buyer/{buyer}/origins", post(contracts::change))
        .route("/admin/parties/buyer/{buyer}/sites", post(acts::site))
        .route("/admin/parties/farm/{producer}", get(pages::farm).post(acts::farm))
}
