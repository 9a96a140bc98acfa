//! Planners: who brings what was sold, and which truck goes where.
//!
//! A plan is a value: made here, checked by [`verify`] (which shares no code with the planners),
//! compared by [`diff`], and only then accepted by `trade`. Everything is deterministic: the same
//! task, in any order, gives the same plan. No clock, no IO.

pub mod diff;
pub mod distance;
pub mod rounds;
pub mod slots;
pub mod sourcing;
pub mod verify;
