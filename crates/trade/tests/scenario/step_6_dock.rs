//! Step 6: what arrives is weighed, judged and sorted, and nothing stays on the dock.

use crate::script::check;

#[test]
fn a_lot_is_the_farms_own_or_issued_from_day_farm_and_goods() {
    check(
        "certificate vidourle organic
         offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot+organic tue 50 at 1,50
         publish
         order moulin tue: carrot 40, carrot+organic 50
         close tue
         plan tue
         receive p1 40 lot=MG-117 -> r1 lot MG-117
         receive p2 50 -> r2 lot L20261124-vidourle-carrot-bio",
    );
}

#[test]
fn a_receipt_may_be_short_but_over_only_by_the_tolerance_of_goods_sold_by_weight() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues lamb   tue 20 at 10,00
         publish
         order moulin tue: carrot 40, lamb 20
         close tue
         plan tue
         receive p3 10 -> refused: unknown purchase line, line 3
         receive p1 41 -> refused: more than purchased, purchased 40, accepted 41
         receive p1 41 reject=1 for=not_ordered -> r1 lot L20261124-garrigues-carrot
         receive p1 1 -> refused: more than purchased, purchased 40, accepted 41
         receive p2 23,001 -> refused: more than purchased, purchased 20, accepted 23,001
         receive p2 15 lot=A -> r2 lot A
         receive p2 8 lot=B -> r3 lot B",
    );
}

#[test]
fn goods_are_rejected_with_a_reason_and_a_farm_that_does_not_come_has_one_too() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 80
         close tue
         plan tue
         receive p1 40 reject=5 -> refused: reason missing
         receive p1 40 reject=50 for=quality
           -> refused: rejected above received, received 40, rejected 50
         receive p1 -5 -> refused: quantity not positive, quantity -5
         receive p1 40 reject=5 for=quality lot=A temp=35
         receive p2 0 -> refused: reason missing
         receive p2 0 for=no_show lot=B
         show receipts
         | receipt | purchase | lot | received | rejected | for     | left |
         | r1      | p1       | A   | 40       | 5        | quality | 35   |
         | r2      | p2       | B   | 0        | 0        | no_show | 0    |",
    );
}

#[test]
fn what_is_short_is_borne_in_proportion_in_whole_packs_first() {
    check(
        "offer garrigues carrot tue 60 at 1,20
         offer vidourle  carrot tue 60 at 1,20
         publish
         order moulin tue: carrot 60
         order joffre tue: carrot 40
         order chu    tue: carrot 20
         close tue
         plan tue
         receive p1 60 lot=A
         # the line waits for its other farm
         sort tue -> refused: nothing to sort, day tue
         receive p2 4 lot=B
         sort tue -> 4 parts
         # three, two and one pack, and the 4 kg of an opened one to the gram
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 32       |
         | s2      | r2      | 2.1        | 4        |
         | s3      | r1      | 2.1        | 17,333   |
         | s4      | r1      | 3.1        | 10,667   |
         sort tue -> refused: nothing to sort, day tue",
    );
}

#[test]
fn what_comes_late_goes_to_those_who_still_wait() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 20
         order joffre tue: carrot 20
         close tue
         plan tue
         receive p1 20 lot=A
         sort r1 1.1 20
         receive p1 20 lot=B
         sort tue -> 1 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 20       |
         | s2      | r2      | 2.1        | 20       |",
    );
}

#[test]
fn each_buyer_gets_the_lot_of_the_farm_that_was_asked_for_it() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 40
         close tue
         plan tue: 1.1 vidourle 40, 2.1 garrigues 40
         receive all
         sort tue
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 40       |
         | s2      | r2      | 2.1        | 40       |
         show receipts
         | receipt | purchase | lot                        | received | rejected | for | left |
         | r1      | p1       | L20261124-vidourle-carrot  | 40       | 0        | -   | 0    |
         | r2      | p2       | L20261124-garrigues-carrot | 40       | 0        | -   | 0    |",
    );
}

#[test]
fn a_farm_that_said_nothing_comes_is_not_waited_for() {
    check(
        "offer garrigues carrot tue 20 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 60
         close tue
         plan tue
         confirm p2 0
         receive p1 20
         sort tue -> 1 parts
         show check
         | breaches | 0                                  |
         | open     | not delivered, day tue, sortings 1 |
         | open     | day open, day thu                  |
         | open     | farms not billed, lines 1          |
         | finished | no                                 |",
    );
}

#[test]
fn goods_sold_by_weight_are_shared_to_the_gram_with_what_is_over() {
    check(
        "offer garrigues lamb tue 30 at 10,00
         publish
         order moulin tue: lamb 20
         order joffre tue: lamb 10
         close tue
         plan tue
         receive p1 33,301
         sort tue
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 22,201   |
         | s2      | r1      | 2.1        | 11,1     |
         show leftovers tue
         | from | left |",
    );
}

#[test]
fn a_farm_that_reduced_may_bring_all_and_what_nobody_wants_is_left() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         confirm p1 20
         plan tue
         receive p1 40
         receive p2 20
         sort tue
         show leftovers tue
         | from | left |
         | r1   | 20   |",
    );
}

#[test]
fn every_kilo_left_is_resolved_with_a_reason_and_no_more_than_is_left() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         confirm p1 20
         plan tue
         receive p1 40
         receive p2 20
         sort tue
         resolve r1 5 returned -> refused: reason missing
         resolve r1 0 returned because=over -> refused: quantity not positive, quantity 0
         resolve r1 21 returned because=over -> refused: more than left, left 20, asked 21
         resolve r9 5 returned because=over -> refused: unknown receipt, receipt 9
         resolve r1 5 donated to=nobody because=over -> refused: unknown buyer, buyer nobody
         resolve r1 5 returned because=over
         resolve r1 4 donated to=secours because=over
         resolve r1 1 wasted because=bruised
         surplus chu tue: carrot 11 from r1 -> refused: more than left, left 10, asked 11
         # surplus is sold half packs and after the cut-off
         at tue 07:00
         surplus chu tue: carrot 7,5 from r1 -> order 2
         surplus secours tue: carrot 2,5 from r1 -> order 3
         show leftovers tue
         | from | left |
         show outcomes
         | from | what     | quantity | because |
         | r1   | returned | 5        | over    |
         | r1   | donated  | 4        | over    |
         | r1   | wasted   | 1        | bruised |
         # no farm is asked for surplus, and it takes nothing from the list
         show wants tue
         | line | goods | wants | pays | promised |
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 80      | 40   |",
    );
}

#[test]
fn a_hand_sorts_what_is_left_of_the_same_goods_for_the_same_day() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues leek   tue 40 at 1,20
         offer garrigues carrot thu 40 at 1,20
         publish
         order moulin tue: carrot 20, leek 20
         order moulin thu: carrot 20
         close tue
         close thu
         plan tue
         plan thu
         receive p1 20
         sort r1 1.2 10 -> refused: plan mismatch, line 1.2, offer 1
         sort r1 2.1 10 -> refused: plan mismatch, line 2.1, offer 1
         sort r1 1.1 0 -> refused: quantity not positive, quantity 0
         sort r1 1.1 21 -> refused: more than left, left 20, asked 21
         sort r2 1.1 10 -> refused: unknown receipt, receipt 2
         sort r1 3.1 10 -> refused: unknown order line, line 3.1
         sort r1 1.1 15
         sort tue -> 1 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 15       |
         | s2      | r1      | 1.1        | 5        |",
    );
}

#[test]
fn what_was_noted_is_taken_back_as_long_as_nothing_of_it_has_gone_on() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         receive p1 40 lot=A
         withdraw r1
         withdraw r1 -> refused: already withdrawn, receipt 1
         withdraw r9 -> refused: unknown receipt, receipt 9
         sort tue -> refused: nothing to sort, day tue
         sort r1 1.1 10 -> refused: more than left, left 0, asked 10
         receive p1 38 lot=B
         show receipts
         | receipt | purchase | lot | received | rejected | for | left |
         | r2      | p1       | B   | 38       | 0        | -   | 38   |
         sort tue -> 1 parts
         withdraw r2 -> refused: already sorted, receipt 2
         deliver all tue
         bill garrigues
         withdraw r2 -> refused: purchase billed, line 1",
    );
}

#[test]
fn how_a_shortage_was_shared_out_is_taken_back_until_somebody_has_signed() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues leek   tue 20 at 1,20
         publish
         order moulin tue: carrot 20, leek 20
         order joffre tue: carrot 20
         close tue
         plan tue
         unsort tue carrot -> refused: nothing sorted, line 1, day tue
         receive p1 20 lot=A
         receive p2 20 lot=B
         sort tue -> 3 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 10       |
         | s2      | r1      | 2.1        | 10       |
         | s3      | r2      | 1.2        | 20       |
         unsort tue carrot -> 2 parts
         unsort tue carrot -> refused: nothing sorted, line 1, day tue
         unsort thu leek -> refused: nothing sorted, line 2, day thu
         show receipts
         | receipt | purchase | lot | received | rejected | for | left |
         | r1      | p1       | A   | 20       | 0        | -   | 20   |
         | r2      | p2       | B   | 20       | 0        | -   | 0    |
         # shared out anew, by a rule
         sort tue carrot by first_come -> 1 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s3      | r2      | 1.2        | 20       |
         | s4      | r1      | 1.1        | 20       |
         unsort tue carrot -> 1 parts
         # and by hand, which is taken back too
         sort r1 2.1 20
         unsort tue carrot -> 1 parts
         # nothing of it has gone on: it may even be weighed again
         withdraw r1
         receive p1 30 lot=C
         sort tue -> 2 parts
         deliver joffre tue
         unsort tue carrot -> refused: sorted and delivered, line 1, day tue
         # the leeks are still here
         unsort tue leek -> 1 parts
         sort tue -> 1 parts
         deliver moulin tue
         show check
         | breaches | 0                         |
         | open     | day open, day thu         |
         | open     | not invoiced, lines 3     |
         | open     | farms not billed, lines 2 |
         | finished | no                        |",
    );
}

#[test]
fn surplus_that_was_sold_stays_sold_when_the_rest_is_shared_out_anew() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         confirm p1 20
         plan tue
         receive p1 40 lot=A
         receive p2 20 lot=B
         sort tue
         at tue 07:00
         surplus chu tue: carrot 5 from r1 -> order 2
         unsort tue carrot -> 2 parts
         show receipts
         | receipt | purchase | lot | received | rejected | for | left |
         | r1      | p1       | A   | 40       | 0        | -   | 35   |
         | r2      | p2       | B   | 20       | 0        | -   | 20   |
         sort tue -> 2 parts
         show leftovers tue
         | from | left |
         | r1   | 15   |",
    );
}

#[test]
fn two_people_at_one_line_are_told_of_each_other() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         floor p1 saw - says 40 -> r1 lot L20261124-garrigues-carrot
         # the other ticks the same, and then one who weighed from an old page
         floor p1 saw - says 40 -> same
         floor p1 saw - says 38,5 -> stands 40
         floor p1 saw 40 says 38,5
           -> r1 taken back, r2 lot L20261124-garrigues-carrot
         floor p1 saw 40 says - -> stands 38,5
         floor p1 saw 38,5 says - -> r2 taken back
         floor p1 saw 38,5 says - -> same
         show receipts
         | receipt | purchase | lot | received | rejected | for | left |
         floor p1 saw - says 0!0:no_show -> r3 lot L20261124-garrigues-carrot
         floor p1 saw 0!0:no_show says 40!5:quality@35
           -> r3 taken back, r4 lot L20261124-garrigues-carrot
         floor p1 saw 40!5:quality says 40 -> stands 40!5:quality@35
         floor p9 saw - says 1 -> refused: unknown purchase line, line 9",
    );
}

#[test]
fn a_word_from_the_floor_passes_the_rules_of_the_dock_or_changes_nothing() {
    check(
        "offer garrigues lamb tue 20 at 10,00
         publish
         order moulin tue: lamb 20
         close tue
         plan tue
         receive p1 20 lot=MG-1
         floor p1 saw 20 says 23,5 -> refused: more than purchased, purchased 20, accepted 23,5
         floor p1 saw 20 says 20!3: -> refused: reason missing
         # within the tolerance, and it keeps the farm's own lot
         floor p1 saw 20 says 22,5 -> r1 taken back, r2 lot MG-1
         sort tue -> 1 parts
         floor p1 saw 22,5 says 20 -> refused: already sorted, receipt 2
         floor p1 saw 22,5 says 22,5 -> same",
    );
}

#[test]
fn what_a_contract_keeps_out_goes_to_the_others() {
    check(
        "producer garrigues liable in=Aniane
         producer vidourle  liable in=Lunel
         contract bpu of=moulin communes=Aniane : carrot 1,60
         offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 60 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 40
         order chu    tue: carrot 20
         close tue
         plan tue: 1.1 garrigues 40, 2.1 vidourle 40, 3.1 vidourle 20
         receive p1 10
         receive p2 60
         # the school has all that its clause lets it have, and nothing of the other farm
         sort tue -> 3 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 10       |
         | s2      | r2      | 2.1        | 40       |
         | s3      | r2      | 3.1        | 20       |",
    );
}

#[test]
fn a_contracts_radius_holds_when_a_hand_sorts_too() {
    check(
        "producer garrigues liable km=20
         producer vidourle  liable km=30
         producer salagou   liable km=90
         contract bpu of=moulin within=40000 : carrot 1,60
         offer garrigues carrot tue 20 at 1,20
         offer vidourle  carrot tue 20 at 1,20
         offer salagou   carrot tue 20 at 1,20
         publish
         order moulin tue: carrot 20
         order joffre tue: carrot 40
         close tue
         plan tue: 1.1 garrigues 20, 2.1 vidourle 20, 2.1 salagou 20
         receive p1 0 for=no_show
         receive p2 20
         receive p3 20
         sort r3 1.1 1 -> refused: origin barred, line 1.1, producer salagou
         # a farm within the radius helps, though it was not asked for it
         sort tue
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r2      | 1.1        | 10       |
         | s2      | r2      | 2.1        | 10       |
         | s3      | r3      | 2.1        | 20       |",
    );
}

#[test]
fn nobody_takes_what_only_a_barred_buyer_misses() {
    check(
        "producer garrigues liable in=Aniane
         producer vidourle  liable in=Lunel
         contract bpu of=moulin communes=Aniane : lamb 14,00
         offer garrigues lamb tue 20 at 10,00
         offer vidourle  lamb tue 20 at 10,00
         publish
         order moulin tue: lamb 20
         order joffre tue: lamb 20
         close tue
         plan tue: 1.1 garrigues 20, 2.1 vidourle 20
         receive p1 15
         receive p2 21
         # what the scale found over stays with those who may have it
         sort tue -> 2 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 15       |
         | s2      | r2      | 2.1        | 21       |",
    );
}
