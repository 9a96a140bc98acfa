use crate::error::PaperError;
use crate::parts::Imprint;
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// The dock's matrix (*fiche d'allotissement*): who gets how much of what. Clients that do not
/// fit on one page go on the next, with the products repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortingSheet {
    pub imprint: Imprint,
    pub hub: String,
    /// "Fiche d'allotissement".
    pub title: String,
    /// "Mercredi 25 novembre 2026".
    pub day: String,
    /// "Quai 7, à vide pour 9 h 00".
    pub place: String,
    /// Columns, by their letters.
    pub clients: Vec<SortingClient>,
    /// Rows, in the order of the dock.
    pub rows: Vec<SortingRow>,
    /// Sum of the bottom row: "1 240 kg, 186 colis".
    pub grand_total: String,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortingClient {
    /// The big letter of the crates' labels: "A" to "Z", then "AA".
    pub letter: String,
    pub name: String,
    /// Round and stop: "T1 · 3".
    pub round: Option<String>,
    /// Foot of the column: "14 colis".
    pub total: String,
}

/// A product, batch by batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortingRow {
    pub product: String,
    /// Farm, variety, pack.
    pub detail: Option<String>,
    pub batch: Option<String>,
    pub unit: String,
    /// One quantity per client, in the order of `clients`; empty where the client has none.
    pub cells: Vec<String>,
    /// Sum over all clients.
    pub total: String,
}

impl Paper for SortingSheet {
    const TEMPLATE: &'static str = "sorting_sheet.typ";

    /// Printed on the dock and thrown away at noon.
    const TAGGED: bool = false;

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }

    fn check(&self) -> Result<(), PaperError> {
        let clients = self.clients.len();
        match self.rows.iter().find(|row| row.cells.len() != clients) {
            None => Ok(()),
            Some(row) => Err(PaperError::Ragged {
                product: row.product.clone(),
                cells: row.cells.len(),
                clients,
            }),
        }
    }
}
