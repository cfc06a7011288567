//! The card as a reader sees it, and its authority as a checker sees it.

// It is always set here, and tells clippy that helpers are tests too.
#![cfg(test)]

mod authority;
mod commands;
mod hostile;
mod photo;
mod records;
mod sample;
mod slot;
mod terminal;
