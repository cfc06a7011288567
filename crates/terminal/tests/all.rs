//! The tests of what runs at the institution, in one binary.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it must be"
)]

mod gateway;
mod link;
mod reader;
