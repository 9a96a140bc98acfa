//! Step 7: which truck goes where, and what each site took.

use crate::script::check;

const SORTED: &str = "
    offer garrigues carrot tue 600 at 1,20
    offer vidourle  carrot tue 600 at 1,20
    publish
    order moulin tue: carrot 500
    order joffre tue: carrot 200
    close tue
    plan tue
    receive all
    sort tue
";

#[test]
fn a_site_is_on_one_round_and_no_truck_is_over_its_payload() {
    check(&format!(
        "{SORTED}
         round tue: kangoo moulin 12000, joffre 3000 back 9000
           -> refused: too heavy, vehicle kangoo, payload 600, load 700
         round tue: kangoo moulin 12000, moulin 1 back 9000 -> refused: site twice, site moulin
         round tue: kangoo moulin 12000 back 9000 then master moulin 12000 back 9000
           -> refused: site twice, site moulin
         round tue: tractor moulin 12000 back 9000 -> refused: unknown vehicle, vehicle tractor
         round tue: kangoo chu 12000 back 9000 -> refused: nothing to deliver, site chu, day tue
         round tue: master moulin 12000, joffre 3500 back 9000 -> 1 rounds
         # a truck may go out twice; the later version stands
         round tue: kangoo moulin 12000 back 12000 then kangoo joffre 10000 back 9000 -> 2 rounds
         show rounds
         | round | version | truck  | stops  | load | km |
         | 2     | 2       | kangoo | moulin | 500  | 24 |
         | 3     | 2       | kangoo | joffre | 200  | 19 |"
    ));
}

#[test]
fn a_delivery_note_says_what_was_loaded_refused_missing_and_delivered_of_each_lot() {
    check(&format!(
        "{SORTED}
         deliver moulin tue -> note 1
         deliver joffre tue: 2.1 refuse=105 miss=5 because=wilted -> note 2
         show notes
         | note | site   | order line | from | loaded | refused | missing | delivered |
         | 1    | moulin | 1.1        | r1   | 500    | 0       | 0       | 500       |
         | 2    | joffre | 2.1        | r1   | 100    | 100     | 0       | 0         |
         | 2    | joffre | 2.1        | r2   | 100    | 5       | 5       | 90        |
         # each sorting is handed over once
         deliver joffre tue -> refused: nothing to deliver, site joffre, day tue"
    ));
}

#[test]
fn no_more_is_refused_than_was_loaded_and_never_without_a_reason() {
    check(&format!(
        "{SORTED}
         deliver moulin tue: 1.1 refuse=500,001 because=wilted
           -> refused: not loaded, line 1.1, loaded 500, asked 500,001
         deliver moulin tue: 1.1 refuse=300 miss=201 because=wilted
           -> refused: not loaded, line 1.1, loaded 500, asked 501
         deliver moulin tue: 1.1 refuse=2 -> refused: reason missing
         deliver moulin tue: 1.1 refuse=-2 because=wilted
           -> refused: quantity not positive, quantity -2
         deliver moulin tue: 2.1 refuse=2 because=wilted
           -> refused: not loaded, line 2.1, loaded 0, asked 2
         deliver chu tue -> refused: nothing to deliver, site chu, day tue
         deliver nowhere tue -> refused: unknown site, site nowhere
         deliver moulin tue: 1.1 refuse=500 because=wilted -> note 1"
    ));
}

#[test]
fn what_a_buyer_refused_comes_back_and_is_resolved_once() {
    check(&format!(
        "{SORTED}
         deliver moulin tue: 1.1 refuse=20 because=wilted
         deliver joffre tue
         show leftovers tue
         | from  | left |
         | n1/s1 | 20   |
         resolve n1/s1 21 wasted because=wilted -> refused: more than left, left 20, asked 21
         # counted on another note it would be resolved twice
         resolve n2/s1 20 wasted because=wilted -> refused: unknown sorting, sorting 1
         resolve n1/s2 20 wasted because=wilted -> refused: unknown sorting, sorting 2
         resolve n1/s1 12 donated to=secours because=second_choice
         resolve n1/s1 5 returned because=wilted
         resolve n1/s1 3 wasted because=wilted
         resolve n1/s1 1 wasted because=wilted -> refused: more than left, left 0, asked 1
         show leftovers tue
         | from | left |
         show goods
         | ordered   | 700 |
         | purchased | 700 |
         | received  | 700 |
         | sorted    | 700 |
         | delivered | 680 |
         | refused   | 20  |
         | donated   | 12  |
         | returned  | 5   |
         | wasted    | 3   |"
    ));
}

#[test]
fn what_comes_later_goes_on_a_second_note() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues leek   tue 40 at 1,20
         publish
         order moulin tue: carrot 40, leek 40
         close tue
         plan tue
         receive p1 40
         sort tue
         deliver moulin tue -> note 1
         receive p2 40
         sort tue
         deliver moulin tue -> note 2
         invoice moulin
         show document 1
         | bills     | quantity | price | net    | vat  |
         | n1 1.1    | 40       | 1,60  | 64,00  | 5,5% |
         | n2 1.2    | 40       | 1,60  | 64,00  | 5,5% |
         | VAT group | -        | 5,5%  | 128,00 | 7,04 |",
    );
}

#[test]
fn a_buyer_claims_no_more_than_its_own_note_delivered() {
    check(&format!(
        "{SORTED}
         deliver moulin tue: 1.1 refuse=20 because=wilted
         deliver joffre tue
         claim moulin n1 1.1 30 damaged -> ok
         claim moulin n1 1.1 480 missing -> ok
         claim moulin n1 1.1 481 missing
           -> refused: claim above delivered, asked 481, delivered 480
         claim moulin n1 1.1 0 damaged -> refused: quantity not positive, quantity 0
         # a note on which the line does not stand delivered nothing of it
         claim moulin n2 1.1 1 damaged -> refused: claim above delivered, asked 1, delivered 0
         # another's line is as unknown as one that nobody has
         claim moulin n2 2.1 1 damaged -> refused: unknown order line, line 2.1
         claim moulin n1 9.1 1 damaged -> refused: unknown order line, line 9.1"
    ));
}
