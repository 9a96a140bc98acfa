//! Step 2: what farms can bring.

use crate::script::check;

#[test]
fn a_later_word_of_a_farm_replaces_the_earlier_one() {
    check(
        "offer garrigues carrot tue 40 at 1,20 -> offer 1
         offer vidourle  carrot tue 50 at 1,20 -> offer 2
         offer garrigues carrot tue 30 at 1,25 -> offer 3
         offer garrigues carrot thu 10 at 1,20 -> offer 4
         show offers
         | offer | farm      | goods  | day | quantity | asks |
         | 3     | garrigues | carrot | tue | 30       | 1,25 |
         | 4     | garrigues | carrot | thu | 10       | 1,20 |
         | 2     | vidourle  | carrot | tue | 50       | 1,20 |",
    );
}

#[test]
fn an_offer_of_zero_withdraws() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues carrot tue 0 at 1,20
         publish -> refused: nothing offered",
    );
}

#[test]
fn a_label_must_be_proven_on_the_day() {
    check(
        "offer garrigues carrot+organic tue 40 at 1,50
           -> refused: certificate missing, producer garrigues, product carrot
           , label organic, day tue
         certificate garrigues organic to=mon
         offer garrigues carrot+organic tue 40 at 1,50
           -> refused: certificate missing, producer garrigues, product carrot
           , label organic, day tue
         certificate garrigues organic product=leek
         offer garrigues carrot+organic tue 40 at 1,50
           -> refused: certificate missing, producer garrigues, product carrot
           , label organic, day tue
         certificate garrigues organic
         offer garrigues carrot+organic tue 40 at 1,50 -> offer 1",
    );
}

#[test]
fn an_offer_is_for_a_delivery_day_of_the_week() {
    check(
        "offer garrigues carrot wed 40 at 1,20 -> refused: not a delivery day, day wed
         offer garrigues carrot 2026-12-01 40 at 1,20 -> refused: not a delivery day, day 2026-12-01
         holiday tue
         offer garrigues carrot tue 40 at 1,20 -> refused: not a delivery day, day tue",
    );
}

#[test]
fn an_offer_has_a_farm_goods_a_quantity_and_a_price() {
    check(
        "offer nobody carrot tue 40 at 1,20 -> refused: unknown producer, producer nobody
         offer garrigues kiwi tue 40 at 1,20 -> refused: unknown product, product kiwi
         offer garrigues carrot tue -1 at 1,20 -> refused: quantity not positive, quantity -1
         offer garrigues carrot tue 40 at 0,00 -> refused: price not positive, price 0,00",
    );
}

#[test]
fn after_publication_a_farm_may_add_but_not_ask_more() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         offer garrigues carrot tue 40 at 1,21 -> refused: already published, at mon 08:00
         offer garrigues carrot tue 60 at 1,15 -> offer 2
         offer vidourle carrot tue 20 at 1,50 -> offer 3
         # what is on sale stays what was published
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 40      | 40   |",
    );
}

#[test]
fn after_publication_a_farm_may_go_down_to_what_is_ordered() {
    check(
        "offer garrigues carrot tue 50 at 1,20
         publish
         order moulin tue: carrot 30
         offer garrigues carrot tue 25 at 1,20 -> refused: already ordered, asked 25, taken 30
         offer garrigues carrot tue 40 at 1,20 -> offer 2
         order joffre tue: carrot 20 -> refused: sold out, line 1, asked 20, left 10
         # said again, more: what was published is on sale again, and no more than that
         offer garrigues carrot tue 90 at 1,20 -> offer 3
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 50      | 20   |
         offer garrigues carrot tue 0 at 1,20 -> refused: already ordered, asked 0, taken 30
         close tue
         offer garrigues carrot tue 80 at 1,20
           -> refused: day closed, day tue, closed at mon 08:00",
    );
}

#[test]
fn of_a_pooled_line_one_farm_may_take_back_what_another_brings_more() {
    check(
        "offer garrigues carrot tue 50 at 1,20
         offer vidourle  carrot tue 30 at 1,20
         publish
         order moulin tue: carrot 60
         offer vidourle  carrot tue 0 at 1,20 -> refused: already ordered, asked 0, taken 10
         offer vidourle  carrot tue 10 at 1,20 -> offer 3
         order joffre tue: carrot 10 -> refused: sold out, line 1, asked 10, left 0
         offer garrigues carrot tue 70 at 1,20 -> offer 4
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 80      | 20   |
         offer vidourle  carrot tue 0 at 1,20 -> offer 5
         order joffre tue: carrot 20 -> refused: sold out, line 1, asked 20, left 10",
    );
}
