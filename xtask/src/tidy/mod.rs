use std::path::Path;
pub fn run(_root: &Path) -> crate::Outcome { Ok(()) }
