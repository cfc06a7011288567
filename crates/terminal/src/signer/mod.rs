//! カード署名プログラム: lets a patient's My Number Card, on an ordinary card reader, sign what a page of マイナ在宅受付Web
//! or マイナ資格確認アプリ asks for, in the place of マイナポータルアプリ and of the app. SIMULATED: how those speak is not public.
//!
//! A page can't speak with a card reader, so it leads here, to a page on loopback. There the holder sees what is signed
//! and types the PIN, which goes to the card and nowhere else. The signature goes back to the portal that the program was
//! started for, in the address to which the browser is led; the program itself speaks with nobody. It signs nothing but
//! such statements ([`statement`]): what else a card might sign, to log in somewhere say, it does not take.

mod card;
mod page;
pub mod statement;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::{Method, Request, StatusCode, header};
use onshi_connections::ArrivingBody;
use onshi_language::{cause, say};
use tokio::net::TcpListener;

use crate::gateway::pages::Reply;
use crate::gateway::{guard, pages};
use crate::loopback;
use crate::reader::machine::ReaderCredential;
use crate::reader::secret::Secret;
use crate::reader::{Place, Port, Put, Tray};
use page::{Asked, Told};
use statement::Statement;

/// One person looks, with a browser that opens a few.
const CONNECTIONS_MAX: usize = 32;
/// A statement, an address and a PIN.
const BODY_BYTES_MAX: usize = 8 * 1024;

/// What the program needs to know to start.
pub struct SignerConfig {
    /// Where its page is. Must be a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The portal to which signatures go: `https://host:port`, nothing after it.
    pub portal: String,
    /// Where the card lies.
    pub place: Place,
    /// What lets a card sign without its PIN, where staff look at patient and picture (目視確認).
    pub credential: Option<Arc<dyn ReaderCredential>>,
}

/// Why it could not start.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    #[error("{}", say!(
        "the page for the card is for this machine only, but {} is not a loopback address; \
         use 127.0.0.1:PORT or [::1]:PORT",
        "カードの画面はこの計算機だけのものですが、{} はループバックのアドレスではありません。\
         127.0.0.1:PORT または [::1]:PORT を指定してください。",
        .0
    ))]
    NotLoopback(SocketAddr),
    #[error("{}", say!(
        "the portal is https:// and a name, with a port where it is not 443, and nothing after it; {} is not",
        "ポータルは https:// とホスト名（443以外ならポートも）だけで指定します（{} は使えません）。",
        .0
    ))]
    Portal(String),
    #[error("{}", say!(
        "the page for the card can't listen on {address}: {}",
        "カードの画面を {address} で待ち受けられません: {}",
        cause(source)
    ))]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
}

/// The program, with its address.
pub struct Signer {
    listener: TcpListener,
    address: SocketAddr,
    desk: Arc<Desk>,
}

struct Desk {
    port: u16,
    portal: String,
    tray: Option<Tray>,
    credential: Option<Arc<dyn ReaderCredential>>,
    card: Arc<Mutex<Box<dyn Port>>>,
}

/// Takes its address; the page is answered by [`Signer::run`].
pub async fn open(config: SignerConfig) -> Result<Signer, SignerError> {
    let address = config.listen;
    if !loopback::is_own(address) {
        return Err(SignerError::NotLoopback(address));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    let host = config.portal.strip_prefix("https://");
    if !host.is_some_and(|host| !host.is_empty() && host.chars().all(known)) {
        return Err(SignerError::Portal(config.portal));
    }
    let refused = |source| SignerError::Listen { address, source };
    let listener = onshi_connections::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let (port, tray): (Box<dyn Port>, _) = match config.place {
        Place::Tray(tray) => (Box::new(tray.clone()), Some(tray)),
        Place::Port(port) => (port, None),
    };
    Ok(Signer {
        listener,
        address,
        desk: Arc::new(Desk {
            port: address.port(),
            portal: config.portal,
            tray,
            credential: config.credential,
            card: Arc::new(Mutex::new(port)),
        }),
    })
}

impl Signer {
    /// Where its page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let most = (CONNECTIONS_MAX, loopback::PATIENCE);
        loopback::serve(self.desk, self.listener, most, shutdown).await;
    }
}

impl loopback::Pages for Desk {
    async fn answer(&self, request: Request<ArrivingBody>) -> Reply {
        if let Err(refusal) = guard::check(&request, self.port) {
            tracing::warn!(?refusal, "refused");
            return self.told(StatusCode::FORBIDDEN, Told::Foreign);
        }
        let path = request.uri().path().to_owned();
        if let Some(name) = path.strip_prefix("/terminal/assets/") {
            let found = pages::asset(name).filter(|_| pages::reads(request.method()));
            return found.unwrap_or_else(|| self.told(StatusCode::NOT_FOUND, Told::Nothing));
        }
        match (path.as_str(), request.method()) {
            ("/", method) if pages::reads(method) => self.told(StatusCode::OK, Told::Waiting),
            ("/sign", method) if pages::reads(method) => {
                let query = request.uri().query().unwrap_or_default().as_bytes();
                match Asked::read(query) {
                    Some(asked) => self.ask(StatusCode::OK, &asked, None),
                    None => self.told(StatusCode::BAD_REQUEST, Told::Unreadable),
                }
            }
            ("/sign", &Method::POST) => match loopback::whole(request, BODY_BYTES_MAX).await {
                Some(body) => self.sign(&body).await,
                None => self.told(StatusCode::BAD_REQUEST, Told::Unreadable),
            },
            _ => self.told(StatusCode::NOT_FOUND, Told::Nothing),
        }
    }
}

impl Desk {
    /// Lets the card sign, and leads back.
    async fn sign(&self, body: &[u8]) -> Reply {
        let Some(asked) = Asked::read(body) else {
            return self.told(StatusCode::BAD_REQUEST, Told::Unreadable);
        };
        let (credential, by_eye) = (self.credential.clone(), asked.statement.is_by_eye());
        let pin = page::field(body, "pin").map(|pin| Secret::new(pin.into_bytes()));
        let is_pin = |pin: &Secret| {
            let digits = pin.bytes();
            digits.len() == 4 && digits.iter().all(u8::is_ascii_digit)
        };
        let pin = pin.filter(is_pin);
        let missing = match by_eye {
            true => credential.is_none().then_some(card::Trouble::NoCredential),
            false => pin.is_none().then_some(card::Trouble::NoPin),
        };
        if missing.is_some() {
            return self.ask(StatusCode::UNPROCESSABLE_ENTITY, &asked, missing);
        }
        if let Some(tray) = &self.tray
            && tray.put(&asked.card) != Put::Done
        {
            let trouble = card::Trouble::NoCard;
            return self.ask(StatusCode::CONFLICT, &asked, Some(trouble));
        }
        let (port, to_sign) = (self.card.clone(), asked.statement.bytes().to_vec());
        let signing = move || {
            let mut port = port.lock().unwrap_or_else(PoisonError::into_inner);
            let proof = match (by_eye, &pin, &credential) {
                (true, _, Some(credential)) => card::Proof::Credential(credential.as_ref()),
                (false, Some(pin), _) => card::Proof::Pin(pin),
                _ => return Err(card::Trouble::Unreadable),
            };
            card::sign(port.as_mut(), &proof, &to_sign)
        };
        let signed = tokio::task::spawn_blocking(signing).await;
        if let Some(tray) = &self.tray {
            tray.take();
        }
        match signed {
            Ok(Ok(signed)) => self.lead_back(&asked, &signed),
            Ok(Err(trouble)) => self.ask(StatusCode::CONFLICT, &asked, Some(trouble)),
            Err(_) => {
                let trouble = card::Trouble::Unreadable;
                self.ask(StatusCode::INTERNAL_SERVER_ERROR, &asked, Some(trouble))
            }
        }
    }

    fn lead_back(&self, asked: &Asked, signed: &card::Signed) -> Reply {
        let mark = if asked.back.contains('?') { '&' } else { '?' };
        let location = format!(
            "{}{}{mark}challenge={}&certificate={}&signature={}",
            self.portal,
            asked.back,
            asked.statement.challenge(),
            URL_SAFE_NO_PAD.encode(&signed.certificate),
            URL_SAFE_NO_PAD.encode(&signed.signature),
        );
        let mut reply = self.own(pages::own(StatusCode::SEE_OTHER, "text/plain", ""));
        match location.parse() {
            Ok(location) => {
                reply.headers_mut().insert(header::LOCATION, location);
                reply
            }
            Err(_) => self.told(StatusCode::BAD_REQUEST, Told::Unreadable),
        }
    }

    fn ask(&self, status: StatusCode, asked: &Asked, trouble: Option<card::Trouble>) -> Reply {
        let cards = self.tray.as_ref().map(Tray::list).unwrap_or_default();
        let page = page::sign(&self.portal, asked, (&cards, trouble));
        self.own(pages::page(status, &page))
    }

    fn told(&self, status: StatusCode, told: Told) -> Reply {
        self.own(pages::page(status, &page::told(&self.portal, told)))
    }

    /// The policy of our pages: their form may also lead to the portal.
    fn own(&self, mut reply: Reply) -> Reply {
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; \
             base-uri 'none'; frame-ancestors 'none'",
            self.portal
        );
        if let Ok(policy) = policy.parse() {
            reply
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        reply
    }
}

impl Statement {
    /// Reads a statement as the portal's page sends it.
    fn of_field(text: &str) -> Option<Statement> {
        Statement::read(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }
}
