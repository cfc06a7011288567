//! The card reader (顔認証付きカードリーダー): a patient puts a My Number Card on it, is verified,
//! consents, and reception sees the result.
//!
//! - `machine` decides, without I/O; `apdu` is what is said to the card.
//!
//! Face, PIN and 照合番号 are [`secret::Secret`]: cleared when they are done with, printed by nothing,
//! sent to nobody, written to no disk.

pub mod apdu;
pub mod machine;
pub mod secret;
pub mod signing;
