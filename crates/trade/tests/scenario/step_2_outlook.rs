//! Step 2, looking ahead: needs beside what farms have said, pledged and usually bring.

use trade::Denial;
use trade::calendar::IsoWeek;
use trade::pledge::Pledge;
use trade::unit::Qty;

use crate::script::check;
use crate::world::World;

/// The hospital wants 100 kg of carrots, and has for ten weeks: it is never otherwise.
const STEADY: &str = "past 2026-W38 chu carrot 100
         past 2026-W39 chu carrot 100
         past 2026-W40 chu carrot 100
         past 2026-W41 chu carrot 100
         past 2026-W42 chu carrot 100
         past 2026-W43 chu carrot 100
         past 2026-W44 chu carrot 100
         past 2026-W45 chu carrot 100
         past 2026-W46 chu carrot 100
         past 2026-W47 chu carrot 100";

fn steadily(story: &str) {
    check(&format!("{STEADY}\n{story}"));
}

#[test]
fn what_nobody_brings_is_missing() {
    steadily(
        "show outlook
         | goods  | likely | said | pledged | usual | gap         | worth | call |
         | carrot | 100    | 0    | 0       | 0     | missing 100 | 0,00  |      |",
    );
}

#[test]
fn what_a_farm_usually_brings_is_the_mean_of_four_weeks() {
    steadily(
        "brought 2026-W46 garrigues carrot 40 at 1,20
         brought 2026-W47 garrigues carrot 40 at 1,30
         brought 2026-W40 vidourle carrot 90 at 1,00
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth  | call               |
         | carrot | 100    | 0    | 0       | 20    | missing 80 | 104,00 | garrigues vidourle |",
    );
}

#[test]
fn a_pledge_takes_the_place_of_a_habit_and_a_word_that_of_a_pledge() {
    steadily(
        "brought 2026-W47 garrigues carrot 40 at 1,20
         pledge garrigues carrot 80 from=2026-W40 to=2026-W50
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 80      | 0     | missing 20 | 24,00 | garrigues |
         brought 2026-W48 garrigues carrot 30 at 1,20
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 30   | 0       | 0     | missing 70 | 84,00 | garrigues |",
    );
}

#[test]
fn what_is_pledged_beyond_the_highest_need_is_too_much() {
    steadily(
        "brought 2026-W20 garrigues carrot 40 at 1,20
         pledge garrigues carrot 90 from=2026-W40 to=2026-W50
         pledge vidourle  carrot 60 from=2026-W48 to=2026-W48
         show outlook
         | goods  | likely | said | pledged | usual | gap         | worth | call               |
         | carrot | 100    | 0    | 150     | 0     | too much 50 | 60,00 | garrigues vidourle |",
    );
}

#[test]
fn a_gap_of_a_tenth_is_none() {
    steadily(
        "pledge garrigues carrot 90 from=2026-W48 to=2026-W48
         show outlook
         | goods  | likely | said | pledged | usual | gap  | worth | call      |
         | carrot | 100    | 0    | 90      | 0     | even | 0,00  | garrigues |",
    );
}

#[test]
fn of_two_seasons_the_one_that_begins_later_counts_and_zero_ends_it() {
    steadily(
        "pledge garrigues carrot 60 from=2026-W40 to=2026-W52
         pledge garrigues carrot 40 from=2026-W47 to=2026-W52
         pledge garrigues carrot 99 from=2026-W40 to=2026-W47
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 40      | 0     | missing 60 | 0,00  | garrigues |
         brought 2026-W47 garrigues carrot 40 at 1,20
         pledge garrigues carrot 0 from=2026-W48 to=2026-W52
         show outlook
         | goods  | likely | said | pledged | usual | gap         | worth  | call      |
         | carrot | 100    | 0    | 0       | 0     | missing 100 | 120,00 | garrigues |",
    );
}

#[test]
fn a_pledge_that_ended_before_it_began_was_never_made() {
    steadily(
        "brought 2026-W47 garrigues carrot 40 at 1,20
         pledge garrigues carrot 80 from=2026-W48 to=2026-W52
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 80      | 0     | missing 20 | 24,00 | garrigues |
         unpledge garrigues carrot from=2026-W48 after=2026-W47
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 0       | 40    | missing 60 | 72,00 | garrigues |",
    );
}

#[test]
fn a_pledge_that_never_began_leaves_the_one_before_it() {
    steadily(
        "pledge garrigues carrot 60 from=2026-W40 to=2026-W52
         pledge garrigues carrot 10 from=2026-W48 to=2026-W52
         unpledge garrigues carrot from=2026-W48 after=2026-W46
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 60      | 0     | missing 40 | 0,00  | garrigues |",
    );
}

#[test]
fn a_pledge_that_ended_midway_leaves_the_habit_to_the_weeks_after() {
    steadily(
        "brought 2026-W47 garrigues carrot 40 at 1,20
         pledge garrigues carrot 80 from=2026-W40 to=2026-W52
         unpledge garrigues carrot from=2026-W40 after=2026-W47
         show outlook
         | goods  | likely | said | pledged | usual | gap        | worth | call      |
         | carrot | 100    | 0    | 0       | 40    | missing 60 | 72,00 | garrigues |
         # it still holds in the week with which it ends
         pledge garrigues leek 30 from=2026-W40 to=2026-W52
         unpledge garrigues leek from=2026-W40 after=2026-W48
         show outlook
         | goods  | likely | said | pledged | usual | gap         | worth | call      |
         | carrot | 100    | 0    | 0       | 40    | missing 60  | 72,00 | garrigues |
         | leek   | 0      | 0    | 30      | 0     | too much 30 | 0,00  | garrigues |",
    );
}

#[test]
fn for_goods_with_labels_only_who_proves_them_is_called() {
    check(
        "certificate garrigues organic
         certificate vidourle  organic product=leek
         certificate salagou   organic to=2026-11-20
         past 2026-W46 chu carrot+organic 100
         past 2026-W47 chu carrot+organic 100
         brought 2026-W46 salagou   carrot+organic 90 at 2,00
         brought 2026-W47 vidourle  carrot 60 at 1,20
         brought 2026-W47 garrigues carrot 40 at 1,20
         show outlook
         | goods | likely | said | pledged | usual | gap | worth | call |
         | carrot+organic | 100 | 0 | 0 | 45 | missing 55 | 110,00 | garrigues |
         | carrot | 0 | 0 | 0 | 50 | even | 0,00 | vidourle garrigues salagou |",
    );
}

#[test]
fn food_aid_is_told_of_what_will_be_too_much_once() {
    steadily(
        "pledge garrigues carrot 149,6 from=2026-W48 to=2026-W48
         pledge vidourle  leek 30 from=2026-W48 to=2026-W48
         pledge aubrac    egg 0,2 from=2026-W48 to=2026-W48
         # whole units, at least one, by goods
         aid tell 2026-W48 leek carrot leek in=2026-W45 -> carrot 50, leek 30
         aid tell 2026-W48 egg -> egg 1
         aid tell 2026-W48 carrot
           -> refused: already forewarned, product carrot, week 2026-W48, quantity 50
         # a little more is the same to the page, and to food aid; much more is news
         pledge aubrac carrot 0,7 from=2026-W48 to=2026-W48
         aid tell 2026-W48 carrot
           -> refused: already forewarned, product carrot, week 2026-W48, quantity 50
         pledge salagou carrot 40 from=2026-W48 to=2026-W48
         aid tell 2026-W48 carrot -> carrot 90
         # less than was told is no news either
         unpledge salagou carrot from=2026-W48 after=2026-W47
         aid tell 2026-W48 carrot
           -> refused: already forewarned, product carrot, week 2026-W48, quantity 90",
    );
}

#[test]
fn food_aid_is_told_of_nothing_else() {
    steadily(
        "brought 2026-W47 garrigues carrot 140 at 1,20
         # what is only usual is never too much, and what is unknown neither
         aid tell 2026-W48 carrot
           -> refused: nothing too much, product carrot, week 2026-W48
         aid tell 2026-W49 carrot
           -> refused: nothing too much, product carrot, week 2026-W49
         # one line that may not be told is a no to all
         pledge vidourle leek 30 from=2026-W48 to=2026-W48
         aid tell 2026-W48 leek carrot
           -> refused: nothing too much, product carrot, week 2026-W48
         # a week that has begun offers its own surplus
         aid tell 2026-W48 leek in=2026-W48 -> refused: week begun, week 2026-W48
         aid tell 2026-W48 leek in=2026-W47 -> leek 30",
    );
}

#[test]
fn a_week_without_delivery_needs_and_brings_nothing() {
    steadily(
        "pledge garrigues carrot 90 from=2026-W48 to=2026-W48
         holiday tue
         holiday thu
         show outlook
         | goods  | likely | said | pledged | usual | gap  | worth | call      |
         | carrot | 0      | 0    | 0       | 0     | even | 0,00  | garrigues |",
    );
}

#[test]
fn goods_with_more_labels_may_be_asked_for_too() {
    steadily(
        "certificate garrigues organic
         # the hub has one week of offers: it is not judged by those before
         brought 2026-W47 garrigues carrot+organic 40 at 2,00
         brought 2026-W47 vidourle leek 40 at 1,50
         show outlook
         | goods          | likely | said | pledged | usual | gap         | worth | call      |
         | carrot         | 100    | 0    | 0       | 0     | missing 100 | 0,00  | garrigues |
         | carrot+organic | 0      | 0    | 0       | 40    | even        | 0,00  | garrigues |
         | leek           | 0      | 0    | 0       | 40    | even        | 0,00  | vidourle  |",
    );
}

#[test]
fn the_dearest_gap_comes_first_and_a_quotation_stands_for_a_price() {
    steadily(
        "# 150 kg in the last week lift the mean to 107,677 a week, of which 7,677 are leek
         quote carrot 0,50 week=2026-W47
         quote leek 20,00 week=2026-W47
         past 2026-W47 chu leek 50
         pledge vidourle lamb 10 from=2026-W48 to=2026-W48
         show outlook
         | goods  | likely | said | pledged | usual | gap           | worth  | call     |
         | leek   | 7,677  | 0    | 0       | 0     | missing 7,677 | 153,54 |          |
         | carrot | 100    | 0    | 0       | 0     | missing 100   | 50,00  |          |
         | lamb   | 0      | 0    | 10      | 0     | too much 10   | 0,00   | vidourle |",
    );
}

#[test]
fn a_pledge_is_judged() {
    let mut world = World::new();
    crate::cast::enlist(
        &mut world,
        &["pledge", "garrigues", "carrot", "40", "from=2026-W40", "to=2026-W50"],
    );
    let pledge = world.register.pledges[0];
    let register = &world.register;
    let judged = |pledge: Pledge| pledge.judged(register);
    assert_eq!(judged(pledge), Ok(pledge));
    let week = |week| IsoWeek::new(2026, week).expect("a week");
    let one = Pledge { to: pledge.from, ..pledge };
    assert_eq!(judged(one), Ok(one));
    let (from, to) = (week(40), week(39));
    let back = Pledge { to, ..pledge };
    assert_eq!(judged(back), Err(Denial::NoSeason { from, to, most: 53 }));
    let to = IsoWeek::new(2027, 40).expect("a week");
    let long = Pledge { to, ..pledge };
    assert_eq!(judged(long), Err(Denial::NoSeason { from, to, most: 53 }));
    let quantity = Qty::new(-1);
    let below = Pledge { weekly: quantity, ..pledge };
    assert_eq!(judged(below), Err(Denial::QuantityNotPositive { quantity }));
    let producer = trade::id::ProducerId::parse("nobody").expect("a code");
    let strange = Pledge { producer, ..pledge };
    assert_eq!(judged(strange), Err(Denial::UnknownProducer { producer }));
    // Ended: in its course after a week, before its course for good.
    assert_eq!(pledge.ended(week(45)), Pledge { to: week(45), ..pledge });
    assert_eq!(pledge.ended(week(52)), pledge);
    assert_eq!(pledge.ended(week(40)), Pledge { to: week(40), ..pledge });
    let void = pledge.ended(week(39));
    assert!(void.is_void() && !pledge.ended(week(40)).is_void());
    assert!((30..53).all(|number| !void.holds(week(number))), "it holds in no week");
}
