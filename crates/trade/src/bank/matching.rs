//! Which line is what. Strong reasons go first over all lines, in an order of the lines' own
//! content: the order in which a statement lists them changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::choices;
use super::label::{Mention, Said, plain};
use super::sums::{Due, ways};
use super::{
    BankBooks, BankLine, BankPart, MatchDoubt, MatchFinding, MatchProposal, MatchReason,
    MatchedLine, PostedPayout,
};
use crate::id::Code;
use crate::unit::Cents;

/// What tells lines apart: day, amount, words, and the rank among lines that are alike in all of
/// these, so that two equal charges of one day are two lines. Shape: one per line, in their order.
pub fn fingerprints(lines: &[BankLine]) -> Vec<String> {
    let mut ranks: BTreeMap<String, usize> = BTreeMap::new();
    let mut fingerprint = |line: &BankLine| {
        let (day, amount) = (line.day, line.amount_with_vat.get());
        let words = (plain(&line.label), plain(&line.reference));
        let content = format!("{day}|{amount}|{}|{}", words.0, words.1);
        let rank = ranks.entry(content.clone()).or_default();
        *rank += 1;
        format!("{content}|{rank}")
    };
    lines.iter().map(&mut fingerprint).collect()
}

/// Takes each line of a statement for what it is. Shape: one answer per line, in their order.
///
/// All that is certain may be posted together: no invoice is paid beyond what is left of it.
pub fn match_lines(lines: &[BankLine], books: &BankBooks) -> Vec<MatchedLine> {
    let prints = fingerprints(lines);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&at| (lines[at].day, &prints[at]));
    let mut desk = Desk::new(lines, books);
    for &at in &order {
        if books.known.contains(&prints[at]) {
            desk.found[at] = Some(MatchFinding::Known);
        }
    }
    desk.settle(&order, Desk::by_reference);
    desk.withhold(&order);
    // A line that is settled leaves less to choose from: what had two ways may now have one.
    while desk.settle(&order, Desk::by_commitment) | desk.settle(&order, Desk::by_payer) {}
    while desk.settle(&order, Desk::by_payout) {}
    desk.settle(&order, Desk::by_charge);
    let doubtful: Vec<MatchFinding> = (0..lines.len())
        .map(|at| desk.found[at].clone().unwrap_or_else(|| desk.doubt(at)))
        .collect();
    let matched = prints.into_iter().zip(doubtful);
    matched.map(|(fingerprint, finding)| MatchedLine { fingerprint, finding }).collect()
}

/// The lines on the desk, and what is left of the books while they are gone through.
pub(super) struct Desk<'a> {
    pub lines: &'a [BankLine],
    pub books: &'a BankBooks,
    pub said: Vec<Said>,
    /// Of each line: the only party that it names.
    pub payer: Vec<Option<Code>>,
    /// Of each invoice.
    pub left: Vec<Cents>,
    /// Payouts that a line was found for.
    pub seen: BTreeSet<usize>,
    /// Invoices that a line names which was not settled: another may not take them unasked.
    pub named: BTreeSet<usize>,
    found: Vec<Option<MatchFinding>>,
}

impl<'a> Desk<'a> {
    fn new(lines: &'a [BankLine], books: &'a BankBooks) -> Desk<'a> {
        let read = |line: &BankLine| Said::of([&line.label, &line.reference], &books.invoices);
        let said: Vec<Said> = lines.iter().map(read).collect();
        let only = |said: &Said| match said.parties(&books.parties)[..] {
            [one] => Some(one),
            _ => None,
        };
        Desk {
            lines,
            books,
            payer: said.iter().map(only).collect(),
            said,
            left: books.invoices.iter().map(|one| one.left_with_vat()).collect(),
            seen: BTreeSet::new(),
            named: BTreeSet::new(),
            found: vec![None; lines.len()],
        }
    }

    /// Goes through the lines that are still open; true when one was settled.
    fn settle(
        &mut self,
        order: &[usize],
        read: fn(&Desk<'a>, usize) -> Option<MatchProposal>,
    ) -> bool {
        let mut any = false;
        for &at in order {
            if self.found[at].is_some() {
                continue;
            }
            let Some(proposal) = read(self, at) else { continue };
            self.take(&proposal);
            self.found[at] = Some(MatchFinding::Certain(proposal));
            any = true;
        }
        any
    }

    fn take(&mut self, proposal: &MatchProposal) {
        for part in &proposal.parts {
            match part {
                BankPart::Invoice(reference, amount) => {
                    let mut known = self.books.invoices.iter();
                    if let Some(at) = known.position(|one| one.reference == *reference) {
                        self.left[at] = self.left[at].minus(*amount);
                    }
                }
                BankPart::Payout(reference, _) => {
                    let mut known = self.books.payouts.iter();
                    self.seen.extend(known.position(|one| one.reference == *reference));
                }
                _ => {}
            }
        }
    }

    /// Keeps what open lines name by a whole reference from lines that name nothing.
    fn withhold(&mut self, order: &[usize]) {
        let open = order.iter().filter(|&&at| self.found[at].is_none());
        let mentions = open.flat_map(|&at| &self.said[at].mentions);
        let whole = mentions.filter(|mention| mention.is_whole);
        let named: Vec<usize> = whole.flat_map(|mention| mention.candidates.clone()).collect();
        self.named.extend(named);
    }

    pub fn amount(&self, at: usize) -> Cents {
        Cents::new(self.lines[at].amount_with_vat.get().abs())
    }

    pub fn comes_in(&self, at: usize) -> bool {
        self.lines[at].amount_with_vat.get() > 0
    }

    /// Whether an invoice may be paid by a line: something is left, and it was there before the
    /// money came.
    pub fn is_open(&self, at: usize, place: usize) -> bool {
        self.left[place].get() > 0 && self.books.invoices[place].issued_on <= self.lines[at].day
    }

    pub fn pays(&self, places: &[usize], reason: MatchReason) -> MatchProposal {
        let part = |&place: &usize| {
            BankPart::Invoice(self.books.invoices[place].reference.clone(), self.left[place])
        };
        MatchProposal { parts: places.iter().map(part).collect(), reason }
    }

    /// What a payer owes at the day of a line, the references of `but` aside.
    pub fn dues(&self, at: usize, payer: Code, but: &[usize]) -> Vec<Due<'a>> {
        let own = self.books.invoices.iter().enumerate().filter(|(place, one)| {
            one.party == payer && self.is_open(at, *place) && !but.contains(place)
        });
        own.map(|(place, one)| Due {
            place,
            left: self.left[place],
            commitment: &one.commitment_number,
            due_on: one.due_on,
        })
        .collect()
    }

    /// The only way in which what mentions may mean makes the amount; `None`: no way, or several.
    pub fn only_way(&self, at: usize, mentions: &[&Mention], amount: Cents) -> Option<Vec<usize>> {
        let mut found: Option<Vec<usize>> = None;
        let mut chosen: Vec<Vec<usize>> = vec![Vec::new()];
        for mention in mentions {
            let open = mention.candidates.iter().filter(|&&place| self.is_open(at, place));
            let open: Vec<usize> = open.copied().collect();
            if chosen.len() * open.len() > MEANINGS_MAX {
                return None;
            }
            let with = |begun: &Vec<usize>| {
                let more = open.iter().filter(|place| !begun.contains(place));
                more.map(|&place| [&begun[..], &[place]].concat()).collect::<Vec<_>>()
            };
            chosen = chosen.iter().flat_map(with).collect();
        }
        for mut places in chosen.into_iter().filter(|places| !places.is_empty()) {
            let sum: i64 = places.iter().map(|&place| self.left[place].get()).sum();
            places.sort_unstable();
            if sum != amount.get() || found.as_ref() == Some(&places) {
                continue;
            }
            if found.replace(places).is_some() {
                return None;
            }
        }
        found
    }

    /// All that is named makes the amount, by itself or with others of the same payer.
    fn by_reference(&self, at: usize) -> Option<MatchProposal> {
        let said = &self.said[at];
        if !self.comes_in(at) || said.mentions.is_empty() {
            return None;
        }
        let amount = self.amount(at);
        let mentions: Vec<&Mention> = said.mentions.iter().collect();
        let is_whole = mentions.iter().all(|mention| mention.is_whole);
        if let Some(places) = self.only_way(at, &mentions, amount) {
            let reason = if is_whole { MatchReason::Named } else { MatchReason::NamedInPart };
            let agrees = self.payer[at].is_none_or(|payer| {
                places.iter().any(|&place| self.books.invoices[place].party == payer)
            });
            // A whole reference and the amount to the cent are two proofs: anybody may pay.
            return (is_whole || agrees).then(|| self.pays(&places, reason));
        }
        if !is_whole {
            return None;
        }
        let with_followers: Vec<&Mention> =
            mentions.iter().copied().chain(&said.followers).collect();
        if let Some(places) = self.only_way(at, &with_followers, amount) {
            return Some(self.pays(&places, MatchReason::NamedInPart));
        }
        self.named_with_others(at, &mentions, amount)
    }

    fn named_with_others(
        &self,
        at: usize,
        mentions: &[&Mention],
        amount: Cents,
    ) -> Option<MatchProposal> {
        let named: Vec<usize> = mentions.iter().flat_map(|one| one.candidates.clone()).collect();
        let payer = self.books.invoices[*named.first()?].party;
        let is_one_payers = named.iter().all(|&place| self.books.invoices[place].party == payer);
        if !is_one_payers || !named.iter().all(|&place| self.is_open(at, place)) {
            return None;
        }
        let sum = Cents::total(named.iter().map(|&place| self.left[place]));
        let rest = amount.minus(sum);
        match &ways(&self.dues(at, payer, &named), rest, 2)[..] {
            [only] if rest.get() > 0 => {
                let places = [&named[..], only].concat();
                Some(self.pays(&places, MatchReason::NamedWithOthers))
            }
            _ => None,
        }
    }

    /// The commitment number stands there, and one sum of what is due under it makes the amount.
    fn by_commitment(&self, at: usize) -> Option<MatchProposal> {
        let said = &self.said[at];
        if !self.comes_in(at) || !said.mentions.is_empty() {
            return None;
        }
        let numbers: BTreeSet<&str> =
            self.books.invoices.iter().map(|one| one.commitment_number.as_str()).collect();
        let mut named = numbers.into_iter().filter(|number| said.has(number));
        let (number, None) = (named.next()?, named.next()) else { return None };
        let under = |place: &usize| self.books.invoices[*place].commitment_number == number;
        let own: Vec<usize> = (0..self.left.len()).filter(under).collect();
        let payer = self.books.invoices[*own.first()?].party;
        let mut dues = self.dues(at, payer, &[]);
        dues.retain(|due| due.commitment == number);
        let places = self.unrivalled(ways(&dues, self.amount(at), 2))?;
        let is_one_payers = own.iter().all(|&place| self.books.invoices[place].party == payer);
        let agrees = self.payer[at].is_none_or(|named| named == payer);
        (is_one_payers && agrees).then(|| self.pays(&places, MatchReason::Commitment))
    }

    /// The payer is named, and one sum of what they owe makes the amount.
    fn by_payer(&self, at: usize) -> Option<MatchProposal> {
        if !self.comes_in(at) || !self.said[at].mentions.is_empty() {
            return None;
        }
        let dues = self.dues(at, self.payer[at]?, &[]);
        let amount = self.amount(at);
        let places = self.unrivalled(ways(&dues, amount, 2))?;
        let reason = match places[..] {
            [_] if dues.iter().filter(|due| due.left == amount).count() > 1 => {
                MatchReason::OldestOfEqual
            }
            [_] => MatchReason::OnlyOneDue,
            _ => MatchReason::SumOfPayer,
        };
        Some(self.pays(&places, reason))
    }

    /// The only way, when nothing in it is named by another line.
    fn unrivalled(&self, ways: Vec<Vec<usize>>) -> Option<Vec<usize>> {
        match &ways[..] {
            [only] if only.iter().all(|place| !self.named.contains(place)) => Some(only.clone()),
            _ => None,
        }
    }

    /// A payout that has left: its bill is named, or its farm, or it is one of a day's.
    fn by_payout(&self, at: usize) -> Option<MatchProposal> {
        if self.comes_in(at) {
            return None;
        }
        let amount = self.amount(at);
        let open = || {
            let all = self.books.payouts.iter().enumerate();
            all.filter(|(place, _)| !self.seen.contains(place)).map(|(_, one)| one)
        };
        let sum = |some: &[&PostedPayout]| -> i64 {
            some.iter().map(|one| one.amount_with_vat.get()).sum()
        };
        let made = |some: &[&PostedPayout], reason| {
            let part =
                |one: &&PostedPayout| BankPart::Payout(one.reference.clone(), one.amount_with_vat);
            Some(MatchProposal { parts: some.iter().map(part).collect(), reason })
        };
        let said = &self.said[at];
        let named: Vec<&PostedPayout> = open().filter(|one| said.has(&one.reference)).collect();
        if !named.is_empty() {
            let is_all = sum(&named) == amount.get();
            return if is_all { made(&named, MatchReason::PayoutNamed) } else { None };
        }
        if let Some(farm) = self.payer[at] {
            let own = |one: &&PostedPayout| one.party == farm && one.amount_with_vat == amount;
            // Of equal ones the first to be posted was the first to leave.
            let first = open().filter(own).min_by_key(|one| (one.paid_on, &one.reference));
            return first.and_then(|one| made(&[one], MatchReason::PayoutOfFarm));
        }
        let mut days: BTreeMap<crate::calendar::Day, Vec<&PostedPayout>> = BTreeMap::new();
        for one in open() {
            days.entry(one.paid_on).or_default().push(one);
        }
        let fits = |some: &&Vec<&PostedPayout>| some.len() > 1 && sum(some) == amount.get();
        let mut fitting = days.values().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(some), None) => made(some, MatchReason::PayoutsOfDay),
            _ => None,
        }
    }

    /// Small charges of the bank, by its own words.
    fn by_charge(&self, at: usize) -> Option<MatchProposal> {
        let amount = self.amount(at);
        let is_small = amount.get() <= choices::CHARGE_MAX.get();
        let is_charge = !self.comes_in(at) && choices::is_charge(&self.said[at]) && is_small;
        let parts = vec![BankPart::Charge(amount)];
        is_charge.then_some(MatchProposal { parts, reason: MatchReason::Charges })
    }

    fn doubt(&self, at: usize) -> MatchFinding {
        let (doubt, choices) = choices::of(self, at);
        MatchFinding::Doubtful(doubt, choices)
    }

    /// Whether an amount has several readings for a payer, or one that another line names.
    pub fn rivalry(&self, at: usize, ways: &[Vec<usize>]) -> Option<MatchDoubt> {
        match ways {
            [] => None,
            [only] => {
                let is_named = only.iter().any(|place| self.named.contains(place));
                is_named.then_some(MatchDoubt::NamedElsewhere)
            }
            _ => Some(MatchDoubt::SeveralWays),
        }
        .filter(|_| self.comes_in(at))
    }
}

/// Most meanings of cut references that are tried together.
const MEANINGS_MAX: usize = 256;
