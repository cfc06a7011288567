//! Around each request: its figures, and where its page is.

use crate::web::reply;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use onshi_core::RequestId;
use std::time::Instant;

/// Counts what was answered, and how long it took.
pub(super) fn measured(
    method: &'static str,
    path: &'static str,
    request: RequestId,
    begun: Instant,
    answered: &Response,
) {
    let status = answered.status().as_u16();
    let seconds = begun.elapsed().as_secs_f64();
    metrics::histogram!("onshi_request_seconds", "route" => path).record(seconds);
    metrics::counter!("onshi_requests_total", "route" => path, "method" => method,
        "status" => status.to_string())
    .increment(1);
    tracing::debug!(%request, method, route = path, status, seconds);
}

/// The address that was asked for, of a form where it was sent to; and the page to come back to.
pub(super) fn address_of(head: &Parts) -> (String, String) {
    let path = head.uri.path();
    if head.method == Method::POST {
        return (path.to_owned(), reply::page_of_form(path).to_owned());
    }
    let asked = head.uri.path_and_query();
    let asked = asked.map_or_else(|| path.to_owned(), ToString::to_string);
    (asked.clone(), asked)
}
