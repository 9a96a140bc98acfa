//! Secrets that nobody can guess, and what is kept of them.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::chance;

/// 160 bits of chance as 32 letters and digits: base 32 without i, l, o and u, which are read as
/// others. Whoever holds it is let in, so only its [`Token::hash`] is ever stored.
#[derive(Clone)]
pub struct Token(String);

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 32;

impl Token {
    /// A new one, from the system's source of chance. Panics when the system has none: nothing
    /// that is safe could be done then.
    pub fn new() -> Token {
        let bytes = chance::<LENGTH>();
        Token(bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)])).collect())
    }

    /// Reads one that somebody sent; capitals and spaces around do not matter.
    pub fn parse(text: &str) -> Option<Token> {
        let text = text.trim().to_ascii_lowercase();
        let is_one = text.len() == LENGTH && text.bytes().all(|byte| DIGITS.contains(&byte));
        is_one.then_some(Token(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up: SHA-256 in hexadecimal. With 160 bits of chance behind it no
    /// salt is needed, and a look-up by it tells nothing by its time.
    pub fn hash(&self) -> String {
        digest(&self.0)
    }

    /// Whether it is the token of a stored hash, in a time that does not depend on the answer:
    /// for who holds the hash already; who looks it up in a table needs no comparison.
    pub fn is_of(&self, hash: &str) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }
}

/// SHA-256 in hexadecimal: names a text by which nothing can be found out of it.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Default for Token {
    fn default() -> Token {
        Token::new()
    }
}

/// In constant time: a derived comparison would stop at the first letter that differs.
impl PartialEq for Token {
    fn eq(&self, other: &Token) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_its_hash_is_known() {
        let token = Token::new();
        let typed = format!(" {} ", token.as_str().to_uppercase());
        assert_eq!(Token::parse(&typed), Some(token.clone()));
        assert_ne!(Token::new(), token);
        let zeros = Token::parse(&"0".repeat(32)).expect("a token");
        // sha256sum of 32 zeros.
        let known = "84e0c0eafaa95a34c293f278ac52e45ce537bab5e752a00e6959a13ae103b65a";
        assert_eq!(zeros.hash(), known);
        assert!(zeros.is_of(known));
        for other in ["", &known[..63], &token.hash(), &known.to_uppercase()] {
            assert!(!zeros.is_of(other), "{other}");
        }
        assert_eq!(format!("{zeros:?}"), "Token(…)");
        for bad in ["", "0", &"i".repeat(32), &"0".repeat(33)] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
    }
}
