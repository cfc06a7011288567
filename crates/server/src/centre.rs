//! The centre as a whole: what it holds, how it starts and how it stops.

use crate::api::IdentityCache;
use crate::config::Config;
use crate::pool::{Pool, PoolSize};
use crate::secrets::Secrets;
use crate::shares::Shares;
use crate::waiting::{HealthCheck, beside};
use crate::{listener, listeners, renewal};
use bytes::Bytes;
use onshi_core::account::login::Verdict;
use onshi_core::account::password::{AcceptedPassword, Cost, Owner, accept, hash_secret, test};
use onshi_core::account::{PasswordHash, UserId};
use onshi_core::buckets::{Buckets, Rate};
use onshi_core::certificate::Authority;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::error::Problem;
use onshi_core::facility::FacilityCode;
use onshi_core::{Error, Fault, Moment, Office, Request};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Notify, watch};

mod opening;

pub use opening::{open_for_operator, open_office, prepare};

/// No password that we ever took is longer, and hashing a book is work for an attacker.
const PASSWORD_BYTES_MAX: usize = 256;

/// The centre: what every request may need.
pub struct Centre {
    /// The settings.
    pub config: Config,
    /// The office behind the door.
    pub office: Arc<Office>,
    /// The authority's certificate, by which terminals are judged.
    pub authority_der: Vec<u8>,
    /// The same for those who have to trust it.
    pub authority_pem: String,
    /// Where passwords are hashed and judged.
    pub hashing: Pool,
    /// Where large messages and lists are read and printed.
    pub messages: Pool,
    /// How often terminals may send log-ins.
    pub log_ins: Buckets,
    /// How often accounts may send forms with passwords.
    pub password_forms: Buckets,
    /// How much work went into testing what people typed to log in, in KiB times passes.
    pub password_work: AtomicU64,
    /// How often addresses without a certificate of ours are refused.
    pub strangers: Buckets,
    /// How often whoever is refused too often is answered.
    pub refused_answers: Buckets,
    /// A hash that no password fits, where one is asked for and never looked at.
    pub dummy_password: PasswordHash,
    /// Whose tokens were looked up lately.
    pub identities: IdentityCache,
    /// The same at the address for programs without a certificate.
    pub identities_alone: IdentityCache,
    /// Wakes the job that works bulk requests.
    pub bulk_wake: Notify,
    /// Places of bulk messages in memory.
    pub bulk_bodies: Shares,
    /// Places of insurers' reports that come in.
    pub reports: Shares,
    /// Places of downloads of the audit log.
    pub downloads: Shares,
    /// The page that describes the Web API, once it was asked for.
    pub api_docs: OnceLock<Bytes>,
    /// The same for programs.
    pub api_description: OnceLock<Bytes>,
    /// How the database is, for all who ask.
    pub health: HealthCheck,
    /// What the clock says. Tests put their own in.
    pub clock: fn() -> Moment,
    /// The address of the terminals' listener.
    pub address: SocketAddr,
    /// The address of the listener for programs without a certificate, if it is on.
    pub messages_address: Option<SocketAddr>,
}

impl Centre {
    /// A request of now.
    pub fn request(&self) -> Request {
        Request::new((self.clock)(), onshi_core::entropy::fresh_seed())
    }

    /// Tests a password against a hash, beside the sockets, in the institution's turn.
    pub async fn test_password(
        &self,
        facility: &FacilityCode,
        password: &str,
        hash: PasswordHash,
    ) -> Result<Verdict, Error> {
        if password.len() > PASSWORD_BYTES_MAX {
            return Ok(Verdict::Wrong);
        }
        let password = password.to_owned();
        self.hashing
            .run(facility.as_str(), move || {
                if hash.fits(&password) {
                    Verdict::fits(hash)
                } else {
                    Verdict::Wrong
                }
            })
            .await
    }

    /// Tests what somebody typed against what is kept, if anything is, and pays the same for
    /// whatever is there.
    pub async fn test_secret(
        &self,
        facility: &FacilityCode,
        typed: &str,
        kept: Option<PasswordHash>,
        costs: Vec<Cost>,
    ) -> Result<Verdict, Error> {
        if typed.len() > PASSWORD_BYTES_MAX {
            return Ok(Verdict::Wrong);
        }
        let rules = self.office.rules().password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        let typed = typed.to_owned();
        let job = move || test(&typed, kept.as_ref(), &costs, &rules, salt);
        let tested = self.hashing.run(facility.as_str(), job).await?;
        self.password_work
            .fetch_add(tested.work(), Ordering::Relaxed);
        metrics::counter!("onshi_password_work_total").increment(tested.work());
        Ok(tested.verdict)
    }

    /// Judges a new password, beside the sockets.
    pub async fn judge_password(
        &self,
        facility: &FacilityCode,
        password: &str,
        owner: Owner,
    ) -> Result<Result<AcceptedPassword, Vec<Problem>>, Error> {
        let rules = self.office.rules().password.clone();
        let password = password.to_owned();
        self.hashing
            .run(facility.as_str(), move || accept(&password, &owner, &rules))
            .await
    }

    /// Hashes a new password, beside the sockets.
    pub async fn hash_password(
        &self,
        facility: &FacilityCode,
        password: AcceptedPassword,
    ) -> Result<PasswordHash, Error> {
        let rules = self.office.rules().password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        self.hashing
            .run(facility.as_str(), move || password.hash(&rules, salt))
            .await
    }

    /// Tests what somebody typed to log in, on a screen or by the API. Nothing about it, its time
    /// least of all, tells whether there is such an account.
    pub async fn test_credential(
        self: &Arc<Self>,
        facility: &FacilityCode,
        user_id: &UserId,
        password: &str,
        now: Moment,
    ) -> Result<Verdict, Error> {
        let (centre, at, key) = (self.clone(), facility.clone(), user_id.clone());
        let credential = beside(self, "looking up a credential", move || {
            centre.office.gate().credential(&at, &key, now)
        })
        .await?;
        if credential.locked_until.is_some() {
            return Ok(Verdict::NotTested);
        }
        self.test_secret(facility, password, credential.password, credential.costs)
            .await
    }

    /// The name of the session cookie. Browsers share cookies between the ports of one host, so
    /// the port is part of it.
    pub fn cookie_name(&self) -> String {
        format!("__Host-onshi-{}", self.address.port())
    }

    /// Where programs without a certificate send messages, if they may.
    pub fn messages_url(&self) -> Option<String> {
        let port = self.messages_address?.port();
        let name = self.config.centre.names.first()?;
        Some(format!("https://{name}:{port}"))
    }

    /// The band that says which environment this is.
    pub fn environment(&self) -> Option<String> {
        Some(self.config.centre.environment.clone()).filter(|text| !text.is_empty())
    }

    /// Whom to call.
    pub fn contact(&self) -> String {
        if self.config.centre.contact.is_empty() {
            "システムの実施機関".to_owned()
        } else {
            self.config.centre.contact.clone()
        }
    }
}

/// A centre that runs.
pub struct Running {
    /// The centre.
    pub centre: Arc<Centre>,
    /// Where terminals connect.
    pub address: SocketAddr,
    /// Where the portal is, if it is on.
    pub portal: Option<SocketAddr>,
    /// Where health and metrics are, if they are on.
    pub operations: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    listeners: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Starts the centre of this configuration.
    pub async fn start(config: Config) -> Result<Running, Error> {
        Running::start_with_clock(config, onshi_core::clock::now).await
    }

    /// Starts the centre with a clock of the caller's.
    pub async fn start_with_clock(config: Config, clock: fn() -> Moment) -> Result<Running, Error> {
        let secrets = Secrets::open(&config.centre.secrets)?;
        let office = {
            let (config, secrets) = (config.clone(), secrets.clone());
            tokio::task::spawn_blocking(move || open_office(&config, &secrets, &config.store.node))
                .await
                .map_err(|e| Fault::at("opening the office", e))??
        };
        let authority = secrets.authority(clock())?;
        let files = secrets.server(&authority, &config.centre.names, clock())?;
        let certificate = files.for_tls()?;
        let socket = listener::bind(config.centre.listen).await?;
        let address = socket.local_addr().map_err(|e| Fault::at("listening", e))?;
        let alone = match config.centre.messages {
            Some(listen) => Some(listener::bind(listen).await?),
            None => None,
        };
        let alone_at = alone.as_ref().and_then(|socket| socket.local_addr().ok());
        let addresses = (address, alone_at);
        let centre = Arc::new(build(config, office, &authority, clock, addresses)?);
        let (stop, stopped) = watch::channel(false);
        let stopped_jobs = stopped.clone();
        let authority = authority.certificate_der();
        let sockets = (socket, alone);
        let opened = listeners::open(&centre, sockets, &certificate, authority, &stopped).await?;
        let (portal, operations) = (opened.portal, opened.operations);
        let mut listeners = opened.tasks;
        // Whoever measures has been set up by now.
        renewal::tell(files.not_after);
        let renewing = renewal::work(centre.clone(), secrets, certificate, stopped);
        listeners.push(tokio::spawn(renewing));
        listeners.push(tokio::spawn(crate::jobs::work(
            centre.clone(),
            stopped_jobs,
        )));
        tracing::info!(%address, node = centre.config.store.node, "the centre is open");
        Ok(Running {
            centre,
            address,
            portal,
            operations,
            stop,
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
        self.centre.office.tell_counted_refusals(&request, true);
        // Closing connections to PostgreSQL blocks, which a thread of the runtime may not.
        let centre = self.centre;
        let _ = tokio::task::spawn_blocking(move || drop(centre)).await;
        tracing::info!("the centre is closed");
    }
}

fn build(
    config: Config,
    office: Office,
    authority: &Authority,
    clock: fn() -> Moment,
    (address, messages_address): (SocketAddr, Option<SocketAddr>),
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
    let dummy = hash_secret("nobody's password", &config.rules.password, [7; 16]);
    Ok(Centre {
        hashing: Pool::start("hashing", hashing)?,
        messages: Pool::start("messages", messages)?,
        log_ins: Buckets::new(log_ins, limits.keys_max),
        password_forms: Buckets::new(password_forms, limits.keys_max),
        strangers: Buckets::new(strangers, limits.keys_max),
        refused_answers: Buckets::new(refused_answers, limits.keys_max),
        bulk_bodies: Shares::new("bulk", limits.for_bulk_bodies()),
        reports: Shares::new("reports", limits.for_reports()),
        downloads: Shares::new("downloads", limits.for_downloads()),
        office: Arc::new(office),
        authority_der: authority.certificate_der().to_vec(),
        authority_pem: authority.certificate_pem().to_owned(),
        password_work: AtomicU64::new(0),
        dummy_password: dummy,
        identities: IdentityCache::default(),
        identities_alone: IdentityCache::default(),
        bulk_wake: Notify::new(),
        api_docs: OnceLock::new(),
        api_description: OnceLock::new(),
        health: HealthCheck::default(),
        clock,
        address,
        messages_address,
        config,
    })
}
