//! Step 3: the week's price list.

use crate::script::check;

#[test]
fn farms_that_ask_about_the_same_share_a_pooled_line_and_a_dear_farm_is_named() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,32
         offer aubrac    carrot tue 30 at 1,33
         publish -> 2 lines
         show mercuriale
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,32 | 1,76 | 5,5% |
         | 2    | carrot | aubrac | 1,33 | 1,77 | 5,5% |
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 90      | 90   |
         | carrot | aubrac | tue | 30      | 30   |",
    );
}

#[test]
fn each_offer_is_sold_under_one_line() {
    check(
        "# cheap on Tuesday and dear on Thursday: named, and its Tuesday goods are in the pool
         offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         offer vidourle  carrot thu 20 at 2,00
         publish
         show left
         | goods  | policy   | day | offered | left |
         | carrot | pooled   | tue | 90      | 90   |
         | carrot | vidourle | thu | 20      | 20   |",
    );
}

#[test]
fn twenty_five_percent_is_on_cost_or_of_the_sale_price_as_the_rule_says() {
    check(
        "rule cost 25% from=2026-02-01
         offer garrigues carrot tue 40 at 2,00
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 2,00 | 2,50 | 5,5% |
         # a later rule, from the first day of the week on
         rule sale 25% from=mon
         rule sale 90% from=tue
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 2,00 | 2,67 | 5,5% |",
    );
}

#[test]
fn the_most_particular_rule_in_force_makes_the_price() {
    check(
        "rule cost 10% family=meat
         rule cost 50% family=meat from=2026-12-01
         offer garrigues lamb tue 40 at 10,00
         offer garrigues carrot tue 40 at 1,20
         show draft
         | line | goods  | policy | cost  | sale  | vat  |
         | 1    | lamb   | pooled | 10,00 | 11,00 | 5,5% |
         | 2    | carrot | pooled | 1,20  | 1,60  | 5,5% |",
    );
}

#[test]
fn a_margin_of_a_hundred_percent_of_the_sale_price_is_refused() {
    check(
        "rule sale 100% from=2026-02-01
         offer garrigues carrot tue 40 at 2,00
         publish -> refused: margin too high, rate 100%",
    );
}

#[test]
fn sale_prices_are_rounded_to_the_step_half_away_from_zero() {
    check(
        "rule cost 25% from=2026-02-01
         hub step 0,05
         offer garrigues carrot tue 40 at 1,30
         offer garrigues leek tue 40 at 1,28
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,30 | 1,65 | 5,5% |
         | 2    | leek   | pooled | 1,28 | 1,60 | 5,5% |",
    );
}

#[test]
fn a_price_set_by_hand_is_not_below_cost_not_even_later() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         price carrot 1,19 -> refused: sale below cost, sale 1,19, cost 1,20
         price carrot 1,30 -> ok
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,20 | 1,30 | 5,5% |
         offer garrigues carrot tue 40 at 1,40
         publish -> refused: sale below cost, sale 1,30, cost 1,40
         price carrot 1,75
         publish -> 1 lines
         price carrot 1,80 -> refused: already published, at mon 08:00",
    );
}

#[test]
fn publication_is_frozen() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish -> 1 lines
         offer aubrac egg tue 300 at 0,30
         rule cost 90% from=2026-03-01
         product carrot kg pack=25 vat=standard
         publish -> refused: already published, at mon 08:00
         show mercuriale
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,20 | 1,60 | 5,5% |",
    );
}

#[test]
fn only_whole_packs_of_each_farm_are_on_sale_unless_sold_by_weight_found() {
    check(
        "offer garrigues carrot tue 38 at 1,20
         offer vidourle  carrot tue 9 at 1,20
         offer garrigues lamb tue 23,4 at 10,00
         publish
         show left
         | goods  | policy | day | offered | left |
         | lamb   | pooled | tue | 23,4    | 23,4 |
         | carrot | pooled | tue | 30      | 30   |",
    );
}

#[test]
fn nothing_is_sold_without_a_rate_of_vat() {
    check(
        "vat catering 10% to=2026-06-30
         product soup litre vat=catering
         offer garrigues soup tue 40 at 1,20
         publish -> refused: no vat rate, product soup, day mon",
    );
}

#[test]
fn a_price_is_explained_with_its_parts_and_the_gain_of_the_farm() {
    check(
        "quote carrot 1,00
         quote leek 2,00
         quote leek 1,00 week=2026-W39
         quote cider 1,00 week=2026-W38
         offer garrigues carrot tue 40 at 1,20
         offer garrigues leek tue 40 at 1,50
         offer garrigues cider tue 12 at 1,50
         publish
         show explained
         | goods  | farm | hub  | sale | with VAT | markup | margin | gain | flag       |
         | carrot | 1,20 | 0,40 | 1,60 | 1,688    | 33,33% | 25%    | 20%  | -          |
         | cider  | 1,50 | 0,50 | 2,00 | 2,40     | 33,33% | 25%    | -    | -          |
         | leek   | 1,50 | 0,50 | 2,00 | 2,11     | 33,33% | 25%    | -25% | below goal |",
    );
}

#[test]
fn each_delivery_day_has_its_cut_off_and_a_holiday_has_none() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         holiday thu
         publish
         show days
         | day | cut-off   |
         | tue | mon 12:00 |",
    );
}

#[test]
fn a_change_of_a_cell_is_judged_by_what_its_writer_saw() {
    use trade::mercuriale::sheet::{Merge, Value, merge};
    let price = |text: &str| Value::Price(crate::words::price(text));
    let table = [
        // stored, seen, sent
        (Value::ByRule, Value::ByRule, price("1,85"), Merge::Write),
        (price("1,85"), price("1,85"), Value::ByRule, Merge::Write),
        (price("1,90"), Value::ByRule, price("1,85"), Merge::Conflict),
        (Value::ByRule, price("1,90"), price("1,85"), Merge::Conflict),
        (price("1,85"), Value::ByRule, price("1,85"), Merge::Same),
        (price("1,85"), price("1,85"), price("1,85"), Merge::Same),
    ];
    for (stored, seen, sent, expected) in table {
        assert_eq!(merge(stored, seen, sent), expected, "{stored:?} {seen:?} {sent:?}");
    }
}

#[test]
fn a_row_of_one_farm_takes_its_price_and_its_quantities() {
    use trade::mercuriale::LinePolicy;
    use trade::mercuriale::sheet::{CellChange, CellId, Column, RowId, Sheet, Value};
    let world = crate::script::after(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues carrot thu 20 at 1,20
         offer garrigues leek   tue 40 at 2,00
         offer vidourle  leek   tue 30 at 2,10",
    );
    let sheet = Sheet::of(&world.week).expect("a draft");
    let cell = |goods: &str, column| {
        let (product, labels, _) = crate::words::goods(goods);
        CellId { row: RowId { product, labels, policy: LinePolicy::Pooled }, column }
    };
    let (qty, price) = (crate::words::qty("50"), crate::words::price("1,30"));
    let tuesday = crate::words::day("tue");
    let changes = [
        CellChange {
            cell: cell("carrot", Column::Offered(tuesday)),
            seen: Value::Quantity(crate::words::qty("40")),
            value: Value::Quantity(qty),
        },
        CellChange {
            cell: cell("carrot", Column::Cost),
            seen: Value::Price(crate::words::price("1,20")),
            value: Value::Price(price),
        },
    ];
    let merged = sheet.merge(&changes, &world.stamp()).expect("nothing is refused");
    let asked: Vec<_> =
        merged.offers.iter().map(|(_, one)| (one.day, one.quantity, one.price)).collect();
    let thursday = crate::words::day("thu");
    assert_eq!(asked, [(tuesday, qty, price), (thursday, crate::words::qty("20"), price)]);
    // A sale price is judged by what the farm will then be paid.
    let sale = CellChange {
        cell: cell("carrot", Column::Sale),
        seen: Value::ByRule,
        value: Value::Price(crate::words::price("1,25")),
    };
    assert!(sheet.merge(&[sale], &world.stamp()).is_ok());
    let refused = sheet.merge(&[changes[1], sale], &world.stamp()).expect_err("below cost");
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, sale.cell);
    // Two farms: each has its own offer, on the page of offers.
    for column in [Column::Cost, Column::Offered(tuesday)] {
        let denied = sheet.value(cell("leek", column)).expect_err("two farms");
        assert!(matches!(denied, trade::Denial::SeveralFarms { .. }), "{denied:?}");
    }
}

#[test]
fn what_is_carried_over_is_priced_and_not_sold_before_a_farm_has_said_it() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         offer vidourle  leek   thu 20 at 2,00
         price carrot 1,70
         next week
         offer aubrac carrot tue 30 at 1,15
         carry -> 3 offers, 1 prices
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,20 | 1,70 | 5,5% |
         | 2    | leek   | pooled | 2,00 | 2,67 | 5,5% |
         show offers
         | offer | farm   | goods  | day | quantity | asks |
         | 1     | aubrac | carrot | tue | 30       | 1,15 |
         publish -> 1 lines
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 30      | 30   |",
    );
}

#[test]
fn a_farm_says_that_what_was_carried_over_holds() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues carrot thu 10 at 1,20
         offer vidourle  carrot tue 50 at 1,20
         next week
         holiday thu
         carry -> 2 offers, not garrigues carrot: not a delivery day, day thu
         hold garrigues -> 1 offers
         # heard: nothing is carried over for it again
         carry -> 0 offers
         publish -> 1 lines
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | tue | 40      | 40   |
         # after the publication a farm may still say less than last week: it was never sold
         offer vidourle carrot tue 20 at 1,20 -> offer 4
         carry -> refused: already published, at mon 08:00",
    );
}

#[test]
fn what_was_carried_over_is_taken_back_and_may_be_carried_over_again() {
    check(
        "offer vidourle carrot tue 40 at 1,20
         next week
         carry -> 1 offers
         publish -> refused: nothing offered
         take back vidourle -> 1 offers
         show draft
         | line | goods | policy | cost | sale | vat |
         carry -> 1 offers
         show draft
         | line | goods  | policy | cost | sale | vat  |
         | 1    | carrot | pooled | 1,20 | 1,60 | 5,5% |",
    );
}
