//! Step 8, billing: invoices, farm bills, payouts.

pub mod acts;
pub mod rows;

/// Addresses of this step.
pub fn routes() -> axum::Router<std::sync::Arc<crate::web::Web>> {
    axum::Router::new()
}
