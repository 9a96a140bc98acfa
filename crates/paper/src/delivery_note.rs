use crate::parts::{Fact, Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// What is left at one door, and signed there (*bon de livraison*). No price: drivers see none.
/// An empty or missing text is printed as a line to write on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryNote {
    pub imprint: Imprint,
    pub hub: Party,
    pub buyer: Party,
    /// "Bon de livraison".
    pub title: String,
    pub number: String,
    pub delivered_on: String,
    pub order_number: Option<String>,
    pub site: Site,
    /// "T1 Béziers".
    pub round: String,
    /// "3".
    pub stop: String,
    pub lines: Vec<DeliveryLine>,
    /// Packs, weight.
    pub totals: Vec<Fact>,
    pub temperature: Temperature,
    pub trays: Vec<TrayLine>,
    /// Reserves already known; the rest is written by hand.
    pub reserves: Option<String>,
    /// Who signed, when it was signed on a screen.
    pub signed_by: Option<String>,
    pub signed_at: Option<String>,
    pub mentions: Vec<String>,
}

/// The door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub name: String,
    pub address: Vec<String>,
    /// "entre 6 h 30 et 8 h 00".
    pub time_window: Option<String>,
    /// "Portail de la rue Riquet, sonner à la loge".
    pub access: Option<String>,
}

/// One batch of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryLine {
    pub product: String,
    /// Variety, size, farm.
    pub detail: Option<String>,
    pub origin: String,
    pub quality_class: Option<String>,
    pub label: Option<String>,
    pub batch: String,
    pub ordered: String,
    pub delivered: String,
    pub unit: String,
    pub returned: Option<String>,
}

/// The cold, measured at the door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Temperature {
    /// "8 °C au plus", when one of the products has a limit.
    pub limit: Option<String>,
    pub measured: Option<String>,
    pub measured_at: Option<String>,
}

/// Crates, left and taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrayLine {
    pub kind: String,
    pub left: Option<String>,
    pub taken_back: Option<String>,
}

impl Paper for DeliveryNote {
    const TEMPLATE: &'static str = "delivery_note.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
