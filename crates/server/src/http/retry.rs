//! When whoever was turned away may try again, told by `Retry-After` too.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use onshi_core::{Moment, Refusal};

/// When somebody who was turned away may try again.
pub const BUSY_SECONDS: i64 = 5;
/// When somebody who came too often may, where nothing says when exactly.
const TOO_OFTEN_SECONDS: i64 = 60;

/// After how many seconds it may be tried again, where trying again helps.
pub fn seconds_to_wait(refusal: &Refusal, now: Moment) -> Option<i64> {
    let until = refusal
        .until
        .map(|until| until.seconds_until_from(now).max(1));
    match refusal.code.status() {
        429 => Some(until.unwrap_or(TOO_OFTEN_SECONDS)),
        503 => Some(until.unwrap_or(BUSY_SECONDS)),
        _ => None,
    }
}

/// Tells programs when to try again.
pub fn retry_after(mut response: Response, seconds: i64) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
