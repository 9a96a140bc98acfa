//! Step 7: which truck goes where, and what each site took.

use trade::Denial;
use trade::id::VehicleId;
use trade::party::{Duty, Vehicle};
use trade::register::Register;
use trade::unit::Grams;

use crate::cast::hub;
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

/// Carrots of a site in town, of one behind a low bridge, and of a farm that our truck fetches.
const PURCHASED: &str = "
    producer garrigues liable hours=5:00-6:00 fetched
    site joffre of=joffre again=13:30-15:00 largest=3500 empties=10
    offer garrigues carrot tue 600 at 1,20
    publish
    order moulin tue: carrot 300
    order joffre tue: carrot 200
    close tue
";

#[test]
fn rounds_are_asked_for_before_anything_is_sorted_and_after() {
    check(&format!(
        "{PURCHASED}
         # nothing was bought yet, so nothing can be expected
         show calls tue
         | call | brings | fetches | windows | service | cold | largest |
         plan tue
         # ten minutes, and one for each 100 kg; fifteen at a farm; 250 g take a litre
         show calls tue
         | call       | brings   | fetches  | windows                | service | cold | largest |
         | joffre     | 200/800  | 17/90    | 6:00-11:00 13:30-15:00 | 720     | -    | 3500    |
         | moulin     | 300/1200 | 0/0      | 6:00-11:00             | 780     | -    | -       |
         | @garrigues | 0/0      | 500/2000 | 5:00-6:00              | 1200    | -    | -       |
         receive p1 450
         sort tue
         deliver joffre tue
         # what came counts, what was handed over is gone, the farm was fetched
         show calls tue
         | call   | brings   | fetches | windows    | service | cold | largest |
         | moulin | 270/1080 | 0/0     | 6:00-11:00 | 762     | -    | -       |"
    ));
}

#[test]
fn what_must_stay_cold_asks_for_a_cold_truck() {
    check(
        "product salad kg pack=1 chilled
         offer vidourle salad tue 40 at 3,00
         publish
         order chu tue: salad 40
         close tue
         plan tue
         show calls tue
         | call | brings | fetches | windows    | service | cold | largest |
         | chu  | 40/160 | 0/0     | 6:00-11:00 | 624     | cold | -       |",
    );
}

#[test]
fn what_is_fetched_for_the_same_day_is_at_the_dock_before_it_leaves() {
    check(
        "producer garrigues liable fetched
         offer garrigues carrot tue 300 at 1,20
         offer vidourle  leek   tue 300 at 1,20
         offer garrigues carrot thu 300 at 1,20
         publish
         order moulin tue: carrot 200, leek 50
         order joffre tue: leek 100
         order joffre thu: carrot 40
         close tue
         close thu
         plan tue
         plan thu
         # the dock receives until six, and half an hour later all is sorted; leeks are brought
         show awaited tue
         | call       | ready | back by |
         | joffre     | -     | -       |
         | moulin     | 6:30  | -       |
         | @garrigues | -     | 6:00    |
         show awaited thu
         | call       | ready | back by |
         | joffre     | 6:30  | -       |
         | @garrigues | -     | 6:00    |
         # what is in is waited for no more
         receive p1 200
         show awaited tue
         | call   | ready | back by |
         | joffre | -     | -       |
         | moulin | -     | -       |",
    );
}

#[test]
fn nobody_waits_for_goods_that_are_not_expected() {
    check(
        "producer garrigues liable fetched
         offer garrigues carrot tue 300 at 1,20
         offer vidourle  leek   tue 300 at 1,20
         publish
         order moulin tue: carrot 200, leek 50
         close tue
         plan tue
         confirm p1 0
         show awaited tue
         | call   | ready | back by |
         | moulin | -     | -       |",
    );
}

#[test]
fn a_truck_is_never_over_its_payload_on_its_way() {
    check(&format!(
        "{PURCHASED}
         plan tue
         # 500 kg leave the dock, and 800 are on board behind the farm: 1200 carry them
         round tue: kangoo moulin 1000, @garrigues 1000, joffre 1000 back 1000
           -> refused: too heavy, vehicle kangoo, payload 600, load 700
         round tue: master @garrigues 1000, moulin 1000, joffre 1000 back 1000 -> 1 rounds
         round tue: kangoo moulin 1000, joffre 1000, @garrigues 1000 back 1000 -> 1 rounds
         round tue: kangoo @vidourle 1000 back 1000
           -> refused: nothing to fetch, producer vidourle, day tue
         round tue: kangoo @garrigues 1000 back 1 then master @garrigues 1 back 1
           -> refused: farm twice, producer garrigues"
    ));
}

#[test]
fn times_loads_and_costs_stand_on_an_accepted_round() {
    check(&format!(
        "{PURCHASED}
         truck master 1200 day=90,00 rest=6:00-9:00
         plan tue
         # 0,50 a kilometre, 25,00 an hour from the first leaving to the last being back, and the
         # day of a truck once
         round tue: master at=5:30 pause=1 moulin 12000, joffre 6000 back 18000 \
           then master at=9:00 @garrigues 36000 back 36000 -> 2 rounds
         show stops
         | round | at         | arrives | begins  | leaves  | on board | cost   | lock |
         | 1     | dock       | -       | -       | 5:30    | 500      | 166,33 | -    |
         | 1     | moulin     | 5:50    | 6:00    | 6:58    | 200      | -      | -    |
         | 1     | joffre     | 7:08    | 7:08    | 7:20    | 17       | -      | -    |
         | 1     | dock       | 7:50    | -       | -       | -        | -      | -    |
         | 2     | dock       | -       | -       | 9:00    | 0        | 123,50 | -    |
         | 2     | @garrigues | 10:00   | 10:00   | 10:20   | 500      | -      | -    |
         | 2     | dock       | 11:20   | -       | -       | -        | -      | -    |"
    ));
}

#[test]
fn what_is_locked_stays_for_the_next_plan_until_it_has_gone() {
    check(&format!(
        "{PURCHASED}
         plan tue
         fix tue moulin -> refused: nothing to deliver, site moulin, day tue
         round tue: master moulin 1000, joffre 1000 back 1000 then kangoo @garrigues 1000 back 1000
         fix tue r1 -> ok
         fix tue r9 -> refused: no such round, round 9
         # a lock is a version of its own: rounds 3 and 4
         fix tue @garrigues -> ok
         show rounds
         | round | version | truck  | stops         | load | km |
         | 5     | 3       | master | moulin joffre | 500  | 3  |
         | 6     | 3       | kangoo | @garrigues    | 0    | 2  |
         show fixed tue
         | truck  | calls         | as    |
         | master | moulin joffre | round |
         | kangoo | @garrigues    | stop  |
         # made again the same way the locks stay; another way they do not
         round tue: master moulin 1000, joffre 1000 back 1000 then kangoo @garrigues 1000 back 1000
         show fixed tue
         | truck  | calls         | as    |
         | master | moulin joffre | round |
         | kangoo | @garrigues    | stop  |
         free tue @garrigues -> ok
         receive all
         sort tue
         deliver moulin tue
         # a part of the round has gone: the rest keeps its truck
         show fixed tue
         | truck  | calls  | as   |
         | master | joffre | stop |"
    ));
}

#[test]
fn what_a_truck_cannot_do_is_shown_and_refuses_nothing() {
    check(
        "product salad kg pack=1 chilled
         offer vidourle  salad  tue 40 at 3,00
         offer garrigues carrot tue 200 at 1,20
         publish
         order chu    tue: salad 40
         order moulin tue: carrot 200
         close tue
         plan tue
         round tue: kangoo chu 1000, moulin 1000 back 1000 -> 1 rounds
         show flaws tue
         | round | flaw            |
         | 1     | no cold for chu |
         # trucks and sites change while rounds stand
         site moulin of=moulin largest=3000
         truck kangoo 200 litres=700
         show flaws tue
         | round | flaw                                 |
         | 1     | too large for moulin, 3500 over 3000 |
         | 1     | too heavy, 240 over 200              |
         | 1     | too full, 960 over 700               |
         | 1     | no cold for chu                      |
         site moulin of=moulin
         truck kangoo 600 cold litres=960
         show flaws tue
         | round | flaw |
         # what was handed over asks for nothing more
         truck kangoo 600
         receive all
         sort tue
         deliver chu tue
         show flaws tue
         | round | flaw |",
    );
}

#[test]
fn a_stop_that_later_rounds_do_not_make_is_dropped_until_it_is_made() {
    check(&format!(
        "{SORTED}
         round tue: kangoo moulin 1000 back 1000 then master joffre 1000 back 1000 -> 2 rounds
         show dropped tue
         | stop | was on |
         round tue: kangoo moulin 1000 back 1000 -> 1 rounds
         round tue: kangoo moulin 2000 back 1000 -> 1 rounds
         show dropped tue
         | stop   | was on |
         | joffre | 2      |
         show dropped thu
         | stop | was on |
         # again on a round, or signed for
         round tue: master moulin 1000, joffre 1000 back 1000 -> 1 rounds
         show dropped tue
         | stop | was on |
         deliver joffre tue
         round tue: master moulin 1000 back 1000 -> 1 rounds
         show dropped tue
         | stop | was on |"
    ));
}

#[test]
fn trucks_go_out_in_order_of_preference() {
    check(&format!(
        "{PURCHASED}
         plan tue
         # nobody has said: the codes decide
         show trucks tue
         | truck  | carries |
         | kangoo | 600     |
         | master | 1200    |
         truck master 1200 rank=1
         truck kangoo 600 rank=2
         truck ancien 3000 rank=3 retired
         show trucks tue
         | truck  | carries |
         | master | 1200    |
         | kangoo | 600     |"
    ));
}

#[test]
fn a_truck_out_of_use_is_in_no_new_round_and_holds_nothing() {
    check(&format!(
        "{PURCHASED}
         plan tue
         round tue: master moulin 1000, joffre 1000 back 1000 then kangoo @garrigues 1000 back 1000
           -> 2 rounds
         fix tue r1 -> ok
         fix tue @garrigues -> ok
         truck master 1200 retired
         # what was locked on it is free, the rest stays locked
         show fixed tue
         | truck  | calls      | as   |
         | kangoo | @garrigues | stop |
         round tue: master moulin 1000 back 1000 -> refused: vehicle retired, vehicle master
         # rounds in force go on naming it until others are accepted
         show rounds
         | round | version | truck  | stops         | load | km |
         | 5     | 3       | master | moulin joffre | 500  | 3  |
         | 6     | 3       | kangoo | @garrigues    | 0    | 2  |
         truck master 1200
         round tue: master moulin 1000 back 1000 -> 1 rounds"
    ));
}

#[test]
fn a_truck_changes_places_with_the_next_one_in_use() {
    let mut register = Register::new(hub());
    let id = |code: &str| VehicleId::parse(code).expect("a code");
    for (code, rank, is_retired) in [("a", 1, false), ("b", 2, true), ("c", 3, false)] {
        let vehicle = Vehicle {
            id: id(code),
            name: code.into(),
            payload: Grams::new(600_000),
            is_cold: false,
            rank,
            is_retired,
            duty: Duty::default(),
        };
        register.vehicles.insert(vehicle.id, vehicle);
    }
    let order = |code: &str, is_up: bool| -> Result<String, Denial> {
        let order = register.fleet_with(id(code), is_up)?;
        Ok(order.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(order("c", true), Ok("c b a".into()));
    assert_eq!(order("a", false), Ok("c b a".into()));
    assert_eq!(order("a", true), Ok("a b c".into()));
    assert_eq!(order("c", false), Ok("a b c".into()));
    assert_eq!(order("b", true), Err(Denial::VehicleRetired { vehicle: id("b") }));
    assert_eq!(order("d", true), Err(Denial::UnknownVehicle { vehicle: id("d") }));
    assert_eq!(register.last_rank(), 4);
}
