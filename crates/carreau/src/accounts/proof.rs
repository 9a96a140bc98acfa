//! The proof of the books: everything computed anew from the tables, in words, on paper, and in a
//! file that an auditor checks without us.

use paper::{Fact, ProofReport, ProofStep};
use trade::calendar::Instant;
use trade::party::Hub;
use trade::unit::Cents;
use wire::bundle::bundle;
use wire::seal::proof::{
    Books, Damage, Sealed, Verdict, books_text, chain_text, marks_text, verify,
};

use super::rows::{self, SealRow};
use super::seal;
use crate::access::scope::HubScope;
use crate::app::App;
use crate::clock;
use crate::failure::Failure;
use crate::store::{register, table};
use crate::ui::{fr, paper as papers};

const SERIES: &str = "SELECT series, next FROM series WHERE hub_id = $1 ORDER BY series";

/// Texts of this file, for the test that prepares every statement.
pub const TEXTS: &[&str] = &[SERIES];

/// The program that an auditor runs without us: Python 3 alone.
pub const VERIFIER: &str = include_str!("verifier.py");

/// Most faults that are told one by one: what is torn apart is not read line by line.
const TOLD_MAX: usize = 40;

/// The books of a hub with what a check of them found.
pub struct Proof {
    pub hub: Hub,
    pub books: Books,
    pub verdict: Verdict,
    /// When it was computed.
    pub at: Instant,
}

/// Reads the books as they stand and computes everything anew.
pub async fn prove(app: &App, scope: HubScope) -> Result<Proof, Failure> {
    let (db, hub) = (app.db(scope), scope.hub());
    let known = register::load(&db, hub, clock::today().week()).await?;
    let known =
        known.ok_or_else(|| Failure::NotFound(format!("La plateforme « {hub} » est inconnue.")))?;
    // The chain is only ever added to: what is sealed while the tables are read is in the second
    // reading, and then it is read again.
    let books = loop {
        let before = seal::end(&db, hub).await?;
        let books = read(app, scope).await?;
        if before == seal::end(&db, hub).await? {
            break books;
        }
    };
    let verdict = verify(&books, keys::digest);
    Ok(Proof { hub: known.hub.clone(), books, verdict, at: clock::now() })
}

async fn read(app: &App, scope: HubScope) -> Result<Books, Failure> {
    let (db, hub) = (app.db(scope), scope.hub());
    let end = seal::end(&db, hub).await?;
    let seals: Vec<SealRow> = table::load_hub(&db, hub).await?;
    let ledger = rows::ledger(&db, hub).await?;
    let series: Vec<(String, i64)> = db.query(SERIES, vec![hub.as_str().into()]).await?;
    Ok(Books {
        hub: hub.to_string(),
        seals: seals.into_iter().map(Sealed::from).collect(),
        entries: ledger.entries,
        stray_documents: ledger.stray_documents,
        stray_lines: ledger.stray_lines,
        series,
        end: (end.number, end.hash),
    })
}

impl From<SealRow> for Sealed {
    fn from(row: SealRow) -> Sealed {
        let SealRow { number, day, at, week, entry, said, hash } = row;
        Sealed { number, day, at, week, entry, said, hash }
    }
}

/// A question, and whether a fault answers it.
type Question = (&'static str, fn(&Damage) -> bool);

/// What is asked of all books, with the faults that answer it.
const QUESTIONS: [Question; 5] = [
    ("Numéros 1, 2, 3… et empreintes : la chaîne est continue", |damage| {
        matches!(
            damage,
            Damage::NumberBroken { .. } | Damage::HashBroken { .. } | Damage::EndBroken { .. }
        )
    }),
    (
        "Chaque écriture est telle qu'elle a été scellée, aucune ne manque, aucune de trop",
        |one| {
            matches!(
                one,
                Damage::EntryGone { .. }
                    | Damage::EntryChanged { .. }
                    | Damage::EntryUnsealed { .. }
                    | Damage::LinesStray { .. }
            )
        },
    ),
    ("Chaque écriture est équilibrée", |one| matches!(one, Damage::Unbalanced { .. })),
    ("Chaque pièce fait la somme de son écriture, compte par compte", |one| {
        matches!(one, Damage::DocumentDiffers { .. } | Damage::DocumentStray { .. })
    }),
    ("Chaque série de pièces compte 1, 2, 3… sans trou", |one| {
        matches!(one, Damage::SeriesBroken { .. })
    }),
];

/// A question, how many faults answer it.
pub fn answers(verdict: &Verdict) -> Vec<(&'static str, usize)> {
    let of = |(question, is_its): &(&'static str, fn(&Damage) -> bool)| {
        (*question, verdict.damages.iter().filter(|damage| is_its(damage)).count())
    };
    QUESTIONS.iter().map(of).collect()
}

/// The damages in words, the first of them.
pub fn faults(verdict: &Verdict) -> Vec<String> {
    let mut told: Vec<String> = verdict.damages.iter().take(TOLD_MAX).map(sentence).collect();
    if verdict.damages.len() > TOLD_MAX {
        let more = (verdict.damages.len() - TOLD_MAX) as i64;
        told.push(format!("Et {}.", fr::count(more, "autre écart", "autres écarts")));
    }
    told
}

/// A damage with its number, its piece and what differs.
pub fn sentence(damage: &Damage) -> String {
    match damage {
        Damage::NumberBroken { expected, found } => {
            format!("Chaîne : numéro {found} au lieu de {expected}.")
        }
        Damage::HashBroken { number, piece } => format!(
            "N° {number}, pièce {piece} : l'empreinte n'est pas celle du texte et de l'empreinte \
             d'avant."
        ),
        Damage::EndBroken { written, found } => format!(
            "La chaîne finit au n° {found}, et sa fin notée (n° {written}) n'est pas celle-là."
        ),
        Damage::EntryGone { number, piece } => {
            format!("N° {number}, pièce {piece} : l'écriture scellée n'est plus dans les tables.")
        }
        Damage::EntryChanged { number, piece, sealed, now } => {
            let lines = |lines: &[String]| match lines {
                [] => "rien".to_string(),
                some => some.join(" ; "),
            };
            format!(
                "N° {number}, pièce {piece} : modifiée depuis son scellement. Scellé : {}. \
                 Présent : {}.",
                lines(sealed),
                lines(now)
            )
        }
        Damage::EntryUnsealed { place, piece } => {
            format!("Pièce {piece} (écriture {place}) : personne n'a scellé cette écriture.")
        }
        Damage::DocumentStray { piece } => {
            format!("Pièce {piece} : aucune écriture ne la comptabilise.")
        }
        Damage::LinesStray { of } => format!("Des lignes sans leur tête : {of}."),
        Damage::Unbalanced { piece, by } => {
            format!("Pièce {piece} : débit et crédit diffèrent de {}.", fr::euros(Cents::new(*by)))
        }
        Damage::DocumentDiffers { piece, account, document, entry } => format!(
            "Pièce {piece}, compte {account} : {} à la pièce, {} à l'écriture.",
            fr::euros(Cents::new(*document)),
            fr::euros(Cents::new(*entry))
        ),
        Damage::SeriesBroken { series, expected, found: Some(found) } => {
            format!("Série {series} : numéro {found} au lieu de {expected}.")
        }
        Damage::SeriesBroken { series, expected, found: None } => {
            format!("Série {series} : le numéro {expected} manque.")
        }
    }
}

impl Proof {
    /// « Tout tient. »
    pub fn conclusion(&self) -> String {
        match self.verdict.damages.len() {
            0 => "Tout tient.".into(),
            many => format!(
                "La preuve ne tient pas : {}.",
                fr::count(many as i64, "écart trouvé", "écarts trouvés")
            ),
        }
    }

    /// What was counted.
    pub fn counts(&self) -> Vec<(&'static str, String)> {
        let verdict = &self.verdict;
        let debit = i64::try_from(verdict.debit).unwrap_or(i64::MAX);
        vec![
            ("Écritures", fr::integer(verdict.entries)),
            ("Pièces", fr::integer(verdict.documents)),
            ("Séries de numéros", fr::integer(verdict.series)),
            ("Total des débits", fr::euros(Cents::new(debit))),
        ]
    }

    fn report(&self) -> ProofReport {
        let title = "Preuve d'intégrité des écritures";
        let (day, minute) = clock::civil(self.at);
        let (number, hash) = &self.books.end;
        let step = |(question, faults): (&str, usize)| ProofStep {
            question: question.into(),
            answer: match faults {
                0 => "oui".into(),
                many => fr::count(many as i64, "écart", "écarts"),
            },
            holds: faults == 0,
        };
        let ident = format!("preuve/{number}/{}", self.at.0);
        ProofReport {
            imprint: papers::imprint(&self.hub, title, &ident, self.at),
            title: title.into(),
            subtitle: format!("recalculée le {} à {}", fr::date(day), fr::time(minute)),
            hub: papers::party(&self.hub.identity),
            facts: self.counts().into_iter().map(|(name, said)| Fact::new(name, said)).collect(),
            steps: answers(&self.verdict).into_iter().map(step).collect(),
            verdict: self.conclusion(),
            faults: faults(&self.verdict),
            end_number: number.to_string(),
            end_hash: hash.clone(),
            mentions: vec![
                "Chaque écriture porte un numéro continu, son jour de validation et une empreinte \
                 SHA-256 calculée sur son texte, sur la pièce qu'elle comptabilise et sur \
                 l'empreinte de l'écriture d'avant : en changer une change toutes les suivantes."
                    .into(),
                "Gardez hors du logiciel le numéro et l'empreinte de fin de chaîne : plus tard, \
                 l'option --temoin du vérificateur dit si la chaîne les contient encore."
                    .into(),
                "Pour vérifier sans le logiciel : LISEZMOI.txt et verifier.py, joints à ce rapport."
                    .into(),
            ],
        }
    }

    /// The file for an auditor: report, chain, books as they stand, verifier, and how to use it.
    pub async fn file(&self) -> Result<Vec<u8>, Failure> {
        let report = papers::set(self.report(), paper::proof_report).await?;
        let files = [
            ("LISEZMOI.txt", read_me(&self.hub.identity.name).into_bytes()),
            ("rapport.pdf", report),
            ("chaine.txt", chain_text(&self.books).into_bytes()),
            ("livre.txt", books_text(&self.books).into_bytes()),
            ("reperes.txt", marks_text(&self.books).into_bytes()),
            ("verifier.py", VERIFIER.as_bytes().to_vec()),
        ];
        let files = files.map(|(name, bytes)| (name.to_string(), bytes));
        bundle(&files).map_err(|error| Failure::Other(error.into()))
    }
}

fn read_me(hub: &str) -> String {
    READ_ME.replace("{hub}", hub)
}

const READ_ME: &str = include_str!("LISEZMOI.txt");
