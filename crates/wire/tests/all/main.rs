//! The messages as whoever uses the crate sees them.

mod bounds;
mod codes;
mod echo;
mod hostile;
mod json;
mod live;
mod random;
mod reading;
mod roundtrip;
mod schemas;
mod vectors;
mod writing;
mod xsd;
