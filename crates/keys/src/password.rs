//! Passwords: how they are kept, and which are too weak to be kept.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::{Error, chance};

/// OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Letters, not bytes. NIST SP 800-63B asks for a long password rather than a mixed one, and for
/// an upper limit of 64 at least.
const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// Fewer different letters than this are a pattern, whatever the length.
const DISTINCT: usize = 5;

/// Words with which the commonest passwords begin, without the digits and signs behind them, and
/// the runs of keys that are long enough by themselves.
const COMMONEST: [&str; 31] = [
    "abcdefghijkl",
    "adminadmin",
    "administrateur",
    "administrator",
    "azertyazerty",
    "azertyuiop",
    "azertyuiopqs",
    "azertyuiopqsdfghjklm",
    "bienvenue",
    "bonjour",
    "bonjourbonjour",
    "changeme",
    "changemoi",
    "chocolat",
    "doudou",
    "iloveyou",
    "iloveyouiloveyou",
    "jetaime",
    "letmein",
    "loulou",
    "marseille",
    "montpellier",
    "motdepasse",
    "motdepassemotdepasse",
    "password",
    "passwordpassword",
    "princesse",
    "qwertyuiop",
    "qwertyuiopasdfghjkl",
    "soleil",
    "welcome",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    Short,
    Long,
    Common,
    Mail,
}

impl Weakness {
    /// A sentence for who chose it.
    pub fn sentence(self) -> &'static str {
        match self {
            Weakness::Short => "Le mot de passe est trop court : il faut au moins 12 caractères.",
            Weakness::Long => "Le mot de passe est trop long : 128 caractères au plus.",
            Weakness::Common => {
                "Ce mot de passe est trop facile à deviner : prenez trois mots sans rapport."
            }
            Weakness::Mail => "Le mot de passe ne doit pas être votre adresse.",
        }
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What is stored of a password: a PHC string with its own salt and parameters.
/// Refuses (`Broken`) one longer than [`too_weak`] lets through.
pub fn hash(password: &str) -> Result<String, Error> {
    if password.chars().count() > LONGEST {
        return Err(Error::Broken("a password that is too long to be hashed".into()));
    }
    let kept = argon().hash_password_with_salt(password.as_bytes(), &chance::<16>());
    kept.map(|kept| kept.to_string()).map_err(|error| Error::Broken(error.to_string()))
}

/// Whether it is the password of the stored hash. A hash that cannot be read fits none.
pub fn verify(hash: &str, password: &str) -> bool {
    let fits = |kept: &PasswordHash| argon().verify_password(password.as_bytes(), kept).is_ok();
    password.chars().count() <= LONGEST && PasswordHash::new(hash).is_ok_and(|kept| fits(&kept))
}

/// Takes the time of [`verify`] when there is no hash, so that nobody learns by the clock whose
/// address is known.
pub fn verify_nobody(password: &str) {
    let short: String = password.chars().take(LONGEST).collect();
    let spent = hash(&short);
    debug_assert!(spent.is_ok());
}

/// Why a password is too weak for the person with this mail, or `None`.
pub fn too_weak(password: &str, mail: &str) -> Option<Weakness> {
    let length = password.chars().count();
    let plain = password.trim().to_lowercase();
    if length < SHORTEST {
        return Some(Weakness::Short);
    }
    if length > LONGEST {
        return Some(Weakness::Long);
    }
    if is_mail(&plain, &mail.trim().to_lowercase()) {
        return Some(Weakness::Mail);
    }
    is_common(&plain).then_some(Weakness::Common)
}

/// What stands before the digits and signs at the end.
fn stem(plain: &str) -> &str {
    plain.trim_end_matches(|letter: char| !letter.is_alphabetic())
}

fn is_mail(plain: &str, mail: &str) -> bool {
    let name = mail.split('@').next().unwrap_or("");
    !mail.is_empty() && (stem(plain) == stem(mail) || plain == name || stem(plain) == stem(name))
}

fn is_common(plain: &str) -> bool {
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < DISTINCT || is_run(plain) || COMMONEST.contains(&stem(plain))
}

/// Only digits, each one more (or one less) than the one before: 123456789012, 987654321098.
fn is_run(plain: &str) -> bool {
    let digits: Option<Vec<u32>> = plain.chars().map(|letter| letter.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let steps = |by: u32| digits.windows(2).all(|pair| (pair[0] + by) % 10 == pair[1]);
        steps(1) || steps(9)
    })
}

#[cfg(test)]
mod tests;
