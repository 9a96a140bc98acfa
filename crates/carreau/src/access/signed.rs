//! Who signed a fact, as people call them.

use trade::id::{BuyerId, ProducerId};
use trade::register::Register;

/// The signature of what a data pack brought.
pub const PACK: &str = "dossier";

/// Who signed, by name: facts of a farm or a buyer that came by its link bear its code
/// (`Person::signature`), with `, par courriel` behind it where it wrote.
pub fn signed_by(register: &Register, by: &str) -> String {
    if by == PACK {
        return "données importées".into();
    }
    let (who, way) = by.split_once(',').unwrap_or((by, ""));
    match party(register, who) {
        Some(name) if way.is_empty() => name.into(),
        Some(name) => format!("{name},{way}"),
        None => by.into(),
    }
}

fn party<'register>(register: &'register Register, who: &str) -> Option<&'register str> {
    let (kind, code) = who.split_once(' ')?;
    let identity = match kind {
        "ferme" => &register.producers.get(&ProducerId::parse(code).ok()?)?.identity,
        "acheteur" => &register.buyers.get(&BuyerId::parse(code).ok()?)?.identity,
        _ => return None,
    };
    Some(&identity.name)
}

/// How a farm's word came: by its link, by mail, or through somebody at the desk.
pub fn way(by: &str) -> String {
    let is_own = by.starts_with("ferme ");
    match by.strip_prefix("saisi par ") {
        Some(who) => format!("au téléphone, saisi par {who}"),
        None if is_own && by.ends_with(", par courriel") => "par courriel".into(),
        None if is_own => "par son lien".into(),
        None if by == PACK => "données importées".into(),
        None => format!("noté par {by}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_word_comes_in_four_ways() {
        for (by, said) in [
            ("ferme mas-bel", "par son lien"),
            ("ferme mas-bel, par courriel", "par courriel"),
            ("saisi par Anaïs Roux", "au téléphone, saisi par Anaïs Roux"),
            ("dossier", "données importées"),
            ("Anaïs Roux", "noté par Anaïs Roux"),
        ] {
            assert_eq!(super::way(by), said, "{by}");
        }
    }
}
