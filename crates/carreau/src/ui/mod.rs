//! What pages are made of: French formats, the frame, charts.

pub mod fr;
