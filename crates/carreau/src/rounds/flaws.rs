//! What a round asks of its truck that it cannot do. Somebody may know better than the figures: it
//! is shown, and refuses nothing.

use trade::party::Vehicle;
use trade::register::Register;
use trade::rounds::{CallId, Round};

use crate::ui::fr;

/// A sentence for each place where the truck is too large to come, and one where its goods take
/// more room than it has. A truck that nobody knows says nothing.
pub fn flaws(register: &Register, round: &Round) -> Vec<String> {
    let Some(vehicle) = register.vehicles.get(&round.vehicle) else { return Vec::new() };
    let stops = round.stops.iter();
    let mut said: Vec<String> =
        stops.filter_map(|stop| too_large(register, vehicle, stop.call)).collect();
    said.extend(vehicle.duty.litres.and_then(|room| too_full(round, room)));
    said
}

fn too_large(register: &Register, vehicle: &Vehicle, call: CallId) -> Option<String> {
    let CallId::Site(id) = call else { return None };
    let site = register.sites.get(&id)?;
    let most = site.access.largest.filter(|most| vehicle.gross() > *most)?;
    let gross = fr::weight(vehicle.gross());
    let said = format!(
        "Camion trop gros pour {} : {gross} de PTAC, {} au plus.",
        site.name,
        fr::weight(most)
    );
    Some(fr::typeset(&said))
}

/// The fullest on the way: all that is brought leaves the dock together.
fn too_full(round: &Round, room: i64) -> Option<String> {
    let mut litres: i64 = round.stops.iter().map(|stop| stop.brings.litres).sum();
    let mut most = litres;
    for stop in &round.stops {
        litres += stop.fetches.litres - stop.brings.litres;
        most = most.max(litres);
    }
    (most > room).then(|| {
        let (most, room) = (fr::integer(most), fr::integer(room));
        fr::typeset(&format!("Trop volumineux : {most} litres à bord, {room} au plus."))
    })
}
