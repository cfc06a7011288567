//! A client of its own, over real mutual TLS: what a terminal's browser sends, without a browser.
//! The measurements and the fault tests use it.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use onshi_core::Fault;
use onshi_core::form::{self, FormKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The centre as a terminal reaches it: an address, the authority to trust, the certificate to
/// show.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    host: String,
    connector: TlsConnector,
}

/// One connection, with the session that it goes by.
pub struct Caller {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    port: u16,
    /// The session's token, once logged in.
    pub session: Option<String>,
}

/// What the centre answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it sends us, if it does.
    pub location: Option<String>,
    /// The page.
    pub body: Bytes,
}

impl Target {
    /// The centre at this address, reached as `localhost`.
    pub fn new(
        address: SocketAddr,
        authority_pem: &str,
        certificate_pem: &str,
        key_pem: &str,
    ) -> Result<Target, Fault> {
        Target::showing(address, authority_pem, Some((certificate_pem, key_pem)))
    }

    /// The same without a certificate to show.
    pub fn of_a_stranger(address: SocketAddr, authority_pem: &str) -> Result<Target, Fault> {
        Target::showing(address, authority_pem, None)
    }

    fn showing(
        address: SocketAddr,
        authority_pem: &str,
        own: Option<(&str, &str)>,
    ) -> Result<Target, Fault> {
        let fault = |e: &dyn std::fmt::Display| Fault::at("setting up the client", e);
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(authority_pem.as_bytes()) {
            let authority = authority.map_err(|e| fault(&e))?;
            roots.add(authority).map_err(|e| fault(&e))?;
        }
        let own = match own {
            None => None,
            Some((certificate_pem, key_pem)) => {
                let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|e| fault(&e))?;
                let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes());
                Some((chain, key.map_err(|e| fault(&e))?))
            }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| fault(&e))?
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain, key)
                .map_err(|e| fault(&e))?,
        };
        Ok(Target {
            address,
            host: format!("localhost:{}", address.port()),
            connector: TlsConnector::from(Arc::new(config)),
        })
    }

    /// Opens a connection.
    pub async fn connect(&self) -> Result<Caller, Fault> {
        let tls = self.tls().await?;
        let (sender, connection) = handshake(TokioIo::new(tls))
            .await
            .map_err(|e| Fault::at("opening HTTP", e))?;
        // Its error comes back from the request that it broke.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Caller {
            sender,
            host: self.host.clone(),
            port: self.address.port(),
            session: None,
        })
    }

    /// Opens a connection for what no well-behaved client sends.
    pub async fn tls(&self) -> Result<TlsStream<TcpStream>, Fault> {
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|e| Fault::at("connecting", e))?;
        stream
            .set_nodelay(true)
            .map_err(|e| Fault::at("connecting", e))?;
        let name = ServerName::try_from("localhost").map_err(|e| Fault::at("connecting", e))?;
        self.connector
            .connect(name, stream)
            .await
            .map_err(|e| Fault::at("the handshake", e))
    }
}

impl Caller {
    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Fault> {
        self.send(Method::GET, path, Bytes::new(), None).await
    }

    /// Sends a message of the Web API, with the token if there is one.
    pub async fn message(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        self.message_as(path, token, "application/json", body).await
    }

    /// The same with another content type.
    pub async fn message_as(
        &mut self,
        path: &str,
        token: Option<&str>,
        kind: &str,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        let message = Some((kind, token.unwrap_or("")));
        self.send(Method::POST, path, body, message).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Fault> {
        let key = match &self.session {
            Some(cookie) => FormKey::of_session(cookie),
            None => FormKey::of_terminal(""),
        };
        let token = form::fresh_token(&key);
        let fields = [fields, &[(form::FIELD, token.as_str())]].concat();
        let form =
            serde_urlencoded::to_string(fields).map_err(|e| Fault::at("writing a form", e))?;
        self.send(Method::POST, path, Bytes::from(form), None).await
    }

    /// Logs in, and says whether a session was begun.
    pub async fn log_in(&mut self, user_id: &str, password: &str) -> Result<bool, Fault> {
        let fields = [("user_id", user_id), ("password", password)];
        self.session = None;
        let answer = self.post("/web/login", &fields).await?;
        Ok(answer.status == 303 && self.session.is_some())
    }

    /// Sends a request: a form of a page, or a message of the Web API with its type and token.
    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Bytes,
        message: Option<(&str, &str)>,
    ) -> Result<Answer, Fault> {
        let fault = |e: &dyn std::fmt::Display| Fault::at(format!("asking for {path}"), e);
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, &self.host);
        if let Some(token) = &self.session {
            let cookie = format!("__Host-onshi-{}={token}", self.port);
            request = request.header(header::COOKIE, cookie);
        }
        if let Some((kind, token)) = message {
            request = request.header(header::CONTENT_TYPE, kind);
            if !token.is_empty() {
                request = request.header(header::AUTHORIZATION, token);
            }
        } else if method == Method::POST {
            request = request
                .header(header::ORIGIN, format!("https://{}", self.host))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::new(body)).map_err(|e| fault(&e))?;
        self.sender.ready().await.map_err(|e| fault(&e))?;
        let response = self
            .sender
            .send_request(request)
            .await
            .map_err(|e| fault(&e))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| fault(&e))?.to_bytes();
        let text = |name| head.headers.get(name).and_then(|v| v.to_str().ok());
        let begun = text(header::SET_COOKIE)
            .and_then(|cookie| cookie.split(';').next())
            .and_then(|pair| pair.split_once('='))
            .map(|(_, token)| token.to_owned());
        if begun.is_some() {
            self.session = begun;
        }
        Ok(Answer {
            status: head.status.as_u16(),
            location: text(header::LOCATION).map(str::to_owned),
            body,
        })
    }
}
