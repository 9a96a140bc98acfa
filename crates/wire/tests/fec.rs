//! T-45: the file for the tax office, and the files for accounting programs.

use std::path::PathBuf;
use std::process::Command;

use proptest::prelude::*;
use trade::calendar::Day;
use wire::books::Program;
use wire::fec::{COLUMNS, FecEntry, FecLine, check, clean, file_name, read, text, to_latin9, xml};

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn line(account: &str, party: &str, debit: i64, credit: i64) -> FecLine {
    let party_name = if party.is_empty() { "" } else { "Lycée de l’Œuvre" };
    FecLine {
        account: account.into(),
        account_name: "Compte".into(),
        party: party.into(),
        party_name: party_name.into(),
        debit,
        credit,
        lettering: (!party.is_empty()).then(|| ("A".to_string(), day("2026-11-20"))),
    }
}

fn sale(number: i64) -> FecEntry {
    FecEntry {
        journal: "VE".into(),
        journal_name: "Ventes".into(),
        number,
        day: day("2026-11-20"),
        piece: "F2026-000123".into(),
        piece_day: day("2026-11-20"),
        label: "Facture F2026-000123 – Lycée".into(),
        validated_on: day("2026-11-21"),
        lines: vec![
            line("411000", "0340005W", 15_105, 0),
            line("707000", "", 0, 14_318),
            line("445710", "", 0, 787),
        ],
    }
}

fn none(_: i64) -> bool {
    false
}

#[test]
fn t_45_a_file_as_the_law_wants_it() {
    let bytes = text(&[sale(1), sale(2)], &none).expect("sound entries");
    let (shown, _, _) = encoding_rs::ISO_8859_15.decode(&bytes);
    let lines: Vec<&str> = shown.split_terminator("\r\n").collect();
    assert_eq!(lines[0], COLUMNS.join("\t"));
    assert_eq!(
        lines[1],
        "VE\tVentes\t1\t20261120\t411000\tCompte\t0340005W\tLycée de l'Œuvre\tF2026-000123\t\
         20261120\tFacture F2026-000123 - Lycée\t151,05\t0,00\tA\t20261120\t20261121\t\t"
    );
    assert_eq!((lines.len(), shown.matches('\n').count()), (7, 7));
    assert!(lines.iter().all(|line| line.split('\t').count() == 18));
    assert_eq!(file_name("913000006", day("2026-12-31")), "913000006FEC20261231.txt");
}

#[test]
fn what_the_tool_would_report_is_refused() {
    let with = |change: fn(&mut FecEntry)| {
        let mut entry = sale(1);
        change(&mut entry);
        check(&[entry], &none).into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(with(|_| {}), Vec::<String>::new());
    let told = |found: Vec<String>, wanted: &str| {
        assert!(found.iter().any(|one| one.contains(wanted)), "{wanted}: {found:?}");
    };
    told(with(|one| one.lines[0].debit += 1), "le débit et le crédit diffèrent");
    told(with(|one| one.lines[0].credit = 5), "un montant, au débit ou au crédit");
    told(with(|one| one.piece.clear()), "PieceRef est vide");
    told(with(|one| one.label = "a\tb".into()), "EcritureLib contient un signe");
    told(with(|one| one.label = "a|b".into()), "EcritureLib contient un signe");
    told(with(|one| one.lines[0].party_name = "a\nb".into()), "CompAuxLib contient un signe");
    told(with(|one| one.lines[0].account = "4A1".into()), "n'est pas un compte");
    told(with(|one| one.lines.truncate(1)), "moins de deux lignes");
    let gap = text(&[sale(1), sale(3)], &none).expect_err("a gap");
    assert_eq!(gap[0].to_string(), "Écriture 3 : l'écriture 2 manque avant elle.");
    assert!(text(&[sale(1), sale(3)], &|number| number == 2).is_ok(), "2 is of another period");
    let twice = text(&[sale(1), sale(1)], &none).expect_err("the same number twice");
    assert_eq!(twice[0].to_string(), "Écriture 1 : son numéro ne suit pas le précédent.");
    assert_eq!(clean(" VIR|DDFIP\tHERAULT\r\n F12 "), "VIR/DDFIP HERAULT F12");
    assert_eq!(to_latin9("Œuf à 5 € — « ½ »… 日"), to_latin9("Œuf à 5 € - « ? »... ?"));
}

/// The tax office's own schema, when the data and the validator are there.
#[test]
fn the_schema_of_the_tax_office_takes_the_xml() {
    let Some(data) = std::env::var_os("CARREAU_DATA").map(PathBuf::from) else {
        eprintln!("skipped: CARREAU_DATA is not set");
        return;
    };
    if Command::new("xmllint").arg("--version").output().is_err() {
        eprintln!("skipped: no xmllint on this machine");
        return;
    }
    let schema = data.join("fec/xsd/formatA47A-I-VII-1.xsd");
    let is_valid = |name: &str, text: &str| {
        let file = std::env::temp_dir().join(format!("carreau-{}-{name}.xml", std::process::id()));
        std::fs::write(&file, text).expect("a file");
        let mut command = Command::new("xmllint");
        let out = command.args(["--noout", "--nonet", "--schema"]).arg(&schema).arg(&file).output();
        let out = out.expect("xmllint runs");
        std::fs::remove_file(&file).expect("our own file");
        (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let good = xml(&[sale(1), sale(2)], day("2026-12-31"));
    let (is_good, said) = is_valid("good", &good);
    assert!(is_good, "{said}");
    // The broken variant: without the day of validation the schema refuses.
    let bad = good.replace("<ValidDate>2026-11-21</ValidDate>", "");
    assert!(!is_valid("bad", &bad).0, "the schema sees what is missing");
}

#[test]
fn programs_get_their_own_columns() {
    let shown = |program: Program| {
        let bytes = program.file(&[sale(7)]);
        let text = match program {
            Program::Cegid | Program::Pennylane => String::from_utf8(bytes).expect("UTF-8"),
            _ => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
        };
        text.split_terminator("\r\n").map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        shown(Program::Sage)[0],
        "G\tVE\t201126\t7\t411000\t0340005W\tF2026-000123 Facture \
        F2026-000123 – Lycée\t\t\t151,05\t0,00"
    );
    assert_eq!(
        shown(Program::Cegid)[1],
        "VE;20/11/2026;707000;;F2026-000123;Facture F2026-000123 – Lycée;;143.18"
    );
    assert_eq!(
        shown(Program::Ebp)[0],
        "1,20112026,VE,4110340005W,\"Facture F2026-000123 – Lycée\",\
        \"F2026-000123\",151.05,D,20112026"
    );
    assert_eq!(
        shown(Program::Pennylane)[1],
        "20/11/2026;VE;411000;Compte;Lycée de l’Œuvre;\
        F2026-000123;Facture F2026-000123 – Lycée;151,05;0,00"
    );
    for program in Program::ALL {
        let mut entry = sale(1);
        entry.label = "=cmd|' /C calc'!A0".into();
        let bytes = program.file(&[entry]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("\t=cmd") && !text.contains(";=cmd") && !text.contains("\"=cmd"));
    }
}

prop_compose! {
    fn an_entry()(
        texts in prop::collection::vec("[A-Za-zéèçœŒ€ 0-9'./-]{0,12}[A-Za-z0-9]", 5),
        amounts in prop::collection::vec(1..9_999_999_i64, 1..5),
        at in 0..365_i32,
        lettered in any::<bool>(),
    ) -> FecEntry {
        let of = |at: usize| clean(&texts[at]);
        let on = day("2026-01-01").plus_days(at);
        let mut lines: Vec<FecLine> = amounts.iter().map(|&debit| FecLine {
            account: "411000".into(), account_name: of(0), party: of(1), party_name: of(2), debit,
            credit: 0, lettering: lettered.then(|| ("AB".to_string(), on)),
        }).collect();
        lines.push(FecLine {
            account: "707000".into(), account_name: of(0), party: String::new(),
            party_name: String::new(), debit: 0, credit: amounts.iter().sum(), lettering: None,
        });
        FecEntry {
            journal: "VE".into(), journal_name: of(3), number: 0, day: on, piece: of(4),
            piece_day: on, label: of(3), validated_on: on, lines,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What is written is read back, number by number.
    #[test]
    fn a_file_is_read_back(mut entries in prop::collection::vec(an_entry(), 0..8)) {
        for (number, entry) in (1..).zip(&mut entries) {
            entry.number = number;
        }
        let bytes = text(&entries, &none).expect("sound entries");
        prop_assert_eq!(read(&bytes), Ok(entries));
    }

    /// No text breaks the columns, the lines or the letters of the file.
    #[test]
    fn any_text_fits(label in ".{0,60}") {
        let mut entry = sale(1);
        entry.label = format!("x{}", clean(&label));
        let bytes = text(&[entry], &none).expect("a clean text");
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        for line in lines {
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\t').count(), 17);
            prop_assert!(!line.contains(&b'|'));
        }
    }
}
