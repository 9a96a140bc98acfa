//! Names of things. What outlives a week is known by a short code that people can read aloud
//! (`garrigues`, `0340005W`); what happens in a week is numbered in order of appearance.

use std::fmt;

/// Longest code, in bytes.
pub const CODE_MAX: usize = 23;

/// A short name of ASCII letters, digits, `-`, `_` and `.`, at most [`CODE_MAX`] long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    bytes: [u8; CODE_MAX],
    len: u8,
}

/// Why a text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCode {
    Empty,
    TooLong { length: usize, max: usize },
    BadCharacter(char),
}

impl Code {
    /// Reads a code; spaces around it do not count.
    pub fn parse(text: &str) -> Result<Code, BadCode> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadCode::Empty);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if let Some(bad) = text.chars().find(|&c| !allowed(c)) {
            return Err(BadCode::BadCharacter(bad));
        }
        if text.len() > CODE_MAX {
            return Err(BadCode::TooLong { length: text.len(), max: CODE_MAX });
        }
        let mut bytes = [0; CODE_MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Code { bytes, len: text.len() as u8 })
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! code_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Code);
        impl $name {
            pub fn parse(text: &str) -> Result<Self, BadCode> { Code::parse(text).map($name) }
            pub fn as_str(&self) -> &str { self.0.as_str() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )*};
}

code_id!(
    /// The association itself.
    HubId,
    /// A farm that brings goods.
    ProducerId,
    /// An organisation that buys.
    BuyerId,
    /// A place where a buyer receives.
    SiteId,
    /// An article of the catalogue.
    ProductId,
    /// A lot of a contract.
    ContractId,
    /// A truck.
    VehicleId,
    /// A family of products: vegetables, fruit, pulses.
    FamilyId,
);

macro_rules! number_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )*};
}

number_id!(
    /// What a farm said it can bring, in one week.
    OfferId,
    /// A line of the week's price list.
    LineId,
    /// An order of a buyer, unique in a hub.
    OrderId,
    /// A change of one order line.
    AmendmentId,
    /// An accepted sourcing plan.
    PlanId,
    /// A line of a purchase to a farm.
    PurchaseLineId,
    /// What was weighed and judged at the dock for one purchase line.
    ReceiptId,
    /// Part of a receipt put aside for one order line.
    SortingId,
    /// Parts of some goods that were put aside, taken back.
    UnsortingId,
    /// What became of something left over.
    OutcomeId,
    /// Goods offered to food aid.
    SurplusId,
    /// Hours at which food aid loads at the dock.
    SlotId,
    /// What food aid has reserved; unique in a hub, in one series with the orders.
    ReservationId,
    /// A truck's way of one morning.
    RoundId,
    /// A delivery note.
    NoteId,
    /// A document of account: invoice or farm bill.
    DocumentId,
    /// Money sent to a farm.
    PayoutId,
    /// An entry of the ledger.
    EntryId,
);

/// One line of one order: the order and the line's rank in it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderLineId {
    pub order: OrderId,
    pub rank: i64,
}

impl fmt::Display for OrderLineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.order, self.rank)
    }
}
