//! Who signed a fact, as people call them.

use trade::id::{BuyerId, ProducerId};
use trade::register::Register;

/// The signature of what a data pack brought.
pub const PACK: &str = "dossier";

/// Who signed, by name: facts of a farm or a buyer that came by its link bear its code
/// (`Person::signature`).
pub fn signed_by(register: &Register, by: &str) -> String {
    let known = match by.split_once(' ') {
        Some(("ferme", code)) => {
            let farm = ProducerId::parse(code).ok();
            farm.and_then(|farm| register.producers.get(&farm)).map(|farm| &farm.identity.name)
        }
        Some(("acheteur", code)) => {
            let buyer = BuyerId::parse(code).ok();
            buyer.and_then(|buyer| register.buyers.get(&buyer)).map(|buyer| &buyer.identity.name)
        }
        _ => None,
    };
    match known {
        Some(name) => name.clone(),
        None if by == PACK => "données importées".into(),
        None => by.into(),
    }
}
