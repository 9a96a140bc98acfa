//! Why a place is in no round, in words that one could say to who waits there.

use plan::rounds::LeftOut;

/// What the page says.
pub fn left_out(why: &LeftOut) -> String {
    match why {
        LeftOut::NoVehicle => "aucun camion ne sort ce jour",
        LeftOut::TooHeavy => "plus lourd que ce que porte un seul camion",
        LeftOut::TooLarge => "plus volumineux que ce que contient un seul camion",
        LeftOut::NoColdTruck => "il faut le froid, et aucun camion frigorifique ne peut le porter",
        LeftOut::NoAccess => "les camions qui pourraient le porter sont trop gros pour y accéder",
        LeftOut::TooFarInTime => {
            "aucun camion ne peut y être à ses heures et rentrer avant la fin de son service"
        }
        LeftOut::OnLockedTruck => "verrouillé sur un camion dont la journée ne le permet pas",
        LeftOut::NoTimeLeft => "les journées des camions qui pourraient venir sont pleines",
        LeftOut::NoRoomLeft => "les camions qui pourraient venir à l'heure sont déjà pleins",
    }
    .into()
}
