//! Rounds by nearest neighbour, and rounds gone wrong.

use proptest::prelude::*;
use trade::calendar::Day;
use trade::id::{SiteId, VehicleId};
use trade::party::Place;
use trade::rounds::{Drop, RoundsTask};
use trade::unit::Grams;

use plan::rounds::{LeftOut, nearest};
use plan::verify::{RoundsBreach, rounds as verify};

const DEPOT: Place = Place { lat_e6: 43_590_000, lon_e6: 3_850_000 };

fn site(number: usize) -> SiteId {
    SiteId::parse(&format!("s{number:03}")).expect("a code")
}

fn vehicle(code: &str) -> VehicleId {
    VehicleId::parse(code).expect("a code")
}

fn drop_at(number: usize, lat_e6: i64, lon_e6: i64, kilos: i64) -> Drop {
    Drop {
        site: site(number),
        place: Place { lat_e6, lon_e6 },
        load: Grams::new(kilos * 1_000),
        opens_minute: 360,
        closes_minute: 660,
    }
}

fn task(drops: Vec<Drop>, payloads: &[(&str, i64)]) -> RoundsTask {
    let vehicles = payloads.iter().map(|(code, kilos)| (vehicle(code), Grams::new(kilos * 1_000)));
    RoundsTask { day: Day::from_days(20_000), depot: DEPOT, drops, vehicles: vehicles.collect() }
}

#[test]
fn the_truck_goes_on_to_the_nearest_site() {
    let drops = vec![
        drop_at(1, 43_700_000, 3_850_000, 10),
        drop_at(2, 43_600_000, 3_850_000, 10),
        drop_at(3, 43_650_000, 3_850_000, 10),
    ];
    let task = task(drops, &[("camion", 1_000)]);
    let plan = nearest(&task);
    assert_eq!(verify(&task, &plan), []);
    let order: Vec<SiteId> = plan.rounds[0].stops.iter().map(|stop| stop.0).collect();
    assert_eq!(order, [site(2), site(3), site(1)]);
}

#[test]
fn a_full_truck_makes_room_for_the_next_and_leaves_again() {
    let drops = (1..=5).map(|n| drop_at(n, 43_600_000 + n as i64, 3_850_000, 400)).collect();
    let task = task(drops, &[("grand", 800), ("petit", 400)]);
    let plan = nearest(&task);
    assert_eq!(verify(&task, &plan), []);
    let shown: Vec<(String, usize)> =
        plan.rounds.iter().map(|r| (r.vehicle.to_string(), r.stops.len())).collect();
    let expected = [("grand", 2), ("petit", 1), ("grand", 2)];
    assert_eq!(shown, expected.map(|(code, stops)| (code.to_string(), stops)));
}

#[test]
fn what_no_truck_carries_is_said() {
    let drops = vec![drop_at(1, 43_600_000, 3_850_000, 2_000)];
    let plan = nearest(&task(drops.clone(), &[("camion", 1_000)]));
    assert_eq!(plan.unassigned, [(site(1), LeftOut::TooHeavy)]);
    let plan = nearest(&task(drops, &[]));
    assert_eq!(plan.unassigned, [(site(1), LeftOut::NoVehicle)]);
}

prop_compose! {
    fn tasks()(
        drops in prop::collection::vec(
            (43_300_000..43_900_000_i64, 3_000_000..4_200_000_i64, 1..900_i64),
            0..30,
        ),
        payloads in prop::collection::vec(300..1_500_i64, 1..4),
    ) -> RoundsTask {
        let drops = drops.into_iter().enumerate();
        let drops = drops.map(|(at, (lat, lon, kilos))| drop_at(at, lat, lon, kilos)).collect();
        let codes = ["a", "b", "c"];
        let payloads: Vec<(&str, i64)> = codes.into_iter().zip(payloads).collect();
        task(drops, &payloads)
    }
}

proptest! {
    #[test]
    fn every_plan_passes_the_verifier_and_order_changes_nothing(task in tasks()) {
        let plan = nearest(&task);
        prop_assert_eq!(verify(&task, &plan), vec![]);
        let mut turned = task.clone();
        turned.drops.reverse();
        prop_assert_eq!(nearest(&turned), plan);
    }

    #[test]
    fn broken_rounds_are_caught(task in tasks()) {
        let good = nearest(&task);
        prop_assume!(!good.rounds.is_empty());
        let mut twice = good.clone();
        let stop = twice.rounds[0].stops[0];
        twice.rounds[0].stops.push(stop);
        let caught = |plan| verify(&task, &plan);
        let is_twice = |b: &RoundsBreach| matches!(b, RoundsBreach::NotOnce { times: 2, .. });
        prop_assert!(caught(twice).iter().any(is_twice));
        let mut forgotten = good.clone();
        forgotten.rounds[0].stops.pop();
        let is_lost = |b: &RoundsBreach| matches!(b, RoundsBreach::NotOnce { times: 0, .. });
        prop_assert!(caught(forgotten).iter().any(is_lost));
        let mut back = good.clone();
        back.rounds[0].metres_back -= 1;
        let is_off = |b: &RoundsBreach| matches!(b, RoundsBreach::WrongWayBack { .. });
        prop_assert!(caught(back).iter().any(is_off));
        let mut lazy = good.clone();
        let site = lazy.rounds.remove(0).stops[0].0;
        lazy.unassigned.push((site, LeftOut::TooHeavy));
        let is_lazy = |b: &RoundsBreach| matches!(b, RoundsBreach::CouldBeCarried { .. });
        prop_assert!(caught(lazy).iter().any(is_lazy));
        let mut short = good;
        short.rounds[0].stops[0].1 += 1;
        let is_off = |b: &RoundsBreach| matches!(b, RoundsBreach::WrongDistance { .. });
        prop_assert!(caught(short).iter().any(is_off));
    }
}
