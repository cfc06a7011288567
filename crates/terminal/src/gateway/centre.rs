//! The way to the centre: mutual TLS, one set of connections a certificate.

use onshi_language::{cause, say, spoken};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::{Request, Response, Uri, http::uri::Authority};
use onshi_client::pool::Scheme;
use onshi_client::{Answer, Pool, Roots, TlsError, Unread, tls, told};

use super::failure::Failure;
use super::folder::{Identity, Stamp};
use super::state::Standing;
use super::{GatewayError, Timeouts};

pub(crate) use onshi_client::BoxError;

pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// The answer to `/terminal/standing` is a few hundred bytes.
const STANDING_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Centre {
    origin: String,
    authority: Authority,
    roots: Roots,
    lines: Mutex<HashMap<String, Line>>,
    pub(crate) timeouts: Timeouts,
}

/// The connections of one certificate.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    stamp: Stamp,
    pool: Pool<Body>,
}

impl Centre {
    pub(crate) fn new(
        url: &str,
        authority_pem: &Path,
        timeouts: Timeouts,
    ) -> Result<Self, GatewayError> {
        let authority = parse(url).map_err(|reason| GatewayError::CentreUrl {
            url: url.to_owned(),
            reason,
        })?;
        let roots = roots(authority_pem).map_err(|reason| GatewayError::Authority {
            path: authority_pem.to_owned(),
            reason,
        })?;
        let shown = authority
            .as_str()
            .strip_suffix(":443")
            .unwrap_or(authority.as_str());
        Ok(Self {
            origin: format!("https://{shown}"),
            authority,
            roots,
            lines: Mutex::default(),
            timeouts,
        })
    }

    /// As browsers write it in `Origin`: without a port that goes without saying.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The line of a certificate, if it has one already.
    pub(crate) fn known_line(&self, fingerprint: &str) -> Option<Line> {
        self.lines().get(fingerprint).cloned()
    }

    /// The line of a certificate, new if its files are.
    pub(crate) fn line(&self, fingerprint: &str, identity: &Identity) -> Result<Line, TlsError> {
        let mut lines = self.lines();
        if let Some(line) = lines
            .get(fingerprint)
            .filter(|line| line.stamp == identity.stamp)
        {
            return Ok(line.clone());
        }
        let shown = onshi_client::Identity::of(Arc::clone(&identity.key));
        let tls = tls::config(&self.roots, Some(&shown))?;
        let line = Line {
            stamp: identity.stamp.clone(),
            pool: Pool::new(tls, Scheme::Https, self.timeouts.connect),
        };
        lines.insert(fingerprint.to_owned(), line.clone());
        Ok(line)
    }

    /// Drops the lines of certificates that are no longer there.
    pub(crate) fn keep(&self, there: impl Fn(&str) -> bool) {
        self.lines().retain(|fingerprint, _| there(fingerprint));
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<String, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the centre says of the certificate of this line.
    pub(crate) async fn standing(&self, line: &Line) -> Result<Standing, Failure> {
        let asked = async {
            let uri = format!("https://{}/terminal/standing", self.authority);
            let empty = Empty::new().map_err(|never| match never {}).boxed_unsync();
            let request = Request::get(uri)
                .header(hyper::header::ACCEPT, "application/json")
                .body(empty)
                .map_err(|_| Failure::Puzzling)?;
            let answer = line.send(request).await?;
            let whole = Answer::whole(answer, STANDING_BYTES_MAX, self.timeouts.standing).await;
            let body = whole.map_err(|unread| match unread {
                Unread::TooLong => Failure::Puzzling,
                Unread::Broken(_) | Unread::TooLate => Failure::Broken,
            });
            serde_json::from_slice(&body?.body).map_err(|_| Failure::Puzzling)
        };
        match tokio::time::timeout(self.timeouts.standing, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::ConnectTimeout),
        }
    }
}

impl Line {
    /// Whether the certificate's files are still those that the line was made from. Blocks.
    pub(crate) fn holds(&self) -> bool {
        self.stamp.holds()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Failure> {
        self.pool.send(request).await.map_err(|error| {
            let failure = Failure::of(&error);
            tracing::warn!(?failure, causes = told(&error), "no answer from the centre");
            failure
        })
    }
}

/// Reads the address of a centre, or says what is wrong with it.
pub(crate) fn parse(url: &str) -> Result<Authority, String> {
    let uri: Uri = url.parse().map_err(|_| {
        say!(
            "it is no address; write https://host:port",
            "https://host:port の形で書いてください"
        )
    })?;
    let authority = uri.authority().ok_or_else(|| {
        say!(
            "it has no host; write https://host:port",
            "ホスト名がありません。https://host:port の形で書いてください"
        )
    })?;
    if uri.scheme_str() != Some("https") {
        return Err(say!(
            "it must begin with https://, since the centre asks for a certificate",
            "電子証明書を使うため、https:// で始めてください"
        ));
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || url.contains('#') {
        return Err(say!(
            "it must end after the port; write https://host:port",
            "ポートの後には何も書かず、https://host:port の形で書いてください"
        ));
    }
    if authority.as_str().contains('@') {
        return Err(say!("it must not hold a user name", "ユーザ名は書けません"));
    }
    Ok(authority.clone())
}

/// Reads the only authority that is believed.
pub(crate) fn roots(path: &Path) -> Result<Roots, String> {
    let pem = fs::read(path).map_err(|error| cause(&error))?;
    Roots::from_pem(&pem).map_err(|e| spoken().choose(e.to_string(), e.in_japanese()))
}
