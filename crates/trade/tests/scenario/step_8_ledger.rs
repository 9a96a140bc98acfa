//! What an account comes to, movement by movement and over the turn of a year.

use trade::calendar::Day;
use trade::ledger::{Account, Movement, opening, running};
use trade::unit::Cents;

fn movement(row: &str) -> Movement {
    let words: Vec<&str> = row.split_whitespace().collect();
    let cents = |word: &str| Cents::new(word.parse().expect("cents"));
    Movement { day: day(words[0]), debit: cents(words[1]), credit: cents(words[2]) }
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

const ROWS: [&str; 4] =
    ["2025-12-30 1000 0", "2026-01-02 0 400", "2026-11-10 250 0", "2026-11-30 0 50"];

fn movements() -> Vec<Movement> {
    ROWS.map(movement).to_vec()
}

#[test]
fn debts_are_carried_over_the_year_and_sales_begin_anew() {
    let at = |account, text| opening(account, day(text), &movements()).get();
    assert_eq!(at(Account::Buyers, "2026-01-01"), 1_000);
    assert_eq!(at(Account::Buyers, "2026-11-30"), 850);
    assert_eq!(at(Account::Sales, "2026-01-01"), 0);
    assert_eq!(at(Account::Sales, "2026-11-30"), -150);
    assert_eq!(at(Account::Purchases, "2026-12-01"), -200);
}

#[test]
fn each_movement_says_what_the_account_then_comes_to() {
    let left: Vec<i64> =
        running(Cents::new(-100), &movements()).into_iter().map(Cents::get).collect();
    assert_eq!(left, [900, 500, 750, 700]);
    assert_eq!(running(Cents::new(5), &[]), []);
}
