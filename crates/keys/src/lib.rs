//! What proves who somebody is. No word of food, no database, no pages in here: bytes in and out,
//! so that the heavy libraries behind it are compiled once and never with a page.

mod token;

pub use token::Token;
