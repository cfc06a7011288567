//! What the tests across the crates stand on.

pub mod browser;
pub mod client;
pub mod counted;
pub mod database;
pub mod demo;
pub mod mail;
pub mod postgres;
