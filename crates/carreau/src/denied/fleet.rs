//! What cannot be true of a vehicle.

use trade::Denial;
use trade::party::Hours;

use crate::ui::fr;

pub fn of_fleet(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::PayloadOverGross { payload, gross } => format!(
            "La charge utile ({}) doit rester sous le PTAC ({}) : le véhicule pèse lui-même \
             quelque chose.",
            fr::kilos(*payload),
            fr::kilos(*gross)
        ),
        Denial::ShiftBackwards { shift } => {
            format!("{} : le service finit avant d'avoir commencé.", between(*shift))
        }
        Denial::RestBackwards { window } => {
            format!("{} : la pause finit avant d'avoir commencé.", between(*window))
        }
        Denial::RestOutsideShift { window, shift } => format!(
            "La pause peut commencer {} : c'est hors du service, {}.",
            lower(*window),
            lower(*shift)
        ),
        _ => return None,
    })
}

/// « De 5 h 00 à 13 h 00 »
fn between(hours: Hours) -> String {
    format!("De {} à {}", fr::time(hours.from), fr::time(hours.to))
}

fn lower(hours: Hours) -> String {
    format!("de {} à {}", fr::time(hours.from), fr::time(hours.to))
}
