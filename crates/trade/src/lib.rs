//! The rules of the trade: pure, without any dependency, clock, randomness or IO.
//!
//! The nine steps of the week stand in their order; each looks upstream only. What outlives a
//! week stands before them, the ledger under them.

// What everything is made of.
pub mod calendar;
pub mod denial;
pub mod id;
pub mod unit;

// What outlives a week.
pub mod catalog;
pub mod contract;
pub mod party;
pub mod pledge;
pub mod register;
pub mod treasury;

// The nine steps.
pub mod needs;
pub mod offers;
pub mod mercuriale;
pub mod orders;
pub mod sourcing;
pub mod dock;
pub mod rounds;
pub mod billing;
pub mod impact;

// Under and over them.
pub mod bank;
pub mod check;
pub mod fact;
pub mod ledger;
pub mod reply;
pub mod trace;
pub mod week;

pub use denial::Denial;
pub use fact::Fact;
pub use week::Week;
