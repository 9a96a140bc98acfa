use super::super::found;
use super::{
    decisions_are_indexed, decisions_name_every_dependency, glossary_names_every_type,
    links_lead_somewhere, migrations_are_contiguous, named_tests_exist,
};

#[test]
fn a_type_without_entry_is_found() {
    let code = "pub struct Lot(u8);\npub enum Kind {\n// pub struct Ghost;\nstruct Own;\n\
                pub type A<T> = T;";
    let files = [("GLOSSARY.md", "`Lot` lots, Kind, `A`"), ("crates/trade/src/dock.rs", code)];
    let told = found(glossary_names_every_type, &files);
    assert_eq!(told, ["crates/trade/src/dock.rs:2: GLOSSARY.md lacks `Kind`"]);
    assert_eq!(found(glossary_names_every_type, &files[1..]), ["GLOSSARY.md: is missing"]);
}

#[test]
fn a_dependency_without_decision_is_found() {
    let manifest = "[a]\nx = 1\n[workspace.dependencies]\ntrade = { path = \"b\" }\n\n\
                    serde = \"1\"\ncsv = \"1\"\n[b]\ny = 1";
    let index = ("docs/decisions/README.md", "`csv`");
    for named in ["`serde` and csv", "**serde** and csv"] {
        let files = [("Cargo.toml", manifest), ("docs/decisions/0001-a.md", named), index];
        let told = found(decisions_name_every_dependency, &files);
        assert_eq!(told, ["Cargo.toml:7: no decision record names `csv`"]);
    }
}

#[test]
fn a_decision_that_is_not_indexed_is_found() {
    let index = ("docs/decisions/README.md", "[0001](0001-a.md)");
    let files = [index, ("docs/decisions/0001-a.md", ""), ("docs/decisions/0002-b.md", "")];
    let told = found(decisions_are_indexed, &files);
    assert_eq!(told, ["docs/decisions/README.md: lacks a link to 0002-b.md"]);
}

#[test]
fn an_id_of_a_macro_without_entry_is_found() {
    let code =
        "code_id!(\n    /// A hub.\n    HubId,\n    LotId,\n);\nuse crate::id::{\n    a::BId,\n};";
    let files = [("GLOSSARY.md", "`HubId`"), ("crates/trade/src/id.rs", code)];
    let told = found(glossary_names_every_type, &files);
    assert_eq!(told, ["crates/trade/src/id.rs:4: GLOSSARY.md lacks `LotId`"]);
}

#[test]
fn a_gap_of_migrations_is_found() {
    let good = [("migrations/0001_a.sql", ""), ("migrations/0002_b.sql", "")];
    assert_eq!(found(migrations_are_contiguous, &good), [""; 0]);
    for (second, told) in [
        ("migrations/0003_b.sql", "migrations/0003_b.sql: 0002 is expected here"),
        ("migrations/0001_b.sql", "migrations/0001_b.sql: has the number of migrations/0001_a.sql"),
        ("migrations/b.sql", "migrations/b.sql: is not named NNNN_name.sql"),
    ] {
        assert_eq!(found(migrations_are_contiguous, &[good[0], (second, "")]), [told]);
    }
}

#[test]
fn a_link_to_nothing_is_found() {
    let text = "[a](b.md#c) [d](../README.md) [e](https://example.org/) [f](#g) [h](..) `[i](j.md)`\n\
                [k](l.md \"title\")\n```\n[m](n.md)\n```\n[o](../../p.md)";
    let files = [("docs/a.md", text), ("docs/b.md", ""), ("README.md", "[docs](docs)")];
    let told = found(links_lead_somewhere, &files);
    assert_eq!(
        told,
        ["docs/a.md:2: leads nowhere: l.md", "docs/a.md:6: leads nowhere: ../../p.md"]
    );
}

#[test]
fn a_test_that_is_not_there_is_found() {
    let code = "#[tokio::test(flavor = \"multi_thread\")]\nasync fn it_holds() {}\n\n\n\n\n\n\
                fn helper() {}\n";
    let list = "| T-01 | x | `mail::it_holds` | y |\n| T-02 | x | `mail::helper` | y |\n\
                | T-03 | x | `mail::gone`, `mail::it_holds` | y |\n| T-04 | x | none | y |\n\
                `other::word` in a sentence\n";
    let files = [("crates/carreau/tests/app/mail.rs", code), ("docs/tests.md", list)];
    let told = found(named_tests_exist, &files);
    let no = |line: usize, name: &str| format!("docs/tests.md:{line}: no such test: {name}");
    let nothing = "docs/tests.md:4: names no test".to_string();
    assert_eq!(told, [no(2, "mail::helper"), no(3, "mail::gone"), nothing, no(5, "other::word")]);
    assert_eq!(found(named_tests_exist, &files[..1]), ["docs/tests.md: is missing"]);
}
