//! Step 5: which farm brings what was sold.

use crate::script::check;

#[test]
fn what_is_purchased_is_exactly_what_was_sold() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 20
         close tue
         plan tue: 1.1 garrigues 30, 1.1 vidourle 10, 2.1 vidourle 20 -> 60 bought, 0 short
         show purchases
         | purchase | farm      | day | goods  | bought | confirmed | pays |
         | p1       | garrigues | tue | carrot | 30     | 30        | 1,20 |
         | p2       | vidourle  | tue | carrot | 30     | 30        | 1,20 |
         show allocations
         | order line | purchase | farm      | quantity |
         | 1.1        | p1       | garrigues | 30       |
         | 1.1        | p2       | vidourle  | 10       |
         | 2.1        | p2       | vidourle  | 20       |
         plan tue -> refused: plan empty, day tue",
    );
}

#[test]
fn a_day_is_sourced_when_it_is_closed() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         plan tue -> refused: day still open, day tue",
    );
}

#[test]
fn a_plan_serves_no_more_than_was_sold_nor_draws_more_than_was_offered() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         offer garrigues leek   tue 50 at 1,20
         offer garrigues carrot thu 50 at 1,20
         publish
         order moulin tue: carrot 60
         close tue
         plan tue: 1.1 garrigues 40, 1.1 vidourle 30
           -> refused: plan over serves, line 1.1, wanted 60, given 70
         plan tue: 1.1 garrigues 50 -> refused: plan overdraws, offer 1, left 40, taken 50
         plan tue: 1.1 garrigues -10 -> refused: quantity not positive, quantity -10
         plan tue: 2.1 o1 10 -> refused: unknown order line, line 2.1
         # leeks, and carrots of another day, cannot serve an order of carrots
         plan tue: 1.1 o3 10 -> refused: plan mismatch, line 1.1, offer 3
         plan tue: 1.1 o4 10 -> refused: plan mismatch, line 1.1, offer 4
         plan tue: 1.1 o9 10 -> refused: unknown offer, offer 9
         plan tue: 1.1 garrigues 40, 1.1 vidourle 20 -> 60 bought, 0 short",
    );
}

#[test]
fn a_dear_farm_serves_its_own_line_only() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer aubrac    carrot tue 40 at 1,50
         publish
         order moulin tue: carrot/aubrac 20, carrot 20
         close tue
         plan tue: 1.2 aubrac 20 -> refused: plan mismatch, line 1.2, offer 2
         plan tue: 1.1 garrigues 20 -> refused: plan mismatch, line 1.1, offer 1
         plan tue: 1.1 aubrac 20, 1.2 garrigues 20 -> 40 bought, 0 short
         show purchases
         | purchase | farm      | day | goods  | bought | confirmed | pays |
         | p1       | aubrac    | tue | carrot | 20     | 20        | 1,50 |
         | p2       | garrigues | tue | carrot | 20     | 20        | 1,20 |",
    );
}

#[test]
fn all_farms_of_a_pool_are_paid_the_price_of_the_pool() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,25
         publish
         order moulin tue: carrot 80
         close tue
         plan tue
         show purchases
         | purchase | farm      | day | goods  | bought | confirmed | pays |
         | p1       | garrigues | tue | carrot | 40     | 40        | 1,25 |
         | p2       | vidourle  | tue | carrot | 40     | 40        | 1,25 |",
    );
}

#[test]
fn what_a_farm_cannot_bring_is_planned_again_with_others() {
    check(
        "offer garrigues carrot tue 60 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         publish
         order moulin tue: carrot 20
         order joffre tue: carrot 20
         close tue
         plan tue: 1.1 garrigues 20, 2.1 garrigues 20
         confirm p1 50 -> refused: confirmed above asked, asked 40, confirmed 50
         confirm p1 -1 -> refused: quantity not positive, quantity -1
         confirm p1 25 -> ok
         # 25 is two packs: one for each, and a farm that reduced has nothing more
         show wants tue
         | line | goods  | wants | pays | promised |
         | 1.1  | carrot | 10    | 1,20 | no       |
         | 2.1  | carrot | 10    | 1,20 | no       |
         show supplies tue
         | offer | farm     | goods  | left |
         | 2     | vidourle | carrot | 50   |
         plan tue -> 20 bought, 0 short
         # it was promised to another farm since
         confirm p1 40 -> refused: confirmed above asked, asked 25, confirmed 40
         confirm p1 28 -> ok",
    );
}

#[test]
fn a_line_comes_to_no_more_farms_when_it_is_planned_again() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         publish
         order moulin tue: carrot 60
         order joffre tue: carrot 10
         close tue
         show farms tue
         | order line | wanted | farms |
         | 1.1        | 60     | 2     |
         | 2.1        | 10     | 2     |
         plan tue: 1.1 garrigues 40, 1.1 vidourle 20, 2.1 vidourle 10
         confirm p2 20 shared 1.1 10, 2.1 10
         # both farms still bring some of the first line: one may come to it, be it a third
         show farms tue
         | order line | wanted | farms |
         | 1.1        | 10     | 1     |
         # who brings none any more is no farm of the line
         confirm p2 0
         show farms tue
         | order line | wanted | farms |
         | 1.1        | 20     | 1     |
         | 2.1        | 10     | 2     |",
    );
}

#[test]
fn the_season_counts_what_farms_confirmed_of_this_week_too() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         offer garrigues carrot thu 30 at 1,20
         publish
         order moulin tue: carrot 60
         order moulin thu: carrot 10
         close tue
         close thu
         # of the day itself only what is gone is in the season: the rest is still on offer
         show season tue
         | farm      | product | offered | bought | worth |
         | garrigues | carrot  | 30      | 0      | 0,00  |
         plan tue: 1.1 garrigues 40, 1.1 vidourle 20
         confirm p1 25
         show season thu
         | farm      | product | offered | bought | worth |
         | garrigues | carrot  | 40      | 25     | 30,00 |
         | vidourle  | carrot  | 50      | 20     | 24,00 |",
    );
}

#[test]
fn a_farm_may_find_more_again_while_nobody_else_was_asked() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         confirm p1 10 -> ok
         plan tue -> 0 bought, 30 short
         confirm p1 40 -> ok
         show wants tue
         | line | goods | wants | pays | promised |
         receive p1 40
         confirm p1 30 -> refused: already received, line 1
         confirm p2 30 -> refused: unknown purchase line, line 2",
    );
}

#[test]
fn contracts_and_standing_orders_are_promised() {
    check(
        "contract bpu of=moulin : carrot 1,45
         standing joffre tue carrot 20
         offer garrigues carrot tue 100 at 1,20
         publish
         take standing
         order moulin tue: carrot 10
         order chu tue: carrot 10
         close tue
         show wants tue
         | line | goods  | wants | pays | promised |
         | 1.1  | carrot | 20    | 1,20 | yes      |
         | 2.1  | carrot | 10    | 1,20 | yes      |
         | 3.1  | carrot | 10    | 1,20 | no       |",
    );
}

#[test]
fn a_farm_that_adds_after_publication_can_help_out() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 10 at 1,20
         publish
         order moulin tue: carrot 50
         close tue
         plan tue
         confirm p1 20
         offer vidourle  carrot tue 40 at 1,20 -> offer 3
         show supplies tue
         | offer | farm     | goods  | left |
         | 3     | vidourle | carrot | 30   |
         plan tue -> 20 bought, 0 short",
    );
}
