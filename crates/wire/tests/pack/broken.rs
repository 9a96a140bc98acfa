//! What people get wrong, and what they are told: `broken.txt` is read as cases. A case is a
//! title, changes to the good folder, and every fault that comes of them, each once.
//!
//! ```text
//! = title
//! file: words => other words        the first place where they stand; \n, \t, \0 as in Rust
//! file: + another line
//! file: !gone                       or another word of `special`
//! > file:line: column: value: reason
//! ```

use wire::pack::{Fault, read};

use crate::folder::{Files, files};

const CASES: &str = include_str!("broken.txt");

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0").replace("\\s", " ")
}

/// A file as another program, or an accident, leaves it.
fn special(word: &str, text: &str) -> Option<Vec<u8>> {
    match word {
        "!gone" => None,
        "!empty" => Some(Vec::new()),
        "!heading" => text.lines().next().map(|line| line.as_bytes().to_vec()),
        "!utf16" => Some(text.encode_utf16().fold(b"\xff\xfe".to_vec(), |mut bytes, unit| {
            bytes.extend(unit.to_le_bytes());
            bytes
        })),
        "!workbook" => Some(b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        "!mixed" => Some([text.as_bytes(), b"F09,\xe9tang\n"].concat()),
        "!marked" => Some([b"\xef\xbb\xbf", text.as_bytes(), b"F09,\xe9tang\n"].concat()),
        _ => panic!("unknown word {word}"),
    }
}

fn change(files: &mut Files, line: &str) {
    let (name, what) = line.split_once(": ").unwrap_or_else(|| panic!("not a change: {line}"));
    let Some(rank) = files.iter().position(|(known, _)| known == name) else {
        let text = unescaped(what.trim_start_matches("+ "));
        files.push((name.into(), text.into_bytes()));
        return;
    };
    let text = String::from_utf8(files[rank].1.clone()).expect("the good files are UTF-8");
    if let Some((old, new)) = what.split_once(" => ") {
        let (old, new) = (unescaped(old), unescaped(new));
        assert!(text.contains(&old), "{name} has no {old}");
        files[rank].1 = text.replacen(&old, &new, 1).into_bytes();
    } else if let Some(more) = what.strip_prefix("+ ") {
        files[rank].1 = format!("{text}{}\n", unescaped(more)).into_bytes();
    } else if let Some(bytes) = special(what, &text) {
        files[rank].1 = bytes;
    } else {
        files.remove(rank);
    }
}

fn shown(fault: &Fault) -> String {
    let Fault { file, line, column, value, reason } = fault;
    format!("> {file}:{line}: {column}: {value}: {reason}\n")
}

/// The case as it comes out.
fn played(case: &str) -> String {
    let mut folder = files();
    let mut told = String::new();
    for line in case.lines().filter(|line| !line.starts_with('>')) {
        told += &format!("{line}\n");
        if !line.is_empty() && !line.starts_with("= ") {
            change(&mut folder, line);
        }
    }
    let body = told.trim_end().to_string() + "\n";
    match read(&folder) {
        Ok(_) => body + "> nothing\n",
        Err(faults) => faults.iter().fold(body, |body, fault| body + &shown(fault)),
    }
}

#[test]
fn every_mistake_is_told_with_its_place_and_reason() {
    let cases: Vec<&str> = CASES.split_inclusive("\n\n").collect();
    assert!(cases.len() >= 40);
    let found: Vec<String> = cases.iter().map(|case| played(case)).collect();
    let found = found.join("\n");
    assert!(!found.contains("> nothing"), "a mistake is passed over:\n{found}");
    assert_eq!(found, CASES, "found:\n{found}");
}
