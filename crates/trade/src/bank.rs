//! The bank's statement against what is owed: which line pays which invoices, which payouts have
//! left, what are charges. Money is only ever matched for a reason that can be told.
//!
//! Two rules hold the rest. A line that can be read in two ways is never decided by luck: somebody
//! looks. And what is named (a reference) goes before what is reckoned (an amount), so that a line
//! without a reference never takes the invoice that another line names.
//!
//! Who pays without saying what for pays what was due first (Code civil, art. 1342-10): of two
//! equal invoices under one commitment number the older is paid. Under two numbers the treasury
//! files the payment under one of them, and somebody looks.

mod choices;
mod label;
mod matching;
mod sums;

use std::collections::BTreeMap;

pub use label::plain;
pub use matching::{fingerprints, match_lines};

use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{Code, EntryId};
use crate::ledger::{Account, Entry, EntryLine, Journal, credit, debit, entry};
use crate::unit::Cents;

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankLine {
    pub day: Day,
    pub label: String,
    /// A reference that the bank keeps in a column of its own; often empty.
    pub reference: String,
    /// In cents: above zero came in, below zero went out.
    pub amount_with_vat: Cents,
}

/// Somebody who may pay or be paid: a buyer or a farm of the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankParty {
    pub code: Code,
    pub name: String,
    /// 14 digits, or empty.
    pub siret: String,
}

/// An invoice, with what was paid of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenInvoice {
    pub reference: String,
    pub party: Code,
    pub commitment_number: String,
    pub issued_on: Day,
    pub due_on: Day,
    pub with_vat: Cents,
    pub paid_with_vat: Cents,
}

impl OpenInvoice {
    pub fn left_with_vat(&self) -> Cents {
        self.with_vat.minus(self.paid_with_vat)
    }
}

/// A payout that was posted and not yet seen on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedPayout {
    /// Of the farm's bill that it pays.
    pub reference: String,
    pub party: Code,
    pub amount_with_vat: Cents,
    pub paid_on: Day,
}

/// All that a statement is read against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BankBooks {
    pub parties: Vec<BankParty>,
    /// Paid ones too: a line may name one.
    pub invoices: Vec<OpenInvoice>,
    pub payouts: Vec<PostedPayout>,
    /// Fingerprints of the lines that were noted before.
    pub known: std::collections::BTreeSet<String>,
}

/// What a part of a line's amount is for. Amounts are above zero, in the direction of the line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BankPart {
    /// So much of the invoice with this reference.
    Invoice(String, Cents),
    /// Kept for a buyer who paid more than is owed, or before it is invoiced.
    OnAccount(Code, Cents),
    /// The payout of the bill with this reference has left.
    Payout(String, Cents),
    /// The bank's own charges.
    Charge(Cents),
    /// Nobody knows yet (*compte d'attente*).
    Suspense(Cents),
}

impl BankPart {
    pub fn amount_with_vat(&self) -> Cents {
        match self {
            BankPart::Invoice(_, amount)
            | BankPart::OnAccount(_, amount)
            | BankPart::Payout(_, amount)
            | BankPart::Charge(amount)
            | BankPart::Suspense(amount) => *amount,
        }
    }

    fn key(&self) -> String {
        let amount = self.amount_with_vat().get();
        match self {
            BankPart::Invoice(reference, _) => format!("i:{reference}:{amount}"),
            BankPart::OnAccount(party, _) => format!("c:{party}:{amount}"),
            BankPart::Payout(reference, _) => format!("p:{reference}:{amount}"),
            BankPart::Charge(_) => format!("f::{amount}"),
            BankPart::Suspense(_) => format!("a::{amount}"),
        }
    }
}

/// Why a line is taken for what it is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchReason {
    /// Every reference stands in the label, and they make the amount.
    Named,
    /// The begin of a reference, or its number alone, and the amount to the cent.
    NamedInPart,
    /// A reference stands in the label; others of the same payer make up the amount.
    NamedWithOthers,
    /// The commitment number stands in the label, and what is due under it makes the amount.
    Commitment,
    /// The only one due of this payer that makes the amount.
    OnlyOneDue,
    /// The older of equal ones, as the law has it.
    OldestOfEqual,
    /// Several invoices of one payer, and no other sum of them, make the amount.
    SumOfPayer,
    /// Less than what is named: the rest stays due.
    PartPayment,
    /// More than what is named: the rest is kept for the payer.
    Overpayment,
    /// What is due longest first: nothing else is known.
    OldestFirst,
    /// The amount alone: nothing says who pays.
    AmountAlone,
    PayoutNamed,
    PayoutOfFarm,
    /// All payouts of one day in one line.
    PayoutsOfDay,
    Charges,
    Unexplained,
}

/// A reading of a line: its parts make its amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchProposal {
    pub parts: Vec<BankPart>,
    pub reason: MatchReason,
}

impl MatchProposal {
    /// The same for the same parts: what a person chose is found again by it.
    pub fn key(&self) -> String {
        self.parts.iter().map(BankPart::key).collect::<Vec<_>>().join("+")
    }
}

/// Why nobody but a person can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchDoubt {
    /// Nothing in the label is known, and no amount fits.
    NothingKnown,
    /// Only an amount fits: nothing says who pays.
    AmountOnly,
    /// The payer is known; nothing that is due makes the amount.
    AmountDiffers,
    /// Several invoices, or sums of them, make the amount.
    SeveralWays,
    /// A reference is named whose invoice is paid already.
    PaidBefore,
    /// What would fit is named by another line.
    NamedElsewhere,
    /// Charges above what is noted without a look.
    LargeCharge,
}

/// What a line is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchFinding {
    /// Noted before: it counts once.
    Known,
    Certain(MatchProposal),
    /// To be looked at, with what could be meant: at least one reading.
    Doubtful(MatchDoubt, Vec<MatchProposal>),
}

/// A line of the statement with what it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedLine {
    /// Tells the line from any other, also when a statement is brought twice.
    pub fingerprint: String,
    pub finding: MatchFinding,
}

impl MatchedLine {
    /// The reading with this key.
    pub fn choice(&self, key: &str) -> Option<&MatchProposal> {
        match &self.finding {
            MatchFinding::Known => None,
            MatchFinding::Certain(one) => Some(one).filter(|one| one.key() == key),
            MatchFinding::Doubtful(_, choices) => choices.iter().find(|one| one.key() == key),
        }
    }
}

/// What was decided for each line, before it is posted: the parts of each line make its amount,
/// and all together pay no invoice and no payout beyond what is left of it.
pub fn judge<'a>(
    decided: impl IntoIterator<Item = (&'a BankLine, &'a [BankPart])>,
    books: &BankBooks,
) -> Result<(), Vec<Denial>> {
    let mut left: BTreeMap<&str, Cents> = BTreeMap::new();
    let invoices = books.invoices.iter().map(|one| (one.reference.as_str(), one.left_with_vat()));
    left.extend(invoices);
    let payouts = books.payouts.iter().map(|one| (one.reference.as_str(), one.amount_with_vat));
    left.extend(payouts);
    let mut found = Vec::new();
    for (line, parts) in decided {
        let given = Cents::total(parts.iter().map(BankPart::amount_with_vat));
        let asked = Cents::new(line.amount_with_vat.get().abs());
        if given != asked {
            found.push(Denial::PartsDiffer { asked, given });
        }
        for part in parts {
            let (BankPart::Invoice(reference, asked) | BankPart::Payout(reference, asked)) = part
            else {
                continue;
            };
            let room = left.get(reference.as_str()).copied().unwrap_or_default();
            match *asked <= room && asked.get() > 0 {
                true => left.insert(reference, room.minus(*asked)),
                false => {
                    let (reference, asked) = (reference.clone(), *asked);
                    found.push(Denial::PaidBeyond { reference, left: room, asked });
                    None
                }
            };
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The ledger entry of a line: the bank against buyers, charges or the suspense account. `None`
/// for payouts alone: their entry was made when they were posted.
///
/// `party_of`: whose invoice a reference is.
pub fn bank_entry(
    line: &BankLine,
    parts: &[BankPart],
    party_of: impl Fn(&str) -> Option<Code>,
    piece: String,
    id: EntryId,
) -> Result<Option<Entry>, Denial> {
    let comes_in = line.amount_with_vat.get() > 0;
    let side = |account, party, amount| match comes_in {
        true => credit(account, party, amount),
        false => debit(account, party, amount),
    };
    let mut others: Vec<EntryLine> = Vec::new();
    for part in parts {
        let amount = part.amount_with_vat();
        others.push(match part {
            BankPart::Invoice(reference, _) => side(Account::Buyers, party_of(reference), amount),
            BankPart::OnAccount(party, _) => side(Account::Buyers, Some(*party), amount),
            BankPart::Charge(_) => side(Account::BankCharges, None, amount),
            BankPart::Suspense(_) => side(Account::Suspense, None, amount),
            BankPart::Payout(..) => continue,
        });
    }
    if others.is_empty() {
        return Ok(None);
    }
    let sum = Cents::total(others.iter().map(|line| line.debit.plus(line.credit)));
    let bank = match comes_in {
        true => debit(Account::Bank, None, sum),
        false => credit(Account::Bank, None, sum),
    };
    let lines = std::iter::once(bank).chain(others).collect();
    entry(id, Journal::Bank, line.day, piece, lines).map(Some)
}

/// The entry that takes another back: each side on the other side.
pub fn reversal(of: &Entry, day: Day, piece: String, id: EntryId) -> Result<Entry, Denial> {
    let turned =
        |line: &EntryLine| EntryLine { debit: line.credit, credit: line.debit, ..line.clone() };
    entry(id, of.journal, day, piece, of.lines.iter().map(turned).collect())
}
