//! Numbers, days and names: the laws that all steps stand on.

use proptest::prelude::*;
use trade::calendar::{Day, IsoWeek, Weekday};
use trade::id::{BadCode, CODE_MAX, Code};
use trade::unit::{Cents, Price, Qty, Rate, amount, rate_between, rate_of, round_div, share};

use crate::words::{cents, price, qty, rate};

#[test]
fn rounding_is_half_away_from_zero() {
    let cases = [(5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0)];
    let odd = [(1, 3, 0), (2, 3, 1), (-1, 3, 0), (-2, 3, -1), (7, -2, -4), (-7, -2, 4)];
    for (value, divisor, expected) in cases.into_iter().chain(odd) {
        assert_eq!(round_div(value, divisor), expected, "{value} / {divisor}");
    }
}

#[test]
#[should_panic(expected = "division by zero")]
fn nothing_is_divided_by_zero() {
    round_div(1, 0);
}

#[test]
fn an_amount_is_rounded_once_to_the_cent() {
    for (quantity, unit_price, expected) in [
        ("57,6", "1,60", "92,16"),
        ("0,001", "5,00", "0,01"),
        ("0,001", "4,99", "0,00"),
        ("1,5", "0,01", "0,02"),
        ("-1,5", "0,01", "-0,02"),
        ("3", "1,5833", "4,75"),
    ] {
        assert_eq!(amount(qty(quantity), price(unit_price)), cents(expected), "{quantity}");
    }
}

#[test]
fn vat_of_a_group_is_rounded_once() {
    assert_eq!(rate_of(cents("10,00"), rate("5,5%")), cents("0,55"));
    assert_eq!(rate_of(cents("0,09"), rate("5,5%")), cents("0,00"));
    assert_eq!(rate_of(cents("0,10"), rate("5,5%")), cents("0,01"));
    assert_eq!(rate_of(cents("-0,10"), rate("5,5%")), cents("-0,01"));
    assert_eq!(rate_between(1, 3), Some(rate("33,33%")));
    assert_eq!(rate_between(1, 0), None);
}

#[test]
fn shares_go_in_whole_packs_and_odd_packs_to_the_largest_remainder() {
    let shared = |total: &str, weights: &[&str], step: &str| -> Vec<Qty> {
        let weights: Vec<Qty> = weights.iter().map(|weight| qty(weight)).collect();
        share(qty(total), &weights, qty(step))
    };
    let packs = |quantities: &[&str]| quantities.iter().map(|one| qty(one)).collect::<Vec<_>>();
    assert_eq!(shared("50", &["60", "30", "10"], "10"), packs(&["30", "20", "0"]));
    assert_eq!(shared("35", &["20", "20"], "10"), packs(&["20", "10"]));
    assert_eq!(shared("100", &["20", "20"], "10"), packs(&["20", "20"]));
    assert_eq!(shared("0", &["20", "20"], "10"), packs(&["0", "0"]));
    assert_eq!(shared("10", &["0", "0"], "10"), packs(&["0", "0"]));
    assert_eq!(shared("7", &["5", "5"], "10"), packs(&["5", "0"]));
}

#[test]
fn long_years_have_a_week_53_and_the_thursday_decides_the_year() {
    assert!(IsoWeek::new(2026, 53).is_some());
    assert!(IsoWeek::new(2025, 53).is_none());
    assert!(IsoWeek::new(2026, 0).is_none());
    for (text, week) in [
        ("2026-01-01", "2026-W01"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
        ("2024-12-30", "2025-W01"),
        ("2021-01-01", "2020-W53"),
    ] {
        assert_eq!(Day::parse(text).expect(text).week().to_string(), week, "{text}");
    }
}

#[test]
fn a_week_is_read_in_the_four_ways_people_write_it() {
    let week = IsoWeek::new(2026, 48);
    for text in ["2026-W48", "2026-48", "202648", "2026W48", " 2026-S48 "] {
        assert_eq!(IsoWeek::parse(text), week, "{text}");
    }
    for text in ["2026-W54", "2025-W53", "48", "2026-W480", "W48 de 2026", ""] {
        assert_eq!(IsoWeek::parse(text), None, "{text}");
    }
}

#[test]
fn there_is_no_thirtieth_of_february() {
    for text in ["2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-04-31", "2026-11"] {
        assert_eq!(Day::parse(text), None, "{text}");
    }
    assert!(Day::parse("2028-02-29").is_some());
    assert_eq!(Day::from_number(20_260_230), None);
    assert_eq!(Day::parse("2026-11-24").map(Day::weekday), Some(Weekday::Tuesday));
}

#[test]
fn a_code_is_short_and_can_be_read_aloud() {
    assert_eq!(Code::parse(" garrigues ").map(|code| code.to_string()), Ok("garrigues".into()));
    assert_eq!(Code::parse("  "), Err(BadCode::Empty));
    assert_eq!(Code::parse("mas des"), Err(BadCode::BadCharacter(' ')));
    assert_eq!(Code::parse("lycée"), Err(BadCode::BadCharacter('é')));
    let long = "a".repeat(CODE_MAX + 1);
    let too_long = BadCode::TooLong { length: CODE_MAX + 1, max: CODE_MAX };
    assert_eq!(Code::parse(&long), Err(too_long));
    assert!(Code::parse(&long[1..]).is_ok());
}

proptest! {
    /// Rounded times divisor is never more than half a divisor away, and the sign changes nothing.
    #[test]
    fn rounding_is_nearest_and_symmetric(
        value in -1_i64 << 40..1_i64 << 40,
        divisor in 1_i64..1 << 20,
    ) {
        let rounded = i128::from(round_div(value.into(), divisor.into()));
        let distance = (rounded * i128::from(divisor) - i128::from(value)).abs() * 2;
        prop_assert!(distance <= i128::from(divisor));
        prop_assert_eq!(i128::from(round_div((-value).into(), divisor.into())), -rounded);
        let is_half = distance == i128::from(divisor);
        prop_assert!(!is_half || rounded.abs() * i128::from(divisor) > i128::from(value).abs());
    }

    /// A thousand tonnes at ten thousand euros still fit; more quantity never costs less.
    #[test]
    fn amounts_stay_in_range_and_grow(
        quantity in 0_i64..=1_000_000_000,
        more in 0_i64..=1_000_000,
        unit_price in 0_i64..=100_000_000,
    ) {
        let cost = |quantity| amount(Qty::new(quantity), Price::new(unit_price));
        let exact = i128::from(quantity) * i128::from(unit_price);
        let distance = (i128::from(cost(quantity).get()) * 100_000 - exact).abs();
        prop_assert!(distance <= 50_000);
        prop_assert!(cost(quantity + more) >= cost(quantity));
        let vat = rate_of(cost(quantity), Rate::new(2_000));
        prop_assert!(vat >= Cents::ZERO && vat <= cost(quantity));
    }

    /// Shares: whole steps (or all that was wanted), none above its weight, the sum at most the
    /// total and short of it by less than a step for each, and more for who wants more.
    #[test]
    fn shares_are_fair(
        total in 0_i64..2_000,
        weights in prop::collection::vec(0_i64..60, 1..9),
        step in 1_i64..12,
    ) {
        let weights: Vec<i64> = weights.into_iter().map(|weight| weight * step).collect();
        let asked: Vec<Qty> = weights.iter().map(|&weight| Qty::new(weight)).collect();
        let shares: Vec<i64> =
            share(Qty::new(total), &asked, Qty::new(step)).into_iter().map(Qty::get).collect();
        let (wanted, given): (i64, i64) = (weights.iter().sum(), shares.iter().sum());
        let possible = total.min(wanted);
        prop_assert_eq!(given, possible - possible % step);
        for (at, &part) in shares.iter().enumerate() {
            prop_assert!(part >= 0 && part <= weights[at] && part % step == 0);
            // Compared with the exact part, times what was wanted: no fraction is lost.
            let distance = (part * wanted - weights[at] * possible).abs();
            prop_assert!(distance <= (step + 1) * wanted, "{part} of {total} for {weights:?}");
        }
    }

    #[test]
    fn days_and_weeks_come_back_from_their_numbers_and_names(days in -700_000_i32..2_900_000) {
        let day = Day::from_days(days);
        let (year, month, of_month) = day.ymd();
        prop_assert_eq!(Day::from_ymd(year, month, of_month), Some(day));
        prop_assert_eq!(day.week().day(day.weekday()), day);
        prop_assert!(day.week().monday() <= day && day < day.week().next().monday());
        prop_assert_eq!(day.week().next().previous(), day.week());
        if (1..=9_998).contains(&year) {
            prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            prop_assert_eq!(Day::from_number(day.number()), Some(day));
        }
        let week = day.week();
        if (1..=9_998).contains(&week.year()) {
            prop_assert_eq!(IsoWeek::new(week.year(), week.week()), Some(week));
            prop_assert_eq!(IsoWeek::parse(&week.to_string()), Some(week));
            prop_assert_eq!(IsoWeek::from_number(week.number()), Some(week));
        }
    }
}
