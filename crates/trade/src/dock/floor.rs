//! The floor of the dock: what stands of a purchase line, as several people say it from devices
//! that may have no network. A word is compared with what its speaker saw, so that nobody's
//! weighing is lost unseen.

use super::{Receipt, ReceiptRequest, Rejection, Withdrawal, receive_beside, withdraw};
use crate::denial::Denial;
use crate::id::PurchaseLineId;
use crate::mercuriale::sheet::{Merge, merge};
use crate::offers::Stamp;
use crate::unit::Qty;
use crate::week::Week;

/// What was found when goods arrived. All receipts of a line together are one weighing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighing {
    pub received: Qty,
    pub rejected: Qty,
    pub rejection: Option<Rejection>,
    /// Core temperature in tenths of a degree, when measured.
    pub temperature_dc: Option<i64>,
}

/// What somebody at the dock says of a purchase line of which they saw `seen`; `None`: nothing
/// has arrived yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DockWord {
    pub line: PurchaseLineId,
    pub seen: Option<Weighing>,
    pub said: Option<Weighing>,
}

/// What a word comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It stands there already: two people ticked the same line.
    Same,
    /// What stood is taken back, and what is said stands.
    Written { withdrawals: Vec<Withdrawal>, receipt: Option<Receipt> },
    /// Somebody else said something else meanwhile; nothing changes.
    Conflict { stands: Option<Weighing> },
}

/// What stands of a purchase line.
pub fn standing(week: &Week, line: PurchaseLineId) -> Option<Weighing> {
    week.receipts_of(line).fold(None, |sum, receipt| {
        let before = sum.unwrap_or(Weighing {
            received: Qty::ZERO,
            rejected: Qty::ZERO,
            rejection: None,
            temperature_dc: None,
        });
        Some(Weighing {
            received: before.received.plus(receipt.received),
            rejected: before.rejected.plus(receipt.rejected),
            rejection: receipt.rejection.or(before.rejection),
            temperature_dc: receipt.temperature_dc.or(before.temperature_dc),
        })
    })
}

/// Weighs a word against what stands, and says what is to be written.
pub fn note(week: &Week, word: &DockWord, stamp: &Stamp) -> Result<Noted, Denial> {
    let line = week.purchase_line(word.line)?;
    let stands = standing(week, line.id);
    match merge(stands, word.seen, word.said) {
        Merge::Same => return Ok(Noted::Same),
        Merge::Conflict => return Ok(Noted::Conflict { stands }),
        Merge::Write => {}
    }
    let before: Vec<&Receipt> = week.receipts_of(line.id).collect();
    let taken_back = before.iter().map(|receipt| withdraw(week, receipt.id, stamp.clone()));
    let withdrawals = taken_back.collect::<Result<Vec<_>, _>>()?;
    let Some(said) = word.said else { return Ok(Noted::Written { withdrawals, receipt: None }) };
    let Weighing { received, rejected, rejection, temperature_dc } = said;
    // Weighed again, it keeps the farm's own lot.
    let batch = before.last().map(|receipt| receipt.batch.clone()).unwrap_or_default();
    let request =
        ReceiptRequest { line: line.id, batch, received, rejected, rejection, temperature_dc };
    let receipt = receive_beside(week, &request, Qty::ZERO, stamp.clone())?;
    Ok(Noted::Written { withdrawals, receipt: Some(receipt) })
}
