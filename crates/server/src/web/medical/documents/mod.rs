//! What is printed of a patient's records: the words of the screens, as documents.

pub mod checkups;
pub mod medicines;
pub mod treatment;
