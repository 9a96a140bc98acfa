//! Who gets how much of too little: one table per rule.

use trade::catalog::{Pack, SaleUnit};
use trade::sourcing::shortage::{Claimant, ShortagePolicy, is_short, shares};
use trade::unit::{Price, Qty};

/// `wanted price`, with `!` for a promise, in kilos and euros; crates of ten kilos.
fn split(total: i64, claimants: &str, policy: ShortagePolicy) -> Vec<i64> {
    let read = |row: &str| {
        let is_promised = row.contains('!');
        let row = row.replace('!', "");
        let mut numbers = row.split_whitespace().map(|n| n.parse::<i64>().expect("a number"));
        let wanted = Qty::new(numbers.next().expect("a quantity") * 1_000);
        let price = Price::new(numbers.next().expect("a price") * 10_000);
        Claimant { wanted, price, is_promised }
    };
    let claimants: Vec<Claimant> = claimants.split(',').map(read).collect();
    let parts = shares(Qty::new(total * 1_000), &claimants, Qty::new(10_000), policy);
    parts.into_iter().map(|part| part.get() / 1_000).collect()
}

#[test]
fn each_rule_shares_in_whole_crates() {
    use ShortagePolicy::{EqualMoney, FirstCome, Priority, Proportional};
    let buyers = "60 1, 30 2, 30 1 !";
    assert_eq!(split(65, buyers, Proportional), [30, 20, 10]);
    assert_eq!(split(65, buyers, Priority), [20, 10, 30]);
    assert_eq!(split(65, buyers, FirstCome), [60, 0, 0]);
    // Everybody gives up twenty euros, and the last to order the odd crate.
    assert_eq!(split(65, buyers, EqualMoney), [40, 20, 0]);
    assert_eq!(split(120, buyers, EqualMoney), [60, 30, 30]);
    assert_eq!(split(5, buyers, FirstCome), [0, 0, 0]);
}

#[test]
fn a_rule_gives_all_that_there_is_and_nobody_more_than_wanted() {
    for total in 0..16 {
        for policy in ShortagePolicy::ALL {
            let parts = split(total * 10, "60 1, 30 2, 30 3 !, 10 7", policy);
            assert_eq!(parts.iter().sum::<i64>(), (total * 10).min(130), "{policy:?} {parts:?}");
            assert!(parts.iter().zip([60, 30, 30, 10]).all(|(part, most)| *part <= most));
        }
    }
}

#[test]
fn a_light_crate_is_no_shortage_and_a_missing_one_is() {
    let crates = Pack { size: Qty::new(10_000), weighed: true };
    let short =
        |gets: i64, wanted: i64, unit| is_short(Qty::new(gets), Qty::new(wanted), crates, unit);
    assert!(!short(29_200, 30_000, SaleUnit::Kilo));
    assert!(short(29_000, 30_000, SaleUnit::Kilo));
    // Three parts of a hundred, and not a gram more.
    assert!(!short(29_100, 30_000, SaleUnit::Kilo));
    assert!(short(29_099, 30_000, SaleUnit::Kilo));
    // Half a crate is missed however much was ordered.
    assert!(short(394_000, 400_000, SaleUnit::Kilo));
    assert!(short(29_000, 30_000, SaleUnit::Piece));
}
