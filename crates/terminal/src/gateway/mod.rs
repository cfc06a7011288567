//! The terminal's start page and gateway (資格確認端末のスタートページ).
//!
//! A person opens a loopback address, chooses one of the terminal's certificates (証明書選択) and
//! from then on every request of that browser goes to the centre over mutual TLS with it.
//!
//! - Only this machine can reach it, only under a loopback name, and only pages of its own origin
//!   can make it change anything (`guard`).
//! - The choice belongs to a browser, not to the machine (`choice`); each certificate has its own
//!   connections, so nothing of one institution travels over those of another (`centre`).
//! - The centre decides what a certificate is worth. The folder is only what this terminal can see
//!   by itself, and all that is left when the centre can't be reached (`state`).

pub(crate) mod centre;
mod choice;
mod cookies;
pub(crate) mod failure;
pub(crate) mod folder;
pub(crate) mod guard;
pub(crate) mod pages;
mod proxy;
pub(crate) mod renewal;
mod start;
pub(crate) mod state;

use onshi_language::{cause, say};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use onshi_connections::ArrivingBody;
use tokio::net::TcpListener;

use crate::enrolment::Installed;
use centre::Centre;
use choice::Choices;
pub use renewal::Renewal;

use crate::loopback;

/// What the gateway needs to know to start.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where browsers come in. Must be a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The centre: `https://host:port`, nothing after it.
    pub centre_url: String,
    /// The only authority that is believed about the centre's own certificate (PEM).
    pub authority_pem: PathBuf,
    /// The folder of `<name>.pem` and `<name>.key.pem` pairs; other files are ignored.
    pub certificates: PathBuf,
    /// What this installation is called on its pages, such as デモ環境.
    pub environment: Option<String>,
    /// The present moment in milliseconds since 1970 (UTC).
    pub now: fn() -> i64,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How certificates are renewed.
    pub renewal: Renewal,
}

/// How long the gateway waits for the centre.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From the last piece of the request sent until the head of the answer.
    pub answer: Duration,
    /// For the centre's view of one certificate on the start page, in all.
    pub standing: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(60),
            standing: Duration::from_secs(2),
        }
    }
}

/// Why the gateway could not start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("{}", say!(
        "the start page is for this machine only, but {} is not a loopback address; \
         use 127.0.0.1:PORT or [::1]:PORT",
        "スタートページはこの端末だけのものですが、{} はループバックのアドレスではありません。\
         127.0.0.1:PORT または [::1]:PORT を指定してください。",
        .0
    ))]
    NotLoopback(SocketAddr),
    #[error("{}", say!(
        "the centre's address {url:?} can't be used: {reason}",
        "センターのURL {url:?} は使えません: {reason}"
    ))]
    CentreUrl { url: String, reason: String },
    #[error("{}", say!(
        "the centre's authority {} can't be used: {reason}",
        "センターの認証局の証明書 {} は使えません: {reason}",
        path.display()
    ))]
    Authority { path: PathBuf, reason: String },
    #[error("{}", say!(
        "the start page can't listen on {address}: {}",
        "スタートページを {address} で待ち受けられません: {}",
        cause(source)
    ))]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
}

/// The browsers of one machine, and whatever else runs there.
const CONNECTIONS_MAX: usize = 256;

/// A gateway that has its address and is ready to run.
#[derive(Debug)]
pub struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
    desk: Arc<Desk>,
}

/// All that a request needs.
#[derive(Debug)]
struct Desk {
    port: u16,
    certificates: PathBuf,
    environment: Option<String>,
    now: fn() -> i64,
    centre: Arc<Centre>,
    choices: Choices,
    renewal: Renewal,
}

/// Renews what may be renewed by now, without a start page, and gives what was renewed or why it was not, in words.
pub async fn renew_due(
    config: GatewayConfig,
) -> Result<Vec<Result<Installed, String>>, GatewayError> {
    let renewal = Renewal {
        by_itself: true,
        ..config.renewal.clone()
    };
    let desk = Arc::new(Desk::new(GatewayConfig { renewal, ..config }, 0)?);
    Ok(desk.renew_due().await)
}

/// Takes the address, without answering yet.
pub async fn bind(config: GatewayConfig) -> Result<Gateway, GatewayError> {
    if !loopback::is_own(config.listen) {
        return Err(GatewayError::NotLoopback(config.listen));
    }
    // What is wrong with the settings is told before the address is taken.
    Centre::new(&config.centre_url, &config.authority_pem, config.timeouts)?;
    let refused = |source| GatewayError::Listen {
        address: config.listen,
        source,
    };
    let listener = onshi_connections::bind(config.listen)
        .await
        .map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let desk = Desk::new(config, address.port())?;
    Ok(Gateway {
        listener,
        address,
        desk: Arc::new(desk),
    })
}

impl Gateway {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`, then lets what is under way finish, for ten seconds at most.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), GatewayError> {
        tracing::info!(address = %self.address, centre = self.desk.centre.origin(), "gateway up");
        let renewing = Arc::clone(&self.desk).look_after_renewals();
        let renewing = tokio::spawn(renewing);
        let most = (CONNECTIONS_MAX, loopback::PATIENCE);
        loopback::serve(Arc::new(Own(self.desk)), self.listener, most, shutdown).await;
        // What it may be waiting for it goes on with at the next start.
        renewing.abort();
        Ok(())
    }
}

/// The pages of this machine.
struct Own(Arc<Desk>);

impl loopback::Pages for Own {
    async fn answer(&self, request: Request<ArrivingBody>) -> pages::Reply {
        self.0.handle(request).await
    }
}

impl Desk {
    fn new(config: GatewayConfig, port: u16) -> Result<Desk, GatewayError> {
        let centre = Centre::new(&config.centre_url, &config.authority_pem, config.timeouts)?;
        Ok(Desk {
            port,
            certificates: config.certificates,
            environment: config.environment,
            now: config.now,
            centre: Arc::new(centre),
            choices: Choices::default(),
            renewal: config.renewal,
        })
    }

    /// The one place that every request passes.
    async fn handle(self: &Arc<Self>, request: Request<ArrivingBody>) -> pages::Reply {
        let started = tokio::time::Instant::now();
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let reply = match guard::check(&request, self.port) {
            Err(refusal) => self.refuse(refusal),
            Ok(host) => self.route(request, &host).await,
        };
        // The path only: a query may hold what a person typed.
        tracing::info!(
            %method,
            path,
            status = reply.status().as_u16(),
            elapsed_ms = started.elapsed().as_millis() as u64,
            "answered"
        );
        reply
    }

    async fn route(self: &Arc<Self>, request: Request<ArrivingBody>, host: &str) -> pages::Reply {
        if let Some(reply) = pages::by_the_name(&request, host, self.port) {
            return reply;
        }
        let path = request.uri().path();
        if path == "/" || path == "/terminal" || path.starts_with("/terminal/") {
            self.own_page(request).await
        } else {
            self.forward(request, host).await
        }
    }
}
