//! 担当者: the people who run the centre (実施機関), each by a name of their own.
//!
//! What needs two operators needs two names. At the operators' screens the name is the user id of an account that its holder
//! has proved to hold; on the command line it is what whoever holds the secrets says.
//!
//! The operators are a unit of their own, as an institution is ([`FacilityCode::of_operators`]): their terminals have
//! certificates of that unit, and their accounts log in with the same rules of passwords, locks and second factors.
//! What it is not is an institution: it is on no list of those, its code can't be typed, and no account of it may
//! do what an institution's may.

mod institutions;
mod name;
mod officers;
#[cfg(test)]
mod tests;

pub use crate::terms::FacilityCode;
pub use institutions::{
    Institution, WithLastUse, list_accounts, list_certificates, may_reissue, read_log,
    reissue_activation, reset_second_factor, resume_institution, revoke_certificate, show_account,
    show_certificate, show_institution, stop_institution, unlock_account, work_at,
};
pub use name::OperatorName;
pub use officers::{UNIT_NAME, add, begin_unit, list, reset, resume, stop};
