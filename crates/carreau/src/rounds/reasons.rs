//! Why a place is in no round, in words that one could say to who waits there.

use plan::rounds::LeftOut;
use trade::rounds::Call;

use super::views::clock;

/// What the page says of a call that is left out; hours of the dock are told as the call asks them.
pub fn left_out(why: &LeftOut, call: Option<&Call>) -> String {
    let hour = |of: fn(&Call) -> Option<i64>| call.and_then(of).map(clock).unwrap_or_default();
    match why {
        LeftOut::ReadyTooLate => {
            let ready = hour(|call| call.ready);
            return format!(
                "ce qui lui revient de la ramasse n'est trié au quai qu'à {ready}, trop tard pour \
                 ses heures"
            );
        }
        LeftOut::BackTooLate => {
            let by = hour(|call| call.back_by);
            return format!(
                "aucun camion ne peut en revenir au quai avant {by}, fin de la réception, alors que \
                 sa marchandise se livre le jour même"
            );
        }
        LeftOut::NoVehicle => "aucun camion ne sort ce jour",
        LeftOut::TooHeavy => "sa charge est trop lourde pour un seul camion",
        LeftOut::TooLarge => "sa charge est trop volumineuse pour un seul camion",
        LeftOut::NoColdTruck => {
            "il faut du froid, et aucun camion frigorifique ne peut prendre cette charge"
        }
        LeftOut::NoAccess => "les camions assez grands pour sa charge ne peuvent pas y accéder",
        LeftOut::TooFarInTime => {
            "aucun camion ne peut y être à ses heures et rentrer avant la fin de son service"
        }
        LeftOut::OnLockedTruck => "verrouillé sur un camion dont la journée ne le permet pas",
        LeftOut::NoTimeLeft => "les journées des camions qui pourraient venir sont pleines",
        LeftOut::NoRoomLeft => "les camions qui pourraient venir à l'heure sont déjà pleins",
    }
    .into()
}
