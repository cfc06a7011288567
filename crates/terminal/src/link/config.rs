//! What the linked application needs to know, and why it could not start.

use onshi_language::{cause, say};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::gateway::{GatewayError, Timeouts};

/// The settings of the linked application (連携アプリケーション).
#[derive(Debug, Clone)]
pub struct LinkConfig {
    /// The centre: `https://host:port`, nothing after it.
    pub centre_url: String,
    /// The only authority that is believed about the centre's own certificate (PEM).
    pub authority_pem: PathBuf,
    /// The terminal's certificate (PEM), or a folder that holds it with its key; of those the newest is taken.
    pub certificate: PathBuf,
    /// Its key (PEM, PKCS#8); nothing for a folder.
    pub key: PathBuf,
    /// The 連携アプリ用アカウント.
    pub user_id: String,
    /// The file with its password; a line's end after it does not count.
    pub password_file: PathBuf,
    /// Where the institution's programs put requests.
    pub req: PathBuf,
    /// Where they find answers. A file of the same name is replaced.
    pub res: PathBuf,
    /// Where the card reader's results are put; without it they stay with the centre.
    pub face: Option<PathBuf>,
    /// Our own folder; on a disk of this machine, best the one that `req` and `res` are on.
    pub work: PathBuf,
    /// Where the status page is. Must be a loopback address; port 0 takes a free one.
    pub status_listen: Option<SocketAddr>,
    /// How often `req` is looked into, beside the system's own notices.
    pub poll: Duration,
    /// How long a file must stay the same to be complete.
    pub settle: Duration,
    /// How long a file that is empty or has no end is waited for after its last change.
    pub patience: Duration,
    /// Who may read an answer, as bits of a mode; no bit for executing.
    pub answer_mode: u32,
    /// How long a request waits for a centre that can't be reached before it gets an `.err`.
    pub offline_timeout: Duration,
    /// Answers older than this are deleted; 0 keeps them.
    pub retention_days: u32,
    /// How many requests are under way at once.
    pub concurrency: usize,
    /// Which answers are put into a zip with a password, by the beginning of the message's id; the
    /// longest that fits decides.
    pub encrypt: BTreeMap<String, bool>,
    /// The file with the zip's password.
    pub zip_password_file: Option<PathBuf>,
    /// How long after its arrival an answer is touched again, for programs that only notice
    /// changes of files that were there.
    pub touch_after: Option<Duration>,
    /// How often certificate, account and centre are looked after.
    pub pulse: Duration,
    /// What this installation is called on its page, such as デモ環境.
    pub environment: Option<String>,
    /// How long to wait for the centre.
    pub timeouts: Timeouts,
    /// The present moment in milliseconds since 1970 (UTC).
    pub now: fn() -> i64,
}

impl LinkConfig {
    /// A configuration with everything that has a usual value. The paths are to be filled in.
    pub fn usual(now: fn() -> i64) -> Self {
        Self {
            centre_url: String::new(),
            authority_pem: PathBuf::new(),
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            user_id: String::new(),
            password_file: PathBuf::new(),
            req: PathBuf::new(),
            res: PathBuf::new(),
            face: None,
            work: PathBuf::new(),
            status_listen: None,
            poll: Duration::from_secs(1),
            settle: Duration::from_millis(300),
            patience: Duration::from_secs(30),
            answer_mode: 0o640,
            offline_timeout: Duration::from_secs(300),
            retention_days: 7,
            concurrency: 4,
            encrypt: BTreeMap::new(),
            zip_password_file: None,
            touch_after: None,
            pulse: Duration::from_secs(15),
            environment: None,
            timeouts: Timeouts::default(),
            now,
        }
    }
}

/// Why the linked application could not start.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("{}", say!(
        "the status page is for this machine only, but {} is not a loopback address; \
         use 127.0.0.1:PORT or [::1]:PORT",
        "状態のページはこの端末だけのものですが、{} はループバックのアドレスではありません。\
         127.0.0.1:PORT または [::1]:PORT を指定してください。",
        .0
    ))]
    NotLoopback(SocketAddr),
    #[error("{}", say!(
        "the status page can't listen on {address}: {}",
        "状態のページを {address} で待ち受けられません: {}",
        cause(source)
    ))]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Centre(#[from] GatewayError),
    #[error("{}", say!(
        "the work folder {} can't be used: {}",
        "作業フォルダ {} は使えません: {}",
        path.display(),
        cause(source)
    ))]
    Work {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}", say!(
        "another onshi link uses the work folder {}",
        "作業フォルダ {} は、別の onshi link が使っています。",
        .0.display()
    ))]
    Taken(PathBuf),
    #[error("{0}")]
    Setting(String),
}
