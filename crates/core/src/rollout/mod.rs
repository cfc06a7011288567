//! 導入 (roll-out): an institution's terminals and accounts, made from a sheet (ヒアリングシート) that an installer filled in.
//!
//! It is done in an institution's name and stands in its log, and so it needs an installer's right there ([`installer`]), which ends on
//! a day. First what is wanted is compared with what there is ([`look`]); then all that is missing is made in one transaction, or
//! nothing ([`apply`]).
//!
//! What always holds:
//! - Nobody gets a password. Accounts are made with one-time activations, terminals with enrolment codes.
//! - What is there is left as it is, whatever the sheet says of it: the same sheet twice makes what it makes once.
//! - Codes are drawn and handed over before: they begin to be good in the transaction that keeps the roll-out's number, so that after
//!   a crash either all that was handed over is good or nothing is.

mod apply;
pub mod installer;
mod look;
mod store;
#[cfg(test)]
mod tests;

pub use apply::{Account, AtFacility, Machine, RollOut, apply};
pub use look::{AccountState, Found, Looked, MachineState, Wanted, look};
