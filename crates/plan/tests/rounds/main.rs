//! Rounds: what is asked of them, what holds for all of them, and rounds gone wrong.

mod day;
mod laws;
mod nearest;
mod scenarios;
#[path = "../support/shuffle.rs"]
mod shuffle;
