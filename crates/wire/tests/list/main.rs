//! People's own lists: what is read, what is doubted, what is refused (T-56).

mod bombs;
mod cases;
mod laws;
mod names;
