//! What a handler may use of the centre: settings, pools, buckets and the clock. It holds no service, so
//! that a handler has no way to data but its handle.

use crate::capacity::pool::Pool;
use crate::capacity::reader_waits::ReaderWaits;
use crate::capacity::shares::Shares;
use crate::config::Config;
use crate::documents::Printer;
use crate::state::health::HealthCheck;
use crate::state::identity::IdentityCache;
use crate::state::sandbox::Sandbox;
use bytes::Bytes;
use onshi_core::account::PasswordHash;
use onshi_core::account::login::PasswordVerdict;
use onshi_core::account::own_password::{Compared, Comparison, OwnPassword, PasswordChange};
use onshi_core::account::password::{AcceptedPassword, NewSecretNumber, Owner, Tested, accept};
use onshi_core::buckets::Buckets;
use onshi_core::certificate::Authority;
use onshi_core::entropy::{Entropy, fresh_seed};
use onshi_core::error::Problem;
use onshi_core::facility::FacilityCode;
use onshi_core::rules::PasswordRules;
use onshi_core::{Error, Moment, RefusalCode, Request};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// No password that we ever took is longer, and hashing a book is work for an attacker.
const PASSWORD_BYTES_MAX: usize = 256;

/// What every request may need of the centre. The way to the door is no part of it.
pub struct Context {
    /// The settings.
    pub config: Config,
    /// The authority, which issues certificates to those who have a code or renew theirs.
    pub authority: Arc<Authority>,
    /// The authority's certificate, by which terminals are judged.
    pub authority_der: Vec<u8>,
    /// The same for those who have to trust it.
    pub authority_pem: String,
    /// Where passwords are hashed and judged.
    pub hashing: Pool,
    /// Where large messages and lists are read and printed.
    pub messages: Pool,
    /// Where documents are printed, and long pages and messages about one patient.
    pub printing: Pool,
    /// How often terminals may send log-ins.
    pub log_ins: Buckets,
    /// How often accounts may send forms with passwords.
    pub password_forms: Buckets,
    /// How much work went into testing what people typed to log in, in KiB times passes.
    pub password_work: AtomicU64,
    /// How often addresses without a certificate of ours are refused.
    pub strangers: Buckets,
    /// How often an address may send something about an application.
    pub applicants: Buckets,
    /// How often whoever is refused too often is answered.
    pub refused_answers: Buckets,
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
    /// Prints documents.
    pub documents: Printer,
    /// Places of downloads of the audit log.
    pub downloads: Shares,
    /// Linked applications that wait for results of a card reader.
    pub reader_waits: ReaderWaits,
    /// The page that describes the Web API, once it was asked for.
    pub api_docs: OnceLock<Bytes>,
    /// The same in English.
    pub api_docs_in_english: OnceLock<Bytes>,
    /// The same for programs.
    pub api_description: OnceLock<Bytes>,
    /// How the database is, for all who ask.
    pub health: HealthCheck,
    /// How long anybody waits for an answer of the database.
    pub patience: Duration,
    /// What the clock says. Tests put their own in.
    pub clock: fn() -> Moment,
    /// What stands before the routes of a sandbox; nothing in a service.
    pub sandbox: Option<Arc<dyn Sandbox>>,
    /// The address of the terminals' listener.
    pub address: SocketAddr,
    /// The address of the listener for programs without a certificate, if it is on.
    pub messages_address: Option<SocketAddr>,
    /// The address of the portal's listener, if it is on.
    pub portal_address: Option<SocketAddr>,
    /// The address of the operators' listener, if it is on.
    pub operators_address: Option<SocketAddr>,
}

impl Context {
    /// A request of now.
    pub fn request(&self) -> Request {
        Request::new((self.clock)(), onshi_core::entropy::fresh_seed())
    }

    /// Whether the database can be used, asked within the time that is set; else why not, in words
    /// that are for the operator only.
    pub async fn health(&self) -> Result<(), String> {
        let patience = Duration::from_millis(self.config.operations.health_ms);
        self.health.ask(patience).await
    }

    /// Tests what somebody typed against what is kept of it, if anything is, and pays the same for
    /// whatever is there.
    pub(crate) async fn test_secret(
        &self,
        facility: &FacilityCode,
        typed: &str,
        test: impl FnOnce(&str, &PasswordRules, [u8; 16]) -> Tested + Send + 'static,
    ) -> Result<PasswordVerdict, Error> {
        if typed.len() > PASSWORD_BYTES_MAX {
            return Ok(PasswordVerdict::Wrong);
        }
        let rules = self.config.rules.password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        let typed = typed.to_owned();
        let job = move || test(&typed, &rules, salt);
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
        let rules = self.config.rules.password.clone();
        let password = password.to_owned();
        self.hashing
            .run(facility.as_str(), move || accept(&password, &owner, &rules))
            .await
    }

    /// Judges a new password of somebody's own account, beside the sockets.
    pub(crate) async fn judge_own_password(
        &self,
        facility: &FacilityCode,
        new: &str,
        change: PasswordChange,
    ) -> Result<(Result<AcceptedPassword, Vec<Problem>>, PasswordChange), Error> {
        let (rules, new) = (self.config.rules.clone(), new.to_owned());
        let judge = move || (change.accept(&new, &rules), change);
        self.hashing.run(facility.as_str(), judge).await
    }

    /// Hashes a new password, beside the sockets.
    pub async fn hash_password(
        &self,
        facility: &FacilityCode,
        password: AcceptedPassword,
    ) -> Result<PasswordHash, Error> {
        let rules = self.config.rules.password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        self.hashing
            .run(facility.as_str(), move || password.hash(&rules, salt))
            .await
    }

    /// Hashes a new secret number (秘密の番号), beside the sockets.
    pub(crate) async fn hash_secret_number(
        &self,
        number: NewSecretNumber,
    ) -> Result<PasswordHash, Error> {
        let rules = self.config.rules.password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        let hash = move || number.hash(&rules, salt);
        self.hashing.run("applicants", hash).await
    }

    /// Tests somebody's current password.
    pub(crate) async fn test_current(
        &self,
        facility: &FacilityCode,
        typed: String,
        change: PasswordChange,
    ) -> Result<(PasswordVerdict, PasswordChange), Error> {
        if typed.len() > PASSWORD_BYTES_MAX {
            return Ok((PasswordVerdict::Wrong, change));
        }
        let test = move || (change.test_current(&typed), change);
        self.hashing.run(facility.as_str(), test).await
    }

    /// Whether the new password is none of the last ones, and its hash. Each comparison is a job of
    /// its own, so that somebody else's log-in comes between.
    pub(crate) async fn hash_unless_used(
        &self,
        facility: &FacilityCode,
        mut comparison: Comparison,
    ) -> Result<OwnPassword, Error> {
        let unused = loop {
            let step = move || comparison.step();
            match self.hashing.run(facility.as_str(), step).await? {
                Compared::More(more) => comparison = more,
                Compared::Used => return Err(RefusalCode::PasswordReused.into()),
                Compared::Unused(unused) => break unused,
            }
        };
        let rules = self.config.rules.password.clone();
        let salt = Entropy::new(fresh_seed()).bytes();
        self.hashing
            .run(facility.as_str(), move || unused.hash(&rules, salt))
            .await
    }

    /// The name of the session cookie. Browsers share cookies between the ports of one host, so
    /// the port is part of it.
    pub fn cookie_name(&self) -> String {
        format!("__Host-onshi-{}", self.address.port())
    }

    /// The same at the operators' site.
    pub fn operators_cookie_name(&self) -> String {
        let port = self.operators_address.map_or(0, |address| address.port());
        format!("__Host-onshi-operators-{port}")
    }

    /// The name of the cookie by which a patient's browser is known to have asked for what it sends.
    pub fn home_cookie_name(&self) -> String {
        let port = self.portal_address.map_or(0, |address| address.port());
        format!("__Host-onshi-home-{port}")
    }

    /// Where terminals reach the centre, by the first of its names.
    pub fn centre_url(&self) -> String {
        let name = self.config.centre.names.first();
        let name = name.map_or("localhost", String::as_str);
        format!("https://{name}:{}", self.address.port())
    }

    /// The name of the cookie by which a phone of staff is known.
    pub fn phone_cookie_name(&self) -> String {
        let port = self.portal_address.map_or(0, |address| address.port());
        format!("__Host-onshi-phone-{port}")
    }

    /// The name of the session cookie on a phone of staff.
    pub fn phone_session_cookie_name(&self) -> String {
        let port = self.portal_address.map_or(0, |address| address.port());
        format!("__Host-onshi-visit-{port}")
    }

    /// Where a phone of staff is activated (マイナ資格確認アプリ).
    pub fn phone_url(&self) -> Option<String> {
        Some(format!("{}/visit/activation", self.portal_url()?))
    }

    /// Where programs without a certificate send messages, if they may.
    pub fn messages_url(&self) -> Option<String> {
        let port = self.messages_address?.port();
        let name = self.config.centre.names.first()?;
        Some(format!("https://{name}:{port}"))
    }

    /// Where anybody reaches the portal, if it is on.
    pub fn portal_url(&self) -> Option<String> {
        let port = self.portal_address?.port();
        let set = &self.config.portal.url;
        if !set.is_empty() {
            return Some(set.clone());
        }
        let name = self.config.centre.names.first()?;
        Some(format!("https://{name}:{port}"))
    }

    /// Where patients come to an institution from home, by the token of its address (マイナ在宅受付Web).
    pub fn home_url(&self, token: &str) -> Option<String> {
        Some(format!("{}/home/{token}", self.portal_url()?))
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
