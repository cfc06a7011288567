//! The way by HTTP: mutual TLS, a log-in for a token, a message to its path.

use onshi_language::{say, spoken};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderValue};
use hyper::{Request, Uri};
use onshi_client::pool::Scheme;
use onshi_client::{Identity, Pool, ProblemDetails, Roots, TlsError, Tokens, tls, token, told};
use onshi_wire::MessageKind;
use serde_json::Value;

use super::answer::Reply;
use super::{Form, RunError};

pub use onshi_client::paths::{LOG_IN, SEARCH};

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

/// Whether an address is shown the certificate.
#[derive(Clone, Copy)]
enum Shown {
    Certificate,
    Nothing,
}

/// An address, and the connections to it.
#[derive(Clone)]
struct Side {
    pool: Pool<Full<Bytes>>,
    origin: String,
}

impl Side {
    /// An address, asked with the settings' certificate or without.
    fn open(
        url: &str,
        settings: &HttpSettings,
        patience: Duration,
        shown: Shown,
    ) -> Result<Self, RunError> {
        let origin = url.trim_end_matches('/').to_owned();
        let uri: Uri = origin.parse().map_err(|_| {
            RunError::Way(say!(
                "{origin} is no address",
                "{origin} はURLではありません。"
            ))
        })?;
        if !matches!(uri.scheme_str(), Some("https" | "http")) || uri.host().is_none() {
            return Err(RunError::Way(say!(
                "{origin}: write https://host:port",
                "{origin} は https://host:port の形で書いてください。"
            )));
        }
        let shown = match (shown, &settings.identity) {
            (Shown::Certificate, Some(files)) => Some(identity(files)?),
            _ => None,
        };
        let tls = tls::config(&roots(settings)?, shown.as_ref()).map_err(|error| {
            RunError::Way(say!(
                "TLS can't be set up: {}",
                "TLSの準備ができません: {}",
                in_words(&error)
            ))
        })?;
        let pool = Pool::new(tls, Scheme::HttpsOrHttp, patience);
        Ok(Self { pool, origin })
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
        let open = |url, shown| Side::open(url, settings, patience, shown);
        let by_certificate = open(&settings.url, Shown::Certificate)?;
        let mut http = Self {
            messages: match &settings.messages {
                Some(url) => open(url, Shown::Nothing)?,
                None => by_certificate.clone(),
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
        http.token = HeaderValue::try_from(token.trim()).map_err(|_| {
            RunError::Way(say!(
                "the token can't be sent in a header",
                "トークンをヘッダーに入れられません。"
            ))
        })?;
        http.token.set_sensitive(true);
        Ok(http)
    }

    async fn log_in(
        &self,
        side: &Side,
        (path, user_id, password): (&str, &str, &str),
    ) -> Result<String, RunError> {
        let body = token::log_in(user_id, password);
        let answer = self
            .post(side, path, token::JSON, body)
            .await
            .map_err(|words| RunError::Way(say!("the log-in: {words}", "ログイン: {words}")))?;
        match Tokens::read(&answer.body) {
            Some(tokens) if answer.status == 200 => Ok(tokens.id),
            _ => {
                let (status, words) = (status(&answer), said(&answer.body));
                Err(RunError::Way(say!(
                    "the log-in was answered {status}: {words}",
                    "ログインの答えは {status} でした: {words}"
                )))
            }
        }
    }

    /// What came, read and to the byte.
    pub(super) async fn ask(
        &self,
        kind: MessageKind,
        form: Form,
        bytes: &[u8],
    ) -> (Reply, Vec<u8>) {
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
            Ok(whole) => (answer(&whole, form), whole.body.to_vec()),
            Err(words) => (Reply::Broken(words), Vec::new()),
        }
    }

    async fn post(
        &self,
        side: &Side,
        path: &str,
        content: &'static str,
        body: Bytes,
    ) -> Result<onshi_client::Answer, String> {
        let accept = content.split(';').next().unwrap_or(content);
        let mut request = Request::post(format!("{}{path}", side.origin))
            .header(header::CONTENT_TYPE, content)
            .header(header::ACCEPT, accept);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, &self.token);
        }
        let request = request.body(Full::new(body)).map_err(|error| {
            say!(
                "{path} can't be asked: {error}",
                "{path} に送れません: {error}"
            )
        })?;
        let exchange = async {
            let answer = side.pool.send(request).await;
            let answer = answer.map_err(|error| unanswered(&error))?;
            onshi_client::Answer::whole(answer, ANSWER_BYTES_MAX, self.patience)
                .await
                .map_err(|error| unanswered(&error))
        };
        match tokio::time::timeout(self.patience, exchange).await {
            Ok(answered) => answered,
            Err(_) => Err(say!(
                "no answer within {} s",
                "{}秒以内に答えがありませんでした。",
                self.patience.as_secs()
            )),
        }
    }
}

fn answer(whole: &onshi_client::Answer, form: Form) -> Reply {
    if matches!(whole.status, 400..500) && !matches!(whole.status, 401 | 408 | 429) {
        return Reply::Refused {
            status: Some(whole.status),
            words: format!("{}: {}", status(whole), said(&whole.body)),
        };
    }
    if whole.status != 200 {
        let (status, words) = (status(whole), said(&whole.body));
        return Reply::Broken(say!(
            "it was answered {status}: {words}",
            "答えは {status} でした: {words}"
        ));
    }
    let kind = whole.content_type();
    let mut parts = kind.split(';').map(str::trim);
    let media = parts.next().unwrap_or("").to_ascii_lowercase();
    let wanted: &[&str] = match form {
        Form::Xml => &["application/xml", "text/xml"],
        Form::Json => &["application/json"],
    };
    if !wanted.contains(&media.as_str()) {
        let form = form.name();
        return Reply::Broken(say!(
            "asked in {form}, it was answered with “{kind}”",
            "{form} で送りましたが、答えは「{kind}」です。"
        ));
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let name = name.trim().eq_ignore_ascii_case("charset");
        name.then(|| value.trim().trim_matches('"').to_owned())
    });
    Reply::Message {
        bytes: whole.body.to_vec(),
        charset,
    }
}

/// A status with its usual words.
fn status(answer: &onshi_client::Answer) -> String {
    match hyper::StatusCode::from_u16(answer.status) {
        Ok(status) => status.to_string(),
        Err(_) => answer.status.to_string(),
    }
}

/// The beginning of what an error says, in a line.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let problem = ProblemDetails::read(bytes);
    let other: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let words = [&problem.detail, &problem.title].into_iter();
    let words = words.map(String::as_str).find(|words| !words.is_empty());
    let words = words.or_else(|| other["msg"].as_str()).unwrap_or(&text);
    let words = words.replace(['\r', '\n'], " ");
    words.chars().take(WORDS_MAX).collect()
}

fn roots(settings: &HttpSettings) -> Result<Roots, RunError> {
    match &settings.authority {
        Some(path) => Roots::from_pem(&read(path)?).map_err(|error| unreadable(path, &error)),
        None if settings.url.starts_with("https:") => {
            let words = say!(
                "https needs --authority, whose certificates are believed",
                "https には、信頼する認証局の --authority が必要です。"
            );
            Err(RunError::Way(words))
        }
        None => Ok(Roots::none()),
    }
}

fn identity(files: &IdentityFiles) -> Result<Identity, RunError> {
    let bytes = read(&files.certificate)?;
    let path = &files.certificate;
    if !bytes.windows(11).any(|part| part == b"-----BEGIN ") {
        let identity = Identity::from_pkcs12(&bytes, &files.password);
        return identity.map_err(|error| unreadable(path, &error));
    }
    let (key, place) = match &files.key {
        None => (bytes.clone(), path),
        Some(path) => (read(path)?, path),
    };
    Identity::from_pem(&bytes, &key).map_err(|error| match error {
        TlsError::NotAKey => unreadable(place, &error),
        _ => unreadable(path, &error),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    std::fs::read(path).map_err(|source| RunError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Why there was no answer: what the network said, quoted where the rest is Japanese.
fn unanswered(error: &dyn std::error::Error) -> String {
    say!("{}", "応答がありません［{}］", told(error))
}

fn unreadable(path: &Path, reason: &TlsError) -> RunError {
    RunError::Way(format!("{}: {}", path.display(), in_words(reason)))
}

fn in_words(error: &TlsError) -> String {
    spoken().choose(error.to_string(), error.in_japanese())
}
