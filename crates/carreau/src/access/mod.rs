//! Who may see and do what: scopes, and later the people behind them.

pub mod scope;
