//! Between the rules and the database: rows, and the one way in which facts are added.

pub mod act;
pub mod cols;
pub mod register;
pub mod table;
pub mod told;
pub mod week;
