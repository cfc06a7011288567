//! Where strangers are served: on threads of their own, which the system lets run behind all others.
//!
//! A handshake and whatever a stranger asks for cost processor time, and thousands of strangers from
//! many addresses would have as much of it as they like. Behind the others they have what is left.
//! Whoever is known goes on on the threads of the rest; and where somebody known came from within
//! the last hours, even the handshake is done there.

use std::io;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Handle, Runtime};

/// No thread can be nicer.
const NICEST: i32 = 19;

/// The threads of strangers.
#[derive(Debug)]
pub(crate) struct Lane(Option<Runtime>);

impl Lane {
    /// Threads that are nicer than the others by so much.
    pub fn start(nice: u8) -> io::Result<Lane> {
        let threads = available_parallelism().map_or(1, usize::from);
        let usual = rustix::process::getpriority_process(Some(rustix::thread::gettid()))?;
        let nice = (usual + i32::from(nice)).min(NICEST);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("strangers")
            .on_thread_start(move || be_nice(nice))
            .enable_all()
            .build()?;
        Ok(Lane(Some(runtime)))
    }

    pub fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // Waiting for its threads would block one of the rest.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// On Linux this is of one thread. Where it can't be done strangers are served beside the others.
fn be_nice(nice: i32) {
    let own = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(own), nice) {
        tracing::warn!(%error, "the threads of strangers can't be put behind the others");
    }
}

#[cfg(test)]
mod tests {
    use super::NICEST;
    use crate::testing::limits;
    use crate::{ArrivingBody, Host, Limits, PacedStream, Places, serve};
    use bytes::Bytes;
    use http_body_util::Full;
    use hyper::{Request, Response};
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpSocket};
    use tokio::sync::watch;

    fn own_nice() -> i32 {
        rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap()
    }

    /// Knows whoever says `k`, and answers how nice the threads were that did the handshake and
    /// the answer.
    #[derive(Clone)]
    struct Spy;

    impl Host for Spy {
        type Stream = PacedStream;
        type Guest = i32;
        type Body = Full<Bytes>;

        async fn greet(
            &self,
            mut stream: PacedStream,
            _peer: SocketAddr,
        ) -> Option<(PacedStream, i32, Option<String>)> {
            let said = stream.read_u8().await.ok()?;
            Some((stream, own_nice(), (said == b'k').then(|| "k".to_owned())))
        }

        async fn answer(
            &self,
            greeted: &i32,
            _request: Request<ArrivingBody>,
        ) -> Response<Full<Bytes>> {
            // Whoever waits goes on on a thread of the same kind.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            Response::new(format!("{greeted} {}", own_nice()).into())
        }
    }

    async fn seen(address: SocketAddr, from: [u8; 4], says: &str) -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let request = format!("{says}GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.rsplit("\r\n").next().unwrap_or_default().to_owned()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn strangers_are_served_behind_the_others_and_whoever_is_known_beside_them() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let usual = own_nice();
        let behind = (usual + 3).min(NICEST);
        let limits = Limits {
            nice: 3,
            ..limits()
        };
        let places = Places::new(limits);
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(Spy, listener, places, stopped));
        let (here, there) = ([127, 0, 0, 1], [127, 0, 0, 2]);
        let all_behind = format!("{behind} {behind}");
        assert_eq!(seen(address, here, "s").await, all_behind);
        let once_known = format!("{behind} {usual}");
        assert_eq!(seen(address, here, "k").await, once_known);
        // From there somebody known has come.
        let at_once = format!("{usual} {usual}");
        assert_eq!(seen(address, here, "k").await, at_once);
        assert_eq!(seen(address, there, "s").await, all_behind);
        stop.send(true).unwrap();
        serving.await.unwrap();
    }
}
