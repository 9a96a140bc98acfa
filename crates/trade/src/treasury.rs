//! What a public buyer's treasury wants on an invoice, as the directory of Chorus Pro says of each
//! structure: a number of the commitment, a service code, both, or one of them. What is wrong is
//! told when the order is placed and before the invoice is posted, never by the treasury.

use crate::denial::Denial;
use crate::party::Buyer;

/// What must be on an invoice: the parameters of a structure in Chorus Pro's directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InvoiceRule {
    /// Nothing, or not invoiced through Chorus Pro.
    #[default]
    Free,
    Commitment,
    Service,
    Both,
    /// At least one of the two.
    Either,
}

impl InvoiceRule {
    pub const ALL: [InvoiceRule; 5] = [
        InvoiceRule::Free,
        InvoiceRule::Commitment,
        InvoiceRule::Service,
        InvoiceRule::Both,
        InvoiceRule::Either,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            InvoiceRule::Free => "free",
            InvoiceRule::Commitment => "commitment",
            InvoiceRule::Service => "service",
            InvoiceRule::Both => "both",
            InvoiceRule::Either => "either",
        }
    }

    pub fn parse(code: &str) -> Option<InvoiceRule> {
        InvoiceRule::ALL.into_iter().find(|rule| rule.code() == code)
    }

    pub const fn wants_commitment(self) -> bool {
        matches!(self, InvoiceRule::Commitment | InvoiceRule::Both)
    }

    pub const fn wants_service(self) -> bool {
        matches!(self, InvoiceRule::Service | InvoiceRule::Both)
    }
}

/// What an invoice is filed under: on orders as they were placed, on invoices as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct References {
    /// *Numéro d'engagement.*
    pub commitment_number: String,
    /// *Code service.*
    pub service_code: String,
}

/// Most characters that Chorus Pro keeps of a number and of a code.
pub const COMMITMENT_MAX: usize = 50;
pub const SERVICE_MAX: usize = 100;

impl Buyer {
    /// What the buyer's next orders carry.
    pub fn references(&self) -> References {
        let Buyer { commitment_number, service_code, .. } = self;
        References {
            commitment_number: commitment_number.clone(),
            service_code: service_code.clone(),
        }
    }
}

/// Why the treasury of `buyer` would send back an invoice under `references`, its SIRET aside.
/// Nothing: it would not.
pub fn missing(buyer: &Buyer, references: &References) -> Vec<Denial> {
    let (id, rule) = (buyer.id, buyer.invoice_rule);
    let has_commitment = !references.commitment_number.is_empty();
    let has_service = !references.service_code.is_empty();
    let mut found = Vec::new();
    if rule.wants_commitment() && !has_commitment {
        found.push(Denial::CommitmentMissing { buyer: id });
    }
    if rule.wants_service() && !has_service {
        found.push(Denial::ServiceMissing { buyer: id });
    }
    if rule == InvoiceRule::Either && !has_commitment && !has_service {
        found.push(Denial::CommitmentOrServiceMissing { buyer: id });
    }
    found
}

/// All reasons for which an invoice under `references` would come back: a missing reference, a
/// SIRET that is missing or has a wrong key.
pub fn refusals(buyer: &Buyer, references: &References) -> Vec<Denial> {
    let mut found = missing(buyer, references);
    let siret = &buyer.identity.siret;
    if siret.is_empty() {
        if buyer.invoice_rule != InvoiceRule::Free {
            found.push(Denial::SiretMissing { buyer: buyer.id });
        }
    } else if !is_siret(siret) {
        found.push(Denial::SiretWrong { buyer: buyer.id });
    }
    found
}

/// New references for a buyer's next orders: no longer than Chorus Pro keeps, and all that its
/// rule wants.
pub fn set_references(buyer: &Buyer, wanted: &References) -> Result<References, Vec<Denial>> {
    let References { commitment_number, service_code } = wanted;
    let mut found = missing(buyer, wanted);
    let limits = [(commitment_number, COMMITMENT_MAX), (service_code, SERVICE_MAX)];
    for (text, most) in limits {
        let length = text.chars().count();
        if length > most {
            let (length, most) = (length as i64, most as i64);
            found.push(Denial::ReferenceTooLong { length, most });
        }
    }
    if found.is_empty() { Ok(wanted.clone()) } else { Err(found) }
}

/// Luhn's sum over 14 digits; the offices of La Poste have a sum of their own (INSEE).
pub fn is_siret(text: &str) -> bool {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = || text.bytes().map(|byte| u32::from(byte - b'0'));
    let luhn: u32 = digits()
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 if digit > 4 => digit * 2 - 9,
            0 => digit * 2,
            _ => digit,
        })
        .sum();
    luhn.is_multiple_of(10) || (text.starts_with("356000000") && digits().sum::<u32>() % 5 == 0)
}
