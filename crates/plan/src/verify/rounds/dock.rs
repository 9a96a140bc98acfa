//! Goods that a round waits for at the dock, and goods that it must be back with.

use trade::rounds::task::PlannedRound;

use super::run::Site;
use super::{Book, RoundsBreach};

/// What a round carries is at the dock before it leaves, what it fetches is there in time.
pub fn hours(book: &Book, round: &PlannedRound) -> Vec<RoundsBreach> {
    let (leaves, back) = (round.leaves, round.back);
    let mut breaches = Vec::new();
    for stop in &round.stops {
        let Some(site) = book.calls.get(&stop.call) else { continue };
        let call = stop.call;
        if let Some(ready) = site.call.ready.filter(|ready| *ready > leaves) {
            breaches.push(RoundsBreach::NotReady { call, leaves, ready });
        }
        if let Some(by) = site.call.back_by.filter(|by| *by < back) {
            breaches.push(RoundsBreach::BackTooLate { call, back, by });
        }
    }
    breaches
}

/// The earliest leaving of a round that could leave at a time.
pub fn leaves(round: &[Site], could: i64) -> i64 {
    round.iter().filter_map(|site| site.call.ready).fold(could, i64::max)
}

pub fn is_in_time(round: &[Site], back: i64) -> bool {
    round.iter().filter_map(|site| site.call.back_by).all(|by| back <= by)
}
