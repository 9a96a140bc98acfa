//! Words that stand only where they belong.

use super::{File, Finding, Tree, rust};

/// This crate has to spell what it looks for.
const OWN: &str = "xtask/";

const DRIVERS: [&str; 4] = ["rusqlite", "tokio-postgres", "tokio_postgres", "deadpool"];
const UNFINISHED: [&str; 4] = ["todo!(", "unimplemented!(", "#[ignore", "dbg!("];
const MACHINE: [&str; 4] = ["/home/", "/work/", "/root/", "/tmp/"];
/// Where packages come from is a setting of whoever builds. `docs.rs` and the like are for people.
const REGISTRIES: [&str; 7] = [
    "crates.io/api",
    "index.crates.io",
    "static.crates.io",
    "registry.npmjs.org",
    "files.pythonhosted.org",
    "pypi.org/simple",
    "deb.debian.org",
];
const SCOPE: &str = "of_program(";
/// Where a scope may be taken that nobody gave.
const PROGRAM: [&str; 9] = [
    "access/scope.rs",
    "bench/",
    "commands/",
    "data/",
    "jobs",
    "mail/replies/receive.rs",
    "mail/worker.rs",
    "web/doors",
    "web/enter.rs",
];
const WHOLE: &str = "everything(";
/// Where the whole database may be taken, all hubs of it, and why.
const OF_ALL_HUBS: [(&str, &str); 16] = [
    ("access/api_token.rs", "a program says its token, not its hub"),
    ("access/audit.rs", "the doors note it before anybody is known; each line names its hub"),
    ("access/keyring.rs", "a password and a key are a person's, whatever the hub"),
    ("access/link.rs", "who taps a link has said nothing but the link"),
    ("access/people.rs", "a person is one in all hubs"),
    ("access/roster.rs", "whether a person works for another hub too"),
    ("access/session.rs", "a cookie names a session, not a hub"),
    ("admin/desk.rs", "a person and a membership of the hub are written in one transaction"),
    ("app.rs", "hands it out"),
    ("bench/", "measures the program as a whole"),
    ("commands/", "whoever runs a command has the database"),
    ("data/import.rs", "a pack may bring a hub that is not there yet"),
    ("mail/replies/receive.rs", "the token in the address tells the hub"),
    ("mail/worker.rs", "one worker carries the letters of all hubs"),
    ("store/jobs.rs", "one queue of jobs for all hubs"),
    ("web/mod.rs", "which hub the site answers for"),
];
/// What the content security policy of the site forbids (`web/headers.rs`): a browser ignores it.
const INLINE: [&str; 7] =
    ["style=", "<style", "onclick=", "onchange=", "oninput=", "onsubmit=", "onload="];

/// Drivers of databases are named in `crates/db` alone.
pub fn drivers_stay_in_db(tree: &Tree) -> Vec<Finding> {
    let is_bound = |file: &&File| {
        let is_program = file.path.ends_with(".rs") || file.path.ends_with("/Cargo.toml");
        is_program && !file.path.starts_with("crates/db/") && !file.path.starts_with(OWN)
    };
    let files = tree.files().filter(is_bound);
    files.flat_map(|file| named(file, &file.text, &DRIVERS, "only crates/db names")).collect()
}

/// A scope over a whole hub is given to whoever asks for it by right; the program itself takes one
/// only where nobody asks (commands, jobs, measures) or everybody is answered alike (the doors).
pub fn program_scopes_stay_with_the_program(tree: &Tree) -> Vec<Finding> {
    let sources = "crates/carreau/src/";
    let is_page = |file: &&File| {
        let part = file.path.strip_prefix(sources).unwrap_or_default();
        !PROGRAM.iter().any(|own| part.starts_with(own)) && !rust::is_test(&file.path)
    };
    let names = [SCOPE];
    let pages = tree.rust(sources).filter(is_page);
    pages.flat_map(|file| named(file, &rust::code(&file.text), &names, "not for pages:")).collect()
}

/// The whole database is taken only where no hub is known yet, or none is meant: everywhere else
/// a scope gives the part of one hub.
pub fn the_whole_database_stays_with_the_program(tree: &Tree) -> Vec<Finding> {
    let sources = "crates/carreau/src/";
    let is_bound = |file: &&File| {
        let part = file.path.strip_prefix(sources).unwrap_or_default();
        !OF_ALL_HUBS.iter().any(|(own, _)| part.starts_with(own)) && !rust::is_test(&file.path)
    };
    let names = [WHOLE];
    let others = tree.rust(sources).filter(is_bound);
    others.flat_map(|file| named(file, &rust::code(&file.text), &names, "ask a scope:")).collect()
}

/// Nothing is left to do, left out or left in.
pub fn nothing_is_left_to_do(tree: &Tree) -> Vec<Finding> {
    let code = tree
        .rust("")
        .flat_map(|file| named(file, &rust::code(&file.text), &UNFINISHED, "do it now:"));
    let others = tree.files().filter(|file| !file.path.starts_with(OWN));
    code.chain(others.flat_map(|file| named(file, &file.text, &["TODO", "FIXME"], "do it now:")))
        .collect()
}

/// No file tells where somebody's machine keeps things; scripts may.
pub fn no_path_of_a_machine(tree: &Tree) -> Vec<Finding> {
    let is_bound = |file: &&File| !file.path.starts_with(OWN) && !file.path.starts_with("bin/");
    let mut found = Vec::new();
    for file in tree.files().filter(is_bound) {
        for (at, line) in file.text.lines().enumerate() {
            let paths = MACHINE.iter().filter(|path| begins_path(line, path));
            found.extend(paths.map(|p| file.finding(at + 1, format!("a path of a machine: {p}"))));
        }
    }
    found
}

/// Whether the text has it as the beginning of a path, and not as the middle of one.
fn begins_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && !"._-~})]*$%".contains(before)
    })
}

/// The project stands alone: what may lie beside the checkout is known to `.ci/run` only.
pub fn no_folder_beside_the_checkout(tree: &Tree) -> Vec<Finding> {
    let is_bound = |file: &&File| !file.path.starts_with(OWN) && file.path != ".ci/run";
    let files = tree.files().filter(is_bound);
    files.flat_map(|file| named(file, &file.text, &["../shared"], "only .ci/run names")).collect()
}

/// No file tells from which host packages are taken, except the lock file that cargo writes.
pub fn no_host_of_a_registry(tree: &Tree) -> Vec<Finding> {
    let is_bound = |file: &&File| !file.path.starts_with(OWN) && file.path != "Cargo.lock";
    let files = tree.files().filter(is_bound);
    files.flat_map(|file| named(file, &file.text, &REGISTRIES, "a host of a registry:")).collect()
}

/// Mail programs know no other style than that in each element.
const LETTERS: &str = "crates/carreau/templates/mail/";

/// No style and no script inside a page.
pub fn templates_keep_the_policy(tree: &Tree) -> Vec<Finding> {
    let pages = tree.files().filter(|file| file.path.starts_with("crates/carreau/templates/"));
    let mut found = Vec::new();
    for file in pages {
        if !file.path.starts_with(LETTERS) {
            found.extend(named(file, &file.text, &INLINE, "the browser ignores"));
        }
        for (at, line) in file.text.lines().enumerate() {
            let scripts = line.match_indices("<script").map(|(begin, _)| &line[begin..]);
            let inline =
                scripts.filter(|tag| !tag.split('>').next().unwrap_or_default().contains("src="));
            found.extend(inline.map(|_| file.finding(at + 1, "the browser ignores <script>")));
        }
    }
    found
}

/// The lines that name one of the words, as words of their own.
fn named(file: &File, text: &str, words: &[&str], why: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let there = words.iter().filter(|word| has(line, word));
        found.extend(there.map(|word| file.finding(at + 1, format!("{why} {word}"))));
    }
    found
}

fn has(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && !"_-".contains(before)
    })
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::{
        drivers_stay_in_db, no_folder_beside_the_checkout, no_host_of_a_registry,
        no_path_of_a_machine, nothing_is_left_to_do, program_scopes_stay_with_the_program,
        templates_keep_the_policy, the_whole_database_stays_with_the_program,
    };

    #[test]
    fn a_driver_outside_db_is_found() {
        let told = found(drivers_stay_in_db, &[("crates/plan/src/a.rs", "\nuse rusqlite::Row;")]);
        assert_eq!(told, ["crates/plan/src/a.rs:2: only crates/db names rusqlite"]);
        let manifest = [("crates/plan/Cargo.toml", "deadpool-postgres.workspace = true")];
        assert_eq!(found(drivers_stay_in_db, &manifest).len(), 1);
        let good = [("crates/db/src/a.rs", "use rusqlite"), ("Cargo.toml", "rusqlite = 1")];
        assert_eq!(found(drivers_stay_in_db, &good), [""; 0]);
    }

    #[test]
    fn a_page_that_takes_a_scope_is_found() {
        let text = "\nlet scope = HubScope::of_program(hub);";
        let page = "crates/carreau/src/orders/pages.rs";
        let told = found(program_scopes_stay_with_the_program, &[(page, text)]);
        assert_eq!(told, [format!("{page}:2: not for pages: of_program(")]);
        for good in ["crates/carreau/src/commands/week.rs", "crates/carreau/src/web/doors.rs"] {
            assert_eq!(found(program_scopes_stay_with_the_program, &[(good, text)]), [""; 0]);
        }
    }

    #[test]
    fn a_page_that_takes_all_hubs_is_found() {
        let text = "\nlet rows = app.everything().query(TEXT, vec![]).await?;";
        let page = "crates/carreau/src/orders/pages.rs";
        let told = found(the_whole_database_stays_with_the_program, &[(page, text)]);
        assert_eq!(told, [format!("{page}:2: ask a scope: everything(")]);
        for good in ["crates/carreau/src/commands/week.rs", "crates/carreau/src/store/jobs.rs"] {
            let told = found(the_whole_database_stays_with_the_program, &[(good, text)]);
            assert_eq!(told, [""; 0]);
        }
    }

    #[test]
    fn what_is_left_to_do_is_found() {
        let good = "// todo!() is forbidden\nlet a = \"dbg!(x)\";";
        assert_eq!(found(nothing_is_left_to_do, &[("a.rs", good)]), [""; 0]);
        for bad in ["todo!()", "unimplemented!()", "#[ignore = \"\"]", "dbg!(x)", "// TODO: a"] {
            assert_eq!(found(nothing_is_left_to_do, &[("a.rs", bad)]).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_path_of_a_machine_is_found() {
        for bad in ["/home/a", "see `/work/b`", "(/root/x)", "sqlite:/tmp/x.db"] {
            assert_eq!(found(no_path_of_a_machine, &[("a.md", bad)]).len(), 1, "{bad}");
        }
        let good = [("a.md", "https://example.org/home/a target/tmp/x"), ("bin/a", "/tmp/x")];
        assert_eq!(found(no_path_of_a_machine, &good), [""; 0]);
    }

    #[test]
    fn a_folder_beside_the_checkout_is_found() {
        let files = [("docs/a.md", "see ../shared/x"), (".ci/run", "cd ../shared/data")];
        let told = found(no_folder_beside_the_checkout, &files);
        assert_eq!(told, ["docs/a.md:1: only .ci/run names ../shared"]);
    }

    #[test]
    fn a_host_of_a_registry_is_found() {
        for bad in ["https://index.crates.io/", "npm --registry=https://registry.npmjs.org"] {
            assert_eq!(found(no_host_of_a_registry, &[("bin/a", bad)]).len(), 1, "{bad}");
        }
        let good = [("a.md", "a crate of crates.io"), ("Cargo.lock", "index.crates.io")];
        assert_eq!(found(no_host_of_a_registry, &good), [""; 0]);
    }

    #[test]
    fn what_the_policy_forbids_is_found() {
        let path = "crates/carreau/templates/a.html";
        for bad in ["<p style=\"a\">", "<style>", "<a onclick=\"b\">", "<script>", "<script defer>"]
        {
            assert_eq!(found(templates_keep_the_policy, &[(path, bad)]).len(), 1, "{bad}");
        }
        let good = "<script src=\"/a.js\" defer></script> <p data-style=x class=\"style\">";
        assert_eq!(found(templates_keep_the_policy, &[(path, good)]), [""; 0]);
    }
}
