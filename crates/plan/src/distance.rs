//! How far it is between two places, when no road data is at hand.

use trade::party::Place;

/// Mean radius of the Earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Roads are longer than the great circle by about this much. A round figure, not a measurement of
/// one region: 1.12 to 2.10 by country (Ballou, Rahardja, Sakai, *Selected country circuity
/// factors for road travel distance estimation*, Transportation Research A 36(9), 2002), 1.34 on
/// average around European cities (Mennicken, Lemoy, Caruso, *Road network distances and detours
/// in Europe*, 2024).
const CIRCUITY: f64 = 1.3;

/// A place as a point of the unit sphere: distances are then products, not trigonometry.
#[derive(Clone, Copy, Debug)]
pub struct Point([f64; 3]);

impl Point {
    pub fn of(place: Place) -> Point {
        let radians = |millionths: i64| (millionths as f64 / 1e6).to_radians();
        let (lat, lon) = (radians(place.lat_e6), radians(place.lon_e6));
        Point([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
    }

    /// Square of the straight line through the Earth: orders places like the distance does.
    pub fn chord_squared(self, other: Point) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    /// Road metres, estimated.
    pub fn metres(self, other: Point) -> i64 {
        let half = (self.chord_squared(other).sqrt() / 2.0).min(1.0);
        (2.0 * half.asin() * EARTH_M * CIRCUITY).round() as i64
    }
}

/// Road metres between two places: great circle times circuity.
pub fn metres(from: Place, to: Place) -> i64 {
    Point::of(from).metres(Point::of(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTPELLIER: Place = Place { lat_e6: 43_610_769, lon_e6: 3_876_716 };
    const BEZIERS: Place = Place { lat_e6: 43_344_233, lon_e6: 3_215_795 };

    #[test]
    fn known_distances_come_out() {
        // 61 km as the crow flies.
        let found = metres(MONTPELLIER, BEZIERS);
        assert!((76_000..82_000).contains(&found), "{found}");
        assert_eq!(metres(MONTPELLIER, MONTPELLIER), 0);
        assert_eq!(found, metres(BEZIERS, MONTPELLIER));
    }
}
