//! Machine formats: bytes to trade values and back. No file is opened here and nothing is decided.

pub mod aid;
pub mod bank;
pub mod books;
pub mod bundle;
pub mod fec;
pub mod list;
pub mod ma_cantine;
pub mod mercuriale;
pub mod pack;
pub mod reply;
pub mod safe;
pub mod seal;
