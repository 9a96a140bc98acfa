//! Few farms a line today, fair shares over the season.

#[allow(dead_code)]
mod support;

use proptest::prelude::*;
use support::{empty_task, producer, product, supply, want};
use trade::catalog::Pack;
use trade::sourcing::{SeasonRow, SourcingTask};
use trade::unit::{Cents, Price, Qty, Rate};

use plan::sourcing::by_aims;
use plan::verify::sourcing as verify;

const CRATES: Pack = Pack { size: Qty::new(10_000), weighed: false };
const LOOSE: Pack = Pack { size: Qty::new(10_000), weighed: true };
const FARMS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// One day: what each buyer wants and each farm has, in kilos.
fn day(pack: Pack, wants: &[i64], stocks: &[i64]) -> SourcingTask {
    let mut task = empty_task();
    for (at, kilos) in wants.iter().enumerate() {
        task.wants.push(want(at as i64 + 1, 1, pack, kilos * 1_000, false));
    }
    for (at, kilos) in stocks.iter().enumerate() {
        task.supplies.push(supply(at as i64 + 1, FARMS[at], 1, kilos * 1_000));
    }
    task
}

/// `buyer: farm kilos, farm kilos` for each buyer that is served.
fn shown(task: &SourcingTask) -> Vec<String> {
    let plan = by_aims(task);
    assert_eq!(verify(task, &plan), []);
    let mut rows: Vec<String> = Vec::new();
    for one in &plan.allotments {
        let farm = FARMS[one.offer.0 as usize - 1];
        let part = format!("{farm} {}", one.quantity.get() / 1_000);
        let buyer = format!("{}: ", one.order_line.order);
        match rows.last_mut().filter(|row| row.starts_with(&buyer)) {
            Some(row) => *row += &format!(", {part}"),
            None => rows.push(buyer + &part),
        }
    }
    rows
}

#[test]
fn a_few_kilos_come_from_one_farm() {
    assert_eq!(shown(&day(LOOSE, &[3], &[40, 40, 40, 40])), ["1: a 3"]);
    assert_eq!(shown(&day(LOOSE, &[23], &[40, 40, 40, 40])), ["1: a 10, b 13"]);
}

#[test]
fn less_than_a_crate_beyond_its_part_does_not_bring_in_another_farm() {
    assert_eq!(shown(&day(LOOSE, &[12, 12], &[40, 40])), ["1: a 12", "2: b 12"]);
}

#[test]
fn a_large_order_comes_from_two_farms_where_two_are_enough() {
    assert_eq!(shown(&day(CRATES, &[120], &[80, 80, 80, 80])), ["1: a 60, b 60"]);
    assert_eq!(shown(&day(CRATES, &[120], &[20, 100, 30, 10])), ["1: b 90, c 30"]);
    assert_eq!(shown(&day(CRATES, &[120], &[50, 50, 50])), ["1: a 40, b 40, c 40"]);
}

#[test]
fn buyers_are_laid_out_so_that_farms_keep_their_parts() {
    let rows = shown(&day(CRATES, &[40, 20, 20, 20, 20], &[80, 80, 80]));
    assert_eq!(rows, ["1: a 40", "2: b 20", "3: b 20", "4: c 20", "5: c 20"]);
}

#[test]
fn farms_without_agreement_divide_what_agreements_leave() {
    let mut task = day(CRATES, &[100, 50, 30, 20], &[200, 200, 200]);
    task.agreed_shares.insert(producer("b"), Rate::new(5_000));
    assert_eq!(shown(&task), ["1: b 100", "2: a 50", "3: c 30", "4: c 20"]);
}

#[test]
fn a_dearer_crate_leaves_its_farm_no_further_ahead() {
    // Both have sold 100 kg of other goods; one of them under a label, at twice the price.
    let mut task = day(CRATES, &[20, 20], &[80, 80]);
    for (farm, cents) in [("a", 20_000), ("b", 10_000)] {
        let hundred = Qty::new(100_000);
        let row = SeasonRow { offered: hundred, purchased: hundred, value: Cents::new(cents) };
        task.season.insert((producer(farm), product("p2")), row);
    }
    assert_eq!(shown(&task), ["1: a 20", "2: b 20"]);
}

#[test]
fn a_line_that_pays_less_is_served_before_one_that_can_pay_the_dear_farm() {
    let mut task = day(CRATES, &[50, 50], &[50, 50]);
    task.supplies[1].price = Price::new(12_000);
    task.wants[0].cost = Price::new(12_000);
    task.wants[1].line = trade::id::LineId(2);
    assert_eq!(shown(&task), ["1: b 50", "2: a 50"]);
}

/// Forty weeks in which farms offer the same and one small order comes each week.
#[test]
fn a_season_of_small_orders_comes_out_fair() {
    let mut season = empty_task().season;
    for week in 0..40 {
        let mut task = day(CRATES, &[10 + week % 3 * 10], &[60, 60, 60, 60]);
        task.season = season.clone();
        for one in by_aims(&task).allotments {
            let farm = producer(FARMS[one.offer.0 as usize - 1]);
            let row = season.entry((farm, product("p1"))).or_default();
            row.purchased = Qty::new(row.purchased.get() + one.quantity.get());
            row.value = Cents::new(row.value.get() + one.quantity.get() / 10);
        }
        for farm in &FARMS[..4] {
            let row = season.entry((producer(farm), product("p1"))).or_default();
            row.offered = Qty::new(row.offered.get() + 60_000);
        }
    }
    let crates: Vec<i64> = season.values().map(|row| row.purchased.get() / 10_000).collect();
    let all: i64 = crates.iter().sum();
    assert_eq!(crates.len(), 4);
    assert!(crates.iter().all(|own| (own * 4 - all).abs() <= 8), "{crates:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_buyer_has_two_farms_at_most_where_two_are_enough(
        wanted in 1..40_i64,
        stocks in prop::collection::vec(0..30_i64, 1..6),
        is_weighed in any::<bool>(),
    ) {
        let kilos: Vec<i64> = stocks.iter().map(|packs| packs * 10).collect();
        let task = day(if is_weighed { LOOSE } else { CRATES }, &[wanted * 10], &kilos);
        let mut sorted = stocks.clone();
        sorted.sort_by_key(|packs| -packs);
        let plan = by_aims(&task);
        if sorted.iter().take(2).sum::<i64>() >= wanted {
            prop_assert!(plan.allotments.len() <= 2, "{:?}", plan.allotments);
        }
        let given: i64 = plan.allotments.iter().map(|one| one.quantity.get()).sum();
        prop_assert_eq!(given, wanted.min(stocks.iter().sum()) * 10_000);
    }
}
