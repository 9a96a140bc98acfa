//! The rules of the trade, told as weeks.
//!
//! A scenario is one text: acts, what they answer, and tables of what is then known. The acts run
//! the crate's own functions; the text is written again from what they answered, and must be the
//! same. After each act both laws of [`trade::Week::check`] are verified too.
//!
//! To add a scenario: write a `#[test]` in the file of its step, named after the rule, with
//! `check("...")`. Leave out the answers; run it; read what the failure prints; when it is what
//! the trade wants, copy it into the test. Acts are listed in `acts.rs`, tables in `shows.rs`,
//! the cast that every scenario starts with in `cast.rs`. `- x` lines of a failure were expected
//! and `+ x` lines were found.

mod acts;
mod acts_late;
mod cast;
mod script;
mod shows;
mod shows_late;
mod words;
mod world;

mod step_0_units;
mod step_1_needs;
mod step_2_offers;
mod step_3_mercuriale;
mod step_4_orders;
mod step_5_sourcing;
mod step_6_dock;
mod step_7_rounds;
mod step_8_billing;
mod step_9_impact;

mod breaches;
mod random_laws;
mod random_week;
