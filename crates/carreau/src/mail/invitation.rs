//! The letter by which somebody comes in for the first time. Its link is worth a key: only the
//! person whom it is sent to sees it.

use trade::offers::Stamp;
use trade::register::Register;

use super::letters::{opened, signed};
use super::sheet::Sheet;
use super::words::in_own_words;
use super::{ASKED_LINK, FRESH, INVITATION, set};
use crate::failure::Failure;
use crate::store::act::Mail;

/// `place`: what the person does in the hub. `link`: where the person comes in.
pub fn sheet(register: &Register, place: &str, link: String) -> Sheet {
    let hub = &register.hub.identity.name;
    let sheet = opened(format!("Entrer chez {hub}"))
        .say(format!("Une place vous attend chez « {hub} » : {place}."))
        .link("Entrer, une fois", link)
        .say(
            "Ce lien sert une seule fois, pendant sept jours. Créez ensuite votre clé d'accès, à \
             la page « Mon compte » : vous n'aurez plus besoin de lien.",
        )
        .say("Vous n'attendiez rien de nous ? Ne touchez pas au lien, et dites-le-nous.");
    in_own_words(signed(sheet, register), register, INVITATION)
}

/// The letter to a person of the installation.
pub fn letter(
    register: &Register,
    person: &str,
    place: &str,
    link: String,
    stamp: &Stamp,
) -> Result<Mail, Failure> {
    let sheet = sheet(register, place, link);
    let to = ("person", person.to_string());
    set((INVITATION, stamp.at.0), to, &sheet, stamp.at.0 + FRESH)
}

/// The letter with a link that was asked for at the door. `is_of_week`: it opens a week, as often
/// as one likes; else the site, once.
pub fn asked_link(register: &Register, link: String, is_of_week: bool) -> Sheet {
    let hub = &register.hub.identity.name;
    let lasts = match is_of_week {
        true => "Il ouvre votre page de cette semaine, autant de fois que vous voulez.",
        false => "Il sert une seule fois, dans les vingt minutes.",
    };
    let sheet = opened(format!("Votre lien chez {hub}"))
        .say(format!("Vous avez demandé un lien pour entrer chez « {hub} »."))
        .link("Entrer", link)
        .say(lasts)
        .say("Vous n'avez rien demandé ? Ne touchez pas au lien : personne d'autre ne l'a reçu.");
    in_own_words(signed(sheet, register), register, ASKED_LINK)
}

/// The text of a letter for others than its recipient: without the token of its link.
pub fn without_key(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("/lien") {
        let way = rest[at..].find(|sign: char| sign == '#' || sign == '"' || sign.is_whitespace());
        let end = way.map_or(rest.len(), |way| at + way);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        if let Some(token) = rest.strip_prefix('#') {
            out.push_str("#…");
            rest = token.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric());
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn the_key_of_a_letter_is_not_shown_to_others() {
        let shown = without_key("a https://x.fr/lien#0123abc\nb <a href=\"/lien#zz9\">c</a>");
        assert_eq!(shown, "a https://x.fr/lien#…\nb <a href=\"/lien#…\">c</a>");
        let shown = without_key("https://x.fr/lien?to=/weeks/2026-W48#0123abc puis /lien et #1");
        assert_eq!(shown, "https://x.fr/lien?to=/weeks/2026-W48#… puis /lien et #1");
        assert_eq!(without_key("sans lien"), "sans lien");
    }
}
