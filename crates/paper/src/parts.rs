//! What several papers share.

use serde::{Deserialize, Serialize};

/// What makes a paper itself: its title, its stable name, its instant, its foot line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// Title in the PDF's properties: "Facture F2026-000123".
    pub title: String,
    /// Who issues it, in the PDF's properties.
    pub author: String,
    /// Stable and unique name of this version of this paper: "facture/F2026-000123/1".
    pub ident: String,
    /// Instant written in the PDF. From the data, never from the clock: same data, same bytes.
    pub written_at: WrittenAt,
    /// Foot of every page, with version and time: "Version 2, éditée le … à 10 h 42".
    pub foot: String,
}

/// An instant in UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenAt {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// A hub, a farm or a buyer, as it must be named on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    /// Address lines, in order.
    pub address: Vec<String>,
    pub siret: Option<String>,
    pub siren: Option<String>,
    pub vat_number: Option<String>,
    /// Telephone, mail, legal form, organic certifier: one line each.
    pub contact: Vec<String>,
}

/// A label and its value: "Livraison", "mardi 24 novembre 2026".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    /// A fact from two texts.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Fact {
        Fact { label: label.into(), value: value.into() }
    }
}
