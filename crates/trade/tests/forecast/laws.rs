//! Laws that hold for any past, each seen to fail on a forecast that breaks it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trade::calendar::{ClosedPeriod, Closure, Day, IsoWeek};
use trade::needs::{Goods, Menu, Need, PastOrder, foresee};
use trade::register::Register;
use trade::unit::Qty;

use crate::invented::{Invented, invent, weeks};

/// A way to foresee: what the laws are asked of.
type Way<'w> = &'w dyn Fn(&Register, &[PastOrder], IsoWeek, IsoWeek) -> Vec<Need>;

fn ours(register: &Register, past: &[PastOrder], known: IsoWeek, week: IsoWeek) -> Vec<Need> {
    foresee(register, past, &[], known, &[week])
}

/// A hub with its past, the last known week, and the one that is foreseen.
#[derive(Clone, Debug)]
struct Case {
    hub: Invented,
    known: IsoWeek,
    week: IsoWeek,
}

fn case() -> impl Strategy<Value = Case> {
    (any::<u64>(), 1..9_usize, 5..70_usize, 1..6_usize).prop_map(
        |(seed, kitchens, count, ahead)| {
            let all = weeks(count + ahead);
            let hub = invent(seed, kitchens, count);
            Case { hub, known: all[count - 1], week: all[count + ahead - 1] }
        },
    )
}

fn likely(needs: &[Need]) -> BTreeMap<Goods, i64> {
    needs.iter().map(|need| ((need.product, need.labels), need.likely.get())).collect()
}

fn closed(register: &Register, from: Day, to: Day, closure: Closure) -> Register {
    let mut register = register.clone();
    register.calendar.closed.push(ClosedPeriod { from, to, closure, name: String::new() });
    register
}

/// The order in which orders come, and whether one comes in two parts, says nothing.
fn order_says_nothing(case: &Case, way: Way<'_>) -> bool {
    let Case { hub, known, week } = case;
    let mut other: Vec<PastOrder> = hub.past.iter().rev().copied().collect();
    let middle = other.len() / 3;
    other.rotate_left(middle);
    if let Some(first) = other.first_mut().filter(|order| order.quantity.get() > 1) {
        let half = PastOrder { quantity: Qty::new(1), ..*first };
        first.quantity = Qty::new(first.quantity.get() - 1);
        other.push(half);
    }
    way(&hub.register, &hub.past, *known, *week) == way(&hub.register, &other, *known, *week)
}

/// A kitchen that is closed all week needs nothing.
fn closed_needs_nothing(case: &Case, way: Way<'_>) -> bool {
    let Case { hub, known, week } = case;
    let (monday, friday) = (week.monday(), week.monday().plus_days(4));
    let holidays = closed(&hub.register, monday, friday, Closure::SchoolHoliday);
    let is_school = |buyer| hub.register.buyers[&buyer].kind.follows_school();
    let needs = way(&holidays, &hub.past, *known, *week);
    let schools = needs.iter().flat_map(|need| &need.buyers).any(|one| is_school(one.buyer));
    let nobody = closed(&hub.register, monday, friday, Closure::PublicHoliday);
    !schools && way(&nobody, &hub.past, *known, *week).is_empty()
}

/// Ten times the orders make ten times the need, to the rounding.
fn scale_scales(case: &Case, way: Way<'_>) -> bool {
    const TIMES: i64 = 10;
    let Case { hub, known, week } = case;
    let large: Vec<PastOrder> = hub
        .past
        .iter()
        .map(|order| PastOrder { quantity: Qty::new(order.quantity.get() * TIMES), ..*order })
        .collect();
    let small = likely(&way(&hub.register, &hub.past, *known, *week));
    let large = likely(&way(&hub.register, &large, *known, *week));
    let is_near = |(goods, quantity): (&Goods, &i64)| {
        let small = small.get(goods).copied().unwrap_or(0);
        (quantity - small * TIMES).abs() <= 2 * TIMES
    };
    large.iter().all(is_near) && small.keys().all(|goods| large.contains_key(goods))
}

/// A day of service less never makes more.
fn fewer_days_need_no_more(case: &Case, way: Way<'_>) -> bool {
    let Case { hub, known, week } = case;
    let all = likely(&way(&hub.register, &hub.past, *known, *week));
    (0..5).all(|rank| {
        let day = week.monday().plus_days(rank);
        let fewer = closed(&hub.register, day, day, Closure::PublicHoliday);
        let fewer = likely(&way(&fewer, &hub.past, *known, *week));
        fewer.iter().all(|(goods, quantity)| all.get(goods).is_some_and(|more| quantity <= more))
    })
}

/// What was ordered after the last known week is not looked at.
fn the_future_is_not_known(case: &Case, way: Way<'_>) -> bool {
    let Case { hub, known, week } = case;
    let early = known.monday().plus_days(-35).week();
    let until: Vec<PastOrder> =
        hub.past.iter().copied().filter(|order| order.week <= early).collect();
    way(&hub.register, &hub.past, early, *week) == way(&hub.register, &until, early, *week)
}

/// A range holds what is likely, and the buyers' parts make it to the rounding.
fn parts_make_the_whole(case: &Case, way: Way<'_>) -> bool {
    let Case { hub, known, week } = case;
    way(&hub.register, &hub.past, *known, *week).iter().all(|need| {
        let parts: i64 = need.buyers.iter().map(|one| one.quantity.get()).sum();
        // Each kitchen rounds for itself, and what rounds to nothing is left out.
        let rounding = hub.register.buyers.len() as i64;
        Qty::ZERO <= need.low
            && need.low <= need.likely
            && need.likely <= need.high
            && (parts - need.likely.get()).abs() <= rounding
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn laws_hold(case in case()) {
        prop_assert!(order_says_nothing(&case, &ours));
        prop_assert!(closed_needs_nothing(&case, &ours));
        prop_assert!(scale_scales(&case, &ours));
        prop_assert!(fewer_days_need_no_more(&case, &ours));
        prop_assert!(the_future_is_not_known(&case, &ours));
        prop_assert!(parts_make_the_whole(&case, &ours));
    }
}

/// Each need of `ours` with another quantity.
fn changed(needs: Vec<Need>, change: impl Fn(i64) -> i64) -> Vec<Need> {
    let change = |need: Need| Need { likely: Qty::new(change(need.likely.get())), ..need };
    needs.into_iter().map(change).collect()
}

#[test]
fn each_law_is_seen_to_fail() {
    let all = weeks(32);
    let case = Case { hub: invent(7, 6, 30), known: all[29], week: all[31] };
    let first_counts = |register: &Register, past: &[PastOrder], known, week| {
        let more = past.first().map_or(0, |order| order.quantity.get());
        changed(ours(register, past, known, week), |quantity| quantity + more)
    };
    assert!(!order_says_nothing(&case, &first_counts));
    let never_closed = |register: &Register, past: &[PastOrder], known, week| {
        let mut open = register.clone();
        open.calendar.closed.clear();
        ours(&open, past, known, week)
    };
    assert!(!closed_needs_nothing(&case, &never_closed));
    let a_pallet_more = |register: &Register, past: &[PastOrder], known, week| {
        changed(ours(register, past, known, week), |quantity| quantity + 400_000)
    };
    assert!(!scale_scales(&case, &a_pallet_more));
    assert!(!parts_make_the_whole(&case, &a_pallet_more));
    let more_for_holidays = |register: &Register, past: &[PastOrder], known, week: IsoWeek| {
        let days = register.calendar.working_days(week);
        changed(ours(register, past, known, week), |quantity| quantity * (9 - days))
    };
    assert!(!fewer_days_need_no_more(&case, &more_for_holidays));
    let peeks = |register: &Register, past: &[PastOrder], _, week: IsoWeek| {
        ours(register, past, week.previous(), week)
    };
    assert!(!the_future_is_not_known(&case, &peeks));
}

#[test]
fn announced_menus_take_the_place_of_habits() {
    let all = weeks(31);
    let Invented { register, past } = invent(3, 4, 30);
    let (known, week) = (all[29], all[30]);
    let needs = foresee(&register, &past, &[], known, &[week]);
    let need = needs.iter().find(|need| need.buyers.len() > 1).expect("goods of two kitchens");
    let buyer = need.buyers[0].buyer;
    let menu =
        |servings| Menu { buyer, week, product: need.product, labels: need.labels, servings };
    let with = |menus: &[Menu]| {
        let needs = foresee(&register, &past, menus, known, &[week]);
        let same = |one: &&Need| (one.product, one.labels) == (need.product, need.labels);
        needs.iter().find(same).map(|one| one.likely.get()).expect("still needed")
    };
    let others = need.likely.get() - need.buyers[0].quantity.get();
    let grammage = register.products[&need.product].grammage.get();
    assert!((with(&[menu(1_000)]) - others - 1_000 * grammage).abs() <= 1);
    assert!((with(&[menu(0)]) - others).abs() <= 1);
    // Told twice, the greater counts, in whatever order.
    assert_eq!(with(&[menu(1_000), menu(10)]), with(&[menu(10), menu(1_000)]));
}
