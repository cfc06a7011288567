//! What runs the real program: killed and starved, used in a real browser, and with a card in a reader of PC/SC. One binary, so that
//! all of it is linked once.

// It is always set here, and tells clippy that what tests call is for tests too.
#![cfg(test)]

mod browser;
mod camera;
mod documents;
mod faults;
mod journey;
mod nation;
mod reader;
mod sandbox;
mod stack;
mod upgrade;
