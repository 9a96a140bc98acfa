//! Measures the forecast on invented kitchens: its error beside last week again and beside the mean
//! of four weeks, one and four weeks ahead, and how often what came lay in its range.
//!
//! `cargo run -p trade --example forecast`

#[path = "../tests/forecast/invented.rs"]
mod invented;

use trade::calendar::IsoWeek;
use trade::needs::trial::{Method, Trial, trial};

/// Weeks that are invented, and the first from which anything is foreseen.
const WEEKS: usize = 92;
const LEARNED: usize = 20;
const AHEAD_MAX: usize = 4;

fn main() {
    println!("kitchens seed ahead     habits  last week  four weeks  in range");
    for (kitchens, seeds) in [(24, 1..=3), (120, 1..=1)] {
        for seed in seeds {
            for ahead in [1, AHEAD_MAX] {
                line(kitchens, seed, ahead);
            }
        }
    }
}

fn line(kitchens: usize, seed: u64, ahead: usize) {
    let hub = invented::invent(seed, kitchens, WEEKS);
    let weeks: Vec<IsoWeek> = invented::weeks(WEEKS);
    let origins = weeks[LEARNED]..=weeks[WEEKS - 1 - AHEAD_MAX];
    let of = |method| trial(&hub.register, &hub.past, method, origins.clone(), ahead);
    let own = of(Method::Habits);
    let percent = |rate: Option<trade::unit::Rate>| {
        rate.map_or("-".into(), |rate| format!("{:.1} %", rate.get() as f64 / 100.0))
    };
    let error = |trial: Trial| percent(trial.error());
    println!(
        "{kitchens:8} {seed:4} {ahead:5} {:>10} {:>10} {:>11} {:>9}",
        error(own),
        error(of(Method::LastWeek)),
        error(of(Method::FourWeeks)),
        percent(own.coverage())
    );
}
