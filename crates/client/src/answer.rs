//! An answer, read to its end.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, header};
use http_body_util::BodyExt as _;
use hyper::body::Body;

use crate::problem::ProblemDetails;

/// An answer, all of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Why an answer that had begun was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It broke off.
    #[error("the answer broke off: {0}")]
    Broken(#[source] crate::BoxError),
    /// Nothing of it came for as long as it may take.
    #[error("the answer did not go on")]
    TooLate,
    /// It has more bytes than are taken.
    #[error("the answer is too long")]
    TooLong,
}

impl Answer {
    /// Reads an answer of at most so many bytes. It has `patience` from one piece to the next.
    pub async fn whole<B>(
        answer: Response<B>,
        bytes_max: usize,
        patience: Duration,
    ) -> Result<Answer, Unread>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<crate::BoxError>,
    {
        let (head, mut body) = answer.into_parts();
        let mut bytes = Vec::new();
        loop {
            let frame = tokio::time::timeout(patience, body.frame()).await;
            let Some(frame) = frame.map_err(|_| Unread::TooLate)? else {
                break;
            };
            let frame = frame.map_err(|error| Unread::Broken(error.into()))?;
            if let Ok(data) = frame.into_data() {
                bytes.extend_from_slice(&data);
            }
            if bytes.len() > bytes_max {
                return Err(Unread::TooLong);
            }
        }
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: bytes.into(),
        })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header, or nothing.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Where it sends us, or nothing.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// What kind of body it is, or nothing.
    pub fn content_type(&self) -> &str {
        self.header(header::CONTENT_TYPE)
    }

    /// What it says is wrong; empty when it says nothing that we understand.
    pub fn problem(&self) -> ProblemDetails {
        ProblemDetails::read(&self.body)
    }

    /// Whether the other side says that it can't now, and others need not try either.
    pub fn is_busy(&self) -> bool {
        matches!(self.status, 429 | 502 | 503 | 504)
    }

    /// Whether the other side can't now, or failed: the same may be asked again later.
    pub fn is_away(&self) -> bool {
        self.is_busy() || self.status >= 500
    }

    /// When it says to come again.
    pub fn again_after(&self) -> Option<Duration> {
        let seconds = self.header(header::RETRY_AFTER).parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;

    fn answer(status: u16, again: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, again.parse().unwrap());
        Answer {
            status,
            headers,
            body: Bytes::from_static(b"words"),
        }
    }

    #[test]
    fn who_can_not_now_says_when_to_come_again() {
        let wait = |again: &str| answer(503, again).again_after();
        assert_eq!(wait("30"), Some(Duration::from_secs(30)));
        // A date is allowed, and not what a centre sends.
        for other in ["", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(wait(other), None, "{other}");
        }
        let states = [200, 400, 401, 403, 404, 409, 429, 500, 501, 503];
        let away = states.map(|status| answer(status, "1").is_away());
        let can = [false; 6];
        assert_eq!(away[..6], can);
        assert_eq!(away[6..], [true; 4]);
        assert!(!answer(500, "1").is_busy() && answer(429, "1").is_busy());
        assert_eq!(answer(200, "1").json(), serde_json::Value::Null);
    }

    #[tokio::test]
    async fn an_answer_has_an_end() {
        let body = || Response::new(Full::new(Bytes::from_static(b"12345")));
        let patience = Duration::from_secs(60);
        let whole = Answer::whole(body(), 5, patience).await;
        assert_eq!(whole.unwrap().text(), "12345");
        let long = Answer::whole(body(), 4, patience).await;
        assert!(matches!(long, Err(Unread::TooLong)), "{long:?}");
    }
}
