//! A client of its own, over real mutual TLS: what a terminal's browser sends, without a browser.
//! The measurements and the fault tests use it.

use bytes::Bytes;
use http::{Request, header};
use onshi_client::{ClientError, Connection};
use onshi_core::Fault;
use onshi_core::form::{self, FormKey};
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

pub use onshi_client::Answer;

/// The centre as a terminal reaches it: an address, the authority to trust, the certificate to
/// show.
#[derive(Clone)]
pub struct Target(onshi_client::Target);

/// One connection, with the session that it goes by.
pub struct Caller {
    connection: Connection,
    host: String,
    port: u16,
    /// The session's token, once logged in.
    pub session: Option<String>,
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
        onshi_client::Target::of_pem(address, authority_pem, own)
            .map(Target)
            .map_err(|e| Fault::at("setting up the client", e))
    }

    /// The same, asked from this address of this machine.
    pub fn from(self, own: IpAddr) -> Target {
        Target(self.0.from(own))
    }

    /// Opens a connection without TLS.
    pub async fn tcp(&self) -> Result<TcpStream, Fault> {
        self.0.tcp().await.map_err(fault("connecting"))
    }

    /// Opens a connection.
    pub async fn connect(&self) -> Result<Caller, Fault> {
        Ok(Caller {
            connection: self.0.connect().await.map_err(fault("connecting"))?,
            host: self.0.host().to_owned(),
            port: self.0.address().port(),
            session: None,
        })
    }

    /// Opens a connection for what no well-behaved client sends.
    pub async fn tls(&self) -> Result<TlsStream<TcpStream>, Fault> {
        self.0.tls().await.map_err(fault("connecting"))
    }
}

fn fault(what: &str) -> impl Fn(ClientError) -> Fault + '_ {
    move |error| Fault::at(what, error)
}

impl Caller {
    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Fault> {
        self.send(path, Request::get(path), Bytes::new()).await
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
        let mut request = Request::post(path).header(header::CONTENT_TYPE, kind);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, token);
        }
        self.send(path, request, body).await
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
        let request = Request::post(path)
            .header(header::ORIGIN, format!("https://{}", self.host))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(path, request, Bytes::from(form)).await
    }

    /// Logs in, and says whether a session was begun.
    pub async fn log_in(&mut self, user_id: &str, password: &str) -> Result<bool, Fault> {
        let fields = [("user_id", user_id), ("password", password)];
        self.session = None;
        let answer = self.post("/web/login", &fields).await?;
        Ok(answer.status == 303 && self.session.is_some())
    }

    /// Sends a request with the session, and keeps the one that it begins.
    async fn send(
        &mut self,
        path: &str,
        mut request: http::request::Builder,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        let what = format!("asking for {path}");
        if let Some(token) = &self.session {
            let cookie = format!("__Host-onshi-{}={token}", self.port);
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(body).map_err(|e| Fault::at(&what, e))?;
        let answer = self.connection.send(request).await.map_err(fault(&what))?;
        let begun = answer
            .header(header::SET_COOKIE)
            .split(';')
            .next()
            .and_then(|pair| pair.split_once('='))
            .map(|(_, token)| token.to_owned());
        if begun.is_some() {
            self.session = begun;
        }
        Ok(answer)
    }
}
