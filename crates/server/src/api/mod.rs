//! The Web API, and the same messages as files for the linked application.
//!
//! Every message has a route of its own, with its function. A message comes as JSON or as XML, as
//! its content type says, and is answered in kind. Errors that a message can carry are carried by
//! the message; everything else is told by RFC 9457.

pub(crate) mod activation;
pub(crate) mod auth;
pub mod collection;
pub(crate) mod enrolment;
pub mod fhir;
pub mod guide;
pub(crate) mod insurer;
pub(crate) mod messages;
pub mod openapi;
pub mod problem;
pub(crate) mod reader;
mod replaced;
mod reply;

pub use crate::http::media::Format;
pub use crate::http::route::ApiCall;
