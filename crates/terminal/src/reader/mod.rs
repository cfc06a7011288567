//! The card reader (顔認証付きカードリーダー): a patient puts a My Number Card on it, is verified,
//! consents, and reception sees the result.
//!
//! - `machine` decides, without I/O; `apdu` is what is said to the card.
//! - `port` is where the card lies: `tray` of the demo, or a reader of PC/SC (`pcsc`).
//! - `face` compares who stands before the camera with the card's photo.
//! - `centre` asks the centre, `renewal` looks after the certificate by which the reader is known there.
//! - `kiosk` is the page, `driver` connects them.
//!
//! Face, PIN and 照合番号 are [`secret::Secret`]: cleared when they are done with, printed by nothing,
//! sent to nobody, written to no disk.

pub mod apdu;
mod centre;
mod certificate;
mod credential;
mod driver;
pub mod face;
mod kiosk;
pub mod machine;
mod pcsc;
mod port;
mod renewal;
pub mod secret;
pub mod signing;
mod tray;

use onshi_language::{cause, say};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::sync::RwLock;

use crate::gateway::centre::Centre;
use crate::gateway::{GatewayError, Timeouts};
use crate::link::{Account, CentreClient, LinkStatus};
use crate::loopback;
use centre::{ReaderClient, Signs};
use driver::Parts;
use kiosk::Kiosk;
use machine::{ReaderCredential, Settings};

pub use certificate::{OwnFiles, serial_number};
pub use driver::Handle;
pub use onshi_pcsc::PcscError;
pub use pcsc::PcscPort;
pub use port::{CardNumber, Port};
pub use tray::{Keeping, OnTray, Put, Tray, TrayCard};

/// What a reader needs to know to start.
pub struct ReaderConfig {
    /// Where its page is. Must be a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The centre: `https://host:port`, nothing after it.
    pub centre_url: String,
    /// The only authority that is believed about the centre's own certificate (PEM).
    pub authority_pem: PathBuf,
    /// The terminal's certificate (PEM), or a folder that holds it with its key; of those the newest is taken.
    pub certificate: PathBuf,
    /// Its key (PEM, PKCS#8); nothing for a folder.
    pub key: PathBuf,
    /// The 顔認証用アカウント.
    pub user_id: String,
    /// The file with its password.
    pub password_file: PathBuf,
    /// The serial number of the reader's own certificate.
    pub reader_serial: String,
    /// Its key (PEM, PKCS#8).
    pub reader_key: PathBuf,
    /// Its file, where the reader renews it before its end.
    pub reader_certificate: Option<PathBuf>,
    /// 医療機関コード.
    pub facility: String,
    /// The rules.
    pub settings: Settings,
    /// Where the card lies.
    pub place: Place,
    /// What lets a card sign without its PIN (特定機関認証, SIMULATED); without it there is neither face
    /// nor 目視.
    pub credential: Option<Arc<dyn ReaderCredential>>,
    /// A name for each visit and request, drawn at random.
    pub draw: fn() -> String,
    /// The present moment in milliseconds since 1970 (UTC).
    pub now: fn() -> i64,
    /// How long to wait for the centre.
    pub timeouts: Timeouts,
}

/// Where the card lies.
pub enum Place {
    /// The built-in reader, with virtual cards on a tray beside the page.
    Tray(Tray),
    /// Another one.
    Port(Box<dyn Port>),
}

/// Why a reader could not start.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    #[error("{}", say!(
        "the kiosk is for this machine only, but {} is not a loopback address; \
         use 127.0.0.1:PORT or [::1]:PORT",
        "カードリーダーの画面はこの端末だけのものですが、{} はループバックのアドレスではありません。\
         127.0.0.1:PORT または [::1]:PORT を指定してください。",
        .0
    ))]
    NotLoopback(SocketAddr),
    #[error("{}", say!(
        "the kiosk can't listen on {address}: {}",
        "カードリーダーの画面を {address} で待ち受けられません: {}",
        cause(source)
    ))]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Centre(#[from] GatewayError),
}

/// A reader that has its address and is at work.
#[derive(Debug)]
pub struct Reader {
    kiosk: Kiosk,
}

/// Starts a reader; its page is answered by [`Reader::run`].
pub async fn open(config: ReaderConfig) -> Result<Reader, ReaderError> {
    if !loopback::is_own(config.listen) {
        return Err(ReaderError::NotLoopback(config.listen));
    }
    let centre = Centre::new(&config.centre_url, &config.authority_pem, config.timeouts)?;
    let status = Arc::new(LinkStatus::default());
    let client = ReaderClient {
        centre: CentreClient {
            centre,
            certificate: config.certificate,
            key: config.key,
            status: status.clone(),
            now: config.now,
        },
        account: Account::new(config.user_id, config.password_file, status),
        own: config.reader_certificate.map(|certificate| OwnFiles {
            certificate,
            key: config.reader_key.clone(),
        }),
        signs: RwLock::new(Signs {
            serial: config.reader_serial,
            key: config.reader_key,
        }),
        facility: config.facility,
        draw: config.draw,
        now: config.now,
        settings: Mutex::default(),
    };
    let (port, tray): (Box<dyn Port>, _) = match config.place {
        Place::Tray(tray) => (Box::new(tray.clone()), Some(tray)),
        Place::Port(port) => (port, None),
    };
    let handle = driver::start(Parts {
        settings: config.settings,
        port,
        credential: config.credential,
        client,
        draw: config.draw,
    });
    let kiosk = Kiosk::bind(config.listen, handle, tray).await;
    let address = config.listen;
    let kiosk = kiosk.map_err(|source| ReaderError::Listen { address, source })?;
    Ok(Reader { kiosk })
}

impl Reader {
    /// The way to the reader without its page, for who measures it.
    pub fn handle(&self) -> Handle {
        self.kiosk.handle()
    }

    /// Where its page is.
    pub fn address(&self) -> SocketAddr {
        self.kiosk.address()
    }

    /// Answers the page until `shutdown`.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        self.kiosk.run(shutdown).await;
    }
}
