//! The terminals' and the portal's sockets: does TLS, and hands each request on with the
//! certificate that its connection showed.

use crate::http::presented::Presented;
use crate::http::site::Site;
use crate::state::Centre;
use axum::body::Body;
use onshi_connections::{ArrivingBody, Host, PacedStream};
use onshi_core::Fault;
use onshi_core::certificate::{PeerStatus, judge};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Binds a socket, and says which address was the trouble.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    onshi_connections::bind(address).await.map_err(|e| {
        // What is said in Japanese is only printed by a process that speaks it.
        let why = onshi_language::cause(&e);
        let told = format!(
            "{address} で待ち受けられません: {why}。別のアドレスかポートを指定してください。"
        );
        Fault::at(format!("listening on {address}"), e).in_japanese(told)
    })
}

/// A site behind TLS.
#[derive(Clone)]
pub struct Guarded {
    centre: Arc<Centre>,
    acceptor: TlsAcceptor,
    site: Site,
}

impl Guarded {
    /// This site behind TLS of this kind.
    pub fn new(centre: Arc<Centre>, config: Arc<rustls::ServerConfig>, site: Site) -> Guarded {
        let acceptor = TlsAcceptor::from(config);
        Guarded {
            centre,
            acceptor,
            site,
        }
    }
}

impl Host for Guarded {
    type Stream = TlsStream<PacedStream<TcpStream>>;
    type Guest = Presented;
    type Body = Body;

    async fn greet(
        &self,
        stream: PacedStream,
        peer: SocketAddr,
    ) -> Option<(Self::Stream, Presented, Option<String>)> {
        let tls = match self.acceptor.accept(stream).await {
            Ok(tls) => tls,
            Err(error) => {
                metrics::counter!("onshi_tls_handshakes_failed_total").increment(1);
                tracing::debug!(%peer, %error, "a handshake failed");
                return None;
            }
        };
        let from = peer.ip().to_canonical();
        let der = tls.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let now = (self.centre.clock)().ms();
        let status = judge(der.map(AsRef::as_ref), &self.centre.authority_der, now);
        let name = match &status {
            PeerStatus::Valid(peer) => Some(peer.serial().to_owned()),
            PeerStatus::Foreign { why } => {
                tracing::info!(%peer, why, "a foreign certificate was shown");
                None
            }
            _ => None,
        };
        let presented = Presented {
            certificate: Arc::new(status),
            address: from,
            peer: from.to_string().into(),
        };
        Some((tls, presented, name))
    }

    async fn answer(
        &self,
        presented: &Presented,
        request: hyper::Request<ArrivingBody>,
    ) -> hyper::Response<Body> {
        self.site.answer(presented.clone(), request).await
    }
}
