//! HTTP: from a socket to who is asking and for what, and back. Nothing here knows a page or a message.

pub(crate) mod authorisation;
pub mod call;
pub mod extract;
pub mod listener;
pub(crate) mod origin;
pub mod refusals;
pub mod reply;
pub mod retry;
pub mod service;
pub mod site;
pub mod submission;
pub mod tls;
