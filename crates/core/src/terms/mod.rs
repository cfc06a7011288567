//! The terms that every layer speaks in: an institution's code, what something is done to, and the kinds
//! that are kept by a word. They know nothing but themselves.

#[macro_use]
mod words;

mod application;
mod bulk_kind;
mod card;
pub mod care;
mod certificate_kind;
mod consent;
mod environment;
mod facility_code;
mod finding;
mod profession;
mod second_factor;
mod subject;
mod validity;

pub use application::{
    ApplicationKind, ApplicationState, CertificateProgress, InstitutionKind, LineKind,
};
pub use bulk_kind::{BulkKind, RowsOf};
pub use card::{CardState, Medium, Trouble};
pub use certificate_kind::CertificateKind;
pub use consent::{EndedWhy, Purpose, Verification};
pub use environment::{EnvironmentSettings, Setting, SettingChange, SettingValue};
pub use facility_code::{FacilityCode, OPERATORS};
pub use finding::Finding;
pub use profession::Profession;
pub use second_factor::{Factor, FactorPolicy};
pub use subject::{Subject, SubjectKind};
pub use validity::Validity;
