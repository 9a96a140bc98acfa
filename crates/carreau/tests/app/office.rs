//! LibreOffice, asked to open tables as somebody's double click does, to calculate, and to write
//! down what it holds them to be.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A file's name with its ending, and its bytes.
pub type Table = (String, Vec<u8>);

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let name = format!("carreau-office-{}-{}", std::process::id(), keys::Token::new().as_str());
        let folder = Folder(std::env::temp_dir().join(name));
        fs::create_dir_all(folder.0.join("out")).expect("a folder");
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that fails for another reason shall say that one.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Each table as a workbook, after calculation, in the same order. `None`, with a word about it,
/// where there is no LibreOffice.
pub fn recalculated(tables: &[Table]) -> Option<Vec<Vec<u8>>> {
    let folder = Folder::new();
    let out = folder.0.join("out");
    let mut command = Command::new("soffice");
    command
        .arg(format!("-env:UserInstallation=file://{}", folder.0.join("profile").display()))
        .args(["--headless", "--norestore", "--convert-to", "xlsx", "--outdir"])
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let names = tables.iter().enumerate().map(|(at, (name, bytes))| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let path = folder.0.join(format!("t{at}.{ending}"));
        fs::write(&path, bytes).expect("a table");
        path
    });
    command.args(names);
    match command.status() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: no LibreOffice on this machine (bin/setup installs it)");
            return None;
        }
        ended => assert!(ended.expect("soffice").success(), "soffice ended with a fault"),
    }
    let read = |at: usize| {
        let path = out.join(format!("t{at}.xlsx"));
        fs::read(&path).unwrap_or_else(|_| panic!("LibreOffice did not read {}", tables[at].0))
    };
    Some((0..tables.len()).map(read).collect())
}
