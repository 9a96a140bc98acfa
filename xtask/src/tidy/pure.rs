//! The rules of the trade depend on nothing and count in integers.

use super::{File, Finding, Tree, rust};

const MANIFEST: &str = "crates/trade/Cargo.toml";
const SOURCES: &str = "crates/trade/src/";

/// `[dependencies]` of the trade is empty; only its tests may use others' code.
pub fn trade_depends_on_nothing(tree: &Tree) -> Vec<Finding> {
    let Some(manifest) = tree.get(MANIFEST) else {
        return vec![Finding { file: MANIFEST.into(), line: 0, what: "is missing".into() }];
    };
    let mut section = "";
    let mut found = Vec::new();
    for (at, line) in manifest.text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            section = line;
        }
        let is_other = section.contains("dependencies") && section != "[dev-dependencies]";
        let is_table = section.contains("dependencies.") && line == section;
        if is_other && !line.is_empty() && (line != section || is_table) {
            found.push(manifest.finding(at + 1, format!("the trade depends on nothing: {line}")));
        }
    }
    found
}

/// No floating point in the trade: two machines must reach the same cent.
pub fn trade_has_no_float(tree: &Tree) -> Vec<Finding> {
    tree.rust(SOURCES).flat_map(floats).collect()
}

fn floats(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    let mut found = Vec::new();
    for (at, line) in code.lines().enumerate() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let words = line.split(|c| !is_name(c));
        let typed = words.filter(|word| word.ends_with("f32") || word.ends_with("f64"));
        let all = typed.map(str::to_owned).chain(literal(line));
        found
            .extend(all.map(|word| file.finding(at + 1, format!("no float in the trade: {word}"))));
    }
    found
}

/// The first literal such as `1.5`, `1.` or `2e3` of a line.
fn literal(line: &str) -> Option<String> {
    let chars: Vec<char> = line.chars().collect();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while at < chars.len() {
        let begins = chars[at].is_ascii_digit()
            && (at == 0
                || !is_name(chars[at - 1]) && (chars[at - 1] != '.' || is_range(&chars, at)));
        if !begins {
            at += 1;
            continue;
        }
        let end = (at..chars.len()).find(|&i| !is_name(chars[i])).unwrap_or(chars.len());
        let word: String = chars[at..end].iter().collect();
        let dot = chars.get(end) == Some(&'.');
        let after = chars.get(end + 1).copied().unwrap_or(' ');
        let has_point = dot && after != '.' && (!is_name(after) || after.is_ascii_digit());
        if has_point || is_exponential(&word) {
            return Some(word + if has_point { "." } else { "" });
        }
        at = end;
    }
    None
}

/// Whether the point before is the second of `..`, and not that of a tuple's field.
fn is_range(chars: &[char], at: usize) -> bool {
    at >= 2 && chars[at - 2] == '.'
}

fn is_exponential(word: &str) -> bool {
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_');
    let parts = word.split_once(['e', 'E']);
    parts.is_some_and(|(head, tail)| is_number(head) && is_number(tail))
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::{MANIFEST, trade_depends_on_nothing, trade_has_no_float};

    #[test]
    fn a_dependency_is_found() {
        let good = "[package]\nname = \"trade\"\n[dependencies]\n# none\n[dev-dependencies]\nx = 1";
        assert_eq!(found(trade_depends_on_nothing, &[(MANIFEST, good)]), [""; 0]);
        for bad in [
            "[dependencies]\n\nserde = \"1\"",
            "[x]\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"",
            "[x]\n\n[dependencies.serde]",
        ] {
            let told = found(trade_depends_on_nothing, &[(MANIFEST, bad)]);
            assert_eq!(told.len(), 1, "{bad}");
            assert!(told[0].starts_with("crates/trade/Cargo.toml:3: "), "{told:?}");
        }
    }

    #[test]
    fn a_float_is_found() {
        let path = "crates/trade/src/unit.rs";
        for good in ["x.0.1", "1..2", "..3", "a[0..10]", "7.max(8)", "// 1.5 f64", "0x1e5", "1_000"]
        {
            assert_eq!(found(trade_has_no_float, &[(path, good)]), [""; 0], "{good}");
        }
        for bad in ["1.5", "f(2.)", "3e8", "x as f64", "0..1.5", "2f32", "7_000.0"] {
            assert_eq!(found(trade_has_no_float, &[(path, bad)]).len(), 1, "{bad}");
        }
    }
}
