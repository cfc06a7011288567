//! The centre over real TLS, with real certificates, on a database of its own.

mod account_bulk;
mod account_review;
mod activation;
mod alarm;
mod api_matrix;
mod application;
mod certificates;
mod consent;
mod door;
mod emergency;
mod emergency_care;
mod enrolment;
mod environment;
mod foreign;
mod foreign_page;
mod forgery;
mod forms;
mod history_download;
mod hostile_records;
mod installers;
mod log_in;
mod logins;
pub(crate) mod logs;
mod mail;
mod matrix;
mod odd;
mod operators;
mod oracle;
#[path = "../../../../core/src/second_factor/passkey/device.rs"]
#[expect(dead_code, reason = "the log-in by a passkey is tried in a browser")]
mod passkey_device;
mod refusals;
mod renewal;
mod renewal_of_terminals;
mod second_factor;
mod secrecy;
mod session;
mod shares;
mod steps;
mod stop;
mod storm;
mod strangers;
pub(crate) mod test_centre;
mod token_alone;
mod typing;
pub(crate) mod viewing;
