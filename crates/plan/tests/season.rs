//! What a season is measured by: how farms stand in it, and the planner that was here before.

#[allow(dead_code)]
mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use support::{producer, product, season_row, tasks};
use trade::sourcing::Season;
use trade::unit::Rate;

use plan::sourcing::{by_aims, greedy, standing};
use plan::verify::sourcing as verify;

/// Farm, product, what was offered and bought, in units at one euro.
fn season(rows: &[(&str, &str, i64, i64)]) -> Season {
    let row = |&(farm, goods, offered, bought): &(&str, &str, i64, i64)| {
        ((producer(farm), product(goods)), season_row(offered * 1_000, bought * 1_000))
    };
    rows.iter().map(row).collect()
}

/// `a 120 of 100`: what each farm has had and should have had, in euros.
fn shown(season: &Season, agreed: &BTreeMap<trade::id::ProducerId, Rate>) -> Vec<String> {
    let farms = standing(season, agreed).into_iter();
    farms.map(|farm| format!("{} {} of {}", farm.id, farm.base / 100, farm.target / 100)).collect()
}

#[test]
fn a_farm_should_have_had_its_part_of_what_was_offered() {
    let rows = [("a", "p1", 300, 120), ("b", "p1", 100, 80), ("b", "p2", 50, 50)];
    let mut agreed = BTreeMap::new();
    assert_eq!(shown(&season(&rows), &agreed), ["a 120 of 150", "b 130 of 100"]);
    agreed.insert(producer("b"), Rate::new(5_000));
    assert_eq!(shown(&season(&rows), &agreed), ["a 120 of 100", "b 130 of 150"]);
}

proptest! {
    #[test]
    fn farms_together_should_have_had_what_they_had(task in tasks()) {
        let farms = standing(&task.season, &task.agreed_shares);
        let had: i64 = farms.iter().map(|farm| farm.base).sum();
        let should: i64 = farms.iter().map(|farm| farm.target).sum();
        let offers = task.season.values().filter(|row| row.offered.get() > 0).count();
        // What was bought of goods that nobody offered is nobody's part.
        prop_assert!(should <= had + farms.len() as i64, "{should} of {had}");
        prop_assert!(offers < task.season.len() || should >= had - 2 * farms.len() as i64 - 1);
    }

    #[test]
    fn greedy_plans_may_become_purchases_and_serve_no_more(task in tasks()) {
        let plain = greedy(&task);
        prop_assert_eq!(verify(&task, &plain), []);
        let served = |plan: &trade::sourcing::SourcingPlan| -> i64 {
            plan.allotments.iter().map(|one| one.quantity.get()).sum()
        };
        prop_assert!(served(&by_aims(&task)) >= served(&plain));
    }
}
