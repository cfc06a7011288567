//! HTTP: from a socket to who is asking and for what, and back. Nothing here knows a page or a message.

pub mod access;
pub(crate) mod arriving;
pub(crate) mod authorisation;
pub(crate) mod body;
pub(crate) mod caller;
mod cookies;
pub mod deprecation;
pub mod extract;
pub mod fhir;
pub(crate) mod forms;
pub mod listener;
pub mod media;
pub(crate) mod origin;
pub mod pipeline;
pub mod presented;
pub mod refusals;
pub mod reply;
pub mod retry;
pub mod route;
pub mod service;
pub mod site;
pub mod step;
pub mod submission;
pub mod tls;
