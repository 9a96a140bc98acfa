//! What the pages of trucks write.

use trade::id::{HubId, VehicleId};
use trade::party::Vehicle;

use crate::admin::desk::Command;
use crate::store::table::upsert_hub;

const SET_RANK: &str = "UPDATE vehicles SET rank = $1 WHERE hub_id = $2 AND vehicle = $3";
const SET_RETIRED: &str = "UPDATE vehicles SET is_retired = $1 WHERE hub_id = $2 AND vehicle = $3";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[SET_RANK, SET_RETIRED];

/// A new vehicle, or one with this code as it now is.
pub fn put(hub: HubId, vehicle: &Vehicle) -> Vec<Command> {
    let mut commands = Vec::new();
    upsert_hub(hub, std::slice::from_ref(vehicle), &mut commands);
    commands
}

pub fn set_rank(hub: HubId, vehicle: VehicleId, rank: i64) -> Command {
    (SET_RANK, vec![rank.into(), hub.as_str().into(), vehicle.as_str().into()])
}

pub fn set_retired(hub: HubId, vehicle: VehicleId, is_retired: bool) -> Command {
    let flag = i64::from(is_retired);
    (SET_RETIRED, vec![flag.into(), hub.as_str().into(), vehicle.as_str().into()])
}
