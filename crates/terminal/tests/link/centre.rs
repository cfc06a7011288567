//! A centre that does as it is told and remembers what it was asked.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::gateway::centre::tls;
use crate::gateway::folder::Authority;

pub const PASSWORD: &str = "Correct-1";

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub key: String,
    pub token: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// What messages are answered.
#[derive(Clone)]
pub enum Reply {
    /// `answer to ` and the request.
    Echo,
    Xml(Vec<u8>),
    Pdf(Vec<u8>),
    Problem(u16, &'static str),
}

pub struct Script {
    pub asked: Vec<Asked>,
    pub passwords: Vec<String>,
    pub refreshes: usize,
    pub password: String,
    /// What a log-in with the wrong password is told, and with the right one if it is set.
    pub refusal: Option<(u16, &'static str)>,
    pub reply: Reply,
    pub delay: Duration,
    pub expires_in: u64,
    granted: usize,
    /// The only token that is taken.
    pub token: String,
}

pub const WRONG: &str = r#"{"code":"login.wrong","title":"ユーザIDまたはパスワードが違います。","detail":"ユーザIDまたはパスワードが違います。確認してください。"}"#;
const INVALID: &str =
    r#"{"code":"token.invalid","title":"トークンが無効です。","detail":"トークンが無効です。"}"#;

pub struct Centre {
    pub address: SocketAddr,
    script: Arc<Mutex<Script>>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Centre {
    pub async fn start(authority: &Authority) -> Self {
        let script = Script {
            asked: Vec::new(),
            passwords: Vec::new(),
            refreshes: 0,
            password: PASSWORD.to_owned(),
            refusal: None,
            reply: Reply::Echo,
            delay: Duration::ZERO,
            expires_in: 3600,
            granted: 0,
            token: String::new(),
        };
        let mut centre = Self {
            address: "127.0.0.1:0".parse().unwrap(),
            script: Arc::new(Mutex::new(script)),
            task: None,
        };
        centre.go_on(authority).await;
        centre
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// Gone, with all its connections.
    pub fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }

    /// Back, under the same address.
    pub async fn go_on(&mut self, authority: &Authority) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls(authority, &authority.server())));
        let script = self.script.clone();
        self.task = Some(tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, script) = (acceptor.clone(), script.clone());
                connections.spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let service = service_fn(move |request| {
                        let script = script.clone();
                        async move { Ok::<_, Infallible>(answer(request, &script).await) }
                    });
                    let served = hyper::server::conn::http1::Builder::new();
                    drop(served.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        }));
    }
}

fn respond(status: u16, kind: &str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(Full::new(body.into()))
        .unwrap()
}

async fn answer(request: Request<Incoming>, script: &Mutex<Script>) -> Response<Full<Bytes>> {
    let problem = "application/problem+json";
    let (head, body) = request.into_parts();
    let header = |name: &str| {
        let value = head.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let Ok(body) = body.collect().await else {
        return respond(400, problem, "{}");
    };
    let body = body.to_bytes();
    let path = head.uri.path().to_owned();
    if path == "/terminal/standing" {
        return respond(
            200,
            "application/json",
            r#"{"standing":"valid","days_left":900}"#,
        );
    }
    // This centre has no card readers, as an older one; their results have tests of their own.
    if path.starts_with("/onshi/v1/reader/") {
        return respond(404, problem, "{}");
    }
    if path.starts_with("/oqs-api-pro/MSA12020/") {
        return log_in(&path, &body, &mut script.lock().unwrap());
    }
    let (reply, delay) = {
        let mut script = script.lock().unwrap();
        if header("authorization") != script.token {
            return respond(401, problem, INVALID);
        }
        script.asked.push(Asked {
            path,
            key: header("idempotency-key"),
            token: header("authorization"),
            content_type: header("content-type"),
            body: body.to_vec(),
        });
        (script.reply.clone(), script.delay)
    };
    tokio::time::sleep(delay).await;
    let xml = "application/xml; charset=utf-8";
    match reply {
        Reply::Echo => respond(200, xml, [b"answer to ", &body[..]].concat()),
        Reply::Xml(bytes) => respond(200, xml, bytes),
        Reply::Pdf(bytes) => respond(200, "application/pdf", bytes),
        Reply::Problem(status, json) => respond(status, problem, json),
    }
}

fn log_in(path: &str, body: &[u8], script: &mut Script) -> Response<Full<Bytes>> {
    let sent: serde_json::Value = serde_json::from_slice(body).unwrap();
    if path.ends_with("/refresh") {
        script.refreshes += 1;
    } else {
        assert_eq!(sent["userId"], "link01");
        let password = sent["password"].as_str().unwrap().to_owned();
        let right = password == script.password;
        script.passwords.push(password);
        if let Some((status, json)) = script.refusal.filter(|_| right) {
            return respond(status, "application/problem+json", json);
        }
        if !right {
            return respond(403, "application/problem+json", WRONG);
        }
    }
    script.granted += 1;
    script.token = format!("token{}", script.granted);
    let json = serde_json::json!({"status": 200, "msg": "OK", "result": {
        "accessToken": "a", "refreshToken": "r", "idToken": script.token,
        "linkSysCharCd": "0", "expiresIn": script.expires_in,
    }});
    respond(200, "application/json", json.to_string())
}
