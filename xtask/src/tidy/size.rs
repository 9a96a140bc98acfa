//! What fits on a screen is understood.

use super::{File, Finding, Tree, rust};

/// Lines of a function, from `fn` to its closing brace.
const FUNCTION: usize = 70;
/// Lines of a file.
const FILE: usize = 600;
/// Characters of a line.
const LINE: usize = 100;

/// No function is longer than [`FUNCTION`] lines; tests may tell longer stories.
pub fn functions_are_short(tree: &Tree) -> Vec<Finding> {
    tree.rust("").filter(|file| !rust::is_test(&file.path)).flat_map(long_functions).collect()
}

/// No Rust file is longer than [`FILE`] lines.
pub fn files_are_short(tree: &Tree) -> Vec<Finding> {
    let long = tree.rust("").filter(|file| file.text.lines().count() > FILE);
    long.map(|file| {
        let count = file.text.lines().count();
        file.finding(0, format!("{count} lines, at most {FILE}"))
    })
    .collect()
}

/// No line of Rust is longer than [`LINE`] characters, except the rows of a table in a string.
pub fn lines_are_short(tree: &Tree) -> Vec<Finding> {
    tree.rust("").flat_map(long_lines).collect()
}

fn long_functions(file: &File) -> Vec<Finding> {
    let code = rust::code(&file.text);
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let length = end_of(&lines, at) - at + 1;
        if length > FUNCTION {
            let what = format!("fn {name} has {length} lines, at most {FUNCTION}");
            found.push(file.finding(at + 1, what));
        }
    }
    found
}

/// The name of the function that a line begins.
fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let is_modifier = |word: &str| {
        matches!(word, "async" | "const" | "unsafe" | "extern" | "\"C\"") || word.starts_with("pub")
    };
    let first = words.find(|word| !is_modifier(word) && !word.ends_with(')'))?;
    let rest = if first == "fn" { words.next()? } else { return None };
    rest.split(['(', '<']).next()
}

/// The last line of the function that begins at `from`: rustfmt puts the brace under the `fn`.
fn end_of(lines: &[&str], from: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(lines[from]);
    let is_end = |&at: &usize| {
        let line = lines[at].trim_end();
        let is_body =
            line.ends_with('}') && line.trim() == "}" || at == from && line.ends_with('}');
        indent(line) == own && (is_body || line.ends_with(';')) && !line.is_empty()
    };
    (from..lines.len()).find(is_end).unwrap_or(from)
}

fn long_lines(file: &File) -> Vec<Finding> {
    let text = rust::without_strings(&file.text);
    let lines = text.lines().enumerate();
    lines
        .map(|(at, line)| (at + 1, line.trim_end().chars().count()))
        .filter(|&(_, length)| length > LINE)
        .map(|(at, length)| file.finding(at, format!("{length} characters, at most {LINE}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::{files_are_short, functions_are_short, lines_are_short};

    fn function(lines: usize) -> String {
        let body = "        let s = \"\n    }\n\";\n".repeat((lines - 2) / 3);
        let rest = "        x();\n".repeat((lines - 2) % 3);
        format!("impl A {{\n    pub(crate) async fn long(\n{body}{rest}    }}\n}}\n")
    }

    #[test]
    fn a_long_function_is_found() {
        let long = function(71);
        let told = found(functions_are_short, &[("a/src/b.rs", &long)]);
        assert_eq!(told, ["a/src/b.rs:2: fn long has 71 lines, at most 70"]);
        assert_eq!(found(functions_are_short, &[("a/src/b.rs", &function(70))]), [""; 0]);
        assert_eq!(found(functions_are_short, &[("a/tests/b.rs", &long)]), [""; 0]);
    }

    #[test]
    fn declarations_and_short_functions_end_where_they_end() {
        let filler = "x\n".repeat(80);
        let text =
            format!("    fn a();\n    fn b() {{ 1 }}\n    fn c(\n    ) -> u8;\n{filler}    }}\n");
        assert_eq!(found(functions_are_short, &[("a/src/b.rs", &text)]), [""; 0]);
    }

    #[test]
    fn a_long_file_is_found() {
        let lines = |count| "x\n".repeat(count);
        assert_eq!(
            found(files_are_short, &[("a.rs", &lines(600)), ("b.md", &lines(999))]),
            [""; 0]
        );
        let told = found(files_are_short, &[("a.rs", &lines(601))]);
        assert_eq!(told, ["a.rs: 601 lines, at most 600"]);
    }

    #[test]
    fn a_long_line_is_found() {
        let long = "é".repeat(101);
        for bad in [format!("\n// {long}"), format!("\nlet {long}"), format!("\nf(\"{long}\")")] {
            assert_eq!(found(lines_are_short, &[("a.rs", &bad)]).len(), 1, "{bad}");
        }
        let table = format!("let a = \"\n{long}\n\";\n// {}", "é".repeat(97));
        assert_eq!(found(lines_are_short, &[("a.rs", &table)]), [""; 0]);
    }
}
