//! 担当者: the people who run the centre, each by a name of their own.
//!
//! What needs two operators needs two names.

mod name;
#[cfg(test)]
mod tests;

pub use name::OperatorName;
