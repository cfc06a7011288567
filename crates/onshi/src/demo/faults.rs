//! What goes wrong on request at the demo's Web API (障害の再現): an answer that is late, 503, a connection that is cut, a bulk
//! request that stays at 処理中.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, header, response};
use axum::response::Response;
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Faults {
    /// How late answers are, in milliseconds.
    pub(super) slow_ms: Option<u64>,
    /// Whether the answer is 503, and nothing is done.
    pub(super) unavailable: bool,
    /// Whether the connection ends in the middle of the answer; what was asked is done.
    pub(super) cut: bool,
    /// Whether bulk requests stay at 処理中.
    pub(super) bulk: bool,
    /// Which requests are meant: a part of the path, such as a message's name.
    pub(super) only: Option<String>,
    /// How many requests are still to meet with it; all of them where it is not said.
    pub(super) times: Option<u64>,
}

/// What one request meets with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) slow_ms: Option<u64>,
    pub(super) unavailable: bool,
    pub(super) cut: bool,
}

impl Faults {
    /// What a request to this path meets with. It is counted.
    pub(super) fn meet(&mut self, path: &str) -> Fault {
        let is_meant = self.only.as_deref().is_none_or(|part| path.contains(part));
        let fault = Fault {
            slow_ms: self.slow_ms,
            unavailable: self.unavailable,
            cut: self.cut,
        };
        if !is_meant || fault == Fault::default() || self.times == Some(0) {
            return Fault::default();
        }
        self.times = self.times.map(|times| times - 1);
        if self.times == Some(0) {
            let bulk = self.bulk;
            *self = Faults {
                bulk,
                ..Faults::default()
            };
        }
        fault
    }
}

impl Fault {
    /// What the log says of it.
    pub(super) fn words(self) -> Vec<&'static str> {
        let all = [
            (self.slow_ms.is_some(), "slow"),
            (self.unavailable, "unavailable"),
            (self.cut, "cut"),
        ];
        let met = all.into_iter().filter(|(met, _)| *met);
        met.map(|(_, word)| word).collect()
    }
}

/// An answer of which half arrives.
pub(super) fn half(mut head: response::Parts, whole: &Bytes) -> Response {
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    head.headers.remove(header::TRANSFER_ENCODING);
    let half = Half(Some(whole.slice(..whole.len() / 2)));
    Response::from_parts(head, Body::new(half))
}

/// The first half, and then the end of the connection.
struct Half(Option<Bytes>);

impl HttpBody for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(match self.0.take() {
            Some(half) => Ok(Frame::data(half)),
            None => Err(io::Error::other("cut on request")),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_requests_as_were_asked_for_meet_with_it_and_bulk_requests_go_on_staying() {
        let mut faults = Faults {
            cut: true,
            bulk: true,
            only: Some("OQSsiquc01".to_owned()),
            times: Some(2),
            ..Faults::default()
        };
        let meant = "/onshi/v1/messages/OQSsiquc01";
        assert_eq!(
            faults.meet("/onshi/v1/messages/OQSmuquc01"),
            Fault::default()
        );
        assert_eq!(faults.meet(meant).words(), ["cut"]);
        assert_eq!(faults.meet(meant).words(), ["cut"]);
        assert_eq!(faults.meet(meant), Fault::default());
        assert!(faults.bulk && !faults.cut);
    }
}
