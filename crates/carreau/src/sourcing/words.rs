//! What plans and shortages say, in French that one could say to a farmer or a cook.

use trade::catalog::SaleUnit;
use trade::sourcing::shortage::ShortagePolicy;
use trade::sourcing::{Aim, Cause, LockRule, Reason, SharedBy};
use trade::unit::{Cents, Qty, Rate};

use crate::ui::fr;

/// Why a farm was given a quantity.
pub fn reason_sentence(reason: &Reason) -> String {
    match reason {
        Reason::OnlyFarm => "seule ferme à pouvoir l'apporter ce jour, à ce prix".into(),
        Reason::NamedFarm => "la ligne est vendue au nom de cette ferme".into(),
        Reason::OnlyAllowedFarm => {
            "d'autres fermes pourraient l'apporter à ce prix, mais la clause d'origine du marché \
             les écarte"
                .into()
        }
        Reason::OthersByHand => {
            "ce que les autres fermes pourraient en apporter est décidé à la main".into()
        }
        Reason::FairShare { of_offer, season_before, season_goal } => format!(
            "{} : elle avait {} des achats de la saison, sa part est de {} avec ce jour",
            of_own_offer(*of_offer, "son offre"),
            fr::rate(*season_before),
            fr::rate(*season_goal)
        ),
        Reason::Remainder => {
            "sa part de la saison est déjà atteinte, mais il en fallait encore".into()
        }
        Reason::OneFarmForLine => {
            "plus que sa part, pour que l'acheteur n'ait affaire qu'à une ferme".into()
        }
        Reason::WorthTheTrip { minimum } => {
            format!(
                "complété pour que le trajet vaille la peine ({} au moins)",
                fr::euros(*minimum)
            )
        }
        Reason::ByHand { by, why } if why.is_empty() => format!("décidé par {by}"),
        Reason::ByHand { by, why } => format!("décidé par {by} : {why}"),
    }
}

/// Why this quantity, in a few words on the farm's own paper.
pub fn told_to_farm(reason: &Reason) -> String {
    match reason {
        Reason::OnlyFarm => "vous êtes la seule ferme à pouvoir l'apporter, à ce prix".into(),
        Reason::NamedFarm => "la ligne est vendue au nom de votre ferme".into(),
        Reason::OnlyAllowedFarm => {
            "vous êtes la seule ferme à pouvoir l'apporter, à ce prix, selon la clause d'origine \
             du marché"
                .into()
        }
        Reason::OthersByHand => {
            "ce que les autres fermes pourraient en apporter est décidé à la main".into()
        }
        Reason::FairShare { of_offer, season_before, season_goal } => format!(
            "{} : vous aviez {} des achats de la saison, votre part est de {} avec ce jour",
            of_own_offer(*of_offer, "votre offre"),
            fr::rate(*season_before),
            fr::rate(*season_goal)
        ),
        Reason::Remainder => "votre part est déjà atteinte, mais il en fallait encore".into(),
        Reason::OneFarmForLine => "pour que l'acheteur n'ait affaire qu'à une ferme".into(),
        Reason::WorthTheTrip { .. } => "complété pour que le trajet vaille la peine".into(),
        Reason::ByHand { by, .. } => format!("décidé par {by}"),
    }
}

/// `72 % de son offre`, `toute son offre`.
fn of_own_offer(part: Rate, offer: &str) -> String {
    match part.get() {
        10_000 => format!("toute {offer}"),
        _ => format!("{} de {offer}", fr::rate(part)),
    }
}

/// Why a sold quantity has no farm. No word in it agrees with the quantity: kilos, pieces and
/// bunches are of two genders.
pub fn cause_sentence(cause: &Cause, unit: SaleUnit) -> String {
    match cause {
        Cause::Shortage { wanted, offered } => format!(
            "on n'en trouve que {} sur {} : marchés et commandes permanentes d'abord, puis les \
             prix les plus hauts, à prix égal en proportion",
            fr::qty(*offered, unit),
            fr::qty(*wanted, unit)
        ),
        Cause::BelowPack => "les colis entiers ne tombent pas juste".into(),
        Cause::NoOffer => "plus aucune offre pour cette ligne ce jour".into(),
        Cause::NoProof => "offert, mais sans certificat valable ce jour".into(),
        Cause::TooDear { asked, paid } => format!(
            "la ferme la moins chère demande {}, la mercuriale en paie {}",
            fr::price_per(*asked, unit),
            fr::price(*paid)
        ),
        Cause::OutsideOrigin => "offert, mais hors de la clause d'origine du marché".into(),
        Cause::Locked => "offert, mais écarté à la main pour cette commande".into(),
    }
}

/// What is aimed at, as the administrator reads it.
pub fn aim_name(aim: Aim) -> &'static str {
    match aim {
        Aim::Promises => "Marchés et commandes permanentes servis",
        Aim::Served => "Quantité servie",
        Aim::FairShare => "Plus grand écart à la part de saison",
        Aim::Income => "Payé aux fermes",
        Aim::SplitsAndTrips => "Commandes partagées et trajets trop petits",
        Aim::Kilometres => "Kilomètres des fermes au quai",
    }
}

/// A value of an aim with its unit.
pub fn aim_value(aim: Aim, value: i64) -> String {
    match aim {
        Aim::Promises | Aim::Served => format!("{} kg ou pièces", fr::number(Qty::new(value))),
        Aim::FairShare | Aim::Income => fr::euros(Cents::new(value)),
        Aim::SplitsAndTrips => fr::integer(value),
        Aim::Kilometres => fr::km(value),
    }
}

/// How a shortage is shared.
pub fn policy_name(policy: ShortagePolicy) -> &'static str {
    match policy {
        ShortagePolicy::Proportional => "en proportion des commandes",
        ShortagePolicy::Priority => "marchés et commandes permanentes d'abord",
        ShortagePolicy::EqualMoney => "le même montant en moins pour chacun",
        ShortagePolicy::FirstCome => "premiers à commander servis d'abord",
    }
}

pub fn shared_name(by: SharedBy) -> &'static str {
    match by {
        SharedBy::Policy(policy) => policy_name(policy),
        SharedBy::Hand => "parts choisies à la main",
    }
}

/// `exactement 20 kg`
pub fn rule_name(rule: LockRule, unit: SaleUnit) -> String {
    match rule {
        LockRule::Exactly(quantity) => format!("exactement {}", fr::qty(quantity, unit)),
        LockRule::AtLeast(quantity) => format!("au moins {}", fr::qty(quantity, unit)),
        LockRule::Nothing => "rien".into(),
    }
}
