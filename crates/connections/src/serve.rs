//! The one loop that accepts connections, and the life of each of them.

use crate::body::{ArrivingBody, LeavingBody};
use crate::lane::Lane;
use crate::life::Life;
use crate::lingering::Lingering;
use crate::places::{Ended, Place, Places};
use crate::stream::{Noticed, PacedStream};
use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

/// The most bytes of a request's head, and of what is read ahead.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// What the system keeps of an answer for us. With its own bound an answer of a megabyte that
/// nobody reads would be its memory's, and we would learn much later that nobody does.
const SEND_BUFFER_BYTES: usize = 64 * 1024;
/// How long accepting rests when there are no more file descriptors.
const REST: Duration = Duration::from_millis(20);
/// How many that the system has connected are let in yet after a stop was asked for.
const WAITING_MAX: usize = 1024;
/// How often it is said at most that there are none.
const COMPLAINT: Duration = Duration::from_secs(10);

/// Marks an answer after which its connection is a stranger's again: what it showed is good for
/// nothing.
#[derive(Clone, Copy, Debug)]
pub struct NotWelcome;

/// What lies behind a listener.
pub trait Host: Clone + Send + Sync + 'static {
    /// The stream after the handshake.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;
    /// What the handshake showed.
    type Guest: Send + Sync + 'static;
    /// The body of an answer.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>
        + Unpin
        + Send
        + 'static;

    /// Whether whoever comes from there is let in at all.
    fn lets_in(&self, _peer: SocketAddr) -> bool {
        true
    }

    /// Does the handshake. Gives the stream, what it showed, and the name by which the other side
    /// is known from now on, if it is.
    fn greet(
        &self,
        stream: PacedStream,
        peer: SocketAddr,
    ) -> impl Future<Output = Option<(Self::Stream, Self::Guest, Option<String>)>> + Send;

    /// Answers a request.
    fn answer(
        &self,
        guest: &Self::Guest,
        request: Request<ArrivingBody>,
    ) -> impl Future<Output = Response<Self::Body>> + Send;
}

/// Binds a socket whose connections keep little of an answer in the system.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).await?;
    SockRef::from(&listener).set_send_buffer_size(SEND_BUFFER_BYTES)?;
    Ok(listener)
}

/// Serves until it is told to stop, then waits for what is under way, but not for ever.
pub async fn serve<H: Host>(
    host: H,
    listener: TcpListener,
    places: Arc<Places>,
    mut stop: watch::Receiver<bool>,
) {
    let _ending = Ending(places.clone());
    let lane = match places.nice() {
        0 => None,
        nice => Lane::start(nice)
            .inspect_err(|error| tracing::warn!(%error, "strangers have no threads of their own"))
            .ok(),
    };
    let strangers = lane.as_ref().and_then(Lane::handle);
    let welcome = |stream: TcpStream, peer: SocketAddr| {
        if !host.lets_in(peer) {
            return tracing::warn!(%peer, "refused: not from this machine");
        }
        // Whoever comes too fast is hung up on before anything of TLS is done.
        let Some(place) = places.admit(peer.ip()) else {
            return;
        };
        let main = Handle::current();
        let apart = strangers.filter(|_| !places.is_familiar(peer.ip()));
        let begin = apart.unwrap_or(&main).clone();
        begin.spawn(live(host.clone(), stream, peer, place, main));
    };
    let mut complained: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            biased;
            // An error means that nobody is there any more who could say stop.
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => welcome(stream, peer),
            Err(error) => {
                // Out of file descriptors, most likely: somebody has to give one back.
                places.free_one();
                if complained.is_none_or(|last| last.elapsed() >= COMPLAINT) {
                    complained = Some(Instant::now());
                    tracing::warn!(%error, "connections can't be accepted");
                }
                tokio::time::sleep(REST).await;
            }
        }
    }
    // Who is connected already would be cut off with the socket.
    for _ in 0..WAITING_MAX {
        match waiting(&listener).await {
            Some((stream, peer)) => welcome(stream, peer),
            None => break,
        }
    }
    drop(listener);
    places.close().await;
}

/// Somebody whom the system has connected and nobody has looked at yet.
async fn waiting(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    poll_fn(|context| {
        Poll::Ready(match listener.poll_accept(context) {
            Poll::Ready(accepted) => accepted.ok(),
            Poll::Pending => None,
        })
    })
    .await
}

/// Ends the connections of a listener that is dropped before it was told to stop.
struct Ending(Arc<Places>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.cut_off();
    }
}

/// The whole life of a connection. Whoever is known goes on on the threads of `main`.
async fn live<H: Host>(host: H, stream: TcpStream, peer: SocketAddr, place: Place, main: Handle) {
    let seat = place.seat();
    // Small answers must not wait for Nagle; a socket that refuses this works all the same.
    let _ = stream.set_nodelay(true);
    let paced = PacedStream::new(stream, seat.clone(), place.limits());
    let greeting = tokio::time::timeout(place.limits().handshake, host.greet(paced, peer));
    let (stream, guest, name) = match Life::handshake(greeting, seat.clone()).await {
        None => return,
        Some(Err(_)) => return seat.ends(Ended::HandshakeTooSlow),
        Some(Ok(None)) => return seat.ends(Ended::HandshakeFailed),
        Some(Ok(Some(greeted))) => greeted,
    };
    let is_known = name.as_deref().is_some_and(|name| place.recognise(name));
    if name.is_some() && !is_known && !seat.is_leaving() {
        return seat.ends(Ended::TurnedAway);
    }
    seat.greeted();
    if is_known && Handle::current().id() != main.id() {
        main.spawn(go_on(host, stream, guest, place));
    } else {
        go_on(host, stream, guest, place).await;
    }
}

/// A connection after its handshake.
async fn go_on<H: Host>(host: H, stream: H::Stream, guest: H::Guest, place: Place) {
    let seat = place.seat();
    let service = service_fn(|request: Request<Incoming>| {
        seat.busy();
        seat.more_comes(!request.body().is_end_stream());
        let request = request.map(|body| ArrivingBody::new(body, seat.clone(), place.limits()));
        let answer = host.answer(&guest, request);
        async {
            let mut answer = answer.await;
            if seat.has_unread() || seat.is_stopping() {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(CONNECTION, close);
            }
            if answer.extensions().get::<NotWelcome>().is_some() {
                place.demote();
            }
            Ok::<_, Infallible>(answer.map(|body| LeavingBody::new(body, seat.clone())))
        }
    });
    let stream = Lingering::new(stream, seat.clone(), place.limits());
    let connection = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(Noticed::new(stream, seat.clone())), service);
    if let Err(error) = Life::connection(connection, seat.clone()).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
