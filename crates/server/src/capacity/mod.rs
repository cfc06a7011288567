//! Bounded work: pools of threads, and places that are given out in turn.

pub mod pool;
pub(crate) mod reader_waits;
pub mod shares;
