//! Before all steps: which days are delivered, and until when they are ordered for.

use trade::calendar::IsoWeek;
use trade::calendar::deliveries::{DayException, DeliveryChange};
use trade::register::first_free_day;

use crate::script::{after, check};
use crate::words::{day, price, product, rate_word};

#[test]
fn a_week_follows_its_rhythm_and_a_later_rhythm_follows_from_its_week_on() {
    check(
        "show deliveries
         | day | cut-off   | remark |
         | tue | mon 12:00 | -      |
         | thu | wed 12:00 | -      |
         rhythm 2026-W49 mon,wed
         show deliveries
         | day | cut-off   | remark |
         | tue | mon 12:00 | -      |
         | thu | wed 12:00 | -      |
         rhythm 2026-W48 mon,fri before=2 at=10:30
         show deliveries
         | day | cut-off          | remark |
         | mon | 2026-11-21 10:30 | -      |
         | fri | wed 10:30        | -      |",
    );
}

#[test]
fn a_holiday_in_the_week_has_no_delivery_unless_the_hub_says_otherwise() {
    check(
        "holiday thu
         show deliveries
         | day | cut-off   | remark  |
         | tue | mon 12:00 | -       |
         | thu | none      | holiday |
         except thu to=wed -> ok
         show deliveries
         | day | cut-off   | remark       |
         | tue | mon 12:00 | -            |
         | wed | tue 12:00 | for thu      |
         | thu | none      | moved to wed |
         except thu extra -> ok
         show deliveries
         | day | cut-off   | remark |
         | tue | mon 12:00 | -      |
         | thu | wed 12:00 | -      |
         except thu usual -> ok
         show deliveries
         | day | cut-off   | remark  |
         | tue | mon 12:00 | -       |
         | thu | none      | holiday |",
    );
}

#[test]
fn a_date_may_have_no_delivery_one_more_or_a_cut_off_of_its_own() {
    check(
        "except tue none
         except sat extra cutoff=thu,09:00
         except thu cutoff=tue,18:00
         show deliveries
         | day | cut-off   | remark      |
         | thu | tue 18:00 | -           |
         | sat | thu 09:00 | extra       |
         | tue | none      | no delivery |
         # the last word for a date counts
         except thu to=fri cutoff=thu,08:00
         show deliveries
         | day | cut-off   | remark       |
         | fri | thu 08:00 | for thu      |
         | sat | thu 09:00 | extra        |
         | tue | none      | no delivery  |
         | thu | none      | moved to fri |",
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_its_days() {
    check(
        "holiday fri
         except wed none -> refused: not a delivery day, day wed
         except wed to=fri -> refused: not a delivery day, day wed
         except wed cutoff=tue,12:00 -> refused: not a delivery day, day wed
         except tue extra -> refused: already delivered, day tue
         except tue to=thu -> refused: already delivered, day thu
         except tue to=tue -> refused: already delivered, day tue
         except tue to=fri -> refused: moved to holiday, to fri
         except tue to=2026-12-02 -> refused: moved to another week, day tue, to 2026-12-02
         except tue cutoff=tue,06:00
         -> refused: cutoff not before, day tue, cutoff tue 06:00
         except tue to=wed cutoff=wed,00:00
         -> refused: cutoff not before, day wed, cutoff wed 00:00
         rhythm 2026-W50 never -> refused: no weekday
         rhythm 2026-W50 mon before=0 -> refused: cutoff out of range, days 0, most 7
         rhythm 2026-W50 mon before=8 -> refused: cutoff out of range, days 8, most 7",
    );
}

#[test]
fn a_published_week_keeps_its_days_and_its_rules() {
    check(
        "offer garrigues carrot tue 40 at 1,20
         except thu to=wed cutoff=tue,08:00
         publish
         show days
         | day | cut-off   |
         | tue | mon 12:00 |
         | wed | tue 08:00 |
         except tue none -> refused: already published, at mon 08:00
         except 2026-12-01 none -> ok
         rhythm 2026-W48 mon -> refused: week published, week 2026-W48, last 2026-W48
         rhythm 2026-W49 mon -> ok
         set rule cost 30% from=sun
         -> refused: rule too early, from sun, first 2026-11-30
         set rule cost 30% from=2026-11-30 -> ok
         set rule cost 31% from=2026-11-30 -> refused: same rule, from 2026-11-30
         set rule cost 31% from=2026-11-30 family=meat -> ok
         set rule cost -1% from=2026-12-01 -> refused: rate below zero, rate -1%
         set rule sale 100% from=2026-12-01 -> refused: margin too high, rate 100%",
    );
}

#[test]
fn offers_are_for_days_that_are_delivered() {
    check(
        "except tue to=wed
         offer garrigues carrot tue 40 at 1,20 -> refused: not a delivery day, day tue
         offer garrigues carrot wed 40 at 1,20 -> offer 1",
    );
}

#[test]
fn a_standing_order_goes_with_its_delivery_when_that_is_moved() {
    check(
        "standing moulin tue carrot 20
         except tue to=wed
         offer garrigues carrot wed 40 at 1,20
         publish
         take standing -> 1 taken
         show left
         | goods  | policy | day | offered | left |
         | carrot | pooled | wed | 40      | 20   |",
    );
}

/// A rhythm of later weeks may meet a move that was said before: the day is delivered once.
#[test]
fn a_day_is_delivered_once() {
    let mut world = after("except tue to=wed");
    world.register.hub.delivery_days = ["tue", "wed"].map(crate::words::weekday).to_vec();
    assert_eq!(world.register.delivery_days(crate::words::week()), [day("wed")]);
    let served = world.register.weekday_served(day("wed"));
    assert_eq!(served, crate::words::weekday("wed"), "its own, not the moved one's");
}

#[test]
fn only_a_word_that_says_something_is_kept() {
    let usual = |delivery| DayException {
        day: day("tue"),
        delivery,
        cutoff: None,
        reason: "a reason alone changes nothing".into(),
    };
    assert!(usual(DeliveryChange::Usual).is_nothing());
    assert!(!usual(DeliveryChange::NoDelivery).is_nothing());
}

#[test]
fn rules_begin_after_today_and_after_what_buyers_have_seen() {
    let week = |name| IsoWeek::parse(name);
    for (today, published, first) in [
        ("2026-11-24", None, "2026-11-25"),
        ("2026-11-24", week("2026-W46"), "2026-11-25"),
        ("2026-11-24", week("2026-W48"), "2026-11-30"),
        ("2026-11-24", week("2026-W49"), "2026-12-07"),
        ("2026-12-31", week("2026-W53"), "2027-01-04"),
    ] {
        assert_eq!(first_free_day(day(today), published), day(first), "{today} {published:?}");
    }
}

/// What a rule would change, with both readings of the margin.
#[test]
fn the_effect_of_a_rule_is_shown_before_it_is_set() {
    let world = after("rule cost 50% family=meat");
    let samples = [(product("carrot"), price("1,20")), (product("lamb"), price("10,00"))];
    let effects = |words: &[&str]| -> Vec<String> {
        let effects = world.register.rule_effects(&crate::cast::rule(words), &samples);
        let told = |effect: &trade::register::RuleEffect| {
            let before = effect.before.map(crate::words::price_word).unwrap_or_default();
            let after = crate::words::price_word(effect.after);
            let part = |rate: Option<trade::unit::Rate>| rate.map(rate_word).unwrap_or_default();
            format!("{before} {after} {} {}", part(effect.markup), part(effect.margin))
        };
        effects.expect("a rule").iter().map(told).collect()
    };
    assert_eq!(
        effects(&["cost", "25%", "from=2026-12-01"]),
        ["1,60 1,50 25% 20%", "15,00 15,00 50% 33,33%"],
        "a rule for all gives way to one for a family"
    );
    assert_eq!(
        effects(&["sale", "40%", "from=2026-12-01", "family=meat"]),
        ["1,60 1,60 33,33% 25%", "15,00 16,67 66,7% 40,01%"]
    );
}

#[test]
fn what_stands_on_papers_is_not_changed() {
    let party = trade::id::Code::parse("moulin").expect("a code");
    let judge = trade::party::judge_identity;
    assert_eq!(judge(party, "1", "2", false), Ok(()));
    assert_eq!(judge(party, "", "2", true), Ok(()), "filled in");
    assert_eq!(judge(party, "2", "2", true), Ok(()));
    assert_eq!(judge(party, "1", "2", true), Err(trade::Denial::HasPapers { party }));
}
