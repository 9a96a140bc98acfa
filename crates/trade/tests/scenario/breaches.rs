//! For every law of `Week::check`, a week with one changed fact on which exactly that law breaks.

use std::collections::BTreeSet;
use std::sync::Arc;

use trade::billing::{Document, document_entry};
use trade::check::{Breach, OpenItem};
use trade::dock::Withdrawal;
use trade::dock::surplus::SurplusFact;
use trade::dock::unsort::Unsorting;
use trade::id::{DocumentId, NoteId, OfferId, OrderId, OrderLineId, ReceiptId, UnsortingId};
use trade::ledger::{Account, Entry};
use trade::unit::{Cents, Grams, Price, Qty, amount};
use trade::{Denial, Fact, Week};

use crate::script::after;
use crate::words::{told, week};
use crate::world::World;

const ORDERED: &str = "
    offer garrigues carrot tue 60 at 1,20
    offer vidourle  carrot tue 60 at 1,20
    publish
    order moulin tue: carrot 60
    order joffre tue: carrot 30
    close tue
    close thu
";
const SOURCED: &str = "plan tue: 1.1 garrigues 40, 1.1 vidourle 20, 2.1 vidourle 30\n";
const SORTED: &str = "receive p1 40\n receive p2 45,5\n sort tue\n";
const DELIVERED: &str = "
    deliver moulin tue: 1.1 refuse=10 miss=1 because=wilted
    deliver joffre tue
    resolve n1/s1 4 donated to=secours because=wilted
    resolve n1/s1 3 returned because=wilted
    resolve n1/s1 3 wasted because=wilted
";
const BILLED: &str = "
    invoice moulin
    invoice joffre
    bill garrigues
    bill vidourle
    shrinkage
    pay 3
    pay 4
";

/// The week after these parts of the story.
fn week_of(parts: &[&str]) -> World {
    after(&parts.concat())
}

fn finished() -> World {
    week_of(&[ORDERED, SOURCED, SORTED, DELIVERED, BILLED])
}

/// Tells the week again, each fact as `change` leaves it.
fn told_again(world: &World, mut change: impl FnMut(&mut Fact)) -> Vec<Breach> {
    let mut again = Week::new(week(), Arc::new(world.register.clone()));
    let mut changed = 0;
    for fact in &world.facts {
        let mut copy = fact.clone();
        change(&mut copy);
        changed += usize::from(copy != *fact);
        again.apply(copy);
    }
    assert!(changed > 0, "nothing was changed");
    again.check().breaches
}

fn more(quantity: &mut Qty, by: i64) {
    *quantity = Qty::new(quantity.get() + by);
}

fn moved(cents: &mut Cents, by: i64) {
    *cents = Cents::new(cents.get() + by);
}

/// One thousandth of a unit more of every recorded quantity.
const ONE: i64 = 1;

fn oversold() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED]), |fact| {
        if let Fact::Ordered(order) = fact {
            more(&mut order.lines[0].quantity, 20_000);
        }
    })
}

fn overdrawn() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED]), |fact| {
        if let Fact::Offered(offer) = fact
            && offer.producer.as_str() == "garrigues"
        {
            offer.quantity = Qty::new(40_000 - ONE);
        }
    })
}

fn purchase_not_sold() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED]), |fact| {
        if let Fact::Sourced(plan) = fact {
            more(&mut plan.purchases[0].quantity, ONE);
        }
    })
}

fn shared_otherwise() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED, "confirm p2 40 by first_come\n"]), |fact| {
        if let Fact::Confirmed(confirmation) = fact
            && let Some(sharing) = &mut confirmation.shared
        {
            more(&mut sharing.parts[1].1, ONE);
        }
    })
}

fn over_allocated() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED]), |fact| {
        if let Fact::Sourced(plan) = fact {
            more(&mut plan.purchases[0].quantity, ONE);
            more(&mut plan.allocations[0].quantity, ONE);
        }
    })
}

fn batch_overdrawn() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED, SORTED]), |fact| {
        if let Fact::Received(receipt) = fact
            && receipt.id == ReceiptId(1)
        {
            more(&mut receipt.received, -ONE);
        }
    })
}

fn note_unbalanced() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED, SORTED, DELIVERED]), |fact| {
        if let Fact::Delivered(note) = fact
            && note.id == NoteId(2)
        {
            more(&mut note.lines[0].loaded, ONE);
        }
    })
}

fn refusal_overdrawn() -> Vec<Breach> {
    let mut is_first = true;
    told_again(&week_of(&[ORDERED, SOURCED, SORTED, DELIVERED]), |fact| {
        if let Fact::Resolved(outcome) = fact
            && std::mem::take(&mut is_first)
        {
            more(&mut outcome.quantity, ONE);
        }
    })
}

/// Changes the first document, and its entry to fit.
fn with_document(change: impl FnMut(&mut Document)) -> Vec<Breach> {
    with_first_of("F2026", &finished(), change)
}

/// A week in which five kilos of the second buyer's 31,5 are credited.
fn with_credit(change: impl FnMut(&mut Document)) -> Vec<Breach> {
    let credited = [ORDERED, SOURCED, SORTED, DELIVERED, BILLED, "credit n2 2.1 5\n"];
    with_first_of("A2026", &week_of(&credited), change)
}

fn with_first_of(
    series: &str,
    world: &World,
    mut change: impl FnMut(&mut Document),
) -> Vec<Breach> {
    let mut changed: Option<Document> = None;
    told_again(world, |fact| match fact {
        Fact::Posted(document) if document.number == 1 && document.series == series => {
            change(document);
            changed = Some(document.clone());
        }
        Fact::Booked(entry) => {
            if let Some(document) = changed.take() {
                *entry = document_entry(&document, entry.id).expect("an entry that balances");
            }
        }
        _ => {}
    })
}

fn billed_otherwise() -> Vec<Breach> {
    // A gram more that costs nothing: no cent moves.
    with_document(|document| more(&mut document.lines[0].quantity, ONE))
}

fn billed_twice() -> Vec<Breach> {
    with_document(|document| {
        let mut again = document.lines[0].clone();
        (again.price, again.net) = (Price::ZERO, Cents::ZERO);
        document.lines.push(again);
    })
}

fn over_credited() -> Vec<Breach> {
    with_credit(|credit| {
        let line = &mut credit.lines[0];
        line.quantity = Qty::new(100_000);
        line.net = amount(line.quantity, line.price);
    })
}

fn credit_astray() -> Vec<Breach> {
    // The first buyer's invoice.
    with_credit(|credit| credit.corrects = Some(DocumentId(1)))
}

fn money_unexplained() -> Vec<Breach> {
    // The buyer ordered at 1,60.
    with_document(|document| {
        let line = &mut document.lines[0];
        line.price = Price::new(17_000);
        line.net = amount(line.quantity, line.price);
    })
}

fn series_broken() -> Vec<Breach> {
    told_again(&finished(), |fact| {
        if let Fact::Posted(document) = fact
            && document.series == "F2026"
        {
            document.number = 1;
        }
    })
}

fn with_entry(mut change: impl FnMut(&mut Entry)) -> Vec<Breach> {
    let mut is_first = true;
    told_again(&finished(), |fact| {
        if let Fact::Booked(entry) = fact
            && std::mem::take(&mut is_first)
        {
            change(entry);
        }
    })
}

fn entry_unbalanced() -> Vec<Breach> {
    with_entry(|entry| moved(&mut entry.lines[0].debit, 1))
}

fn ledger_off() -> Vec<Breach> {
    with_entry(|entry| {
        for line in &mut entry.lines {
            match line.account {
                Account::Buyers => moved(&mut line.debit, -1),
                Account::Sales => moved(&mut line.credit, -1),
                _ => {}
            }
        }
    })
}

fn dangling() -> Vec<Breach> {
    told_again(&week_of(&[ORDERED, SOURCED]), |fact| {
        if let Fact::Sourced(plan) = fact {
            plan.purchases[0].offer = OfferId(99);
        }
    })
}

/// Twelve kilos are offered, all are reserved, four are fetched and shared out.
const GIVEN: &str = "
    offer garrigues carrot tue 40 at 1,20
    publish
    order moulin tue: carrot 20
    order joffre tue: carrot 10
    close tue
    close thu
    plan tue
    confirm p1 18
    receive p1 30
    sort r1 1.1 18
    at tue 07:00
    aid offer r1 12 until tue 12:00
    aid slot tue 14:00 16:00 12
    aid reserve 1 secours 4
    aid reserve 1 secours 8
    aid plan secours 1
    aid fetch 101 secours 4
    aid split 101 secours: lunel 1, sete 3
";

fn surplus_told_again(mut change: impl FnMut(&mut SurplusFact)) -> Vec<Breach> {
    told_again(&week_of(&[GIVEN]), |fact| {
        if let Fact::Surplus(fact) = fact {
            change(fact);
        }
    })
}

fn surplus_oversold() -> Vec<Breach> {
    surplus_told_again(|fact| {
        if let SurplusFact::Reserved(reservation) = fact
            && reservation.id.0 == 102
        {
            more(&mut reservation.quantity, ONE);
        }
    })
}

fn held_too_much() -> Vec<Breach> {
    surplus_told_again(|fact| {
        if let SurplusFact::Offered(offer) = fact {
            more(&mut offer.quantity, ONE);
        }
    })
}

fn slot_overfull() -> Vec<Breach> {
    surplus_told_again(|fact| {
        if let SurplusFact::Planned(appointment) = fact
            && appointment.reservation.0 == 102
        {
            appointment.load = Grams::new(appointment.load.get() + ONE);
        }
    })
}

fn pickup_unmatched() -> Vec<Breach> {
    surplus_told_again(|fact| {
        if let SurplusFact::Collected(pickup) = fact {
            pickup.outcome = None;
        }
    })
}

fn split_unbalanced() -> Vec<Breach> {
    surplus_told_again(|fact| {
        if let SurplusFact::Split(split) = fact {
            more(&mut split.parts[0].1, ONE);
        }
    })
}

/// The name of a law. A new law without its corrupted week does not pass this file.
fn law(breach: &Breach) -> &'static str {
    match breach {
        Breach::Oversold { .. } => "oversold",
        Breach::Overdrawn { .. } => "overdrawn",
        Breach::PurchaseNotSold { .. } => "purchase not sold",
        Breach::OverAllocated { .. } => "over allocated",
        Breach::SharedOtherwise { .. } => "shared otherwise",
        Breach::BatchOverdrawn { .. } => "batch overdrawn",
        Breach::NoteUnbalanced { .. } => "note unbalanced",
        Breach::RefusalOverdrawn { .. } => "refusal overdrawn",
        Breach::BilledOtherwise { .. } => "billed otherwise",
        Breach::BilledTwice { .. } => "billed twice",
        Breach::OverCredited { .. } => "over credited",
        Breach::CreditAstray { .. } => "credit astray",
        Breach::EntryUnbalanced { .. } => "entry unbalanced",
        Breach::LedgerOff { .. } => "ledger off",
        Breach::MoneyUnexplained { .. } => "money unexplained",
        Breach::SeriesBroken { .. } => "series broken",
        Breach::SurplusOversold { .. } => "surplus oversold",
        Breach::HeldTooMuch { .. } => "held too much",
        Breach::SlotOverfull { .. } => "slot overfull",
        Breach::PickupUnmatched { .. } => "pickup unmatched",
        Breach::SplitUnbalanced { .. } => "split unbalanced",
        Breach::Dangling(_) => "dangling",
    }
}

const LAWS: usize = 22;

#[test]
fn each_law_is_seen_to_break_alone_and_with_its_numbers() {
    let cases: [(Vec<Breach>, &str); LAWS] = [
        (oversold(), "oversold, line 1, day tue, offered 120, ordered 130"),
        (overdrawn(), "overdrawn, offer 1, offered 39,999, purchased 40"),
        (purchase_not_sold(), "purchase not sold, line 1, purchased 40,001, allocated 40"),
        (over_allocated(), "over allocated, line 1.1, ordered 60, allocated 60,001"),
        (shared_otherwise(), "shared otherwise, line 2, confirmed 40, shared 40,001"),
        (batch_overdrawn(), "batch overdrawn, receipt 1, accepted 39,999, used 40"),
        (note_unbalanced(), "note unbalanced, note 2, sorting 3"),
        (refusal_overdrawn(), "refusal overdrawn, note 1, sorting 1, refused 10, resolved 10,001"),
        (
            billed_otherwise(),
            "billed otherwise, document 1, billed delivery 1 1.1, fact 44,5, quantity 44,501",
        ),
        (billed_twice(), "billed twice, billed delivery 1 1.1"),
        (over_credited(), "over credited, billed delivery 2 2.1, invoiced 48,00, credited 160,00"),
        (credit_astray(), "credit astray, document 5"),
        (entry_unbalanced(), "entry unbalanced, entry 1, debit 75,13, credit 75,12"),
        (ledger_off(), "ledger off, account sales, documents -119,20, ledger -119,19"),
        (money_unexplained(), "money unexplained, difference 4,45, most 0,03"),
        (series_broken(), "series broken, series F2026, expected 2, found 1"),
        (surplus_oversold(), "surplus oversold, surplus 1, offered 12, taken 12,001"),
        (held_too_much(), "held too much, source left dock 1, left 8, held 8,001"),
        (slot_overfull(), "slot overfull, slot 1, capacity 12, load 12,001"),
        (pickup_unmatched(), "pickup unmatched, reservation 101"),
        (split_unbalanced(), "split unbalanced, reservation 101, received 4, split 4,001"),
        (dangling(), "dangling unknown offer, offer 99"),
    ];
    let mut seen = BTreeSet::new();
    for (breaches, expected) in &cases {
        let found: Vec<String> = breaches.iter().map(told).collect();
        assert_eq!(found, [expected.to_string()]);
        seen.insert(law(&breaches[0]));
    }
    assert_eq!(seen.len(), LAWS, "two cases break the same law");
}

#[test]
fn the_untouched_week_breaks_no_law() {
    assert_eq!(finished().week.check().breaches, []);
}

#[test]
fn a_sorting_on_two_notes_is_seen() {
    let world = week_of(&[ORDERED, SOURCED, SORTED, DELIVERED]);
    let breaches = told_again(&world, |fact| {
        if let Fact::Delivered(note) = fact {
            let again = note.lines[0].clone();
            note.lines.push(again);
        }
    });
    assert!(breaches.iter().all(|breach| law(breach) == "note unbalanced"), "{breaches:?}");
    assert_eq!(breaches.len(), 2);
}

#[test]
fn facts_that_point_to_nothing_are_seen() {
    let world = week_of(&[ORDERED, SOURCED, SORTED]);
    let breaches = told_again(&world, |fact| {
        if let Fact::Sorted(sorting) = fact {
            sorting.receipt = ReceiptId(99);
        }
    });
    let unknown = Denial::UnknownReceipt { receipt: ReceiptId(99) };
    assert_eq!(breaches, [Breach::Dangling(unknown)]);
    let line = OrderLineId { order: OrderId(99), rank: 1 };
    let breaches = told_again(&finished(), |fact| {
        if let Fact::Delivered(note) = fact {
            note.lines[0].order_line = line;
        }
    });
    assert!(breaches.contains(&Breach::Dangling(Denial::UnknownOrderLine { line })));
}

#[test]
fn a_receipt_that_was_used_cannot_be_taken_back_unseen() {
    let world = week_of(&[ORDERED, SOURCED, SORTED]);
    let mut again = world.week.clone();
    let stamp = world.stamp();
    again.apply(Withdrawal { receipt: ReceiptId(1), stamp: stamp.clone() }.into());
    let breaches: Vec<String> = again.check().breaches.iter().map(told).collect();
    assert_eq!(breaches, ["batch overdrawn, receipt 1, accepted 0, used 40"]);
    let mut again = world.week.clone();
    again.apply(Withdrawal { receipt: ReceiptId(99), stamp }.into());
    let unknown = Denial::UnknownReceipt { receipt: ReceiptId(99) };
    assert_eq!(again.check().breaches, [Breach::Dangling(unknown)]);
}

#[test]
fn what_was_signed_for_cannot_go_back_to_the_dock_unseen() {
    let world = week_of(&[ORDERED, SOURCED, SORTED, DELIVERED]);
    let mut again = world.week.clone();
    let gone = again.notes()[0].lines[0].sorting;
    let unsorting = Unsorting { id: UnsortingId(1), last: gone, stamp: world.stamp() };
    again.apply(unsorting.into());
    let breaches = again.check().breaches;
    let is_seen =
        |one: &Breach| matches!(one, Breach::NoteUnbalanced { sorting, .. } if *sorting == gone);
    assert!(breaches.iter().any(is_seen), "{breaches:?}");
}

/// In a finished week no quantity or amount of the chain can be changed unseen, up or down.
#[test]
fn a_changed_number_of_a_finished_week_never_passes() {
    let world = finished();
    for by in [ONE, -ONE] {
        for at in 0..world.facts.len() {
            let mut copy = world.facts[at].clone();
            if !change_number(&mut copy, by) {
                continue;
            }
            let mut again = Week::new(week(), Arc::new(world.register.clone()));
            for (position, fact) in world.facts.iter().enumerate() {
                again.apply(if position == at { copy.clone() } else { fact.clone() });
            }
            let check = again.check();
            let passes = check.is_balanced() && check.is_finished();
            assert!(!passes, "unseen by {by}: {copy:?}");
        }
    }
}

/// `false` where one more or less is no lie: an offer or an order beside the chain.
fn change_number(fact: &mut Fact, by: i64) -> bool {
    match fact {
        Fact::Sourced(plan) => more(&mut plan.allocations[0].quantity, by),
        Fact::Received(receipt) => more(&mut receipt.received, by),
        Fact::Sorted(sorting) => more(&mut sorting.quantity, by),
        Fact::Resolved(outcome) => more(&mut outcome.quantity, by),
        Fact::Delivered(note) => more(&mut note.lines[0].missing, by),
        Fact::Posted(document) => more(&mut document.lines[0].quantity, by),
        Fact::Paid(payout) => moved(&mut payout.amount_with_vat, by),
        Fact::Booked(entry) => moved(&mut entry.lines[0].debit, by),
        _ => return false,
    }
    true
}

/// An order that came in beside the closing, as two programs on one database could write it.
#[test]
fn an_order_behind_the_plan_is_told_as_not_sourced() {
    let world = week_of(&[ORDERED, SOURCED]);
    let day = world.week.plans()[0].day;
    let waits = |week: &Week| -> i64 {
        let open = week.check().open;
        open.iter()
            .map(|item| if let OpenItem::NotSourced { lines, .. } = item { *lines } else { 0 })
            .sum()
    };
    let mut late = world.week.orders()[0].clone();
    assert_eq!((late.day, waits(&world.week)), (day, 0));
    late.id = OrderId(99);
    let mut week = world.week.clone();
    week.apply(late.into());
    assert_eq!(waits(&week), 1);
}
