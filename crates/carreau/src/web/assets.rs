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
    "rounds-ground.js" "text/javascript; charset=utf-8",
    "rounds-map.js" "text/javascript; charset=utf-8",
    "maplibre-gl-csp.js" "text/javascript; charset=utf-8",
    "maplibre-gl-csp-worker.js" "text/javascript; charset=utf-8",
    "MapLibre-licences.txt" "text/plain; charset=utf-8",
    "ground.json" "application/json",
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::ASSETS;
    use crate::generate::seeds::communes;

    fn ground() -> Value {
        let found = ASSETS.iter().find(|(name, _, _)| *name == "ground.json").expect("a ground");
        serde_json::from_slice(found.2).expect("JSON")
    }

    fn list<'a>(of: &'a Value, way: &str) -> &'a Vec<Value> {
        of.pointer(way).and_then(Value::as_array).expect("a list")
    }

    /// A change of the seeds goes with `seeds/ground.py`, which made the file of them.
    #[test]
    fn the_ground_has_the_communes_of_the_seeds_the_largest_first() {
        let mut known: Vec<_> = communes().iter().collect();
        known.sort_by(|a, b| (b.population, &a.insee).cmp(&(a.population, &b.insee)));
        let ground = ground();
        let drawn = list(&ground, "/objects/communes/geometries");
        assert_eq!(drawn.len(), known.len());
        for (drawn, commune) in drawn.iter().zip(known) {
            assert_eq!(drawn["properties"]["name"], commune.name);
            let degrees = [commune.place.lon_e6, commune.place.lat_e6];
            for (thousandths, millionths) in list(drawn, "/coordinates").iter().zip(degrees) {
                let off = thousandths.as_i64().expect("whole") * 1_000 - millionths;
                assert!(off.abs() <= 500, "{}: {off} off", commune.name);
            }
        }
    }

    /// TopoJSON: an outline names its borders by number, `!number` for one that runs backwards.
    #[test]
    fn every_department_is_drawn_by_borders_that_join() {
        let ground = ground();
        let ends: Vec<[(i64, i64); 2]> = list(&ground, "/arcs").iter().map(ends).collect();
        let outlines = list(&ground, "/objects/departments/geometries");
        assert_eq!(outlines.len(), 96, "mainland France and Corsica");
        for outline in outlines {
            let rings =
                list(outline, "/arcs").iter().flat_map(|part| part.as_array().expect("a part"));
            for ring in rings {
                let numbers = ring.as_array().expect("a ring").iter();
                let walked: Vec<[(i64, i64); 2]> = numbers.map(|one| walk(&ends, one)).collect();
                let next = walked.iter().cycle().skip(1);
                let joins = walked.iter().zip(next).all(|(one, next)| one[1] == next[0]);
                assert!(joins && !walked.is_empty(), "{}", outline["id"]);
            }
        }
    }

    /// Where a border begins and ends: its first point, then steps from one to the next.
    fn ends(arc: &Value) -> [(i64, i64); 2] {
        let steps = arc.as_array().expect("steps").iter();
        let mut steps = steps.map(|step| {
            let at = |side: usize| step[side].as_i64().expect("whole");
            (at(0), at(1))
        });
        let first = steps.next().expect("a point");
        [first, steps.fold(first, |at, step| (at.0 + step.0, at.1 + step.1))]
    }

    fn walk(ends: &[[(i64, i64); 2]], number: &Value) -> [(i64, i64); 2] {
        let number = number.as_i64().expect("a number");
        let at = usize::try_from(if number < 0 { !number } else { number }).expect("an index");
        let [begin, end] = ends[at];
        if number < 0 { [end, begin] } else { [begin, end] }
    }
}
