use super::*;

#[test]
fn only_the_password_opens_its_hash() {
    let kept = hash("trois mots sans rapport").expect("a hash");
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    assert!(verify(&kept, "trois mots sans rapport"));
    for wrong in ["", "trois mots sans rapporT", "trois mots sans rapport "] {
        assert!(!verify(&kept, wrong), "{wrong}");
    }
    let again = hash("trois mots sans rapport").expect("a hash");
    assert_ne!(kept, again, "two hashes have two salts");
}

/// RFC 9106 gives a secret and associated data, which PHC strings do not; this one is the test
/// vector of the reference implementation (argon2id, v=19, m=65536, t=2, p=1).
#[test]
fn hashes_of_others_and_of_other_parameters_are_read() {
    let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert!(verify(kept, "password"));
    assert!(!verify(kept, "passwore"));
}

#[test]
fn a_damaged_hash_opens_to_nobody() {
    let kept = hash("trois mots sans rapport").expect("a hash");
    let (head, last) = kept.split_at(kept.len() - 2);
    let flipped = format!("{head}{}", if last == "AA" { "BA" } else { "AA" });
    for bad in ["", "trois mots sans rapport", "$argon2id$v=19$m=8", head, &flipped] {
        assert!(!verify(bad, "trois mots sans rapport"), "{bad}");
    }
}

#[test]
fn what_is_too_long_is_neither_hashed_nor_compared() {
    let long = "é".repeat(LONGEST + 1);
    assert!(matches!(hash(&long), Err(Error::Broken(_))));
    let kept = hash(&"é".repeat(LONGEST)).expect("128 letters of two bytes");
    assert!(verify(&kept, &"é".repeat(LONGEST)));
    assert!(!verify(&kept, &long));
    verify_nobody(&long);
}

#[test]
fn weak_passwords_are_told_why() {
    let table = [
        ("onze lettre", Some(Weakness::Short)),
        ("éééééééééé", Some(Weakness::Short)),
        ("aaaaaaaaaaaa", Some(Weakness::Common)),
        ("121212121212", Some(Weakness::Common)),
        ("123456789012", Some(Weakness::Common)),
        ("098765432109", Some(Weakness::Common)),
        ("MotDePasse2026", Some(Weakness::Common)),
        ("Azertyuiop1234!", Some(Weakness::Common)),
        ("jeanne.martin@ferme.example", Some(Weakness::Mail)),
        ("Jeanne.Martin2026", Some(Weakness::Mail)),
        ("trois mots sans rapport", None),
        ("bonjour vieux hangar", None),
        ("274918365027", None),
    ];
    for (password, why) in table {
        assert_eq!(too_weak(password, "Jeanne.Martin@ferme.example"), why, "{password}");
    }
    assert_eq!(too_weak(&"xyzuvw".repeat(22), ""), Some(Weakness::Long));
    assert_eq!(too_weak("trois mots sans rapport", ""), None);
}
