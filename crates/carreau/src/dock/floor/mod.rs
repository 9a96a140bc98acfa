//! The floor of the dock, for whoever receives at four in the morning with gloves and a bad
//! network: a page that works without one, and what it sends.

mod acts;
mod book;
mod labels;
mod pages;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use trade::catalog::SaleUnit;
use trade::dock::floor::Weighing;
use trade::unit::Qty;

pub use acts::{FloorAct, Trouble, take_one, troubles};
pub use book::{WeighingBody, revision};

use super::pages::rejection_name;
use crate::ui::fr;
use crate::web::Web;

/// Addresses of the floor.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/dock", get(pages::today))
        .route("/weeks/{week}/dock/floor", get(pages::floor))
        .route("/weeks/{week}/dock/floor/acts", post(acts::acts))
        .route("/weeks/{week}/dock/floor/book", get(pages::book))
        .route("/weeks/{week}/dock/floor/news", get(pages::news))
        .route("/weeks/{week}/dock/labels/{day}", get(labels::labels))
}

/// « rien n'est venu au lieu de 40 kg », « refus de 5 kg (qualité) sur 40 kg ».
fn trouble(stands: &Weighing, expected: Qty, unit: SaleUnit) -> String {
    let expected_said = fr::qty(expected, unit);
    if stands.received.is_zero() {
        return format!("rien n'est venu au lieu de {expected_said}");
    }
    let came = fr::qty(stands.received, unit);
    match stands.rejection {
        Some(reason) if !stands.rejected.is_zero() => {
            let rejected = fr::qty(stands.rejected, unit);
            format!("refus de {rejected} ({}) sur {came}", rejection_name(reason))
        }
        _ => format!("{came} au lieu de {expected_said}"),
    }
}
