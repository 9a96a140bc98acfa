//! The whole program against both databases: weeks played, files brought in and out, pages asked
//! for, commands run, and what happens when it is killed or pressed from many sides at once.
//!
//! `hub.rs` makes a hub from a generated pack; `browser.rs` asks for pages without a network.

mod admin;
mod aid;
mod aid_pages;
mod api;
mod browser;
mod asked;
mod by_hand;
mod canaries;
mod claims;
mod closing;
mod command_line;
mod credits;
mod cut_off;
mod desk;
mod doors;
mod farm;
mod figures;
mod floor;
mod formulas;
mod forced;
mod grid;
mod hub;
mod killed;
mod killed_order;
mod office;
mod own_lists;
mod own_orders;
mod last_crate;
mod letters;
mod mail;
mod mail_server;
mod packs;
mod pages;
mod payments;
mod played;
mod pressed;
mod program;
mod proof;
mod replies;
mod roles;
mod sealed;
mod search;
mod standing;
mod standing_orders;
mod statements;
mod strangers;
mod tables;
mod tokens;
mod twins;
mod walls;
mod treasury;
mod withdrawn;
