use crate::parts::{Fact, Imprint, Party};
use crate::press::Paper;
use serde::{Deserialize, Serialize};

/// An invoice, and with another title and other mentions a credit note (*avoir*), a self-bill
/// (*autofacturation*) or a purchase slip (*bulletin d'achat*). Black on white, real text: the
/// portal of public invoices reads the letters, not the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    pub imprint: Imprint,
    /// "Facture", "Avoir", "Autofacturation", "Bulletin d'achat".
    pub title: String,
    pub number: String,
    /// Under the title: "établie au nom et pour le compte de l'EARL Mas des Garrigues".
    pub subtitle: Option<String>,
    pub seller: Party,
    pub buyer: Party,
    /// Where the goods went, when it is not the buyer's address.
    pub delivered_to: Option<Party>,
    pub issued_on: String,
    /// A day or a period.
    pub delivered_on: String,
    pub due_on: Option<String>,
    pub order_number: Option<String>,
    /// *Numéro d'engagement* of a public buyer.
    pub commitment_number: Option<String>,
    pub service_code: Option<String>,
    pub contract_number: Option<String>,
    /// The invoice that a credit note corrects: "facture F2026-000101 du 3 novembre 2026".
    pub corrects: Option<String>,
    pub lines: Vec<InvoiceLine>,
    /// Empty when the seller charges no tax: no tax column then, and only `total_with_vat`.
    pub vat: Vec<VatLine>,
    pub total_net: String,
    pub total_vat: String,
    pub total_with_vat: String,
    /// After the totals: down payment, already paid, left to pay. The last one is set in bold.
    pub settlement: Vec<Fact>,
    pub payment: Option<Payment>,
    /// Penalties, recovery indemnity, discount, operation category, tax exemption, hub's status.
    pub mentions: Vec<String>,
}

/// One product of one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Product, variety, class, size.
    pub designation: String,
    /// Origin, label, producer, reason of a correction.
    pub detail: Option<String>,
    /// Delivery note.
    pub delivery_note: Option<String>,
    /// Batch.
    pub batch: Option<String>,
    pub quantity: String,
    pub unit: String,
    /// Without tax, per unit.
    pub price: String,
    /// "5,5 %".
    pub vat_rate: String,
    /// Without tax.
    pub amount: String,
}

/// One rate of the tax table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatLine {
    pub rate: String,
    pub base: String,
    pub vat: String,
}

/// How to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// "Virement à 30 jours".
    pub terms: String,
    pub holder: Option<String>,
    pub iban: Option<String>,
    pub bic: Option<String>,
    /// What to write on the transfer.
    pub reference: Option<String>,
}

impl Paper for Invoice {
    const TEMPLATE: &'static str = "invoice.typ";

    fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}
