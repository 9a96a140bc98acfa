//! Numbers of invented parties: they pass the tests of form that software makes, and belong to
//! nobody. Every SIREN begins with 000, every bank is 00000, every telephone is of the range that
//! Arcep keeps for fiction, every address ends in `.example`.

/// SIREN of the invented party number `at` (9 digits, Luhn).
pub fn siren(at: u64) -> String {
    with_luhn(&format!("{:08}", at % 100_000))
}

/// SIRET of its seat (14 digits, Luhn).
pub fn siret(at: u64) -> String {
    with_luhn(&format!("{}0001", siren(at)))
}

/// French VAT number: the key is 12 plus three times the SIREN, modulo 97.
pub fn vat_number(at: u64) -> String {
    let siren = siren(at);
    let key = (12 + 3 * (siren.parse::<u64>().unwrap_or(0) % 97)) % 97;
    format!("FR{key:02}{siren}")
}

/// IBAN with both its keys (RIB and ISO 13616).
pub fn iban(at: u64) -> String {
    let account = at % 100_000_000_000;
    // 97 less the rest of the whole number; bank and branch are zero.
    let rib = 97 - (3 * account) % 97;
    let national = format!("{:010}{account:011}{rib:02}", 0);
    // F is 15, R is 27; the key is found with 00 in its place.
    let key = 98 - rest_97(&format!("{national}152700"));
    format!("FR{key:02}{national}")
}

/// A number of the range 04 65 71 00 00 to 99 99.
pub fn phone(at: u64) -> String {
    let at = at % 10_000;
    format!("04 65 71 {:02} {:02}", at / 100, at % 100)
}

/// The rest by 97 of a long number.
pub fn rest_97(digits: &str) -> u64 {
    digits.bytes().fold(0, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97)
}

/// Weighted sum of Luhn: a good number gives a multiple of ten.
pub fn luhn(digits: &str) -> u32 {
    let from_end = digits.bytes().rev().enumerate();
    from_end
        .map(|(rank, digit)| {
            let digit = u32::from(digit - b'0');
            if rank % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum()
}

fn with_luhn(digits: &str) -> String {
    let sum = luhn(&format!("{digits}0"));
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A name as a code: lower case, no accents, words joined by `-`, at most `most` long.
pub fn slug(name: &str, most: usize) -> String {
    let mut code = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => code.push(c),
            'à' | 'â' | 'ä' => code.push('a'),
            'é' | 'è' | 'ê' | 'ë' => code.push('e'),
            'î' | 'ï' => code.push('i'),
            'ô' | 'ö' => code.push('o'),
            'ù' | 'û' | 'ü' => code.push('u'),
            'ç' => code.push('c'),
            'œ' => code.push_str("oe"),
            _ if !code.is_empty() && !code.ends_with('-') => code.push('-'),
            _ => {}
        }
    }
    code.truncate(most);
    code.trim_end_matches('-').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_numbers_pass_the_tests_of_form() {
        for at in [0, 1, 7, 42, 999, 12_345, 99_999] {
            let (siren, siret, iban) = (siren(at), siret(at), iban(at));
            assert_eq!((siren.len(), siret.len(), iban.len()), (9, 14, 27));
            assert_eq!((luhn(&siren) % 10, luhn(&siret) % 10), (0, 0), "{siret}");
            assert!(siret.starts_with(&siren) && siren.starts_with("000"));
            assert_eq!(rest_97(&format!("{}1527{}", &iban[4..], &iban[2..4])), 1, "{iban}");
            assert!(iban[4..].starts_with("0000000000"));
            assert_eq!(vat_number(at).len(), 13);
        }
    }

    #[test]
    fn a_known_siren_and_a_known_rib_agree() {
        // INSEE's example 732 829 320, whose VAT number is FR44732829320.
        assert_eq!(luhn("732829320") % 10, 0);
        assert_eq!((12 + 3 * (732_829_320_u64 % 97)) % 97, 44);
        // A digit changed is found.
        assert_ne!(luhn("732829321") % 10, 0);
    }

    #[test]
    fn names_become_codes() {
        assert_eq!(slug("de l'Éolienne", 23), "de-l-eolienne");
        assert_eq!(slug("Chênes verts", 23), "chenes-verts");
        assert_eq!(slug("Petite Camargue du Sud", 8), "petite-c");
        assert_eq!(slug("Petite Camargue", 7), "petite");
    }
}
