//! How a centre starts and stops.

use crate::capacity::pool::{Pool, PoolSize};
use crate::capacity::reader_waits::ReaderWaits;
use crate::capacity::shares::Shares;
use crate::config::Config;
use crate::documents::Printer;
use crate::http::listener;
use crate::start::listeners::Sockets;
use crate::start::seals::Noting;
use crate::start::secrets::Secrets;
use crate::state::health::HealthCheck;
use crate::state::identity::IdentityCache;
use crate::state::sandbox::Sandbox;
use crate::state::{Centre, Context};
use onshi_core::buckets::{Buckets, Rate};
use onshi_core::certificate::Authority;
use onshi_core::{Error, Fault, Moment, Service};
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

mod jobs;
mod listeners;
pub mod logs;
mod opening;
mod postman;
pub mod process;
pub mod renewal;
pub mod seals;
pub mod secrets;

pub use opening::{open_for_operator, open_service, prepare};

/// A centre that runs.
pub struct Running {
    /// The centre.
    pub centre: Arc<Centre>,
    /// Where terminals connect.
    pub address: SocketAddr,
    /// Where the portal is, if it is on.
    pub portal: Option<SocketAddr>,
    /// Where the operators' site is, if it is on.
    pub operators: Option<SocketAddr>,
    /// Where health and metrics are, if they are on.
    pub operations: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    noting: Option<Noting>,
    listeners: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Starts the centre of this configuration.
    pub async fn start(config: Config) -> Result<Running, Error> {
        Running::start_with_clock(config, onshi_core::clock::now).await
    }

    /// Starts the centre with a clock of the caller's.
    pub async fn start_with_clock(config: Config, clock: fn() -> Moment) -> Result<Running, Error> {
        Running::begin(config, clock, None).await
    }

    /// Starts a centre for trying things (試験環境), with what stands before its routes. `onshi serve` has no way here.
    pub async fn start_sandbox(
        config: Config,
        clock: fn() -> Moment,
        sandbox: Arc<dyn Sandbox>,
    ) -> Result<Running, Error> {
        Running::begin(config, clock, Some(sandbox)).await
    }

    async fn begin(
        config: Config,
        clock: fn() -> Moment,
        sandbox: Option<Arc<dyn Sandbox>>,
    ) -> Result<Running, Error> {
        let secrets = Secrets::open(&config.centre.secrets)?;
        let service = {
            let (config, secrets) = (config.clone(), secrets.clone());
            tokio::task::spawn_blocking(move || open_service(&config, &secrets, &config.store.node))
                .await
                .map_err(|e| Fault::at("opening the service", e))??
        };
        let database = secrets.turn()?.keys()?.identity;
        let authority = Arc::new(secrets.authority(clock())?);
        let files = secrets.server(&authority, &config.centre.names, clock())?;
        let certificate = files.for_tls()?;
        let socket = listener::bind(config.centre.listen).await?;
        let address = socket.local_addr().map_err(|e| Fault::at("listening", e))?;
        let alone = bound(config.centre.messages).await?;
        let portal = bound(config.portal.listen).await?;
        let operators = bound(config.operators.listen).await?;
        let at = |socket: &Option<TcpListener>| socket.as_ref()?.local_addr().ok();
        let addresses = Addresses {
            terminals: address,
            alone: at(&alone),
            portal: at(&portal),
            operators: at(&operators),
        };
        let (stop, stopped) = watch::channel(false);
        let waits = ReaderWaits::new(config.limits.for_reader_waits(), stopped.clone());
        let centre = Arc::new(build(
            config,
            service,
            &authority,
            Given {
                clock,
                reader_waits: waits,
                sandbox,
            },
            addresses,
        )?);
        let stopped_jobs = stopped.clone();
        let authority = authority.certificate_der();
        let sockets = Sockets {
            terminals: socket,
            alone,
            portal,
            operators,
        };
        let opened = listeners::open(&centre, sockets, &certificate, authority, &stopped).await?;
        let (portal, operators) = (opened.portal, opened.operators);
        let operations = opened.operations;
        let mut listeners = opened.tasks;
        // Whoever measures has been set up by now.
        renewal::tell(files.not_after);
        let renewing = renewal::work(centre.clone(), secrets, certificate, stopped);
        listeners.push(tokio::spawn(renewing));
        let noting = match database {
            Some(database) => Noting::start(&centre.config, &centre.service, &database, clock)?,
            None => None,
        };
        let stopped_postman = stopped_jobs.clone();
        listeners.push(tokio::spawn(jobs::work(centre.clone(), stopped_jobs)));
        listeners.push(tokio::spawn(postman::work(centre.clone(), stopped_postman)));
        tracing::info!(%address, node = centre.config.store.node, "the centre is open");
        Ok(Running {
            centre,
            address,
            portal,
            operators,
            operations,
            stop,
            noting,
            listeners,
        })
    }

    /// Stops taking requests, lets open ones end, and comes back when all is written.
    pub async fn stop(self) {
        // Nobody listens any more only when every listener has ended already.
        let _ = self.stop.send(true);
        for listener in self.listeners {
            let _ = listener.await;
        }
        // What was only counted is told before the end.
        let request = self.centre.request();
        self.centre.service.tell_counted_refusals(&request, true);
        // Closing connections to PostgreSQL blocks, which a thread of the runtime may not.
        let (centre, noting) = (self.centre, self.noting);
        let ending = move || {
            if let Some(noting) = noting {
                noting.last();
            }
            drop(centre);
        };
        let _ = tokio::task::spawn_blocking(ending).await;
        tracing::info!("the centre is closed");
    }
}

/// What a centre is put together of beside its settings and its service.
struct Given {
    clock: fn() -> Moment,
    reader_waits: ReaderWaits,
    /// What stands before the routes of a demo.
    sandbox: Option<Arc<dyn Sandbox>>,
}

/// Where the listeners are.
struct Addresses {
    terminals: SocketAddr,
    alone: Option<SocketAddr>,
    portal: Option<SocketAddr>,
    operators: Option<SocketAddr>,
}

/// The socket of a listener, where it is on.
async fn bound(listen: Option<SocketAddr>) -> Result<Option<TcpListener>, Fault> {
    match listen {
        Some(listen) => listener::bind(listen).await.map(Some),
        None => Ok(None),
    }
}

fn build(
    config: Config,
    service: Service,
    authority: &Arc<Authority>,
    given: Given,
    addresses: Addresses,
) -> Result<Centre, Fault> {
    let (login, limits) = (&config.login, &config.limits);
    let log_ins = Rate {
        burst: login.terminal_burst,
        per_minute: login.terminal_per_minute,
    };
    let password_forms = Rate {
        burst: login.password_burst,
        per_minute: login.password_per_minute,
    };
    let strangers = Rate {
        burst: limits.stranger_burst,
        per_minute: limits.stranger_per_minute,
    };
    let refused_answers = Rate {
        burst: limits.refused_per_second,
        per_minute: limits.refused_per_second.saturating_mul(60),
    };
    let applicants = Rate {
        burst: limits.applicant_burst,
        per_minute: limits.applicant_per_minute,
    };
    let hashing = PoolSize {
        threads: login.hashing_threads,
        waiting: login.hashing_queue,
        waiting_each: login.hashing_queue_each,
    };
    let messages = PoolSize {
        threads: limits.message_threads,
        waiting: limits.message_queue,
        waiting_each: limits.message_queue_each,
    };
    let printing = PoolSize {
        threads: config.documents.threads,
        waiting: config.documents.queue,
        waiting_each: config.documents.queue_each,
    };
    let service = Arc::new(service);
    let context = Context {
        patience: service.patience(),
        hashing: Pool::start("hashing", hashing)?,
        messages: Pool::start("messages", messages)?,
        printing: Pool::start("documents", printing)?,
        log_ins: Buckets::new(log_ins, limits.keys_max),
        password_forms: Buckets::new(password_forms, limits.keys_max),
        strangers: Buckets::new(strangers, limits.keys_max),
        applicants: Buckets::new(applicants, limits.keys_max),
        refused_answers: Buckets::new(refused_answers, limits.keys_max),
        bulk_bodies: Shares::new("bulk", limits.for_bulk_bodies()),
        reports: Shares::new("reports", limits.for_reports()),
        documents: Printer::new(&config.documents.fonts),
        downloads: Shares::new("downloads", limits.for_downloads()),
        reader_waits: given.reader_waits,
        authority: authority.clone(),
        authority_der: authority.certificate_der().to_vec(),
        authority_pem: authority.certificate_pem().to_owned(),
        password_work: AtomicU64::new(0),
        identities: IdentityCache::default(),
        identities_alone: IdentityCache::default(),
        bulk_wake: Notify::new(),
        api_docs: OnceLock::new(),
        api_docs_in_english: OnceLock::new(),
        api_description: OnceLock::new(),
        health: HealthCheck::new(service.clone()),
        clock: given.clock,
        sandbox: given.sandbox,
        address: addresses.terminals,
        messages_address: addresses.alone,
        portal_address: addresses.portal,
        operators_address: addresses.operators,
        config,
    };
    Ok(Centre {
        service,
        context: Arc::new(context),
    })
}
