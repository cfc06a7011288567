//! The centre: `onshi serve`.
//!
//! A request comes in through [`listener`] (TLS, the terminal's certificate), is judged by
//! core's authentication (certificate, session), finds its line in [`routes`] (which names its function) and is
//! answered by a function in [`screens`], which can only reach data through the [`service`] handle.

mod admission;
pub mod api;
mod call;
pub mod centre;
pub mod config;
pub mod context;
pub mod documents;
mod fallback;
mod fault;
#[cfg(doctest)]
mod forbidden;
mod incoming;
pub mod jobs;
pub mod listener;
mod listeners;
pub mod logs;
mod lost;
mod menu;
pub mod operations;
pub mod pool;
pub mod process;
pub mod provision;
mod reader_waits;
pub mod refused;
pub mod renewal;
pub mod reply;
pub mod retry;
pub mod routes;
pub mod secrets;
pub mod service;
pub mod shares;
pub mod sheet;
pub mod site;
mod source;
mod spreadsheet;
pub mod submission;
pub mod tls;
mod waiting;
mod way;
pub mod web;

pub use centre::{Centre, Running};
pub use config::Config;
