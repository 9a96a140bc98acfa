//! What rounds must know of places and trucks. Where nobody has said it, the default stands; every
//! default is a round figure to begin with, no measurement.

use super::{Site, Vehicle};
use crate::unit::{Cents, Grams, round_div};

/// From when until when, in minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub from: i64,
    pub to: i64,
}

/// How a site is reached and unloaded at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Receiving hours of a second time of the day, behind the usual ones.
    pub again: Option<Hours>,
    /// For a call with a handful of crates; what is heavy takes longer: [`service_seconds`].
    pub service_minutes: i64,
    /// The heaviest truck that can come, as its gross weight (*PTAC*); `None`: any.
    pub largest: Option<Grams>,
    /// Who is left out last when not all can be served: 1 before 2 before 3.
    pub priority: i64,
    /// Empty crates usually taken back.
    pub empties: i64,
}

impl Default for Access {
    fn default() -> Access {
        Access { again: None, service_minutes: 10, largest: None, priority: 2, empties: 0 }
    }
}

/// How a farm's goods come to the dock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carriage {
    /// Our truck fetches them (*ramasse*).
    pub is_fetched: bool,
    /// When the farm would rather be at the dock, or be fetched; `None`: at any time.
    pub hours: Option<Hours>,
}

/// A driver's rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// When it may begin.
    pub window: Hours,
    pub minutes: i64,
}

/// What a truck may do on a day, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Room for goods; `None`: never full before it is too heavy.
    pub litres: Option<i64>,
    /// *PTAC*; `None`: by its payload, see [`Vehicle::gross`].
    pub gross: Option<Grams>,
    /// When it may leave the dock first and must be back last.
    pub shift: Hours,
    pub rounds_most: i64,
    /// At the dock between two rounds.
    pub turnaround_minutes: i64,
    pub rest: Option<Rest>,
    pub per_km: Cents,
    pub per_hour: Cents,
    /// For going out at all: a carrier's price, a driver called in.
    pub per_day: Cents,
    /// A carrier's, not the hub's own.
    pub is_carrier: bool,
}

impl Default for Duty {
    fn default() -> Duty {
        Duty {
            litres: None,
            gross: None,
            shift: Hours { from: 4 * 60, to: 18 * 60 },
            rounds_most: 3,
            turnaround_minutes: 20,
            rest: None,
            per_km: Cents::new(50),
            per_hour: Cents::new(2_500),
            per_day: Cents::ZERO,
            is_carrier: false,
        }
    }
}

/// How the hub's dock works, for what comes and goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DockRules {
    /// Kilos of goods in a cubic metre of a truck, crates and the air between them included. A
    /// pallet of 0.8 x 1.2 x 1.8 m with some 450 kg of fruit and vegetables comes to about 260.
    pub density: i64,
    /// Trucks of farms that unload at once.
    pub doors: i64,
    /// Arrival slots begin at every multiple of this.
    pub slot_minutes: i64,
    /// When farms may arrive.
    pub hours: Hours,
}

impl Default for DockRules {
    fn default() -> DockRules {
        let hours = Hours { from: 4 * 60 + 30, to: 6 * 60 };
        DockRules { density: 250, doors: 2, slot_minutes: 15, hours }
    }
}

impl DockRules {
    /// The room that goods of a weight take in a truck, in litres, rounded up.
    pub fn litres_of(&self, weight: Grams) -> i64 {
        // Kilos in a cubic metre are grams in a litre.
        let density = self.density.max(1);
        (weight.get() + density - 1).div_euclid(density)
    }
}

impl Site {
    /// Receiving hours of the day, in order.
    pub fn hours(&self) -> Vec<Hours> {
        let usual = Hours { from: self.opens_minute, to: self.closes_minute };
        std::iter::once(usual).chain(self.access.again).collect()
    }
}

impl Vehicle {
    /// Gross weight: as said, else that of the usual class of trucks with this payload: a van of
    /// 3.5 t carries up to 1.5 t, a truck of 7.5 t up to 3.5 t, one of 12 t up to 6.5 t.
    pub fn gross(&self) -> Grams {
        const CLASSES: [(i64, i64); 3] =
            [(1_500_000, 3_500_000), (3_500_000, 7_500_000), (6_500_000, 12_000_000)];
        let by_payload = || {
            let class = CLASSES.iter().find(|(most, _)| self.payload.get() <= *most);
            Grams::new(class.map_or(19_000_000, |(_, gross)| *gross))
        };
        self.duty.gross.unwrap_or_else(by_payload)
    }

    /// What a way of so many metres and seconds costs, without the price of the day.
    pub fn cost_of(&self, metres: i64, seconds: i64) -> Cents {
        let part = |each: Cents, units: i64, of: i128| {
            round_div(i128::from(each.get()) * i128::from(units), of)
        };
        let way = part(self.duty.per_km, metres, 1_000);
        Cents::new(way + part(self.duty.per_hour, seconds, 3_600))
    }
}

/// Seconds at the hub's own dock: five minutes, and one more for each 100 kilos.
pub fn unloading_seconds(weight: Grams) -> i64 {
    service_seconds(5, weight)
}

/// Seconds at a call: so many minutes, and one more for each 100 kilos that change places. A hand
/// truck takes about that; no measurement.
pub fn service_seconds(minutes: i64, weight: Grams) -> i64 {
    minutes * 60 + round_div(i128::from(weight.get()) * 60, 100_000)
}
