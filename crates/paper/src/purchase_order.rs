use crate::parts::{Fact, Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// What the hub orders from one farm (*bon de commande*). It travels with the goods: names,
/// addresses, date, quantities, designations and the way the price is set must all be on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseOrder {
    pub imprint: Imprint,
    pub hub: Party,
    pub farm: Party,
    /// "Bon de commande".
    pub title: String,
    pub number: String,
    pub ordered_on: String,
    /// "mercredi 25 novembre 2026".
    pub drop_on: String,
    /// "entre 4 h 30 et 6 h 00".
    pub drop_time: String,
    /// "MIN de Montpellier, quai 7".
    pub drop_place: String,
    pub lines: Vec<PurchaseLine>,
    /// How the price is set, in one sentence.
    pub price_method: String,
    /// Weight, packs, amounts; the last one is set in bold.
    pub totals: Vec<Fact>,
    /// The sentence that says this paper goes with the goods.
    pub transport_notice: String,
    pub notes: Vec<String>,
}

/// One product asked of the farm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseLine {
    /// Precise designation: product and variety.
    pub designation: String,
    /// Class, size, origin, label, presentation.
    pub detail: Option<String>,
    /// Why this quantity, in a few words to the farm.
    pub why: Option<String>,
    /// Batch number that the farm may write on its crates.
    pub batch: Option<String>,
    /// "12 caisses de 8 kg".
    pub packs: String,
    pub quantity: String,
    pub unit: String,
    /// Net price of the farm, without tax, per unit.
    pub price: String,
    pub amount: String,
}

impl Paper for PurchaseOrder {
    const TEMPLATE: &'static str = "purchase_order.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}

/// The purchase orders of a day, to be printed at once: each begins a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseOrders {
    pub imprint: Imprint,
    /// "Bons de commande".
    pub title: String,
    pub drop_on: String,
    pub orders: Vec<PurchaseOrder>,
}

impl Paper for PurchaseOrders {
    const TEMPLATE: &'static str = "purchase_orders.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
