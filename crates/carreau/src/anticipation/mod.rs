//! Four weeks ahead, for the coordinator: what will be missing, so that farms are called in time,
//! and what will be too much, so that food aid hears of it. What farms have pledged for a season
//! and kitchens announced of their menus is noted here.

mod aid;
mod desk;
mod look;
mod menus;
mod pages;
mod pledges;
pub mod rows;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::web::Web;

/// Addresses of these pages, outside of any week.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/anticipation", get(pages::page))
        .route("/anticipation/pledges", get(pledges::page).post(pledges::note))
        .route("/anticipation/pledges/ends", post(pledges::end))
        .route("/anticipation/aid", get(aid::page).post(aid::announce))
        .route("/anticipation/menus", get(menus::page).post(menus::note))
}
