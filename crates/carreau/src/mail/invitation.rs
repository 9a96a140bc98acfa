//! The letter by which somebody comes in for the first time. Its link is worth a key: only the
//! person whom it is sent to sees it.

use trade::offers::Stamp;
use trade::register::Register;

use super::letters::{opened, signed};
use super::sheet::Sheet;
use super::words::in_own_words;
use super::{FRESH, INVITATION};
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
    Ok(Mail {
        kind: INVITATION,
        party: "person",
        recipient: person.to_string(),
        version: stamp.at.0,
        subject: sheet.subject.replace(['\u{a0}', '\u{202f}'], " "),
        plain: sheet.plain(),
        html: sheet.html().map_err(|error| Failure::Other(error.into()))?,
        give_up_at: stamp.at.0 + FRESH,
        reply: None,
    })
}

/// How an address of a link ends before its token.
const BEFORE_TOKEN: &str = "/lien#";

/// The text of a letter for others than its recipient: without the token of its link.
pub fn without_key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split(BEFORE_TOKEN);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(BEFORE_TOKEN);
        out.push('…');
        out.push_str(part.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_key;

    #[test]
    fn the_key_of_a_letter_is_not_shown_to_others() {
        let shown = without_key("a https://x.fr/lien#0123abc\nb <a href=\"/lien#zz9\">c</a>");
        assert_eq!(shown, "a https://x.fr/lien#…\nb <a href=\"/lien#…\">c</a>");
        assert_eq!(without_key("sans lien"), "sans lien");
    }
}
