//! The way by HTTP: mutual TLS, a log-in for a token, a message to its path.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{self, HeaderValue};
use hyper::{Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use onshi_wire::MessageKind;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use super::answer::Answer;
use super::{Form, RunError};

/// The real system's path of the log-in.
pub const LOG_IN: &str = "/oqs-api-pro/MSA12020/ILI12020SV01/auth";

/// The real system's path of OQSsiquc01.
pub const SEARCH: &str = "/oqs-api-pro/MSA01030/ILI01030SV01/search";

/// Answers to the vectors are some kilobytes.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// How much of an error's words is repeated.
const WORDS_MAX: usize = 200;

/// Where the Web API is, and as whom it is asked.
pub struct HttpSettings {
    /// `https://host:port`, also `http://` where TLS is left to something in front.
    pub url: String,
    /// Where messages are sent with the token alone and without a certificate, when that is another
    /// address than the log-in's, as with the real system.
    pub messages: Option<String>,
    /// The only authority that is believed about the other side's certificate (PEM).
    pub authority: Option<PathBuf>,
    /// The terminal's certificate.
    pub identity: Option<IdentityFiles>,
    /// How a token is had.
    pub log_in: LogIn,
    /// The path of the log-in.
    pub log_in_path: String,
    /// Paths of messages, by their ids such as `OQSsiquc01`; others are below `/onshi/v1/messages`.
    pub paths: BTreeMap<String, String>,
    /// The forms in which requests are sent.
    pub forms: Vec<Form>,
}

/// A certificate with its key.
pub struct IdentityFiles {
    /// PKCS#12, or PEM.
    pub certificate: PathBuf,
    /// The key in PEM, where it is not in the same file.
    pub key: Option<PathBuf>,
    /// The password of a PKCS#12 file.
    pub password: String,
}

/// How a token is had.
pub enum LogIn {
    /// By an account.
    Account {
        /// Its user id.
        user_id: String,
        /// Its password.
        password: String,
    },
    /// It is there already.
    Token(String),
}

/// An address, and the connections to it.
struct Side {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    origin: String,
}

impl Side {
    fn open(url: &str, tls: ClientConfig) -> Result<Self, RunError> {
        let origin = url.trim_end_matches('/').to_owned();
        let uri: Uri = origin
            .parse()
            .map_err(|_| RunError::Way(format!("{origin} is no address")))?;
        if !matches!(uri.scheme_str(), Some("https" | "http")) || uri.host().is_none() {
            return Err(RunError::Way(format!("{origin}: write https://host:port")));
        }
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(https);
        Ok(Self { client, origin })
    }
}

pub(super) struct Http {
    messages: Side,
    token: HeaderValue,
    paths: BTreeMap<String, String>,
    patience: Duration,
}

impl Http {
    /// Opens the way, and logs in.
    pub(super) async fn open(
        settings: &HttpSettings,
        patience: Duration,
    ) -> Result<Self, RunError> {
        let identity = settings.identity.as_ref();
        let by_certificate = Side::open(&settings.url, tls(settings, identity)?)?;
        let mut http = Self {
            messages: match &settings.messages {
                Some(url) => Side::open(url, tls(settings, None)?)?,
                None => Side::open(&settings.url, tls(settings, identity)?)?,
            },
            token: HeaderValue::from_static(""),
            paths: settings.paths.clone(),
            patience,
        };
        let token = match &settings.log_in {
            LogIn::Token(token) => token.clone(),
            LogIn::Account { user_id, password } => {
                let path = &settings.log_in_path;
                http.log_in(&by_certificate, (path, user_id, password))
                    .await?
            }
        };
        http.token = HeaderValue::try_from(token.trim())
            .map_err(|_| RunError::Way("the token can't be sent in a header".to_owned()))?;
        http.token.set_sensitive(true);
        Ok(http)
    }

    async fn log_in(
        &self,
        side: &Side,
        (path, user_id, password): (&str, &str, &str),
    ) -> Result<String, RunError> {
        let body = json!({"userId": user_id, "password": password}).to_string();
        let kind = "application/json;charset=UTF-8";
        let (status, _, bytes) = self
            .post(side, path, kind, Bytes::from(body))
            .await
            .map_err(|words| RunError::Way(format!("the log-in: {words}")))?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        match answer["result"]["idToken"].as_str() {
            Some(token) if status == StatusCode::OK => Ok(token.to_owned()),
            _ => {
                let words = said(&bytes);
                Err(RunError::Way(format!(
                    "the log-in was answered {status}: {words}"
                )))
            }
        }
    }

    pub(super) async fn ask(&self, kind: MessageKind, form: Form, bytes: &[u8]) -> Answer {
        let id = kind.id().trim_end_matches("req");
        let usual = || format!("/onshi/v1/messages/{id}");
        let path = self.paths.get(id).cloned().unwrap_or_else(usual);
        let content = match form {
            Form::Xml => "application/xml",
            Form::Json => "application/json;charset=UTF-8",
        };
        match self
            .post(
                &self.messages,
                &path,
                content,
                Bytes::copy_from_slice(bytes),
            )
            .await
        {
            Ok((status, kind, bytes)) => answer(status, &kind, bytes, form),
            Err(words) => Answer::Broken(words),
        }
    }

    async fn post(
        &self,
        side: &Side,
        path: &str,
        content: &'static str,
        body: Bytes,
    ) -> Result<(StatusCode, String, Vec<u8>), String> {
        let accept = content.split(';').next().unwrap_or(content);
        let mut request = Request::post(format!("{}{path}", side.origin))
            .header(header::CONTENT_TYPE, content)
            .header(header::ACCEPT, accept);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, &self.token);
        }
        let request = request
            .body(Full::new(body))
            .map_err(|error| format!("{path} can't be asked: {error}"))?;
        let exchange = async {
            let answer = side
                .client
                .request(request)
                .await
                .map_err(|error| told(&error))?;
            let (head, body) = answer.into_parts();
            let kind = head.headers.get(header::CONTENT_TYPE);
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| told(&*error))?;
            Ok((head.status, kind.to_owned(), body.to_bytes().to_vec()))
        };
        match tokio::time::timeout(self.patience, exchange).await {
            Ok(answered) => answered,
            Err(_) => Err(format!("no answer within {} s", self.patience.as_secs())),
        }
    }
}

fn answer(status: StatusCode, kind: &str, bytes: Vec<u8>, form: Form) -> Answer {
    if status.is_client_error() && !matches!(status.as_u16(), 401 | 408 | 429) {
        return Answer::Refused {
            status: Some(status.as_u16()),
            words: format!("{status}: {}", said(&bytes)),
        };
    }
    if status != StatusCode::OK {
        return Answer::Broken(format!("it was answered {status}: {}", said(&bytes)));
    }
    let mut parts = kind.split(';').map(str::trim);
    let media = parts.next().unwrap_or("").to_ascii_lowercase();
    let wanted: &[&str] = match form {
        Form::Xml => &["application/xml", "text/xml"],
        Form::Json => &["application/json"],
    };
    if !wanted.contains(&media.as_str()) {
        let form = form.name();
        return Answer::Broken(format!("asked in {form}, it was answered with “{kind}”"));
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let name = name.trim().eq_ignore_ascii_case("charset");
        name.then(|| value.trim().trim_matches('"').to_owned())
    });
    Answer::Message { bytes, charset }
}

/// The beginning of what an error says, in a line.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let problem: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let words = ["detail", "title", "msg"];
    let words = words.into_iter().find_map(|name| problem[name].as_str());
    let words = words.unwrap_or(&text).replace(['\r', '\n'], " ");
    words.chars().take(WORDS_MAX).collect()
}

/// An error with what caused it, since the first of them seldom says why.
fn told(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words = format!("{words}: {cause}");
        next = cause.source();
    }
    words
}

fn tls(settings: &HttpSettings, shown: Option<&IdentityFiles>) -> Result<ClientConfig, RunError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &settings.authority {
        let pem = read(path)?;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let added = certificate
                .map_err(|_| "")
                .and_then(|c| roots.add(c).map_err(|_| ""));
            added.map_err(|_| unreadable(path, "it is no certificate in PEM"))?;
        }
    } else if settings.url.starts_with("https:") {
        let words = "https needs --authority, whose certificates are believed";
        return Err(RunError::Way(words.to_owned()));
    }
    let failed = |error: rustls::Error| RunError::Way(format!("setting up TLS: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots);
    match shown {
        None => Ok(builder.with_no_client_auth()),
        Some(files) => {
            let (chain, key) = identity(files)?;
            builder.with_client_auth_cert(chain, key).map_err(failed)
        }
    }
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(files: &IdentityFiles) -> Result<Identity, RunError> {
    let bytes = read(&files.certificate)?;
    let path = &files.certificate;
    if !bytes.windows(11).any(|part| part == b"-----BEGIN ") {
        return of_pkcs12(&bytes, &files.password).map_err(|reason| unreadable(path, &reason));
    }
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let chain = chain.map_err(|_| unreadable(path, "it is no certificate in PEM"))?;
    let key = match &files.key {
        None => PrivateKeyDer::from_pem_slice(&bytes),
        Some(path) => PrivateKeyDer::from_pem_slice(&read(path)?),
    };
    let key = key.map_err(|_| unreadable(files.key.as_ref().unwrap_or(path), "it holds no key"))?;
    Ok((chain, key))
}

fn of_pkcs12(bytes: &[u8], password: &str) -> Result<Identity, String> {
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed)
        .map_err(|error| format!("it is no PKCS#12 file of this password ({error})"))?;
    let (_, chain) = store
        .private_key_chain()
        .ok_or("it holds no certificate with a key")?;
    let certificates = chain.certs().iter();
    let certificates = certificates.map(|c| CertificateDer::from(c.as_der().to_vec()));
    let key = PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec());
    Ok((certificates.collect(), key.into()))
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    std::fs::read(path).map_err(|source| RunError::Read {
        path: path.to_owned(),
        source,
    })
}

fn unreadable(path: &Path, reason: &str) -> RunError {
    RunError::Way(format!("{}: {reason}", path.display()))
}
