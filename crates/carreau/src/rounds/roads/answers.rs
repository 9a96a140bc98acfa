//! What road servers are asked and answer. OSRM: the table service of its HTTP API
//! (`/table/v1/driving`). Valhalla: the matrix service (`/sources_to_targets`), as a truck drives.

use serde::Deserialize;
use trade::party::Place;

use super::Matrix;

/// Degrees with a point and six decimals.
fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let whole = millionths.abs();
    format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
}

/// The path of a question to OSRM: longitude before latitude.
pub fn osrm_path(points: &[Place]) -> String {
    let point = |one: &Place| format!("{},{}", degrees(one.lon_e6), degrees(one.lat_e6));
    let all: Vec<String> = points.iter().map(point).collect();
    format!("/table/v1/driving/{}?annotations=duration,distance", all.join(";"))
}

#[derive(Deserialize)]
struct Osrm {
    code: String,
    durations: Vec<Vec<Option<f64>>>,
    distances: Vec<Vec<Option<f64>>>,
}

pub fn osrm(body: &[u8], count: usize) -> Result<Matrix, String> {
    let answer: Osrm = serde_json::from_slice(body).map_err(unread)?;
    if answer.code != "Ok" {
        return Err(no_way());
    }
    Ok(Matrix {
        metres: square(&answer.distances, count)?,
        seconds: square(&answer.durations, count)?,
    })
}

/// The question to Valhalla: all places as sources and targets.
pub fn valhalla_body(points: &[Place]) -> String {
    let point = |one: &Place| {
        format!("{{\"lat\":{},\"lon\":{}}}", degrees(one.lat_e6), degrees(one.lon_e6))
    };
    let all = points.iter().map(point).collect::<Vec<_>>().join(",");
    format!(
        "{{\"sources\":[{all}],\"targets\":[{all}],\"costing\":\"truck\",\"units\":\"kilometers\"}}"
    )
}

#[derive(Deserialize)]
struct Valhalla {
    sources_to_targets: Vec<Vec<Leg>>,
}

#[derive(Deserialize)]
struct Leg {
    /// Kilometres.
    distance: Option<f64>,
    time: Option<f64>,
}

pub fn valhalla(body: &[u8], count: usize) -> Result<Matrix, String> {
    let answer: Valhalla = serde_json::from_slice(body).map_err(unread)?;
    let rows = &answer.sources_to_targets;
    let cells = |of: fn(&Leg) -> Option<f64>| -> Vec<Vec<Option<f64>>> {
        rows.iter().map(|row| row.iter().map(of).collect()).collect()
    };
    Ok(Matrix {
        metres: square(&cells(|leg| leg.distance.map(|km| km * 1_000.0)), count)?,
        seconds: square(&cells(|leg| leg.time), count)?,
    })
}

fn unread(_: serde_json::Error) -> String {
    "la réponse du serveur de routes ne se lit pas.".into()
}

fn no_way() -> String {
    "le serveur de routes ne trouve pas de chemin entre tous les lieux.".into()
}

/// All cells in order. Errors: another shape, a pair without a way, a number that is none.
fn square(rows: &[Vec<Option<f64>>], count: usize) -> Result<Vec<i64>, String> {
    if rows.len() != count || rows.iter().any(|row| row.len() != count) {
        return Err("le serveur de routes répond pour d'autres lieux.".into());
    }
    let cell = |cell: &Option<f64>| match cell {
        Some(value) if value.is_finite() && (0.0..1e9).contains(value) => Ok(value.round() as i64),
        _ => Err(no_way()),
    };
    rows.iter().flatten().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Place; 2] =
        [Place { lat_e6: 43_610_769, lon_e6: 3_876_716 }, Place { lat_e6: -1_500, lon_e6: -20 }];

    #[test]
    fn questions_have_the_order_that_each_server_wants() {
        let path = osrm_path(&TWO);
        assert!(path.contains("/3.876716,43.610769;-0.000020,-0.001500?"), "{path}");
        assert!(valhalla_body(&TWO).contains("{\"lat\":43.610769,\"lon\":3.876716}"));
    }

    #[test]
    fn answers_become_metres_and_seconds() {
        let said =
            br#"{"code":"Ok","durations":[[0,60.4],[61.5,0]],"distances":[[0,1000.5],[990,0]]}"#;
        let matrix = osrm(said, 2).expect("a table");
        assert_eq!((matrix.metres, matrix.seconds), (vec![0, 1_001, 990, 0], vec![0, 60, 62, 0]));
        let said =
            br#"{"sources_to_targets":[[{"distance":0,"time":0},{"distance":1.25,"time":90}],
            [{"distance":1.3,"time":95},{"distance":0,"time":0}]]}"#;
        let matrix = valhalla(said, 2).expect("a table");
        assert_eq!((matrix.metres, matrix.seconds), (vec![0, 1_250, 1_300, 0], vec![0, 90, 95, 0]));
        for bad in [
            &br#"{"code":"NoTable","durations":[],"distances":[]}"#[..],
            br#"{"code":"Ok","durations":[[0,null],[1,0]],"distances":[[0,1],[1,0]]}"#,
            br#"{"code":"Ok","durations":[[0]],"distances":[[0]]}"#,
            b"<html>",
        ] {
            assert!(osrm(bad, 2).is_err());
        }
    }
}
