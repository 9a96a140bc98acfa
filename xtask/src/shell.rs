//! Programs that a step runs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;

/// Runs cargo in the workspace with its output shown. Errors: it cannot start, or it fails.
pub fn cargo(root: &Path, args: &[&str]) -> Outcome {
    let told = format!("cargo {}", args.join(" "));
    let status = command(root).args(args).status().map_err(|e| format!("{told}: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{told}` failed ({status})")),
    }
}

/// The output of cargo, with its messages on stderr shown.
pub fn cargo_output(root: &Path, args: &[&str]) -> Result<String, String> {
    let told = format!("cargo {}", args.join(" "));
    let output = command(root).args(args).stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| format!("{told}: {e}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("`{told}` failed ({})", output.status)),
    }
}

/// Whether cargo knows the subcommand.
pub fn cargo_has(root: &Path, subcommand: &str) -> bool {
    let quiet = command(root)
        .args([subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// Runs a script of the checkout with its output shown. Errors: it cannot start, or it fails.
pub fn script(root: &Path, path: &str, variables: &[(&str, &Path)]) -> Outcome {
    let mut command = Command::new(root.join(path));
    command.current_dir(root).envs(variables.iter().copied());
    let status = command.status().map_err(|e| format!("{path}: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`{path}` failed ({status})")),
    }
}

/// The cargo that runs us, without the variables it sets for us: they would make the inner builds
/// differ from those typed by hand, and compile everything twice.
fn command(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told == "CARGO_MANIFEST_DIR" || told.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
    command
}
