//! A chain against books: whole as it was sealed, and each kind of damage named.

use trade::billing::{Billed, Document, DocumentKind, DocumentLine, document_entry};
use trade::calendar::{Day, Instant, IsoWeek};
use trade::id::{Code, DocumentId, EntryId, NoteId, OrderId, OrderLineId};
use trade::offers::Stamp;
use trade::unit::{Cents, Price, Qty, Rate};
use wire::seal::proof::{Books, Damage, Sealed, chain_text, verify};
use wire::seal::{FIRST, Head, RawEntry, chained};

/// A hash for tests: any function of all bytes does.
fn hash(text: &str) -> String {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:064x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

fn document(kind: DocumentKind, id: i64, series: &str, number: i64, net: i64) -> Document {
    let day = Day::parse("2026-09-18").expect("a day");
    let order = OrderLineId { order: OrderId(12), rank: 1 };
    let quantity = Qty::new(net * 10);
    let line = |vat: i64| DocumentLine {
        billed: Billed::Delivery(NoteId(1), order),
        quantity,
        price: Price::new(10_000),
        net: Cents::new(net),
        vat: Rate::new(vat),
    };
    Document {
        id: DocumentId(id),
        kind,
        series: series.into(),
        number,
        party: Code::parse("lycee-x").expect("a code"),
        commitment_number: String::new(),
        service_code: String::new(),
        issued_on: day,
        due_on: day,
        corrects: (kind == DocumentKind::CreditNote).then_some(DocumentId(1)),
        reason: String::new(),
        lines: vec![line(550), line(2_000)],
        stamp: Stamp { at: Instant(1), by: "compta".into() },
    }
}

fn books() -> Books {
    let week = IsoWeek::parse("2026-W38").expect("a week");
    let documents = [
        document(DocumentKind::Invoice, 1, "F2026", 1, 1_009),
        document(DocumentKind::Invoice, 2, "F2026", 2, 37),
        document(DocumentKind::CreditNote, 3, "A2026", 1, 9),
        document(DocumentKind::SelfBill, 4, "AF-mas-2026", 1, 909),
    ];
    let entries = documents.iter().map(|document| {
        let entry = document_entry(document, EntryId(document.id.0)).expect("balanced");
        RawEntry::of(Some(week), &entry, Some(document))
    });
    let mut books = Books {
        hub: "po-34".into(),
        entries: entries.collect(),
        series: [("A2026", 2), ("AF-mas-2026", 2), ("F2026", 3)].map(|(s, n)| (s.into(), n)).into(),
        ..Books::default()
    };
    seal_anew(&mut books);
    books
}

/// What somebody does who can write everything: the whole chain again.
fn seal_anew(books: &mut Books) {
    let mut last = FIRST.to_string();
    books.seals.clear();
    for (number, entry) in (1..).zip(&books.entries) {
        let (day, at) = (2026_0918, 1_789_722_753);
        let said = entry.text(&Head { hub: books.hub.clone(), number, day, at });
        let hash = hash(&chained(&last, &said));
        last.clone_from(&hash);
        let (week, entry) = (entry.week, entry.id);
        books.seals.push(Sealed { number, day, at, week, entry, said, hash });
    }
    books.end = (books.seals.len() as i64, last);
}

#[test]
fn books_that_nobody_touched_are_whole() {
    let verdict = verify(&books(), hash);
    assert_eq!(verdict.damages, []);
    assert_eq!((verdict.seals, verdict.documents, verdict.series), (4, 4, 3));
    assert_eq!(verify(&Books { end: (0, FIRST.into()), ..Books::default() }, hash).damages, []);
    assert_eq!(chain_text(&books()).matches("\nempreinte ").count(), 4);
}

#[test]
fn each_damage_is_named() {
    type Change = fn(&mut Books);
    let table: [(&str, Change, &str); 14] = [
        ("an amount", |b| b.entries[0].lines[0].debit += 1, "EntryChanged"),
        (
            "both sides",
            |b| {
                b.entries[0].lines[0].debit += 1;
                b.entries[0].lines[1].credit += 1;
            },
            "DocumentDiffers",
        ),
        ("one side", |b| b.entries[0].lines[0].debit += 1, "Unbalanced"),
        ("a line of a document", |b| item(b).quantity += 1, "EntryChanged"),
        ("its amount", |b| item(b).net += 100, "DocumentDiffers"),
        ("an entry taken out", |b| drop(b.entries.remove(1)), "EntryGone"),
        ("its number", |b| drop(b.entries.remove(1)), "SeriesBroken"),
        (
            "an entry put in",
            |b| {
                let forged = RawEntry { id: 99, document: None, ..b.entries[0].clone() };
                b.entries.push(forged);
            },
            "EntryUnsealed",
        ),
        (
            "a document alone",
            |b| {
                let stray = b.entries[0].document.take().expect("a document");
                b.stray_documents.push(stray);
            },
            "DocumentStray",
        ),
        ("a text", |b| b.seals[1].said.push(' '), "HashBroken"),
        ("a hash", |b| b.seals[1].hash = FIRST.into(), "HashBroken"),
        ("a seal taken out", |b| drop(b.seals.remove(1)), "NumberBroken"),
        ("the last seal", |b| drop(b.seals.pop()), "EndBroken"),
        ("a number that was given", |b| b.series[2].1 += 1, "SeriesBroken"),
    ];
    for (name, change, expected) in table {
        let mut damaged = books();
        change(&mut damaged);
        let found: Vec<String> =
            verify(&damaged, hash).damages.iter().map(|one| format!("{one:?}")).collect();
        assert!(found.iter().any(|one| one.starts_with(expected)), "{name}: {found:?}");
    }
}

fn item(books: &mut Books) -> &mut wire::seal::RawItem {
    &mut books.entries[0].document.as_mut().expect("a document").lines[0]
}

/// Whoever can write everything can seal everything anew: then only a hash that was kept outside
/// tells. That is what the end of the chain is printed for.
#[test]
fn a_chain_written_anew_ends_otherwise() {
    let mut forged = books();
    let kept = forged.end.clone();
    forged.entries[0].document.as_mut().expect("a document").reason = "autre".into();
    assert_ne!(verify(&forged, hash).damages, [], "seen while the chain is the old one");
    seal_anew(&mut forged);
    assert_eq!(verify(&forged, hash).damages, []);
    assert_ne!(forged.end, kept);
}

#[test]
fn what_differs_is_shown_line_by_line() {
    let mut damaged = books();
    damaged.entries[0].lines[0].debit += 1;
    let damages = verify(&damaged, hash).damages;
    let Some(Damage::EntryChanged { number, piece, sealed, now }) = damages.first() else {
        panic!("{damages:?}")
    };
    assert_eq!((*number, piece.as_str()), (1, "F2026-000001"));
    let total = 1_009 + 1_009 + 55 + 202;
    let line = |cents: i64| format!("ligne 1|411000|lycee-x|{}.{}|0.00", cents / 100, cents % 100);
    assert_eq!((sealed, now), (&vec![line(total)], &vec![line(total + 1)]));
}
