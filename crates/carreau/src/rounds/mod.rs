//! Step 7, rounds, for drivers and the coordinator: which truck goes where, what was handed over.

pub mod acts;
mod desk;
mod export;
mod flaws;
mod forms;
mod map;
mod pages;
pub mod paper;
mod proposal;
mod reasons;
pub mod roads;
pub mod rows;
mod sheet;
mod views;
mod waits;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use export::instant;
pub use pages::own_paper;
pub use reasons::left_out;

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/rounds", get(pages::rounds))
        .route("/weeks/{week}/rounds/plan/{day}", get(proposal::page))
        .route("/weeks/{week}/rounds/rounds", post(desk::accept))
        .route("/weeks/{week}/rounds/moves", post(desk::shift))
        .route("/weeks/{week}/rounds/locks", post(desk::lock))
        .route("/weeks/{week}/rounds/deliveries", post(forms::deliver))
        .route("/weeks/{week}/rounds/deliveries-all", post(forms::deliver_all))
        .route("/weeks/{week}/rounds/paper/{day}/{site}", get(pages::paper))
        .route("/weeks/{week}/rounds/sheet/{day}", get(sheet::papers_of_day))
        .route("/weeks/{week}/rounds/export/{day}/{format}", get(export::file))
}
