//! What tests across the crates stand on.

pub mod browser;
pub mod client;
