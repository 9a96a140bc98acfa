//! The gate: each step with its time; the first that fails ends it.

use std::path::Path;
use std::time::Instant;

use crate::{Outcome, newcomer, shell, tidy};

type Step = (&'static str, fn(&Path) -> Outcome);

/// Cheap steps first. All of them use the dev profile, so a dependency compiles once.
const STEPS: [Step; 7] = [
    ("form", form),
    ("tidy", tidy::run),
    ("lint", lint),
    ("test", test),
    ("newcomer", newcomer::run),
    ("e2e", e2e),
    ("conformance", conformance),
];

/// Runs the gate. Errors: the name of the step that failed, and why.
pub fn run(root: &Path) -> Outcome {
    let start = Instant::now();
    for (at, (name, step)) in STEPS.iter().enumerate() {
        println!("==> {}/{} {name}", at + 1, STEPS.len());
        let since = Instant::now();
        let outcome = step(root);
        let time = since.elapsed().as_secs_f32();
        match outcome {
            Ok(()) => println!("    {name}: passed in {time:.1} s"),
            Err(why) => return Err(format!("step `{name}` failed after {time:.1} s: {why}")),
        }
    }
    println!("==> all {} steps passed in {:.1} s", STEPS.len(), start.elapsed().as_secs_f32());
    Ok(())
}

fn form(root: &Path) -> Outcome {
    let checked = shell::cargo(root, &["fmt", "--all", "--check"]);
    checked.map_err(|why| format!("{why}; `cargo xtask form` puts it right"))
}

fn lint(root: &Path) -> Outcome {
    shell::cargo(root, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn test(root: &Path) -> Outcome {
    match shell::cargo_has(root, "nextest") {
        // It leaves out the examples in the documentation.
        true => shell::cargo(root, &["nextest", "run", "--workspace"])
            .and_then(|()| shell::cargo(root, &["test", "--quiet", "--workspace", "--doc"])),
        false => shell::cargo(root, &["test", "--workspace"]),
    }
}

/// The program in a browser, as `newcomer` has built it.
fn e2e(root: &Path) -> Outcome {
    shell::script(root, "e2e/run", &[("CARREAU_PROGRAM", &newcomer::build(root)?)])
}

/// The API as a program of others asks it, by the thousand.
fn conformance(root: &Path) -> Outcome {
    shell::script(root, "conformance/run", &[("CARREAU_PROGRAM", &newcomer::build(root)?)])
}
