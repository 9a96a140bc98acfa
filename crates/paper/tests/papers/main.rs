//! Every paper is printed, read back with poppler, and printed again.

mod crates;
mod hostile;
mod long;
mod print;
mod samples;
mod samples_out;

use paper::{Paper, Printed, typeset};
use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

/// Prints a paper and insists that the press had nothing to complain about. With `PAPER_OUT` set
/// the file is kept there, to be looked at.
pub fn proof<P: Paper>(name: &str, paper: &P) -> Printed {
    let printed = typeset(paper).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(printed.pdf.starts_with(b"%PDF"), "{name} is no PDF");
    assert_eq!(printed.warnings, Vec::<String>::new(), "{name}");
    if let Ok(folder) = std::env::var("PAPER_OUT") {
        std::fs::write(format!("{folder}/{name}.pdf"), &printed.pdf)
            .expect("PAPER_OUT is writable");
    }
    printed
}

/// The text layer in reading order, or `None` (said loudly) where poppler is not installed.
pub fn text_of(pdf: &[u8]) -> Option<String> {
    let started = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("SKIPPED: pdftotext (poppler-utils) is not installed, text not checked");
            return None;
        }
        Err(error) => panic!("pdftotext: {error}"),
    };
    child.stdin.take().expect("piped").write_all(pdf).expect("pdftotext reads");
    let output = child.wait_with_output().expect("pdftotext ends");
    assert!(output.status.success(), "pdftotext refused the file");
    Some(String::from_utf8(output.stdout).expect("UTF-8 was asked for"))
}

/// A text without its spacing: layout cuts lines, and figures carry no-break spaces.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

/// Every one of these texts can be read in the PDF.
pub fn assert_reads(name: &str, pdf: &[u8], wanted: &[&str]) {
    let Some(text) = text_of(pdf) else { return };
    let text = squeezed(&text);
    for want in wanted {
        assert!(text.contains(&squeezed(want)), "{name}: {want:?} is not in the text:\n{text}");
    }
}
