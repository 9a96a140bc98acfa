//! What must hold of every finished week, counted again from its facts.

use trade::billing::Billed;
use trade::ledger::{Account, balances, party_balance};
use trade::sourcing::PurchaseLine;
use trade::trace::{Record, children, parents, trace};
use trade::unit::{Cents, Qty, amount};

use crate::random_week::Telling;

/// Both balances of a finished week, to the gram and the cent, counted again from the facts.
pub fn assert_balanced(week: &Telling) {
    let story = || week.story.join("\n");
    let check = week.world.week.check();
    assert!(check.is_balanced() && check.open.is_empty(), "{}\n{:?}", story(), check.open);
    let goods = check.goods;
    let sum = |parts: &[Qty]| parts.iter().map(|part| part.get()).sum::<i64>();
    let accepted = goods.received.get() - goods.rejected.get();
    assert_eq!(goods.on_dock, Qty::ZERO, "{}", story());
    assert_eq!(goods.to_deliver, Qty::ZERO, "{}", story());
    assert_eq!(goods.sorted.get(), sum(&[goods.delivered, goods.refused, goods.missing]));
    // Nothing is kept: what was taken in reached a buyer, food aid, its farm or compost, or is
    // missing.
    let ends = [goods.delivered, goods.missing, goods.donated, goods.returned, goods.wasted];
    assert_eq!(accepted, sum(&ends), "{}", story());

    let money = check.money;
    let right =
        money.farm_bills.get() + money.margin.get() - money.donated.get() - money.shrinkage.get()
            + money.rounding.get();
    assert_eq!(money.invoices.get(), right, "{}", story());
    let lines: i64 = week.world.week.documents().iter().map(|one| one.lines.len() as i64).sum();
    assert!(money.rounding.get().abs() <= lines / 2 + 2, "{}", story());
    let entries = week.world.week.entries();
    assert_eq!(balances(entries).values().map(|sum| sum.get()).sum::<i64>(), 0);
    for farm in week.world.register.producers.keys() {
        assert_eq!(party_balance(entries, Account::Producers, farm.0), Cents::ZERO, "{farm}");
    }
    assert_farms_are_paid_what_was_kept(week);
    assert_nothing_is_sold_twice(week);
    assert_nobody_gets_more_than_ordered(week);
}

/// Only the scale may give more than was ordered.
fn assert_nobody_gets_more_than_ordered(week: &Telling) {
    let facts = &week.world.week;
    for order in facts.orders() {
        for line in order.lines.iter().filter(|line| !line.pack.weighed) {
            let id = order.line_id(line.rank);
            assert!(facts.sorted_for(id) <= facts.ordered(id), "{id}\n{}", week.story.join("\n"));
        }
    }
}

/// Per purchase line: received, less rejected, less returned, at the price of the purchase.
fn assert_farms_are_paid_what_was_kept(week: &Telling) {
    let facts = &week.world.week;
    let billed = |purchase: &PurchaseLine| -> i64 {
        let lines = facts.documents().iter().flat_map(|document| &document.lines);
        let own = lines.filter(|line| line.billed == Billed::Purchase(purchase.id));
        own.map(|line| line.net.get()).sum()
    };
    for purchase in facts.purchase_lines() {
        let receipts = facts.receipts_of(purchase.id);
        let accepted: i64 = receipts.map(|one| one.accepted().get()).sum();
        let kept = Qty::new(accepted - facts.returned_of(purchase.id).get());
        assert_eq!(billed(purchase), amount(kept, purchase.price).get(), "{purchase:?}");
    }
}

/// Sold of all lines together, never more than what farms had offered that day.
fn assert_nothing_is_sold_twice(week: &Telling) {
    let facts = &week.world.week;
    for offer in facts.current_offers() {
        let key = (offer.product, offer.labels, offer.day);
        let offers = facts.current_offers().filter(|o| (o.product, o.labels, o.day) == key);
        let offered: i64 = offers.map(|one| one.quantity.get()).sum();
        let mut sold = 0;
        let listed = |order: &&trade::orders::Order| {
            order.day == key.2 && order.channel != trade::orders::Channel::Surplus
        };
        for order in facts.orders().iter().filter(listed) {
            let own =
                order.lines.iter().filter(|line| (line.product, line.labels) == (key.0, key.1));
            sold += own.map(|line| facts.ordered(order.line_id(line.rank)).get()).sum::<i64>();
        }
        assert!(sold <= offered, "{sold} of {offered} {key:?}\n{}", week.story.join("\n"));
    }
}

/// Each record knows where it comes from and what came of it, both ways.
pub fn assert_traced(week: &Telling) {
    let facts = &week.world.week;
    let mut records: Vec<Record> = Vec::new();
    records.extend(facts.purchase_lines().iter().map(|one| Record::Purchase(one.id)));
    records.extend(facts.valid_receipts().map(|one| Record::Receipt(one.id)));
    records.extend(facts.valid_sortings().map(|one| Record::Sorting(one.id)));
    records.extend(facts.outcomes().iter().map(|one| Record::Outcome(one.id)));
    records.extend(facts.documents().iter().map(|one| Record::Document(one.id)));
    records.extend(facts.payouts().iter().map(|one| Record::Payout(one.id)));
    for &record in &records {
        let way = trace(facts, record);
        let has = |wanted: fn(&Record) -> bool| way.origins.iter().any(wanted);
        assert!(has(|one| matches!(one, Record::Offer(_))), "{record:?} of no farm");
        assert!(has(|one| matches!(one, Record::OrderLine(_))), "{record:?} for nobody");
        for child in children(facts, record) {
            assert!(parents(facts, child).contains(&record), "{child:?} forgot {record:?}");
        }
        for parent in parents(facts, record) {
            let of_line = matches!(parent, Record::Line(_) | Record::Offer(_));
            assert!(of_line || children(facts, parent).contains(&record), "{parent:?}");
        }
    }
    for sorting in facts.valid_sortings() {
        let way = trace(facts, Record::Sorting(sorting.id));
        let lot = Record::Receipt(sorting.receipt);
        assert!(way.origins.contains(&lot), "{sorting:?} without its lot");
        let is_delivered =
            facts.note_line(sorting.id).is_ok_and(|line| !line.delivered().is_zero());
        let invoiced = way.outcomes.iter().any(|one| matches!(one, Record::Document(_)));
        assert!(!is_delivered || invoiced, "{sorting:?} without an invoice");
    }
}

pub fn assert_impact(week: &Telling) {
    let impact = trade::impact::of_week(&week.world.week).expect("all is known");
    let money = week.world.week.check().money;
    let lines: i64 = week.world.week.documents().iter().map(|one| one.lines.len() as i64).sum();
    // Farm income is rounded per purchase line, as on the bills; sales per lot, not per line.
    assert_eq!(impact.farm_income, money.farm_bills);
    let lots = week.world.week.valid_sortings().count() as i64;
    assert!(
        (impact.sales.get() + money.credited.get() - money.invoices.get()).abs() <= lots + lines
    );
}
