//! The centre: `onshi serve`.
//!
//! A request comes in through [`http`] (TLS, the terminal's certificate, who is asking), finds its
//! line in [`routes`] (which names its function) and is answered by a function in [`web`] or [`api`],
//! which can only reach data through its handle to the service ([`http::service`]).

pub mod api;
pub mod capacity;
pub mod config;
pub mod documents;
#[cfg(doctest)]
mod forbidden;
pub mod http;
pub mod operations;
pub mod operator;
pub mod routes;
pub mod sheet;
pub mod start;
pub mod state;
pub mod web;

pub use config::Config;
pub use start::Running;
pub use state::Centre;
