//! What the forecast must hold to, on kitchens that are invented (`invented.rs`): laws of any past
//! (`laws.rs`), and its error beside simpler ways (`measured.rs`). Tables that one can follow with
//! a pencil are in `scenario/step_1_needs.rs`.

mod invented;
mod laws;
mod measured;
