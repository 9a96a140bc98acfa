//! Step 3, mercuriale: pricing and publishing the list.

pub mod acts;
pub mod rows;

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
