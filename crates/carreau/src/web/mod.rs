//! The site: what all pages share. Each step has its own routes in its folder.

pub(crate) mod answer;
pub mod api;
mod assets;
pub mod cache;
mod doors;
mod enter;
mod fields;
pub mod forms;
mod frame;
mod guard;
mod headers;
mod squeeze;
mod stay;
mod upload;
mod visit;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tokio::net::TcpListener;
use trade::id::HubId;

pub use crate::access::{Person, Role};
pub use answer::{Answer, Fault, back_to, html, pdf, status_of};
pub use assets::floor_version;
pub use doors::write_links;
pub use enter::{week_at_dock, week_of};
pub use fields::{Fields, read_qty};
pub use guard::{Caller, cookie};
pub use headers::{Site, is_tiles, with_tiles};
pub use upload::{Parcel, Upload};
pub use visit::{AidVisit, Asked, BuyerVisit, Caught, ListVisit, ProducerVisit, Visit};

use crate::app::App;
use crate::failure::Failure;
use crate::store::register;

/// What every handler works with.
pub struct Web {
    pub app: Arc<App>,
    /// The hub whose name stands on the doors.
    pub hub: HubId,
    pub site: Site,
    /// Who may look at or change which part of the site: [`Role::may`].
    pub may: fn(Role, &str, bool) -> bool,
}

impl Web {
    pub fn new(app: Arc<App>, hub: HubId, site: Site) -> Web {
        Web { app, hub, site, may: Role::may }
    }

    /// The hubs of this installation: who stands at the doors has not said of which they are.
    pub async fn hubs(&self) -> Result<Vec<HubId>, Failure> {
        Ok(register::hubs(self.app.everything()).await?)
    }
}

/// All routes of the site.
pub fn router(web: Arc<Web>) -> Router {
    Router::new()
        .route("/", get(enter::home))
        .merge(doors::routes())
        .merge(api::routes())
        .route("/assets/{name}", get(assets::serve))
        .merge(crate::needs::routes())
        .merge(crate::offers::routes())
        .merge(crate::mercuriale::routes())
        .merge(crate::orders::routes())
        .merge(crate::sourcing::routes())
        .merge(crate::dock::routes())
        .merge(crate::rounds::routes())
        .merge(crate::billing::routes())
        .merge(crate::impact::routes())
        .merge(crate::glance::routes())
        .merge(crate::anticipation::routes())
        .merge(crate::vehicles::routes())
        .merge(crate::accounts::routes())
        .merge(crate::mail::routes())
        .merge(crate::admin::routes())
        .merge(crate::search::routes())
        .fallback(answer::nothing_here)
        .layer(middleware::from_fn_with_state(web.clone(), guard::guard))
        .with_state(web)
}

/// Serves the site until `stop` ends; requests under way are answered first. `hub`: whose name
/// stands on the doors.
pub async fn serve(
    app: Arc<App>,
    hub: HubId,
    site: Site,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let router = router(Arc::new(Web::new(app, hub, site)));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    Ok(())
}
