//! The rules of the trade, told as weeks.
//!
//! A scenario is one text: acts, what they answer, and tables of what is then known. The acts run
//! the crate's own functions; the text is written again from what they answered, and must be the
//! same. After each act both laws of [`trade::Week::check`] are verified too.
//!
//! Whole weeks are drawn in `random_week.rs`, and `breaches.rs` breaks every law of the check.
//!
//! To add a scenario: write a `#[test]` in the file of its step, named after the rule, with
//! `check("...")`. Put `-> ?` after an act whose answer matters (any other must be allowed), and
//! `show ...` where a table does. Run it; the failure prints what was found (`+`) for what was
//! expected (`-`); when that is what the trade wants, copy it into the test. Acts are listed in
//! `acts.rs`, `acts_sourcing.rs`, `acts_late.rs`, `acts_rounds.rs` and `acts_aid.rs`, tables in
//! `shows.rs` and `shows_late.rs` (those of rounds beside their acts), and
//! `cast.rs` has the farms, buyers and goods that every scenario starts with.

mod acts;
mod acts_aid;
mod acts_late;
mod acts_rounds;
mod acts_sourcing;
mod calendar;
mod cast;
mod script;
mod shows;
mod shows_late;
mod words;
mod world;

mod step_0_calendar;
mod step_0_units;
mod step_1_needs;
mod step_2_offers;
mod step_2_outlook;
mod step_3_mercuriale;
mod step_4_orders;
mod step_5_by_hand;
mod step_5_sourcing;
mod step_6_dock;
mod step_6_surplus;
mod step_7_rounds;
mod step_8_billing;
mod step_8_ledger;
mod step_9_impact;

mod breaches;
mod random_laws;
mod random_week;
