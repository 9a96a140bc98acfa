//! What holds for every pack and for every damaged file.

use proptest::prelude::*;
use wire::pack::{Fault, read, write};

use crate::folder::{Files, files, pack_of, told};
use crate::random::pack;

/// A damage at a place between 0 and 1 of a file.
#[derive(Clone, Debug)]
enum Damage {
    Byte(f64, u8),
    Inserted(f64, &'static str),
    Cut(f64),
    Lost(f64, f64),
    Doubled(f64, f64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let piece = proptest::sample::select(vec![
        "\"", ";", ",", "\n", "\r\n", "\0", "é", "'", "=", "-", "%", "€", "\u{a0}", "0", "X",
    ]);
    prop_oneof![
        (0.0..1.0, any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (0.0..1.0, piece).prop_map(|(at, piece)| Damage::Inserted(at, piece)),
        (0.0..1.0).prop_map(Damage::Cut),
        (0.0..1.0, 0.0..0.2).prop_map(|(at, part)| Damage::Lost(at, part)),
        (0.0..1.0, 0.0..0.2).prop_map(|(at, part)| Damage::Doubled(at, part)),
    ]
}

fn damaged(bytes: &[u8], damage: &Damage) -> Vec<u8> {
    let place = |part: f64| ((bytes.len() as f64 * part) as usize).min(bytes.len());
    match *damage {
        Damage::Byte(at, byte) => {
            let mut bytes = bytes.to_vec();
            if let Some(old) = bytes.get_mut(place(at)) {
                *old = byte;
            }
            bytes
        }
        Damage::Inserted(at, piece) => {
            [&bytes[..place(at)], piece.as_bytes(), &bytes[place(at)..]].concat()
        }
        Damage::Cut(at) => bytes[..place(at)].to_vec(),
        Damage::Lost(at, part) => [&bytes[..place(at)], &bytes[place(at + part)..]].concat(),
        Damage::Doubled(at, part) => [&bytes[..place(at + part)], &bytes[place(at)..]].concat(),
    }
}

/// Whether a fault names a file of the folder and a line within it.
fn is_placed(fault: &Fault, folder: &Files) -> bool {
    let file = folder.iter().find(|(name, _)| *name == fault.file);
    let lines = |bytes: &[u8]| 1 + bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    file.is_some_and(|(_, bytes)| fault.line <= lines(bytes)) && !fault.reason.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_reads_as_the_same_pack(pack in pack()) {
        let written = write(&pack);
        match read(&written) {
            Ok(parsed) => prop_assert_eq!(parsed.pack, pack),
            Err(faults) => prop_assert!(false, "{}", told(&faults)),
        }
    }

    #[test]
    fn a_damaged_folder_is_read_soundly_or_refused_with_places(
        damages in proptest::collection::vec((0..20_usize, damage()), 1..4),
    ) {
        let mut folder = files();
        for (rank, damage) in &damages {
            folder[*rank].1 = damaged(&folder[*rank].1, damage);
        }
        match read(&folder) {
            // What is taken is sound: it can be written, and read again.
            Ok(parsed) => prop_assert_eq!(pack_of(&write(&parsed.pack)), parsed.pack),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(is_placed(&fault, &folder), "{fault}");
                }
            }
        }
    }
}

#[test]
fn a_fault_without_a_place_would_be_seen() {
    let folder = files();
    let fault = |file: &str, line| Fault::new(file, line, "code", "F01", "raison");
    assert!(is_placed(&fault("offers.csv", 5), &folder));
    assert!(!is_placed(&fault("offers.csv", 50), &folder));
    assert!(!is_placed(&fault("Offers.csv", 5), &folder));
}
