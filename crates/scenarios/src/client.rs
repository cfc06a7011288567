//! A small HTTP client with a terminal's certificate: what a browser sends, without the browser.
//!
//! It keeps cookies and its connection as a browser does, and follows nothing by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use onshi_core::form::{FIELD, FormKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The content type of the Web API.
const JSON: &str = "application/json;charset=UTF-8";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate or a key that can't be read.
    #[error("reading a certificate or key: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// TLS does not take what it was given.
    #[error("setting up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The connection.
    #[error("connecting: {0}")]
    Io(#[from] std::io::Error),
    /// The exchange.
    #[error("asking: {0}")]
    Http(#[from] hyper::Error),
    /// The request itself.
    #[error("making a request: {0}")]
    Request(#[from] http::Error),
}

/// An answer, all of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as text, with every form's token blotted out: two pages that say the same are the
    /// same.
    pub fn text_without_tokens(&self) -> String {
        let page = self.text();
        let mut parts = page.split("name=\"form_token\" value=\"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |kept, part| {
            let (_, rest) = part.split_once('"').unwrap_or_default();
            kept + "name=\"form_token\" value=\"\"" + rest
        })
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// Where it sends the browser, or nothing.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

/// Certificate and key in PEM, as a terminal holds them.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate_pem: String,
    /// Its key.
    pub key_pem: String,
}

/// A browser at a terminal.
pub struct Client {
    address: SocketAddr,
    config: Arc<ClientConfig>,
    connection: Option<SendRequest<Full<Bytes>>>,
    /// How many connections were made.
    pub connections: usize,
    /// The cookies.
    pub cookies: BTreeMap<String, String>,
}

impl Client {
    /// A client that trusts this authority and shows this certificate, if any.
    pub fn new(
        address: SocketAddr,
        authority_pem: &str,
        identity: Option<&Identity>,
    ) -> Result<Client, ClientError> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority_pem.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder.with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(
                    identity.certificate_pem.as_bytes(),
                )?],
                PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?,
            )?,
        };
        Ok(Client {
            address,
            config: Arc::new(config),
            connection: None,
            connections: 0,
            cookies: BTreeMap::new(),
        })
    }

    /// Another browser with the same certificate: no connection and no cookies.
    pub fn another(&self) -> Client {
        Client {
            address: self.address,
            config: self.config.clone(),
            connection: None,
            connections: 0,
            cookies: BTreeMap::new(),
        }
    }

    /// The host that it asks for, with the port.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer, ClientError> {
        self.send(Request::get(path).body(Bytes::new())?).await
    }

    /// Sends a form as a page of the centre does.
    pub async fn post(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, ClientError> {
        let request = self.form(path, fields)?;
        self.send(request).await
    }

    /// Logs in for tokens, as a program does.
    pub async fn log_in_for_tokens(
        &mut self,
        user_id: &str,
        password: &str,
    ) -> Result<Answer, ClientError> {
        let body = json!({"userId": user_id, "password": password});
        let path = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";
        self.message(path, None, JSON, body.to_string()).await
    }

    /// Sends a message as JSON.
    pub async fn json(
        &mut self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Result<Answer, ClientError> {
        self.message(path, token, JSON, body.to_string()).await
    }

    /// Sends a message of this content type, with a token if there is one.
    pub async fn message(
        &mut self,
        path: &str,
        token: Option<&str>,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Result<Answer, ClientError> {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, content_type);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, token);
        }
        self.send(request.body(body.into())?).await
    }

    /// A form as a page of the centre sends it, to be changed before it is sent.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Request<Bytes>, ClientError> {
        let mut fields = fields.to_vec();
        let token = self.form_token(path);
        if let Some(token) = token
            .as_ref()
            .filter(|_| !fields.iter().any(|(k, _)| *k == FIELD))
        {
            fields.push((FIELD, token));
        }
        let body = serde_urlencoded::to_string(fields).unwrap_or_default();
        Ok(Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::ORIGIN, format!("https://{}", self.host()))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into())?)
    }

    /// The token that a page of this session would carry in its form for this path. It is made
    /// here, since asking for the page would leave its own entry in the audit log.
    pub fn form_token(&self, path: &str) -> Option<String> {
        let key = if path.starts_with("/web/login") {
            FormKey::of_terminal("")
        } else {
            FormKey::of_session(self.cookies.values().next()?)
        };
        Some(onshi_core::form::fresh_token(&key))
    }

    /// Sends a request with the cookies. `Host` is added when it names none.
    pub async fn send(&mut self, mut request: Request<Bytes>) -> Result<Answer, ClientError> {
        let host = HeaderValue::try_from(self.host()).map_err(http::Error::from)?;
        let headers = request.headers_mut();
        headers.entry(header::HOST).or_insert(host);
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let cookies = HeaderValue::try_from(pairs.join("; ")).map_err(http::Error::from)?;
            headers.insert(header::COOKIE, cookies);
        }
        let request = request.map(Full::new);
        let mut sender = self.connected().await?;
        let response = sender.send_request(request).await?;
        let answer = whole(response).await?;
        self.connection = Some(sender);
        self.keep_cookies(&answer.headers);
        Ok(answer)
    }

    async fn connected(&mut self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        if let Some(mut kept) = self.connection.take()
            && kept.ready().await.is_ok()
        {
            return Ok(kept);
        }
        let stream = self.tls().await?;
        self.connections += 1;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // What goes wrong with the connection is told to whoever asks through it.
        tokio::spawn(async move { drop(connection.await) });
        Ok(sender)
    }

    /// A TLS connection of its own, for what no well-behaved client sends.
    pub async fn tls(&self) -> Result<TlsStream<TcpStream>, ClientError> {
        let name = ServerName::try_from("localhost").expect("localhost is a name");
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let connector = TlsConnector::from(self.config.clone());
        Ok(connector.connect(name, stream).await?)
    }

    /// Sends these very bytes on a connection of its own and reads until the other side is done.
    pub async fn wire(&self, bytes: &[u8]) -> Result<Vec<u8>, ClientError> {
        let mut stream = self.tls().await?;
        let mut answer = Vec::new();
        // A side that has answered and closed breaks our writing; its answer can still be read.
        if stream.write_all(bytes).await.is_ok() {
            let _ = stream.flush().await;
        }
        let mut part = [0; 8192];
        loop {
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return Ok(answer),
                Ok(length) => answer.extend_from_slice(&part[..length]),
            }
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap_or("");
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('='))
            else {
                continue;
            };
            if value.is_empty() || line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

async fn whole(response: Response<hyper::body::Incoming>) -> Result<Answer, ClientError> {
    let (head, body) = response.into_parts();
    Ok(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    })
}
