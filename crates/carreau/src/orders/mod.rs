//! Step 4, orders: taking, amending, closing.

pub mod acts;
pub mod intake;
pub mod rows;

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
