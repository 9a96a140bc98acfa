//! Step 7, rounds: which truck goes where, and what was handed over.

pub mod acts;
pub mod rows;

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
