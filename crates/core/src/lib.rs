//! The rules of Onshi, without HTTP, without async and without a clock of their own.
//!
//! Read in this order: [`permission`] says who may do what, [`service`] is the one door through
//! which it is done, [`authn`] finds out who is before it, [`audit`] is what the door writes down,
//! [`store`] is where it all lands.
//! The subjects beside them ([`account`], [`facility`], [`certificate`], [`insurer`], [`form`]) hold their own rules,
//! and each keeps its SQL in a `store.rs` that nobody else may call.

pub mod access;
pub mod account;
pub mod actor;
pub mod application;
pub mod audit;
pub mod authn;
pub mod backup;
pub mod buckets;
pub mod card;
pub mod certificate;
pub mod clock;
pub mod consent;
pub mod eligibility;
pub mod emergency;
pub mod engine;
pub mod enrolment;
pub mod entropy;
pub mod environment;
pub mod error;
pub mod facility;
pub mod fold;
#[cfg(doctest)]
mod forbidden;
pub mod form;
pub mod history;
pub mod home_reception;
pub mod insured;
pub mod insurer;
pub mod jobs;
mod keyed;
pub mod mail;
pub mod medical;
pub mod network;
pub mod one_time_code;
mod opaque_id;
pub mod operator;
pub mod password;
pub mod permission;
pub mod reader;
pub mod registration;
pub mod rollout;
pub mod rules;
pub mod second_factor;
pub mod service;
pub mod staff_phone;
pub mod store;
pub mod terms;
#[cfg(test)]
mod testing;
pub mod text;
pub mod turns;

pub use actor::{AccountKind, Actor, Role};
pub use clock::{Day, Moment, Month};
pub use error::{Error, Fault, Problem, Refusal, RefusalCode};
pub use permission::Function;
pub use rules::Rules;
pub use service::{Request, RequestId, Service, Subject, Tx};
