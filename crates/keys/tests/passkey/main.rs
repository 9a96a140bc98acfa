//! Passkeys, with a device in software on the other side. Every refusal stands beside the same
//! ceremony without the fault, which is let through.

mod device;

use device::{Device, PRESENT, SYNCED, VERIFIED, flipped};
use keys::Error;
use keys::passkey::{Door, Question, Registered, SignedIn, credential_of};
use serde_json::Value;

const NOW: i64 = 1_790_000_000;

fn door() -> Door {
    Door::new("hub.example", "https://hub.example", "Plateforme").expect("a door")
}

fn registered(device: &mut Device, person: &str) -> Registered {
    let question = door().begin_registration(person, "a@hub.example", &[], NOW).expect("asked");
    let answer = device.create(&question.challenge).to_string();
    door().finish_registration(&question.state, &answer, NOW + 20).expect("registered")
}

fn finished(question: &Question, answer: &Value, key: &Registered) -> Result<SignedIn, Error> {
    door().finish_sign_in(&question.state, &answer.to_string(), &key.credential, NOW + 20)
}

fn named(key: &Registered) -> Question {
    door().begin_sign_in(&[&key.credential], NOW).expect("asked")
}

fn open() -> Question {
    door().begin_open_sign_in(NOW).expect("asked")
}

fn refused(done: Result<SignedIn, Error>, why: &str) {
    match done {
        Err(Error::Refused(detail)) => assert!(detail.contains(why), "{detail:?}, not {why:?}"),
        other => panic!("{other:?}, not refused for {why:?}"),
    }
}

#[test]
fn a_key_is_made_and_lets_its_owner_in_both_ways() {
    let mut device = Device::new(7);
    let mut key = registered(&mut device, "person-1");
    assert_eq!(key.person, "person-1");
    for question in [named(&key), open(), named(&key)] {
        let answer = device.get(&question.challenge);
        assert_eq!(credential_of(&answer.to_string()).as_ref(), Ok(&key.id));
        let done = finished(&question, &answer, &key).expect("let in");
        assert_eq!((done.person.as_str(), &done.id), ("person-1", &key.id));
        key.credential = done.renewed.expect("the counter has moved on");
    }
}

#[test]
fn a_key_that_is_copied_by_its_owner_counts_nothing() {
    let mut device = Device::new(7);
    (device.counts, device.flags) = (false, device.flags | SYNCED);
    let key = registered(&mut device, "person-1");
    for question in [named(&key), open()] {
        let answer = device.get(&question.challenge);
        assert_eq!(finished(&question, &answer, &key).expect("let in").renewed, None);
    }
}

#[test]
fn the_questions_ask_for_what_is_needed() {
    let mut device = Device::new(7);
    let key = registered(&mut device, "person-1");
    let again = door().begin_registration("person-1", "a@hub.example", &[&key.credential], NOW);
    let asked: Value = serde_json::from_str(&again.expect("asked").challenge).expect("JSON");
    let asked = &asked["publicKey"];
    assert_eq!(asked["rp"]["id"], "hub.example");
    assert_eq!(asked["rp"]["name"], "Plateforme");
    assert_eq!(asked["user"]["name"], "a@hub.example");
    assert_eq!(asked["excludeCredentials"][0]["id"], key.id.as_str());
    assert_eq!(asked["attestation"], "none");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "preferred");
    let asked: Value = serde_json::from_str(&named(&key).challenge).expect("JSON");
    let shown = &asked["publicKey"]["allowCredentials"];
    assert_eq!(shown[0]["id"], key.id.as_str());
    assert_eq!(shown[0]["transports"], serde_json::json!(["internal", "hybrid"]));
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    assert_eq!(asked["mediation"], Value::Null, "the page says which");
    let asked: Value = serde_json::from_str(&open().challenge).expect("JSON");
    assert_eq!(asked["publicKey"]["allowCredentials"], serde_json::json!([]));
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    assert_ne!(open().challenge, open().challenge, "each question is asked once");
}

/// What is wrong with a device's answer, and what the log says of it.
type Fault = (fn(&mut Device), &'static str);
const FAULTS: [Fault; 7] = [
    (|device| device.origin = "https://hub.example.evil.example".into(), "origin"),
    (|device| device.origin = "http://hub.example".into(), "origin"),
    (|device| device.origin = "https://hub.example:8443".into(), "origin"),
    (|device| device.domain = "evil.example".into(), "relying party id"),
    (|device| device.flags = PRESENT, "user verified bit"),
    (|device| device.flags = VERIFIED, "user present bit"),
    (|device| device.cross_origin = true, "cross-origin"),
];

#[test]
fn a_faulty_answer_registers_nothing() {
    for (fault, why) in FAULTS {
        let mut device = Device::new(7);
        fault(&mut device);
        let question = door().begin_registration("person-1", "a", &[], NOW).expect("asked");
        let answer = device.create(&question.challenge).to_string();
        match door().finish_registration(&question.state, &answer, NOW) {
            Err(Error::Refused(detail)) => assert!(detail.contains(why), "{detail:?} {why:?}"),
            other => panic!("{other:?}, not refused for {why:?}"),
        }
    }
}

#[test]
fn a_faulty_answer_lets_nobody_in() {
    for (fault, why) in FAULTS {
        let mut device = Device::new(7);
        let key = registered(&mut device, "person-1");
        for question in [named(&key), open()] {
            let mut faulty = Device::new(7);
            (faulty.owner, faulty.counter) = (device.owner.clone(), 5);
            assert!(finished(&question, &faulty.get(&question.challenge), &key).is_ok());
            fault(&mut faulty);
            refused(finished(&question, &faulty.get(&question.challenge), &key), why);
        }
    }
}

#[test]
fn no_part_of_an_answer_can_be_changed() {
    let mut device = Device::new(7);
    let key = registered(&mut device, "person-1");
    let question = named(&key);
    let answer = device.get(&question.challenge);
    assert!(finished(&question, &answer, &key).is_ok());
    for (part, byte) in [
        ("signature", 9),
        ("signature", 60),
        ("authenticatorData", 0),
        ("authenticatorData", 36),
        ("clientDataJSON", 40),
        ("userHandle", 0),
    ] {
        let changed = finished(&question, &flipped(&answer, part, byte), &key);
        assert!(matches!(changed, Err(Error::Refused(_) | Error::Unreadable(_))), "{changed:?}");
    }
    let mut signed_by_other = Device::new(8);
    (signed_by_other.id, signed_by_other.owner) = (device.id.clone(), device.owner.clone());
    let forged = signed_by_other.get(&question.challenge);
    assert!(matches!(finished(&question, &forged, &key), Err(Error::Refused(_))));
}

#[test]
fn an_answer_fits_its_own_question_only() {
    let mut device = Device::new(7);
    let mut key = registered(&mut device, "person-1");
    let question = named(&key);
    let answer = device.get(&question.challenge);
    for other in [named(&key), open()] {
        refused(finished(&other, &answer, &key), "challenge");
    }
    let late = |now| {
        door().finish_sign_in(&question.state, &answer.to_string(), &key.credential, NOW + now)
    };
    assert!(late(299).is_ok());
    assert_eq!(late(300), Err(Error::Expired));
    // The state should be gone by now; where it is not, the counter that was stored tells.
    key.credential = finished(&question, &answer, &key).expect("in").renewed.expect("moved on");
    assert!(matches!(finished(&question, &answer, &key), Err(Error::Copied(_))));
}

#[test]
fn a_copy_of_a_key_is_noticed() {
    let mut device = Device::new(7);
    let mut key = registered(&mut device, "person-1");
    device.counter = 40;
    let question = named(&key);
    let done = finished(&question, &device.get(&question.challenge), &key).expect("in");
    key.credential = done.renewed.expect("moved on");
    let mut copy = Device::new(7);
    (copy.owner, copy.counter) = (device.owner.clone(), 2);
    let question = open();
    let done = finished(&question, &copy.get(&question.challenge), &key);
    assert!(matches!(done, Err(Error::Copied(_))), "{done:?}");
}

#[test]
fn the_key_of_one_person_does_not_open_to_another() {
    let (mut mine, mut other) = (Device::new(7), Device::new(8));
    let my_key = registered(&mut mine, "person-1");
    let other_key = registered(&mut other, "person-2");
    // Somebody types my mail and shows his own key.
    let question = named(&my_key);
    let answer = other.get(&question.challenge);
    refused(finished(&question, &answer, &other_key), "somebody else");
    refused(finished(&question, &answer, &my_key), "somebody else");
    // He says that his key is mine.
    other.owner = mine.owner.clone();
    let question = open();
    refused(finished(&question, &other.get(&question.challenge), &other_key), "somebody else");
    // Where nobody is named, the key has to say whose it is.
    mine.owner = None;
    let question = open();
    refused(finished(&question, &mine.get(&question.challenge), &my_key), "somebody else");
    let question = named(&my_key);
    let mut answer = mine.get(&question.challenge);
    assert!(finished(&question, &answer, &my_key).is_ok());
    answer["response"].as_object_mut().expect("an object").remove("userHandle");
    assert!(finished(&question, &answer, &my_key).is_ok(), "absent is as good as null");
    // One question is asked of one person, and of somebody who has a key.
    let both = door().begin_sign_in(&[&my_key.credential, &other_key.credential], NOW);
    assert!(matches!(both, Err(Error::Broken(_))));
    assert!(matches!(door().begin_sign_in(&[], NOW), Err(Error::Refused(_))));
}

#[test]
fn a_registration_fits_its_own_question_and_time_only() {
    let mut device = Device::new(7);
    let ask = || door().begin_registration("person-1", "a", &[], NOW).expect("asked");
    let question = ask();
    let answer = device.create(&question.challenge);
    let end = |state: &str, answer: &Value, now| {
        door().finish_registration(state, &answer.to_string(), now)
    };
    assert!(end(&question.state, &answer, NOW + 299).is_ok());
    assert_eq!(end(&question.state, &answer, NOW + 300), Err(Error::Expired));
    assert!(matches!(end(&ask().state, &answer, NOW), Err(Error::Refused(_))));
    let key = registered(&mut device, "person-1");
    assert!(matches!(end(&named(&key).state, &answer, NOW), Err(Error::Broken(_))));
    let signed = device.get(&question.challenge);
    assert!(matches!(end(&question.state, &signed, NOW), Err(Error::Unreadable(_))));
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let mut device = Device::new(7);
    let key = registered(&mut device, "person-1");
    let question = named(&key);
    let answer = device.get(&question.challenge).to_string();
    for bad in ["", "{}", "[]", "null", &answer[..answer.len() - 1]] {
        let done = door().finish_sign_in(&question.state, bad, &key.credential, NOW);
        assert!(matches!(done, Err(Error::Unreadable(_))), "{bad}");
        assert!(matches!(credential_of(bad), Err(Error::Unreadable(_))), "{bad}");
        let done = door().finish_sign_in(&question.state, &answer, bad, NOW);
        assert!(matches!(done, Err(Error::Broken(_))), "{bad}");
        let done = door().finish_sign_in(bad, &answer, &key.credential, NOW);
        assert!(matches!(done, Err(Error::Broken(_))), "{bad}");
    }
}

#[test]
fn a_door_needs_an_address_that_browsers_accept() {
    for (domain, origin) in [
        ("hub.example", "https://www.hub.example"),
        ("hub.example", "https://hub.example:8443"),
        ("localhost", "http://localhost:8080"),
    ] {
        assert!(Door::new(domain, origin, "Plateforme").is_ok(), "{origin}");
    }
    for (domain, origin) in [
        ("hub.example", "http://hub.example"),
        ("hub.example", "https://hub.example.evil.example"),
        ("hub.example", "https://nothub.example"),
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("hub.example", "hub.example"),
    ] {
        let door = Door::new(domain, origin, "Plateforme");
        assert!(matches!(door, Err(Error::Setup(_))), "{origin}");
    }
}
