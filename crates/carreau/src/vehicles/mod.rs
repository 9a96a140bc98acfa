//! The hub's trucks, for the coordinator and the administrator: what each may do and costs, which
//! goes out first, which goes out no more. Accepted rounds keep what they say; a truck is never
//! deleted, for rounds of before name it.

mod acts;
mod form;
mod pages;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of these pages, outside of any week.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/vehicles", get(pages::list).post(acts::add))
        .route("/vehicles/{vehicle}", get(pages::one).post(acts::change))
        .route("/vehicles/{vehicle}/moves", post(acts::shift))
        .route("/vehicles/{vehicle}/service", post(acts::service))
}
