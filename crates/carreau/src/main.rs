//! `carreau`: see `carreau --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    carreau::commands::run()
}
