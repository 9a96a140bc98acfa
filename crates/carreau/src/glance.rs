//! x

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
