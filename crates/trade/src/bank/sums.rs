//! Which of a payer's invoices make an amount, when nothing is named.

use crate::calendar::Day;
use crate::unit::Cents;

/// An invoice that may be part of a sum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due<'a> {
    /// In the books.
    pub place: usize,
    pub left: Cents,
    pub commitment: &'a str,
    pub due_on: Day,
}

/// How many invoices all sums are tried of. Ten have 1 023 sums: over amounts of thousands of
/// euros one in a thousand is met by chance, which the uniqueness below then still has to miss. Of
/// more, chance would make sums: only runs of what was invoiced one after the other count.
const ALL_SUMS_MAX: usize = 10;

/// The ways in which some of `dues` make `amount`, at most `most`; each a list of places in the
/// books. Of equal invoices under one number only the older is tried: they are one way.
pub(super) fn ways(dues: &[Due<'_>], amount: Cents, most: usize) -> Vec<Vec<usize>> {
    let mut dues = dues.to_vec();
    dues.sort_by_key(|due| (due.due_on, due.place));
    let mut found = if dues.len() <= ALL_SUMS_MAX {
        all_sums(&dues, amount, most)
    } else {
        runs(&dues, amount, most)
    };
    found.sort();
    found
}

fn all_sums(dues: &[Due<'_>], amount: Cents, most: usize) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    for chosen in 1_u32..1 << dues.len() {
        let has = |at: usize| chosen & (1 << at) != 0;
        let sum: i64 =
            dues.iter().enumerate().filter(|(at, _)| has(*at)).map(|(_, one)| one.left.get()).sum();
        if sum != amount.get() || skips_a_twin(dues, has) {
            continue;
        }
        let own = dues.iter().enumerate().filter(|(at, _)| has(*at));
        found.push(own.map(|(_, due)| due.place).collect());
        if found.len() == most {
            break;
        }
    }
    found
}

/// Whether an invoice is taken and an older equal one is not.
fn skips_a_twin(dues: &[Due<'_>], has: impl Fn(usize) -> bool) -> bool {
    let is_twin = |a: &Due<'_>, b: &Due<'_>| a.left == b.left && a.commitment == b.commitment;
    (0..dues.len())
        .filter(|at| has(*at))
        .any(|at| (0..at).any(|older| !has(older) && is_twin(&dues[older], &dues[at])))
}

/// One invoice, or several that follow each other.
fn runs(dues: &[Due<'_>], amount: Cents, most: usize) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for from in 0..dues.len() {
        let mut sum = 0;
        for to in from..dues.len() {
            sum += dues[to].left.get();
            let is_single_twin = from == to && skips_a_twin(dues, |at| at == from);
            if sum == amount.get() && !is_single_twin {
                found.push(dues[from..=to].iter().map(|due| due.place).collect());
            }
            if found.len() == most {
                return found;
            }
        }
    }
    found
}
