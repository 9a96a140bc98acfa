//! Ways on a plain map, drawn here: places by their latitude and longitude, lines between them as
//! the crow flies. It prints, needs no script and asks nobody for anything.

use std::fmt::Write;

use trade::party::Place;

use super::chart::{Chart, drawn, escape};

/// A way from the dock over places and back.
pub struct Way {
    pub name: String,
    pub points: Vec<Point>,
}

pub struct Point {
    /// What stands at the place: the rank of the stop.
    pub mark: String,
    pub said: String,
    pub place: Place,
}

/// Width of the drawing and its edge, in its own units; no drawing is taller than wide, none lower
/// than a third.
const WIDE: f64 = 1_000.0;
const EDGE: f64 = 40.0;

/// So many colours tell ways apart; then they begin again.
const COLOURS: usize = 6;

/// Latitude and longitude on a plane: one scale for both, as they are in the middle of the map.
struct Plane {
    west: f64,
    north: f64,
    scale: f64,
    narrow: f64,
    tall: f64,
}

fn degrees(place: Place) -> (f64, f64) {
    (place.lat_e6 as f64 / 1e6, place.lon_e6 as f64 / 1e6)
}

impl Plane {
    fn of(places: &[Place]) -> Plane {
        let all: Vec<(f64, f64)> = places.iter().copied().map(degrees).collect();
        let least = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).fold(f64::MAX, f64::min);
        let most = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).fold(f64::MIN, f64::max);
        let (south, north) = (least(|one| one.0), most(|one| one.0));
        let (west, east) = (least(|one| one.1), most(|one| one.1));
        let narrow = ((south + north) / 2.0).to_radians().cos().max(0.1);
        // Half a kilometre at least: one place alone is in the middle of something.
        let (across, down) = (((east - west) * narrow).max(0.005), (north - south).max(0.005));
        let scale = (WIDE - 2.0 * EDGE) / across.max(down);
        let tall = (down * scale + 2.0 * EDGE).max(WIDE / 3.0);
        Plane { west, north, scale, narrow, tall }
    }

    /// Whole units: the same drawing on every machine.
    fn at(&self, place: Place) -> (i64, i64) {
        let (lat, lon) = degrees(place);
        let x = EDGE + (lon - self.west) * self.narrow * self.scale;
        let y = EDGE + (self.north - lat) * self.scale;
        (x.round() as i64, y.round() as i64)
    }
}

/// The map of ways, with the names of towns that find room between them; nothing is drawn where
/// there are no ways.
pub fn ways(title: &str, dock: Place, ways: &[Way], towns: &[(&str, Place)]) -> Chart {
    let points = ways.iter().flat_map(|way| &way.points);
    let known = points.map(|point| point.place).filter(|place| *place != Place::default());
    let places: Vec<Place> = std::iter::once(dock).chain(known).collect();
    if places.len() < 2 {
        return Chart::default();
    }
    let plane = Plane::of(&places);
    let (wide, tall) = (WIDE as i64, plane.tall.round() as i64);
    let mut html = format!(
        "<figure class='chart map'><svg viewBox='0 0 {wide} {tall}' role='img' \
         aria-label='{0}'><title>{0}</title>",
        escape(title)
    );
    name_towns(&mut html, &plane, &places, towns);
    for (at, way) in ways.iter().enumerate() {
        line(&mut html, &plane, dock, at, way);
    }
    for (at, way) in ways.iter().enumerate() {
        for point in way.points.iter().filter(|point| point.place != Place::default()) {
            stop(&mut html, &plane, at, point);
        }
    }
    let (x, y) = plane.at(dock);
    let _ = write!(
        html,
        "<rect class='dock' x='{}' y='{}' width='28' height='28'><title>Quai</title></rect></svg>",
        x - 14,
        y - 14
    );
    html.push_str("<ul class='ways'>");
    for (at, way) in ways.iter().enumerate() {
        let _ = write!(html, "<li class='w{}'>{}</li>", at % COLOURS, escape(&way.name));
    }
    html.push_str("</ul></figure>");
    drawn(html)
}

/// No name is nearer to another, or to a stop, than that.
const APART: (i64, i64) = (150, 34);

/// Names of towns under the ways, the first ones first: what would cover another is left out.
fn name_towns(html: &mut String, plane: &Plane, places: &[Place], towns: &[(&str, Place)]) {
    let mut taken: Vec<(i64, i64)> = places.iter().map(|place| plane.at(*place)).collect();
    for (name, place) in towns {
        let (x, y) = plane.at(*place);
        let is_inside = (60..WIDE as i64 - 60).contains(&x) && (20..plane.tall as i64).contains(&y);
        let mut near = taken.iter();
        let is_free = near.all(|at| (at.0 - x).abs() > APART.0 || (at.1 - y).abs() > APART.1);
        if is_inside && is_free {
            taken.push((x, y));
            let _ = write!(html, "<text class='town' x='{x}' y='{y}'>{}</text>", escape(name));
        }
    }
}

fn line(html: &mut String, plane: &Plane, dock: Place, at: usize, way: &Way) {
    let inner = way.points.iter().map(|point| point.place).filter(|one| *one != Place::default());
    let all = std::iter::once(dock).chain(inner).chain(std::iter::once(dock));
    let path: Vec<String> = all
        .map(|place| {
            let (x, y) = plane.at(place);
            format!("{x} {y}")
        })
        .collect();
    let _ = write!(html, "<path class='way w{}' d='M{}'/>", at % COLOURS, path.join("L"));
}

fn stop(html: &mut String, plane: &Plane, at: usize, point: &Point) {
    let (x, y) = plane.at(point.place);
    let _ = write!(
        html,
        "<g class='stop w{}'><title>{}</title><circle cx='{x}' cy='{y}' r='15'/>\
         <text x='{x}' y='{}'>{}</text></g>",
        at % COLOURS,
        escape(&point.said),
        y + 6,
        escape(&point.mark)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCK: Place = Place { lat_e6: 43_600_000, lon_e6: 3_850_000 };

    fn point(mark: &str, lat_e6: i64, lon_e6: i64) -> Point {
        let place = Place { lat_e6, lon_e6 };
        Point { mark: mark.into(), said: format!("arrêt {mark} <b>"), place }
    }

    #[test]
    fn north_is_above_and_east_is_right() {
        let plane = Plane::of(&[DOCK, Place { lat_e6: 43_700_000, lon_e6: 3_950_000 }]);
        let (dock, other) =
            (plane.at(DOCK), plane.at(Place { lat_e6: 43_700_000, lon_e6: 3_950_000 }));
        assert!(other.0 > dock.0 && other.1 < dock.1, "{dock:?} {other:?}");
        assert!((40..=960).contains(&other.0) && (40..=960).contains(&dock.1));
    }

    #[test]
    fn ways_are_drawn_with_their_stops_and_nothing_of_them_is_code() {
        let way = Way {
            name: "T1 <i>".into(),
            points: vec![point("1", 43_610_000, 3_900_000), point("2", 0, 0)],
        };
        let towns = [
            ("Ici & là", Place { lat_e6: 43_604_000, lon_e6: 3_880_000 }),
            ("Presque", Place { lat_e6: 43_604_000, lon_e6: 3_880_000 }),
            ("Ailleurs", Place { lat_e6: 45_000_000, lon_e6: 3_880_000 }),
        ];
        let html = ways("Tournées", DOCK, &[way], &towns).to_string();
        assert!(html.contains("Ici &amp; là") && !html.contains("Presque"), "{html}");
        assert!(!html.contains("Ailleurs"), "{html}");
        assert_eq!(html.matches("<circle").count(), 1, "a place that nobody knows is not drawn");
        assert_eq!(html.matches("<path").count(), 1);
        assert!(!html.contains("<b>") && !html.contains("<i>") && !html.contains("style="));
        assert_eq!(ways("Rien", DOCK, &[], &towns).to_string(), "");
    }
}
