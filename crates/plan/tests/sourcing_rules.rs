//! What the coordinator, contracts, labels and ways settle, and why what is missing is missing.

#[allow(dead_code)]
mod support;

use support::{empty_task, line, producer, season_row, supply, want};
use trade::catalog::Pack;
use trade::mercuriale::LinePolicy;
use trade::sourcing::{
    Aim, Cause, FarmDay, LockRule, Reason, SourcingLock, SourcingPlan, SourcingTask,
};
use trade::unit::{Cents, Price, Qty};

use plan::sourcing::{Change, by_aims, marginal, replan, what_if, whom_to_call};
use plan::verify::{SourcingBreach, sourcing as verify};

const CRATES: Pack = Pack { size: Qty::new(10_000), weighed: false };
const FARMS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// One day of one product: crates that buyers want and farms have.
fn day(wants: &[i64], stocks: &[i64]) -> SourcingTask {
    let mut task = empty_task();
    for (at, crates) in wants.iter().enumerate() {
        task.wants.push(want(at as i64 + 1, 1, CRATES, crates * 10_000, false));
    }
    for (at, crates) in stocks.iter().enumerate() {
        task.supplies.push(supply(at as i64 + 1, FARMS[at], 1, crates * 10_000));
    }
    task
}

/// `buyer: farm crates, farm crates` for each buyer that is served.
fn shown(plan: &SourcingPlan) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for one in &plan.allotments {
        let farm = FARMS[one.offer.0 as usize - 1];
        let part = format!("{farm} {}", one.quantity.get() / 10_000);
        let buyer = format!("{}: ", one.order_line.order);
        match rows.last_mut().filter(|row| row.starts_with(&buyer)) {
            Some(row) => *row += &format!(", {part}"),
            None => rows.push(buyer + &part),
        }
    }
    rows
}

fn planned(task: &SourcingTask) -> SourcingPlan {
    let plan = by_aims(task);
    assert_eq!(verify(task, &plan), []);
    plan
}

fn lock(buyer: i64, farm: &str, rule: LockRule) -> SourcingLock {
    SourcingLock {
        order_line: line(buyer),
        producer: producer(farm),
        rule,
        by: "Inès".into(),
        reason: "promis au téléphone".into(),
    }
}

fn crates(count: i64) -> Qty {
    Qty::new(count * 10_000)
}

#[test]
fn locks_hold_and_say_who_set_them() {
    let mut task = day(&[4, 4], &[8, 8]);
    task.locks = vec![lock(1, "b", LockRule::Exactly(crates(3)))];
    assert_eq!(shown(&planned(&task)), ["1: a 1, b 3", "2: a 3, b 1"]);
    let by = Reason::ByHand { by: "Inès".into(), why: "promis au téléphone".into() };
    assert_eq!(planned(&task).allotments[1].reason, by);
    task.locks = vec![lock(1, "b", LockRule::AtLeast(crates(4)))];
    assert_eq!(shown(&planned(&task)), ["1: b 4", "2: a 4"]);
    task.locks = vec![lock(1, "a", LockRule::Nothing), lock(2, "a", LockRule::Nothing)];
    assert_eq!(shown(&planned(&task)), ["1: b 4", "2: b 4"]);
    task.locks.push(lock(2, "b", LockRule::Nothing));
    let plan = planned(&task);
    assert_eq!(shown(&plan), ["1: b 4"]);
    assert_eq!(plan.shortfalls[0].cause, Cause::Locked);
}

#[test]
fn a_contract_names_where_goods_may_come_from() {
    let mut task = day(&[4, 4], &[8, 8, 8]);
    task.wants[0].only = Some(vec![producer("c")]);
    let plan = planned(&task);
    assert_eq!(shown(&plan)[0], "1: c 4");
    assert_eq!(plan.allotments[0].reason, Reason::OnlyAllowedFarm);
    task.wants[0].only = Some(vec![producer("z")]);
    assert_eq!(planned(&task).shortfalls[0].cause, Cause::OutsideOrigin);
}

#[test]
fn what_cannot_be_served_says_why() {
    let causes = |task: &SourcingTask| planned(task).shortfalls[0].cause;
    assert_eq!(causes(&day(&[4], &[])), Cause::NoOffer);
    let mut task = day(&[4], &[8]);
    task.supplies[0].is_proven = false;
    assert_eq!(causes(&task), Cause::NoProof);
    let mut task = day(&[4], &[8]);
    task.supplies[0].price = Price::new(12_000);
    let (asked, paid) = (Price::new(12_000), Price::new(10_000));
    assert_eq!(causes(&task), Cause::TooDear { asked, paid });
    // Who may take from one farm alone is told what is wanted and offered there.
    let mut task = day(&[4, 9], &[3, 9]);
    task.wants[0].only = Some(vec![producer("a")]);
    let cause = Cause::Shortage { wanted: crates(4), offered: crates(3) };
    assert_eq!(causes(&task), cause);
}

#[test]
fn a_dearer_line_is_served_first_when_there_is_not_enough() {
    let mut task = day(&[5, 5], &[6]);
    task.wants[1].cost = Price::new(12_000);
    task.wants[1].line = trade::id::LineId(2);
    assert_eq!(shown(&planned(&task)), ["1: a 1", "2: a 5"]);
    // Not aimed at, both lines share the shortage.
    task.aims.retain(|aim| *aim != Aim::Income);
    assert_eq!(shown(&planned(&task)), ["1: a 3", "2: a 3"]);
}

#[test]
fn a_farm_behind_in_one_product_is_made_up_in_another() {
    let mut task = empty_task();
    for goods in [1, 2] {
        task.wants.push(want(goods, goods, CRATES, 40_000, false));
        task.supplies.push(supply(goods * 2 - 1, "a", goods, 40_000));
        task.supplies.push(supply(goods * 2, "b", goods, 40_000));
    }
    let third = support::product("p3");
    task.season.insert((producer("a"), third), season_row(100_000, 60_000));
    task.season.insert((producer("b"), third), season_row(100_000, 20_000));
    let plan = planned(&task);
    let of = |offers: [i64; 2]| offers.map(|offer| brought(&plan, offer)).iter().sum::<i64>();
    // Sixty and twenty of eighty before, eight crates now: eighty each of all together.
    assert_eq!((of([1, 3]), of([2, 4])), (2, 6));
}

#[test]
fn few_farms_serve_a_line_where_few_are_enough() {
    let mut task = day(&[12], &[8, 8, 8, 8]);
    task.wants[0].farms_most = 3;
    assert_eq!(shown(&planned(&task)), ["1: a 4, b 4, c 4"]);
    task.wants[0].farms_most = 1;
    assert_eq!(planned(&task).allotments.len(), 2, "one is not enough");
    task.supplies[3].left = crates(12);
    assert_eq!(shown(&planned(&task)), ["1: d 12"]);
}

#[test]
fn a_way_that_is_not_worth_making_is_filled_or_spared() {
    let mut task = day(&[2, 4], &[20, 4]);
    let near = FarmDay { minimum_trip: Cents::new(2_000), ..FarmDay::default() };
    // Its fair share is one crate of ten euros; a second one makes its way worth it.
    task.farms.insert(producer("b"), near);
    task.tolerance = Some(Cents::new(1_500));
    let plan = planned(&task);
    assert_eq!(brought(&plan, 2), 2);
    let minimum = Cents::new(2_000);
    let reasons: Vec<&Reason> =
        plan.allotments.iter().filter(|one| one.offer.0 == 2).map(|one| &one.reason).collect();
    assert_eq!(reasons, [&Reason::WorthTheTrip { minimum }]);
    // Too far below: it stays at home.
    let far = FarmDay { minimum_trip: Cents::new(9_000), ..FarmDay::default() };
    task.farms.insert(producer("b"), far);
    assert_eq!(brought(&planned(&task), 2), 0);
    // It comes anyway.
    let comes = FarmDay { purchased: Cents::new(5_000), ..far };
    task.farms.insert(producer("b"), comes);
    let plan = planned(&task);
    assert!(!plan.allotments.iter().any(|o| matches!(o.reason, Reason::WorthTheTrip { .. })));
}

fn brought(plan: &SourcingPlan, offer: i64) -> i64 {
    let own = plan.allotments.iter().filter(|one| one.offer.0 == offer);
    own.map(|one| one.quantity.get() / 10_000).sum()
}

#[test]
fn a_farm_with_more_or_nothing_changes_the_plan_and_what_is_served() {
    let task = day(&[5, 5], &[4, 4]);
    let offer = task.supplies[0].offer;
    let (_, more) = what_if(&task, Change::More(offer, crates(1)));
    assert_eq!(more.served, 10_000);
    let (plan, nothing) = what_if(&task, Change::Nothing(offer));
    assert_eq!((nothing.served, brought(&plan, 1)), (-40_000, 0));
    assert!(!nothing.changes.is_empty());
    let (_, same) = what_if(&task, Change::Less(offer, crates(0)));
    assert_eq!(same.changes, []);
}

#[test]
fn the_next_crate_of_what_is_missing_has_a_price_and_a_taker() {
    let mut task = day(&[5, 5], &[6]);
    task.wants[1].is_promised = true;
    let missing = marginal(&task, &planned(&task));
    assert_eq!(missing.len(), 1);
    assert_eq!((missing[0].missing, missing[0].price), (crates(4), Price::new(12_500)));
    assert_eq!(missing[0].order_line, line(1));
}

#[test]
fn a_plan_made_again_keeps_what_it_can() {
    let task = day(&[4, 4, 4, 4], &[8, 8, 8]);
    let before = planned(&task);
    let mut reduced = task.clone();
    reduced.supplies[2].left = crates(2);
    let after = replan(&reduced, &before);
    assert_eq!(verify(&reduced, &after), []);
    let changes = |plan: &SourcingPlan| plan::diff::sourcing(&before, plan).len();
    assert!(changes(&after) <= changes(&by_aims(&reduced)));
    assert_eq!(replan(&task, &before), before);
}

/// Days on which the first buyer has one farm, each for another reason.
fn days_of_one_farm() -> [(Reason, SourcingTask); 4] {
    let alone = day(&[4], &[8]);
    let mut named = day(&[4], &[8, 8]);
    named.wants[0].policy = LinePolicy::Named(producer("a"));
    let mut allowed = day(&[4], &[8, 8]);
    allowed.wants[0].only = Some(vec![producer("a")]);
    let mut by_hand = day(&[4], &[8, 8]);
    by_hand.locks = vec![lock(1, "b", LockRule::Nothing)];
    [
        (Reason::OnlyFarm, alone),
        (Reason::NamedFarm, named),
        (Reason::OnlyAllowedFarm, allowed),
        (Reason::OthersByHand, by_hand),
    ]
}

#[test]
fn the_one_farm_of_a_line_is_told_what_keeps_the_others_away() {
    for (reason, task) in days_of_one_farm() {
        let plan = planned(&task);
        assert_eq!(shown(&plan), ["1: a 4"], "{reason:?}");
        assert_eq!(plan.allotments[0].reason, reason);
        for (other, _) in days_of_one_farm().into_iter().filter(|(other, _)| *other != reason) {
            let mut wrong = plan.clone();
            wrong.allotments[0].reason = other.clone();
            let (line, offer) = (line(1), task.supplies[0].offer);
            let lied = SourcingBreach::FalseReason { line, offer, reason: other };
            assert_eq!(verify(&task, &wrong), [lied], "{reason:?}");
        }
    }
}

#[test]
fn who_could_not_bring_it_anyway_is_not_kept_away() {
    let reason = |task: &SourcingTask| planned(task).allotments[0].reason.clone();
    for (_, mut task) in days_of_one_farm().into_iter().filter(|(_, day)| day.supplies.len() > 1) {
        task.wants[0].policy = LinePolicy::Pooled;
        task.supplies[1].is_proven = false;
        assert_eq!(reason(&task), Reason::OnlyFarm);
        task.supplies[1] = supply(2, "b", 1, 80_000);
        task.supplies[1].price = Price::new(10_001);
        assert_eq!(reason(&task), Reason::OnlyFarm);
    }
}

#[test]
fn what_is_left_beside_a_decision_says_so() {
    // What one brings is settled, the other may not bring it: the last one is not the only one.
    let mut task = day(&[4], &[8, 8, 8]);
    task.locks = vec![lock(1, "b", LockRule::Exactly(crates(3)))];
    task.wants[0].only = Some(vec![producer("a"), producer("b")]);
    let plan = planned(&task);
    assert_eq!(shown(&plan), ["1: a 1, b 3"]);
    assert_eq!(plan.allotments[0].reason, Reason::OthersByHand);
    // No lock is needed for who may not bring it.
    task.wants[0].only = Some(vec![producer("a"), producer("c")]);
    task.locks = vec![lock(1, "c", LockRule::Nothing)];
    assert_eq!(planned(&task).allotments[0].reason, Reason::OthersByHand);
    task.locks = vec![lock(1, "b", LockRule::Nothing)];
    task.wants[0].only = Some(vec![producer("a")]);
    assert_eq!(planned(&task).allotments[0].reason, Reason::OnlyAllowedFarm);
    // At least so much of another: both may bring more.
    task.wants[0].only = None;
    task.locks = vec![lock(1, "b", LockRule::AtLeast(crates(1)))];
    let others = planned(&task).allotments;
    assert!(!others.iter().any(|one| one.reason == Reason::OthersByHand), "{others:?}");
}

#[test]
fn who_is_called_for_missing_goods_could_bring_them() {
    let mut task = day(&[9, 9], &[4]);
    let goods = (task.wants[0].product, task.wants[0].labels);
    for (farm, offered) in [("a", 30_000), ("b", 90_000), ("c", 60_000), ("d", 0)] {
        task.season.insert((producer(farm), goods.0), season_row(offered, 0));
    }
    task.season.insert((producer("e"), support::product("p2")), season_row(99_000, 0));
    let called = |task: &SourcingTask, unproven: &str| -> String {
        let proves = |farm| farm != producer(unproven);
        let farms = whom_to_call(task, &planned(task), goods, proves);
        farms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(called(&task, "z"), "b c a");
    assert_eq!(called(&task, "b"), "c a");
    // It is enough that one of the buyers may have it.
    task.wants[0].only = Some(vec![producer("c")]);
    assert_eq!(called(&task, "z"), "b c a");
    task.wants[1].policy = LinePolicy::Named(producer("a"));
    assert_eq!(called(&task, "z"), "c a");
    task.locks = vec![lock(1, "c", LockRule::Nothing)];
    assert_eq!(called(&task, "z"), "a");
    // Nothing is missing of other goods.
    let other = (support::product("p2"), goods.1);
    assert_eq!(whom_to_call(&task, &planned(&task), other, |_| true), []);
}

/// Wrong words and broken rules, each of which is to be found.
#[test]
fn false_words_and_broken_rules_are_caught() {
    let mut task = day(&[4, 9], &[4, 4, 4]);
    task.locks = vec![lock(1, "b", LockRule::Exactly(crates(2)))];
    let plan = planned(&task);
    let found = |change: &dyn Fn(&mut SourcingPlan)| {
        let mut wrong = plan.clone();
        change(&mut wrong);
        assert_ne!(wrong, plan);
        verify(&task, &wrong)
    };
    let lied = found(&|plan| plan.allotments[0].reason = Reason::Remainder);
    assert!(matches!(lied[..], [SourcingBreach::FalseReason { .. }]), "{lied:?}");
    let lied = found(&|plan| plan.shortfalls[0].cause = Cause::NoOffer);
    assert!(matches!(lied[..], [SourcingBreach::FalseCause { .. }]), "{lied:?}");
    let lied = found(&|plan| plan.report.aims[2].value -= 1);
    assert!(lied.iter().all(|one| matches!(one, SourcingBreach::FalseReport { .. })), "{lied:?}");
    assert!(!lied.is_empty());
    let held = plan.allotments.iter().position(|one| one.offer.0 == 2).expect("the locked part");
    let broken = found(&|plan| {
        plan.report.aims.clear();
        plan.allotments[held].quantity = crates(1);
        plan.allotments.iter_mut().filter(|one| one.offer.0 != 2).take(1).for_each(|one| {
            one.quantity = Qty::new(one.quantity.get() + 10_000);
        });
    });
    assert!(!broken.is_empty());
}
