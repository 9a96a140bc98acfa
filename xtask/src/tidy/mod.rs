//! The house rules that a program can check. Each rule is one function over the [`Tree`].

mod docs;
mod order;
mod pure;
mod rust;
mod size;
mod words;

use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// One file of the checkout.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// Empty for a file that is no UTF-8 text.
    pub text: String,
}

/// The files that git tracks or would track, by path.
pub struct Tree(Vec<File>);

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub file: String,
    /// From 1; 0 for the whole file.
    pub line: usize,
    pub what: String,
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [Rule; 21] = [
    pure::trade_depends_on_nothing,
    pure::trade_has_no_float,
    order::trade_looks_upstream,
    order::shell_looks_upstream,
    docs::glossary_names_every_type,
    docs::decisions_name_every_dependency,
    docs::decisions_are_indexed,
    docs::migrations_are_contiguous,
    docs::links_lead_somewhere,
    docs::named_tests_exist,
    size::functions_are_short,
    size::files_are_short,
    size::lines_are_short,
    words::drivers_stay_in_db,
    words::program_scopes_stay_with_the_program,
    words::the_whole_database_stays_with_the_program,
    words::nothing_is_left_to_do,
    words::no_path_of_a_machine,
    words::no_folder_beside_the_checkout,
    words::no_host_of_a_registry,
    words::templates_keep_the_policy,
];

/// Applies every rule. Errors: all that was found, a line each.
pub fn run(root: &Path) -> Outcome {
    let tree = Tree::read(root)?;
    let found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    match found.len() {
        0 => Ok(()),
        count => {
            let told: Vec<String> = found.iter().map(Finding::to_string).collect();
            Err(format!("{count} to put right\n{}", told.join("\n")))
        }
    }
}

impl Tree {
    /// Errors: git cannot tell the files.
    fn read(root: &Path) -> Result<Tree, String> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|e| format!("git: {e}"))?;
        if !listed.status.success() {
            return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr)));
        }
        let mut paths: Vec<String> = String::from_utf8_lossy(&listed.stdout)
            .split_terminator('\0')
            .map(str::to_owned)
            .collect();
        paths.sort();
        paths.dedup();
        // A file that was removed is still listed until that is committed.
        let read = |path: String| {
            let bytes = std::fs::read(root.join(&path)).ok()?;
            Some(File { path, text: String::from_utf8(bytes).unwrap_or_default() })
        };
        Ok(Tree(paths.into_iter().filter_map(read).collect()))
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Tree(files.iter().map(file).collect())
    }

    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.0.iter()
    }

    /// The Rust files under a folder (`""`: everywhere).
    pub fn rust(&self, under: &str) -> impl Iterator<Item = &File> {
        let is_there = move |file: &&File| file.path.starts_with(under);
        self.files().filter(is_there).filter(|file| file.path.ends_with(".rs"))
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }
}

impl File {
    /// A finding in this file; `line` from 1, 0 for the whole file.
    pub fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { file: self.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// What a rule finds in the files, as text: for the tests of rules.
#[cfg(test)]
fn found(rule: Rule, files: &[(&str, &str)]) -> Vec<String> {
    rule(&Tree::of(files)).iter().map(Finding::to_string).collect()
}
