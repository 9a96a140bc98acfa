//! The program: web, database, commands. It decides nothing: rules are in `trade`.
//!
//! The nine steps of the week stand in their order, each in a folder of its own: `rows.rs` (its
//! tables), `acts.rs` (what is done), `pages.rs` and `forms.rs` (what is seen and sent).

// What the steps stand on.
pub mod access;
pub mod app;
pub mod clock;
pub mod denied;
pub mod failure;
pub mod law;
pub mod mail;
pub mod report;
pub mod search;
pub mod store;
pub mod ui;
pub mod web;

// The nine steps.
pub mod needs;
pub mod offers;
pub mod mercuriale;
pub mod orders;
pub mod sourcing;
pub mod dock;
pub mod rounds;
pub mod billing;
pub mod impact;
pub mod glance;

// Over all weeks.
pub mod accounts;
pub mod anticipation;
pub mod vehicles;

// Outside the week.
pub mod admin;

// What runs whole weeks.
pub mod bench;
pub mod commands;
pub mod data;
pub mod generate;
pub mod play;
