//! What a round asks of its truck that it cannot do, in words.

use trade::register::Register;
use trade::rounds::{CallId, RoundFlaw};

use crate::ui::fr;

/// Places that a sentence names.
const NAMED: usize = 3;

/// The sentence of a flaw.
pub fn said(register: &Register, flaw: &RoundFlaw) -> String {
    let text = match flaw {
        RoundFlaw::TooLarge { site, gross, most } => format!(
            "Camion trop gros pour {} : {} de PTAC, {} au plus.",
            name(register, CallId::Site(*site)),
            fr::weight(*gross),
            fr::weight(*most)
        ),
        RoundFlaw::TooHeavy { load, payload } => {
            format!("Trop lourd : {} à bord, {} au plus.", fr::weight(*load), fr::weight(*payload))
        }
        RoundFlaw::TooFull { litres, room } => format!(
            "Trop volumineux : {} litres à bord, {} au plus.",
            fr::integer(*litres),
            fr::integer(*room)
        ),
        RoundFlaw::NoCold { calls } => {
            format!("Produits frais dans un camion sans froid : {}.", names(register, calls))
        }
    };
    fr::typeset(&text)
}

/// « A, B, C et 2 autres arrêts »
fn names(register: &Register, calls: &[CallId]) -> String {
    let named: Vec<String> = calls.iter().take(NAMED).map(|call| name(register, *call)).collect();
    match calls.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => {
            let others = fr::count(more as i64, "autre arrêt", "autres arrêts");
            format!("{} et {others}", named.join(", "))
        }
    }
}

fn name(register: &Register, call: CallId) -> String {
    match call {
        CallId::Site(site) => {
            register.sites.get(&site).map_or_else(|| site.to_string(), |one| one.name.clone())
        }
        CallId::Farm(farm) => {
            let known = register.producers.get(&farm);
            known.map_or_else(|| farm.to_string(), |one| one.identity.name.clone())
        }
    }
}
