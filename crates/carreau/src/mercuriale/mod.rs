//! Step 3, mercuriale, for the coordinator: pricing and publishing the list; for buyers: the list.

pub mod acts;
pub mod carry;
pub mod cells;
mod files;
pub mod forms;
pub mod grid;
mod pages;
pub mod paper;
mod reading;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of this step.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/weeks/{week}/mercuriale", get(pages::mercuriale))
        .route("/weeks/{week}/mercuriale/cells", get(cells::changed).post(cells::save))
        .route("/weeks/{week}/mercuriale/reading", post(reading::read))
        .route("/weeks/{week}/mercuriale/prices", post(forms::price))
        .route("/weeks/{week}/mercuriale/carry", post(carry::begin))
        .route("/weeks/{week}/mercuriale/answers", post(carry::answer))
        .route("/weeks/{week}/mercuriale/letters", post(forms::send))
        .route("/weeks/{week}/mercuriale/paper", get(pages::draft_paper))
        .route("/weeks/{week}/mercuriale/export/{format}", get(files::desk))
        .route("/weeks/{week}/price-list/export/{format}", get(files::buyers))
        .route("/weeks/{week}/price-list", get(pages::shared_list))
        .route("/weeks/{week}/price-list/paper", get(pages::paper))
}
