//! What stands between the connections and the routes of a sandbox (試験環境), where whoever writes a program tries what a
//! service does not do on request. A service has none: `Running::start` can't be given one.

use axum::body::Body;
use axum::http::Request as HttpRequest;
use axum::response::Response;
use std::pin::Pin;

/// An answer that is waited for.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

/// The way on to the routes.
pub type Onward<'a> = Box<dyn FnOnce(HttpRequest<Body>) -> Pending<'a> + Send + 'a>;

/// What a sandbox does to requests on their way, and to the job of bulk requests.
pub trait Sandbox: Send + Sync {
    /// Answers a request, most often by the way on. `holder` is the institution (or the insurers' unit) in the certificate of
    /// the connection, where it is one of ours.
    fn answer<'a>(
        &'a self,
        holder: Option<&'a str>,
        http: HttpRequest<Body>,
        onward: Onward<'a>,
    ) -> Pending<'a>;

    /// Whether bulk requests stay as they are (処理中).
    fn holds_bulk(&self) -> bool;
}
