//! A centre that asks for a certificate and tells what it got.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::folder::{Authority, Pair};

type Body = UnsyncBoxBody<Bytes, Infallible>;

pub struct Centre {
    pub address: SocketAddr,
    /// What it says of a terminal, by name; JSON.
    pub standings: Arc<Mutex<HashMap<String, String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Centre {
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub fn says(&self, terminal: &str, standing: &str) {
        let json = format!(r#"{{"standing":"{standing}","message":"センターの説明"}}"#);
        self.standings
            .lock()
            .unwrap()
            .insert(terminal.to_owned(), json);
    }

    /// With a server certificate of its own, and terminals of `authority` let in.
    pub async fn start(authority: &Authority, server: &Pair) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls(authority, server)));
        let standings = Arc::new(Mutex::new(HashMap::new()));
        let shared = Arc::clone(&standings);
        let task = tokio::spawn(async move {
            // Ends with this task, so that a dropped centre is gone altogether.
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, standings) = (acceptor.clone(), Arc::clone(&shared));
                connections.spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let peer = name(stream.get_ref().1.peer_certificates().unwrap());
                    let service = service_fn(move |request| {
                        let (peer, standings) = (peer.clone(), Arc::clone(&standings));
                        async move { Ok::<_, Infallible>(answer(request, &peer, &standings).await) }
                    });
                    let io = TokioIo::new(stream);
                    let served = hyper::server::conn::http1::Builder::new();
                    drop(served.serve_connection(io, service).await);
                });
            }
        });
        Self {
            address,
            standings,
            task,
        }
    }
}

pub fn tls(authority: &Authority, server: &Pair) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap())
        .unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(server.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap(),
        )
        .unwrap()
}

fn name(chain: &[CertificateDer<'_>]) -> String {
    let (_, certificate) = X509Certificate::from_der(&chain[0]).unwrap();
    certificate
        .subject()
        .iter_common_name()
        .next()
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

async fn answer(
    request: Request<Incoming>,
    peer: &str,
    standings: &Mutex<HashMap<String, String>>,
) -> Response<Body> {
    let host = request.headers()["host"].to_str().unwrap().to_owned();
    match request.uri().path() {
        "/terminal/standing" => {
            let said = standings.lock().unwrap().get(peer).cloned();
            text(said.unwrap_or_else(|| r#"{"standing":"valid","days_left":900}"#.to_owned()))
        }
        "/web/silent" => std::future::pending().await,
        "/web/upload" => text(count(request.into_body()).await.to_string()),
        "/web/sized" => text(format!("{:?}", request.body().size_hint().exact())),
        "/web/download" => Response::new(download()),
        "/web/cookie" => Response::builder()
            .header(
                "set-cookie",
                "__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Strict",
            )
            .header("set-cookie", "csrf=x; Domain=localhost; Secure")
            .header("strict-transport-security", "max-age=1")
            .header("clear-site-data", "\"cookies\"")
            .header("connection", "x-hop")
            .header("x-hop", "1")
            .body(Full::from("ok").boxed_unsync())
            .unwrap(),
        "/web/leave" => Response::builder()
            .status(303)
            .header("location", format!("https://{host}/web/menu?a=b#c"))
            .body(Full::from("").boxed_unsync())
            .unwrap(),
        "/web/abroad" => Response::builder()
            .status(303)
            .header("location", format!("https://{host}.evil.example/"))
            .body(Full::from("").boxed_unsync())
            .unwrap(),
        _ => text(echo(&request, peer)),
    }
}

/// The peer, the request line and all headers, a line each.
fn echo(request: &Request<Incoming>, peer: &str) -> String {
    let mut lines = vec![
        format!("peer: {peer}"),
        format!("{} {}", request.method(), request.uri()),
    ];
    for (name, value) in request.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    lines.join("\n")
}

fn text(text: String) -> Response<Body> {
    Response::new(Full::from(text).boxed_unsync())
}

async fn count(mut body: Incoming) -> usize {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame.unwrap().into_data().map_or(0, |data| data.len());
    }
    bytes
}

pub const DOWNLOAD_PIECES: usize = 512;
pub const PIECE_BYTES: usize = 64 * 1024;

/// The first piece at once, the others when somebody takes them.
fn download() -> Body {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Frame<Bytes>>(2);
    tokio::spawn(async move {
        for piece in 0..DOWNLOAD_PIECES {
            let data = Bytes::from(vec![u8::try_from(piece % 251).unwrap(); PIECE_BYTES]);
            if sender.send(Frame::data(data)).await.is_err() {
                return;
            }
        }
    });
    Pieces(receiver).boxed_unsync()
}

/// Pieces as somebody sends them.
pub struct Pieces(pub tokio::sync::mpsc::Receiver<Frame<Bytes>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}
