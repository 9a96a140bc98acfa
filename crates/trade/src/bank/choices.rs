//! What a line that is not certain could be: the likely readings first, at last the suspense
//! account, which is always true.

use super::label::Said;
use super::matching::Desk;
use super::sums::ways;
use super::{BankPart, MatchDoubt, MatchProposal, MatchReason};
use crate::id::Code;
use crate::unit::Cents;

/// Charges above this are looked at: 100 euros, our own choice; a bank takes a few a month.
pub const CHARGE_MAX: Cents = Cents::new(10_000);

/// Readings of one kind that are shown.
const SHOWN_MAX: usize = 5;

/// Words of banks for what they take.
const CHARGE_WORDS: [&str; 9] = [
    "FRAIS",
    "COMMISSION",
    "COMMISSIONS",
    "COTISATION",
    "AGIOS",
    "ABONNEMENT",
    "TENUE",
    "FACTURATION",
    "INTERETS",
];

pub(super) fn is_charge(said: &Said) -> bool {
    said.words.iter().any(|word| CHARGE_WORDS.contains(&word.as_str()))
}

/// Why a line is doubtful, and its readings.
pub(super) fn of(desk: &Desk<'_>, at: usize) -> (MatchDoubt, Vec<MatchProposal>) {
    let amount = desk.amount(at);
    let (doubt, mut choices) = match desk.comes_in(at) {
        true => incoming(desk, at),
        false => outgoing(desk, at),
    };
    let parts = vec![BankPart::Suspense(amount)];
    choices.push(MatchProposal { parts, reason: MatchReason::Unexplained });
    let mut keys = Vec::new();
    choices.retain(|one| {
        let key = one.key();
        let is_new = !keys.contains(&key);
        keys.push(key);
        is_new && one.parts.iter().all(|part| part.amount_with_vat().get() > 0)
    });
    (doubt, choices)
}

fn incoming(desk: &Desk<'_>, at: usize) -> (MatchDoubt, Vec<MatchProposal>) {
    let amount = desk.amount(at);
    let named: Vec<usize> =
        desk.said[at].mentions.iter().flat_map(|one| one.candidates.clone()).collect();
    let is_certain = desk.said[at].mentions.iter().all(|one| one.candidates.len() == 1);
    let payer = desk.payer[at].or_else(|| {
        let first = desk.books.invoices.get(*named.first()?)?;
        is_certain.then_some(first.party)
    });
    let mut choices = Vec::new();
    let mut doubt = MatchDoubt::NothingKnown;
    if !named.is_empty() {
        doubt = MatchDoubt::AmountDiffers;
        if named.iter().all(|&place| desk.left[place].is_zero()) {
            doubt = MatchDoubt::PaidBefore;
        }
        if is_certain {
            choices.extend(payer.map(|payer| in_order(desk, at, &named, payer)));
        } else {
            let fits = |place: &&usize| desk.is_open(at, **place) && desk.left[**place] == amount;
            let exact: Vec<&usize> = named.iter().filter(fits).take(SHOWN_MAX).collect();
            if exact.len() > 1 {
                doubt = MatchDoubt::SeveralWays;
            }
            choices.extend(exact.iter().map(|&&p| desk.pays(&[p], MatchReason::NamedInPart)));
        }
    }
    if let Some(payer) = payer {
        let dues = desk.dues(at, payer, &[]);
        let sums = ways(&dues, amount, SHOWN_MAX);
        if named.is_empty() {
            doubt = desk.rivalry(at, &sums).unwrap_or(MatchDoubt::AmountDiffers);
        }
        choices.extend(sums.iter().map(|places| desk.pays(places, MatchReason::SumOfPayer)));
        let mut oldest: Vec<_> = dues.iter().map(|due| (due.due_on, due.place)).collect();
        oldest.sort_unstable();
        let oldest: Vec<usize> = oldest.into_iter().map(|(_, place)| place).collect();
        choices.push(in_order(desk, at, &oldest, payer));
    } else {
        let fits = |place: &usize| desk.is_open(at, *place) && desk.left[*place] == amount;
        let exact: Vec<usize> = (0..desk.left.len()).filter(fits).take(SHOWN_MAX).collect();
        if !exact.is_empty() && named.is_empty() {
            doubt = MatchDoubt::AmountOnly;
        }
        choices.extend(exact.iter().map(|&place| desk.pays(&[place], MatchReason::AmountAlone)));
    }
    (doubt, choices)
}

/// Pays invoices one after the other as far as the amount goes; what is too much is kept for the
/// payer.
fn in_order(desk: &Desk<'_>, at: usize, places: &[usize], payer: Code) -> MatchProposal {
    let mut rest = desk.amount(at);
    let mut parts = Vec::new();
    let mut is_part = false;
    for &place in places.iter().filter(|&&place| desk.is_open(at, place)) {
        if rest.is_zero() {
            break;
        }
        let paid = rest.min(desk.left[place]);
        is_part = paid < desk.left[place];
        parts.push(BankPart::Invoice(desk.books.invoices[place].reference.clone(), paid));
        rest = rest.minus(paid);
    }
    let reason = match (is_part, rest.is_zero(), places.len()) {
        (_, false, _) => MatchReason::Overpayment,
        (true, _, 1) => MatchReason::PartPayment,
        _ => MatchReason::OldestFirst,
    };
    if !rest.is_zero() {
        parts.push(BankPart::OnAccount(payer, rest));
    }
    MatchProposal { parts, reason }
}

fn outgoing(desk: &Desk<'_>, at: usize) -> (MatchDoubt, Vec<MatchProposal>) {
    let amount = desk.amount(at);
    let is_large_charge = is_charge(&desk.said[at]);
    let payouts = desk.books.payouts.iter().enumerate();
    let open = payouts.filter(|(place, _)| !desk.seen.contains(place)).map(|(_, one)| one);
    let exact = open.filter(|one| one.amount_with_vat == amount).take(SHOWN_MAX);
    let mut choices: Vec<MatchProposal> = exact
        .map(|one| MatchProposal {
            parts: vec![BankPart::Payout(one.reference.clone(), amount)],
            reason: MatchReason::AmountAlone,
        })
        .collect();
    let doubt = match (is_large_charge, choices.is_empty(), desk.payer[at]) {
        (true, ..) => MatchDoubt::LargeCharge,
        (_, false, _) => MatchDoubt::AmountOnly,
        (_, true, Some(_)) => MatchDoubt::AmountDiffers,
        _ => MatchDoubt::NothingKnown,
    };
    let parts = vec![BankPart::Charge(amount)];
    choices.push(MatchProposal { parts, reason: MatchReason::Charges });
    (doubt, choices)
}
