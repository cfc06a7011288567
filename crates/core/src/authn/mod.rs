//! Authentication: who is at the door, before anybody has asked for anything.
//!
//! Only here somebody becomes an [`Actor`]: a terminal by its certificate, a person by a session, a
//! program by a token, an insurer by its certificate, a patient by an institution's address of マイナ在宅受付Web, a phone of staff by
//! the secret that its browser keeps, a terminal that has no certificate yet by its code, an applicant by being at the portal, and
//! the operator by the key of the seals.
//! The look-ups tell the asker nothing; they only decide as whom the asker is let in to the door.
//! They leave no audit entry, and nothing else in the program reads without one.
//!
//! [`Actor`]: crate::actor::Actor

mod applicant;
mod credential;
mod enrolment;
mod home;
mod operator;
mod phone;
mod terminal;

pub use credential::{Credential, SecretNumber};
pub use enrolment::Enrolling;
pub use home::HomeVisitor;
pub use operator::Operator;
pub use phone::StaffPhoneHolder;
pub use terminal::{BadCertificate, Holder, LoggedIn, Terminal, refused_as};

use crate::account;
use crate::account::session::{Session, token_hash};
use crate::account::token::TokenSession;
use crate::certificate::{self, TerminalCertificate};
use crate::clock::Moment;
use crate::error::Fault;
use crate::facility::{self, Facility};
use crate::form::{self, Sent, Submission};
use crate::insurer::{self, InsurerCertificate};
use crate::rules::Rules;
use crate::service::Service;

/// What authentication reads.
pub struct Authn<'a> {
    service: &'a Service,
}

impl Service {
    /// Authentication's own look-ups: sessions, certificates, credentials.
    pub fn authn(&self) -> Authn<'_> {
        Authn::new(self)
    }
}

impl<'a> Authn<'a> {
    fn new(service: &'a Service) -> Authn<'a> {
        Authn { service }
    }

    /// The session of this cookie.
    pub fn session(&self, token: &str) -> Result<Option<Session>, Fault> {
        let hash = token_hash(token);
        self.service
            .read_for_authn(|connection| account::find_session(connection, &hash))
    }

    /// The session of a program's token.
    pub fn token(&self, token: &str) -> Result<Option<TokenSession>, Fault> {
        self.service
            .read_for_authn(|connection| account::find_token(connection, &token_hash(token)))
    }

    /// The certificate with this serial number, with its institution.
    pub fn certificate(
        &self,
        serial: &str,
    ) -> Result<Option<(TerminalCertificate, Facility)>, Fault> {
        self.service.read_for_authn(|connection| {
            let Some(found) = certificate::find(connection, serial)? else {
                return Ok(None);
            };
            let facility = facility::find(connection, &found.facility)?;
            Ok(facility.map(|facility| (found, facility)))
        })
    }

    /// The numbers of the rules.
    fn rules(&self) -> &Rules {
        self.service.rules()
    }

    /// The insurer's certificate with this serial number.
    pub(crate) fn insurer_certificate(
        &self,
        serial: &str,
    ) -> Result<Option<InsurerCertificate>, Fault> {
        self.service
            .read_for_authn(|connection| insurer::find(connection, serial))
    }

    /// What came of a form that was sent before; none when it was not.
    pub fn sent(&self, submission: &Submission, now: Moment) -> Result<Option<Sent>, Fault> {
        self.service
            .read_for_authn(|connection| form::look_up(connection, submission, now))
    }

    /// Keeps when a session was last seen. Nobody waits for it; losing the last minute of it in a
    /// crash ends a session a minute early, no more.
    pub(crate) fn seen(&self, session: &Session, now: Moment) {
        let hash = session.token_hash.clone();
        self.service.write_for_authn(now, move |connection| {
            account::keep_last_seen(connection, &hash, now)
        });
    }
}
