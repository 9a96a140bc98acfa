use crate::parts::{Fact, Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// What was computed anew of the books, what was found, and where the chain ends (*rapport de
/// vérification*): for an auditor, beside the files that say the same to a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofReport {
    pub imprint: Imprint,
    /// "Preuve d'intégrité des écritures".
    pub title: String,
    /// "vérifiée le 29 novembre 2026 à 14 h 05".
    pub subtitle: String,
    pub hub: Party,
    /// Counts: entries, documents, series, total.
    pub facts: Vec<Fact>,
    pub steps: Vec<ProofStep>,
    /// "Tout tient." or that it does not.
    pub verdict: String,
    /// What does not hold, one sentence each; the rest is counted.
    pub faults: Vec<String>,
    pub end_number: String,
    pub end_hash: String,
    /// How to keep the hash, and how to check without us.
    pub mentions: Vec<String>,
}

/// One question that was asked of all entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofStep {
    pub question: String,
    /// "oui", "2 écarts".
    pub answer: String,
    pub holds: bool,
}

impl Paper for ProofReport {
    const TEMPLATE: &'static str = "proof_report.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
