//! `docs/data-pack.md` says what the code reads, no more and no less.

use wire::pack::columns::{Column, TABLES, Table};
use wire::pack::read;

use crate::folder::{Files, pack_of, told};

const DOCUMENT: &str = include_str!("../../../../docs/data-pack.md");

/// The part of the document that describes a file.
fn section(table: &Table) -> &'static str {
    let title = format!("\n### `{}` : ", table.file());
    let after = DOCUMENT.split_once(&title).map(|(_, after)| after);
    let after = after.unwrap_or_else(|| panic!("{} has no section", table.name));
    after.split("\n#").next().unwrap_or(after)
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn every_file_and_every_column_is_described_in_order() {
    for table in TABLES {
        let section = section(table);
        let sort = if table.is_needed { "Fichier obligatoire." } else { "Fichier facultatif." };
        assert!(section.contains(sort), "{}: {sort}", table.name);
        let rows: Vec<Vec<&str>> =
            section.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
        let said: Vec<String> = rows.iter().map(|row| row[..3].join(" ")).collect();
        let heading = |column: &Column| {
            let needed = if column.is_needed { "oui" } else { "non" };
            format!("`{}` `{}` {needed}", column.name, column.french)
        };
        let known: Vec<String> = table.columns.iter().map(heading).collect();
        assert_eq!(said, known, "{}", table.name);
        for row in rows {
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(row[3..].iter().all(|cell| !cell.is_empty()), "{row:?}");
        }
    }
}

#[test]
fn every_file_that_is_named_exists() {
    let quoted = DOCUMENT.split('`').skip(1).step_by(2);
    let named: Vec<&str> = quoted.filter(|word| word.ends_with(".csv") && word.len() > 4).collect();
    assert!(named.len() > TABLES.len());
    for name in named {
        assert!(TABLES.iter().any(|table| table.file() == name), "{name}");
    }
    let sections = DOCUMENT.lines().filter(|line| line.starts_with("### `")).count();
    assert_eq!(sections, TABLES.len());
}

/// The files of the whole example.
fn example() -> Files {
    let after = DOCUMENT.split_once("## Un exemple entier").map_or("", |(_, after)| after);
    let parts: Vec<&str> = after.split("```").collect();
    let file = |pair: &[&str]| {
        let name = pair[0].trim().rsplit('\n').next()?.trim_matches('`');
        Some((name.to_string(), pair[1].strip_prefix("csv\n")?.as_bytes().to_vec()))
    };
    parts.chunks_exact(2).filter_map(file).collect()
}

#[test]
fn the_whole_example_can_be_imported() {
    let files = example();
    assert_eq!(files.len(), 9);
    let pack = pack_of(&files);
    assert_eq!((pack.offers.len(), pack.orders.len(), pack.weeks().len()), (1, 1, 1));
    let needed = TABLES.iter().filter(|table| table.is_needed);
    assert!(needed.clone().all(|table| files.iter().any(|(name, _)| *name == table.file())));
}

#[test]
fn the_faults_that_are_shown_are_those_that_the_code_tells() {
    let mut files = example();
    for (file, old, new) in [
        ("producers.csv", "adherent", "adhérant"),
        ("sites.csv", "7:00", "7.00"),
        ("packs.csv", "contenance", "contenence"),
        ("offers.csv", "24/11/2026;250;1,10", "31/11/2026;250 kg;1,10"),
        ("orders.csv", "carotte", "carrote"),
    ] {
        let (_, bytes) = files.iter_mut().find(|(name, _)| name == file).expect("a known file");
        let text = String::from_utf8(bytes.clone()).expect("the document is UTF-8");
        assert!(text.contains(old), "{file}: {old}");
        *bytes = text.replace(old, new).into_bytes();
    }
    let shown = told(&read(&files).expect_err("a folder with faults"));
    assert!(DOCUMENT.contains(&format!("```text\n{shown}```")), "{shown}");
}
