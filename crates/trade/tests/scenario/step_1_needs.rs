//! Step 1: what buyers will probably want.

use crate::script::check;

#[test]
fn a_need_is_the_mean_of_the_weeks_in_which_the_kitchen_served() {
    check(
        "past 2026-W44 moulin carrot 40
         past 2026-W45 moulin carrot 60
         past 2026-W46 moulin carrot 50
         past 2026-W47 moulin carrot 50
         past 2026-W43 moulin carrot 900
         show needs
         | buyer  | goods  | low | likely | high | from         |
         | moulin | carrot | 40  | 50     | 60   | 4 of 4 weeks |",
    );
}

#[test]
fn a_week_without_order_lowers_the_need_and_a_closed_kitchen_does_not() {
    check(
        "# joffre did not order in W45; all schools were closed in W44
         vacation 2026-10-26 2026-10-30
         past 2026-W46 joffre leek 30
         past 2026-W47 joffre leek 30
         show needs
         | buyer  | goods | low | likely | high | from         |
         | joffre | leek  | 0   | 20     | 30   | 2 of 3 weeks |",
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
         | buyer | goods  | low | likely | high | from         |
         | chu   | carrot | 50  | 50     | 50   | 4 of 4 weeks |
         holiday 2026-11-24
         show needs
         | buyer | goods  | low | likely | high | from         |
         | chu   | carrot | 40  | 40     | 40   | 4 of 4 weeks |",
    );
}

#[test]
fn a_closed_school_needs_nothing_and_a_hospital_does() {
    check(
        "past 2026-W47 moulin carrot 40
         past 2026-W47 chu carrot 40
         vacation mon fri
         show needs
         | buyer | goods  | low | likely | high | from         |
         | chu   | carrot | 0   | 10     | 40   | 1 of 4 weeks |",
    );
}

#[test]
fn without_history_a_need_is_guessed_from_meals_and_grammage() {
    check(
        "# 100 diners, 5 days, one meal in twenty with 100 g of carrot
         show need moulin carrot
         | buyer  | goods  | low | likely | high | from      |
         | moulin | carrot | 0   | 2,5    | 5    | 500 meals |
         show need moulin lamb
         | buyer | goods | low | likely | high | from |",
    );
}
