//! Passwords, for those who have no passkey: never alone, always with a one-time code.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::Wrong;

/// OWASP's Password Storage Cheat Sheet, first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// NIST SP 800-63B asks for 8 at least and takes 64 at least; a person who types this once a day
/// can do with 12.
pub const SHORTEST: usize = 12;
pub const LONGEST: usize = 128;

/// The words that people take first, in whole or doubled: any list begins with these.
const COMMON: [&str; 12] = [
    "password", "motdepasse", "azerty", "qwerty", "123456", "carreau", "producteur", "soleil",
    "marseille", "montpellier", "bonjour", "doudou",
];

/// What is stored of a password: a PHC string with its own salt and parameters.
///
/// Errors: too short, too long, or one that everybody tries first.
pub fn hash(password: &str) -> Result<String, Wrong> {
    refuse_weak(password)?;
    let hashed = hasher()?.hash_password(password.as_bytes()).map_err(|_| Wrong::Broken)?;
    Ok(hashed.to_string())
}

/// Whether a password is the one that was stored. About 50 ms of one core, on purpose.
pub fn matches(stored: &str, password: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    password.len() <= LONGEST * 4
        && hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &parsed).is_ok())
}

fn hasher() -> Result<Argon2<'static>, Wrong> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| Wrong::Broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn refuse_weak(password: &str) -> Result<(), Wrong> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Wrong::TooShort);
    }
    if length > LONGEST {
        return Err(Wrong::TooLong);
    }
    let bare: String = password.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let rest = COMMON.iter().fold(bare, |rest, word| rest.replace(word, ""));
    let kinds: std::collections::BTreeSet<char> = password.chars().collect();
    match rest.chars().count() < 3 && length < 20 || kinds.len() < 5 {
        true => Err(Wrong::TooCommon),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches() {
        let stored = hash("figues et courges 34").expect("a good one");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(matches(&stored, "figues et courges 34"));
        assert!(!matches(&stored, "figues et courges 35"));
        assert!(!matches(&stored, ""));
        assert!(!matches("", "figues et courges 34"));
        assert_ne!(hash("figues et courges 34").expect("again"), stored, "no salt");
    }

    #[test]
    fn weak_ones_are_refused() {
        for (password, expected) in [
            ("court", Wrong::TooShort),
            ("onze lettre", Wrong::TooShort),
            ("password1234", Wrong::TooCommon),
            ("MotDePasse2026", Wrong::TooCommon),
            ("aaaaaaaaaaaaaaaa", Wrong::TooCommon),
            ("123456123456", Wrong::TooCommon),
        ] {
            assert_eq!(hash(password), Err(expected), "{password}");
        }
        assert_eq!(hash(&"é".repeat(LONGEST + 1)), Err(Wrong::TooLong));
    }
}
