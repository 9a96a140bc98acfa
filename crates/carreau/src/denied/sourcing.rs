//! What the rules of purchases refuse.

use trade::Denial;
use trade::unit::Qty;

use crate::ui::fr;

pub(super) fn of_sourcing(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::DayStillOpen { day } => format!(
            "Les commandes du {} ne sont pas closes. \
             Clôturez le jour avant de répartir les achats.",
            fr::day(*day)
        ),
        Denial::PlanOverServes { line, wanted, given } => format!(
            "La ligne de commande {line} recevrait {} pour {} demandés.",
            fr::number(*given),
            fr::number(*wanted)
        ),
        Denial::PlanOverdraws { offer, left, taken } => format!(
            "L'offre {offer} donnerait {} alors qu'il en reste {}.",
            fr::number(*taken),
            fr::number(*left)
        ),
        Denial::PlanMismatch { line, offer } => {
            format!("L'offre {offer} ne peut pas servir la ligne de commande {line}.")
        }
        Denial::PlanEmpty { day } => {
            format!("Il n'y a rien à répartir pour le {} : tout est déjà acheté.", fr::day(*day))
        }
        Denial::ConfirmedAboveAsked { asked, confirmed } => format!(
            "La ferme confirme {} alors que {} sont commandés : notez au plus la commande.",
            fr::number(*confirmed),
            fr::number(*asked)
        ),
        Denial::AlreadyReceived { line } => {
            format!("La ligne d'achat {line} est déjà reçue ou relevée : elle ne change plus.")
        }
        other => return by_hand(other),
    })
}

/// What the coordinator decides by hand.
fn by_hand(denial: &Denial) -> Option<String> {
    Some(match denial {
        Denial::PartAboveAsked { line, asked, part } => format!(
            "La commande {line} recevrait {} alors qu'elle attend encore {} de cette ferme : notez \
             au plus {}.",
            fr::number(*part),
            fr::number(*asked),
            fr::number(*asked)
        ),
        Denial::PartSplitsPack { line, pack, part } => format!(
            "La commande {line} recevrait {} : ce n'est pas un nombre entier de colis de {}.",
            fr::number(*part),
            fr::number(*pack)
        ),
        Denial::PartsOff { brings, parts } => parts_off(*brings, *parts),
        Denial::LockWithoutOffer { producer, product } => {
            format!("La ferme « {producer} » n'offre pas de « {product} » ce jour-là, à ce prix.")
        }
        Denial::LockAboveOffer { offered, asked } => format!(
            "La ferme n'a plus que {} à donner pour ce produit : {} n'est pas possible.",
            fr::number(*offered),
            fr::number(*asked)
        ),
        _ => return None,
    })
}

/// How far the parts of a shortage are from what the farm brings.
fn parts_off(brings: Qty, parts: Qty) -> String {
    let (all, given) = (fr::number(brings), fr::number(parts));
    let off = fr::number(Qty::new((brings.get() - parts.get()).abs()));
    match parts > brings {
        true => format!("Les parts font {given}, la ferme en apporte {all} : retirez {off}."),
        false => {
            format!("Les parts font {given}, la ferme en apporte {all} : donnez encore {off}.")
        }
    }
}
