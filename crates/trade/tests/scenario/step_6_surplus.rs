//! Step 6, what nobody has bought: offered to food aid, reserved by the first, fetched, shared out.

use std::collections::BTreeMap;

use trade::Fact;
use trade::dock::OutcomeKind;
use trade::dock::surplus::{SurplusFact, SurplusSource};
use trade::id::{ProducerId, ProductId};
use trade::impact::aid;
use trade::unit::amount;

use crate::script::{after, check};
use crate::world::World;

/// 20 kg of 40 are left on the dock on Tuesday at seven.
const LEFT: &str = "
    producer garrigues liable mandate=2026-01-01 at=34130
    buyer restos food_aid
    offer garrigues carrot tue 40 at 1,20
    offer vidourle  carrot tue 40 at 1,20
    publish
    order moulin tue: carrot 40
    close tue
    close thu
    plan tue
    confirm p1 20
    plan tue
    receive p1 40
    receive p2 20
    sort tue
    deliver moulin tue
    at tue 07:00
";

#[track_caller]
fn told(script: &str) {
    check(&format!("{LEFT}{script}"));
}

#[test]
fn what_is_left_is_offered_and_then_nobody_elses() {
    told(
        "aid offer r1 21 until tue 12:00 -> refused: more than left, left 20, asked 21
         aid offer r1 0 until tue 12:00 -> refused: quantity not positive, quantity 0
         aid offer r1 5 until tue 07:00 -> refused: surplus ended, until tue 07:00
         aid offer r1 5 until tue 12:00 at=0 -> refused: price not positive, price 0,00
         aid offer r1 15 until tue 12:00 -> surplus 1
         show leftovers tue
         | from | left |
         | r1   | 5    |
         resolve r1 6 wasted because=wilted -> refused: more than left, left 5, asked 6
         surplus joffre tue: carrot 6 from r1 -> refused: more than left, left 5, asked 6
         aid offer r1 6 until tue 12:00 -> refused: more than left, left 5, asked 6
         aid reserve 1 secours 10 -> reservation 101
         # what nobody has reserved is taken back, the rest stays held
         aid withdraw 1 -> 5 back
         aid withdraw 1 -> nothing left
         show leftovers tue
         | from | left |
         | r1   | 10   |
         show aid
         | surplus | from | offered | left | price | until     |
         | 1       | r1   | 15      | 0    | free  | tue 12:00 |",
    );
}

#[test]
fn before_sorting_nothing_is_surplus() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         receive p1 40
         aid offer r1 10 until tue 12:00 -> refused: not sorted yet, day tue",
    );
}

#[test]
fn the_first_one_has_it_and_the_others_are_told_what_is_left() {
    told(
        "aid offer r1 20 until tue 12:00
         aid reserve 9 secours 5 -> refused: unknown surplus, surplus 9
         aid reserve 1 moulin 5 -> refused: not food aid, buyer moulin
         aid reserve 1 secours 21 -> refused: surplus gone, surplus 1, asked 21, left 20
         aid reserve 1 secours 15,5 -> reservation 101
         aid reserve 1 restos 15 -> refused: surplus gone, surplus 1, asked 15, left 4,5
         aid reserve 1 restos 4,5 -> reservation 102
         aid cancel 101
         aid cancel 101 -> refused: unknown reservation, reservation 101
         aid reserve 1 restos 1 -> reservation 103
         at tue 12:00
         aid reserve 1 restos 1 -> refused: surplus ended, until tue 12:00
         show reservations
         | reservation | of | buyer   | quantity | slot | fetched   | split |
         | 101         | 1  | secours | 15,5     | -    | cancelled | -     |
         | 102         | 1  | restos  | 4,5      | -    | -         | -     |
         | 103         | 1  | restos  | 1        | -    | -         | -     |",
    );
}

#[test]
fn some_take_goods_of_certain_departments_only() {
    told(
        "aid offer r1 20 until tue 12:00
         profile secours departments=30,11
         aid reserve 1 secours 5
           -> refused: origin not taken, producer garrigues, department 34
         profile secours departments=30,34
         aid reserve 1 secours 5 -> reservation 101
         aid reserve 1 restos 5 -> reservation 102",
    );
}

#[test]
fn a_slot_holds_its_kilos_and_a_van_its_own() {
    told(
        "profile restos van=kangoo:8
         aid offer r1 20 until tue 12:00
         aid slot tue 09:00 08:00 100 -> refused: slot ended, ends at tue 08:00
         aid slot tue 09:00 10:00 12 -> slot 1
         aid slot tue 10:00 11:00 100 -> slot 2
         aid plan secours 1 -> refused: nothing reserved, buyer secours
         aid reserve 1 secours 8
         aid reserve 1 restos 9
         aid plan secours 1 -> 8 kg
         aid plan restos 1 -> refused: slot full, slot 1, load 9, left 4
         aid plan restos 2 van=kangoo -> refused: vehicle too small, payload 8, load 9
         aid plan restos 2 van=master -> 9 kg
         # a later word takes the place of the first and gives its hours back
         aid plan secours 2 -> 8 kg
         aid plan restos 1 -> 9 kg
         aid plan restos 9 -> refused: unknown slot, slot 9
         at tue 09:30
         aid cancel 102 -> refused: too late to cancel, since tue 09:00
         aid cancel 101
         # the hub gives free what nobody came for
         aid cancel 102 by=hub
         at tue 11:00
         aid reserve 1 secours 1
         aid plan secours 2 -> refused: slot ended, ends at tue 11:00",
    );
}

#[test]
fn what_is_fetched_is_a_gift_and_the_rest_is_there_again() {
    told(
        "aid offer r1 20 until tue 12:00 rate=50%
         aid reserve 1 secours 20
         aid fetch 101 restos 20 -> refused: unknown reservation, reservation 101
         aid fetch 101 secours 21 -> refused: more than reserved, reserved 20, received 21
         aid fetch 101 secours 0 -> refused: quantity not positive, quantity 0
         aid fetch 101 secours 18 by= -> refused: signature missing
         aid fetch 101 secours 18 temp=6,5 -> given
         aid fetch 101 secours 18 -> refused: already collected, reservation 101
         aid cancel 101 -> refused: already collected, reservation 101
         aid reserve 1 restos 3 -> refused: surplus gone, surplus 1, asked 3, left 2
         aid withdraw 1 -> 2 back
         resolve r1 2 wasted because=wilted
         show outcomes
         | from | what    | quantity | because                |
         | r1   | donated | 18       | surplus réservé n° 101 |
         | r1   | wasted  | 2        | wilted                 |
         show aid report
         | day | buyer   | farm      | goods  | kind | kg | value | gift  | paid |
         | tue | secours | garrigues | carrot | gift | 18 | 21,60 | 10,80 | 0,00 |",
    );
}

#[test]
fn what_nobody_comes_for_is_free_for_another_way_once_its_time_has_passed() {
    told(
        "aid slot tue 09:00 10:00 100
         aid offer r1 12 until tue 12:00
         aid offer r1 4 until tue 10:30
         aid reserve 1 secours 5
         aid reserve 1 restos 3
         aid plan secours 1
         # still awaited: only what was never offered is free
         at tue 09:59
         show leftovers tue
         | from | left |
         | r1   | 4    |
         resolve r1 5 wasted because=wilted -> refused: more than left, left 4, asked 5
         # the hours are over and nobody has signed; the others' offer goes on until noon
         at tue 10:00
         show leftovers tue
         | from | left |
         | r1   | 9    |
         at tue 10:30
         show leftovers tue
         | from | left |
         | r1   | 13   |
         resolve r1 14 wasted because=wilted -> refused: more than left, left 13, asked 14
         resolve r1 10 wasted because=wilted
         show leftovers tue
         | from | left |
         | r1   | 3    |
         show reservations
         | reservation | of | buyer   | quantity | slot | fetched   | split |
         | 101         | 1  | secours | 5        | 1    | cancelled | -     |
         | 102         | 1  | restos  | 3        | -    | -         | -     |
         aid fetch 101 secours 5 -> refused: unknown reservation, reservation 101
         # four of the first offer were never reserved, and are offered until noon
         aid reserve 1 secours 5 -> refused: surplus gone, surplus 1, asked 5, left 4
         at tue 12:00
         show leftovers tue
         | from | left |
         | r1   | 7    |
         # who has no hours is awaited one day more
         at wed 11:59
         aid withdraw 1 -> 4 back
         aid withdraw 1 -> nothing left
         at wed 12:00
         aid withdraw 1 -> 3 back
         resolve r1 10 returned because=wilted",
    );
}

#[test]
fn without_the_release_what_nobody_fetched_stays_held_for_ever() {
    let world = after(&format!("{LEFT} aid offer r1 20 until tue 12:00\n at wed 12:00"));
    let source = trade::dock::LeftoverSource::Dock(trade::id::ReceiptId(1));
    let kind = OutcomeKind::Wasted;
    let all = trade::unit::Qty::new(20_000);
    let held = trade::dock::resolve(&world.week, source, kind, all, "wilted", world.stamp());
    assert!(held.is_err(), "{held:?}");
}

#[test]
fn at_a_price_it_is_an_order_line_billed_once_and_the_week_balances() {
    told(
        "aid offer r1 20 until tue 12:00 at=0,50
         aid reserve 1 secours 20
         aid fetch 101 secours 20 -> sold
         show notes
         | note | site    | order line | from | loaded | refused | missing | delivered |
         | 1    | moulin  | 1.1        | r1   | 20     | 0       | 0       | 20        |
         | 1    | moulin  | 1.1        | r2   | 20     | 0       | 0       | 20        |
         | 2    | secours | 101.1      | r1   | 20     | 0       | 0       | 20        |
         invoice moulin
         invoice secours
         bill garrigues
         bill vidourle
         shrinkage -> nothing
         show documents
         | kind      | number              | party     | for   | net   | total | due        |
         | invoice   | F2026-000001        | moulin    | ENG-1 | 64,00 | 67,52 | 2026-12-27 |
         | invoice   | F2026-000002        | secours   | -     | 10,00 | 10,55 | 2026-12-27 |
         | self_bill | AF-garrigues-2026-000001 | garrigues | - | 48,00 | 50,64 | 2026-12-24 |
         | self_bill | AF-vidourle-2026-000001  | vidourle  | - | 24,00 | 25,32 | 2026-12-24 |
         show aid report
         | day | buyer   | farm      | goods  | kind     | kg | value | gift | paid  |
         | tue | secours | garrigues | carrot | purchase | 20 | 24,00 | 0,00 | 10,00 |",
    );
}

#[test]
fn what_a_buyer_refused_is_given_and_never_sold_again() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         publish
         order moulin tue: carrot 40
         close tue
         plan tue
         receive p1 40
         sort tue
         deliver moulin tue: 1.1 refuse=10 because=size
         aid offer n1/s1 10 until tue 12:00 at=0,50 -> refused: given only
         aid offer n1/s1 11 until tue 12:00 -> refused: more than left, left 10, asked 11
         aid offer n1/s1 10 until tue 12:00 -> surplus 1
         aid reserve 1 secours 10 -> reservation 101
         aid fetch 101 secours 10 -> given
         show leftovers tue
         | from | left |",
    );
}

#[test]
fn a_farm_gives_what_it_has_beyond_all_that_can_still_be_sold() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer vidourle  carrot tue 40 at 1,20
         publish
         aid offer o1 5 until tue 12:00 -> refused: more than left, left 0, asked 5
         # more than the list sells
         offer garrigues carrot tue 60 at 1,20
         aid offer o3 21 until tue 12:00 -> refused: more than left, left 20, asked 21
         aid offer o3 20 until tue 12:00 at=0,50 -> refused: given only
         aid offer o3 12 until tue 12:00 -> surplus 1
         order moulin tue: carrot 70
         order joffre tue: carrot 10
         close tue
         aid offer o3 9 until tue 12:00 -> refused: more than left, left 8, asked 9
         plan tue -> 80 bought, 0 short
         aid reserve 1 secours 12
         aid fetch 101 secours 10 -> given by the farm
         aid withdraw 1 -> 2 back
         # nothing of it went over the dock
         show outcomes
         | from | what | quantity | because |
         show aid report
         | day | buyer   | farm      | goods  | kind      | kg | value | gift  | paid |
         | tue | secours | garrigues | carrot | farm gift | 10 | 12,00 | 12,00 | 0,00 |
         show supplies tue
         | offer | farm      | goods  | left |
         | 3     | garrigues | carrot | 10   |",
    );
}

#[test]
fn after_the_closing_what_was_not_sold_is_spare() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         offer garrigues leek   tue 15 at 1,00
         publish
         order moulin tue: carrot 10
         aid offer o1 10 until tue 12:00 -> refused: more than left, left 0, asked 10
         close tue
         aid offer o1 31 until tue 12:00 -> refused: more than left, left 30, asked 31
         plan tue
         aid offer o1 30 until tue 12:00 -> surplus 1
         aid offer o2 15 until tue 12:00 -> surplus 2",
    );
}

#[test]
fn what_is_counted_by_the_piece_is_split_by_the_piece() {
    check(
        "offer garrigues egg tue 90 at 0,25
         publish
         close tue
         aid offer o1 60,5 until tue 12:00 -> refused: not whole units, asked 60,5
         aid offer o1 61 until tue 12:00 -> surplus 1
         aid reserve 1 secours 61
         aid split 101 secours: lunel 61 -> refused: unknown reservation, reservation 101
         aid fetch 101 secours 61
         aid parts 61 egg 1 1 1 -> 21 20 20
         aid parts 61 egg 3 2 1 -> 31 20 10
         aid parts 61 egg 0 0 0 -> 21 20 20
         aid parts 61 egg 5 0 0 -> 61 0 0
         aid parts 10 carrot 3 2 2 -> 4,286 2,857 2,857
         aid parts 0,001 carrot 1 1 -> 0,001 0
         aid split 101 restos: lunel 61 -> refused: unknown reservation, reservation 101
         aid split 101 secours: lunel 40, sete 20
           -> refused: split differs, received 61, split 60
         aid split 101 secours: lunel 62, sete -1
           -> refused: quantity not positive, quantity -1
         aid split 101 secours: lunel 40, sete 21, agde 0
         show reservations
         | reservation | of | buyer   | quantity | slot | fetched | split            |
         | 101         | 1  | secours | 61       | -    | 61      | lunel 40 sete 21 |",
    );
}

/// What was fetched and given, from the facts alone: grams and cents by farm and goods.
fn folded(world: &World) -> BTreeMap<(ProducerId, ProductId), (i64, i64)> {
    let mut sums = BTreeMap::new();
    let week = &world.week;
    let mut add = |producer, product: ProductId, quantity, price| {
        let weight = world.register.products[&product].weight_of(quantity).get();
        let sum: &mut (i64, i64) = sums.entry((producer, product)).or_default();
        *sum = (sum.0 + weight, sum.1 + amount(quantity, price).get());
    };
    for fact in &world.facts {
        match fact {
            Fact::Resolved(outcome) if matches!(outcome.kind, OutcomeKind::Donated(_)) => {
                let receipt = week.receipt_of(outcome.source).expect("a receipt");
                let line = week.receipt(receipt).expect("a receipt").line;
                let bought = week.purchase_line(line).expect("a purchase");
                add(bought.producer, bought.product, outcome.quantity, bought.price);
            }
            Fact::Surplus(SurplusFact::Collected(pickup)) => {
                let (_, offered) = week.surplus().goods_of(pickup.reservation).expect("an offer");
                if let SurplusSource::Farm(offer) = offered.source {
                    let own = week.offer(offer).expect("an offer");
                    add(own.producer, own.product, pickup.received, own.price);
                }
            }
            Fact::Delivered(note) if note.site.as_str() != "moulin" => {
                for line in &note.lines {
                    let receipt = week.receipt(line.receipt).expect("a receipt").line;
                    let bought = week.purchase_line(receipt).expect("a purchase");
                    add(bought.producer, bought.product, line.delivered(), bought.price);
                }
            }
            _ => {}
        }
    }
    sums
}

/// Numbers below `most`, by the generator of Numerical Recipes; its high bits are good enough here.
fn drawn(seed: u32) -> impl FnMut(u32) -> u32 {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    move |most| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % most
    }
}

/// An act that may be right or wrong.
fn random_act(world: &World, draw: &mut impl FnMut(u32) -> u32) -> String {
    let book = world.week.surplus();
    let buyer = ["secours", "restos"][draw(2) as usize];
    let offer = draw(book.offers().len() as u32 + 1) + 1;
    let at = draw(book.reservations().len() as u32 + 1) as usize;
    let reserved = book.reservations().get(at);
    let (id, own) = reserved.map_or((999, buyer.into()), |one| (one.id.0, one.buyer.to_string()));
    match draw(10) {
        0 | 1 => {
            let from = ["r1", "o3"][draw(2) as usize];
            let price = ["", " at=0,40"][usize::from(draw(3) == 0)];
            format!("aid offer {from} {} until tue 12:00{price}", draw(5) + 1)
        }
        2 => format!("aid withdraw {offer}"),
        3..=5 => format!("aid reserve {offer} {buyer} {}", draw(4) + 1),
        6 => format!("aid cancel {id}"),
        7 if draw(4) == 0 => {
            format!("resolve r1 {} donated to={buyer} because=over", draw(3) + 1)
        }
        _ => format!("aid fetch {id} {own} {}", draw(4) + 1),
    }
}

/// Acts drawn at random; many of them are refused, none may break a law, and the report says at
/// the end what the facts say.
#[test]
fn random_mornings_balance_and_the_report_is_the_fold_of_their_facts() {
    let (mut fetched, mut refused) = (0, 0);
    for seed in 0..60_u32 {
        let mut draw = drawn(seed);
        let mut world = after(&format!("{LEFT} offer vidourle leek tue 30 at 0,90\n"));
        for _ in 0..80 {
            let line = random_act(&world, &mut draw);
            let done = world.act(&line).is_ok();
            refused += usize::from(!done);
            fetched += usize::from(done && line.starts_with("aid fetch"));
            let breaches = world.week.check().breaches;
            assert!(breaches.is_empty(), "{line}: {breaches:?}");
        }
        let rows = aid::of_week(&world.week, None).expect("all is known");
        let mut told: BTreeMap<_, (i64, i64)> = BTreeMap::new();
        for ((producer, product, _, _), sum) in aid::summed(&rows) {
            let entry = told.entry((producer, product)).or_default();
            *entry = (entry.0 + sum.weight.get(), entry.1 + sum.value.get());
        }
        assert_eq!(told, folded(&world), "seed {seed}");
    }
    assert!(fetched > 100 && refused > 300, "{fetched} fetched, {refused} refused");
}
