//! The hub's own words in its letters: a paragraph after the greeting, one before the signature.
//! Plain text: an empty line parts paragraphs, a line end stays one.

use trade::register::Register;

use super::sheet::{Block, Sheet};
use super::{
    ASKED_LINK, CLAIM_ANSWER, CONFIRMATION, CREDIT_NOTE, FARM_COPY, FOREWARNING, INVITATION,
    INVOICE, NUDGE, OFFER_REQUEST, PRICE_LIST, PURCHASE_ORDER, REPLY_ECHO, SHORTAGE, SURPLUS,
};

/// The letters that may have words of the hub's own, with what they are called: all but the late
/// request, which the hub writes to itself.
pub const KINDS: [(&str, &str); 15] = [
    (PRICE_LIST, "La mercuriale, à chaque acheteur"),
    (OFFER_REQUEST, "La demande d'offres, à chaque ferme"),
    (NUDGE, "La relance d'une ferme"),
    (PURCHASE_ORDER, "Le bon de commande, à une ferme"),
    (CONFIRMATION, "La confirmation de commande, à un acheteur"),
    (SHORTAGE, "Le manque annoncé à un acheteur"),
    (SURPLUS, "Le surplus offert à l'aide alimentaire"),
    (FOREWARNING, "L'excédent prévu, annoncé à l'aide alimentaire"),
    (INVOICE, "La facture, à un acheteur"),
    (INVITATION, "L'invitation d'une personne"),
    (ASKED_LINK, "Le lien demandé à la porte"),
    (CLAIM_ANSWER, "La réponse à une réclamation"),
    (CREDIT_NOTE, "L'avoir, à un acheteur"),
    (REPLY_ECHO, "L'accusé d'une réponse, à une ferme"),
    (FARM_COPY, "La copie de sa semaine, à une ferme"),
];

/// Longest text of each of the two, in signs.
pub const LONGEST: usize = 1_200;

/// Blocks behind which the closing words may not come: how to answer, and who writes.
const SIGNATURE: usize = 2;

/// Puts the words in force for a kind of letter into one that is signed.
pub fn in_own_words(mut sheet: Sheet, register: &Register, kind: &str) -> Sheet {
    let Some(words) = register.words(kind) else { return sheet };
    let end = sheet.blocks.len().saturating_sub(SIGNATURE);
    sheet.blocks.splice(end..end, blocks(&words.closing));
    // Behind "Bonjour,".
    let begin = 1.min(sheet.blocks.len());
    sheet.blocks.splice(begin..begin, blocks(&words.opening));
    sheet
}

/// Paragraphs; one of several lines keeps them.
fn blocks(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let block = |part: &str| {
        let lines: Vec<String> =
            part.lines().map(|line| crate::ui::fr::typeset(line.trim())).collect();
        match lines.len() {
            1 => Block::Say(lines.into_iter().next().unwrap_or_default()),
            _ => Block::Lines(lines),
        }
    };
    paragraphs.map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trade::id::Code;
    use trade::offers::Stamp;
    use trade::register::LetterWords;

    fn register(opening: &str, closing: &str) -> Register {
        let mut register = Register::new(crate::generate::hub());
        let kind = Code::parse(NUDGE).expect("a code");
        let stamp = Stamp { at: trade::calendar::Instant(0), by: "essai".into() };
        for (version, text) in [(1, "ancien"), (2, opening)] {
            let (opening, closing) = (text.to_string(), closing.to_string());
            register.words.push(LetterWords {
                kind,
                version,
                opening,
                closing,
                stamp: stamp.clone(),
            });
        }
        register
    }

    fn letter() -> Sheet {
        Sheet::new("s")
            .say("Bonjour,")
            .say("Le fait.")
            .say("Répondez.")
            .lines(vec!["Le hub".into()])
    }

    #[test]
    fn words_stand_behind_the_greeting_and_before_the_signature() {
        let register = register("Il pleut : <b>enfin</b> !\n\nDeux\r\nlignes", "À jeudi.");
        let sheet = in_own_words(letter(), &register, NUDGE);
        let expected = "Bonjour,\n\nIl pleut : <b>enfin</b> !\n\nDeux\nlignes\n\nLe fait.\n\n\
            À jeudi.\n\nRépondez.\n\nLe hub\n";
        assert_eq!(sheet.plain(), expected);
        let html = sheet.html().expect("a page");
        assert!(html.contains("&#60;b&#62;enfin&#60;/b&#62;"), "{html}");
        // Another kind of letter, and a latest version without a word, stay as they are built in.
        assert_eq!(in_own_words(letter(), &register, INVOICE).plain(), letter().plain());
        let back = self::register("", "");
        assert_eq!(in_own_words(letter(), &back, NUDGE).plain(), letter().plain());
    }
}
