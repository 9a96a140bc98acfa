//! How far it is and how long it takes between the places of a task.

use trade::rounds::task::RoundsTask;
use trade::unit::round_div;

use crate::distance::Point;

/// Square matrices over the dock and the calls in the order of the task: from row to column, in
/// metres and seconds. Both ways need not be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roads {
    size: usize,
    metres: Vec<i64>,
    seconds: Vec<i64>,
}

/// Why numbers are no roads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRoads {
    /// Not `size` times `size` numbers.
    Shape { wanted: usize, metres: usize, seconds: usize },
    /// Below zero, or more than [`FARTHEST`], at this row and column.
    Leg { from: usize, to: usize },
}

/// More metres or seconds than any leg has: a quarter of the way round the Earth.
pub const FARTHEST: i64 = 10_000_000;

/// A leg's metres up to here are driven at this many km/h. Round figures, not a measurement: both
/// ends in towns and yards at half of the 50 km/h that the *Code de la route* allows there
/// (R413-3), country roads and crossings, then main roads somewhat under the 80 km/h of trucks
/// above 3.5 t (R413-8). Real times come from a road service or a measured matrix.
const SPEEDS: [(i64, i64); 3] = [(3_000, 25), (15_000, 50), (i64::MAX, 70)];

impl Roads {
    /// Of so many places, the dock first; row by row.
    pub fn new(size: usize, metres: Vec<i64>, seconds: Vec<i64>) -> Result<Roads, BadRoads> {
        let wanted = size * size;
        if metres.len() != wanted || seconds.len() != wanted {
            let (metres, seconds) = (metres.len(), seconds.len());
            return Err(BadRoads::Shape { wanted, metres, seconds });
        }
        let is_bad = |leg: &i64| !(0..=FARTHEST).contains(leg);
        let bad = (0..wanted).find(|&at| is_bad(&metres[at]) || is_bad(&seconds[at]));
        match bad {
            Some(at) => Err(BadRoads::Leg { from: at / size, to: at % size }),
            None => Ok(Roads { size, metres, seconds }),
        }
    }

    /// Great circle times circuity, and speeds by distance.
    pub fn estimated(task: &RoundsTask) -> Roads {
        let places = std::iter::once(task.depot).chain(task.calls.iter().map(|call| call.place));
        let points: Vec<Point> = places.map(Point::of).collect();
        let legs = points.iter().flat_map(|&from| points.iter().map(move |&to| from.metres(to)));
        let metres: Vec<i64> = legs.collect();
        let seconds = metres.iter().map(|&metres| seconds(metres)).collect();
        Roads { size: points.len(), metres, seconds }
    }

    /// Places, with the dock.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Metres from one place to another; 0 is the dock, 1 the first call of the task.
    pub fn metres(&self, from: usize, to: usize) -> i64 {
        self.metres[from * self.size + to]
    }

    pub fn seconds(&self, from: usize, to: usize) -> i64 {
        self.seconds[from * self.size + to]
    }
}

/// Estimated seconds for a leg of so many metres.
pub fn seconds(metres: i64) -> i64 {
    let (mut from, mut millis) = (0, 0);
    for (to, speed) in SPEEDS {
        let part = metres.min(to) - from;
        if part <= 0 {
            break;
        }
        millis += round_div(i128::from(part) * 3_600, i128::from(speed));
        from = to;
    }
    round_div(i128::from(millis), 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_legs_are_slower_than_long_ones() {
        for (metres, expected) in
            [(0, 0), (1_000, 144), (3_000, 432), (15_000, 1_296), (85_000, 4_896)]
        {
            assert_eq!(seconds(metres), expected, "{metres} m");
        }
        assert!((1..100_000).all(|metres| seconds(metres) >= seconds(metres - 1)));
    }

    #[test]
    fn numbers_that_are_no_roads_are_refused() {
        let shape = BadRoads::Shape { wanted: 4, metres: 3, seconds: 4 };
        assert_eq!(Roads::new(2, vec![0; 3], vec![0; 4]), Err(shape));
        let leg = BadRoads::Leg { from: 1, to: 0 };
        assert_eq!(Roads::new(2, vec![0, 1, -1, 0], vec![0; 4]), Err(leg));
        assert_eq!(Roads::new(2, vec![0; 4], vec![0, 1, FARTHEST + 1, 0]), Err(leg));
        let roads = Roads::new(2, vec![0, 5, 6, 0], vec![0, 7, 8, 0]).expect("roads");
        assert_eq!((roads.metres(0, 1), roads.metres(1, 0), roads.seconds(1, 0)), (5, 6, 8));
    }
}
