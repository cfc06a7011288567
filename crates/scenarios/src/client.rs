//! A browser with a terminal's certificate, and no screen: it keeps cookies and its connection,
//! and follows nothing by itself.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, header};
use onshi_client::cookies::{self, Jar};
use onshi_client::token::{JSON, log_in};
use onshi_client::{Connection, Target, paths};
use onshi_core::form::{FIELD, FormKey};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

pub use onshi_client::{Answer, ClientError};

/// A page's text with every form's token blotted out: two pages that say the same are the same.
pub fn text_without_tokens(page: &Answer) -> String {
    ["name=\"form_token\" value=\"", "data-challenge=\""]
        .into_iter()
        .fold(page.text(), |page, before| without_values(&page, before))
}

/// The page with nothing between this and the next quotation mark.
fn without_values(page: &str, before: &str) -> String {
    let mut parts = page.split(before);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let (_, rest) = part.split_once('"').unwrap_or_default();
        kept + before + "\"" + rest
    })
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
    target: Target,
    connection: Option<Connection>,
    /// How many connections were made.
    pub connections: usize,
    /// The cookies.
    pub cookies: Jar,
}

impl Client {
    /// A client that trusts this authority and shows this certificate, if any.
    pub fn new(
        address: SocketAddr,
        authority_pem: &str,
        identity: Option<&Identity>,
    ) -> Result<Client, ClientError> {
        let shown = identity.map(|own| (own.certificate_pem.as_str(), own.key_pem.as_str()));
        Ok(Client {
            target: Target::of_pem(address, authority_pem, shown)?,
            connection: None,
            connections: 0,
            cookies: Jar::new(),
        })
    }

    /// Another browser with the same certificate: no connection and no cookies.
    pub fn another(&self) -> Client {
        Client {
            target: self.target.clone(),
            connection: None,
            connections: 0,
            cookies: Jar::new(),
        }
    }

    /// The host that it asks for, with the port.
    pub fn host(&self) -> String {
        self.target.host().to_owned()
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
        let body = log_in(user_id, password);
        self.message(paths::LOG_IN, None, JSON, body).await
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
        let before_a_log_in = ["/web/login", "/web/activation"];
        let key = if before_a_log_in.iter().any(|begin| path.starts_with(begin)) {
            FormKey::of_terminal("")
        } else {
            FormKey::of_session(self.cookies.values().next()?)
        };
        Some(onshi_core::form::fresh_token(&key))
    }

    /// Sends a request with the cookies. `Host` is added when it names none.
    pub async fn send(&mut self, mut request: Request<Bytes>) -> Result<Answer, ClientError> {
        if let Some(cookies) = cookies::header(&self.cookies) {
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        let mut connection = self.connected().await?;
        let answer = connection.send(request).await?;
        self.connection = Some(connection);
        cookies::keep(&mut self.cookies, &answer.headers);
        Ok(answer)
    }

    async fn connected(&mut self) -> Result<Connection, ClientError> {
        if let Some(mut kept) = self.connection.take()
            && kept.is_open().await
        {
            return Ok(kept);
        }
        let connection = self.target.connect().await?;
        self.connections += 1;
        Ok(connection)
    }

    /// A TLS connection of its own, for what no well-behaved client sends.
    pub async fn tls(&self) -> Result<TlsStream<TcpStream>, ClientError> {
        self.target.tls().await
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
}
