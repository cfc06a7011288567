//! The messages, as tables.
//!
//! A field's Rust type says whether it must be there: `String` and a bare struct are required,
//! `Option` and `Vec` are not. Conditional elements are `Option`: the condition is the rules'
//! business, not the layout's. Sources and their certainty are in the specification, section 2.

pub mod access_url;
pub mod bulk;
pub mod checkup;
pub mod consent;
pub mod consented;
pub mod eligibility;
pub mod emergency_care;
pub mod environment;
pub mod medicines;
pub mod person;
pub mod reference_number;
pub mod ticket;
pub mod withdrawal;

pub use access_url::*;
pub use bulk::*;
pub use checkup::*;
pub use consent::*;
pub use consented::*;
pub use eligibility::*;
pub use emergency_care::*;
pub use environment::*;
pub use medicines::*;
pub use person::*;
pub use reference_number::*;
pub use ticket::*;
pub use withdrawal::*;
