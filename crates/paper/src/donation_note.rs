use crate::parts::{Fact, Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// What food aid has fetched (*bon de don alimentaire*, or *bon d'enlèvement* when it was sold):
/// donor, beneficiary, goods and their value, as both need them for the tax receipt. Two copies
/// are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonationNote {
    pub imprint: Imprint,
    /// "Bon de don alimentaire".
    pub title: String,
    pub number: String,
    /// "mardi 24 novembre 2026".
    pub fetched_on: String,
    /// "15 h 20".
    pub fetched_at: String,
    pub place: String,
    /// "Donateur" or "Vendeur".
    pub donor_role: String,
    pub donor: Party,
    pub beneficiary: Party,
    /// Number and day of the beneficiary's *habilitation*.
    pub approval: Option<String>,
    pub van: Option<String>,
    pub lines: Vec<DonationLine>,
    /// Title of the last column: "Valeur du don HT" or "Montant HT".
    pub amount_title: String,
    /// Weight and value.
    pub totals: Vec<Fact>,
    /// How the value was found.
    pub value_rules: Vec<String>,
    pub temperature: Option<String>,
    pub signed_by: Option<String>,
    pub mentions: Vec<String>,
}

/// One batch of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonationLine {
    pub product: String,
    /// Labels, size, farm.
    pub detail: Option<String>,
    pub batch: Option<String>,
    pub quantity: String,
    pub unit: String,
    pub weight: String,
    pub price: String,
    pub amount: String,
}

impl Paper for DonationNote {
    const TEMPLATE: &'static str = "donation_note.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
