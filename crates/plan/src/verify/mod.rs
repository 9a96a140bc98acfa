//! Checks plans from the task alone, with no code of the planners: what passes here may become
//! purchases and rounds.

mod rounds;
mod slots;
mod sourcing;

pub use rounds::{RoundsBreach, rounds};
pub use slots::{SlotsBreach, slots};
pub use sourcing::{SourcingBreach, sourcing};
