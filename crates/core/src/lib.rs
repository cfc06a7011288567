//! The rules of Onshi and what they stand on: no HTTP, no async, no clock.

pub mod certificate;
