//! Chores of the workspace, with the standard library alone so that it compiles in a second.
//!
//! - `cargo xtask ci`: the gate, every step in order (see [`ci`]);
//! - `cargo xtask tidy`: only the house rules (see [`tidy`]);
//! - `cargo xtask newcomer`: only the pages of the demonstration (see [`newcomer`]);
//! - `cargo xtask form`: formats every crate.

mod ci;
mod http;
mod newcomer;
mod shell;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask ci | tidy | newcomer | form";

/// Why a step stops the gate, told to the person who runs it.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["ci"] => ci::run(&root()),
        ["tidy"] => tidy::run(&root()),
        ["newcomer"] => newcomer::run(&root()),
        ["form"] => shell::cargo(&root(), &["fmt", "--all"]),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace: the one above this crate. Asked at run time first, because a kept
/// build folder may hold an xtask that was compiled in another checkout.
fn root() -> PathBuf {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let crate_folder = crate_folder.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    crate_folder.parent().expect("xtask lies in the workspace").into()
}
