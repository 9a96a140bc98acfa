//! Which truck goes where.
mod chance;
pub mod day;
pub mod problem;
mod ruin;
mod scan;
pub mod search;
mod sides;
pub mod solomon;
pub mod state;
