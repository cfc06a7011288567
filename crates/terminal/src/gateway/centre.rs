//! The way to the centre: mutual TLS, one set of connections a certificate.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response, Uri, http::uri::Authority};
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::crypto::ring;
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio::net::TcpStream;
use tower::util::BoxCloneSyncService;
use tower::{Service as _, service_fn};

use super::failure::{Failed, Failure};
use super::folder::{Identity, Stamp};
use super::state::Standing;
use super::{GatewayError, Timeouts};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Connector = BoxCloneSyncService<Uri, Stream, BoxError>;

/// The answer to `/terminal/standing` is a few hundred bytes.
const STANDING_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Centre {
    origin: String,
    authority: Authority,
    roots: Arc<RootCertStore>,
    lines: Mutex<HashMap<String, Line>>,
    pub(crate) timeouts: Timeouts,
}

/// The connections of one certificate.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    stamp: Stamp,
    client: Client<Connector, Body>,
}

impl Centre {
    pub(crate) fn new(
        url: &str,
        authority_pem: &Path,
        timeouts: Timeouts,
    ) -> Result<Self, GatewayError> {
        let authority = parse(url).map_err(|reason| GatewayError::CentreUrl {
            url: url.to_owned(),
            reason: reason.to_owned(),
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
            roots: Arc::new(roots),
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
    pub(crate) fn line(&self, fingerprint: &str, identity: &Identity) -> Result<Line, BoxError> {
        let mut lines = self.lines();
        if let Some(line) = lines
            .get(fingerprint)
            .filter(|line| line.stamp == identity.stamp)
        {
            return Ok(line.clone());
        }
        let client = self.client(identity)?;
        let line = Line {
            stamp: identity.stamp.clone(),
            client,
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

    fn client(&self, identity: &Identity) -> Result<Client<Connector, Body>, BoxError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::clone(&self.roots))
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&identity.key))));
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_only()
            .enable_http1()
            .wrap_connector(tcp);
        let limit = self.timeouts.connect;
        // Around the whole of it: the TCP connector's own limit would leave out the handshake.
        let connector = service_fn(move |uri: Uri| {
            let mut https = https.clone();
            async move {
                match tokio::time::timeout(limit, https.call(uri)).await {
                    Ok(connected) => connected,
                    Err(_) => Err(Failed(Failure::ConnectTimeout).into()),
                }
            }
        });
        Ok(Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            // Shorter than servers keep theirs, so that a form rarely meets a closing connection.
            .pool_idle_timeout(Duration::from_secs(15))
            .build(BoxCloneSyncService::new(connector)))
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
            let body = Limited::new(answer.into_body(), STANDING_BYTES_MAX);
            let body = body
                .collect()
                .await
                .map_err(|_| Failure::Broken)?
                .to_bytes();
            serde_json::from_slice(&body).map_err(|_| Failure::Puzzling)
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
        self.client.request(request).await.map_err(|error| {
            let failure = Failure::of(&error);
            let mut causes = error.to_string();
            let mut next = error.source();
            while let Some(cause) = next {
                causes = format!("{causes}: {cause}");
                next = cause.source();
            }
            tracing::warn!(?failure, causes, "no answer from the centre");
            failure
        })
    }
}

fn parse(url: &str) -> Result<Authority, &'static str> {
    let uri: Uri = url
        .parse()
        .map_err(|_| "it is no address; write https://host:port")?;
    let authority = uri
        .authority()
        .ok_or("it has no host; write https://host:port")?;
    if uri.scheme_str() != Some("https") {
        return Err("it must begin with https://, since the centre asks for a certificate");
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() || url.contains('#') {
        return Err("it must end after the port; write https://host:port");
    }
    if authority.as_str().contains('@') {
        return Err("it must not hold a user name");
    }
    Ok(authority.clone())
}

fn roots(path: &Path) -> Result<RootCertStore, String> {
    let pem = fs::read(path).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        Err("it holds no certificate".to_owned())
    } else {
        Ok(roots)
    }
}
