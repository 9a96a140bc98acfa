//! Human documents: a plain struct in, the bytes of a PDF/A-3b out.
//!
//! Every text of these structs is already French and already formatted: this crate decides
//! nothing, rounds nothing and looks nothing up. What the law wants on a paper (penalties, tax
//! mentions, transport notice) comes in as text, because law is dated data, not template.
//!
//! The data reaches Typst as a JSON file of a virtual folder, never as Typst source, so a product
//! named `#import` is a product named `#import`. Nothing is read from disk or network, and the
//! same struct gives the same bytes on any machine.

mod delivery_note;
mod donation_note;
mod error;
mod invoice;
mod labels;
mod letters;
mod parts;
mod press;
mod price_list;
mod proof_report;
mod purchase_order;
mod round_sheet;
mod sorting_sheet;

pub use delivery_note::{DeliveryLine, DeliveryNote, Site, Temperature, TrayLine};
pub use donation_note::{DonationLine, DonationNote};
pub use error::PaperError;
pub use invoice::{Invoice, InvoiceLine, Payment, VatLine};
pub use labels::{CrateLabel, LabelSheet, Labels, QrCode};
pub use letters::unprintable;
pub use parts::{Fact, Imprint, Party, WrittenAt};
pub use press::{Paper, Printed, page_texts, typeset};
pub use price_list::{Deadline, Family, Mark, PriceLine, PriceList};
pub use proof_report::{ProofReport, ProofStep};
pub use purchase_order::{PurchaseLine, PurchaseOrder, PurchaseOrders};
pub use round_sheet::{RoundSheet, RoundSheets, SheetStop};
pub use sorting_sheet::{SortingClient, SortingRow, SortingSheet};

/// The weekly price list (*mercuriale*), two columns on A4 portrait.
pub fn price_list(paper: &PriceList) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// What the hub orders from one farm (*bon de commande*); it travels with the goods.
pub fn purchase_order(paper: &PurchaseOrder) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// The orders to all farms of a day in one file (*bons de commande*), each on a page of its own.
pub fn purchase_orders(paper: &PurchaseOrders) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// The dock's matrix of products and clients (*fiche d'allotissement*), A4 landscape.
pub fn sorting_sheet(paper: &SortingSheet) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// The ways of a day's trucks, each on a page of its own (*feuilles de route*), A4 landscape.
pub fn round_sheets(paper: &RoundSheets) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// What is left at one door, and signed there (*bon de livraison*).
pub fn delivery_note(paper: &DeliveryNote) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// What food aid has fetched (*bon de don*), with its value.
pub fn donation_note(paper: &DonationNote) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// What was computed anew of the books, and that it holds (*rapport de vérification*).
pub fn proof_report(paper: &ProofReport) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// Labels of crates and lots, on sheets of eight or on a roll.
pub fn labels(paper: &Labels) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}

/// An invoice, credit note, self-bill or purchase slip: the title and the mentions say which.
pub fn invoice(paper: &Invoice) -> Result<Vec<u8>, PaperError> {
    Ok(typeset(paper)?.pdf)
}
