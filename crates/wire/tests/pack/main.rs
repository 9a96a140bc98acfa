//! The data pack: what people's spreadsheets write is read, and what they get wrong is told.

mod broken;
mod carriage;
mod document;
mod folder;
mod forms;
mod laws;
mod random;
mod sourcing;
