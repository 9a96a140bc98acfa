//! What a planner of rounds may know of a day, and what it answers. Times are seconds of the day
//! (a round that ends behind midnight goes on counting), distances metres.

use crate::calendar::Day;
use crate::id::{ProducerId, SiteId, VehicleId};
use crate::party::Place;
use crate::unit::{Cents, Grams};

/// Where a truck calls: at a site that receives, or at a farm whose goods it fetches (*ramasse*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallId {
    Site(SiteId),
    Farm(ProducerId),
}

/// What takes room on a truck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub weight: Grams,
    pub litres: i64,
}

/// From when until when, in seconds of the day; both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub from: i64,
    pub to: i64,
}

/// A place where a truck must call on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    pub place: Place,
    /// Loaded at the dock, left here.
    pub brings: Load,
    /// Taken along from here to the dock: a farm's goods, empty crates.
    pub fetches: Load,
    /// When work here may begin, in order and apart; empty: at any time.
    pub windows: Vec<Window>,
    /// Seconds from the beginning of the work here until the truck can leave.
    pub service: i64,
    pub needs_cold: bool,
    /// The heaviest truck that can come here, as its gross weight (*PTAC*); `None`: any.
    pub largest: Option<Grams>,
    /// Who is left out last when not all can be served: 1 before 2 before 3.
    pub priority: i64,
    /// What is brought is at the dock from then: the round that carries it leaves no earlier.
    pub ready: Option<i64>,
    /// What is fetched must be at the dock by then: so must the round that carries it.
    pub back_by: Option<i64>,
}

/// A driver's rest, taken where the truck stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// When it may begin.
    pub window: Window,
    /// Seconds.
    pub lasts: i64,
}

/// A truck with its driver on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truck {
    pub id: VehicleId,
    pub payload: Grams,
    /// `None`: never full before it is too heavy.
    pub litres: Option<i64>,
    /// Gross weight (*PTAC*), for places where large ones cannot come.
    pub gross: Grams,
    pub is_cold: bool,
    /// When it may leave the dock first and must be back last.
    pub shift: Window,
    /// Rounds that it may make in the day.
    pub rounds_most: i64,
    /// Seconds at the dock between two rounds.
    pub turnaround: i64,
    /// Only on days on which it is out longer than until the pause's window ends.
    pub pause: Option<Pause>,
    pub per_km: Cents,
    pub per_hour: Cents,
    /// For going out at all on the day: a carrier's price, a driver called in.
    pub per_day: Cents,
}

/// What the coordinator has fixed before planning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundLocks {
    /// Whole rounds that stay as they are, stops and order.
    pub rounds: Vec<PlannedRound>,
    /// Calls that stay on a truck, wherever in its rounds.
    pub trucks: Vec<(CallId, VehicleId)>,
}

/// All that a rounds planner may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundsTask {
    pub day: Day,
    pub depot: Place,
    pub calls: Vec<Call>,
    /// In order of preference.
    pub trucks: Vec<Truck>,
    pub locks: RoundLocks,
}

/// A stop with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStop {
    pub call: CallId,
    /// From the place before.
    pub metres: i64,
    pub arrives: i64,
    /// Begin of the work: not before a window opens.
    pub begins: i64,
}

/// One way of a truck from the dock and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRound {
    pub vehicle: VehicleId,
    pub leaves: i64,
    pub stops: Vec<PlannedStop>,
    /// Behind which stop the pause is taken, from 1; 0: at the dock before leaving.
    pub pause_after: Option<usize>,
    pub metres_back: i64,
    pub back: i64,
}
