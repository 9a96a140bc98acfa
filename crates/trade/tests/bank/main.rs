//! The bank's statement against the books: what each line is taken for (`cases.rs`), and what must
//! hold of any statement (`laws.rs`).

mod cases;
mod laws;
mod telling;
