//! The error of the forecast beside simpler ways, on fixed kitchens. The figures are in
//! `docs/benchmarks.md`; here only what must never turn round.

use std::ops::RangeInclusive;

use trade::calendar::IsoWeek;
use trade::needs::trial::{Method, Trial, trial};
use trade::unit::Rate;

use crate::invented::{Invented, invent, weeks};

const WEEKS: usize = 80;
const AHEAD: [usize; 2] = [1, 4];

fn origins() -> RangeInclusive<IsoWeek> {
    let all = weeks(WEEKS);
    all[50]..=all[WEEKS - 5]
}

fn error(trial: Trial) -> Rate {
    trial.error().expect("something was ordered")
}

/// Whether a way is clearly better than another: by a tenth of its error.
fn is_clearly_better(hub: &Invented, own: Method, other: Method, ahead: usize) -> bool {
    let of = |method| error(trial(&hub.register, &hub.past, method, origins(), ahead)).get();
    of(own) * 10 < of(other) * 9
}

#[test]
fn the_forecast_beats_last_week_again_and_the_mean_of_four_weeks() {
    for seed in [1, 2] {
        let hub = invent(seed, 20, WEEKS);
        for ahead in AHEAD {
            for other in [Method::LastWeek, Method::FourWeeks] {
                assert!(is_clearly_better(&hub, Method::Habits, other, ahead), "{seed} {ahead}");
                assert!(!is_clearly_better(&hub, other, Method::Habits, ahead), "{seed} {ahead}");
            }
        }
    }
}

#[test]
fn eight_weeks_of_ten_lie_in_their_range() {
    let hub = invent(1, 20, WEEKS);
    for ahead in AHEAD {
        let own = trial(&hub.register, &hub.past, Method::Habits, origins(), ahead);
        let coverage = own.coverage().expect("something had a range");
        assert!((7_000..9_000).contains(&coverage.get()), "{ahead}: {coverage:?}");
    }
}

#[test]
fn a_trial_counts_what_was_off() {
    // Nothing is foreseen from nothing: all that was ordered is off.
    let hub = invent(1, 5, 3);
    let (first, all) = (weeks(1)[0].previous(), weeks(1)[0]);
    let own = trial(&hub.register, &hub.past, Method::Habits, first..=first, 1);
    let ordered: i64 =
        hub.past.iter().filter(|order| order.week == all).map(|order| order.quantity.get()).sum();
    assert_eq!((own.off.get(), own.foreseen.get(), own.ordered.get()), (ordered, 0, ordered));
    assert_eq!((own.inside, own.ranged, own.coverage()), (0, 0, None));
}
