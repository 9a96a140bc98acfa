//! Step 9: the figures of the week, and the way of every kilo.

use crate::script::check;

const WEEK: &str = "
    certificate vidourle organic
    quote carrot 1,00
    product leek kg pack=5 season=110000000000
    offer garrigues carrot tue 100 at 1,20
    offer vidourle  leek+organic tue 50 at 1,50
    publish
    order moulin  tue: carrot 60, leek+organic 30
    order secours tue: carrot 20
    close tue
    plan tue
    receive p1 80 reject=10 for=marking lot=CA
    receive p2 30 lot=PO
    sort tue
    round tue: kangoo moulin 12000, secours 3000 back 9000
    deliver moulin tue: 1.1 refuse=10 miss=2 because=soft
    deliver secours tue
    resolve n1/s1 6 donated to=secours because=soft
    resolve n1/s1 4 returned because=soft
    invoice moulin
    invoice secours
    bill garrigues
    bill vidourle
    shrinkage
    pay 3
";

#[test]
fn the_week_is_counted_from_what_was_delivered_and_paid() {
    // Sorted of 70 kg: moulin 50 and secours 20. Delivered: 38 + 20 carrots, 30 leeks.
    check(&format!(
        "{WEEK}
         show impact
         | ordered kg    | 110     |
         | delivered kg  | 88      |
         | sales         | 152,80  |
         | farm income   | 124,20  |
         | gain          | 20%     |
         | food aid kg   | 26      |
         | donated kg    | 6       |
         | in season     | 92,80   |
         | all year      | 92,80   |
         | refused kg    | 0       |
         | buyers        | 2       |
         | km            | 24      |
         | km per tonne  | 272,727 |
         | share organic | 39,27%  |
         | share none    | 60,73%  |
         | lost marking  | 10      |
         | lost missing  | 2       |
         | lost returned | 4       |
         | farm garrigues | 79,20  |
         | farm vidourle  | 45,00  |"
    ));
}

/// What a buyer turned away is counted until somebody has decided what becomes of it.
#[test]
fn what_is_refused_is_told_until_it_is_decided() {
    let (until_delivered, _) = WEEK.split_once("resolve").expect("a decision");
    check(&format!(
        "{until_delivered}
         show impact
         | ordered kg    | 110     |
         | delivered kg  | 88      |
         | sales         | 152,80  |
         | farm income   | 129,00  |
         | gain          | 20%     |
         | food aid kg   | 20      |
         | donated kg    | 0       |
         | in season     | 92,80   |
         | all year      | 92,80   |
         | refused kg    | 10      |
         | buyers        | 2       |
         | km            | 24      |
         | km per tonne  | 272,727 |
         | share organic | 39,27%  |
         | share none    | 60,73%  |
         | lost marking  | 10      |
         | lost missing  | 2       |
         | farm garrigues | 84,00  |
         | farm vidourle  | 45,00  |"
    ));
}

#[test]
fn an_order_line_is_followed_to_its_lot_its_farm_and_its_papers_and_no_others() {
    check(&format!(
        "{WEEK}
         show trace 1.1
         | from   | offer 1 of garrigues     |
         | from   | list line 1              |
         | became | purchase p1 of garrigues |
         | became | lot CA                   |
         | became | sorting s1 for 1.1       |
         | became | outcome x1               |
         | became | outcome x2               |
         | became | F2026-000001             |
         | became | AF-garrigues-2026-000001 |
         | became | payout y1                |"
    ));
}

#[test]
fn an_invoice_is_followed_back_to_its_own_order_lines_and_their_lots() {
    check(&format!(
        "{WEEK}
         show trace d2
         | from | offer 1 of garrigues     |
         | from | list line 1              |
         | from | order line 2.1 of secours |
         | from | purchase p1 of garrigues |
         | from | lot CA                   |
         | from | sorting s2 for 2.1       |"
    ));
}

#[test]
fn a_lot_is_followed_to_all_who_had_some_of_it() {
    check(&format!(
        "{WEEK}
         show trace r1
         | from   | offer 1 of garrigues      |
         | from   | list line 1               |
         | from   | order line 1.1 of moulin  |
         | from   | order line 2.1 of secours |
         | from   | purchase p1 of garrigues  |
         | became | sorting s1 for 1.1        |
         | became | sorting s2 for 2.1        |
         | became | outcome x1                |
         | became | outcome x2                |
         | became | F2026-000001              |
         | became | F2026-000002              |
         | became | AF-garrigues-2026-000001  |
         | became | payout y1                 |"
    ));
}
