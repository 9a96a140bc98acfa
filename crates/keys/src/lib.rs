//! What proves who somebody is. No word of food, no database, no pages in here: bytes in and out,
//! so that the heavy libraries behind it are compiled once and never with a page.
//!
//! Nothing in here knows what time it is: callers give the second, in UTC.

mod error;
mod token;

pub mod code;
pub mod passkey;
pub mod password;

pub use error::Error;
pub use token::{Token, digest};

/// Bytes from the system's source of chance. Panics when the system has none: nothing that is
/// safe could be done then.
fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
