//! The command that a mail server hands letters to.

use std::io::Write;
use std::process::{Command, Stdio};

use carreau::mail::PURCHASE_ORDER;

use crate::hub::Folder;
use crate::replies::{BASE, Written, mailed};

/// Hands a letter over as a mail server does; what the program says, and how it ends.
fn handed_over(url: &str, to: &str, bytes: &[u8]) -> (String, Option<i32>) {
    let folder = Folder::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_carreau"))
        .arg("--data")
        .arg(folder.path())
        .args(["mail", "receive", "--to", to])
        .env("CARREAU_DATABASE", url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(bytes).expect("a letter");
    let out = child.wait_with_output().expect("an end");
    (String::from_utf8_lossy(&out.stdout).trim().to_string(), out.status.code())
}

/// The mail server's side: a letter is read once, one without a signed address does nothing, and
/// only a database that does not answer asks the mail server to come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_hands_letters_to_the_program() {
    for mailed in mailed().await {
        let (name, url) = (mailed.name(), mailed.house.database.url.clone());
        let to = mailed.address(PURCHASE_ORDER).await;
        let letter =
            Written { to: &to, from: &mailed.email, headers: "", id: "programme", body: "ok" };
        let (said, code) = handed_over(&url, &to, &letter.bytes());
        // The hub's weeks are past by the program's clock: a letter of one is for a person.
        assert!(code == Some(0) && said.contains("semaine de cette lettre est finie"), "{said}");
        let (said, code) = handed_over(&url, &to, &letter.bytes());
        assert_eq!((said.as_str(), code), ("Déjà reçu.", Some(0)), "{name}");
        let unsigned = Written { to: BASE, ..letter };
        let (said, code) = handed_over(&url, BASE, &unsigned.bytes());
        assert_eq!((said.as_str(), code), ("Sans adresse signée : rien n'est fait.", Some(0)));
        let nowhere = "postgres://nobody@127.0.0.1:1/none";
        let (said, code) = handed_over(nowhere, &to, &letter.bytes());
        assert_eq!((said.as_str(), code), ("", Some(75)), "{name}: the mail server comes again");
    }
}
