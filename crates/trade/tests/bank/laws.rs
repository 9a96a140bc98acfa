//! What holds of any statement over any books.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trade::bank::{
    BankBooks, BankLine, BankPart, BankParty, MatchFinding, MatchedLine, OpenInvoice, PostedPayout,
    judge, match_lines,
};
use trade::calendar::Day;
use trade::id::Code;
use trade::unit::Cents;

use crate::telling::{day, told};

const NAMES: [&str; 4] =
    ["Lycée Jean Moulin", "Collège Jean Moulin", "Mairie d'Agde", "Ferme des Figuiers"];

fn code(at: usize) -> Code {
    Code::parse(["lycee", "college", "agde", "figuiers"][at]).expect("a code")
}

fn an_invoice(at: usize, party: usize, week: i32, amount: i64, paid: bool) -> OpenInvoice {
    let issued_on = day("2026-09-04").plus_days(7 * week);
    OpenInvoice {
        reference: format!("F2026-{:06}", at + 1),
        party: code(party),
        commitment_number: ["", "2026-EJ-0001", "2026-EJ-0002"][at % 3].into(),
        issued_on,
        due_on: issued_on.plus_days(30),
        with_vat: Cents::new(amount * 500),
        paid_with_vat: Cents::new(if paid { amount * 250 } else { 0 }),
    }
}

prop_compose! {
    /// Few amounts, so that many are alike.
    fn some_books()(
        invoices in prop::collection::vec((0_usize..3, 0..8_i32, 1..6_i64, any::<bool>()), 0..16),
        payouts in prop::collection::vec((1..6_i64, 0..3_i32), 0..5),
    ) -> BankBooks {
        let party = |(at, name): (usize, &&str)| BankParty {
            code: code(at), name: name.to_string(), siret: String::new(),
        };
        let invoices = invoices.into_iter().enumerate();
        let payouts = payouts.into_iter().enumerate();
        BankBooks {
            parties: NAMES.iter().enumerate().map(party).collect(),
            invoices: invoices.map(|(at, (p, w, a, paid))| an_invoice(at, p, w, a, paid)).collect(),
            payouts: payouts.map(|(at, (amount, day_))| PostedPayout {
                reference: format!("RL2026-{:06}", at + 1),
                party: code(3),
                amount_with_vat: Cents::new(amount * 500),
                paid_on: day("2026-11-10").plus_days(day_),
            }).collect(),
            ..BankBooks::default()
        }
    }
}

prop_compose! {
    fn a_line()(
        name in 0_usize..6, reference in 0_usize..20, kind in 0..5, amount in -8..16_i64,
        at in 0..60_i32,
    ) -> BankLine {
        let who = NAMES.get(name).copied().unwrap_or("DDFIP HERAULT");
        let label = match kind {
            0 => format!("VIR {who} F2026-{reference:06}"),
            1 => format!("VIR {who} F2026-{reference:06}/{}", reference + 1),
            2 => format!("VIR F2026-{:04}", reference / 100),
            3 => format!("{who} 2026-EJ-000{}", reference % 3),
            _ => format!("vir. {who}"),
        };
        let amount = Cents::new(if amount == 0 { 700 } else { amount * 500 });
        let day = Day::parse("2026-10-01").expect("a day").plus_days(at);
        BankLine { day, label, reference: String::new(), amount_with_vat: amount }
    }
}

fn certain(found: &[MatchedLine]) -> Vec<Option<&[BankPart]>> {
    let parts = found.iter().map(|one| match &one.finding {
        MatchFinding::Certain(one) => Some(&one.parts[..]),
        _ => None,
    });
    parts.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// All that is certain may be posted together: sums are kept, nothing is paid beyond itself.
    #[test]
    fn what_is_certain_is_allowed(
        books in some_books(), lines in prop::collection::vec(a_line(), 0..14),
    ) {
        let found = match_lines(&lines, &books);
        let all = lines.iter().zip(certain(&found));
        let decided = all.filter_map(|(line, parts)| Some((line, parts?)));
        prop_assert_eq!(judge(decided, &books), Ok(()));
        // Counted again by hand, not by the rule that is asked.
        let mut paid: BTreeMap<&str, i64> = BTreeMap::new();
        for part in certain(&found).into_iter().flatten().flatten() {
            if let BankPart::Invoice(reference, amount) = part {
                *paid.entry(reference).or_default() += amount.get();
            }
        }
        for one in &books.invoices {
            let more = paid.get(one.reference.as_str()).copied().unwrap_or(0);
            prop_assert!(one.paid_with_vat.get() + more <= one.with_vat.get());
        }
    }

    /// Every reading of a doubtful line may be posted by itself.
    #[test]
    fn every_choice_is_allowed(
        books in some_books(), lines in prop::collection::vec(a_line(), 0..10),
    ) {
        for (line, found) in lines.iter().zip(match_lines(&lines, &books)) {
            let MatchFinding::Doubtful(_, choices) = &found.finding else { continue };
            prop_assert!(!choices.is_empty());
            for one in choices {
                let judged = judge([(line, &one.parts[..])], &books);
                prop_assert_eq!(judged, Ok(()), "{}", told(&found));
                prop_assert_eq!(found.choice(&one.key()), Some(one));
            }
        }
    }

    /// The order in which a statement lists its lines changes nothing.
    #[test]
    fn any_order_of_the_lines_finds_the_same(
        books in some_books(),
        (lines, mixed) in prop::collection::vec(a_line(), 0..12)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
    ) {
        let by_print = |lines: &[BankLine]| {
            let found = match_lines(lines, &books);
            found.into_iter().map(|one| (one.fingerprint.clone(), told(&one)))
                .collect::<BTreeMap<_, _>>()
        };
        prop_assert_eq!(by_print(&lines), by_print(&mixed));
    }
}
