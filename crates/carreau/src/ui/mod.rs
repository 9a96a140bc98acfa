//! What pages are made of: French formats, the frame, charts, and what papers share.

pub mod chart;
pub mod fr;
pub mod frame;
pub mod map;
pub mod paper;
