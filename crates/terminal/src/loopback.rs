//! Pages for browsers of this machine alone: where a program of the terminal listens, and who comes in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::Request;
use onshi_connections::{ArrivingBody, Host, Limits, PacedStream, Places};
use tokio::net::TcpListener;
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::gateway::centre::Body;
use crate::gateway::pages::Reply;

/// What answers a request of this machine.
pub(crate) trait Pages: Send + Sync + 'static {
    /// Answers it.
    fn answer(&self, request: Request<ArrivingBody>) -> impl Future<Output = Reply> + Send;
}

/// Whether an address is reached from this machine alone.
pub(crate) fn is_own(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// What is under way at the end is waited for no longer than this, unless the program says otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Answers on so many connections at once until `shutdown`, then lets what is under way finish, within a time.
pub(crate) async fn serve(
    pages: Arc<impl Pages>,
    listener: TcpListener,
    (connections_max, patience): (usize, Duration),
    shutdown: impl Future<Output = ()>,
) {
    let places = Places::new(Limits::of_this_machine(connections_max));
    let (stop, stopped) = watch::channel(false);
    let serving = onshi_connections::serve(Door(pages), listener, places, stopped);
    tokio::pin!(serving, shutdown);
    tokio::select! {
        () = &mut serving => {}
        () = &mut shutdown => {
            // Nobody listens any more only when it has ended already.
            let _ = stop.send(true);
            let _ = tokio::time::timeout(patience, serving).await;
        }
    }
}

/// The way in for browsers of this machine.
struct Door<P>(Arc<P>);

impl<P> Clone for Door<P> {
    fn clone(&self) -> Self {
        Door(self.0.clone())
    }
}

impl<P: Pages> Host for Door<P> {
    type Stream = PacedStream;
    type Guest = ();
    type Body = Body;

    fn lets_in(&self, peer: SocketAddr) -> bool {
        is_own(peer)
    }

    async fn greet(
        &self,
        stream: PacedStream,
        _: SocketAddr,
    ) -> Option<(PacedStream, (), Option<String>)> {
        Some((stream, (), None))
    }

    async fn answer(&self, (): &(), request: Request<ArrivingBody>) -> Reply {
        self.0.answer(request).await
    }
}

/// A body to its end, in memory that is cleared; none where it is longer than that, or breaks off.
pub(crate) async fn whole(
    request: Request<ArrivingBody>,
    bytes_max: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut body = request.into_body();
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max));
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            if bytes.len() + data.len() > bytes_max {
                return None;
            }
            bytes.extend_from_slice(&data);
        }
    }
    Some(bytes)
}
