//! The centre over real TLS, with real certificates, on a database of its own.

mod api_matrix;
mod certificates;
mod consent;
mod door;
mod emergency;
mod foreign;
mod foreign_page;
mod forgery;
mod forms;
mod history_download;
mod log_in;
mod logins;
mod matrix;
mod odd;
mod oracle;
mod refusals;
mod renewal;
mod secrecy;
mod session;
mod shares;
mod stop;
mod storm;
mod strangers;
pub(crate) mod test_centre;
mod token_alone;
mod typing;
pub(crate) mod viewing;
