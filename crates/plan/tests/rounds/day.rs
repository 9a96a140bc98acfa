//! Days of rounds for tests, written as text or drawn. Times `7:30`, kilos, kilometres east of the
//! dock on a straight road of one minute for each kilometre.

use proptest::prelude::*;
use trade::calendar::Day;
use trade::id::{ProducerId, SiteId, VehicleId};
use trade::party::Place;
use trade::rounds::task::{
    Call, CallId, Load, Pause, PlannedRound, RoundLocks, RoundsTask, Truck, Window,
};
use trade::unit::{Cents, Grams};

use plan::rounds::{Effort, Roads, RoundsPlan, plan};

pub const DEPOT: Place = Place { lat_e6: 43_590_000, lon_e6: 3_850_000 };

pub fn site(code: &str) -> CallId {
    CallId::Site(SiteId::parse(code).expect("a code"))
}

pub fn farm(code: &str) -> CallId {
    CallId::Farm(ProducerId::parse(code).expect("a code"))
}

pub fn vehicle(code: &str) -> VehicleId {
    VehicleId::parse(code).expect("a code")
}

/// Seconds of `7:30`.
pub fn at(text: &str) -> i64 {
    let (hours, minutes) = text.split_once(':').expect("hours:minutes");
    hours.parse::<i64>().expect("hours") * 3_600 + minutes.parse::<i64>().expect("minutes") * 60
}

pub fn clock(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 3_600, seconds / 60 % 60)
}

/// Of `7:30-9:00`.
pub fn window(text: &str) -> Window {
    let (from, to) = text.split_once('-').expect("from-to");
    Window { from: at(from), to: at(to) }
}

pub fn kilos(weight: i64) -> Load {
    Load { weight: Grams::new(weight * 1_000), litres: weight }
}

/// A call so many kilometres east that takes ten minutes.
pub fn call(id: CallId, km: i64, brings: i64, hours: &str) -> Call {
    Call {
        id,
        place: Place { lat_e6: DEPOT.lat_e6, lon_e6: DEPOT.lon_e6 + km * 10_000 },
        brings: kilos(brings),
        fetches: kilos(0),
        windows: hours.split_whitespace().map(window).collect(),
        service: 600,
        needs_cold: false,
        largest: None,
        priority: 2,
        ready: None,
        back_by: None,
    }
}

/// A truck of one round a day, from six to two.
pub fn truck(code: &str, payload: i64) -> Truck {
    Truck {
        id: vehicle(code),
        payload: kilos(payload).weight,
        litres: None,
        gross: kilos(3_500).weight,
        is_cold: true,
        shift: window("6:00-14:00"),
        rounds_most: 1,
        turnaround: 1_200,
        pause: None,
        per_km: Cents::new(50),
        per_hour: Cents::new(2_000),
        per_day: Cents::new(3_000),
    }
}

pub fn pause(hours: &str, minutes: i64) -> Option<Pause> {
    Some(Pause { window: window(hours), lasts: minutes * 60 })
}

pub fn task(calls: Vec<Call>, trucks: Vec<Truck>) -> RoundsTask {
    let locks = RoundLocks::default();
    RoundsTask { day: Day::from_days(20_000), depot: DEPOT, calls, trucks, locks }
}

/// A straight road: a minute for each kilometre.
pub fn road(task: &RoundsTask) -> Roads {
    let east = std::iter::once(DEPOT).chain(task.calls.iter().map(|call| call.place));
    let km: Vec<i64> = east.map(|place| (place.lon_e6 - DEPOT.lon_e6) / 10_000).collect();
    let legs: Vec<i64> = km.iter().flat_map(|a| km.iter().map(move |b| (a - b).abs())).collect();
    let scaled = |by: i64| legs.iter().map(|leg| leg * by).collect();
    Roads::new(km.len(), scaled(1_000), scaled(60)).expect("roads")
}

pub fn planned(task: &RoundsTask) -> RoundsPlan {
    plan(task, &road(task), Effort::Turns(2_000), 1)
}

pub fn name(call: CallId) -> String {
    match call {
        CallId::Site(site) => site.to_string(),
        CallId::Farm(farm) => farm.to_string(),
    }
}

/// `camion 6:50 a 7:00 b 7:30 pause 8:30`: leaving, begins, being back.
pub fn told(round: &PlannedRound) -> String {
    let mut text = format!("{} {}", round.vehicle, clock(round.leaves));
    for (rank, stop) in (0..).zip(&round.stops) {
        if round.pause_after == Some(rank) {
            text += " pause";
        }
        text += &format!(" {} {}", name(stop.call), clock(stop.begins));
    }
    if round.pause_after == Some(round.stops.len()) {
        text += " pause";
    }
    text + " " + &clock(round.back)
}

pub fn lines(plan: &RoundsPlan) -> Vec<String> {
    let left = plan.unassigned.iter().map(|(call, why)| format!("{} {why:?}", name(*call)));
    plan.rounds.iter().map(told).chain(left).collect()
}

/// What a drawn number makes of a call; small numbers ask for more.
fn drawn_call(number: usize, place: (i64, i64), brings: i64, traits: u32) -> Call {
    const HOURS: [&str; 5] = ["", "7:00-9:00", "6:30-8:00 10:00-11:30", "11:00-13:00", "6:00-6:10"];
    let trait_of = |times: u32, of: u32| traits / times % of;
    let code = format!("{number:02}");
    let id = if trait_of(1, 4) == 0 { farm(&code) } else { site(&code) };
    let mut call = call(id, 0, brings, HOURS[trait_of(4, 5) as usize]);
    call.place = Place { lat_e6: place.0, lon_e6: place.1 };
    if trait_of(20, 3) == 0 {
        call.fetches = kilos(brings / 2);
    }
    call.needs_cold = trait_of(60, 5) == 0;
    call.largest = (trait_of(300, 7) == 0).then(|| kilos(5_000).weight);
    call.priority = i64::from(trait_of(2_100, 3)) + 1;
    call.service = i64::from(trait_of(6_300, 4)) * 300;
    call
}

fn drawn_truck(number: usize, payload: i64, traits: u32) -> Truck {
    let trait_of = |times: u32, of: u32| traits / times % of;
    let mut truck = truck(["a", "b", "c"][number], payload);
    truck.is_cold = trait_of(1, 3) > 0;
    truck.rounds_most = i64::from(trait_of(3, 3)) + 1;
    truck.litres = (trait_of(9, 3) == 0).then_some(payload * 3 / 4);
    truck.gross = kilos(if trait_of(27, 4) == 0 { 12_000 } else { 3_500 }).weight;
    truck.pause = if trait_of(108, 2) == 0 { pause("9:00-10:30", 45) } else { None };
    truck.per_hour = Cents::new(i64::from(trait_of(216, 2)) * 2_000);
    truck
}

prop_compose! {
    /// Up to three trucks and fourteen calls around the dock, with everything that may be asked.
    pub fn tasks()(
        calls in prop::collection::vec(
            ((43_400_000..43_800_000_i64, 3_500_000..4_200_000_i64), 1..600_i64, any::<u32>()),
            0..14,
        ),
        trucks in prop::collection::vec((300..1_500_i64, any::<u32>()), 0..4),
    ) -> RoundsTask {
        let calls = calls.into_iter().enumerate();
        let calls = calls.map(|(at, (place, brings, own))| drawn_call(at, place, brings, own));
        let trucks = trucks.into_iter().enumerate();
        let trucks = trucks.map(|(at, (payload, traits))| drawn_truck(at, payload, traits));
        task(calls.collect(), trucks.take(3).collect())
    }
}

prop_compose! {
    /// The same, where trucks wait for goods and are back in time with others: few hours for many
    /// calls, as a hub has them, and some of their own.
    pub fn tasks_with_hours()(
        task in tasks(),
        hours in prop::collection::vec((0..4_usize, 0..4_usize, 0..40_i64), 14),
    ) -> RoundsTask {
        let mut task = task;
        for (call, (ready, by, own)) in task.calls.iter_mut().zip(hours) {
            let minutes = |hours: &str| at(hours) + own * 300;
            call.ready = [None, None, Some(at("7:30")), Some(minutes("6:00"))][ready];
            call.back_by = [None, None, Some(at("9:00")), Some(minutes("7:00"))][by];
        }
        task
    }
}
