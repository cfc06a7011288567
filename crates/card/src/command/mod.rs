//! The commands, a file for each kind.

pub(crate) mod read;
pub(crate) mod select;
pub(crate) mod sign;
pub(crate) mod terminal;
pub(crate) mod verify;
