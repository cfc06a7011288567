//! What stands before the routes of the demo's centre: faults on request, and the record of requests and answers. A service
//! has neither: only [`super::serving`] starts a centre with it.

use super::clock;
use super::faults::{self, Fault, Faults};
use super::record::{Exchange, Record, SHOWN_BYTES_MAX, Side};
use axum::body::{Body, Bytes};
use axum::http::{Request as HttpRequest, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use onshi_core::entropy::fresh_seed;
use onshi_core::{Error, Fault as CoreFault, Request};
use onshi_server::api::problem;
use onshi_server::state::sandbox::{Onward, Pending, Sandbox};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The demo's.
#[derive(Default)]
pub(super) struct DemoSandbox {
    faults: Mutex<Faults>,
    record: Mutex<Record>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DemoSandbox {
    /// What goes wrong.
    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    /// What came and what was answered.
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        locked(&self.record)
    }

    /// Nothing goes wrong any more, and nothing has come.
    pub(super) fn begin_again(&self) {
        *self.faults() = Faults::default();
        *self.record() = Record::default();
    }

    async fn tried(
        &self,
        holder: Option<&str>,
        http: HttpRequest<Body>,
        onward: Onward<'_>,
    ) -> Response {
        let (begun, at) = (Instant::now(), clock::now());
        let (method, uri) = (http.method().clone(), http.uri().clone());
        let headers = http.headers().clone();
        let holder = match holder {
            Some(holder) => Some(holder.to_owned()),
            None => self.record().holder_of(&headers),
        };
        let fault = self.faults().meet(uri.path());
        let (http, sent) = copied(http);
        if let Some(slow) = fault.slow_ms {
            tokio::time::sleep(Duration::from_millis(slow)).await;
        }
        let answer = match fault.unavailable {
            true => refused(http, &uri).await,
            false => onward(http).await,
        };
        let (head, body) = answer.into_parts();
        let Ok(whole) = body.collect().await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let whole = whole.to_bytes();
        let sent = locked(&sent);
        self.record().write(&Exchange {
            at,
            holder,
            method: method.as_str(),
            target: uri.path_and_query().map_or("", |target| target.as_str()),
            sent: Side {
                headers: &headers,
                body: &sent.shown,
                bytes: sent.bytes,
            },
            status: head.status.as_u16(),
            answered: Side {
                headers: &head.headers,
                body: &whole[..whole.len().min(SHOWN_BYTES_MAX)],
                bytes: whole.len(),
            },
            milliseconds: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            faults: fault.words(),
        });
        given(fault, head, whole)
    }
}

fn given(fault: Fault, head: axum::http::response::Parts, whole: Bytes) -> Response {
    match fault.cut {
        true => faults::half(head, &whole),
        false => Response::from_parts(head, Body::from(whole)),
    }
}

impl Sandbox for DemoSandbox {
    fn answer<'a>(
        &'a self,
        holder: Option<&'a str>,
        http: HttpRequest<Body>,
        onward: Onward<'a>,
    ) -> Pending<'a> {
        match problem::is_of_programs(http.uri().path()) {
            true => Box::pin(self.tried(holder, http, onward)),
            false => onward(http),
        }
    }

    fn holds_bulk(&self) -> bool {
        self.faults().bulk
    }
}

/// What came of a request, as far as it is shown.
#[derive(Default)]
struct Copied {
    shown: Vec<u8>,
    bytes: usize,
}

/// The request, of whose content a copy is made while it is read.
fn copied(http: HttpRequest<Body>) -> (HttpRequest<Body>, Arc<Mutex<Copied>>) {
    let copy = Arc::new(Mutex::new(Copied::default()));
    let filled = copy.clone();
    let http = http.map(|body| {
        Body::new(body.map_frame(move |frame| {
            if let Some(data) = frame.data_ref() {
                let mut copy = locked(&filled);
                copy.bytes += data.len();
                if copy.bytes <= SHOWN_BYTES_MAX {
                    copy.shown.extend_from_slice(data);
                }
            }
            frame
        }))
    });
    (http, copy)
}

/// The answer of a centre whose database can't be used. Nothing is done.
async fn refused(http: HttpRequest<Body>, uri: &Uri) -> Response {
    // It is read to its end, so that the connection can be used again.
    let _ = http.into_body().collect().await;
    let fault = CoreFault::unavailable("answering", "a fault was asked for (onshi demo faults)");
    let request = Request::new(clock::now(), fresh_seed());
    problem::response(&request, uri, Error::Fault(fault))
}
