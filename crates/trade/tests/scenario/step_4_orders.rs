//! Step 4: what buyers order until the cut-off.

use crate::script::check;

#[test]
fn an_order_line_is_a_snapshot_that_the_catalogue_never_reaches() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 60 -> order 1
         product carrot piece pack=25 vat=standard name=renamed
         rule sale 60% from=2026-03-01
         show snapshot
         | line | name   | unit | pack | price | vat  | net   |
         | 1.1  | carrot | kg   | 10   | 1,60  | 5,5% | 96,00 |",
    );
}

#[test]
fn a_contract_price_overrides_the_list_while_the_contract_is_valid() {
    check(
        "contract bpu of=moulin to=tue : carrot 1,45
         certificate garrigues organic
         offer garrigues carrot tue 100 at 1,20
         offer garrigues carrot thu 100 at 1,20
         offer garrigues carrot+organic tue 100 at 1,50
         publish
         order moulin tue: carrot 10, carrot+organic 10
         order moulin thu: carrot 10
         order joffre tue: carrot 10
         show orders
         | line | buyer  | day | goods          | ordered | price | from         |
         | 1.1  | moulin | tue | carrot         | 10      | 1,45  | contract bpu |
         | 1.2  | moulin | tue | carrot+organic | 10      | 2,00  | list         |
         | 2.1  | moulin | thu | carrot         | 10      | 1,60  | list         |
         | 3.1  | joffre | tue | carrot         | 10      | 1,60  | list         |",
    );
}

#[test]
fn a_rule_for_a_kind_of_buyer_makes_its_price_from_the_farm_price() {
    check(
        "rule cost 5% kind=food_aid
         offer garrigues carrot tue 100 at 1,20
         price carrot 1,90
         publish
         order secours tue: carrot 10
         order moulin tue: carrot 10
         show orders
         | line | buyer   | day | goods  | ordered | price | from |
         | 1.1  | secours | tue | carrot | 10      | 1,26  | rule |
         | 2.1  | moulin  | tue | carrot | 10      | 1,90  | list |",
    );
}

#[test]
fn whole_packs_only_and_the_nearest_packs_are_told() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         offer garrigues lamb tue 40 at 10,00
         publish
         order moulin tue: carrot 25
           -> refused: not whole packs, line 2, asked 25, pack 10, below 20, above 30
         # sold by weight found: any quantity
         order moulin tue: lamb 7,3 -> order 1",
    );
}

#[test]
fn the_cut_off_is_kept_to_the_second() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         offer garrigues carrot thu 100 at 1,20
         publish
         at mon 11:59:59
         order moulin tue: carrot 10 -> order 1
         at mon 12:00
         order moulin tue: carrot 10 -> refused: after cutoff, day tue, cutoff at mon 12:00
         amend 1.1 20 -> refused: after cutoff, day tue, cutoff at mon 12:00
         order moulin thu: carrot 10 -> order 2",
    );
}

#[test]
fn below_the_minimum_the_missing_amount_is_told() {
    check(
        "hub minimum 50,00
         offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 30
           -> refused: below minimum, total 48,00, minimum 50,00, missing 2,00
         order moulin tue: carrot 40 -> order 1
         amend 1.1 30 -> refused: below minimum, total 48,00, minimum 50,00, missing 2,00
         amend 1.1 50 -> ok
         # an order may be emptied
         amend 1.1 0 -> ok",
    );
}

#[test]
fn all_reasons_of_a_refusal_are_given_at_once() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         offer garrigues leek tue 100 at 1,20
         publish
         at mon 13:00
         order moulin tue: carrot 25, leek 3, carrot 10, leek 0
           -> refused: after cutoff, day tue, cutoff at mon 12:00
           ; not whole packs, line 1, asked 25, pack 10, below 20, above 30
           ; not whole packs, line 2, asked 3, pack 5, below 0, above 5
           ; quantity not positive, quantity 0",
    );
}

#[test]
fn an_order_has_its_own_site_a_day_on_sale_and_lines() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 10 site=joffre
           -> refused: site of another buyer, site joffre, buyer moulin
         order moulin tue: carrot 10 site=nowhere -> refused: unknown site, site nowhere
         order nobody tue: carrot 10 -> refused: unknown buyer, buyer nobody
         order moulin wed: carrot 10 -> refused: day not on sale, day wed
         order moulin tue: -> refused: empty order
         order moulin tue: carrot 10, carrot 20 -> refused: same line twice, line 1
         order moulin thu: carrot 10 -> refused: sold out, line 1, asked 10, left 0",
    );
}

#[test]
fn nothing_is_sold_that_is_not_left_and_what_is_left_is_told() {
    check(
        "offer garrigues carrot tue 50 at 1,20
         publish
         order moulin tue: carrot 40
         order joffre tue: carrot 20 -> refused: sold out, line 1, asked 20, left 10
         order joffre tue: carrot 10 -> order 2
         order chu tue: carrot 10 -> refused: sold out, line 1, asked 10, left 0
         amend 1.1 50 -> refused: sold out, line 1, asked 10, left 0
         amend 1.1 20 -> ok
         order chu tue: carrot 20 -> order 3",
    );
}

#[test]
fn amendments_count_until_the_cut_off_and_the_last_one_stands() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 40
         amend 1.1 60
         amend 1.1 25 -> refused: not whole packs, line 1, asked 25, pack 10, below 20, above 30
         amend 1.1 -10 -> refused: quantity not positive, quantity -10
         amend 1.2 10 -> refused: unknown order line, line 1.2
         amend 1.1 50
         show orders
         | line | buyer  | day | goods  | ordered | price | from |
         | 1.1  | moulin | tue | carrot | 50      | 1,60  | list |
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 100     | 50   |",
    );
}

#[test]
fn closing_twice_changes_nothing() {
    check(
        "close tue -> refused: not published
         offer garrigues carrot tue 100 at 1,20
         offer garrigues carrot thu 100 at 1,20
         publish
         close wed -> refused: day not on sale, day wed
         order moulin tue: carrot 10
         at mon 10:00
         close tue -> closed
         at mon 11:00
         close tue -> was closed
         order moulin tue: carrot 10 -> refused: day closed, day tue, closed at mon 10:00
         amend 1.1 20 -> refused: day closed, day tue, closed at mon 10:00
         order moulin thu: carrot 10 -> order 2",
    );
}

#[test]
fn a_standing_order_is_taken_once_in_whole_packs_of_what_is_on_sale() {
    check(
        "hub minimum 1000,00
         standing moulin tue carrot 25
         standing moulin tue carrot 10
         standing moulin tue leek 20
         standing moulin thu carrot 20 to=2026-11-01
         standing joffre thu carrot 20
         standing chu tue lamb 3,5
         offer garrigues carrot tue 100 at 1,20
         offer garrigues lamb tue 40 at 10,00
         publish
         take standing -> 2 taken
         take standing -> 0 taken
         show orders
         | line | buyer  | day | goods  | ordered | price | from |
         | 1.1  | chu    | tue | lamb   | 3,5     | 13,33 | list |
         | 2.1  | moulin | tue | carrot | 30      | 1,60  | list |",
    );
}

#[test]
fn a_contract_is_not_called_off_beyond_its_ceiling() {
    check(
        "contract bpu of=moulin ceiling=100,00 : carrot 1,50
         offer garrigues carrot tue 200 at 1,20
         offer garrigues leek tue 200 at 1,20
         publish
         order moulin tue: carrot 60 -> order 1
         order moulin tue: carrot 10, leek 100
           -> refused: ceiling reached, contract bpu, asked 15,00, left 10,00
         order moulin tue: leek 100 -> order 2
         order joffre tue: carrot 100 -> order 3
         # to the last cent
         contract bpu2 of=chu ceiling=15,00 : carrot 1,50
         order chu tue: carrot 10 -> order 4
         order chu tue: carrot 10
           -> refused: ceiling reached, contract bpu2, asked 15,00, left 0,00",
    );
}

#[test]
fn the_commitment_number_of_the_order_stands_before_the_buyers_own() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 10
         order moulin tue: carrot 10 commitment=ENG-2
         close tue
         plan tue
         finish tue
         invoice moulin -> F2026-000001 F2026-000002
         show documents
         | kind    | number       | party  | for   | net   | total | due        |
         | invoice | F2026-000001 | moulin | ENG-1 | 16,00 | 16,88 | 2026-12-27 |
         | invoice | F2026-000002 | moulin | ENG-2 | 16,00 | 16,88 | 2026-12-27 |",
    );
}

#[test]
fn what_the_treasury_wants_is_asked_when_the_order_is_placed() {
    check(
        "buyer college school wants=both
         buyer mairie community wants=either service=RESTO
         buyer crous university wants=service
         offer garrigues carrot tue 100 at 1,20
         publish
         order college tue: carrot 10
           -> refused: commitment missing, buyer college; service missing, buyer college
         order college tue: carrot 10 commitment=ENG-9
           -> refused: service missing, buyer college
         order mairie tue: carrot 10 -> order 1
         order crous tue: carrot 10 -> refused: service missing, buyer crous
         buyer crous university wants=service service=CUISINE
         order crous tue: carrot 10 -> order 2
         buyer mairie community wants=either
         order mairie tue: carrot 10
           -> refused: commitment or service missing, buyer mairie
         # agreed as it is: what is missing is told before the invoice
         standing college tue carrot 10
         take standing -> 1 taken",
    );
}

#[test]
fn what_was_sold_is_set_beside_the_contract() {
    check(
        "contract bpu of=moulin : carrot 1,45
         offer garrigues carrot tue 100 at 1,20
         offer garrigues leek tue 100 at 1,20
         publish
         order moulin tue: carrot 10, leek 20
         order joffre tue: carrot 10
         show contracts moulin
         | line      | agreed | charged | more  |
         | as agreed | 1      |         | 14,50 |
         | outside   | 1      |         | 32,00 |
         # the price was revised after the order: what was sold stays as it was, and is listed
         contract newer of=chu : carrot 9,00
         amend 1.2 0
         contract leeks of=moulin : leek 1,00
         order moulin tue: leek 10
         show contracts moulin
         | line      | agreed | charged | more  |
         | as agreed | 2      |         | 24,50 |
         | outside   | 0      |         | 0,00  |
         show contracts joffre
         | line      | agreed | charged | more  |
         | as agreed | 0      |         | 0,00  |
         | outside   | 1      |         | 16,00 |",
    );
}

#[test]
fn a_line_sold_otherwise_than_agreed_is_listed_with_the_difference() {
    check(
        "offer garrigues carrot tue 100 at 1,20
         publish
         order moulin tue: carrot 10
         show contracts moulin
         | line      | agreed | charged | more  |
         | as agreed | 0      |         | 0,00  |
         | outside   | 1      |         | 16,00 |
         contract bpu of=moulin : carrot 1,45
         show contracts moulin
         | line      | agreed | charged | more |
         | 1.1       | 1,45   | 1,60    | 1,50 |
         | as agreed | 0      |         | 0,00 |
         | outside   | 0      |         | 0,00 |",
    );
}
