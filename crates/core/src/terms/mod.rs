//! The terms that every layer speaks in: an institution's code, what something is done to, and the kinds
//! that are kept by a word. They know nothing but themselves.

mod bulk_kind;
pub mod care;
mod consent;
mod facility_code;
mod profession;
mod subject;
mod validity;

pub use bulk_kind::{BulkKind, RowsOf};
pub use consent::{EndedWhy, Purpose, Verification};
pub use facility_code::FacilityCode;
pub use profession::Profession;
pub use subject::{Subject, SubjectKind};
pub use validity::Validity;
