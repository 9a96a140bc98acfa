//! What is written about the code follows the code.

use std::collections::BTreeMap;

use super::{File, Finding, Tree, rust};

const DECISIONS: &str = "docs/decisions/";
const DECISIONS_INDEX: &str = "docs/decisions/README.md";

/// Every public type of the trade stands in backticks in the glossary.
pub fn glossary_names_every_type(tree: &Tree) -> Vec<Finding> {
    let Some(glossary) = tree.get("GLOSSARY.md") else {
        return vec![missing("GLOSSARY.md")];
    };
    let mut found = Vec::new();
    for file in tree.rust("crates/trade/src/").filter(|file| !rust::is_test(&file.path)) {
        for (at, line) in rust::code(&file.text).lines().enumerate() {
            let name = type_name(line).or_else(|| id_name(line));
            let name = name.filter(|name| !glossary.text.contains(&format!("`{name}`")));
            found.extend(name.map(|n| file.finding(at + 1, format!("GLOSSARY.md lacks `{n}`"))));
        }
    }
    found
}

/// The name of the public type that a line begins.
fn type_name(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let kinds = ["struct ", "enum ", "type ", "trait "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

/// The name of the id that a line of a macro's list makes: `HubId,`.
fn id_name(line: &str) -> Option<&str> {
    let name = line.trim().strip_suffix("Id,")?;
    let is_type = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    is_type.then(|| line.trim().trim_end_matches(','))
}

/// Every dependency on others' code is named, in backticks or bold, in a decision record. Their
/// index does not count: it gives no reason.
pub fn decisions_name_every_dependency(tree: &Tree) -> Vec<Finding> {
    let Some(manifest) = tree.get("Cargo.toml") else { return vec![missing("Cargo.toml")] };
    let records: String = records(tree).map(|file| file.text.as_str()).collect();
    let is_named =
        |name: &str| ["`", "**"].iter().any(|m| records.contains(&[m, name, m].concat()));
    let mut section = "";
    let mut found = Vec::new();
    for (at, line) in manifest.text.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim();
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim();
        let is_other = section == "[workspace.dependencies]" && !value.contains("path =");
        if is_other && !name.starts_with('#') && !is_named(name) {
            found.push(manifest.finding(at + 1, format!("no decision record names `{name}`")));
        }
    }
    found
}

fn records(tree: &Tree) -> impl Iterator<Item = &File> {
    let files = tree.files().filter(|file| file.path.starts_with(DECISIONS));
    files.filter(|file| file.path.ends_with(".md") && file.path != DECISIONS_INDEX)
}

/// The index of the decisions links to every record.
pub fn decisions_are_indexed(tree: &Tree) -> Vec<Finding> {
    let Some(index) = tree.get(DECISIONS_INDEX) else { return vec![missing(DECISIONS_INDEX)] };
    let name = |file: &File| file.path[DECISIONS.len()..].to_owned();
    let lost = records(tree).filter(|file| !index.text.contains(&format!("]({})", name(file))));
    lost.map(|file| index.finding(0, format!("lacks a link to {}", name(file)))).collect()
}

/// Migrations are `NNNN_name.sql`, from 0001 without a gap: they are applied in that order.
pub fn migrations_are_contiguous(tree: &Tree) -> Vec<Finding> {
    let files = tree.files().filter(|file| file.path.starts_with("migrations/"));
    let mut by_number: BTreeMap<u32, &File> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files.filter(|file| file.path.ends_with(".sql")) {
        let name = &file.path["migrations/".len()..];
        let number = name.split_once('_').filter(|(digits, _)| digits.len() == 4);
        match number.and_then(|(digits, _)| digits.parse().ok()) {
            None => found.push(file.finding(0, "is not named NNNN_name.sql")),
            Some(number) => {
                if let Some(other) = by_number.insert(number, file) {
                    found.push(file.finding(0, format!("has the number of {}", other.path)));
                }
            }
        }
    }
    for (expected, (&number, file)) in (1..).zip(&by_number) {
        if number != expected {
            found.push(file.finding(0, format!("{expected:04} is expected here")));
            break;
        }
    }
    found
}

/// A relative link in a Markdown file leads to a file or folder of the checkout.
pub fn links_lead_somewhere(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files().filter(|file| file.path.ends_with(".md")) {
        let mut is_code = false;
        for (at, line) in file.text.lines().enumerate() {
            is_code ^= line.trim_start().starts_with("```");
            let links = if is_code { Vec::new() } else { links(line) };
            let broken = links.into_iter().filter(|link| !leads(tree, &file.path, link));
            found.extend(broken.map(|l| file.finding(at + 1, format!("leads nowhere: {l}"))));
        }
    }
    found
}

/// The relative targets of a line, outside of `code`.
fn links(line: &str) -> Vec<String> {
    let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let is_relative = |target: &&str| !target.contains(':') && !target.starts_with('#');
    targets.filter(is_relative).map(str::to_owned).collect()
}

fn leads(tree: &Tree, from: &str, link: &str) -> bool {
    let target = link.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let folder = format!("{path}/");
    path.is_empty() || tree.files().any(|file| file.path == path || file.path.starts_with(&folder))
}

/// The list of tests.
const TESTS: &str = "docs/tests.md";

/// Every test that the list of tests names (`file::function`, in backticks) is a test of a file of
/// that name, and every row names one.
pub fn named_tests_exist(tree: &Tree) -> Vec<Finding> {
    let Some(list) = tree.get(TESTS) else { return vec![missing(TESTS)] };
    let mut found = Vec::new();
    for (at, line) in list.text.lines().enumerate() {
        let quoted = line.split('`').skip(1).step_by(2);
        let names: Vec<&str> = quoted.filter(|name| name.contains("::")).collect();
        let is_row = line.starts_with("| T-");
        if is_row && names.is_empty() {
            found.push(list.finding(at + 1, "names no test"));
        }
        let lost = names.into_iter().filter(|name| !is_test(tree, name));
        found.extend(lost.map(|name| list.finding(at + 1, format!("no such test: {name}"))));
    }
    found
}

/// Whether `file::function` is a function behind an attribute that makes it a test.
fn is_test(tree: &Tree, name: &str) -> bool {
    let Some((module, function)) = name.rsplit_once("::") else { return false };
    let stem = module.rsplit("::").next().unwrap_or(module);
    let head = format!("fn {function}(");
    let is_file = |file: &&File| {
        let path = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.rsplit('/').next() == Some(stem)
    };
    tree.rust("").filter(is_file).any(|file| {
        let before = file.text.split(&head).next().filter(|before| before.len() < file.text.len());
        let lines = before.map(|before| before.lines().rev().take(4).collect::<Vec<_>>());
        lines.is_some_and(|lines| lines.iter().any(|line| is_test_attribute(line)))
    })
}

fn is_test_attribute(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("#[test") || line.starts_with("#[tokio::test")
}

fn missing(file: &str) -> Finding {
    Finding { file: file.into(), line: 0, what: "is missing".into() }
}

#[cfg(test)]
mod tests;
