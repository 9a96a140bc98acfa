//! The hub's trucks: which may drive, in which order, and what cannot be said of one.

use super::Register;
use crate::denial::Denial;
use crate::id::VehicleId;
use crate::party::{Hours, Vehicle};

impl Register {
    /// All vehicles in order of preference, those out of use among them.
    pub fn fleet(&self) -> Vec<&Vehicle> {
        let mut fleet: Vec<&Vehicle> = self.vehicles.values().collect();
        fleet.sort_by_key(|vehicle| (vehicle.rank, vehicle.id));
        fleet
    }

    /// The vehicles that may drive, in order of preference.
    pub fn trucks(&self) -> Vec<&Vehicle> {
        self.fleet().into_iter().filter(|vehicle| !vehicle.is_retired).collect()
    }

    /// A vehicle that may drive.
    pub fn truck(&self, id: VehicleId) -> Result<&Vehicle, Denial> {
        let known = self.vehicles.get(&id).ok_or(Denial::UnknownVehicle { vehicle: id })?;
        match known.is_retired {
            true => Err(Denial::VehicleRetired { vehicle: id }),
            false => Ok(known),
        }
    }

    /// The place behind all others in the order of preference.
    pub fn last_rank(&self) -> i64 {
        self.vehicles.values().map(|vehicle| vehicle.rank).max().map_or(1, |last| last + 1)
    }

    /// The whole fleet in another order: one vehicle changes places with the next one that may
    /// drive, before it (`is_up`) or behind it. At either end everything stays where it is.
    pub fn fleet_with(&self, id: VehicleId, is_up: bool) -> Result<Vec<VehicleId>, Denial> {
        self.truck(id)?;
        let fleet = self.fleet();
        let mut order: Vec<VehicleId> = fleet.iter().map(|vehicle| vehicle.id).collect();
        let in_use: Vec<usize> = (0..fleet.len()).filter(|&at| !fleet[at].is_retired).collect();
        let place = in_use.iter().position(|&at| fleet[at].id == id).unwrap_or_default();
        let other = if is_up { place.checked_sub(1) } else { Some(place + 1) };
        if let Some(&other) = other.and_then(|other| in_use.get(other)) {
            order.swap(in_use[place], other);
        }
        Ok(order)
    }
}

impl Vehicle {
    /// What cannot be true of a vehicle, all of it: it weighs something itself, its day and the
    /// driver's rest begin before they end, and the rest begins while it may be out.
    pub fn faults(&self) -> Vec<Denial> {
        let (payload, shift) = (self.payload, self.duty.shift);
        let mut faults = Vec::new();
        if let Some(gross) = self.duty.gross.filter(|gross| payload >= *gross) {
            faults.push(Denial::PayloadOverGross { payload, gross });
        }
        if is_backwards(shift) {
            faults.push(Denial::ShiftBackwards { shift });
        }
        match self.duty.rest.map(|rest| rest.window) {
            Some(window) if is_backwards(window) => faults.push(Denial::RestBackwards { window }),
            Some(window) if window.from < shift.from || window.to > shift.to => {
                faults.push(Denial::RestOutsideShift { window, shift });
            }
            _ => {}
        }
        faults
    }
}

fn is_backwards(hours: Hours) -> bool {
    hours.to <= hours.from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::{Duty, Rest};
    use crate::unit::Grams;

    fn id(code: &str) -> VehicleId {
        VehicleId::parse(code).expect("a code")
    }

    fn vehicle(code: &str, rank: i64) -> Vehicle {
        Vehicle {
            id: id(code),
            name: code.into(),
            payload: Grams::new(900_000),
            is_cold: false,
            rank,
            is_retired: false,
            duty: Duty::default(),
        }
    }

    fn told(change: impl Fn(&mut Vehicle)) -> Vec<Denial> {
        let mut one = vehicle("a", 1);
        change(&mut one);
        one.faults()
    }

    #[test]
    fn what_cannot_be_true_of_a_vehicle_is_told() {
        let (payload, gross) = (Grams::new(900_000), Grams::new(900_000));
        let window = |from, to| Hours { from, to };
        let rest = |window| Some(Rest { window, minutes: 30 });
        assert!(told(|_| {}).is_empty());
        assert_eq!(
            told(|one| one.duty.gross = Some(gross)),
            [Denial::PayloadOverGross { payload, gross }]
        );
        assert!(told(|one| one.duty.gross = Some(Grams::new(900_001))).is_empty());
        let shift = window(600, 600);
        assert_eq!(told(|one| one.duty.shift = shift), [Denial::ShiftBackwards { shift }]);
        let backwards = window(660, 600);
        assert_eq!(
            told(|one| one.duty.rest = rest(backwards)),
            [Denial::RestBackwards { window: backwards }]
        );
        let usual = Duty::default().shift;
        for outside in [window(usual.from - 1, 600), window(600, usual.to + 1)] {
            assert_eq!(
                told(|one| one.duty.rest = rest(outside)),
                [Denial::RestOutsideShift { window: outside, shift: usual }]
            );
        }
        assert!(told(|one| one.duty.rest = rest(usual)).is_empty());
    }
}
