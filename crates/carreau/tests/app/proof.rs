//! The proof of the books: what is altered in the database is found and named, by the program and
//! by the verifier that an auditor runs without it.

use std::process::Command;

use carreau::accounts::proof::{Proof, VERIFIER, faults, prove};
use carreau::play::{Until, play};
use carreau::store;
use db::sql::interned;

use crate::hub::{Folder, House, houses};
use crate::pages::two_weeks;
use crate::standing::write;

async fn proof(house: &House) -> Proof {
    prove(&house.app, house.place(0).scope()).await.expect("a proof")
}

/// What the verifier says of the file, and whether it holds; `None` without Python.
async fn verified(proof: &Proof, program: &str, words: &[&str]) -> Option<(bool, String)> {
    let folder = Folder::new();
    let zip = folder.path().join("preuve.zip");
    std::fs::write(&zip, proof.file().await.expect("a file")).expect("written");
    let path = folder.path().join("verifier.py");
    std::fs::write(&path, program).expect("written");
    let ran = Command::new("python3").arg(&path).arg(&zip).args(words).output();
    let Ok(ran) = ran else {
        eprintln!("SKIPPED: no python3 on this machine, the verifier is not run");
        return None;
    };
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some((ran.status.success(), said))
}

async fn billed() -> Vec<House> {
    let houses = houses(&two_weeks()).await;
    for house in &houses {
        play(&house.app, house.place(0), Until::Billed).await.expect("a played week");
    }
    houses
}

#[tokio::test(flavor = "multi_thread")]
async fn untouched_books_hold_here_and_without_us() {
    for house in billed().await {
        let name = house.database.name;
        let proof = proof(&house).await;
        assert_eq!(faults(&proof.verdict), [""; 0], "{name}");
        assert!(proof.verdict.documents > 3 && proof.verdict.debit > 0, "{name}");
        let Some((holds, said)) = verified(&proof, VERIFIER, &[]).await else { continue };
        assert!(holds && said.contains("TOUT TIENT."), "{name}: {said}");
        let counts = format!(
            "{} écritures, {} pièces, {} séries",
            proof.verdict.entries, proof.verdict.documents, proof.verdict.series
        );
        assert!(said.starts_with(&counts), "{name}: {said}");
    }
}

/// A damage, how it is undone, and what both say of it.
const DAMAGES: [(&str, &str, &str, &str); 16] = [
    (
        "an amount of an entry",
        "UPDATE entry_lines SET debit_cents = debit_cents + 1 WHERE entry = 1 AND rank = 1",
        "UPDATE entry_lines SET debit_cents = debit_cents - 1 WHERE entry = 1 AND rank = 1",
        "F2037-000001 : modifiée",
    ),
    (
        "an account",
        "UPDATE entry_lines SET account = '707001' WHERE entry = 1 AND rank = 2",
        "UPDATE entry_lines SET account = '707000' WHERE entry = 1 AND rank = 2",
        "F2037-000001, compte 707001",
    ),
    (
        "the day of an entry",
        "UPDATE entries SET day = day + 1 WHERE id = 2",
        "UPDATE entries SET day = day - 1 WHERE id = 2",
        "F2037-000002 : modifiée",
    ),
    (
        "the piece of an entry",
        "UPDATE entries SET piece = 'F2037-000777' WHERE id = 2",
        "UPDATE entries SET piece = 'F2037-000002' WHERE id = 2",
        "F2037-000002 : aucune écriture ne la comptabilise",
    ),
    (
        "a line of an entry taken out",
        "UPDATE entry_lines SET hub_id = 'ailleurs' WHERE entry = 1 AND rank = 1",
        "UPDATE entry_lines SET hub_id = '{hub}' WHERE entry = 1 AND rank = 1",
        "débit et crédit diffèrent",
    ),
    (
        "an entry taken out",
        "UPDATE entries SET hub_id = 'ailleurs' WHERE id = 1",
        "UPDATE entries SET hub_id = '{hub}' WHERE id = 1",
        "F2037-000001 : l'écriture scellée n'est plus dans les tables",
    ),
    (
        "an entry put in",
        "INSERT INTO entries (hub_id, week, id, journal, day, piece) \
         SELECT hub_id, week, 999, journal, day, 'FAUX-1' FROM entries WHERE id = 1",
        "DELETE FROM entries WHERE id = 999",
        "FAUX-1",
    ),
    (
        "the buyer of a document",
        "UPDATE documents SET party = 'autre' || party WHERE id = 1",
        "UPDATE documents SET party = SUBSTR(party, 6) WHERE id = 1",
        "F2037-000001 : modifiée",
    ),
    (
        "a number of a document",
        "UPDATE documents SET number = 777 WHERE id = 1",
        "UPDATE documents SET number = 1 WHERE id = 1",
        "F2037-000777 : aucune écriture ne la comptabilise",
    ),
    (
        "an amount of a document",
        "UPDATE document_lines SET net_cents = net_cents + 100 WHERE document = 1 AND rank = 1",
        "UPDATE document_lines SET net_cents = net_cents - 100 WHERE document = 1 AND rank = 1",
        "F2037-000001, compte 411000",
    ),
    (
        "a document taken out",
        "UPDATE documents SET hub_id = 'ailleurs' WHERE id = 1",
        "UPDATE documents SET hub_id = '{hub}' WHERE id = 1",
        "série F2037 : ",
    ),
    (
        "a number that was never posted",
        "UPDATE series SET next = next + 1 WHERE series = 'F2037'",
        "UPDATE series SET next = next - 1 WHERE series = 'F2037'",
        "série F2037 : le numéro",
    ),
    (
        "the day of validation",
        "UPDATE seals SET day = day + 1 WHERE number = 3",
        "UPDATE seals SET day = day - 1 WHERE number = 3",
        "n° 3, pièce",
    ),
    (
        "a sealed text",
        "UPDATE seals SET said = said || ' ' WHERE number = 3",
        "UPDATE seals SET said = SUBSTR(said, 1, LENGTH(said) - 1) WHERE number = 3",
        "n° 3, pièce",
    ),
    (
        "a seal taken out",
        "UPDATE seals SET hub_id = 'ailleurs' WHERE number = 3",
        "UPDATE seals SET hub_id = '{hub}' WHERE number = 3",
        "numéro 4 au lieu de 3",
    ),
    (
        "the end of the chain",
        "UPDATE seal_heads SET number = number + 1",
        "UPDATE seal_heads SET number = number - 1",
        "la chaîne finit au n°",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_damage_is_found_by_both() {
    for house in billed().await {
        let name = house.database.name;
        let db = house.app.everything();
        for (damage, done, undone, said) in DAMAGES {
            let place = format!("{name}: {damage}");
            assert_eq!(write(db, vec![(done, vec![])]).await, [1], "{place}");
            let found = proof(&house).await;
            let told = faults(&found.verdict).join("\n").to_lowercase();
            assert!(told.contains(&said.to_lowercase()), "{place}: {told}");
            if let Some((holds, told)) = verified(&found, VERIFIER, &[]).await {
                let told = told.to_lowercase();
                assert!(!holds && told.contains(&said.to_lowercase()), "{place}: {told}");
            }
            let undone = interned(undone.replace("{hub}", house.hub.as_str()));
            assert_eq!(write(db, vec![(undone, vec![])]).await, [1], "{place}");
        }
        assert_eq!(faults(&proof(&house).await.verdict), [""; 0], "{name}");
    }
}

/// Broken variants. A verifier that does not look at the books lets a changed due day pass; and
/// whoever writes the whole chain anew is found only by a hash that was kept outside.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_question_a_damage_passes() {
    for house in billed().await {
        let name = house.database.name;
        let db = house.app.everything();
        let kept = proof(&house).await.books.end;
        let later = "UPDATE documents SET due_on = due_on + 1 WHERE id = 1";
        write(db, vec![(later, vec![])]).await;
        let found = proof(&house).await;
        assert_eq!(found.verdict.damages.len(), 1, "{name}");
        let blind = VERIFIER.replace("        check_books(chain, books, faults)\n", "");
        assert_ne!(blind, VERIFIER);
        if let Some((holds, said)) = verified(&found, &blind, &[]).await {
            assert!(holds, "{name}: {said}");
            let (holds, _) = verified(&found, VERIFIER, &[]).await.expect("Python is there");
            assert!(!holds, "{name}");
        }
        write(db, vec![("DELETE FROM seals", vec![]), ("DELETE FROM seal_heads", vec![])]).await;
        store::migrate(db).await.expect("a start");
        let forged = proof(&house).await;
        assert!(forged.verdict.is_whole(), "{name}: nothing inside can tell");
        let witness = format!("{}:{}", kept.0, kept.1);
        if let Some((holds, said)) = verified(&forged, VERIFIER, &["--temoin", &witness]).await {
            assert!(!holds && said.contains("n'est pas celle de la chaîne"), "{name}: {said}");
            let own = format!("{}:{}", forged.books.end.0, forged.books.end.1);
            let (holds, said) =
                verified(&forged, VERIFIER, &["--temoin", &own]).await.expect("Python is there");
            assert!(holds, "{name}: {said}");
        }
    }
}
