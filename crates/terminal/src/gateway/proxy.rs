//! Passing a request on to the centre, and its answer back.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::uri::{PathAndQuery, Scheme};
use hyper::{Request, Response, Uri};
use onshi_connections::ArrivingBody;
use tokio::time::Instant;

use super::centre::{Body, BoxError, Centre, Line};
use super::failure::Failure;
use super::pages::{self, Notice, Reply};
use super::{Desk, cookies};

/// What concerns one connection only (RFC 9110, 7.6.1), and the older names for it.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Desk {
    pub(super) async fn forward(&self, request: Request<ArrivingBody>, host: &str) -> Reply {
        let Some(fingerprint) = self.choices.of(request.headers(), self.port) else {
            return pages::redirect("/");
        };
        let Some(line) = self.line(&fingerprint).await else {
            tracing::warn!(certificate = fingerprint, "the chosen certificate is gone");
            let mut reply = self.start_page(&HeaderMap::new(), Some(Notice::Gone)).await;
            self.forget(request.headers(), &mut reply);
            return reply;
        };
        let retry = pages::reads(request.method())
            .then(|| request.uri().path_and_query().map(PathAndQuery::to_string))
            .flatten();
        let progress = Progress::default();
        let Some(request) = outgoing(request, &self.centre, self.port, progress.clone()) else {
            return self.refuse(super::guard::Refusal::NotForUs);
        };
        match answer(&line, request, &progress, self.centre.timeouts.answer).await {
            Ok(answer) => incoming(answer, &self.centre, self.port, host),
            Err(failure) => self.fail(failure, retry),
        }
    }

    /// The connections of a certificate, as long as its files are there.
    async fn line(&self, fingerprint: &str) -> Option<Line> {
        if let Some(line) = self.centre.known_line(fingerprint) {
            let checked = tokio::task::spawn_blocking(move || line.holds().then_some(line)).await;
            if let Ok(Some(line)) = checked {
                return Some(line);
            }
        }
        let entries = self.entries().await.ok()?;
        let of = |face: &super::folder::Face| face.fingerprint == fingerprint;
        let entry = entries
            .into_iter()
            .find(|entry| entry.face.as_ref().is_some_and(of))?;
        self.centre.line(fingerprint, &entry.identity.ok()?).ok()
    }
}

/// Waits for the head of the answer; a long upload is not silence.
async fn answer(
    line: &Line,
    request: Request<Body>,
    progress: &Progress,
    limit: Duration,
) -> Result<Response<Incoming>, Failure> {
    let sending = line.send(request);
    tokio::pin!(sending);
    loop {
        tokio::select! {
            answer = &mut sending => return answer,
            () = tokio::time::sleep_until(progress.last() + limit) => {
                if progress.last() + limit <= Instant::now() {
                    tracing::warn!("the centre is silent");
                    return Err(Failure::AnswerTimeout);
                }
            }
        }
    }
}

/// The request as the centre gets it. Nothing if its target can't be one of the centre's.
fn outgoing(
    request: Request<ArrivingBody>,
    centre: &Centre,
    port: u16,
    progress: Progress,
) -> Option<Request<Body>> {
    let (mut head, body) = request.into_parts();
    let mut uri = hyper::http::uri::Parts::default();
    uri.scheme = Some(Scheme::HTTPS);
    uri.authority = Some(centre.authority().clone());
    uri.path_and_query = head.uri.path_and_query().cloned();
    head.uri = Uri::from_parts(uri).ok()?;
    head.version = hyper::Version::HTTP_11;

    let cookie = cookies::for_centre(&head.headers, port);
    let from_own_page = head
        .headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin != "null");
    let changes = !pages::reads(&head.method);
    let headers = &mut head.headers;
    strip_hop_by_hop(headers);
    for name in [
        header::HOST,
        header::COOKIE,
        header::ORIGIN,
        header::REFERER,
        header::EXPECT,
    ] {
        headers.remove(name);
    }
    remove_where(headers, |name| {
        name == "forwarded" || name == "x-real-ip" || name.starts_with("x-forwarded-")
    });
    if let Some(cookie) = cookie {
        headers.insert(header::COOKIE, cookie);
    }
    // The guard has seen that it comes from our own page; to the centre, that is its own.
    if from_own_page || changes {
        headers.insert(header::ORIGIN, HeaderValue::try_from(centre.origin()).ok()?);
    }
    let body = Watched { body, progress }.boxed_unsync();
    Some(Request::from_parts(head, body))
}

/// The centre's answer as the browser gets it.
fn incoming(answer: Response<Incoming>, centre: &Centre, port: u16, host: &str) -> Reply {
    let (mut head, body) = answer.into_parts();
    let headers = &mut head.headers;
    strip_hop_by_hop(headers);
    // Both would be about the centre's own address.
    headers.remove(header::STRICT_TRANSPORT_SECURITY);
    headers.remove(header::ALT_SVC);
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        if let Some(here) = headers
            .get(&name)
            .and_then(|there| relocate(there, centre, host))
        {
            headers.insert(name, here);
        }
    }
    let set: Vec<_> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in set
        .iter()
        .filter_map(|cookie| cookies::for_browser(cookie, port))
    {
        headers.append(header::SET_COOKIE, cookie);
    }
    // "cookies" would take the choice of certificate along, and those of every other local service.
    let clear = HeaderName::from_static("clear-site-data");
    if headers.remove(&clear).is_some() {
        headers.insert(clear, HeaderValue::from_static("\"cache\", \"storage\""));
    }
    let body = body.map_err(|error| {
        tracing::warn!(%error, "the centre's answer broke off");
        BoxError::from(error)
    });
    Response::from_parts(head, body.boxed_unsync())
}

/// An absolute address of the centre as one of the gateway; nothing if it isn't the centre's.
fn relocate(there: &HeaderValue, centre: &Centre, host: &str) -> Option<HeaderValue> {
    let there = there.to_str().ok()?;
    let origins = [
        centre.origin().to_owned(),
        format!("https://{}", centre.authority()),
    ];
    let rest = origins.iter().find_map(|origin| {
        let (start, rest) = there.split_at_checked(origin.len())?;
        let ends = rest.is_empty() || rest.starts_with(['/', '?', '#']);
        (ends && start.eq_ignore_ascii_case(origin)).then_some(rest)
    })?;
    let slash = if rest.starts_with('/') { "" } else { "/" };
    HeaderValue::try_from(format!("http://{host}{slash}{rest}")).ok()
}

fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        // Nobody can have the body's length, or the page's origin, taken away like this.
        .filter(|name| {
            !matches!(
                name.as_str(),
                "content-length" | "cookie" | "origin" | "host"
            )
        })
        .collect();
    remove_where(headers, |name| {
        HOP_BY_HOP.contains(&name) || named.iter().any(|n| n == name)
    });
}

fn remove_where(headers: &mut HeaderMap, unwanted: impl Fn(&str) -> bool) {
    let names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| unwanted(name.as_str()))
        .cloned()
        .collect();
    for name in names {
        headers.remove(name);
    }
}

/// When the request last moved.
#[derive(Debug, Clone)]
struct Progress(Arc<Mutex<Instant>>);

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Progress {
    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A request's body that says when it moves.
struct Watched {
    body: ArrivingBody,
    progress: Progress,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.progress.moved();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
