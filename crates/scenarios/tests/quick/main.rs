//! What needs no process of its own: the centre over real TLS, its Web API, and the store on both
//! databases. One binary, so that all of it is linked once.

// It is always set here, and tells clippy that what tests call is for tests too.
#![cfg(test)]

mod api;
mod centre;
mod stores;
