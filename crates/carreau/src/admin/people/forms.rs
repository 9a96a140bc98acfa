//! Places as a form has them: one list, by the hub's desks, its buyers and its farms.

use trade::party::BuyerKind;
use trade::register::Register;

use crate::access::Role;
use crate::access::person::DESKS;
use crate::failure::Failure;
use crate::web::Fields;

/// Groups of choices, each by its code and what it is called.
pub type Groups = Vec<(&'static str, Vec<(String, String)>)>;

/// Every place that may be given.
pub fn places(register: &Register) -> Groups {
    let desk = |role: Role| (role.code(), role.name().to_string());
    let buyers = register.buyers.values();
    let buyer = |buyer: &trade::party::Buyer| {
        (Role::Buyer(buyer.id).code(), format!("{} (commandes)", buyer.identity.name))
    };
    let aid = buyers.clone().filter(|buyer| buyer.kind == BuyerKind::FoodAid);
    let aid = aid.map(|buyer| {
        (Role::FoodAid(buyer.id).code(), format!("{} (commandes et dons)", buyer.identity.name))
    });
    let farms = register.producers.values();
    let farm = |farm: &trade::party::Producer| {
        (Role::Producer(farm.id).code(), farm.identity.name.clone())
    };
    vec![
        ("La plateforme", DESKS.into_iter().map(desk).collect()),
        ("Aide alimentaire", sorted(aid.collect())),
        ("Acheteurs", sorted(buyers.map(buyer).collect())),
        ("Fermes", sorted(farms.map(farm).collect())),
    ]
}

fn sorted(mut choices: Vec<(String, String)>) -> Vec<(String, String)> {
    choices.sort_by_key(|(_, name)| trade::catalog::alphabetical(name));
    choices
}

/// The place that was chosen. A party that is not in the register gets nobody.
pub fn read_place(fields: &Fields, register: &Register) -> Result<Role, Failure> {
    let code = fields.needed("place", "Place")?;
    let role = Role::parse(code)
        .ok_or_else(|| Failure::Input(format!("« Place » : « {code} » est inconnu.")))?;
    let is_known = match role {
        Role::Buyer(buyer) => register.buyers.contains_key(&buyer),
        Role::FoodAid(buyer) => {
            register.buyers.get(&buyer).is_some_and(|one| one.kind == BuyerKind::FoodAid)
        }
        Role::Producer(farm) => register.producers.contains_key(&farm),
        _ => true,
    };
    match is_known {
        true => Ok(role),
        false => {
            Err(Failure::Input(format!("« Place » : « {code} » n'est pas de cette plateforme.")))
        }
    }
}

/// `Acheteur, Lycée Mermoz`: what a place is called, with its party.
pub fn place_name(role: Role, register: &Register) -> String {
    let party = match role {
        Role::Buyer(buyer) | Role::FoodAid(buyer) => {
            register.buyers.get(&buyer).map(|one| one.identity.name.clone())
        }
        Role::Producer(farm) => register.producers.get(&farm).map(|one| one.identity.name.clone()),
        _ => return role.name().to_string(),
    };
    format!("{}, {}", role.name(), party.unwrap_or(role.party()))
}

/// A name or a telephone number, cut to what a list can show.
pub fn short_text(fields: &Fields, name: &str, label: &str) -> Result<String, Failure> {
    let text = fields.text(name);
    match text.chars().count() {
        0..=120 => Ok(text.to_string()),
        many => Err(Failure::Input(format!("« {label} » a {many} signes : 120 au plus."))),
    }
}
