//! The bytes of one file as a text: encodings, separators, quotes.

/// Why a file is no text of records: a line from 1, and a French reason.
pub type Refusal = (u64, &'static str);

/// UTF-8 with or without its mark; what is not UTF-8 is what French Excel writes (cp1252).
pub fn decode(bytes: &[u8]) -> Result<String, Refusal> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err((1, "c'est un classeur, pas un fichier CSV. Enregistrez-le en CSV UTF-8."));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err((1, "ce fichier est en UTF-16 (texte Unicode). Enregistrez-le en CSV UTF-8."));
    }
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        let reason = "ce n'est pas un fichier CSV (octet nul). Enregistrez-le en CSV UTF-8.";
        return Err((line_at(bytes, at), reason));
    }
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bare) {
        Ok(text) => Ok(text.to_string()),
        Err(bad) if bare.len() < bytes.len() || is_partly_utf8(bare) => {
            let reason = "des accents sont en UTF-8 et d'autres non. Enregistrez en CSV UTF-8.";
            Err((line_at(bare, bad.valid_up_to()), reason))
        }
        Err(_) => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bare).0.into_owned()),
    }
}

fn line_at(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// Whether an accent is written as UTF-8 writes it: `Ã` before a sign is no French in cp1252.
fn is_partly_utf8(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair[0] == 0xc3 && (0x80..0xc0).contains(&pair[1]))
}

/// The separator that the heading line has most of.
pub fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| heading.bytes().filter(|&byte| byte == separator).count();
    [b';', b',', b'\t'].into_iter().max_by_key(|&one| (count(one), one == b',')).unwrap_or(b',')
}

enum Place {
    Start,
    Bare,
    Quoted,
    AfterQuote,
}

/// The part of a text before the line on which a quote goes wrong, and that refusal.
pub fn before_bad_quote(text: &str, separator: u8) -> (&str, Option<Refusal>) {
    let mut place = Place::Start;
    let (mut line, mut line_start) = (1_u64, 0_usize);
    let mut opened = (line, line_start);
    let cut = |(line, start): (u64, usize), reason| (&text[..start], Some((line, reason)));
    for (at, byte) in text.bytes().enumerate() {
        let is_end = byte == separator || byte == b'\n' || byte == b'\r';
        place = match (place, byte) {
            (Place::Start, b'"') => {
                opened = (line, line_start);
                Place::Quoted
            }
            (Place::AfterQuote, b'"') => Place::Quoted,
            (Place::Quoted, b'"') => Place::AfterQuote,
            (Place::Quoted, _) => Place::Quoted,
            (_, _) if is_end => Place::Start,
            (Place::AfterQuote, _) => {
                let reason = "un guillemet de cette ligne est de trop, ou n'est pas doublé.";
                return cut(opened, reason);
            }
            _ => Place::Bare,
        };
        if byte == b'\n' {
            (line, line_start) = (line + 1, at + 1);
        }
    }
    match place {
        Place::Quoted => cut(opened, "un guillemet ouvert ici n'est jamais refermé."),
        _ => (text, None),
    }
}

/// Why a cell cannot be what a person wrote; `None` when it can.
pub fn damage(cell: &str) -> Option<&'static str> {
    let is_bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let after_tilde =
        |(at, _): (usize, &str)| cell[at..].chars().nth(1).is_some_and(|c| !c.is_ascii_graphic());
    if cell.contains('\u{fffd}') {
        return Some("des lettres sont perdues (signe �) : reprenez le fichier d'origine.");
    }
    if cell.contains(is_bad) {
        return Some("ce champ contient un signe invisible : tapez-le de nouveau.");
    }
    if cell.match_indices('Ã').any(after_tilde) {
        return Some("les accents sont abîmés : ouvrez le fichier d'origine en UTF-8.");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_followed_to_the_line_where_they_go_wrong() {
        for (text, kept, line) in [
            ("a,b\n\"1,2\",3\n", "a,b\n\"1,2\",3\n", None),
            ("a,b\n1,5\" de long\n", "a,b\n1,5\" de long\n", None),
            ("a\n\"say \"\"x\"\"\nand\"\nz", "a\n\"say \"\"x\"\"\nand\"\nz", None),
            ("a,b\n1,\"2\n3,4\n", "a,b\n", Some(2)),
            ("a,b\n1,2\n1,\"2\n3,\"4\n", "a,b\n1,2\n", Some(3)),
        ] {
            let (before, refusal) = before_bad_quote(text, b',');
            assert_eq!((before, refusal.map(|one| one.0)), (kept, line), "{text}");
        }
    }

    #[test]
    fn damaged_letters_are_seen() {
        for cell in ["Pomme cass\u{fffd}e", "CÃ©leri", "Ã\u{a0} midi", "a\u{7}"] {
            assert!(damage(cell).is_some(), "{cell}");
        }
        for cell in ["Céleri", "São João", "SÃO", "deux\nlignes", ""] {
            assert_eq!(damage(cell), None, "{cell}");
        }
    }
}
