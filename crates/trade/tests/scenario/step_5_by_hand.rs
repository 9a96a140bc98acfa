//! Step 5, by hand: locks before a plan, and who bears a shortage.

use crate::script::check;

/// Ninety kilos for three buyers, the first of them by a standing order; the farm says fifty.
const SHORT: &str = "standing joffre tue carrot 30
         offer garrigues carrot tue 100 at 1,20
         publish
         take standing
         order moulin tue: carrot 40
         order chu tue: carrot 20
         close tue
         plan tue -> 90 bought, 0 short
         ";

fn after_short(rest: &str) {
    check(&format!("{SHORT}{rest}"));
}

#[test]
fn a_shortage_is_shared_by_the_rule_that_is_chosen() {
    after_short(
        "confirm p1 50
         show parts p1
         | order line | asked | gets | by |
         | 1.1        | 30    | 20   | -  |
         | 2.1        | 40    | 20   | -  |
         | 3.1        | 20    | 10   | -  |
         confirm p1 50 by priority
         show parts p1
         | order line | asked | gets | by       |
         | 1.1        | 30    | 30   | priority |
         | 2.1        | 40    | 10   | priority |
         | 3.1        | 20    | 10   | priority |
         confirm p1 50 by first_come
         show parts p1
         | order line | asked | gets | by         |
         | 1.1        | 30    | 30   | first_come |
         | 2.1        | 40    | 20   | first_come |
         | 3.1        | 20    | 0    | first_come |
         # each gives up ten; of the ten that are still missing, the last to order
         confirm p1 50 by equal_money
         show parts p1
         | order line | asked | gets | by          |
         | 1.1        | 30    | 20   | equal_money |
         | 2.1        | 40    | 30   | equal_money |
         | 3.1        | 20    | 0    | equal_money |
         confirm p1 50 by proportional
         show parts p1
         | order line | asked | gets | by |
         | 1.1        | 30    | 20   | -  |
         | 2.1        | 40    | 20   | -  |
         | 3.1        | 20    | 10   | -  |",
    );
}

#[test]
fn the_coordinators_own_numbers_fit_what_the_farm_brings() {
    after_short(
        "confirm p1 50 shared 1.1 30, 2.1 20, 3.1 10
           -> refused: parts off, brings 50, parts 60
         confirm p1 50 shared 1.1 30, 2.1 10 -> refused: parts off, brings 50, parts 40
         confirm p1 50 shared 1.1 40, 2.1 10
           -> refused: part above asked, line 1.1, asked 30, part 40
         confirm p1 50 shared 1.1 15, 2.1 25, 3.1 10
           -> refused: part splits pack, line 1.1, pack 10, part 15
         confirm p1 50 shared 1.1 30, 2.1 30, 3.1 -10
           -> refused: quantity not positive, quantity -10
         confirm p1 50 shared 9.1 50 -> refused: unknown order line, line 9.1
         confirm p1 100 shared 1.1 30 -> refused: confirmed above asked, asked 90, confirmed 100
         # fifty-five is five packs
         confirm p1 55 shared 1.1 10, 2.1 40 -> ok
         show parts p1
         | order line | asked | gets | by   |
         | 1.1        | 30    | 10   | hand |
         | 2.1        | 40    | 40   | hand |
         | 3.1        | 20    | 0    | hand |
         show wants tue
         | line | goods  | wants | pays | promised |
         | 1.1  | carrot | 20    | 1,20 | yes      |
         | 3.1  | carrot | 20    | 1,20 | no       |
         confirm p1 90 -> ok
         show parts p1
         | order line | asked | gets | by |
         | 1.1        | 30    | 30   | -  |
         | 2.1        | 40    | 40   | -  |
         | 3.1        | 20    | 20   | -  |",
    );
}

#[test]
fn the_dock_follows_what_was_shared_out() {
    after_short(
        "confirm p1 50 by priority
         receive p1 50
         sort tue -> 3 parts
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 30       |
         | s2      | r1      | 2.1        | 10       |
         | s3      | r1      | 3.1        | 10       |",
    );
    // A pack more than was said goes to whoever misses most of the order.
    after_short(
        "confirm p1 50 by priority
         receive p1 60
         sort tue
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 30       |
         | s2      | r1      | 2.1        | 20       |
         | s3      | r1      | 3.1        | 10       |",
    );
    // All that was ordered, after all.
    after_short(
        "confirm p1 50 by first_come
         receive p1 90
         sort tue
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 30       |
         | s2      | r1      | 2.1        | 40       |
         | s3      | r1      | 3.1        | 20       |",
    );
}

#[test]
fn the_dock_shares_by_a_rule_of_its_own() {
    after_short(
        "receive p1 50
         sort tue by first_come
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 30       |
         | s2      | r1      | 2.1        | 20       |",
    );
    // Four packs, and five kilos of an opened one for whoever misses most.
    after_short(
        "confirm p1 50 by first_come
         receive p1 45
         sort tue by priority
         show sortings
         | sorting | receipt | order line | quantity |
         | s1      | r1      | 1.1        | 30       |
         | s2      | r1      | 2.1        | 13       |
         | s3      | r1      | 3.1        | 2        |",
    );
}

#[test]
fn who_is_served_by_another_farm_since_gets_no_part_of_it() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 20
         order joffre tue: carrot 20
         close tue
         plan tue: 1.1 garrigues 20, 2.1 garrigues 20
         confirm p1 20 by first_come
         plan tue -> 20 bought, 0 short
         confirm p1 20 shared 2.1 20 -> refused: part above asked, line 2.1, asked 0, part 20
         # a farm that comes down again is never refused: in proportion, joffre would get a pack
         confirm p1 20 by proportional
         show parts p1
         | order line | asked | gets | by           |
         | 1.1        | 20    | 20   | proportional |
         | 2.1        | 20    | 0    | proportional |",
    );
}

#[test]
fn a_lock_names_a_farm_and_a_reason() {
    check(
        "offer garrigues carrot tue 60 at 1,20
         offer vidourle  carrot tue 30 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 20
         lock 1.1 vidourle exactly 20 because=habit -> refused: day still open, day tue
         close tue
         lock 1.1 vidourle exactly 20 -> refused: reason missing
         lock 1.1 vidourle exactly 15 because=habit
           -> refused: not whole packs, line 1, asked 15, pack 10, below 10, above 20
         lock 1.1 vidourle exactly 50 because=habit
           -> refused: plan over serves, line 1.1, wanted 40, given 50
         lock 1.1 vidourle exactly 40 because=habit
           -> refused: lock above offer, offered 30, asked 40
         lock 1.1 aubrac exactly 10 because=habit
           -> refused: lock without offer, producer aubrac, product carrot
         lock 1.1 vidourle exactly 20 because=habit -> 1 locked
         # of thirty, twenty are spoken for
         lock 2.1 vidourle least 20 because=near
           -> refused: lock above offer, offered 10, asked 20
         lock 2.1 vidourle least 10 because=near -> 1 locked
         # of twenty, ten are to come from another farm
         lock 2.1 garrigues exactly 20 because=taste
           -> refused: plan over serves, line 2.1, wanted 10, given 20
         lock 2.1 garrigues nothing because=hail -> 1 locked
         show locks tue
         | line | farm      | rule    | quantity | why   |
         | 1.1  | vidourle  | exactly | 20       | habit |
         | 2.1  | garrigues | nothing | -        | hail  |
         | 2.1  | vidourle  | least   | 10       | near  |
         unlock 2.1 garrigues -> 1 unlocked
         unlock 2.1 garrigues -> 0 unlocked
         show locks tue
         | line | farm     | rule    | quantity | why   |
         | 1.1  | vidourle | exactly | 20       | habit |
         | 2.1  | vidourle | least   | 10       | near  |",
    );
}

#[test]
fn a_lock_over_goods_is_shared_among_their_orders() {
    check(
        "offer garrigues carrot tue 60 at 1,20
         offer vidourle  carrot tue 60 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 20
         close tue
         lock carrot tue vidourle least 30 because=near -> 2 locked
         show locks tue
         | line | farm     | rule  | quantity | why  |
         | 1.1  | vidourle | least | 20       | near |
         | 2.1  | vidourle | least | 10       | near |
         # another word for the same lines and farm takes the place of the first
         lock carrot tue vidourle nothing because=hail -> 2 locked
         show locks tue
         | line | farm     | rule    | quantity | why  |
         | 1.1  | vidourle | nothing | -        | hail |
         | 2.1  | vidourle | nothing | -        | hail |
         unlock carrot tue vidourle -> 2 unlocked
         show locks tue
         | line | farm | rule | quantity | why |",
    );
}

#[test]
fn what_is_ordered_already_is_not_asked_for_again() {
    check(
        "offer garrigues carrot tue 60 at 1,20
         offer vidourle  carrot tue 60 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         lock 1.1 vidourle exactly 20 because=habit
         plan tue: 1.1 garrigues 20, 1.1 vidourle 20
         confirm p1 0
         show locks tue
         | line | farm     | rule    | quantity | why   |
         | 1.1  | vidourle | nothing | -        | habit |",
    );
}
