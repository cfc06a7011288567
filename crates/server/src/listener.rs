//! Sockets: accepts connections, does TLS, and hands each request on with the certificate that
//! its connection showed.

use crate::centre::Centre;
use crate::site::Site;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use onshi_core::Fault;
use onshi_core::certificate::{PeerStanding, judge};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What a connection showed, judged once by its signature; each request looks at times and
/// revocation again.
#[derive(Clone)]
pub struct Shown(pub Arc<PeerStanding>);

/// Binds a socket, and says which address was the trouble.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address)
        .await
        .map_err(|e| Fault::at(format!("listening on {address}"), e))
}

/// Serves until it is told to stop, then waits for what is open, but not for ever.
pub async fn serve(
    centre: Arc<Centre>,
    listener: TcpListener,
    config: Arc<rustls::ServerConfig>,
    site: Site,
    mut stop: watch::Receiver<bool>,
) {
    let acceptor = TlsAcceptor::from(config);
    let places = Arc::new(Semaphore::new(centre.config.centre.connections_max));
    let open = hyper_util::server::graceful::GracefulShutdown::new();
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            _ = stop.changed() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely: wait for some to come back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let watcher = open.watcher();
        let (acceptor, centre, site) = (acceptor.clone(), centre.clone(), site.clone());
        let mut stop = stop.clone();
        tokio::spawn(async move {
            let _place = place;
            let patience = Duration::from_secs(centre.config.centre.request_seconds);
            // Who has not finished the handshake has not asked for anything that could be lost.
            let tls = tokio::select! {
                tls = tokio::time::timeout(patience, handshake(&acceptor, stream)) => tls,
                _ = stop.changed() => return,
            };
            if let Ok(Some(tls)) = tls {
                connection(&centre, tls, &site, watcher).await;
            }
        });
    }
    drop(listener);
    let patience = Duration::from_secs(centre.config.centre.shutdown_seconds);
    if tokio::time::timeout(patience, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were cut off, since they did not end in time");
    }
}

async fn handshake(acceptor: &TlsAcceptor, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
    // Small answers must not wait for Nagle; a socket that refuses this works all the same.
    let _ = stream.set_nodelay(true);
    match acceptor.accept(stream).await {
        Ok(tls) => Some(tls),
        Err(error) => {
            metrics::counter!("onshi_tls_handshakes_failed_total").increment(1);
            tracing::debug!(%error, "a handshake failed");
            None
        }
    }
}

async fn connection(
    centre: &Centre,
    tls: TlsStream<TcpStream>,
    site: &Site,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let patience = Duration::from_secs(centre.config.centre.request_seconds);
    let der = tls.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let standing = judge(
        der.map(AsRef::as_ref),
        &centre.authority_der,
        (centre.clock)().ms(),
    );
    if let PeerStanding::Foreign { why } = standing {
        tracing::info!(why, "a foreign certificate was shown");
    }
    let shown = Shown(Arc::new(standing));
    let service = service_fn(|http| {
        let answer = site.answer(shown.clone(), http);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(tls), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "a connection ended early");
    }
}
