//! Ways on a plain map, drawn here: places by their latitude and longitude, lines between them as
//! the crow flies. It prints, needs no script and asks nobody for anything. `rounds-map.js` reads
//! the drawing's `data-` and puts a map that moves in its place.

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
    /// Where on the page it is told of; empty: nowhere.
    pub key: String,
    pub is_late: bool,
}

/// What lies under the map that moves.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// `https://tiles.example/{z}/{x}/{y}.png`; empty: the program's own outlines.
    pub tiles: String,
    /// Whose tiles they are, as their owner asks to be named.
    pub credit: String,
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
pub fn ways(
    title: &str,
    dock: Place,
    ways: &[Way],
    towns: &[(&str, Place)],
    ground: &Ground,
) -> Chart {
    let points = ways.iter().flat_map(|way| &way.points);
    let known = points.map(|point| point.place).filter(|place| *place != Place::default());
    let places: Vec<Place> = std::iter::once(dock).chain(known).collect();
    if places.len() < 2 {
        return Chart::default();
    }
    let plane = Plane::of(&places);
    let (wide, tall) = (WIDE as i64, plane.tall.round() as i64);
    let mut html = format!(
        "<figure class='chart map' data-dock='{1}'{2}><svg viewBox='0 0 {wide} {tall}' role='img' \
         aria-label='{0}'><title>{0}</title>",
        escape(title),
        at(dock),
        tiles(ground)
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

/// Longitude and latitude, in the order of GeoJSON.
fn at(place: Place) -> String {
    let (lat, lon) = degrees(place);
    format!("{lon:.6} {lat:.6}")
}

fn tiles(ground: &Ground) -> String {
    match ground.tiles.as_str() {
        "" => String::new(),
        tiles => {
            let (tiles, credit) = (escape(tiles), escape(&ground.credit));
            format!(" data-tiles='{tiles}' data-credit='{credit}'")
        }
    }
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

fn line(html: &mut String, plane: &Plane, dock: Place, number: usize, way: &Way) {
    let inner = way.points.iter().map(|point| point.place).filter(|one| *one != Place::default());
    let all = std::iter::once(dock).chain(inner).chain(std::iter::once(dock));
    let path: Vec<String> = all
        .map(|place| {
            let (x, y) = plane.at(place);
            format!("{x} {y}")
        })
        .collect();
    let (colour, path) = (number % COLOURS, path.join("L"));
    let _ = write!(html, "<path class='way w{colour}' data-way='{number}' d='M{path}'/>");
}

fn stop(html: &mut String, plane: &Plane, number: usize, point: &Point) {
    let (x, y) = plane.at(point.place);
    let _ = write!(
        html,
        "<g class='stop w{}{}' data-way='{number}' data-at='{}' data-stop='{}'><title>{}</title>\
         <circle cx='{x}' cy='{y}' r='15'/><text x='{x}' y='{}'>{}</text></g>",
        number % COLOURS,
        if point.is_late { " late" } else { "" },
        at(point.place),
        escape(&point.key),
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
        let (said, key) = (format!("arrêt {mark} <b>"), format!("s{mark}"));
        Point { mark: mark.into(), said, place, key, is_late: mark == "1" }
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
        let html = ways("Tournées", DOCK, &[way], &towns, &Ground::default()).to_string();
        assert!(html.contains("Ici &amp; là") && !html.contains("Presque"), "{html}");
        assert!(!html.contains("Ailleurs"), "{html}");
        assert_eq!(html.matches("<circle").count(), 1, "a place that nobody knows is not drawn");
        assert_eq!(html.matches("<path").count(), 1);
        assert!(!html.contains("<b>") && !html.contains("<i>") && !html.contains("style="));
        assert_eq!(ways("Rien", DOCK, &[], &towns, &Ground::default()).to_string(), "");
    }

    #[test]
    fn a_map_that_moves_finds_all_it_shows_in_the_drawing() {
        let points = vec![point("1", 43_610_000, -3_900_000), point("2", 43_620_000, 3_910_000)];
        let way = Way { name: "T1".into(), points };
        let plain = ways("Tournées", DOCK, std::slice::from_ref(&way), &[], &Ground::default());
        let plain = plain.to_string();
        assert!(plain.contains("data-dock='3.850000 43.600000'"), "{plain}");
        let first =
            "class='stop w0 late' data-way='0' data-at='-3.900000 43.610000' data-stop='s1'";
        assert!(plain.contains(first), "{plain}");
        assert!(plain.contains("class='stop w0' data-way='0'"), "{plain}");
        assert!(!plain.contains("data-tiles"), "nothing is asked elsewhere that nobody has set");
        let set = Ground { tiles: "https://t.example/{z}".into(), credit: "© l'auteur".into() };
        let tiled = ways("Tournées", DOCK, &[way], &[], &set).to_string();
        let said = "data-tiles='https://t.example/{z}' data-credit='© l&#39;auteur'";
        assert!(tiled.contains(said), "{tiled}");
    }
}
