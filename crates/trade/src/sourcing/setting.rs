//! What the hub aims at when it buys: set by its administrator, version after version.

use super::plan::Aim;
use super::task::{SourcingLock, SourcingRules};
use crate::denial::Denial;
use crate::offers::Stamp;
use crate::party::Place;
use crate::unit::Cents;

impl Aim {
    /// As tables and forms write it.
    pub const fn code(self) -> &'static str {
        match self {
            Aim::Promises => "promises",
            Aim::Served => "served",
            Aim::FairShare => "fair_share",
            Aim::Income => "income",
            Aim::SplitsAndTrips => "splits_and_trips",
            Aim::Kilometres => "kilometres",
        }
    }

    pub fn parse(code: &str) -> Option<Aim> {
        Aim::ALL.into_iter().find(|aim| aim.code() == code)
    }
}

/// What plans aim at, from a moment on (*réglage de la répartition*). The latest version counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcingSetting {
    /// 1 for the first; 0 for what holds while nobody has set anything.
    pub version: i64,
    /// In strict order; what is not named is not aimed at.
    pub aims: Vec<Aim>,
    /// Farms that bring an order line at most, wherever so many are enough.
    pub farms_most: i64,
    /// How far the aims behind fairness may move a farm from its share; `None`: half the dearest
    /// crate of the day.
    pub tolerance: Option<Cents>,
    pub stamp: Stamp,
}

/// Most farms of an order line that may be set: beyond, lots are not easy to trace.
pub const FARMS_MOST: i64 = 9;

impl SourcingSetting {
    /// What holds while nobody has set anything.
    pub fn usual() -> SourcingSetting {
        let stamp = Stamp { at: crate::calendar::Instant(0), by: String::new() };
        let aims = Aim::ALL.to_vec();
        SourcingSetting { version: 0, aims, farms_most: 2, tolerance: None, stamp }
    }

    /// Refused unless promises and quantity come first, each aim stands once, and the numbers
    /// make sense.
    pub fn judged(self) -> Result<SourcingSetting, Denial> {
        let is_twice = |(at, aim): (usize, &Aim)| self.aims[..at].contains(aim);
        let begins = self.aims.starts_with(&[Aim::Promises, Aim::Served]);
        if !begins || self.aims.iter().enumerate().any(is_twice) {
            return Err(Denial::AimsDisordered);
        }
        if !(1..=FARMS_MOST).contains(&self.farms_most) {
            let farms = self.farms_most;
            return Err(Denial::FarmsOutOfRange { farms, most: FARMS_MOST });
        }
        if let Some(tolerance) = self.tolerance.filter(|tolerance| *tolerance < Cents::ZERO) {
            return Err(Denial::ToleranceBelowZero { tolerance });
        }
        Ok(self)
    }

    /// The rules of a plan. `metres`: road metres between two places.
    pub fn rules(
        &self,
        locks: Vec<SourcingLock>,
        metres: fn(Place, Place) -> i64,
    ) -> SourcingRules {
        let SourcingSetting { ref aims, farms_most, tolerance, .. } = *self;
        SourcingRules { farms_most, locks, aims: aims.clone(), tolerance, metres }
    }
}
