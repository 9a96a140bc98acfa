use proptest::prelude::*;

use super::*;

/// RFC 6238, appendix B: this secret, eight digits. Six digits are the last six of them.
const RFC: &[u8; BYTES] = b"12345678901234567890";
const VECTORS: [(i64, u32); 6] = [
    (59, 94_287_082),
    (1_111_111_109, 7_081_804),
    (1_111_111_111, 14_050_471),
    (1_234_567_890, 89_005_924),
    (2_000_000_000, 69_279_037),
    (20_000_000_000, 65_353_130),
];

#[test]
fn the_vectors_of_the_rfc() {
    let secret = Secret(*RFC);
    for (second, eight) in VECTORS {
        let step = second / STEP_SECONDS;
        assert_eq!(truncated(RFC, step.unsigned_abs()) % 100_000_000, eight, "{second}");
        let six = format!("{:06}", eight % MODULUS);
        assert_eq!(secret.at(second), six);
        assert_eq!(secret.check(&six, second, 0), Some(step), "{second}");
    }
}

#[test]
fn a_code_is_taken_once_and_for_one_step_either_side() {
    let secret = Secret(*RFC);
    let second = 1_234_567_890;
    let step = second / STEP_SECONDS;
    let code = secret.at(second);
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    assert_eq!(secret.check(&spaced, second, 0), Some(step));
    assert_eq!(secret.check(&code, second + 30, 0), Some(step), "typed late");
    assert_eq!(secret.check(&code, second - 30, 0), Some(step), "a telephone that is ahead");
    assert_eq!(secret.check(&code, second + 60, 0), None, "expired");
    assert_eq!(secret.check(&code, second - 60, 0), None, "too early");
    assert_eq!(secret.check(&code, second, step), None, "replayed");
    assert_eq!(secret.check(&code, second, step + 1), None, "older than the last");
    assert_eq!(secret.check(&code, second, step - 1), Some(step));
    let next = secret.at(second + 30);
    assert_eq!(secret.check(&next, second, step), Some(step + 1), "the next one still opens");
}

#[test]
fn what_is_no_code_is_refused() {
    let secret = Secret(*RFC);
    let second = 1_234_567_890;
    let wrong =
        ["", "005925", "5924", "89005924", "-05924", "+05924", "00592a", "００５９２４", "0x1721"];
    for typed in wrong {
        assert_eq!(secret.check(typed, second, 0), None, "{typed}");
    }
    assert_eq!(secret.check("005924", second, 0), Some(second / 30));
    let other = Secret(*b"12345678901234567891");
    assert_eq!(other.check("005924", second, 0), None, "another person's telephone");
    assert_eq!(secret.check("000000", -1_000, 0), None, "before 1970");
}

#[test]
fn secrets_are_read_back_and_shown_to_nobody() {
    // RFC 4648, section 10, and the secret that RFC 6238 uses.
    assert_eq!(to_base32(b"fooba"), "MZXW6YTB");
    assert_eq!(Secret(*RFC).text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let secret = Secret::parse("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").expect("a secret");
    assert_eq!(secret.0, *RFC);
    for bad in ["", "GEZDGNBV", "1EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"] {
        assert!(Secret::parse(bad).is_none(), "{bad}");
    }
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_ne!(Secret::new().text(), Secret::new().text());
}

#[test]
fn the_picture_holds_issuer_and_account() {
    let uri = Secret(*RFC).uri("Plateforme d’Oc", "a+b@mairie.example");
    let known = "otpauth://totp/Plateforme%20d%E2%80%99Oc:a%2Bb%40mairie.example\
                 ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Plateforme%20d%E2%80%99Oc\
                 &algorithm=SHA1&digits=6&period=30";
    assert_eq!(uri, known);
}

proptest! {
    #[test]
    fn base32_reads_back(bytes in prop::array::uniform20(any::<u8>())) {
        prop_assert_eq!(from_base32(&to_base32(&bytes)), Some(bytes.to_vec()));
    }

    #[test]
    fn whatever_is_typed_is_answered(typed in ".*", now in any::<i64>()) {
        let step = Secret(*RFC).check(&typed, now.saturating_div(2), 0);
        prop_assert!(step.is_none_or(|step| step > 0));
    }
}
