//! Under all steps, the ledger: double entry, in cents. It knows nothing of food.

pub mod lettering;

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::denial::Denial;
use crate::id::{Code, EntryId};
use crate::unit::Cents;

/// The accounts that a week touches, numbered after the *plan comptable général*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What buyers owe.
    Buyers,
    /// What the hub owes to farms.
    Producers,
    VatCollected,
    VatDeductible,
    Bank,
    /// Goods bought to be sold.
    Purchases,
    /// Goods paid to farms that no buyer was billed: lost, refused, wasted.
    Shrinkage,
    /// Goods given to food aid, at cost.
    Donations,
    Sales,
    /// What the bank takes for itself.
    BankCharges,
    /// Money that nobody knows the reason of yet (*compte d'attente*).
    Suspense,
}

impl Account {
    pub const ALL: [Account; 11] = [
        Account::Buyers,
        Account::Producers,
        Account::VatCollected,
        Account::VatDeductible,
        Account::Bank,
        Account::Purchases,
        Account::Shrinkage,
        Account::Donations,
        Account::Sales,
        Account::BankCharges,
        Account::Suspense,
    ];

    pub const fn number(self) -> &'static str {
        match self {
            Account::Buyers => "411000",
            Account::Producers => "401000",
            Account::VatCollected => "445710",
            Account::VatDeductible => "445660",
            Account::Bank => "512000",
            Account::Purchases => "607000",
            Account::Shrinkage => "607800",
            Account::Donations => "671300",
            Account::Sales => "707000",
            Account::BankCharges => "627000",
            Account::Suspense => "471000",
        }
    }

    /// Charges and sales (classes 6 and 7 of the *plan comptable général*) begin at nothing with
    /// each fiscal year; what the other accounts come to is carried on.
    pub fn begins_anew(self) -> bool {
        self.number().starts_with(['6', '7'])
    }

    pub fn parse(number: &str) -> Option<Account> {
        Account::ALL.into_iter().find(|account| account.number() == number)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Journal {
    Sales,
    Purchases,
    Bank,
    /// Corrections between accounts: shrinkage and donations.
    Various,
}

impl Journal {
    pub const ALL: [Journal; 4] =
        [Journal::Sales, Journal::Purchases, Journal::Bank, Journal::Various];

    pub const fn code(self) -> &'static str {
        match self {
            Journal::Sales => "VE",
            Journal::Purchases => "AC",
            Journal::Bank => "BQ",
            Journal::Various => "OD",
        }
    }

    pub fn parse(code: &str) -> Option<Journal> {
        Journal::ALL.into_iter().find(|journal| journal.code() == code)
    }
}

/// One side of an entry: either debit or credit is zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryLine {
    pub account: Account,
    /// The buyer or farm behind the account, when there is one.
    pub party: Option<Code>,
    pub debit: Cents,
    pub credit: Cents,
}

/// A balanced entry. Never changed, only followed by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub journal: Journal,
    pub day: Day,
    /// Number of the document that it comes from.
    pub piece: String,
    pub lines: Vec<EntryLine>,
}

pub(crate) fn debit(account: Account, party: Option<Code>, amount: Cents) -> EntryLine {
    EntryLine { account, party, debit: amount, credit: Cents::ZERO }
}

pub(crate) fn credit(account: Account, party: Option<Code>, amount: Cents) -> EntryLine {
    EntryLine { account, party, debit: Cents::ZERO, credit: amount }
}

/// Makes an entry of lines that balance; lines of zero are left out.
pub fn entry(
    id: EntryId,
    journal: Journal,
    day: Day,
    piece: String,
    lines: Vec<EntryLine>,
) -> Result<Entry, Denial> {
    let lines: Vec<EntryLine> =
        lines.into_iter().filter(|line| line.debit != line.credit).collect();
    let debit = Cents::total(lines.iter().map(|line| line.debit));
    let credit = Cents::total(lines.iter().map(|line| line.credit));
    if debit != credit {
        return Err(Denial::Unbalanced { debit, credit });
    }
    Ok(Entry { id, journal, day, piece, lines })
}

/// Balance of each account over `entries`: debits minus credits.
pub fn balances(entries: &[Entry]) -> BTreeMap<Account, Cents> {
    let mut sums: BTreeMap<Account, Cents> = BTreeMap::new();
    for line in entries.iter().flat_map(|entry| &entry.lines) {
        let sum = sums.entry(line.account).or_default();
        *sum = sum.plus(line.debit).minus(line.credit);
    }
    sums
}

/// A movement of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub day: Day,
    pub debit: Cents,
    pub credit: Cents,
}

/// What an account comes to when `day` begins, from its movements so far: debits minus credits.
/// The fiscal year is the calendar year.
pub fn opening(account: Account, day: Day, movements: &[Movement]) -> Cents {
    let begins = Day::from_ymd(day.ymd().0, 1, 1);
    let counts = |one: &&Movement| {
        let is_of_year = begins.is_none_or(|begins| begins <= one.day);
        one.day < day && (is_of_year || !account.begins_anew())
    };
    let counted = movements.iter().filter(counts);
    Cents::total(counted.map(|one| one.debit.minus(one.credit)))
}

/// What an account comes to behind each of `movements`, from what it came to before them.
pub fn running(opening: Cents, movements: &[Movement]) -> Vec<Cents> {
    let after = |left: &mut Cents, one: &Movement| {
        *left = left.plus(one.debit).minus(one.credit);
        Some(*left)
    };
    movements.iter().scan(opening, after).collect()
}

/// Balance of `account` for one party: debits minus credits.
pub fn party_balance(entries: &[Entry], account: Account, party: Code) -> Cents {
    let own = |line: &&EntryLine| line.account == account && line.party == Some(party);
    let lines = entries.iter().flat_map(|entry| &entry.lines).filter(own);
    Cents::total(lines.map(|line| line.debit.minus(line.credit)))
}
