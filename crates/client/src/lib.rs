//! The way to a centre, for every program of ours that is a client of one: mutual TLS, HTTP,
//! log-in, token and problem types.
//!
//! [`tls`] says whom to believe and what to show. Over it there are two ways: [`pool`] keeps
//! connections to an address of the network for a program that runs for long, and [`line`] is one
//! connection to one socket, for measurements and tests that count connections. [`answer`],
//! [`token`], [`problem`] and [`cookies`] are what goes over both. What is done about a refusal or a
//! centre that is away is the caller's business; what was said is here.

pub mod answer;
pub mod cookies;
pub mod line;
pub mod paths;
pub mod pool;
pub mod problem;
pub mod reader;
pub mod tls;
pub mod token;

pub use answer::{Answer, Unread};
pub use line::{Connection, Target};
pub use pool::Pool;
pub use problem::ProblemDetails;
pub use tls::{Identity, Roots, TlsError};
pub use token::Tokens;

/// Any error that can go from one thread to another.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// What TLS was given.
    #[error("setting up TLS: {0}")]
    Tls(#[from] TlsError),
    /// The connection.
    #[error("connecting: {0}")]
    Io(#[from] std::io::Error),
    /// The exchange.
    #[error("asking: {0}")]
    Http(#[from] hyper::Error),
    /// The request itself.
    #[error("making a request: {0}")]
    Request(#[from] http::Error),
}

/// An error with what caused it, since the first of them seldom says why.
pub fn told(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words = format!("{words}: {cause}");
        next = cause.source();
    }
    words
}
