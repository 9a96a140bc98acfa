//! One-time codes of a telephone's application (TOTP, RFC 6238): six digits, thirty seconds.

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::Wrong;

/// Seconds of a step, digits of a code, and steps around now that are taken: what every
/// application on telephones does.
const STEP_S: u64 = 30;
const DIGITS: u8 = 6;
const AROUND: u16 = 1;

/// A new secret, in base 32 as applications take it.
pub fn secret() -> String {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    Secret::from(bytes).to_base32()
}

/// What an application reads: `otpauth://totp/…`. `issuer` and `account` are shown there.
pub fn address(secret: &str, issuer: &str, account: &str) -> String {
    let (issuer, account) = (escaped(issuer), escaped(account));
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

/// The step that a code belongs to. Store it: a later code must have a later step, so that none
/// is taken twice.
///
/// Errors: another code, or one of a step up to `last_step`.
pub fn check(secret: &str, code: &str, at_s: i64, last_step: i64) -> Result<i64, Wrong> {
    let totp = totp(secret)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp.check(&digits, u64::try_from(at_s).map_err(|_| Wrong::Code)?);
    let step = step.and_then(|step| i64::try_from(step).ok()).ok_or(Wrong::Code)?;
    if step > last_step { Ok(step) } else { Err(Wrong::Code) }
}

/// The code at an instant, for the tests of those who ask for one.
pub fn at(secret: &str, at_s: i64) -> Result<String, Wrong> {
    let time = u64::try_from(at_s).map_err(|_| Wrong::Code)?;
    Ok(totp(secret)?.generate(time).to_string())
}

fn totp(secret: &str) -> Result<Totp, Wrong> {
    let secret = Secret::try_from_base32(secret).map_err(|_| Wrong::Broken)?;
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS);
    let builder = builder.with_skew(AROUND).with_step_duration(STEP_S).with_secret(secret);
    builder.build().map_err(|_| Wrong::Broken)
}

fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "12345678901234567890" in base 32; RFC 6238, appendix B, last six of its eight digits.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (at_s, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
        {
            assert_eq!(at(RFC, at_s).as_deref(), Ok(code), "{at_s}");
            assert_eq!(check(RFC, code, at_s, 0), Ok(at_s / 30));
        }
    }

    #[test]
    fn a_code_is_taken_once_and_not_for_long() {
        let code = at(RFC, 300).expect("a code");
        assert_eq!(check(RFC, &format!("{} {}", &code[..3], &code[3..]), 300, 0), Ok(10));
        assert_eq!(check(RFC, &code, 329, 0), Ok(10), "a step late");
        assert_eq!(check(RFC, &code, 360, 0), Err(Wrong::Code), "too late");
        assert_eq!(check(RFC, &code, 300, 10), Err(Wrong::Code), "taken before");
        for bad in ["", "12345", "abcdef", "000000000"] {
            assert_eq!(check(RFC, bad, 300, 0), Err(Wrong::Code), "{bad}");
        }
        assert_eq!(check("not base 32!", &code, 300, 0), Err(Wrong::Broken));
    }

    #[test]
    fn an_application_can_read_the_address() {
        let secret = secret();
        assert_eq!(secret.len(), 32);
        assert_ne!(secret, super::secret());
        let address = address("ABC", "Producteurs d'Occitanie", "a@b.fr");
        let name = "Producteurs%20d%27Occitanie";
        assert_eq!(address, format!("otpauth://totp/{name}:a%40b.fr?secret=ABC&issuer={name}"));
    }
}
