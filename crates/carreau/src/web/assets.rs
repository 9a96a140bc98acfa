//! Styles, script, fonts and icon, carried in the program and kept by browsers for as long as the
//! program stays the same.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::{Fault, squeeze};
use crate::failure::Failure;
use crate::store::keys::fingerprint;

macro_rules! assets {
    ($($name:literal $kind:literal),* $(,)?) => {
        /// Name, kind and bytes of each file.
        const ASSETS: &[(&str, &str, &[u8])] = &[
            $(($name, $kind, include_bytes!(concat!("../../assets/", $name)))),*
        ];
    };
}

assets!(
    "api.css" "text/css; charset=utf-8",
    "carreau.css" "text/css; charset=utf-8",
    "carreau.js" "text/javascript; charset=utf-8",
    "admin.css" "text/css; charset=utf-8",
    "claim.js" "text/javascript; charset=utf-8",
    "order.css" "text/css; charset=utf-8",
    "order-form.js" "text/javascript; charset=utf-8",
    "order.js" "text/javascript; charset=utf-8",
    "passkey.js" "text/javascript; charset=utf-8",
    "search.js" "text/javascript; charset=utf-8",
    "phone.css" "text/css; charset=utf-8",
    "phone.js" "text/javascript; charset=utf-8",
    "floor.css" "text/css; charset=utf-8",
    "floor.js" "text/javascript; charset=utf-8",
    "floor-store.js" "text/javascript; charset=utf-8",
    "floor-scan.js" "text/javascript; charset=utf-8",
    "floor-worker.js" "text/javascript; charset=utf-8",
    "floor.webmanifest" "application/manifest+json",
    "forget.js" "text/javascript; charset=utf-8",
    "leave.js" "text/javascript; charset=utf-8",
    "watch.js" "text/javascript; charset=utf-8",
    "labels.css" "text/css; charset=utf-8",
    "rounds.css" "text/css; charset=utf-8",
    "rounds.js" "text/javascript; charset=utf-8",
    "grid.css" "text/css; charset=utf-8",
    "grid.js" "text/javascript; charset=utf-8",
    "surplus.css" "text/css; charset=utf-8",
    "surplus.js" "text/javascript; charset=utf-8",
    "surplus-worker.js" "text/javascript; charset=utf-8",
    "favicon.svg" "image/svg+xml",
    "bricolage-700.woff2" "font/woff2",
    "bricolage-figures.woff2" "font/woff2",
    "atkinson-400.woff2" "font/woff2",
    "atkinson-600.woff2" "font/woff2",
    "plex-condensed-400.woff2" "font/woff2",
    "plex-condensed-600.woff2" "font/woff2",
);

/// An hour: a new version of the program is seen the same morning.
const KEPT: &str = "public, max-age=3600";

/// The scripts that keep the dock's floor, and food aid's receipt, at hand without a network.
const WORKERS: [&str; 2] = ["floor-worker.js", "surplus-worker.js"];
const ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// Changes with every file that the floor's page is made of, so that a device takes all of them
/// anew, or none.
pub fn floor_version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let page = include_str!("../../templates/floor.html");
        let files = ASSETS.iter().map(|(_, _, bytes)| fingerprint(&String::from_utf8_lossy(bytes)));
        let all: String = files.map(|one| format!("{one:x}")).collect();
        format!("{:x}", fingerprint(&(all + page)))
    });
    &VERSION
}

/// `GET /assets/{name}`
pub async fn serve(Path(name): Path<String>, asked: HeaderMap) -> Result<Response, Fault> {
    let found = ASSETS.iter().find(|(known, _, _)| *known == name);
    let &(name, kind, bytes) =
        found.ok_or_else(|| Failure::NotFound(format!("« {name} » n'existe pas.")))?;
    let packed = squeeze::is_wanted(&asked).then(|| squeeze::kept(name, kind, bytes)).flatten();
    let kept = if WORKERS.contains(&name) { "no-cache" } else { KEPT };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, kept), (VARY, "accept-encoding")];
    let mut response = match packed {
        Some(packed) => (headers, [(CONTENT_ENCODING, "gzip")], packed).into_response(),
        None => (headers, bytes).into_response(),
    };
    if WORKERS.contains(&name) {
        // A worker may serve pages above its own folder only when its answer says so.
        response.headers_mut().insert(ALLOWED, HeaderValue::from_static("/"));
    }
    Ok(response)
}
