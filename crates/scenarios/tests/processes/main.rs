//! What runs the real program: killed and starved, and used in a real browser. One binary, so that
//! all of it is linked once.

// It is always set here, and tells clippy that what tests call is for tests too.
#![cfg(test)]

mod browser;
mod faults;
mod journey;
