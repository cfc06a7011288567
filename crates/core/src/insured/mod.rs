//! Insured persons (加入者) and their qualifications (資格), as insurers report them.
//!
//! A row is one stretch of time in which a person is insured under one card. A change of job, a
//! birth, the 75th birthday or a death ends one row and may begin another. Rows are found by the
//! card (insurer, symbol and number, in the form in which they are compared), and the history of a
//! person by the person's key.

mod check;
pub mod import;
pub mod intake;
mod layout;
pub mod limit;
mod lines;
mod record;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use record::{
    ElderlyCertificate, InsurerRecord, LimitCertificate, Line, MedicalTicket, QualificationRecord,
    SpecificDiseasesCertificate,
};
