//! What somebody wrote themself in a letter: without what mail programs quote and what they put
//! under every letter.

use crate::list::plain;

/// The own words of a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Line by line, without empty ones around.
    pub text: String,
    /// Words stand between quoted lines, or behind a signature: what they speak of, only a reader
    /// sees.
    pub is_scattered: bool,
}

/// How letters end; what follows is the signature.
const CLOSINGS: [&str; 22] = [
    "cordialement",
    "bien cordialement",
    "tres cordialement",
    "cdlt",
    "cdt",
    "bcdt",
    "bonne journee",
    "bonne soiree",
    "bonne semaine",
    "bon week end",
    "belle journee",
    "bien a vous",
    "a bientot",
    "amicalement",
    "salutations",
    "envoye de mon",
    "envoye depuis",
    "envoye a partir de",
    "sent from",
    "telecharger outlook",
    "obtenir outlook",
    "get outlook",
];

/// Where one reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Own,
    Quote,
    Signature,
}

impl Own {
    pub fn of(text: &str) -> Own {
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let mut reading =
            Reading { blocks: Vec::new(), quotes: 0, part: Part::Own, is_late: false };
        let mut at = 0;
        while at < lines.len() {
            match attribution(&lines[at..]) {
                Some(length) if is_quote_next(&lines[at + length..]) => {
                    reading.part = Part::Quote;
                    at += length;
                    continue;
                }
                Some(_) => break,
                None if is_cut_off(&lines[at..]) => break,
                None => reading.take(lines[at]),
            }
            at += 1;
        }
        reading.own()
    }
}

struct Reading<'text> {
    /// Own lines, with how many quotes stand before each run of them.
    blocks: Vec<(usize, Vec<&'text str>)>,
    quotes: usize,
    part: Part,
    /// Something stands behind a signature that is none.
    is_late: bool,
}

impl<'text> Reading<'text> {
    fn take(&mut self, line: &'text str) {
        let said = plain(line);
        if line.starts_with('>') {
            self.quotes += usize::from(self.part != Part::Quote || self.quotes == 0);
            self.part = Part::Quote;
            return;
        }
        if line.is_empty() {
            return;
        }
        if matches!(line, "--" | "—") || is_closing(&said) {
            self.part = Part::Signature;
            return;
        }
        if self.part == Part::Signature {
            let is_word_more = said.starts_with("ps ") || said.starts_with("p s ");
            self.is_late |= is_word_more || super::said::is_doubtful(line);
            return;
        }
        self.part = Part::Own;
        match self.blocks.last_mut() {
            Some((quotes, block)) if *quotes == self.quotes => block.push(line),
            _ => self.blocks.push((self.quotes, vec![line])),
        }
    }

    fn own(self) -> Own {
        let between = self.blocks.iter().any(|&(quotes, _)| quotes > 0 && quotes < self.quotes);
        let lines: Vec<&str> = self.blocks.iter().flat_map(|(_, block)| block.clone()).collect();
        let is_scattered = self.blocks.len() > 1 || between || self.is_late;
        Own { text: lines.join("\n"), is_scattered }
    }
}

fn is_closing(said: &str) -> bool {
    CLOSINGS.iter().any(|closing| {
        let rest = said.strip_prefix(closing);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// `Le lun. 23 nov. 2026 à 10:04, La plateforme <…> a écrit :`, over up to three lines; how many.
fn attribution(lines: &[&str]) -> Option<usize> {
    (1..=lines.len().min(3)).find(|&length| {
        let joined = lines[..length].join(" ");
        let ends = ["a écrit :", "a écrit:", "a ecrit :", "wrote:", "schrieb:"];
        let joined = joined.replace(['\u{a0}', '\u{202f}'], " ");
        let begins = lines[0].starts_with("Le ") || lines[0].starts_with("On ");
        let is_whole = begins || length == 1;
        is_whole && !lines[0].is_empty() && ends.iter().any(|end| joined.ends_with(end))
    })
}

fn is_quote_next(lines: &[&str]) -> bool {
    lines.iter().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with('>'))
}

/// Whether a mail program's own line begins the letter that is answered.
fn is_cut_off(lines: &[&str]) -> bool {
    let line = lines[0];
    let said = plain(line);
    let is_rule = line.len() >= 10 && line.chars().all(|c| c == '_');
    let is_message = line.starts_with("--")
        && ["message d origine", "original message", "message transfere", "forwarded message"]
            .iter()
            .any(|word| said.contains(word));
    let bare = line.trim_start_matches('*');
    let is_head = |line: &&str| {
        let line = line.trim_start_matches('*').replace('\u{a0}', " ");
        ["Envoyé", "Sent:", "Date", "À :", "À:", "To:", "Objet", "Subject:"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let is_from = ["De :", "De\u{a0}:", "De:", "From:"].iter().any(|from| bare.starts_with(from));
    is_rule || is_message || (is_from && lines.iter().skip(1).take(4).any(is_head))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> (String, bool) {
        let Own { text, is_scattered } = Own::of(text);
        (text.replace('\n', " | "), is_scattered)
    }

    #[test]
    fn quotes_and_signatures_are_cut() {
        for (text, expected) in [
            ("ok\n", "ok"),
            ("ok\n\nLe lun. 23 nov. 2026 à 10:04, Hub <a@b.fr> a écrit :\n> tomates 20", "ok"),
            ("ok\n\nLe lun. 23 nov. 2026 à 10:04, Hub\n<a@b.fr> a\u{a0}écrit\u{a0}:\n\n> 20", "ok"),
            ("Le 23 nov. 2026, Hub a écrit :\n> tomates 20\n> mardi\n\nok", "ok"),
            ("ok\n-----Message d'origine-----\nDe : Hub\nmais 12", "ok"),
            ("ok\n\nDe : Hub <a@b.fr>\nEnvoyé : lundi\nÀ : moi\nObjet : x\n\nmais 12", "ok"),
            ("ok\n________________________________\nDe : Hub\nmais", "ok"),
            ("ok\nCordialement,\nJean Roque\n06 12 34 56 78", "ok"),
            ("ok\n-- \nJean", "ok"),
            ("ok\n\nEnvoyé de mon iPhone\n", "ok"),
            ("ok\nLe 23 nov. Hub a écrit :\ntomates 20 mais 12", "ok"),
            ("Bonjour,\ntomates 40\n\n> hier", "Bonjour, | tomates 40"),
            ("Le mardi 40 kg de tomates", "Le mardi 40 kg de tomates"),
            ("De la part de Jean\nok", "De la part de Jean | ok"),
            ("> tomates 20", ""),
        ] {
            assert_eq!(own(text), (expected.to_string(), false), "{text}");
        }
    }

    #[test]
    fn words_between_quotes_need_a_reader() {
        for text in [
            "> tomates 20\nok\n> carottes 12",
            "ok\n> tomates 20\nsauf mardi",
            "> tomates 20\nok\n> carottes 12\nnon",
            "ok\nCordialement\nJean\nPS : mais pas de tomates",
            "ok\nCordialement\nsauf les tomates",
        ] {
            assert!(own(text).1, "{text}");
        }
    }
}
