//! Step 1: what buyers will probably want. The figures were reckoned by hand from the rule: each
//! served week counts nine tenths of the one after it.

use crate::script::check;

#[test]
fn the_latest_weeks_count_most() {
    check(
        "# (50 + 0.9 x 50 + 0.81 x 60 + 0.729 x 40) / (5 + 4.5 + 4.05 + 3.645) a day, five days
         past 2026-W44 moulin carrot 40
         past 2026-W45 moulin carrot 60
         past 2026-W46 moulin carrot 50
         past 2026-W47 moulin carrot 50
         show needs
         | goods  | likely | of whom               |
         | carrot | 50,236 | moulin 50,236 (habit) |",
    );
}

#[test]
fn a_week_without_order_lowers_the_need_and_a_closed_kitchen_does_not() {
    check(
        "# joffre did not order in W45; all schools were closed in W44
         vacation 2026-10-26 2026-10-30
         past 2026-W43 joffre leek 30
         past 2026-W46 joffre leek 30
         past 2026-W47 joffre leek 30
         show needs
         | goods | likely | of whom               |
         | leek  | 22,934 | joffre 22,934 (habit) |",
    );
}

#[test]
fn a_buyer_is_one_from_its_first_order_on() {
    check(
        "past 2026-W40 moulin carrot 50
         past 2026-W47 moulin carrot 50
         past 2026-W47 chu carrot 50
         vacation 2026-10-05 2026-11-13
         show needs
         | goods  | likely | of whom                                |
         | carrot | 100    | chu 50 (habit), moulin 50 (habit) |",
    );
}

#[test]
fn a_past_quantity_is_brought_to_the_service_days_of_the_coming_week() {
    check(
        "# one day of W47 was a holiday: 40 kg in four days is 50 in five; W48 itself has four
         holiday 2026-11-16
         past 2026-W47 chu carrot 40
         past 2026-W46 chu carrot 50
         past 2026-W45 chu carrot 50
         past 2026-W44 chu carrot 50
         show needs
         | goods  | likely | of whom        |
         | carrot | 50     | chu 50 (habit) |
         holiday 2026-11-24
         show needs
         | goods  | likely | of whom        |
         | carrot | 40     | chu 40 (habit) |",
    );
}

#[test]
fn a_closed_school_needs_nothing_and_a_hospital_does() {
    check(
        "past 2026-W47 moulin carrot 40
         past 2026-W47 chu carrot 40
         standing moulin tue leek 10
         menu moulin leek 500
         vacation mon fri
         show needs
         | goods  | likely | of whom        |
         | carrot | 40     | chu 40 (habit) |",
    );
}

#[test]
fn what_goes_out_of_season_leaves_its_place_to_the_rest() {
    check(
        "# squash was to be had in October, carrots are all the year; 60 kg a week
         product squash kg season=000000000100
         past 2026-W43 chu carrot 30
         past 2026-W43 chu squash 30
         past 2026-W44 chu carrot 30
         past 2026-W44 chu squash 30
         past 2026-W45 chu carrot 60
         past 2026-W46 chu carrot 60
         past 2026-W47 chu carrot 60
         show needs
         | goods  | likely | of whom        |
         | carrot | 60     | chu 60 (habit) |",
    );
}

#[test]
fn last_years_same_weeks_bring_back_what_they_had() {
    check(
        "# closed from December to September; three of last year's five weeks had squash: each
         # counts as a week just past, beside its age of 8, 9 and 10 served weeks
         product squash kg
         vacation 2025-12-08 2026-09-25
         past 2025-W47 moulin squash 40
         past 2025-W48 moulin squash 40
         past 2025-W49 moulin squash 40
         past 2026-W40 moulin carrot 40
         past 2026-W41 moulin carrot 40
         past 2026-W42 moulin carrot 40
         past 2026-W43 moulin carrot 40
         past 2026-W44 moulin carrot 40
         past 2026-W45 moulin carrot 40
         past 2026-W46 moulin carrot 40
         past 2026-W47 moulin carrot 40
         show needs
         | goods  | likely | of whom             |
         | carrot | 23,1   | moulin 23,1 (habit) |
         | squash | 16,9   | moulin 16,9 (habit) |",
    );
}

#[test]
fn a_menu_that_comes_back_counts_half() {
    check(
        "# leek but every fourth week, when it is carrot; W48 is such a week
         past 2026-W36 moulin carrot 80
         past 2026-W37 moulin leek 80
         past 2026-W38 moulin leek 80
         past 2026-W39 moulin leek 80
         past 2026-W40 moulin carrot 80
         past 2026-W41 moulin leek 80
         past 2026-W42 moulin leek 80
         past 2026-W43 moulin leek 80
         past 2026-W44 moulin carrot 80
         past 2026-W45 moulin leek 80
         past 2026-W46 moulin leek 80
         past 2026-W47 moulin leek 80
         show needs
         | goods  | likely | of whom                    |
         | carrot | 48,479 | moulin 48,479 (cycle of 4) |
         | leek   | 31,521 | moulin 31,521 (cycle of 4) |",
    );
}

#[test]
fn a_new_kitchen_is_taken_for_one_of_its_kind_by_a_week() {
    check(
        "# moulin buys half and half; joffre has bought leek once, and its kind counts as much
         past 2026-W38 moulin carrot 25, leek 25
         past 2026-W39 moulin carrot 25, leek 25
         past 2026-W40 moulin carrot 25, leek 25
         past 2026-W41 moulin carrot 25, leek 25
         past 2026-W42 moulin carrot 25, leek 25
         past 2026-W43 moulin carrot 25, leek 25
         past 2026-W44 moulin carrot 25, leek 25
         past 2026-W45 moulin carrot 25, leek 25
         past 2026-W46 moulin carrot 25, leek 25
         past 2026-W47 moulin carrot 25, leek 25
         past 2026-W47 joffre leek 50
         show needs
         | goods  | likely | of whom                                      |
         | carrot | 35,393 | joffre 10,836 (habit), moulin 24,557 (habit) |
         | leek   | 64,607 | joffre 39,164 (habit), moulin 25,443 (habit) |",
    );
}

#[test]
fn a_standing_order_is_at_least_what_is_wanted() {
    check(
        "past 2026-W47 moulin carrot 10
         past 2026-W47 chu carrot 40
         standing moulin tue carrot 20
         standing chu tue carrot 20
         show needs
         | goods  | likely | of whom                                |
         | carrot | 60     | chu 40 (habit), moulin 20 (standing) |",
    );
}

#[test]
fn an_announced_menu_takes_the_place_of_a_habit() {
    check(
        "# 400 plates with 100 g of carrot; no leek this week; the weight of a plate of lamb is
         # not known
         past 2026-W47 moulin carrot 10, leek 30
         menu moulin carrot 400
         menu moulin leek 0
         menu chu lamb 50
         show needs
         | goods  | likely | of whom                  |
         | carrot | 40     | moulin 40 (400 servings) |",
    );
}

#[test]
fn the_range_comes_from_past_errors() {
    check(
        "# nothing could be tried yet: half less, half more
         past 2026-W46 chu carrot 50
         past 2026-W47 chu carrot 50
         show ranges
         | goods  | low | likely | high |
         | carrot | 25  | 50     | 75   |
         # always the same: never wrong
         past 2026-W38 chu carrot 50
         past 2026-W39 chu carrot 50
         past 2026-W40 chu carrot 50
         past 2026-W41 chu carrot 50
         past 2026-W42 chu carrot 50
         past 2026-W43 chu carrot 50
         past 2026-W44 chu carrot 50
         past 2026-W45 chu carrot 50
         show ranges
         | goods  | low | likely | high |
         | carrot | 50  | 50     | 50   |",
    );
}
