//! Connections that are kept, for a program that runs for long: one set a certificate.

use std::time::Duration;

use bytes::Buf;
use http::{Request, Response, Uri};
use hyper::body::{Body, Incoming};
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower::util::BoxCloneSyncService;
use tower::{Service as _, service_fn};

use crate::BoxError;

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Connector = BoxCloneSyncService<Uri, Stream, BoxError>;

/// How long an unused connection is kept: shorter than servers keep theirs, so that a request
/// rarely meets a closing one.
const IDLE: Duration = Duration::from_secs(15);

/// How often the system makes sure that the other side is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// The connection did not come to stand in time, its handshake included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no connection came to stand in time")]
pub struct ConnectTimeout;

/// Which addresses are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Those with TLS alone.
    Https,
    /// Also those that leave TLS to something in front.
    HttpsOrHttp,
}

/// The connections of one certificate.
#[derive(Debug)]
pub struct Pool<B> {
    client: Client<Connector, B>,
}

// Not derived: a body need not be copied for the connections to be shared.
impl<B> Clone for Pool<B> {
    fn clone(&self) -> Pool<B> {
        let client = self.client.clone();
        Pool { client }
    }
}

impl<B> Pool<B>
where
    B: Body + Send + Unpin + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    /// Connections with this TLS, each of which stands within the limit or not at all.
    pub fn new(tls: ClientConfig, scheme: Scheme, connect: Duration) -> Pool<B> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
        let builder = match scheme {
            Scheme::Https => builder.https_only(),
            Scheme::HttpsOrHttp => builder.https_or_http(),
        };
        let https = builder.enable_http1().wrap_connector(tcp);
        // Around the whole of it: the TCP connector's own limit would leave out the handshake.
        let connector = service_fn(move |uri: Uri| {
            let mut https = https.clone();
            async move {
                match tokio::time::timeout(connect, https.call(uri)).await {
                    Ok(connected) => connected,
                    Err(_) => Err(ConnectTimeout.into()),
                }
            }
        });
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(BoxCloneSyncService::new(connector));
        Pool { client }
    }

    /// Sends a request. The answer's body is the caller's to read.
    pub async fn send(&self, request: Request<B>) -> Result<Response<Incoming>, Error> {
        self.client.request(request).await
    }
}
