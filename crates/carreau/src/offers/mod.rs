//! Step 2, offers: what farms say they can bring.

pub mod acts;
pub mod rows;

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
