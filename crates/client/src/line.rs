//! One connection to one socket: who counts connections makes each by itself.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::answer::Answer;
use crate::tls::{self, Identity, Roots};
use crate::{ClientError, TlsError};

/// A centre on this machine: its address, whom to believe, what to show. It is asked as
/// `localhost`.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    from: Option<IpAddr>,
    host: String,
    config: Arc<ClientConfig>,
}

impl Target {
    /// A centre at this address.
    pub fn new(
        address: SocketAddr,
        roots: &Roots,
        shown: Option<&Identity>,
    ) -> Result<Target, TlsError> {
        Ok(Target {
            address,
            from: None,
            host: format!("localhost:{}", address.port()),
            config: Arc::new(tls::config(roots, shown)?),
        })
    }

    /// The same, from PEM: the authority, and the certificate and key to show.
    pub fn of_pem(
        address: SocketAddr,
        authority: &str,
        shown: Option<(&str, &str)>,
    ) -> Result<Target, TlsError> {
        let roots = Roots::from_pem(authority.as_bytes())?;
        let shown = match shown {
            None => None,
            Some((chain, key)) => Some(Identity::from_pem(chain.as_bytes(), key.as_bytes())?),
        };
        Target::new(address, &roots, shown.as_ref())
    }

    /// The same, asked from this address of this machine.
    pub fn from(self, own: IpAddr) -> Target {
        let from = Some(own);
        Target { from, ..self }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is asked for, with the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A connection without TLS.
    pub async fn tcp(&self) -> Result<TcpStream, ClientError> {
        let Some(own) = self.from else {
            return Ok(TcpStream::connect(self.address).await?);
        };
        let socket = match own {
            IpAddr::V4(_) => TcpSocket::new_v4()?,
            IpAddr::V6(_) => TcpSocket::new_v6()?,
        };
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(own, 0))?;
        Ok(socket.connect(self.address).await?)
    }

    /// A TLS connection, for what no well-behaved client sends.
    pub async fn tls(&self) -> Result<TlsStream<TcpStream>, ClientError> {
        let stream = self.tcp().await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost").expect("localhost is a name");
        let connector = TlsConnector::from(Arc::clone(&self.config));
        Ok(connector.connect(name, stream).await?)
    }

    /// A connection for requests.
    pub async fn connect(&self) -> Result<Connection, ClientError> {
        let (sender, connection) = handshake(TokioIo::new(self.tls().await?)).await?;
        // What goes wrong with it is told to whoever asks through it.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Connection {
            sender,
            host: HeaderValue::try_from(&self.host).map_err(http::Error::from)?,
        })
    }
}

/// A connection for one request after the other.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Whether it can still be asked through.
    pub async fn is_open(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Sends a request and takes the whole answer. `Host` is added when it names none.
    pub async fn send(&mut self, mut request: Request<Bytes>) -> Result<Answer, ClientError> {
        let host = request.headers_mut().entry(header::HOST);
        host.or_insert_with(|| self.host.clone());
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.map(Full::new)).await?;
        let (head, body) = answer.into_parts();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}
