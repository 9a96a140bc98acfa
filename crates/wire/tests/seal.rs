//! The text under which an entry is sealed: every byte of it counts for ten years.

use proptest::prelude::*;
use wire::seal::{FIRST, Head, RawDocument, RawEntry, RawItem, RawLine, chained};

fn head() -> Head {
    Head { hub: "po-34".into(), number: 12, day: 2026_0918, at: 1_789_722_753 }
}

fn invoice() -> RawEntry {
    let line = |rank, account: &str, party: Option<&str>, debit, credit| RawLine {
        rank,
        account: account.into(),
        party: party.map(Into::into),
        debit,
        credit,
    };
    RawEntry {
        week: 202_638,
        id: 3,
        journal: "VE".into(),
        day: 2026_0918,
        piece: "F2026-000012".into(),
        lines: vec![
            line(1, "411000", Some("lycee-x"), 3545, 0),
            line(2, "707000", None, 0, 3360),
            line(3, "445710", None, 0, 185),
        ],
        document: Some(RawDocument {
            week: 202_638,
            id: 4,
            kind: "invoice".into(),
            series: "F2026".into(),
            number: 12,
            party: "lycee-x".into(),
            commitment_number: "E|12".into(),
            issued_on: 2026_0918,
            due_on: 2026_1018,
            at: 1_789_722_750,
            by_whom: "compta".into(),
            lines: vec![RawItem {
                rank: 1,
                note: Some(3),
                order: Some(12),
                order_rank: Some(1),
                purchase: None,
                quantity: 28_000,
                price: 12_000,
                net: 3360,
                vat: 550,
            }],
            ..RawDocument::default()
        }),
    }
}

#[test]
fn an_invoice_is_sealed_as_it_stands() {
    let expected = "\
precedent 0000000000000000000000000000000000000000000000000000000000000000
sceau 1
plateforme po-34
numero 12
valide 20260918|1789722753
ecriture 202638|3|VE|20260918|F2026-000012
ligne 1|411000|lycee-x|35.45|0.00
ligne 2|707000|-|0.00|33.60
ligne 3|445710|-|0.00|1.85
document 4|invoice|F2026|12|lycee-x|E\\p12||20260918|20261018
corrige -|
par 1789722750|compta
poste 1|3|12|1|-|28.000|1.2000|33.60|5.50
";
    assert_eq!(chained(FIRST, &invoice().text(&head())), expected);
}

/// One change of one value: another text.
#[test]
fn every_field_is_in_the_text() {
    type Change = fn(&mut RawEntry);
    let changes: [(&str, Change); 22] = [
        ("week", |entry| entry.week = 0),
        ("id", |entry| entry.id += 1),
        ("journal", |entry| entry.journal = "OD".into()),
        ("day", |entry| entry.day += 1),
        ("piece", |entry| entry.piece.push('0')),
        ("account", |entry| entry.lines[1].account = "707001".into()),
        ("no party", |entry| entry.lines[0].party = None),
        ("a party called -", |entry| entry.lines[1].party = Some("-".into())),
        ("debit", |entry| entry.lines[0].debit += 1),
        ("credit", |entry| entry.lines[1].credit -= 1),
        ("sides", |entry| entry.lines.swap(1, 2)),
        ("a line less", |entry| {
            entry.lines.pop();
        }),
        ("no document", |entry| entry.document = None),
        ("kind", |entry| document(entry).kind = "statement".into()),
        ("document's number", |entry| document(entry).number += 1),
        ("commitment", |entry| document(entry).commitment_number = "E".into()),
        ("service", |entry| document(entry).service_code = "12".into()),
        ("due", |entry| document(entry).due_on += 1),
        ("corrects", |entry| document(entry).corrects = Some(1)),
        ("reason", |entry| document(entry).reason = "geste".into()),
        ("by", |entry| document(entry).by_whom = "autre".into()),
        ("an item less", |entry| {
            document(entry).lines.pop();
        }),
    ];
    let whole = invoice().text(&head());
    for (name, change) in changes {
        let mut changed = invoice();
        change(&mut changed);
        assert_ne!(changed.text(&head()), whole, "{name}");
    }
    for other in [
        Head { hub: "po-35".into(), ..head() },
        Head { number: 13, ..head() },
        Head { day: 2026_0919, ..head() },
        Head { at: 0, ..head() },
    ] {
        assert_ne!(invoice().text(&other), whole, "{other:?}");
    }
}

fn document(entry: &mut RawEntry) -> &mut RawDocument {
    entry.document.as_mut().expect("an invoice")
}

proptest! {
    /// Two entries with different texts in them never read the same: what separates fields cannot
    /// be brought in by a field.
    #[test]
    fn no_field_pretends_to_be_two(
        one in "[-a|\\\\pn\n\r]{0,6}", two in "[-a|\\\\pn\n\r]{0,6}",
        three in "[-a|\\\\pn\n\r]{0,6}", four in "[-a|\\\\pn\n\r]{0,6}",
    ) {
        let entry = |commitment: &str, service: &str| {
            let mut entry = invoice();
            document(&mut entry).commitment_number = commitment.into();
            document(&mut entry).service_code = service.into();
            entry.text(&head())
        };
        let same = (&one, &two) == (&three, &four);
        prop_assert_eq!(entry(&one, &two) == entry(&three, &four), same);
        prop_assert_eq!(entry(&one, &two).lines().count(), entry("", "").lines().count());
    }

    #[test]
    fn an_amount_is_written_to_the_cent(cents in any::<i64>()) {
        let mut entry = invoice();
        entry.lines[0].debit = cents;
        let text = entry.text(&head());
        let line = text.lines().find(|line| line.starts_with("ligne 1")).expect("a line");
        let said = line.split('|').nth(3).expect("a debit").replace('.', "");
        prop_assert_eq!(said.parse::<i64>(), Ok(cents));
    }
}
