//! Styles, script, fonts and icon, carried in the program and kept by browsers for as long as the
//! program stays the same.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Fault;
use crate::failure::Failure;

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
    "claim.js" "text/javascript; charset=utf-8",
    "order.css" "text/css; charset=utf-8",
    "order.js" "text/javascript; charset=utf-8",
    "passkey.js" "text/javascript; charset=utf-8",
    "search.js" "text/javascript; charset=utf-8",
    "phone.css" "text/css; charset=utf-8",
    "phone.js" "text/javascript; charset=utf-8",
    "labels.css" "text/css; charset=utf-8",
    "grid.css" "text/css; charset=utf-8",
    "grid.js" "text/javascript; charset=utf-8",
    "favicon.svg" "image/svg+xml",
    "bricolage-grotesque.woff2" "font/woff2",
    "atkinson-400.woff2" "font/woff2",
    "atkinson-600.woff2" "font/woff2",
    "plex-condensed-400.woff2" "font/woff2",
    "plex-condensed-600.woff2" "font/woff2",
);

/// An hour: a new version of the program is seen the same morning.
const KEPT: &str = "public, max-age=3600";

/// `GET /assets/{name}`
pub async fn serve(Path(name): Path<String>) -> Result<Response, Fault> {
    let found = ASSETS.iter().find(|(known, _, _)| *known == name);
    let (_, kind, bytes) =
        found.ok_or_else(|| Failure::NotFound(format!("« {name} » n'existe pas.")))?;
    Ok(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, KEPT)], *bytes).into_response())
}
