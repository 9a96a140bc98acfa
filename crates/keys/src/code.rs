//! One-time codes of an application on the telephone: TOTP, RFC 6238, as every such application
//! takes it: SHA-1, six digits, a new code every 30 seconds.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::chance;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;

/// Telephones go wrong by some seconds and people type slowly: one step before and one behind.
const WINDOW: i64 = 1;

/// RFC 4226, section 4, R6: 160 bits are recommended, the length of SHA-1.
const BYTES: usize = 20;

/// RFC 4648, section 6, without padding: what the applications read.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the telephone and the hub both know. It has to be stored as it is: see [`Secret::text`].
#[derive(Clone)]
pub struct Secret([u8; BYTES]);

impl Secret {
    /// A new one, from the system's source of chance.
    pub fn new() -> Secret {
        Secret(chance())
    }

    /// Reads what [`Secret::text`] gave; spaces and small letters do not matter.
    pub fn parse(text: &str) -> Option<Secret> {
        let bytes = from_base32(text)?;
        Some(Secret(bytes.try_into().ok()?))
    }

    /// 32 letters and digits, to be stored, and to be typed by who cannot scan a picture.
    pub fn text(&self) -> String {
        to_base32(&self.0)
    }

    /// What the picture to be scanned holds, in the form that the applications agree upon.
    /// `issuer` is the installation's name, `account` the person's mail.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escape(issuer), escape(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}\
             &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            self.text()
        )
    }

    /// The step of time to which a code belongs, or `None` when it is wrong or too old.
    ///
    /// `now` is a second of UTC. `last` is the step of the last code that was taken (0 when there
    /// was none): it and those before it are refused, so that a code opens once (RFC 6238, section
    /// 5.2). Whoever lets somebody in stores the step, in the same transaction.
    pub fn check(&self, typed: &str, now: i64, last: i64) -> Option<i64> {
        let typed = read(typed)?;
        let step = now.div_euclid(STEP_SECONDS);
        let mut found = Choice::from(0);
        let mut matched = 0;
        for candidate in step - WINDOW..=step + WINDOW {
            let counter = u64::try_from(candidate).ok()?;
            let fits = typed.ct_eq(&self.code(counter)) & Choice::from(u8::from(candidate > last));
            matched.conditional_assign(&candidate, fits & !found);
            found |= fits;
        }
        bool::from(found).then_some(matched)
    }

    /// The code of a moment, as the telephone shows it: for tests and demonstrations.
    pub fn at(&self, now: i64) -> String {
        let step = now.div_euclid(STEP_SECONDS).max(0).unsigned_abs();
        format!("{:0width$}", self.code(step), width = DIGITS)
    }

    /// RFC 4226, section 5.3.
    fn code(&self, counter: u64) -> u32 {
        truncated(&self.0, counter) % MODULUS
    }
}

impl Default for Secret {
    fn default() -> Secret {
        Secret::new()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Dynamic truncation, RFC 4226, section 5.3: 31 bits of the HMAC, at the place its end names.
fn truncated(secret: &[u8], counter: u64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&counter.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(digest[19] & 0x0f);
    let four = [digest[at], digest[at + 1], digest[at + 2], digest[at + 3]];
    u32::from_be_bytes(four) & 0x7fff_ffff
}

/// Six digits; people type them in two groups.
fn read(typed: &str) -> Option<u32> {
    let digits: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| digits.parse().ok()).flatten()
}

fn to_base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    let digit = |five: usize| (five * 5..five * 5 + 5).fold(0, |sum, at| sum << 1 | bit(at));
    (0..bytes.len() * 8 / 5).map(|five| char::from(BASE32[usize::from(digit(five))])).collect()
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let value = |byte: u8| BASE32.iter().position(|known| *known == byte.to_ascii_uppercase());
    let fives: Vec<usize> = letters.map(value).collect::<Option<_>>()?;
    let bit = |at: usize| (fives[at / 5] >> (4 - at % 5) & 1) as u8;
    let byte = |eight: usize| (eight * 8..eight * 8 + 8).fold(0, |sum, at| sum << 1 | bit(at));
    Some((0..fives.len() * 5 / 8).map(byte).collect())
}

/// Percent-encoding of RFC 3986 for all but its unreserved characters.
fn escape(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests;
